"""E[f(X) f(Y)] for a piecewise analytic f by Gauss-Legendre rules on cells of the plane, with a proved error."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import cached_property
from itertools import pairwise
from typing import Any

import sympy as sp
from flint import acb, arb

from deepcond_sym.activations import Piece
from deepcond_sym.activations.constants import sign_of_constant
from deepcond_sym.activations.parity import parity_of
from deepcond_sym.activations.piece import slope
from deepcond_sym.arithmetic import ball, lower, precision
from deepcond_sym.duals.dual_base import lost_bits, without_rounding
from deepcond_sym.duals.integrals.cell import Cell, peak, same_piece, two_pieces
from deepcond_sym.duals.integrals.cell_rule import CellRule
from deepcond_sym.duals.integrals.envelope import envelope
from deepcond_sym.duals.integrals.strip import rectangle_bound
from deepcond_sym.errors import AccuracyError
from deepcond_sym.symbols import x

_BITS = 64
_MOST_POINTS = 2_000_000
_BUCKETS = 3
"""Panels are chosen, and their errors bounded, for all w between 2^(k/3) and 2^((k+1)/3) at once."""


class Cells:
    """E[f(X) f(Y)] and E[(f(X) - f(Y))^2]/2 for an f that is analytic on each of finitely many pieces of the line.

    With X = s S + d D, Y = s S - d D as in `Plane`, the half plane X > Y is cut into cells on which X and Y stay each
    in one piece [t_i, t_(i+1)] of the line: for X and Y in the same piece the coordinates are D and the distance of Y
    (or X) from the end of the piece; for different pieces they are the distances of X and Y from the ends that face
    each other, in units of 2d. In both, X and Y are linear in each coordinate, the integrand is analytic, and its size
    does not depend on how small d is. Correlations below 0 are those of f(X) and f(-Y).

    Errors: InputError when no bound on the growth of f is known; AccuracyError when too many nodes are needed, or f is
    not analytic at an end of a piece.

    >>> softsign = (Piece(-sp.oo, sp.S.Zero, x / (1 - x)), Piece(sp.S.Zero, sp.oo, x / (1 + x)))
    >>> Cells(softsign).complement(arb(2) ** -30, 50).str(12, radius=False)
    '2.12035458667e-10'

    Source: derived here; error of Gauss-Legendre quadrature: see `CellRule`.
    """

    def __init__(self, pieces: Sequence[Piece]) -> None:
        self.pieces = tuple(pieces)
        self.parity = parity_of(self.pieces)
        self.envelope = envelope(self.pieces)
        self._plain = _Line(self.pieces, self.pieces)

    @cached_property
    def _flipped(self) -> _Line:
        mirrored = tuple(Piece(-p.upper, -p.lower, p.expr.subs(x, -x)) for p in reversed(self.pieces))
        return _Line(*_merged(self.pieces, mirrored))

    @cached_property
    def _slopes(self) -> tuple[Piece, ...]:
        return tuple(Piece(p.lower, p.upper, slope(p.expr)) for p in self.pieces)

    def product(self, w: arb, bits: int) -> arb:
        """E[f(X) f(Y)] for the correlation 1 - w, 0 < w < 2, to about 2^-bits."""
        if w <= 1:
            return self._product(w, bits, self._plain)
        other = without_rounding(2, w) if w.is_exact() else 2 - w
        if not other > 0:
            raise AccuracyError("At correlation -1 this is an integral over a line, not over the plane.")
        if self.parity is None:
            return self._product(other, bits, self._flipped)
        value = self._product(other, bits, self._plain)
        return value if self.parity == "even" else -value

    def _product(self, w: arb, bits: int, line: _Line) -> arb:
        with precision(bits=_BITS):
            radius = self.envelope.radius(bits + 2, 0)
            tail = self.envelope.tail(radius, 0)
        symmetric = line is self._plain and self.parity is not None
        with precision(bits=bits + 24):
            total = _Plan(w, radius, bits, line, symmetric, 0).total(products=True)
            return total + arb(0, tail)

    def complement(self, w: arb, bits: int) -> arb:
        """E[(f(X) - f(Y))^2]/2 for the correlation 1 - w, 0 < w <= 1; the error is relative to w."""
        lost = 1 + lost_bits(w)
        with precision(bits=_BITS):
            if self._plain.is_continuous:
                slopes = envelope(self._slopes)
                radius = slopes.radius(bits + 2, 2)
                tail = slopes.tail(radius, 2) * w
            else:
                radius = self.envelope.radius(bits + lost + 3, 0)
                tail = 2 * self.envelope.tail(radius, 0)
        with precision(bits=bits + 24 + lost):
            total = _Plan(w, radius, bits, self._plain, self.parity is not None, lost).total(products=False)
            return total + arb(0, tail.upper())


class _Line:
    """The pieces of f and of the function g of Y on a common partition of the line, with bounds on rectangles."""

    def __init__(self, first: Sequence[Piece], second: Sequence[Piece]) -> None:
        self.knots = [piece.upper for piece in first[:-1]]
        self.size = len(first)
        self.two = first is not second
        self._exprs = {"f": [p.expr for p in first], "g": [p.expr for p in second]}
        self._exprs["slope"] = [slope(p.expr) for p in first]
        self.real = {name: [lower(e, ball) for e in self._exprs[name]] for name in ("f", "g")}
        self._complex = {
            name: [lower(e, ball, complex_ball=True) for e in found] for name, found in self._exprs.items()
        }
        self._kept: dict[Any, arb | None] = {}
        self.rules: dict[Any, tuple[CellRule, CellRule]] = {}

    @cached_property
    def is_continuous(self) -> bool:
        """Whether all jumps of f are exactly 0."""
        sides = zip(self.knots, self._exprs["f"], self._exprs["f"][1:], strict=False)
        return all(sign_of_constant(a.subs(x, knot) - b.subs(x, knot)) == 0 for knot, a, b in sides)

    def ends(self) -> list[arb]:
        """The knots at the current precision."""
        return [ball.constant(knot) for knot in self.knots]

    def sup(self, name: str, index: int, z: acb) -> arb | None:
        """sup |f| (or |g|, |f'|) of one piece on a rectangle, or None; the rectangle is widened to a coarse grid."""
        left, right = float(z.real.lower()), float(z.real.upper())
        height = float(abs(z.imag).upper())
        for margin in (4, 8, 12):
            unit = 2.0 ** (math.floor(math.log2(max(right - left, height, 2.0**-40))) - margin)
            key = (name, index, unit, math.floor(left / unit), math.ceil(right / unit), math.ceil(height / unit) + 1)
            if key not in self._kept:
                low, high, tall = (k * unit for k in key[3:])
                self._kept[key] = rectangle_bound(self._complex[name][index], low, high, tall)
            found = self._kept[key]
            if found is not None and found.is_finite():
                return found
        return None


def _merged(first: Sequence[Piece], second: Sequence[Piece]) -> tuple[list[Piece], list[Piece]]:
    """Two partitions of the line on their common refinement."""
    knots: list[sp.Expr] = []
    for knot in [p.upper for p in (*first[:-1], *second[:-1])]:
        if all(sign_of_constant(knot - other) for other in knots):
            knots.append(knot)
    with precision(bits=_BITS):
        knots.sort(key=lambda knot: float(ball.constant(knot).mid()))
    ends = [-sp.oo, *knots, sp.oo]

    def refined(pieces: Sequence[Piece]) -> list[Piece]:
        result, index = [], 0
        for low, high in pairwise(ends):
            while pieces[index].upper != sp.oo and sign_of_constant(pieces[index].upper - low) <= 0:
                index += 1
            result.append(Piece(low, high, pieces[index].expr))
        return result

    return refined(first), refined(second)


Node = tuple[arb, arb]


class _Plan:
    """All cells for one w, radius and accuracy."""

    def __init__(self, w: arb, radius: float, bits: int, line: _Line, symmetric: bool, lost: int) -> None:
        self.w, self.line, self.symmetric = w, line, symmetric
        self.radius = arb(radius)
        # relative to w for differences
        self.bits = bits + 6 + lost
        with precision(bits=_BITS):
            self.bucket = math.floor(float((_BUCKETS * w.log() / arb(2).log()).mid()))
        self.ends = line.ends()

    def total(self, products: bool) -> arb:
        """The sum over all cells, with its error."""
        total, last = arb(0), self.line.size - 1
        for i in range(last + 1):
            for j in range(i + 1):
                mirror = (last - j, last - i)
                if self.symmetric and mirror < (i, j):
                    continue
                where = self._cell(i, j)
                if where is not None:
                    value = self._integral(i, j, where, products)
                    total += 2 * value if self.symmetric and mirror != (i, j) else value
        return total

    def _cell(self, i: int, j: int, loosely: bool = False) -> Cell | None:
        """The cell with X in piece i, Y in piece j, X > Y, for w or for all of its bucket; None if out of the disc."""
        w = self.w
        if loosely:
            low = arb(2) ** (arb(self.bucket) / _BUCKETS)
            w = low.union((low * arb(2) ** (arb(1) / _BUCKETS)).min(arb(1)))
        s, d = (1 - w / 2).sqrt(), (w / 2).sqrt()
        bounds: list[arb | None] = [None, *self.ends, None]
        if i == j:
            return same_piece(s, d, self.radius, bounds[i], bounds[i + 1])
        return two_pieces(s, d, self.radius, bounds[i : i + 2], bounds[j : j + 2])

    def _integral(self, i: int, j: int, cell: Cell, products: bool) -> arb:
        along, across = self._rules(i, j, cell, products)
        first, second = along.nodes(), across.nodes()
        if len(first) * len(second) > _MOST_POINTS:
            raise AccuracyError("The integral over the plane needs too many nodes: ask for fewer digits.")
        total = self._sum(i, j, cell, (first, second), products)
        return total + arb(0, (along.error + across.error).upper())

    def _rules(self, i: int, j: int, cell: Cell, products: bool) -> tuple[CellRule, CellRule]:
        """Rules for both coordinates, kept for all w of the bucket where its width does no harm."""
        key = (i, j, products, self.bits, self.bucket, float(self.radius.mid()))
        if key in self.line.rules:
            return self.line.rules[key]
        loose = self._cell(i, j, loosely=True)
        try:
            assert loose is not None
            self.line.rules[key] = self._rules_on(i, j, loose, products)
        except AccuracyError:
            return self._rules_on(i, j, cell, products)
        return self.line.rules[key]

    def _rules_on(self, i: int, j: int, cell: Cell, products: bool) -> tuple[CellRule, CellRule]:
        def bound(a: acb, b: acb) -> arb | None:
            x, y, across, along, area = cell.at(a, b)
            size = self._kernel_bound(i, j, (acb(x), acb(y), 2 * cell.d * acb(across)), products)
            if size is None:
                return None
            return (size * abs(acb(area)).upper() * peak(acb(across)) * peak(acb(along))).upper()

        unit = acb(arb(0.5, 0.5))
        return CellRule(lambda z: bound(z, unit), self.bits), CellRule(lambda z: bound(unit, z), self.bits)

    def _sum(self, i: int, j: int, cell: Cell, nodes: tuple[list[Node], list[Node]], products: bool) -> arb:
        def values(x: arb, index: int) -> tuple[arb, arb]:
            found = real["f"][index](x)
            return found, (real["g"][index](x) if two else found)

        real, two = self.line.real, self.line.two and products
        first, second = nodes
        second = [(b, other * (cell.area[0] + cell.area[2] * b)) for b, other in second]
        of_b = [values(cell.at(arb(0), b)[1], j) for b, _ in second] if cell.y_from == "b" else []
        d, scale, half, total = cell.d, 1 / (cell.s * cell.s), arb(0.5), arb(0)
        for a, weight in first:
            y0, y1 = cell.y[0] + cell.y[1] * a, cell.y[2] + cell.y[3] * a
            d0, d1 = cell.across[0] + cell.across[1] * a, cell.across[2] + cell.across[3] * a
            at_x = values(cell.at(a, arb(0))[0], i) if cell.x_from == "a" else None
            at_y = values(y0, j) if cell.y_from == "a" else None
            row = arb(0)
            for k, (b, other) in enumerate(second):
                y, across = y0 + y1 * b, d0 + d1 * b
                shift = d * across
                middle = y + shift
                fx, gx = at_x or values(middle + shift, i)
                fy, gy = at_y or (of_b[k] if of_b else values(y, j))
                if products:
                    size = fx * gy + fy * gx
                else:
                    size = fx - fy
                    size = size * size
                row += other * size * (-half * (across * across + scale * middle * middle)).exp()
            total += weight * row
        return total
    def _kernel_bound(self, i: int, j: int, at: tuple[acb, acb, acb], products: bool) -> arb | None:
        """A bound for what is integrated against the density, on balls of (X, Y, X - Y)."""
        x, y, gap = at
        sup = self.line.sup
        if products:
            sizes = [sup("f", i, x), sup("g", j, y), sup("f", j, y), sup("g", i, x)]
            known = [size for size in sizes if size is not None]
            return known[0] * known[1] + known[2] * known[3] if len(known) == 4 else None
        if i == j:
            steep = sup("slope", i, _hull(x, y))
            return None if steep is None else (abs(gap).upper() * steep) ** 2
        if i == j + 1:
            knot = self.ends[j]
            above, below = sup("slope", i, _hull(x, acb(knot))), sup("slope", j, _hull(y, acb(knot)))
            if above is None or below is None:
                return None
            jump = abs(self.line.real["f"][i](knot) - self.line.real["f"][j](knot)).upper()
            if self.line.is_continuous:
                jump = arb(0)
            return (jump + abs(x - knot).upper() * above + abs(y - knot).upper() * below) ** 2
        sizes = [sup("f", i, x), sup("f", j, y)]
        known = [size for size in sizes if size is not None]
        return (known[0] + known[1]) ** 2 if len(known) == 2 else None


def _hull(a: acb, b: acb) -> acb:
    return acb(a.real.union(b.real), a.imag.union(b.imag))
