"""Powers by induction and cases by intervals: what they prove, and what they do not."""

from collections.abc import Callable
from typing import Any

import pytest
import sympy as sp

from deepcond_sym.errors import InputError
from deepcond_sym.proof import Proof, RuleFailure, Step, Verdict, forall, index, interval, le, lt

x, y = sp.symbols("x y", real=True)
k, indices = index("k")
half = sp.Rational(1, 2)
unit, above, signed = interval(x, 0, 1), interval(x, 1, sp.oo), interval(x, -1, 1)
prove = Proof()


def test_the_range_of_a_power() -> None:
    for part, box, holds in (
        ("non-negative", unit, le(0, x**k)),
        ("at most one", unit, le(x**k, 1)),
        ("at least one", above, le(1, x**k)),
    ):
        step = prove.power(part, x, k, box, indices)
        assert step.verdict is Verdict.PROVED
        assert step.conclusion == forall(box, indices, holds=holds)
    shifted = prove.power("at most one", (x + 1) / 2, k + 3, unit, indices)
    assert shifted.conclusion.conclusion == le(((x + 1) / 2) ** (k + 3), 1)


@pytest.mark.parametrize(
    ("part", "base", "exponent", "box"),
    [
        ("non-negative", x, k, signed),
        ("at most one", x, k, above),
        ("at most one", x, k, signed),
        ("at least one", x, k, unit),
        ("at most one", x, -k, unit),
        ("at least one", x, k - 1, above),
        ("at most one", x, k / 2, unit),
        ("at most one", x, y, unit),
        ("at most one", x + sp.Rational(1, 10**9), k, unit),
        ("at least one", x - sp.Rational(1, 10**9), k, above),
        ("non-negative", 1 / x, k, unit),
        ("below one", x, k, unit),
    ],
)
def test_what_is_not_in_the_range(part, base, exponent, box) -> None:
    with pytest.raises((RuleFailure, InputError)):
        prove.power(part, base, exponent, box, indices, interval(y, 0, 2))


def on(low: Any, high: Any, open_ends: str = "") -> Step:
    return prove.polynomial(le(x**2, 4), interval(x, low, high, open_ends))


def test_two_intervals_that_meet() -> None:
    whole = forall(signed, holds=le(x**2, 4))
    assert prove.split(whole, on(-1, half), on(half, 1)).conclusion == whole
    assert prove.split(whole, on(-2, half), on(half, 2)).verdict is Verdict.PROVED


@pytest.mark.parametrize(
    "parts",
    [
        lambda: (on(-1, 0), on(half, 1)),
        lambda: (on(half, 1), on(-1, half)),
        lambda: (on(-1, half), on(half, 1, "(")),
        lambda: (on(-1, half, ")"), on(half, 1)),
        lambda: (on(0, half), on(half, 1)),
        lambda: (on(-1, half), on(half, half)),
        lambda: (on(-1, half), on(-1, half)),
    ],
)
def test_two_intervals_that_leave_a_gap(parts: Callable[[], tuple[Step, Step]]) -> None:
    with pytest.raises(RuleFailure):
        prove.split(forall(signed, holds=le(x**2, 4)), *parts())


def test_no_strict_power() -> None:
    """0^0 = 1 and 1^k = 1."""
    step = prove.power("at most one", x, k, unit, indices)
    with pytest.raises(RuleFailure):
        prove.chain(step.conclusion.conclude(lt(x**k, 1)), step)
