"""The tangent kernel of m unit vectors in the ordered phase, by what is known of its entries."""

from dataclasses import replace
from typing import Any

import sympy as sp

from deepcond_sym.proof import (
    UNCENTRED,
    Proof,
    Step,
    at,
    column,
    eq,
    fact,
    forall,
    index,
    inner,
    interval,
    largest,
    le,
    lt,
    ne,
    row,
    smallest,
)  # fmt: skip
from deepcond_sym.proof.proof import Use
from deepcond_sym.proof.tactics.lemma import lemma
from deepcond_sym.proof.tactics.power_gaps import adds

from .mean_entry import columns, i, j, largest_by_mean, n, points, rows
from .ordered_steps import (
    chi,
    entry,
    entry_below,
    entry_gap,
    growth,
    ordered,
    size,
)
from .setting import c, from_one, l

X = sp.Symbol("X", real=True)
p, q = (index(name, 1)[0] for name in "pq")
one, other = (index(name, 1)[1] for name in "pq")
x, y, u, v = sp.symbols("x y u v", real=True)
from_zero = {s: interval(s, 0, sp.oo) for s in (x, u, v)}
above_zero = interval(y, 0, sp.oo, "(")
rate = l * chi**l * growth
"""Times 1 - c_ab: the most that an entry lacks of the diagonal."""


def of_pair(first: Any, second: Any) -> Any:
    """The entry of the tangent kernel for these two inputs, in units of q*."""
    return entry.subs(c, inner(X, first, second))


def lacking(first: Any, second: Any) -> Any:
    """D_ab/q*."""
    return size - of_pair(first, second)


def gap(first: Any, second: Any) -> Any:
    """1 - c_ab of the inputs."""
    return 1 - inner(X, first, second)


kernel, lacks, gaps = (f(row, column) for f in (of_pair, lacking, gap))
low, high = smallest(kernel, n), largest(kernel, n)
frame = forall(points, from_one, given=ordered, family=UNCENTRED, holds=le(0, 0))
pairs = replace(
    frame, variables=(points, from_one, one, other),
    given=(*ordered, le(p, n), le(q, n), ne(p, q), lt(inner(X, p, q), 1), lt(0, low)),
)  # fmt: skip
"""Two different inputs, and a regular kernel."""


@lemma("the largest eigenvalue of the tangent kernel by what its entries lack")
def largest_at_least(prove: Proof) -> Step:
    """m (p - the mean of D) <= lambda_max."""
    known = replace(
        frame, variables=(points, from_one, rows, columns), conclusion=le(size - lacking(i, j), of_pair(i, j))
    )
    same = prove.polynomial(le(x, x), interval(x, -sp.oo, sp.oo))
    entries = prove.chain(known, at(same, {x: of_pair(i, j)}))
    return largest_by_mean(prove, frame, of_pair, size, sp.S.One, lacking, entries)


@lemma("the largest eigenvalue of the tangent kernel by the inputs")
def largest_at_least_by_inputs(prove: Proof) -> Step:
    """m (p - l chi_1^l (1 + f''(1)/(chi_1 (1 - chi_1))) the mean of 1 - c) <= lambda_max."""
    known = replace(
        frame, variables=(points, from_one, rows, columns), conclusion=le(size - rate * gap(i, j), of_pair(i, j))
    )
    entries = prove.chain(
        known, fact(entry_gap(prove), {c: inner(X, i, j)}),
        adds(prove, known.conclusion.lhs, rate * gap(i, j) - lacking(i, j)),
    )
    return largest_by_mean(prove, frame, of_pair, size, rate, gap, entries)


@lemma("the smallest eigenvalue of the tangent kernel by two inputs")
def smallest_at_most(prove: Proof) -> Step:
    """lambda_min <= D_pq."""
    half = prove.polynomial(le(x, x + u / 2), interval(x, -sp.oo, sp.oo), from_zero[u])
    law = prove.matrices("pair", pairs, n, kernel, at=[p, q])
    of_p, of_q = of_pair(p, p), of_pair(q, q)
    middle = (of_p + of_q) / 2 - of_pair(p, q)
    known = [fact(entry_below(prove), {c: inner(X, a, a)}) for a in (p, q)]
    return prove.chain(
        pairs.conclude(le(low, lacking(p, q))), fact(law), *known, at(half, {x: low, u: 2 * middle - 2 * low}),
        at(half, {x: middle, u: size - of_p}), at(half, {x: middle + (size - of_p) / 2, u: size - of_q}),
    )  # fmt: skip


def condition(prove: Proof, top: Any, bottom: Any, known: list[Use]) -> Step:
    """top/bottom <= lambda_max/lambda_min, from top <= lambda_max and lambda_min <= bottom, which are known."""
    quotient = prove.polynomial(
        le((x - u) / (y + v), x / y), from_zero[x], above_zero, from_zero[u], from_zero[v]
    )
    ordered_ = prove.polynomial(lt(0, y + v), above_zero, from_zero[v])
    positive = prove.polynomial(le(0, y + v), above_zero, from_zero[v])
    goal = pairs.conclude(le(top / bottom, high / low))
    return prove.chain(
        goal, *known, *_largest_positive(prove), fact(ordered_, {y: low, v: bottom - low}),
        fact(positive, {y: low, v: high - low}),
        at(quotient, {x: high, y: low, u: high - top, v: bottom - low}),
    )  # fmt: skip


def _largest_positive(prove: Proof) -> list[Use]:
    """lambda_min <= lambda_max."""
    zero = smallest(sp.S.Zero, n)
    law = prove.matrices("across", pairs, n, sp.S.Zero, kernel)
    nothing = prove.identity(
        pairs.conclude(eq(zero + high, high)), using=[(prove.matrices("scale", pairs, n, kernel, 0), {})]
    )
    return [fact(prove.chain(pairs.conclude(le(low, high)), law, nothing))]
