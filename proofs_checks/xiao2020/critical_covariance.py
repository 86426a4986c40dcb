"""B32: the covariances of erf on its critical line: l (1 - c) tends to 1/A, so that the bulk of the spectrum is of the
order 1/l and the condition number of the order l."""

from dataclasses import replace
from fractions import Fraction

import sympy as sp

from deepcond_sym.proof import Claim, Instance, Proof, Statement, Step, at, fact, interval, largest, le, lt
from deepcond_sym.proof.instance import equicorrelated
from deepcond_sym.proof.proof import Use
from deepcond_sym.proof.tactics.lemma import lemma
from deepcond_sym.proof.tactics.power_gaps import adds
from proofs_checks.starnaud2025.angle_steps import more_logarithm

from .critical_data import Data, condition, g0, high, least_gap, low, pair
from .critical_depth import first_gap, gain, gap, least, loss, once, start
from .critical_gaps import (
    about_inverse,
    about_stretch,
    at_most,
    constants,
    first,
    inverse,
    nearly_at_least,
    small,
    stretch,
)
from .critical_map import ratio, t
from .near_constant import delta, distance, n
from .near_constant import error as any_error
from .setting import from_one, l

per = loss / least
shift = 1 / g0 + per * sp.log(1 + least * l)
"""How far 1/gamma_l is from A l, at most."""

limit_gap = 1 / (gain * l)
error = shift / (gain * least * l**2)
"""1/(A l), and how far gamma_l is from it, at most."""

number = 1 - limit_gap
_u, _w = sp.symbols("_u _w", real=True)
_more, _positive = interval(_u, 0, sp.oo), interval(_w, 0, sp.oo, "(")


@lemma("the inverse gap near A l")
def inverse_near(prove: Proof) -> Step:
    """|1/gamma_l - A l| <= 1/g_0 + |kappa'| A^2/b log(1 + b l)."""
    goal, longest = pair.conclude(le(sp.Abs(inverse() - gain * l), shift)), 1 + least * l
    inverse_grows = prove.polynomial(le(1 / (_w + _u), 1 / _w), _positive, _more)
    unit = interval(_u, 0, 1)
    slower = prove.polynomial(le(0, least * l * (1 - _u)), ratio, from_one, unit)
    grows = prove.polynomial(le(1, 1 + least * l * _u), ratio, from_one, unit)
    known = [
        *constants(prove), *about_inverse(prove, l), *about_stretch(prove, l), fact(at_most(prove)),
        fact(nearly_at_least(prove)), fact(inverse_grows, {_w: g0, _u: first_gap - g0}),
        *(fact(prove.polynomial(law, once.variables[2])) for law in (le(0, first_gap), le(first_gap, 1))),
        fact(slower, {_u: first_gap}), fact(grows, {_u: first_gap}),
        *(fact(prove.polynomial(lt(0, value), *variables)) for value, variables in (
            (per, (ratio,)), (1 / g0, (least_gap,)))),
        fact(prove.polynomial(le(1, longest), ratio, from_one)),
        fact(more_logarithm(prove), {"_x": stretch(), "_z": longest}),
        fact(more_logarithm(prove), {"_x": 1, "_z": longest}),
    ]  # fmt: skip
    inside, low_ = inverse() - gain * l, first + gain * l - per * sp.log(stretch())
    upper = prove.chain(
        goal.conclude(le(inside, shift)), *known, adds(prove, inside, first + gain * l - inverse()),
        adds(prove, first, 1 / g0 - first), adds(prove, 1 / g0, per, sp.log(longest)),
    )  # fmt: skip
    lower = prove.chain(
        goal.conclude(le(-inside, shift)), *known, adds(prove, -inside, inverse() - low_),
        adds(prove, gain * l - low_, first), adds(prove, per * sp.log(stretch()), per, sp.log(longest)
             - sp.log(stretch())),
        adds(prove, per * sp.log(longest), 1 / g0),
    )  # fmt: skip
    return prove.absolute_value(goal, upper, lower)


