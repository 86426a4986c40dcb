"""Iterates of a polynomial map that keeps [0, 1] and its order; dual activations below one; bounds along an invariant
sequence."""

from functools import lru_cache
from typing import TYPE_CHECKING, Any

import sympy as sp

from ..language import (  # fmt: skip
    Relation,
    Statement,
    Term,
    Variable,
    dual,
    eq,
    forall,
    index,
    interval,
    iterate,
    le,
    member,
    mu,
    ne,
    repeat,
    steps_to,
    term,
)
from ..step import RuleFailure, Step
from .inductive import inductive
from .lemma import named

if TYPE_CHECKING:
    from ..proof import Proof

L, layers = index("L")
r, s = sp.symbols("r s", real=True)
_x, _y, _u, _P = (sp.Symbol(name, real=True) for name in ("xi", "eta", "zeta", "tau"))
_half = sp.Rational(1, 2)
_unit_mu = interval(mu, 0, 1)


class Map:
    """t -> body(t, mu), shown to be non-decreasing on [0, 1] with values in [0, 1], for every mu in [0, 1]."""

    def __init__(self, prove: "Proof", body: Term, t: sp.Symbol) -> None:
        if not isinstance(t, sp.Symbol) or t == mu or t.is_integer or not body.is_polynomial(t, mu):
            raise RuleFailure("the map is a polynomial in its variable, a real symbol other than mu, and in mu")
        if body.free_symbols - {t, mu}:
            raise RuleFailure("the map is a polynomial in its variable and in mu")
        self.prove, self.body, self.t = prove, body, t
        self.mu = (_unit_mu,) if body.has(mu) else ()
        box = interval(_x, 0, 1), interval(_y, 0, 1)
        slope = sp.cancel((self(_y) - self(_x)) / (_y - _x))
        above = interval(_u, 0, sp.oo)
        # Q(y) - Q(x) is (y - x) times a polynomial, and u stands for y - x
        self.larger = prove.polynomial(le(self(_x), self(_x) + _u * slope), *box, above, *self.mu)
        self.at_least = prove.polynomial(le(0, self(_x)), interval(_x, 0, 1), *self.mu)
        self.at_most = prove.polynomial(le(self(_x), 1), interval(_x, 0, 1), *self.mu)
        self._stays: dict[bool, Step] = {}

    def __call__(self, at: Any) -> Term:
        return self.body.subs(self.t, at)

    def iterated(self, depth: Any, start: Any) -> Term:
        return repeat(self.body, self.t, depth, start)

    def grows(self, low: Term, high: Term) -> Any:
        """The link Q(low) <= Q(high); both must be known to lie in [0, 1] in this order."""
        from ..proof import at

        return at(self.larger, {_x: low, _y: high, _u: high - low})

    def stays(self, *, below: bool) -> Step:
        """Q^L(s) <= 1 (`below`) or 0 <= Q^L(s), for s in [0, 1]."""
        if below not in self._stays:
            name = "iterates of the map stay below 1" if below else "iterates of the map stay above 0"
            self._stays[below] = named(name, self._show_stays(below))
        return self._stays[below]

    def _show_stays(self, below: bool) -> Step:
        from ..proof import at, fact

        value = self.iterated(L, s)
        relation, wanted = (le(_x, 1), le(value, 1)) if below else (le(0, _x), le(0, value))
        goal = forall(interval(s, 0, 1), layers, *self.mu, holds=wanted)
        within = self.prove.polynomial(relation, interval(_x, 0, 1))
        return self.prove.chain(goal, fact(self._between(goal)), at(within, {_x: value}))

    def _between(self, frame: Statement) -> Step:
        """|Q^L(s) - 1/2| <= 1/2: both bounds at once, because each layer needs both to keep either."""
        from ..proof import at, fact

        prove, value = self.prove, self.iterated(L, s)
        up = prove.polynomial(le(_x - _half, _half), interval(_x, 0, 1))
        down = prove.polynomial(le(_half - _x, _half), interval(_x, 0, 1))

        def both(target: Statement, inner: Term, *facts: Any) -> Step:
            """|x - 1/2| <= 1/2 for x = inner, from 0 <= inner <= 1."""
            upper, lower = target.conclude(le(inner - _half, _half)), target.conclude(le(_half - inner, _half))
            return prove.absolute_value(
                target.conclude(le(sp.Abs(inner - _half), _half)),
                prove.chain(upper, *facts, at(up, {_x: inner})),
                prove.chain(lower, *facts, at(down, {_x: inner})),
            )

        def step(target: Statement) -> Step:
            known = fact(self.at_least, {_x: value}), fact(self.at_most, {_x: value})
            return prove.chain(target, prove.unfold(target, target.conclusion.lhs), both(target, self(value), *known))

        return inductive(
            prove, frame.conclude(le(sp.Abs(value - _half), _half)), L,
            lambda base: prove.chain(base, prove.unfold(base, base.conclusion.lhs), both(base, s)),
            step,
        )  # fmt: skip


