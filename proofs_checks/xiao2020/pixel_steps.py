"""Two pairs of pixels with one offset, which the filter averages: notation, and that they stay between two networks.

X and Y are the correlations of the two pairs, S and T their tangent kernels in units of q*. A layer makes them (1 -
w) f(X) + w f(Y) and v f(X) + (1 - v) f(Y), with any weights v, w in [0, 1] (two pixels in a circle and a window of
three: v = w = 2/3). low and high are two numbers around both at the start; A and B are the correlations of the fully
connected networks that start there, P and Q their tangent kernels."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import sympy as sp

from deepcond_sym.proof import (
    UNCENTRED,
    Proof,
    Relation,
    Sequence,
    Statement,
    Step,
    at,
    dual,
    dual_slope,
    fact,
    forall,
    interval,
    iterate,
    le,
)  # fmt: skip
from deepcond_sym.proof.proof import Use
from deepcond_sym.proof.tactics.inductive import inductive
from deepcond_sym.proof.tactics.lemma import lemma
from deepcond_sym.proof.tactics.monotone import bounded, dual_grows, non_negative, slope_grows
from deepcond_sym.proof.tactics.power_gaps import adds

from .setting import l, layers

low, high, x, y, v, w = sp.symbols("low high x y v w", real=True)
units = {symbol: interval(symbol, 0, 1) for symbol in (low, high, x, y, v, w)}
ordered = (le(low, x), le(low, y), le(x, high), le(y, high))

_names = "X", "Y", "S", "T", "P", "Q"
_X, _Y, _S, _T, _P, _Q = (sp.Function(name, real=True)(l) for name in _names)
A, B = iterate(l, low), iterate(l, high)


def sequences(weight: sp.Expr = w) -> tuple[Sequence, ...]:
    """X, Y, S, T, P and Q, where `weight` is that of the other pair in X and S."""

    def filtered(name: str, start: sp.Expr, own: sp.Expr, other: sp.Expr, share: sp.Expr) -> Sequence:
        return Sequence(name, l, 0, start, (1 - share) * dual(own) + share * dual(other))

    def tangent(name: str, covariance: sp.Expr, *parts: tuple[sp.Expr, sp.Expr, sp.Expr]) -> Sequence:
        moved = sum((share * dual_slope(c) * theta for share, c, theta in parts), covariance)
        return Sequence(name, l, 0, sp.S.Zero, moved)

    first = Sequence("X", l, 0, x, (1 - weight) * dual(_X) + weight * dual(_Y))
    second = Sequence("Y", l, 0, y, v * dual(_X) + (1 - v) * dual(_Y))
    return (
        first, second,
        tangent("S", first(l + 1), (1 - weight, _X, _S), (weight, _Y, _T)),
        tangent("T", second(l + 1), (v, _X, _S), (1 - v, _Y, _T)),
        tangent("P", iterate(l + 1, low), (sp.S.One, A, _P)),
        tangent("Q", iterate(l + 1, high), (sp.S.One, B, _Q)),
    )  # fmt: skip


frame = forall(
    layers, *units.values(), given=ordered, family=UNCENTRED, sequences=sequences(), holds=le(0, 0)
)  # fmt: skip
with_slope = replace(frame, given=(*ordered, le(0, dual_slope(1))))
"""The same for activations with a finite chi_1, of which tangent kernels speak."""

_r, _s = sp.symbols("_r _s", real=True)
_pair = forall(interval(_r, 0, 1), interval(_s, 0, 1), given=[le(_r, _s)], family=UNCENTRED, holds=le(0, 0))


@lemma("duals keep the order of correlations that are not negative")
def dual_in_order(prove: Proof) -> Step:
    """dual(r) <= dual(s) for 0 <= r <= s <= 1."""
    return _in_order(prove, dual, dual_grows(prove))


@lemma("their slopes do, too")
def slope_in_order(prove: Proof) -> Step:
    """dual_slope(r) <= dual_slope(s) for 0 <= r <= s <= 1."""
    return _in_order(prove, dual_slope, slope_grows(prove))


def _in_order(prove: Proof, function: Callable, grows: Step) -> Step:
    goal = _pair.conclude(le(function(_r), function(_s)))
    return prove.chain(
        goal, fact(grows, {"r": _r, "s": _s}), adds(prove, function(_r), function(_s) - function(_r))
    )  # fmt: skip


@lemma("the slope is not negative on [0, 1]")
def slope_at_least(prove: Proof) -> Step:
    """0 <= dual_slope(s) for s in [0, 1]."""
    goal = forall(interval(_s, 0, 1), family=UNCENTRED, holds=le(0, dual_slope(_s)))
    size = sp.Abs(dual_slope(_s))
    return prove.chain(goal, adds(prove, sp.S.Zero, size), at(slope_grows(prove), {"r": _s, "s": _s}))


def about_ends(prove: Proof, depth: sp.Expr) -> list[Use]:
    """0 <= A <= 1 and 0 <= B <= 1."""
    laws = (bounded(prove), "r"), (non_negative(prove), "s")
    return [fact(step, {"L": depth, name: end}) for end in (low, high) for step, name in laws]


@dataclass(frozen=True)
class Between:
    """Two members of sequences, and what they lie between, all at depth l."""

    first: sp.Expr
    second: sp.Expr
    least: sp.Expr
    most: sp.Expr

    def moved(self, depth: sp.Expr) -> "Between":
        """The same at another depth."""
        return Between(*(t.subs(l, depth) for t in (self.first, self.second, self.least, self.most)))

    @property
    def half_sum(self) -> sp.Expr:
        return self.first / 2 + self.second / 2

    @property
    def half_difference(self) -> sp.Expr:
        return self.first / 2 - self.second / 2

    @property
    def joint(self) -> Relation:
        """Both between least and most, in one relation: |(x + y)/2 - middle| <= radius - |x - y|/2."""
        middle, radius = self.least / 2 + self.most / 2, self.most / 2 - self.least / 2
        return le(sp.Abs(self.half_sum - middle), radius - sp.Abs(self.half_difference))

    def sides(self) -> list[Relation]:
        """The four relations that it stands for."""
        members = self.first, self.second
        return [le(self.least, m) for m in members] + [le(m, self.most) for m in members]

    def split(self, prove: Proof, frame: Statement, *known: Use) -> list[Use]:
        """The four relations as facts, where the joint one is known."""
        size, shown = sp.Abs(self.half_difference), []
        for bound in (self.half_sum - self.least, self.most - self.half_sum):
            spread = frame.conclude(le(size, bound))
            shown.append(fact(prove.chain(spread, *known, adds(prove, size, bound - size))))
        return [
            fact(prove.chain(frame.conclude(side), *shown, adds(prove, side.lhs, side.rhs - side.lhs)))
            for side in self.sides()
        ]

    def joined(self, prove: Proof, goal: Statement, *known: Use) -> Step:
        """The joint relation from the four, which are known."""
        size, spreads = sp.Abs(self.half_difference), []
        for bound in (self.half_sum - self.least, self.most - self.half_sum):
            target = goal.conclude(le(size, bound))
            parts = [
                prove.chain(
                    target.conclude(le(sign * self.half_difference, bound)), *known,
                    adds(prove, sign * self.half_difference, bound - sign * self.half_difference),
                )
                for sign in (1, -1)
            ]  # fmt: skip
            spreads.append(fact(prove.absolute_value(target, *parts)))
        inner, radius = goal.conclusion.lhs.args[0], goal.conclusion.rhs
        both = [
            prove.chain(
                goal.conclude(le(sign * inner, radius)), *spreads, adds(prove, sign * inner, radius - sign * inner)
            )
            for sign in (1, -1)
        ]  # fmt: skip
        return prove.absolute_value(goal, *both)


correlations = Between(_X, _Y, A, B)
tangents = Between(_S, _T, _P, _Q)


def average(
    prove: Proof,
    start: sp.Expr,
    share: sp.Expr,
    first: sp.Expr,
    second: sp.Expr,
    *,
    up: bool,
    rest: sp.Expr = sp.S.Zero,
) -> list[Use]:
    """The links rest + start <= rest + (1 - share) first + share second (or the other way round), where start <= first
    and start <= second (or the other way round) are known."""
    if up:
        more = rest + start + (1 - share) * (first - start)
        return [adds(prove, rest + start, 1 - share, first - start), adds(prove, more, share, second - start)]
    mixed = rest + (1 - share) * first + share * second
    return [adds(prove, mixed, 1 - share, start - first),
            adds(prove, mixed + (1 - share) * (start - first), share, start - second)]  # fmt: skip


def about_pairs(prove: Proof, target: Statement, *joint: Use) -> list[Use]:
    """0 <= A <= X, Y <= B <= 1, where the joint relation is known."""
    known = [*about_ends(prove, l), *correlations.split(prove, target, *joint)]
    for c in (_X, _Y):
        links = {(0, c): [adds(prove, sp.S.Zero, A), adds(prove, A, c - A)],
                 (c, 1): [adds(prove, c, B - c), adds(prove, B, 1 - B)],
                 (-c, 1): [adds(prove, -c, c), adds(prove, sp.S.Zero, sp.S.One)]}  # fmt: skip
        for ends, chain in links.items():
            known.append(fact(prove.chain(target.conclude(le(*ends)), *known, *chain)))
    return known


@lemma("filtered correlations stay between those of two fully connected networks")
def correlations_between(prove: Proof) -> Step:
    """A <= X, Y <= B, as one relation."""
    goal = frame.conclude(correlations.joint)

    def base(target: Statement) -> Step:
        now = correlations.moved(sp.S.Zero)
        return now.joined(prove, target, *(
            fact(prove.chain(
                target.conclude(side), prove.unfold(target, side.lhs, side.lhs),
                prove.chain(target.conclude(le(low if side.lhs.has(low) else _start(side.lhs), _start(side.rhs))),
                            adds(prove, _start(side.lhs), _start(side.rhs) - _start(side.lhs))),
                prove.folded(target, side.rhs, side.rhs),
            ))
            for side in now.sides()
        ))  # fmt: skip

    def step(target: Statement) -> Step:
        known = about_pairs(prove, target)
        later = correlations.moved(l + 1)
        return later.joined(prove, target, *(
            fact(prove.chain(target.conclude(side), *known, *_one_layer(prove, target, side))) for side in later.sides()
        ))  # fmt: skip

    return inductive(prove, goal, l, base, step)


def _start(call: sp.Expr) -> sp.Expr:
    return {A.subs(l, 0): low, B.subs(l, 0): high, _X.subs(l, 0): x, _Y.subs(l, 0): y}[call]


def _shares(member: sp.Expr) -> sp.Expr:
    """The weight of the second pair in this member."""
    return w if member.func.__name__ in ("X", "S") else 1 - v


def _one_layer(prove: Proof, target: Statement, side: Relation) -> list:
    up = side.lhs.func == iterate
    end, member = (A, side.rhs) if up else (B, side.lhs)
    share = _shares(member)
    order = [(end, c) if up else (c, end) for c in (_X, _Y)]
    known = [fact(dual_in_order(prove), {_r: r, _s: s}) for r, s in order]
    links = average(prove, dual(end), share, dual(_X), dual(_Y), up=up)
    inside = _inside(target)
    first, last = prove.unfold(inside, side.lhs, side.lhs), prove.folded(inside, side.rhs, side.rhs)
    return [*known, first, *links, last]


def _inside(target: Statement) -> Statement:
    """With what the domain of dual demands among the hypotheses, for steps that know no facts."""
    needed = (r for c in (_X, _Y) for r in (le(0, c), le(c, 1), le(-c, 1)))
    return replace(target, given=(*target.given, *needed))


@lemma("tangent kernels of non-negative correlations are not negative")
def tangent_at_least(prove: Proof) -> Step:
    """0 <= P."""
    slope = dual_slope(A)
    return inductive(
        prove, with_slope.conclude(le(0, _P)), l,
        lambda base: prove.chain(base, prove.folded(base, base.conclusion.rhs, base.conclusion.rhs)),
        lambda step: prove.chain(
            step, *about_ends(prove, l), *about_ends(prove, l + 1), fact(slope_at_least(prove), {_s: A}),
            adds(prove, sp.S.Zero, A.subs(l, l + 1)), adds(prove, A.subs(l, l + 1), slope, _P),
            prove.folded(step, step.conclusion.rhs, step.conclusion.rhs),
        ),
    )  # fmt: skip


@lemma("filtered tangent kernels stay between those of two fully connected networks")
def tangents_between(prove: Proof) -> Step:
    """P <= S, T <= Q, as one relation."""
    goal = with_slope.conclude(tangents.joint)

    def base(target: Statement) -> Step:
        now = tangents.moved(sp.S.Zero)
        return now.joined(prove, target, *(
            fact(prove.chain(target.conclude(side), prove.unfold(target, side.lhs, side.lhs),
                             prove.folded(target, side.rhs, side.rhs)))
            for side in now.sides()
        ))  # fmt: skip

    def step(target: Statement) -> Step:
        known = [*about_pairs(prove, target, fact(correlations_between(prove))), *tangents.split(prove, target)]
        known += correlations.moved(l + 1).split(prove, target, fact(correlations_between(prove), {l: l + 1}))
        known += [fact(tangent_at_least(prove)), *(fact(slope_at_least(prove), {_s: c}) for c in (A, B, _X, _Y))]
        for theta in (_S, _T):
            positive = [adds(prove, sp.S.Zero, _P), adds(prove, _P, theta - _P)]
            known.append(fact(prove.chain(target.conclude(le(0, theta)), *known, *positive)))
        later = tangents.moved(l + 1)
        below, above = (_products(prove, target, known, up=up) for up in (True, False))
        return later.joined(prove, target, *(
            fact(prove.chain(
                target.conclude(side), *known, *(below if side.lhs.func == _P.func else above),
                *_tangent_layer(prove, target, side),
            ))
            for side in later.sides()
        ))  # fmt: skip

    return inductive(prove, goal, l, base, step)


def _products(prove: Proof, target: Statement, known: list[Use], *, up: bool) -> list[Use]:
    """f'(A) P <= f'(X) S and f'(A) P <= f'(Y) T, or, downwards, f'(X) S <= f'(B) Q and f'(Y) T <= f'(B) Q."""
    end, kernel = (A, _P) if up else (B, _Q)
    facts = []
    for c, theta in ((_X, _S), (_Y, _T)):
        r, s, small, large = (end, c, kernel, theta) if up else (c, end, theta, kernel)
        facts.append(fact(prove.chain(
            target.conclude(le(dual_slope(r) * small, dual_slope(s) * large)), *known,
            fact(slope_in_order(prove), {_r: r, _s: s}),
            adds(prove, dual_slope(r) * small, dual_slope(s) - dual_slope(r), small),
            adds(prove, dual_slope(s) * small, dual_slope(s), large - small),
        )))  # fmt: skip
    return facts


def _tangent_layer(prove: Proof, target: Statement, side: Relation) -> list:
    up = side.lhs.func == _P.func
    end, kernel, member = (A, _P, side.rhs) if up else (B, _Q, side.lhs)
    moved = dual_slope(end) * kernel
    covariance = (_X if member.func == _S.func else _Y).subs(l, l + 1)
    fully = end.subs(l, l + 1)
    links = average(
        prove, moved, _shares(member), dual_slope(_X) * _S, dual_slope(_Y) * _T, up=up, rest=covariance
    )  # fmt: skip
    raised = adds(prove, (fully if up else covariance) + moved, (covariance - fully) if up else (fully - covariance))
    inside = _inside(target)
    first, last = prove.unfold(inside, side.lhs, side.lhs), prove.folded(inside, side.rhs, side.rhs)
    return [first, *([raised, *links] if up else [*links, raised]), last]
