"""T13 for derivations: every formula that a derivation prints is read back and compared numerically."""

import importlib.util
import re
from pathlib import Path

import mpmath
import pytest
import sympy as sp

from deepcond_sym.activations import activation
from deepcond_sym.duals import Derivation, dual, dual_pair
from deepcond_sym.duals.bivariate.binormal import binormal_cdf
from deepcond_sym.duals.bivariate.erf_parts import erf_imag, erf_real
from deepcond_sym.duals.pairs.pair_closed_form import q1, q2
from deepcond_sym.symbols import rho, x

_spec = importlib.util.spec_from_file_location("latex_reader", Path(__file__).with_name("latex_reader.py"))
assert _spec is not None
assert _spec.loader is not None
_reader = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(_reader)

SPECS = [
    "relu", "leaky_relu", "abs", "step", "sign", "relu_power(3)", "erf", "normal_cdf", "gelu", "sin", "cos", "exp",
    "gaussian", "rbf", "hermite(5)", "polynomial(1,-1/2,3)", "x*exp(-x**2/2) + x**2", "x**2*erf(x)", "hard_tanh",
    "norm_relu", "selu", "exp(-x**2)*cos(x)", "gelu(x) - relu(x)/2", "relu6", "elu", "step(x-1)", "normal_cdf(2*x+1)",
    "tanh", "sigmoid", "softplus", "silu", "mish", "softsign",
]  # fmt: skip
PAIRS = [
    "relu", "sign", "relu_power(3)", "gelu", "normal_cdf", "x**2*erf(x)", "cos", "2*sin(x/2 + 1/2)", "2*exp(x/3)",
    "hermite(4)", "polynomial(1, 1/2, 2, -1)", "exp(-x**2)*sin(x)", "(x**2 + 1)*exp(-x**2/2) + x*exp(-x**2)",
    "gelu(x) + 0.3*sin(2*x) - relu(x)/2", "relu(x) + cos(x/2)", "sign(x) + x*erf(x) + exp(x/4) + 1",
]  # fmt: skip
BINORMAL = [
    "hard_tanh", "elu", "selu", "relu6", "norm_relu", "erf(2*x+1)", "step(x-1)*exp(-x**2)", "elu(x) + sin(x)",
]  # fmt: skip
VALUES = {
    x: sp.Rational(3, 7), rho: sp.Rational(2, 9), q1: sp.Rational(5, 7), q2: sp.Rational(9, 4),
    **{sp.Symbol(name, real=True): sp.Rational(k, 11) for k, name in enumerate("UVXYy", 3)},
}  # fmt: skip


class _Reader(_reader._Reader):
    """Also reads delta(x - t), delta^{(k)}(x - t) and theta(x - t) as fixed smooth functions; Phi_2, Re erf, Im erf."""

    def atom(self) -> sp.Expr:
        if self.peek() == r"\Phi":
            self.take(r"\Phi", "_", "2")
            return binormal_cdf(*self.bracketed(3))
        if self.peek() == r"\tanh":
            self.take()
            return self.applied(sp.tanh)
        if self.peek() in (r"\delta", r"\theta"):
            return self.applied(sp.sin if self.take() == r"\theta" else sp.sinh)
        return super().atom()

    def _operator(self) -> sp.Expr:
        if self.peek(1) in ("R", "I"):
            # the real or imaginary part of erf at a complex argument
            part = erf_real if self.peek(1) == "R" else erf_imag
            self.take("{", *("Re" if part is erf_real else "Im"), "}", r"\operatorname", "{", *"erf", "}")
            return part(*self.bracketed()[0].as_real_imag())
        return super()._operator()

    def applied(self, head):
        if self.peek() == "^" and self.tokens[self.at : self.at + 4] == ["^", "{", r"\left", "("]:
            # the order of a derivative of delta, not a power
            self.take("^", "{", r"\left", "(")
            order = int(self.take())
            self.take(r"\right", ")", "}")
            return sp.sin(order) * head(*self.bracketed())
        return super().applied(head)


def read(latex: str) -> sp.Expr:
    # h, k; r like other arguments, and decimals as fractions
    latex = latex.replace(";", ",")
    latex = re.sub(r"(\d+)\.(\d+)", lambda m: rf"\frac{{{int(m[1] + m[2])}}}{{1{'0' * len(m[2])}}}", latex)
    reader = _Reader(latex, list(VALUES), [])
    term = reader.sum()
    assert reader.peek() is None, f"left over: {reader.tokens[reader.at :]}"
    return term


def smooth(formula: sp.Expr) -> sp.Basic:
    """The formula with deltas and steps as the same functions of what stands inside."""
    known = {delta: sp.sinh(delta.args[0]) for delta in formula.atoms(sp.DiracDelta) if len(delta.args) == 1}
    known |= {
        delta: sp.sin(delta.args[1]) * sp.sinh(delta.args[0])
        for delta in formula.atoms(sp.DiracDelta)
        if len(delta.args) == 2
    }
    known |= {step: sp.sin(step.args[0]) for step in formula.atoms(sp.Heaviside)}
    return formula.xreplace(known)


def number(expr: sp.Basic):
    return mpmath.mpmathify(sp.N(expr.subs(VALUES), 30))


def assert_reads_back(formula: sp.Expr, printed: str) -> None:
    with mpmath.workdps(25):
        left, right = number(smooth(formula)), number(read(printed))
        assert mpmath.almosteq(left, right, 1e-18), f"{formula} became {printed}"


def assert_all_read_back(derivation: Derivation) -> int:
    from deepcond_sym.duals.derivation import latex

    count = 0
    for step in derivation:
        for formula in step.formulas:
            printed = latex(formula)
            assert printed in step.statement
            assert_reads_back(formula, printed)
            count += 1
    return count


@pytest.mark.parametrize("spec", SPECS)
def test_every_formula_of_a_derivation_reads_back(spec: str) -> None:
    for sigma in (activation(spec), activation(spec).normalized()):
        assert assert_all_read_back(dual(sigma).derivation) >= 1


@pytest.mark.parametrize("spec", PAIRS)
def test_every_formula_of_a_derivation_of_pairs_reads_back(spec: str) -> None:
    """A definition, an equality for each pair, the total: at least 1 + 3 + 1 formulas."""
    assert assert_all_read_back(dual_pair(spec).derivation) >= 5


@pytest.mark.parametrize("spec", BINORMAL)
def test_every_formula_of_a_derivation_with_phi_2_reads_back(spec: str) -> None:
    assert assert_all_read_back(dual_pair(spec).derivation) >= 2


@pytest.mark.parametrize(
    "formula",
    [
        sp.Add(rho, sp.Mul(-1, sp.Add(x, 1), evaluate=False), evaluate=False),
        sp.DiracDelta(x - 1) * 3 - sp.DiracDelta(x, 2) * (rho + 1),
        x**2 * sp.Heaviside(x + 1) - sp.Heaviside(x),
        sp.asin(rho / 2) ** 2 * rho - sp.erf(x - 1) ** 2,
        binormal_cdf(x, 1 - rho, rho / 2) * 2 - binormal_cdf(-x, 1, rho) * sp.tanh(x),
        sp.Float("0.36687916436241091726", 20) - sp.Float("1.25e-9", 20) * rho,
    ],
)
def test_the_reader_tells_hard_formulas_apart(formula: sp.Expr) -> None:
    from deepcond_sym.duals.derivation import latex

    assert_reads_back(formula, latex(formula))
    with pytest.raises(AssertionError):
        assert_reads_back(formula + sp.Rational(1, 1000), latex(formula))
