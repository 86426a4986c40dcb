"""A dual as its Hermite series, with a certified tail."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from functools import cached_property

import sympy as sp
from flint import arb, arb_poly

from deepcond_sym.activations import Activation, Piece
from deepcond_sym.activations.piece import slope
from deepcond_sym.arithmetic import precision, working_bits
from deepcond_sym.duals.derivation import Derivation
from deepcond_sym.duals.dual_base import Dual, without_rounding
from deepcond_sym.duals.hermite import coefficient_balls, exact_coefficients
from deepcond_sym.duals.integrals.cells import Cells
from deepcond_sym.duals.integrals.plane import Plane
from deepcond_sym.duals.moments import (
    constant_ball,
    second_moment,
    second_moment_ball,
    slope_second_moment,
    slope_second_moment_ball,
)
from deepcond_sym.duals.series_steps import series_steps
from deepcond_sym.errors import AccuracyError, InputError

_FIRST_TERMS = 64
_FEW_TERMS = 256
"""The series is preferred to the direct integral where so many terms close it like a geometric series."""
_PATIENCE, _TABLE_BITS = 24, 160
"""After so many direct integrals of at most so many bits, a series that is long enough for all rho pays."""
_MOST_TERMS = 1024
_MARGIN = 32
"""Bits kept beyond what is asked, for the cancellation in the tails."""


class _Table:
    """The squares a_n^2 for n < count at some precision, with the tails of sum a_n^2 and sum n a_n^2."""

    def __init__(self, sigma: Activation, count: int, bits: int, second: arb, slope: arb) -> None:
        with precision(bits=bits):
            exact = exact_coefficients(sigma, count)
            coefficients = coefficient_balls(sigma, count) if exact is None else [constant_ball(a) for a in exact]
            squares = [a * a for a in coefficients]
            self.count = count
            self.bits = bits - _MARGIN
            self.values = arb_poly(squares)
            self.slopes = self.values.derivative()
            self.tail = _upper_end(second - sum(squares, arb(0)))
            self.slope_tail = _upper_end(slope - sum((n * a for n, a in enumerate(squares)), arb(0)))
            self.second = second
            self.quotient = _quotient(squares)


def _upper_end(tail: arb) -> arb:
    """The tail as an upper bound, at least 0: the terms left out are squares."""
    if tail.is_finite():
        return tail.upper() if tail.upper() > 0 else arb(0)
    return arb("inf")


class SeriesDual(Dual):
    """sigma_hat(rho) = sum of a_n^2 rho^n with |rest after N terms| <= tail |rho|^N (Parseval).

    No elementary form was found. Where the series closes too slowly, the double integral is enclosed directly, by
    `Plane` or, with breakpoints, by `Cells`. Where that does not apply, up to 1024 terms are used; a ball is as wide as
    the tail that they leave, and `digits` or `bits` that are not reached raise AccuracyError.

    >>> from deepcond_sym.duals import dual
    >>> dual("tanh")("1/2", bits=60).str(15)
    '[0.186324413203448 +/- 8.62e-17]'

    Source: textbook (Mehler, Parseval).
    """

    route = "series"
    expr = None

    def __init__(self, activation: Activation) -> None:
        self.activation = activation
        self._exact_second = second_moment(activation)
        self._exact_slope = slope_second_moment(activation)
        self._tables: dict[int, _Table] = {}
        self._moments: dict[int, tuple[arb, arb]] = {}
        self._direct_uses = 0

    @cached_property
    def derivation(self) -> Derivation:  # pyright: ignore[reportIncompatibleVariableOverride]
        """The series with its tail, the integral over the plane, and their agreement at named correlations."""
        return Derivation(series_steps(self))

    @property
    def at_one(self) -> sp.Expr | arb:
        """E[sigma^2], exact or a ball at the current precision."""
        return second_moment_ball(self.activation) if self._exact_second is None else self._exact_second

    @property
    def slope_at_one(self) -> sp.Expr | arb:
        """E[sigma'^2] (oo when the activation jumps), exact or a ball at the current precision."""
        return slope_second_moment_ball(self.activation) if self._exact_slope is None else self._exact_slope

    @cached_property
    def has_infinite_slope(self) -> bool:
        """Whether the activation jumps."""
        return bool(self.activation.jumps)

    def _most_bits(self, bits: int) -> int:
        # the tail does not shrink with the precision, and the tables keep a margin: one try
        return bits + 16

    def _table(self, bits: int, count: int) -> _Table:
        """A table with at least so many bits and terms; the last one is kept for each number of terms."""
        kept = self._tables.get(count)
        rounded = -(-(bits + _MARGIN) // 64) * 64
        if kept is None or kept.bits < bits:
            if rounded not in self._moments:
                with precision(bits=rounded):
                    both = second_moment_ball(self.activation), slope_second_moment_ball(self.activation)
                self._moments[rounded] = both
            kept = _Table(self.activation, count, rounded, *self._moments[rounded])
            self._tables[count] = kept
        return kept

    @cached_property
    def _direct(self) -> Plane | Cells | None:
        """The double integral for sigma."""
        return _rule(self.activation.pieces)

    @cached_property
    def _direct_slope(self) -> Plane | Cells | None:
        """The double integral for sigma', of which sigma_hat' is the dual when sigma does not jump."""
        if self.activation.jumps:
            return None
        return _rule([Piece(p.lower, p.upper, slope(p.expr)) for p in self.activation.pieces])

    def _terms_for_tables(self, bits: int) -> int | None:
        """How many terms would close the series for every rho, if the tails go on like exp(-c sqrt(N)); None if many.

        A guess: what the series leaves is bounded in any case.
        """
        if bits > _TABLE_BITS:
            return None
        few, more = (self._table(bits, count).slope_tail for count in (_FIRST_TERMS, _FEW_TERMS))
        if not (few.is_finite() and more.is_finite() and more > 0):
            return None
        fall = (few / more).log() / (math.sqrt(_FEW_TERMS) - math.sqrt(_FIRST_TERMS))
        for count in (_FEW_TERMS, 2 * _FEW_TERMS, 4 * _FEW_TERMS, 8 * _FEW_TERMS):
            left = more * (-fall * (math.sqrt(count) - math.sqrt(_FEW_TERMS))).exp()
            if left < abs(self._table(bits, _FIRST_TERMS).slopes(arb(1))) * arb(2) ** -(bits - 4):
                return count
        return None

    def _best(self, w: arb, evaluate: Callable[[_Table], arb], direct: Callable[[int], arb] | None) -> arb:
        """The first value that is relatively accurate: with 64 terms, directly, with up to 1024 terms.

        If none is accurate, the narrowest of them.
        """
        bits, count = working_bits(), _FIRST_TERMS
        best = evaluate(self._table(bits, count))
        few_terms = _FEW_TERMS if len(self.activation.pieces) == 1 else _MOST_TERMS
        few = _closing_terms(1 - w, bits) <= few_terms
        while not _is_accurate(best, bits):
            if direct is not None and not few:
                self._direct_uses += 1
                terms = self._terms_for_tables(bits) if self._direct_uses > _PATIENCE else None
                if terms is not None:
                    best = _narrower(best, evaluate(self._table(bits, terms)))
                    if _is_accurate(best, bits):
                        break
                best, direct = _narrower(best, _until_accurate(direct, bits)), None
            elif count < _MOST_TERMS:
                count, few = count * 2, few and 2 * count < few_terms
                best = _narrower(best, evaluate(self._table(bits, count)))
            else:
                break
        return best

    def _value(self, w: arb) -> arb:
        if w == 0:
            return _ball_of(self.at_one)
        if w == 2 and self.activation.parity is not None:
            return _ball_of(self.at_one) * (1 if self.activation.parity == "even" else -1)
        r, direct = 1 - w, self._direct

        def evaluate(table: _Table) -> arb:
            return table.values(r) + _between(r, table.tail * abs(r) ** table.count)

        return self._best(w, evaluate, None if direct is None else lambda bits: direct.product(w, bits))

    def _slope(self, w: arb) -> arb:
        if w == 0 and not self.has_infinite_slope:
            return _ball_of(self.slope_at_one)
        if w == 2 and self.activation.parity is not None and not self.has_infinite_slope:
            return _ball_of(self.slope_at_one) * (1 if self.activation.parity == "odd" else -1)
        r, direct = 1 - w, self._direct_slope

        def evaluate(table: _Table) -> arb:
            if not table.slope_tail.is_finite():
                return table.slopes(r) + _between(r, _slope_rest(table, abs(r)))
            return table.slopes(r) + _between(r, table.slope_tail * abs(r) ** (table.count - 1))

        if self.has_infinite_slope and (w == 0 or w == 2):
            return self._infinite_slope(w)
        return self._best(w, evaluate, None if direct is None else lambda bits: direct.product(w, bits))

    def _complement(self, w: arb) -> arb:
        if w == 0 or (w == 2 and self.activation.parity == "even"):
            return arb(0)
        if w > 1 and self.activation.parity == "even":
            return self._complement(without_rounding(2, w))
        if w == 2 and self.activation.parity == "odd":
            return 2 * _ball_of(self.at_one)
        direct = self._direct

        def evaluate(table: _Table) -> arb:
            with precision(bits=working_bits() + 16):
                known = w * table.quotient(1 - w) if w < 1 else table.values(arb(1)) - table.values(1 - w)
                rest = table.tail if w >= 1 else table.tail.min(w * table.slope_tail)
                # for r < 0 the terms 1 - r^n go up to 2
                rest = 2 * rest if w > 1 else rest
                # far from rho = 1 the terms left out hardly differ from those in E[sigma^2], which is known
                r = 1 - w
                closed = table.second - table.values(r) - _between(r, table.tail * abs(r) ** table.count)
                return _narrower(known + _zero_to(rest), closed)

        def directly(bits: int) -> arb:
            assert direct is not None
            if w > 1 and isinstance(direct, Cells):
                return _ball_of(self.at_one) - direct.product(w, bits)
            return direct.complement(w, bits)

        return self._best(w, evaluate, None if direct is None else directly)


def _rule(pieces: Sequence[Piece]) -> Plane | Cells | None:
    """The direct double integral of a function, None when there is no bound on its growth."""
    try:
        return Plane(pieces[0].expr) if len(pieces) == 1 else Cells(pieces)
    except InputError:
        return None


def _closing_terms(r: arb, bits: int) -> float:
    """About how many terms close a geometric series."""
    size = abs(float(r.mid()))
    return bits * math.log(2) / -math.log(size) if 0 < size < 1 else math.inf if size else 0.0


def _is_accurate(value: arb, bits: int) -> bool:
    return bool(value.is_zero() or value.rel_accuracy_bits() >= bits - 8)


def _narrower(first: arb, second: arb) -> arb:
    return second if not first.is_finite() or second.rad() < first.rad() else first


def _until_accurate(direct: Callable[[int], arb], bits: int) -> arb:
    """The direct value, again with what is missing when it is small beside sigma; [-oo, oo] where there is none."""
    try:
        result = direct(bits + 2)
        missing = bits - 8 - int(result.rel_accuracy_bits())
        if 0 < missing <= 4 * bits and result.is_finite():
            result = direct(bits + 4 + missing)
        return result
    except AccuracyError:
        return arb(0, "inf")


def _ball_of(constant: sp.Expr | arb) -> arb:
    return constant if isinstance(constant, arb) else constant_ball(constant)


def _quotient(squares: list[arb]) -> arb_poly:
    """(p(1) - p(r))/(1 - r) = sum over k of r^k * (sum of p_n for n > k): no coefficient is negative."""
    sums, running = [], arb(0)
    for value in reversed(squares[1:]):
        running = running + value
        sums.append(running)
    return arb_poly(sums[::-1])


def _zero_to(bound: arb) -> arb:
    """The ball of [0, bound]."""
    if bound == 0:
        return arb(0)
    half = (bound / 2).upper()
    return half + arb(0, half)


def _between(r: arb, bound: arb) -> arb:
    """[0, bound] for r >= 0, [-bound, bound] otherwise."""
    return _zero_to(bound.upper()) if r >= 0 else arb(0, bound.upper())


def _slope_rest(table: _Table, r: arb) -> arb:
    """sum over n >= N of n a_n^2 r^(n-1) <= tail * max of n r^(n-1) over n >= N."""
    if r >= 1:
        return arb("inf")
    if r == 0:
        return arb(0)
    count = table.count
    peak = -1 / r.log()
    if peak.upper() <= count:
        return table.tail * count * r ** (count - 1)
    # n r^(n-1) is at most its value at the real maximum n = -1/log r
    return table.tail * peak * (-arb(1)).exp() / r
