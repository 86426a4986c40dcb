"""Equation (7) against networks: where the tangent kernel of wide random networks lies, and where it does not.

The exact verdicts are those of agarwal2021/eq7 and eq7-printed; beside them stands a route that knows neither
formula: backpropagation through every weight."""

import sympy as sp

from deepcond_sym.proof import Claim, Verdict, forall, le, mean_of

WIDTH = 8192
CORRELATIONS: tuple[sp.Expr, ...] = (sp.Rational(3, 5), sp.Rational(-1, 2))


def equation_7(rho: sp.Expr, depth: int, inner: int) -> sp.Expr:
    """sum_h iterate(h - 1) prod_{h'=h}^{L} dual_slope(iterate(h' + inner)) for sigma = h_2, whose dual is r^2."""
    correlation = [rho ** (2**h) for h in range(depth + 1)]
    slope = [2 * r for r in correlation]
    summands = [
        correlation[h - 1] * sp.Mul(*(slope[i + inner] for i in range(h, depth + 1))) for h in range(1, depth + 2)
    ]
    return sp.Add(*summands)


def found_near(inner: int, share: object, near: object = "1/8"):
    """P(|Theta - formula| <= near) >= share for sigma = h_2, one hidden layer of width 8192."""
    return tuple(
        forall(
            holds=le(share, mean_of("tangent_within", "hermite2", WIDTH, 1, rho, equation_7(rho, 1, inner), near)),
            label=f"rho = {rho}",
        )
        for rho in CORRELATIONS
    )


printed = Claim(
    "agarwal2021/eq7-printed-simulated",
    title="Networks have the tangent kernel of equation (7) as printed",
    source="eq. (7), p. 25",
    provenance="paper",
    printed=r"\Theta_{ij}=\sum_{h=1}^{L+1}\hat\sigma^{(h-1)}(\rho)\prod_{h'=h}^{L}\hat\sigma'\big(\hat\sigma^{(h')}(\rho)\big)",
    expected=Verdict.REFUTED,
    note=r"For $\sigma = h_2$ and $L = 1$ the printed sum is 0.792 at $\rho = 3/5$ and 0 at $\rho = -1/2$. If it were"
    r" the limit, half of all networks of width 8192 should lie within 1/8 of it. The counterexample without chance is"
    r" agarwal2021/eq7-printed.",
    beside=("agarwal2021/eq7-printed", "agarwal2021/eq7", "agarwal2021/eq7-simulated"),
    parameters={"inner": 0, "share": "1/2"},
)


@printed.states
def printed_statement(inner, share):
    return found_near(int(inner), share)


@printed.proves
def printed_proof(prove, goals, inner, share):
    return prove.simulate_each(goals, seed=7, samples=2**9)


printed.mutant("with the index corrected", inner=-1)
printed.mutant("a share of 0, which says nothing", share=0)

corrected = Claim(
    "agarwal2021/eq7-simulated",
    title="Networks have the tangent kernel of equation (7) corrected",
    source="eq. (7), p. 25, with its index corrected",
    printed=r"\Theta_{ij}=\sum_{h=1}^{L+1}\hat\sigma^{(h-1)}(\rho)\prod_{h'=h}^{L}\hat\sigma'\big(\hat\sigma^{(h'-1)}(\rho)\big)",
    expected=Verdict.SUPPORTED,
    note=r"For $\sigma = h_2$, $L = 1$ and $m = 8192$: at least 9/10 of all networks lie within 1/8 of 1.08 at"
    r" $\rho = 3/5$, and of 0.75 at $\rho = -1/2$. Not shown: any other activation, depth, correlation or width. That"
    r" the limit is the corrected formula is cited (Arora et al. 2019); that its two forms agree is proved in"
    r" agarwal2021/eq7.",
    beside=("agarwal2021/eq7", "agarwal2021/eq7-printed-simulated"),
    parameters={"inner": -1, "share": "9/10", "near": "1/8"},
)


@corrected.states
def statement(inner, share, near):
    return found_near(int(inner), share, near)


@corrected.proves
def proof(prove, goals, inner, share, near):
    """512 networks for each correlation, with their gradients by backpropagation."""
    return prove.simulate_each(goals, seed=7, samples=2**9)


corrected.mutant("the index as printed", inner=0)
corrected.mutant("within 1/64", near="1/64")
