"""`NNGP` and `NTK`: the kernels of infinitely wide, deep networks for scikit-learn's Gaussian processes."""

from __future__ import annotations

from typing import Any

import numpy as np
import sympy as sp

from deepcond_sym.activations import Activation
from deepcond_sym.activations import activation as activation_of
from deepcond_sym.depth import DepthMap
from deepcond_sym.kernels import gram_kernel
from deepcond_sym.kernels.gram_problem import GramProblem

try:
    from sklearn.gaussian_process.kernels import Kernel
except ImportError as missing:
    raise ImportError("This needs scikit-learn: pip install 'deepcond-sym[sklearn]'.") from missing


class _NetworkKernel(Kernel):
    """What both have in common. All parameters are fixed as scikit-learn sees it: they are searched over a grid, not
    by gradients; a `ConstantKernel` times the kernel, plus a `WhiteKernel`, is fitted by gradients as usual."""

    _kind: str

    def __init__(
        self,
        activation: Activation | str | sp.Expr = "relu",
        depth: int = 1,
        weight_variance: Any = 1,
        bias_variance: Any = 0,
        normalize: bool = False,
        unit_rows: bool = False,
    ) -> None:
        self.activation = activation
        self.depth = depth
        self.weight_variance = weight_variance
        self.bias_variance = bias_variance
        self.normalize = normalize
        self.unit_rows = unit_rows

    def __call__(self, X: Any, Y: Any = None, eval_gradient: bool = False) -> Any:
        """The matrix of the kernel of the rows of X, or of these and those of Y; the gradient is empty.

        X has shape (n, d), Y (m, d). Raises `InputError` for a zero row and where `gram_kernel` does.
        """
        if eval_gradient and Y is not None:
            raise ValueError("Gradient can only be evaluated when Y is None.")
        first = np.atleast_2d(X)
        second = None if Y is None else np.atleast_2d(Y)
        values = gram_kernel(
            first, self._network(), self._kind, second, unit_rows=self.unit_rows, ratio=False
        ).values
        return (values, np.empty((*values.shape, 0))) if eval_gradient else values

    def diag(self, X: Any) -> np.ndarray:
        """The kernel of each row of X with itself, shape (n,)."""
        problem = GramProblem(
            np.atleast_2d(X), self._network(), self._kind, unit_rows=self.unit_rows, ratio=False
        )
        return problem.function.diagonal(problem.rows.norms)[0]

    def is_stationary(self) -> bool:
        """No: it depends on the norms and the angle."""
        return False

    def _network(self) -> DepthMap:
        sigma = activation_of(self.activation)
        return DepthMap(
            sigma.normalized() if self.normalize else sigma, self.depth, self.weight_variance, self.bias_variance
        )

    def __repr__(self) -> str:
        shown = ", ".join(f"{name}={value!r}" for name, value in self.get_params().items())
        return f"{type(self).__name__}({shown})"


class NNGP(_NetworkKernel):
    """The kernel of the Gaussian process that a network of infinite width is at initialisation.

    `activation`, `depth`, `weight_variance`, `bias_variance` are those of `DepthMap`; `normalize` gives the activation
    mean 0 and variance 1 under N(0, 1); `unit_rows` divides each input by its norm.

    >>> kernel = NNGP("relu", depth=2, weight_variance=2)
    >>> kernel(np.array([[1.0, 0.0], [0.0, 2.0]])).round(4).tolist()
    [[1.0, 0.9875], [0.9875, 4.0]]

    Source: derived here; the convention is that of `DepthMap`.
    """

    _kind = "nngp"


class NTK(_NetworkKernel):
    """The tangent kernel: Gaussian process regression with it is the trained network of infinite width.

    The parameters are those of `NNGP`. Refused for activations with jumps, which have no tangent kernel.

    >>> NTK("relu", depth=1, weight_variance=2)(np.array([[1.0, 0.0]]), np.array([[0.0, 1.0], [1.0, 0.0]])).round(4)
    array([[0.3183, 2.    ]])

    Source: derived here; the convention is that of `DepthMap`.
    """

    _kind = "ntk"
