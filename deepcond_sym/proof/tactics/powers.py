"""Powers with an index for exponent: their range, and that they grow with their base (which the vertex rule needs to
know of all r^i at once)."""

from typing import TYPE_CHECKING

import sympy as sp

from ..language import Term, Variable, forall, index, interval, le
from ..step import RuleFailure, Step
from .inductive import inductive
from .lemma import lemma

if TYPE_CHECKING:
    from ..proof import Proof

i, degrees = index("i")
r, s = sp.symbols("r s", real=True)
x, y = sp.symbols("x y", real=True)
_a, _c, _u = sp.symbols("a c u", real=True)
signed, positive = interval(r, -1, 1), interval(s, 0, 1)


def power(prove: "Proof", part: str, base: Term, exponent: Term, variables: tuple[Variable, ...]) -> Step:
    """base^exponent is "non-negative", "at most one" or "at least one", where the base is >= 0, in [0, 1] or >= 1."""
    from ..proof import at

    if part not in _RANGES:
        raise RuleFailure(f"a power is one of {', '.join(_RANGES)}, not '{part}'")
    below, above = _bounded(base**exponent, part)
    return prove.chain(forall(*variables, holds=le(below, above)), at(_RANGES[part](prove), {x: base, i: exponent}))


def _bounded(of: Term, part: str) -> tuple[Term, Term]:
    return {"non-negative": (sp.S.Zero, of), "at most one": (of, sp.S.One), "at least one": (sp.S.One, of)}[part]


def _by_induction(prove: "Proof", part: str, base: Variable, value: Variable, *facts: Step) -> Step:
    """x^(i + 1) = x x^i, a product of two numbers in the range."""
    from ..proof import at, fact

    product = prove.polynomial(le(*_bounded(x * _a, part)), base, value)
    goal = forall(base, degrees, holds=le(*_bounded(x**i, part)))
    return inductive(
        prove, goal, i,
        lambda start: prove.chain(start, prove.polynomial(le(*_bounded(sp.S.One, part)))),
        lambda step: prove.chain(step, *map(fact, facts), at(product, {_a: x**i})),
    )  # fmt: skip


@lemma("a power of a non-negative number")
def non_negative(prove: "Proof") -> Step:
    """0 <= x^i for x >= 0."""
    return _by_induction(prove, "non-negative", interval(x, 0, sp.oo), interval(_a, 0, sp.oo))


@lemma("a power of a number up to one")
def at_most_one(prove: "Proof") -> Step:
    """x^i <= 1 for 0 <= x <= 1."""
    return _by_induction(prove, "at most one", interval(x, 0, 1), interval(_a, 0, 1), non_negative(prove))


@lemma("a power of a number from one on")
def at_least_one(prove: "Proof") -> Step:
    """1 <= x^i for x >= 1."""
    return _by_induction(prove, "at least one", interval(x, 1, sp.oo), interval(_a, 1, sp.oo))


_RANGES = {"non-negative": non_negative, "at most one": at_most_one, "at least one": at_least_one}


@lemma("a power grows with its base")
def power_grows(prove: "Proof") -> Step:
    """x^i <= y^i for 0 <= x <= y <= 1."""
    from ..proof import at, fact

    unit = interval(x, 0, 1), interval(y, 0, 1)
    non_negative = prove.power("non-negative", x, i, interval(x, 0, 1), degrees)
    wider = prove.polynomial(
        le(_c * _a, (_c + _u) * _a), interval(_c, 0, 1), interval(_a, 0, sp.oo), interval(_u, 0, sp.oo)
    )
    higher = prove.polynomial(
        le(_c * _a, _c * (_a + _u)), interval(_c, 0, 1), interval(_a, 0, sp.oo), interval(_u, 0, sp.oo)
    )
    goal = forall(*unit, degrees, given=[le(x, y)], holds=le(x**i, y**i))
    return inductive(
        prove, goal, i,
        lambda base: prove.chain(base, prove.polynomial(le(1, 1))),
        lambda step: prove.chain(
            step, fact(non_negative),
            at(wider, {_c: x, _a: x**i, _u: y - x}),
            at(higher, {_c: y, _a: x**i, _u: y**i - x**i}),
        ),
    )  # fmt: skip


@lemma("a power of an absolute value")
def power_of_absolute(prove: "Proof") -> Step:
    """|r|^i <= s^i for |r| <= s <= 1."""
    from ..proof import at

    goal = forall(signed, positive, degrees, given=[le(sp.Abs(r), s)], holds=le(sp.Abs(r) ** i, s**i))
    return prove.chain(goal, at(power_grows(prove), {x: sp.Abs(r), y: s}))
