"""Half-line Gaussian moments of Hermite polynomials: the boundary value agrees with quadrature."""

import mpmath
import pytest
import sympy as sp
from hypothesis import given, settings
from hypothesis import strategies as st

from deepcond_sym.proof import Proof, RuleFailure, Verdict, index

k, degrees = index("k")
x, H1, H2 = (sp.Symbol(name, real=True) for name in ("x", "H1", "H2"))
prove = Proof()


def he(m: int, at):
    return 1 if m == 0 else at if m == 1 else at * he(m - 1, at) - (m - 1) * he(m - 2, at)


def quadrature(power: int, degree: int):
    return mpmath.quad(lambda v: v**power * he(degree, v) * mpmath.npdf(v), [0, 1, 3, 6, 12])


def value(step, at: int):
    right = step.conclusion.conclusion.rhs.subs(k, at)
    zeros = {
        call: he(int(call.args[0]), 0) for call in right.atoms(sp.Function) if call.func.__name__ == "hermite_at_zero"
    }
    return sp.N(right.subs(zeros), 25)


@pytest.mark.parametrize("at", [0, 1, 2, 3])
def test_the_moment_of_relu(at) -> None:
    step = prove.hermite_parts(1, 2 * k + 2, x * H1 + H2, degrees)
    assert step.verdict is Verdict.PROVED
    with mpmath.workdps(25):
        assert abs(quadrature(1, 2 * at + 2) - value(step, at)) < mpmath.mpf(10) ** -18


small = st.integers(-2, 2)


@settings(max_examples=80, deadline=None)
@given(st.integers(1, 2), st.integers(2, 4), st.lists(small, min_size=6, max_size=6))
def test_no_antiderivative_that_quadrature_contradicts(power, start, c) -> None:
    degree = k + start
    r = k + start
    base = x * H1 + H2 if power == 1 else (x**2 * H1 + 2 * x * H2 / 1)
    candidate = base + c[0] * x * H2 + c[1] * H2 + c[2] * H1 + c[3] * x * H1 + c[4] * (r - 3) * H2 + c[5] * H1 * H2
    try:
        step = prove.hermite_parts(power, degree, candidate, degrees)
    except RuleFailure:
        return
    for at in (0, 1):
        with mpmath.workdps(20):
            assert abs(quadrature(power, start + at) - value(step, at)) < mpmath.mpf(10) ** -15


def falling(exponent: int):
    """F with F' - x F = c - x^exponent: x^(e - 1) + (e - 1) x^(e - 3) + ..."""
    total, factor, e = sp.S.Zero, sp.S.One, exponent
    while e >= 1:
        total, factor, e = total + factor * x ** (e - 1), factor * (e - 1), e - 2
    return total


@pytest.mark.parametrize("power", [1, 2, 3, 4, 5])
@pytest.mark.parametrize("degree", [0, 1])
def test_the_lowest_degrees(power, degree) -> None:
    step = prove.hermite_parts(power, degree, falling(power + degree))
    with mpmath.workdps(25):
        assert abs(quadrature(power, degree) - value(step, 0)) < mpmath.mpf(10) ** -18
    right = falling(power + degree)
    for wrong in (right + 1, falling(power + degree + 1), 2 * right, falling(power), sp.S.Zero):
        if wrong != right:
            with pytest.raises(RuleFailure):
                prove.hermite_parts(power, degree, wrong)
