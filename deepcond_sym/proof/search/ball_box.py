"""Untrusted: proposes the tree of cuts, slopes and enclosures that the rule "ball box" checks.

Where the enclosures leave a sign open, the box is cut through the variable that matters most; where both sides meet at
an end, a derivative is tried there (up to MOST_DERIVATIVES of them, which is Taylor's formula). It gives up where the
inequality is certainly false, and when the number of boxes is spent; both times it names the box."""

import itertools
from collections.abc import Iterator
from typing import Any

import sympy as sp

from ..elementary import Box, Enclosure, by_angle, describe, named, vanishes, without
from ..encoding import decode_term, encode_term
from ..language import Term, substitute, term
from ..step import RuleFailure

MOST_BOXES = 3000
MOST_DERIVATIVES = 7
MOST_CUTS = 60

_SHARES = sorted(
    [sp.Rational(1, 10**k) for k in (1, 2, 3, 5, 7)]
    + [1 - sp.Rational(1, 10**k) for k in (1, 2, 3, 5, 7)]
    + [sp.Rational(k, 12) for k in range(2, 11, 2)]
)


def cut(symbol: sp.Symbol, where: object, below: Any = None, above: Any = None) -> Any:
    """An outline that begins with a cut; `below` and `above` are outlines, None where the search goes on.

    >>> cut(sp.Symbol("x", real=True), "1/2")
    ['split', 'x', '1/2', None, None]
    """
    return ["split", symbol.name, encode_term(term(where)), below, above]


def slope(symbol: sp.Symbol, side: int, derivative: Any = None, at_end: Any = None) -> Any:
    """An outline by the derivative away from the lower (0) or the upper (1) end, and the value at that end."""
    return ["slope", symbol.name, side, derivative, at_end]


def angle(symbol: sp.Symbol, outline: Any = None) -> Any:
    """An outline that puts the cosine of an angle for x; half the angle of x is named x_half_angle."""
    return ["angle", symbol.name, outline]


def product(*factors: Any) -> Any:
    """An outline by factors; a factor is a term, or a pair of a term and its outline."""
    return ["factors", *map(_part, factors)]


def total(*terms: Any) -> Any:
    """An outline by terms of a sum, the one that is to be positive first."""
    return ["terms", *map(_part, terms)]


def _part(part: Any) -> Any:
    expression, outline = part if isinstance(part, tuple) else (part, None)
    return [encode_term(term(expression)), outline]


class _Stuck(Exception):
    """No tree: the message says why and where."""


def search(f: Term, box: Box, out: Any, strict: bool, sides: tuple[Term, ...], hints: dict[str, Any]) -> Any:
    """A tree that shows f >= 0 (> 0) on the box, or ["stuck", why].

    `hints` may hold "boxes", the number of boxes, and "outline", the beginning of a tree with null where it is to be
    continued.
    """
    explorer = _Explorer(int(hints.get("boxes", MOST_BOXES)))
    for point in _samples(box):
        if _certainly_negative(f, point):
            at = ", ".join(f"{symbol} = {value}" for symbol, value in point.items())
            return ["stuck", f"it is false at {at or 'these numbers'}"]
    try:
        return explorer.fill(hints.get("outline"), f, box, out, strict, sides)
    except _Stuck as stuck:
        return ["stuck", str(stuck)]


