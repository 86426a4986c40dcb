"""The kernels of m unit vectors in the ordered phase, in units of q*: both are near the matrix of ones."""

from typing import Any

import sympy as sp

from deepcond_sym.proof import UNCENTRED, Proof, Statement, Step, at, dual, eq, fact, forall, interval, iterate, le, lt
from deepcond_sym.proof.proof import Use
from deepcond_sym.proof.tactics.lemma import lemma

from .nearly_constant import NearlyConstant
from .ordered_steps import (
    bend,
    bend_positive,
    chi,
    entry,
    entry_below,
    entry_gap,
    from_above,
    from_zero,
    gap,
    growth,
    k,
    ordered,
    size,
    slope_positive,
    slope_power,
    x,
    y,
)  # fmt: skip
from .setting import c, correlation, from_one, l, layers

rate = l * chi**l * growth
"""Times q* (1 - c_ab): the bound of B50 for D_ab."""


z = sp.Symbol("z", real=True)
open_unit = interval(z, 0, 1, "()")


def rate_positive(prove: Proof) -> list[Use]:
    """0 < l and 0 < 1 + f''(1)/(chi_1 (1 - chi_1))."""
    steep = prove.polynomial(lt(0, 1 + x / (z * (1 - z))), from_zero, open_unit)
    return [
        fact(bend_positive(prove)), fact(steep, {x: bend, z: chi}), fact(prove.polynomial(lt(0, l), from_one))
    ]  # fmt: skip


def _tangent_diagonal(prove: Proof, frame: Statement, on: Any) -> Step:
    return prove.unfold(frame.conclude(eq(on, size)), on, dual(sp.S.One))


def _tangent_signs(prove: Proof) -> list[Use]:
    """0 <= l chi_1^l (1 + f''(1)/(chi_1 (1 - chi_1)))."""
    product = prove.polynomial(
        le(0, l * y * (1 + x / (z * (1 - z)))), from_one, from_zero, interval(y, 0, sp.oo), open_unit
    )  # fmt: skip
    return [
        fact(slope_positive(prove)), fact(bend_positive(prove)), slope_power(prove, l),
        fact(product, {x: bend, y: chi**l, z: chi}),
    ]  # fmt: skip


TANGENT = NearlyConstant(
    name="the tangent kernel of the ordered phase", variables=(from_one,), given=ordered, entry=entry, size=size,
    rate=rate, below=entry_below, approaches=entry_gap, diagonal=_tangent_diagonal, signs=_tangent_signs,
)  # fmt: skip


@lemma("correlations are at most one")
def correlation_below(prove: Proof) -> Step:
    """|c^(l)| <= 1."""
    goal = forall(layers, correlation, family=UNCENTRED, holds=le(sp.Abs(iterate(l, c)), 1))
    return prove.chain(goal, at(prove.bounded(), {"L": l, "r": c}))


@lemma("gaps by those of the inputs")
def correlation_gap(prove: Proof) -> Step:
    """1 - c^(l) <= chi_1^l (1 - c)."""
    goal = forall(layers, correlation, family=UNCENTRED, holds=le(1 - iterate(l, c), chi**l * (1 - c)))
    return prove.chain(goal, at(from_above(prove), {l: 0, k: l}), prove.unfold(goal, chi**l * gap(0)))


NNGP = NearlyConstant(
    name="the NNGP kernel of the ordered phase", variables=(layers,), given=(lt(chi, 1),), entry=iterate(l, c),
    size=sp.S.One, rate=chi**l, below=correlation_below, approaches=correlation_gap,
    diagonal=lambda prove, frame, on: prove.unfold(frame, on),
    signs=lambda prove: [fact(slope_positive(prove)), slope_power(prove, l)],
)  # fmt: skip
