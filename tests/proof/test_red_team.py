"""A second series of attacks on the trusted kernel.

`HOLES` once proved something false or without meaning; the docstring of each says what went wrong. `REFUSED` never got
through, and guards what looks as if it might. The kernel must refuse all of them on the way to the false statement.
"""

from collections.abc import Callable
from fractions import Fraction
from typing import Any

import pytest
import sympy as sp

from deepcond_sym.errors import InputError
from deepcond_sym.proof import (
    NONLINEAR,
    NORMALISED,
    SERIES,
    UNCENTRED,
    Family,
    Proof,
    RuleFailure,
    Sequence,
    Statement,
    Step,
    Variable,
    Verdict,
    derive,
    dual,
    dual_slope,
    eq,
    forall,
    half_line_hermite,
    hermite_at_zero,
    index,
    interval,
    iterate,
    le,
    limit,
    lt,
    mu,
    ntk,
    repeat,
    steps_to,
    tending,
)  # fmt: skip
from deepcond_sym.proof.certificate import recheck
from deepcond_sym.proof.encoding import encode_relation, encode_statement, encode_term
from deepcond_sym.proof.experiment_call import mean_of
from deepcond_sym.proof.language import member, ranging
from deepcond_sym.proof.refutation import refute
from deepcond_sym.proof.semantics import Instance
from proofs_checks.agarwal2021 import data

from .forging import chain, identity, polynomial, real, simple, whole

HOLES: dict[str, Callable[[], Step]] = {}
REFUSED: dict[str, Callable[[], Step]] = {}

x, y, t, delta = map(real, ("x", "y", "t", "delta"))
k, indices = index("k")
s, shifts = index("s")
L, layers = index("L")
n, points = index("n", 1)
h, j = whole("h"), whole("j")
unit = interval(x, 0, 1)
half = sp.Rational(1, 2)
prove = Proof()


def hole(function: Callable[[], Step]) -> Callable[[], Step]:
    HOLES[function.__name__.replace("_", " ")] = function
    return function


def refused(function: Callable[[], Step]) -> Callable[[], Step]:
    REFUSED[function.__name__.replace("_", " ")] = function
    return function


def own(name: str) -> Any:
    return sp.Function(name, real=True)


def ball_box(statement: Statement, tree: Any) -> Step:
    return derive("ball box", {"statement": encode_statement(statement)}, evidence=[tree])


def parts(*listed: tuple[Any, Any]) -> list[Any]:
    return [[encode_term(term), below] for term, below in listed]


def nothing(*variables: Variable, **more: Any) -> dict[str, Any]:
    return encode_statement(forall(*variables, holds=le(0, 0), **more))


@hole
def x_below_x_as_a_sum_of_no_terms():
    """A sum without terms is 0, and the first of its terms was to be positive."""
    return ball_box(forall(unit, holds=lt(x, x)), ["terms"])


@hole
def zero_times_infinity_from_the_wrong_side():
    """-exp(x)/x: the factor -1/x tends to 0 from below, and was taken for a 0 from above, so the limit for >= 0."""
    falling = ["factors", *parts((sp.exp(x), ["plain"]), (x - 1, ["plain"]), (x**-2, ["plain"]))]
    return ball_box(forall(interval(x, 2, sp.oo), holds=le(sp.exp(x) / x, 0)), ["slope", "x", 1, falling, None])


@hole
def an_evaluation_of_one_first_member_among_many():
    """c(0) is any number of [0, 1]: the upper end was evaluated, because only the steps were looked at."""
    c = Sequence("c", k, 0, ranging(real("T"), 0, 1), own("c")(k))
    return simple("evaluation", forall(sequences=[c], holds=eq(c(0), 1)))


@hole
def a_power_of_zero_with_an_index_that_starts_below_zero():
    """0^(k + 1) = 0^k 0 = 0 is not so at k = -1, where 0^0 = 1."""
    return identity(forall(Variable(k, sp.Integer(-1)), holds=eq(sp.S.Zero ** (k + 1), 0)))


