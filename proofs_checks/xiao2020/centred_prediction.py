"""A prediction w_1 Y_1 + ... + w_n Y_n for centred labels, by how far the weights are from one number: Cauchy and
Schwarz."""

from dataclasses import replace
from typing import Any

import sympy as sp

from deepcond_sym.proof import Proof, Statement, Step, at, component, eq, fact, forall, interval, le, lt, row
from deepcond_sym.proof.tactics.arbitrary import scaled
from deepcond_sym.proof.tactics.inductive import inductive
from deepcond_sym.proof.tactics.lemma import lemma
from deepcond_sym.proof.tactics.power_gaps import adds
from proofs_checks.starnaud2025.near_constant import n, points
from proofs_checks.starnaud2025.predictor_steps import weight
from proofs_checks.starnaud2025.row_sums import m, parts

V = sp.Symbol("V", real=True)
share, tilt = sp.symbols("sigma tau", real=True)
_u, _v, _y = sp.symbols("_u _v _y", real=True)
_free = tuple(interval(symbol, -sp.oo, sp.oo) for symbol in (share, tilt))


def label(i: Any) -> Any:
    """Y_i."""
    return component(V, i)


def total(term: Any, last: Any = n) -> Any:
    return sp.Sum(term, (row, 1, last))


def labels(last: Any = n) -> Any:
    return total(label(row), last)


def squares(last: Any = n) -> Any:
    """|Y|^2."""
    return total(label(row) ** 2, last)


def prediction(last: Any = n) -> Any:
    """w . Y."""
    return total(weight(row) * label(row), last)


def spread(of_share: Any = share, last: Any = n) -> Any:
    """|w - sigma|^2."""
    return total((weight(row) - of_share) ** 2, last)


def tilted(last: Any = n) -> Any:
    """|w - sigma - tau Y|^2."""
    return total((weight(row) - share - tilt * label(row)) ** 2, last)


centred = eq(labels(), 0)
some = lt(0, squares())


@lemma("the square of a tilted vector")
def expanded(prove: Proof) -> Step:
    """|w - sigma - tau Y|^2 = |w - sigma|^2 - 2 tau (w . Y - sigma 1 . Y) + tau^2 |Y|^2."""
    sums = [f(last=m + 1) for f in (tilted, spread, prediction, labels, squares)]
    value = spread(last=m) - 2 * tilt * (prediction(m) - share * labels(m)) + tilt**2 * squares(m)
    return inductive(
        prove, forall(parts, *_free, holds=eq(tilted(m), value)), m,
        lambda base: prove.identity(base, unfold=[f(last=0) for f in (tilted, spread, prediction, labels, squares)]),
        lambda step: prove.identity(
            step,
            [["unfold", sums[0]], ["given", len(step.given) - 1], *(["unfold", other] for other in sums[1:])],
        ),
    )  # fmt: skip


@lemma("squares add up to no less than 0")
def positive(prove: Proof) -> Step:
    """0 <= |w - sigma - tau Y|^2."""
    square = prove.polynomial(le(0, _y**2), interval(_y, -sp.oo, sp.oo))
    sum_ = prove.polynomial(le(0, _u + _v), interval(_u, 0, sp.oo), interval(_v, 0, sp.oo))

    def step(later: Statement) -> Step:
        one = weight(m + 1) - share - tilt * label(m + 1)
        return prove.chain(
            later, fact(square, {_y: one}), at(sum_, {_u: tilted(m), _v: one**2}),
            prove.folded(later, tilted(m + 1), tilted(m + 1)),
        )  # fmt: skip

    return inductive(
        prove, forall(parts, *_free, holds=le(0, tilted(m))), m,
        lambda base: prove.chain(base, prove.folded(base, tilted(sp.S.Zero), tilted(sp.S.Zero))), step,
    )  # fmt: skip


@lemma("a quadratic polynomial that is never negative")
def quadratic(prove: Proof) -> Step:
    """0 <= |w - sigma|^2 - 2 tau (w . Y - sigma 1 . Y) + tau^2 |Y|^2, where no sum has tau in it."""
    value = expanded(prove).conclusion.conclusion.rhs
    return prove.chain(forall(parts, *_free, holds=le(0, value)), positive(prove), expanded(prove))


@lemma("Cauchy and Schwarz for centred labels")
def cauchy_schwarz(prove: Proof) -> Step:
    """(w . Y)^2 <= |w - sigma|^2 |Y|^2 for 1 . Y = 0 and Y != 0: tau = w . Y/|Y|^2."""
    goal = forall(points, _free[0], given=[centred, some], holds=le(prediction() ** 2, spread() * squares()))
    by = prediction() / squares()
    value = spread() - 2 * by * (prediction() - share * labels()) + by**2 * squares()
    rest = spread() - prediction() ** 2 / squares()
    shown = prove.chain(
        goal.conclude(le(0, rest)), at(quadratic(prove), {tilt: by, m: n}),
        prove.identity(goal.conclude(eq(value, rest)), [["given", 0]]),
    )  # fmt: skip
    square = prediction() ** 2
    last = prove.identity(goal.conclude(eq(square + rest * squares(), goal.conclusion.rhs)))
    return prove.chain(goal, fact(shown), adds(prove, square, rest, squares()), last)


def bounded(prove: Proof, weights_near: Step) -> Step:
    """(w . Y)^2 <= R |Y|^2, from |w - share|^2 <= R."""
    near = weights_near.conclusion
    goal = replace(near, given=(*near.given, centred, some))
    of_share = _share_of(near.conclusion.lhs)
    return prove.chain(
        goal.conclude(le(prediction() ** 2, near.conclusion.rhs * squares())), fact(weights_near),
        at(cauchy_schwarz(prove), {share: of_share}),
        scaled(prove, squares(), near.conclusion.lhs, near.conclusion.rhs),
    )  # fmt: skip


def _share_of(distance: Any) -> Any:
    """The number that the weights are near."""
    return sp.expand(weight(row) - distance.function.base)


