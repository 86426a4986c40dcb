"""The experiments of the paper, and the exact values that they may be held against: orthogonal inputs, x.x' = 0."""

import sympy as sp

from deepcond_sym.proof import (
    RELU,
    Claim,
    Instance,
    Verdict,
    dual,
    dual_slope,
    eq,
    forall,
    iterate,
    lt,
    ntk,
)  # fmt: skip


def at_depth(depth: int) -> sp.Expr:
    """Theta-bar^(L) at orthogonal inputs."""
    return ntk(depth - 1, 0) / depth


reported = Claim(
    "starnaud2025/experiments",
    title="Kernels of 128-dimensional data up to depth 30",
    source="the experiments",
    provenance="as reported",
    printed=r"n_0=128,\ \text{uniform on the sphere, depth up to 30: the off-diagonal entries converge very slowly and"
    r" look as if to a value strictly below 1; the predictor settles by }L\approx10;"
    r"\ \text{path entries vanish exponentially faster than }\det",
    expected=Verdict.UNDECIDED,
    note=r"Not recomputed: the data are random, and how fast a plotted curve looks is no statement. The slow approach"
    r" to a value below 1 is right: for orthogonal inputs, close to which random points in 128 dimensions are, the"
    r" entry is 0.3002 at $L=30$ and its limit $\frac14$ (starnaud2025/orthogonal). The determinant does not vanish"
    r" (starnaud2025/N5-determinant), and the distance to $\frac14$ is of the order $\frac38\frac{\log L}L$, not"
    r" exponential.",
    beside=("starnaud2025/orthogonal", "starnaud2025/N3", "starnaud2025/N5-determinant"),
)

_VALUES = {2: "0.15915", 10: "0.31559", 30: "0.30019", 100: "0.27266", 1000: "0.25329"}

orthogonal = Claim(
    "starnaud2025/orthogonal",
    title="The normalised tangent kernel of orthogonal inputs at five depths",
    source="reference values beside the experiments",
    provenance="derived here",
    printed=r"x^\top x'=0:\quad\bar\Theta^{(2)}=\tfrac1{2\pi},\quad\bar\Theta^{(L)}=0.31559\ldots,\ 0.30019\ldots,"
    r"\ 0.27266\ldots,\ 0.25329\ldots\ (L=10,\ 30,\ 100,\ 1000),\quad"
    r" \bar\Theta^{(11)}<\bar\Theta^{(12)}>\bar\Theta^{(13)}",
    note=r"Certified in balls at these depths. The kernel passes its limit $\frac14$ before $L=10$ and comes back to it"
    r" from above: what happens up to depth 30 does not show where it ends.",
    beside=("starnaud2025/experiments",),
    parameters={"values": _VALUES, "peak": 12, "second": 1 / (2 * sp.pi)},
    witnesses=((5, Instance()), (12, Instance())),
)


@orthogonal.states
def orthogonal_statement(values, peak, second):
    peak = int(peak)
    unit = sp.Rational(1, 10**5)
    bounds = [
        forall(family=RELU, holds=relation, label=f"L = {depth}")
        for depth, low in values.items()
        for relation in (lt(low, at_depth(depth)), lt(at_depth(depth), sp.Rational(low) + unit))
    ]
    return (
        forall(family=RELU, holds=eq(at_depth(2), second), label="L = 2, exactly"), *bounds,
        forall(family=RELU, holds=lt(at_depth(peak - 1), at_depth(peak)), label="growing before the peak"),
        forall(family=RELU, holds=lt(at_depth(peak + 1), at_depth(peak)), label="falling after it"),
    )  # fmt: skip


@orthogonal.proves
def orthogonal_proof(prove, goal, values, peak, second):
    """Unfold at L = 2; balls elsewhere."""
    exact, *others = goal
    calls = [ntk(1, 0), iterate(1, 0), iterate(0, 0), ntk(0, 0), dual(0), dual_slope(0)]
    return [prove.identity(exact, unfold=calls), *(prove.evaluate(part) for part in others)]


orthogonal.mutant("the peak at L = 13", peak=13)
orthogonal.mutant("the limit at L = 30", values={**_VALUES, 30: "0.25000"})
orthogonal.mutant("1/pi at L = 2", second=1 / sp.pi)

edge_of_chaos = Claim(
    "starnaud2025/TG-1",
    title="The spectrum of the tangent kernel at the edge of chaos",
    source="arXiv 2501.13225, the theorem on the spectrum at the edge of chaos",
    provenance="as reported",
    printed=r"x_i\not\parallel x_j:\quad\tfrac1n\Theta^{(L)}\text{ has one eigenvalue near }(1+\tfrac3n)\tfrac L4"
    r"+(1-\tfrac1n)\xi,\text{ the others near }\tfrac1n(\tfrac34L-\xi);\quad\kappa=1+\tfrac n3"
    r"+\tfrac{16}9n\tfrac\xi{L-\frac43\xi}\text{ up to }O(1+nL^{-1}+n^2L^{-2})\text{ for equal norms}",
    expected=Verdict.UNDECIDED,
    note=r"Here $\xi=\frac38\big(\pi W+\log(\frac{3\pi}2W+L-1)-1\big)$ with $W=\Theta(1)$: the constants are hidden, so"
    r" that the language cannot judge it. It agrees with the limit $\frac34I+\frac14\mathbf{11}^\top$"
    r" (starnaud2025/critical-line-limit) and with the bounds of starnaud2025/N5-eigenvalues; not proved here is the"
    r" first correction.",
    beside=("starnaud2025/N5-eigenvalues", "starnaud2025/N5-condition", "starnaud2025/critical-line-limit"),
)
