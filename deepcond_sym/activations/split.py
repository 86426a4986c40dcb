"""From a formula with switches (Max, Abs, Piecewise, ...) to smooth formulas on intervals with exact ends."""

from collections.abc import Iterable
from functools import cmp_to_key
from itertools import combinations
from typing import Any, cast

import sympy as sp
from sympy.core.basic import Basic
from sympy.core.relational import Relational

from deepcond_sym.arithmetic.precision import precision
from deepcond_sym.errors import InputError
from deepcond_sym.symbols import x

from .constants import is_zero, shorten, sign_at, sign_of_constant
from .domain import check_domain, check_finite
from .nonsmooth import SWITCHES, rebuild
from .piece import Piece, fractional_bases, sample_of, sign_at_sample
from .roots import degree_bound, real_zeros

_MAX_PIECES = 1_000


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
        parts = _partition(piece, fractional_bases(piece))
        switches = _resolvable(piece.expr)
        if len(parts) > 1:
            waiting += parts
        elif not switches:
            done.append(piece)
        else:
            for part in _partition(piece, [f for node in switches for f in _switching_functions(node, piece)]):
                sample = sample_of(part)
                resolved = {node: _resolve(node, sample) for node in switches}
                waiting.append(check_finite(Piece(part.lower, part.upper, _replace(part.expr, resolved))))
        if len(waiting) + len(done) > _MAX_PIECES:
            raise InputError(f"{shorten(expr)} has more than {_MAX_PIECES} pieces; write a simpler one.")
    done.sort(key=cmp_to_key(lambda a, b: sign_of_constant(a.lower - b.lower) if a.lower != b.lower else 0))
    return merge(done)


def _resolvable(expr: Basic) -> list[Basic]:
    """The switches whose own arguments are smooth; of a Piecewise only the conditions count, so that it goes first."""
    found: dict[Basic, None] = {}

    def visit(node: Basic) -> bool:
        deciding = [pair.args[1] for pair in node.args] if isinstance(node, sp.Piecewise) else node.args
        # A list, because every argument must be visited: any() of a generator would stop at the first hit.
        inside = any([visit(a) for a in deciding])  # noqa: C419
        if isinstance(node, SWITCHES):
            if not inside:
                found[node] = None
            return True
        return inside

    visit(expr)
    return list(found)


def _switching_functions(node: Basic, piece: Piece) -> list[sp.Expr]:
    """The functions whose sign decides what the node is; each must be finite and real on the whole piece."""
    pairs: list[tuple[Any, Any]] = [(node.args[0], sp.S.Zero)]
    if isinstance(node, (sp.Max, sp.Min)):
        pairs = list(combinations(node.args, 2))
    if isinstance(node, sp.Piecewise):
        pairs = [(r.args[0], r.args[1]) for pair in node.args for r in pair.args[1].atoms(Relational)]
    functions = [a - b for a, b in pairs]
    check_domain([Piece(piece.lower, piece.upper, f) for f in functions])
    return functions


def _partition(piece: Piece, functions: list[sp.Expr]) -> list[Piece]:
    """The piece cut at every point inside it where one of the functions may change sign."""
    if not functions:
        return [piece]
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
    for point in inside:
        if sign_of_constant(point - ends[-1]) > 0:
            ends.append(point)
    return [Piece(lower, upper, piece.expr) for lower, upper in zip(ends, [*ends[1:], piece.upper], strict=True)]


def _resolve(node: Basic, sample: sp.Expr) -> Basic:
    """What the switch is on the interval around the sample, where no switching function changes sign."""
    if isinstance(node, (sp.Max, sp.Min)):
        wanted = 1 if isinstance(node, sp.Max) else -1
        best, *others = cast(tuple[sp.Expr, ...], node.args)
        for other in others:
            if sign_at_sample(other - best, sample) == wanted:
                best = other
        return best
    if isinstance(node, sp.Piecewise):
        for pair in node.args:
            condition = pair.args[1]
            for relation in condition.atoms(Relational):
                left, right = cast(tuple[sp.Expr, sp.Expr], relation.args)
                sign = sign_at_sample(left - right, sample)
                holds = sp.true if relation.func(sign, 0) else sp.false
                condition = condition.xreplace({relation: holds})
            if condition == sp.true:
                return pair.args[0]
        raise InputError("a Piecewise activation must have a value for every x; end it with a default.")
    argument = cast(sp.Expr, node.args[0])
    sign = sign_at_sample(argument, sample)
    if isinstance(node, sp.Abs):
        return argument if sign >= 0 else -argument
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
