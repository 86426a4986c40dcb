"""`Bound`: the shape of all bounds on growth, and its arithmetic (derived here; each rule holds for every t >= 0)."""

from dataclasses import dataclass
from fractions import Fraction

from flint import arb, fmpq


def as_ball(value: Fraction) -> arb:
    """A rational number as a ball at the working precision.

    >>> as_ball(Fraction(1, 2)) == arb("0.5")
    True
    """
    return arb(fmpq(value.numerator, value.denominator))


@dataclass(frozen=True)
class Bound:
    """|f(x)| <= constant * (1 + t)^degree * exp(linear * t + gaussian * t^2) for t = |x|, all rates exact rationals."""

    constant: arb
    degree: Fraction = Fraction(0)
    linear: Fraction = Fraction(0)
    gaussian: Fraction = Fraction(0)

    @property
    def order(self) -> tuple[Fraction, Fraction, Fraction]:
        """The growth without the constant, compared like words: gaussian first, then linear, then degree."""
        return (self.gaussian, self.linear, self.degree)

    def plus(self, other: "Bound") -> "Bound":
        """A bound on the sum."""
        return self.join(other, self.constant + other.constant)

    def either(self, other: "Bound") -> "Bound":
        """A bound on both."""
        return self.join(other, self.constant.max(other.constant))

    def join(self, other: "Bound", constant: arb) -> "Bound":
        """The larger of each rate, with the given constant."""
        return Bound(
            constant.upper(),
            max(self.degree, other.degree),
            max(self.linear, other.linear),
            max(self.gaussian, other.gaussian),
        )

    def times(self, other: "Bound") -> "Bound":
        """A bound on the product."""
        return Bound(
            (self.constant * other.constant).upper(),
            self.degree + other.degree,
            self.linear + other.linear,
            self.gaussian + other.gaussian,
        )

    def power(self, exponent: Fraction) -> "Bound":
        """A bound on the power, for exponent >= 0."""
        constant = self.constant ** arb(fmpq(exponent.numerator, exponent.denominator)) if self.constant > 0 else arb(0)
        return Bound(constant.upper(), self.degree * exponent, self.linear * exponent, self.gaussian * exponent)

    def value(self, t: arb) -> arb:
        """The bound at t = |x|.

        >>> Bound(arb(2), degree=Fraction(1)).value(arb(3)) == 8
        True
        """
        exponent = as_ball(self.linear) * t + as_ball(self.gaussian) * t * t
        return self.constant * (1 + t) ** as_ball(self.degree) * exponent.exp()
