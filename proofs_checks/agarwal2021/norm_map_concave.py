"""Lemma 40 and Remark 39: the map of squared norms is concave and non-decreasing, and its contraction constant lies in
[0, 1]."""

import sympy as sp

from deepcond_sym.proof import Claim, Verdict, fact, forall, interval, le
from deepcond_sym.proof.tactics.arbitrary import no_less, scaled

from .setting import half

x, y, v, w, d, e = sp.symbols("x y v w d e", real=True)
middle, slope = sp.symbols("h s", real=True)
_t = sp.Symbol("t", real=True)

lemma = Claim(
    "agarwal2021/L40",
    title="The map of squared norms is non-decreasing and concave",
    source="Lemma 40, p. 33",
    provenance="paper",
    printed=r"\hat\sigma_l(\gamma)=\mathbb E\,\sigma(\sqrt\gamma Z)^2 \text{ is twice differentiable, non-decreasing"
    r" and concave on } \mathbb R_+",
    expected=Verdict.UNDECIDED,
    note="It is about general functions, which the formal language does not speak of. It holds away from 0 (with a sign"
    " misprinted in the proof). What carries it is proved in agarwal2021/L40-derivative;"
    " the rest is textbook: a function whose derivative decreases is concave, and so is a mean of concave functions"
    r" $\gamma \mapsto \sigma(\sqrt\gamma z)^2$.",
    beside=("agarwal2021/L40-derivative",),
)

derivative = Claim(
    "agarwal2021/L40-derivative",
    title="The derivative of the squared activation in the squared input decreases",
    source="the step that carries Lemma 40, p. 33",
    provenance="derived here",
    printed=r"h(y)=\sigma(\sqrt y)^2:\quad 0\le h'(y')\le h'(y) \text{ for } 0<y\le y',\qquad"
    r" h'(y)=\frac{\sigma(x)}x\,\sigma'(x),\ x=\sqrt y",
    note=r"At $x \le y$ (here these letters are the inputs, not their squares): $v = \sigma(x)$, $w = \sigma(y)$,"
    r" $d = \sigma'(x)$, $e = \sigma'(y)$. The hypotheses are what $\sigma(0) = 0$, concavity on $[0, \infty)$"
    r" (the chord from 0 gives $x\,w \le y\,v$, the slopes decrease) and monotonicity say. The negative half-line"
    r" follows with $-\sigma(-x)$.",
    beside=("agarwal2021/L40",),
    parameters={"chord": y * v, "steeper": d},
)


@derivative.states
def derivative_statement(chord, steeper):
    variables = [interval(symbol, 0, sp.oo, "(") for symbol in (x, y)]
    variables += [interval(symbol, 0, sp.oo) for symbol in (v, w, d, e)]
    given = [le(x, y), le(x * w, chord), le(e, steeper)]
    return (
        forall(*variables, given=given, holds=le(w * e / y, v * d / x), label="decreasing"),
        forall(*variables, given=given, holds=le(0, w * e / y), label="non-negative"),
    )


@derivative.proves
def derivative_proof(prove, goal, chord, steeper):
    """Two non-negative factors, sigma(x)/x and sigma'(x), neither of which increases."""
    decreasing, positive = goal
    above, at_least = (interval(symbol, 0, sp.oo, "(") for symbol in (x, y)), (interval(s, 0, sp.oo) for s in (v, _t))
    # sigma(y)/y <= sigma(x)/x, with t = y v - x w
    ratio = prove.polynomial(le((y * v - _t) / (x * y), v / x), *above, *at_least)
    product = prove.polynomial(le(0, w * e / y), *(u for u in positive.variables if u.symbol in (y, w, e)))
    return [
        prove.chain(
            decreasing, fact(ratio, {_t: y * v - x * w}), scaled(prove, w / y, e, d), scaled(prove, d, w / y, v / x)
        ),
        prove.chain(positive, product),
    ]


derivative.mutant("without concavity: the slope may grow", steeper=2 * d)
derivative.mutant("without the chord from 0", chord=2 * y * v)

constant = Claim(
    "agarwal2021/R39",
    title="The contraction constant lies in [0, 1]",
    source="Remark 39, p. 33",
    provenance="paper",
    printed=r"\alpha_\sigma=\min\big(2\hat\sigma_l(\tfrac12)-1,\ 1-\hat\sigma_l'(1)\big)\in[0,1]",
    note=r"Shown for all numbers $h = \hat\sigma_l(\frac12)$ and $s = \hat\sigma_l'(1)$ with what a non-decreasing"
    r" concave function has that is 0 at 0 and 1 at 1: $h$ is above the chord from 0 to 1 and at most 1, the slope $s$"
    r" is at least 0, and the tangent at 1 is not below 0 at 0. $\alpha_\sigma = 0$ is possible, for instance for ReLU:"
    " then nothing contracts.",
    beside=("agarwal2021/L40", "agarwal2021/T38-eq12"),
    parameters={"chord": half, "tangent": 1 - slope, "largest": 1},
)


@constant.states
def constant_statement(chord, tangent, largest):
    variables = interval(middle, -sp.oo, sp.oo), interval(slope, -sp.oo, sp.oo)
    given = [le(chord, middle), le(middle, 1), le(0, slope), le(0, tangent)]
    pair = {"from the half": 2 * middle - 1, "from the slope": 1 - slope}
    low = [forall(*variables, given=given, holds=le(0, side), label=f"{name}, >= 0") for name, side in pair.items()]
    high = [
        forall(*variables, given=given, holds=le(side, largest), label=f"{name}, <= 1") for name, side in pair.items()
    ]
    return (*low, *high)


@constant.proves
def constant_proof(prove, goal, chord, tangent, largest):
    """Each is one of the hypotheses, moved: 2 h - 1 >= 2/2 - 1, 1 - s >= 0, 2 h - 1 <= 1, 1 - s <= 1."""
    half_low, slope_low, half_high, slope_high = goal
    return [
        prove.chain(half_low, no_less(prove, sp.S.Zero, middle - half), no_less(prove, middle - half, middle - half)),
        prove.chain(slope_low, no_less(prove, sp.S.Zero, 1 - slope)),
        prove.chain(half_high, no_less(prove, 2 * middle - 1, 1 - middle), no_less(prove, middle, 1 - middle)),
        prove.chain(slope_high, no_less(prove, 1 - slope, slope)),
    ]


constant.mutant("without the chord", chord=0)
constant.mutant("the slope at 1 up to 2", tangent=2 - slope)
constant.mutant("at most 9/10", largest=sp.Rational(9, 10))
