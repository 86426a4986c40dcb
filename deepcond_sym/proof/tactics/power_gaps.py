"""Differences of powers against chords, tangents and slopes, for all exponents at once: convexity, and what is left
over. Each is an induction on the exponent; the vertex rule turns it into a law of every dual activation."""

from typing import TYPE_CHECKING, Any

import sympy as sp

from ..language import Statement, Term, eq, forall, index, interval, le, lt
from ..step import Step
from .inductive import inductive
from .lemma import lemma
from .powers import degrees, i, power_grows

if TYPE_CHECKING:
    from ..proof import Proof

from_one, from_two = index("i", 1)[1], index("i", 2)[1]
share, b, r, x, y, limit = sp.symbols("l b r x y T", real=True)
"""A share of the way from b to 1; a point of [0, 1]; a radius; two more points; a bound for |x - b|."""

unit_b, unit_share, unit_r = interval(b, 0, 1), interval(share, 0, 1), interval(r, 0, 1)
signed_x, positive_limit = interval(x, -1, 1), interval(limit, 0, sp.oo)
towards_one = share + b - share * b
"""The point at this share of the way from b to 1; expanded, as the vertex rule wants the argument of dual."""

_k, _c, _v, _w = sp.symbols("_k _c _v _w", real=True)
_less, _more, _low, _high, _gap, _scale = _parts = sp.symbols("_a1 _a2 _e1 _e2 _t _s", real=True)
_anything = interval(_k, -sp.oo, sp.oo)


@lemma("a sum grows with its summands")
def larger(prove: "Proof") -> Step:
    """k <= k + c v w for c, v, w >= 0."""
    return prove.polynomial(le(_k, _k + _c * _v * _w), _anything, *(interval(z, 0, sp.oo) for z in (_c, _v, _w)))


def adds(prove: "Proof", start: Term, first: Term, second: Term = sp.S.One, third: Term = sp.S.One) -> Any:
    """The link start <= start + the product of three terms that are known to be non-negative."""
    from ..proof import at

    return at(larger(prove), {_k: start, _c: first, _v: second, _w: third})


@lemma("a product of bounded terms")
def product_of_bounded(prove: "Proof") -> Step:
    """x e + s d <= r E + s T for |x| <= r, |e| <= E, d <= T and s >= 0, in the variables r - x, r + x, E - e, E + e,
    T - d, s and d."""
    value = (_more - _less) * (_high - _low) / 4 + _scale * _k
    # what is added is r E - x e + s (T - d), written so that the free d cancels
    more = (_less * _high + _more * _low) / 2 + _scale * _gap
    return prove.polynomial(le(value, value + more), _anything, *(interval(z, 0, sp.oo) for z in _parts))


def next_difference(prove: "Proof", goal: Statement, radius: Term, outer: Term, *facts: Any) -> Step:
    """|x^(i+1) - b^(i+1)| <= radius outer + b^i T, where |x| <= radius, |x^i - b^i| <= outer and |x - b| <= T are
    known."""
    from ..proof import at, fact

    known = fact(prove.power("non-negative", b, i, unit_b, from_one))

    def side(sign: int) -> Step:
        e, d = sign * (x**i - b**i), sign * (x - b)
        values = {_less: radius - x, _more: radius + x, _low: outer - e, _high: outer + e, _gap: limit - d,
                  _scale: b**i, _k: d}  # fmt: skip
        target = goal.conclude(le(sp.expand(sign * (x ** (i + 1) - b ** (i + 1))), goal.conclusion.rhs))
        return prove.chain(target, known, *facts, at(product_of_bounded(prove), values))

    return prove.absolute_value(goal, side(1), side(-1))


def grown(prove: "Proof", low: Term, high: Term, exponent: Term = i) -> Any:
    """The fact low^i <= high^i, where 0 <= low <= high <= 1 is known."""
    from ..proof import fact

    return fact(power_grows(prove), {"x": low, "y": high, "i": exponent})


