"""Theorem 3.2, its deterministic part: from the tangent kernel down to a Hadamard power of the Gram matrix.

One proof in six steps, for every data set without a point at 0, every depth and every degree r."""

from fractions import Fraction
from typing import Any

import sympy as sp

from deepcond_sym.proof import (
    RELU,
    Claim,
    Instance,
    Variable,
    component,
    dual,
    dual_slope,
    eq,
    forall,
    interval,
    iterate,
    le,
    maximum,
    minimum,
    ntk,
    off_maximum,
    smallest,
)
from deepcond_sym.symbols import rho

from . import chain_steps
from .chain_steps import degrees, p, r, y
from .setting import L, N, cosine, hidden, length, nonzero, pair, points, product, square

i, h, hh = sp.symbols("i h hh", integer=True)
_nonlinear = Variable(L, sp.S.One)
_anywhere = interval(rho, -1, 1)


def at_right_angles(*turns: int) -> tuple[tuple[Fraction, ...], ...]:
    """The Gram matrix of unit vectors in the plane, each at so many right angles; the first one is x_0 and x_1."""
    cosines = (1, 0, -1, 0)
    listed = (turns[0], *turns)
    return tuple(tuple(Fraction(cosines[(s - t) % 4]) for t in listed) for s in listed)


def data(size: int, unit: tuple[tuple[Fraction, ...], ...], lengths: tuple[int, ...], **depths: int) -> Instance:
    """So many points with these cosines and lengths, at these values of L and r."""
    known = {"L": L, "r": r}
    values = {N: Fraction(size), **{known[name]: Fraction(value) for name, value in depths.items()}}
    return Instance(values, matrices={"U": unit}, vectors={"a": (Fraction(1), *map(Fraction, lengths))})


_parallel = tuple(tuple(Fraction(1) if (s > 1) == (t > 1) else Fraction(9, 10) for t in range(3)) for s in range(3))
"""Two points with the cosine 9/10."""

claim = Claim(
    "nguyen2021/D-T3.2-chain",
    title="The smallest eigenvalue of the tangent kernel is at least that of a Hadamard power of the Gram matrix",
    source="proof of Theorem 3.2, with its steps corrected",
    printed=r"\lambda_{\min}(K^{(L)})\ge\sum_{l=1}^L\lambda_{\min}(G^{(l)})\ge\lambda_{\min}(G^{(2)})\ge"
    r"2\mu_r^2\frac{\lambda_{\min}((XX^\top)^{\circ r})}{\max_i\|x_i\|^{2(r-1)}},\quad"
    r" \min_i\|x_i\|^{2r}-(N-1)\max_{i\ne j}|\langle x_i,x_j\rangle|^r\le\lambda_{\min}((XX^\top)^{\circ r}),\quad"
    r" \lambda_{\min}(K^{(L)})\le L\min_i\|x_i\|^2 \quad\text{for every } N,\ L\ge2,\ r\ge1 \text{ and data}",
    note=r"The points are $x_i=a_iu_i$ with $a_i>0$ and unit vectors $u_i$; L counts the hidden layers, one less than"
    r" in the paper, and $\hat\sigma$ is the dual of normalised ReLU. Quotients are multiplied out. In print the"
    r" factor 2 of the third inequality is dropped (harmless), $L\ge2$ is tacit (nguyen2021/D-T3.2b), and the last two"
    r" lines about the data have slips (nguyen2021/D-e2, D-e3). In step 5, y is any bound of the inner products. With"
    r" $\max_{i\ne j}|\langle x_i,x_j\rangle|\le dN^{-1/(r-0.5)}$ and norms near $\sqrt d$ the chain gives"
    r" $\mu_r^2\Omega(d)$; that such data have a large probability is not shown here. The sum over the layers stays"
    r" bounded as L grows, so the chain cannot see the growth with the depth: nguyen2021/D-L.",
    beside=("nguyen2021/D-T3.2", "nguyen2021/D-L3.1", "nguyen2021/D-diag", "nguyen2021/D-e2", "nguyen2021/D-e3"),
    parameters={"slope": 1, "factor": 2, "norm": maximum},
    witnesses=(
        (1, data(1, at_right_angles(0), (1,), L=1)),
        (3, data(4, at_right_angles(0, 1, 2, 3), (1, 1, 1, 1), r=2)),
        (3, data(2, at_right_angles(0, 2), (1, 1), r=1)),
        (5, data(2, _parallel, (1, 2), r=2)),
    ),
)