@hole
def a_variable_that_is_zero_under_such_an_index():
    return identity(forall(interval(x, 0, 0), Variable(k, sp.Integer(-1)), holds=eq(x ** (k + 1), 0)))


@hole
def a_sequence_made_of_its_own_limit():
    """Y(k + 1) = limit(Y) + K(k), K -> 1, has the limit limit(Y) + 1: there is no such sequence."""
    Y = Sequence("Y", k, 0, sp.S.Zero, limit(real("Y")) + tending(real("K"), k, 1))
    return simple("recurrence limit", forall(sequences=[Y], holds=eq(limit(real("Y")), limit(real("Y")) + 1)))


@hole
def a_limit_of_a_sequence_that_nobody_defined():
    return identity(forall(holds=eq(limit(real("Y")), limit(real("Y")))))


@hole
def a_sequence_that_starts_at_infinity():
    """oo = oo + 1."""
    Z = Sequence("Z", k, 0, sp.oo, own("Z")(k))
    return identity(forall(sequences=[Z], holds=eq(Z(0), Z(0) + 1)), [Z(0)])


@hole
def an_antiderivative_with_a_pole_in_the_degree():
    """E[max(X,0)^2 He_r] has an antiderivative of this kind for r != 2 only; multiplied by r - 2, the pole was hidden,
    and at r = 2 it said 0 = -2 He_1'(0)/sqrt(2 pi) or so."""
    X, H1, H2 = map(real, ("x", "H1", "H2"))
    candidate = H1 * X**2 - 2 * H1 / s + H2 * X * (2 + 2 / s)
    arguments = {"statement": nothing(shifts), "power": 2, "degree": encode_term(s + 2)}
    moment = derive("hermite parts", {**arguments, "antiderivative": encode_term(candidate)})
    false = eq(s * half_line_hermite(2, s + 2), -2 * hermite_at_zero(s + 1) / sp.sqrt(2 * sp.pi))
    return identity(forall(shifts, holds=false), None, (moment, {}))


@hole
def an_unrolled_kernel_outside_of_its_domain():
    """A correlation of 5."""
    factors = sp.Product(dual_slope(iterate(j - 1, 5)), (j, h + 1, L))
    total = sp.Sum(iterate(h, 5) * factors, (h, 0, L))
    return prove.unrolled(forall(layers, family=NORMALISED, holds=eq(ntk(L, 5), total)))


@hole
def a_power_with_an_exponent_that_has_no_value():
    """steps_to(-5, 0) is an integer by its type only."""
    return prove.power("at least one", 2, steps_to(sp.Integer(-5), sp.S.Zero))


@hole
def cases_on_the_slope_of_activations_that_have_none():
    """Both cases speak of finite slopes; their union was taken for all activations."""
    slope = simple("vertices", forall(family=NORMALISED, holds=le(1, dual_slope(1))), head=2)
    one = polynomial(forall(holds=le(0, 1)))
    signs = le(0, dual_slope(1)), le(dual_slope(1), 0)
    cases = [chain(Statement(le(0, 1), (), (g,), NORMALISED), (slope, {}, "fact"), (one, {}, "link")) for g in signs]
    statement = encode_statement(forall(family=NORMALISED, holds=le(0, 1)))
    return derive("cases", {"part": "order", "statement": statement, "between": encode_relation(signs[0])}, *cases)


@hole
def a_depth_that_is_next_to_an_integer():
    """The ball of 2 + 10^-300 holds one integer, 2."""
    return simple("evaluation", forall(holds=eq(repeat(2 * x, x, 2 + sp.Rational(1, 10**300), 1), 4)))


@hole
def a_sum_up_to_a_real_number():
    """Sum over h from 0 to x means nothing for x = 1/2."""
    total = sp.Sum(h**2, (h, 0, x))
    return identity(forall(unit, holds=eq(total + 1, 1 + total)))


@hole
def a_hermite_polynomial_of_degree_one_half():
    return identity(forall(holds=eq(hermite_at_zero(half), hermite_at_zero(half))))


@hole
def an_interval_that_starts_at_a_sum_without_value():
    return polynomial(forall(interval(x, sp.Sum(1, (k, 1, sp.oo)), 3), holds=le(0, 1)))


