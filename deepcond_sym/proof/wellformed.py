"""Which statements have a meaning: one name for one thing, every symbol bound, every function known, no circle.

A statement may come from a certificate that somebody wrote by hand, so nothing of this is taken on trust.
"""

from sympy import Float, I, Product, Sum, Symbol, nan, oo, zoo
from sympy.core.function import AppliedUndef

from deepcond_sym.errors import InputError

from .experiment_call import read_experiment
from .language import (
    FUNCTIONS,
    OF_MATRICES,
    Statement,
    bound_symbols,
    dual_curvature,
    expectation,
    free_variables,
    limit,
    mu,
    parameters_of,
)  # fmt: skip

_ARITY = {
    "dual": 1, "dual_slope": 1, "dual_curvature": 1, "iterate": 2, "ntk": 2, "repeat": 4, "steps_to": 2,
    "half_line_hermite": 2, "hermite_at_zero": 1, "limit": 1, "tending": 3, "ranging": 3,
    "inner": 3, "gram": 3, "component": 2, "kronecker": 2, **{f.__name__: 2 for f in OF_MATRICES},
}  # fmt: skip
_OF_A_FAMILY = {"dual", "dual_slope", "dual_curvature", "iterate", "ntk"}


def check(statement: Statement) -> None:
    """Return if the statement has a meaning; InputError saying what is wrong otherwise.

    >>> from deepcond_sym.symbols import rho
    >>> from deepcond_sym.proof import interval, le
    >>> Statement(le(rho, 1))
    Traceback (most recent call last):
    deepcond_sym.errors.InputError: say where rho lies: it is in the statement but not among its variables
    """
    _refuse_clashes(statement)
    _refuse_unbound(statement)
    _refuse_unknown(statement)
    _refuse_circles(statement)


def _refuse_clashes(statement: Statement) -> None:
    """One name, one meaning: among variables, bound symbols, sequences, their indices and their parameters."""
    names = [v.symbol.name for v in statement.variables]
    sequences = [s.name for s in statement.sequences]
    doubles = {n for n in names if names.count(n) > 1} | {n for n in sequences if sequences.count(n) > 1}
    if doubles:
        raise InputError(f"{min(doubles)} is listed twice in one statement: rename one of them")
    if any(v.symbol.name == mu.name and v.symbol != mu for v in statement.variables):
        raise InputError("mu is the real symbol deepcond_sym.proof.mu: use another name")
    bound = {symbol for side in statement.terms for symbol in bound_symbols(side)}
    if statement.family is not None and statement.family.member is not None:
        bound.add(statement.family.member[0])
    indices = {s.index for s in statement.sequences}
    parameters = parameters_of(statement.sequences)
    clash = bound & ({v.symbol for v in statement.variables} | {mu} | parameters) | indices & parameters
    if clash or not all(isinstance(symbol, Symbol) for symbol in bound):
        clash = clash or {symbol for symbol in bound if not isinstance(symbol, Symbol)}
        raise InputError(f"{min(clash, key=str)} is bound inside a term and also used outside it: rename one of them")


def _refuse_unknown(statement: Statement) -> None:
    """Every function is one of the theory's, with its arguments, or a sequence of the statement."""
    own = [s.name for s in statement.sequences]
    _refuse_strange_limits(statement)
    if set(own) & (set(FUNCTIONS) | {"power"}):
        raise InputError("a sequence must not have the name of a function of the theory")
    for side in statement.terms:
        if side.has(oo, -oo, zoo, nan, I, Float):
            raise InputError(f"{side} is not a real number: a sequence has members that are")
        for call in side.atoms(AppliedUndef):
            name, count = call.func.__name__, len(call.args)
            if call.func == expectation:
                read_experiment(call)
                continue
            if count != (1 if name in own else _ARITY.get(name)):
                raise InputError(f"{name} of {count} arguments is neither a function of the theory nor a sequence")
            if name in _OF_A_FAMILY and statement.family is None:
                raise InputError(f"say for which activations the statement holds: it speaks of {name}")
            if call.func == dual_curvature and statement.family is not None and statement.family.is_relu:
                raise InputError("the curvature of ReLU's dual is infinite at 1: state the claim without it")
        if any(len(c.limits) != 1 or len(c.limits[0]) != 3 for c in side.atoms(Sum, Product)):
            raise InputError("a Sum or Product in a claim runs over one index, from a first to a last value")


def _refuse_strange_limits(statement: Statement) -> None:
    """A limit is that of a sequence of the statement."""
    for call in (c for side in statement.terms for c in side.atoms(limit)):
        if call.args[0].name not in [s.name for s in statement.sequences]:
            raise InputError(f"the statement defines no sequence {call.args[0]} to take the limit of")


def _refuse_circles(statement: Statement) -> None:
    """A sequence is made of its own last member and of members that are there already."""
    own = [s.name for s in statement.sequences]
    earlier: list[str] = []
    for s in statement.sequences:
        inside = [c for c in s.step.atoms(AppliedUndef) if c.func.__name__ in own]
        sound = all(c.args[0] == s.index or (c.args[0] == s.index + 1 and c.func.__name__ in earlier) for c in inside)
        if any(c.args[0].name not in earlier for part in (s.initial, s.step) for c in part.atoms(limit)):
            raise InputError(f"{s.name} is made of the limit of a sequence that is not there before it")
        first = {other.name: other.first for other in statement.sequences}
        begun = all(first[c.func.__name__] <= s.first for c in inside)
        at_first = {c.func.__name__ for c in s.initial.atoms(AppliedUndef)} & set(own)
        if not (sound and begun and s.index.is_integer) or s.index in s.initial.free_symbols or at_first - set(earlier):
            raise InputError(f"define {s.name} from its own last member and from sequences that are there already")
        earlier.append(s.name)


def _refuse_unbound(statement: Statement) -> None:
    used = {s for side in statement.sides for s in free_variables(side)}
    used |= parameters_of(statement.sequences)
    bound = {v.symbol for v in statement.variables}
    if statement.family is not None and statement.family.member is not None:
        used |= free_variables(statement.family.member[1]) - {statement.family.member[0]}
    if statement.family is not None and statement.family.unit:
        bound.add(mu)
    loose = used - bound
    if loose:
        raise InputError(f"say where {min(loose, key=str)} lies: it is in the statement but not among its variables")
