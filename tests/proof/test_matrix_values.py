"""Functions of matrices at an instance, and which data are data: held against plain loops, minors and eigenvalues."""

from fractions import Fraction
from itertools import combinations
from typing import Any

import mpmath
import pytest
import sympy as sp
from flint import arb
from hypothesis import event, given, settings
from hypothesis import strategies as st

from deepcond_sym.arithmetic import precision
from deepcond_sym.proof import NORMALISED, forall, le
from deepcond_sym.proof.instance import Instance, correlation_of, equicorrelated, in_domain
from deepcond_sym.proof.language import FUNCTIONS, RELU, column, dual, dual_slope, gram, inner, iterate, ntk, row
from deepcond_sym.proof.rational import exact
from deepcond_sym.proof.semantics import CannotEvaluate, Evaluator

from .matrix_truth import F, X, bodies, data, functions, value

F_ = Fraction


def contains(ball: arb, number: Any) -> bool:
    """Up to the rounding of 60 digits."""
    with mpmath.workdps(60), precision(bits=250):
        text = mpmath.nstr(number, 60, strip_zeros=False)
        return bool((ball - arb(text)).overlaps(arb(0, (abs(arb(text)) + 1) * arb("1e-50"))))


@settings(max_examples=80, deadline=None)
@given(functions, bodies, st.integers(1, 5), data)
def test_values_of_random_matrices(name, body, size, drawn) -> None:
    """In balls and, where that is offered, exactly."""
    body = body.xreplace({column: row}) if name in ("minimum", "maximum") else body
    call, instance = FUNCTIONS[name](body, sp.Integer(size)), drawn.instance(with_p=True)
    if size == 5:
        call = call.xreplace({sp.Integer(2): sp.Integer(1)})  # 2 i is beyond the nine vectors
    with precision(bits=250), mpmath.workdps(60):
        ball = Evaluator(instance).value(call)
        true = value(call, drawn, {})
        assert contains(ball, true)
        assert ball.rad() < 1e-40
        rational = exact(call, instance)
        if rational is not None:
            event("exact")
            assert contains(arb(0) + arb(rational.numerator) / rational.denominator, true)


def is_semidefinite(matrix: list[list[F_]]) -> bool:
    """By all principal minors."""
    size = range(len(matrix))
    whole = sp.Matrix([[sp.Rational(entry.numerator, entry.denominator) for entry in line] for line in matrix])
    chosen = [list(places) for count in range(1, len(matrix) + 1) for places in combinations(size, count)]
    return all(whole.extract(places, places).det() >= 0 for places in chosen)


small = st.fractions(-2, 2, max_denominator=3)


@settings(max_examples=120, deadline=None)
@given(st.integers(1, 4), st.lists(small, min_size=10, max_size=10), st.booleans(), st.booleans())
def test_which_matrices_are_gram_matrices(size, numbers, unit, of_products) -> None:
    """Exactly those that are semidefinite, on the edge too: a product V V^T of fewer columns is singular."""
    listed = iter(numbers)
    matrix = [[F_(0)] * size for _ in range(size)]
    for i in range(size):
        for j in range(i + 1):
            matrix[i][j] = matrix[j][i] = F_(1) if unit and i == j else next(listed)
    if of_products:
        columns = [numbers[i] for i in range(size)], [numbers[i + 4] for i in range(size)]
        matrix = [[sum((c[i] * c[j] for c in columns), F_(0)) for j in range(size)] for i in range(size)]
    instance = Instance(matrices={"F": tuple(map(tuple, matrix)), "X": tuple(map(tuple, matrix))})
    truth = is_semidefinite(matrix)
    event(f"semidefinite: {truth}")
    assert in_domain(forall(holds=le(gram(F, 0, 0), 1)), instance) is truth
    ones = all(matrix[i][i] == 1 for i in range(size))
    assert in_domain(forall(holds=le(inner(X, 0, 0), 1)), instance) is (truth and ones)


@given(st.integers(1, 6), st.fractions(-1, 1, max_denominator=12))
def test_equal_correlations(size, r) -> None:
    """1 + (size - 1) r >= 0."""
    points = equicorrelated(size, r)
    inside = in_domain(forall(holds=le(inner(X, 0, 0), 1)), Instance(matrices={"X": points}))
    assert inside is (size == 1 or 1 + (size - 1) * r >= 0)
    assert correlation_of(points) == (r if size > 1 else None)


IDENTITY = ((F_(1), F_(0)), (F_(0), F_(1)))


