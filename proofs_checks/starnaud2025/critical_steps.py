"""The correlations for weight variance 2 and a bias: what every layer adds to the inverse root of the gap.

With m(L) = L + 2/b the variance is b m(L). For s(L) = sqrt(1 - S(L)/q(L)) and r(L) = sqrt(m(L)) the layer of ReLU says
gain/r <= 1/(s' r') - 1/(s r) <= gain/r + rest s/r, as s'^2 m' = m (1 - h(S/q)); and 1/r is about 2 (r' - r)."""

from dataclasses import replace

import sympy as sp

from deepcond_sym.proof import Proof, Step, Variable, at, eq, fact, forall, interval, le, lt
from deepcond_sym.proof.proof import Use
from deepcond_sym.proof.tactics.arbitrary import scaled
from deepcond_sym.proof.tactics.inductive import inductive
from deepcond_sym.proof.tactics.lemma import lemma
from deepcond_sym.proof.tactics.power_gaps import adds
from deepcond_sym.symbols import rho

from .correlations import S, a, about_ratio, b, covariance, layer, positive, q, ratio
from .correlations import frame as every_variance
from .one_layer_bounds import adds_at_most, adds_gain, gain, rest
from .setting import L, h, layers

apart, row, bias = interval(rho, -1, 1, ")"), interval(a, 1, 1), interval(b, 0, sp.oo, "(")


def with_variance(weight_variance: int) -> tuple[Variable, ...]:
    """A depth, different unit vectors, this weight variance 2 a, and a bias variance b > 0."""
    half = sp.Rational(weight_variance, 2)
    return layers, apart, interval(a, half, half), bias


frame = replace(every_variance, variables=with_variance(2))
"""What is said of q and S here: of those for weight variance 2."""

spread = sp.Rational(7, 2) * (1 + 1 / b)
"""s(L) m(L) is at most this."""

start = sp.sqrt(b / (2 * (1 - rho)))
"""1/(s(1) r(1))."""

room = sp.Rational(9, 5) * (1 + 1 / b) + start
"""1/(s r) is at most this above 2 gain r."""

last = 4 * rest * spread + gain
"""Over r, what the inverse root is at least below that, so that the room is kept from one depth to the next."""

_r = sp.Symbol("r", real=True)
t, v, w, x, y, z = sp.symbols("t v w x y z", real=True)
positives = {k: interval(k, 0, sp.oo, "(") for k in (v, w, x, y, z)}
from_zero = {k: interval(k, 0, sp.oo) for k in (v, w, x, y, z)}
from_one = interval(z, 1, sp.oo)
different = interval(_r, -1, 1, ")")


def m(depth: sp.Expr = L) -> sp.Expr:
    """The variance over the bias variance."""
    return depth + 2 / b


def r(depth: sp.Expr = L) -> sp.Expr:
    """Its root."""
    return sp.sqrt(m(depth))


def s(depth: sp.Expr = L) -> sp.Expr:
    """The root of what a correlation lacks of 1."""
    return sp.sqrt(1 - S(depth) / q(depth))


def inverse(depth: sp.Expr = L) -> sp.Expr:
    """1/(s r)."""
    return 1 / (s(depth) * r(depth))


@lemma("variances on the critical line")
def variance(prove: Proof) -> Step:
    """q(L) = b (L + 2/b)."""
    return prove.closed_form(forall(layers, row, bias, sequences=[q], holds=eq(q(L), b * m())))


@lemma("a part of a positive number that is less than the whole")
def share_below_one(prove: Proof) -> Step:
    """(z - x)/z < 1."""
    return prove.polynomial(lt((z - x) / z, 1), positives[x], positives[z])


@lemma("covariances of different inputs stay below the variance")
def below_variance(prove: Proof) -> Step:
    """S(L) < q(L)."""
    first = prove.polynomial(lt(2 * a * rho + b, 2 * a + b), apart, row, bias)
    less = prove.polynomial(lt(a * x * (1 - y) + b, a * x + b), row, bias, positives[x], positives[y])
    one_layer = prove.ball_box(lt(h(_r), 1), different)
    return inductive(
        prove, frame.conclude(lt(S(L), q(L))), L,
        lambda base: prove.chain(
            base, prove.unfold(base, S(1), S(1)), first, prove.folded(base, q(1), q(1))
        ),
        lambda step: prove.chain(
            step, fact(covariance(prove)), *about_ratio(prove), fact(positive(prove)),
            fact(share_below_one(prove), {z: q(L), x: q(L) - S(L)}), fact(one_layer, {_r: ratio}),
            at(layer(prove, 1), {y: ratio}), at(less, {x: q(L), y: 1 - h(ratio)}),
            prove.folded(step, q(L + 1), q(L + 1)),
        ),
    )  # fmt: skip


