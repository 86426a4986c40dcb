"""Attacks on what the kernel knows of matrices, sums, angles and data.

`HOLES` once proved something false or without meaning; the docstring of each says what went wrong. `REFUSED` never got
through, and guards what looks as if it might. The kernel must refuse all of them on the way.
"""

from collections.abc import Callable
from fractions import Fraction
from typing import Any

import pytest
import sympy as sp

from deepcond_sym.errors import InputError
from deepcond_sym.proof import (
    NORMALISED,
    SERIES,
    Family,
    RuleFailure,
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
    ntk,
    steps_to,
)  # fmt: skip
from deepcond_sym.proof.encoding import encode_statement, encode_term
from deepcond_sym.proof.instance import Instance
from deepcond_sym.proof.language import (
    RELU,
    Relation,
    column,
    component,
    gram,
    inner,
    kronecker,
    maximum,
    minimum,
    off_maximum,
    row,
    smallest,
    term,
)  # fmt: skip
from deepcond_sym.proof.refutation import refute

from .forging import chain, identity, polynomial, real, whole

HOLES: dict[str, Callable[[], Step]] = {}
REFUSED: dict[str, Callable[[], Step]] = {}

X, F, v, w, x, y, t = map(real, ("X", "F", "v", "w", "x", "y", "t"))
half = sp.Rational(1, 2)
n, points = index("n", 1)
k, indices = index("k")
p, q = whole("p"), whole("q")
xx, ff, unit = inner(X, row, column), gram(F, row, column), kronecker(row, column)
at_places = Variable(p, sp.S.One), Variable(q, sp.S.One)
different = (le(p, n), le(q, n), Relation(p, "!=", q))
nowhere = steps_to(sp.Integer(-5), sp.S.Zero)
"""An integer by its type only: it has no value."""


def hole(function: Callable[[], Step]) -> Callable[[], Step]:
    HOLES[function.__name__.replace("_", " ")] = function
    return function


def refused(function: Callable[[], Step]) -> Callable[[], Step]:
    REFUSED[function.__name__.replace("_", " ")] = function
    return function


def matrices(
    part: str,
    *bodies: Any,
    frame: Statement | None = None,
    size: Any = n,
    of: str = "smallest",
    at: tuple[Any, ...] = (),
    of_entries: tuple[Any, ...] = (),
    premises: tuple[Step, ...] = (),
) -> Step:
    """The rule "matrices" as a certificate calls it; over all n >= 1 if no frame is named."""
    arguments = {
        "part": part, "of": of, "statement": encode_statement(frame or forall(points, holds=le(0, 0))),
        "size": encode_term(term(size)), "bodies": [encode_term(term(body)) for body in bodies],
        "at": [encode_term(term(i)) for i in at], "indices": [encode_term(i) for i in of_entries],
    }  # fmt: skip
    return derive("matrices", arguments, *premises)


def over_points(*given: Relation, family: Any = None) -> Statement:
    return forall(points, given=given, family=family, holds=le(0, 0))


def fractions(*lines: str) -> tuple[tuple[Fraction, ...], ...]:
    return tuple(tuple(Fraction(entry) for entry in line.split()) for line in lines)


@hole
def one_choice_of_data_taken_for_all():
    """Without variables, the data of the instance went unseen: two orthogonal vectors showed it for all."""
    instances = [{"matrices": {"X": [["1", "0", "0"], ["0", "1", "0"], ["0", "0", "1"]]}}]
    statement = encode_statement(forall(holds=le(inner(X, 1, 2), 0)))
    return proved(derive("evaluation", {"statement": statement, "instances": instances}))


@hole
def one_vector_taken_for_all():
    statement = encode_statement(forall(holds=eq(component(v, 0), 5)))
    return proved(derive("evaluation", {"statement": statement, "instances": [{"vectors": {"v": ["5"]}}]}))


def proved(step: Step) -> Step:
    """A premise must be PROVED, which an instance is not."""
    return derive("monotone", {"part": "exp"}, step)


@hole
def a_size_without_value():
    return matrices("semidefinite", xx, frame=forall(holds=le(0, 0)), size=nowhere + 1)


