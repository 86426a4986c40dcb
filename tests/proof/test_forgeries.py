"""Attacks on the trusted kernel through its arguments: each of them once proved something false.

Every entry of the table drives the rules with arguments that a hostile certificate could hold and ends in a statement
that is false or has no meaning. The kernel must refuse on the way. The docstring of each says what went wrong.
"""

from collections.abc import Callable
from typing import Any

import pytest
import sympy as sp

from deepcond_sym.errors import InputError
from deepcond_sym.proof import (
    NORMALISED,
    SERIES,
    Proof,
    RuleFailure,
    Sequence,
    Statement,
    Step,
    Variable,
    derive,
    dual,
    eq,
    forall,
    hermite_at_zero,
    index,
    interval,
    iterate,
    le,
    limit,
    lt,
    member,
    mu,
    ntk,
    repeat,
    tending,
)  # fmt: skip
from deepcond_sym.proof.encoding import decode_statement, encode_relation, encode_statement, encode_term
from deepcond_sym.proof.language import dual_slope
from proofs_checks.agarwal2021 import data

from .forging import chain, identity, polynomial, real, simple, whole

FORGERIES: dict[str, Callable[[], Step]] = {}

x, y, z, t, s, r, g = map(real, "xyztsrg")
rho, delta = real("rho"), real("delta")
k, indices = index("k")
m, others = index("m")
L, layers = index("L")
half = sp.Rational(1, 2)
prove = Proof()


def forgery(function: Callable[[], Step]) -> Callable[[], Step]:
    FORGERIES[function.__name__.replace("_", " ")] = function
    return function


@forgery
def a_zero_denominator_offered_as_a_factorisation():
    """0/0 equals every difference."""
    false = forall(interval(x, 0, 1), holds=le(1, x))
    return polynomial(false, [{"numerator": [], "denominator": [["0", 1, 1, None]], "content": "0"}])


@forgery
def a_square_of_an_imaginary_factor():
    """-x^2 = (i x)^2, and even powers were not looked at."""
    factor = ["mul", ["pow", "-1", "1/2"], {"var": "x"}]
    false = forall(interval(x, 0, 1), holds=le(x**2, 0))
    return polynomial(false, [{"numerator": [[factor, 2, 1, None]], "denominator": [], "content": "1"}])


@forgery
def a_square_of_a_square_root():
    false = forall(interval(x, -1, 1), holds=le(0, x))
    factor = encode_term(sp.sqrt(x))
    return polynomial(false, [{"numerator": [[factor, 2, 1, None]], "denominator": [], "content": "1"}])


@forgery
def a_number_that_is_no_number():
    false = {"holds": ["<=", "1/0", "0"]}
    return derive("polynomial", {"statement": false})


@forgery
def an_imaginary_constant():
    false = {"holds": ["<=", "0", ["pow", ["mul", ["pow", "-1", "1/2"], {"var": "x"}], "2"]]}
    false["variables"] = [{"symbol": {"var": "x"}, "from": "0", "to": "1", "open": ""}]
    return derive("polynomial", {"statement": false})


@forgery
def infinity_as_a_term():
    return derive("polynomial", {"statement": {"holds": ["<=", "0", "oo"]}})


@forgery
def a_quotient_that_has_no_value_at_a_point_of_the_box():
    """x^2/(x^2 + x^4) has no value at 0; only its continuation is positive."""
    return polynomial(forall(interval(x, -1, 1), holds=lt(0, x**2 / (x**2 + x**4))))


@forgery
def a_pole_that_cancels_in_the_difference():
    return polynomial(forall(interval(x, 0, 1), holds=le(1 / x, 1 / x + 1)))


@forgery
def the_upper_end_of_an_integer_variable():
    bounded = polynomial(forall(Variable(k, sp.Integer(0), sp.Integer(3)), holds=le(k, 3)))
    return chain(forall(others, holds=le(m, 3)), (bounded, {"k": m}, "link"))


@forgery
def the_open_lower_end_of_an_integer_variable():
    positive = polynomial(forall(Variable(k, sp.Integer(0), open_lower=True), holds=lt(0, k)))
    return chain(forall(others, holds=lt(0, m)), (positive, {"k": m}, "link"))


@forgery
def an_end_that_depends_on_a_variable():
    """x in [y, y] is x = y; at x = y, y = 1 - y the end was compared without substitution."""
    premise = identity(forall(interval(y, 0, 1), interval(x, y, y), holds=eq(x, y)))
    return chain(forall(interval(y, 0, 1), holds=eq(y, 1 - y)), (premise, {"x": y, "y": 1 - y}, "link"))


