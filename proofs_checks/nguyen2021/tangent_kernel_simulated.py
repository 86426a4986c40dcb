"""Theorem 4.1, the limit of the tangent kernel and Figure 2, seen in networks of finite width.

All networks have L = 3 (two hidden layers) unless it says otherwise; "one" means weights N(0, 1), "he" N(0, 2/n_(l-1)).
"""

import sympy as sp

from deepcond_sym.proof import Claim, Verdict

from .events import between, drift

one, he = (sp.Symbol(name, real=True) for name in ("one", "he"))

smallest = Claim(
    "nguyen2021/D-T4.1",
    title="The smallest eigenvalue of the tangent kernel grows as the product of the widths",
    source="Theorem 4.1",
    provenance="paper",
    printed=r"\lambda_{\min}(\bar K^{(L)})\ge\sum_{k=2}^L\xi_{k-1}\mu_r^2\,\Omega\Big(d\prod_{l=1}^{L-1}n_l"
    r"\prod_{l\ne k}\beta_l^2\Big)+\lambda_{\min}(XX^\top)\,\Omega\Big(\prod_{l=1}^{L-1}n_l\prod_{l=2}^L\beta_l^2\Big),"
    r"\quad \lambda_{\min}(\bar K^{(L)})\le\sum_{k=1}^LO\Big(d\prod_{l=1}^{L-1}n_l\prod_{l\ne k}\beta_l^2\Big)",
    expected=Verdict.SUPPORTED,
    note=r"The constants are hidden: a check of the scaling only. Stated here, for $N$ standard Gaussian points,"
    r" $L=3$, $n_1=8N$, $d=n_2=2N$ and $N=8,16,32,64$: with $\beta_l=1$, $\lambda_{\min}(\bar K)$ lies between $1/24$"
    r" and $1/2$ of $dn_1n_2$; with $\beta_l^2=2/n_{l-1}$, between $4n_1/48$ (the summand $k=2$) and $4(d+n_1+n_2)/4$"
    r" (all three), each with probability at least 3/4. With one wide layer, $n_2=3\sqrt N$, $n_1=8N$, $d=2N$,"
    r" $\beta_l=1$ and $N=16,64$, it is at least $dn_1n_2/64$. 256 networks for each size, each with data of its own."
    r" Not shown: the constants, larger sizes, the probability $p_{4.1}$, the dependence on $L$ and on $r$, other"
    r" data, bottlenecks of fixed width.",
    parameters={
        "lower": "1/24", "upper": "1/2", "he_lower": "1/48", "he_upper": "1/4", "bottleneck": "1/64",
        "extra": 0, "input": 2, "first": 8, "second": 2,
    },
)  # fmt: skip


@smallest.states
def smallest_statement(lower, upper, he_lower, he_upper, bottleneck, extra, input, first, second):
    def all_wide(N):
        d, n1, n2 = input * N, first * N, second * N
        size, more = (N, d, n1, n2, 3), drift(N, 8, extra)
        product, sum_of_he, one_of_he = d * n1 * n2 * more, 4 * (d + n1 + n2) * more, 4 * n1 * more
        return (
            *between("tangent_eigenvalue", (*size, one), lower * product, upper * product, f"N = {N}, beta = 1"),
            *between("tangent_eigenvalue", (*size, he), he_lower * one_of_he, he_upper * sum_of_he, f"N = {N}, He"),
        )

    def one_wide(N):
        d, n1, n2 = input * N, first * N, 3 * sp.sqrt(N)
        return between(
            "tangent_eigenvalue", (N, d, n1, n2, 3, one), bottleneck * d * n1 * n2, None, f"N = {N}, a bottleneck"
        )

    return (*(s for N in (8, 16, 32, 64) for s in all_wide(N)), *(s for N in (16, 64) for s in one_wide(N)))


@smallest.proves
def smallest_proof(prove, goals, **_):
    """256 networks for each size."""
    return prove.simulate_each(goals, seed=41, samples=2**8)


smallest.mutant("one more factor N", extra=1)
smallest.mutant("one factor N less", extra=-1)
smallest.mutant("half of the product as the lower bound", lower="1/2")
smallest.mutant("1/24 of the product as the upper bound", upper="1/24")
smallest.mutant("He weights: 4 n_1 itself as the lower bound", he_lower=1)
smallest.mutant("He weights: 1/48 as the upper bound", he_upper="1/48")
smallest.mutant("d and all widths N/8, so fewer weights than points", input="1/8", first="1/8", second="1/8")

