"""Normalised activations: mean 0 and variance 1 under N(0, 1), with constants that are exact or deferred."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any

import sympy as sp
from flint import arb

from deepcond_sym.activations import Activation, Piece
from deepcond_sym.arithmetic import decimal, to_digits
from deepcond_sym.errors import InputError

if TYPE_CHECKING:
    from deepcond_sym.activations import Growth

MEAN, DEVIATION = sp.Symbol("m_sigma", real=True), sp.Symbol("s_sigma", positive=True)
"""What stands in the formula of a normalised activation for constants that have no closed form."""


class NormalizedActivation(Activation):
    """(base - m)/s, where m and s^2 are the mean and the variance under N(0, 1) of `reference`.

    `reference` is the base itself, except after `at_variance`, which changes the base only. The constants are not
    stored as numbers: the functions of `deepcond_sym.duals` compute them exactly, or as balls at the precision of the
    moment. Where they have no closed form (`has_exact_constants` is False), the symbols m_sigma and s_sigma stand for
    them in `expr`, and what needs the formula itself (`scaled`, `shifted`, `derivative`) raises InputError.

    >>> from deepcond_sym.activations import activation
    >>> normalized(activation("tanh")).expr
    tanh(x)/s_sigma
    >>> normalized(activation("abs")).expr
    (Abs(x) - sqrt(2)/sqrt(pi))/sqrt(1 - 2/pi)

    Source: derived here.
    """

    base: Activation
    reference: Activation
    has_exact_constants: bool

    def __init__(self, base: Activation, reference: Activation) -> None:
        from deepcond_sym.duals.moments import mean, second_moment

        first, second = mean(reference), second_moment(reference)
        exact = first is not None and second is not None
        shift = MEAN if first is None else first
        scale = sp.sqrt(sp.expand(second - shift**2)) if exact else DEVIATION  # pyright: ignore[reportOptionalOperand]
        pieces = tuple(Piece(p.lower, p.upper, (p.expr - shift) / scale) for p in base.pieces)
        for name, value in (
            ("name", f"normalized {base.name}"),
            ("expr", (base.expr - shift) / scale),
            ("pieces", pieces),
            ("base", base),
            ("reference", reference),
            ("has_exact_constants", exact),
        ):
            object.__setattr__(self, name, value)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, NormalizedActivation):
            return NotImplemented
        return (self.base, self.reference) == (other.base, other.reference)

    def __hash__(self) -> int:
        return hash(("normalized", self.base, self.reference))

    def __repr__(self) -> str:
        return f"NormalizedActivation({self.base!r}, {self.reference!r})"

    def __reduce__(self) -> tuple[Any, ...]:
        return (NormalizedActivation, (self.base, self.reference))

    @property
    def parity(self) -> str | None:  # pyright: ignore[reportIncompatibleVariableOverride]
        """"even" or "odd" where that follows from the base (an odd base has mean 0), else None."""
        return self.base.parity

    @property
    def jumps(self) -> tuple[sp.Expr, ...]:  # pyright: ignore[reportIncompatibleVariableOverride]
        """As for the base."""
        return self.base.jumps

    @property
    def kinks(self) -> tuple[sp.Expr, ...]:  # pyright: ignore[reportIncompatibleVariableOverride]
        """As for the base."""
        return self.base.kinks

    @property
    def growth(self) -> Growth:  # pyright: ignore[reportIncompatibleVariableOverride]
        """A bound on |base|: the normalised activation grows at the same rate, with another constant."""
        return self.base.growth

    @property
    def homogeneity(self) -> sp.Rational | None:  # pyright: ignore[reportIncompatibleVariableOverride]
        """The degree of the base if nothing is subtracted, else None."""
        return self.base.homogeneity if self.base.parity == "odd" else None

    @property
    def is_piecewise_polynomial(self) -> bool:  # pyright: ignore[reportIncompatibleVariableOverride]
        """As for the base."""
        return self.base.is_piecewise_polynomial

    @property
    def is_constant(self) -> bool:
        """Never: a constant activation cannot be normalised."""
        return False

    def at_variance(self, variance: Any) -> Activation:
        """x -> sigma(sqrt(v) x) with the same m and s."""
        return NormalizedActivation(self.base.at_variance(variance), self.reference)

    def derivative(self) -> Activation:
        """The derivative, where the constants are exact."""
        return self._exactly("derivative").derivative()

    def scaled(self, factor: Any) -> Activation:
        """a * sigma, where the constants are exact."""
        return self._exactly("multiple").scaled(factor)

    def shifted(self, constant: Any) -> Activation:
        """sigma + c, where the constants are exact."""
        return self._exactly("shift").shifted(constant)

    def tail_bound(self, radius: int | Fraction | sp.Rational | arb, power: int = 2, degree: int = 0) -> arb:
        """As for any activation; a bound for (|base| + |m|)^power/s^power, by convexity."""
        from deepcond_sym.duals.moments import shift_and_variance_ball

        shift, variance = shift_and_variance_ball(self)
        one = Activation("1", sp.S.One)
        if power < 1:
            return one.tail_bound(radius, power, degree)
        parts = self.base.tail_bound(radius, power, degree)
        parts += abs(shift) ** power * one.tail_bound(radius, power, degree)
        return (2 ** (power - 1) * parts / variance.sqrt() ** power).upper()

    def constants_as_floats(self) -> tuple[float, float]:
        """(m, s) as doubles, each correct to 18 digits before it is rounded.

        >>> from deepcond_sym.activations import activation
        >>> normalized(activation("tanh")).constants_as_floats()[0]
        0.0
        """
        from deepcond_sym.duals.moments import shift_and_variance_ball

        def mean():
            return shift_and_variance_ball(self)[0] + 1  # never 0, so that 20 digits exist

        def deviation():
            return shift_and_variance_ball(self)[1].sqrt()

        shifted, scale = (float(decimal(to_digits(question, 20), 18)) for question in (mean, deviation))
        return shifted - 1, scale

    def _exactly(self, what: str) -> Activation:
        if not self.has_exact_constants:
            raise InputError(
                f"The {what} of {self.name} has no exact formula, because its mean or variance has none: "
                "apply it to the activation before normalising."
            )
        return Activation(self.name, self.expr, self.pieces)


def normalized(activation: Activation) -> Activation:
    """(sigma - E[sigma])/sqrt(Var[sigma]), with constants that are exact or deferred to the precision of use.

    An activation that is known exactly to be normalised is returned as it is. Errors: InputError for a constant.

    >>> from deepcond_sym.activations import activation
    >>> normalized(activation("identity")).expr
    x

    Source: textbook.
    """
    from deepcond_sym.duals.moments import mean, second_moment

    if isinstance(activation, NormalizedActivation):
        # normalising is invariant under affine maps
        return activation if activation.base == activation.reference else normalized(activation.base)
    if activation.is_constant:
        raise InputError("A constant activation cannot be normalised: its variance is 0.")
    if mean(activation) == 0 and second_moment(activation) == 1:
        return activation
    return NormalizedActivation(activation, activation)
