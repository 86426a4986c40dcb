"""Kernels of ReLU as a textbook programs them in NumPy: the specimens that the laws are tried on."""

import numpy as np


def layer(rho):
    """E[sigma sigma] at weight variance 2."""
    return (np.sqrt(1 - rho**2) + rho * (np.pi - np.arccos(rho))) / np.pi


def slope(rho):
    """E[sigma' sigma'] at weight variance 2."""
    return 1 - np.arccos(rho) / np.pi


def nngp(rho, depth=3):
    """The NNGP kernel of unit inputs."""
    for _ in range(depth):
        rho = np.clip(layer(rho), -1, 1)
    return rho


def ntk(rho, depth=3, start=1.0):
    """The tangent kernel of unit inputs; Theta^(0) = `start` rho."""
    theta = start * rho
    for _ in range(depth):
        theta = slope(rho) * theta
        rho = np.clip(layer(rho), -1, 1)
        theta = theta + rho
    return theta


def of_points(function):
    """The kernel of points of any norm."""

    def kernel(first, second):
        norms = np.outer(np.linalg.norm(first, axis=1), np.linalg.norm(second, axis=1))
        cosines = np.clip(first @ second.T / np.where(norms > 0, norms, 1), -1, 1)
        return norms * function(cosines)

    return kernel
