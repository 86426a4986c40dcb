"""Hermite coefficients: against mpmath quadrature, closed forms in n, and Parseval's identity."""

import mpmath
import pytest
import sympy as sp
from flint import arb

from deepcond_sym.activations import activation
from deepcond_sym.arithmetic import precision
from deepcond_sym.duals import hermite_series, normalized
from deepcond_sym.errors import InputError
from deepcond_sym.symbols import n

FORMS = ["relu", "leaky_relu", "abs", "step", "sign", "relu_power(2)", "erf", "normal_cdf", "gelu", "gaussian", "sin",
         "cos", "exp", "x*erf(x) + x**2*exp(-x**2)"]


def _by_quadrature(f, k: int, cuts: tuple[float, ...] = ()) -> mpmath.mpf:
    def integrand(t: mpmath.mpf) -> mpmath.mpf:
        previous, current = mpmath.mpf(0), mpmath.mpf(1)
        for j in range(k):
            previous, current = current, (t * current - mpmath.sqrt(j) * previous) / mpmath.sqrt(j + 1)
        return f(t) * current * mpmath.npdf(t)

    return mpmath.quad(integrand, sorted({*range(-16, 17, 2), *cuts}))


@pytest.mark.parametrize(
    ("name", "f"),
    [
        ("relu", lambda t: max(t, 0)),
        ("gelu", lambda t: t * mpmath.ncdf(t)),
        ("elu", lambda t: t if t > 0 else mpmath.expm1(t)),
        ("hard_tanh", lambda t: min(max(t, -1), 1)),
        ("tanh", mpmath.tanh),
        ("silu", lambda t: t / (1 + mpmath.exp(-t))),
        ("softsign", lambda t: t / (1 + abs(t))),
        ("sin", mpmath.sin),
    ],
)
def test_against_mpmath(name: str, f) -> None:
    series = hermite_series(name, 12, digits=25)
    with precision(digits=30):
        for k in (0, 1, 2, 3, 6, 11):
            expected = _by_quadrature(f, k, (-1, 0, 1))
            assert abs(mpmath.mpf(series.balls[k].mid().str(30, radius=False)) - expected) < mpmath.mpf("1e-20")


@pytest.mark.parametrize("name", FORMS)
def test_closed_form_in_n_equals_the_recurrence(name: str) -> None:
    series = hermite_series(name, 16)
    assert series.closed_form is not None
    assert series.exact is not None
    for k in range(series.closed_form_from, 16):
        assert abs(sp.N(series.closed_form.subs(n, k) - series.exact[k], 40)) < 1e-35


def test_relu_coefficients_are_the_published_ones() -> None:
    series = hermite_series("relu", 41)
    assert series.exact is not None
    for k in range(2, 41, 2):
        expected = (-1) ** ((k - 2) // 2) * sp.factorial2(k - 3) / sp.sqrt(2 * sp.pi * sp.factorial(k))
        assert sp.simplify(series.exact[k] - expected) == 0
    assert all(series.exact[k] == 0 for k in range(3, 41, 2))
    assert sp.simplify(series.exact[2] ** 2 - 1 / (4 * sp.pi)) == 0


def test_exact_and_quadrature_overlap_for_knots_anywhere() -> None:
    from deepcond_sym.duals.integrals.quadrature import GaussianQuadrature

    for name in ("relu6", "selu", "norm_relu", "hard_tanh"):
        series = hermite_series(name, 40, digits=30)
        found = GaussianQuadrature(activation(name), 110, 40).hermite()
        assert series.exact is not None
        assert all(a.overlaps(b) for a, b in zip(series.balls, found, strict=True))
        assert all(b.rad() < 1e-30 for b in found)


def test_two_hundred_coefficients_of_tanh_to_fifty_digits() -> None:
    series = hermite_series("tanh", 200, digits=50)
    assert len(series) == 200
    assert all(a.is_zero() or a.rel_accuracy_bits() >= 166 for a in series.balls)
    assert series.balls[199].overlaps(arb("-2.524204060e-10", "1e-19"))
    with precision(digits=60):
        expected = _by_quadrature(mpmath.tanh, 9)
        assert abs(mpmath.mpf(series.balls[9].mid().str(60, radius=False)) - expected) < mpmath.mpf("1e-40")
    assert 0 < series.tail < 1e-18


@pytest.mark.parametrize("name", ["relu", "gelu", "tanh", "elu", "step", "polynomial(1,2,3)"])
def test_parseval_tail_is_nonnegative_and_decreases(name: str) -> None:
    short, long = hermite_series(name, 5), hermite_series(name, 40)
    assert short.tail.upper() >= 0
    assert long.tail.upper() >= 0
    assert long.tail <= short.tail or (long.tail - short.tail).contains(0)


def test_normalised_coefficients() -> None:
    series = hermite_series(normalized(activation("relu")), 30)
    assert series.exact is not None
    assert series.exact[0] == 0
    assert sp.simplify(series.exact[1] ** 2 - sp.pi / (2 * (sp.pi - 1))) == 0
    assert series.closed_form is not None
    assert abs(sp.N(series.closed_form.subs(n, 8) - series.exact[8], 30)) < 1e-25


def test_bad_requests_are_refused() -> None:
    for count in (0, -1, 10**9, True):
        with pytest.raises(InputError):
            hermite_series("relu", count)
    with pytest.raises(InputError):
        hermite_series("relu", 3, digits=0)