@lemma("a correlation of different inputs is less than 1")
def correlation_below_one(prove: Proof) -> Step:
    """S(L)/q(L) < 1."""
    return prove.chain(
        frame.conclude(lt(ratio, 1)), fact(positive(prove)), fact(below_variance(prove)),
        at(share_below_one(prove), {z: q(L), x: q(L) - S(L)}),
    )  # fmt: skip


@lemma("m is at least 1")
def depth_at_least(prove: Proof) -> Step:
    """1 <= L + 2/b."""
    return prove.polynomial(le(1, m()), layers, bias)


def about(prove: Proof, *depths: sp.Expr) -> list[Use]:
    """|S/q| <= 1, S/q < 1, 0 < s <= 3/2 and 1 <= m, 1 <= r at these depths."""
    root, known = sp.sqrt(1 - _r), []
    laws = [
        prove.ball_box(lt(0, root), different), prove.ball_box(le(root, sp.Rational(3, 2)), different),
        prove.ball_box(le(1, sp.sqrt(z)), from_one), prove.ball_box(lt(0, sp.sqrt(z)), from_one),
    ]  # fmt: skip
    for depth in depths:
        c = ratio.subs(L, depth)
        known += [
            fact(covariance(prove), {L: depth}), *about_ratio(prove, depth),
            fact(correlation_below_one(prove), {L: depth}), fact(depth_at_least(prove), {L: depth}),
            fact(laws[0], {_r: c}), fact(laws[1], {_r: c}), fact(laws[2], {z: m(depth)}),
            fact(laws[3], {z: m(depth)}),
        ]  # fmt: skip
    return known


@lemma("the inverse of a smaller square root")
def inverse_root(prove: Proof) -> Step:
    """1/z <= 1/x where x^2 <= z^2: by the tangent of 1/sqrt."""
    more = prove.polynomial(le(1 / z, 1 / z + v / (2 * z**3)), positives[z], from_zero[v])
    tangent = prove.polynomial(le(3 / (2 * z) - x**2 / (2 * z**3), 1 / x), positives[x], positives[z])
    goal = forall(positives[x], positives[z], given=[le(x**2, z**2)], holds=le(1 / z, 1 / x))
    return prove.chain(goal, at(more, {v: z**2 - x**2}), tangent)


@lemma("the smaller of two squares")
def root_grows(prove: Proof) -> Step:
    """x <= z where x^2 <= z^2."""
    mean = prove.polynomial(le(x, (z + x**2 / z) / 2), from_zero[x], positives[z])
    less = prove.polynomial(le((z + (z**2 - v) / z) / 2, z), positives[z], from_zero[v])
    goal = forall(from_zero[x], positives[z], given=[le(x**2, z**2)], holds=le(x, z))
    return prove.chain(goal, mean, at(less, {v: z**2 - x**2}))


@lemma("what one layer on the critical line leaves of the gap")
def one_layer(prove: Proof) -> Step:
    """s(L + 1)^2 m(L + 1) = (1 - h(S/q)) m(L)."""
    return _one_layer(prove, (1 - S(L + 1) / q(L + 1)) * m(L + 1), (1 - h(y)) * m())


@lemma("what one layer on the critical line leaves of the gap, from the right")
def one_layer_back(prove: Proof) -> Step:
    """(1 - h(S/q)) m(L) = s(L + 1)^2 m(L + 1)."""
    return _one_layer(prove, (1 - h(y)) * m(), (1 - S(L + 1) / q(L + 1)) * m(L + 1))


def _one_layer(prove: Proof, left: sp.Expr, right: sp.Expr) -> Step:
    inside = interval(y, -1, 1)
    goal = replace(
        frame, variables=(*frame.variables, inside), given=(eq(S(L), y * q(L)), lt(0, q(L)), lt(0, q(L + 1))),
        conclusion=eq(left, right),
    )  # fmt: skip
    return prove.identity(
        goal, using=[(layer(prove, 1), {}), (variance(prove), {L: L + 1}), (variance(prove), {L: L})]
    )


