"""One layer of ReLU, scaled to E[sigma^2] = 1: what it takes from a correlation close to 1, with the sharp constant.

With u = 1 - rho, one layer adds sqrt(2)/(3 pi) to 1/sqrt(u), up to a term that vanishes with u."""

from fractions import Fraction

import sympy as sp

from deepcond_sym.proof import Claim, Instance, forall, interval, le
from deepcond_sym.symbols import rho

_correlations = interval(rho, -1, 1)
_gain = sp.sqrt(2) / (3 * sp.pi)


def relu(r: sp.Expr) -> sp.Expr:
    """The dual of ReLU, scaled to 1 at 1."""
    return (sp.sqrt(1 - r**2) + r * (sp.pi - sp.acos(r))) / sp.pi


claim = Claim(
    "beyond/relu-layer",
    title="One layer of ReLU adds sqrt(2)/(3 pi) to the inverse root of 1 - rho",
    source="sharpens agarwal2021 Lemma 37 and D8 for ReLU with E[sigma^2] = 1",
    printed=r"1-\hat\sigma(\rho)\le\Big(\frac1{\sqrt{1-\rho}}+\frac{\sqrt2}{3\pi}\Big)^{-2},\qquad"
    r" 1-\hat\sigma(\rho)\ge u-\tfrac{2\sqrt2}{3\pi}u^{3/2}-\tfrac{27}{1000}u^{5/2},\ u=1-\rho,\quad \rho\in[-1,1]",
    note="The dual increases, so the first part can be iterated: 1 - rho_L <= (1/sqrt(1 - rho) + sqrt(2) L/(3"
    " pi))^(-2), below 9 pi^2/(2 L^2) at every depth L, where D8 gives 1/(mu~ L). The second part shows that no"
    " larger number than sqrt(2)/(3 pi) can be added. The first part is stated without dividing by sqrt(1 -"
    " rho).",
    parameters={"gain": _gain, "rest": "27/1000", "order": "5/2"},
    witnesses=((0, Instance({rho: 1 - Fraction(1, 10**12)})),),
)


@claim.states
def statement(gain, rest, order):
    u = 1 - rho
    expansion = u - 2 * _gain * u ** sp.Rational(3, 2) - rest * u**order
    return (
        forall(_correlations, holds=le(1 - relu(rho), u / (1 + gain * sp.sqrt(u)) ** 2), label="from above"),
        forall(_correlations, holds=le(expansion, 1 - relu(rho)), label="from below"),
    )


@claim.proves
def proof(prove, goal, gain, rest, order):
    """In terms of half the angle arccos(rho)/2 both sides are smooth at rho = 1, where they agree to third order."""
    return [prove.ball_box(part.conclusion, *part.variables) for part in goal]


claim.mutant("a gain larger by 10^-6", gain=_gain + sp.Rational(1, 10**6))
claim.mutant("26/1000 in place of 27/1000", rest="26/1000")
claim.mutant("u^(7/2) in place of u^(5/2)", order="7/2")


def _fails(c: Fraction):
    """The left side minus the right one is about 2 (c - 1) gain u^(3/2) - 3 gain^2 u^2: positive at u = (c - 1)^2."""
    return 0, Instance({rho: 1 - (c - 1) ** 2})


claim.sharpen("gain", lambda c: c * _gain, printed=1, strongest=2, fails=_fails)
