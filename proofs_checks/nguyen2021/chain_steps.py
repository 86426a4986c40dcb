"""The links of the deterministic chain of Theorem 3.2, each with its proof; `deterministic_chain` states them."""

from typing import Any

import sympy as sp

from deepcond_sym.proof import (
    RELU,
    Proof,
    Statement,
    Step,
    Variable,
    at,
    column,
    component,
    dual,
    dual_slope,
    eq,
    fact,
    forall,
    half_line_hermite,
    index,
    interval,
    iterate,
    le,
    lt,
    maximum,
    minimum,
    ne,
    ntk,
    off_maximum,
    row,
    smallest,
)
from deepcond_sym.proof.tactics.arbitrary import no_less, product_known, scaled
from deepcond_sym.proof.tactics.inductive import inductive

from .setting import L, N, a, cosine, hidden, length, nonzero, pair, points, product, square

p, q = sp.symbols("p q", integer=True)
rows = Variable(p, sp.S.One), Variable(q, sp.S.One)
r, degrees = index("r", 1)
k, exponents = index("k")
u, v, w, x, y = sp.symbols("u v w x y", real=True)
_from_zero = {symbol: interval(symbol, 0, sp.oo) for symbol in (u, v, w, x, y)}
_positive = {symbol: interval(symbol, 0, sp.oo, "(") for symbol in (x, y)}


def entry(body: Any, i: Any = p, j: Any = q) -> Any:
    """The body at the indices i, j."""
    return body.xreplace({row: i, column: j})


def equal(prove: Proof, frame: Statement, left: Any, right: Any, rewrite: list[Any]) -> Step:
    """smallest(left) = smallest(right), because the entries are equal after these replacements."""
    wider = forall(*frame.variables, *rows, family=frame.family, holds=eq(entry(left), entry(right)))
    entries = prove.identity(wider, rewrite)
    return prove.matrices("equal", frame, N, left, right, premises=[entries], indices=(p, q))



def layers_below(prove: Proof, goal: Statement) -> Step:
    """The sum of the least eigenvalues of all G^(l) is at most that of K^(L): Weyl and Schur, layer by layer."""
    of_slope = forall(hidden, family=RELU, holds=le(1, dual_slope(iterate(L, 1))))
    one = of_slope.conclude(eq(1, dual_slope(iterate(L, 1))))
    slope_at_one = prove.chain(of_slope, prove.identity(one, unfold=[iterate(L, 1), dual_slope(1)]))
    frame = forall(points, hidden, family=RELU, holds=le(0, 0))
    kernel, slope, fresh = pair * ntk(L, cosine), dual_slope(iterate(L, cosine)), pair * iterate(L + 1, cosine)
    floor = prove.matrices("bound", frame, N, dual_slope(iterate(L, 1)), 1, of="minimum",
                           premises=[slope_at_one], indices=(p, q))  # fmt: skip
    positive = prove.matrices("semidefinite", frame, N, kernel)
    schur = prove.matrices("schur", frame, N, kernel, slope)
    weyl = prove.matrices("weyl", frame, N, kernel * slope, fresh)
    later = pair * ntk(L + 1, cosine)
    whole = equal(prove, frame, kernel * slope + fresh, later, [["unfold", entry(ntk(L + 1, cosine))]])
    least, last = smallest(kernel, N), smallest(fresh, N)
    lowest = minimum(dual_slope(iterate(L, 1)), N)

    def base(target: Statement) -> Step:
        first = [["unfold", entry(ntk(0, cosine))], ["unfold", entry(iterate(0, cosine))]]
        same = equal(prove, target, pair * iterate(0, cosine), pair * ntk(0, cosine), first)
        return prove.chain(target, prove.unfold(target, target.conclusion.lhs, target.conclusion.lhs), same)

    def step(target: Statement) -> Step:
        total = target.conclusion.lhs
        before = goal.conclusion.lhs
        return prove.chain(
            target, fact(positive), fact(floor), fact(schur), product_known(prove, least, lowest - 1),
            prove.identity(target.conclude(eq(total, before + last)), unfold=[total]),
            no_less(prove, before + last, least - before), no_less(prove, least + last, least * (lowest - 1)),
            no_less(prove, least * lowest + last, smallest(kernel * slope, N) - least * lowest),
            weyl, whole,
        )  # fmt: skip

    return inductive(prove, goal, L, base, step)