def _of_layer(prove: Proof) -> list[Use]:
    """What is needed of one layer: signs, and s(L + 1)^2 m(L + 1) = (1 - h(S/q)) m(L)."""
    whole = 1 + y * x + v * x**2
    signs = [
        prove.polynomial(lt(0, term), positives[x], positives[z], from_zero[y], from_zero[v])
        for term in (whole, x * z / whole)
    ]  # fmt: skip
    product = prove.polynomial(lt(0, x * z), positives[x], positives[z])
    return [
        *about(prove, L, L + 1), fact(positive(prove)), fact(positive(prove), {L: L + 1}),
        *(fact(prove.evaluate(forall(holds=lt(0, c)))) for c in (gain, rest)),
        fact(one_layer(prove), {y: ratio}), fact(product, {x: s(L + 1), z: r(L + 1)}),
        *(fact(sign, {x: s(), z: r(), y: gain, v: more}) for sign in signs for more in (0, rest)),
    ]  # fmt: skip


def _through(more: sp.Expr) -> sp.Expr:
    """s r/(1 + gain s + more s^2), the inverse of 1/(s r) + gain/r + more s/r."""
    return s() * r() / (1 + gain * s() + more * s() ** 2)


@lemma("one layer on the critical line adds to the inverse root")
def layer_at_least(prove: Proof) -> Step:
    """1/(s r) + gain/r <= 1/(s(L + 1) r(L + 1))."""
    known = _of_layer(prove)
    after, before = s(L + 1) * r(L + 1), _through(sp.S.Zero)
    squares = prove.chain(
        frame.conclude(le(after**2, before**2)), *known, fact(adds_gain(prove), {_r: ratio}),
        at(one_layer(prove), {y: ratio}), scaled(prove, m(), 1 - h(ratio), before**2 / m()),
    )  # fmt: skip
    return prove.chain(
        frame.conclude(le(inverse() + gain / r(), inverse(L + 1))), *known, fact(squares),
        at(inverse_root(prove), {x: after, z: before}),
    )  # fmt: skip


@lemma("one layer on the critical line adds little more to the inverse root")
def layer_at_most(prove: Proof) -> Step:
    """1/(s(L + 1) r(L + 1)) <= 1/(s r) + gain/r + rest s/r."""
    known = _of_layer(prove)
    after, before = s(L + 1) * r(L + 1), _through(rest)
    squares = prove.chain(
        frame.conclude(le(before**2, after**2)), *known, fact(adds_at_most(prove), {_r: ratio}),
        scaled(prove, m(), before**2 / m(), 1 - h(ratio)), at(one_layer_back(prove), {y: ratio}),
    )  # fmt: skip
    return prove.chain(
        frame.conclude(le(inverse(L + 1), inverse() + gain / r() + rest * s() / r())), *known, fact(squares),
        at(inverse_root(prove), {x: before, z: after}),
    )  # fmt: skip


def about_roots(prove: Proof) -> list[Use]:
    """1 <= r, 0 < r and r(L) <= r(L + 1) <= 3/2 r(L); what r(L + 1) - r(L) is less than 1/(2 r), and what the cubes
    differ by, more than 3/2 r."""
    laws = [prove.ball_box(le(1, sp.sqrt(z)), from_one), prove.ball_box(lt(0, sp.sqrt(z)), from_one)]
    known = [
        fact(step, values) for depth in (L, L + 1)
        for step, values in [(depth_at_least(prove), {L: depth}), *((law, {z: m(depth)}) for law in laws)]
    ]  # fmt: skip
    half = sp.Rational(3, 2) * r()
    of_half = prove.polynomial(lt(0, 3 * z / 2), positives[z])
    pair = forall(layers, bias, holds=le(0, 0))
    steps = [
        prove.chain(
            pair.conclude(le(low, high)), *known, fact(of_half, {z: r()}), at(root_grows(prove), {x: low, z: high})
        )
        for low, high in ((r(), r(L + 1)), (r(L + 1), half))
    ]  # fmt: skip
    differences = [(x**2 - z**2) / (2 * z) - (x - z), x**3 - z**3 - 3 * z * (x**2 - z**2) / 2]
    shown = [prove.polynomial(le(0, d), positives[x], positives[z]) for d in differences]
    return [*known, *map(fact, steps), *(fact(step, {x: r(L + 1), z: r()}) for step in shown)]


