"""What one layer of erf does to two variances: t = 2 q/(1 + 2 q) is the sine of an angle, which the layer turns into
its variance.

asin is convex on [0, 1), so that differences of angles lie between those of sines times the slopes at both ends; the
slope at t is (1 + 2 q)/sqrt(1 + 4 q)."""

import sympy as sp

from deepcond_sym.proof import Proof, Statement, Step, at, fact, forall, interval, le, lt
from deepcond_sym.proof.search.ball_box import product, slope
from deepcond_sym.proof.tactics.arbitrary import no_less, product_known, scaled
from deepcond_sym.proof.tactics.lemma import lemma

q, d = sp.symbols("q d", real=True)
"""A variance, and how much larger the other one is."""

at_least_0, more = interval(q, 0, sp.oo), interval(d, 0, sp.oo)

x, y, share, a, v, w = sp.symbols("x y l a v w", real=True)
_anything = {symbol: interval(symbol, 0, sp.oo) for symbol in (a, v, w)}
_quarter = {symbol: interval(symbol, 0, sp.pi / 2) for symbol in (x, y)}


def sine(variance: sp.Expr) -> sp.Expr:
    """t = 2 q/(1 + 2 q), written without the factor 2: SymPy takes it out of |t|, which the rules bound."""
    return variance / (variance + sp.Rational(1, 2))


def root(variance: sp.Expr) -> sp.Expr:
    """sqrt(1 + 4 q)."""
    return sp.sqrt(1 + 4 * variance)


@lemma("a root above")
def root_above(prove: Proof) -> Step:
    """a <= sqrt(w) for a >= 0 with a^2 <= w."""
    goal = forall(_anything[a], _anything[w], given=[le(a**2, w)], holds=le(a, sp.sqrt(w)))
    known = prove.chain(goal.conclude(le(a**2, w)), no_less(prove, a**2, w - a**2))
    itself = prove.chain(goal.conclude(le(sp.Abs(a), sp.Abs(a))))
    return prove.chain(goal, fact(itself), no_less(prove, a, sp.Abs(a) - a), prove.monotone("sqrt", known))


@lemma("a root below")
def root_below(prove: Proof) -> Step:
    """sqrt(w) <= a for a >= 0 with w <= a^2."""
    goal = forall(_anything[a], _anything[w], given=[le(w, a**2)], holds=le(sp.sqrt(w), a))
    known = prove.chain(goal.conclude(le(w, a**2)), no_less(prove, w, a**2 - w))
    sides = [prove.polynomial(le(sign * a, a), *goal.variables) for sign in (1, -1)]
    plain = [prove.chain(goal.conclude(side.conclusion.conclusion), side) for side in sides]
    size = prove.absolute_value(goal.conclude(le(sp.Abs(a), a)), *plain)
    return prove.chain(goal, prove.monotone("sqrt", known), size)


def _tangent(prove: Proof, end: sp.Expr) -> Step:
    """sin y - sin x against (y - x) cos(end) for 0 <= x <= y <= pi/2 and 0 < y: above it at the end y, below at x."""
    part = share * y
    if end == y:
        # sin y - sin(l y) - (1 - l) y cos y falls to 0 at l = 1
        low, high = (y - part) * sp.cos(y), sp.sin(y) - sp.sin(part)
        outline = slope(share, 1, product(y, (sp.cos(part) - sp.cos(y), slope(share, 1))))
    else:
        low, high = sp.sin(y) - sp.sin(part), (y - part) * sp.cos(part)
        outline = slope(share, 1, product(1 - share, y**2, sp.sin(part)))
    by_share = prove.ball_box(le(low, high), interval(share, 0, 1), _quarter[y], outline=outline)
    goal = forall(
        *_quarter.values(), given=[le(x, y), lt(0, y)], holds=by_share.conclusion.conclusion.subs({share: x / y})
    )
    positive = interval(w, 0, sp.oo, "(")
    share_of = [prove.polynomial(relation, at_least_0_, positive) for relation, at_least_0_ in (
        (le(0, a / w), _anything[a]), (le((w - v) / w, 1), _anything[v]))]  # fmt: skip
    return prove.chain(goal, fact(share_of[0], {a: x, w: y}), fact(share_of[1], {v: y - x, w: y}),
                       at(by_share, {share: x / y}))  # fmt: skip


@lemma("a difference of sines, above the slope at the end")
def above_slope_at_end(prove: Proof) -> Step:
    """(y - x) cos y <= sin y - sin x for 0 <= x <= y <= pi/2, 0 < y."""
    return _tangent(prove, y)


@lemma("a difference of sines, below the slope at the start")
def below_slope_at_start(prove: Proof) -> Step:
    """sin y - sin x <= (y - x) cos x for 0 <= x <= y <= pi/2, 0 < y."""
    return _tangent(prove, x)


def _angles(prove: Proof, goal: Statement) -> list:
    """The facts 0 <= asin t(q) <= asin t(q + d) <= pi/2, 0 < asin t(q + d)."""
    positive = interval(w, 0, sp.oo, "(")
    facts = [
        prove.monotone("asin", prove.polynomial(relation, *variables))
        for relation, *variables in (
            (le(0, sine(q)), at_least_0), (le(sine(q), 1), at_least_0), (lt(0, sine(w)), positive),
            (le(sine(w), 1), positive), (le(sine(q), sine(q + d)), at_least_0, more),
        )
    ]  # fmt: skip
    return [*map(fact, facts[:2]), *(fact(f, {w: q + d}) for f in facts[2:4]), fact(facts[4])]


