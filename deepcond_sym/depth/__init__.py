"""Depth: variances, kernels and tangent kernels after any number of layers, and the phase they end in."""

from .maps import DepthMap
from .phase import Phase, phase

__all__ = ["DepthMap", "Phase", "phase"]