@lemma("the inverse root is at least a share of the root of the depth")
def root_at_least(prove: Proof) -> Step:
    """r/(7/2 (1 + 1/b)) <= 1/(s r)."""
    own = sp.Rational(7, 4) * (1 + z**2)
    first = prove.polynomial(le(z / own, 1 / (w * z)), from_one, interval(w, 0, "3/2", "("))
    seventh = sp.Rational(1, 7)
    more = [le(0, 1 / spread), le(0, seventh - 1 / (2 * spread))]
    known = [
        *(fact(prove.polynomial(law, bias)) for law in more), fact(prove.evaluate(forall(holds=le(seventh, gain)))),
        fact(prove.polynomial(le(0, 1 / z), positives[z]), {z: r()}),
    ]  # fmt: skip
    return inductive(
        prove, frame.conclude(le(r() / spread, inverse())), L,
        lambda base: prove.chain(
            base, *about(prove, sp.S.One), at(first, {z: r(sp.S.One), w: s(sp.S.One)})
        ),
        lambda step: prove.chain(
            step, *_of_layer(prove), *about_roots(prove), *known,
            adds(prove, r(L + 1) / spread, 1 / spread, 1 / (2 * r()) - r(L + 1) + r()),
            adds(prove, r() / spread + 1 / (2 * spread * r()), 1 / r(), seventh - 1 / (2 * spread)),
            adds(prove, r() / spread + seventh / r(), 1 / r(), gain - seventh),
            adds(prove, r() / spread + gain / r(), inverse() - r() / spread), layer_at_least(prove),
        ),
    )  # fmt: skip


@lemma("the root of the gap, by the depth")
def gap_at_most(prove: Proof) -> Step:
    """s <= 7/2 (1 + 1/b)/m."""
    product = prove.polynomial(le(0, x * y / z), from_zero[x], from_zero[y], positives[z])
    share = fact(prove.polynomial(le(0, spread), bias))
    return prove.chain(
        frame.conclude(le(s(), spread / m())), *about(prove, L), share, fact(root_at_least(prove)),
        fact(product, {x: s(), y: spread, z: r()}), adds(prove, s(), s() * spread / r(), inverse() - r() / spread),
    )  # fmt: skip


@lemma("the inverse root from below")
def inverse_at_least(prove: Proof) -> Step:
    """2 gain (r(L) - r(1)) <= 1/(s r)."""
    first = r(sp.S.One)
    positive_inverse = prove.polynomial(le(0, 1 / (x * z)), positives[x], positives[z])
    return inductive(
        prove, frame.conclude(le(2 * gain * (r() - first), inverse())), L,
        lambda base: prove.chain(
            base, *about(prove, sp.S.One), at(positive_inverse, {x: s(sp.S.One), z: first})
        ),
        lambda step: prove.chain(
            step, *_of_layer(prove), *about_roots(prove), fact(prove.evaluate(forall(holds=le(0, 2 * gain)))),
            adds(prove, 2 * gain * (r(L + 1) - first), 2 * gain, 1 / (2 * r()) - r(L + 1) + r()),
            adds(prove, 2 * gain * (r() - first) + gain / r(), inverse() - 2 * gain * (r() - first)),
            layer_at_least(prove),
        ),
    )  # fmt: skip


@lemma("the inverse root of the first gap is positive")
def start_positive(prove: Proof) -> Step:
    """0 < sqrt(b/(2 (1 - rho)))."""
    return prove.monotone("sqrt", prove.polynomial(lt(0, start**2), apart, bias))


@lemma("the inverse root of the first gap")
def first_inverse(prove: Proof) -> Step:
    """1/(s(1) r(1)) <= sqrt(b/(2 (1 - rho)))."""
    one = sp.S.One
    square, below = (1 - S(1) / q(1)) * m(one), 2 * (1 - rho) / b
    goal = replace(frame, variables=(apart, row, bias), given=(lt(0, q(1)),), conclusion=eq(below, square))
    same = prove.identity(goal, unfold=[S(1), q(1)])
    inverse_start = prove.polynomial(lt(0, 1 / z), positives[z])
    product = prove.polynomial(lt(0, x * z), positives[x], positives[z])
    return prove.chain(
        replace(goal, given=(), conclusion=le(inverse(one), start)), *about(prove, one), fact(start_positive(prove)),
        fact(inverse_start, {z: start}), fact(product, {x: s(one), z: r(one)}),
        fact(same), at(inverse_root(prove), {x: 1 / start, z: s(one) * r(one)}),
    )  # fmt: skip


