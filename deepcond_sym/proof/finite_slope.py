"""Which statements speak of those activations only whose dual has a finite slope up to 1."""

from sympy.core.function import AppliedUndef

from .language import Statement, Variable, dual_slope, ntk


def needs_finite_slope(statement: Statement) -> bool:
    """Whether the statement speaks of a slope that may be infinite.

    At 0, and at a variable kept inside (-1, 1), the slope is that of a power series inside its disk: always finite.

    >>> from deepcond_sym.proof.language import NORMALISED, forall, le, mu
    >>> needs_finite_slope(forall(family=NORMALISED, holds=le(1 + mu, dual_slope(1))))
    True
    """
    if statement.family is not None and statement.family.member is not None:
        return False  # a polynomial, or ReLU, whose slope at 1 is 1
    calls = {c for side in statement.sides for c in side.atoms(AppliedUndef)}
    inside = [v.symbol for v in statement.variables if _is_inside(v)]
    return any(c.func == ntk or (c.func == dual_slope and c.args[0] not in (0, *inside)) for c in calls)


def _is_inside(v: Variable) -> bool:
    """Whether the interval of the variable leaves out -1 and 1."""
    above = v.lower > -1 or (v.lower == -1 and v.open_lower)
    return bool(above and (v.upper < 1 or (v.upper == 1 and v.open_upper)))
