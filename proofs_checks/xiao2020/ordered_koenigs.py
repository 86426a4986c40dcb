"""B50b and the first half of B12: chi_1^(-l) times the gap has a positive limit in the ordered phase, known from every
depth."""

from dataclasses import replace
from fractions import Fraction

import sympy as sp

from deepcond_sym.proof import UNCENTRED, Claim, Instance, Proof, Statement, Step, at, fact, forall, interval, le, lt
from deepcond_sym.proof.proof import Use
from deepcond_sym.proof.tactics.curvature import taylor
from deepcond_sym.proof.tactics.inductive import inductive
from deepcond_sym.proof.tactics.lemma import lemma
from deepcond_sym.proof.tactics.power_gaps import adds

from .ordered_steps import (
    bend,
    bend_positive,
    chi,
    frame,
    from_above,
    from_below,
    gap,
    inner_layer,
    k,
    lost,
    ordered,
    slope_positive,
)  # fmt: skip
from .setting import c, correlation, iterate, l, layers

x, y, z = sp.symbols("x y z", real=True)
open_unit = interval(y, 0, 1, "()")
from_zero = {s: interval(s, 0, sp.oo) for s in (x, z)}
PARABOLA = (Fraction(1, 2), Fraction(1, 4), Fraction(1, 4))
"""The layer map 1/2 + r/4 + r^2/4, with chi_1 = 3/4 and f''(1) = 1/2."""

late = (lt(0, gap(l)), lt(lost * gap(l), 1))
"""The inputs are still apart at depth l, and near enough for the lower bound to be positive."""


@lemma("powers of a positive slope")
def power_positive(prove: Proof) -> Step:
    """0 < y^k for 0 < y < 1."""
    product = prove.polynomial(lt(0, y * x), open_unit, interval(x, 0, sp.oo, "("))
    return inductive(
        prove, forall(layers, open_unit, holds=lt(0, y**l)), l,
        lambda base: prove.chain(base, prove.polynomial(lt(0, 1))),
        lambda step: prove.chain(step, at(product, {x: y**l})),
    )  # fmt: skip


def about(prove: Proof, *, curved: bool = True) -> list[Use]:
    """0 < chi_1^k, 0 < chi_1^l, correlations up to 1, the enclosure from above; if curved, also 0 <= f''(1), 0 <=
    A/(chi_1 (1 - chi_1)) and the enclosure from below."""
    known = [
        fact(slope_positive(prove)), *(fact(power_positive(prove), {y: chi, l: depth}) for depth in (k, l)),
        inner_layer(prove, l), inner_layer(prove, l + k), fact(from_above(prove)),
    ]  # fmt: skip
    share = prove.polynomial(le(0, x / 2 / (y * (1 - y))), from_zero[x], open_unit)
    bent = [fact(bend_positive(prove)), fact(share, {x: bend, y: chi}), fact(from_below(prove))]
    return [*known, *bent] if curved else known


claim = Claim(
    "xiao2020/B50b",
    title="The ordered phase at every depth, from below: the limit of the gaps over chi_1^l, enclosed from any depth",
    source="derived here",
    printed=r"0<\chi_1<1,\ A=\tfrac12f''(1):\quad \gamma_{l+1}\ge\chi_1\gamma_l-A\gamma_l^2,\qquad"
    r" A\gamma_k<\chi_1(1-\chi_1)\implies"
    r" -\zeta_{ab}=q^*\lim_j\chi_1^{-j}\gamma_j\in"
    r" q^*\chi_1^{-k}\gamma_k\Big[1-\frac{A\gamma_k}{\chi_1(1-\chi_1)},1\Big]",
    note=r"For every layer map with a finite second derivative at 1, every start in $[-1,1]$ and all depths $l$ and"
    r" $l+k$ (in the formal statements the depth from which the limit is enclosed is $l$): $\chi_1^{-k}\gamma_{l+k}$"
    r" does not increase with $k$ and stays in the interval. So the limit exists, lies in it, and $\zeta_{ab}\ne0$ as"
    r" soon as $0<A\gamma_l<\chi_1(1-\chi_1)$ for one $l$; it is enclosed to any precision by a late $l$.",
    beside=("xiao2020/B50", "xiao2020/B12", "starnaud2025/LT2-Koenigs"),
    parameters={"A": bend / 2, "share": lost, "given": late},
    witnesses=(
        (0, Instance({l: Fraction(0), c: Fraction(0)}, PARABOLA)),
        (2, Instance({l: Fraction(0), k: Fraction(1), c: Fraction(0)}, PARABOLA)),
        (4, Instance({l: Fraction(0), k: Fraction(0), c: Fraction(1)}, PARABOLA)),
    ),
)


@claim.states
def statement(A, share, given):
    low = gap(l) * (1 - share * gap(l))
    one_layer = forall(layers, correlation, family=UNCENTRED, holds=le(chi * gap(l) - A * gap(l) ** 2, gap(l + 1)))
    return (
        replace(one_layer, label="one layer"),
        replace(frame, conclusion=le(gap(l + k), chi**k * gap(l)), label="from above"),
        replace(
            frame, conclusion=le(chi**k * gap(l) * (1 - share * gap(l) * (1 - chi**k)), gap(l + k)), label="from below"
        ),
        replace(frame, conclusion=le(low, gap(l + k) / chi**k), label="the enclosure, from below"),
        replace(frame, given=(*ordered, *given), conclusion=lt(0, low), label="different inputs stay different"),
    )


