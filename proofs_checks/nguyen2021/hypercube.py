"""The remark after Assumption 2.2: do Lipschitz functions of a uniform point of the binary cube concentrate?

S is the sum of the coordinates of a uniform point of {0, 1}^d, d = 2 m. The function is the Euclidean distance to the
points with S <= m; on the cube it is sqrt(max(S - m, 0)), and it is 1-Lipschitz on R^d."""

from fractions import Fraction
from typing import Any

import sympy as sp

from deepcond_sym.proof import Claim, Instance, Sequence, Verdict, at, eq, fact, forall, index, interval, le, lt
from deepcond_sym.proof.tactics.inductive import inductive

m, half_dimensions = index("m", 1)
j, places = index("j")
c, t, s, u, v, w, x, y = sp.symbols("c t s u v w x y", real=True)
_half = sp.Rational(1, 2)
_from_zero = {symbol: interval(symbol, 0, sp.oo) for symbol in (s, u, v, w, x)}


def _named(name: str):
    return sp.Function(name, real=True)


middle = sp.factorial(2 * m) / (sp.factorial(m) ** 2 * 4**m)
"""P(S = m)."""

ratio = Sequence("ratio", j, 0, sp.S.One, _named("ratio")(j) * (m - j) / (m + j + 1))
"""P(S = m + j) over P(S = m)."""

upper = Sequence("upper", j, 0, sp.S.Zero, _named("upper")(j) + ratio(j + 1))
"""The sum of ratio(i) over i = 1, ..., j: at j = m, P(S > m) over P(S = m)."""

mean = Sequence("mean", j, 0, sp.S.Zero, _named("mean")(j) + (j + 1) * ratio(j + 1))
"""The sum of i ratio(i): at j = m, E max(S - m, 0), the second moment of the distance, over P(S = m)."""

distance = Sequence("distance", j, 0, sp.S.Zero, _named("distance")(j) + sp.sqrt(j + 1) * ratio(j + 1))
"""The sum of sqrt(i) ratio(i): at j = m, the mean of the distance over P(S = m)."""

variance = middle * mean(m) - middle**2 * distance(m) ** 2


def moment(value: sp.Expr) -> Any:
    """E value(S - m) over S > m, with the binomial coefficients written out."""
    excess = sp.Symbol("i", integer=True)
    mass = sp.factorial(2 * m) / (sp.factorial(m + excess) * sp.factorial(m - excess) * 4**m)
    return sp.Sum(value.subs(j, excess) * mass, (excess, 1, m))


printed = Claim(
    "nguyen2021/D-r1",
    title="Lipschitz functions on the binary cube concentrate, whatever the dimension",
    source="remark after Assumption 2.2",
    provenance="paper",
    printed=r"\mathbb P(|f(x)-\mathbb Ef|>t)\le2e^{-ct^2/\|f\|_{\rm Lip}^2} \text{ holds for } x \text{ uniform on the"
    r" unit (binary or continuous) hypercube}",
    expected=Verdict.REFUTED,
    note="Integrated over t, the assumption gives Var f <= 2/c for every 1-Lipschitz f and every dimension. The formal"
    " statement is that for the distance to the lower half of the binary cube and c = 1/2, the constant of the standard"
    " Gaussian; at d = 2000 the variance is 5.1, not at most 4. That no other c > 0 will do is"
    " nguyen2021/D-r1-variance. True replacements: on the binary cube the bound holds for convex Lipschitz functions"
    " (Talagrand 1995), or for the Hamming metric; the Gaussian, the sphere and the continuous cube stand. The data"
    " estimates of Theorem 3.2 use linear functions and norms, which are convex; those of Lemma 5.5, Theorem 5.1 and"
    " Theorem 4.1 use general Lipschitz feature maps, which the remark does not cover.",
    beside=("nguyen2021/D-r1-variance", "nguyen2021/D-r1-mean"),
    parameters={"value": sp.sqrt(j), "bound": 4},
    witnesses=((0, Instance({m: Fraction(1000)})),),
)


