"""One layer of erf on its critical line, for every bias variance at once.

With t = 2 q*/(1 + 2 q*) = sin(tau), k = cot(tau) and d = asin(t) - asin(t c), the gap 1 - c = k sin(d) + 1 - cos(d)
becomes k d, and the slope is k/(k cos(d) + sin(d)). In g = k d and d^2 all that is said of the layer is rational, once
the Taylor polynomials stand for sine and cosine: then k = g/d, and no case is left out as k tends to 0 or infinity."""

import sympy as sp

from deepcond_sym.proof import Proof, Relation, Step, at, fact, forall, interval, le, lt
from deepcond_sym.proof.proof import Use
from deepcond_sym.proof.tactics.lemma import lemma

g, D, w, z, x = sp.symbols("g D w z x", real=True)
"""The gap after the layer, d^2, two shares of the last Taylor terms, and g/(1 - d^2/3)."""

k, d, sine, cosine = sp.symbols("k d s_d c_d", real=True)
"""What takes the place of sin(d) and cos(d)."""

u, v = sp.symbols("u v", real=True)
_from_zero = {symbol: interval(symbol, 0, sp.oo) for symbol in (u, v)}
_any = interval(v, -sp.oo, sp.oo)
_most = sp.Rational(247, 100)
"""A little more than (pi/2)^2."""

_box = interval(D, 0, _most, "("), interval(w, 0, 1), interval(z, 0, 1)
_gap = interval(g, 0, 1, "(")
_s = 1 - D / 6 * (1 - D / 20 * (1 - w * D / 42))
_h = (1 - D / 12 * (1 - z * D / 30)) / 2
"""sin(d)/d and (1 - cos(d))/d^2."""


class Layer:
    """What a layer makes of the gap: before it, after it, the slope; and the constants of the critical line, by k^2."""

    def __init__(self, before: sp.Expr, after: sp.Expr, slope: sp.Expr, square: sp.Expr) -> None:
        self.before, self.after, self.slope, self.square = before, after, slope, square
        self.gain = 1 / (2 * square)
        self.loss = (3 + 2 * square) / (12 * square**2)
        self.rest = (1 + square) / (8 * square**3)
        self.least = 1 / (3 * square + 1)
        self.scale = 2 * square / 3

    @property
    def gained(self) -> sp.Expr:
        """What the layer adds to the inverse gap."""
        return 1 / self.after - 1 / self.before

    def tangent(self, offset: sp.Expr) -> sp.Expr:
        """The tangent kernel after the layer, if it was this much above 1/(3 A gap)."""
        return 1 - self.after + self.slope * (self.scale / self.before + offset)

    def laws(self) -> dict[str, Relation]:
        """What is true of every layer, where both gaps are in (0, 1]."""
        low, high = -10 * self.square / 9, sp.Rational(7, 6)
        third = self.gain - self.loss * self.after + self.rest * self.after**2
        return {
            "positive": lt(0, self.after),
            "shrinks": le(self.after, self.before),
            "slope positive": lt(0, self.slope),
            "slope": le(self.slope, 1),
            "gains": le(self.gained, self.gain),
            "gains nearly": le(self.gain - self.loss * self.after, self.gained),
            "gains third": le(self.gained, third),
            "gains least": le(self.least, self.gained),
            "tangent above": le(self.tangent(high), self.scale / self.after + high),
            "tangent below": le(self.scale / self.after + low, self.tangent(low)),
        }


def _rational() -> Layer:
    return Layer(g * _s + D * _h, g, g / (g * (1 - D * _h) + D * _s), g**2 / D)


abstract = Layer(k * sine + 1 - cosine, k * d, k / (k * cosine + sine), k**2)
"""The layer, with any numbers that lie between the Taylor polynomials for sine and cosine."""

_polynomials = {
    "sine from above": le(sine, d - d**3 / 6 + d**5 / 120),
    "sine from below": le(d - d**3 / 6 + d**5 / 120 - d**7 / 5040, sine),
    "cosine from above": le(cosine, 1 - d**2 / 2 + d**4 / 24),
    "cosine from below": le(1 - d**2 / 2 + d**4 / 24 - d**6 / 720, cosine),
}
abstract_law = forall(
    interval(k, 0, sp.oo, "("), interval(d, 0, sp.pi / 2, "("), interval(sine, -sp.oo, sp.oo),
    interval(cosine, -sp.oo, sp.oo), given=[*_polynomials.values(), le(k * sine, cosine)], holds=le(0, 0),
)  # fmt: skip

