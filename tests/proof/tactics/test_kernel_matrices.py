"""Entries, eigenvalues and condition numbers of deep kernel matrices: what is proved of them, and explicit matrices."""

from dataclasses import replace
from fractions import Fraction

import mpmath
import pytest
import sympy as sp
from hypothesis import given, settings
from hypothesis import strategies as st

from deepcond_sym.arithmetic import precision
from deepcond_sym.errors import InputError
from deepcond_sym.proof import (
    NORMALISED,
    SERIES,
    Instance,
    Proof,
    RuleFailure,
    Verdict,
    at,
    dual,
    fact,
    forall,
    index,
    interval,
    iterate,
    le,
    lt,
    ntk,
    smallest,
)
from deepcond_sym.proof.semantics import Evaluator, at_instance
from proofs_checks.agarwal2021 import data_bounds
from proofs_checks.agarwal2021.data import (
    X,
    apart,
    condition,
    least_eigenvalue,
    n,
    ntk_condition,
    ntk_off_diagonal,
    off_diagonal,
    points,
    products,
    spread,
)
from proofs_checks.agarwal2021.tangent_bounds import correlation_bound
from proofs_checks.beyond import condition_numbers, separated_condition_numbers

from ..truth import normalised, weights

L, layers = index("L")
delta, rho, t, u = sp.symbols("delta rho t u", real=True)
separation = interval(delta, 0, 1, "(")
prove = Proof()
independent = forall(points, separation, layers, given=[spread], family=NORMALISED, holds=le(0, 0))


def entries():
    return prove.entries(correlation_bound(prove), rho, X, points)


def kernel_floor():
    return prove.schur(independent, iterate(L, products), n, delta)


def test_what_it_proves() -> None:
    assert entries().verdict is Verdict.PROVED
    assert entries().conclusion.conclusion.lhs == off_diagonal(L)
    assert kernel_floor().verdict is Verdict.PROVED
    assert prove.schur(independent, ntk(L, products), n, delta).verdict is Verdict.PROVED
    series = forall(points, separation, given=[spread], family=SERIES, holds=le(0, 0))
    assert prove.schur(series, dual(products), n, delta).verdict is Verdict.PROVED


@pytest.mark.parametrize(("low", "high", "most"), [(0, 1, 1 - delta), (-1, "1/2", 1 - delta), (-1, 1, 1 - 2 * delta)])
def test_a_bound_for_some_correlations_is_not_enough(low, high, most) -> None:
    """|iterate(0, rho)| = |rho| <= 1 is true of all; here it is known of some."""
    goal = forall(
        interval(rho, low, high), separation, given=[le(sp.Abs(rho), most)], family=NORMALISED,
        holds=le(sp.Abs(iterate(0, rho)), 1),
    )  # fmt: skip
    within = prove.polynomial(le(u, 1), interval(u, 0, 1))
    known = prove.chain(
        goal, prove.unfold(goal, sp.Abs(iterate(0, rho)), iterate(0, rho)), at(within, {u: sp.Abs(rho)})
    )
    with pytest.raises(RuleFailure):
        entries_apart(known)


def entries_apart(known):
    """The entries of points that are apart, from a bound that may be one for others."""
    shown = prove.entries(known, rho, X, points)
    return prove.chain(replace(shown.conclusion, given=(apart,)), shown)


@pytest.mark.parametrize("argument", [3 * delta, delta + 2, delta - 1, 1 / delta])
def test_the_separation_must_leave_a_diagonal_in_the_domain(argument) -> None:
    frame = forall(
        points, interval(delta, 0, 1), given=[le(argument, smallest(products, n))], family=SERIES, holds=le(0, 0)
    )
    with pytest.raises(RuleFailure):
        prove.schur(frame, dual(products), n, argument)


@pytest.mark.parametrize("nudge", [sp.Rational(1, 10**6), delta / 1000])
def test_no_larger_floor(nudge) -> None:
    floor = kernel_floor()
    more = floor.conclusion.conclusion.lhs + nudge
    with pytest.raises(RuleFailure):
        prove.chain(independent.conclude(le(more, least_eigenvalue(L))), floor)


def test_the_kernel_needs_a_unit_diagonal() -> None:
    series = forall(points, separation, layers, given=[spread], family=SERIES, holds=le(0, 0))
    floor = prove.chain(series.conclude(le(delta, delta)), prove.polynomial(le(delta, delta), separation))
    with pytest.raises(RuleFailure):
        prove.trace(floor, floor)
    with pytest.raises(RuleFailure):
        prove.condition(floor, floor)


def test_the_condition_number_needs_a_positive_floor() -> None:
    floor = kernel_floor()
    zero = prove.polynomial(le(0, delta), separation)
    with pytest.raises(RuleFailure):
        prove.trace(floor, zero)
    strict = prove.polynomial(lt(0, delta), points, separation, layers)
    with pytest.raises(RuleFailure):
        prove.trace(floor, strict)


def test_the_condition_number_needs_a_small_radius() -> None:
    small = prove.polynomial(lt(t, 1), interval(t, 0, 1, ")"))
    with pytest.raises(RuleFailure):
        prove.condition(entries(), small)
    weak = prove.polynomial(le(t, 1), interval(t, 0, 1))
    with pytest.raises(RuleFailure):
        prove.condition(entries(), weak)


