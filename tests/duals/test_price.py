"""The derivation engine: the algebra of antiderivatives, distributions, and checked steps that notice tampering."""

import dataclasses

import pytest
import sympy as sp

from deepcond_sym.activations import activation
from deepcond_sym.duals import Derivation, StepError, dual, normalized
from deepcond_sym.duals.algebra.antiderivative import Arcsine, Power, Radical, RadicalElement
from deepcond_sym.duals.derivation import overlapping
from deepcond_sym.symbols import rho
from deepcond_sym.verdict import Verdict

SQUARES = [sp.S.One, sp.Rational(9, 4), sp.Integer(4), 2 + sp.sqrt(3)]


@pytest.mark.parametrize("square", SQUARES)
@pytest.mark.parametrize("power", [-7, -5, -3, -1, 1, 3, 5])
@pytest.mark.parametrize("parity", [0, 1])
def test_antiderivatives_of_radicals_differentiate_back(square: sp.Expr, power: int, parity: int) -> None:
    element = RadicalElement({Radical(parity, power, square): sp.Rational(3, 7), Power(2): sp.pi})
    integral = element.antiderivative()
    assert integral.derivative().plus(element, sp.Integer(-1)).is_zero()
    # and SymPy agrees with the derivative, numerically
    gap = sp.diff(integral.expr(), rho) - element.expr()
    assert abs(sp.N(gap.subs(rho, sp.Rational(1, 3)), 30)) < 1e-25


@pytest.mark.parametrize("power", [0, 1, 2, 5])
def test_antiderivatives_of_arcsines_differentiate_back(power: int) -> None:
    element = RadicalElement({Arcsine(power, sp.Integer(4)): sp.S.One})
    integral = element.antiderivative().antiderivative()
    assert integral.derivative().derivative().plus(element, sp.Integer(-1)).is_zero()


def test_value_at_zero_is_what_was_asked() -> None:
    element = RadicalElement({Radical(0, -1, sp.S.One): sp.S.One}).integrated_from_zero(sp.pi)
    assert element.at(sp.S.Zero) == sp.pi


def test_gelu_second_derivative_is_the_known_one() -> None:
    found = dual("gelu").expr
    assert found is not None
    known = (rho**4 - 10 * rho**2 + 36) / (2 * sp.pi * (4 - rho**2) ** sp.Rational(5, 2))
    assert sp.simplify(sp.diff(found, rho, 2) - known) == 0


@pytest.mark.parametrize(
    "name",
    ["relu", "leaky_relu", "relu_power(3)", "step", "erf", "gelu", "gaussian", "sin", "hermite(4)", "hard_tanh",
     "relu6", "elu", "selu", "tanh"],
)
def test_every_step_checks(name: str) -> None:
    for found in (dual(name), dual(normalized(activation(name)))):
        assert found.derivation.check() in (Verdict.PROVED, Verdict.CERTIFIED), found.derivation.failure()
        assert all(step.kind in ("exact", "ball", "definition") for step in found.derivation)
        latex = found.derivation.latex()
        assert latex.count(r"\[") == latex.count(r"\]") == len(found.derivation)
        assert latex.count("{") == latex.count("}")


def test_a_wrong_step_is_noticed() -> None:
    right = dual("gelu")
    assert right.expr is not None
    with pytest.raises(StepError):
        overlapping(right.expr.subs(rho, 1), sp.Rational(1, 3))
    wrong = dataclasses.replace(right.derivation[1], rule=lambda *_: overlapping(sp.pi, sp.Rational(22, 7)))
    assert Derivation((right.derivation[0], wrong)).check() is Verdict.REFUTED


def test_steps_of_another_activation_are_refuted() -> None:
    relu, other = dual("relu").derivation, dual("leaky_relu").derivation
    for mine, theirs in zip(relu, other, strict=True):
        assert dataclasses.replace(mine, formulas=theirs.formulas).judge().verdict is Verdict.REFUTED