@lemma("the gap near 1/(A l)")
def gap_near(prove: Proof) -> Step:
    """|gamma_l - 1/(A l)| <= (1/g_0 + |kappa'| A^2/b log(1 + b l))/(A b l^2)."""
    goal, longest = pair.conclude(le(sp.Abs(gap() - limit_gap), error)), 1 + least * l
    turned = prove.polynomial(le(1 / (_w + _u), 1 / _w), _positive, _more)
    shares = [prove.polynomial(lt(0, value), ratio, from_one) for value in (1 / (gain * l), least * l, 1 / (least * l))]
    total = prove.polynomial(le(0, 1 / g0 + per * _u), ratio, least_gap, _more)
    known = [
        *constants(prove), *about_inverse(prove, l), *about_stretch(prove, l), fact(inverse_near(prove)),
        *map(fact, shares), fact(small(prove)), fact(prove.polynomial(le(1, longest), ratio, from_one)),
        fact(more_logarithm(prove), {"_x": 1, "_z": longest}), fact(total, {_u: sp.log(longest)}),
        fact(turned, {_w: least * l, _u: first}),
    ]  # fmt: skip
    below = prove.chain(
        pair.conclude(le(gap(), 1 / (least * l))), *known, at(small(prove), {}), at(turned, {_w: least * l, _u: first}),
    )  # fmt: skip
    inside = goal.conclusion.lhs.args[0]

    def side(sign: int) -> Step:
        value = sign * inside
        direction = 1 if sp.expand(value - gap() + limit_gap) == 0 else -1
        return prove.chain(
            goal.conclude(le(value, error)), *known, fact(below),
            adds(prove, value, gap(), limit_gap, shift + direction * (inverse() - gain * l)),
            adds(prove, gap() * limit_gap * shift, limit_gap, shift, 1 / (least * l) - gap()),
        )  # fmt: skip

    return prove.absolute_value(goal, side(1), side(-1))


data = Data(number, delta, any_error, le(0, number))
"""Covariances over q*: ones on the diagonal, the others within delta of 1 - 1/(A l)."""

_EXACT = {"X": equicorrelated(3, Fraction(1, 2))}
_AT = Instance({l: Fraction(12), n: Fraction(3), t: Fraction(1, 2), delta: Fraction(1, 1000)}, matrices=_EXACT)
"""A = 1/6 at t = 1/2, so that 1/(A l) = 1/2 at l = 12."""

_PAIR = Instance({l: Fraction(2000), t: Fraction(4, 5), start: Fraction(0), g0: Fraction(1)})

claim = Claim(
    "xiao2020/B32",
    title="Critical erf: the covariances' bulk eigenvalues decay like 1/(A l), the condition number grows like m A l",
    source="as reported, critical row of the NNGP table; constants and rates are derived",
    provenance="as reported",
    printed=r"\lambda_{\max}=mq^*+mO(l^{-1}),\quad\lambda_{bulk}=O(l^{-1}):\ \frac{l\lambda_{bulk}}{q^*}\to\frac1A,"
    r"\quad\kappa=\Omega(mq^*l):\ \frac\kappa l\to mA\qquad(d=1)",
    note=r"For every bias variance, every $m\ge2$ and every $l\ge1$. Entries: for $\gamma_0\ge\gamma$,"
    r" $|\gamma_l-\frac1{Al}|\le\delta:=\frac1{Abl^2}\big(\frac1\gamma+\frac{|\kappa'|A^2}b\log(1+bl)\big)$ with"
    r" $\frac1b=3k^2+1$, $A=\frac1{2k^2}=\frac{t^2}{2(1-t^2)}$. Matrices: if all entries off the diagonal are"
    r" within $\delta$ of $a=1-\frac1{Al}\ge0$, over $q^*$, every eigenvalue but the largest is within"
    r" $(m-1)\delta$ of $\frac1{Al}$, the largest within $(m-1)\delta$ of $m-\frac{m-1}{Al}$, and"
    r" $|\kappa-mAl+m-1|\le\frac{(m-1)(2+(m-2)a)\delta}{(1-a)(1-a-(m-1)\delta)}=O(\log l)$, where"
    r" $(m-1)\delta<\frac1{Al}$. $q^*$ cancels in $\kappa$. The bulk from above is stated as"
    r" $\lambda_{\max}(K-a\mathbf{11}^\top)$, which bounds all eigenvalues but the largest. The"
    r" predictor is in xiao2020/B32-predictor.",
    beside=("xiao2020/B51", "xiao2020/B57"),
    parameters={"limit": limit_gap, "per_depth": n * gain},
    witnesses=((0, _PAIR), (1, _AT), (2, _AT), (3, _AT), (6, _AT)),
)


