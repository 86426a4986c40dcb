"""`Float64Program`: an expression for arrays of doubles that resorts to balls where doubles fail."""

from __future__ import annotations

from typing import Any

import numpy as np
import sympy as sp
from flint import arb

from deepcond_sym.errors import InputError

from .ball import ball
from .float64 import Unguarded
from .nearest_double import nearest_to_ball
from .program import Program

_LARGE, _SMALL = arb(2) ** 1000, arb(2) ** -1000


class Float64Program:
    """An expression for doubles: fast where nothing leaves their range, and through balls where something does.

    An intermediate result that underflows is as bad as one that overflows: a root of it has lost its digits, a step on
    it has changed sides, and nothing in the final value tells. Raises `InputError` where the expression has no real
    value. Never NaN, never a warning.

    >>> from deepcond_sym.symbols import x
    >>> softplus = Float64Program(sp.log(1 + sp.exp(x)), (x,))
    >>> softplus(np.array([-40.0, 0.0, 1000.0]))
    array([4.24835426e-18, 6.93147181e-01, 1.00000000e+03])
    """

    def __init__(self, expression: sp.Expr, variables: tuple[sp.Symbol, ...]) -> None:
        self.expression = expression
        self.variables = variables
        self._fast = Program(expression, variables, Unguarded())
        self._balls = Program(expression, variables, ball)
        # Constants outside the range of doubles leave all the work to the balls. (SymPy leaves no constant 0 in a sum.)
        self._extreme = any(abs(c) > _LARGE or 0 < abs(c) < _SMALL for c in self._balls.all_constants())

    def __call__(self, *arguments: Any) -> Any:
        shape = np.broadcast_shapes(*[np.shape(argument) for argument in arguments])
        if self._extreme:
            return self._slow(arguments, shape)
        try:
            with np.errstate(all="raise"):
                value = self._fast(*arguments)
        except FloatingPointError:
            return self._slow(arguments, shape)
        if np.shape(value) != shape or any(value is argument for argument in arguments):
            return np.broadcast_to(value, shape).copy()[()]
        return value

    def _slow(self, arguments: tuple[Any, ...], shape: tuple[int, ...]) -> Any:
        """Halve the array until the elements that fail are alone, and give those to balls."""
        if not shape:
            return self._certified(tuple(np.float64(argument) for argument in arguments))
        spread = [np.broadcast_to(argument, shape).reshape(-1) for argument in arguments]
        size = spread[0].size
        if size == 1:
            return np.reshape(self._certified(tuple(part[0] for part in spread)), shape)
        halves = [self(*[part[piece] for part in spread]) for piece in (slice(size // 2), slice(size // 2, size))]
        return np.concatenate(halves).reshape(shape)

    def _certified(self, arguments: tuple[Any, ...]) -> np.float64:
        place = ", ".join(f"{variable} = {value}" for variable, value in zip(self.variables, arguments, strict=True))
        if not np.isfinite(arguments).all():
            raise InputError(f"{self.expression} has no finite value at {place}: give finite arguments.")
        points = [arb(float(argument)) for argument in arguments]
        return nearest_to_ball(lambda: self._balls(*points), f"{self.expression} at {place}")
