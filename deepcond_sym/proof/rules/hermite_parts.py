"""Gaussian integrals over a half-line against a Hermite polynomial of any degree, by an antiderivative.

Law. With H1 = He_{r-1}, H2 = He_{r-2}, r >= 2: H1' = (r - 1) H2, H2' = x H2 - H1, He_r = x H1 - (r - 1) H2 and phi' =
-x phi. So a polynomial F in x, H1, H2 with  F_x + F_H1 H1' + F_H2 H2' - x F = -x^m He_r  gives
    E[max(X, 0)^m He_r(X)] = integral_0^oo x^m He_r phi = F(0; He_{r-1}(0), He_{r-2}(0)) phi(0),
because F phi vanishes at infinity; phi(0) = 1/sqrt(2 pi). For r = 0 and 1, He_0 = 1 and He_1 = x; a constant c may be
left over on the right side, which adds c/2. Source: textbook (Hermite recurrences, integration by parts).
"""

from typing import Any

import sympy as sp

from ..encoding import decode_statement, decode_term, whole
from ..language import Statement, eq, half_line_hermite, hermite_at_zero
from ..normal_form import is_index
from ..step import Evidence, RuleFailure
from ..verdict import Verdict
from .context import Context

_X, _H1, _H2 = (sp.Symbol(name, real=True) for name in ("x", "H1", "H2"))


def check(arguments: dict[str, Any], premises: list[Statement], evidence: Evidence) -> tuple[Statement, Verdict]:
    """E[max(X, 0)^m He_r(X)] as the boundary value of the antiderivative, over the variables of the frame."""
    frame, power = decode_statement(arguments["statement"]), whole(arguments["power"])
    degree, candidate = decode_term(arguments["degree"]), decode_term(arguments["antiderivative"])
    low = degree in (0, 1)
    if premises or frame.given or frame.family or power < 1 or not (low or is_index(degree - 2, frame.variables)):
        raise RuleFailure("the rule takes an integer power >= 1 and a degree that is an integer of at least 0")
    if (low and candidate.has(_H1, _H2)) or not candidate.is_polynomial(_X, _H1, _H2):
        raise RuleFailure("the antiderivative must be a polynomial in x, H1 and H2")
    Context.of(frame, evidence).require_defined(candidate)  # a pole in the degree would stay hidden in the boundary
    slope = (
        sp.diff(candidate, _X)
        + sp.diff(candidate, _H1) * (degree - 1) * _H2
        + sp.diff(candidate, _H2) * (_X * _H2 - _H1)
        - _X * candidate
    )
    integrand = _X ** (power + degree) if low else _X**power * (_X * _H1 - (degree - 1) * _H2)
    left_over = sp.expand(slope + integrand)
    if left_over != 0 and (not low or left_over.free_symbols):
        raise RuleFailure(f"{candidate} times the Gaussian is not an antiderivative of -x^{power} He_r")
    boundary = candidate.subs(
        {_X: 0, _H1: hermite_at_zero(sp.expand(degree - 1)), _H2: hermite_at_zero(sp.expand(degree - 2))}
    )
    value = boundary / sp.sqrt(2 * sp.pi) + left_over / 2
    return frame.conclude(eq(half_line_hermite(sp.Integer(power), degree), value)), Verdict.PROVED