@hole
def an_entry_at_a_place_without_value():
    frame = forall(given=[le(nowhere + 1, 3)], holds=le(0, 0))
    return matrices("entry", component(v, row), frame=frame, size=3, of="minimum", at=(nowhere + 1,))


@hole
def a_coefficient_of_a_degree_without_value():
    return matrices("coefficient", xx, frame=forall(family=RELU, holds=le(0, 0)), size=3, at=(nowhere,))


@hole
def layers_of_a_series_that_leave_its_disk():
    """With sum p_i = 2, dual(1) = 2, where the series need not converge; composed once more, it has no value."""
    twice = iterate(2, x)
    square = forall(interval(x, 0, 1), family=SERIES, holds=eq((twice + 1) ** 2, twice**2 + 2 * twice + 1))
    return identity(square)


@hole
def a_tangent_kernel_of_a_series_that_leaves_its_disk():
    return matrices("gershgorin", ntk(3, xx), frame=over_points(family=SERIES))


@hole
def an_inner_sum_that_borrows_the_range_of_the_outer_one():
    """Both run over k, and the first range was looked at for both: (k - 5)! at k = 0."""
    total = sp.Sum(1 + sp.Sum(sp.factorial(k - 5), (k, 0, 3)), (k, 5, n))
    return identity(forall(points, holds=eq((total + 1) ** 2, total**2 + 2 * total + 1)))


@hole
def an_inner_product_that_borrows_the_range_of_the_outer_sum():
    """x^(k - 5) at x = 0 and k = 0."""
    total = sp.Sum(1 + sp.Product(x ** (k - 5), (k, 0, 3)), (k, 5, n))
    return identity(forall(points, interval(x, 0, 1), holds=eq((total + 1) ** 2, total**2 + 2 * total + 1)))


@hole
def a_single_activation_whose_slope_is_infinite():
    """The slope of a single activation is taken to be finite; that of 1 - sqrt(1 - t) is not at 1."""
    infinite = Family("one", unit=True, centred=True, member=(t, 1 - sp.sqrt(1 - t)))
    slope = derive("vertices", {"statement": encode_statement(forall(family=NORMALISED, holds=le(1, dual_slope(1)))),
                                "head": 2})  # fmt: skip
    one = polynomial(forall(holds=le(0, 1)))
    return chain(Statement(le(0, 1), (), (), infinite), (slope, {}, "fact"), (one, {}, "link"))


@refused
def entries_known_for_one_place_taken_for_all():
    """The place is a variable of the frame."""
    place = Variable(p, sp.S.One)
    known = forall(points, place, given=[le(p, n), le(component(v, p), 0)], holds=le(component(v, p), 0))
    slack = polynomial(forall(Variable(x), interval(y, 0, sp.oo), holds=le(x - y, x)))
    shown = chain(known, (slack, {"x": 0, "y": -component(v, p)}, "link"))
    frame = Statement(le(0, 0), known.variables, known.given)
    return matrices("bound", component(v, row), 0, frame=frame, of="maximum", of_entries=(p, q), premises=(shown,))


@refused
def entries_known_where_a_hypothesis_of_their_own_holds():
    place = Variable(p, sp.S.One)
    known = forall(points, place, given=[le(p, n), le(component(v, p), 0)], holds=le(component(v, p), 0))
    slack = polynomial(forall(Variable(x), interval(y, 0, sp.oo), holds=le(x - y, x)))
    shown = chain(known, (slack, {"x": 0, "y": -component(v, p)}, "link"))
    return matrices("bound", component(v, row), 0, of="maximum", of_entries=(p, q), premises=(shown,))


def pair_bound(*given: Relation) -> Step:
    """|f_p . f_q| <= 1/2 for any two different vectors, from what is known of the greatest one."""
    pair = forall(points, *at_places, given=[*given, *different], holds=le(0, 0))
    entry = matrices("entry", ff, frame=pair, of="off_maximum", at=(p, q))
    slack = polynomial(forall(interval(y, 0, sp.oo), holds=le(half - y, half)))
    goal = pair.conclude(le(sp.Abs(gram(F, p, q)), half))
    return chain(goal, (entry, {}, "link"), (slack, {"y": half - off_maximum(ff, n)}, "link"))


