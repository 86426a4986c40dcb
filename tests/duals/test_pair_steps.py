"""Derivations of pairs are proved, and every formula of every step that is tampered with is refuted."""

import dataclasses
import itertools
from typing import Any

import mpmath
import numpy as np
import pytest
import sympy as sp
from numpy.polynomial.legendre import leggauss

from deepcond_sym.duals import dual, dual_pair
from deepcond_sym.duals.derivation import Derivation, DerivationStep
from deepcond_sym.duals.distribution import ErfTerm, Smooth
from deepcond_sym.duals.pairs import pair_laws, pair_steps
from deepcond_sym.duals.pairs.pair_closed_form import q1, q2
from deepcond_sym.duals.pairs.pair_law_equations import broken, laws_hold
from deepcond_sym.duals.pairs.pair_laws import bent_mean, price_slope, smooth_pair
from deepcond_sym.duals.pairs.pair_steps import Setting
from deepcond_sym.duals.pairs.pair_terms import PairTerm, SignTerm, Wave, term_expr
from deepcond_sym.symbols import rho
from deepcond_sym.verdict import Verdict

TAMPERED = [
    "relu", "relu_power(3)", "sign", "gelu", "x**2*erf(x)", "normal_cdf", "cos", "2*sin(x/2 + 1/2)", "2*exp(x/3)",
    "monomial(5)", "polynomial(1, 1/2, 2, -1)", "x*exp(-x**2/2)", "exp(-x**2)*sin(x)",
    "gelu(x) + 0.3*sin(2*x) - relu(x)/2", "relu(x) + cos(x/2)", "sign(x) + x*erf(x) + exp(x/4) + 1",
]  # fmt: skip


def mutants(formula: sp.Expr) -> list[sp.Expr]:
    """The formula with a little added, signs flipped, constants nudged, variances swapped, a root made imaginary."""
    tiny = sp.Rational(1, 10**9)
    found: list[Any] = [formula + tiny, formula * (1 + tiny) + tiny, -formula - 1, formula + tiny * rho**7]
    found += [formula - 2 * term for term in sp.Add.make_args(formula) if term != 0]
    found += [formula.xreplace({q1: 2 * q1}), formula.xreplace({q1: q2, q2: q1}), formula.xreplace({rho: -rho})]
    found.append(formula * rho)
    for power in sorted(formula.atoms(sp.Pow), key=str):
        if power.exp.is_Rational and not power.exp.is_Integer and power.base.has(rho):
            # a root of what is negative: the formula is then imaginary
            found.append(formula.xreplace({power: sp.Pow(sp.expand(-power.base), power.exp)}))
    for number in sorted(formula.atoms(sp.Integer) - {sp.S.NegativeOne, sp.S.Zero}, key=int)[:3]:
        found.append(formula.xreplace({number: number + 1}))
    return [mutant for mutant in found if not mutant.has(sp.zoo, sp.nan, sp.oo)]


def differs(mutant: sp.Expr, formula: sp.Expr) -> bool:
    """Whether the two are different functions: some mutants only write the same one in another way."""
    symbols = sorted(mutant.free_symbols | formula.free_symbols, key=str)
    gap = sp.lambdify(symbols, mutant - formula, "mpmath")
    for numbers in ((0.31, 0.7, 0.9), (0.23, 0.4, 0.1)):
        with mpmath.workdps(40):
            if abs(gap(*map(mpmath.mpf, numbers[: len(symbols)]))) > 1e-20:
                return True
    return False


def tampered(step: DerivationStep, place: int, formula: sp.Expr) -> DerivationStep:
    return dataclasses.replace(step, formulas=(*step.formulas[:place], formula, *step.formulas[place + 1 :]))


@pytest.mark.parametrize("text", TAMPERED)
def test_tampering_with_any_formula_is_refuted(text: str) -> None:
    killed = 0
    for step in dual_pair(text).derivation:
        assert step.judge().verdict is Verdict.PROVED
        for place, formula in enumerate(step.formulas):
            for mutant in mutants(formula):
                if differs(mutant, formula):
                    judged = tampered(step, place, mutant).judge()
                    assert judged.verdict is Verdict.REFUTED, (step.statement, mutant, judged.why)
                    killed += 1
    assert killed >= 20


@pytest.mark.parametrize("text", ["gelu(x) + 0.3*sin(2*x) - relu(x)/2", "relu(x) + cos(x)", "relu(x) + sin(x)"])
def test_tampering_is_refuted_at_unit_variances(text: str) -> None:
    """Sines against kinks have no exact Hermite moments; the check once gave up there and said nothing was wrong."""
    derivation = dual(text).derivation
    assert derivation.check() is Verdict.PROVED
    *others, last = derivation.steps
    for change in (sp.S.One, sp.Rational(1, 10**9) * rho**7):
        wrong = tampered(last, 0, last.formulas[0] + change)
        assert Derivation((*others, wrong)).check() is Verdict.REFUTED


def test_growing_exponentials_are_proved_below_their_limit() -> None:
    for text in ("exp(x**2/8)", "x*exp(x**2/8) + relu(x)", "exp(x**2/6)*cos(x)"):
        derivation = dual_pair(text).derivation
        assert derivation.check() is Verdict.PROVED, derivation.failure()
        last = derivation[-1]
        assert tampered(last, 0, last.formulas[0] + rho / 10**9).judge().verdict is Verdict.REFUTED