@lemma("what the gains exceed the growth of the root by")
def sums_up(prove: Proof) -> Step:
    """2 g z + g/z + y/z^3 - (4 y + g)/z <= 2 g x - (4 y + g)/x for x^2 = z^2 + 1, z <= x <= 3/2 z and g, y >= 0."""
    goal = forall(
        positives[x], from_zero[y], positives[z], from_zero[w],
        given=[eq(x**2, z**2 + 1), eq(z**2, x**2 - 1), le(z, x), le(x, 3 * z / 2)],
        holds=le(2 * w * z + w / z + y / z**3 - (4 * y + w) / z, 2 * w * x - (4 * y + w) / x),
    )  # fmt: skip
    grown, more = 2 * t + t**2, 4 * y + w * z**2 * (2 * t + t**2)
    kept = prove.polynomial(
        le(2 * w * z + w * z * grown + y * grown / z - more / z, 2 * w * z * (1 + t) - more / (z * (1 + t))),
        from_zero[w], from_zero[y], positives[z], interval(t, 0, "1/2"),
    )  # fmt: skip
    parts = [
        prove.polynomial(le(0, v / z), from_zero[v], positives[z]),
        prove.polynomial(le((3 * z / 2 - v) / z - 1, "1/2"), from_zero[v], positives[z]),
    ]
    low, high = (side.subs(t, x / z - 1) for side in (kept.conclusion.conclusion.lhs, kept.conclusion.conclusion.rhs))
    return prove.chain(
        goal, fact(parts[0], {v: x - z}), fact(parts[1], {v: 3 * z / 2 - x}),
        prove.identity(goal.conclude(eq(goal.conclusion.lhs, low)), [["given", 0]]), at(kept, {t: x / z - 1}),
        prove.identity(goal.conclude(eq(high, goal.conclusion.rhs)), [["given", 1]]),
    )  # fmt: skip


@lemma("the inverse root from above, with what is left to add")
def inverse_below(prove: Proof) -> Step:
    """1/(s r) <= 2 gain r + room - last/r: from one depth to the next, the last term grows by more than rest s/r, which
    is at most rest spread/r^3, and what gain/r exceeds 2 gain (r(L + 1) - r) by."""
    share, one = rest * spread, sp.S.One
    bound = lambda depth: 2 * gain * r(depth) + room - last / r(depth)  # noqa: E731
    quotient = prove.polynomial(le(0, x / z), from_zero[x], positives[z])
    known = [
        fact(prove.polynomial(le(0, share), bias)), fact(gap_at_most(prove)), fact(quotient, {x: rest, z: r()}),
        fact(sums_up(prove), {x: r(L + 1), z: r(), w: gain, y: share}),
    ]  # fmt: skip
    sum_ = fact(prove.polynomial(le(0, 4 * y + x), from_zero[y], from_zero[x]), {y: share, x: gain})
    excess = room - start
    enough = prove.polynomial(le(0, excess - 4 * share - sp.Rational(1, 5)), bias)
    numbers = [fact(prove.evaluate(forall(holds=law))) for law in (le(0, gain), le(0, 2 * gain), le(gain, "1/5"))]
    over = prove.polynomial(le(0, 1 - 1 / z), from_one)
    grown = gain / r() + share / (m() * r())
    return inductive(
        prove, frame.conclude(le(inverse(), bound(L))), L,
        lambda base: prove.chain(
            base, *about(prove, one), *numbers, known[0], sum_, fact(enough), fact(over, {z: r(one)}),
            first_inverse(prove),
            adds(prove, start, 2 * gain, r(one)),
            adds(prove, start + 2 * gain * r(one), excess - 4 * share - sp.Rational(1, 5)),
            adds(prove, bound(one) + last / r(one) - 4 * share - sp.Rational(1, 5), sp.Rational(1, 5) - gain),
            adds(prove, bound(one) + last / r(one) - last, last, 1 - 1 / r(one)),
        ),
        lambda step: prove.chain(
            step, *_of_layer(prove), *about_roots(prove), *known, layer_at_most(prove),
            adds(prove, inverse() + gain / r() + rest * s() / r(), rest / r(), spread / m() - s()),
            adds(prove, inverse() + grown, bound(L) - inverse()),
            adds(prove, bound(L) + grown, bound(L + 1) - bound(L) - grown),
        ),
    )  # fmt: skip