small = le(off_maximum(ff, n), half)


def test_the_neighbours_of_attacks_on_entries_pass() -> None:
    bound = matrices("bound", ff, half, frame=over_points(small), of="off_maximum", of_entries=(p, q),
                     premises=(pair_bound(small),))  # fmt: skip
    assert bound.conclusion.conclusion == small
    everywhere = chain(forall(points, *at_places, holds=le(1, p)), (polynomial(forall(at_places[0], holds=le(1, p))),
                                                                    {"p": p}, "link"))  # fmt: skip
    assert matrices("bound", row, 1, of="minimum", of_entries=(p, q), premises=(everywhere,))


@refused
def a_length_from_what_is_known_of_two_different_vectors():
    return matrices("bound", gram(F, row, row), half, frame=over_points(small), of="maximum", of_entries=(p, q),
                    premises=(pair_bound(small),))  # fmt: skip


@refused
def entries_known_under_a_hypothesis_that_is_not_there():
    return matrices("bound", ff, half, of="off_maximum", of_entries=(p, q), premises=(pair_bound(small),))


@refused
def entries_of_a_vector_and_itself():
    """p and q the same index."""
    return matrices("bound", gram(F, row, row), half, frame=over_points(small), of="maximum", of_entries=(p, p),
                    premises=(pair_bound(small),))  # fmt: skip


@refused
def entries_known_for_three_rows_only():
    """p <= 3 is no hypothesis about the rows of an n x n matrix."""
    slack = polynomial(forall(interval(y, 0, sp.oo), holds=le(3 - y, 3)))
    frame = forall(points, Variable(p, sp.S.One), given=[le(p, 3)], holds=le(p, 3))
    known = chain(frame, (slack, {"y": 3 - p}, "link"))
    return matrices("bound", row, 3, of="maximum", of_entries=(p, q), premises=(known,))


@refused
def an_index_that_is_also_a_variable():
    return matrices("ones", 1, frame=forall(points, Variable(row, sp.S.One), holds=le(0, 0)), of="largest")


@refused
def a_data_set_named_like_an_index():
    return matrices("semidefinite", inner(row, row, column))


@refused
def a_function_of_matrices_in_the_entries():
    """Its row is not the row around it."""
    return matrices("weyl", minimum(component(v, row), 2) * xx, xx)


@refused
def a_sum_over_the_rows_in_the_entries():
    return matrices("weyl", sp.Sum(component(v, row), (row, 1, 2)) * column, xx)


@refused
def an_entry_that_has_no_value_on_the_diagonal():
    return matrices("weyl", 1 / (row - column), xx)


@refused
def an_entry_that_has_no_value_off_the_diagonal():
    return matrices("weyl", 1 / unit, xx)


@refused
def an_entry_that_vanishes_in_the_denominator_for_one_row():
    return matrices("diagonal", 1 / (row - 3))


@refused
def a_sum_that_has_no_value_at_its_first_index():
    return matrices("weyl", sp.Sum(component(v, row) / (k - 3), (k, 3, n)), xx)


@refused
def a_sum_that_starts_at_the_row():
    return matrices("weyl", sp.Sum(component(v, row) / (k - 3), (k, row, n)), xx)


@refused
def a_factor_that_depends_on_the_row():
    return matrices("scale", xx, component(v, row) ** 2)


@refused
def a_shift_that_depends_on_the_row():
    return matrices("shift", xx, component(v, row))


@refused
def a_factor_of_any_sign():
    return matrices("scale", xx, component(v, 1))


@refused
def a_vector_along_the_columns():
    return matrices("solution", xx, component(v, column))


@refused
def a_test_vector_that_is_a_matrix():
    return matrices("rayleigh", xx, unit)


@refused
def a_test_vector_without_values():
    return matrices("rayleigh", xx, 1 / component(v, row))


@refused
def a_congruence_along_the_columns():
    return matrices("congruence", xx, component(v, column))


@refused
def a_congruence_of_a_matrix_that_is_not_semidefinite():
    return matrices("congruence", -unit, component(v, row))