class _Explorer:
    def __init__(self, boxes: int) -> None:
        self.boxes = boxes
        self.left = boxes
        self.meeting: dict[Any, bool] = {}

    def fill(self, outline, f, box, out, strict, sides=()) -> Any:
        """The tree that begins as the outline says."""
        if outline is None:
            return self.grow(f, box, out, strict, sides)
        kind, *parts = outline
        if kind == "split":
            name, cut, *below = parts
            symbol = named(box, name)
            halves = _halves(box, out, symbol, decode_term(cut))
            filled = [self.fill(part, f, *half, strict, sides) for part, half in zip(below, halves, strict=True)]
            return [kind, name, cut, *filled]
        if kind == "slope":
            name, side, derivative, at_end = parts
            symbol = named(box, name)
            end = box[symbol][side]
            left_out = end.is_infinite or (symbol, side) in out
            rising = self.fill(derivative, (-1) ** side * sp.diff(f, symbol), box, out, strict and left_out)
            if end.is_infinite:
                return [kind, name, side, rising, None]
            value = self.fill(at_end, substitute(f, {symbol: end}), without(box, symbol), out, strict and not left_out)
            return [kind, name, side, rising, value]
        if kind == "angle":
            turned, angles, left_out = by_angle(f, box, out, named(box, parts[0]))
            return [kind, parts[0], self.fill(parts[1], turned, angles, left_out, strict)]
        return [
            kind,
            *(
                [part, self.fill(below, decode_term(part), box, out, strict and (kind == "factors" or i == 0))]
                for i, (part, below) in enumerate(parts)
            ),
        ]

    def grow(self, f, box, out, strict, sides=(), depth=0, order=0, cuts=MOST_CUTS) -> Any:
        self.left -= 1
        if self.left < 0:
            raise _Stuck(f"{self.boxes} boxes did not suffice; the last one was {describe(box)}, for 0 <= {f}")
        try:
            ranges = Enclosure(box)
            for side in sides:
                ranges.of(side)
            low, high = ranges.of(f)
        except RuleFailure as failure:
            return self._cut(f, box, out, strict, sides, depth, order, cuts, None, str(failure))
        if low > 0 or (low >= 0 and not strict):
            return ["plain"]
        if strict and low >= 0 and _is_product_of_powers(f, ranges):
            return ["powers"]
        if high < 0 or (strict and high <= 0) or _certainly_negative(f, {s: _middle(*ends) for s, ends in box.items()}):
            raise _Stuck(f"it is false in {describe(box)}, where {f} is not positive")
        if not strict and self._meets(f):
            return ["zero"]
        if not box:
            raise _Stuck(f"the sign of {f} is not decided")
        for symbol, ends in box.items():
            meets = any(end in (-1, 1) and self._meets_at(f, symbol, end) for end in ends)
            if meets and ends[0] >= -1 and ends[1] <= 1 and _is_about_an_angle(f, symbol):
                turned, angles, left_out = by_angle(f, box, out, symbol)
                return ["angle", symbol.name, self.grow(turned, angles, left_out, strict, (), depth, order, cuts)]
        slopes = {symbol: _slope(f, symbol, ranges) for symbol in box}
        if all(slopes.values()) and not any(end.is_infinite for ends in box.values() for end in ends):
            bound = ranges.centred(f, box)
            if bound > 0 or (bound >= 0 and not strict):
                return ["centred"]
        for side, symbol in ((side, symbol) for symbol in box for side in (0, 1)):
            tree = self._by_slope(f, box, out, strict, symbol, side, slopes[symbol], order)
            if tree:
                return tree
        return self._cut(f, box, out, strict, sides, depth, order, cuts, slopes, "")

    def _by_slope(self, f, box, out, strict, symbol, side, slope, order) -> Any:
        """By a derivative of one sign, or, where f vanishes at the end, by showing the sign of the derivative."""
        end = box[symbol][side]
        left_out = end.is_infinite or (symbol, side) in out
        if slope is None or order >= MOST_DERIVATIVES:
            return None
        derivative = (-1) ** side * sp.diff(f, symbol)
        least = slope[0] if side == 0 else -slope[1]
        rising = ["plain"] if least > 0 or (least >= 0 and not (strict and left_out)) else None
        if least >= 0 and not rising and _is_product_of_powers(derivative, Enclosure(box)):
            rising = ["powers"]
        if end.is_infinite:
            try:
                limit = Enclosure({**box, symbol: (end, end)}, within=Enclosure(box)).of(f)[0]
            except RuleFailure:
                return None
            return ["slope", symbol.name, side, rising, None] if rising and limit >= 0 else None
        if rising:
            at_end = self.grow(substitute(f, {symbol: end}), without(box, symbol), out, strict and not left_out)
            return ["slope", symbol.name, side, rising, at_end]
        if (strict and not left_out) or not self._meets_at(f, symbol, end):
            return None
        try:
            below = self.grow(derivative, box, out, strict, depth=MOST_CUTS, order=order + 1, cuts=0)
        except _Stuck:
            return None
        return ["slope", symbol.name, side, below, ["zero"]]

    def _cut(self, f, box, out, strict, sides, depth, order, cuts, slopes, why) -> Any:
        if depth >= cuts or not box:
            raise _Stuck(why or f"the sign of {f} is not decided in {describe(box)}")
        symbol = max(box, key=lambda s: _weight(box[s], slopes and slopes[s]))
        middle = _middle(*box[symbol])
        halves = [
            self.grow(f, part, ends, strict, sides, depth + 1, order, cuts)
            for part, ends in _halves(box, out, symbol, middle)
        ]
        return ["split", symbol.name, encode_term(middle), *halves]

    def _meets(self, f: Term) -> bool:
        """Whether f vanishes identically; most terms are told apart from 0 at a point."""
        if f not in self.meeting:
            self.meeting[f] = _may_vanish(f, {}) and vanishes(f)
        return self.meeting[f]

    def _meets_at(self, f: Term, symbol: sp.Symbol, end: Term) -> bool:
        if (f, symbol, end) not in self.meeting:
            meets = _may_vanish(f, {symbol: (end, end)}) and vanishes(substitute(f, {symbol: end}))
            self.meeting[f, symbol, end] = meets
        return self.meeting[f, symbol, end]


