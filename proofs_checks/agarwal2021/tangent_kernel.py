"""Equation (7): the limiting tangent kernel as a sum over layers, as printed and with its index corrected."""

from fractions import Fraction

import sympy as sp

from deepcond_sym.proof import NORMALISED, Claim, Instance, Verdict, dual_slope, eq, forall, iterate, ntk
from deepcond_sym.symbols import rho

from .setting import L, correlation, layers

h, hh = sp.symbols("h hh", integer=True)


def unrolled(inner: int, first: int = 1, last: sp.Expr = L + 1) -> sp.Basic:
    """sum_h iterate(h - 1) prod_{h'=h}^{L} dual_slope(iterate(h' + inner)), h from `first` to `last`."""
    factors = sp.Product(dual_slope(iterate(hh + inner, rho)), (hh, h, L))
    return sp.Sum(iterate(h - 1, rho) * factors, (h, first, last))


_one_hidden_layer = Instance({L: Fraction(1), rho: Fraction(3, 5)}, (Fraction(0), Fraction(0), Fraction(1)))

printed = Claim(
    "agarwal2021/eq7-printed",
    title="The tangent kernel as a sum over layers, as printed",
    source="eq. (7), p. 25",
    provenance="paper",
    printed=r"\Theta_{ij}=\sum_{h=1}^{L+1}\hat\sigma^{(h-1)}(\rho)\prod_{h'=h}^{L}\hat\sigma'\big(\hat\sigma^{(h')}(\rho)\big)",
    expected=Verdict.REFUTED,
    note="The argument of the derivative is one layer too late. With one hidden layer, sigma = h_2 and rho = 3/5"
    " the kernel is sigma_hat(rho) + rho sigma_hat'(rho) = 1.08, the printed sum 0.792.",
    beside=("agarwal2021/eq7",),
    parameters={"inner": 0, "depth": L},
    witnesses=((0, _one_hidden_layer),),
)


@printed.states
def printed_statement(inner, depth):
    holds = eq(ntk(L, rho), unrolled(int(inner)))
    if depth == L:
        return forall(layers, correlation, family=NORMALISED, holds=holds)
    return forall(correlation, family=NORMALISED, holds=holds.subs({L: depth}))


printed.mutant("with the index corrected", inner=-1)
printed.mutant("without hidden layers, where the sum has one term", depth=0)

corrected = Claim(
    "agarwal2021/eq7",
    title="The tangent kernel as a sum over layers",
    source="eq. (7), p. 25, with its index corrected",
    provenance="derived here",
    printed=r"\Theta_{ij}=\sum_{h=1}^{L+1}\hat\sigma^{(h-1)}(\rho)\prod_{h'=h}^{L}\hat\sigma'\big(\hat\sigma^{(h'-1)}(\rho)\big)",
    beside=("agarwal2021/eq7-printed",),
    parameters={"inner": -1, "first": 1, "last": L + 1},
)


@corrected.states
def statement(inner, first, last):
    return forall(layers, correlation, family=NORMALISED, holds=eq(ntk(L, rho), unrolled(int(inner), int(first), last)))


@corrected.proves
def proof(prove, goal, inner, first, last):
    """Unroll Theta^(L) = sigma_hat^(L) + sigma_hat'(sigma_hat^(L-1)) Theta^(L-1) by induction on L."""
    return prove.unrolled(goal)


corrected.mutant("the index as printed", inner=0)
corrected.mutant("without the first layer", first=2)
corrected.mutant("without the top layer", last=L)
