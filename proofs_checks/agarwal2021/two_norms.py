"""Lemma 42: one layer and two inputs of different norms, for an odd activation."""

from fractions import Fraction

import sympy as sp

from deepcond_sym.proof import Claim, Instance, Verdict, forall, interval, le
from deepcond_sym.proof.tactics.arbitrary import no_less, scaled

from .setting import delta, half

mu_x, mu_y = sp.symbols("mu_x mu_y", real=True)
A, B, z = sp.symbols("A B z", real=True)
_both = interval(mu_x, 0, 1), interval(mu_y, 0, 1)
_series = interval(A, 0, sp.oo), interval(B, 0, sp.oo), interval(z, -sp.oo, sp.oo)

lemma = Claim(
    "agarwal2021/L42",
    title="One layer moves the cosine of inputs of different norms away from 1",
    source="Lemma 42, p. 36",
    provenance="paper",
    printed=r"\frac{|\hat\sigma_c(x,y)|}{\sqrt{\hat\sigma_c(x,x)\hat\sigma_c(y,y)}}\le\begin{cases}"
    r"\prod_{u\in\{x,y\}}\sqrt{1-(1+\frac{\mu_u}2)\delta}&\delta\le\frac12\\"
    r"(1-\delta)\prod_u\sqrt{1-\frac{\mu_u}2}&\delta>\frac12\end{cases},\quad \sigma \text{ odd},"
    r"\ \delta=1-|\rho(x,y)|",
    expected=Verdict.UNDECIDED,
    note="It speaks of two expansions of one activation at once, one for each norm, which the formal language does not."
    " It holds: by the Cauchy-Schwarz inequality the square of the left side is at most the product of two dual"
    r" activations at $|\rho|$, each as in Lemma 22; agarwal2021/L42-product draws the conclusion.",
    beside=("agarwal2021/L22", "agarwal2021/L42-product"),
)

product = Claim(
    "agarwal2021/L42-product",
    title="The product of two one-layer bounds, and that no cosine grows",
    source="the conclusion of Lemma 42, p. 36",
    provenance="derived here",
    printed=r"z^2\le AB,\ A\le U(\mu_x),\ B\le U(\mu_y) \implies z^2\le U(\mu_x)\,U(\mu_y)\le(1-\delta)^2,\quad"
    r" U(\mu)=\begin{cases}1-(1+\frac\mu2)\delta&\delta\le\frac12\\(1-\delta)(1-\frac\mu2)&\delta>\frac12\end{cases}",
    note=r"$z$ is the normalised kernel of two inputs with cosine $\rho$, $|\rho| = 1 - \delta$; $A$ and $B$ are"
    r" $\sum_j p_j |\rho|^j$ with the coefficients at either norm. $z^2 \le A B$ is the Cauchy-Schwarz inequality,"
    r" $A \le U(\mu_x)$ and $B \le U(\mu_y)$ are Lemma 22.",
    beside=("agarwal2021/L42", "agarwal2021/L22"),
    parameters={"near": half, "far": half},
    witnesses=(
        (0, Instance({delta: Fraction(1, 2), mu_x: Fraction(1), mu_y: Fraction(1),
                      A: Fraction(1, 4), B: Fraction(1, 4), z: Fraction(1, 4)})),
        (2, Instance({delta: Fraction(3, 4), mu_x: Fraction(1), mu_y: Fraction(1),
                      A: Fraction(1, 8), B: Fraction(1, 8), z: Fraction(1, 8)})),
    ),
)  # fmt: skip

_near, _far = interval(delta, 0, half), interval(delta, half, 1, "(")


def close(nonlinearity: sp.Expr, share: sp.Expr = half) -> sp.Expr:
    """1 - (1 + mu/2) delta."""
    return 1 - (1 + share * nonlinearity) * delta


def apart(nonlinearity: sp.Expr, share: sp.Expr = half) -> sp.Expr:
    """(1 - delta) (1 - mu/2)."""
    return (1 - delta) * (1 - share * nonlinearity)


@product.states
def statement(near, far):
    found = []
    for bound, share, where, name in ((close, near, _near, "near 1"), (apart, far, _far, "far from 1")):
        given = [le(z**2, A * B), le(A, bound(mu_x)), le(B, bound(mu_y))]
        claimed = bound(mu_x, share) * bound(mu_y, share)
        found += [
            forall(where, *_both, *_series, given=given, holds=le(z**2, claimed), label=name),
            forall(where, *_both, holds=le(claimed, (1 - delta) ** 2), label=f"{name}, no growth"),
        ]
    return tuple(found)


@product.proves
def proof(prove, goal, near, far):
    """z^2 <= A B <= U(mu_x) B <= U(mu_x) U(mu_y), all factors being non-negative."""
    steps = []
    for place, bound in ((0, close), (2, apart)):
        tied, bounded = goal[place : place + 2]
        steps += [
            prove.chain(
                tied, no_less(prove, z**2, A * B - z**2),
                scaled(prove, B, A, bound(mu_x)), scaled(prove, bound(mu_x), B, bound(mu_y)),
            ),
            prove.polynomial(bounded.conclusion, *bounded.variables),
        ]  # fmt: skip
    return steps


product.mutant("slope 1 + 2 mu/3 near 1", near=sp.Rational(2, 3))
product.mutant("factor 1 - 2 mu/3 far from 1", far=sp.Rational(2, 3))

product.sharpen("near", lambda c: c, printed=half, strongest=1)
product.sharpen("far", lambda c: c, printed=half, strongest=1)
