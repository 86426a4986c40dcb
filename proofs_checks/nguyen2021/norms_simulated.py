"""Lemma 4.3 and the lemmas of appendix C: norms of outputs and of derivatives at one input, seen in samples.

The widths are n for odd layers, n/2 for even ones; the input is a standard Gaussian, all weights N(0, 1)."""

import sympy as sp

from deepcond_sym.proof import Claim, Verdict

from .events import between, drift, hidden_widths

WIDTHS = (64, 128, 256, 512)

backward = Claim(
    "nguyen2021/D-L4.3",
    title="The norm of the derivative in the pre-activations of a layer",
    source="Lemma 4.3",
    provenance="paper",
    printed=r"\Big\|\Sigma_{k+1}\Big(\prod_{l=k+2}^{L-1}W_l\Sigma_l\Big)W_L\Big\|^2="
    r"\Theta\Big(\beta_L^2n_{k+1}\prod_{l=k+2}^{L-1}n_l\beta_l^2\Big),\quad k\in[L-2]",
    expected=Verdict.SUPPORTED,
    note=r"The constants are hidden: a check of the scaling only. Stated here for widths $n_l=n$ (odd $l$) and $n/2$"
    r" (even $l$), $d=16$, $\beta_l=1$, $(L,k+1)=(4,3)$ with $n=64,128,256,512$ and $(L,k+1)=(4,2),(6,2)$ with"
    r" $n=64,128,256$: the square lies between 1/4 and 4 times $2^{k+1-L}\prod_{l=k+1}^{L-1}n_l$, each with"
    r" probability at least 3/4 (512 networks each; the factor 1/2 is that of one ReLU layer). Not shown: the"
    r" constants, the probability, other depths; the powers of $\beta_l$ hold exactly, because both sides are"
    r" homogeneous in each $W_l$.",
    parameters={"lower": "1/4", "upper": 4, "extra": 0, "start": 0},
)


@backward.states
def backward_statement(lower, upper, extra, start):
    def at(n, L, layer):
        odd, even = sp.Integer(n), sp.Integer(n) / 2
        widths = [0, *hidden_widths(odd, even, L - 1)]
        unit = sp.Mul(*widths[layer + int(start) :]) / 2 ** (L - layer) * drift(n, 64, extra)
        return between(
            "backward_norm", (16, odd, even, L, layer), lower * unit, upper * unit, f"L = {L}, k + 1 = {layer}, n = {n}"
        )

    sizes = [(4, 3, n) for n in WIDTHS] + [(L, 2, n) for L in (4, 6) for n in WIDTHS[:3]]
    return tuple(s for L, layer, n in sizes for s in at(n, L, layer))


@backward.proves
def backward_proof(prove, goals, **_):
    """512 networks for each size."""
    return prove.simulate_each(goals, seed=43, samples=2**9)


backward.mutant("one more factor n", extra=1)
backward.mutant("one factor n less", extra=-1)
backward.mutant("the product from n_k on", start=-1)
backward.mutant("the product from n_{k+2} on", start=1)
backward.mutant("4 times the mean as the lower bound", lower=4)
backward.mutant("a quarter of the mean as the upper bound", upper="1/4")

norms = Claim(
    "nguyen2021/D-App",
    title="The norms of outputs of layers and of products of gates and weights",
    source="Lemmas C.1 to C.6",
    provenance="paper",
    printed=r"\|f_k(x)\|^2=\Theta\Big(d\prod_{l=1}^kn_l\beta_l^2\Big),\quad"
    r"\Big\|\Sigma_k\prod_{l=k+1}^pW_l\Sigma_l\Big\|_F^2=\Theta\Big(n_k\prod_{l=k+1}^pn_l\beta_l^2\Big)",
    expected=Verdict.SUPPORTED,
    note=r"The constants are hidden: a check of the scaling only. Stated here for widths $n_l=n$ (odd $l$) and $n/2$"
    r" (even $l$), $d=n/4$ and $\beta_l=1$. The first square, for $k=1,2$ and $n=64,128,256,512$ and for $k=3$ and"
    r" $n=64,128,256$, lies between 1/4 and 4 times $2^{-k}d\prod_{l\le k}n_l$; the second, for"
    r" $(k,p)=(1,1),(1,3),(2,3)$ and $n=64,128,256$, between 1/2 and 2 times $2^{k-p-1}\prod_{l=k}^pn_l$; each with"
    r" probability at least 3/4 (512 networks each). Not shown: the lemmas of this appendix about the mean $\mathbb E"
    r" f_k$ and about $f_k-\mathbb E f_k$, the constants, the probabilities.",
    parameters={"lower": "1/4", "upper": 4, "gates_lower": "1/2", "gates_upper": 2, "extra": 0},
)


@norms.states
def norms_statement(lower, upper, gates_lower, gates_upper, extra):
    def output(n, k):
        d, odd, even = sp.Integer(n) / 4, sp.Integer(n), sp.Integer(n) / 2
        unit = sp.Mul(d, *hidden_widths(odd, even, k)) / 2**k * drift(n, 64, extra)
        return between("feature_norm", (d, odd, even, k), lower * unit, upper * unit, f"f_{k}, n = {n}")

    def gates(n, k, p):
        d, odd, even = sp.Integer(n) / 4, sp.Integer(n), sp.Integer(n) / 2
        unit = sp.Mul(*hidden_widths(odd, even, p)[k - 1 :]) / 2 ** (p - k + 1) * drift(n, 64, extra)
        return between(
            "gate_product", (d, odd, even, k, p), gates_lower * unit, gates_upper * unit, f"gates {k} to {p}, n = {n}"
        )

    return (
        *(s for k in (1, 2, 3) for n in (WIDTHS if k < 3 else WIDTHS[:3]) for s in output(n, k)),
        *(s for k, p in ((1, 1), (1, 3), (2, 3)) for n in WIDTHS[:3] for s in gates(n, k, p)),
    )


@norms.proves
def norms_proof(prove, goals, **_):
    """512 networks for each size."""
    return prove.simulate_each(goals, seed=3, samples=2**9)


norms.mutant("one more factor n", extra=1)
norms.mutant("one factor n less", extra=-1)
norms.mutant("4 times the mean as the lower bound", lower=4)
norms.mutant("a quarter of the mean as the upper bound", upper="1/4")
norms.mutant("gates: twice the mean as the lower bound", gates_lower=2)
norms.mutant("gates: half of the mean as the upper bound", gates_upper="1/2")
