"""Attacks on the rules for induction, case distinctions, definitions and vertices: none may prove what is false."""

from collections.abc import Callable

import pytest
import sympy as sp

from deepcond_sym.errors import InputError
from deepcond_sym.proof import (
    NONLINEAR,
    NORMALISED,
    SERIES,
    UNCENTRED,
    Proof,
    RuleFailure,
    Sequence,
    Statement,
    Step,
    Variable,
    derive,
    dual,
    dual_slope,
    eq,
    forall,
    index,
    interval,
    iterate,
    le,
    lt,
    member,
    mu,
    ne,
)  # fmt: skip
from deepcond_sym.proof.encoding import encode_relation, encode_statement
from deepcond_sym.proof.tactics.powers import power_grows

from .forging import chain, identity, induction, polynomial, real, simple

FORGERIES: dict[str, Callable[[], Step]] = {}
x, y, r, s = map(real, "xyrs")
k, indices = index("k")
i, degrees = index("i")
L, layers = index("L")
unit = interval(x, 0, 1)
prove = Proof()


def forgery(function: Callable[[], Step]) -> Callable[[], Step]:
    FORGERIES[function.__name__.replace("_", " ")] = function
    return function


def always(statement: Statement) -> Step:
    """A statement whose conclusion is among its hypotheses."""
    holds = statement.conclusion
    nothing = polynomial(forall(unit, holds=le(0, 0)))
    return derive(
        "consequence",
        {
            "statement": encode_statement(statement),
            "uses": [{"role": "link", "with": {}}, {"role": "fact", "with": {"x": "0"}}],
        },
        identity(statement.conclude(eq(holds.lhs, holds.rhs))),
        nothing,
    )


@forgery
def an_induction_whose_step_assumes_what_it_shows():
    """k <= 0 at k = 0, and k + 1 <= 0 given k + 1 <= 0."""
    goal = forall(indices, holds=le(k, 0))
    step = chain(
        forall(indices, given=[le(k + 1, 0)], holds=le(k + 1, 0)),
        (polynomial(forall(unit, interval(y, 0, sp.oo), holds=le(x - y, x))), {"x": 0, "y": -k - 1}, "link"),
    )
    return induction(goal, k, polynomial(forall(holds=le(0, 0))), step)


@forgery
def an_induction_without_its_base():
    """k + 7 <= 0 goes on from k to k + 1 nowhere, but k^2 <= k goes on from a false start."""
    goal = forall(indices, holds=le(1, 0))
    base = polynomial(forall(holds=le(0, 1)))
    return induction(goal, k, base, polynomial(forall(indices, holds=le(0, 1))))


@forgery
def an_induction_from_a_later_index():
    """The step from 1 on says nothing of the step from 0 to 1: k <= k^2/2 + ... fails between."""
    later = Variable(k, sp.Integer(4))
    goal = forall(indices, holds=le(2 * k, k**2))
    step = polynomial(forall(later, holds=le(2 * (k + 1), (k + 1) ** 2)))
    return induction(goal, k, polynomial(forall(holds=le(0, 0))), step)


@forgery
def an_induction_up_to_a_bound_of_the_index():
    """With k in {0, ..., 3} there is no k + 1 at the end."""
    short = Variable(k, sp.Integer(0), sp.Integer(3))
    goal = Statement(le(k, 3), (short,))
    return induction(goal, k, polynomial(forall(holds=le(0, 3))), polynomial(Statement(le(k + 1, 4), (short,))))


@forgery
def an_induction_under_a_hypothesis_that_does_not_persist():
    """Given k != 3, the step from 2 to 3 is never made."""
    goal = forall(indices, given=[ne(k, 3)], holds=le(0, 1))
    one = polynomial(forall(holds=le(0, 1)))
    return induction(goal, k, one, one)


@forgery
def an_induction_on_a_parameter_of_a_sequence():
    """c(0) = k is a sequence of its own for every k."""
    c = Sequence("c", L, 0, k, sp.Function("c", real=True)(L))
    goal = forall(indices, sequences=[c], holds=eq(c(0), 0))
    zero = polynomial(forall(holds=le(0, 0)))
    return induction(goal, k, zero, zero)


@forgery
def an_induction_for_a_wider_family_than_its_step():
    goal = forall(indices, unit, family=UNCENTRED, holds=le(dual(x), x + k))
    linear = simple("vertices", forall(unit, family=NORMALISED, holds=le(dual(x), x)), head=2)
    base = chain(forall(unit, family=NORMALISED, holds=le(dual(x), x)), (linear, {}, "link"))
    more = polynomial(forall(unit, indices, holds=le(x, x + k + 1)))
    step = chain(
        forall(indices, unit, family=NORMALISED, holds=le(dual(x), x + k + 1)), (linear, {}, "link"), (more, {}, "link")
    )
    return induction(goal, k, base, step)


