"""Polynomial inequalities on boxes whose ends, or whose coefficients, are made of pi."""

from typing import Any

import mpmath
import pytest
import sympy as sp
from flint import arb, fmpq
from hypothesis import event, given, settings
from hypothesis import strategies as st

from deepcond_sym.arithmetic import precision
from deepcond_sym.proof import Proof, RuleFailure, Variable, Verdict, interval, le, lt, ne
from deepcond_sym.proof.rational_box import ABOUT_PI, PI, on_rational_box

x, y = (sp.Symbol(name, real=True) for name in "xy")
k = sp.Symbol("k", integer=True)
pi = sp.pi
prove = Proof()


def test_the_digits_of_pi() -> None:
    with precision(bits=200):
        low, high = (arb(fmpq(int(end.p), int(end.q))) for end in (ABOUT_PI.lower, ABOUT_PI.upper))
        assert low < arb.pi() < high


@pytest.mark.parametrize(
    ("relation", "variables"),
    [
        (lt(pi, sp.Rational(22, 7)), ()),
        (lt(sp.Rational(333, 106), pi), ()),
        (lt(pi, sp.Rational(355, 113)), ()),
        (lt(pi**2, 10), ()),
        (ne(pi - sp.Rational(22, 7), 0), ()),
        (le(x, pi), (interval(x, 0, pi),)),
        (lt(x, pi), (interval(x, 0, pi, ")"),)),
        (le(x**2, pi * x), (interval(x, 0, pi),)),
        (le(pi, x), (interval(x, pi, sp.oo),)),
        (lt(x, pi), (interval(x, -sp.oo, pi, ")"),)),
        (le(x * y, pi**2 / 2), (interval(x, 0, pi), interval(y, -pi / 2, pi / 2))),
        (le(1 / pi, 1 / x), (interval(x, 1 / pi, pi),)),
        (le(k, pi), (Variable(k, sp.S.Zero, pi),)),
    ],
)
def test_what_it_proves(relation, variables) -> None:
    assert prove.polynomial(relation, *variables).verdict is Verdict.PROVED


near = sp.Rational(31415926535897932, 10**16)


@pytest.mark.parametrize(
    ("relation", "variables"),
    [
        (lt(sp.Rational(22, 7), pi), ()),
        (le(pi, near), ()),
        (le(sp.Rational(355, 113), pi), ()),
        (ne(pi, pi), ()),
        (lt(x, pi), (interval(x, 0, pi),)),
        (lt(x, pi), (interval(x, 0, pi, "("),)),
        (lt(0, x), (interval(x, 0, pi, ")"),)),
        (lt(x, pi), (interval(x, -sp.oo, pi, "("),)),
        (lt(pi, x), (interval(x, pi, sp.oo, ")"),)),
        (le(x, 3), (interval(x, 0, pi),)),
        (le(x, pi), (interval(x, -pi, 4),)),
        (le(x**2, pi * x), (interval(x, sp.Rational(-1, 100), pi),)),
        (le(0, 1 / (pi - near) ** 2), ()),
        (le(0, x / (x - pi) ** 2), (interval(x, 0, pi),)),
        (le(pi, 2**pi), ()),
        (le(x, 4), (interval(x, 0, sp.sqrt(10)),)),
        (le(x, 3), (interval(x, 0, sp.E),)),
        (le(x, 40), (interval(x, 0, pi**pi),)),
        (le(PI, 4), (interval(PI, 0, pi),)),
        (le(3, PI + pi - 3), (interval(PI, 0, 1),)),
    ],
)
def test_what_it_refuses(relation, variables) -> None:
    """False, or beyond what it knows of pi, or with the name that stands for pi."""
    with pytest.raises(RuleFailure):
        prove.polynomial(relation, *variables)


def test_a_variable_with_the_name_of_a_part() -> None:
    part = sp.Symbol("x_part", real=True)
    box = interval(x, 0, pi), interval(part, -1, 0)
    with pytest.raises(RuleFailure, match="another name"):
        prove.polynomial(le(x + part, pi), *box)
    assert prove.polynomial(le(x, pi), *box).verdict is Verdict.PROVED


def test_a_box_without_pi_stays() -> None:
    box = interval(x, 0, 1), interval(y, 2, sp.oo, "(")
    assert on_rational_box(x - y**2, box) == (x - y**2, box)
    assert on_rational_box(x, box) == (x, box[:1])


eighths = st.integers(-24, 24).map(lambda i: sp.Rational(i, 8))
ends = st.tuples(eighths, st.sampled_from([sp.S.Zero, pi, -pi, pi / 2, 1 / pi])).map(sum)


@settings(max_examples=120, deadline=None)
@given(ends, ends, st.lists(st.tuples(eighths, st.sampled_from([1, pi, pi**2, 1 / pi])), min_size=3, max_size=3),
       st.sampled_from(["<=", "<", "!="]), st.sampled_from(["", "(", ")", "()"]), st.sampled_from(["", "from", "to"]),
       st.integers(1, 999))  # fmt: skip
def test_no_conclusion_is_false(low, high, coefficients, op, open_ends, half_line, place) -> None:
    """Random quadratics with pi in them: what is shown holds at the ends that belong to the box, and within."""
    if sp.N(low, 30) > sp.N(high, 30):
        low, high = high, low
    below, above = -sp.oo if half_line == "to" else low, sp.oo if half_line == "from" else high
    left = sum((c * factor * x**i for i, (c, factor) in enumerate(coefficients)), sp.S.Zero)
    relation = {"<=": le, "<": lt, "!=": ne}[op](left, 0)
    try:
        prove.polynomial(relation, interval(x, below, above, open_ends))
    except RuleFailure:
        return
    event(f"shown: {op}")
    with mpmath.workdps(100):
        first, last = (mpmath.mpmathify(sp.N(end, 100)) for end in (low, high))
        if first == last and open_ends:
            return
        tiny = (last - first) * mpmath.mpf(10) ** -20
        points = [first + (last - first) * place / 1000, first + tiny, last - tiny]
        points += [first] if "(" not in open_ends else []
        points += [last] if ")" not in open_ends else []
        points += {"from": [last + 10**6], "to": [first - 10**6]}.get(half_line, [])
        values = [_at(coefficients, point) for point in points]
        zero = mpmath.mpf(10) ** -80
        if op == "<=":
            assert all(v <= zero for v in values)
        else:
            assert all(v < -zero for v in values) or (op == "!=" and all(v > zero for v in values))


def _at(coefficients: Any, point: Any) -> Any:
    parts = (mpmath.mpmathify(sp.N(c * factor, 100)) * point**i for i, (c, factor) in enumerate(coefficients))
    return mpmath.fsum(parts)
