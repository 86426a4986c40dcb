"""The map of correlations of erf on its critical line, and what one layer of it does, for every bias variance.

By B8, with t = 2 q*/(1 + 2 q*) in (0, 1): sqrt(1 + 4 q*) = sqrt(1 - t^2)/(1 - t), and every point of the line has one
such t."""

import sympy as sp

from deepcond_sym.proof import Proof, Step, at, fact, forall, interval, le, lt
from deepcond_sym.proof.proof import Use
from deepcond_sym.proof.search.ball_box import slope as by_slope
from deepcond_sym.proof.tactics.lemma import lemma, named
from deepcond_sym.proof.tactics.power_gaps import adds

from .critical_layer import Layer, abstract_law, cosine, d, k, law, sine

t, r = sp.symbols("t r", real=True)
ratio, correlation = interval(t, 0, 1, "()"), interval(r, 0, 1, ")")

variance = t / (2 * (1 - t))
"""q*."""

root = sp.sqrt(1 - t**2) / (1 - t)
"""sqrt(1 + 4 q*)."""

weight_variance = sp.pi * root / 4
bias_variance = variance - root * sp.asin(t) / 2


def layer_map(r: sp.Expr) -> sp.Expr:
    """f(r) = (sigma_w^2 T(q*, q* r) + sigma_b^2)/q*, by erf's dual (2/pi) asin(t r)."""
    return (2 * weight_variance / sp.pi * sp.asin(t * r) + bias_variance) / variance


def layer_slope(r: sp.Expr) -> sp.Expr:
    """f'(r) = sigma_w^2 (4/pi)/sqrt((1 + 2 q*)^2 - 4 q*^2 r^2)."""
    return 4 * weight_variance / sp.pi * (1 - t) / sp.sqrt(1 - t**2 * r**2)


square = (1 - t**2) / t**2
"""k^2, where k = cot(tau)."""

_y, _x, _u = sp.symbols("_y _x _u", real=True)
_quarter = interval(_y, 0, sp.pi / 2), interval(_x, 0, sp.pi / 2)
frame = forall(ratio, correlation, holds=le(0, 0))


def concrete(r: sp.Expr = r) -> Layer:
    """One layer from the correlation r."""
    return Layer(1 - r, 1 - layer_map(r), layer_slope(r), square)


def _differences() -> tuple[sp.Expr, sp.Expr]:
    """sin(y - x) and cos(y - x) less what the addition theorems say."""
    sines = sp.sin(_y - _x) - sp.sin(_y) * sp.cos(_x) + sp.cos(_y) * sp.sin(_x)
    return sines, sp.cos(_y - _x) - sp.cos(_y) * sp.cos(_x) - sp.sin(_y) * sp.sin(_x)


def _addition(prove: Proof, place: int) -> Step:
    """|sin(y - x) - sin(y) cos(x) + cos(y) sin(x)| <= 0, and the like for cos: the sum of their squares is 0 at x = 0
    and its derivative vanishes."""
    both = _differences()
    total = prove.ball_box(le(both[0] ** 2 + both[1] ** 2, 0), *_quarter, outline=by_slope(_x, 0))
    goal = forall(*_quarter, holds=le(both[place] ** 2, 0))
    not_negative = prove.polynomial(le(0, _u**2), interval(_u, -sp.oo, sp.oo))
    return prove.monotone(
        "sqrt",
        prove.chain(
            goal, fact(not_negative, {_u: both[1 - place]}), adds(prove, both[place] ** 2, both[1 - place] ** 2), total
        ),
    )  # fmt: skip


@lemma("the addition theorem for the sine")
def sine_of_difference(prove: Proof) -> Step:
    """sin(y - x) = sin(y) cos(x) - cos(y) sin(x), as a bound for the difference."""
    return _addition(prove, 0)


@lemma("the addition theorem for the cosine")
def cosine_of_difference(prove: Proof) -> Step:
    """cos(y - x) = cos(y) cos(x) + sin(y) sin(x), as a bound for the difference."""
    return _addition(prove, 1)


angle = sp.asin(t) - sp.asin(t * r)
_w, _v = sp.sqrt(1 - t**2), sp.sqrt(1 - t**2 * r**2)
_values = {k: _w / t, d: angle, sine: t * _v - _w * t * r, cosine: _w * _v + t**2 * r}
"""With tau = asin(t): cot(tau), the difference of the angles, its sine and its cosine."""


