"""D10: correlations in networks of finite width with an even activation do not decay below the order 1/m.

The activation is sigma(x) = sign(|x| - t_0) with t_0 = Phi^(-1)(3/4): mean 0, every value +1 or -1, even, mu = 1. Every
layer has norm 1 exactly, and given rho_(h-1) the correlation rho_h is the mean of m independent +-1 variables of mean
sigma_hat(rho_(h-1))."""

import sympy as sp

from deepcond_sym.proof import Claim, Verdict, forall, index, interval, le, lt, mean_of
from proofs_checks.agarwal2021.setting import half

t, c, s, w = sp.symbols("t c s w", real=True)
C = sp.Symbol("C", real=True)
m, widths = index("m", 1)

LOW, HIGH = sp.Rational(67448, 100000), sp.Rational(67450, 100000)
"""The upper quartile of N(0, 1) lies between them."""

second_weight = 4 / sp.pi * t**2 * sp.exp(-(t**2))
"""a_2^2 = 8 t^2 phi(t)^2 for sign(|x| - t)."""


def depth(factor: object) -> sp.Expr:
    """A depth from which the two constants C (of the width) and c (of the rate) cannot be right."""
    return 1 + factor * (2 * C + 1) / c**3 + s


floor = Claim(
    "beyond/D10",
    title="Correlations at finite width stay above a constant over m",
    source="refutes agarwal2021 Theorem 53, whatever its constants",
    printed=r"\sigma(x)=\mathrm{sign}(|x|-t_0),\ t_0=\Phi^{-1}(\tfrac34):\quad"
    r" \mathbb E\rho_{h+1}\ge a_2^2\,\mathbb E\rho_h^2\ge\frac{a_2^2}m,\quad a_2^2>\tfrac{367}{1000},"
    r" \text{ for every } h\ge1",
    note=r"Given $\rho_{h-1}$, $\rho_h$ is the mean of $m$ independent variables $\pm1$ of mean"
    r" $c=\hat\sigma(\rho_{h-1})$, so that $\mathbb E[\rho_h^2\mid\rho_{h-1}]=(1+(m-1)c^2)/m$ (textbook: the second"
    r" moment of a mean), and $\hat\sigma(r)=\sum_ip_{2i}r^{2i}\ge p_2r^2$ for an even activation. The last two parts:"
    r" Theorem 53 at $\delta=1$, $h=L$, width at most $2CL+1$ and rate $c$ puts the mean below $(L+1)e^{-cL}$; but that"
    r" times the width is below 367/1000 for every $L\ge1+8(2C+1)/c^3$, because $e^{-z}\le(9/(8z))^3$ with $z=cL=3w$.",
    beside=("agarwal2021/T53", "beyond/D10-plateau", "beyond/D10-repair"),
    parameters={"low": LOW, "high": HIGH, "weight": "367/1000", "factor": 8, "slope": "8/3"},
)


@floor.states
def floor_statement(low, high, weight, factor, slope):
    L = depth(factor)
    positive = [interval(v, 0, sp.oo, "(") for v in (c, C)]
    return (
        forall(interval(t, 0, low), holds=lt(sp.erf(t / sp.sqrt(2)), half), label="t_0 lies above"),
        forall(interval(t, high, sp.oo), holds=lt(half, sp.erf(t / sp.sqrt(2))), label="t_0 lies below"),
        forall(interval(t, low, high), holds=lt(weight, second_weight), label="a_2^2"),
        forall(widths, interval(c, -1, 1), holds=le(1 / m, (1 + (m - 1) * c**2) / m), label="second moment"),
        forall(interval(w, 0, sp.oo), holds=le(slope * w, sp.exp(w)), label="the exponential"),
        forall(
            *positive, interval(s, 0, sp.oo), label="against every pair of constants",
            holds=lt((L + 1) * (2 * C * L + 1) * (3 / (slope * c * L)) ** 3, weight),
        ),
    )  # fmt: skip


@floor.proves
def floor_proof(prove, goals, low, high, weight, factor, slope):
    boxes, moment, cubic, against = goals[:3], *goals[3:]
    return [
        *(prove.ball_box(goal.conclusion, *goal.variables) for goal in boxes),
        prove.polynomial(moment.conclusion, *moment.variables),
        prove.ball_box(cubic.conclusion, *cubic.variables),
        prove.polynomial(against.conclusion, *against.variables),
    ]


floor.mutant("a_2^2 above 368/1000", weight="368/1000")
floor.mutant("a quartile above 0.6746", low="6746/10000", high="6747/10000")
floor.mutant("e^w at least 3 w", slope=3)
floor.mutant("an eighth of the depth", factor=1)

plateau = Claim(
    "beyond/D10-plateau",
    title="The plateau of correlations, seen in networks",
    source="beside D10: the same activation, by simulation",
    printed=r"\mathbb E\rho_h\ge\frac{a_2^2}{2m},\quad \mathbb E\rho_h\le\frac{2a_2^2}m"
    r"\quad(m=16,\ h=8;\ m=32,\ h=6;\ \rho_0=0)",
    expected=Verdict.SUPPORTED,
    note=r"The lower bound, without the factor 1/2, is that of beyond/D10, for every $m$ and $h\ge2$. The heuristic"
    r" value of the plateau is $a_2^2/(m(1-a_1^2)(1-a_1^4))$, here $a_2^2/m$. Not shown: the upper bound for other"
    r" widths and depths; it fails in the end, since a correlation that reaches 1 stays there, though that is rare.",
    beside=("beyond/D10",),
    parameters={"activation": sp.Symbol("quartile_sign", real=True), "lower": half, "upper": 2},
)


@plateau.states
def plateau_statement(activation, lower, upper):
    a_2_squared = sp.Rational(3675, 10000)
    return tuple(
        forall(holds=relation, label=f"m = {width}, h = {h}")
        for width, h in ((16, 8), (32, 6))
        for mean in (mean_of("correlation", activation, width, h, 0),)
        for relation in (le(lower * a_2_squared / width, mean), le(mean, upper * a_2_squared / width))
    )


@plateau.proves
def plateau_proof(prove, goals, activation, lower, upper):
    """131072 pairs of inputs, each through its own network."""
    return prove.simulate_each(goals, seed=10, samples=2**17)


plateau.mutant("an odd activation", false=False, activation=sp.Symbol("erf", real=True))
plateau.mutant("twice the value as the lower bound", lower=2)
plateau.mutant("half the value as the upper bound", upper=half)
