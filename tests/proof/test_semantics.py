"""What a term means at an instance: as exact arithmetic and mpmath say; no counterexample from outside the domain."""

from fractions import Fraction

import mpmath
import pytest
import sympy as sp
from hypothesis import given, settings
from hypothesis import strategies as st

from deepcond_sym.arithmetic import precision
from deepcond_sym.proof import (
    NONLINEAR,
    NORMALISED,
    SERIES,
    UNCENTRED,
    Instance,
    Sequence,
    determinant,
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
    member,
    minimum,
    mu,
    ntk,
    repeat,
    row,
    smallest,
    steps_to,
    tending,
)  # fmt: skip
from deepcond_sym.proof.instance import equicorrelated
from deepcond_sym.proof.semantics import CannotEvaluate, Evaluator, at_instance, in_domain
from proofs_checks.agarwal2021.data import X, apart, condition, off_diagonal, points_at, products

from .truth import iterate_at, normalised, rational, shares, weights

F = Fraction
x, t, delta, rho = (sp.Symbol(name, real=True) for name in ("x", "t", "delta", "rho"))
k, indices = index("k")
L, layers = index("L")
n, points = index("n", 1)
square = (F(0), F(0), F(1))
data = (points, interval(delta, 0, 1, "("), layers)


def contains(ball, value: Fraction) -> bool:
    with precision(bits=400):
        return bool(abs(ball - ball.__class__(value.numerator) / value.denominator) < 1e-60)


@settings(max_examples=60, deadline=None)
@given(weights, shares, st.integers(0, 3))
def test_as_exact_arithmetic(parts, r, depth) -> None:
    p = normalised(parts)
    with precision(bits=400):
        evaluator = Evaluator(Instance({rho: r, L: F(depth)}, tuple(p)))
        assert contains(evaluator.value(iterate(L, rho)), iterate_at(p, depth, r))
        assert contains(evaluator.value(mu), 1 - p[1])
        q = (1 - mu) * t + mu * t**2
        assert contains(evaluator.value(repeat(q, t, L, rho)), iterate_at([F(0), p[1], 1 - p[1]], depth, r))
        kernel = r
        for j in range(1, depth + 1):
            before = iterate_at(p, j - 1, r)
            kernel = iterate_at(p, j, r) + sum((i * c * before ** (i - 1) for i, c in enumerate(p) if i), F(0)) * kernel
        assert contains(evaluator.value(ntk(L, rho)), kernel)


@pytest.mark.parametrize("power", [1, 2, 3])
@pytest.mark.parametrize("degree", [0, 1, 2, 5, 8])
def test_half_line_moments_as_quadrature(power, degree) -> None:
    z = sp.Symbol("z")
    he = sp.lambdify(z, sp.polys.orthopolys.hermite_prob_poly(degree, z), "mpmath")
    with mpmath.workdps(25), precision(bits=100):
        integral = mpmath.quad(lambda v: v**power * he(v) * mpmath.npdf(v), [0, 1, 3, 6, 13])
        value = Evaluator(Instance()).value(half_line_hermite(power, degree))
        assert abs(mpmath.mpf(value.str(25, radius=False)) - integral) < mpmath.mpf(10) ** -18
        assert contains(Evaluator(Instance()).value(hermite_at_zero(degree)), F(int(he(0))))


@settings(max_examples=60, deadline=None)
@given(st.fractions(F(1, 50), 50, max_denominator=50), st.fractions(F(101, 100), 3, max_denominator=100))
def test_steps_to_is_the_first_power(level, ratio) -> None:
    with precision(bits=400):
        steps = Evaluator(Instance()).whole(steps_to(rational(level), rational(ratio)))
    assert ratio**steps >= level
    assert steps == 0 or ratio ** (steps - 1) < level


