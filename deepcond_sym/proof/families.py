"""Classes of activations, by what a statement may take for granted of their dual activation."""

from dataclasses import dataclass
from typing import Any

import sympy as sp

from deepcond_sym.errors import InputError

Term = Any
"""A SymPy expression, as in `language`."""


def relu_dual(r: Term) -> Term:
    """The dual activation of ReLU with E[sigma^2] = 1: (sqrt(1 - r^2) + r (pi - acos r))/pi (Cho and Saul 2009)."""
    return (sp.sqrt(1 - r**2) + r * (sp.pi - sp.acos(r))) / sp.pi


def relu_slope(r: Term) -> Term:
    """Its derivative, 1 - acos(r)/pi."""
    return 1 - sp.acos(r) / sp.pi


@dataclass(frozen=True)
class Family:
    """A class of activations, given by what is known of p_i = a_i^2 and nothing else.

    unit: sum p_i = 1, that is E[sigma^2] = 1; centred: p_0 = 0; nonlinear: p_i > 0 for some i >= 2; odd: p_i = 0 for
    every even i. Always p_i >= 0, sum p_i < oo. A `member` fixes one activation of the class by its dual, a polynomial
    in the symbol t or that of ReLU."""

    name: str
    unit: bool
    centred: bool
    nonlinear: bool = False
    member: tuple[sp.Symbol, Term] | None = None
    odd: bool = False

    def __post_init__(self) -> None:
        if self.odd and (not self.centred or self.member is not None):
            raise InputError("odd activations are centred, and a member is given by its dual alone: change the family")
        if self.member is not None and not (self.is_relu or self.member[1].is_polynomial(self.member[0])):
            raise InputError("a single activation is given by a polynomial, or is ReLU: no other one is known")
        if self.is_relu and (self.centred or not self.unit):
            raise InputError("normalised ReLU has E[sigma^2] = 1 and is not centred: use the family RELU")

    @property
    def is_relu(self) -> bool:
        """Whether the one member is ReLU with E[sigma^2] = 1."""
        return self.member is not None and self.member[1] == relu_dual(self.member[0])


NORMALISED = Family("every normalised activation", unit=True, centred=True)
NONLINEAR = Family("every normalised non-linear activation", unit=True, centred=True, nonlinear=True)
ODD = Family("every normalised odd activation", unit=True, centred=True, odd=True)
UNCENTRED = Family("every activation with E[sigma^2] = 1", unit=True, centred=False)
SERIES = Family("every power series with non-negative coefficients that converges at 1", unit=False, centred=False)
_T = sp.Symbol("t", real=True)
RELU = Family("ReLU with E[sigma^2] = 1", unit=True, centred=False, nonlinear=True, member=(_T, relu_dual(_T)))


def member(t: sp.Symbol, dual_polynomial: Term) -> Family:
    """The family that consists of one activation: the one whose dual is this polynomial in t."""
    return Family(f"the activation with dual {dual_polynomial}", unit=True, centred=True, member=(t, dual_polynomial))
