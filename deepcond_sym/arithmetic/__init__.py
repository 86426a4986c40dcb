"""Three number systems with one interface: digits (`mp`), proof (`ball`) and speed (`float64`)."""

from . import pickling as _pickling
from .accuracy import to_digits, to_relative
from .ball import ball
from .balls import (
    ball_from_exact,
    ball_from_mp,
    certainly_at_most,
    certainly_equal,
    certainly_less,
    certainly_positive,
    contains,
    decimal,
    exact,
    hull,
    mp_from_ball,
)
from .base import Arithmetic
from .exact import exact_expression, exact_number
from .float64 import float64
from .integrate import integrate
from .lower import lower
from .mp import mp
from .precision import precision, working_bits
from .symmetric import determinant, extreme_eigenvalues

_pickling.register()

__all__ = [
    "Arithmetic",
    "ball",
    "ball_from_exact",
    "ball_from_mp",
    "certainly_at_most",
    "certainly_equal",
    "certainly_less",
    "certainly_positive",
    "contains",
    "decimal",
    "determinant",
    "exact",
    "exact_expression",
    "exact_number",
    "extreme_eigenvalues",
    "float64",
    "hull",
    "integrate",
    "lower",
    "mp",
    "mp_from_ball",
    "precision",
    "to_digits",
    "to_relative",
    "working_bits",
]
