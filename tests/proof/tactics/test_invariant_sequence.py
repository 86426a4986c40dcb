"""Bounds along an invariant sequence: x_{k+1} = Q(x_k) <= E(g_0 r^k); never a bound that the iterates exceed."""

import sympy as sp
from hypothesis import given, settings
from hypothesis import strategies as st

from deepcond_sym.errors import InputError
from deepcond_sym.proof import Proof, RuleFailure, Verdict, index, interval, le

t, g = sp.symbols("t g", real=True)
k, layers = index("k")
prove = Proof()
parts = st.fractions(min_value=0, max_value=2, max_denominator=6).map(lambda f: sp.Rational(f.numerator, f.denominator))


def attempt(body, bound, ratio, start, first, high, offset=0, known=None):
    step = prove.polynomial(le(body.subs(t, bound), bound.subs(g, ratio * g)), interval(g, 0, high))
    return prove.invariant_sequence(
        layers, step=step, t=t, body=body, g=g, bound=bound, start=start, first=first, ratio=ratio, index=k,
        offset=offset, known=known,
    )  # fmt: skip


def test_what_it_proves() -> None:
    assert attempt(t / 2, g, sp.Rational(1, 2), 1, 1, 1).verdict is Verdict.PROVED
    assert attempt(t**2, 1 - g, sp.Rational(3, 2), "1/2", "1/2", "1/2").conclusion.given


@settings(max_examples=120, deadline=None)
@given(
    st.lists(parts, min_size=4, max_size=4),
    parts,
    parts,
    parts,
    st.sampled_from([1, sp.oo, sp.Rational(1, 2)]),
    st.integers(0, 2),
)
def test_no_bound_that_the_iterates_exceed(c, ratio, start, first, high, shape) -> None:
    body = c[0] + c[1] * t / 2 + c[2] * t**2 / 4 - c[3] * t**3 / 8
    bound = [g, 1 - g, 1 / (1 + g)][shape]
    try:
        proved = attempt(body, bound, ratio, start, first, high)
    except (RuleFailure, InputError):
        return
    value, power = start, first
    limit = proved.conclusion.given[0].rhs.args if proved.conclusion.given else None
    for depth in range(9):
        if limit and depth > 0 and ratio ** (depth - 1) >= limit[0]:
            break
        assert value <= bound.subs(g, power)
        value, power = body.subs(t, value), power * ratio


@settings(max_examples=40, deadline=None)
@given(parts, parts, st.integers(1, 3))
def test_no_later_start_without_its_premise(start, first, offset) -> None:
    try:
        attempt(t / 2, g, sp.Rational(1, 2), start, first, 1, offset=offset)
    except (RuleFailure, InputError):
        return
    raise AssertionError("there is no premise about the iterate at the later start")
