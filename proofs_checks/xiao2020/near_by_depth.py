"""Kernel matrices of ReLU networks by depth and least angle: entries within u + v/theta of a number, theta the angle of
the two inputs, are within u + v/arccos(r) of it if all correlations of different points are at most r.

"At most r" reads off_maximum(1 + x_i . x_j) <= 1 + r."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import sympy as sp

from deepcond_sym.proof import (
    RELU,
    Proof,
    Relation,
    Statement,
    Step,
    Variable,
    at,
    column,
    fact,
    forall,
    inner,
    interval,
    le,
    lt,
    ne,
    off_maximum,
    row,
)  # fmt: skip
from deepcond_sym.proof.proof import Use
from deepcond_sym.proof.tactics.arbitrary import no_less
from deepcond_sym.symbols import rho
from proofs_checks.starnaud2025.near_constant import X
from proofs_checks.starnaud2025.separated import apart, positive_angle, r, separated, smaller_angle

from .near_constant import Spectrum, a, delta, distance, n, several

_p, _q = sp.symbols("_p _q", integer=True)
_c, _s, _u, _v, _w, _y = sp.symbols("_c _s _u _v _w _y", real=True)
_slack = {s: interval(s, 0, sp.oo) for s in (_c, _s, _u, _v)}
_anything, _angle = interval(_y, -sp.oo, sp.oo), interval(_w, 0, sp.oo, "(")
_places = tuple(Variable(index, sp.S.One) for index in (_p, _q))


@dataclass(frozen=True)
class ByDepth:
    """A kernel f(x_i . x_j) of points with all correlations at most r: |f(rho) - number| <= u + v/acos(rho) by `law`,
    over `depths`; `facts` show 0 <= number < 1 and 0 <= u, v."""

    entry: Callable[[Any], Any]
    one: Callable[[Proof], list[tuple[Step, dict]]]
    law: Callable[[Proof], Step]
    number: Any
    u: Any
    v: Any
    facts: Callable[[Proof], list[Use]]
    depths: Variable

    @property
    def error(self) -> Any:
        """u + v/acos(r)."""
        return self.u + self.v / sp.acos(r)

    @property
    def frame(self) -> Statement:
        """For all such points and this r."""
        return forall(self.depths, several, apart, given=[separated], family=RELU, holds=le(0, 0))

    @property
    def off_by(self) -> Any:
        """The entries less the number."""
        return self.entry(inner(X, row, column)) - self.number

    def known(self, prove: Proof) -> list[Use]:
        """0 < acos(r), the facts, and 0 <= u + v/acos(r)."""
        whole = prove.polynomial(le(0, _u + _v / _w), _slack[_u], _slack[_v], _angle)
        return [
            fact(positive_angle(prove)), *self.facts(prove), fact(whole, {_u: self.u, _v: self.v, _w: sp.acos(r)})
        ]

    def entry_near(self, prove: Proof) -> Step:
        """|f(x_p . x_q) - number| <= u + v/acos(r), for p != q."""
        pair = replace(
            self.frame, variables=(*self.frame.variables, *_places),
            given=(*self.frame.given, le(_p, n), le(_q, n), ne(_p, _q)),
        )  # fmt: skip
        x, most = inner(X, _p, _q), off_maximum(1 + inner(X, row, column), n)
        entry = fact(prove.matrices("entry", pair, n, 1 + inner(X, row, column), of="off_maximum", at=[_p, _q]))
        up = prove.polynomial(le(_y, _y + _u + _v), _anything, _slack[_u], _slack[_v])
        below = prove.chain(pair.conclude(le(x, r)), entry, at(up, {_y: x, _u: most - 1 - x, _v: 1 + r - most}))
        strictly = prove.polynomial(lt(r - _u, 1), apart, _slack[_u])
        one = prove.chain(pair.conclude(lt(x, 1)), fact(below), at(strictly, {_u: r - x}))
        larger = prove.polynomial(le(_y + _c / (_w + _s), _y + _c / _w), _anything, _slack[_c], _slack[_s], _angle)
        above = prove.polynomial(lt(0, _w + _s), _angle, _slack[_s])
        values = {_w: sp.acos(r), _s: sp.acos(x) - sp.acos(r)}
        return prove.chain(
            pair.conclude(le(sp.Abs(self.entry(x) - self.number), self.error)), *self.known(prove), fact(below),
            fact(one), fact(smaller_angle(prove), {"y": x}), fact(above, values),
            at(self.law(prove), {rho: x}), at(larger, {_y: self.u, _c: self.v, **values}),
        )  # fmt: skip

    def near(self, prove: Proof) -> Step:
        """off_maximum(f(x_i . x_j) - number) <= u + v/acos(r)."""
        given = replace(self.frame, given=(*self.frame.given, lt(0, sp.acos(r)), le(0, self.error)))
        shown = prove.matrices(
            "bound", given, n, self.off_by, self.error, of="off_maximum", premises=[self.entry_near(prove)],
            indices=[_p, _q],
        )  # fmt: skip
        goal = self.frame.conclude(le(off_maximum(self.off_by, n), self.error))
        return prove.chain(goal, *self.known(prove), shown)

    def spectrum(self, prove: Proof) -> Spectrum:
        """What is shown of matrices whose entries are within delta of a."""
        return Spectrum(prove, self.entry, self.one, RELU, self.depths)

    def by_depth(self, prove: Proof, goal: Statement, shown: Step, *facts: Use) -> Step:
        """A bound in a and delta, with number and u + v/acos(r) for them."""
        return prove.chain(
            goal, *self.known(prove), *facts, fact(self.near(prove)), at(shown, {a: self.number, delta: self.error})
        )

    def condition(self, prove: Proof, goal: Statement, more: Any = 0, *facts: Use) -> Step:
        """|kappa - x| <= distance + more, given `small`, where x is (1 + (n - 1) a)/(1 - a) - more for the number a, in
        any form, and the facts show 0 <= 2 more, and that terms have values."""
        shown, exact = self.spectrum(prove), (1 + (n - 1) * self.number) / (1 - self.number)
        gap, frame = 1 - self.number - (n - 1) * self.error, replace(goal, conclusion=le(0, 0))
        ratio, least = shown.ratio, shown.least
        near = self.by_depth(prove, frame.conclude(le(sp.Abs(ratio - exact), self.distance)), shown.condition(), *facts)
        floor = self.by_depth(prove, frame.conclude(le(gap, least)), shown.smallest_from_below())
        positive = prove.polynomial(lt(0, _w + _s), _angle, _slack[_s])
        known = [*self.known(prove), fact(floor), fact(positive, {_w: gap, _s: least - gap}), fact(near), *facts]
        inside = goal.conclusion.lhs.args[0]

        def side(sign: int) -> Step:
            start, turned = sign * inside, sign * inside.coeff(ratio)
            links = [no_less(prove, start, self.distance - turned * (ratio - exact))]
            if more != 0 and turned < 0:
                links.append(no_less(prove, self.distance - more, 2 * more))
            return prove.chain(goal.conclude(le(start, goal.conclusion.rhs)), *known, *links)

        return prove.absolute_value(goal, side(1), side(-1))

    @property
    def small(self) -> Relation:
        """(n - 1) (u + v/acos(r)) < 1 - number."""
        return lt((n - 1) * self.error, 1 - self.number)

    @property
    def distance(self) -> Any:
        """How far kappa is from (1 + (n - 1) a)/(1 - a), at most, for the number a."""
        return distance(self.number, self.error)