def second_layer(prove: Proof, goal: Statement) -> Step:
    """Of that sum, the member of G^(2) is left: all others are >= 0."""
    first = pair * dual(cosine)
    frame = forall(points, hidden, family=RELU, holds=le(0, 0))
    at_depth = equal(prove, frame.conclude(le(0, 0)), first, pair * iterate(1, cosine),
                     [["unfold", entry(iterate(1, cosine))], ["unfold", entry(iterate(0, cosine))]])  # fmt: skip

    def member(depth: Any) -> Any:
        return pair * iterate(depth, cosine)

    def base(target: Statement) -> Step:
        total = target.conclusion.rhs
        none = prove.matrices("semidefinite", frame, N, member(0))
        parts = smallest(member(1), N) + smallest(member(0), N)
        opened = total.func(total.function, (total.args[1][0], 0, 0))
        return prove.chain(
            target, fact(none, {L: 0}), at(at_depth, {L: 0}),
            no_less(prove, smallest(member(1), N), smallest(member(0), N)),
            prove.identity(target.conclude(eq(parts, total)), [["unfold", total], ["unfold", opened]]),
        )  # fmt: skip

    def step(target: Statement) -> Step:
        total, before = target.conclusion.rhs, goal.conclusion.rhs
        more = prove.matrices("semidefinite", frame, N, member(L + 1))
        return prove.chain(
            target, fact(more), no_less(prove, smallest(first, N), before - smallest(first, N)),
            no_less(prove, before, smallest(member(L + 1), N)),
            prove.identity(target.conclude(eq(before + smallest(member(L + 1), N), total)), unfold=[total]),
        )  # fmt: skip

    return inductive(prove, goal, L, base, step)



def coefficient_positive(prove: Proof, frame: Statement) -> Step:
    """0 <= 2 mu_r^2."""
    factorial = inductive(
        prove, forall(exponents, holds=le(1, sp.factorial(k))), k,
        lambda base: prove.chain(base, prove.polynomial(le(1, 1))),
        lambda step: prove.chain(
            step, at(prove.polynomial(le(1, (x + 1) * y), _from_zero[x], interval(y, 1, sp.oo)),
                     {x: k, y: sp.factorial(k)}),
        ),
    )  # fmt: skip
    (degree,) = (v.symbol for v in frame.variables if v.symbol == r)
    value = square(degree)
    squared = prove.polynomial(le(0, 2 * x / y), _from_zero[x], interval(y, 1, sp.oo))
    top = value * sp.factorial(degree)
    not_negative = prove.polynomial(le(0, x**2), interval(x, -sp.oo, sp.oo))
    return prove.chain(
        frame.conclude(le(0, 2 * value)), fact(factorial, {k: degree}),
        fact(not_negative, {x: half_line_hermite(1, degree)}), at(squared, {x: top, y: sp.factorial(degree)}),
    )  # fmt: skip


def coefficient_left_out(prove: Proof, goal: Statement) -> Step:
    """G^(2) - 2 mu_r^2 D R^(o r) D >= 0: a power series with one of its members left out, between D and D."""
    rest = dual(cosine) - 2 * square(r) * cosine**r
    known = prove.matrices("coefficient", goal, N, cosine, at=[r])
    scaled_rest = forall(*goal.variables, given=[le(0, smallest(rest, N))], family=RELU, holds=le(0, 0))
    return prove.chain(goal, fact(known), prove.matrices("semidefinite", scaled_rest, N, pair * rest))


