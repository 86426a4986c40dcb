"""B28 and B29 as reported: the eigenvalues are of the order chi_1^l, the condition number is 1 + O(chi_1^-l)."""

from typing import Any

import sympy as sp

from deepcond_sym.proof import Claim, Proof, Statement, Step, at, fact, forall, interval, le, lt

from .chaotic_eigenvalues import at_depth
from .chaotic_matrices import data, diagonal_value, signs, tangent, tangent_at_most
from .chaotic_spectrum import TANGENT
from .chaotic_steps import NON_AFFINE, below_one, fixed, settled
from .near_equicorrelated import Bounds, a, e, m, points
from .setting import chi, l, layers

_g, _t, _u, _v, _w = sp.symbols("_g _t _u _v _w", real=True)
_growth, _spread = interval(_g, 0, sp.oo, "("), interval(_t, 0, sp.oo)
_slack = interval(_v, 0, sp.oo)

spread = (m - 1) * settled
deep = le(2 * (1 + (chi - 1) * spread), chi**l)
"""From this depth on the diagonal is more than twice the rest of a row."""

_box = (points, below_one, layers)

eigenvalues = Claim(
    "xiao2020/B28-reported",
    title="Chaotic phase: the eigenvalues of the tangent kernel are of the order chi_1^l",
    source="the table of the tangent kernel, chaotic phase, d = 1",
    provenance="as reported",
    printed=r"\lambda_{\max},\lambda_{bulk}=\Theta(\chi_1^l)/d",
    note=r"With constants, $d=1$: $\lambda_{\max}\le\big(\frac{q^*}{\chi_1-1}+(m-1)p^*_{ab}\big)\chi_1^l$ at every"
    r" depth, and $\lambda_{\min}\ge\frac{q^*}{2(\chi_1-1)}\chi_1^l$ once"
    r" $\chi_1^l\ge2+2(m-1)(\chi_1-1)p^*_{ab}/q^*$; all other eigenvalues are between these. For inputs with $0\le"
    r" x_i\cdot x_j\le c^*$, in units of $q^*$, $\Theta^{(0)}=0$. The factor $\frac1d$ for a pooled network is in"
    r" xiao2020/B55, for pixels whose pairs are at the limit.",
    beside=("xiao2020/B28", "xiao2020/B55"),
    parameters={"share": 2, "constant": 1 / (chi - 1) + spread},
    witnesses=((0, at_depth(6, 3, "0")), (1, at_depth(6, 3, "1/2"))),
)  # fmt: skip


@eigenvalues.states
def eigenvalues_statement(share, constant):
    return (
        forall(
            *_box, given=[fixed, data], family=NON_AFFINE, holds=le(tangent.greatest, constant * chi**l),
            label="largest",
        ),
        forall(
            *_box, given=[fixed, data, deep], family=NON_AFFINE,
            holds=le(chi**l / (share * (chi - 1)), tangent.least), label="smallest",
        ),
    )  # fmt: skip


@eigenvalues.proves
def eigenvalues_proof(prove, goal, share, constant):
    """p - (m - 1) p*_ab <= every eigenvalue <= p + (m - 1) p*_ab: Gershgorin."""
    largest, smallest = goal
    values = {a: 0, e: settled}
    top = diagonal_value + spread
    power = prove.polynomial(
        le((_w - 1) / _g + _t, (1 / _g + _t) * _w), interval(_w, 1, sp.oo), _growth, _spread
    )
    return [
        prove.chain(
            largest, *_known(prove), fact(tangent_at_most(prove)),
            at(Bounds(prove, tangent).largest_from_above(), values),
            TANGENT.equal(prove, largest, tangent.on + spread, top),
            at(power, {_w: chi**l, _g: chi - 1, _t: spread}),
        ),
        lowest(prove, smallest),
    ]  # fmt: skip


def _known(prove: Proof) -> list:
    """1 < chi_1, 1 <= chi_1^l and 0 <= (m - 1) p*_ab."""
    power = prove.power("at least one", _w, l, interval(_w, 1, sp.oo), layers)
    product = prove.polynomial(le(0, (m - 1) * _t), points, _spread)
    larger = [prove.polynomial(relation, _growth) for relation in (le(1, 1 + _g), lt(0, 1 + _g))]
    return [
        *signs(prove), *(fact(step, {_g: chi - 1}) for step in larger), fact(power, {_w: chi}),
        fact(product, {_t: settled}),
    ]  # fmt: skip


