"""E[f(X) g(X)] and E[f(X) g(-X)] for two steps: what the closed forms tend to at correlation 1 and -1."""

from __future__ import annotations

from math import comb

from flint import arb

from deepcond_sym.arithmetic import ball
from deepcond_sym.duals.bivariate.cdf_field import CdfField
from deepcond_sym.duals.bivariate.cdf_pairing import Switch
from deepcond_sym.duals.bivariate.cdf_proof import Weighted


def step_end(field: CdfField, pair: Weighted, sign: int, deviations: tuple[arb, arb]) -> arb:
    """weight * E[first(X) second(sign X)] for two terms with steps, at these deviations s1, s2.

    >>> from deepcond_sym.duals.bivariate.cdf_pairing import CdfTerm
    >>> field = CdfField(())
    >>> step = CdfTerm(0, field.zero, field.zero, Switch(field.zero))
    >>> [step_end(field, Weighted(field.one, step, step), sign, (arb(1), arb(1))) for sign in (1, -1)]
    [0.500000000000000, 0]

    Source: textbook (completing the square, integration by parts).
    """
    first, second = pair.first, pair.second
    assert isinstance(first.factor, Switch)
    assert isinstance(second.factor, Switch)

    def number(element: object) -> arb:
        return field.ball(element, deviations)

    low, other = number(first.factor.knot), sign * number(second.factor.knot)
    linear = number(first.linear) + sign * number(second.linear)
    quadratic = number(first.quadratic) + number(second.quadratic)
    weight = number(pair.weight) * sign**second.power
    power = first.power + second.power
    if sign > 0:
        return weight * _moment(power, linear, quadratic, ball.maximum(low, other), None)
    if low >= other:
        return arb(0)
    return weight * _moment(power, linear, quadratic, low, ball.maximum(low, other))


def _moment(power: int, linear: arb, quadratic: arb, low: arb, high: arb | None) -> arb:
    """E[X^n exp(a X + b X^2); low < X < high] for standard normal X, `high` None for infinity."""
    width = 1 / (1 - 2 * quadratic).sqrt()
    centre = linear * width**2
    low = (low - centre) / width
    high = None if high is None else (high - centre) / width
    moments = [ball.normal_cdf(-low) - (arb(0) if high is None else ball.normal_cdf(-high))]
    for n in range(1, power + 1):
        value = low ** (n - 1) * ball.normal_pdf(low)
        if high is not None:
            value -= high ** (n - 1) * ball.normal_pdf(high)
        moments.append(value + (n - 1) * moments[n - 2] if n > 1 else value)
    total = sum((comb(power, j) * centre ** (power - j) * width**j * moments[j] for j in range(power + 1)), arb(0))
    return total * width * (linear * centre / 2).exp()
