"""Theorem 5.1, Lemma 5.2 and Lemma 5.5: how well conditioned the outputs of one layer are, seen in samples.

All data are standard Gaussian points unless it says otherwise, all weights N(0, 1)."""

import sympy as sp

from deepcond_sym.proof import Claim, Verdict, forall, le, mean_of

from .events import SHARE, between, drift

layers = Claim(
    "nguyen2021/D-T5.1",
    title="The smallest singular value of the outputs of a layer",
    source="Theorem 5.1",
    provenance="paper",
    printed=r"O\Big(d\prod_{l=1}^kn_l\beta_l^2\Big)\ge\sigma_{\min}(F_k)^2\ge"
    r"\mu_r^2\,\Omega\Big(d\prod_{l=1}^kn_l\beta_l^2\Big)",
    expected=Verdict.SUPPORTED,
    note=r"The constants are hidden: a check of the scaling only. Stated here: with all widths and $d$ equal to $4N$,"
    r" $\beta_l=1$, $k=1,2,3$ and $N=8,16,32,64$, $\sigma_{\min}(F_k)^2$ lies between $2^{-k}/96$ and $2^{-k}/4$ of"
    r" $d\prod_{l\le k}n_l$, each with probability at least 3/4 (512 networks for each size, each with data of its"
    r" own). Not shown: the constants, the probability, larger sizes, bottlenecks below layer $k$; the powers of"
    r" $\beta_l$ hold exactly, because $F_k$ is homogeneous in each $W_l$.",
    parameters={"lower": "1/96", "upper": "1/4", "extra": 0, "width": 4},
)


@layers.states
def layers_statement(lower, upper, extra, width):
    def at(N, k):
        d, n = 4 * N, width * N
        unit = d * n**k / sp.Integer(2) ** k * drift(N, 8, extra)
        return between("feature_eigenvalue", (N, d, n, n, k), lower * unit, upper * unit, f"N = {N}, k = {k}")

    return tuple(s for k in (1, 2, 3) for N in (8, 16, 32, 64) for s in at(N, k))


@layers.proves
def layers_proof(prove, goals, **_):
    """512 networks for each size and layer."""
    return prove.simulate_each(goals, seed=51, samples=2**9)


layers.mutant("one more factor N", extra=1)
layers.mutant("one factor N less", extra=-1)
layers.mutant("a quarter of the mean square of a row as the lower bound", lower="1/4")
layers.mutant("1/96 of it as the upper bound", upper="1/96")
layers.mutant("layers only as wide as there are points", width=1)
layers.mutant("layers half as wide: the matrix is singular", width="1/2")

rho, delta = sp.Rational(1, 2), sp.Rational(1, 4)
mean_eigenvalue = (1 - (sp.sqrt(1 - rho**2) + rho * (sp.pi - sp.acos(rho))) / sp.pi) / 2
"""lambda_min(E relu(X w) relu(X w)^T) = (1 - h(rho))/2, for unit vectors with all inner products rho."""

concentration = Claim(
    "nguyen2021/D-L5.2",
    title="A wide layer keeps a quarter of the smallest eigenvalue of its mean",
    source="Lemma 5.2",
    provenance="paper",
    printed=r"\lambda=\lambda_{\min}\big(\mathbb E_w[\sigma(F_{k-1}w)\sigma(F_{k-1}w)^\top]\big),\ "
    r"Q=\beta_k^2\|F_{k-1}\|_F^2/\lambda,\ n_k\ge\max\big(N,\,cQ\max(1,\log4Q)\log\tfrac N\delta\big)"
    r"\implies\sigma_{\min}(F_k)^2\ge\frac{n_k\lambda}4\text{ with probability}\ge1-\delta",
    expected=Verdict.SUPPORTED,
    note=r"The absolute constant $c$ is hidden. Stated here, with $\delta=1/4$: (a) for $k=1$ and $N=4,8,16$ unit"
    r" vectors with all inner products 1/2, where $\lambda=(1-h(1/2))/2$ and $Q=N/\lambda$, the width that the lemma"
    r" asks for with $c=1/4$ is enough; the level is $\lambda/4$ rounded up to a multiple of $10^{-6}$. (b) for"
    r" Gaussian data, $d=2N$, all widths $8N$, $k=1,2$ and $N=8,16,32$, with $\lambda$ computed through $h$ from"
    r" $F_{k-1}$ itself in each of the networks. 256 networks for each size. Not shown: any $c$ for other sizes,"
    r" other $\delta$, small $\lambda$. One step of the printed proof, $\mathbb P(Y\mathbf 1_{Y>t}>\sqrt s)=\mathbb"
    r" P(Y>t)\,\mathbb P(Y>\sqrt s)$, wants $\mathbb P(Y>\max(t,\sqrt s))$ on its right; with"
    r" $\max(t^2,s)\ge(t^2+s)/2$ the lemma stands, with another $c$.",
    beside=("nguyen2021/D-e8-printed", "nguyen2021/D-e8"),
    parameters={"c": "1/4", "share": "1/4", "width": 8},
)


