"""`Envelope`: a bound on a function that grows with |x|, and the part of the plane that it makes negligible."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from flint import arb

from deepcond_sym.activations import Piece
from deepcond_sym.activations.growth import growth_of
from deepcond_sym.errors import AccuracyError, InputError


@dataclass(frozen=True)
class Envelope:
    """|f(x)| <= constant (1 + |x|)^degree exp(linear |x| + rate x^2), none of the exponents negative.

    >>> import sympy as sp
    >>> from deepcond_sym.symbols import x
    >>> envelope((Piece(-sp.oo, sp.oo, x**2),)).degree >= 2
    True
    """

    constant: arb
    degree: float
    linear: float
    rate: float

    def tail(self, radius: float, power: int) -> arb:
        """The integral of envelope(r)^2 r^(1 + power) exp(-r^2/2) over r > radius; infinite where no bound is seen.

        This bounds the mean of D^power |f(X) f(Y)| outside the disc S^2 + D^2 <= radius^2, for X, Y, D of size at most
        sqrt(S^2 + D^2). The logarithm of the integrand, with r < 1 + r, is concave: the integral is at most the value
        over minus the logarithmic slope at the start.

        Source: derived here.
        """
        r, exponent = arb(radius), arb(2 * self.degree + 1 + power)
        falling = (1 - 4 * arb(self.rate)) * r - 2 * arb(self.linear) - exponent / (1 + r)
        if not falling > 0:
            return arb("inf")
        size = (2 * arb(self.linear) * r - (1 - 4 * arb(self.rate)) * r**2 / 2).exp() * (1 + r) ** exponent
        return (self.constant**2 * size / falling).upper()

    def radius(self, bits: float, power: int) -> float:
        """A radius beyond which the tail is at most 2^-bits."""
        radius, target = 2.0, arb(2) ** -math.ceil(bits)
        while not self.tail(radius, power) <= target:
            radius *= 1.03
            if radius > 1e5:
                raise AccuracyError("The tails of this activation are too heavy for so many bits: ask for fewer.")
        return radius


def envelope(pieces: Sequence[Piece]) -> Envelope:
    """The envelope of the function with these pieces; InputError when no bound on its growth is known."""
    growth = growth_of(pieces)
    if not growth.is_square_integrable:
        raise InputError(f"No bound is known on the growth of {pieces[0].expr}.")
    bound = growth.bound
    return Envelope(bound.constant.upper(), _above(bound.degree), _above(bound.linear), _above(bound.gaussian))


def _above(value: object) -> float:
    """A double not below max(0, value)."""
    number = float(value)  # pyright: ignore[reportArgumentType]
    return math.nextafter(number, math.inf) if number > 0 else 0.0
