"""The closed form of E[sigma(sqrt(q1) X) sigma(sqrt(q2) Y)], its limits for q1, q2 -> 0, and its derivation."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cached_property, lru_cache, partial
from typing import Any

import sympy as sp
from flint import arb

from deepcond_sym.activations import Activation
from deepcond_sym.arithmetic import ball, precision
from deepcond_sym.duals.bilinear import PairValue, bilinear
from deepcond_sym.duals.derivation import Derivation, DerivationStep, UndecidedError, require
from deepcond_sym.duals.distribution import Distribution, Smooth, StepTerm
from deepcond_sym.duals.erfi import lower_with_erfi
from deepcond_sym.duals.hermite import hermite_series
from deepcond_sym.duals.moments import atom_pieces, second_moment_ball
from deepcond_sym.duals.pair_terms import SignTerm, Terms, pair_terms, term_expr, term_parity
from deepcond_sym.errors import AccuracyError, InputError
from deepcond_sym.symbols import rho, x

q1 = sp.Symbol("q1", positive=True)
"""The first variance."""
q2 = sp.Symbol("q2", positive=True)
"""The second variance."""

_CHECKED = ((sp.S.One, sp.S.One), (sp.Rational(1, 4), sp.Rational(1, 5)))
_CHECKED_MOMENTS = 4
_CHECKED_DIGITS = 40


class PairClosedForm:
    """The closed form of one activation for the variances q1, q2 as symbols (or for unit variances), and its limits.

    >>> from deepcond_sym.activations import activation
    >>> closed_form(activation("sign")).expr
    2*asin(rho)/pi

    Source: derived here.
    """

    def __init__(self, sigma: Activation, terms: Terms, pairs: tuple[PairValue, ...], unit: bool = False) -> None:
        self.unit = unit
        self.sigma, self.terms, self.pairs = sigma, terms, pairs
        self.expr = sp.Add(*(pair.expr for pair in pairs))
        self._limits: dict[tuple[bool, bool], sp.Expr] = {}
        self._evaluators: dict[tuple[bool, bool, bool], Callable[[arb, arb, arb], arb]] = {}

    def limit(self, first: bool, second: bool) -> sp.Expr:
        """The closed form with q1 -> 0 (first) and q2 -> 0 (second)."""
        if not (first or second):
            return self.expr
        if (first, second) not in self._limits:
            near = _at_zero(self.terms)
            left, right = near if first else self.terms, near if second else self.terms
            pairs = bilinear(left, right, sp.S.One if first else q1, sp.S.One if second else q2)
            if pairs is None:
                raise AccuracyError("The limit for a vanishing variance has no closed form.")
            self._limits[(first, second)] = sp.Add(*(pair.expr for pair in pairs))
        return self._limits[(first, second)]

    def evaluator(self, first: bool, second: bool, uncorrelated: bool) -> Callable[[arb, arb, arb], arb]:
        """A compiled form of the limit; at rho = 0 with rho put in, so that what vanishes there does."""
        key = (first, second, uncorrelated)
        if key not in self._evaluators:
            expr = self.limit(first, second)
            self._evaluators[key] = lower_with_erfi(
                expr.subs(rho, 0) if uncorrelated else expr, ball, (rho, q1, q2)
            )
        return self._evaluators[key]

    @cached_property
    def rate(self) -> sp.Expr:
        """The largest b in the terms x^k exp(a x + b x^2), 0 if none is positive."""
        return sp.Max(0, *(term.quadratic for term in self.terms if isinstance(term, Smooth | StepTerm)))

    def require_finite(self, first: arb, second: arb) -> None:
        """InputError when a variance is so large that the activation has no second moment."""
        if self.rate != 0:
            limit = 1 / (4 * ball.constant(self.rate))
            if not (first < limit and second < limit):
                raise InputError(f"The variances must be below {1 / (4 * self.rate)}: the mean is infinite beyond.")

    @cached_property
    def derivation(self) -> Derivation:
        """What the activation is, the pairs by Price's theorem, the sum of all."""
        sigma = sp.Add(*(c * term_expr(t, x) for t, c in self.terms.items()))
        reason = "The activation, as a sum of terms."
        steps = [DerivationStep(r"\sigma(x) = <0>", reason, "definition", partial(_equal, sigma), (sigma,))]
        steps += [_price_step(pair) for pair in self.pairs if pair.price is not None]
        left = r"\sigma(X) \sigma(Y)" if self.unit else r"\sigma(\sqrt{q_1} X) \sigma(\sqrt{q_2} Y)"
        steps.append(
            DerivationStep(
                rf"\operatorname{{E}}[{left}] = <0>",
                "The sum over all pairs of terms: those with a smooth factor by completing the square and Stein's "
                "identity, odd against even gives 0.",
                "ball", partial(_check_moments, self.sigma, self.unit), (self.expr,),
            )
        )
        return Derivation(tuple(steps))


