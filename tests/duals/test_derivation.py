"""Derivations are judged: right ones hold, and every formula that is tampered with is refuted, by its number."""

import dataclasses
import importlib.util
import math
import pathlib
from typing import Any

import numpy as np
import pytest
import sympy as sp
from flint import arb

from deepcond_sym.activations import activation
from deepcond_sym.arithmetic import precision
from deepcond_sym.duals import Derivation, StepError, dual
from deepcond_sym.duals.algebra.zero import zero
from deepcond_sym.duals.bivariate.binormal import binormal_cdf
from deepcond_sym.duals.derivation import UndecidedError
from deepcond_sym.duals.digits import as_digits, require_digits
from deepcond_sym.symbols import rho, x
from deepcond_sym.verdict import Verdict

_SPEC = importlib.util.spec_from_file_location("oracles", pathlib.Path(__file__).with_name("oracles.py"))
assert _SPEC is not None
assert _SPEC.loader is not None
oracles = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(oracles)

CLOSED = [
    "identity", "relu", "leaky_relu", "abs", "step", "sign", "relu_power(3)", "erf", "normal_cdf", "gelu", "sin", "cos",
    "exp", "gaussian", "rbf", "hermite(4)", "polynomial(1,0,1)", "x*exp(-x**2/2)", "x**2*erf(x)", "exp(-x**2)*cos(x)",
]  # fmt: skip
CERTIFIED = ["hard_tanh", "relu6", "norm_relu", "elu", "selu", "tanh", "softplus"]


@pytest.mark.parametrize("spec", CLOSED)
def test_closed_forms_are_proved(spec: str) -> None:
    for sigma in (activation(spec), activation(spec).normalized()):
        derivation = dual(sigma).derivation
        assert derivation.check() is Verdict.PROVED, [j.verdict for j in derivation.judge()]
        assert derivation.failure() is None


@pytest.mark.parametrize("spec", CERTIFIED)
def test_what_is_compared_at_points_is_certified_only(spec: str) -> None:
    derivation = dual(spec).derivation
    assert derivation.check() is Verdict.CERTIFIED
    assert derivation.failure() is None


def mutants(formula: sp.Expr) -> list[Any]:
    """The formula with its sign flipped, a small number added, and each of a few constants replaced."""
    found: list[Any] = [formula + sp.Rational(1, 10**9), formula * (1 + sp.Rational(1, 10**9)) + 1, -formula - 1]
    found += [term - formula for term in sp.Add.make_args(formula)[:2] if formula.is_Add]
    if formula != 0:
        found += [-formula, formula * 2]
    for number in sorted(formula.atoms(sp.Integer) - {sp.S.NegativeOne, sp.S.Zero}, key=int)[:2]:
        changed = formula.xreplace({number: number + 1})
        if changed.is_finite is not False and not changed.has(sp.zoo, sp.nan):
            found.append(changed)
    return [mutant for mutant in found if mutant != formula]


TAMPERED = [
    "relu", "relu_power(2)", "erf", "gelu", "gaussian", "sin", "polynomial(1,0,1)", "hard_tanh", "elu", "tanh",
    "softplus", "softsign",
]  # fmt: skip


@pytest.mark.parametrize("spec", TAMPERED)
def test_tampering_with_any_formula_is_refuted_with_its_number(spec: str) -> None:
    sigma = activation(spec)
    sigma = sigma if spec in ("hard_tanh", "elu") else sigma.normalized()
    right = dual(sigma).derivation
    killed = 0
    for position, step in enumerate(right):
        for place, formula in enumerate(step.formulas):
            for mutant in mutants(formula):
                formulas = (*step.formulas[:place], mutant, *step.formulas[place + 1 :])
                wrong = dataclasses.replace(step, formulas=formulas)
                judged = wrong.judge()
                assert judged.verdict is Verdict.REFUTED, (step.statement, mutant)
                assert judged.why
                killed += 1
        if step.formulas:
            wrong = dataclasses.replace(step, formulas=(step.formulas[0] + 1, *step.formulas[1:]))
            tampered = Derivation((*right.steps[:position], wrong, *right.steps[position + 1 :]))
            assert tampered.check() is Verdict.REFUTED
            assert (tampered.failure() or "").startswith(f"step {position + 1} ")
    assert killed >= 9


def test_what_cannot_be_compared_is_undecided() -> None:
    step = dual("exp").derivation[0]
    hidden = sp.exp(x) * sp.tanh(x) * sp.cosh(x) / sp.sinh(x)
    assert dataclasses.replace(step, formulas=(hidden,)).judge().verdict is Verdict.UNDECIDED
    assert dataclasses.replace(step, formulas=(sp.tanh(x),)).judge().verdict is Verdict.REFUTED


def test_no_steps_prove_nothing() -> None:
    assert Derivation(()).check() is Verdict.UNDECIDED


