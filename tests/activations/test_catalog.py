"""The catalogue, against formulas written here by hand in mpmath, and its questionnaire, against facts known by eye."""

import time

import mpmath as mp
import pytest
import sympy as sp

from deepcond_sym.activations import activation, catalog
from deepcond_sym.arithmetic import lower
from deepcond_sym.arithmetic import mp as digits
from deepcond_sym.errors import InputError
from deepcond_sym.symbols import x


def selu(t):
    scale, alpha = mp.mpf("1.0507009873554804934193349852946"), mp.mpf("1.6732632423543772848170429916717")
    return scale * (t if t > 0 else alpha * mp.expm1(t))


FORMULAS = {
    "identity": lambda t: t,
    "relu": lambda t: max(t, 0),
    "leaky_relu": lambda t: t if t > 0 else t / 100,
    "leaky_relu(1/5)": lambda t: t if t > 0 else t / 5,
    "abs": abs,
    "step": lambda t: 1 if t > 0 else 0,
    "sign": lambda t: 1 if t > 0 else -1,
    "relu_power(2)": lambda t: t * t if t > 0 else 0,
    "relu_power(0)": lambda t: 1 if t > 0 else 0,
    "hard_tanh": lambda t: min(1, max(-1, t)),
    "relu6": lambda t: min(6, max(0, t)),
    "elu": lambda t: t if t > 0 else mp.expm1(t),
    "selu": selu,
    "erf": mp.erf,
    "normal_cdf": mp.ncdf,
    "gelu": lambda t: t * mp.ncdf(t),
    "sin": mp.sin,
    "cos": mp.cos,
    "exp": mp.exp,
    "gaussian": lambda t: mp.exp(-t * t),
    "rbf": lambda t: mp.sin(t) + mp.cos(t),
    "rbf(2)": lambda t: mp.sin(2 * t) + mp.cos(2 * t),
    "monomial(3)": lambda t: t**3,
    "polynomial(1,0,-1/2)": lambda t: 1 - t * t / 2,
    "hermite(4)": lambda t: (t**4 - 6 * t**2 + 3) / mp.sqrt(24),
    "tanh": mp.tanh,
    "sigmoid": lambda t: 1 / (1 + mp.exp(-t)),
    "softplus": lambda t: mp.log1p(mp.exp(t)),
    "silu": lambda t: t / (1 + mp.exp(-t)),
    "mish": lambda t: t * mp.tanh(mp.log1p(mp.exp(t))),
    "softsign": lambda t: t / (1 + abs(t)),
}
EVERY = [*FORMULAS, "norm_relu"]

PARITY = {
    "odd": {"identity", "sign", "hard_tanh", "erf", "sin", "monomial(3)", "tanh", "softsign"},
    "even": {"abs", "cos", "gaussian", "polynomial(1,0,-1/2)", "hermite(4)"},
}
KINKS = {
    "relu": (0,), "leaky_relu": (0,), "leaky_relu(1/5)": (0,), "abs": (0,), "hard_tanh": (-1, 1), "relu6": (0, 6),
    "selu": (0,), "norm_relu": (sp.Rational(-639, 400),),
}  # fmt: skip
JUMPS = {"step": (0,), "relu_power(0)": (0,), "sign": (0,)}
HOMOGENEITY = {
    "identity": 1, "relu": 1, "leaky_relu": 1, "leaky_relu(1/5)": 1, "abs": 1, "step": 0, "sign": 0, "relu_power(2)": 2,
    "relu_power(0)": 0, "monomial(3)": 3,
}  # fmt: skip
PIECEWISE_POLYNOMIAL = {*HOMOGENEITY, "hard_tanh", "relu6", "norm_relu", "polynomial(1,0,-1/2)", "hermite(4)"}


@pytest.mark.parametrize("name", FORMULAS)
def test_formula_is_the_named_function(name):
    sigma = lower(activation(name).expr, digits)
    for text in ("-7.25", "-1.5", "-0.3", "0.2", "0.9", "3.75", "8"):
        t = mp.mpf(text)
        assert mp.almosteq(sigma(t), FORMULAS[name](t), rel_eps=1e-13, abs_eps=1e-14)


@pytest.mark.parametrize("name", EVERY)
def test_questionnaire(name):
    sigma = activation(name)
    assert sigma.parity == next((p for p, names in PARITY.items() if name in names), None)
    assert sigma.kinks == KINKS.get(name, ())
    assert sigma.jumps == JUMPS.get(name, ())
    assert sigma.homogeneity == HOMOGENEITY.get(name)
    assert sigma.is_piecewise_polynomial == (name in PIECEWISE_POLYNOMIAL)
    assert sigma.is_square_integrable
    assert sigma.pieces[0].lower == -sp.oo
    assert sigma.pieces[-1].upper == sp.oo
    assert all(a.upper == b.lower for a, b in zip(sigma.pieces, sigma.pieces[1:], strict=False))


def test_norm_relu_has_mean_0_and_variance_1():
    """agarwal2021 eq. 4, by quadrature of our formula for two offsets."""
    for name in ("norm_relu", "norm_relu(1/2)"):
        sigma = activation(name)
        f, cut = lower(sigma.expr, digits), mp.mpf(int(sigma.kinks[0].p)) / int(sigma.kinks[0].q)
        mean = mp.quad(lambda t, f=f: f(t) * mp.npdf(t), [-12, cut, 12])
        square = mp.quad(lambda t, f=f: f(t) ** 2 * mp.npdf(t), [-12, cut, 12])
        assert abs(mean) < 1e-12
        assert abs(square - 1) < 1e-12


def test_hermite_activations_are_orthonormal():
    """Exact, by the moments (2k - 1)!! of N(0, 1)."""
    for i in range(8):
        for j in range(i + 1):
            product = sp.Poly(activation(f"hermite({i})").expr * activation(f"hermite({j})").expr, x)
            moment = sum(c * (sp.factorial2(k - 1) if k % 2 == 0 else 0) for (k,), c in product.terms())
            assert sp.simplify(moment) == (1 if i == j else 0)


def test_table_is_complete_and_says_how_to_call():
    table = catalog()
    assert set(table) == {name.partition("(")[0] for name in EVERY}
    for name, entry in table.items():
        assert entry.name == name
        assert entry.description
        assert entry.description.isascii()
        assert entry.signature.startswith(name)
        assert entry.needs_parameters == (name in {"relu_power", "monomial", "polynomial", "hermite"})


def test_all_are_built_quickly():
    """Every entry, its pieces and its checks, in well under a tenth of a second each (fresh objects, one process)."""
    start = time.perf_counter()
    for name in EVERY:
        type(activation(name))(name, activation(name).expr)
    assert time.perf_counter() - start < 0.1 * len(EVERY)


@pytest.mark.parametrize(
    "spec",
    ["relu_power", "monomial", "hermite(-1)", "hermite(1/2)", "hermite(101)", "monomial(2,3)", "leaky_relu(1,2)",
     "rbf(0)", "rbf(-1)", "relu_power(x)", "nosuch", "nosuch(1)"],
)  # fmt: skip
def test_wrong_parameters_are_refused(spec):
    with pytest.raises(InputError):
        activation(spec)
