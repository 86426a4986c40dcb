"""`Layer`: one layer of a peer in a deep network, and the network of ours that it claims to be."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

Kernel = Callable[[np.ndarray, np.ndarray], np.ndarray]


@dataclass(frozen=True)
class Layer:
    """`make()` gives the peer's kernel, a function of two arrays of points; the rest is what `check_kernel` is told.

    `examples` and `laws` are fewer where an exact value takes long. `known` names laws that the pinned version is known
    to break: the run ends with an error where it does not find them.
    """

    peer: str
    name: str
    make: Callable[[], Kernel]
    activation: str
    depth: int = 1
    weight_variance: Any = 1
    bias_variance: Any = 0
    kind: Literal["nngp", "ntk"] = "nngp"
    dtype: str = "float64"
    examples: int = 40
    laws: tuple[str, ...] | None = None
    known: tuple[str, ...] = ()

    @property
    def network(self) -> str:
        """In a few words."""
        words = [self.kind.upper(), f"L = {self.depth}"]
        if self.weight_variance != 1 or self.bias_variance != 0:
            words.append(f"variances {self.weight_variance}, {self.bias_variance}")
        if self.dtype != "float64":
            words.append(self.dtype)
        return ", ".join(words)
