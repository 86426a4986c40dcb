"""Lemmas 21 and 44: the kernel of a network of finite width lies near its limit, seen in samples of networks."""

import sympy as sp

from deepcond_sym.proof import Claim, Verdict, forall, le, mean_of

WIDTHS = (64, 256, 1024)


def near(depth: int, width: int, radius: sp.Expr) -> sp.Expr:
    """P(|K - sigma_hat^(depth)(1/2)| <= radius) for normalised erf."""
    return mean_of("kernel_near_limit", "erf", width, depth, "1/2", radius)


pointwise = Claim(
    "agarwal2021/L21",
    title="The kernel of a wide network approaches the iterated dual",
    source="Lemma 21, p. 23",
    provenance="paper",
    printed=r"k^{(l)}(x,x')\to\hat\sigma^{(l)}(x\cdot x') \text{ almost surely as } m\to\infty,\quad \|x\|=\|x'\|=1",
    expected=Verdict.SUPPORTED,
    note=r"Stated here: at $x \cdot x' = 1/2$, for normalised erf, $l = 1, 2, 3$ and widths $m = 64, 256, 1024$, the"
    r" kernel lies within $4/\sqrt m$ of its limit with probability at least 9/10. Not proved: any of this for other"
    r" activations, widths and inputs, and the almost sure limit (the paper cites Daniely et al. 2016 for activations"
    r" that are bounded with two derivatives; for the others it argues layer by layer).",
    beside=("agarwal2021/L44",),
    parameters={"scale": 4, "power": sp.Rational(1, 2), "share": "9/10"},
)


@pointwise.states
def pointwise_statement(scale, power, share):
    return tuple(
        forall(holds=le(share, near(depth, m, scale * sp.Integer(m) ** -power)), label=f"l = {depth}, m = {m}")
        for depth in (1, 2, 3)
        for m in WIDTHS
    )


@pointwise.proves
def pointwise_proof(prove, goals, scale, power, share):
    """512 networks for each depth and width."""
    return prove.simulate_each(goals, seed=21, samples=2**9)


pointwise.mutant("within 1/(2 sqrt m)", scale="1/2")
pointwise.mutant("within 32/m, as if the error fell like 1/m", scale=32, power=1)
pointwise.mutant("with probability at least 999/1000, more than the samples can tell", share="999/1000", false=False)

uniform = Claim(
    "agarwal2021/L44",
    title="All entries of the kernel matrix of a wide network are near their limits",
    source="Lemma 44, p. 40 (cites Daniely et al. 2016)",
    provenance="paper",
    printed=r"m=\Omega\big((4C)^{L+1}\log(n)/\gamma^2\big) \implies |K_{ij}-\bar K_{ij}|\le\gamma \text{ for all } i,j,"
    r" \text{ with high probability}",
    expected=Verdict.SUPPORTED,
    note=r"The constant in $\Omega$ is hidden and the proof is cited: a check of the scaling only. Stated here: for"
    r" $n = 5$ unit vectors with all inner products 1/2, normalised erf, $L = 2$ and $m = 16/\gamma^2$, all entries are"
    r" within $\gamma = 1/2, 1/4$ of their limits with probability at least 3/4.",
    beside=("agarwal2021/L21",),
    parameters={"constant": 16, "power": 2},
)


@uniform.states
def uniform_statement(constant, power):
    return tuple(
        forall(
            holds=le("3/4", mean_of("kernels_near_limit", "erf", constant / gamma**power, 2, 5, "1/2", gamma)),
            label=f"gamma = {gamma}",
        )
        for gamma in (sp.Rational(1, 2), sp.Rational(1, 4))
    )


@uniform.proves
def uniform_proof(prove, goals, constant, power):
    """256 networks for each width, weight by weight."""
    return prove.simulate_each(goals, seed=44, samples=2**8)


uniform.mutant("a sixteenth of the width", constant=1)
uniform.mutant("width 4/gamma: the first power of the accuracy", constant=4, power=1)