def _half(prove: Proof) -> Step:
    """w/(2 g) <= (w - 1)/g - t for w = 2 + 2 g t + v."""
    power = 2 * (1 + _g * _t) + _v
    return prove.polynomial(le(power / (2 * _g), (power - 1) / _g - _t), _growth, _spread, _slack)


def half_way(prove: Proof, goal: Statement) -> Step:
    """chi_1^l/(2 (chi_1 - 1)) <= D - (m - 1) p*_ab, from the depth `deep` on."""
    values = {_g: chi - 1, _t: spread, _v: chi**l - 2 * (1 + (chi - 1) * spread)}
    bound = diagonal_value - spread
    return prove.chain(
        goal.conclude(le(chi**l / (2 * (chi - 1)), tangent.on - spread)), *_known(prove), at(_half(prove), values),
        TANGENT.equal(prove, goal, bound, tangent.on - spread),
    )  # fmt: skip


def lowest(prove: Proof, goal: Statement) -> Step:
    """From there to the smallest eigenvalue."""
    bound = Bounds(prove, tangent).smallest_from_below()
    return prove.chain(
        goal, *_known(prove), fact(tangent_at_most(prove)), half_way(prove, goal), at(bound, {a: 0, e: settled})
    )


eigenvalues.mutant("all of it from below", share="1/2")
eigenvalues.mutant("half of the constant from above", constant=1 / (chi - 1) / 2)

conditioning = Claim(
    "xiao2020/B29-reported",
    title="Chaotic phase: the condition number is 1 + O(chi_1^-l)",
    source="the table of the tangent kernel, chaotic phase, d = 1; kappa tends to 1: authors' notebook, cell 34",
    provenance="as reported",
    printed=r"\kappa=1+O(d\,\chi_1^{-l})",
    note=r"Shown with a constant, $d=1$: $\kappa-1\le4(m-1)\frac{(\chi_1-1)p^*_{ab}}{q^*}\chi_1^{-l}$ once"
    r" $\chi_1^l\ge2+2(m-1)(\chi_1-1)p^*_{ab}/q^*$. The $O(\cdot)$ hides a factor $m$: by xiao2020/B29"
    r" $(\kappa-1)\chi_1^l$ tends to $m\,p^*_{ab}(\chi_1-1)/q^*$, so that no constant serves all numbers of points if"
    r" $c^*>0$. For inputs with $0\le x_i\cdot x_j\le c^*$, in units of $q^*$, $\Theta^{(0)}=0$.",
    beside=("xiao2020/B29", "xiao2020/B54"),
    parameters={"points": m - 1, "rate": 1 / chi},
    witnesses=tuple((0, at_depth(6, size, "1/2")) for size in (3, 9)),
)


@conditioning.states
def conditioning_statement(points, rate):
    constant = 4 * points * (chi - 1) * settled
    return forall(
        *_box, given=[fixed, data, deep], family=NON_AFFINE, holds=le(tangent.condition - 1, constant * rate**l)
    )


@conditioning.proves
def conditioning_proof(prove, goal, points, rate):
    """kappa - 1 <= 2 (m - 1) p*_ab/(p - (m - 1) p*_ab), and the denominator is at least chi_1^l/(2 (chi_1 - 1))."""
    bounds = Bounds(prove, tangent, lt((m - 1) * e, tangent.on - a))
    values, rest = {a: 0, e: settled}, tangent.on - spread
    part: Any = chi**l / (2 * (chi - 1))
    positive = prove.polynomial(lt(0, _w / (2 * _g) + _v), interval(_w, 1, sp.oo), _growth, _slack)
    last = prove.polynomial(
        le(2 * _t / (_w / (2 * _g) + _v), 4 * _g * _t / _w), interval(_w, 1, sp.oo), _growth, _spread, _slack
    )
    at_depth_l = {_w: chi**l, _g: chi - 1, _v: rest - part, _t: spread}
    least = {symbol: at_depth_l[symbol] for symbol in (_w, _g, _v)}
    known = [*_known(prove), fact(tangent_at_most(prove)), fact(half_way(prove, goal)), fact(positive, least)]
    return prove.chain(goal, *known, at(bounds.excess_from_above(), values), at(last, at_depth_l))


conditioning.mutant("without the factor m", points=sp.Rational(1, 4))
conditioning.mutant("chi_1^(-2 l)", rate=chi ** (-2))