limit = Claim(
    "nguyen2021/D-lim",
    title="The tangent kernel of wide networks approaches its limit",
    source="section 2",
    provenance="paper",
    printed=r"\Big(\prod_{l=1}^{L-1}\frac2{n_l}\Big)\bar K^{(L)}\xrightarrow{\ p\ }K^{(L)}\quad(\beta_l=1)",
    expected=Verdict.SUPPORTED,
    note=r"Stated here: at two unit vectors with inner product 1/2, all widths equal to $n$, every entry is within"
    r" $8(L-1)/\sqrt n$ of its limit with probability at least 3/4, for $L=2$ and $n=256,1024,4096$ and for $L=3$ and"
    r" $n=64,128,256$ (512 networks each). A mutant is the factor $\prod_{l=1}^{L}$, which two later displays print"
    r" ($n_L=1$, so twice the kernel). Not shown: the limit itself, other inputs, other depths, widths that grow one"
    r" after the other.",
    parameters={"scale": 8, "extra": 0, "factor": 1},
)


@limit.states
def limit_statement(scale, extra, factor):
    return tuple(
        s
        for L, widths in ((2, (256, 1024, 4096)), (3, (64, 128, 256)))
        for n in widths
        for radius in (scale * (L - 1) / sp.sqrt(n) / drift(n, widths[0], extra),)
        for s in between("tangent_from_limit", (n, n, L, "1/2", factor), None, _cut(radius), f"L = {L}, n = {n}")
    )


def _cut(radius: sp.Expr) -> sp.Expr:
    """The radius cut to a multiple of 1/1000: a smaller one, so that the statement says more."""
    return sp.floor(1000 * radius) / 1000


@limit.proves
def limit_proof(prove, goals, **_):
    """512 networks for each size."""
    return prove.simulate_each(goals, seed=2, samples=2**9)


limit.mutant("the product over l = 1..L, as two displays print", factor=2)
limit.mutant("an error of the order 1/n", extra="1/2")
limit.mutant("an eighth of the radius", scale=1)

linear = Claim(
    "nguyen2021/D-fig",
    title="The smallest eigenvalue is linear in the dimension, and in the number of points for a first layer of 8 N",
    source="Figure 2",
    provenance="paper",
    printed=r"\lambda_{\min}\big(\tfrac4{n_1n_2}\bar K\big)\text{ linear in }d;\quad"
    r" \lambda_{\min}(\bar K)\text{ linear in }N\text{ for }n_1=8N\text{ and He weights}\quad(L=3)",
    expected=Verdict.SUPPORTED,
    note=r"Stated here: for $N=8$ standard Gaussian points, $n_1=n_2=256$, $\beta_l=1$ and $d=64,128,256,512$,"
    r" $\lambda_{\min}(\tfrac4{n_1n_2}\bar K)/d$ lies between 1 and 5/2; for $n_1=8N$, $d=2N$, $n_2=64$, He weights"
    r" and $N=8,16,32,64$, $\lambda_{\min}(\bar K)/N$ lies between 3/2 and 8; each bound with probability at least"
    r" 3/4, 256 networks each. Not shown: linearity beyond these factors of 8. Up to $d\approx3N$ the ratio to $d$"
    r" still grows, and with $d$ fixed and large the ratio to $N$ falls, because a summand of the order of"
    r" $\lambda_{\min}(XX^\top)$ does not grow with $N$; hence $d\ge8N$ in the first part and $d=2N$ in the second.",
    parameters={"d_lower": 1, "d_upper": "5/2", "N_lower": "3/2", "N_upper": 8, "d_power": 1, "N_power": 1},
)


@linear.states
def linear_statement(d_lower, d_upper, N_lower, N_upper, d_power, N_power):
    def in_dimension(d):
        unit = 256 * 256 / sp.Integer(4) * 64 * drift(d, 64, d_power)
        return between("tangent_eigenvalue", (8, d, 256, 256, 3, one), d_lower * unit, d_upper * unit, f"d = {d}")

    def in_points(N):
        unit = 8 * drift(N, 8, N_power)
        return between("tangent_eigenvalue", (N, 2 * N, 8 * N, 64, 3, he), N_lower * unit, N_upper * unit, f"N = {N}")

    return (
        *(s for d in (64, 128, 256, 512) for s in in_dimension(d)),
        *(s for N in (8, 16, 32, 64) for s in in_points(N)),
    )


@linear.proves
def linear_proof(prove, goals, **_):
    """256 networks for each size."""
    return prove.simulate_each(goals, seed=2, samples=2**8)


linear.mutant("quadratic in d", d_power=2)
linear.mutant("independent of d", d_power=0)
linear.mutant("quadratic in N", N_power=2)
linear.mutant("independent of N", N_power=0)
linear.mutant("5 d/2 as the lower bound", d_lower="5/2")
linear.mutant("8 N as the lower bound", N_lower=8)
