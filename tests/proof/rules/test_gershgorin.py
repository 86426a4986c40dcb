"""From correlations to condition numbers: the proved bound is above those of explicit kernel matrices."""

import mpmath
import pytest
import sympy as sp
from hypothesis import given, settings
from hypothesis import strategies as st

from deepcond_sym.proof import (
    NORMALISED,
    Proof,
    RuleFailure,
    Statement,
    Step,
    Verdict,
    condition,
    forall,
    index,
    interval,
    le,
    lt,
)

from deepcond_sym.proof import derive, off_diagonal, repeat  # isort: skip

from .. import test_adversarial as claims
from ..truth import normalised, weights

n, points = index("n", 1)
L, layers = index("L")
delta, t = sp.Symbol("delta", real=True), sp.Symbol("t", real=True)
prove = Proof()


def entries() -> Step:
    return prove.entries(claims.chained())


def test_what_it_proves() -> None:
    step = entries()
    assert step.verdict is Verdict.PROVED
    assert step.conclusion.conclusion.lhs == off_diagonal(L)


def test_a_bound_for_some_correlations_is_not_enough() -> None:
    weaker = Statement(
        le(sp.Abs(sp.Symbol("rho", real=True)), 1), (interval(sp.Symbol("rho", real=True), 0, 1),), (), NORMALISED
    )
    step = prove.polynomial(le(t, 1), interval(t, 0, 1))
    assert weaker.family is NORMALISED
    with pytest.raises(RuleFailure):
        prove.entries(step)


def test_the_condition_needs_its_second_premise() -> None:
    small = prove.polynomial(lt(t, 1), interval(t, 0, 1, ")"))
    with pytest.raises(RuleFailure):
        prove.condition(entries(), small)
    with pytest.raises(RuleFailure):
        derive("gershgorin", {"part": "condition"}, entries())


@settings(max_examples=25, deadline=None)
@given(
    weights,
    st.integers(2, 5),
    st.integers(1, 9),
    st.integers(0, 3),
    st.lists(st.integers(-3, 3), min_size=20, max_size=20),
)
def test_explicit_matrices(parts, size, tenths, depth, numbers) -> None:
    """max |K_ij| = b bounds the eigenvalues by 1 -+ (n - 1) b, and b is at most q_mu^L(1 - delta)."""
    p = normalised(parts)
    with mpmath.workdps(30):
        rho = [
            [mpmath.mpf(numbers[size * i + j if size * i + j < 20 else 0]) / 3 for j in range(size)]
            for i in range(size)
        ]
        cap = 1 - mpmath.mpf(tenths) / 10

        def f(r):
            return sum(mpmath.mpf(c.numerator) / c.denominator * r**i for i, c in enumerate(p))

        K = mpmath.matrix(size, size)
        for i in range(size):
            for j in range(size):
                r = mpmath.mpf(1) if i == j else max(-cap, min(cap, rho[min(i, j)][max(i, j)]))
                for _ in range(depth):
                    r = f(r)
                K[i, j] = r
        b = max(abs(K[i, j]) for i in range(size) for j in range(size) if i != j)
        share, bound = 1 - mpmath.mpf(p[1].numerator) / p[1].denominator, cap
        for _ in range(depth):
            bound = (1 - share) * bound + share * bound**2
        assert b <= bound + mpmath.mpf(10) ** -25
        if (size - 1) * bound < 1:
            spectrum = mpmath.eigsy(K, eigvals_only=True)
            most = (1 + (size - 1) * bound) / (1 - (size - 1) * bound)
            assert max(spectrum) / min(spectrum) <= most + mpmath.mpf(10) ** -20


def test_a_statement_about_data_names_its_data() -> None:
    from deepcond_sym.errors import InputError

    with pytest.raises(InputError, match=r"delta|n lies"):
        forall(layers, family=NORMALISED, holds=le(condition(L), repeat(t, t, L, 2)))
