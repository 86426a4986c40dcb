"""Simulation: random networks of finite width, their kernels, and named experiments with bounded outcomes."""

from .array_activation import ArrayActivation, array_activation, quartile_sign
from .layerwise import PairKernels, simulate_pair
from .network import Kernels, simulate

__all__ = [
    "ArrayActivation",
    "Kernels",
    "PairKernels",
    "array_activation",
    "quartile_sign",
    "simulate",
    "simulate_pair",
]
