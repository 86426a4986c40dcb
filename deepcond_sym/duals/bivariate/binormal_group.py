"""The pairs of steps (with knots and exponentials) and of shifted erfs: their sum in closed form, with Phi2."""

from __future__ import annotations

from functools import cached_property
from typing import Any

import sympy as sp
from flint import arb

from deepcond_sym.arithmetic import ball, precision
from deepcond_sym.duals.algebra.erfi import lower_with_erfi
from deepcond_sym.duals.bivariate.cdf_element import CdfElement
from deepcond_sym.duals.bivariate.cdf_field import CdfField
from deepcond_sym.duals.bivariate.cdf_pairing import CdfTerm, Slide, Switch, expectation
from deepcond_sym.duals.bivariate.cdf_proof import Weighted, follows_from_price, is_provable, price_slope
from deepcond_sym.duals.bivariate.step_ends import step_end
from deepcond_sym.duals.derivation import StepError, UndecidedError, require
from deepcond_sym.duals.distribution import ErfTerm, Smooth, StepTerm
from deepcond_sym.duals.pairs.pair_terms import PairTerm, SignTerm
from deepcond_sym.errors import InputError
from deepcond_sym.symbols import rho
from deepcond_sym.verdict import Verdict

Pair = tuple[PairTerm, PairTerm, sp.Expr]
"""Two terms and the coefficient of E[first(U) second(V)]."""


class BinormalGroup:
    """The sum of coefficient * E[first(U) second(V)], U and V centred normal of variances q1, q2 and correlation rho.

    `expr` has rational functions, square roots, exponentials, erf and `binormal_cdf`. Where two steps meet it has no
    value at rho = 1 and -1: `at_end` has the limits.

    >>> step = StepTerm(0, sp.S(0), sp.S(0), sp.S(1))
    >>> BinormalGroup([(step, step, sp.S(1))], sp.S(1), sp.S(1)).expr
    binormal_cdf(-1, -1, rho)

    Source: derived here.
    """

    def __init__(self, pairs: list[Pair], q1: sp.Expr, q2: sp.Expr) -> None:
        self.pairs, self.q1, self.q2 = pairs, q1, q2
        self.field = CdfField(_constants(pairs))
        self._weighted = [w for pair in pairs for w in self._expanded(*pair)]

    @cached_property
    def total(self) -> CdfElement:
        """The sum in the algebra of `CdfElement`."""
        return self._sum(self._weighted)

    @cached_property
    def expr(self) -> sp.Expr:
        """The closed form."""
        return self.total.expr(self.q1, self.q2)

    @cached_property
    def at_zero(self) -> sp.Expr:
        """The value at rho = 0, where what vanishes has been cancelled exactly."""
        return self.total.at_zero().expr(self.q1, self.q2)

    @cached_property
    def smooth_at_ends(self) -> sp.Expr:
        """The part of the closed form without pairs of steps: it has values at rho = 1 and -1."""
        others = [w for w in self._weighted if not _two_steps(w)]
        return self._sum(others).expr(self.q1, self.q2)

    def at_end(self, sign: int, deviations: tuple[arb, arb]) -> arb:
        """The part that pairs of steps contribute at rho = sign, for these values of sqrt(q1), sqrt(q2)."""
        steps = [w for w in self._weighted if _two_steps(w)]
        return sum((step_end(self.field, w, sign, deviations) for w in steps), arb(0))

    def _sum(self, weighted: list[Weighted]) -> CdfElement:
        total = CdfElement(self.field)
        for pair in weighted:
            total = total.plus(expectation(self.field, pair.first, pair.second), pair.weight)
        return total

    def _expanded(self, first: PairTerm, second: PairTerm, coefficient: sp.Expr) -> list[Weighted]:
        field, found = self.field, []
        weight = sum((field.split(part) for part in sp.Add.make_args(coefficient)), field.zero)
        for c, f in _standard(field, first, field.s1):
            for d, g in _standard(field, second, field.s2):
                found.append(Weighted(weight * c * d, f, g))
        return found

    @cached_property
    def is_provable(self) -> bool:
        """Whether Price's theorem proves the closed form."""
        return is_provable(self._weighted)

    @cached_property
    def slope(self) -> sp.Expr:
        """d/d rho as the sum of coefficient * sqrt(q1 q2) * E[first' second'] (Price's theorem)."""
        return self._slope.expr(self.q1, self.q2)

    @cached_property
    def _slope(self) -> CdfElement:
        return price_slope(self.field, self._weighted)

    def judge_value(self, shown: sp.Expr) -> Verdict:
        """Whether the formula is the sum: PROVED by Price's theorem, CERTIFIED for steps with a Gaussian factor."""
        same_formula(shown, self.expr)
        if not self.is_provable:
            self._judge_slope()
            return Verdict.CERTIFIED
        if not follows_from_price(self.field, self.total, self._weighted):
            raise StepError("the slope or the value at rho = 0 is not that of Price's theorem")
        return Verdict.PROVED

    def judge_slope(self, shown: sp.Expr) -> Verdict:
        """Whether the formula is the slope, and the slope the mean of the product of the derivatives."""
        same_formula(shown, self.slope)
        self._judge_slope()
        # the formulas as they are printed, by SymPy's own rules of differentiation
        _require_equal_values(sp.diff(self.expr, rho), self.slope, "the slope is not that of the formula")
        return Verdict.PROVED

    def _judge_slope(self) -> None:
        gap = self.total.derivative().plus(self._slope, -1)
        require(gap.is_zero(), "the slope is not the mean of the product of the derivatives")