def _equal(expected: sp.Expr, shown: sp.Expr) -> bool:
    return require(shown == expected, "this is not the formula that the derivation starts from")


def _price_step(pair: PairValue) -> DerivationStep:
    found = pair.price
    assert found is not None
    f, g = term_expr(pair.first, sp.Symbol("U", real=True)), term_expr(pair.second, sp.Symbol("V", real=True))
    k = sp.Symbol("k", real=True)
    shown = tuple(_replace(element.expr(), {rho: k}) for element in (found.density, found.element))

    def check(first: sp.Expr, second: sp.Expr, factor: sp.Expr, density: sp.Expr, value: sp.Expr) -> bool:
        require((first, second, factor) == (f, g, found.factor), "these are not the terms of this pair")
        require((density, value) == shown, "the formulas are not those that were derived")
        element = found.element
        for _ in range(found.order):
            element = element.derivative()
        gap = element.plus(found.density, sp.Integer(-1))
        return require(gap.is_zero(), "the antiderivative does not differentiate back to the density")

    mark = rf"\frac{{d^{{{found.order}}}}}{{d k^{{{found.order}}}}}"
    return DerivationStep(
        rf"{mark} \operatorname{{E}}[<0> \cdot <1>] = <2> \cdot \Bigl(<3>\Bigr), \qquad"
        rf" \operatorname{{E}}[<0> \cdot <1>] = <2> \cdot \Bigl(<4>\Bigr)",
        f"Price's theorem, {found.order} times in the covariance k of U and V, and back from k = 0.",
        "exact", check, (f, g, found.factor, *shown),
    )


@lru_cache(maxsize=128)
def closed_form(sigma: Activation, unit: bool = False) -> PairClosedForm | None:
    """The closed form for symbolic variances, or with `unit` for the variances 1; None if a pair has none."""
    terms = _terms(sigma)
    if terms is None:
        return None
    pairs = bilinear(terms, terms, *((sp.S.One, sp.S.One) if unit else (q1, q2)))
    return None if pairs is None else PairClosedForm(sigma, terms, pairs, unit)


def _terms(sigma: Activation) -> Terms | None:
    pieces = atom_pieces(sigma)
    distribution = None if pieces is None else Distribution.from_pieces(pieces)
    return None if distribution is None else pair_terms(distribution)


def _at_zero(terms: Terms) -> Terms:
    """The limit of sigma(s x) for s -> 0: the value at 0, plus half the jump there times sign(x)."""
    value, result = sp.S.Zero, {}
    for term, c in terms.items():
        if isinstance(term, SignTerm):
            if term.power == 0:
                result[term] = c
        elif term_parity(term) != 1:
            value += c * term_expr(term, sp.S.Zero)
    value = sp.re(sp.expand_complex(value)) if value.has(sp.I) else sp.expand(value)
    if value != 0:
        result[Smooth(0, sp.S.Zero, sp.S.Zero)] = value
    return result


def _replace(expr: sp.Expr, replacements: Mapping[Any, sp.Expr]) -> sp.Expr:
    result = expr.xreplace(replacements)
    assert isinstance(result, sp.Expr)
    return result


def _check_moments(sigma: Activation, unit: bool, expr: sp.Expr) -> bool:
    """The first Taylor coefficients in rho are products of Hermite coefficients, and at rho = 1 is the second moment.

    Two routes that know nothing of the closed form, at named variances: evidence, not a proof.
    """
    for pair in _CHECKED[:1] if unit else _CHECKED:
        try:
            series = [hermite_series(sigma.at_variance(q), _CHECKED_MOMENTS, digits=_CHECKED_DIGITS) for q in pair]
        except AccuracyError as error:
            raise UndecidedError(f"the Hermite coefficients to compare with are not reached: {error}") from error
        current = expr.subs({q1: pair[0], q2: pair[1]})
        for n in range(_CHECKED_MOMENTS):
            at_zero = lower_with_erfi(current.subs(rho, 0), ball, ())
            with precision(bits=200):
                gap = at_zero() - series[0].balls[n] * series[1].balls[n] * arb.fac_ui(n)
                require(bool(gap.contains(0)), f"the coefficient of rho^{n} is wrong")
                if not gap.rad() < 2.0**-90:
                    raise UndecidedError(f"the coefficient of rho^{n} could not be compared")
            current = sp.diff(current, rho)
    with precision(bits=200):
        gap = lower_with_erfi(expr.subs({q1: 1, q2: 1, rho: 1}), ball, ())() - second_moment_ball(sigma)
        require(bool(not gap.is_finite() or gap.contains(0)), "the value at rho = 1 is not the second moment")
        if not (gap.is_finite() and gap.rad() < 2.0**-60):
            raise UndecidedError("the value at rho = 1 could not be compared with the second moment")
    return True
