"""`ScaledFloat`: a positive float64 with an exponent of its own, for sequences that overflow."""

from __future__ import annotations

import math
from dataclasses import dataclass

from deepcond_sym.errors import AccuracyError


@dataclass(frozen=True)
class ScaledFloat:
    """mantissa * 2^exponent with 1/2 <= mantissa < 1, or 0.

    >>> value = ScaledFloat.of(1e300).power(10.0).times(3.0)
    >>> abs(value.log() - 3000 * math.log(10) - math.log(3)) < 1e-9, float(value)
    (True, inf)
    """

    mantissa: float
    exponent: int = 0

    @classmethod
    def of(cls, value: float, exponent: int = 0) -> ScaledFloat:
        """value * 2^exponent."""
        mantissa, shift = math.frexp(value)
        return cls(mantissa, shift + exponent if mantissa else 0)

    def times(self, factor: float) -> ScaledFloat:
        return ScaledFloat.of(self.mantissa * factor, self.exponent)

    def plus(self, value: float) -> ScaledFloat:
        """The sum with an ordinary non-negative float."""
        if self.mantissa == 0:
            return ScaledFloat.of(value)
        if value == 0 or self.exponent > 1200:
            return self
        if self.exponent < -1200:
            return ScaledFloat.of(value)
        other = ScaledFloat.of(value)
        top = max(self.exponent, other.exponent)
        parts = (math.ldexp(part.mantissa, part.exponent - top) for part in (self, other))
        return ScaledFloat.of(math.fsum(parts), top)

    def power(self, degree: float) -> ScaledFloat:
        """Raised to a degree >= 0. Raises `AccuracyError` once even the logarithm would overflow."""
        if not float(degree).is_integer():
            turns = degree * self.exponent
            whole = math.floor(turns)
            return ScaledFloat.of(self.mantissa**degree * 2.0 ** (turns - whole), whole)
        exponent = int(degree) * self.exponent
        if exponent.bit_length() > 1000:
            raise AccuracyError("Even the logarithm of the variance overflows float64: lower the depth, or use bits=.")
        return ScaledFloat.of(self.mantissa**degree, exponent)

    def over(self, other: ScaledFloat) -> float:
        """The ratio as a float; 0 or inf where it leaves the range."""
        return float(ScaledFloat.of(self.mantissa / other.mantissa, self.exponent - other.exponent))

    def log(self) -> float:
        return math.log(self.mantissa) + self.exponent * math.log(2) if self.mantissa else -math.inf

    def __float__(self) -> float:
        if self.exponent > 1024:
            return math.inf
        return math.ldexp(self.mantissa, max(self.exponent, -2000))