def _two_steps(pair: Weighted) -> bool:
    return isinstance(pair.first.factor, Switch) and isinstance(pair.second.factor, Switch)


def _standard(field: CdfField, term: PairTerm, s: Any) -> list[tuple[Any, CdfTerm]]:
    """term(s X) as coefficients and terms in X."""
    zero = field.zero
    match term:
        case Smooth(power, linear, quadratic):
            return [(s**power, CdfTerm(power, field.split(linear) * s, field.split(quadratic) * s**2, None))]
        case StepTerm(power, linear, quadratic, knot):
            step = Switch(field.split(knot) / s)
            return [(s**power, CdfTerm(power, field.split(linear) * s, field.split(quadratic) * s**2, step))]
        case SignTerm(power):
            plain = CdfTerm(power, zero, zero, None)
            return [(2 * s**power, plain._replace(factor=Switch(zero))), (-(s**power), plain)]
        case ErfTerm(power, scale, shift):
            plain = CdfTerm(power, zero, zero, None)
            slide = Slide(field.split(sp.sqrt(2) * scale) * s, field.split(sp.sqrt(2) * shift))
            return [(2 * s**power, plain._replace(factor=slide)), (-(s**power), plain)]
    raise TypeError(f"{term} is no term of a pair")


def _constants(pairs: list[Pair]) -> tuple[sp.Expr, ...]:
    """What the field must know beside rational numbers."""
    found: list[sp.Expr] = []
    for first, second, coefficient in pairs:
        found += sp.Add.make_args(coefficient)
        for term in (first, second):
            match term:
                case Smooth(_, linear, quadratic):
                    found += [linear, quadratic]
                case StepTerm(_, linear, quadratic, knot):
                    found += [linear, quadratic, knot]
                case ErfTerm(_, scale, shift):
                    found += [sp.sqrt(2) * scale, sp.sqrt(2) * shift]
    return tuple(value.as_coeff_Mul()[1] for value in found)


_POINTS = tuple(
    tuple(sp.Rational(*number) for number in point)
    for point in (((1, 3), (1, 1), (1, 1)), ((-2, 5), (1, 4), (1, 5)), ((6, 7), (1, 2), (1, 8)))
)
"""(rho, q1, q2) where a changed formula is compared with the derived one."""


def same_formula(shown: sp.Expr, derived: sp.Expr) -> None:
    """Nothing if the formula is the derived one; StepError if it differs, UndecidedError if that is not seen.

    >>> same_formula(rho + 1, 1 + rho)

    Source: derived here.
    """
    if shown == derived:
        return
    try:
        _require_equal_values(shown, derived, "this is not the formula that was derived")
    except InputError as error:
        raise UndecidedError(f"the formula could not be compared: {error}") from error
    raise UndecidedError("this is not the formula that was derived, though it may be equal")


def _require_equal_values(left: sp.Expr, right: sp.Expr, message: str) -> None:
    """StepError if the values of the two at a named point are certainly different."""
    symbols = (rho, *sorted((left.free_symbols | right.free_symbols) - {rho}, key=str))
    gap = lower_with_erfi(left - right, ball, symbols)  # pyright: ignore[reportArgumentType]
    with precision(bits=200):
        for point in _POINTS:
            value = gap(*(ball.constant(number) for number in point[: len(symbols)]))
            require(bool(not value.is_finite() or value.contains(0)), message)
