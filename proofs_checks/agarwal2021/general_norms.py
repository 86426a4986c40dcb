"""Theorem 13 = Theorem 43: the kernel of inputs of general norm; as printed (a gap in its proof), and repaired."""

from fractions import Fraction

import sympy as sp

from deepcond_sym.proof import (
    Claim,
    Instance,
    Proof,
    Sequence,
    Statement,
    Step,
    Verdict,
    at,
    fact,
    forall,
    index,
    interval,
    le,
    mu,
    ranging,
    repeat,
    steps_to,
)
from deepcond_sym.proof.tactics.arbitrary import no_less, product_known, scaled
from deepcond_sym.proof.tactics.inductive import inductive
from deepcond_sym.proof.tactics.map_iteration import polynomial_map

from . import two_phases
from .setting import L, delta, first_phase, further_layers, half, k, layers, quadratic, separation, t

alpha, distance = sp.symbols("alpha D", real=True)
mu_x, mu_y, cosine, start = sp.symbols("mu_x mu_y r c_0", real=True)
A, B, z, S, _w, _p = sp.symbols("A B z S w p", real=True)
j, extra_layers = index("j")
_c = sp.Function("c", real=True)
_from_zero = interval(_p, 0, sp.oo)

printed = Claim(
    "agarwal2021/T13",
    title="The kernel of inputs of general norm decays with depth",
    source="Theorem 13, p. 7 (= Theorem 43, p. 38)",
    provenance="paper",
    printed=r"\frac{\bar k(x,y)}{\sqrt{\bar k(x,x)\bar k(y,y)}}\le B_{\mu/2}(L-\hat L,\delta),\quad L\ge\hat L:="
    r"\frac1{\alpha_\sigma}\log\frac{4\max(|\|x\|^2-1|,|\|y\|^2-1|,\mu/4)}\mu",
    expected=Verdict.UNDECIDED,
    note=r"It is about general functions, and its key step (20) does not follow from the argument given: that near norm"
    r" 1 the nonlinearity is at least $\mu/2$. That is true, even with $\frac34 \mu$ (beyond/D9-norms), and"
    " agarwal2021/T43-repaired draws the conclusion with the whole number of layers that the proof needs. The main text"
    r" prints $\hat L = \alpha_\sigma \log(\cdot)$.",
    beside=("agarwal2021/T43-repaired", "beyond/D9-norms"),
)

nu = sp.Rational(3, 4) * mu
"""What is left of the nonlinearity within mu/4 of norm 1 (D9)."""

repaired = Claim(
    "agarwal2021/T43-repaired",
    title="Inputs of general norm: first the norms come near 1, then the cosine decays",
    source="Theorem 43, p. 38, repaired",
    provenance="derived here",
    printed=r"(1-\alpha)^{N+j}D\le\tfrac\mu4,\ N:=\Big\lceil\tfrac{\log(4D/\mu)}{-\log(1-\alpha)}\Big\rceil;\qquad"
    r" z^2\le q_{\mu_x}(r)\,q_{\mu_y}(r)\le q_\nu(r)^2;\qquad c_{l+1}\le q_\nu(c_l) \implies c_L\le q_\nu^{\circ L}"
    r"(1-\delta)\le B_\nu(L,\delta),\quad \nu=\tfrac34\mu",
    note=r"In the order of the proof. $D$ bounds both $|\|u\|^2 - 1|$, which one layer multiplies by at most $1 -"
    r" \alpha_\sigma$ (agarwal2021/T38-eq12); our $N$ is at most the printed $\lceil\hat L\rceil$, since"
    r" $-\log(1 - \alpha) \ge \alpha$. From there on the nonlinearities $\mu_x$, $\mu_y$ are at least $\nu$"
    r" (beyond/D9-norms), $z$ is the next normalised kernel, $z^2 \le A B$ the Cauchy-Schwarz inequality and"
    r" $A \le q_{\mu_x}(r)$ the sharp form of Lemma 22. The last three parts speak of every sequence with"
    r" $0 \le c_{k+1} \le q_\nu(c_k)$, here the absolute cosines, which before layer $N$ do not grow"
    r" (agarwal2021/L42-product). The same proof with $\nu = \mu/2$ gives the printed"
    r" $B_{\mu/2}$.",
    beside=("agarwal2021/T13", "agarwal2021/T38-eq12", "agarwal2021/L42-product", "beyond/D9-norms", "beyond/D1"),
    parameters={"level": 4 * distance / mu, "kept": nu, "share": sp.Rational(3, 4)},
    witnesses=(
        (3, Instance({mu: Fraction(1), delta: Fraction(7, 16), start: Fraction(9, 16), L: Fraction(1)})),
    ),
)  # fmt: skip


