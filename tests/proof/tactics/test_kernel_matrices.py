"""Smallest eigenvalues and condition numbers of deep kernel matrices, held against explicit matrices."""

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
    forall,
    full_rank_condition,
    index,
    interval,
    iterate,
    le,
    least_eigenvalue,
    lt,
    ntk,
    ntk_least_eigenvalue,
    ntk_off_diagonal,
)

from ..truth import normalised, weights

n, points = index("n", 1)
L, layers = index("L")
delta, rho = sp.symbols("delta rho", real=True)
separation = interval(delta, 0, 1, "(")
prove = Proof()


def kernel_floor():
    away = 1 - iterate(L, 1 - delta)
    goal = forall(points, separation, layers, family=NORMALISED, holds=le(away, least_eigenvalue(L)))
    return prove.schur(goal, "kernel")


def test_what_it_proves() -> None:
    assert kernel_floor().verdict is Verdict.PROVED
    ratio = ntk(L, 1 - delta) / ntk(L, 1)
    goal = forall(points, separation, layers, family=NORMALISED, holds=le(1 - ratio, ntk_least_eigenvalue(L)))
    assert prove.schur(goal, "tangent").verdict is Verdict.PROVED


@pytest.mark.parametrize("nudge", [sp.Rational(1, 10**6), delta / 1000])
def test_no_larger_floor(nudge) -> None:
    away = 1 - iterate(L, 1 - delta) + nudge
    goal = forall(points, separation, layers, family=NORMALISED, holds=le(away, least_eigenvalue(L)))
    with pytest.raises(RuleFailure):
        prove.schur(goal, "kernel")


def test_the_kernel_needs_a_unit_diagonal() -> None:
    away = 1 - iterate(L, 1 - delta)
    goal = forall(points, separation, layers, family=SERIES, holds=le(away, least_eigenvalue(L)))
    with pytest.raises(RuleFailure):
        prove.schur(goal, "kernel")


def test_the_condition_number_needs_a_positive_floor() -> None:
    floor = kernel_floor()
    zero = prove.polynomial(le(0, delta), separation)
    with pytest.raises(RuleFailure):
        prove.trace(floor, zero)
    strict = prove.polynomial(lt(0, delta), points, separation, layers)
    with pytest.raises(RuleFailure):
        prove.trace(floor, strict)


def test_the_tangent_bound_is_a_multiple_of_its_diagonal() -> None:
    within = le(sp.Abs(rho), 1 - delta)
    variables = (interval(rho, -1, 1), separation)
    itself = prove.polynomial(le(delta, delta), separation)
    plain = forall(*variables, given=[within], family=NORMALISED, holds=le(sp.Abs(ntk(0, rho)), 1 - delta))
    known = prove.chain(plain, *_start(plain))
    with pytest.raises(RuleFailure, match="multiple"):
        prove.entries(known)
    assert itself.verdict is Verdict.PROVED
    divided = plain.conclude(le(sp.Abs(ntk(0, rho)), (1 - delta) * ntk(0, 1)))
    whole = (1 - delta) * ntk(0, 1)
    scaled = prove.entries(prove.chain(divided, *_start(plain), prove.folded(plain, whole, ntk(0, 1))))
    assert scaled.conclusion.conclusion == le(ntk_off_diagonal(0), 1 - delta)


def _start(frame):
    """|ntk(0, rho)| = |rho| <= 1 - delta, the last link being the hypothesis."""
    u = sp.Symbol("u", real=True)
    wider = prove.polynomial(le(1 - delta - u, 1 - delta), separation, interval(u, 0, sp.oo))
    from deepcond_sym.proof import at

    return (
        prove.unfold(frame, sp.Abs(ntk(0, rho)), ntk(0, rho)),
        at(wider, {u: 1 - delta - sp.Abs(rho)}),
    )


@settings(max_examples=40, deadline=None)
@given(weights, st.lists(st.integers(-3, 3), min_size=12, max_size=12), st.integers(1, 9), st.integers(0, 3))
def test_explicit_matrices(parts, numbers, tenths, depth) -> None:
    """K = delta I + (1 - delta) V V^T: lambda_min of both kernels and the trace bound of the condition number."""
    p = normalised(parts)
    with mpmath.workdps(30):
        d = mpmath.mpf(tenths) / 10
        V = mpmath.matrix(4, 3)
        for i in range(4):
            row = [mpmath.mpf(numbers[3 * i + j]) for j in range(3)]
            norm = mpmath.sqrt(sum(c * c for c in row))
            for j in range(3):
                V[i, j] = row[j] / norm if norm else mpmath.mpf(j == 0)
        gram = V * V.T

        def kernels(r):
            f = [mpmath.mpf(c.numerator) / c.denominator for c in p]
            tangent = r
            for _ in range(depth):
                slope = sum(i * c * r ** (i - 1) for i, c in enumerate(f) if i)
                r = sum(c * r**i for i, c in enumerate(f))
                tangent = r + slope * tangent
            return r, tangent

        unit, away = kernels(mpmath.mpf(1)), kernels(1 - d)
        for which in (0, 1):
            K = mpmath.matrix(4, 4)
            for i in range(4):
                for j in range(4):
                    K[i, j] = kernels(mpmath.mpf(1) if i == j else (1 - d) * gram[i, j])[which] / unit[which]
            spectrum = mpmath.eigsy(K, eigvals_only=True)
            floor = 1 - away[which] / unit[which]
            assert min(spectrum) >= floor - mpmath.mpf(10) ** -25
            if floor > 0:
                assert max(spectrum) / min(spectrum) <= 1 + 4 * (1 - floor) / floor + mpmath.mpf(10) ** -20


def test_the_full_rank_condition_number() -> None:
    """With iterate(0, 1 - delta) = 1 - delta the floor is delta, and kappa <= 1 + n (1 - delta)/delta."""
    frame = forall(points, separation, family=NORMALISED, holds=le(0, 1))
    away = 1 - iterate(0, 1 - delta)
    floor = prove.schur(frame.conclude(le(away, least_eigenvalue(0))), "kernel")
    plain = prove.chain(frame.conclude(le(delta, least_eigenvalue(0))), prove.folded(frame, away), floor)
    positive = prove.chain(frame.conclude(lt(0, delta)), prove.polynomial(lt(0, delta), separation))
    shown = prove.trace(plain, positive).conclusion.conclusion
    assert shown == le(full_rank_condition(0), 1 + n * (1 - delta) / delta)