def one_coefficient(prove: Proof, goal: Statement, left_out: Step) -> Step:
    """2 mu_r^2 l(D R^(o r) D) <= l(G^(2)): Weyl."""
    c, power = 2 * square(r), pair * cosine**r
    rest = pair * (dual(cosine) - c * cosine**r)
    positive = coefficient_positive(prove, forall(degrees, holds=le(0, 0)))
    frame = forall(*goal.variables, family=RELU, holds=le(0, 0))
    known = forall(*goal.variables, given=[le(0, c)], family=RELU, holds=le(0, 0))
    scale = prove.matrices("scale", known, N, power, c)
    back = known.conclude(eq(scale.conclusion.conclusion.rhs, scale.conclusion.conclusion.lhs))
    weyl = prove.matrices("weyl", frame, N, rest, c * power)
    same = prove.matrices("equal", frame, N, rest + c * power, pair * dual(cosine))
    return prove.chain(
        goal, fact(positive), prove.identity(back, [["use", scale, {}]]), fact(left_out),
        no_less(prove, smallest(c * power, N), smallest(rest, N)), weyl, same,
    )  # fmt: skip



def powers_between(prove: Proof) -> Step:
    """x^k <= y^k for 0 <= x <= y."""
    pair_of_bases = _from_zero[x], _from_zero[y]
    known = [fact(prove.power("non-negative", base, k, *pair_of_bases, exponents)) for base in (x, y)]
    goal = forall(*pair_of_bases, exponents, given=[le(x, y)], holds=le(x**k, y**k))
    return inductive(
        prove, goal, k,
        lambda base: prove.chain(base, prove.polynomial(le(1, 1))),
        lambda step: prove.chain(step, *known, scaled(prove, x**k, x, y), scaled(prove, y, x**k, y**k)),
    )  # fmt: skip


def powers_positive(prove: Proof) -> Step:
    """0 < x^k for 0 < x."""
    grown = prove.polynomial(lt(0, x * y), _positive[x], _positive[y])
    return inductive(
        prove, forall(_positive[x], exponents, holds=lt(0, x**k)), k,
        lambda base: prove.chain(base, prove.polynomial(lt(0, 1))),
        lambda step: prove.chain(step, at(grown, {y: x**k})),
    )  # fmt: skip


def lengths_positive(prove: Proof) -> Step:
    """0 < a_p for every point p <= N."""
    frame = forall(points, rows[0], given=[nonzero, le(p, N)], holds=lt(0, component(a, p)))
    below = prove.matrices("entry", frame.conclude(le(0, 0)), N, length, of="minimum", at=[p])
    positive = prove.polynomial(lt(0, x), _positive[x])
    return prove.chain(frame, at(positive, {x: minimum(length, N)}), below)


def homogeneous(prove: Proof, goal: Statement) -> Step:
    """l((X X^T)^(o r)) <= l(D R^(o r) D) max |x_i|^(2(r - 1)): a congruence with the matrix D^(r-1)."""
    scale, power, top = length ** (r - 1), pair * cosine**r, maximum(length, N)
    frame = forall(points, degrees, holds=le(0, 0))
    split = prove.matrices("equal", frame, N, product**r, sp.expand(product**r))
    same = prove.matrices("equal", frame, N, sp.expand(product**r), power * scale * scale.xreplace({row: column}))
    congruent = prove.matrices("congruence", frame, N, power, scale)
    lengths = lengths_positive(prove)
    above = prove.matrices("entry", forall(points, rows[0], given=[le(p, N)], holds=le(0, 0)), N, length,
                           of="maximum", at=[p])  # fmt: skip
    known = [nonzero, le(top, y)]
    each = forall(points, degrees, _from_zero[y], rows[0], given=[*known, le(p, N)],
                  holds=le(component(a, p) ** (2 * r - 2), y ** (2 * r - 2)))  # fmt: skip
    below_y = prove.chain(each.conclude(le(component(a, p), y)), above, no_less(prove, top, y - top))
    raised = prove.chain(
        each, fact(lengths), fact(below_y), at(powers_between(prove), {x: component(a, p), k: 2 * r - 2})
    )
    bounded = forall(points, degrees, _from_zero[y], given=known, holds=le(0, 0))
    ceiling = prove.matrices("bound", bounded, N, scale**2, y ** (2 * r - 2), of="maximum",
                             premises=[raised], indices=(p, q))  # fmt: skip
    first = at(lengths, {p: 1}), at(above, {p: 1})
    top_positive = prove.chain(forall(points, given=[nonzero], holds=lt(0, top)), *first)
    weak = prove.polynomial(le(0, x), _from_zero[x])
    least = smallest(power, N)
    return prove.chain(
        goal, fact(prove.matrices("semidefinite", frame, N, power)), fact(top_positive), fact(weak, {x: top}),
        fact(ceiling, {y: top}), split, same, congruent,
        scaled(prove, least, maximum(scale**2, N), top ** (2 * r - 2)),
    )  # fmt: skip