@hole
def an_event_that_holds_with_equality():
    """Two features of ten points: the smallest eigenvalue is 0, and rounding makes half of them negative."""
    return sampled(le(mean_of("relu_features", 10, "1/2", 2, 0), "9/10"))


@hole
def the_kernel_of_no_layers_at_its_own_value():
    """|1/3 - 1/3| <= 0 surely; in doubles it did not hold."""
    return sampled(le(mean_of("tangent_within", "erf", 1, 0, "1/3", "1/3", 0), half))


@hole
def points_nearer_than_doubles_can_tell():
    """sqrt(1 - rho^2) was 0 for rho = 1 - 10^-24, so that the neuron was quiet for certain."""
    return sampled(le("9/10", mean_of("also_quiet", 2, sp.Rational(1, 10**24))))


@hole
def a_correlation_next_to_one_through_a_hundred_layers():
    """hermite2 doubles the distance in each layer; as a double, the correlation was 1 and stayed there."""
    mean = mean_of("correlation", "hermite2", 64, 100, 1 - sp.Rational(1, 10**18))
    return sampled(le("9/10", mean), 2**12)


@hole
def a_sum_of_a_billion_terms():
    """A line of a certificate that keeps whoever checks it busy for an hour."""
    return simple("evaluation", forall(holds=eq(sp.Sum(h, (h, 1, 10**9)), 5)))


@hole
def a_factorial_lowered_ten_million_times():
    return identity(forall(indices, holds=eq(sp.factorial(k + 10**7), 1)))


@hole
def an_inequality_between_imaginary_roots():
    """With c = d = -1, sqrt(c) sqrt(d) = i^2 = -1; as real roots, their product would not be negative."""
    c, d = (Sequence(name, k, 0, sp.S.NegativeOne, own(name)(k)) for name in "cd")
    product = sp.sqrt(c(0)) * sp.sqrt(d(0))
    equal = identity(forall(sequences=[c, d], holds=eq(product, -1)), [c(0), d(0)])
    negative = polynomial(forall(holds=le(-1, 0)))
    return chain(forall(sequences=[c, d], holds=le(product, 0)), (equal, {}, "link"), (negative, {}, "link"))


def sampled(holds: Any, samples: int = 2**10) -> Step:
    statement = encode_statement(forall(holds=holds))
    return derive("monte carlo", {"statement": statement, "seed": 1, "samples": samples})


@refused
def a_kink_that_the_derivative_does_not_see():
    """|x| x has no derivative that can be enclosed."""
    return ball_box(
        forall(interval(x, -1, 1), holds=le(0, x * sp.Abs(x))), ["slope", "x", 0, ["plain"], ["plain"]]
    )


@refused
def a_root_whose_slope_is_infinite_at_the_end():
    return ball_box(forall(unit, holds=le(sp.sqrt(x), x)), ["slope", "x", 0, ["plain"], ["zero"]])


@refused
def an_arc_cosine_that_leaves_its_domain():
    return ball_box(forall(interval(x, 0, 2), holds=le(0, sp.acos(x))), ["plain"])


@refused
def a_cut_outside_of_the_box():
    """One part reaches beyond the box, the other is turned round."""
    return ball_box(forall(unit, holds=le(x, half)), ["split", "x", "2", ["plain"], ["plain"]])


@refused
def an_oscillation_at_infinity():
    down = ["slope", "x", 1, ["plain"], None]
    return ball_box(forall(interval(x, 1, sp.oo), holds=le(0, sp.sin(x))), down)


@refused
def infinity_minus_infinity():
    tree = ["slope", "x", 1, ["plain"], None]
    return ball_box(forall(interval(x, 1, sp.oo), holds=le(x**2, x)), tree)


@refused
def factors_that_have_no_value_on_the_box():
    """x = x^2 (1/x)."""
    tree = ["factors", *parts((x**2, ["plain"]), (1 / x, ["plain"]))]
    return ball_box(forall(interval(x, -1, 1), holds=le(0, x)), tree)


