"""What a term means at one instance: its value as a ball. Every refutation rests on this file and on Arb.

The ball holds the value; what cannot be evaluated raises `CannotEvaluate`, which never counts for or against a
statement."""

from collections.abc import Iterator
from contextlib import contextmanager
from fractions import Fraction
from typing import Any

import sympy as sp
from flint import arb, fmpq
from sympy.core.function import AppliedUndef

from deepcond_sym.arithmetic import precision
from deepcond_sym.errors import AccuracyError

from . import language as lang
from .dual_values import CannotEvaluate, relu_value, series_value
from .explicit import surely_equal
from .hermite_values import half_line_hermite, hermite_coefficients
from .instance import Instance, in_domain
from .language import Family, Relation, Sequence, Statement, Term
from .matrix_values import MOST_ROWS, ball_value
from .rational import exact

MOST_LAYERS = 4000

__all__ = ["CannotEvaluate", "Evaluator", "Instance", "at_instance", "ball", "holds", "in_domain"]


def ball(value: Fraction | int) -> arb:
    """The rational as a ball at the working precision."""
    fraction = Fraction(value)
    return arb(fmpq(fraction.numerator, fraction.denominator))


class Evaluator:
    """The values of terms at one instance of one statement.

    >>> from deepcond_sym.symbols import rho
    >>> square = Instance({rho: Fraction(3, 5)}, (Fraction(0), Fraction(0), Fraction(1)))
    >>> Evaluator(square).value(lang.ntk(1, rho)).contains(fmpq(108, 100))
    True
    """

    def __init__(
        self, instance: Instance, sequences: tuple[Sequence, ...] = (), family: Family | None = None
    ) -> None:
        self.values = {symbol: ball(value) for symbol, value in instance.values.items()}
        self.weights = [ball(p) for p in instance.weights]
        self.instance = instance
        if self.weights:
            linear = instance.weights[1] if len(instance.weights) > 1 else Fraction(0)
            self.values.setdefault(lang.mu, ball(1 - linear))
        self.family, self.relu = family, family is not None and family.is_relu
        if self.relu:
            self.values.setdefault(lang.mu, arb(1) / 2)
        self.sequences = {s.name: s for s in sequences}
        self.bound: frozenset[sp.Symbol] = frozenset()
        self.memory: dict[tuple[str, int], arb] = {}

    def value(self, term: Term) -> arb:
        """The value of a term; CannotEvaluate where it has none."""
        if isinstance(term, sp.Rational):
            return arb(fmpq(int(term.p), int(term.q)))
        if isinstance(term, sp.Symbol):
            if term not in self.values:
                raise CannotEvaluate(f"{term} has no value")
            return self.values[term]
        if term is sp.pi:
            return arb.pi()
        if term is sp.E:
            return arb(1).exp()
        if isinstance(term, AppliedUndef):
            return self._theory(term)
        method = _ELEMENTARY.get(type(term)) if not isinstance(term, (sp.Sum, sp.Product)) else _finite
        if method is None:
            raise CannotEvaluate(f"{type(term).__name__} has no rule of evaluation")
        return method(self, term)

    def whole(self, term: Term) -> int:
        """The value of a term that must be an integer."""
        around = self.value(term)
        integer = around.unique_fmpz()
        if integer is not None and not around.is_exact():  # 2 + 10^-300 is no integer, but its ball has one
            known = None if term.free_symbols & self.bound else exact(term, self.instance)
            integer = integer if known == int(integer) else None
        if integer is None:
            raise CannotEvaluate(f"{term} is not an integer here")
        return int(integer)

    def dual(self, r: arb, order: int = 0) -> arb:
        """The dual of the activation at r, or its derivative of this order."""
        return relu_value(r, order) if self.relu else series_value(self._weights(), r, order)

    def dual_slope(self, r: arb) -> arb:
        return self.dual(r, 1)

    def iterate(self, depth: int, r: arb) -> arb:
        for _ in range(_layers(depth)):
            r = self.dual(r)
        return r

    def ntk(self, depth: int, r: arb) -> arb:
        kernel = r
        for _ in range(_layers(depth)):
            slope, r = self.dual_slope(r), self.dual(r)
            kernel = r + slope * kernel
        return kernel

    def repeat(self, body: Term, t: sp.Symbol, depth: int, start: arb) -> arb:
        current = start
        for _ in range(_layers(depth)):
            with self.bind(t, current):
                current = self.value(body)
        return current

    @contextmanager
    def bind(self, symbol: sp.Symbol, value: arb) -> Iterator[None]:
        """The symbol has this value inside, and whatever it had before outside."""
        outer, around = self.values.get(symbol), self.bound
        self.values[symbol], self.bound = value, around | {symbol}
        try:
            yield
        finally:
            self.bound = around
            if outer is None:
                del self.values[symbol]
            else:
                self.values[symbol] = outer

    def _weights(self) -> list[arb]:
        if not self.weights:
            raise CannotEvaluate("the statement names no activation")
        return self.weights

    def _theory(self, term: Term) -> arb:
        name, arguments = term.func.__name__, term.args
        if name in self.sequences:
            return self._sequence(self.sequences[name], self.whole(arguments[0]))
        if term.func in lang.DERIVATIVES:
            return self.dual(self.value(arguments[0]), lang.DERIVATIVES[term.func])
        if name == "iterate":
            return self.iterate(self.whole(arguments[0]), self.value(arguments[1]))
        if name == "ntk":
            return self.ntk(self.whole(arguments[0]), self.value(arguments[1]))
        if name == "repeat":
            body, t, depth, start = arguments
            return self.repeat(body, t, self.whole(depth), self.value(start))
        if name == "steps_to":
            return arb(_steps(self.value(arguments[0]), self.value(arguments[1])))
        if term.func in lang.OF_MATRICES:
            return self._of_matrix(term)
        if term.func in (*lang.OF_POINTS, lang.kronecker):
            return ball(self.entry(term))
        if name == "half_line_hermite":
            return half_line_hermite(self.whole(arguments[0]), _layers(self.whole(arguments[1])))
        if name == "hermite_at_zero":
            return arb(hermite_coefficients(_layers(self.whole(arguments[0])))[0])
        if name == "tending":
            return self.value(arguments[2])
        if name == "ranging":
            return self._ranging(*arguments[1:])
        if name == "limit":
            return self._limit(self.sequences[arguments[0].name])
        raise CannotEvaluate(f"{name} has no rule of evaluation")

    def entry(self, call: Term) -> Fraction:
        """An inner product, a member of a vector, or Kronecker's symbol: exactly."""
        arguments: Any = call.args
        if call.func == lang.kronecker:
            return Fraction(self.whole(arguments[0]) == self.whole(arguments[1]))
        places = [self.whole(a) for a in arguments[1:]]
        listed = self.instance.vectors if call.func == lang.component else self.instance.matrices
        found: Any = listed.get(arguments[0].name)
        for i in places:
            if found is None or not 0 <= i < len(found):
                raise CannotEvaluate(f"{call} is not among the data")
            found = found[i]
        return found

    def _of_matrix(self, call: Term) -> arb:
        n = self.whole(call.args[1])
        if not 1 <= n <= MOST_ROWS:
            raise CannotEvaluate(f"a matrix of {n} rows is not evaluated: 1 to {MOST_ROWS}")
        try:
            value = ball_value(call, self, n)
        except AccuracyError as error:
            raise CannotEvaluate(str(error)) from error
        if not value.is_finite():
            raise CannotEvaluate(f"{call} has no finite value here")
        return value

    def _ranging(self, k: Term, end: Term) -> arb:
        """The upper end: one admissible choice."""
        self.whole(k)
        largest = self.value(end)
        if not largest >= 0:
            raise CannotEvaluate(f"[0, {end}] is empty here")
        return largest

    def _limit(self, sequence: Sequence) -> arb:
        """Enclosed from a late member: for y -> a + b y with |b| < 1, |y_k - limit| <= |y_{k+1} - y_k| / (1 - |b|).

        The coefficients a and b must not move with k; of a convergent sequence in them, the constant one is taken.
        """
        late = sequence.first + 400
        previous, current, following = (self._sequence(sequence, late + i) for i in (0, 1, 2))
        settled = {c: c.args[2] for c in sequence.step.atoms(AppliedUndef) if c.func == lang.tending}
        y = sp.Dummy(real=True)
        step = sequence.step.xreplace(settled).xreplace({sequence(sequence.index): y})
        slope = sp.diff(step, y)
        if sequence.index in step.free_symbols or y in slope.free_symbols:
            raise CannotEvaluate("a limit is evaluated for affine recursions with constant coefficients only")
        factor = abs(self.value(slope))
        if not factor < 1:
            raise CannotEvaluate("the recursion does not contract")
        change = max(abs(current - previous).upper(), abs(following - current).upper())
        radius = (change / (1 - factor)).abs_upper()
        return current + arb(0, radius)

    def _sequence(self, sequence: Sequence, at: int) -> arb:
        if at < sequence.first:
            raise CannotEvaluate(f"{sequence.name}({at}) comes before the first member")
        start = max((k for name, k in self.memory if name == sequence.name), default=sequence.first - 1)
        for k in range(start + 1, min(at, MOST_LAYERS) + 1):
            if k == sequence.first:
                self.memory[sequence.name, k] = self.value(sequence.initial)
            else:
                with self.bind(sequence.index, arb(k - 1)):
                    self.memory[sequence.name, k] = self.value(sequence.step)
        if (sequence.name, at) not in self.memory:
            raise CannotEvaluate(f"{sequence.name}({at}) is too far along")
        return self.memory[sequence.name, at]


