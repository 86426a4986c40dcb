"""A sum or product as its first members and the last one: held against adding and multiplying up."""

from fractions import Fraction
from typing import Any

import pytest
import sympy as sp
from hypothesis import event, given, settings
from hypothesis import strategies as st

from deepcond_sym.errors import InputError
from deepcond_sym.proof import Proof, RuleFailure, Verdict, eq, forall, index, interval
from deepcond_sym.proof.language import component
from deepcond_sym.proof.rules.context import Context
from deepcond_sym.proof.rules.definition import unfold
from deepcond_sym.proof.step import Evidence

n, points = index("n", 1)
k, j = sp.symbols("k j", integer=True)
x, v = sp.symbols("x v", real=True)
frame = forall(points, holds=eq(0, 0))
prove = Proof()


def peeled(whole: Any, over: Any = frame) -> Any:
    return unfold(whole, over, Context.of(over, Evidence()))


def value(term: Any, at: dict[Any, Any]) -> Fraction:
    """By adding and multiplying up; an empty sum is 0 and an empty product 1, however empty."""
    if term.is_Rational:
        return Fraction(int(term.p), int(term.q))
    if term.is_Symbol:
        return Fraction(at[term])
    if term.is_Pow:
        return value(term.base, at) ** int(value(term.exp, at))
    if isinstance(term, (sp.Sum, sp.Product)):
        body, (i, low, high) = term.args
        parts = [value(body, {**at, i: m}) for m in range(int(value(low, at)), int(value(high, at)) + 1)]
    elif term.func.__name__ == "component":
        return Fraction(7 * int(value(term.args[1], at)) ** 2 % 11 - 4)
    else:
        assert term.is_Add or term.is_Mul
        parts = [value(a, at) for a in term.args]
    total = Fraction(0) if isinstance(term, (sp.Sum, sp.Add)) else Fraction(1)
    for part in parts:
        total = total + part if isinstance(term, (sp.Sum, sp.Add)) else total * part
    return total


def test_what_it_proves() -> None:
    total = sp.Sum(component(v, k), (k, 1, n))
    goal = forall(points, holds=eq(total, sp.Sum(component(v, k), (k, 1, n - 1)) + component(v, n)))
    assert prove.identity(goal, unfold=[total]).verdict is Verdict.PROVED
    product = sp.Product(component(v, k), (k, 0, n))
    goal = forall(points, holds=eq(product, sp.Product(component(v, k), (k, 0, n - 1)) * component(v, n)))
    assert prove.identity(goal, unfold=[product]).verdict is Verdict.PROVED
    assert peeled(sp.Sum(k, (k, n, n - 1))) == 0
    assert peeled(sp.Product(k, (k, n, n - 1))) == 1
    assert peeled(sp.Sum(k**2, (k, n, n))) == n**2


@pytest.mark.parametrize(
    "whole",
    [
        sp.Sum(k, (k, n, n - 2)),
        sp.Sum(k, (k, 5, 2)),
        sp.Product(k, (k, 5, n)),
        sp.Sum(k, (k, 2, n - 1)),
        sp.Sum(k, (k, 0, x)),
        sp.Sum(k, (k, 0, n / 2)),
        sp.Sum(k, (k, 1, sp.oo)),
        sp.Sum(k * j, (k, 1, n), (j, 1, n)),
        sp.Sum(sp.Sum(k + 1, (n, 1, k)), (k, 1, n)) + 0,
    ],
)
def test_ends_that_may_lie_the_wrong_way_round_or_nowhere(whole) -> None:
    over = forall(points, interval(x, 0, 3), holds=eq(0, 0))
    with pytest.raises((RuleFailure, InputError)):
        peeled(whole, over)


def test_a_sum_that_starts_at_no_integer() -> None:
    total, rest = (sp.Sum(k, (k, x, x + c)) for c in (3, 2))
    with pytest.raises(RuleFailure):
        prove.identity(forall(interval(x, 0, 3), holds=eq(total, rest + x + 3)), unfold=[total])


def test_a_wrong_last_member() -> None:
    total = sp.Sum(component(v, k), (k, 1, n))
    first = sp.Sum(component(v, k), (k, 1, n - 1))
    for last in (component(v, n - 1), component(v, n + 1), 2 * component(v, n), 0):
        with pytest.raises(RuleFailure):
            prove.identity(forall(points, holds=eq(total, first + last)), unfold=[total])


_atoms = st.sampled_from(
    [k, j, n, sp.S.One, sp.Integer(2), component(v, k), component(v, j), component(v, k + j), k - n]
)
_shifts = st.sampled_from([-1, 0, 1, 2])


def _simple(inside: set[Any]) -> st.SearchStrategy[Any]:
    own = _atoms.filter(lambda a: a.free_symbols & {k, j} <= inside)
    pairs = st.tuples(own, own)
    return st.one_of(own, pairs.map(lambda ab: ab[0] + ab[1]), pairs.map(lambda ab: ab[0] * ab[1]))


def _inner(start: Any, end: Any, plain: bool) -> st.SearchStrategy[Any]:
    return _simple({j} if plain else {j, k}).map(lambda part: sp.Product(part, (j, start, end)))


@st.composite
def wholes(draw: Any) -> Any:
    """Sums and products up to n + c, among them sums of products that have the same last factors."""
    low, high = draw(st.sampled_from([0, 1])), n + draw(st.sampled_from([0, 1]))
    body = draw(_simple({k}))
    for _ in range(draw(st.integers(0, 2))):
        shift, off = draw(_shifts), draw(st.sampled_from([0, 0, 0, 1, -1]))
        inner = draw(_inner(k + shift, high - 1 + shift + off, draw(st.sampled_from([True, True, False]))))
        plain = draw(st.sampled_from([True, True, True, False]))
        body = body * inner if plain else body * inner**2 + draw(_simple({k}))
    return draw(st.sampled_from([sp.Sum, sp.Sum, sp.Product]))(body, (k, low, high))


@settings(max_examples=150, deadline=None)
@given(wholes())
def test_peeling_changes_no_value(whole) -> None:
    try:
        other = peeled(whole)
    except (RuleFailure, InputError):
        return
    first = [term for term in sp.Add.make_args(other) if term.has(sp.Sum)]
    event("a factor taken out" if any(not isinstance(term, sp.Sum) for term in first) else "peeled")
    for size in range(1, 6):
        assert value(whole, {n: size}) == value(other, {n: size})