@refused
def a_strict_sign_from_a_sum_whose_first_term_may_vanish():
    tree = ["terms", *parts((x, ["plain"]), (sp.S.Zero, ["zero"]))]
    return ball_box(forall(unit, holds=lt(0, x)), tree)


@refused
def a_power_of_a_base_that_may_vanish():
    return ball_box(forall(unit, holds=lt(0, sp.sqrt(x))), ["powers"])


@refused
def a_cut_at_a_float():
    return ball_box(forall(unit, holds=le(x, half)), ["split", "x", 0.5, ["plain"], ["plain"]])


@refused
def an_absolute_value_among_linear_forms():
    return simple("vertices", forall(unit, family=NORMALISED, holds=le(sp.Abs(dual(x)) - dual(x), -1)), head=2)


@refused
def a_sum_over_vertices_that_hides_the_dual():
    false = forall(unit, family=NORMALISED, holds=le(sp.Sum(dual(x), (h, 1, 3)), x**2))
    return simple("vertices", false, head=2)


@refused
def the_nonlinearity_of_a_series_without_a_second_moment():
    return simple("vertices", forall(interval(y, 0, 1), family=SERIES, holds=le(dual(y), dual(1) - y)), head=2)


@refused
def the_vertex_at_zero_left_out():
    return simple("vertices", forall(unit, family=UNCENTRED, holds=le(dual(x), x)), head=1)


@refused
def a_member_used_for_its_whole_family():
    body = (1 - mu) * t + mu * t**2
    one = forall(interval(mu, 0, 1), unit, family=member(t, body), holds=eq(dual(x), (1 - mu) * x + mu * x**2))
    equal = identity(one, [dual(x)])
    everywhere = Statement(one.conclusion, one.variables, (), NORMALISED)
    return chain(everywhere, (equal, {}, "link"))


@refused
def a_member_that_calls_itself_non_linear():
    """At mu = 0 there is no such activation; without the flag there is one."""
    body, tied = (1 - mu) * t + mu * t**2, interval(mu, 0, 1)
    flagged = Family("a member", unit=True, centred=True, nonlinear=True, member=(t, body))
    positive = simple("vertices", forall(family=NONLINEAR, holds=lt(0, mu)), head=2)
    vacuous = chain(Statement(lt(0, mu), (tied,), (), flagged), (positive, {}, "link"))
    return chain(Statement(lt(0, mu), (tied,), (), member(t, body)), (vacuous, {}, "link"))


@refused
def a_recursion_that_does_not_contract():
    Y = Sequence("Y", k, 0, sp.S.One, -own("Y")(k))
    return simple("recurrence limit", forall(sequences=[Y], holds=eq(limit(real("Y")), 0)))


@refused
def a_limit_that_moves_with_the_sequence():
    Y = Sequence("Y", k, 0, sp.S.One, tending(real("K"), k, own("Y")(k)))
    return simple("recurrence limit", forall(sequences=[Y], holds=eq(limit(real("Y")), 0)))


@refused
def a_separation_beyond_one():
    return prove.schur(forall(data.points, family=NORMALISED, holds=le(0, 0)), dual(data.products), data.n, 2)


@refused
def a_range_that_is_empty():
    """No number lies in [0, -1]."""
    base = encode_term(ranging(real("T"), 0, -1))
    return derive("passage", {"statement": nothing(), "part": "at most", "base": base})


@refused
def the_root_of_a_square():
    return identity(forall(interval(x, -1, 1), holds=eq(sp.sqrt(x**2), x)))


@refused
def a_reversed_interval_used_as_an_interval():
    """Everything holds on [1, 0], and nothing lies there."""
    empty = polynomial(Statement(le(x, half), (interval(x, 0, 0),)))
    return chain(forall(unit, holds=le(x, half)), (empty, {"x": x}, "link"))


@refused
def samples_as_a_premise():
    mean = mean_of("also_quiet", 2, "1/4")
    evidence = sampled(le(mean, half))
    return chain(forall(holds=le(mean, 1)), (evidence, {}, "link"), (polynomial(forall(holds=le(half, 1))), {}, "link"))


