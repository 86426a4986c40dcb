"""The Schur floor: f(1) - f(1 - delta) is below the smallest eigenvalue of f[K] for random Gram matrices."""

from fractions import Fraction

import mpmath
import pytest
import sympy as sp
from hypothesis import given, settings
from hypothesis import strategies as st

from deepcond_sym.proof import (
    NORMALISED,
    SERIES,
    Proof,
    RuleFailure,
    Verdict,
    dual,
    floor_eigenvalue,
    forall,
    interval,
    le,
)

from ..truth import dual_at, weights

delta = sp.Symbol("delta", real=True)
prove = Proof()


@pytest.mark.parametrize("family", [SERIES, NORMALISED])
def test_what_it_proves(family) -> None:
    goal = forall(interval(delta, 0, 1), family=family, holds=le(dual(1) - dual(1 - delta), floor_eigenvalue(delta)))
    assert prove.schur(goal).verdict is Verdict.PROVED


@pytest.mark.parametrize("argument", [2 * delta, delta**2 + sp.Rational(1, 10), delta - 1, 1 / delta])
def test_the_separation_must_lie_in_the_unit_interval(argument) -> None:
    goal = forall(
        interval(delta, 0, 1),
        family=SERIES,
        holds=le(dual(1) - dual(sp.expand(1 - argument)), floor_eigenvalue(argument)),
    )
    with pytest.raises(RuleFailure):
        prove.schur(goal)


@settings(max_examples=30, deadline=None)
@given(weights, st.lists(st.integers(-4, 4), min_size=12, max_size=12), st.integers(0, 10))
def test_below_the_smallest_eigenvalue(parts, entries, tenths) -> None:
    """K = delta I + (1 - delta) V V^T with the rows of V of length 1."""
    d = Fraction(tenths, 10)
    p = [Fraction(x) for x in parts]
    with mpmath.workdps(30):
        V = mpmath.matrix(4, 3)
        for i in range(4):
            row = [mpmath.mpf(entries[3 * i + j]) for j in range(3)]
            norm = mpmath.sqrt(sum(x * x for x in row)) or mpmath.mpf(1)
            for j in range(3):
                V[i, j] = (row[j] if any(row) else mpmath.mpf(j == 0)) / norm
        K = V * V.T

        def f(r):
            return sum(mpmath.mpf(c.numerator) * r**i for i, c in enumerate(p))

        image = mpmath.matrix(4, 4)
        for i in range(4):
            for j in range(4):
                image[i, j] = f(mpmath.mpf(1) if i == j else (1 - mpmath.mpf(tenths) / 10) * K[i, j])
        floor = dual_at(p, Fraction(1)) - dual_at(p, 1 - d)
        assert (
            min(mpmath.eigsy(image, eigvals_only=True))
            >= mpmath.mpf(floor.numerator) / floor.denominator - mpmath.mpf(10) ** -20
        )
