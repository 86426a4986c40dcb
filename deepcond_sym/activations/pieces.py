"""From a formula with switches (Max, Abs, Piecewise, ...) to smooth formulas on intervals with exact ends."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cmp_to_key
from itertools import combinations

import sympy as sp
from flint import arb
from sympy.core.basic import Basic
from sympy.core.relational import Relational

from deepcond_sym.arithmetic.precision import precision
from deepcond_sym.errors import InputError
from deepcond_sym.symbols import x

from .constants import is_zero, shorten, sign_at, sign_of_constant
from .enclosure import Range, enclose
from .nonsmooth import SWITCHES, rebuild
from .roots import degree_bound, real_zeros

_MAX_PIECES = 1_000


@dataclass(frozen=True)
class Piece:
    """A formula on one interval: `expr` holds for lower < x < upper (exact numbers, or -oo and oo at the outer ends).

    >>> Piece(sp.S.Zero, sp.oo, x**2).expr
    x**2
    """

    lower: sp.Expr
    upper: sp.Expr
    expr: sp.Expr

    @property
    def domain(self) -> Range:
        """The interval as a range of balls, at the working precision."""
        return Range.between(self.lower, self.upper)


def split(expr: sp.Expr) -> tuple[Piece, ...]:
    """The smooth pieces of a formula in x, from left to right; together they cover the line.

    Errors: InputError when a breakpoint is not an exact number that can be found, or there are too many.

    >>> [str(p.expr) for p in split(sp.Max(0, x) + sp.Abs(x - 1))]
    ['1 - x', '1', '2*x - 1']
    """
    waiting = [Piece(-sp.oo, sp.oo, expr)]
    done: list[Piece] = []
    while waiting:
        piece = waiting.pop()
        switches = _innermost(piece.expr)
        functions = [f for node in switches for f in _switching_functions(node)] or fractional_bases(piece)
        parts = _partition(piece, functions) if functions else []
        if not switches and len(parts) < 2:
            done.append(piece)
            continue
        for lower, upper in parts:
            sample = between(lower, upper)
            resolved = {node: _resolve(node, sample) for node in switches}
            waiting.append(Piece(lower, upper, _replace(piece.expr, resolved)))
        if len(waiting) + len(done) > _MAX_PIECES:
            raise InputError(f"{shorten(expr)} has more than {_MAX_PIECES} pieces; write a simpler one.")
    done.sort(key=cmp_to_key(lambda a, b: sign_of_constant(a.lower - b.lower) if a.lower != b.lower else 0))
    return merge(done)


def _innermost(expr: Basic) -> list[Basic]:
    """The switches whose own arguments are smooth (a Piecewise counts by its conditions and its values)."""
    found: dict[Basic, None] = {}

    def visit(node: Basic) -> bool:
        inside = any([visit(a) for a in node.args])
        if isinstance(node, SWITCHES):
            if not inside:
                found[node] = None
            return True
        return inside

    visit(expr)
    return list(found)


def _switching_functions(node: Basic) -> list[sp.Expr]:
    if isinstance(node, (sp.Max, sp.Min)):
        return [a - b for a, b in combinations(node.args, 2)]  # pyright: ignore[reportOperatorIssue]
    if isinstance(node, sp.Piecewise):
        relations = [r for pair in node.args for r in pair.args[1].atoms(Relational)]
        return [r.lhs - r.rhs for r in relations]
    return [node.args[0]]  # pyright: ignore[reportReturnType]


def slope(f: sp.Expr) -> sp.Expr:
    """The derivative in x; expanded for polynomials, where SymPy's product rule would grow without end.

    >>> slope((x - 1) * (x + 1))
    2*x
    """
    degree = degree_bound(f)
    if degree is None or degree > 100 or degree == 0:
        return sp.diff(f, x)
    return sp.Poly(f, x).diff(x).as_expr()


def fractional_bases(piece: Piece) -> list[sp.Expr]:
    """The bases of fractional powers that may vanish on the piece: a root is not smooth where its base is 0.

    >>> fractional_bases(Piece(-sp.oo, sp.oo, sp.sqrt(x**4 + x**2)))
    [x**4 + x**2]
    """
    bases = [p.base for p in piece.expr.atoms(sp.Pow) if isinstance(p.exp, sp.Rational) and p.exp.q != 1]
    with precision(bits=64):
        return [b for b in bases if b.free_symbols and not enclose(b, {x: piece.domain}).sign]


def _partition(piece: Piece, functions: list[sp.Expr]) -> list[tuple[sp.Expr, sp.Expr]]:
    with precision(bits=128):
        domain = piece.domain
    cuts: set[sp.Expr] = set()
    sample = sample_of(piece)
    for function in set(functions):
        if not is_zero(function, {x: sample}):
            cuts.update(real_zeros(function, domain))
    inside = [c for c in cuts if sign_of_constant(c - piece.lower) > 0 and sign_of_constant(piece.upper - c) > 0]
    inside.sort(key=cmp_to_key(lambda a, b: sign_of_constant(a - b)))
    ends = [piece.lower]
    for cut in inside:
        if sign_of_constant(cut - ends[-1]) > 0:
            ends.append(cut)
    return list(zip(ends, [*ends[1:], piece.upper], strict=True))


def between(lower: sp.Expr, upper: sp.Expr) -> sp.Rational:
    """A rational number strictly between two exact ends.

    >>> between(sp.S.Zero, sp.oo)
    2
    """
    for bits in (64, 512, 4096):
        with precision(bits=bits):
            low, high = enclose(lower, {}).high, enclose(upper, {}).low
            if not low.is_finite() and not high.is_finite():
                return sp.Rational(1, 3)
            if not low.is_finite():
                middle = high.floor() - 2
            elif not high.is_finite():
                middle = low.ceil() + 2
            else:
                middle = (low + high) / 2
            middle = arb(middle.mid())
            if low < middle and middle < high:
                mantissa, exponent = (int(part) for part in middle.man_exp())
                return sp.Rational(mantissa) * sp.Rational(2) ** exponent
    raise InputError(f"the points {shorten(lower)} and {shorten(upper)} are too close to tell apart.")


def sample_of(piece: Piece) -> sp.Rational:
    """A rational number inside a piece.

    >>> sample_of(Piece(sp.S.Zero, sp.S.One, x))
    1/2
    """
    return between(piece.lower, piece.upper)


def sign_at_sample(function: sp.Expr, sample: sp.Rational) -> int:
    """The sign at a point at which the function is either not zero or zero identically.

    >>> sign_at_sample(sp.exp(x) - 1, sp.Rational(1, 2))
    1
    """
    sign = sign_at(function, {x: sample})
    if sign is None:
        if is_zero(function):
            return 0
        raise InputError(f"cannot decide the sign of {shorten(function)} at x = {shorten(sample, 20)}.")
    return sign


def _resolve(node: Basic, sample: sp.Rational) -> Basic:
    """What the switch is on the interval around the sample, where no switching function changes sign."""
    if isinstance(node, (sp.Max, sp.Min)):
        wanted = 1 if isinstance(node, sp.Max) else -1
        best, *others = node.args
        for other in others:
            if sign_at_sample(other - best, sample) == wanted:  # pyright: ignore[reportOperatorIssue]
                best = other
        return best
    if isinstance(node, sp.Piecewise):
        for pair in node.args:
            condition = pair.args[1]
            for relation in condition.atoms(Relational):
                sign = sign_at_sample(relation.lhs - relation.rhs, sample)  # pyright: ignore[reportAttributeAccessIssue]
                holds = sp.true if relation.func(sign, 0) else sp.false
                condition = condition.xreplace({relation: holds})
            if condition == sp.true:
                return pair.args[0]
        raise InputError("a Piecewise activation must have a value for every x; end it with a default.")
    argument = node.args[0]
    sign = sign_at_sample(argument, sample)  # pyright: ignore[reportArgumentType]
    if isinstance(node, sp.Abs):
        return argument if sign >= 0 else -argument  # pyright: ignore[reportOperatorIssue]
    return sp.Integer(sign) if isinstance(node, sp.sign) else sp.Rational(1 + sign, 2)


def _replace(expr: Basic, resolved: dict[Basic, Basic]) -> sp.Expr:
    def visit(node: Basic) -> Basic:
        if node in resolved:
            return resolved[node]
        if not node.args:
            return node
        args = [visit(a) for a in node.args]
        return node if all(new is old for new, old in zip(args, node.args, strict=True)) else rebuild(node, args)

    return visit(expr)  # pyright: ignore[reportReturnType]


def merge(pieces: Iterable[Piece]) -> tuple[Piece, ...]:
    """Join neighbours that have the same formula, except where a root of 0 may make the formula not smooth.

    >>> merge([Piece(-sp.oo, sp.S.Zero, x), Piece(sp.S.Zero, sp.oo, x)])
    (Piece(lower=-oo, upper=oo, expr=x),)
    """
    merged: list[Piece] = []
    for piece in pieces:
        joined = Piece(merged[-1].lower, piece.upper, merged[-1].expr) if merged else piece
        if merged and same_formula(joined.expr, piece.expr, sample_of(piece)) and not fractional_bases(joined):
            merged[-1] = joined
        else:
            merged.append(piece)
    return tuple(merged)


def same_formula(f: sp.Expr, g: sp.Expr, point: sp.Expr) -> bool:
    """True when f and g are equal by structure or by expansion; False says nothing. They are compared at a point first.

    >>> same_formula(x * (x + 1), x**2 + x, sp.S.One)
    True
    """
    if f == g:
        return True
    difference = f - g
    if sign_at(difference, {x: point}, bits=256):
        return False
    degree = degree_bound(difference)
    return is_zero(difference) or bool(degree is not None and degree <= 100 and sp.expand(difference) == 0)
