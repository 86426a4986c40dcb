"""Exact identities: unfolded recursions agree with plain iteration; never an equality that sampling contradicts."""

from fractions import Fraction

import pytest
import sympy as sp
from hypothesis import given, settings
from hypothesis import strategies as st

from deepcond_sym.errors import InputError
from deepcond_sym.proof import Proof, RuleFailure, Sequence, Verdict, eq, forall, index, interval, le

from ..truth import true_at

x, y = sp.symbols("x y", real=True)
k, indices = index("k")
prove = Proof()
box = (interval(x, 1, 2), interval(y, -1, 1))


def test_what_it_proves() -> None:
    assert prove.identity(forall(*box, holds=eq((x + y) ** 2, x**2 + 2 * x * y + y**2))).verdict is Verdict.PROVED
    assert prove.identity(forall(*box, indices, holds=eq(x ** (k + 1), x * x**k))).verdict is Verdict.PROVED
    factorials = eq(sp.factorial(k + 2), (k + 2) * (k + 1) * sp.factorial(k))
    assert prove.identity(forall(indices, holds=factorials)).verdict is Verdict.PROVED


@pytest.mark.parametrize(
    "relation",
    [
        eq(x ** (k + 1), x**k),
        eq((-1) ** k, 1),
        eq(sp.factorial(k + 1), sp.factorial(k)),
        le(x, x),
        eq(x, x + sp.Rational(1, 10**6)),
    ],
)
def test_what_it_does_not(relation) -> None:
    with pytest.raises(RuleFailure):
        prove.identity(forall(*box, indices, holds=relation))


@pytest.mark.parametrize("term", [1 / y, y**-2, 1 / (y**2 + y**4), sp.log(y), sp.acos(2 * y), sp.sqrt(y), y ** (-k)])
def test_a_term_without_a_value_is_not_equal_to_itself(term) -> None:
    with pytest.raises(RuleFailure):
        prove.identity(forall(*box, indices, holds=eq(term, term)))


leaves = st.sampled_from([x, y, sp.S.One, sp.Rational(1, 2), sp.Integer(-2)])
terms = st.recursive(leaves, lambda part: st.one_of(
    st.tuples(part, part).map(lambda p: p[0] + p[1]), st.tuples(part, part).map(lambda p: p[0] * p[1]),
    st.tuples(part, st.integers(-2, 3)).map(lambda p: (p[0] + 3) ** p[1]),
), max_leaves=6)  # fmt: skip


@settings(max_examples=100, deadline=None)
@given(terms, terms, st.booleans())
def test_no_equality_that_sampling_contradicts(left, right, related) -> None:
    other = sp.together(left) + (right - right) if related else right
    try:
        goal = forall(*box, holds=eq(left, other))
        prove.identity(goal)
    except (RuleFailure, InputError):
        return
    for i in range(5):
        for j in range(5):
            assert true_at(goal.conclusion, {x: 1 + Fraction(i, 4), y: Fraction(j, 2) - 1})


@settings(max_examples=50, deadline=None)
@given(st.integers(-2, 2), st.integers(-2, 2), st.integers(-2, 2), st.integers(0, 4), st.integers(-30, 30))
def test_unfolding_is_iteration(a, b, first, count, guess) -> None:
    S = Sequence("S", k, 0, sp.Integer(first), a * sp.Function("S", real=True)(k) ** 2 + b * k + 1)
    value = first
    for j in range(count):
        value = a * value**2 + b * j + 1
    down = [S(j) for j in reversed(range(count + 1))]
    assert prove.identity(forall(sequences=[S], holds=eq(S(count), value)), unfold=down).verdict is Verdict.PROVED
    if guess != value:
        with pytest.raises(RuleFailure):
            prove.identity(forall(sequences=[S], holds=eq(S(count), guess)), unfold=down)


r, w = sp.symbols("r w", real=True)
circle = (interval(r, -1, 1), interval(w, 0, 1))
on_circle = eq(w**2, 1 - r**2)


def test_an_algebraic_substitution() -> None:
    """With r = cos theta and w = sin theta: the double and the triple angle, and a power that must be reduced."""
    double = eq((r**2 - w**2) ** 2 + (2 * r * w) ** 2, 1)
    triple = eq((4 * r**3 - 3 * r) ** 2 + (3 * w - 4 * w**3) ** 2, 1)
    fifth = eq(w**5, w * (1 - r**2) ** 2)
    for relation in (double, triple, fifth):
        goal = forall(*circle, given=[on_circle], holds=relation)
        assert prove.identity(goal, [["given", 0]]).verdict is Verdict.PROVED


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(-2, 2), min_size=6, max_size=6))
def test_no_substitution_makes_a_false_identity_true(c) -> None:
    """A polynomial in r and w that vanishes on the circle by the rule vanishes at Pythagorean points."""
    form = c[0] + c[1] * r**2 + c[2] * w**2 + c[3] * r * w + c[4] * w**3 + c[5] * w * r**2
    try:
        prove.identity(forall(*circle, given=[on_circle], holds=eq(form, 0)), [["given", 0]])
    except (RuleFailure, InputError):
        return
    for a, b, h in ((3, 4, 5), (-5, 12, 13), (8, 15, 17), (1, 0, 1), (0, 1, 1)):
        assert form.subs({r: sp.Rational(a, h), w: sp.Rational(b, h)}) == 0


def test_the_substitution_is_needed() -> None:
    with pytest.raises(RuleFailure):
        prove.identity(forall(*circle, given=[on_circle], holds=eq(r**2 + w**2, 1)))