def unrolled() -> Any:
    """The summand of layer l + 1 and the slopes of the layers above it."""
    factors = sp.Product(dual_slope(iterate(hh - 1, rho)), (hh, h + 1, L))
    return sp.Sum(iterate(h, rho) * factors, (h, 0, L))


@claim.states
def statement(slope, factor, norm):
    tangent, second = smallest(pair * ntk(L, cosine), N), smallest(pair * dual(cosine), N)
    total = sp.Sum(slope ** (L - h) * smallest(pair * iterate(h, cosine), N), (h, 0, L))
    hadamard, inner_power = smallest(product**r, N), smallest(pair * cosine**r, N)
    scale = maximum(length, N) ** (2 * r - 2)
    rest = smallest(pair * (dual(cosine) - factor * square(r) * cosine**r), N)
    known = [nonzero]
    return (
        forall(hidden, _anywhere, family=RELU, holds=eq(ntk(L, rho), unrolled()), label="1: unrolling"),
        forall(points, hidden, family=RELU, holds=le(total, tangent), label="2: Schur and Weyl"),
        forall(points, _nonlinear, family=RELU, holds=le(second, total.subs(slope, 1)), label="2: one layer of them"),
        forall(points, degrees, family=RELU, holds=le(0, rest), label="3: one coefficient left out"),
        forall(points, degrees, family=RELU, holds=le(2 * square(r) * inner_power, second), label="3: one coefficient"),
        forall(
            points, degrees, given=known,
            holds=le(hadamard, inner_power * norm(length, N) ** (2 * r - 2)), label="4: homogeneity",
        ),
        forall(
            points, degrees, interval(y, 0, sp.oo), given=[le(off_maximum(product, N), y)],
            holds=le(minimum(length ** (2 * r), N) - (N - 1) * y**r, hadamard), label="5: Gershgorin",
        ),
        forall(
            points, hidden, chain_steps.rows[0], given=[le(p, N)], family=RELU,
            holds=le(tangent, (L + 1) * component(chain_steps.a, p) ** 2), label="6: each point",
        ),
        forall(
            points, hidden, family=RELU,
            holds=le(N * tangent, (L + 1) * sp.Sum(component(chain_steps.a, i) ** 2, (i, 1, N))), label="6: the trace",
        ),
        forall(
            points, _nonlinear, degrees, given=known, family=RELU,
            holds=le(2 * square(r) * hadamard, tangent * scale), label="the whole chain",
        ),
    )  # fmt: skip


@claim.proves
def proof(prove, goal, slope, factor, norm):
    """Unroll; Schur and Weyl layer by layer; leave one coefficient of the power series; congruence; discs; diagonal."""
    layers = chain_steps.layers_below(prove, goal[1])
    second = chain_steps.second_layer(prove, goal[2])
    left_out = chain_steps.coefficient_left_out(prove, goal[3])
    coefficient = chain_steps.one_coefficient(prove, goal[4], left_out)
    homogeneous = chain_steps.homogeneous(prove, goal[5])
    diagonal = chain_steps.on_the_diagonal(prove, goal[7])
    return [
        prove.unrolled(goal[0]),
        layers,
        second,
        left_out,
        coefficient,
        homogeneous,
        chain_steps.gershgorin(prove, goal[6]),
        diagonal,
        chain_steps.by_the_trace(prove, goal[8], diagonal),
        chain_steps.whole(prove, goal[9], homogeneous, (coefficient, second, layers)),
    ]


claim.mutant("a slope of 101/100 in place of 1, one point", slope=sp.Rational(101, 100))
claim.mutant("2.01 in place of 2 for r = 1, an antipodal pair", factor=sp.Rational(201, 100))
claim.mutant("5/2 in place of 2 for r = 2, four points at right angles", factor=sp.Rational(5, 2))
claim.mutant("the least norm in place of the greatest", norm=minimum)