@forgery
def two_intervals_that_do_not_cover():
    low = polynomial(forall(interval(x, 0, "1/4"), holds=le(x, 1)))
    high = polynomial(forall(interval(x, "1/2", 1), holds=le(x, 1)))
    return simple("cases", forall(unit, holds=le(x, 1)), low, high, part="split")


@forgery
def two_intervals_with_a_hole_of_one_point():
    low = polynomial(forall(interval(x, 0, "1/2", ")"), holds=ne(x, "1/2")))
    high = polynomial(forall(interval(x, "1/2", 1, "("), holds=ne(x, "1/2")))
    return simple("cases", forall(unit, holds=ne(x, "1/2")), low, high, part="split")


@forgery
def an_absolute_value_from_one_of_its_sides():
    side = polynomial(forall(interval(x, -2, 1), holds=le(x, 1)))
    return simple("cases", forall(interval(x, -2, 1), holds=le(sp.Abs(x), 1)), side, side, part="absolute")


@forgery
def a_case_under_another_hypothesis():
    """Given x <= 0 twice."""
    wanted = forall(interval(x, -1, 1), holds=le(x, 0))
    negative = chain(
        forall(interval(x, -1, 1), given=[le(x, 0)], holds=le(x, 0)),
        (polynomial(forall(interval(y, 0, sp.oo), holds=le(-y, 0))), {"y": -x}, "link"),
    )
    between = encode_relation(le(x, 0))
    arguments = {"part": "order", "statement": encode_statement(wanted), "between": between}
    return derive("cases", arguments, negative, negative)


@forgery
def a_member_that_is_no_dual():
    """2 t - t^2 has a negative coefficient."""
    t = real("t")
    fake = member(t, 2 * t - t**2)
    return identity(forall(unit, family=fake, holds=eq(dual(x), 2 * x - x**2)), [dual(x)])


@forgery
def a_member_with_another_mu():
    t = real("t")
    return identity(forall(unit, family=member(t, t**2), holds=eq(dual(x), x**2)), [dual(x)])


@forgery
def a_second_moment_that_is_not_known():
    return identity(forall(family=SERIES, holds=eq(dual(1), 1)), [dual(1)])


@forgery
def a_first_coefficient_of_an_uncentred_activation():
    return identity(forall(family=UNCENTRED, holds=eq(dual(0), 0)), [dual(0)])


@forgery
def a_depth_below_the_first_layer():
    """iterate(L - 1, x) at L = 0."""
    below = eq(iterate(L, x), dual(iterate(L - 1, x)))
    return identity(forall(layers, unit, family=NORMALISED, holds=below), [iterate(L, x)])


@forgery
def vertices_from_a_premise_that_starts_too_late():
    """r^i <= s^2 for i >= 3 leaves i = 2 to the polynomial rule, and with head = 2 to nobody."""
    late = Variable(i, sp.Integer(3))
    known = polynomial(forall(unit, late, holds=le(0, 0)))
    cubic = chain(
        forall(unit, late, holds=le(x**i, x**3)),
        (power_of_three(), {"x": x, "i": i}, "link"),
    )
    goal = forall(unit, family=NORMALISED, holds=le(dual(x), (1 - mu) * x + mu * x**3))
    return simple("vertices", goal, cubic, known, head=2)


def power_of_three() -> Step:
    """x^i <= x^3 on [0, 1] for i >= 3."""
    late = Variable(i, sp.Integer(3))
    at_most = prove.power("at most one", x, i - 3, unit, late)
    non_negative = prove.power("non-negative", x, i - 3, unit, late)
    scaled = polynomial(forall(unit, interval(y, 0, 1), holds=le(x**3 * y, x**3)))
    return chain(
        forall(unit, late, holds=le(x**i, x**3)),
        (at_most, {}, "fact"), (non_negative, {}, "fact"), (scaled, {"y": x ** (i - 3)}, "link"),
    )  # fmt: skip


@forgery
def vertices_from_a_premise_with_a_hypothesis_of_its_own():
    ordered = power_grows(prove)
    a, b = (next(v.symbol for v in ordered.conclusion.variables if v.symbol.name == name) for name in "xy")
    goal = forall(interval(a, 0, 1), interval(b, 0, 1), family=NORMALISED, holds=le(dual(a), dual(b)))
    return simple("vertices", goal, ordered, head=1)


@forgery
def a_strict_vertex_from_a_premise_that_is_not_strict():
    goal = forall(interval(s, 0, 1), family=NONLINEAR, holds=lt(dual(s), 1))
    known = prove.power("at most one", s, i, interval(s, 0, 1), degrees)
    return simple("vertices", goal, known, head=2)


