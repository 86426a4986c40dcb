"""Theorem 6.2 and Lemma 6.1: exact Lipschitz constants of random networks on the plane (d = 2), seen in samples.

Each constant comes from a sweep over all cones on which the network is linear. All weights are N(0, 1)."""

import itertools

import sympy as sp

from deepcond_sym.proof import Claim, Verdict

from .events import between, drift, hidden_widths

SIZES = ((2, (16, 32, 64, 128)), (3, (16, 32, 64)), (4, (16, 32, 64)))

constants = Claim(
    "nguyen2021/D-T6.2",
    title="The Lipschitz constant of a layer, on the plane",
    source="Theorem 6.2",
    provenance="paper",
    printed=r"\|g_k\|_{\rm Lip}^2=O\Big(\frac{\prod_{l=0}^kn_l}{\min_{l\in[0,k]}n_l}\prod_{l=1}^{k-1}\log n_l"
    r"\prod_{l=1}^k\beta_l^2\Big)",
    expected=Verdict.SUPPORTED,
    note=r"The constant is hidden: a check of the scaling only. Stated here for $d=n_0=2$ (so that the fraction is"
    r" $\prod_{l=1}^kn_l$), equal widths $n$ and $\beta_l=1$, with exact constants and *without* the logarithms:"
    r" $\|g_k\|^2_{\rm Lip}$ lies between $2^{-k}n^k$ and $4n^k$, each with probability at least 3/4, for $k=2$ and"
    r" $n=16,32,64,128$ and for $k=3,4$ and $n=16,32,64$ (256 networks each). A mutant puts the logarithms into the"
    r" lower bound. Not shown: $d>2$, whether logarithms are needed (sizes that can be drawn do not tell them from"
    r" constants; here the ratio to $n^k$ falls with $n$), the constants, the probability. The proof as printed"
    r" writes $\|h_{p\to q}\|_{\rm Lip}$ for its square several times, and in its last case bounds $\|z\|$ by an"
    r" estimate for one fixed input, which is used for all patterns of activation: possibly a gap, and with the"
    r" induction hypothesis in its place it costs $\log n_{\max}$ for one $\log n_l$.",
    beside=("nguyen2021/D-L6.1", "nguyen2021/D-T6.2-norms"),
    parameters={"lower": "1/2", "upper": 4, "extra": 0, "logarithms": 0},
)


@constants.states
def constants_statement(lower, upper, extra, logarithms):
    def at(n, k):
        # log n >= log_2(n)/2 is rational for a power of 2.
        logs = (sp.log(n, 2) / 2) ** ((k - 1) * logarithms)
        unit = sp.Integer(n) ** k * drift(n, 16, extra)
        return between("lipschitz_square", (n, n, k), lower**k * unit * logs, upper * unit, f"k = {k}, n = {n}")

    return tuple(s for k, widths in SIZES for n in widths for s in at(n, k))


@constants.proves
def constants_proof(prove, goals, **_):
    """256 networks for each size, with the Lipschitz constant of each."""
    return prove.simulate_each(goals, seed=62, samples=2**8)


constants.mutant("the logarithms of the bound are attained", logarithms=1)
constants.mutant("half of the product as the upper bound, whatever the depth", upper="1/2")
constants.mutant("twice the product to the k as the lower bound", lower=2)
constants.mutant("the power k + 1 of the width", extra=1)
constants.mutant("the power k - 1 of the width", extra=-1)

attained = Claim(
    "nguyen2021/D-L6.1",
    title="The Lipschitz constant is the largest norm of a Jacobian",
    source="Lemma 6.1",
    provenance="paper",
    printed=r"\|g_k\|_{\rm Lip}=\max_z\|J(g_k)(z)\|_{\rm op},\quad "
    r"J(g_k)=W_k^\top\prod_{l=1}^{k-1}\Sigma_{k-l}W_{k-l}^\top",
    expected=Verdict.SUPPORTED,
    note=r"Stated here for $d=2$, $k=2,3$ and widths 8 and 16: the largest of 4096 difference quotients"
    r" $\|g(z)-g(z')\|/\|z-z'\|$ at random pairs lies between 9/10 of the largest norm of a Jacobian, from a sweep"
    r" over all cones, and 1001/1000 of it, with probability at least 3/4 (256 networks each). Not shown: other"
    r" dimensions, deeper layers. The lemma itself is standard, for a piecewise linear map on a convex set; the tests"
    r" compare the sweep with closed cases and with exact rational arithmetic.",
    beside=("nguyen2021/D-T6.2",),
    parameters={"lower": "9/10", "upper": "1001/1000", "pairs": 4096},
)


@attained.states
def attained_statement(lower, upper, pairs):
    return tuple(
        s
        for k in (2, 3)
        for n in (8, 16)
        for s in between("lipschitz_attained", (n, n, k, pairs), lower, upper, f"k = {k}, n = {n}")
    )


@attained.proves
def attained_proof(prove, goals, **_):
    """256 networks for each size."""
    return prove.simulate_each(goals, seed=61, samples=2**8)


attained.mutant("never above 9/10 of it", upper="9/10")
attained.mutant("above it", lower="1001/1000")
attained.mutant("two pairs instead of 4096", pairs=2)

against_norms = Claim(
    "nguyen2021/D-T6.2-norms",
    title="The Lipschitz constant against the product of operator norms, where widths alternate",
    source="after Theorem 6.2",
    provenance="paper",
    printed=r"\|g_k\|_{\rm Lip}^2\text{ of the order }\frac{\prod_{l=0}^kn_l}{\min_{l}n_l}\text{ against }"
    r"\prod_{l=1}^k\|W_l\|_{\rm op}^2\text{ of the order }\prod_{l=1}^k\max(n_{l-1},n_l)\quad(\beta_l=1)",
    expected=Verdict.SUPPORTED,
    note=r"Stated here for $d=2$, widths $n_l=n$ (odd $l$) and 8 (even $l$), $k=3,4$ and $n=64,128,256$: the square"
    r" of the exact Lipschitz constant over $\prod_l\|W_l\|^2_{\rm op}$ lies between 1/24 and 1 times $\prod_{l\le"
    r" k}n_l/\prod_{l\le k}\max(n_{l-1},n_l)$, which is $8/n$ for $k=3$ and $64/n^2$ for $k=4$, each with probability"
    r" at least 3/4 (256 networks each). So the product of operator norms is too large by a power of $n$ here; for"
    r" equal widths both have the same power. Not shown: $d>2$, other widths, the constants.",
    beside=("nguyen2021/D-T6.2",),
    parameters={"lower": "1/24", "upper": 1, "extra": 0},
)


@against_norms.states
def against_norms_statement(lower, upper, extra):
    def at(n, k):
        widths = [2, *hidden_widths(n, 8, k)]
        larger = [max(pair) for pair in itertools.pairwise(widths)]
        unit = sp.Mul(*widths[1:]) / sp.Mul(*larger) * drift(n, 64, extra)
        return between("lipschitz_share", (n, 8, k), lower * unit, upper * unit, f"k = {k}, n = {n}")

    return tuple(s for k in (3, 4) for n in (64, 128, 256) for s in at(n, k))


@against_norms.proves
def against_norms_proof(prove, goals, **_):
    """256 networks for each size."""
    return prove.simulate_each(goals, seed=6, samples=2**8)


against_norms.mutant("two more factors n: both of the same order for k = 4", extra=2)
against_norms.mutant("two factors n less", extra=-2)
against_norms.mutant("the ratio itself as the lower bound", lower=1)
