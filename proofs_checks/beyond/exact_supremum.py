"""D1: the exact supremum of a correlation after L layers, over all normalised activations with the same
nonlinearity."""

from deepcond_sym.proof import NONLINEAR, NORMALISED, Claim, at, eq, forall, interval, iterate, le, member, mu, repeat
from deepcond_sym.symbols import rho
from proofs_checks.agarwal2021 import two_phases
from proofs_checks.agarwal2021.setting import (
    L,
    correlation,
    decay,
    delta,
    first_phase,
    further_layers,
    growth,
    half,
    k,
    layers,
    quadratic,
    separation,
    t,
)  # fmt: skip

claim = Claim(
    "beyond/D1",
    title="The exact supremum of a deep correlation",
    source="sharpens agarwal2021 Lemma 23",
    printed=r"|\rho|\le1-\delta:\quad |\hat\sigma^{(L)}(\rho)| \le \hat\sigma^{(L)}(|\rho|)"
    r" \le b_L := q_\mu^{\circ L}(1-\delta) \le B(L,\delta),"
    r"\quad q_\mu(\rho)=(1-\mu)\rho+\mu\rho^2, "
    r" \text{ with equality } \hat\sigma^{(L)}(1-\delta)=b_L \text{ for } \hat\sigma=q_\mu",
    note=r"No bound in terms of $\mu$, $\delta$ and $L$ alone can be better, at any depth: $q_\mu$ is itself a dual"
    " activation.",
    beside=("agarwal2021/L23",),
    parameters={"q": quadratic(t), "family": NORMALISED, "near": growth, "far": decay},
)


@claim.states
def statement(q, family, near, far):
    def b(depth):
        return repeat(q, t, depth, 1 - delta)

    separated = le(abs(rho), 1 - delta)
    nonlinearity = interval(mu, 0, 1, "(")
    return (
        forall(
            layers, correlation, family=family,
            holds=le(abs(iterate(L, rho)), iterate(L, abs(rho))), label="absolute value",
        ),
        forall(
            correlation, separation, layers, given=[separated], family=family,
            holds=le(iterate(L, abs(rho)), b(L)), label="supremum",
        ),
        forall(
            interval(mu, 0, 1), layers, separation, family=member(t, q),
            holds=eq(iterate(L, 1 - delta), b(L)), label="attained",
        ),
        forall(
            nonlinearity, separation, layers, given=[le(L, first_phase(near))],
            holds=le(b(L), 1 - delta * near**L), label="below the printed bound up to L_0",
        ),
        forall(
            nonlinearity, separation, further_layers,
            holds=le(b(first_phase(near) + k), half * far**k), label="below the printed bound beyond L_0",
        ),
    )  # fmt: skip


@claim.proves
def proof(prove, goal, q, family, near, far):
    """q_mu - sigma_hat = sum_{i>=3} p_i (rho^2 - rho^i) >= 0 on [0, 1]; both maps increase; iterate."""
    absolute, supremum, attained, early, late = goal
    above = prove.majorant(prove.one_layer(t, q, family), t, q)
    return [
        prove.chain(absolute, prove.absolute()),
        prove.chain(supremum, at(above, {"r": abs(rho), "s": 1 - delta})),
        prove.chain(attained, at(prove.attained(t, q), {"s": 1 - delta})),
        prove.chain(early, two_phases.escape(prove, L, layers, near)),
        prove.chain(late, two_phases.decline(prove, k, further_layers, far, near)),
    ]


claim.mutant("q with mu + 1/1000", q=quadratic(t) - (t - t**2) / 1000)
claim.mutant("a cubic in place of the square", q=(1 - mu) * t + mu * t**3)
claim.mutant("the family with mu > 0 only, and growth 1 + 2 mu/3", family=NONLINEAR, near=1 + 2 * mu / 3)

claim.sharpen("q", lambda c: quadratic(t) - c * (t - t**2), printed=0, strongest="1/10")