def test_the_tangent_kernel_is_divided_by_a_positive_diagonal() -> None:
    within = le(sp.Abs(rho), 1 - delta)
    plain = forall(
        interval(rho, -1, 1), separation, given=[within], family=NORMALISED, holds=le(sp.Abs(ntk(0, rho)), 1 - delta)
    )  # fmt: skip
    wider = prove.polynomial(le(1 - delta - u, 1 - delta), separation, interval(u, 0, sp.oo))
    start = prove.unfold(plain, sp.Abs(ntk(0, rho)), ntk(0, rho))
    whole = prove.entries(
        prove.chain(plain, start, at(wider, {u: 1 - delta - sp.Abs(rho)})), rho, X, points
    )
    with pytest.raises(RuleFailure):
        prove.relative(whole, ntk(0, 1))
    shown = prove.relative(whole, ntk(0, 1), fact(data_bounds.positive_diagonal(prove), {L: 0}))
    assert shown.conclusion.conclusion == le(ntk_off_diagonal(0), (1 - delta) / ntk(0, 1))


def test_the_condition_number_of_the_data_themselves() -> None:
    """iterate(0, 1) - iterate(0, 1 - delta) = delta: kappa <= 1 + n (1 - delta)/delta."""
    frame = forall(points, separation, given=[spread], family=NORMALISED, holds=le(0, 1))
    away = iterate(0, 1) - iterate(0, 1 - delta)
    floor = prove.schur(frame, iterate(0, products), n, delta)
    plain = prove.chain(frame.conclude(le(delta, least_eigenvalue(0))), prove.folded(frame, away), floor)
    positive = prove.chain(frame.conclude(lt(0, delta)), prove.polynomial(lt(0, delta), separation))
    shown = prove.trace(plain, positive).conclusion.conclusion
    assert shown == le(condition(0), 1 + n * (1 - delta) / delta)


def unit_vectors(numbers: list[int], size: int) -> list[tuple[Fraction, ...]]:
    """Rational points of the sphere, by stereographic projection."""
    vectors = []
    for i in range(size):
        a, b = Fraction(numbers[2 * i], 2), Fraction(numbers[2 * i + 1], 3)
        scale = 1 + a**2 + b**2
        vectors.append((2 * a / scale, 2 * b / scale, (1 - a**2 - b**2) / scale))
    return vectors


def explicit(p: list[Fraction], gram: list[list[Fraction]], depth: int, tangent: bool) -> mpmath.matrix:
    """The kernel matrix, by floating-point arithmetic."""
    f = [mpmath.mpf(c.numerator) / c.denominator for c in p]

    def kernel(r):
        theta = r
        for _ in range(depth):
            slope = sum(i * c * r ** (i - 1) for i, c in enumerate(f) if i)
            r = sum(c * r**i for i, c in enumerate(f))
            theta = r + slope * theta
        return theta if tangent else r

    return mpmath.matrix([[kernel(mpmath.mpf(g.numerator) / g.denominator) for g in line] for line in gram])


points_of_the_sphere = st.lists(st.integers(-3, 3), min_size=10, max_size=10)


@settings(max_examples=12, deadline=None)
@given(weights, points_of_the_sphere, st.integers(2, 4), st.integers(0, 2), st.booleans())
def test_explicit_matrices(parts, numbers, size, depth, tangent) -> None:
    """The largest entry and the condition number as mpmath has them, and below what is proved of them."""
    p, vectors = normalised(parts), unit_vectors(numbers, size)
    vectors = [vectors[0], *vectors]
    gram = [[sum((a * b for a, b in zip(v, w, strict=True)), Fraction(0)) for w in vectors] for v in vectors]
    top = max(abs(gram[i][j]) for i in range(1, size + 1) for j in range(1, i))
    if top == 1:
        return
    matrix = {X.name: tuple(map(tuple, gram))}
    instance = Instance({n: Fraction(size), delta: 1 - top, L: Fraction(depth)}, tuple(p), matrix)
    with mpmath.workdps(30):
        K = explicit(p, [line[1:] for line in gram[1:]], depth, tangent)
        spectrum = mpmath.eigsy(K, eigvals_only=True)
        off = max(abs(K[i, j]) for i in range(size) for j in range(i)) / K[0, 0]
        with precision(bits=200):
            evaluator = Evaluator(instance)
            shown = evaluator.value((ntk_off_diagonal if tangent else off_diagonal)(L))
            assert abs(mpmath.mpf(shown.str(28, radius=False)) - off) < mpmath.mpf(10) ** -20
            if min(spectrum) > mpmath.mpf(10) ** -6:
                kappa = evaluator.value((ntk_condition if tangent else condition)(L))
                quotient = max(spectrum) / min(spectrum)
                assert abs(mpmath.mpf(kappa.str(28, radius=False)) / quotient - 1) < mpmath.mpf(10) ** -12
    of_separated = separated_condition_numbers.claim.statements()
    of_independent = condition_numbers.claim.statements()[:4]
    proved = [entries().conclusion, data_bounds.tangent_entries(prove).conclusion, *of_separated, *of_independent]
    for statement in proved:
        assert not at_instance(statement, instance, negate=True)


def test_a_statement_about_data_says_how_many_they_are() -> None:
    with pytest.raises(InputError, match="n lies"):
        forall(layers, family=NORMALISED, holds=le(condition(L), 2))
    with pytest.raises(InputError, match="delta lies"):
        forall(layers, points, given=[apart], family=NORMALISED, holds=le(condition(L), 2))