@lemma("powers are convex")
def convex(prove: "Proof") -> Step:
    """(l x + (1 - l) y)^i <= l x^i + (1 - l) y^i for x, y, l in [0, 1]."""
    from ..proof import at

    middle, mean = share * x + y - share * y, share * x**i + (1 - share) * y**i
    goal = forall(interval(x, 0, 1), interval(y, 0, 1), unit_share, degrees, holds=le(middle**i, mean))
    ordered = inductive(
        prove, forall(*goal.variables, given=[le(x, y)], holds=goal.conclusion), i,
        lambda base: prove.chain(base, prove.polynomial(le(1, 1))),
        lambda step: prove.chain(
            step, grown(prove, x, y),
            adds(prove, middle ** (i + 1), middle, mean - middle**i),
            adds(prove, middle * mean, share * (1 - share), y - x, y**i - x**i),
        ),
    )  # fmt: skip
    exchange = {x: y, y: x, share: 1 - share}
    above = forall(*goal.variables, given=[le(y, x)], holds=goal.conclusion)
    other = middle.subs(exchange, simultaneous=True)
    same = prove.identity(forall(*goal.variables[:3], holds=eq(other, middle)))
    turned = prove.chain(
        above, prove.identity(above.conclude(eq(middle**i, other**i)), [["use", same, {}]]), at(ordered, exchange)
    )
    return prove.order(goal, x, y, ordered, turned)


@lemma("powers below the chord to 1")
def chord_gap(prove: "Proof") -> Step:
    """l (1 - l) (1 - b)^2 <= l + (1 - l) b^i - (l + (1 - l) b)^i for i >= 2 and b, l in [0, 1]; an equality for i = 2:
    from i to i + 1 the right side grows by (1 - l) (1 - b) ((l + (1 - l) b)^i - b^i)."""
    least = share * (1 - share) * (1 - b) ** 2
    gap = share + (1 - share) * b**i - towards_one**i
    return inductive(
        prove, forall(unit_b, unit_share, from_two, holds=le(least, gap)), i,
        lambda base: prove.polynomial(base.conclusion, *base.variables),
        lambda step: prove.chain(
            step, grown(prove, b, towards_one),
            adds(prove, least, gap - least),
            adds(prove, gap, 1 - share, 1 - b, towards_one**i - b**i),
        ),
    )  # fmt: skip


@lemma("powers above the tangent, at 1")
def tangent_gap(prove: "Proof") -> Step:
    """(1 - b)^2 <= 1 - b^i - (1 - b) i b^(i-1) for i >= 2 and b in [0, 1]; an equality for i = 2: from i to i + 1 the
    right side grows by i b^(i-1) (1 - b)^2."""
    from ..proof import fact

    least, gap = (1 - b) ** 2, 1 - b**i - (1 - b) * i * b ** (i - 1)
    positive = fact(prove.power("non-negative", b, i - 1, unit_b, from_two))
    return inductive(
        prove, forall(unit_b, from_two, holds=le(least, gap)), i,
        lambda base: prove.polynomial(base.conclusion, *base.variables),
        lambda step: prove.chain(
            step, positive, adds(prove, least, gap - least), adds(prove, gap, i, b ** (i - 1), least)
        ),
    )  # fmt: skip


@lemma("powers below a parabola through the chord")
def chord_majorant(prove: "Proof") -> Step:
    """(l + (1 - l) b)^i - b^i <= i b^(i-1) (1 - b) l (1 - l) + l^2 (1 - b^i) for i >= 1 and b, l in [0, 1]; an equality
    for i = 1 and 2: right minus left is multiplied by b and grows by (1 - b) l times what `convex` says."""
    from ..proof import at, fact

    power = towards_one**i
    above = i * b ** (i - 1) * (1 - b) * share * (1 - share) + share**2 * (1 - b**i)
    mean = share + (1 - share) * b**i
    flat = prove.chain(
        forall(unit_b, unit_share, from_one, holds=le(power, mean)), at(convex(prove), {x: 1, y: b})
    )
    return inductive(
        prove, forall(unit_b, unit_share, from_one, holds=le(power - b**i, above)), i,
        lambda base: prove.polynomial(base.conclusion, *base.variables),
        lambda step: prove.chain(
            step, fact(flat),
            adds(prove, step.conclusion.lhs, b, above - (power - b**i)),
            adds(prove, b * above + (1 - b) * share * power, 1 - b, share, mean - power),
        ),
    )  # fmt: skip


