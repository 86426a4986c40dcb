"""Activations as distributions: atoms, steps, erf terms and deltas, closed under d/dx."""

from __future__ import annotations

from typing import NamedTuple

import sympy as sp

from deepcond_sym.duals.algebra.kinds import own_kind
from deepcond_sym.duals.atoms import AtomPiece
from deepcond_sym.symbols import x


@own_kind
class Smooth(NamedTuple):
    """x^power exp(linear x + quadratic x^2) on the whole line."""

    power: int
    linear: sp.Expr
    quadratic: sp.Expr


@own_kind
class StepTerm(NamedTuple):
    """H(x - knot) x^power exp(linear x + quadratic x^2)."""

    power: int
    linear: sp.Expr
    quadratic: sp.Expr
    knot: sp.Expr


@own_kind
class ErfTerm(NamedTuple):
    """x^power erf(scale x + shift)."""

    power: int
    scale: sp.Expr
    shift: sp.Expr


@own_kind
class Delta(NamedTuple):
    """The order-th derivative of the Dirac delta at the knot."""

    order: int
    knot: sp.Expr


DistributionTerm = Smooth | StepTerm | ErfTerm | Delta


class Distribution:
    """A finite sum of terms, with exact coefficients.

    >>> import sympy as sp
    >>> from deepcond_sym.duals.distribution import Distribution, StepTerm
    >>> relu = Distribution({StepTerm(1, sp.S(0), sp.S(0), sp.S(0)): sp.S(1)})
    >>> relu.derivative().derivative().terms
    {Delta(order=0, knot=0): 1}

    Source: textbook.
    """

    def __init__(self, terms: dict[DistributionTerm, sp.Expr] | None = None) -> None:
        self.terms: dict[DistributionTerm, sp.Expr] = {}
        for term, coefficient in (terms or {}).items():
            self._add(term, coefficient)

    def _add(self, term: DistributionTerm, coefficient: sp.Expr) -> None:
        total = sp.expand(self.terms.get(term, sp.S.Zero) + coefficient)
        if total == 0:
            self.terms.pop(term, None)
        else:
            self.terms[term] = total

    @classmethod
    def from_pieces(cls, pieces: tuple[AtomPiece, ...]) -> Distribution | None:
        """The activation as a distribution, or None when erf terms are cut by a knot or multiplied together."""
        result = cls()
        previous: dict = {}
        for index, piece in enumerate(pieces):
            for atom in set(piece.terms) | set(previous):
                change = sp.expand(piece.terms.get(atom, sp.S.Zero) - previous.get(atom, sp.S.Zero))
                if change == 0:
                    continue
                if index and not atom.erfs:
                    result._add(StepTerm(atom.power, atom.linear, atom.quadratic, piece.lower), change)
                elif index or len(atom.erfs) > 1:
                    return None
                elif not atom.erfs:
                    result._add(Smooth(atom.power, atom.linear, atom.quadratic), change)
                elif atom.linear == 0 and atom.quadratic == 0:
                    result._add(ErfTerm(atom.power, *atom.erfs[0]), change)
                else:
                    return None
            previous = piece.terms
        return result

    def derivative(self) -> Distribution:
        """The distributional derivative: a step of height c at t gives c delta_t."""
        result = Distribution()
        for term, c in self.terms.items():
            match term:
                case Smooth(power, linear, quadratic):
                    if power:
                        result._add(Smooth(power - 1, linear, quadratic), power * c)
                    result._add(term, linear * c)
                    result._add(Smooth(power + 1, linear, quadratic), 2 * quadratic * c)
                case StepTerm(power, linear, quadratic, knot):
                    if power:
                        result._add(StepTerm(power - 1, linear, quadratic, knot), power * c)
                    result._add(term, linear * c)
                    result._add(StepTerm(power + 1, linear, quadratic, knot), 2 * quadratic * c)
                    height = knot**power * sp.exp(linear * knot + quadratic * knot**2)
                    result._add(Delta(0, knot), height * c)
                case ErfTerm(power, scale, shift):
                    if power:
                        result._add(ErfTerm(power - 1, scale, shift), power * c)
                    factor = 2 * scale / sp.sqrt(sp.pi) * sp.exp(-(shift**2))
                    result._add(Smooth(power, -2 * scale * shift, -(scale**2)), factor * c)
                case Delta(order, knot):
                    result._add(Delta(order + 1, knot), c)
        return result

    def elementary_order(self, limit: int = 24) -> int | None:
        """How many derivatives leave only smooth atoms and deltas; None when none up to `limit` does."""
        order = 0
        for term in self.terms:
            match term:
                case StepTerm(power, linear, quadratic, _):
                    if linear != 0 or quadratic != 0:
                        return None
                    order = max(order, power + 1)
                case ErfTerm(power, _, _):
                    order = max(order, power + 1)
        return order if order <= limit else None

    def expr(self) -> sp.Expr:
        """The distribution as a SymPy expression in x, for printing."""
        total = sp.S.Zero
        for term, c in self.terms.items():
            match term:
                case Smooth(power, linear, quadratic):
                    total += c * x**power * sp.exp(linear * x + quadratic * x**2)
                case StepTerm(power, linear, quadratic, knot):
                    total += c * sp.Heaviside(x - knot) * x**power * sp.exp(linear * x + quadratic * x**2)
                case ErfTerm(power, scale, shift):
                    total += c * x**power * sp.erf(scale * x + shift)
                case Delta(order, knot):
                    total += c * (sp.DiracDelta(x - knot, order) if order else sp.DiracDelta(x - knot))
        return total