_shares = {
    D: d**2,
    w: 5040 * (d - d**3 / 6 + d**5 / 120 - sine) / d**7,
    z: 720 * (1 - d**2 / 2 + d**4 / 24 - cosine) / d**6,
}


def _in_range(prove: Proof) -> list[Use]:
    """The facts that d^2 is at most 247/100, and that the shares of the last Taylor terms are in [0, 1]."""
    angle = interval(d, 0, sp.oo, "(")
    small = prove.polynomial(le(d**2, _most), interval(d, 0, sp.pi / 2))
    known = [fact(small), fact(prove.polynomial(lt(0, d**2), angle))]
    itself = prove.polynomial(le(0, u), _from_zero[u])
    for last, power, name in ((5040, 7, "sine"), (720, 6, "cosine")):
        share, above = _shares[w if power == 7 else z], _polynomials[f"{name} from above"]
        below = _polynomials[f"{name} from below"]
        signs = le(0, last * u / d**power), le(last * (d**power / last - u) / d**power, 1)
        steps = [prove.polynomial(sign, angle, _from_zero[u]) for sign in signs]
        shown = [
            prove.chain(
                abstract_law.conclude(relation), fact(itself, {u: room.rhs - room.lhs}),
                at(step, {u: room.rhs - room.lhs}),
            )
            for relation, step, room in ((le(0, share), steps[0], above), (le(share, 1), steps[1], below))
        ]  # fmt: skip
        known += map(fact, shown)
    return known


def _of(step: Step, values: dict) -> dict:
    """Those of the values whose variables the step has."""
    return {v.symbol: values[v.symbol] for v in step.conclusion.variables}


@lemma("how far one layer of erf can close the gap")
def _range(prove: Proof) -> Step:
    """k d <= 1 - d^2/3: that is what the gap before the layer is at most 1 for."""
    bound = prove.polynomial(le((1 - D * _h - u) / _s, 1 - D / 3), *_box, _from_zero[u])
    positive = prove.polynomial(lt(0, _s), *_box)
    return prove.chain(
        abstract_law.conclude(le(k * d, 1 - d**2 / 3)), *_in_range(prove), fact(positive, _of(positive, _shares)),
        at(bound, {**_shares, u: cosine - k * sine}),
    )  # fmt: skip


def _on_polynomials(prove: Proof, name: str) -> Step:
    """One of the laws where polynomials stand for sine and cosine; some hold only for g <= 1 - d^2/3."""
    rational, width = _rational().laws()[name], 1 - D / 3
    if name not in ("gains least", "tangent below"):
        return prove.polynomial(rational, _gap, *_box)
    shown = prove.polynomial(rational.subs({g: x * width}), interval(x, 0, 1, "("), *_box)
    shares = lt(0, g / width), le((width - u) / width, 1)
    known = [prove.polynomial(share, _gap, *_box, _from_zero[u]) for share in shares]
    goal = forall(_gap, *_box, given=[le(g, width)], holds=rational)
    return prove.chain(goal, fact(known[0], {u: 0}), fact(known[1], {u: width - g}), at(shown, {x: g / width}))


def law(prove: Proof, name: str) -> Step:
    """One of the laws, of all numbers between the Taylor polynomials."""
    shown, values, angle = _on_polynomials(prove, name), {**_shares, g: k * d}, interval(d, 0, sp.pi / 2, "(")
    width, positive = 1 - d**2 / 3, interval(v, 0, sp.oo, "(")
    one = prove.chain(
        abstract_law.conclude(le(k * d, 1)), fact(_range(prove)),
        at(prove.polynomial(le(v, v + u), _any, _from_zero[u]), {v: k * d, u: width - k * d}),
        at(prove.polynomial(le(width, 1), angle), {}),
    )  # fmt: skip
    product = prove.polynomial(lt(0, k * d), *abstract_law.variables[:2])
    known = [*_in_range(prove), fact(_range(prove)), fact(one), fact(product)]
    inverse = prove.polynomial(lt(0, u / v), interval(u, 0, sp.oo, "("), positive)
    under = k * d * cosine + d * sine
    for polynomial, term in ((g * _s + D * _h, abstract.before), (g * (1 - D * _h) + D * _s, under)):
        sign = prove.polynomial(lt(0, polynomial), _gap, *_box)
        known += [
            fact(prove.chain(abstract_law.conclude(lt(0, term)), *known, at(sign, _of(sign, values)))),
            fact(inverse, {u: term, v: d}),
        ]  # fmt: skip
    return prove.chain(abstract_law.conclude(abstract.laws()[name]), *known, at(shown, _of(shown, values)))