@lru_cache(maxsize=64)
def polynomial_map(prove: "Proof", body: Term, t: sp.Symbol) -> Map:
    """The map t -> body, with what is known of it; RuleFailure if it does not keep [0, 1] and its order."""
    return Map(prove, body, t)


def majorant(prove: "Proof", one_layer: Step, t: sp.Symbol, body: Term) -> Step:
    """iterate(L, r) <= repeat(body, t, L, s) for 0 <= r <= s <= 1, from dual(x) <= body(x) on [0, 1]."""
    from ..proof import at, fact

    q = polynomial_map(prove, body, t)
    premise = one_layer.conclusion
    (v,) = premise.variables
    inside = q.stays(below=True)
    low, high = iterate(L, r), q.iterated(L, s)
    frame = (layers, interval(r, 0, 1), interval(s, 0, 1))
    goal = forall(*frame, given=[le(r, s)], family=premise.family, holds=le(low, high))
    facts = [fact(prove.bounded()), fact(prove.non_negative(), {s: r}), fact(inside), fact(q.stays(below=False))]
    return inductive(
        prove, goal, L,
        lambda base: prove.chain(base, prove.unfold(base, base.conclusion.lhs),
                                 at(prove.polynomial(le(_x, _x + _u), interval(_x, 0, 1), interval(_u, 0, sp.oo)),
                                    {_x: r, _u: s - r}), prove.folded(base, base.conclusion.rhs)),
        lambda step: prove.chain(
            step, *facts, prove.unfold(step, step.conclusion.lhs), at(one_layer, {v.symbol: low}),
            q.grows(low, high), prove.folded(step, step.conclusion.rhs),
        ),
    )  # fmt: skip


def attained(prove: "Proof", t: sp.Symbol, body: Term) -> Step:
    """iterate(L, s) = repeat(body, t, L, s) for the activation whose dual is `body`."""
    value = repeat(body, t, L, s)
    variables = (interval(mu, 0, 1), layers, interval(s, 0, 1))
    goal = forall(*variables, family=member(t, body), holds=eq(iterate(L, s), value))

    def step(later: Statement) -> Step:
        return prove.identity(
            later,
            [
                ["unfold", iterate(L + 1, s)],
                ["given", len(later.given) - 1],
                ["unfold", dual(value)],
                ["unfold", repeat(body, t, L + 1, s)],
            ],
        )

    return inductive(
        prove, goal, L,
        lambda base: prove.identity(base, [["unfold", base.conclusion.lhs], ["unfold", base.conclusion.rhs]]),
        step,
    )  # fmt: skip


