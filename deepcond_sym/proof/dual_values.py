"""The dual of an activation and its derivatives at a correlation, as balls."""

from flint import arb


class CannotEvaluate(ArithmeticError):
    """The term has no value at this instance, or not one that this evaluator can compute."""


def series_value(weights: list[arb], r: arb, order: int = 0) -> arb:
    """The derivative of this order of sum p_i r^i, by Horner's scheme.

    >>> print(series_value([arb(0), arb(0), arb(0), arb(1)], arb("0.5"), order=2))  # of r^3
    3.00000000000000
    """
    _require_correlation(r)
    total = arb(0)
    for i in range(len(weights) - 1, order - 1, -1):
        total = total * r + falling(i, order) * weights[i]
    return total


def falling(i: int, order: int) -> int:
    """i (i - 1) ... (i - order + 1)."""
    return falling(i, order - 1) * (i - order + 1) if order else 1


def relu_value(r: arb, order: int = 0) -> arb:
    """The dual of ReLU with E[sigma^2] = 1, or its slope."""
    _require_correlation(r)
    if order == 0:
        return _relu_dual(r)
    if order > 1:
        raise CannotEvaluate("the curvature of ReLU's dual is infinite at 1, and not evaluated")
    low, high = (1 - within_one(end).acos() / arb.pi() for end in (r.lower(), r.upper()))
    return low.union(high)


def _relu_dual(r: arb) -> arb:
    """Centred: the slope is at most 1, so a radius never grows from layer to layer."""
    if not r.is_finite():
        raise CannotEvaluate("a dual activation takes correlations, from -1 to 1")
    if r == 1:  # exactly: only then is a repeated point one
        return arb(1)
    middle = within_one(r.mid())
    at_middle = ((1 - middle * middle).sqrt() + middle * (arb.pi() - middle.acos())) / arb.pi()
    return at_middle + arb(0, r.rad())


def within_one(exact_number: arb) -> arb:
    """The nearest number in [-1, 1]: no farther from any correlation than the number itself."""
    return arb(1) if exact_number > 1 else arb(-1) if exact_number < -1 else exact_number


def _require_correlation(r: arb) -> None:
    if abs(r) > 1:
        raise CannotEvaluate("a dual activation takes correlations, from -1 to 1")
