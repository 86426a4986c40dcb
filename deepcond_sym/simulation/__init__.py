"""Simulation: random networks of finite width, their kernels, and named experiments with bounded outcomes."""

from .array_activation import ArrayActivation, array_activation, quartile_sign
from .convolution import ImageKernels, simulate_convolution
from .layerwise import PairKernels, simulate_pair
from .lipschitz import lipschitz_constant
from .network import Kernels, simulate
from .relu_network import ReluNetwork

__all__ = [
    "ArrayActivation",
    "ImageKernels",
    "Kernels",
    "PairKernels",
    "ReluNetwork",
    "array_activation",
    "lipschitz_constant",
    "quartile_sign",
    "simulate",
    "simulate_convolution",
    "simulate_pair",
]
