"""The Koenigs constant of the extremal map: how large a deep correlation is once it decays at its true rate 1 - mu.

With lambda = 1 - mu and U(x) = x/(1 - x/lambda), one layer q_mu takes U to at most lambda U, with an error of second
order: so lim q_mu^L(x)/lambda^L, Koenigs' limit, lies between x and U(x), from any layer on. Started at layer K the gap
is a factor 1/(1 - b_K/lambda), which tends to 1."""

import sympy as sp

from deepcond_sym.proof import Claim, Proof, Step, at, fact, forall, interval, le, mu, repeat
from deepcond_sym.proof.tactics.inductive import inductive
from deepcond_sym.proof.tactics.map_iteration import polynomial_map
from proofs_checks.agarwal2021.setting import L, layers, quadratic, t

g, w, p, z = sp.symbols("g w p z", real=True)
rate = 1 - mu
nonlinearity = interval(mu, 0, 1, ")")
share = interval(w, 0, 1, ")")

claim = Claim(
    "beyond/Koenigs",
    title="The constant in front of the true rate",
    source="derived here; sharpens the constant of D3",
    printed=r"x<\lambda:=1-\mu:\quad \lambda^L x \le q_\mu^{\circ L}(x) \le \frac{\lambda^L x}{1-x/\lambda}",
    note="With x = b_K, the exact supremum after K layers, the limit of b_L/(1 - mu)^L lies between b_K/(1 - mu)^K"
    " and that number over 1 - b_K/(1 - mu). In the formal statement x = (1 - mu) w with w < 1.",
    beside=("beyond/D3",),
    parameters={"rate": rate, "gap": 1 - w},
)


@claim.states
def statement(rate, gap):
    deep = repeat(quadratic(t), t, L, (1 - mu) * w)
    frame = (nonlinearity, share, layers)
    return (
        forall(*frame, holds=le(rate**L * (1 - mu) * w, deep), label="from below"),
        forall(*frame, holds=le(deep, rate**L * (1 - mu) * w / gap), label="from above"),
    )


@claim.proves
def proof(prove, goal, rate, gap):
    """q_mu(x) >= lambda x; and E(g) = lambda g/(lambda + g), the inverse of U, obeys q_mu(E(g)) <= E(lambda g)."""
    below, above = goal
    return [from_below(prove, below), from_above(prove, above, rate, gap)]


def from_below(prove: Proof, goal) -> Step:
    """lambda^L x <= q_mu^L(x), layer by layer."""
    q = polynomial_map(prove, quadratic(t), t)
    deep = q.iterated(L, (1 - mu) * w)
    one_layer = prove.polynomial(le((1 - mu) * z, quadratic(z)), interval(z, 0, 1), nonlinearity)
    start = fact(prove.polynomial(le((1 - mu) * w, 1), nonlinearity, share))
    lifted = prove.polynomial(
        le((1 - mu) * p, (1 - mu) * (p + z)), interval(p, 0, 1), interval(z, 0, sp.oo), nonlinearity
    )
    power = rate**L
    small = prove.polynomial(le(p * (1 - mu) * w, 1), interval(p, 0, 1), nonlinearity, share)
    positive = prove.polynomial(le(0, p * (1 - mu) * w), interval(p, 0, 1), nonlinearity, share)
    inside = [fact(prove.power(part, rate, L, nonlinearity, layers)) for part in ("non-negative", "at most one")]
    inside += [fact(q.stays(below=below), {"s": (1 - mu) * w}) for below in (True, False)]
    inside += [fact(small, {p: power}), fact(positive, {p: power})]
    return inductive(
        prove, goal, L,
        lambda base: prove.chain(base, prove.folded(base, base.conclusion.rhs)),
        lambda step: prove.chain(
            step, start, *inside,
            at(lifted, {p: power * (1 - mu) * w, z: deep - power * (1 - mu) * w}),
            at(one_layer, {z: deep}), prove.folded(step, step.conclusion.rhs),
        ),
    )  # fmt: skip


def from_above(prove: Proof, goal, rate: sp.Expr, gap: sp.Expr) -> Step:
    """q_mu^L(x) <= E(U(x) lambda^L) <= U(x) lambda^L."""

    def inverse(u: sp.Expr) -> sp.Expr:
        return (1 - mu) * u / (1 - mu + u)

    first = (1 - mu) * w / gap
    step = prove.polynomial(le(quadratic(inverse(g)), inverse(rate * g)), interval(g, 0, sp.oo), nonlinearity)
    deep = prove.invariant_sequence(
        nonlinearity, share, layers, step=step, t=t, body=quadratic(t), g=g, bound=inverse(g), start=(1 - mu) * w,
        first=first, ratio=rate, index=L,
    )  # fmt: skip
    drop = prove.polynomial(le(inverse(g), g), interval(g, 0, sp.oo), nonlinearity)
    small = [fact(prove.power(part, rate, L, nonlinearity, layers)) for part in ("non-negative", "at most one")]
    positive = prove.polynomial(le(0, first * p), interval(p, 0, 1), nonlinearity, share)
    return prove.chain(goal, *small, fact(positive, {p: rate**L}), deep, at(drop, {g: first * rate**L}))


claim.mutant("the rate 1 - mu/2 from below", rate=1 - mu / 2)
claim.mutant("the rate 1 - 11 mu/10 from above", rate=1 - sp.Rational(11, 10) * mu)
claim.mutant("half of the gap", gap=1 - w / 2)
claim.sharpen("rate", lambda c: 1 - c * mu, printed=1, strongest=2)