@refused
def an_instance_as_a_premise():
    everywhere = forall(unit, holds=le(x, half))
    instances = [{"values": {"x": ["1/2", False]}}]
    here = derive("evaluation", {"statement": encode_statement(everywhere), "instances": instances})
    assert here.strength is Verdict.CERTIFIED
    return chain(everywhere, (here, {}, "link"))


@refused
def a_seed_that_is_a_boolean():
    statement = encode_statement(forall(holds=le(mean_of("also_quiet", 2, "1/4"), half)))
    return derive("monte carlo", {"statement": statement, "seed": True, "samples": 2**10})


@refused
def a_mean_bounded_by_another_mean():
    one, other = mean_of("also_quiet", 2, "1/4"), mean_of("also_quiet", 3, "1/4")
    return sampled(le(one, other))


@pytest.mark.parametrize("name", HOLES)
def test_the_hole_is_closed(name: str) -> None:
    with pytest.raises((RuleFailure, InputError)):
        HOLES[name]()


@pytest.mark.parametrize("name", REFUSED)
def test_the_attack_fails(name: str) -> None:
    with pytest.raises((RuleFailure, InputError)):
        REFUSED[name]()


def test_a_certificate_nested_too_deep_is_refused_in_one_sentence(tmp_path) -> None:
    """It ended in the reader's own recursion error."""
    file = tmp_path / "deep.json"
    file.write_text('{"format": "deepcond certificate 1", "claims": ' + "[" * 10**5 + "]" * 10**5 + "}")
    with pytest.raises(InputError, match="is not a certificate"):
        recheck(file)


def test_a_true_statement_about_a_series_is_not_refuted() -> None:
    """|K_ij| <= f(1); without sum p_i = 1 the entries were divided by the diagonal all the same."""
    true = forall(
        points, interval(delta, 0, 1), layers, family=SERIES, given=[data.apart],
        holds=le(data.off_diagonal(1), dual(1)),
    )
    weights = (Fraction(0), Fraction(1, 2))
    witness = Instance(
        {n: Fraction(3), delta: Fraction(1, 10), L: Fraction(1)}, weights, data.points_at(Fraction(9, 10), 3)
    )
    assert refute((true,), 0, witness) is None
    tight = true.conclude(le(data.off_diagonal(1), "9/20"))
    assert refute((tight,), 0, witness) is None
    assert refute((true.conclude(le(data.off_diagonal(1), "44/100")),), 0, witness) is not None


def test_a_bound_index_is_not_the_variable_of_its_name() -> None:
    """c(k + 1) = c(k) + 1 at k = 7: within the recursion, k is the place that it has come to."""
    c = Sequence("c", k, 0, sp.S.Zero, own("c")(k) + 1)
    counted = Statement(eq(c(k), k), (indices,), (), None, (c,))
    assert refute((counted,), 0, Instance({k: Fraction(7)})) is None
    thirds = forall(indices, interval(x, 0, 1), family=NORMALISED, holds=eq(iterate(k / 3, x), x))
    quadratic = (Fraction(0), Fraction(0), Fraction(1))
    assert refute((thirds,), 0, Instance({k: Fraction(9), x: Fraction(1, 2)}, quadratic)) is not None
    assert refute((thirds,), 0, Instance({k: Fraction(8), x: Fraction(1, 2)}, quadratic)) is None


def test_the_neighbours_of_the_holes_pass() -> None:
    """What is refused above is refused for what is wrong with it."""
    ball_box(forall(unit, holds=lt(0, x + x**2 + 1)), ["terms", *parts((x + 1, ["plain"]), (x**2, ["plain"]))])
    ball_box(
        forall(interval(x, 4, sp.oo), holds=le(0, (x - 3) * sp.exp(-x))),
        ["slope", "x", 1, ["factors", *parts((x - 4, ["plain"]), (sp.exp(-x), ["plain"]))], None],
    )
    identity(forall(unit, indices, holds=eq(x ** (k + 1), x * x**k)))
    for_sure = mean_of("also_quiet", 2, sp.Rational(1, 10**24))
    assert sampled(le(for_sure, half)).strength is Verdict.SUPPORTED