@pytest.mark.parametrize(
    "term",
    [
        1 / (x - x**2),
        sp.log(x - 1),
        sp.sqrt(x - 2),
        sp.acos(1 + x),
        dual(1 + x),
        dual_slope(-2),
        iterate(-1, x),
        steps_to(2, x),
        steps_to(0, 2),
        steps_to(-1, 2),
        iterate(sp.Rational(1, 2), x),
        sp.factorial2(-3 * x),
        repeat(t, t, -1, x),
        iterate(10**6, x),
        tending(x, k, 1) * 0 + limit(x),
        smallest(products, 2),
        smallest(x, 0),
        smallest(1 / (row - 1), 2),
        smallest(dual(row), 2),
        minimum(sp.sqrt(row - 2), 2),
        determinant(x, 10**4),
    ],
)
def test_what_has_no_value_is_not_evaluated(term) -> None:
    with pytest.raises((CannotEvaluate, KeyError)), precision(bits=100):
        Evaluator(Instance({x: F(1)}, square)).value(term)


Y = sp.Function("Y", real=True)
slow = Sequence("Y", k, 0, sp.S.Zero, Y(k) / 2 + 1 / (k + 1))
still = Sequence("Y", k, 0, sp.S.Zero, Y(k) / 2 + tending(sp.Symbol("A", real=True), k, 1))
unreal = Sequence("Y", k, 0, sp.sqrt(x), Y(k))
name = sp.Symbol("Y", real=True)


@pytest.mark.parametrize(
    ("statement", "instance"),
    [
        pytest.param(forall(interval(x, 0, 1), holds=le(x, 1)), Instance({x: F(2)}), id="beyond the interval"),
        pytest.param(forall(interval(x, 0, 1, ")"), holds=lt(x, 1)), Instance({x: F(1)}), id="at an open end"),
        pytest.param(forall(interval(x, 0, 1, "("), holds=lt(0, x)), Instance({x: F(0)}), id="at an open lower end"),
        pytest.param(forall(indices, holds=le(0, k * (k - 1))), Instance({k: F(1, 2)}), id="not an integer"),
        pytest.param(forall(indices, holds=le(0, k)), Instance({k: F(-1)}), id="a negative index"),
        pytest.param(forall(interval(x, 0, 1), holds=le(x, 1)), Instance({}), id="no value"),
        pytest.param(
            forall(interval(x, 0, 3), given=[le(x, 1)], holds=le(x, 1)), Instance({x: F(2)}), id="a hypothesis fails"
        ),
        pytest.param(
            forall(family=NORMALISED, holds=le(dual(1), 1)), Instance({}, (F(0), F(2))), id="the sum is not 1"
        ),
        pytest.param(
            forall(family=NORMALISED, holds=le(dual(0), 0)), Instance({}, (F(1, 2), F(1, 2))), id="not centred"
        ),
        pytest.param(forall(family=UNCENTRED, holds=le(dual_slope(1), 0)), Instance({}, ()), id="no activation"),
        pytest.param(forall(family=NONLINEAR, holds=lt(0, mu)), Instance({}, (F(0), F(1))), id="linear"),
        pytest.param(
            forall(family=NORMALISED, holds=le(0, dual(1))), Instance({}, (F(0), F(-1), F(2))), id="a negative weight"
        ),
        pytest.param(
            forall(interval(mu, 0, 1), family=NORMALISED, holds=eq(mu + dual_slope(0), 1)),
            Instance({mu: F(1, 2)}, (F(0), F(1))),
            id="another mu",
        ),
        pytest.param(
            forall(family=NORMALISED, holds=eq(mu + dual_slope(0), 1)),
            Instance({mu: F(1, 2)}, (F(0), F(1))),
            id="a stray mu",
        ),
        pytest.param(
            forall(interval(mu, 0, 1), family=SERIES, holds=le(0, mu + dual(0))),
            Instance({mu: F(1)}, (F(0), F(5))),
            id="mu as a plain variable",
        ),
        pytest.param(
            forall(family=member(t, t**2), holds=le(dual_slope(0), 0)), Instance({}, (F(0), F(1))), id="not the member"
        ),
        pytest.param(
            forall(interval(rho, -2, 2), family=NORMALISED, holds=le(dual(rho), 1)),
            Instance({rho: F(2)}, square),
            id="no correlation",
        ),
        pytest.param(
            forall(points, layers, family=NORMALISED, holds=le(off_diagonal(L), 0)),
            Instance({n: F(3), L: F(0)}, square, points_at(F(-1), 3)),
            id="no such data",
        ),
        pytest.param(
            forall(points, layers, family=NORMALISED, holds=le(off_diagonal(L), 0)),
            Instance({n: F(2), L: F(0)}, square, {X.name: ((F(1), F(1, 2)), (F(1, 2), F(2)))}),
            id="no unit vectors",
        ),
        pytest.param(
            forall(points, layers, family=NORMALISED, holds=le(off_diagonal(L), 0)),
            Instance({n: F(3), L: F(0)}, square, points_at(F(1, 2), 2)),
            id="too few points",
        ),
        pytest.param(
            forall(*data, given=[apart], family=NORMALISED, holds=le(off_diagonal(L), 0)),
            Instance({n: F(2), delta: F(1, 2), L: F(0)}, square, points_at(F(3, 4))),
            id="points too close",
        ),
        pytest.param(
            forall(*data, family=SERIES, holds=le(1, condition(L))),
            Instance({n: F(3), delta: F(1, 2), L: F(1)}, (F(0), F(3)), points_at(F(1), 3)),
            id="a singular matrix",
        ),
        pytest.param(forall(sequences=[slow], holds=le(limit(name), 0)), Instance({}), id="a limit reached slowly"),
        pytest.param(
            forall(interval(x, -1, 1), sequences=[unreal], holds=le(0, x)),
            Instance({x: F(-1)}),
            id="a sequence that is not real",
        ),
        pytest.param(
            forall(interval(x, -1, 1), holds=eq(1 / x, 1 / x + 0 * x)),
            Instance({x: F(0)}),
            id="no value on either side",
        ),
    ],
)
def test_no_false_counterexample(statement, instance) -> None:
    assert at_instance(statement, instance, negate=True) is False


