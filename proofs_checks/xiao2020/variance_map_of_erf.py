"""B53: the variance map of erf has one fixed point, and variances tend to it from everywhere, geometrically.

Q(q) = (2 sigma_w^2/pi) asin t(q) + sigma_b^2 with t(q) = 2 q/(1 + 2 q)."""

from fractions import Fraction

import sympy as sp

from deepcond_sym.proof import (
    Claim,
    Instance,
    Proof,
    Sequence,
    Statement,
    Step,
    at,
    eq,
    fact,
    forall,
    index,
    interval,
    le,
    lt,
)  # fmt: skip
from deepcond_sym.proof.proof import Use
from deepcond_sym.proof.tactics.arbitrary import no_less, product_known, scaled
from deepcond_sym.proof.tactics.inductive import inductive
from deepcond_sym.proof.tactics.lemma import lemma

from .erf_steps import (
    above_chord_from_0,
    angles_above,
    angles_below,
    at_least_0,
    at_least_sine,
    d,
    more,
    q,
    root,
    root_positive,
    sine,
)  # fmt: skip

l, layers = index("l")
weights, biases, p, start, _u, _v, w = sp.symbols("s b p q_0 u v w", real=True)
"""sigma_w^2, sigma_b^2, the fixed point q*, the variance of the input."""

positive = {symbol: interval(symbol, 0, sp.oo, "(") for symbol in (weights, biases, p)}
network = positive[weights], positive[biases]
_known = {symbol: interval(symbol, 0, sp.oo) for symbol in (_u, _v, w)}
_anything = interval(_u, -sp.oo, sp.oo)
anywhere = interval(start, 0, sp.oo)
_member = sp.Function("q", real=True)


def variance_map(variance: sp.Expr) -> sp.Expr:
    """Q(q)."""
    return 2 * weights / sp.pi * sp.asin(sine(variance)) + biases


def slope_of_map(variance: sp.Expr) -> sp.Expr:
    """Q'(q)."""
    return 4 * weights / (sp.pi * (1 + 2 * variance) * root(variance))


variances = Sequence("q", l, 0, start, variance_map(_member(l)))
fixed = eq(variance_map(p), p)
contraction = 1 - biases / p
"""By this factor at least every layer brings the variance closer to q*."""

_point = {weights: Fraction(3, 4), biases: Fraction(1, 4), p: Fraction(1, 2)}
"""A network with a rational fixed point: t(1/2) = 1/2, the sine of pi/6."""

claim = Claim(
    "xiao2020/B53",
    title="The variance map of erf has one fixed point, and variances tend to it from everywhere",
    source="derived here",
    printed=r"\sigma_b^2>0:\ \mathcal Q(q)=\tfrac{2\sigma_w^2}\pi\arcsin\tfrac{2q}{1+2q}+\sigma_b^2"
    r"\text{ increases, is bounded and concave},\ \mathcal Q(0)>0;\ q^*\text{ is unique},\ \mathcal Q'(q^*)<1,"
    r"\ q^{(l)}\to q^*\text{ from every }q^{(0)}\ge0",
    note=r"Concavity: differences lie between $\mathcal Q'$ at both ends times the step, with $\mathcal Q'(q)="
    r"\frac{4\sigma_w^2}{\pi(1+2q)\sqrt{1+4q}}$, so that this is the derivative and it decreases. Uniqueness:"
    r" $\mathcal Q(q)>q$ below a fixed point and $\mathcal Q(q)<q$ above it. The rate $1-\sigma_b^2/q^*$ is derived"
    r" here and holds from the first layer on; the asymptotic one is $\mathcal Q'(q^*)\le(1-\sigma_b^2/q^*)/"
    r"\sqrt{1+4q^*}$. That a fixed point exists is the intermediate value theorem, which the language does not have:"
    r" $\mathcal Q$ is continuous, $\mathcal Q(\sigma_b^2)>\sigma_b^2$ and $\mathcal Q(\sigma_w^2+\sigma_b^2)<"
    r"\sigma_w^2+\sigma_b^2$. The notebook scales inputs to $q^{(0)}=1$, or standardises the data set, where the theory"
    r" takes $q^{(0)}=q^*$: this bounds the transient.",
    parameters={"rate": contraction, "lid": weights + biases, "left": slope_of_map, "steep": contraction / root(p)},
    witnesses=(
        (8, Instance({**_point, start: Fraction(0), l: Fraction(1)})),
        (5, Instance(_point)),
        (4, Instance({weights: Fraction(1), biases: Fraction(1), q: Fraction(1), d: Fraction(1, 10)})),
        (2, Instance({weights: Fraction(1), biases: Fraction(1), q: Fraction(1000)})),
    ),
)  # fmt: skip