def _layers(depth: int) -> int:
    if not 0 <= depth <= MOST_LAYERS:
        raise CannotEvaluate(f"a count of {depth} is outside 0..{MOST_LAYERS}")
    return depth


def _steps(target: arb, ratio: arb) -> int:
    if not (ratio > 1 and target > 0):
        raise CannotEvaluate("steps_to needs a ratio above 1 and a positive level")
    k, power = 0, arb(1)
    while not power >= target:
        if not power < target or k > MOST_LAYERS:
            raise CannotEvaluate("steps_to cannot be decided here")
        k, power = k + 1, power * ratio
    return k


def _power(self: Evaluator, term: Term) -> arb:
    base, exponent = term.args
    if isinstance(exponent, sp.Integer):
        root = self.value(base)  # Arb's square of a ball around 0 is NaN
        value = root * root if exponent == 2 else root ** int(exponent)
    elif exponent == sp.Rational(1, 2):
        value = self.value(base).sqrt()
    else:
        power, root = self.value(exponent), self.value(base)
        integer = power.unique_fmpz() if power.is_exact() else None
        value = root**integer if integer is not None else root**power
    if not value.is_finite():
        raise CannotEvaluate(f"{term} has no finite value here")
    return value


def _sum(self: Evaluator, term: Term) -> arb:
    return sum((self.value(a) for a in term.args), arb(0))


