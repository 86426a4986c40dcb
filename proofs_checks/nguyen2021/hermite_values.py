"""The first Hermite coefficients of ReLU, their sum of squares, and the series of the dual with its remainder."""

from typing import Any

import sympy as sp

from deepcond_sym.proof import (
    RELU,
    Claim,
    dual,
    dual_slope,
    eq,
    forall,
    half_line_hermite,
    hermite_at_zero,
    interval,
    le,
    relu_dual,
)
from deepcond_sym.symbols import rho

from .setting import square

x, H1, H2 = (sp.Symbol(name, real=True) for name in ("x", "H1", "H2"))
_half = sp.Rational(1, 2)
_normal = 1 / sp.sqrt(2 * sp.pi)

claim = Claim(
    "nguyen2021/D-H+",
    title="The first Hermite coefficients of ReLU, and the sum of all their squares",
    source="section 2, beside the formula for even degrees",
    printed=r"\mu_0=\tfrac1{\sqrt{2\pi}},\quad \mu_1=\tfrac12,\quad \mu_2^2=\tfrac1{4\pi},\qquad"
    r" \sum_r\mu_r^2=\mathbb E\sigma^2=\tfrac12,\qquad \sum_{r\ne1}\mu_r^2=\tfrac14",
    note=r"That the squares sum to $\mathbb E\sigma(w)^2$ is Parseval's identity (textbook); the second sum leaves out"
    r" $\mu_1^2$. For normalised ReLU the squares are doubled: the last two parts find $2\mu_0^2$ and $2\mu_1^2$ as the"
    " value and the slope at 0 of its dual. For odd degrees see nguyen2021/D-H-odd, for the rate nguyen2021/D-H-decay.",
    beside=("nguyen2021/D-H", "nguyen2021/D-H-odd", "nguyen2021/D-H-decay", "nguyen2021/D-H-series"),
    parameters={"zeroth": _normal, "first": _half, "second": 1 / (4 * sp.pi), "total": _half},
)


@claim.states
def statement(zeroth, first, second, total):
    return (
        forall(holds=eq(half_line_hermite(1, 0), zeroth), label="r = 0"),
        forall(holds=eq(half_line_hermite(1, 1), first), label="r = 1"),
        forall(holds=eq(square(2), second), label="r = 2"),
        forall(holds=eq(half_line_hermite(2, 0), total), label="all squares"),
        forall(holds=eq(half_line_hermite(2, 0) - square(1), total - first**2), label="all but the first"),
        forall(family=RELU, holds=eq(2 * square(0), dual(0)), label="value of the dual at 0"),
        forall(family=RELU, holds=eq(2 * square(1), dual_slope(0)), label="slope of the dual at 0"),
    )


@claim.proves
def proof(prove, goal, zeroth, first, second, total):
    """By parts: x phi has the antiderivative -phi; x^2 phi - phi has -x phi; x He_2 phi - phi' He_0 likewise."""
    of_0, of_1, of_squares = (
        prove.hermite_parts(power, degree, candidate)
        for power, degree, candidate in ((1, 0, sp.S.One), (1, 1, x), (2, 0, x))
    )
    of_2 = prove.hermite_parts(1, 2, x * H1 + H2)
    at_zero = prove.identity(forall(holds=eq(hermite_at_zero(0), 1)), unfold=[hermite_at_zero(0)])
    mean, slope, second_moment, value = ((step, {}) for step in (of_0, of_1, of_squares, of_2))
    return [
        prove.identity(goal[0], using=[mean]),
        prove.identity(goal[1], using=[slope]),
        prove.identity(goal[2], using=[value, (at_zero, {})]),
        prove.identity(goal[3], using=[second_moment]),
        prove.identity(goal[4], using=[second_moment, slope]),
        prove.identity(goal[5], [["use", *mean], ["unfold", dual(0)]]),
        prove.identity(goal[6], [["use", *slope], ["unfold", dual_slope(0)]]),
    ]


claim.mutant("mu_0 = 1/sqrt(pi)", zeroth=1 / sp.sqrt(sp.pi))
claim.mutant("mu_1 = 1", first=1)
claim.mutant("mu_2^2 = 1/(2 pi)", second=1 / (2 * sp.pi))
claim.mutant("the squares of normalised ReLU", total=1)


def partial(to: int, coefficients: dict[int, Any]) -> Any:
    """The members of the series up to this degree."""
    return sp.Add(*(c * rho**r for r, c in coefficients.items() if r <= to))


SERIES = {0: 1 / sp.pi, 1: _half, 2: 1 / (2 * sp.pi), 4: 1 / (24 * sp.pi)}
"""2 mu_r^2."""

series = Claim(
    "nguyen2021/D-H-series",
    title="The Hermite series of the ReLU dual, and what is left of it after the fourth degree",
    source="section 2, beside the formula for even degrees",
    printed=r"h(\rho)=2\sum_r\mu_r^2\rho^r:\quad 0\le h(\rho)-\big(\tfrac1\pi+\tfrac\rho2+\tfrac{\rho^2}{2\pi}"
    r"+\tfrac{\rho^4}{24\pi}\big)\le\big(\tfrac12-\tfrac{37}{24\pi}\big)\rho^6 \text{ on } [0,1]",
    note=r"The factor of $\rho^6$ is what Parseval's identity leaves: $1-2\sum_{r\le4}\mu_r^2$. On $[-1,0]$ the same"
    r" holds, since $h(\rho)-\rho/2$ is even. The whole series, an infinite sum, is not in the formal language; what"
    r" Theorem 3.2 takes from it, $h[R]\succeq2\mu_r^2R^{\circ r}$ for every r, is in nguyen2021/D-T3.2-chain.",
    beside=("nguyen2021/D-H", "nguyen2021/D-H+"),
    parameters={"coefficients": SERIES, "rest": _half - sp.Rational(37, 24) / sp.pi},
)


@series.states
def series_statement(coefficients, rest):
    below = partial(4, coefficients)
    box = interval(rho, 0, 1)
    return (
        forall(holds=eq(sp.Add(*(2 * square(r) for r in coefficients)), below.subs(rho, 1)), label="coefficients"),
        forall(box, holds=le(below, relu_dual(rho)), label="from below"),
        forall(box, holds=le(relu_dual(rho), below + rest * rho**6), label="from above"),
    )


@series.proves
def series_proof(prove, goal, coefficients, rest):
    """Taylor's formula at 0, in balls; (-1)!!, 1!! and the values above for the coefficients."""
    numbers, below, above = goal
    parts = [prove.hermite_parts(1, r, x * H1 + H2 if r > 1 else (sp.S.One, x)[r]) for r in coefficients]
    at_zero = [prove.identity(forall(holds=eq(hermite_at_zero(m), v)), unfold=[hermite_at_zero(2), hermite_at_zero(0)])
               for m, v in ((2, -1), (0, 1))]  # fmt: skip
    return [
        prove.identity(numbers, using=[(step, {}) for step in (*parts, *at_zero)]),
        prove.ball_box(below.conclusion, *below.variables),
        prove.ball_box(above.conclusion, *above.variables),
    ]


series.mutant("1/(12 pi) at the fourth degree", coefficients={**SERIES, 4: 1 / (12 * sp.pi)})
series.mutant("nine tenths of the remainder", rest=sp.Rational(9, 10) * (_half - sp.Rational(37, 24) / sp.pi))
series.mutant("without the linear member", coefficients={0: 1 / sp.pi, 2: 1 / (2 * sp.pi), 4: 1 / (24 * sp.pi)})