@claim.states
def statement(rate, lid, left, steep):
    pair = (at_least_0, more)
    step = variance_map(q + d) - variance_map(q)
    apart = interval(d, 0, sp.oo, "(")
    return (
        forall(*network, at_least_0, apart, holds=lt(variance_map(q), variance_map(q + d)), label="increasing"),
        forall(*network, at_least_0, holds=le(biases, variance_map(q)), label="at least its value at 0"),
        forall(*network, at_least_0, holds=lt(variance_map(q), lid), label="bounded"),
        forall(
            *network, *pair, given=[lt(0, q + d)], holds=le(slope_of_map(q + d) * d, step), label="the slope at the end"
        ),
        forall(*network, *pair, given=[lt(0, q + d)], holds=le(step, left(q) * d), label="the slope at the start"),
        forall(*network, positive[p], given=[fixed], holds=le(slope_of_map(p), steep), label="the slope at q*"),
        forall(*network, positive[p], at_least_0, given=[fixed, lt(q, p)], holds=lt(q, variance_map(q)), label="below"),
        forall(*network, positive[p], at_least_0, given=[fixed, lt(p, q)], holds=lt(variance_map(q), q), label="above"),
        forall(
            layers, *network, positive[p], anywhere, given=[fixed], sequences=[variances],
            holds=le(abs(_member(l) - p), rate**l * abs(start - p)), label="every depth",
        ),
    )  # fmt: skip


def _scale(prove: Proof) -> list:
    """The fact 0 <= 2 sigma_w^2/pi."""
    return [fact(prove.polynomial(le(0, 2 * weights / sp.pi), positive[weights]))]


def _share(prove: Proof) -> list:
    """The facts 0 <= 1 - sigma_b^2/q* <= 1 for a fixed point q*."""
    above = forall(*network, positive[p], given=[fixed], holds=le(biases, p))
    floor = prove.chain(
        above, *_scale(prove), fact(_sine_positive(prove), {q: p}), fact(at_least_sine(prove), {q: p}),
        product_known(prove, 2 * weights / sp.pi, sp.asin(sine(p))),
        no_less(prove, biases, variance_map(p) - biases), no_less(prove, variance_map(p), p - variance_map(p)),
    )  # fmt: skip
    low = prove.polynomial(le(0, _u / _v), interval(_u, 0, sp.oo), interval(_v, 0, sp.oo, "("))
    return [*_scale(prove), fact(floor), fact(low, {_u: p - biases, _v: p}), fact(low, {_u: biases, _v: p})]


@lemma("sines of angles are at least 0")
def _sine_positive(prove: Proof) -> Step:
    """0 <= asin t(q)."""
    return prove.monotone("asin", prove.polynomial(le(0, sine(q)), at_least_0))


@lemma("the variance map of erf is at least the bias variance")
def _floor(prove: Proof) -> Step:
    """sigma_b^2 <= Q(q)."""
    goal = forall(*network, at_least_0, holds=le(biases, variance_map(q)))
    return prove.chain(
        goal, *_scale(prove), fact(_sine_positive(prove)), product_known(prove, 2 * weights / sp.pi, sp.asin(sine(q))),
        no_less(prove, biases, variance_map(q) - biases),
    )  # fmt: skip


@lemma("the slope of the variance map at its fixed point")
def slope_at_fixed_point(prove: Proof) -> Step:
    """Q'(q*) sqrt(1 + 4 q*) <= 1 - sigma_b^2/q*."""
    factor = 2 * weights / (sp.pi * p)
    goal = forall(*network, positive[p], given=[fixed], holds=le(factor * sine(p), contraction))
    return prove.chain(
        goal, *_share(prove), fact(prove.polynomial(le(0, factor), positive[weights], positive[p])),
        fact(prove.polynomial(le(0, 1 / p), positive[p])),
        fact(at_least_sine(prove), {q: p}), scaled(prove, factor, sine(p), sp.asin(sine(p))),
        scaled(prove, 1 / p, variance_map(p) - biases, p - biases),
    )  # fmt: skip


