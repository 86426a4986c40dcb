"""Real and imaginary part of erf at a complex argument: sines against knots away from 0 and against shifted erf."""

from __future__ import annotations

from typing import Any

import sympy as sp
from flint import acb, arb

from deepcond_sym.arithmetic import ball, lower, precision
from deepcond_sym.arithmetic.stable_sums import as_expressions
from deepcond_sym.duals.algebra.complex_parts import split, times
from deepcond_sym.duals.distribution import Smooth
from deepcond_sym.duals.pairs.pair_terms import PairTerm, simple_terms
from deepcond_sym.duals.pairs.tilted_pair import NotClosedError, Part, kappa, tilted_pair
from deepcond_sym.symbols import rho

_GUARD = 16


class _ErfPart(sp.Function):
    """A part of erf(a + i b) for real a, b."""

    nargs = (2,)
    is_real = True

    def _eval_evalf(self, prec: int) -> sp.Expr:
        with precision(bits=prec + _GUARD):
            value = erf_ball(type(self), *(lower(part, ball, variables=())() for part in as_expressions(self.args)))
            return sp.Float(value.str(int(prec * 0.302) + 3, radius=False), precision=prec)

    def _latex(self, printer: Any, exp: str | None = None) -> str:
        a, b = (printer._print(part) for part in self.args)
        name = "Re" if isinstance(self, erf_real) else "Im"
        shown = rf"\operatorname{{{name}}}\operatorname{{erf}}\left({a} + i \left({b}\right)\right)"
        return shown if exp is None else rf"\left({shown}\right)^{{{exp}}}"

    def fdiff(self, argindex: int = 1) -> sp.Expr:
        """From d/dz erf(z) = 2/sqrt(pi) exp(-z^2)."""
        a, b = as_expressions(self.args)
        size = 2 / sp.sqrt(sp.pi) * sp.exp(b**2 - a**2)
        wave, sine = size * sp.cos(2 * a * b), size * sp.sin(2 * a * b)
        if isinstance(self, erf_real):
            return wave if argindex == 1 else sine
        return -sine if argindex == 1 else wave


class erf_real(_ErfPart):
    """Re erf(a + i b) for real a, b.

    >>> a = sp.Symbol("a", real=True)
    >>> erf_real(a, 0), erf_real(0, a)
    (erf(a), 0)
    >>> erf_real(1, 1).evalf(15)
    1.31615128169795

    Source: textbook.
    """

    @classmethod
    def eval(cls, a: Any, b: Any) -> sp.Expr | None:
        """The values on the two axes."""
        if b == 0:
            return sp.erf(a)
        return sp.S.Zero if a == 0 else None


class erf_imag(_ErfPart):
    """Im erf(a + i b) for real a, b.

    >>> a = sp.Symbol("a", real=True)
    >>> erf_imag(a, 0), erf_imag(0, a)
    (0, erfi(a))

    Source: textbook.
    """

    @classmethod
    def eval(cls, a: Any, b: Any) -> sp.Expr | None:
        """The values on the two axes."""
        if b == 0:
            return sp.S.Zero
        return sp.erfi(b) if a == 0 else None


def erf_ball(part: type[_ErfPart], a: arb, b: arb) -> arb:
    """The part of erf(a + i b) in a ball.

    >>> erf_ball(erf_imag, arb(0), arb(1)).str(10)
    '[1.650425759 +/- 2.03e-10]'

    Source: textbook.
    """
    value = acb(a, b).erf()
    return value.real if part is erf_real else value.imag


def wave_pair(f: PairTerm, g: PairTerm, q1: sp.Expr, q2: sp.Expr) -> sp.Expr:
    """E[f(U) g(V)] where one factor is smooth, sines included; NotClosedError if neither is.

    Source: derived here (complete the square; Stein's identity).
    """
    total = sp.S.Zero
    for first, c in simple_terms(f):
        for second, d in simple_terms(g):
            if isinstance(second, Smooth):
                parts = tilted_pair(first, second, q1, q2)
            elif isinstance(first, Smooth):
                parts = tilted_pair(second, first, q2, q1)
            else:
                raise NotClosedError
            total += sp.Add(*(_real_part(c * d, part) for part in parts))
    result = total.xreplace({kappa: rho * sp.sqrt(q1) * sp.sqrt(q2)})
    assert isinstance(result, sp.Expr)
    return result


def _real_part(coefficient: sp.Expr, part: Part) -> sp.Expr:
    """The real part of coefficient * factor * root * exp(exponent) * erf(argument)."""
    value = times(split(coefficient), split(part.factor))
    real, imaginary = split(part.exponent)
    value = times(value, (sp.cos(imaginary), sp.sin(imaginary)))
    if part.argument is not None:
        a, b = split(part.argument)
        value = times(value, (erf_real(a, b), erf_imag(a, b)))  # pyright: ignore[reportArgumentType]
    return value[0] * part.root * sp.exp(real)