def bound(r: sp.Expr, nonlinearity: sp.Expr) -> sp.Expr:
    """q at this nonlinearity."""
    return quadratic(r).subs(mu, nonlinearity)


def cosines() -> Sequence:
    """c(0) = c_0, c(k + 1) = S_k q_nu(c(k)) with S_k in [0, 1]."""
    return Sequence("c", L, 0, start, ranging(S, L, 1) * bound(_c(L), nu))


@repaired.states
def statement(level, kept, share):
    known = interval(mu, 0, 1, "(")
    together = known, separation, interval(start, 0, 1)
    near = [le(start, 1 - delta)]
    deep = repeat(bound(t, kept), t, L, 1 - delta)
    growth, decay = 1 + share * mu / 2, 1 - share * mu / 2
    passed = first_phase(growth)
    both = interval(mu_x, 0, 1), interval(mu_y, 0, 1)
    return (
        forall(
            known, interval(alpha, 0, 1, "()"), interval(distance, 0, sp.oo, "("), extra_layers,
            holds=le((1 - alpha) ** (steps_to(level, 1 / (1 - alpha)) + j) * distance, mu / 4), label="norms",
        ),
        forall(
            known, interval(cosine, 0, 1), *both, interval(A, 0, sp.oo), interval(B, 0, sp.oo),
            interval(z, -sp.oo, sp.oo),
            given=[le(z**2, A * B), le(A, bound(cosine, mu_x)), le(B, bound(cosine, mu_y)), le(nu, mu_x), le(nu, mu_y)],
            holds=le(z**2, bound(cosine, kept) ** 2), label="one layer",
        ),
        forall(*together, layers, given=near, sequences=[cosines()], holds=le(_c(L), deep), label="every depth"),
        forall(
            *together, layers, given=[*near, le(L, passed)], sequences=[cosines()],
            holds=le(_c(L), 1 - delta * growth**L), label="up to L_0",
        ),
        forall(
            *together, further_layers, given=near, sequences=[cosines()],
            holds=le(_c(passed + k), half * decay**k), label="k layers beyond L_0",
        ),
    )  # fmt: skip


@repaired.proves
def proof(prove, goal, level, kept, share):
    """The norms by the definition of N; the cosines by monotone iteration of q, then the two phases with 3 mu/4."""
    norms, one_layer, every_depth, early, late = goal
    deep = _dominated(prove, every_depth, kept)
    scale = {mu: kept}
    return [
        _near_one(prove, norms, level),
        _one_layer(prove, one_layer, kept),
        deep,
        prove.chain(early, deep, at(two_phases.escape(prove, L, layers), scale)),
        prove.chain(
            late, at(deep, {L: first_phase(1 + share * mu / 2) + k}),
            at(two_phases.decline(prove, k, further_layers), scale),
        ),
    ]  # fmt: skip


