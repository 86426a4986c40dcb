"""`Arithmetic`: the law that the three number systems obey, so that a formula is written once."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from typing import Any

Branch = tuple[Callable[..., Any], Callable[..., Any]]
"""A value and the condition under which it holds, each a function of the arguments."""


class Arithmetic(ABC):
    """The real elementary functions in one number type.

    The law: every method is the mathematical function on the reals, evaluated in that number type.

    * `mp`: an `mpmath.mpf`, correct up to rounding at the current precision.
    * `ball`: a `flint.arb` that contains the true value for every point of the arguments; where a function is not
      defined on a whole argument the ball is NaN, which means "cannot say".
    * `float64`: NumPy scalars and arrays, elementwise.

    Outside the real domain `mp` and `float64` raise `InputError`: none of the three answers with a complex number.
    `sign(0) = 0` and `step(0) = 1/2`. Numbers combine with the usual operators.

    >>> from deepcond_sym.arithmetic import ball, float64, mp
    >>> def relu_dual_at_zero(arithmetic):
    ...     return 1 / (2 * arithmetic.pi())
    >>> float(relu_dual_at_zero(float64)) == float(relu_dual_at_zero(mp))
    True
    >>> relu_dual_at_zero(ball)
    [0.159154943091895 +/- 3.57e-16]
    """

    name: str

    @abstractmethod
    def constant(self, value: Any) -> Any:
        """An exact constant (int, Fraction, exact SymPy number, decimal or fraction string) in this number type.

        `mp` and `ball` refuse Python floats, which are rarely the number that was meant. Raises `InputError`.
        """

    def number(self, value: Any) -> Any:
        """An argument in this number type: numbers of the type itself pass, all else goes through `constant`."""
        return self.constant(value)

    @abstractmethod
    def constant_key(self) -> int:
        """What the value of a constant depends on (the working precision): a cache key."""

    @abstractmethod
    def pi(self) -> Any: ...
    @abstractmethod
    def exp(self, x: Any) -> Any: ...
    @abstractmethod
    def expm1(self, x: Any) -> Any:
        """exp(x) - 1, with full relative accuracy near 0."""

    @abstractmethod
    def log(self, x: Any) -> Any: ...
    @abstractmethod
    def log1p(self, x: Any) -> Any:
        """log(1 + x), with full relative accuracy near 0."""

    @abstractmethod
    def sqrt(self, x: Any) -> Any: ...
    @abstractmethod
    def sin(self, x: Any) -> Any: ...
    @abstractmethod
    def cos(self, x: Any) -> Any: ...
    @abstractmethod
    def tan(self, x: Any) -> Any: ...
    @abstractmethod
    def sinh(self, x: Any) -> Any: ...
    @abstractmethod
    def cosh(self, x: Any) -> Any: ...
    @abstractmethod
    def tanh(self, x: Any) -> Any: ...
    @abstractmethod
    def asin(self, x: Any) -> Any: ...
    @abstractmethod
    def acos(self, x: Any) -> Any: ...
    @abstractmethod
    def atan(self, x: Any) -> Any: ...
    @abstractmethod
    def erf(self, x: Any) -> Any: ...
    @abstractmethod
    def erfc(self, x: Any) -> Any: ...
    @abstractmethod
    def normal_pdf(self, x: Any) -> Any:
        """The standard normal density exp(-x^2/2)/sqrt(2 pi), with full relative accuracy in the tails."""

    @abstractmethod
    def normal_cdf(self, x: Any) -> Any:
        """The standard normal distribution function, with full relative accuracy in the lower tail."""

    @abstractmethod
    def power(self, x: Any, y: Any) -> Any:
        """x**y for an integer y and any x, or a rational or real y and x >= 0 (0**0 = 1)."""

    @abstractmethod
    def absolute(self, x: Any) -> Any: ...
    @abstractmethod
    def sign(self, x: Any) -> Any:
        """-1, 0 or 1."""

    @abstractmethod
    def step(self, x: Any) -> Any:
        """0 for x < 0, 1/2 at 0, 1 for x > 0."""

    @abstractmethod
    def maximum(self, a: Any, b: Any) -> Any: ...
    @abstractmethod
    def minimum(self, a: Any, b: Any) -> Any: ...
    @abstractmethod
    def less(self, a: Any, b: Any) -> Any:
        """Whether a < b: True, False, or None where a ball cannot tell (an array of truth values in float64)."""

    @abstractmethod
    def equal(self, a: Any, b: Any) -> Any:
        """Whether a = b, answered as in `less`."""

    @abstractmethod
    def negate(self, a: Any) -> Any:
        """Logical not; None stays None."""

    @abstractmethod
    def both(self, a: Any, b: Any) -> Any:
        """Logical and; None where the known half does not decide."""

    def either(self, a: Any, b: Any) -> Any:
        """Logical or; None where the known half does not decide."""
        return self.negate(self.both(self.negate(a), self.negate(b)))

    @abstractmethod
    def piecewise(self, branches: Sequence[Branch], arguments: tuple[Any, ...]) -> Any:
        """The value of the first branch whose condition holds; each branch is a pair (value, condition) of functions.

        A branch is only evaluated where it is selected, so that its formula need not make sense elsewhere. A ball that
        cannot decide a condition (also where the condition has no value) returns the hull of what remains possible.
        """

    def __repr__(self) -> str:
        return self.name

    def __reduce__(self) -> tuple[Callable[[str], Arithmetic], tuple[str]]:
        return (by_name, (self.name,))


def by_name(name: str) -> Arithmetic:
    """The arithmetic of that name; used to unpickle the three singletons.

    >>> by_name("ball")
    ball
    """
    from deepcond_sym import arithmetic
    from deepcond_sym.errors import InputError

    if name not in {"mp", "ball", "float64"}:
        raise InputError(f"{name!r} is not an arithmetic: use 'mp', 'ball' or 'float64'.")
    return getattr(arithmetic, name)
