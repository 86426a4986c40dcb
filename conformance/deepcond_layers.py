"""Our own layers for neural-tangents: what `deepcond_sym.interop.neural_tangents` makes of an activation."""

from __future__ import annotations

from collections.abc import Iterator

from layer import Layer
from neural_tangents_layers import PEER, network

from deepcond_sym.interop.neural_tangents import elementwise

ACTIVATIONS = ["relu", "gelu", "erf", "sin", "abs", "x*exp(-x**2/2)"]


def layers() -> Iterator[Layer]:
    """Some closed forms, with the variances 9/4 and 1/4."""
    for name in ACTIVATIONS:
        for kind in ("nngp", "ntk"):
            made = network(lambda name=name: elementwise(name), 2, 1.5, 0.5, kind)
            yield Layer(f"ours in {PEER}", name, made, name, 2, "9/4", "1/4", kind)
