"""B45: the recursion for convolutional networks, against random networks of finite width, weight by weight."""

from functools import lru_cache

import sympy as sp

from deepcond_sym.activations import activation
from deepcond_sym.depth import convolution_kernels
from deepcond_sym.proof import Claim, Verdict, forall, le, mean_of

WIDTH, DEPTH = 128, 3
PAIRS = (0, 0, 1, 0, 0, 0)
"""Images (a, b) and (a, c) of two pixels, a, b, c orthogonal: x_1 . y_1 = 1, all other inner products are 0."""


@lru_cache
def recursion(window: int, pool: bool) -> sp.Expr:
    """The tangent kernel of the two images after three layers, to three decimals."""
    pixels = [[1, 0], [0, 0]]
    deep = convolution_kernels(
        pixels, activation("erf").normalized(), depths=[DEPTH], variance=1, window=window, digits=15
    )[0]  # fmt: skip
    value = deep.pool() if pool else deep.flatten()
    return sp.Rational(int(sp.floor(1000 * sp.Rational(str(value)) + sp.S.Half)), 1000)


claim = Claim(
    "xiao2020/B45",
    title="Convolutional networks have the kernels of the filtered recursion",
    source="definition of the recursion",
    provenance="as reported",
    printed=r"K^{(l+1)}=\sigma_w^2\mathcal A\circ\mathcal T(K^{(l)})+\sigma_b^2,\quad"
    r"\Theta^{(l+1)}=K^{(l+1)}+\mathcal A\circ\big(\sigma_w^2\dot{\mathcal T}\odot\Theta^{(l)}\big)",
    expected=Verdict.SUPPORTED,
    note=r"A definition: what can be tested is that wide random networks have these kernels. Stated here for normalised"
    r" erf, two pixels in a circle, a window of three, three layers and 128 channels, and two images that share one of"
    r" three orthogonal pixels: at least half of all networks have a tangent kernel within 1/4 (flatten) and 1/5"
    r" (pooling) of that of the recursion, which is computed by `convolution_kernels`; the gradients are those of every"
    r" weight, by backpropagation. Not shown: the limit of infinite width, which is cited, and other networks.",
    beside=("xiao2020/B45-sandwich", "xiao2020/B45-limits"),
    parameters={"window": 3, "exchange": 0, "flat_radius": "1/4", "share": "1/2"},
)


@claim.states
def statement(window, exchange, flat_radius, share):
    def near(pool, radius):
        read_out = pool != bool(exchange)
        centre = recursion(int(window), read_out)
        event = mean_of("convolution_tangent", "erf", WIDTH, DEPTH, int(pool), *PAIRS, centre, radius)
        return forall(holds=le(share, event), label="pooling" if pool else "flatten")

    return near(False, flat_radius), near(True, "1/5")


@claim.proves
def proof(prove, goals, **_):
    """1024 networks with each read-out."""
    return prove.simulate_each(goals, seed=11, samples=2**10)


claim.mutant("without the average of the filter", window=1)
claim.mutant("flatten and pooling exchanged", exchange=1)
claim.mutant("within 1/32 with a flatten layer", flat_radius="1/32")