def test_the_sum_misses_no_pair() -> None:
    """A pair that is left out, or counted twice, is noticed although its own step is right."""
    closed = dual_pair("relu")._closed
    for pairs in (closed.pairs[1:], (closed.pairs[0], dataclasses.replace(closed.pairs[1], coefficient=sp.S.One))):
        total = sp.Add(*(pair.coefficient * pair.expr for pair in pairs))
        step = pair_steps.total_step(Setting(q1, q2), closed.terms, pairs, total)
        assert step.judge().verdict is Verdict.UNDECIDED


def test_the_laws_satisfy_their_equations() -> None:
    assert laws_hold()
    assert broken() == ()


@pytest.mark.parametrize("field", pair_laws.Tilt._fields)
def test_a_wrong_tilt_breaks_an_equation(field: str, monkeypatch: pytest.MonkeyPatch) -> None:
    right = pair_laws.tilt

    def wrong(*arguments: sp.Expr) -> pair_laws.Tilt:
        found = right(*arguments)
        return found._replace(**{field: getattr(found, field) * (1 + rho**3)})

    monkeypatch.setattr(pair_laws, "tilt", wrong)
    assert broken()


@pytest.mark.parametrize("field", pair_laws.Bend._fields[1:])
@pytest.mark.parametrize("curved", [False, True])
def test_a_wrong_bend_breaks_an_equation(field: str, curved: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    right = pair_laws.bend

    def wrong(scale: sp.Expr | None, *arguments: sp.Expr) -> pair_laws.Bend:
        found = right(scale, *arguments)
        if (scale is not None) != curved:
            return found
        return found._replace(**{field: getattr(found, field) * (1 + rho**3) + rho})

    monkeypatch.setattr(pair_laws, "bend", wrong)
    assert broken()


def test_laws_that_break_prove_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pair_steps, "laws_hold", lambda: False)
    assert dual_pair("cos").derivation.check() is Verdict.UNDECIDED
    assert dual_pair("relu").derivation.check() is Verdict.UNDECIDED


NODES, WEIGHTS = leggauss(24)


def panels(ends: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    half, middle = np.diff(ends)[..., None] / 2, (ends[..., 1:] + ends[..., :-1])[..., None] / 2
    shape = (*ends.shape[:-1], -1)
    return (middle + half * NODES).reshape(shape), (half * WEIGHTS).reshape(shape)


def quadrature(first: PairTerm, second: PairTerm, r: float) -> float:
    """E[first(X) second(r X + sqrt(1 - r^2) Z)], panels split where X = 0 and, for each X, where the other vanishes."""
    x = sp.Symbol("x", real=True)
    f, g = (sp.lambdify(x, term_expr(term, x), "scipy") for term in (first, second))
    root = np.sqrt(1 - r**2)
    u, wu = panels(np.linspace(-10, 10, 21))
    kink = -r * u[:, None] / root
    z, wz = panels(np.hstack([kink + np.linspace(-20, 0, 21), kink + np.linspace(0, 20, 21)[1:]]))
    inner = (g(r * u[:, None] + root * z) * np.exp(-(z**2) / 2) * wz).sum(axis=1)
    return float((f(u) * inner * np.exp(-(u**2) / 2) * wu).sum() / (2 * np.pi))


ZERO = sp.S.Zero
SMOOTH = [Smooth(2, ZERO, ZERO), Smooth(1, sp.Rational(1, 3), -sp.S.Half), Wave(1, ZERO, ZERO, sp.S(2), True)]
BENT = [SignTerm(0), SignTerm(3), ErfTerm(1, sp.S.One, ZERO), ErfTerm(2, sp.S.Half, ZERO)]


@pytest.mark.parametrize(("first", "second"), [*itertools.product(BENT, SMOOTH), *itertools.combinations(SMOOTH, 2)])
def test_laws_agree_with_quadrature(first: PairTerm, second: PairTerm) -> None:
    for r in (-0.6, 0.35):
        value = smooth_pair(first, second, sp.S.One, sp.S.One).subs(rho, sp.Rational(str(r)))
        assert abs(complex(sp.N(value, 30)) - quadrature(first, second, r)) < 1e-12


@pytest.mark.parametrize("term", BENT)
def test_means_agree_with_quadrature(term: SignTerm | ErfTerm) -> None:
    x = sp.Symbol("x", real=True)
    f = sp.lambdify(x, term_expr(term, x), "mpmath")
    with mpmath.workdps(25):
        expected = mpmath.quad(lambda z: f(2 * z) * mpmath.npdf(z), [-12, -3, 0, 3, 12])
        assert abs(mpmath.mpf(str(sp.N(bent_mean(term, sp.S(4)), 30))) - expected) < 1e-18


@pytest.mark.parametrize(("first", "second"), list(itertools.combinations_with_replacement(BENT, 2)))
def test_the_slope_of_a_pair_agrees_with_a_difference_quotient(first: Any, second: Any) -> None:
    """The pair of the powers below enters where neither power is 0: its value is put in by quadrature."""
    r, h = 0.35, 1e-3
    lower = ZERO
    if first.power and second.power:
        below = [term._replace(power=term.power - 1) for term in (first, second)]
        lower = sp.Float(quadrature(below[0], below[1], r))
    slope = complex(sp.N(price_slope(first, second, lower).subs(rho, sp.Rational("0.35")), 20)).real
    before2, before, after, after2 = (quadrature(first, second, r + k * h) for k in (-2, -1, 1, 2))
    assert abs(slope - (before2 - 8 * before + 8 * after - after2) / (12 * h)) < 1e-9 * max(1, abs(slope))
