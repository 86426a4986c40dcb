"""Bounds that a statement defines by recursion: one name means one sequence, in all premises, and never one of rho."""

from typing import Any

import pytest
import sympy as sp

from deepcond_sym.errors import InputError
from deepcond_sym.proof import (
    NORMALISED,
    Proof,
    Relation,
    RuleFailure,
    Sequence,
    Statement,
    Step,
    at,
    forall,
    index,
    interval,
    iterate,
    le,
    lt,
)
from proofs_checks.agarwal2021.data import (
    X,
    apart,
    condition,
    least_eigenvalue,
    n,
    off_diagonal,
    points,
    products,
    spread,
)

k, _ = index("k")
delta, rho = sp.symbols("delta rho", real=True)
separation = interval(delta, 0, 1, "(")
S: Any = sp.Function("S", real=True)
prove = Proof()


def constant(value: int) -> Sequence:
    return Sequence("S", k, 0, sp.Integer(value), S(k))


def frame(value: int, known: Relation = spread) -> Statement:
    return forall(
        points, separation, given=[known], family=NORMALISED, sequences=[constant(value)], holds=le(0, 0)
    )


plain = forall(points, separation, given=[spread], family=NORMALISED, holds=le(0, 0))
away = iterate(0, 1) - iterate(0, 1 - delta)


def floor(value: int) -> Step:
    """S(0) = value <= 0 <= delta = iterate(0, 1) - iterate(0, 1 - delta) <= the smallest eigenvalue."""
    here = frame(value)
    return prove.chain(
        here.conclude(le(S(0), least_eigenvalue(0))),
        prove.unfold(here, S(0)),
        prove.polynomial(le(value, delta), separation),
        prove.folded(plain, away),
        prove.schur(plain, iterate(0, products), n, delta),
    )


def positive(value: int) -> Step:
    here = frame(value)
    return prove.chain(
        here.conclude(lt(0, S(0))), prove.polynomial(lt(0, value)), prove.folded(here, S(0))
    )


def test_a_floor_that_is_positive_under_another_definition() -> None:
    """S = -1 is below every eigenvalue and S = 1 is positive: together they would give 1 + n (1 - (-1))/(-1)."""
    with pytest.raises(RuleFailure, match="sequences"):
        prove.trace(floor(-1), positive(1))


def entries(sequence: Sequence, start: sp.Expr) -> Step:
    """|iterate(0, rho)| = |rho| <= 1 - delta <= 2 = S(0), or |rho| = S(0) where S starts there."""
    here = forall(
        interval(rho, -1, 1), separation, given=[le(sp.Abs(rho), 1 - delta)], family=NORMALISED, sequences=[sequence],
        holds=le(0, 0),
    )  # fmt: skip
    first = sp.Abs(iterate(0, rho))
    y = sp.Symbol("y", real=True)
    wider = [] if start == sp.Abs(rho) else [
        prove.chain(here.conclude(le(sp.Abs(rho), start)),
                    prove.chain(here.conclude(le(sp.Abs(rho), 1)), _at_most_one(y)),
                    prove.polynomial(le(1, start)))
    ]  # fmt: skip
    return prove.entries(
        prove.chain(
            here.conclude(le(first, S(0))), prove.unfold(here, first, iterate(0, rho)), *wider, prove.folded(here, S(0))
        ),
        rho, X, points,
    )  # fmt: skip


def _at_most_one(y: sp.Symbol) -> Any:
    return at(prove.polynomial(le(y, 1), interval(y, 0, 1)), {y: sp.Abs(rho)})


def test_the_bound_may_be_a_sequence() -> None:
    shown = entries(constant(2), sp.Integer(2)).conclusion
    assert shown.conclusion == le(off_diagonal(0), S(0))
    assert shown.sequences == (constant(2),)


def test_a_quotient_of_sequences_needs_a_denominator_that_is_known() -> None:
    """|iterate(0, rho)| <= 1 <= (1 + S)/S, where 0 < S is a hypothesis: it stays one of the bound for the entries."""
    y = sp.Symbol("y", real=True)
    bound = (1 + S(0)) / S(0)
    within = [le(sp.Abs(rho), 1 - delta), lt(0, S(0))]
    here = forall(
        interval(rho, -1, 1), separation, given=within, family=NORMALISED, sequences=[constant(2)], holds=le(0, 0)
    )
    first = sp.Abs(iterate(0, rho))
    known = prove.chain(
        here.conclude(le(first, bound)),
        prove.unfold(here, first, iterate(0, rho)),
        _at_most_one(y),
        at(prove.polynomial(le(1, (1 + y) / y), interval(y, 0, sp.oo, "(")), {y: S(0)}),
    )
    shown = prove.entries(known, rho, X, points).conclusion
    assert shown.conclusion == le(off_diagonal(0), bound)
    assert shown.given == (apart, lt(0, S(0)))


def test_a_bound_must_not_hide_rho_in_a_definition() -> None:
    with pytest.raises(InputError, match="rho"):
        entries(Sequence("S", k, 0, sp.Abs(rho), S(k)), sp.Abs(rho))


def test_a_radius_that_is_small_under_another_definition() -> None:
    """S = 2 bounds the entries and S = 0 has (n - 1) S < 1: together they would bound the condition number."""
    small_where = frame(0, apart)
    small = prove.chain(
        small_where.conclude(lt((n - 1) * S(0), 1)),
        prove.unfold(small_where, (n - 1) * S(0), S(0)),
        prove.polynomial(lt(0, 1)),
    )
    with pytest.raises(RuleFailure, match="sequences"):
        prove.condition(entries(constant(2), sp.Integer(2)), small)


def test_with_one_definition_the_condition_number_follows() -> None:
    """For S = 0 there is no positive floor, so the floor is a number here: delta, as in the plain rule."""
    here = frame(-1)
    least = prove.chain(
        here.conclude(le(delta, least_eigenvalue(0))), prove.folded(plain, away),
        prove.schur(plain, iterate(0, products), n, delta),
    )  # fmt: skip
    strict = prove.chain(here.conclude(lt(0, delta)), prove.polynomial(lt(0, delta), separation))
    shown = prove.trace(least, strict).conclusion
    assert shown.conclusion == le(condition(0), 1 + n * (1 - delta) / delta)
    assert shown.sequences == (constant(-1),)