@printed.states
def printed_statement(value, bound):
    return forall(half_dimensions, holds=le(moment(value**2) - moment(value) ** 2, bound))


printed.mutant("the convex function max(S - m, 0)/sqrt(d)", value=j / sp.sqrt(2 * m))
printed.mutant("a bound that grows with the dimension", bound=m)

partial = Claim(
    "nguyen2021/D-r1-mean",
    title="The exact mean of max(S - d/2, 0) for a binomial S, and its middle probability",
    source="against the remark after Assumption 2.2",
    printed=r"\mathbb E(S-\tfrac d2)_+=\tfrac d4\tbinom d{d/2}2^{-d},\qquad \tbinom d{d/2}2^{-d}\ge(2d)^{-1/2}"
    r" \text{ for every even } d\ge2",
    note="With d = 2 m. The sequence `ratio` is P(S = m + j)/P(S = m), by the recursion of the binomial coefficients;"
    " the mean is P(S = m) times `mean` at m.",
    beside=("nguyen2021/D-r1", "nguyen2021/D-r1-variance"),
    parameters={"share": m / 2, "four": 4},
)


@partial.states
def partial_statement(share, four):
    return (
        forall(half_dimensions, sequences=[ratio, mean], holds=eq(mean(m), share), label="mean over P(S = m)"),
        forall(half_dimensions, holds=le(1 / sp.sqrt(four * m), middle), label="middle probability"),
    )


@partial.proves
def partial_proof(prove, goal, share, four):
    """The sum telescopes: mean(j) = (m - (m - j) ratio(j))/2. And 4 m P(S = m)^2 is 1 at m = 1 and grows with m."""
    exact, floor = goal
    return [mean_at_the_end(prove, exact), middle_floor(prove, floor)]


partial.mutant("(m + 1)/2 in place of m/2", share=(m + 1) / 2)
partial.mutant("(3 d/2)^(-1/2) in place of (2 d)^(-1/2)", four=3)


def mean_at_the_end(prove, goal):
    """mean(m) = m/2."""
    after_j = (m - (m - j) * ratio(j)) / 2
    general = inductive(
        prove, forall(half_dimensions, places, sequences=[ratio, mean], holds=eq(mean(j), after_j)), j,
        lambda base: prove.identity(base, unfold=[mean(0), ratio(0)]),
        lambda step: prove.identity(
            step, [["unfold", mean(j + 1)], ["given", len(step.given) - 1], ["unfold", ratio(j + 1)]]
        ),
    )  # fmt: skip
    return prove.identity(goal, using=[(general, {j: m})])


def middle_positive(prove):
    """0 <= P(S = m)."""
    grows = prove.polynomial(le(0, u * (2 * x + 1) / (2 * x + 2)), _from_zero[u], _from_zero[x])
    return inductive(
        prove, forall(half_dimensions, holds=le(0, middle)), m,
        lambda base: prove.chain(base, prove.evaluate(forall(holds=base.conclusion))),
        lambda step: prove.chain(step, at(grows, {u: middle, x: m})),
    )  # fmt: skip


def middle_square(prove):
    """1 <= 4 m P(S = m)^2."""
    growth = (2 * x + 1) ** 2 * (x + 1) / ((2 * x + 2) ** 2 * x)
    grows = prove.polynomial(le(1, u * growth), interval(u, 1, sp.oo), interval(x, 1, sp.oo))
    return inductive(
        prove, forall(half_dimensions, holds=le(1, 4 * m * middle**2)), m,
        lambda base: prove.chain(base, prove.identity(base.conclude(eq(1, base.conclusion.rhs)))),
        lambda step: prove.chain(step, at(grows, {u: 4 * m * middle**2, x: m})),
    )  # fmt: skip