def _certainly_negative(f: Term, point: dict[sp.Symbol, Term]) -> bool:
    try:
        return bool(Enclosure({symbol: (value, value) for symbol, value in point.items()}).of(f)[1] < 0)
    except RuleFailure:
        return False


def _samples(box: Box) -> Iterator[dict[sp.Symbol, Term]]:
    """Points near the corners and inside, at distances that shrink geometrically."""
    axes = [[_towards(low, high, k) for k in range(len(_SHARES))] for low, high in box.values()]
    rows = itertools.product(*axes) if len(axes) <= 2 else (_row(axes, k) for k in range(400))
    for row in rows:
        yield dict(zip(box, row, strict=True))


def _row(axes: list[list[Term]], k: int) -> list[Term]:
    return [axis[(k * (2 * i + 1) + k // len(axis) * i) % len(axis)] for i, axis in enumerate(axes)]


def _towards(low: Term, high: Term, k: int) -> Term:
    share = _SHARES[k]
    if low.is_infinite or high.is_infinite:
        anchor, sign = (low, 1) if high.is_infinite and not low.is_infinite else (high, -1)
        length = share / (1 - share)
        return anchor + sign * length if not anchor.is_infinite else (1 - 2 * (k % 2)) * length
    return low + (high - low) * share


def _may_vanish(f: Term, fixed: Box) -> bool:
    point: dict[sp.Symbol, tuple[Term, Term]] = {}
    for k, symbol in enumerate(sorted(f.free_symbols, key=str)):
        point[symbol] = (sp.Rational(k + 2, 7), sp.Rational(k + 2, 7))
    try:
        low, high = Enclosure({**point, **fixed}).of(f)
    except RuleFailure:
        return True
    return bool(low <= 0 <= high)


def _is_product_of_powers(f: Term, ranges: Enclosure) -> bool:
    bases: list[Term] = [g.args[0] if g.is_Pow else g for g in sp.Mul.make_args(f)]
    return all(base.func is sp.exp or ranges.of(base)[0] > 0 for base in bases)


def _is_about_an_angle(f: Term, x: sp.Symbol) -> bool:
    """Whether f has an arc function or a root of 1 - x, 1 + x or 1 - x^2, which a half angle makes smooth."""
    if f.has(sp.acos(x), sp.asin(x)):
        return True
    roots = [power.base for power in f.atoms(sp.Pow) if power.exp.is_Rational and not power.exp.is_Integer]
    return any(sp.expand(root - root.subs(x, 0) * base) == 0 for root in roots for base in (1 - x, 1 + x, 1 - x**2))


def _halves(box, out, symbol, cut):
    low, high = box[symbol]
    yield {**box, symbol: (low, cut)}, out - {(symbol, 1)}
    yield {**box, symbol: (cut, high)}, out - {(symbol, 0)}


def _slope(f: Term, symbol: sp.Symbol, ranges: Enclosure) -> Any:
    try:
        return ranges.of(sp.diff(f, symbol))
    except RuleFailure:
        return None


def _weight(ends: Any, slope: Any) -> float:
    """How much a variable contributes to the width of the enclosure; half-lines come first."""
    if ends[0].is_infinite or ends[1].is_infinite:
        return float("inf")
    width = float(ends[1] - ends[0])
    if slope is None:
        return 10**9 * width
    reach = abs(slope[0]).max(abs(slope[1]))
    return width * (float(reach) if reach.is_finite() else 10**9)


def _middle(low: Term, high: Term) -> Term:
    """A rational number between the ends."""
    if low.is_infinite and high.is_infinite:
        return sp.S.Zero
    if high.is_infinite:
        return 2 * _above(low) + 1 if low >= 0 else sp.S.Zero
    if low.is_infinite:
        return -_middle(-high, sp.oo)
    middle = (low + high) / 2
    return middle if middle.is_Rational else sp.Rational(round(float(middle) * 2**30), 2**30)


def _above(end: Term) -> Term:
    return end if end.is_Rational else sp.ceiling(end)