@claim.proves
def proof(prove, goal, A, share, given):
    """Taylor at 1 with f'' <= f''(1); the shares that later layers lose add up to a geometric sum."""
    one_layer, above, below, enclosure, apart = goal
    product = prove.polynomial(lt(0, x * (1 - y)), interval(x, 0, sp.oo, "("), interval(y, -sp.oo, 1, ")"))
    exact = chi**k * gap(l) * (1 - lost * gap(l) * (1 - chi**k))
    return [
        prove.chain(
            one_layer, inner_layer(prove, l), at(taylor(prove), {"r": iterate(l, c)}),
            prove.folded(one_layer, one_layer.conclusion.rhs),
        ),
        prove.chain(above, from_above(prove)),
        prove.chain(below, from_below(prove)),
        _enclosed(prove, enclosure, exact),
        prove.chain(apart, at(product, {x: gap(l), y: lost * gap(l)})),
    ]  # fmt: skip


def _enclosed(prove: Proof, goal: Statement, exact: sp.Expr) -> Step:
    low = gap(l) * (1 - lost * gap(l))
    inverse = prove.polynomial(le(0, x / z), from_zero[x], interval(z, 0, sp.oo, "("))
    return prove.chain(
        goal, *about(prove), fact(prove.polynomial(le(0, x * z**2), *from_zero.values()), {x: lost, z: gap(l)}),
        fact(inverse, {x: gap(l + k) - exact, z: chi**k}),
        adds(prove, low, lost * gap(l) ** 2, chi**k), adds(prove, exact / chi**k, (gap(l + k) - exact) / chi**k),
    )  # fmt: skip


claim.mutant("nine tenths of A", A=sp.Rational(9, 20) * bend)
claim.mutant("a tenth of the share", share=lost / 10)
claim.mutant("without a late start", given=())


B12 = Claim(
    "xiao2020/B12",
    title="The gaps over chi_1^l converge in the ordered phase, with an error of the order chi_1^l",
    source="the linearised dynamics near the fixed point",
    provenance="as reported",
    printed=r"0<\chi_{c^*}<1:\quad \chi_{c^*}^{-l}\epsilon^{(l)}_{ab}=\zeta_{ab}+O(\chi_{c^*}^l)",
    note=r"Here for $c^*=1$:"
    r" $0\le\chi_1^{-l}\gamma_l-\chi_1^{-(l+k)}\gamma_{l+k}\le\frac{A\gamma_0^2}{\chi_1(1-\chi_1)}\chi_1^l$ for all"
    r" $l,k$ and every start in $[-1,1]$. So the sequence converges, and its distance from the limit is at most this."
    r" $\epsilon^{(l)}=-q^*\gamma_l$. The second half of the row is xiao2020/B12-tangent.",
    beside=("xiao2020/B50b", "xiao2020/B12-interior", "xiao2020/B12-tangent"),
    parameters={"constant": lost, "power": 1},
    witnesses=(
        (1, Instance({l: Fraction(20), k: Fraction(40), c: Fraction(9, 10)}, PARABOLA)),
        (1, Instance({l: Fraction(3), k: Fraction(1), c: Fraction(0)}, PARABOLA)),
    ),
)


def _change() -> sp.Expr:
    return gap(l) / chi**l - gap(l + k) / chi ** (l + k)


@B12.states
def B12_statement(constant, power):
    bound = constant * (1 - c) ** 2 * chi ** (power * l)
    return (
        replace(frame, conclusion=le(0, _change()), label="decreasing"),
        replace(frame, conclusion=le(_change(), bound), label="the error"),
    )


@B12.proves
def B12_proof(prove, goal, constant, power):
    """xiao2020/B50b over chi_1^(l + k), and gamma_l <= chi_1^l gamma_0."""
    decreasing, error = goal
    inverse = fact(prove.polynomial(le(0, x / (z * y)), from_zero[x], *(interval(s, 0, sp.oo, "(") for s in (y, z))), {
        x: chi**k * gap(l) - gap(l + k), y: chi**l, z: chi**k,
    })  # fmt: skip
    low = chi**k * gap(l) * (1 - lost * gap(l) * (1 - chi**k))
    above = fact(prove.polynomial(le(0, x / (z * y)), from_zero[x], *(interval(s, 0, sp.oo, "(") for s in (y, z))), {
        x: gap(l + k) - low, y: chi**l, z: chi**k,
    })  # fmt: skip
    quotient = fact(prove.polynomial(le(0, x / z), from_zero[x], interval(z, 0, sp.oo, "(")), {x: lost, z: chi**l})
    first = prove.chain(
        frame.conclude(le(gap(l), chi**l * (1 - c))), at(from_above(prove), {l: 0, k: l}),
        prove.unfold(frame, chi**l * gap(0)),
    )
    start = prove.polynomial(le(0, 1 - c), correlation)
    total = prove.polynomial(le(0, x + z), *from_zero.values())
    square = fact(prove.polynomial(le(0, z**2), from_zero[z]), {z: gap(l)})
    powers = fact(prove.polynomial(le(0, x * z), *from_zero.values()), {x: chi**l, z: 1 - c})
    return [
        prove.chain(decreasing, *about(prove, curved=False), inverse, adds(prove, sp.S.Zero, _change())),
        prove.chain(
            error, *about(prove), above, quotient, fact(first), fact(start), powers, square,
            fact(total, {x: chi**l * (1 - c), z: gap(l)}),
            adds(prove, _change(), (gap(l + k) - low) / chi ** (l + k)),
            adds(prove, lost * gap(l) ** 2 * (1 - chi**k) / chi**l, lost / chi**l, gap(l) ** 2, chi**k),
            adds(
                prove, lost * gap(l) ** 2 / chi**l, lost / chi**l, chi**l * (1 - c) - gap(l),
                chi**l * (1 - c) + gap(l),
            ),
        ),
    ]  # fmt: skip


B12.mutant("an error of the order chi_1^(2 l)", power=2)
B12.mutant("a tenth of the constant", constant=lost / 10)