@lemma("differences of powers by the slope")
def slope_bound(prove: "Proof") -> Step:
    """|x^i - b^i| <= i b^(i-1) T for i >= 1, |x| <= b <= 1 and |x - b| <= T."""
    given = [le(sp.Abs(x), b), le(sp.Abs(x - b), limit)]
    outer = i * b ** (i - 1) * limit
    goal = forall(signed_x, unit_b, positive_limit, from_one, given=given, holds=le(sp.Abs(x**i - b**i), outer))
    return inductive(
        prove, goal, i,
        lambda base: _start(prove, base),
        lambda step: next_difference(prove, step, b, outer),
    )  # fmt: skip


@lemma("differences of powers by a larger difference")
def contraction(prove: "Proof") -> Step:
    """|x^i - b^i| <= T (r^i - b^i)/(r - b) for i >= 1, |x| <= r <= 1, 0 <= b < r and |x - b| <= T."""
    given = [le(sp.Abs(x), r), lt(b, r), le(sp.Abs(x - b), limit)]
    outer = limit * (r**i - b**i) / (r - b)
    box = signed_x, unit_b, unit_r, positive_limit, from_one
    return inductive(
        prove, forall(*box, given=given, holds=le(sp.Abs(x**i - b**i), outer)), i,
        lambda base: _start(prove, base),
        lambda step: next_difference(prove, step, r, outer),
    )  # fmt: skip


def _start(prove: "Proof", base: Statement) -> Step:
    """|x - b| <= T, which is a hypothesis."""

    def side(sign: int) -> Step:
        d = sp.expand(sign * (x - b))
        return prove.chain(base.conclude(le(d, base.conclusion.rhs)), adds(prove, d, limit - d))

    return prove.absolute_value(base, side(1), side(-1))


@lemma("powers above the tangent at 1")
def linear_gap(prove: "Proof") -> Step:
    """(1 - b)^2 <= i (1 - b) - 1 + b^i for i >= 2 and b in [0, 1]; an equality for i = 2: from i to i + 1 the right
    side grows by (1 - b) (1 - b^i)."""
    from ..proof import fact

    least, gap = (1 - b) ** 2, i * (1 - b) - 1 + b**i
    small = fact(prove.power("at most one", b, i, unit_b, from_two))
    return inductive(
        prove, forall(unit_b, from_two, holds=le(least, gap)), i,
        lambda base: prove.polynomial(base.conclusion, *base.variables),
        lambda step: prove.chain(step, small, adds(prove, least, gap - least), adds(prove, gap, 1 - b, 1 - b**i)),
    )  # fmt: skip


@lemma("powers grow strictly")
def strictly_grows(prove: "Proof") -> Step:
    """b^i < r^i for i >= 1 and 0 <= b < r <= 1."""
    from ..proof import at, fact

    positive = fact(prove.power("non-negative", b, i, unit_b, from_one))
    open_ends = interval(_v, 0, sp.oo, "("), interval(_w, 0, sp.oo, "(")
    start = prove.polynomial(lt(_c, _c + _v), interval(_c, 0, sp.oo), open_ends[0])
    product = prove.polynomial(
        lt(_c * _k, (_c + _v) * (_k + _w)), interval(_c, 0, sp.oo), interval(_k, 0, sp.oo), *open_ends
    )
    return inductive(
        prove, forall(unit_b, unit_r, from_one, given=[lt(b, r)], holds=lt(b**i, r**i)), i,
        lambda base: prove.chain(base, at(start, {_c: b, _v: r - b})),
        lambda step: prove.chain(step, positive, at(product, {_c: b, _k: b**i, _v: r - b, _w: r**i - b**i})),
    )  # fmt: skip
