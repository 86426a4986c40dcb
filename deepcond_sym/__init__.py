"""Derive, prove, refute and show what an infinitely wide, deep network does with an activation function.

The public names are listed here and nowhere else. They are imported when first used, so that the import is quick.

>>> import deepcond_sym as dc
>>> phi = dc.activation("relu").normalized()
>>> phi.nonlinearity
-pi/(-2 + 2*pi) + 1
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

if TYPE_CHECKING:
    from .activations import Activation, activation, catalog, parse_expression
    from .depth import (
        DepthMap,
        Phase,
        abel_limit,
        convolution_kernels,
        critical_line,
        koenigs_limit,
        phase,
        pixel_correlations,
        relu_ntk_ratio,
    )
    from .duals import Dual, HermiteSeries, dual
    from .errors import AccuracyError, DeadlineError, InputError
    from .kernels import (
        GramKernel,
        KernelMatrix,
        PredictorLimit,
        condition_number,
        critical_matrix,
        gram_kernel,
        lambda_max,
        lambda_min,
        nngp_matrix,
        ntk_matrix,
        ordered_predictor_limit,
        predictor_limit,
        predictor_weights,
    )
    from .proof import Claim, Verdict, verify
    from .simulation import simulate

_HOMES = {
    "Activation": "activations",
    "activation": "activations",
    "catalog": "activations",
    "parse_expression": "activations",
    "Dual": "duals",
    "HermiteSeries": "duals",
    "dual": "duals",
    "DepthMap": "depth",
    "Phase": "depth",
    "abel_limit": "depth",
    "convolution_kernels": "depth",
    "critical_line": "depth",
    "koenigs_limit": "depth",
    "phase": "depth",
    "pixel_correlations": "depth",
    "relu_ntk_ratio": "depth",
    "GramKernel": "kernels",
    "KernelMatrix": "kernels",
    "PredictorLimit": "kernels",
    "condition_number": "kernels",
    "critical_matrix": "kernels",
    "gram_kernel": "kernels",
    "lambda_max": "kernels",
    "lambda_min": "kernels",
    "nngp_matrix": "kernels",
    "ntk_matrix": "kernels",
    "ordered_predictor_limit": "kernels",
    "predictor_limit": "kernels",
    "predictor_weights": "kernels",
    "simulate": "simulation",
    "Claim": "proof",
    "Verdict": "proof",
    "verify": "proof",
    "AccuracyError": "errors",
    "DeadlineError": "errors",
    "InputError": "errors",
}

__all__ = [
    "AccuracyError",
    "Activation",
    "Claim",
    "DeadlineError",
    "DepthMap",
    "Dual",
    "GramKernel",
    "HermiteSeries",
    "InputError",
    "KernelMatrix",
    "Phase",
    "PredictorLimit",
    "Verdict",
    "abel_limit",
    "activation",
    "catalog",
    "condition_number",
    "convolution_kernels",
    "critical_line",
    "critical_matrix",
    "dual",
    "gram_kernel",
    "koenigs_limit",
    "lambda_max",
    "lambda_min",
    "nngp_matrix",
    "ntk_matrix",
    "ordered_predictor_limit",
    "parse_expression",
    "phase",
    "pixel_correlations",
    "predictor_limit",
    "predictor_weights",
    "relu_ntk_ratio",
    "simulate",
    "verify",
]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"deepcond_sym has no public name {name!r}; it has {', '.join(__all__)}")
    value = getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return [*__all__, "__version__"]