@forgery
def a_variable_listed_twice():
    """Some rules look at the first interval only."""
    return polynomial(Statement(le(0, 1), (interval(x, 0, 1), interval(x, 5, 6))))


@forgery
def a_root_of_a_negative_number_for_a_real_variable():
    """z^2 >= 0 for real z, at z = sqrt(x) with x < 0."""
    square = polynomial(forall(Variable(z), holds=le(0, z**2)))
    return chain(forall(interval(x, -1, 1), holds=le(0, x)), (square, {"z": sp.sqrt(x)}, "link"))


@forgery
def a_term_without_value_for_a_real_variable():
    """x y = 0 for x = 0 and every real y, at y = 1/x."""
    step = identity(forall(interval(x, 0, 0), Variable(y), holds=eq(x * y, 0)))
    both_signs = [{"numerator": [["_", 1, d, None]], "denominator": [], "content": str(d)} for d in (1, -1)]
    for found in both_signs:
        found["numerator"][0][0] = encode_term(x)
    return chain(forall(interval(x, 0, 0), holds=eq(1, 0)), (step, {"y": 1 / x}, "link"), evidence=both_signs)


@forgery
def mu_of_a_family_put_equal_to_something_else():
    """mu is 1 - p_1 of the activation; as a listed variable it could be given any value."""
    bound = (1 - mu) * t + mu * t**2
    layer = simple("vertices", forall(interval(t, 0, 1), family=NORMALISED, holds=le(dual(t), bound)), head=2)
    tied = chain(
        forall(interval(mu, 0, 1), interval(t, 0, 1), family=NORMALISED, holds=le(dual(t), bound)), (layer, {}, "link")
    )
    false = forall(interval(t, 0, 1), family=NORMALISED, holds=le(dual(t), t**2))
    return chain(false, (tied, {"mu": 1}, "link"))


@forgery
def mu_of_a_member_put_equal_to_something_else():
    q = (1 - mu) * t + mu * t**2
    step = prove.attained(t, q)
    false = forall(
        interval(mu, 0, 1),
        layers,
        interval(s, 0, 1),
        family=member(t, q),
        holds=eq(iterate(L, s), repeat(t**2, t, L, s)),
    )
    return chain(false, (step, {"mu": 1}, "link"))


@forgery
def one_layer_at_r_equal_to_mu_only():
    """dual(mu) <= q(mu), where mu is 1 - p_1, says nothing of other correlations."""
    layer = simple(
        "vertices", forall(interval(t, 0, 1), family=NORMALISED, holds=le(dual(t), (1 - mu) * t + mu * t**2)), head=2
    )
    at_mu = chain(
        forall(interval(mu, 0, 1), family=NORMALISED, holds=le(dual(mu), mu - mu**2 + mu**3)),
        (layer, {"t": mu}, "link"),
    )
    return prove.majorant(at_mu, t, t - t**2 + t**3)


@forgery
def a_bound_variable_that_is_no_symbol():
    layer = simple("vertices", forall(interval(t, 0, 1), family=NORMALISED, holds=le(dual(t), 1)), head=2)
    return prove.majorant(layer, half, sp.S.One)


@forgery
def a_parameter_of_a_sequence_put_equal_to_something_else():
    """c(1) = rho, used at rho = 1/2 while the sequence still starts at rho."""
    c = Sequence("c", L, 1, rho, sp.Function("c", real=True)(L))
    first = identity(forall(interval(rho, -1, 1), sequences=[c], holds=eq(c(1), rho)), [c(1)])
    return chain(forall(interval(rho, -1, 1), sequences=[c], holds=eq(c(1), half)), (first, {"rho": half}, "link"))


@forgery
def two_sequences_of_one_name():
    zero, one = (Sequence("c", L, 0, sp.Integer(i), sp.Function("c", real=True)(L)) for i in (0, 1))
    first = identity(forall(sequences=[zero], holds=eq(0, zero(0))), [zero(0)])
    second = identity(forall(sequences=[one], holds=eq(one(0), 1)), [one(0)])
    return chain(forall(sequences=[zero, one], holds=eq(0, 1)), (first, {}, "link"), (second, {}, "link"))


@forgery
def sequences_that_define_each_other_in_a_circle():
    a, b = (sp.Function(name, real=True) for name in "ab")
    pair = [Sequence("a", L, 0, sp.S.Zero, b(L + 1)), Sequence("b", L, 0, sp.S.Zero, a(L + 1) + 1)]
    first = identity(forall(sequences=pair, holds=eq(0, b(1) - a(1))), [a(1)])
    second = identity(forall(sequences=pair, holds=eq(b(1) - a(1), 1)), [b(1)])
    return chain(forall(sequences=pair, holds=eq(0, 1)), (first, {}, "link"), (second, {}, "link"))


