"""The steps of the derivation of a pair of sums, and the exact rules that judge their formulas."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import sympy as sp

from deepcond_sym.arithmetic import ball, precision
from deepcond_sym.duals.algebra.complex_value import complex_value
from deepcond_sym.duals.algebra.fraction import NotNormalError
from deepcond_sym.duals.algebra.normal_form import is_zero
from deepcond_sym.duals.algebra.tidy import tidy
from deepcond_sym.duals.atoms import AtomPiece
from deepcond_sym.duals.derivation import DerivationStep, StepError, UndecidedError, require
from deepcond_sym.duals.distribution import ErfTerm
from deepcond_sym.duals.pairs.bilinear import PairValue, pair_expr
from deepcond_sym.duals.pairs.pair_law_equations import laws_hold
from deepcond_sym.duals.pairs.pair_laws import NoLawError, bent_mean, price_slope, scaled, smooth_pair
from deepcond_sym.duals.pairs.pair_terms import PairTerm, SignTerm, Terms, term_expr, vanishes
from deepcond_sym.duals.price_steps import derivative_rule
from deepcond_sym.errors import InputError
from deepcond_sym.symbols import rho, x
from deepcond_sym.verdict import Verdict

_BITS = 240
_CLOSE = 2.0**-100
_POINTS = ("1/3", "1", "4/5"), ("-2/5", "1/4", "1/5"), ("7/10", "3/7", "1/9")
_ARGUMENTS = (sp.Rational(-3, 2), sp.Rational(-1, 3), sp.Rational(2, 7), sp.Rational(5, 4))


@dataclass(frozen=True)
class Setting:
    """The variables of a pair: U, V of variances q1, q2, both below `limit`, or X, Y of variance 1."""

    q1: sp.Expr
    q2: sp.Expr
    limit: sp.Rational | None = None

    @property
    def names(self) -> tuple[sp.Symbol, sp.Symbol]:
        """The two random variables as symbols."""
        first, second = ("X", "Y") if self.q1 == 1 else ("U", "V")
        return sp.Symbol(first, real=True), sp.Symbol(second, real=True)

    def equal(self, left: sp.Expr, right: sp.Expr) -> Verdict:
        """Whether two closed forms are equal: PROVED by the normal form, CERTIFIED by balls at three points.

        StepError where they certainly differ, UndecidedError where neither can be told.

        >>> unit = Setting(sp.S(1), sp.S(1))
        >>> unit.equal(sp.sqrt(1 - rho**2), sp.sqrt(1 - rho) * sp.sqrt(1 + rho))
        <Verdict.PROVED: 'PROVED'>
        """
        gap = left - right
        try:
            if gap == 0 or is_zero(gap, self.limit):
                return Verdict.PROVED
        except NotNormalError:
            pass
        symbols = (rho, *(q for q in (self.q1, self.q2) if isinstance(q, sp.Symbol)))
        scale = min(sp.S.One, self.limit or sp.S.One)
        try:
            # a law is made of complex exponentials, and a wrong formula may well be complex
            function = complex_value(gap, symbols)
            with precision(bits=_BITS):
                values = [
                    function(ball.constant(r), *(ball.constant(scale * sp.Rational(q)) for q in qs[: len(symbols) - 1]))
                    for r, *qs in _POINTS
                ]
        except InputError as error:
            raise UndecidedError(f"{left} and {right} could not be compared: {error}") from error
        if any(value.is_finite() and not value.contains(0) for value in values):
            raise StepError(f"{left} is not {right}")
        if all(value.is_finite() and bool(abs(value) < _CLOSE) for value in values):
            return Verdict.CERTIFIED
        raise UndecidedError(f"{left} and {right} could not be compared")


def sum_step(setting: Setting, terms: Terms, pieces: tuple[AtomPiece, ...]) -> DerivationStep:
    """sigma(x) = <sum of terms>, judged piece by piece."""
    where = "X and Y are standard normal with correlation rho."
    if setting.q1 != 1:
        where = "U and V are normal with mean 0, variances q1 and q2 and correlation rho."
    sigma = sp.Add(*(c * term_expr(term, x) for term, c in terms.items()))
    return DerivationStep(
        r"\sigma(x) = <0>", f"The activation, as a sum of terms. {where}",
        "exact", partial(_sum_rule, pieces, sigma), (sigma,),
    )  # fmt: skip


def _sum_rule(pieces: tuple[AtomPiece, ...], sigma: sp.Expr, shown: sp.Expr) -> Verdict:
    _require_function_of(shown, x)
    try:
        return derivative_rule(pieces, 0, _by_steps(shown))
    except UndecidedError:
        if derivative_rule(pieces, 0, _by_steps(sigma)) is Verdict.PROVED:
            _require_same(shown, sigma, x)
        raise


def _by_steps(expr: sp.Expr) -> sp.Expr:
    """sign(z) as 2 H(z) - 1."""
    return sp.expand(expr.xreplace({sign: 2 * sp.Heaviside(sign.args[0]) - 1 for sign in expr.atoms(sp.sign)}))


def pair_step(setting: Setting, pair: PairValue) -> DerivationStep:
    """E[f(U) g(V)] = <formula>; where Price's theorem gave it, its derivative and its value at rho = 0 as well."""
    f, g = (term_expr(term, name) for term, name in zip((pair.first, pair.second), setting.names, strict=True))
    mean = r"\operatorname{E}[<0> \cdot <1>]"
    if pair.is_smooth:
        return DerivationStep(
            f"{mean} = <2>",
            "Complete the square; powers are derivatives in the linear coefficients.",
            "exact", partial(_smooth_rule, setting, pair.first, pair.second), (f, g, pair.expr),
        )  # fmt: skip
    slope, start = tidy(sp.diff(pair.expr, rho), setting.limit), tidy(pair.expr.subs(rho, 0), setting.limit)
    return DerivationStep(
        rf"\frac{{\partial}}{{\partial \rho}} {mean} = <2>, \qquad {mean}_{{\rho = 0}} = <3>, \qquad {mean} = <4>",
        "Price's theorem: the derivative in the covariance is the mean of the product of the derivatives. At rho = 0 "
        "the mean is the product of the means.",
        "exact", partial(_price_rule, setting, pair.first, pair.second), (f, g, slope, start, pair.expr),
    )  # fmt: skip