@lemma("the variance map from below its fixed point")
def from_below(prove: Proof) -> Step:
    """q* - Q(q) <= (1 - sigma_b^2/q*) (q* - q) for 0 <= q <= q*."""
    goal = forall(
        *network, positive[p], at_least_0, given=[fixed, le(q, p)],
        holds=le(p - variance_map(q), contraction * (p - q)),
    )  # fmt: skip
    factor, start, end = 2 * weights / (sp.pi * p), sp.asin(sine(q)), sp.asin(sine(p))
    chord = p * start - q * end
    share = fact(prove.polynomial(le(0, _u / _v), interval(_u, 0, sp.oo), interval(_v, 0, sp.oo, "(")), {_u: q, _v: p})
    reached = p - biases - factor * q * end
    return prove.chain(
        goal, share, fact(prove.polynomial(le(0, factor), positive[weights], positive[p])),
        fact(above_chord_from_0(prove), {d: p - q}),
        product_known(prove, factor, chord), product_known(prove, q / p, variance_map(p) - p),
        no_less(prove, p - variance_map(q), factor * chord),
        no_less(prove, reached, q / p * (variance_map(p) - p)),
    )  # fmt: skip


@lemma("the variance map from above its fixed point")
def from_above(prove: Proof) -> Step:
    """Q(q) - q* <= (1 - sigma_b^2/q*) (q - q*) for q* <= q."""
    goal = forall(
        *network, positive[p], at_least_0, given=[fixed, le(p, q)],
        holds=le(variance_map(q) - p, contraction * (q - p)),
    )  # fmt: skip
    part = 2 * (q - p) / ((1 + 2 * p) * root(q))
    at_least_1 = prove.monotone("sqrt", prove.polynomial(le(1, 1 + 4 * _u), interval(_u, 0, sp.oo)))
    shorter = prove.polynomial(
        le(2 * _u / ((1 + 2 * p) * (1 + _v)), 2 * _u / (1 + 2 * p)), positive[p],
        *(interval(symbol, 0, sp.oo) for symbol in (_u, _v)),
    )  # fmt: skip
    step = sp.asin(sine(q)) - sp.asin(sine(p))
    factor = 2 * weights / sp.pi
    beyond = prove.chain(goal.conclude(lt(0, q)), prove.polynomial(lt(0, p), positive[p]), no_less(prove, p, q - p))
    return prove.chain(
        goal, *_share(prove), fact(beyond), fact(slope_at_fixed_point(prove)), fact(at_least_1, {_u: q}),
        fact(angles_above(prove), {q: p, d: q - p}), fact(shorter, {_u: q - p, _v: root(q) - 1}),
        no_less(prove, variance_map(q) - p, p - variance_map(p)),
        scaled(prove, factor, step, part), scaled(prove, factor, part, 2 * (q - p) / (1 + 2 * p)),
        scaled(prove, q - p, factor / p * sine(p), contraction),
    )  # fmt: skip


