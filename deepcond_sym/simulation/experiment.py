"""`Experiment`: a random variable with bounded values, fixed by a name and exact parameters, that can be drawn."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

from deepcond_sym.activations import activation
from deepcond_sym.errors import InputError

from .array_activation import ArrayActivation, array_activation, quartile_sign

Value = str | Fraction
"""What a parameter is written as: the tag of an activation, or an exact number."""

MOST_NUMBERS = 2**28
"""Most Gaussian numbers that one run may draw: some seconds of work."""

NEAREST = Fraction(1, 2**20)
"""How near to 1 or -1 an inner product may be without being 1 or -1."""

ACTIVATIONS: Mapping[str, str] = {
    "relu": "relu", "erf": "erf", "tanh": "tanh", "sine": "sin", "hermite2": "hermite(2)", "quartile_sign": "",
}  # fmt: skip
"""The activations an experiment may name, each normalised; quartile_sign is sign(|x| - t), t = Phi^(-1)(3/4)."""


def experiment_activation(tag: str) -> ArrayActivation:
    """The normalised activation of a tag in `ACTIVATIONS`.

    >>> experiment_activation("hermite2").value(np.array([1.0, 3.0]))
    array([0.        , 5.65685425])
    """
    return quartile_sign() if tag == "quartile_sign" else array_activation(activation(ACTIVATIONS[tag]).normalized())


def whole_from(least: int, most: int) -> Callable[[str, Value], int]:
    """A reader of integers in this range.

    >>> whole_from(1, 9)("width", Fraction(3))
    3
    """

    def read(name: str, value: Value) -> int:
        if not isinstance(value, Fraction) or value.denominator != 1 or not least <= value <= most:
            raise InputError(f"the {name} of an experiment is an integer from {least} to {most}, not {value}")
        return int(value)

    return read


def number_from(low: int | Fraction, high: int | Fraction) -> Callable[[str, Value], float]:
    """A reader of exact numbers in this range, as doubles.

    >>> number_from(-1, 1)("rho", Fraction(1, 2))
    0.5
    """

    def read(name: str, value: Value) -> float:
        if not isinstance(value, Fraction) or not low <= value <= high:
            raise InputError(f"the {name} of an experiment is a number from {low} to {high}, not {value}")
        return float(value)

    return read


def inner_product(name: str, value: Value) -> float:
    """A reader of inner products of unit vectors: -1, 1, and numbers that doubles tell from these with digits to spare.

    Deep networks drive near inputs apart: a double next to 1 in place of a number still nearer would have another mean.

    >>> inner_product("rho", Fraction(1))
    1.0
    """
    found = number_from(-1, 1)(name, value)
    if isinstance(value, Fraction) and 0 < 1 - abs(value) < NEAREST:
        raise InputError(f"the {name} of an experiment is -1, 1 or at least 2^-20 away from these, not {value}")
    return found


def tag_of_activation(name: str, value: Value) -> str:
    """A reader of tags.

    >>> tag_of_activation("activation", "erf")
    'erf'
    """
    if not isinstance(value, str) or value not in ACTIVATIONS:
        raise InputError(f"the {name} of an experiment is one of {', '.join(ACTIVATIONS)}, not {value}")
    return value


@dataclass(frozen=True)
class Experiment:
    """A random variable X with values in [low, high]; `counts` says that they are 0 and 1 (X is an event).

    `parameters` lists each parameter's name and reader; `numbers` tells how many Gaussians one sample takes, `draw`
    makes samples: draw(values, samples, seed). `meaning` is X in words.

    >>> from deepcond_sym.simulation.experiments import EXPERIMENTS
    >>> EXPERIMENTS["correlation"].read(("erf", Fraction(4), Fraction(1), Fraction(1, 2)))
    ('erf', 4, 1, 0.5)
    """

    name: str
    meaning: str
    parameters: tuple[tuple[str, Callable[[str, Value], Any]], ...]
    numbers: Callable[..., int]
    draw: Callable[[tuple[Any, ...], int, int], np.ndarray]
    low: Fraction = Fraction(0)
    high: Fraction = Fraction(1)
    counts: bool = True

    def read(self, values: tuple[Value, ...]) -> tuple[Any, ...]:
        """The parameters as Python values; InputError for one that the experiment does not take."""
        if len(values) != len(self.parameters):
            names = ", ".join(name for name, _ in self.parameters)
            raise InputError(f"the experiment {self.name} takes {names}")
        return tuple(read(name, value) for (name, read), value in zip(self.parameters, values, strict=True))

    def run(self, values: tuple[Value, ...], samples: int, seed: int) -> np.ndarray:
        """So many independent samples, the same for the same arguments; InputError for too much work."""
        exact = self.read(values)
        if samples * self.numbers(*exact) > MOST_NUMBERS:
            raise InputError(f"{samples} samples of {self.name} would draw more than 2^28 numbers: take fewer")
        found = np.asarray(self.draw(exact, samples, seed), dtype=np.float64)
        assert found.shape == (samples,)
        return found