@forgery
def an_index_of_the_vertices_that_the_statement_uses_itself():
    """k dual(x) <= k x^k at the vertex i = k says nothing of the other vertices."""
    some = Variable(k, sp.Integer(2))
    goal = forall(unit, some, family=NORMALISED, holds=le(k * dual(x), k * x**k + 1 - mu))
    trivial = identity(forall(unit, indices, holds=eq(k * x**k, k * x**k)))
    premise = chain(forall(unit, indices, holds=le(k * x**k, k * x**k)), (trivial, {}, "link"))
    return simple("vertices", goal, premise, head=2)


@forgery
def a_bound_through_the_slope_for_activations_that_have_none():
    """0 < 1/dual_slope(1) is said of finite slopes only."""
    slope = simple("vertices", forall(family=NORMALISED, holds=le(1, dual_slope(1))), head=2)
    inverse = polynomial(forall(interval(y, 1, sp.oo), holds=lt(0, 1 / y)))
    small = polynomial(forall(interval(y, 1, sp.oo), holds=le(1 / y, 1)))
    return chain(
        forall(family=NORMALISED, holds=lt(0, 1)), (slope, {}, "fact"), (inverse, {"y": dual_slope(1)}, "link"),
        (small, {"y": dual_slope(1)}, "link"),
    )  # fmt: skip


@forgery
def a_slope_at_a_variable_that_may_be_1_for_activations_that_have_none_there():
    """Some dual activations have no slope at 1; all have one at every point of [0, 1)."""
    return chain(forall(family=NORMALISED, holds=le(0, 1)), (_slope(""), {"s": sp.S.One}, "fact"), (_one(), {}, "link"))


def _slope(ends: str) -> Step:
    """0 <= dual_slope(s) on [0, 1] or, with ends ")", on [0, 1)."""
    here, from_one = interval(s, 0, 1, ends), Variable(i, sp.S.One)
    product = polynomial(forall(interval(x, 0, sp.oo), interval(y, 0, sp.oo), holds=le(0, x * y)))
    known = prove.power("non-negative", s, i - 1, interval(s, 0, 1), from_one)
    power = chain(
        forall(here, from_one, holds=le(0, i * s ** (i - 1))), (known, {}, "fact"),
        (product, {"x": i, "y": s ** (i - 1)}, "link"),
    )  # fmt: skip
    return simple("vertices", forall(here, family=NORMALISED, holds=le(0, dual_slope(s))), power, head=1)


def _one() -> Step:
    return polynomial(forall(holds=le(0, 1)))


@forgery
def a_slope_at_zero_in_the_tail():
    """dual_slope(0) is 1 at i = 1, so it is no part of a tail that starts there."""
    return simple("vertices", forall(family=NORMALISED, holds=le(dual_slope(0), 0)), head=1)


@pytest.mark.parametrize("name", FORGERIES)
def test_the_kernel_refuses(name: str) -> None:
    with pytest.raises((RuleFailure, InputError)):
        FORGERIES[name]()


def test_the_true_neighbours_pass() -> None:
    """The forgeries fail for what is wrong in them, not because the rules fail always."""
    chain(
        forall(family=NORMALISED, holds=le(0, 1)), (_slope(")"), {"s": sp.Rational(1, 2)}, "fact"), (_one(), {}, "link")
    )
    sum_of_odds = Sequence("S", k, 0, sp.S.Zero, sp.Function("S", real=True)(k) + 2 * k + 1)
    prove.closed_form(forall(indices, sequences=[sum_of_odds], holds=eq(sum_of_odds(k), k**2)))
    low = polynomial(forall(interval(x, 0, "1/2"), holds=le(x, 1)))
    high = polynomial(forall(interval(x, "1/2", 1), holds=le(x, 1)))
    prove.split(forall(unit, holds=le(x, 1)), low, high)
    t = real("t")
    quadratic = member(t, (1 - mu) * t + mu * t**2)
    identity(forall(interval(mu, 0, 1), unit, family=quadratic, holds=eq(dual(x), (1 - mu) * x + mu * x**2)), [dual(x)])
    identity(forall(family=NORMALISED, holds=eq(dual_slope(0), 1 - mu)), [dual_slope(0)])
    below = forall(unit, family=NORMALISED, holds=le(dual(x), (1 - mu) * x + mu * x**2))
    simple("vertices", below, power_two(), head=2)


def power_two() -> Step:
    """x^i <= x^2 on [0, 1] for i >= 2."""
    late = Variable(i, sp.Integer(2))
    at_most = prove.power("at most one", x, i - 2, unit, late)
    non_negative = prove.power("non-negative", x, i - 2, unit, late)
    scaled = polynomial(forall(unit, interval(y, 0, 1), holds=le(x**2 * y, x**2)))
    return chain(
        forall(unit, late, holds=le(x**i, x**2)),
        (at_most, {}, "fact"), (non_negative, {}, "fact"), (scaled, {"y": x ** (i - 2)}, "link"),
    )  # fmt: skip
