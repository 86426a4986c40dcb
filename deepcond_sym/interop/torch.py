"""`activation_module`: any activation, normalised or not, as a module of PyTorch, which is imported when it is called.
"""

from __future__ import annotations

from functools import lru_cache
from importlib import import_module
from typing import Any

import sympy as sp

from deepcond_sym.activations import Activation, Piece
from deepcond_sym.activations import activation as activation_of
from deepcond_sym.activations.piece import sample_of
from deepcond_sym.activations.roots import degree_bound
from deepcond_sym.arithmetic import float64, lower
from deepcond_sym.arithmetic.program import Program
from deepcond_sym.duals import NormalizedActivation
from deepcond_sym.symbols import x

from .torch_arithmetic import TorchArithmetic


def activation_module(source: Activation | str | sp.Expr, normalize: bool = False) -> Any:
    """A `torch.nn.Module` that applies the activation elementwise, in the type and on the device of its input.

    `source` is a name, text, SymPy expression or `Activation`; `normalize` gives it mean 0 and variance 1 under
    N(0, 1). It has no parameters and no buffers, so that it may replace any activation without a change to saved
    states; it pickles and copies. At a kink the derivative is that of the piece on the left, as in `torch.relu`, or 0
    where its formula gives no finite one; at a jump the value is that of the formula. Domain: exponentials must not
    overflow on the way, which for silu or softplus means |x| below 80 in float32 and below 700 in float64. Raises
    `ImportError` without PyTorch, `InputError` as `deepcond_sym.activation` does.

    >>> import torch                                                   # doctest: +SKIP
    >>> phi = activation_module("relu", normalize=True)                # doctest: +SKIP
    >>> phi                                                            # doctest: +SKIP
    ActivationModule(normalized relu)
    >>> phi(torch.tensor([-1.0, 0.0, 1.0]))                            # doctest: +SKIP
    tensor([-0.6833, -0.6833,  1.0295])

    Source: derived here; the normalised activation is that of agarwal2021, equation (2).
    """
    sigma = activation_of(source)
    return _module_class()(sigma.normalized() if normalize else sigma)


@lru_cache(maxsize=1)
def _arithmetic() -> TorchArithmetic:
    try:
        return TorchArithmetic(import_module("torch"))
    except ImportError as missing:
        raise ImportError("This needs PyTorch: pip install 'deepcond-sym[torch]'.") from missing


@lru_cache(maxsize=1)
def _module_class() -> Any:
    """The class, made when PyTorch is there: its base is one of PyTorch's."""
    torch = _arithmetic().torch

    class ActivationModule(torch.nn.Module):
        """An activation, elementwise."""

        def __init__(self, sigma: Activation) -> None:
            super().__init__()
            self.activation = sigma
            self._function = _Function(sigma)

        def forward(self, z: Any) -> Any:
            """sigma(z), of the shape of z."""
            return self._function(z)

        def extra_repr(self) -> str:
            """The name of the activation, in the print of a network."""
            return self.activation.name

        def __reduce__(self) -> tuple[Any, ...]:
            # The class lives in a function and programs do not pickle: the far end makes both anew.
            state = {name: value for name, value in self.__dict__.items() if name != "_function"}
            return activation_module, (self.activation,), state

    return ActivationModule


class _Function:
    """(sigma - shift)/scale on tensors: the formula of each piece where it holds, put together."""

    def __init__(self, sigma: Activation) -> None:
        self.torch = _arithmetic().torch
        self.shift, self.scale, base = 0.0, 1.0, sigma
        if isinstance(sigma, NormalizedActivation):
            base, (self.shift, self.scale) = sigma.base, sigma.constants_as_floats()
        self.pieces = [_TensorPiece(piece) for piece in base.pieces]
        value = lower(base.expr, float64)
        apart = {float(float64.constant(point)) for point in base.jumps}
        apart |= {piece.upper for piece in self.pieces[:-1] if not piece.is_closed}
        self.points = [(point, float(value(point))) for point in sorted(apart)]

    def __call__(self, z: Any) -> Any:
        result = self.pieces[0](z)
        for piece in self.pieces[1:]:
            result = self.torch.where(z > piece.lower, piece(z), result)
        for point, value in self.points:
            result = self.torch.where(z == point, value, result)
        return (result - self.shift) / self.scale if self.scale != 1 or self.shift else result


class _TensorPiece:
    """One smooth formula; outside its interval it is evaluated at a point inside, so that no gradient becomes NaN."""

    def __init__(self, piece: Piece) -> None:
        self.torch = _arithmetic().torch
        self.lower, self.upper = (_as_float(end) for end in (piece.lower, piece.upper))
        self.inside = float(float64.constant(sample_of(piece)))
        self.holds_anywhere = degree_bound(piece.expr) in (0, 1) or self.lower == -self.upper == -float("inf")
        self.run = Program(piece.expr, (x,), _arithmetic())
        self.is_closed = self.holds_anywhere or self._has_slope_at_the_end()

    def _has_slope_at_the_end(self) -> bool:
        """Whether what autograd makes of the formula is finite at the right end: not so for x sqrt(-x) at 0."""
        end = self.torch.tensor(self.upper, dtype=self.torch.float64, requires_grad=True)
        (slope,) = self.torch.autograd.grad(self.run(end), end)
        return bool(slope.isfinite())

    def __call__(self, z: Any) -> Any:
        if not self.holds_anywhere:
            before = z <= self.upper if self.is_closed else z < self.upper
            z = self.torch.where((z > self.lower) & before, z, self.inside)
        value = self.run(z)
        return value if value.shape == z.shape else value.to(z).expand_as(z)


def _as_float(end: sp.Expr) -> float:
    return float(end) if end in (sp.oo, -sp.oo) else float(float64.constant(end))