def _near_one(prove: Proof, goal: Statement, level: sp.Expr) -> Step:
    """(1 - alpha)^N <= mu/(4 D), and (1 - alpha)^j <= 1."""
    known, rate, size, extra = goal.variables
    kept, wait = 1 - alpha, steps_to(level, 1 / (1 - alpha))
    reached = prove.reached(level, 1 / kept, known, rate, size)
    ratio = prove.polynomial(le(distance / (level + _p), mu / 4), known, size, _from_zero)
    shrunk = prove.chain(
        forall(known, rate, size, holds=le(kept**wait * distance, mu / 4)),
        fact(reached), at(ratio, {_p: kept ** (-wait) - level}),
    )  # fmt: skip
    positive = fact(prove.power("non-negative", kept, wait, known, rate, size))
    return prove.chain(
        goal, positive, product_known(prove, kept**wait, distance),
        fact(prove.power("at most one", kept, j, rate, extra)),
        scaled(prove, kept**wait * distance, kept**j, sp.S.One), shrunk,
    )  # fmt: skip


def _one_layer(prove: Proof, goal: Statement, kept: sp.Expr) -> Step:
    """A B <= q(mu_x) B <= q(mu_x) q(mu_y) <= q(nu)^2: q falls as the nonlinearity grows."""
    r = interval(cosine, 0, 1)
    q_x, q_y, q = (bound(cosine, nonlinearity) for nonlinearity in (mu_x, mu_y, kept))
    falls = prove.polynomial(
        le(bound(cosine, _w + _p), bound(cosine, _w)), r, interval(_w, 0, 1), _from_zero
    )
    smaller = [fact(falls, {_w: kept, _p: mine - kept}) for mine in (mu_x, mu_y)]
    return prove.chain(
        goal, *smaller,
        no_less(prove, z**2, A * B - z**2), scaled(prove, B, A, q_x), scaled(prove, q_x, B, q_y),
        scaled(prove, q_x, q_y, q), scaled(prove, q, q_x, q),
    )  # fmt: skip


def _dominated(prove: Proof, goal: Statement, kept: sp.Expr) -> Step:
    """c(L) <= q(q(...q(1 - delta))), where one layer is at most q and q increases."""
    q = polynomial_map(prove, bound(t, kept), t)
    value, deep, factor = _c(L), q.iterated(L, 1 - delta), ranging(S, L, 1)
    room = [fact(prove.ranging(part, factor, layers)) for part in ("at least", "at most")]
    at_least = prove.polynomial(le(0, q(_p)), _from_zero, interval(mu, 0, 1))
    positive = inductive(
        prove, goal.conclude(le(0, value)), L,
        lambda base: prove.chain(base, prove.polynomial(le(0, start), interval(start, 0, 1)),
                                 prove.folded(base, _c(0))),
        lambda step: prove.chain(
            step, *room, fact(at_least, {_p: value}), product_known(prove, factor, q(value), "link"),
            prove.folded(step, _c(L + 1)),
        ),
    )  # fmt: skip
    inside = [fact(q.stays(below=below), {"s": 1 - delta}) for below in (True, False)]

    def step(target: Statement) -> Step:
        below = prove.chain(
            target.conclude(le(value, 1)), no_less(prove, value, deep - value),
            at(q.stays(below=True), {"s": 1 - delta}),
        )  # fmt: skip
        known = [fact(positive), fact(below), *inside, *room, fact(at_least, {_p: value})]
        return prove.chain(
            target, *known, prove.unfold(target, _c(L + 1)), scaled(prove, q(value), factor, sp.S.One),
            q.grows(value, deep), prove.folded(target, target.conclusion.rhs),
        )  # fmt: skip

    return inductive(
        prove, goal, L,
        lambda base: prove.chain(base, prove.unfold(base, _c(0)), no_less(prove, start, 1 - delta - start),
                                 prove.folded(base, base.conclusion.rhs)),
        step,
    )  # fmt: skip


repaired.mutant("one layer with the whole mu", kept=mu)
repaired.mutant("2 D/mu in N", level=2 * distance / mu)
repaired.mutant("the rates of mu", share=1)
repaired.sharpen("kept", lambda c: c * mu, printed="3/4", strongest=1)
