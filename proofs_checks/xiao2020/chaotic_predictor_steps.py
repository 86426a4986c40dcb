"""The mean predictor in the chaotic phase: the weights of the training points tend to one number, so that centred
labels are forgotten."""

from dataclasses import replace
from typing import Any

import sympy as sp

from deepcond_sym.proof import (
    Proof,
    Relation,
    Statement,
    Step,
    Variable,
    at,
    column,
    dual_slope,
    eq,
    fact,
    forall,
    inner,
    interval,
    iterate,
    le,
    lt,
    maximum,
    off_maximum,
    row,
    smallest,
)  # fmt: skip
from deepcond_sym.proof.proof import Use
from deepcond_sym.proof.tactics.lemma import lemma
from deepcond_sym.proof.tactics.monotone import one_stays
from deepcond_sym.proof.tactics.power_gaps import adds, b
from proofs_checks.starnaud2025.near_constant import Kernel, X, delta, n, points
from proofs_checks.starnaud2025.predictor_steps import Weights

from . import chaotic_rates, chaotic_steps
from .centred_prediction import bounded, centred, some
from .chaotic_matrices import correlations, data, diagonal_value, entrywise, from_below, signs, sizes
from .chaotic_steps import NON_AFFINE, below_one, fixed, kernel, settled, slope
from .near_equicorrelated import Bounds, e, m
from .near_equicorrelated import Kernel as Matrix
from .near_equicorrelated import a as level_of_bounds
from .setting import c, chi, l, layers

a, D, _u, _v, _w, _y, _z = sp.symbols("a D _u _v _w _y _z", real=True)
first, second = (sp.Symbol(name, integer=True) for name in ("_p", "_q"))
level = interval(D, 0, sp.oo, "(")

test = le(maximum(sp.Abs(inner(X, 0, row) - b / 2), n), b / 2)
"""0 <= x_0 . x_i <= c*."""


def last_layer(x: Any) -> Any:
    """Theta^(l + 1) at this correlation, with its last layer written out, so that it may stand in sums."""
    return iterate(l + 1, x) + dual_slope(iterate(l, x)) * kernel(l, x)


def _same(prove: Proof) -> list:
    """The hypothesis D = Theta(1), solved for a single term, which can be replaced wherever it stands."""
    one = iterate(l + 1, 1)
    rest = last_layer(sp.S.One) - one
    anything = interval(_y, -sp.oo, sp.oo), interval(_z, -sp.oo, sp.oo), level
    solved = prove.identity(forall(*anything, given=[eq(D, _y + _z)], holds=eq(_y, D - _z)), [["given", 0]])
    goal = forall(layers, level, given=tangent.given[:1], family=NON_AFFINE, holds=eq(one, D - rest))
    return [(prove.chain(goal, at(solved, {_y: one, _z: rest})), {})]


tangent = Kernel(
    entry=lambda i, j: last_layer(inner(X, i, j)), diagonal=last_layer(sp.S.One), limit=a, share=a / (D - a + n * a),
    variables=(layers, interval(a, 0, sp.oo), level), family=NON_AFFINE, one=_same, value=D,
    given=(eq(D, last_layer(sp.S.One)), le(0, smallest(last_layer(inner(X, row, column)), n))),
)  # fmt: skip
"""Theta^(l + 1)/q*, with D on the diagonal."""

covariance = Kernel(
    entry=lambda i, j: iterate(l, inner(X, i, j)), diagonal=iterate(l, 1), limit=a, share=a / (1 - a + n * a),
    variables=(layers, interval(a, 0, 1, ")")), family=NON_AFFINE, one=lambda prove: [(one_stays(prove), {"L": l})],
)  # fmt: skip
"""K^(l)/q*."""


@lemma("centred labels are forgotten, by how far the tangent kernel is from its limit")
def forgets_by_tangent(prove: Proof) -> Step:
    """(w . Y)^2 <= 4 n delta^2/(D - a - (n - 1) delta)^2 |Y|^2."""
    return bounded(prove, Weights(tangent).near_the_mean(prove))


@lemma("centred labels are forgotten, by how far the covariance is from its limit")
def forgets_by_covariance(prove: Proof) -> Step:
    """(w . Y)^2 <= 4 n delta^2/(1 - a - (n - 1) delta)^2 |Y|^2."""
    return bounded(prove, Weights(covariance).near_the_mean(prove))