def _require_terms(setting: Setting, terms: tuple[PairTerm, PairTerm], shown: tuple[sp.Expr, sp.Expr]) -> None:
    """StepError unless the functions shown are the terms of the pair."""
    for term, name, expr in zip(terms, setting.names, shown, strict=True):
        expected = term_expr(term, name)
        _require_function_of(expr, name)
        if expr != expected:
            _require_same(expr, expected, name)
            raise UndecidedError(f"{expr} and {expected} could not be compared")


def _require_function_of(expr: sp.Expr, variable: sp.Symbol) -> None:
    require(expr.free_symbols <= {variable}, f"{expr} is not a function of {variable} alone")


def _require_same(left: sp.Expr, right: sp.Expr, variable: sp.Symbol) -> None:
    """StepError if the two certainly differ at a point."""
    try:
        function = complex_value(left - right, (variable,))
        with precision(bits=_BITS):
            values = [function(ball.constant(point)) for point in _ARGUMENTS]
    except InputError as error:
        raise UndecidedError(f"{left} and {right} could not be compared: {error}") from error
    if any(value.is_finite() and not value.contains(0) for value in values):
        raise StepError(f"{left} is not {right}")


def _smooth_rule(
    setting: Setting, f: PairTerm, g: PairTerm, first: sp.Expr, second: sp.Expr, shown: sp.Expr
) -> Verdict:
    _require_terms(setting, (f, g), (first, second))
    if not laws_hold():
        raise UndecidedError("the laws of pairs do not satisfy their equations")
    try:
        return setting.equal(shown, smooth_pair(f, g, setting.q1, setting.q2))
    except NoLawError as error:
        raise UndecidedError(f"there is no law for {error}") from error


def _price_rule(
    setting: Setting, f: PairTerm, g: PairTerm,
    first: sp.Expr, second: sp.Expr, slope: sp.Expr, start: sp.Expr, shown: sp.Expr,
) -> Verdict:  # fmt: skip
    _require_terms(setting, (f, g), (first, second))
    if not laws_hold():
        raise UndecidedError("the laws of pairs do not satisfy their equations")
    assert isinstance(f, SignTerm | ErfTerm)
    assert isinstance(g, SignTerm | ErfTerm)
    return Verdict.weakest([
        *_solves_price(setting, f, g, slope, start),
        setting.equal(sp.diff(shown, rho), slope),
        setting.equal(shown.subs(rho, 0), start),
    ])  # fmt: skip


def _solves_price(
    setting: Setting, f: SignTerm | ErfTerm, g: SignTerm | ErfTerm, slope: sp.Expr, start: sp.Expr
) -> list[Verdict]:
    """Whether the slope is that of E[f(U) g(V)], and the start its value at rho = 0.

    The slope contains the pair whose powers are one less, which is shown in the same way.
    """
    verdicts, lower = [], sp.S.Zero
    (left, u), (right, v) = scaled(f, sp.sqrt(setting.q1)), scaled(g, sp.sqrt(setting.q2))
    assert isinstance(left, SignTerm | ErfTerm)
    assert isinstance(right, SignTerm | ErfTerm)
    if f.power and g.power:
        f, g = f._replace(power=f.power - 1), g._replace(power=g.power - 1)
        expr = pair_expr(f, g, setting.q1, setting.q2)
        verdicts += _solves_price(setting, f, g, sp.diff(expr, rho), expr.subs(rho, 0))
        lower = expr * sp.sqrt(setting.q1) * sp.sqrt(setting.q2) / (u * v)
    means = u * v * bent_mean(left, sp.S.One) * bent_mean(right, sp.S.One)
    verdicts += [setting.equal(slope, u * v * price_slope(left, right, lower)), setting.equal(start, means)]
    return verdicts


def total_step(setting: Setting, terms: Terms, pairs: tuple[PairValue, ...], total: sp.Expr) -> DerivationStep:
    """E[sigma(U) sigma(V)] = <formula>, judged as the sum over all pairs."""
    first, second = setting.names
    return DerivationStep(
        rf"\operatorname{{E}}[\sigma({first})\,\sigma({second})] = <0>",
        "The sum over all pairs of terms; odd against even gives 0.",
        "exact", partial(_total_rule, setting, terms, pairs), (total,),
    )  # fmt: skip


def _total_rule(setting: Setting, terms: Terms, pairs: tuple[PairValue, ...], shown: sp.Expr) -> Verdict:
    counted = {(pair.first, pair.second): pair.coefficient for pair in pairs}
    for f, c in terms.items():
        for g, d in terms.items():
            if (f, g) in counted:
                if sp.expand(counted[f, g] - c * d) != 0:
                    raise UndecidedError(f"the pair {f}, {g} is counted with another coefficient")
            elif not vanishes(f, g):
                raise UndecidedError(f"the pair {f}, {g} is missing")
    return setting.equal(shown, sp.Add(*(pair.coefficient * pair.expr for pair in pairs)))