@pytest.mark.parametrize(
    "matrix",
    [
        ((F_(1), F_(0)),),
        ((F_(1), F_(0)), (F_(0),)),
        ((F_(1), F_(0), F_(0)), (F_(0), F_(1), F_(0))),
        ((F_(1), F_(1, 2)), (F_(1, 3), F_(1))),
        ((F_(1), F_(2)), (F_(2), F_(1))),
        ((F_(2), F_(0)), (F_(0), F_(1))),
        ((F_(1), F_(1) + F_(1, 10**40)), (F_(1) + F_(1, 10**40), F_(1))),
    ],
)
def test_data_that_are_none(matrix) -> None:
    statement = forall(holds=le(inner(X, 0, 1), 1))
    assert in_domain(statement, Instance(matrices={"X": IDENTITY}))
    assert not in_domain(statement, Instance(matrices={"X": matrix}))
    assert not in_domain(statement, Instance(matrices={"Y": IDENTITY}))
    assert not in_domain(forall(holds=le(gram(F, 0, 1), inner(X, 0, 0))), Instance(matrices={"X": IDENTITY}))


@pytest.mark.parametrize("place", [2, -1, sp.Rational(1, 2)])
def test_an_entry_that_is_not_there(place) -> None:
    data_of_two = Instance(matrices={"X": IDENTITY}, vectors={"v": (F_(1), F_(2))})
    for call in (inner(X, 0, place), FUNCTIONS["component"](sp.Symbol("v", real=True), place)):
        assert exact(call, data_of_two) is None
        with pytest.raises(CannotEvaluate):
            Evaluator(data_of_two).value(call)


def relu_by_quadrature(r: Any) -> Any:
    """2 E[relu(u) relu(v)] from (u, v) = rotations of a standard pair: an integral over the angle."""
    theta = mpmath.acos(r)
    if theta >= mpmath.pi:
        return mpmath.mpf(0)
    # with u = s cos a, v = s cos(a - theta): E[s^2] = 2, and both are positive for theta - pi/2 < a < pi/2
    part = mpmath.quad(lambda a: mpmath.cos(a) * mpmath.cos(a - theta), [theta - mpmath.pi / 2, mpmath.pi / 2])
    return 2 * part / mpmath.pi


@settings(max_examples=40, deadline=None)
@given(st.one_of(st.fractions(-1, 1, max_denominator=50), st.integers(5, 60).map(lambda k: 1 - F_(1, 10**k)),
                 st.integers(5, 60).map(lambda k: F_(1, 10**k) - 1)))  # fmt: skip
def test_the_kernel_of_relu_next_to_one_and_minus_one(r) -> None:
    at = sp.Rational(r.numerator, r.denominator)
    with mpmath.workdps(200), precision(bits=600):
        point = mpmath.mpf(r.numerator) / r.denominator
        truth = relu_by_quadrature(point)
        evaluator = Evaluator(Instance(), family=RELU)
        assert contains(evaluator.value(dual(at)), truth)
        twice = relu_by_quadrature(truth)
        assert contains(evaluator.value(iterate(2, at)), twice)
        slope = lambda y: 1 - mpmath.acos(y) / mpmath.pi  # noqa: E731
        assert contains(evaluator.value(dual_slope(at)), slope(point))
        assert contains(evaluator.value(ntk(2, at)), twice + slope(truth) * (truth + slope(point) * point))


@settings(max_examples=60, deadline=None)
@given(st.fractions(-1, 1, max_denominator=30), st.integers(2, 60), st.sampled_from([0, 1, 2, 5]))
def test_a_ball_around_a_correlation_holds_the_kernel_of_each_point_in_it(r, bits, layers) -> None:
    """Also of a ball that sticks out of [-1, 1]."""
    with precision(bits=200):
        evaluator = Evaluator(Instance(), family=RELU)
        middle = arb(r.numerator) / r.denominator
        radius = arb(2) ** -bits
        around = middle + arb(0, radius)
        for end in (-radius, radius / 3, radius):
            inside = min(max(middle + end, arb(-1)), arb(1))
            if not abs(inside) <= 1:
                continue
            assert evaluator.iterate(layers, around).overlaps(evaluator.iterate(layers, inside))
            assert evaluator.dual_slope(around).overlaps(evaluator.dual_slope(inside))
            assert evaluator.ntk(layers, around).overlaps(evaluator.ntk(layers, inside))


def test_a_correlation_beyond_one_has_no_kernel() -> None:
    evaluator = Evaluator(Instance(), family=RELU)
    for beyond in (sp.Rational(3, 2), -1 - sp.Rational(1, 10**20)):
        for call in (dual(beyond), dual_slope(beyond), iterate(1, beyond), ntk(1, beyond)):
            with precision(bits=200), pytest.raises(CannotEvaluate):
                evaluator.value(call)
    polynomial = Evaluator(Instance({}, (F_(0), F_(1))), family=NORMALISED)
    with pytest.raises(CannotEvaluate):
        polynomial.value(dual(sp.Rational(3, 2)))