frame = (at_least_0, more)
not_both_0 = lt(0, q + d)


@lemma("differences of angles, from above")
def angles_above(prove: Proof) -> Step:
    """asin t(q + d) - asin t(q) <= 2 d/((1 + 2 q) sqrt(1 + 4 (q + d))), q, d >= 0, not both 0."""
    last = q + d
    angle = sp.asin(sine(last)) - sp.asin(sine(q))
    cosine = root(last) / (1 + 2 * last)
    goal = forall(*frame, given=[not_both_0], holds=le(angle, 2 * d / ((1 + 2 * q) * root(last))))
    square = prove.polynomial(le(0, 1 - sine(w) ** 2), interval(w, 0, sp.oo))
    known = [*_angles(prove, goal), fact(square, {w: last})]
    ratio = prove.polynomial(le(0, a / (1 + w)), _anything[a], _anything[w])
    start, end = sp.asin(sine(q)), sp.asin(sine(last))
    wider = prove.chain(
        goal.conclude(le(cosine * angle, sine(last) - sine(q))), *known,
        fact(root_positive(prove), {w: last}), fact(ratio, {a: root(last), w: 2 * last}),
        fact(root_above(prove), {a: cosine, w: 1 - sine(last) ** 2}),
        scaled(prove, angle, cosine, sp.sqrt(1 - sine(last) ** 2)),
        at(above_slope_at_end(prove), {x: start, y: end}),
    )  # fmt: skip
    inverse = prove.polynomial(le(0, (1 + a) / w), _anything[a], interval(w, 0, sp.oo, "("))
    return prove.chain(goal, *known, fact(root_positive(prove), {w: last}), fact(wider),
                       fact(inverse, {a: 2 * last, w: root(last)}),
                       scaled(prove, 1 / cosine, cosine * angle, sine(last) - sine(q)))  # fmt: skip


@lemma("the root is positive")
def root_positive(prove: Proof) -> Step:
    """0 < sqrt(1 + 4 w) for w >= 0."""
    return prove.monotone("sqrt", prove.polynomial(lt(0, 1 + 4 * w), _anything[w]))


@lemma("differences of angles, from below")
def angles_below(prove: Proof) -> Step:
    """2 d/((1 + 2 (q + d)) sqrt(1 + 4 q)) <= asin t(q + d) - asin t(q), q, d >= 0, not both 0."""
    last = q + d
    angle = sp.asin(sine(last)) - sp.asin(sine(q))
    cosine = root(q) / (1 + 2 * q)
    goal = forall(*frame, given=[not_both_0], holds=le(2 * d / ((1 + 2 * last) * root(q)), angle))
    square = prove.polynomial(le(0, 1 - sine(w) ** 2), interval(w, 0, sp.oo))
    known = [*_angles(prove, goal), fact(square, {w: q}), fact(root_positive(prove), {w: q})]
    ratio = prove.polynomial(le(0, a / (1 + w)), _anything[a], _anything[w])
    start, end = sp.asin(sine(q)), sp.asin(sine(last))
    wider = prove.chain(
        goal.conclude(le(sine(last) - sine(q), cosine * angle)), *known,
        fact(ratio, {a: root(q), w: 2 * q}),
        fact(root_below(prove), {a: cosine, w: 1 - sine(q) ** 2}),
        at(below_slope_at_start(prove), {x: start, y: end}),
        scaled(prove, angle, sp.sqrt(1 - sine(q) ** 2), cosine),
    )  # fmt: skip
    inverse = prove.polynomial(le(0, (1 + a) / w), _anything[a], interval(w, 0, sp.oo, "("))
    return prove.chain(goal, *known, fact(wider), fact(inverse, {a: 2 * q, w: root(q)}),
                       scaled(prove, 1 / cosine, sine(last) - sine(q), cosine * angle))  # fmt: skip


@lemma("angles are at least their sines")
def at_least_sine(prove: Proof) -> Step:
    """t(q) <= asin t(q) for q >= 0."""
    goal = forall(at_least_0, holds=le(sine(q), sp.asin(sine(q))))
    positive = prove.monotone("asin", prove.polynomial(le(0, sine(q)), at_least_0))
    line = prove.ball_box(le(sp.sin(w), w), _anything[w])
    return prove.chain(goal, fact(positive), at(line, {w: sp.asin(sine(q))}))


@lemma("angles lie above their chords from 0")
def above_chord_from_0(prove: Proof) -> Step:
    """q asin t(q + d) <= (q + d) asin t(q) for q, d >= 0, not both 0."""
    last = q + d
    start, end = sp.asin(sine(q)), sp.asin(sine(last))
    goal = forall(*frame, given=[not_both_0], holds=le(q * end, last * start))
    at_least_1 = prove.monotone("sqrt", prove.polynomial(le(1, 1 + 4 * w), _anything[w]))
    shorter = prove.polynomial(le(2 * d / ((1 + 2 * q) * (1 + w)), 2 * d / (1 + 2 * q)), *frame, _anything[w])
    small = prove.chain(
        goal.conclude(le(end - start, 2 * d / (1 + 2 * q))), angles_above(prove),
        fact(at_least_1, {w: last}), at(shorter, {w: root(last) - 1}),
    )  # fmt: skip
    return prove.chain(
        goal, fact(small), fact(at_least_sine(prove)), product_known(prove, d, start - sine(q)),
        scaled(prove, q, end, start + 2 * d / (1 + 2 * q)),
        no_less(prove, q * start + d * sine(q), d * (start - sine(q))),
    )  # fmt: skip
