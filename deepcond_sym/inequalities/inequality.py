"""`Inequality`: a relation between kernel quantities of one network, such as ntk(rho)/ntk(1) <= 2*nngp(rho)."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, NamedTuple, cast

import numpy as np
import sympy as sp
from flint import arb

from deepcond_sym.activations import parse_expression
from deepcond_sym.arithmetic import Arithmetic, ball, float64, lower
from deepcond_sym.depth import DepthMap
from deepcond_sym.errors import AccuracyError, InputError
from deepcond_sym.symbols import rho

_RELATION = re.compile(r"<=|>=|<|>")
_KINDS = ("nngp", "ntk", "dual")
_LARGEST_DEPTH = 100_000
_SLACK = 2.0**-40
"""How far the ball of a cosine may reach beyond -1 and 1, by rounding."""


class Call(NamedTuple):
    """A kernel of some layers at a cosine, which may be given by other calls."""

    kind: str
    depth: int
    cosine: sp.Expr


class Inequality:
    """Two formulas in rho, `nngp(c)`, `ntk(c)` and `dual(c)`, at any cosine c, and which of them is the smaller.

    `nngp` and `ntk` are the kernels of the network; with two arguments, `ntk(3, rho)`, those of 3 of its layers;
    `dual(c)` is the kernel K^(1) of one layer. `L` is the depth of the network. `text` is the inequality as given,
    `left` and `right` are put so that it says left <= right, or left < right if `strict`. Raises `InputError`, before
    any work, for what is no such inequality.

    >>> found = Inequality("ntk(rho)/ntk(1) >= nngp(rho) - 1/10", DepthMap("relu", 2, weight_variance=2))
    >>> found.left, found.right, found.strict
    (nngp(2, rho) - 1/10, ntk(2, rho)/ntk(2, 1), False)
    """

    def __init__(self, text: str, network: DepthMap) -> None:
        self.text, self.network = text, network
        self._places: dict[Call, sp.Symbol] = {}
        self._networks: dict[int, DepthMap] = {}
        relations = _RELATION.findall(text)
        if len(relations) != 1:
            raise InputError(f"An inequality has one of <=, <, >=, > in it, not {len(relations)}: {text[:80]!r}.")
        sides = [self._side(part) for part in _RELATION.split(text)]
        self._left, self._right = sides if relations[0] in ("<", "<=") else sides[::-1]
        self.strict = relations[0] in ("<", ">")
        if any(call.kind == "ntk" for call in self._places):
            network._require_tangent_kernel()
        if not self._places and rho not in (self._left - self._right).free_symbols:
            raise InputError("The inequality is about numbers alone: name rho, nngp(rho) or ntk(rho) in it.")

    @property
    def left(self) -> sp.Expr:
        """The side that is claimed to be the smaller one."""
        return self._shown(self._left)

    @property
    def right(self) -> sp.Expr:
        """The other one."""
        return self._shown(self._right)

    def _side(self, text: str) -> sp.Expr:
        names = {"rho": rho, "L": sp.Integer(self.network.depth)}
        return parse_expression(text, names, {kind: (self._reader(kind), 1, 2) for kind in _KINDS})

    def _reader(self, kind: str) -> Callable[..., sp.Symbol]:
        """Calls stand in formulas as symbols, one for equal calls."""

        def read(*arguments: sp.Expr) -> sp.Symbol:
            if kind == "dual" and len(arguments) == 2:
                raise InputError("dual(c) is that of one layer: it takes one argument.")
            depth = arguments[0] if len(arguments) == 2 else sp.Integer(1 if kind == "dual" else self.network.depth)
            if not isinstance(depth, sp.Integer) or not 0 <= depth <= _LARGEST_DEPTH:
                raise InputError(f"The depth in {kind}(depth, c) is a number from 0 to {_LARGEST_DEPTH}, not {depth}.")
            call = Call("nngp" if kind == "dual" else kind, int(depth), arguments[-1])
            return self._places.setdefault(call, sp.Dummy(kind, real=True))

        return read

    def _shown(self, expression: sp.Expr) -> sp.Expr:
        for call, place in reversed(self._places.items()):
            function: Any = sp.Function(call.kind, real=True)
            expression = cast(sp.Expr, expression.subs(place, function(call.depth, call.cosine)))
        return expression

    def _layers(self, depth: int) -> DepthMap:
        own = self.network
        if depth not in self._networks:
            self._networks[depth] = DepthMap(
                own.activation, depth, own.weight_variance.value, own.bias_variance.value
            )
        return self._networks[depth]

    def floats(self, cosines: np.ndarray) -> np.ndarray:
        """left - right in float64: above 0 where the inequality seems to fail.

        >>> relu = DepthMap("relu", 1, weight_variance=2)
        >>> Inequality("nngp(rho) <= rho", relu).floats(np.array([0.0, 1.0])).round(6).tolist()
        [0.31831, 0.0]
        """

        def kernel(call: Call, cosine: Any) -> Any:
            inside = np.clip(np.asarray(cosine, dtype=np.float64), -1.0, 1.0)
            return getattr(self._layers(call.depth), call.kind)(inside)

        with np.errstate(all="ignore"):
            found = self._evaluated(self._left - self._right, cosines, float64, kernel)
        return np.broadcast_to(np.asarray(found, dtype=np.float64), cosines.shape)

    def sides(self, cosine: arb) -> tuple[arb, arb]:
        """Both sides at a cosine, exact or a ball of cosines, as balls at the current precision."""
        return self._ball(self._left, cosine), self._ball(self._right, cosine)

    def difference(self, cosine: arb) -> arb:
        """left - right over a ball of cosines, where what the sides have in common has cancelled."""
        return self._ball(self._left - self._right, cosine)

    def _ball(self, expression: sp.Expr, cosine: arb) -> arb:
        try:
            return arb(1) * self._evaluated(expression, cosine, ball, self._enclosed)
        except (InputError, AccuracyError):
            # A cosine that leaves [-1, 1], or a denominator that may be 0, for some point of the ball.
            return arb("nan")

    def _evaluated(
        self, expression: sp.Expr, cosine: Any, arithmetic: Arithmetic, kernel: Callable[[Call, Any], Any]
    ) -> Any:
        """The formula at a cosine; calls come after those that they depend on."""
        values: dict[sp.Symbol, Any] = {rho: cosine}
        for call, place in self._places.items():
            inside = lower(call.cosine, arithmetic, tuple(values))(*values.values())
            values[place] = kernel(call, inside)
        return lower(expression, arithmetic, tuple(values))(*values.values())

    def _enclosed(self, call: Call, cosine: Any) -> arb:
        """The kernel over a ball of cosines.

        It is a power series with coefficients >= 0, so its even and odd parts increase on [0, 1]: with E and O these
        parts, it lies between E(a) + O(a) and E(b) + O(b) on [a, b], between E(a) - O(b) and E(b) - O(a) on [-b, -a].
        """
        ball_of = arb(1) * cosine
        low, high = ball_of.lower(), ball_of.upper()
        if not (low >= -1 - _SLACK and high <= 1 + _SLACK):
            return arb("nan")
        # What lies beyond by rounding is -1 or 1.
        return self._between(call, max(low, arb(-1)), min(high, arb(1)))

    def _between(self, call: Call, low: arb, high: arb) -> arb:
        if low < 0 < high:
            return self._between(call, low, arb(0)).union(self._between(call, arb(0), high))
        if low == high:
            return self._at(call, low)
        if low >= 0:
            return self._at(call, low).union(self._at(call, high))
        near, far = self._parts(call, -high), self._parts(call, -low)
        return (near[0] - far[1]).union(far[0] - near[1])

    def _parts(self, call: Call, cosine: arb) -> tuple[arb, arb]:
        here, mirrored = self._at(call, cosine), self._at(call, -cosine)
        return (here + mirrored) / 2, (here - mirrored) / 2

    def _at(self, call: Call, cosine: arb) -> arb:
        return self._layers(call.depth).evaluate(call.kind, cosine, ball)
