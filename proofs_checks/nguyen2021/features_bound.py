"""Lemma 5.3: the second moment matrix of a layer of random features, below by a Hadamard power, for any features."""

from dataclasses import replace
from fractions import Fraction

import sympy as sp

from deepcond_sym.proof import RELU, Claim, Instance, dual, eq, fact, forall, interval, le, maximum, smallest
from deepcond_sym.proof.tactics.arbitrary import product_known, scaled

from . import chain_steps
from .chain_steps import degrees, r
from .deterministic_chain import at_right_angles, data
from .setting import N, cosine, length, nonzero, pair, points, product, square

beta, x = sp.symbols("beta x", real=True)
_scale = interval(beta, 0, sp.oo, "(")
def with_scale(instance: Instance) -> Instance:
    """The same with beta = 1."""
    return replace(instance, values={**instance.values, beta: Fraction(1)})


claim = Claim(
    "nguyen2021/D-L5.3",
    title="The second moments of random ReLU features are at least a Hadamard power of their Gram matrix",
    source="Lemma 5.3",
    provenance="paper",
    printed=r"\lambda_{\min}\big(\mathbb E_{w\sim\mathcal N(0,\beta_{k+1}^2I)}[\sigma(F_kw)\sigma(F_kw)^\top]\big)\ge"
    r"\beta_{k+1}^2\mu_r^2\,\frac{\lambda_{\min}((F_kF_k^\top)^{\circ r})}{\max_i\|(F_k)_{i:}\|^{2(r-1)}}"
    r" \quad\text{for every integer } r>0",
    note=r"For any features without a row 0: $f_i=a_iu_i$ as in nguyen2021/D-T3.2-chain, the quotient multiplied out."
    r" By homogeneity the entries on the left are $\frac{\beta^2}2a_ia_j\hat\sigma(u_i\cdot u_j)$ with the dual of"
    r" normalised ReLU.",
    beside=("nguyen2021/D-T3.2-chain", "nguyen2021/D-L5.2"),
    parameters={"half": sp.Rational(1, 2), "exponent": 2 * r - 2},
    witnesses=(
        (0, with_scale(data(2, at_right_angles(0, 1), (1, 1), r=1))),
        (0, with_scale(data(1, at_right_angles(0), (10,), r=2))),
    ),
)


@claim.states
def statement(half, exponent):
    hadamard, scale = smallest(product**r, N), maximum(length, N) ** exponent
    moments = half * beta**2 * (pair * dual(cosine))
    return forall(
        points, degrees, _scale, given=[nonzero], family=RELU,
        holds=le(beta**2 * square(r) * hadamard, smallest(moments, N) * scale),
    )  # fmt: skip


@claim.proves
def proof(prove, goal, half, exponent):
    """Steps 3 and 4 of the chain, times beta^2/2."""
    second, inner_power, top = smallest(pair * dual(cosine), N), smallest(pair * cosine**r, N), maximum(length, N)
    frame = forall(points, degrees, family=RELU, holds=le(0, smallest(pair * (
        dual(cosine) - 2 * square(r) * cosine**r), N)))  # fmt: skip
    coefficient = chain_steps.one_coefficient(
        prove, frame.conclude(le(2 * square(r) * inner_power, second)), chain_steps.coefficient_left_out(prove, frame)
    )
    homogeneous = chain_steps.homogeneous(
        prove, forall(points, degrees, given=[nonzero],
                      holds=le(smallest(product**r, N), inner_power * top ** (2 * r - 2))),
    )  # fmt: skip
    scale = prove.matrices("scale", forall(points, _scale, family=RELU, holds=le(0, 0)), N,
                           pair * dual(cosine), beta**2 / 2)  # fmt: skip
    high, power = homogeneous.conclusion.conclusion.rhs, top ** (2 * r - 2)
    squared = prove.polynomial(le(0, x**2 / 2), interval(x, -sp.oo, sp.oo))
    positive = chain_steps.coefficient_positive(prove, forall(degrees, holds=le(0, 0)))
    raised = chain_steps.greatest_power(prove)
    back = goal.conclude(eq(beta**2 / 2 * second * power, goal.conclusion.rhs))
    return prove.chain(
        goal, fact(squared, {x: beta}), fact(positive), fact(raised), fact(homogeneous), fact(coefficient),
        product_known(prove, beta**2 / 2, 2 * square(r)), product_known(prove, beta**2 / 2, power),
        scaled(prove, beta**2 * square(r), smallest(product**r, N), high),
        scaled(prove, beta**2 / 2 * power, 2 * square(r) * inner_power, second),
        prove.identity(back, using=[(scale, {})]),
    )  # fmt: skip


claim.mutant("a quarter of the moments", half=sp.Rational(1, 4))
claim.mutant("the square root of the power of the norm", exponent=r - 1)