def about_roots(prove: Proof) -> list[Use]:
    """|t r| <= 1, and the signs of t r, 1 - t^2, 1 - t^2 r^2 and of their roots."""
    shares = [prove.polynomial(relation, ratio, correlation) for relation in (
        le(-t * r, 1), le(0, t * r), le(t * r, 1), lt(t * r, t), lt(0, 1 - t**2 * r**2), lt(0, 1 - t**2))]  # fmt: skip
    return [*map(fact, shares), *(fact(prove.monotone("sqrt", step)) for step in shares[4:])]


def _about_angle(prove: Proof) -> list[Use]:
    """0 < d <= pi/2."""
    below = prove.monotone("asin", prove.polynomial(lt(t * r, t), ratio, correlation))
    first = prove.monotone("asin", prove.polynomial(le(0, t * r), ratio, correlation))
    last = prove.monotone("asin", prove.polynomial(le(t, 1), ratio))
    known = [
        fact(below), fact(first), fact(last), fact(prove.monotone("asin", prove.polynomial(le(0, t), ratio))),
        fact(prove.monotone("asin", prove.polynomial(le(t * r, 1), ratio, correlation))),
    ]  # fmt: skip
    small = prove.chain(
        frame.conclude(le(angle, sp.pi / 2)), *known, adds(prove, angle, sp.asin(t * r)), at(last, {}),
    )  # fmt: skip
    return [*known, fact(small)]


def _known(prove: Proof) -> list[Use]:
    """What the laws of a layer take for granted, of these numbers."""
    known, one = [*about_roots(prove), *_about_angle(prove)], interval(d, 0, sp.oo)
    places = {_y: sp.asin(t), _x: sp.asin(t * r)}
    for step, value, function in ((sine_of_difference, sine, sp.sin), (cosine_of_difference, cosine, sp.cos)):
        exact, near = function(angle), _values[value]
        for relation in abstract_law.given:
            if value not in (relation.lhs, relation.rhs) or relation.lhs.has(k):
                continue
            bound = prove.ball_box(relation.subs({value: function(d)}), one)
            if relation.lhs == value:
                links = adds(prove, near, exact - near), at(bound, {d: angle})
            else:
                links = at(bound, {d: angle}), adds(prove, exact, near - exact)
            goal = frame.conclude(relation.subs({value: near, d: angle}))
            known.append(fact(prove.chain(goal, *known[:14], fact(step(prove), places), *links)))
    return known


after = _values[k] * angle
"""1 - f(r) = k d."""


@lemma("a layer of erf on its critical line leaves a gap")
def after_positive(prove: Proof) -> Step:
    """0 < k d."""
    product = prove.polynomial(lt(0, _u * _y / t), interval(_u, 0, sp.oo, "("), interval(_y, 0, sp.oo, "("), ratio)
    return prove.chain(
        frame.conclude(lt(0, after)), *about_roots(prove), *_about_angle(prove), at(product, {_u: _w, _y: angle})
    )


def _layer_law(prove: Proof, name: str) -> Step:
    """One of the laws of a layer, for erf."""
    known = _known(prove)
    positive = interval(_u, 0, sp.oo, "(")
    product = prove.polynomial(lt(0, _u * _y), positive, interval(_y, 0, sp.oo, "("))
    share = prove.polynomial(lt(0, _u / _y), positive, interval(_y, 0, sp.oo, "("))
    cotangent = _values[k]
    known += [
        fact(share, {_u: _w, _y: t}), fact(product, {_u: cotangent, _y: angle}), fact(share, {_u: _v, _y: t}),
        fact(prove.polynomial(le(0, r), correlation)),
    ]  # fmt: skip
    below = prove.chain(
        frame.conclude(le(cotangent * _values[sine], _values[cosine])), *known,
        adds(prove, cotangent * _values[sine], r),
    )  # fmt: skip
    return prove.chain(
        frame.conclude(concrete().laws()[name]), *known, fact(below), at(law(prove, name), _values)
    )  # fmt: skip


_proved: dict[str, Step] = {}


def layer_law(prove: Proof, name: str) -> Step:
    """One of the laws of a layer of erf, by its name in `Layer.laws`."""
    if name not in _proved:
        _proved[name] = named(f"one layer of erf on its critical line: {name}", _layer_law(prove, name))
    return _proved[name]
