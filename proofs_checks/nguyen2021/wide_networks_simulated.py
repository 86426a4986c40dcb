"""What nguyen2021 reports of very wide networks (Arora et al. 2019), and Corollary 4.2 as far as samples can tell.

All data are standard Gaussian points unless it says otherwise, all weights N(0, 1); L weight matrices."""

import sympy as sp

from deepcond_sym.proof import Claim, Verdict

from .events import between, drift

one = sp.Symbol("one", real=True)

reported = Claim(
    "nguyen2021/D-Ar",
    title="How wide a network is wide enough for the limiting tangent kernel",
    source="after Theorem 3.2, citing Arora et al. 2019, Theorem 3.1",
    provenance="as reported",
    printed=r"\min_ln_l=\Omega(\varepsilon^{-4}\,\mathrm{poly}(L))\implies\Big|\Big(\prod_{l=1}^{L-1}\frac2{n_l}\Big)"
    r"\bar K^{(L)}_{ij}-K^{(L)}_{ij}\Big|\le(L+1)\varepsilon;\quad"
    r"\min_ln_l=\Omega(N^4)\implies\lambda_{\min}(\bar K^{(L)})=\Theta\Big(d\prod_{l=1}^{L-1}n_l\Big)\quad(\beta_l=1)",
    expected=Verdict.SUPPORTED,
    note=r"As reported there; the constants and the polynomial are hidden: a check of the scaling only. Stated here:"
    r" with all widths $n=4\varepsilon^{-4}$, at two unit vectors with inner product 1/2, every entry is within"
    r" $(L+1)\varepsilon$ of its limit with probability at least 3/4, for $L=2$ and $\varepsilon=1/2,1/4,1/6$ and for"
    r" $L=3$ and $\varepsilon=1/2,1/3$; with $n=N^4$, $d=8N$, $L=3$ and $N=2,3,4$, $\lambda_{\min}(\bar K)$ lies"
    r" between 1/16 and 1 times $dn_1n_2$, each with probability at least 3/4 (512 networks each). Not shown: that"
    r" these powers are needed (nguyen2021/D-lim is met with $n$ of the order $\varepsilon^{-2}$), the dependence on"
    r" $L$, other sizes.",
    beside=("nguyen2021/D-lim",),
    parameters={"width": 4, "power": 4, "error": 1, "lower": "1/16", "upper": 1, "extra": 0},
)


@reported.states
def reported_statement(width, power, error, lower, upper, extra):
    def entries(L, inverse):
        n, radius = sp.ceiling(width * inverse**power), error * (L + 1) / sp.Integer(inverse)
        return between(
            "tangent_from_limit", (n, n, L, "1/2", 1), None, radius, f"L = {L}, epsilon = 1/{inverse}, n = {n}"
        )

    def eigenvalue(N):
        d, n = 8 * N, N**4
        unit = d * sp.Integer(n) ** 2 * drift(n, 16, extra)
        return between("tangent_eigenvalue", (N, d, n, n, 3, one), lower * unit, upper * unit, f"N = {N}, n = {n}")

    return (
        *(s for L, inverse in ((2, 2), (2, 4), (2, 6), (3, 2), (3, 3)) for s in entries(L, inverse)),
        *(s for N in (2, 3, 4) for s in eigenvalue(N)),
    )


@reported.proves
def reported_proof(prove, goals, **_):
    """512 networks for each size."""
    return prove.simulate_each(goals, seed=31, samples=2**9)


reported.mutant("width 4/epsilon", power=1)
reported.mutant("a sixteenth of the error", error="1/16")
reported.mutant("one more factor n", extra=1)
reported.mutant("one factor n less", extra=-1)
reported.mutant("all of the product as the lower bound", lower=1)

memorisation = Claim(
    "nguyen2021/D-C4.2",
    title="One wide layer is enough to fit any labels",
    source="Corollary 4.2",
    provenance="paper",
    printed=r"\forall Y\in\mathbb R^N,\ \varepsilon>0\ \exists\theta:\ \|F_L(\theta)-Y\|\le\varepsilon"
    r"\text{ with probability}\ge1-\delta"
    r"-N^2\exp\Big(-\Omega\Big(\frac{\min_{l\in[0,k-1]}n_l}{N^{\delta'}\prod_{l\le k-2}\log n_l}\Big)\Big)"
    r"-N\sum_{l<L}e^{-\Omega(n_l)}-Ne^{-\Omega(d)}",
    expected=Verdict.UNDECIDED,
    note=r"Hidden constants, and an existence statement that the formal language has no words for. Two things to add"
    r" to the text: the network of the proof has twice the hidden widths of the one whose Jacobian it uses, and its"
    r" choice $r\ge0.1+2/\delta'$ was not updated when the exponent changed from $r$ to $r/2$: it takes"
    r" $r\ge0.2+4/\delta'$, which changes nothing in the statement (nguyen2021/D-e6). What samples can tell is the"
    r" rank of the Jacobian: nguyen2021/D-C4.2-rank.",
    beside=("nguyen2021/D-C4.2-rank", "nguyen2021/D-e6", "nguyen2021/D-e6-printed"),
)

rank = Claim(
    "nguyen2021/D-C4.2-rank",
    title="One wide layer makes the Jacobian of full rank",
    source="proof of Corollary 4.2",
    provenance="paper",
    printed=r"\operatorname{rank}J=N\text{, that is }\lambda_{\min}(JJ^\top)>0,\text{ with one wide layer}",
    expected=Verdict.SUPPORTED,
    note=r"Stated here: with one wide layer, $n_1=8N$, the others $3\sqrt N$, $d=2N$ and $\beta_l=1$,"
    r" $\lambda_{\min}(JJ^\top)\ge10^{-4}dn_1$ with probability at least 3/4 for $L=3,4$ and $N=16,64$ (256 networks"
    r" each, each with data of its own). For $L=4$ the third layer is wide as well. Not shown: other sizes, the"
    r" probability. With fewer weights than points the rank is below $N$ for certain: a mutant, and exactly in the"
    r" tests.",
    beside=("nguyen2021/D-C4.2", "nguyen2021/D-T4.1"),
    parameters={"wide": 8, "narrow": 3, "input": 2, "level": "1/10000"},
)


@rank.states
def rank_statement(wide, narrow, input, level):
    return tuple(
        s
        for L in (3, 4)
        for N in (16, 64)
        for s in between(
            "tangent_eigenvalue",
            (N, input * N, wide * N, narrow * sp.sqrt(N), L, one),
            level * input * wide * N**2,
            None,
            f"L = {L}, N = {N}",
        )
    )


@rank.proves
def rank_proof(prove, goals, **_):
    """256 networks for each size."""
    return prove.simulate_each(goals, seed=42, samples=2**8)


rank.mutant("fewer weights than points", wide="1/16", narrow="1/4", input="1/16")
rank.mutant("1000 d n_1 as the lower bound", level=1000)
