"""A rational function on a box whose ends are rational, also where pi occurs in it or in an end.

Law. A relation that holds for every value p of a rational interval around pi holds for p = pi; and a variable of [a, b]
is a + (b - a) s for some s in [0, 1]. Source: textbook; the digits of pi are checked against Arb in the tests."""

import sympy as sp

from .language import Term, Variable, interval
from .step import RuleFailure

PI = sp.Symbol("pi_", real=True)
ABOUT_PI = interval(PI, sp.Rational(314159265358979, 10**14), sp.Rational(314159265358980, 10**14))


def on_rational_box(difference: Term, variables: tuple[Variable, ...]) -> tuple[Term, tuple[Variable, ...]]:
    """The difference of the two sides and the variables that occur in it, with pi as one of them.

    >>> theta = sp.Symbol("theta", real=True)
    >>> difference, box = on_rational_box(sp.pi - theta, (interval(theta, 0, sp.pi, "("),))
    >>> print(difference, *box)
    -pi_*theta_part + pi_ theta_part in (0, 1] pi_ in [314159265358979/100000000000000, 15707963267949/5000000000000]
    """
    used = [v for v in variables if v.symbol in difference.free_symbols]
    ends = [end for v in used for end in (v.lower, v.upper)]
    if not all(end.is_infinite or _is_made_of_pi(end) for end in ends):
        raise RuleFailure("a box has ends that are rational numbers, or made of them and pi")
    if not any(term.has(sp.pi) for term in (difference, *ends)):
        return difference, tuple(used)
    box = []
    for v in used:
        low, high = (end.xreplace({sp.pi: PI}) for end in (v.lower, v.upper))
        part = sp.Symbol(f"{v.symbol.name}_part", real=True)
        if v.symbol == PI or part in difference.free_symbols:
            raise RuleFailure(f"use another name than {PI} and {part}")
        if not (low.has(PI) or high.has(PI)):
            box.append(v)
            continue
        from_low, from_high = ("(" if is_open else "" for is_open in (v.open_lower, v.open_upper))
        if v.upper.is_infinite:
            value, own = low + part, interval(part, 0, sp.oo, from_low)
        elif v.lower.is_infinite:
            value, own = high - part, interval(part, 0, sp.oo, from_high)
        else:
            value, own = low + (high - low) * part, interval(part, 0, 1, from_low + (")" if v.open_upper else ""))
        difference = difference.xreplace({v.symbol: value})
        box.append(own)
    return difference.xreplace({sp.pi: PI}), (*box, ABOUT_PI)


def _is_made_of_pi(end: Term) -> bool:
    """By rational operations, from rational numbers and pi."""
    parts: list[Term] = list(sp.preorder_traversal(end))
    return all(p.is_Rational or p == sp.pi or p.is_Add or p.is_Mul or (p.is_Pow and p.exp.is_Integer) for p in parts)
