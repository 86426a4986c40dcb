"""Lemma 37: how fast correlations tend to 1 when the slope of the dual activation at 1 is 1, as printed and where it is
true."""

import math
from fractions import Fraction

import sympy as sp

from deepcond_sym.proof import (
    Claim,
    Instance,
    Verdict,
    at,
    dual,
    dual_slope,
    eq,
    fact,
    forall,
    index,
    interval,
    iterate,
    le,
    lt,
)  # fmt: skip
from deepcond_sym.proof.tactics.power_gaps import adds
from deepcond_sym.symbols import rho

from . import uncentred
from .critical_depth import apart, bound, everywhere
from .setting import L, correlation
from .uncentred import NON_AFFINE, curvature, m

N, waits = index("N", 1)
k, beyond = index("k", 1)
z = sp.Symbol("z", real=True)

_slope_one = eq(dual_slope(1), 1)
_waited = (lt(0, dual(0)), le(1, N * dual(0)), lt((N - 1) * dual(0), 1))
"""N = ceil(1/dual(0)), where dual(0) > 0."""

strength = 2 * curvature * k


def logarithmic(x: sp.Expr) -> sp.Expr:
    """log(e x)/x, the bound of Lemma 37 for x = 2 mu-tilde (L - L_0')."""
    return sp.log(sp.E * x) / x


_witness = Instance(
    {rho: Fraction(0), N: Fraction(10), k: Fraction(2)}, (Fraction(1, 10), Fraction(8, 10), Fraction(1, 10))
)

printed = Claim(
    "agarwal2021/L37-printed",
    title="At criticality, as printed",
    source="Lemma 37, p. 31",
    provenance="paper",
    printed=r"\hat\sigma(0)>0,\ \hat\sigma'(1)=1,\ L\ge L_0':=\lceil1/\hat\sigma(0)\rceil \implies"
    r" 1-\hat\sigma^{(L)}(\rho)\le\frac{\log(2e\tilde\mu(L-L_0'))}{2\tilde\mu(L-L_0')}\quad(\rho\in[-1,1])",
    expected=Verdict.REFUTED,
    note=r"The proof minimises over a parameter that is negative when $2\tilde\mu(L-L_0')<1$; below $1/e$ the bound is"
    r" negative. Witness: $\hat\sigma=(1+8\rho+\rho^2)/10$, $L_0'=10$, $\rho=0$, $L=12$. In the formal statement"
    r" $L_0'=N$ and $L=N+k$, $k\ge1$, where the bound has a value; that 1 is the only fixed point in $[0,1]$ follows"
    r" from $\hat\sigma'(1)=1$ (beyond/D8).",
    beside=("agarwal2021/L37", "beyond/D8"),
    parameters={"right": logarithmic(strength), "given": ()},
    witnesses=((0, _witness),),
)


@printed.states
def printed_statement(right, given):
    return forall(
        correlation, waits, beyond, given=[_slope_one, *_waited, *given], family=NON_AFFINE,
        holds=le(1 - iterate(N + k, rho), right),
    )  # fmt: skip


printed.mutant("where 2 mu-tilde (L - L_0') >= 1", given=(le(1, strength),))
printed.mutant("the bound of beyond/D8", right=2 / (1 + 2 * curvature * (N + k)))

corrected = Claim(
    "agarwal2021/L37",
    title="At criticality, far enough from the start",
    source="Lemma 37, p. 31, restricted to the depths where it is true",
    provenance="derived here",
    printed=r"\hat\sigma'(1)=1,\ 2\tilde\mu(L-L_0')\ge1 \implies"
    r" 1-\hat\sigma^{(L)}(\rho)\le\frac{\log(2e\tilde\mu(L-L_0'))}{2\tilde\mu(L-L_0')}\quad(\rho\in[-1,1))",
    note=r"Follows from beyond/D8 with $\log z\ge1-\frac1z$, for any $L_0'\ge0$; beyond/D8 is smaller at every depth."
    r" In the formal statement $L_0'=N$ and $L=N+k$; at $\rho=1$ the left side is 0.",
    beside=("agarwal2021/L37-printed", "beyond/D8"),
    parameters={"far": 1, "slack": 1},
    witnesses=(
        (0, _witness),
        (
            0,
            Instance(
                {rho: Fraction(-1), N: Fraction(1), k: Fraction(8)},
                (Fraction(1, 16), Fraction(14, 16), Fraction(1, 16)),
            ),
        ),
    ),
)


@corrected.states
def statement(far, slack):
    return forall(
        apart, waits, beyond, given=[_slope_one, le(far, strength)], family=NON_AFFINE,
        holds=le(1 - iterate(N + k, rho), slack * logarithmic(strength)),
    )  # fmt: skip


