"""Refuse formulas with a singularity on the line: decided exactly or by balls, and the place is named."""

from collections.abc import Sequence

import sympy as sp
from flint import arb

from deepcond_sym.arithmetic.precision import precision
from deepcond_sym.errors import InputError
from deepcond_sym.symbols import x

from .constants import node_count, shorten, sign_of_constant
from .enclosure import Range, enclose, is_known
from .piece import Piece, sample_of, sign_at_sample
from .roots import real_zeros

_MAX_BOXES = 400
_INNER_RADIUS = 32
_MAX_NODES = 100


def check_domain(pieces: Sequence[Piece]) -> None:
    """Check that each piece is finite on its closed interval and smooth inside.

    Errors: InputError that names the part and the place.

    >>> check_domain((Piece(-sp.oo, sp.oo, 1 / (x**2 + x + 1)),))
    """
    for piece in pieces:
        for node in {node for node in sp.preorder_traversal(piece.expr) if node.args}:
            if isinstance(node, sp.Expr) and node.free_symbols:
                _check_node(node, piece)


def check_finite(piece: Piece) -> Piece:
    """The piece itself, unless its formula is infinite everywhere on it, such as 1/relu(x) for x < 0.

    >>> check_finite(Piece(sp.S.Zero, sp.oo, x)).expr
    x
    """
    if piece.expr.has(sp.zoo, sp.nan, sp.oo, -sp.oo):
        place = f"between x = {shorten(piece.lower)} and x = {shorten(piece.upper)}"
        raise InputError(f"the formula is not finite {place}; an activation is finite everywhere.")
    return piece


def _check_node(node: sp.Expr, piece: Piece) -> None:
    if isinstance(node, sp.Pow):
        base, exponent = node.base, node.exp
        if not isinstance(exponent, sp.Rational):
            if base.free_symbols or sign_of_constant(base) <= 0:
                raise InputError(f"{shorten(node)} is not defined for all x; an exponent must be a rational number.")
            return
        if exponent < 0:
            _require_nonzero(base, node, piece)
        if exponent.q != 1:
            _require_positive_sample(base, node, piece)
    elif isinstance(node, sp.log):
        _require_nonzero(node.args[0], node, piece)
        _require_positive_sample(node.args[0], node, piece)
    elif isinstance(node, (sp.tan, sp.asin, sp.acos)):
        limit = sp.pi / 2 if isinstance(node, sp.tan) else sp.S.One
        with precision(bits=128):
            size, bound = enclose(node.args[0], {x: piece.domain}), enclose(limit, {}).low
            inside = size.low > -bound and size.high < bound
            touches = not isinstance(node, sp.tan) and size.low >= -1 and size.high <= 1
        if not (inside or touches):
            raise InputError(f"{shorten(node)} is not finite and smooth for all x; its argument must stay in bounds.")
    elif not is_known(node):
        raise InputError(f"{shorten(node)} is not a function that this program knows; see the list for activations.")


def _require_nonzero(base: sp.Expr, node: sp.Expr, piece: Piece) -> None:
    if not base.free_symbols or away_from_zero(base, piece) is not None:
        return
    try:
        with precision(bits=128):
            zeros = real_zeros(base, piece.domain)
    except InputError:
        message = f"cannot show that {shorten(node)} has no singularity on the line; write it differently."
        raise InputError(message) from None
    for zero in zeros:
        if sign_of_constant(zero - piece.lower) >= 0 and sign_of_constant(piece.upper - zero) >= 0:
            raise InputError(
                f"{shorten(node)} has a singularity at x = {shorten(zero)}; an activation is finite everywhere."
            )


def _require_positive_sample(base: sp.Expr, node: sp.Expr, piece: Piece) -> None:
    """The sign at one point is the sign on the whole piece, because there is no zero inside."""
    if sign_at_sample(base, sample_of(piece)) < 0:
        raise InputError(
            f"{shorten(node)} is not real between x = {shorten(piece.lower)} and x = {shorten(piece.upper)}."
        )


def away_from_zero(f: sp.Expr, piece: Piece) -> arb | None:
    """A number m > 0 with |f| >= m on the closed piece, found with balls, or None when that did not succeed.

    Bisects the part within |x| <= 32; further out f must have a fixed sign by its range or by being monotone.

    >>> away_from_zero(sp.exp(x) - x, Piece(-sp.oo, sp.oo, x)) > 0
    True
    """
    with precision(bits=64):
        domain = piece.domain
        sign = enclose(f, {x: domain}).sign
        if sign:
            return _size(enclose(f, {x: domain}))
        low, high = domain.low.max(arb(-_INNER_RADIUS)), domain.high.min(arb(_INNER_RADIUS))
        if not low < high:
            return None
        least: list[arb] = []
        for end, outer in ((domain.low, Range(-arb.pos_inf(), low)), (domain.high, Range(high, arb.pos_inf()))):
            if not end.is_finite():
                size = _outer_size(f, outer)
                if size is None:
                    return None
                least.append(size)
        boxes, count = [(low, high)], 0
        while boxes:
            a, b = boxes.pop()
            count += 1
            size = _size(enclose(f, {x: Range(a, b)}))
            # Wide boxes are split even when they suffice: they give a bound too small to be useful.
            if size is not None and b - a <= 1:
                least.append(size)
            elif count > _MAX_BOXES or b - a < 1e-9:
                return None
            else:
                middle = arb(((a + b) / 2).mid())
                boxes += [(a, middle), (middle, b)]
        smallest = least[0]
        for m in least[1:]:
            smallest = smallest.min(m)
        return smallest.lower()


def _size(values: Range) -> arb | None:
    if values.low > 0:
        return values.low.lower()
    return (-values.high).lower() if values.high < 0 else None


def _outer_size(f: sp.Expr, domain: Range, depth: int = 3) -> arb | None:
    """The least |f| on an unbounded interval, when f is bounded away from 0 there or moves away from 0 outwards."""
    size = _size(enclose(f, {x: domain}))
    if size is not None or depth == 0 or node_count(f, _MAX_NODES) >= _MAX_NODES:
        return size
    outwards = 1 if domain.low.is_finite() else -1
    start = domain.low if outwards == 1 else domain.high
    at_start = enclose(f, {x: Range(start, start)})
    slope = sp.diff(f, x)
    if at_start.sign in (None, 0) or _outer_size(slope, domain, depth - 1) is None:
        return None
    slope_sign = enclose(slope, {x: Range(start, start)}).sign
    return _size(at_start) if slope_sign is not None and slope_sign * outwards == at_start.sign else None