@refused
def a_mixture_with_a_share_that_depends_on_the_row():
    frame = over_points(lt(0, smallest(unit, n)), lt(0, smallest(2 * unit, n)))
    return matrices("ky fan", unit, 2 * unit, sp.Abs(xx), frame=frame)


@refused
def a_positive_form_that_is_not_symmetric():
    """det(1 + skew) is no product of eigenvalues of the form, which are all 1."""
    turned = unit + row - column
    return matrices("determinant", turned, frame=over_points(lt(0, smallest(turned, n))))


@refused
def a_schur_product_of_forms_that_are_not_symmetric():
    turned = unit + row - column
    return matrices("schur", turned, turned, frame=over_points(lt(0, smallest(turned, n))))


@refused
def a_semidefinite_matrix_of_another_size():
    less = xx - half * unit
    return matrices("semidefinite", less**2, frame=over_points(le(0, smallest(less, n + 1))))


@refused
def a_gram_matrix_between_two_sets_of_indices():
    return matrices("semidefinite", gram(F, 2 * row, column + 1))


@refused
def a_gram_matrix_along_the_row_only():
    return matrices("semidefinite", gram(F, row, row))


@refused
def two_different_vectors():
    return matrices("semidefinite", component(v, row) * component(w, column))


@refused
def an_absolute_value_of_a_gram_matrix():
    return matrices("semidefinite", sp.Abs(xx))


@refused
def a_gram_matrix_to_the_power_of_the_row():
    return matrices("semidefinite", xx**row)


@refused
def a_series_outside_of_its_disk():
    return matrices("semidefinite", dual(gram(F, row, column)), frame=over_points(family=NORMALISED))


@refused
def an_even_series_of_a_matrix_and_its_negative():
    return matrices("semidefinite", dual(-xx), frame=over_points(family=NORMALISED))


@refused
def the_first_two_points_at_one_place():
    return matrices("pair", xx, size=3, at=(1, 1))


@refused
def a_point_beyond_the_last():
    return matrices("pair", xx, at=(1, n + 1))


@refused
def an_extremum_of_no_rows():
    return matrices("entry", component(v, row), frame=forall(indices, holds=le(0, 0)), size=k, of="minimum", at=(1,))


@refused
def coefficients_of_another_activation():
    return matrices("coefficient", xx, frame=over_points(family=NORMALISED), at=(3,))


@refused
def equal_off_the_diagonal_only():
    return matrices("equal", xx * (1 - unit), xx)


@refused
def equal_on_the_diagonal_only():
    return matrices("equal", unit, xx, of="determinant")


@refused
def two_cases_that_leave_a_gap():
    """x < 1/2 and 1/2 < x: a distinction is between <=, whatever it says."""
    parts = [forall(interval(x, 0, 1), given=[g], holds=le(x, 1)) for g in (lt(x, half), lt(half, x))]
    one = polynomial(forall(interval(x, 0, 1), holds=le(x, 1)))
    steps = [chain(part, (one, {}, "link")) for part in parts]
    arguments = {"part": "order", "between": ["<", encode_term(x), "1/2"]}
    return derive("cases", {**arguments, "statement": encode_statement(one.conclusion)}, *steps)


@refused
def two_cases_on_a_term_without_value():
    arguments = {"part": "order", "between": ["==", encode_term(1 / x), "1"]}
    one = polynomial(forall(interval(x, 0, 1), holds=le(x, 1)))
    return derive("cases", {**arguments, "statement": encode_statement(one.conclusion)}, one, one)


@refused
def equality_and_order_mixed():
    """x = 1/2 and 1/2 <= x leave out x < 1/2."""
    one = polynomial(forall(interval(x, 0, 1), holds=le(x, 1)))
    steps = [
        chain(forall(interval(x, 0, 1), given=[g], holds=le(x, 1)), (one, {}, "link"))
        for g in (eq(x, half), le(half, x))
    ]
    arguments = {"part": "order", "between": ["==", encode_term(x), "1/2"]}
    return derive("cases", {**arguments, "statement": encode_statement(one.conclusion)}, *steps)


