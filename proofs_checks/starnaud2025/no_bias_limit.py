"""LT1 with N3: without a bias the tangent kernel over its diagonal tends to 1/4, for every variance of the weights."""

from dataclasses import replace
from fractions import Fraction

import sympy as sp

from deepcond_sym.proof import Claim, Instance, Proof, Step, at, eq, fact, forall, interval, le, lt, ntk
from deepcond_sym.proof.tactics.inductive import inductive
from deepcond_sym.proof.tactics.lemma import lemma
from deepcond_sym.symbols import rho

from .near_limit import quarter
from .separated import error, near_quarter
from .setting import L, layers
from .variances import P, T, diagonal, frame, q, s, tangent, weight

x, y, z = sp.symbols("x y z", real=True)
different = replace(frame, variables=(layers, interval(rho, -1, 1, ")"), weight))


@lemma("variances without a bias are positive")
def positive(prove: Proof) -> Step:
    """0 < q(L)."""
    goal = forall(layers, weight, sequences=[q], holds=lt(0, q(L)))
    grown = prove.polynomial(lt(0, s / 2 * z), weight, interval(z, 0, sp.oo, "("))
    return inductive(
        prove, goal, L,
        lambda base: prove.chain(base, prove.polynomial(lt(0, s), weight), prove.folded(base, q(1), q(1))),
        lambda step: prove.chain(step, at(grown, {z: q(L)}), prove.folded(step, q(L + 1), q(L + 1))),
    )  # fmt: skip


claim = Claim(
    "starnaud2025/LT1-limit",
    title="Without a bias the normalised tangent kernel tends to 1/4, for every weight variance",
    source="limit table, no bias, with N3",
    provenance="derived here",
    printed=r"\sigma_b^2=0,\ \sigma_w^2>0,\ \theta=\angle(x,x')>0:\quad"
    r"\Big|\frac{\Theta^{(L)}(x,x')}{\Theta^{(L)}(x,x)}-\frac14\Big|"
    r"\le\frac1L\Big(\frac{3\pi}{4\theta}+0.56+\frac32\log L\Big)",
    note=r"For every depth and every pair of different directions. The predictor is that of starnaud2025/N5-predictor.",
    beside=("starnaud2025/LT1", "starnaud2025/N3", "starnaud2025/N5-predictor"),
    parameters={"limit": quarter, "depth": L},
    witnesses=(
        (0, Instance({L: Fraction(1000), rho: Fraction(0), s: Fraction(2)})),
        (0, Instance({L: Fraction(1), rho: Fraction(-1), s: Fraction(2)})),
    ),
)


@claim.states
def statement(limit, depth):
    return different.conclude(le(sp.Abs(T(L) / P(L) - limit), error(rho) * L / depth))


@claim.proves
def proof(prove, goal, limit, depth):
    """T/P = u_L/L."""
    value = ntk(L - 1, rho) / L
    product = prove.polynomial(lt(0, L * z), layers, interval(z, 0, sp.oo, "("))
    above = prove.chain(
        goal.conclude(lt(0, P(L))), fact(positive(prove)), at(product, {z: q(L)}),
        prove.identity(goal.conclude(eq(L * q(L), P(L))), using=[(diagonal(prove), {L: L})]),
    )  # fmt: skip
    same = prove.identity(
        goal.conclude(eq(T(L), P(L) * value)), using=[(diagonal(prove), {L: L}), (tangent(prove), {L: L})]
    )
    anything = interval(x, -sp.oo, sp.oo), interval(y, -sp.oo, sp.oo)
    quotient = prove.identity(
        forall(*anything, interval(z, 0, sp.oo, "("), given=[eq(y, z * x)],
               holds=eq(sp.Abs(y / z - quarter), sp.Abs(x - quarter))), [["given", 0]],
    )  # fmt: skip
    return prove.chain(
        goal, fact(above), fact(same), at(quotient, {x: value, y: T(L), z: P(L)}),
        at(near_quarter(prove), {"L": L - 1}),
    )  # fmt: skip


claim.mutant("the limit 1", limit=1)
claim.mutant("L^3 in place of L", depth=L**3)