def middle_floor(prove, goal):
    """1/(2 sqrt m) <= P(S = m)."""
    rooted = prove.polynomial(
        le(1 / (2 * s), 1 / (2 * s) + u / (2 * s * (2 * s * w + 1))),
        interval(s, 0, sp.oo, "("), _from_zero[u], _from_zero[w],
    )  # fmt: skip
    root = prove.ball_box(lt(0, sp.sqrt(x)), interval(x, 1, sp.oo))
    denominator = prove.polynomial(lt(0, 2 * s * w + 1), _from_zero[s], _from_zero[w])
    return prove.chain(
        goal, fact(root, {x: m}), fact(middle_positive(prove)), fact(middle_square(prove)),
        fact(denominator, {s: sp.sqrt(m), w: middle}),
        at(rooted, {s: sp.sqrt(m), u: 4 * m * middle**2 - 1, w: middle}),
    )  # fmt: skip


spread = Claim(
    "nguyen2021/D-r1-variance",
    title="On the binary cube the distance to the lower half has a variance that grows without bound",
    source="against the remark after Assumption 2.2",
    printed=r"\operatorname{Var}f\ \ge\ \tfrac12\mathbb E(S-\tfrac d2)_+\ =\ \tfrac d8\tbinom d{d/2}2^{-d},"
    r" \qquad \forall c>0:\ \operatorname{Var}f>\tfrac2c \text{ for every even } d>\tfrac{512}{c^2}",
    note="With d = 2 m and f = sqrt(max(S - m, 0)), the distance to the points with S <= m: to get there, switch off"
    " S - m ones. Sequences as in nguyen2021/D-r1-mean, each over P(S = m). The hypothesis P(S > m) <= 1/2 of the"
    " formal statement holds because S and d - S have the same law. So Assumption 2.2, which gives Var f <= 2/c, fails"
    " on the binary cube for every c > 0.",
    beside=("nguyen2021/D-r1", "nguyen2021/D-r1-mean"),
    parameters={"share": _half, "cost": t**2, "threshold": 256},
)
_all = [ratio, upper, mean, distance]
_at_most_half = le(2 * middle * upper(m), 1)


@spread.states
def spread_statement(share, cost, threshold):
    anything = interval(t, -sp.oo, sp.oo)
    return (
        forall(
            half_dimensions, places, anything, given=[le(j, m)], sequences=_all,
            holds=le(2 * t * distance(j), mean(j) + cost * upper(j)), label="Cauchy and Schwarz",
        ),
        forall(
            half_dimensions, given=[_at_most_half], sequences=_all,
            holds=le(share * middle * mean(m), variance), label="half of the second moment",
        ),
        forall(
            half_dimensions, interval(c, 0, sp.oo, "("), given=[_at_most_half, lt(threshold, m * c**2)],
            sequences=_all, holds=lt(2 / c, variance), label="beyond any constant",
        ),
    )  # fmt: skip


@spread.proves
def spread_proof(prove, goal, share, cost, threshold):
    """2 t sqrt(i) <= i + t^2, summed; at t = 2 E f this and P(S > m) <= 1/2 give 2 (E f)^2 <= E f^2; and P(S = m) >=
    1/(2 sqrt m)."""
    pointwise, halved, beyond = goal
    schwarz = cauchy_schwarz(prove, pointwise)
    more = prove.polynomial(
        le(y, y + w * (u + 2 * w * x * v) / 2),
        interval(y, -sp.oo, sp.oo), _from_zero[x], _from_zero[u], _from_zero[v], _from_zero[w],
    )  # fmt: skip
    squared = prove.polynomial(le(0, y**2), interval(y, -sp.oo, sp.oo))
    positive, square = middle_positive(prove), middle_square(prove)
    scale = 2 * middle * distance(m)
    half = prove.chain(
        halved, fact(positive), fact(squared, {y: distance(m)}), fact(schwarz, {j: m, t: scale}),
        at(more, {
            y: middle * mean(m) / 2, w: middle, x: distance(m) ** 2,
            u: mean(m) + scale**2 * upper(m) - 2 * scale * distance(m), v: 1 - 2 * middle * upper(m),
        }),
    )  # fmt: skip
    exact = mean_at_the_end(prove, forall(half_dimensions, sequences=[ratio, mean], holds=eq(mean(m), m / 2)))
    frame = beyond.conclude(eq(m * middle / 4, middle * mean(m) / 2))
    largest = prove.polynomial(
        lt(2 / c, 2 / c + 2 / c * u / (v + 1)),
        interval(c, 0, sp.oo, "("), interval(u, 0, sp.oo, "("), _from_zero[v],
    )  # fmt: skip
    size = m * middle * c / 8
    bigger = prove.polynomial(
        lt(0, (w - 1) * (y + 256) / 256 + y / 256), interval(w, 1, sp.oo), interval(y, 0, sp.oo, "(")
    )
    factors = _from_zero[x], _from_zero[w], interval(c, 0, sp.oo, "(")
    product = [prove.polynomial(r, *factors) for r in (le(0, x * w * c / 8), lt(0, x * w * c / 8 + 1))]
    return [
        schwarz,
        half,
        prove.chain(
            beyond, fact(positive), fact(square), *(fact(p, {x: m, w: middle}) for p in product),
            fact(bigger, {w: 4 * m * middle**2, y: m * c**2 - 256}),
            at(largest, {u: size**2 - 1, v: size}),
            prove.identity(frame, using=[(exact, {})]), half,
        ),
    ]  # fmt: skip