@pytest.mark.parametrize(
    "expr",
    [
        sp.sqrt(1 - rho**2) - sp.sqrt(1 - rho) * sp.sqrt(1 + rho),
        sp.sqrt((1 - rho) / (1 + rho)) - sp.sqrt(1 - rho**2) / (1 + rho),
        sp.exp(1 + rho) - sp.E * sp.exp(rho),
        (4 - rho**2) ** sp.Rational(5, 2) - (16 - 8 * rho**2 + rho**4) * sp.sqrt(4 - rho**2),
        sp.cos(rho) ** 2 + sp.sin(rho) ** 2 - 1,
        sp.sqrt(2 + sp.sqrt(3) - rho**2) ** 3 - (2 + sp.sqrt(3) - rho**2) * sp.sqrt(2 + sp.sqrt(3) - rho**2),
        1 / (sp.sqrt(2) - 1) - sp.sqrt(2) - 1,
        sp.diff(rho * sp.asin(rho / 2) + sp.sqrt(4 - rho**2), rho) - sp.asin(rho / 2),
    ],
)
def test_identities_are_proved_and_their_neighbours_refuted(expr: sp.Expr) -> None:
    assert zero(expr) is Verdict.PROVED
    assert zero(expr + rho**3 / 10**6) is Verdict.REFUTED


def test_an_identity_outside_the_class_is_only_certified() -> None:
    assert zero(sp.atan(rho) - sp.asin(rho / sp.sqrt(1 + rho**2))) is Verdict.CERTIFIED
    assert zero(sp.log(2 + rho) - sp.log(1 + rho / 2)) is Verdict.REFUTED


@pytest.mark.parametrize("spec", ["tanh", "sigmoid", "softplus", "silu", "mish", "softsign", "tanh(x) + step(x-1)"])
def test_derivations_without_an_elementary_form_say_so_and_show_numbers(spec: str) -> None:
    """The steps of these once carried no formulas: nothing could be checked in them, and nothing was."""
    derivation = dual(spec).derivation
    assert "No elementary form was found" in derivation[0].reason
    assert derivation.check() is Verdict.CERTIFIED, derivation.failure()
    squares, tail, integral, agreement = derivation[1], derivation[2], derivation[3], derivation[4]
    assert len(squares.formulas) == 6
    assert r"\int_{-\infty}^{\infty} \int_{-\infty}^{\infty}" in integral.statement
    assert "-3/5, 1/3, 3/4" in agreement.reason
    # the numbers against plain quadrature
    nodes, weights = oracles.panels((0.0, 1.0))
    f = oracles.FUNCTIONS[spec][0] if spec in oracles.FUNCTIONS else lambda t: np.tanh(t) + (t > 1)
    weights = weights * np.exp(-(nodes**2) / 2) / np.sqrt(2 * np.pi)
    hermite = [1, nodes, nodes**2 - 1, nodes**3 - 3 * nodes, nodes**4 - 6 * nodes**2 + 3]
    for n, (shown, polynomial) in enumerate(zip(squares.formulas, hermite, strict=False)):
        assert abs(float(shown) - np.sum(weights * f(nodes) * polynomial) ** 2 / math.factorial(n)) < 1e-13
    second = np.sum(weights * f(nodes) ** 2)
    assert abs(float(tail.formulas[0].evalf()) - second) < 1e-13
    assert abs(float(tail.formulas[0].evalf()) - float(tail.formulas[1]) - float(tail.formulas[2])) < 1e-15
    if spec in oracles.FUNCTIONS:
        for shown, r in zip(agreement.formulas, (-3 / 5, 1 / 3, 3 / 4), strict=True):
            assert abs(float(shown) - oracles.dual_by_quadrature(spec, r)) < 1e-12


@pytest.mark.parametrize("spec", ["hard_tanh", "relu6", "elu", "selu", "norm_relu"])
def test_integrals_over_the_angle_are_compared_with_phi_2(spec: str) -> None:
    derivation = dual(spec).derivation
    assert "no elementary form was found" in " ".join(step.reason for step in derivation)
    assert any(step.formulas and step.formulas[0].has(binormal_cdf) for step in derivation)
    assert [j.verdict for j in derivation.judge()][-3:] == [Verdict.PROVED, Verdict.PROVED, Verdict.CERTIFIED]
    for shown, r in zip(derivation[-1].formulas, (-3 / 5, 1 / 3, 3 / 4), strict=True):
        if spec in oracles.FUNCTIONS:
            assert abs(float(shown) - oracles.dual_by_quadrature(spec, r)) < 1e-12


def test_digits_are_judged_to_the_last_one() -> None:
    with precision(bits=120):
        third = arb(1) / 3
        assert require_digits(as_digits(third), third, "a third")
        with pytest.raises(StepError):
            require_digits(as_digits(third) + sp.Rational(1, 10**19), third, "a third")
        with pytest.raises(StepError):
            require_digits(sp.S.Zero, third, "a third")
        with pytest.raises(UndecidedError):
            require_digits(as_digits(third), third + arb(0, 1e-10), "a third")