@forgery
def a_sequence_with_the_name_of_a_function_of_the_theory():
    fake = Sequence("hermite_at_zero", m, 0, sp.Integer(7), sp.Integer(7))
    false = forall(indices, sequences=[fake], holds=eq(hermite_at_zero(2 * k), (-1) ** k * sp.factorial2(2 * k - 1)))
    return prove.closed_form(false)


@forgery
def a_function_that_nobody_defined():
    """`power` is the normal form's own name for b^k."""
    return identity(
        decode_statement(
            {
                "holds": [
                    "==",
                    ["power()", {"var": "x"}, {"var": "k", "integer": True}],
                    ["pow", {"var": "x"}, {"var": "k", "integer": True}],
                ],
                "variables": [
                    {"symbol": {"var": "x"}, "from": "1", "to": "2", "open": ""},
                    {"symbol": {"var": "k", "integer": True}, "from": "0", "to": "oo", "open": ""},
                ],
            }
        )
    )


@forgery
def the_index_of_a_closed_form_as_a_parameter_of_the_sequence():
    """p(j + 1) = p(j) + k gives p(k) = k^2, not k (k - 1)/2."""
    p = Sequence("p", whole("j"), 0, sp.S.Zero, sp.Function("p", real=True)(whole("j")) + k)
    return prove.closed_form(forall(indices, sequences=[p], holds=eq(p(k), k * (k - 1) / 2)))


@forgery
def an_inequality_used_as_an_equality_in_a_closed_form():
    """D(k) = 0 <= 5 k; E(k + 1) = E(k) + D(k) is not E(k + 1) = E(k) + 5 k."""
    D = Sequence("D", k, 0, sp.S.Zero, sp.Function("D", real=True)(k))
    E = Sequence("E", k, 0, sp.S.Zero, sp.Function("E", real=True)(k) + sp.Function("D", real=True)(k))
    zero = prove.closed_form(forall(indices, sequences=[D], holds=eq(D(k), 0)))
    above = polynomial(forall(indices, holds=le(0, 5 * k)))
    loose = chain(forall(indices, sequences=[D], holds=le(D(k), 5 * k)), (zero, {}, "link"), (above, {}, "link"))
    return prove.closed_form(forall(indices, sequences=[D, E], holds=eq(E(k), sp.Rational(5, 2) * k * (k - 1))), loose)


@forgery
def a_power_of_minus_one_with_a_real_exponent():
    """(-1)^(2 y) = 1 for integers only: at y = 1/2 it is -1."""
    return identity(forall(interval(y, 0, 1), holds=eq(sp.Pow(-1, 2 * y), 1)))


@forgery
def an_equality_put_in_under_a_bound_variable():
    """x = 1 on [1, 1] says nothing of the x that `repeat` binds."""
    one = identity(forall(interval(x, 1, 1), holds=eq(x, 1)))
    false = forall(interval(x, 1, 1), layers, holds=eq(repeat(2 * x, x, L, 3), repeat(sp.Integer(2), x, L, 3)))
    return identity(false, None, (one, {}))


@forgery
def a_point_interval_for_a_bound_variable():
    false = forall(interval(x, 1, 1), layers, holds=eq(repeat(2 * x, x, L, 3), repeat(x + 1, x, L, 3)))
    return identity(false)


@forgery
def a_ratio_that_depends_on_the_guard():
    """One step divides g by a factor that depends on g, so L steps do not give its L-th power."""
    one_step = polynomial(forall(interval(g, 0, 1), holds=le(g - g**2 / 2, g - g**2 / 2)))
    return prove.invariant_sequence(
        interval(g, 0, 1), indices,
        step=one_step, t=t, body=t - t**2 / 2, g=g, bound=g, first=1, ratio=1 - g / 2, start=1, index=k,
    )  # fmt: skip


@forgery
def an_invariant_sequence_from_a_guard_of_integers():
    """The step inequality holds at the integers 0 and 1 only."""
    one_step = polynomial(forall(Variable(m, sp.S.Zero, sp.S.One), holds=le(m / 2, m / 2)))
    return prove.invariant_sequence(
        indices, step=one_step, t=t, body=t / 2, g=m, bound=m, first=1, ratio=half, start=1, index=k
    )


@forgery
def a_strict_sign_for_the_zero_series():
    return simple("vertices", forall(family=SERIES, holds=lt(0, dual(1))), head=2)


