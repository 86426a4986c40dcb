"""`TorchArithmetic`: the elementary functions on tensors of PyTorch, so that a smooth formula runs there unchanged."""

from __future__ import annotations

import math
from typing import Any

from deepcond_sym.arithmetic import Arithmetic, float64


class TorchArithmetic(Arithmetic):
    """Numbers are tensors of any float type and on any device, elementwise and differentiable; constants are doubles.

    For smooth formulas only: those of the pieces of an activation, which is chosen piece by piece outside. Overflow
    gives inf, and NaN in a gradient that passes through it. `torch` is the module itself, so that nothing here imports
    it.

    Source: textbook definitions.
    """

    name = "torch"

    def __init__(self, torch: Any) -> None:
        self.torch = torch

    def constant(self, value: Any) -> Any:
        """The nearest double of an exact constant, as a tensor without dimensions: such a one takes the type of the
        others."""
        return self.torch.tensor(float(float64.constant(value)), dtype=self.torch.float64)

    def number(self, value: Any) -> Any:
        return value

    def constant_key(self) -> int:
        return 53

    def pi(self) -> Any:
        return math.pi

    def exp(self, x: Any) -> Any:
        return self.torch.exp(x)

    def expm1(self, x: Any) -> Any:
        return self.torch.expm1(x)

    def log(self, x: Any) -> Any:
        return self.torch.log(x)

    def log1p(self, x: Any) -> Any:
        return self.torch.log1p(x)

    def sqrt(self, x: Any) -> Any:
        return self.torch.sqrt(x)

    def sin(self, x: Any) -> Any:
        return self.torch.sin(x)

    def cos(self, x: Any) -> Any:
        return self.torch.cos(x)

    def tan(self, x: Any) -> Any:
        return self.torch.tan(x)

    def sinh(self, x: Any) -> Any:
        return self.torch.sinh(x)

    def cosh(self, x: Any) -> Any:
        return self.torch.cosh(x)

    def tanh(self, x: Any) -> Any:
        return self.torch.tanh(x)

    def asin(self, x: Any) -> Any:
        return self.torch.asin(x)

    def acos(self, x: Any) -> Any:
        return self.torch.acos(x)

    def atan(self, x: Any) -> Any:
        return self.torch.atan(x)

    def erf(self, x: Any) -> Any:
        return self.torch.erf(x)

    def erfc(self, x: Any) -> Any:
        return self.torch.erfc(x)

    def normal_pdf(self, x: Any) -> Any:
        return self.torch.exp(-x * x / 2) / math.sqrt(2 * math.pi)

    def normal_cdf(self, x: Any) -> Any:
        return self.torch.erfc(-x * math.sqrt(0.5)) / 2

    def power(self, x: Any, y: Any) -> Any:
        return self.torch.pow(x, y if isinstance(y, self.torch.Tensor) else float(y))

    def absolute(self, x: Any) -> Any:
        return self.torch.abs(x)

    def sign(self, x: Any) -> Any:
        return self.torch.sign(x)

    def step(self, x: Any) -> Any:
        return (self.torch.sign(x) + 1) / 2

    def maximum(self, a: Any, b: Any) -> Any:
        return self.torch.maximum(a, b)

    def minimum(self, a: Any, b: Any) -> Any:
        return self.torch.minimum(a, b)

    def less(self, a: Any, b: Any) -> Any:
        return a < b

    def equal(self, a: Any, b: Any) -> Any:
        return a == b

    def negate(self, a: Any) -> Any:
        return self.torch.logical_not(a)

    def both(self, a: Any, b: Any) -> Any:
        return self.torch.logical_and(a, b)

    def piecewise(self, branches: Any, arguments: tuple[Any, ...]) -> Any:
        raise NotImplementedError("a formula is split into its pieces before it comes here")