def invariant_sequence(
    prove: "Proof",
    *variables: Any,
    step: Step,
    t: sp.Symbol,
    body: Term,
    g: sp.Symbol,
    bound: Term,
    start: object,
    first: object,
    ratio: object,
    index: sp.Symbol,
    offset: object = 0,
    known: Step | None = None,
) -> Step:
    """repeat(body, t, offset + k, start) <= bound(g = first * ratio^k) for every k >= 0, or up to the passage.

    `step` says body(bound(g)) <= bound(ratio g) for g in [lo, oo) or [lo, hi]; for ratio > 1 and hi finite the result
    holds for k <= steps_to(hi/first, ratio). `known` bounds the start where offset is not 0.
    """
    from ..proof import at, fact

    start, first, ratio, offset = (term(v) for v in (start, first, ratio, offset))
    counted = variables
    own = next((v for v in counted if v.symbol == index), None)
    if own is None or not own.integer or not own.lower.is_Integer or own.lower < 0:
        raise RuleFailure(f"{index} must be an index among the variables, and at least 0")
    if own.lower != 0:
        # the induction starts at 0, whatever part of it is wanted
        k = sp.Symbol(f"{index.name}_0", integer=True)
        others = [w for w in counted if w.symbol != index]
        whole = invariant_sequence(
            prove, *others, Variable(k, sp.S.Zero), step=step, t=t, body=body, g=g, bound=bound, start=start,
            first=first, ratio=ratio, index=k, offset=offset, known=known,
        )  # fmt: skip
        shown = whole.conclusion
        given = [h.subs({k: index}) for h in shown.given]
        goal = forall(*counted, given=given, holds=shown.conclusion.subs({k: index}))
        return prove.chain(goal, at(whole, {k: index}))
    k = index
    q = polynomial_map(prove, body, t)
    x_k, g_k = q.iterated(offset + k, start), first * ratio**k
    v = step.conclusion.variable(g)
    if v is None:
        raise RuleFailure(f"the step inequality must have the variable {g}")
    frame = Statement(le(0, 0), tuple(variables))
    facts, given = _guard(prove, frame, v, first, ratio, k)
    goal = forall(*variables, given=given, holds=le(x_k, bound.subs(g, g_k)))
    inside = [fact(q.stays(below=below), {s: start, L: offset + k}) for below in (True, False)]
    others = [w for w in step.conclusion.variables if w.symbol != g]
    denominator = sp.denom(sp.together(bound))
    wanted = [ne(d, 0) for d in (denominator, denominator.subs(g, ratio * g)) if d.has(g)]
    ranged = [fact(prove.polynomial(r, v, *others), {g: g_k}) for r in (*wanted, le(0, bound), le(bound, 1))]

    def base(target: Statement) -> Step:
        if known is not None:
            return prove.chain(target, known)
        unfolded = prove.unfold(target, target.conclusion.lhs)
        reached = unfolded.conclusion.conclusion.rhs
        if sp.expand(reached - target.conclusion.rhs) == 0:
            return prove.chain(target, unfolded)
        return prove.chain(
            target, unfolded, prove.polynomial(Relation(reached, "<=", target.conclusion.rhs), *target.variables)
        )

    def follow(target: Statement) -> Step:
        low = bound.subs(g, g_k)
        return prove.chain(
            target, *inside, *facts, *ranged, prove.unfold(target, target.conclusion.lhs),
            q.grows(x_k, low), at(step, {g: g_k}),
        )  # fmt: skip

    return inductive(prove, goal, k, base, follow)


def _guard(
    prove: "Proof", frame: Statement, v: Any, first: Term, ratio: Term, k: sp.Symbol
) -> tuple[list[Any], list[Relation]]:
    """The facts lo <= first ratio^k <= hi, and the hypothesis that they need."""
    from ..proof import fact

    variables = frame.variables
    power = ratio**k
    others = [w for w in variables if w.symbol != k]

    def scaled(relation: Relation, *range_of_power: Any) -> Any:
        return fact(prove.polynomial(relation, *others, interval(_P, *range_of_power)), {_P: power})

    if v.lower == 0:
        try:
            small = [fact(prove.power(part, ratio, k, *variables)) for part in ("non-negative", "at most one")]
            above = [] if v.upper.is_infinite else [scaled(le(first * _P, v.upper), 0, 1)]
            return [*small, scaled(le(0, first * _P), 0, 1), *above], []
        except RuleFailure:
            pass
    if v.upper.is_infinite:
        grown = prove.power("at least one", ratio, k, *variables)
        return [fact(grown), scaled(le(v.lower, first * _P), 1, sp.oo)], []
    level = v.upper / first
    before = prove.before(level, ratio, k, *variables)
    grown = prove.power("at least one", ratio, k, *variables)
    gap = prove.polynomial(
        le(first * (level - _u), v.upper), *others, interval(_u, 0, sp.oo)
    )
    facts = [fact(grown), scaled(le(v.lower, first * _P), 1, sp.oo), fact(before), fact(gap, {_u: level - power})]
    return facts, [le(k, steps_to(level, ratio))]