@forgery
def a_name_of_the_tail_that_is_not_among_the_variables():
    """tail_z0 got its interval from the rule itself."""
    z0 = real("tail_z0")
    false = Statement(le(0, z0 * dual(x)), (interval(x, 0, 1),), (), NORMALISED)
    return simple("vertices", false, head=1)


@forgery
def a_double_sum():
    """A second pair of limits doubles the sum."""
    h, hh = whole("h"), whole("hh")
    factors = sp.Product(dual_slope(iterate(hh - 1, rho)), (hh, h + 1, L))
    false = forall(
        interval(rho, -1, 1),
        layers,
        family=NORMALISED,
        holds=eq(ntk(L, rho), sp.Sum(iterate(h, rho) * factors, (h, 0, L), (m, 1, 2))),
    )
    return prove.unrolled(false)


@forgery
def an_evaluation_at_an_activation_that_the_statement_does_not_name():
    instance = {"weights": ["0", "1"]}
    statement = {"holds": encode_relation(eq(dual(half), half))}
    return derive("evaluation", {"statement": statement, "instances": [instance]})


@forgery
def an_evaluation_of_one_sequence_among_all_that_tend_to_a():
    K = real("K")
    return simple("evaluation", forall(holds=eq(tending(K, 3, 0), 0)))


@forgery
def a_limit_of_a_recursion_whose_coefficients_still_move():
    """y(k + 1) = y(k)/2 + 1/(k + 1) tends to 0, slower than a constant recursion would."""
    Y = Sequence("Y", k, 0, sp.S.Zero, sp.Function("Y", real=True)(k) / 2 + 1 / (k + 1))
    return simple("evaluation", forall(sequences=[Y], holds=lt(sp.Rational(1, 1000), limit(real("Y")))))


@forgery
def the_separation_of_the_data_put_equal_to_one():
    """|x_i . x_j| <= 1 - delta is known of the points, and not |x_i . x_j| <= 0."""
    premise = _entries()
    false = forall(data.points, interval(delta, 0, 1, "("), given=[data.apart], family=NORMALISED,
                   holds=le(data.off_diagonal(0), 0))  # fmt: skip
    return chain(false, (premise, {"delta": 1, "L": 0}, "link"))


@forgery
def the_separation_of_the_data_forgotten():
    false = forall(data.points, interval(delta, 0, 1, "("), family=NORMALISED,
                   holds=le(data.off_diagonal(0), 1 - delta))  # fmt: skip
    return chain(false, (_entries(), {"L": 0}, "link"))


def _entries() -> Step:
    """The off-diagonal entries are at most 1 - delta, proved."""
    absolute = prove.absolute()
    layer = simple("vertices", forall(interval(t, 0, 1), family=NORMALISED, holds=le(dual(t), t)), head=2)
    major = prove.majorant(layer, t, t)
    goal = Statement(
        le(sp.Abs(iterate(L, rho)), repeat(t, t, L, 1 - delta)),
        (interval(rho, -1, 1), interval(delta, 0, 1, "("), layers),
        (le(sp.Abs(rho), 1 - delta),),
        NORMALISED,
    )
    many = chain(goal, (absolute, {}, "link"), (major, {"r": sp.Abs(rho), "s": 1 - delta}, "link"))
    entries = prove.entries(many, rho, data.X, data.points)
    one_step = polynomial(forall(interval(g, 0, 1), holds=le(1 - g, 1 - g)))
    still = prove.invariant_sequence(
        interval(delta, 0, 1, "("), layers,
        step=one_step, t=t, body=t, g=g, bound=1 - g, first=delta, ratio=1, start=1 - delta, index=L,
    )  # fmt: skip
    return chain(
        entries.conclusion.conclude(le(data.off_diagonal(L), 1 - delta)),
        (entries, {}, "link"), (still, {}, "link"),
    )  # fmt: skip


def _ball_box(statement: Statement, tree: Any) -> Step:
    return derive("ball box", {"statement": encode_statement(statement)}, evidence=[tree])


@forgery
def a_cut_at_infinity():
    """It would turn an end that the half-line leaves out into one that it has, where only the limit is 0."""
    zero_tail = forall(interval(x, 0, sp.oo), holds=lt(0, (sp.Abs(x - 1) - x + 1) * sp.exp(-x)))
    tree = ["split", "x", "oo", ["slope", "x", 1, ["plain"], None], ["slope", "x", 1, ["plain"], None]]
    return _ball_box(zero_tail, tree)