@lemma("a layer of erf contracts variances towards the fixed point")
def contracts(prove: Proof) -> Step:
    """|Q(q) - q*| <= (1 - sigma_b^2/q*) |q - q*| for q >= 0."""
    goal = forall(
        *network, positive[p], at_least_0, given=[fixed],
        holds=le(abs(variance_map(q) - p), contraction * abs(q - p)),
    )  # fmt: skip
    grows = _non_decreasing(prove)

    def half(hypothesis, near: Step, low: sp.Expr, high: sp.Expr, sign: int) -> Step:
        target = Statement(goal.conclusion, goal.variables, (*goal.given, hypothesis))
        distance = sign * (q - p)
        itself = fact(prove.chain(target.conclude(le(abs(q - p), abs(q - p)))))
        share = _share(prove)
        towards = prove.chain(
            target.conclude(le(sp.expand(sign * (variance_map(q) - p)), goal.conclusion.rhs)), itself, *share, near,
            scaled(prove, contraction, distance, abs(q - p)),
        )  # fmt: skip
        ordered = fact(prove.chain(
            target.conclude(le(variance_map(low), variance_map(high))), at(grows, {q: low, d: high - low})
        ))  # fmt: skip
        away = prove.chain(
            target.conclude(le(sp.expand(sign * (p - variance_map(q))), goal.conclusion.rhs)), itself, *share, ordered,
            no_less(prove, sign * (p - variance_map(q)), sign * (variance_map(p) - p)),
            no_less(prove, sign * (variance_map(p) - variance_map(q)), sign * (variance_map(q) - variance_map(p))),
            product_known(prove, contraction, abs(q - p), "link"),
        )  # fmt: skip
        sides = (towards, away) if sign == 1 else (away, towards)
        return prove.absolute_value(target, *sides)

    return prove.order(
        goal, q, p, half(le(q, p), from_below(prove), q, p, -1), half(le(p, q), from_above(prove), p, q, 1)
    )  # fmt: skip


@lemma("the variance map of erf does not decrease")
def _non_decreasing(prove: Proof) -> Step:
    """Q(q) <= Q(q + d)."""
    goal = forall(*network, at_least_0, more, holds=le(variance_map(q), variance_map(q + d)))
    angles = prove.monotone("asin", prove.polynomial(le(sine(q), sine(q + d)), at_least_0, more))
    start, end = sp.asin(sine(q)), sp.asin(sine(q + d))
    return prove.chain(
        goal, fact(angles), *_scale(prove), product_known(prove, 2 * weights / sp.pi, end - start),
        no_less(prove, variance_map(q), 2 * weights / sp.pi * (end - start)),
    )  # fmt: skip


@claim.proves
def proof(prove, goal, rate, lid, left, steep):
    """asin is convex, so that its chords lie between the slopes at their ends; sines are at most their angles."""
    increasing, floor, bounded, at_end, at_start, slope, below, above, every = goal
    strict = interval(d, 0, sp.oo, "(")
    factor = 2 * weights / sp.pi
    larger = prove.polynomial(lt(_u, _u + 2 * weights / sp.pi * _v), positive[weights],
                              _anything, interval(_v, 0, sp.oo, "("))  # fmt: skip
    angles = prove.monotone("asin", prove.polynomial(lt(sine(q), sine(q + d)), at_least_0, strict))
    right = prove.monotone("asin", prove.polynomial(lt(sine(q), 1), at_least_0))
    inverse = prove.polynomial(le(0, 1 / _v), interval(_v, 0, sp.oo, "("))
    lift = prove.polynomial(lt(_u, _u + biases / p * _v), positive[biases], positive[p], _anything,
                            interval(_v, 0, sp.oo, "("))  # fmt: skip
    return [
        prove.chain(increasing, fact(angles), at(
            larger, {_u: variance_map(q), _v: sp.asin(sine(q + d)) - sp.asin(sine(q))})),
        prove.chain(floor, _floor(prove)),
        prove.chain(bounded, fact(right), at(
            larger, {_u: variance_map(q), _v: sp.pi / 2 - sp.asin(sine(q))})),
        _slope(prove, at_end, d * 2 / (1 + 2 * (q + d)), angles_below(prove)),
        _slope(prove, at_start, d * 2 / (1 + 2 * q), angles_above(prove)),
        prove.chain(
            slope, fact(root_positive(prove), {"w": p}), fact(inverse, {_v: root(p)}),
            fact(slope_at_fixed_point(prove)),
            scaled(prove, 1 / root(p), factor / p * sine(p), contraction),
        ),
        prove.chain(
            below, at(lift, {_u: q, _v: p - q}), fact(from_below(prove)),
            no_less(prove, p - contraction * (p - q), variance_map(q) - p + contraction * (p - q)),
        ),
        prove.chain(
            above, fact(from_above(prove)),
            no_less(prove, variance_map(q), contraction * (q - p) - variance_map(q) + p),
            at(lift, {_u: p + contraction * (q - p), _v: q - p}),
        ),
        inductive(
            prove, every, l,
            lambda base: prove.chain(base, prove.unfold(base, base.conclusion.lhs, _member(0))),
            lambda step: _next(prove, step),
        ),
    ]  # fmt: skip


