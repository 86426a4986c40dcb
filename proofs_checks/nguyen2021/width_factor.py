"""The limit of the empirical kernel: a factor for the output layer in two displays."""

from fractions import Fraction
from typing import Any

import sympy as sp

from deepcond_sym.proof import Claim, Instance, component, eq, forall, index

L, depths = index("L", 1)
l = sp.Symbol("l", integer=True)
w = sp.Symbol("w", real=True)


def factors(to: Any) -> Any:
    """The product of w_l = 2/n_l over l = 1, ..., `to`."""
    return sp.Product(component(w, l), (l, 1, to))


claim = Claim(
    "nguyen2021/D-e1",
    title="The factor of the output layer in two displays",
    source="displays after the limit of Arora et al. (Theorem 3.1 there)",
    provenance="derived here",
    printed=r"\prod_{l=1}^L\frac2{n_l}=2\prod_{l=1}^{L-1}\frac2{n_l} \quad\text{where } n_L=1",
    note=r"The limit $\big(\prod_{l=1}^{L-1}\frac2{n_l}\big)\bar K^{(L)}\to K^{(L)}$ is printed twice with the product"
    r" up to L: a stray factor 2, harmless for the orders of magnitude. In the formal statement $w_l$ is $2/n_l$.",
    beside=("nguyen2021/D-lim", "nguyen2021/D-Ar"),
    parameters={"stray": 2},
    witnesses=((0, Instance({L: Fraction(1)}, vectors={"w": (Fraction(2), Fraction(2))})),),
)


@claim.states
def statement(stray):
    return forall(depths, given=[eq(component(w, L), 2)], holds=eq(factors(L), stray * factors(L - 1)))


@claim.proves
def proof(prove, goal, stray):
    """The last factor is 2/n_L = 2."""
    return prove.identity(goal, [["unfold", factors(L)], ["given", 0]])


claim.mutant("as printed, without the factor", stray=1)
claim.mutant("half of the factor", stray=sp.Rational(1, 2))
