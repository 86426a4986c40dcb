"""LT3: with weight variance 2 and a bias, the tangent kernel over its diagonal tends to 4/7 for different inputs."""

from dataclasses import replace
from fractions import Fraction

import sympy as sp

from deepcond_sym.proof import Claim, Instance, Proof, Step, at, eq, fact, le, lt
from deepcond_sym.proof.tactics.lemma import lemma
from deepcond_sym.symbols import rho

from .correlations import a, b
from .critical_angle import about_depth
from .critical_steps import bias, from_one, from_zero, m, positives, r, start, start_positive, v, w, with_variance, x, z
from .critical_tangent import P, T, above, below, diagonal, frame, main, tangent_at_least, tangent_at_most
from .setting import L, layers

limit = sp.Rational(4, 7)
on_diagonal = b * L * (L + 1 + 4 / b) / 2
from_above = 2 * above * r()
from_below = 2 * below * r() + limit


@lemma("the diagonal of the tangent kernel on the critical line is positive")
def diagonal_positive(prove: Proof) -> Step:
    """0 < P(L)."""
    return prove.chain(
        frame.conclude(lt(0, P(L))), prove.polynomial(lt(0, on_diagonal), layers, bias), _on_diagonal(prove, sp.S.One)
    )


def _on_diagonal(prove: Proof, factor: sp.Expr) -> Step:
    """factor b L (L + 1 + 4/b)/2 = factor P(L)."""
    return prove.identity(frame.conclude(eq(factor * on_diagonal, factor * P(L))), using=[(diagonal(prove), {L: L})])


@lemma("the tangent kernel on the critical line over its diagonal, from above")
def ratio_at_most(prove: Proof) -> Step:
    """T/P - 4/7 <= 2 C sqrt(m)/L, C = 9/5 (1 + 1/b) + 1/2 + sqrt(b/(2 (1 - rho)))."""
    over = from_above / L
    size = above - start + x
    less = prove.polynomial(
        le(main() + b * size * m() * z, (limit + 2 * size * z / L) * on_diagonal), layers, bias, from_zero[x], from_one
    )
    known = [*about_depth(prove), fact(start_positive(prove))]
    sign = prove.polynomial(le(0, 2 * size * z / L), layers, bias, from_zero[x], from_one)
    whole = prove.chain(
        frame.conclude(le(T(L), (limit + over) * P(L))), *known, tangent_at_most(prove), at(less, {x: start, z: r()}),
        _on_diagonal(prove, limit + over),
    )  # fmt: skip
    quotient = prove.polynomial(le((limit * w + v * w - x) / w - limit, v), from_zero[v], positives[w], from_zero[x])
    return prove.chain(
        frame.conclude(le(T(L) / P(L) - limit, over)), *known, fact(whole), fact(diagonal_positive(prove)),
        fact(sign, {x: start, z: r()}), at(quotient, {v: over, w: P(L), x: (limit + over) * P(L) - T(L)}),
    )  # fmt: skip


@lemma("the tangent kernel on the critical line over its diagonal, from below")
def ratio_at_least(prove: Proof) -> Step:
    """-(2 c sqrt(m) + 4/7)/L <= T/P - 4/7, c = 4/5 (1 + 1/b) (1 + 5/b)."""
    over = from_below / L
    more = prove.polynomial(
        le((limit - (2 * below * z + limit) / L) * on_diagonal, main() - b * below * m() * z), layers, bias, from_one
    )
    sign = prove.polynomial(le(0, (2 * below * z + limit) / L), layers, bias, from_one)
    known = [*about_depth(prove), fact(sign, {z: r()})]
    back = prove.identity(
        frame.conclude(eq((limit - over) * P(L), (limit - over) * on_diagonal)), using=[(diagonal(prove), {L: L})]
    )
    whole = prove.chain(
        frame.conclude(le((limit - over) * P(L), T(L))), *known, back, at(more, {z: r()}), tangent_at_least(prove)
    )
    quotient = prove.polynomial(le(-v, (limit * w - v * w + x) / w - limit), from_zero[v], positives[w], from_zero[x])
    return prove.chain(
        frame.conclude(le(-over, T(L) / P(L) - limit)), *known, fact(whole), fact(diagonal_positive(prove)),
        at(quotient, {v: over, w: P(L), x: T(L) - (limit - over) * P(L)}),
    )  # fmt: skip


claim = Claim(
    "starnaud2025/LT3",
    title="Critical weights and a bias: the limit is 4/7",
    source="limit table, weight variance 2 and a bias",
    provenance="derived here",
    printed=r"\sigma_w^2=2,\ \sigma_b^2=b>0,\ x\ne x':\quad-\frac1L\Big(\frac85\Big(1+\frac1b\Big)\Big(1+\frac5b\Big)"
    r"\sqrt{L+\frac2b}+\frac47\Big)\le\frac{\Theta^{(L)}(x,x')}{\Theta^{(L)}(x,x)}-\frac47\le\frac1L\Big(\frac{23}5"
    r"+\frac{18}{5b}+\sqrt{\frac{2b}{1-\rho}}\Big)\sqrt{L+\frac2b}",
    note=r"For every depth $L\ge1$, every bias variance $b$ and all different unit vectors, opposite ones included"
    r" ($\rho=x^\top x'$). Both bounds tend to 0 like $L^{-1/2}$, so that the ratio tends to $\frac47$. The angle obeys"
    r" $\theta_L\approx\frac{3\pi}{2L}$ (starnaud2025/LT3-angle), and the tangent kernel $v'=-\frac3{2L}v+bL$, so that"
    r" $v\sim\frac27bL^2$ against the diagonal $\frac12bL^2$. starnaud2025/LT3-named has the values for named data, and"
    r" starnaud2025/LT-predictor with $a=\frac47$ what it means for the predictor.",
    beside=("starnaud2025/LT3-angle", "starnaud2025/LT3-named", "starnaud2025/LT-predictor"),
    parameters={"limit": limit, "power": 1, "variance": 2},
    witnesses=(
        (0, Instance({L: Fraction(100), rho: Fraction(-1), a: Fraction(1), b: Fraction(20)})),
        (0, Instance({L: Fraction(100), rho: Fraction(-1), a: Fraction(3, 2), b: Fraction(20)})),
        (1, Instance({L: Fraction(100), rho: Fraction(-1), a: Fraction(1), b: Fraction(20)})),
    ),
)


@claim.states
def statement(limit, power, variance):
    ratio, own = T(L) / P(L) - limit, replace(frame, variables=with_variance(variance))
    return (
        replace(own, conclusion=le(-from_below / L**power, ratio), label="from below"),
        replace(own, conclusion=le(ratio, from_above / L**power), label="from above"),
    )


@claim.proves
def proof(prove, goal, limit, power, variance):
    """From the angle by T(L + 1) = (1 - theta_L/pi) T(L) + S(L + 1), with S(L) = b (L + 2/b) up to 4."""
    known = [*about_depth(prove), fact(start_positive(prove))]
    return [
        prove.chain(part, *known, shown(prove))
        for part, shown in zip(goal, (ratio_at_least, ratio_at_most), strict=True)
    ]


claim.mutant("the limit 1", limit=1)
claim.mutant("the limit 1/4, as without a bias", limit="1/4", false=False)
claim.mutant("an error of the order L^(-3/2)", power=2)
claim.mutant("weight variance 3", variance=3)