@claim.states
def statement(limit, per_depth):
    top = n - (n - 1) * limit_gap
    return (
        replace(pair, conclusion=le(sp.Abs(gap() - limit), error), label="entries"),
        data.conclude(le(limit - data.spread, low), "bulk, from below"),
        data.conclude(le(low, limit + delta), "smallest, from above"),
        data.conclude(le(largest(data.off_by, n), limit + data.spread), "bulk, from above"),
        data.conclude(le(high, top + data.spread), "largest, from above"),
        data.conclude(le(top - data.spread, high), "largest, from below"),
        data.conclude(
            le(sp.Abs(condition - per_depth * l + n - 1), distance(number, delta)), "condition number", data.small
        ),
    )  # fmt: skip


@claim.proves
def proof(prove, goal, limit, per_depth):
    """The entries by the increments of the inverse gap (xiao2020/B51); then Gershgorin and Weyl."""
    entries, *matrices, ratio_ = goal
    laws = "smallest_from_below", "smallest_from_above", "bulk_from_above", "largest_from_above", "largest_from_below"
    signs: list[Use] = [
        fact(prove.polynomial(lt(0, gain), ratio)), fact(prove.polynomial(lt(number, 1), ratio, from_one)),
        fact(prove.polynomial(lt(0, limit_gap), ratio, from_one)),
    ]  # fmt: skip
    return [
        prove.chain(entries, at(gap_near(prove), {})),
        *(data.shown(prove, part, law, signs) for part, law in zip(matrices, laws, strict=True)),
        _condition(prove, ratio_, signs),
    ]


def _condition(prove: Proof, goal: Statement, signs: list[Use]) -> Step:
    """(1 + (m - 1) a)/(1 - a) = m A l - m + 1."""
    exact, bound = (1 + (n - 1) * number) / (1 - number), goal.conclusion.rhs
    near = data.conclude(le(sp.Abs(condition - exact), distance(number, delta)), "", data.small)
    gap_left = 1 - number - data.spread
    floor = data.shown(prove, data.conclude(le(gap_left, low), "", data.small), "smallest_from_below", signs)
    positive = prove.polynomial(lt(0, _w + _u), _positive, _more)
    known = [
        *signs, fact(data.shown(prove, near, "condition", signs)), fact(floor),
        fact(positive, {_w: gap_left, _u: low - gap_left}),
    ]  # fmt: skip
    inside = goal.conclusion.lhs.args[0]

    def side(sign: int) -> Step:
        begin = sign * inside
        room = bound - begin.coeff(condition) * (condition - exact)
        return prove.chain(goal.conclude(le(begin, bound)), *known, adds(prove, begin, room))

    return prove.absolute_value(goal, side(1), side(-1))


claim.mutant("2/(A l) in place of 1/(A l)", limit=2 * limit_gap)
claim.mutant("1/(2 A l) in place of 1/(A l)", limit=limit_gap / 2)
claim.mutant("(m - 1) A", per_depth=(n - 1) * gain)
claim.mutant("m A q*, as Omega(m q* l) read as an order might say", per_depth=n * gain * t / (2 * (1 - t)))
