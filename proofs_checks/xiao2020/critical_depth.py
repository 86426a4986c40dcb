"""Correlations and the tangent kernel of erf on its critical line, layer after layer, from a correlation in [0, 1)."""

from dataclasses import replace

import sympy as sp

from deepcond_sym.proof import Proof, Sequence, Statement, Step, at, eq, fact, forall, interval, le, lt
from deepcond_sym.proof.proof import Use
from deepcond_sym.proof.tactics.inductive import inductive
from deepcond_sym.proof.tactics.lemma import lemma, named
from deepcond_sym.proof.tactics.power_gaps import adds

from .critical_layer import Layer
from .critical_map import about_roots, after_positive, layer_law, layer_map, layer_slope, r, ratio, square, t
from .critical_map import after as left
from .setting import from_one, l, layers

start = sp.Symbol("c_0", real=True)
from_zero = interval(start, 0, 1, ")")
_c, _p = (sp.Function(name, real=True) for name in ("c", "p_ab"))

correlations = Sequence("c", l, 0, start, layer_map(_c(l)))
"""c^(l), the correlation after l layers."""

tangent = Sequence("p_ab", l, 0, sp.S.Zero, _c(l + 1) + layer_slope(_c(l)) * _p(l))
"""p_ab^(l)/q*, the tangent kernel, from Theta^(0) = 0."""

frame = forall(layers, ratio, from_zero, sequences=[correlations, tangent], holds=le(0, 0))
once = replace(frame, variables=(from_one, ratio, from_zero))
"""The same from the first layer on."""


def gap(depth: sp.Expr = l) -> sp.Expr:
    """gamma_l = 1 - c^(l)."""
    return 1 - _c(depth)


def kernel(depth: sp.Expr = l) -> sp.Expr:
    """p_ab^(l)/q*."""
    return _p(depth)


def layer(depth: sp.Expr = l) -> Layer:
    """The layer after this depth."""
    return Layer(gap(depth), gap(depth + 1), layer_slope(_c(depth)), square)


first_gap = 1 - start
gain, loss, least, scale, third = (
    getattr(layer(), name) for name in ("gain", "loss", "least", "scale", "rest")
)  # fmt: skip
"""A, |kappa'| A^2, a least gain of the inverse gap, 1/(3 A), and what bounds the term of the third order."""

_y, _z, _u, _v = sp.symbols("_y _z _u _v", real=True)
free = interval(_y, -sp.oo, sp.oo)
more = interval(_u, 0, sp.oo)


@lemma("the map of erf keeps correlations in [0, 1]")
def _stays(prove: Proof) -> Step:
    """|2 f(r) - 1| <= 1 for r in [0, 1]."""
    closed = interval(r, 0, 1)
    goal = forall(ratio, closed, holds=le(sp.Abs(2 * layer_map(r) - 1), 1))
    slope = prove.polynomial(le(0, 2 * _u / t), more, ratio)
    known = [
        *(fact(prove.polynomial(relation, ratio, closed)) for relation in (le(t * r, 1), le(0, t * r), le(0, r))),
        fact(prove.monotone("asin", prove.polynomial(le(0, t * r), ratio, closed))),
        fact(prove.monotone("asin", prove.polynomial(le(t * r, t), ratio, closed))),
        fact(prove.monotone("sqrt", prove.polynomial(lt(0, 1 - t**2), ratio))),
        fact(prove.polynomial(lt(0, 1 - t**2), ratio)),
        fact(slope, {_u: sp.sqrt(1 - t**2)}), fact(layer_law(prove, "shrinks"), {r: 0}),
    ]  # fmt: skip
    steep, value = 2 * sp.sqrt(1 - t**2) / t, 2 * layer_map(r) - 1
    upper = prove.chain(
        goal.conclude(le(value, 1)), *known, adds(prove, value, steep, sp.asin(t) - sp.asin(t * r))
    )
    lower = prove.chain(
        goal.conclude(le(-value, 1)), *known, adds(prove, -value, steep, sp.asin(t * r)),
        adds(prove, 1 - 2 * layer_map(sp.S.Zero), layer_map(sp.S.Zero), sp.S(2)),
    )  # fmt: skip
    return prove.absolute_value(goal, upper, lower)


