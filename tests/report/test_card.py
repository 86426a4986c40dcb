"""`deepcond show` and `deepcond derive`: every catalogued activation against quadrature by mpmath."""

import mpmath
import pytest

from deepcond_sym.activations import activation, catalog
from deepcond_sym.errors import InputError
from deepcond_sym.report import derivation
from deepcond_sym.report.card import card

SPECS = sorted(name for name, entry in catalog().items() if not entry.needs_parameters)
SPECS += ["relu_power(2)", "monomial(3)", "polynomial(1,0,1)", "hermite(4)", "x*exp(-x**2/2) + x**2", "exp(x**2/5)"]


def formulas():
    """The activations as mpmath functions, written here a second time."""
    m = mpmath
    alpha = m.mpf("1.6732632423543772848170429916717")
    scale = m.mpf("1.0507009873554804934193349852946")
    cut = m.mpf(-15975) / 10000
    offset = (1 - m.ncdf(cut)) * cut - m.npdf(cut)
    p, d = m.ncdf(cut), m.npdf(cut)
    weight = 1 / m.sqrt((1 - p) * p * cut**2 + (1 - 2 * p) * d * cut + (1 - p - d**2))
    return {
        "identity": (lambda x: x, []),
        "relu": (lambda x: max(x, 0), [0]),
        "leaky_relu": (lambda x: x if x > 0 else x / 100, [0]),
        "abs": (abs, [0]),
        "step": (lambda x: m.mpf(x > 0), [0]),
        "sign": (m.sign, [0]),
        "hard_tanh": (lambda x: max(-1, min(1, x)), [-1, 1]),
        "relu6": (lambda x: max(0, min(6, x)), [0, 6]),
        "norm_relu": (lambda x: weight * (max(x - cut, 0) + offset), [cut]),
        "elu": (lambda x: x if x > 0 else m.expm1(x), [0]),
        "selu": (lambda x: scale * (x if x > 0 else alpha * m.expm1(x)), [0]),
        "erf": (m.erf, []),
        "normal_cdf": (m.ncdf, []),
        "gelu": (lambda x: x * m.ncdf(x), []),
        "sin": (m.sin, []),
        "cos": (m.cos, []),
        "exp": (m.exp, []),
        "gaussian": (lambda x: m.exp(-(x**2)), []),
        "rbf": (lambda x: m.sqrt(2) * m.sin(x + m.pi / 4), []),
        "tanh": (m.tanh, []),
        "sigmoid": (lambda x: 1 / (1 + m.exp(-x)), []),
        "softplus": (lambda x: m.log1p(m.exp(x)), []),
        "silu": (lambda x: x / (1 + m.exp(-x)), []),
        "mish": (lambda x: x * m.tanh(m.log1p(m.exp(x))), []),
        "softsign": (lambda x: x / (1 + abs(x)), [0]),
        "relu_power(2)": (lambda x: max(x, 0) ** 2, [0]),
        "monomial(3)": (lambda x: x**3, []),
        "polynomial(1,0,1)": (lambda x: 1 + x**2, []),
        "hermite(4)": (lambda x: (x**4 - 6 * x**2 + 3) / m.sqrt(24), []),
        "x*exp(-x**2/2) + x**2": (lambda x: x * m.exp(-(x**2) / 2) + x**2, []),
        "exp(x**2/5)": (lambda x: m.exp(x**2 / 5), []),
    }


@pytest.mark.parametrize("spec", SPECS)
def test_constants_agree_with_quadrature_to_twenty_digits(spec):
    with mpmath.workdps(30):
        sigma, breaks = formulas()[spec]
        reach = 40 if spec.startswith("exp(x") else 14
        grid = sorted({*map(mpmath.mpf, range(-reach, reach + 1, 2)), *map(mpmath.mpf, breaks)})

        def expectation(f):
            return mpmath.quad(lambda x: f(x) * mpmath.npdf(x), grid)

        mean, slope = expectation(sigma), expectation(lambda x: x * sigma(x))
        second = expectation(lambda x: sigma(x) ** 2)
        wanted = {"mean": mean, "second_moment": second, "a_1": slope}
        wanted["mu"] = 1 - slope**2 / (second - mean**2)
        wanted["mu_tilde"] = 1 - (slope**2 + mean**2) / second
        shown = card(activation(spec))
        for name, value in wanted.items():
            found = mpmath.mpf(shown[name]["value"].split(" ")[0])
            assert abs(found - value) <= 6e-20 * abs(value) + mpmath.mpf(10) ** -24, (name, shown[name]["value"], value)


def test_the_card_answers_the_questionnaire():
    relu, sign = card(activation("relu")), card(activation("sign"))
    assert (relu["kinks"], relu["jumps"], relu["homogeneity"], relu["parity"]) == (["0"], [], "1", None)
    assert (sign["kinks"], sign["jumps"], sign["homogeneity"], sign["parity"]) == ([], ["0"], "0", "odd")
    assert relu["chi_1"]["exact"] == "1/2"
    assert sign["chi_1"]["value"] == "oo"
    assert relu["dual"]["route"] == "price"
    assert card(activation("tanh"))["dual"]["expr"] is None


def test_a_constant_activation_has_no_nonlinearity():
    shown = card(activation("polynomial(2)"))
    assert shown["mu"] is None
    assert shown["mean"]["value"].startswith("2.000")


@pytest.mark.parametrize("spec", ["relu", "gelu", "erf", "hermite(3)", "sin", "tanh", "hard_tanh"])
def test_every_step_of_a_derivation_has_been_checked(spec):
    data = derivation.derivation(activation(spec))
    assert data["steps"]
    assert all(step["check"] for step in data["steps"])
    assert any("sigma_hat(rho)" in line or "No elementary form" in line for line in derivation.lines(data))
    tex = derivation.document(data)
    assert tex.count(r"\begin{") == tex.count(r"\end{")
    assert tex.isascii()


def test_what_is_no_activation_is_refused_in_one_sentence():
    with pytest.raises(InputError):
        card(activation("exp(x**4)"))