spread.mutant("two thirds of the second moment", share=sp.Rational(2, 3))
spread.mutant("without the square of t", cost=t)
spread.mutant("from d = 2/c^2 on", threshold=1)


def cauchy_schwarz(prove, goal):
    """2 t distance(j) <= mean(j) + t^2 upper(j) for every t, by induction on j."""
    square = prove.polynomial(le(0, y**2), interval(y, -sp.oo, sp.oo))
    added = prove.polynomial(le(y, y + u * v), interval(y, -sp.oo, sp.oo), _from_zero[u], _from_zero[v])
    positive = ratio_positive(prove)

    def step(target):
        fresh = ratio(j + 1)
        gap = mean(j) + t**2 * upper(j) - 2 * t * distance(j)
        left, right = target.conclusion.lhs, target.conclusion.rhs
        unfolded = 2 * t * (distance(j) + sp.sqrt(j + 1) * fresh)
        return prove.chain(
            target, fact(positive, {j: j + 1}), fact(square, {y: sp.sqrt(j + 1) - t}),
            prove.identity(target.conclude(eq(left, unfolded)), unfold=[distance(j + 1)]),
            at(added, {y: unfolded, u: gap, v: 1}),
            at(added, {y: unfolded + gap, u: fresh, v: (sp.sqrt(j + 1) - t) ** 2}),
            prove.identity(
                target.conclude(eq(unfolded + gap + fresh * (sp.sqrt(j + 1) - t) ** 2, right)),
                unfold=[mean(j + 1), upper(j + 1)],
            ),
        )  # fmt: skip

    return inductive(
        prove, goal, j,
        lambda base: prove.chain(
            base, prove.identity(base.conclude(eq(base.conclusion.lhs, base.conclusion.rhs)),
                                 unfold=[mean(0), upper(0), distance(0)]),
        ),
        step,
    )  # fmt: skip


def ratio_positive(prove):
    """0 <= ratio(j) for j <= m."""
    grows = prove.polynomial(le(0, u * v / (v + 2 * x + 1)), _from_zero[u], _from_zero[v], _from_zero[x])
    goal = forall(half_dimensions, places, given=[le(j, m)], sequences=[ratio], holds=le(0, ratio(j)))
    return inductive(
        prove, goal, j,
        lambda base: prove.chain(
            base, prove.polynomial(le(0, 1)),
            prove.identity(base.conclude(eq(1, base.conclusion.rhs)), unfold=[ratio(0)]),
        ),
        lambda step: prove.chain(
            step, at(grows, {u: ratio(j), v: m - j, x: j}),
            prove.identity(step.conclude(eq(ratio(j) * (m - j) / (m + j + 1), ratio(j + 1))), unfold=[ratio(j + 1)]),
        ),
    )  # fmt: skip