class Forgetting:
    """A kernel whose entries for different points tend to a limit, up to an error, and its mean predictor."""

    def __init__(self, kernel_: Kernel, depth: Any, limit: Any, error: Any, on: Any) -> None:
        self.kernel, self.depth, self.limit, self.error, self.on = kernel_, depth, limit, error, on
        self.is_tangent = kernel_ is tangent
        self.radius = (n - 1) * error
        self.solves = Weights(kernel_).solves
        self.data = replace(data, lhs=data.lhs.xreplace({m: n}))

    @property
    def rest(self) -> Any:
        """Below the smallest eigenvalue."""
        return self.on - self.limit - self.radius

    @property
    def bound(self) -> Any:
        """For (w . Y)^2 over |Y|^2."""
        return 4 * n * self.error**2 / self.rest**2

    @property
    def given(self) -> tuple[Relation, ...]:
        return (fixed, self.data, test, self.solves, lt(self.radius, self.on - self.limit), centred, some)

    def frame(self) -> Statement:
        return forall(layers, points, below_one, given=self.given, family=NON_AFFINE, holds=le(0, 0))

    def entry_near(self, prove: Proof, goal: Statement, x: Any, *known: Use) -> Step:
        """|entry - limit| <= error, for one x in [0, c*]."""
        if not self.is_tangent:
            facts = [*known, *chaotic_steps.where(prove, l, x), fact(chaotic_rates.approaches_anyway(prove), {c: x})]
            return from_below(prove, goal, b - iterate(l, x), facts)
        facts = [
            *signs(prove), *known, fact(chaotic_steps.kernel_at_most(prove), {c: x, l: l + 1}),
            fact(chaotic_rates.settles_anyway(prove), {c: x}),
        ]  # fmt: skip
        gap = settled - kernel(l + 1, x)
        size = sp.Abs(kernel(l + 1, x) - settled)
        plain = from_below(prove, goal.conclude(le(size, self.error)), gap, facts)
        solid = replace(goal, given=(*goal.given, lt(slope, 1)))
        written = prove.identity(
            solid.conclude(eq(goal.conclusion.lhs, size)), using=[(chaotic_steps.next_kernel(prove), {c: x})]
        )
        return prove.chain(goal, *facts, written, plain)

    def forgets(self, prove: Proof) -> Step:
        return (forgets_by_tangent if self.is_tangent else forgets_by_covariance)(prove)

    def error_positive(self, prove: Proof) -> Step:
        if self.is_tangent:
            gap = chaotic_rates.distance(l + 1).subs(c, b)
            facts = [fact(chaotic_steps.kernel_at_most(prove), {c: b, l: l + 1})]
            facts += [fact(chaotic_rates.settles_anyway(prove), {c: b})]
        else:
            gap = b - iterate(l, b)
            facts = [*chaotic_steps.where(prove, l, b), fact(chaotic_rates.approaches_anyway(prove), {c: b})]
        known = signs(prove) if self.is_tangent else sizes(prove)
        return prove.chain(
            self.frame().conclude(le(0, self.error)), *known, *facts, adds(prove, sp.S.Zero, gap),
            adds(prove, gap, self.error - gap),
        )  # fmt: skip

    def near(self, prove: Proof, known: list[Use]) -> Step:
        """The entries of the matrix off its diagonal."""
        off_by = self.kernel.entry(row, column) - self.limit
        goal = self.frame().conclude(le(off_maximum(off_by, n), self.error))

        def each(target: Statement, x: Any) -> Step:
            return self.entry_near(prove, target, x, *correlations(prove, target, n))

        return entrywise(prove, goal, each, *known, size=n)

    def near_test(self, prove: Proof, known: list[Use]) -> Step:
        """The entries of the test point."""
        products, one = inner(X, 0, row), inner(X, 0, first)
        off_by = sp.Abs(self.kernel.entry(0, row) - self.limit)
        goal = self.frame().conclude(le(maximum(off_by, n), self.error))
        wide = replace(goal, given=(*goal.given, lt(slope, 1)))
        variables = (*wide.variables, Variable(first, sp.S.One))
        in_row = replace(wide, variables=variables, given=(*wide.given, le(first, n)))
        law = prove.matrices("entry", in_row, n, sp.Abs(products - b / 2), of="maximum", at=[first])
        worst = maximum(sp.Abs(products - b / 2), n)
        inside = prove.chain(
            in_row.conclude(le(sp.Abs(one - b / 2), b / 2)), law, adds(prove, worst, b / 2 - worst)
        )
        each = self.entry_near(
            prove, in_row.conclude(le(off_by.xreplace({products: one}), self.error)), one, fact(inside)
        )
        bound = prove.matrices(
            "bound", wide, n, off_by, self.error, of="maximum", premises=[each], indices=[first, second]
        )
        return prove.chain(goal, *known, bound)

    def _another_diagonal(self, prove: Proof) -> Step:
        """The bound with D = w."""
        bound = self.forgets(prove).conclusion.conclusion.rhs
        free = [interval(symbol, -sp.oo, sp.oo) for symbol in (D, _w, a, delta)]
        given = [eq(D, _w), *(lt(0, symbol - a - (n - 1) * delta) for symbol in (D, _w))]
        return prove.identity(
            forall(points, *free, given=given, holds=eq(bound, bound.xreplace({D: _w}))), [["given", 0]]
        )

    def _known(self, prove: Proof) -> list[Use]:
        known = signs(prove) if self.is_tangent else sizes(prove)
        return [*known, fact(self.error_positive(prove))]

    def shown(self, prove: Proof, goal: Statement) -> Step:
        """The goal (w . Y)^2 <= bound |Y|^2."""
        values = {a: self.limit, delta: self.error}
        known = self._known(prove)
        facts = [*known, fact(self.near(prove, known)), fact(self.near_test(prove, known))]
        if not self.is_tangent:
            below = prove.polynomial(lt(0, 1 - b), below_one)
            return prove.chain(goal, *facts, fact(below), at(self.forgets(prove), values))
        values[D] = last_layer(sp.S.One)
        product = prove.polynomial(le(0, (n - 1) * _u), points, interval(_u, 0, sp.oo))
        facts += [fact(product, {_u: self.error})]
        wide = replace(goal, given=(*goal.given, lt(1, chi), lt(slope, 1)), label="")
        using = [(chaotic_steps.on_diagonal(prove), {}), (one_stays(prove), {"L": l + 1}), (one_stays(prove), {"L": l})]
        strictly = prove.polynomial(lt(_y, _y + _z), interval(_y, -sp.oo, sp.oo), interval(_z, 0, sp.oo, "("))
        gap = self.on - self.limit - self.radius
        there = prove.chain(
            goal.conclude(lt(self.radius, values[D] - self.limit)), *facts, at(strictly, {_y: self.radius, _z: gap}),
            prove.identity(wide.conclude(eq(self.on - self.limit, values[D] - self.limit)), using=using),
        )  # fmt: skip
        more = prove.polynomial(lt(0, _w + _u + _v), interval(_w, 0, sp.oo, "("), *(
            interval(s, 0, sp.oo) for s in (_u, _v)))  # fmt: skip
        positive = prove.chain(
            goal.conclude(lt(0, values[D])), *facts, fact(there),
            at(more, {_w: values[D] - self.limit - self.radius, _u: self.limit, _v: self.radius}),
        )  # fmt: skip
        matrix = Matrix(last_layer, NON_AFFINE)
        bounds = Bounds(prove, matrix, lt((m - 1) * e, matrix.on - level_of_bounds))
        floor = prove.chain(
            goal.conclude(le(0, smallest(self.kernel.entry(row, column), n))), *facts, fact(there),
            fact(bounds.smallest_positive(), {level_of_bounds: self.limit, e: self.error, m: n}),
            adds(prove, sp.S.Zero, smallest(self.kernel.entry(row, column), n)),
        )  # fmt: skip
        low = values[D] - self.limit - self.radius
        strict = prove.polynomial(lt(0, _w), interval(_w, 0, sp.oo, "("))
        same = prove.identity(wide.conclude(eq(values[D], self.on)), using=using)
        facts += [
            fact(there), fact(strict, {_w: low}), fact(strict, {_w: gap}),
            fact(prove.chain(goal.conclude(eq(values[D], self.on)), *facts, same)),
        ]  # fmt: skip
        last = at(self._another_diagonal(prove), {**values, _w: self.on})
        return prove.chain(
            goal, *facts, fact(there), fact(positive), fact(floor), at(self.forgets(prove), values), last
        )


TANGENT = Forgetting(tangent, l + 1, settled, chaotic_rates.worst(l + 1), diagonal_value.subs(l, l + 1))
COVARIANCE = Forgetting(covariance, l, b, slope**l * b, sp.S.One)