def gershgorin(prove: Proof, goal: Statement) -> Step:
    """min |x_i|^(2r) - (N - 1) y^r <= l((X X^T)^(o r)), where all |<x_i, x_j>| <= y for i != j."""
    frame = forall(points, degrees, holds=le(0, 0))
    power, top, largest = product**r, off_maximum(product, N), off_maximum(product**r, N)
    discs = prove.matrices("gershgorin", frame, N, power)
    apart = [ne(p, q), le(p, N), le(q, N)]
    above = prove.matrices("entry", forall(points, *rows, given=apart, holds=le(0, 0)), N, product,
                           of="off_maximum", at=[p, q])  # fmt: skip
    each = forall(points, degrees, *rows, _from_zero[y], given=[le(top, y), *apart],
                  holds=le(sp.Abs(entry(product)) ** r, y**r))  # fmt: skip
    below_y = prove.chain(each.conclude(le(sp.Abs(entry(product)), y)), above, no_less(prove, top, y - top))
    raised = prove.chain(each, fact(below_y), at(powers_between(prove), {x: sp.Abs(entry(product)), k: r}))
    bounded = forall(points, degrees, _from_zero[y], given=[le(top, y), le(0, y**r)], holds=le(0, 0))
    non_negative = prove.power("non-negative", y, r, _from_zero[y], degrees)
    ceiling = prove.matrices("bound", bounded, N, power, y**r, of="off_maximum", premises=[raised], indices=(p, q))
    return prove.chain(
        goal, fact(non_negative), fact(ceiling), product_known(prove, N - 1, y**r - largest),
        no_less(prove, goal.conclusion.lhs, (N - 1) * (y**r - largest)), discs,
    )  # fmt: skip



def kernel_of_one(prove: Proof) -> Step:
    """ntk(L, 1) = L + 1."""
    own = forall(hidden, family=RELU, holds=eq(ntk(L, 1), L + 1))
    return inductive(
        prove, own, L,
        lambda base: prove.identity(base, unfold=[ntk(0, 1)]),
        lambda step: prove.identity(
            step,
            [["unfold", ntk(L + 1, 1)], ["given", len(step.given) - 1], ["unfold", iterate(L + 1, 1)],
             ["unfold", iterate(L, 1)], ["unfold", dual_slope(1)]],
        ),
    )  # fmt: skip


def squares_of_lengths(prove: Proof) -> Step:
    """0 <= min |x_i|^2."""
    squared = prove.polynomial(le(0, x**2), interval(x, -sp.oo, sp.oo))
    each = prove.chain(forall(rows[0], holds=le(0, component(a, p) ** 2)), at(squared, {x: component(a, p)}))
    frame = forall(points, holds=le(0, 0))
    return prove.matrices("bound", frame, N, length**2, 0, of="minimum", premises=[each], indices=(p, q))