def _times(self: Evaluator, term: Term) -> arb:
    product = arb(1)
    for a in term.args:
        product *= self.value(a)
    return product


def _finite(self: Evaluator, term: Term) -> arb:
    """A Sum or Product over integers, empty when its upper limit is below its lower one."""
    body, (k, low, high) = term.args[0], term.args[1]
    total = arb(0) if isinstance(term, sp.Sum) else arb(1)
    first = self.whole(low)
    for i in range(first, first + _layers(max(self.whole(high) + 1 - first, 0))):
        with self.bind(k, arb(i)):
            part = self.value(body)
        total = total + part if isinstance(term, sp.Sum) else total * part
    return total


def _double_factorial(self: Evaluator, term: Term) -> arb:
    m = self.whole(term.args[0])
    if m < -1:
        raise CannotEvaluate("the double factorial needs an argument of at least -1")
    product = 1
    for k in range(m, 1, -2):
        product *= k
    return arb(product)


def _checked(function):
    def evaluate(self: Evaluator, term: Term) -> arb:
        value = function(*(self.value(a) for a in term.args))
        if not value.is_finite():
            raise CannotEvaluate(f"{term} has no finite value here")
        return value

    return evaluate


_ELEMENTARY = {
    sp.Add: _sum, sp.Mul: _times, sp.Pow: _power,
    sp.Abs: _checked(abs), sp.exp: _checked(arb.exp), sp.log: _checked(arb.log), sp.sin: _checked(arb.sin),
    sp.cos: _checked(arb.cos), sp.asin: _checked(arb.asin), sp.acos: _checked(arb.acos), sp.erf: _checked(arb.erf),
    sp.Max: _checked(lambda *a: _fold(arb.max, a)), sp.Min: _checked(lambda *a: _fold(arb.min, a)),
    sp.factorial: lambda self, term: arb.fac_ui(self.whole(term.args[0])), sp.factorial2: _double_factorial,
}  # fmt: skip


def _fold(pair, values):
    result = values[0]
    for value in values[1:]:
        result = pair(result, value)
    return result


def holds(relation: Relation, evaluator: Evaluator) -> bool | None:
    """True or False where rational arithmetic or the balls decide, None where they do not."""
    left, right = (exact(side, evaluator.instance) for side in (relation.lhs, relation.rhs))
    if left is not None and right is not None:
        return {"<=": left <= right, "<": left < right, "==": left == right, "!=": left != right}[relation.op]
    difference = evaluator.value(relation.rhs) - evaluator.value(relation.lhs)
    if not difference.is_finite():
        return None
    if difference.contains(0) and surely_equal(relation, evaluator.instance, evaluator.family):
        difference = arb(0)
    if relation.op == "<=":
        return True if difference >= 0 else (False if difference < 0 else None)
    if relation.op == "<":
        return True if difference > 0 else (False if difference <= 0 else None)
    separate = not difference.contains(0)
    exactly = difference.is_zero()
    if relation.op == "==":
        return False if separate else (True if exactly else None)
    return True if separate else (False if exactly else None)


def at_instance(statement: Statement, instance: Instance, *, negate: bool = False, bits: int = 400) -> bool:
    """Whether the conclusion is certainly true (with `negate`: certainly false) at an instance of the domain."""
    if not in_domain(statement, instance):
        return False
    with precision(bits=bits):
        evaluator = Evaluator(instance, statement.sequences, statement.family)
        try:
            for sequence in statement.sequences:
                evaluator.value(sequence(sequence.first))
            if not all(holds(g, evaluator) is True for g in statement.given):
                return False
            return holds(statement.conclusion, evaluator) is (not negate)
        except CannotEvaluate:
            return False