@concentration.states
def concentration_statement(c, share, width):
    level = sp.ceiling(share * mean_eigenvalue * 10**6) / 10**6

    def named(N):
        Q = N / mean_eigenvalue
        n = sp.Max(N, sp.ceiling(c * Q * sp.log(4 * Q) * sp.log(N / delta)))
        return forall(
            holds=le(1 - delta, mean_of("relu_features", N, 1 - rho, n, level)), label=f"k = 1, N = {N}, n = {n}"
        )

    def drawn(N, k):
        widths = (width * N, 8 * N) if k == 1 else (8 * N, width * N)
        event = mean_of("feature_eigenvalue_of_mean", N, 2 * N, *widths, k, share)
        return forall(holds=le(SHARE, event), label=f"Gaussian data, N = {N}, k = {k}")

    return (*map(named, (4, 8, 16)), *(drawn(N, k) for k in (1, 2) for N in (8, 16, 32)))


@concentration.proves
def concentration_proof(prove, goals, **_):
    """256 networks for each size."""
    return prove.simulate_each(goals, seed=52, samples=2**8)


concentration.mutant("all of the mean's eigenvalue in place of a quarter", share=1)
concentration.mutant("c = 1/1000: no wider than there are points", c="1/1000")
concentration.mutant("Gaussian data: no wider than there are points", width=1)

centred = Claim(
    "nguyen2021/D-L5.5",
    title="Powers of centred outputs of a layer are well conditioned",
    source="Lemma 5.5 (as corrected in version 5)",
    provenance="paper",
    printed=r"\lambda_{\min}\Big(\big(\tilde F\tilde F^\top-\tfrac{\Lambda\mathbf{11}^\top\Lambda}{\|\mu\|^2}\big)"
    r"^{\circ r}\Big)=\Theta\Big(\big(d\prod_{l=1}^kn_l\beta_l^2\big)^r\Big)\text{ for even }r\ge2,\quad"
    r"\mu=\mathbb E f_k,\ \tilde F=F_k-\mathbf 1\mu^\top,\ \Lambda=\operatorname{diag}(F_k\mu-\|\mu\|^2)",
    expected=Verdict.SUPPORTED,
    note=r"The constants are hidden: a check of the scaling only. Stated here for $k=1$ and standard Gaussian data,"
    r" where $\mu=(\|w_j\|/\sqrt{2\pi})_j$ is exact, $d=n_1=8N$, $\beta_1=1$, $r=2,4$ and $N=8,16,32$: the eigenvalue"
    r" lies between $(1/64)^{r/2}$ and $(1/8)^{r/2}$ of $(dn_1)^r$, each with probability at least 3/4 (256 draws of"
    r" weights and data each). Not shown: $k\ge2$ (there $\mu$ has no closed form), the constants, the probability,"
    r" its exponent $r/2$ in place of $r$.",
    parameters={"lower": "1/64", "upper": "1/8", "extra": 0},
)


@centred.states
def centred_statement(lower, upper, extra):
    def at(N, r):
        unit = (8 * N * 8 * N) ** r * drift(N, 8, extra * r / 2)
        return between(
            "centred_feature_eigenvalue", (N, 8 * N, 8 * N, r), lower ** (r / 2) * unit, upper ** (r / 2) * unit,
            f"N = {N}, r = {r}",
        )  # fmt: skip

    return tuple(s for r in map(sp.Integer, (2, 4)) for N in (8, 16, 32) for s in at(N, r))


@centred.proves
def centred_proof(prove, goals, **_):
    """256 networks for each size and power."""
    return prove.simulate_each(goals, seed=55, samples=2**8)


centred.mutant("one more factor N for each r/2", extra=1)
centred.mutant("one factor N less for each r/2", extra=-1)
centred.mutant("an eighth as the lower bound", lower="1/8")
centred.mutant("1/64 as the upper bound", upper="1/64")
