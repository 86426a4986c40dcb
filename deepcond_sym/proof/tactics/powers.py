"""Powers grow with their base: what the vertex rule needs to know of all r^i at once."""

from typing import TYPE_CHECKING

import sympy as sp

from ..language import forall, index, interval, le
from ..step import Step
from .inductive import inductive
from .lemma import lemma

if TYPE_CHECKING:
    from ..proof import Proof

i, degrees = index("i")
r, s = sp.symbols("r s", real=True)
x, y = sp.symbols("x y", real=True)
_a, _c, _u = sp.symbols("a c u", real=True)
signed, positive = interval(r, -1, 1), interval(s, 0, 1)


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
