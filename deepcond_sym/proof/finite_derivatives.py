"""How often the dual of every activation that a statement speaks of can be differentiated up to 1."""

from sympy.core.function import AppliedUndef

from .language import DERIVATIVES, Statement, Variable, ntk


def finite_derivatives(statement: Statement) -> int:
    """The largest order, up to 2, of a derivative of the dual that may be infinite and that the statement speaks of.

    At 0, and at a variable kept inside (-1, 1), a derivative is that of a power series inside its disk: always finite.
    The dual of a member is a polynomial, or that of ReLU, whose slope at 1 is 1 and whose curvature there is infinite.

    >>> from deepcond_sym.proof.language import NORMALISED, dual_slope, forall, le, mu
    >>> finite_derivatives(forall(family=NORMALISED, holds=le(1 + mu, dual_slope(1))))
    1
    """
    family = statement.family
    if family is not None and family.member is not None:
        return 1 if family.is_relu else 2
    calls = {c for side in statement.sides for c in side.atoms(AppliedUndef)}
    inside = [v.symbol for v in statement.variables if _is_inside(v)]
    return max((_order(c) for c in calls if c.args[-1] not in (0, *inside) or c.func == ntk), default=0)


def _order(call: AppliedUndef) -> int:
    return 1 if call.func == ntk else DERIVATIVES.get(call.func, 0)


def _is_inside(v: Variable) -> bool:
    """Whether the interval of the variable leaves out -1 and 1."""
    above = v.lower > -1 or (v.lower == -1 and v.open_lower)
    return bool(above and (v.upper < 1 or (v.upper == 1 and v.open_upper)))
