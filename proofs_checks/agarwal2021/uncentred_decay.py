"""Lemma 36: how fast correlations tend to the smallest fixed point of the dual activation."""

from fractions import Fraction

import sympy as sp

from deepcond_sym.proof import (
    UNCENTRED,
    Claim,
    Instance,
    Verdict,
    dual,
    dual_slope,
    eq,
    forall,
    iterate,
    le,
    repeat,
)  # fmt: skip
from deepcond_sym.proof.tactics.power_gaps import b
from deepcond_sym.symbols import rho

from . import uncentred, uncentred_phases
from .setting import correlation, delta, separation
from .uncentred import NON_AFFINE, below_one, fixed, middle
from .uncentred_phases import end, extra, extra_layers, j, later

claim = Claim(
    "agarwal2021/L36",
    title="Without centring, correlations close in on the fixed point",
    source="Lemma 36, p. 30, for a fixed point below 1",
    provenance="paper",
    printed=r"\hat\sigma(0)>0,\ \bar\rho<1,\ |\rho|\le1-\delta,\ L\ge L_0:=\max\Big\{\Big\lceil"
    r"\frac{\log\frac{1-\bar\rho}{2\delta}}{\log(1+\frac{\tilde\mu(1-\bar\rho)}2)}\Big\rceil,"
    r"\Big\lceil\frac1{\hat\sigma(0)}\Big\rceil\Big\} \implies |\hat\sigma^{(L)}(\rho)-\bar\rho|\le"
    r"\max\Big\{1-\frac{\tilde\mu(1-\bar\rho)}2,\hat\sigma'(\bar\rho)\Big\}^{L-L_0}\frac{1+\bar\rho}2",
    note=r"The maximum is always its first entry: $\hat\sigma'(\bar\rho)\le1-\tilde\mu(1-\bar\rho)$. In the formal"
    r" statements b is $\bar\rho$ and $L=S+d+j$, where $S$ is the first of the two terms of $L_0$ (0 if it is"
    r" negative) and $S+d$ any integer that is at least both of them: $1\le(S+d)\,\hat\sigma(0)$. With $S+d=L_0$ that"
    r" is the lemma. The wait for $1/\hat\sigma(0)$ layers is not needed (beyond/D7): for"
    r" $\hat\sigma=10^{-6}+.5\rho+.499999\rho^2$ the lemma says nothing before layer $10^6$"
    r" (agarwal2021/L36-wait). The statement as printed ends in an unfinished sentence.",
    beside=("beyond/D7", "agarwal2021/L36-at-one", "agarwal2021/L36-wait"),
    parameters={"start": middle, "given": (le(1, end * dual(0)),), "rate": uncentred.rate},
    witnesses=tuple(
        (
            1,
            Instance(
                {rho: Fraction(-3, 4), delta: Fraction(1, 4), b: Fraction(1, 2), extra: d, j: Fraction(0)},
                (Fraction(1, 8), Fraction(5, 8), Fraction(1, 4)),
            ),
        )
        for d in (Fraction(8), Fraction(0))
    ),
)


@claim.states
def statement(start, given, rate):
    separated = [le(abs(rho), 1 - delta), fixed, *given]
    return (
        forall(below_one, given=[fixed], family=UNCENTRED, holds=le(dual_slope(b), rate), label="the maximum"),
        forall(
            correlation, separation, below_one, extra_layers, later, given=separated, family=NON_AFFINE,
            holds=le(abs(iterate(end + j, rho) - b), uncentred.rate**j * start), label="every depth",
        ),
    )  # fmt: skip


@claim.proves
def proof(prove, goal, start, given, rate):
    """1 - rho grows by 1 + mu-tilde (1 - b)/2 a layer until rho <= (1 + b)/2, after which rho - b shrinks by
    1 - mu-tilde (1 - b)/2; a negative rho gains dual(0) a layer until it is positive, after which b - rho shrinks at
    that rate."""
    maximum, depth = goal
    return [
        prove.chain(maximum, uncentred.slope_below_rate(prove)),
        prove.chain(depth, uncentred_phases.closes_in(prove)),
    ]


