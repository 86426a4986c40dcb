"""The steps of a dual without an elementary form: Hermite series, Parseval's tail, direct integral, their agreement."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

import sympy as sp
from flint import arb

from deepcond_sym.activations import Activation
from deepcond_sym.arithmetic import ball, precision, working_bits
from deepcond_sym.duals.agreement import agreement_step
from deepcond_sym.duals.bivariate.binormal_form import BinormalForm, binormal_form
from deepcond_sym.duals.bivariate.binormal_group import same_formula
from deepcond_sym.duals.derivation import DerivationStep, defined, require
from deepcond_sym.duals.digits import DIGITS, as_digits, require_digits
from deepcond_sym.duals.hermite import coefficient_balls, exact_coefficients
from deepcond_sym.duals.moments import constant_ball, second_moment, second_moment_ball
from deepcond_sym.errors import AccuracyError
from deepcond_sym.symbols import rho, x
from deepcond_sym.verdict import Verdict

if TYPE_CHECKING:
    from deepcond_sym.duals.series import SeriesDual

_SHOWN, _TAIL_FROM, _BITS = 6, 16, 240
_SERIES_BITS, _SERIES_TERMS = 80, 64
y = sp.Symbol("y", real=True)


def series_steps(dual: SeriesDual) -> tuple[DerivationStep, ...]:
    """What is known of a dual by its Hermite series and by direct integration, with the numbers that show it.

    >>> from deepcond_sym.duals import dual
    >>> [step.kind for step in dual("tanh").derivation]
    ['definition', 'ball', 'ball', 'definition', 'ball']

    Source: textbook (Mehler, Parseval).
    """
    sigma = dual.activation
    steps = [
        DerivationStep(
            r"\hat\sigma(\rho) = \sum_{n \ge 0} a_n^2 \rho^n, \qquad "
            r"a_n = \frac{\operatorname{E}[\sigma(X)\,\mathrm{He}_n(X)]}{\sqrt{n!}}",
            "No elementary form was found: Mehler's formula gives the Hermite series.",
            "definition",
            defined,
        )
    ]
    numbers = _Numbers(sigma)
    steps.append(
        DerivationStep(
            r", \quad ".join(rf"a_{n}^2 = <{n}>" for n in range(_SHOWN)),
            f"The first coefficients, enclosed in balls: {DIGITS} digits, the last one may be off by one.",
            "ball",
            numbers.judge_squares,
            tuple(as_digits(a) for a in numbers.squares[:_SHOWN]),
        )
    )
    second = second_moment(sigma)
    shown = as_digits(numbers.second) if second is None or len(str(second)) > 200 else second
    below = rf"\sum_{{n < {_TAIL_FROM}}} a_n^2"
    steps.append(
        DerivationStep(
            rf"\sum_{{n \ge {_TAIL_FROM}}} a_n^2 = \operatorname{{E}}[\sigma(X)^2] - {below} = <2>, \qquad"
            rf" \operatorname{{E}}[\sigma(X)^2] = <0>, \quad {below} = <1>",
            f"Parseval's identity: the tail bounds what is left of the series after {_TAIL_FROM} terms.",
            "ball",
            numbers.judge_tail,
            (shown, as_digits(numbers.below), as_digits(numbers.tail)),
        )
    )
    form = binormal_form(sigma, unit=True)
    special = () if form is None else form.derivation.steps[1:]
    return (*steps, _integral_step(sigma), *_agreement(dual, form), *special)


class _Numbers:
    """a_n^2 for n < 16 and E[sigma^2], to more digits than are shown."""

    def __init__(self, sigma: Activation) -> None:
        with precision(bits=_BITS):
            exact = exact_coefficients(sigma, _TAIL_FROM)
            found = coefficient_balls(sigma, _TAIL_FROM) if exact is None else [constant_ball(a) for a in exact]
            self.squares = [a * a for a in found]
            self.below = sum(self.squares, arb(0))
            self.second = second_moment_ball(sigma)
            self.tail = self.second - self.below

    def judge_squares(self, *shown: sp.Expr) -> Verdict:
        with precision(bits=_BITS):
            for n, (number, square) in enumerate(zip(shown, self.squares, strict=False)):
                require_digits(number, square, f"a_{n}^2")
        return Verdict.CERTIFIED

    def judge_tail(self, second: sp.Expr, below: sp.Expr, tail: sp.Expr) -> Verdict:
        with precision(bits=_BITS):
            require_digits(second, self.second, "the second moment")
            require_digits(below, self.below, "the sum of the first squares")
            require_digits(tail, self.tail, "the tail")
            require(bool(self.tail.upper() >= 0), "the coefficients exceed the second moment")
        return Verdict.CERTIFIED


def _integral_step(sigma: Activation) -> DerivationStep:
    square = 1 - rho**2
    density = sp.exp(-(x**2 - 2 * rho * x * y + y**2) / (2 * square)) / (2 * sp.pi * sp.sqrt(square))
    integrand = sigma.expr * sigma.expr.subs(x, y) * density

    def judge(shown: sp.Expr) -> bool:
        same_formula(shown, integrand)
        return True

    return DerivationStep(
        r"\hat\sigma(\rho) = \int_{-\infty}^{\infty} \int_{-\infty}^{\infty} <0> \, dx \, dy, \qquad |\rho| < 1",
        "The dual as an integral over the plane, by definition.",
        "definition",
        judge,
        (integrand,),
    )


def _agreement(dual: SeriesDual, form: BinormalForm | None) -> tuple[DerivationStep, ...]:
    """The values at named correlations, by direct integration (or the closed form) and by the series."""
    direct = dual._direct

    def directly(point: Fraction) -> arb:
        if direct is None:
            raise AccuracyError("no rule for the integral over the plane")
        found = direct.product(ball.constant(1 - point), working_bits() - 20)
        if not found.rel_accuracy_bits() > working_bits() // 2:
            raise AccuracyError("the rule for the integral over the plane is too coarse")
        return found

    def by_form(point: Fraction) -> arb:
        if form is None:
            raise AccuracyError("no closed form")
        return form.evaluator(False, False, False)(ball.constant(point), arb(1), arb(1))

    def by_series(point: Fraction) -> arb:
        table, r = dual._table(_SERIES_BITS, _SERIES_TERMS), ball.constant(point)
        return table.values(r) + arb(0, (table.tail * abs(r) ** table.count).upper())

    series = f"beside the series of {_SERIES_TERMS} terms with its tail."
    for route, what in (
        (directly, "The integral over the plane, enclosed with a proved error,"),
        (by_form, "The closed form with Phi_2"),
    ):
        try:
            return (agreement_step(route, by_series, f"{what} {series}"),)
        except AccuracyError:
            continue
    return ()