@forgery
def a_cut_at_a_variable():
    tree = ["split", "x", {"var": "y"}, ["plain"], ["plain"]]
    return _ball_box(forall(interval(x, 0, 1), interval(y, 0, 1), holds=le(x, 0)), tree)


@forgery
def a_limit_taken_for_a_value():
    """exp(-x) tends to 0, and is never 0 or less."""
    return _ball_box(forall(interval(x, 0, sp.oo), holds=le(sp.exp(-x), 0)), ["slope", "x", 1, ["plain"], None])


@forgery
def a_strict_sign_at_an_end_that_belongs_to_the_box():
    """x > 0 on [0, 1]: the derivative is positive, but x = 0 is there."""
    return _ball_box(forall(interval(x, 0, 1), holds=lt(0, x)), ["slope", "x", 0, ["plain"], ["zero"]])


@forgery
def an_open_end_that_a_cut_has_moved():
    """x > 1/2 on (1/2, 1], offered for (0, 1]: the left out end stays where it is."""
    tree = ["split", "x", "1/2", ["slope", "x", 0, ["plain"], ["zero"]], ["slope", "x", 0, ["plain"], ["zero"]]]
    return _ball_box(forall(interval(x, 0, 1, "("), holds=lt(half, x)), tree)


@forgery
def a_slope_across_a_kink():
    """d|x|/dx is sign x, which has no enclosure."""
    tree = ["slope", "x", 0, ["plain"], ["plain"]]
    return _ball_box(forall(interval(x, -1, 1), holds=le(1, sp.Abs(x) - x)), tree)


@forgery
def a_slope_across_a_pole():
    """-1/x^2 < 0 away from 0, but 1/x jumps there."""
    tree = ["slope", "x", 1, ["plain"], ["plain"]]
    return _ball_box(forall(interval(x, -1, 1), holds=le(0, 1 + 1 / x)), tree)


@forgery
def a_logarithm_that_cancels_in_the_difference():
    return _ball_box(forall(interval(x, -1, 1), holds=lt(sp.log(x), 1 + sp.log(x))), ["plain"])


@forgery
def a_factor_of_either_sign():
    tree = ["factors", [encode_term(-x), ["plain"]], [encode_term(-y), ["plain"]]]
    return _ball_box(forall(interval(x, -1, 0), interval(y, 0, 1), holds=le(0, x * y)), tree)


@forgery
def factors_of_something_else():
    tree = ["factors", [encode_term(x + 1), ["plain"]]]
    return _ball_box(forall(interval(x, 0, 1), holds=le(0, x - 1)), tree)


@forgery
def terms_of_which_the_positive_one_is_not_the_first():
    tree = ["terms", [encode_term(x), ["plain"]], [encode_term(x**2 + 1), ["plain"]], [encode_term(-x - 1), ["plain"]]]
    return _ball_box(forall(interval(x, 0, 1), holds=lt(0, x**2)), tree)


@forgery
def the_cosine_of_an_angle_beyond_one():
    """1 - cos(2 t) >= 0 says nothing of 1 - x for x in [0, 2]."""
    return _ball_box(forall(interval(x, 0, 2), holds=le(x, 1)), ["angle", "x", ["plain"]])


@forgery
def an_angle_with_the_name_of_another_variable():
    other = real("x_half_angle")
    tree = ["angle", "x", ["plain"]]
    return _ball_box(forall(interval(x, 0, 1), interval(other, 0, 1), holds=le(other, 2 * sp.acos(x))), tree)


@forgery
def a_left_out_end_that_an_angle_turns_around():
    """acos(x) > 0 on (0, 1]: x = 1 is there, and is the angle 0."""
    tree = ["angle", "x", ["slope", "x_half_angle", 0, ["plain"], ["zero"]]]
    return _ball_box(forall(interval(x, 0, 1, "("), holds=lt(0, sp.acos(x))), tree)


@forgery
def an_equality_by_balls():
    return _ball_box(forall(interval(x, 0, 1), holds=eq(sp.exp(x), sp.exp(x))), ["zero"])


@forgery
def balls_for_a_statement_with_hypotheses():
    given = forall(interval(x, 0, 1), given=[le(x, half)], holds=le(0, x))
    return _ball_box(given, ["plain"])


@forgery
def balls_for_the_dual_of_an_activation():
    return _ball_box(forall(interval(x, 0, 1), family=NORMALISED, holds=le(0, dual(x))), ["plain"])


@pytest.mark.parametrize("name", FORGERIES)
def test_the_kernel_refuses(name: str) -> None:
    with pytest.raises((RuleFailure, InputError)):
        FORGERIES[name]()