def test_a_true_counterexample_counts() -> None:
    assert at_instance(forall(interval(x, 0, 1), holds=lt(x, 1)), Instance({x: F(1)}), negate=True)
    assert at_instance(
        forall(sequences=[still], holds=lt(limit(name), 2 - sp.Rational(1, 10**9))), Instance({}), negate=True
    )
    corner = Instance({n: F(4), delta: F(1, 4), L: F(1)}, square, {X.name: equicorrelated(4, F(3, 4))})
    value = (1 + 3 * F(9, 16)) / (1 - F(9, 16))
    assert at_instance(
        forall(*data, family=NORMALISED, holds=lt(condition(L), rational(value - F(1, 10**9)))), corner, negate=True
    )
    assert not at_instance(
        forall(*data, family=NORMALISED, holds=le(condition(L), rational(value + F(1, 10**9)))), corner, negate=True
    )


def test_the_equicorrelated_matrix_has_this_condition_number() -> None:
    corner = Instance({n: F(4), delta: F(1, 4), L: F(1)}, square, {X.name: equicorrelated(4, F(3, 4))})
    with mpmath.workdps(30), precision(bits=150):
        K = mpmath.matrix(4, 4)
        for i in range(4):
            for j in range(4):
                K[i, j] = 1 if i == j else mpmath.mpf(9) / 16
        spectrum = mpmath.eigsy(K, eigvals_only=True)
        value = mpmath.mpf(Evaluator(corner).value(condition(L)).str(28, radius=False))
        assert abs(max(spectrum) / min(spectrum) - value) < mpmath.mpf(10) ** -20
    assert in_domain(forall(*data, family=NORMALISED, holds=le(1, condition(L))), corner)
