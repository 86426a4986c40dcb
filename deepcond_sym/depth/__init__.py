"""Depth: variances, kernels and tangent kernels after any number of layers, and the phase they end in."""

from .abel import abel_limit
from .convolution import PixelKernels, convolution_kernels, pixel_correlations
from .correlation_path import correlation_path
from .critical_line import CriticalPoint, critical_line
from .deep_relu import relu_ntk_ratio
from .expansion import Fit, fit_expansion
from .koenigs import koenigs_limit
from .maps import DepthMap
from .phase import Phase, phase
from .phase_grid import PhaseGrid, phase_grid

__all__ = [
    "CriticalPoint",
    "DepthMap",
    "Fit",
    "Phase",
    "PhaseGrid",
    "PixelKernels",
    "abel_limit",
    "convolution_kernels",
    "correlation_path",
    "critical_line",
    "fit_expansion",
    "koenigs_limit",
    "phase",
    "phase_grid",
    "pixel_correlations",
    "relu_ntk_ratio",
]