claim.mutant("a tenth of the bound", start=middle / 10)
claim.mutant("without the wait for 1/dual(0) layers", given=())
claim.mutant("a maximum below 1 - 11 mu-tilde (1 - b)/10", rate=1 - sp.Rational(11, 5) * (1 - uncentred.rate))

at_one = Claim(
    "agarwal2021/L36-at-one",
    title="Without centring: Lemma 36 at the fixed point 1",
    source="Lemma 36, p. 30, for the fixed point 1",
    provenance="paper",
    printed=r"\bar\rho=1,\ \hat\sigma'(1)<1,\ \hat\sigma(0)>0,\ |\rho|\le1-\delta,\ L\ge L_0 \implies"
    r" |\hat\sigma^{(L)}(\rho)-1|\le\max\{1-\tfrac{\tilde\mu\cdot0}2,\hat\sigma'(1)\}^{L-L_0}\cdot1,\quad"
    r" L_0\ge\Big\lceil\frac{\log0}{\log1}\Big\rceil",
    expected=Verdict.UNDECIDED,
    note=r"Vacuous as a rate: at $\bar\rho=1$ the maximum is 1, so that the bound is 1 at every depth, and $L_0$ has no"
    r" value. $\hat\sigma=e^{c^2(\rho-1)}$, $c<1$, of $\sigma\propto e^{cx}$, is an example of what it speaks of. There"
    r" is no formal statement here; what can be said is in beyond/D7, $1-\hat\sigma^{(L)}(\rho)\le"
    r"\hat\sigma'(1)^L(1-\rho)$.",
    beside=("beyond/D7", "agarwal2021/L36"),
)

_t = sp.Symbol("t", real=True)
_slow = sp.Rational(1, 10**6) + _t / 2 + sp.Rational(499999, 10**6) * _t**2
_rest = sp.Rational(1, 499999)
"""The fixed point of this dual below 1, p_0/p_2."""

wait = Claim(
    "agarwal2021/L36-wait",
    title="The wait of Lemma 36 in an example",
    source="Lemma 36, p. 30, against beyond/D7",
    printed=r"\hat\sigma=10^{-6}+\tfrac12\rho+.499999\rho^2,\ \rho=-.99:\quad \lceil1/\hat\sigma(0)\rceil=10^6,\quad"
    r" |\hat\sigma^{(60)}(\rho)-\bar\rho|\le\frac{|\rho-\bar\rho|\,(1-\bar\rho)}{(.99-\bar\rho)+.01\,\beta^{60}}"
    r"\le10^{-8},\quad \bar\rho=\tfrac1{499999},\ \beta=2-\hat\sigma'(\bar\rho)=1.499998",
    note="Lemma 36 says nothing before layer 10^6. At layer 60 the bound of beyond/D7 is 2.69e-9 and the distance"
    " itself 8.5e-21.",
    beside=("agarwal2021/L36", "beyond/D7"),
    parameters={"layers": 60, "least": 10**6, "error": sp.Rational(1, 10**8), "distance": sp.Rational(1, 10**20)},
)


@wait.states
def wait_statement(layers, least, error, distance):
    start = sp.Rational(-99, 100)
    base = 2 - sp.diff(_slow, _t).subs(_t, _rest)
    away = abs(repeat(_slow, _t, layers, start) - _rest)
    bound = (_rest - start) * (1 - _rest) / (-start - _rest + (1 + start) * base**layers)
    return (
        forall(holds=eq(_slow.subs(_t, _rest), _rest), label="the fixed point"),
        forall(holds=eq(1 / _slow.subs(_t, 0), least), label="the wait"),
        forall(holds=le(away, bound), label="the bound of D7"),
        forall(holds=le(bound, error), label="its value"),
        forall(holds=le(away, distance), label="the distance"),
    )


@wait.proves
def wait_proof(prove, goal, layers, least, error, distance):
    """Rational numbers, and 60 iterates in balls."""
    return [*(prove.identity(part) for part in goal[:2]), *(prove.evaluate(part) for part in goal[2:])]


wait.mutant("30 layers", layers=30)
wait.mutant("a wait of 10^5 layers", least=10**5)