def on_the_diagonal(prove: Proof, goal: Statement) -> Step:
    """l(K^(L)) <= L |x_p|^2, with the L of the paper."""
    kernel, at_one = pair * ntk(L, cosine), kernel_of_one(prove)
    frame = forall(points, hidden, rows[0], given=[le(p, N)], family=RELU, holds=le(0, 0))
    diagonal = prove.matrices("diagonal", frame, N, kernel)
    of_row = length**2 * ntk(L, 1)
    member = prove.matrices("entry", frame, N, of_row, of="minimum", at=[p])
    value = component(a, p) ** 2
    return prove.chain(
        goal, diagonal, member,
        prove.identity(goal.conclude(eq(value * ntk(L, 1), value * (L + 1))), using=[(at_one, {})]),
    )  # fmt: skip


def by_the_trace(prove: Proof, goal: Statement, diagonal: Step) -> Step:
    """N l(K^(L)) <= L sum |x_i|^2: the same for each point, summed up to j <= N."""
    total = goal.conclusion.rhs / (L + 1)
    (of_lengths,) = total.atoms(sp.Sum)
    least = goal.conclusion.lhs / N
    (index_of_sum, _, _) = of_lengths.args[1]

    def part(to: Any) -> Any:
        return of_lengths.func(of_lengths.function, (index_of_sum, 1, to))

    partial = forall(points, hidden, Variable(k, sp.S.Zero), given=[le(k, N)], family=RELU,
                     holds=le(k * least, (L + 1) * part(k)))  # fmt: skip
    fresh = (L + 1) * component(a, k + 1) ** 2

    def step(target: Statement) -> Step:
        before = (L + 1) * part(k)
        opened = prove.identity(target.conclude(eq(before + fresh, (L + 1) * part(k + 1))), unfold=[part(k + 1)])
        return prove.chain(
            target, fact(diagonal, {p: k + 1}),
            no_less(prove, (k + 1) * least, before - k * least), no_less(prove, before + least, fresh - least), opened,
        )  # fmt: skip

    summed = inductive(
        prove, partial, k,
        lambda base: prove.chain(
            base, prove.identity(base.conclude(eq(base.conclusion.lhs, base.conclusion.rhs)), unfold=[part(0)])
        ),
        step,
    )  # fmt: skip
    return prove.chain(goal, at(summed, {k: N}))



def greatest_power(prove: Proof) -> Step:
    """0 <= max |x_i|^(2(r - 1))."""
    top = maximum(length, N)
    above = prove.matrices("entry", forall(points, rows[0], given=[le(p, N)], holds=le(0, 0)), N, length,
                           of="maximum", at=[p])  # fmt: skip
    weak = prove.chain(
        forall(points, given=[nonzero], holds=le(0, top)), at(lengths_positive(prove), {p: 1}), at(above, {p: 1})
    )
    raised = prove.power("non-negative", y, 2 * r - 2, _from_zero[y], degrees)
    goal = forall(points, degrees, given=[nonzero], holds=le(0, top ** (2 * r - 2)))
    return prove.chain(goal, fact(weak), at(raised, {y: top}))


def whole(prove: Proof, goal: Statement, homogeneous_step: Step, links: tuple[Step, Step, Step]) -> Step:
    """2 mu_r^2 l((X X^T)^(o r)) <= l(K^(L)) max |x_i|^(2(r - 1))."""
    coefficient, second, layers = links
    between = prove.chain(
        forall(*goal.variables, family=RELU,
               holds=le(coefficient.conclusion.conclusion.lhs, layers.conclusion.conclusion.rhs)),
        coefficient, second, layers,
    )  # fmt: skip
    left, right = between.conclusion.conclusion.lhs, between.conclusion.conclusion.rhs
    low, high = homogeneous_step.conclusion.conclusion.lhs, homogeneous_step.conclusion.conclusion.rhs
    positive = coefficient_positive(prove, forall(degrees, holds=le(0, 0)))
    return prove.chain(
        goal, fact(positive), fact(greatest_power(prove)), fact(homogeneous_step), fact(between),
        scaled(prove, 2 * square(r), low, high), scaled(prove, maximum(length, N) ** (2 * r - 2), left, right),
    )  # fmt: skip
