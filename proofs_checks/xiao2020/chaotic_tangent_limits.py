"""B15: the tangent kernel in the chaotic phase, on and off the diagonal, with explicit errors at every depth."""

from dataclasses import replace
from fractions import Fraction

import sympy as sp

from deepcond_sym.proof import Claim, Instance, eq, fact, forall, interval, le, lt
from deepcond_sym.proof.tactics.power_gaps import b

from . import chaotic_rates, chaotic_steps
from .chaotic_phase import QUADRATIC
from .chaotic_sequences import of_sequence, same
from .chaotic_steps import NON_AFFINE, below, below_one, bend, fixed, settled, slope
from .setting import c, chi, diagonal, from_one, l, tangent

_HALF = Fraction(1, 2)
_u = sp.Symbol("_u", real=True)

claim = Claim(
    "xiao2020/B15",
    title="The tangent kernel in the chaotic phase, and how fast it tends there",
    source="authors' notebook, cell 30, off the diagonal; the constants are derived",
    provenance="as reported",
    printed=r"\chi_1>1:\quad\chi_1^{-l}p^{(l)}\to\frac{q^*}{\chi_1-1},\quad p^{(l)}_{ab}\to p^*_{ab}"
    r"\text{ with error }O(l\,\chi_{c^*}^l)",
    note=r"Shown with constants, for all depths: $\chi_1^{-l}p^{(l)}=\frac{q^*}{\chi_1-1}(1-\chi_1^{-l})$, and for"
    r" $0\le c^{(0)}\le c^*$, $l\ge1$: $0\le"
    r" p^*_{ab}-p^{(l)}_{ab}\le\chi_{c^*}^{l-1}\big(\chi_{c^*}p^*_{ab}+l\,(c^*-c^{(0)})(\chi_{c^*}q^*+\beta"
    r" p^*_{ab})\big)$ with $\beta=\frac{\chi_1-\chi_{c^*}}{1-c^*}\ge f''(c^*)$. In units of $q^*$ and for"
    r" $\Theta^{(0)}=0$; with the notebook's start the limit on the diagonal is multiplied by $\chi_1$. The factor"
    r" $l$ cannot be left out (xiao2020/B15-factor). Every other start is in xiao2020/B54-starts, from a layer on."
    r" $\chi_{c^*}>0$ is needed for what is reported: for $f(c)=c^2$, with $\chi_{c^*}=0$, the error is positive at"
    r" $c^{(0)}=\frac12$ and every depth.",
    beside=("xiao2020/B13", "xiao2020/B54", "xiao2020/B54-starts", "xiao2020/B15-factor"),
    parameters={"scale": 1 / (chi - 1), "limit": settled, "growth": chaotic_rates.growth, "power": slope ** (l - 1)},
    witnesses=(
        (0, Instance({l: Fraction(3)}, QUADRATIC)),
        (1, Instance({l: Fraction(20), b: _HALF, c: Fraction(0)}, QUADRATIC)),
        (2, Instance({l: Fraction(1), b: _HALF, c: Fraction(0)}, QUADRATIC)),
        (2, Instance({l: Fraction(40), b: _HALF, c: Fraction(0)}, QUADRATIC)),
    ),
)


@claim.states
def statement(scale, limit, growth, power):
    off = {"given": (fixed, le(c, b), lt(1, chi)), "family": NON_AFFINE, "sequences": [tangent]}
    box = (below, below_one, from_one)
    return (
        forall(
            from_one, given=same.given, family=same.family, sequences=[diagonal],
            holds=eq(chi ** (-l) * diagonal(l), scale - scale * chi ** (-l)), label="on the diagonal",
        ),
        forall(*box, **off, holds=le(0, limit - tangent(l)), label="off the diagonal, from above"),
        forall(
            *box, **off, holds=le(limit - tangent(l), power * (slope * limit + l * growth)),
            label="off the diagonal, from below",
        ),
    )  # fmt: skip


@claim.proves
def proof(prove, goal, scale, limit, growth, power):
    """A geometric sum; p* - p_ab(l + 1) <= chi_c* (p* - p_ab(l)) + chi_c*^l (c* - c)(chi_c* + beta p*), because f'
    changes at most beta times as fast as its argument."""
    on, above, below_limit = goal
    closed = prove.closed_form(
        forall(
            chaotic_steps.layers, given=same.given, family=same.family, sequences=[diagonal],
            holds=eq(diagonal(l), (chi**l - 1) / (chi - 1)),
        )
    )  # fmt: skip
    positive = prove.polynomial(lt(0, 1 + _u), interval(_u, 0, sp.oo, "("))
    return [
        prove.chain(
            on, fact(positive, {_u: chi - 1}),
            prove.identity(replace(on, given=(*on.given, lt(0, chi)), label=""), using=[(closed, {})]),
        ),
        of_sequence(prove, above, chaotic_rates.distance_positive(prove)),
        of_sequence(prove, below_limit, chaotic_rates.settles_at(prove)),
    ]


claim.mutant("the notebook's start on the diagonal", scale=chi / (chi - 1))
claim.mutant("the limit without the slope", limit=b)
claim.mutant("without the factor l", growth=0)
claim.mutant("a quarter of the growth", growth=(b - c) * (slope + bend * settled) / 4)
claim.mutant("one power more", power=slope ** (l + 1))