@lemma("correlations stay in [0, 1]")
def _inside(prove: Proof) -> Step:
    """|2 c^(l) - 1| <= 1."""
    signs = [prove.polynomial(le(side, 1), from_zero) for side in (2 * start - 1, 1 - 2 * start)]

    def base(goal: Statement) -> Step:
        whole = goal.conclude(le(sp.Abs(2 * start - 1), 1))
        plain = [prove.chain(whole.conclude(sign.conclusion.conclusion), sign) for sign in signs]
        return prove.chain(goal, prove.unfold(goal, goal.conclusion.lhs, _c(0)), prove.absolute_value(whole, *plain))

    def step(goal: Statement) -> Step:
        half = prove.polynomial(le(0, (1 - _y) / 2), interval(_y, -sp.oo, 1))
        other = prove.polynomial(le((1 + _y) / 2, 1), interval(_y, -sp.oo, 1))
        values = {_y: 1 - 2 * _c(l)}, {_y: 2 * _c(l) - 1}
        return prove.chain(
            goal, fact(half, values[0]), fact(half, values[1]), fact(other, values[1]),
            prove.unfold(goal, goal.conclusion.lhs, _c(l + 1)), at(_stays(prove), {r: _c(l)}),
        )  # fmt: skip

    return inductive(prove, frame.conclude(le(sp.Abs(2 * _c(l) - 1), 1)), l, base, step)


@lemma("correlations on the critical line are not negative")
def not_negative(prove: Proof) -> Step:
    """0 <= c^(l)."""
    half = prove.polynomial(le(0, (1 - _y) / 2), interval(_y, -sp.oo, 1))
    return prove.chain(frame.conclude(le(0, _c(l))), fact(_inside(prove)), at(half, {_y: 1 - 2 * _c(l)}))


@lemma("correlations on the critical line stay below 1")
def below_one(prove: Proof) -> Step:
    """c^(l) < 1."""
    below = prove.polynomial(lt(1 - _u, 1), interval(_u, 0, sp.oo, "("))
    return inductive(
        prove, frame.conclude(lt(_c(l), 1)), l,
        lambda base: prove.chain(
            base, prove.unfold(base, _c(0), _c(0)), at(prove.polynomial(lt(start, 1), from_zero), {})
        ),
        lambda step: prove.chain(
            step, fact(not_negative(prove)), fact(layer_law(prove, "positive"), {r: _c(l)}),
            *(fact(sign, {r: _c(l)}) for sign in _signs(prove)),
            prove.unfold(step, _c(l + 1), _c(l + 1)), at(below, {_u: 1 - layer_map(_c(l))}),
        ),
    )  # fmt: skip


def _signs(prove: Proof) -> list[Step]:
    return [use.step for use in about_roots(prove)]


def about(prove: Proof, *depths: sp.Expr) -> list[Use]:
    """What is known at these depths: 0 <= c < 1, 0 < gap <= 1, and that the slope has a value."""
    positive = prove.polynomial(lt(0, _u), interval(_u, 0, sp.oo, "("))
    small = prove.polynomial(le(1 - _u, 1), more)
    known = []
    for depth in depths:
        value = _c(depth)
        known += [
            fact(not_negative(prove), {l: depth}), fact(below_one(prove), {l: depth}),
            fact(positive, {_u: 1 - value}), fact(small, {_u: value}),
            *(fact(sign, {r: value}) for sign in _signs(prove)),
        ]  # fmt: skip
    return known


_laws: dict[str, Step] = {}


def law(prove: Proof, name: str) -> Step:
    """One of the laws of a layer, for the layer after depth l."""
    if name not in _laws:
        _laws[name] = named(f"a layer of erf on the critical line: {name}", _law(prove, name))
    return _laws[name]


def _law(prove: Proof, name: str) -> Step:
    """The layer's law, where the correlation after it has a name of its own."""
    after = sp.Symbol("_after", real=True)
    own = Layer(1 - r, 1 - after, layer_slope(r), square)
    signs = [use.step.conclusion.conclusion for use in about_roots(prove)]
    goal = forall(
        ratio, interval(r, 0, 1, ")"), interval(after, -sp.oo, 1, ")"), given=[eq(after, layer_map(r)), *signs,
        lt(0, 1 - after), lt(0, left)], holds=own.laws()[name],
    )  # fmt: skip
    shown = layer_law(prove, name)
    sides, exact = own.laws()[name], shown.conclusion.conclusion
    between = prove.chain(
        goal, prove.identity(goal.conclude(eq(sides.lhs, exact.lhs)), [["given", 0]]), at(shown, {}),
        prove.identity(goal.conclude(eq(exact.rhs, sides.rhs)), [["given", 0]]),
    )  # fmt: skip
    unfolded = prove.unfold(frame.conclude(le(0, 0)), _c(l + 1), _c(l + 1))
    return prove.chain(
        frame.conclude(layer().laws()[name]), *about(prove, l, l + 1), fact(unfolded),
        fact(after_positive(prove), {r: _c(l)}), at(between, {r: _c(l), after: _c(l + 1)}),
    )  # fmt: skip
