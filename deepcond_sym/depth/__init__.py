"""Depth: variances, kernels and tangent kernels after any number of layers, and the phase they end in."""

from .abel import abel_limit
from .deep_relu import relu_ntk_ratio
from .koenigs import koenigs_limit
from .maps import DepthMap
from .phase import Phase, phase

__all__ = ["DepthMap", "Phase", "abel_limit", "koenigs_limit", "phase", "relu_ntk_ratio"]