def _slope(prove: Proof, goal: Statement, part: sp.Expr, shown: Step) -> Step:
    """Differences of angles times 2 sigma_w^2/pi; sqrt(1 + 4 q) grows."""
    factor, angle = 2 * weights / sp.pi, sp.asin(sine(q + d)) - sp.asin(sine(q))
    grows = prove.monotone("sqrt", prove.polynomial(le(1 + 4 * q, 1 + 4 * (q + d)), at_least_0, more))
    smaller = prove.polynomial(le(_u / (_v + w), _u / _v), _known[_u], interval(_v, 0, sp.oo, "("), _known[w])
    known = [
        *_scale(prove), fact(grows), *(fact(root_positive(prove), {"w": at_}) for at_ in (q, q + d)),
        fact(prove.polynomial(le(0, part), at_least_0, more)),
        fact(smaller, {_u: part, _v: root(q), w: root(q + d) - root(q)}), fact(shown),
    ]  # fmt: skip
    short, long = part / root(q + d), part / root(q)
    if goal.conclusion.rhs.has(sp.asin):
        links = scaled(prove, factor, short, long), scaled(prove, factor, long, angle)
    else:
        links = scaled(prove, factor, angle, short), scaled(prove, factor, short, long)
    return prove.chain(goal, *known, *links)


def _unfolded(prove: Proof, reverse: bool = False) -> Step:
    """q(l + 1) = Q(q) for q = q(l) >= 0, or from right to left: the definition needs a value that is not negative."""
    sides = (_member(l + 1), variance_map(q))[:: -1 if reverse else 1]
    goal = forall(
        layers, *network, anywhere, at_least_0, given=[eq(_member(l), q)], sequences=[variances], holds=eq(*sides)
    )
    return prove.identity(goal, [["unfold", _member(l + 1)], ["given", 0]])


def _next(prove: Proof, target: Statement) -> Step:
    """One more layer."""
    value, moved = _member(l), variance_map(_member(l)) - p
    has_angle = [
        fact(prove.polynomial(relation, at_least_0), {q: value})
        for relation in (le(sine(q), 1), le(-sine(q), 1), lt(0, q + sp.Rational(1, 2)))
    ]
    inside = inductive(
        prove, forall(layers, *network, anywhere, sequences=[variances], holds=le(0, value)), l,
        lambda base: prove.chain(base, prove.polynomial(le(0, start), anywhere), prove.folded(base, _member(0))),
        lambda step: prove.chain(
            step, *has_angle, prove.polynomial(le(0, biases), positive[biases]), at(_floor(prove), {q: value}),
            at(_unfolded(prove, reverse=True), {q: value}),
        ),
    )  # fmt: skip
    equal = prove.chain(
        target.conclude(eq(_member(l + 1), variance_map(value))), fact(inside), *has_angle,
        at(_unfolded(prove), {q: value}),
    )
    return prove.chain(
        target, fact(inside), *has_angle, fact(equal), *_share(prove), _same_distance(prove, moved),
        at(contracts(prove), {q: value}),
        scaled(prove, contraction, abs(value - p), contraction**l * abs(start - p)),
    )  # fmt: skip


def _same_distance(prove: Proof, moved: sp.Expr) -> Use:
    """|q(l + 1) - q*| = |Q(q(l)) - q*|, where q(l + 1) = Q(q(l)) is known."""
    anything = [interval(symbol, -sp.oo, sp.oo) for symbol in (_u, _v, p)]
    same = prove.identity(forall(*anything, given=[eq(_u, _v)], holds=eq(abs(_u - p), abs(_v - p))), [["given", 0]])
    return at(same, {_u: _member(l + 1), _v: moved + p})


claim.mutant("twice the contraction", rate=1 - 2 * biases / p)
claim.mutant("bounded by sigma_w^2", lid=weights)
claim.mutant("half the slope at the start", left=lambda variance: slope_of_map(variance) / 2)
claim.mutant("the slope at q* below (1 - sigma_b^2/q*)/(1 + 4 q*)", steep=contraction / (1 + 4 * p))