@corrected.proves
def proof(prove, goal, far, slack):
    """1 - rho_L <= 2/(1 + 2 mu-tilde L) <= 2/(1 + z) <= log(e z)/z for z = 2 mu-tilde (L - L_0') >= 1."""
    right = interval(z, far, sp.oo)
    n, steps = (sp.Symbol(name, real=True) for name in ("n", "x"))
    wider = prove.polynomial(
        le(2 / (1 + 2 * m * (n + steps)), 2 / (1 + 2 * m * steps)),
        interval(m, 0, 1, "("), interval(n, 0, sp.oo), interval(steps, 0, sp.oo),
    )  # fmt: skip
    positive = [prove.ball_box(lt(0, sp.E * z), right), prove.polynomial(lt(0, z), right)]
    logarithm = prove.ball_box(le(2 * z, slack * (1 + z) * sp.log(sp.E * z)), right)
    share = prove.polynomial(le(0, 1 / (z * (1 + z))), right)
    denominator = prove.polynomial(lt(0, 1 + 2 * m * n), interval(m, 0, 1, "("), interval(n, 0, sp.oo))
    values = {m: curvature}
    at_most = prove.chain(
        goal.conclude(le(dual_slope(1), 1)), prove.identity(goal.conclude(_slope_one), [["given", 0]])
    )
    return prove.chain(
        goal, fact(at_most), fact(uncentred.positive_curvature(prove)), fact(uncentred.curvature_at_most_one(prove)),
        *(fact(shown, {z: strength}) for shown in positive),
        *(fact(denominator, {**values, n: depth}) for depth in (N + k, k)),
        at(everywhere(prove), {L: N + k}), at(wider, {**values, n: N, steps: k}), fact(logarithm, {z: strength}),
        fact(share, {z: strength}),
        adds(
            prove, 2 / (1 + strength), 1 / (strength * (1 + strength)),
            slack * (1 + strength) * sp.log(sp.E * strength) - 2 * strength,
        ),
    )  # fmt: skip


corrected.mutant("where 2 mu-tilde (L - L_0') >= 2/5", far="2/5")
corrected.mutant("half of the bound", slack="1/2")


def _fails(far: Fraction) -> tuple[int, Instance]:
    """From rho = -1, 1 - rho_L is close to 2/(1 + z) where mu-tilde is small, and log(e z)/z is less for z < 1."""
    small = Fraction(1, 2**12)
    values = {rho: Fraction(-1), N: Fraction(1), k: Fraction(max(math.ceil(far / (2 * small)), 1))}
    return 0, Instance(values, (small, 1 - 2 * small, small))


corrected.sharpen("far", lambda c: c, printed=1, strongest=0, fails=_fails)

limit_printed = Claim(
    "agarwal2021/T12-ii-printed",
    title="At criticality from some depth on, as printed",
    source="Theorem 12(ii), p. 7",
    provenance="paper",
    printed=r"\bar\rho=1,\ \hat\sigma'(1)=1 \implies \exists L_0'(\sigma)\ \forall L>L_0':"
    r" |\bar K_{ij}-1|\le\frac{\log(2e\tilde\mu(L-L_0'))}{2\tilde\mu(L-L_0')}",
    expected=Verdict.REFUTED,
    note=r"Whatever $L_0'(\sigma)$ is, the first layer beyond it is $L=L_0'+1$, where the right side is"
    r" $\log(2e\tilde\mu)/(2\tilde\mu)$ and must not be negative, because the left side is not: that is the formal"
    r" statement. It is negative for every $\sigma$ with $\tilde\mu<\frac1{2e}$, such as"
    r" $\hat\sigma=(1+8\rho+\rho^2)/10$, and for ReLU with $\mathbb E\sigma^2=1$, where"
    r" $2e\tilde\mu=2e(\frac12-\frac1\pi)=.988$.",
    beside=("agarwal2021/T12", "beyond/D8"),
    parameters={"right": logarithmic(2 * curvature), "given": ()},
    witnesses=((0, Instance({}, (Fraction(1, 10), Fraction(8, 10), Fraction(1, 10)))),),
)


@limit_printed.states
def limit_printed_statement(right, given):
    return forall(given=[_slope_one, *given], family=NON_AFFINE, holds=le(0, right))


limit_printed.mutant("for mu-tilde of at least 1/(2 e)", given=(le(1 / (2 * sp.E), curvature),))
limit_printed.mutant("the bound of beyond/D8", right=bound(sp.S.One).subs(rho, -1))