@refused
def a_hypothesis_about_the_size_in_an_induction():
    """Where it holds for n + 1 it need not hold for n."""
    goal = forall(points, given=[le(smallest(xx, n), 0)], holds=le(smallest(xx, n), 0))
    slack = polynomial(forall(Variable(x), interval(y, 0, sp.oo), holds=le(x - y, x)))
    step = chain(goal, (slack, {"x": 0, "y": -smallest(xx, n)}, "link"))
    return derive("induction", {"statement": encode_statement(goal), "index": encode_term(n)}, step, step)


@refused
def a_constant_left_over_at_a_degree_from_two_on():
    arguments = {"statement": encode_statement(forall(indices, holds=le(0, 0))), "power": 1}
    return derive("hermite parts", {**arguments, "degree": encode_term(k + 2), "antiderivative": encode_term(x)})


@refused
def a_variable_left_over():
    arguments = {"statement": encode_statement(forall(interval(y, 0, 1), holds=le(0, 0))), "power": 1, "degree": "1"}
    return derive("hermite parts", {**arguments, "antiderivative": encode_term(x + y)})


@refused
def a_polynomial_of_higher_degree_at_degree_zero():
    arguments = {"statement": encode_statement(forall(holds=le(0, 0))), "power": 1, "degree": "0"}
    return derive("hermite parts", {**arguments, "antiderivative": encode_term(real("H1"))})


@pytest.mark.parametrize("name", REFUSED)
def test_the_attack_fails(name: str) -> None:
    with pytest.raises((RuleFailure, InputError)):
        REFUSED[name]()


@pytest.mark.parametrize("name", HOLES)
def test_the_hole_is_closed(name: str) -> None:
    with pytest.raises((RuleFailure, InputError)):
        HOLES[name]()


def test_a_column_bound_outside_is_not_that_of_a_minimum() -> None:
    """minimum binds the row only; the evaluator put the row for the column too, and refuted what is true."""
    columns = Variable(column, sp.S.One)
    for head in (lambda term: term, sp.exp):
        of_column = head(component(v, column))
        true = forall(columns, holds=eq(minimum(of_column, 1), of_column))
        witness = Instance({column: Fraction(2)}, vectors={"v": (Fraction(0), Fraction(1), Fraction(2))})
        assert refute((true,), 0, witness) is None
        assert refute((true.conclude(le(of_column + 1, minimum(of_column, 1))),), 0, witness) is not None


def test_data_under_a_second_binder_are_not_those_outside() -> None:
    """Rows that look alike at the outer k have different sums over the inner k."""
    data = fractions("1 0 0 0 0", "0 1 0 0 0", "0 0 1 0 0", "0 0 0 1 1/2", "0 0 0 1/2 1")
    sums = sp.exp(sp.Sum(inner(X, k, row), (k, 1, 4)))
    most = sp.Sum(maximum(sums, 4), (k, 1, 1))
    false, true = (forall(holds=lt(most, sp.exp(sp.Rational(c)))) for c in ("5/4", "7/4"))
    assert refute((false,), 0, Instance(matrices={"X": data})) is not None
    assert refute((true,), 0, Instance(matrices={"X": data})) is None


def test_a_minimum_inside_an_entry_belongs_to_its_column() -> None:
    """min_r exp(x_r . x_j) depends on j alone; it was looked up by x_i . x_j."""
    data = fractions("1 1 0 0", "1 1 0 0", "0 0 1 -1/2", "0 0 -1/2 1")
    least = minimum(sp.exp(xx), 3)
    spread = off_maximum(least * unit - least, 3)
    true = forall(holds=le(sp.exp(0), spread))
    false = forall(holds=le(spread, sp.exp(sp.Rational(-1, 4))))
    assert refute((true,), 0, Instance(matrices={"X": data})) is None
    assert refute((false,), 0, Instance(matrices={"X": data})) is not None


@pytest.mark.parametrize(
    "parts", [{"matrices": {"X": ((1, 0.5), (0.5, 1))}}, {"vectors": {"v": (0.1,)}}, {"values": {x: 0.1}}]
)
def test_an_instance_holds_exact_numbers(parts) -> None:
    """Floats were compared as floats."""
    with pytest.raises(InputError, match="as an exact number"):
        Instance(**parts)
