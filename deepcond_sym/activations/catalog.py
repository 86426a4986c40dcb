"""The named activations, as one table: parameters, one line of description, and the formula in x."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache

import sympy as sp

from deepcond_sym.errors import InputError
from deepcond_sym.symbols import x

from . import functions as f
from .constants import sign_of_constant
from .nonsmooth import absolute, sign, step

MAX_ORDER = 100
"""Largest power, polynomial degree or Hermite order."""


@dataclass(frozen=True)
class Entry:
    """One named activation: `parameters` gives each parameter's default (None where one must be given).

    >>> catalog()["leaky_relu"].parameters
    (('slope', 1/100),)
    """

    name: str
    description: str
    build: Callable[..., sp.Expr]
    parameters: tuple[tuple[str, sp.Expr | None], ...] = ()
    any_number: bool = False

    @property
    def signature(self) -> str:
        """How the name is written with its parameters.

        >>> catalog()["leaky_relu"].signature
        'leaky_relu(slope=1/100)'
        """
        if not self.parameters:
            return self.name
        written = [name if default is None else f"{name}={default}" for name, default in self.parameters]
        return f"{self.name}({', '.join(written)}{', ...' if self.any_number else ''})"

    @property
    def needs_parameters(self) -> bool:
        """True when the bare name is not enough."""
        return any(default is None for _, default in self.parameters)

    def expression(self, *values: sp.Expr) -> sp.Expr:
        """The formula in x with these parameter values (exact SymPy numbers).

        Errors: InputError for a wrong number of parameters or a value outside the range of a parameter.

        >>> catalog()["monomial"].expression(sp.Integer(3))
        x**3
        """
        if any(v.free_symbols for v in values):
            raise InputError(f"the parameters of {self.signature} are numbers.")
        missing = [default for _, default in self.parameters[len(values) :]]
        too_many = len(values) > len(self.parameters) and not self.any_number
        if too_many or any(default is None for default in missing):
            raise InputError(f"wrong number of parameters; write it as {self.signature}.")
        return self.build(*values, *missing)


def _order(value: sp.Expr, name: str) -> int:
    if not isinstance(value, sp.Integer) or not 0 <= value <= MAX_ORDER:
        raise InputError(f"the parameter of {name} is an integer from 0 to {MAX_ORDER}.")
    return int(value)


def _monomial(k: sp.Expr) -> sp.Expr:
    return x ** _order(k, "monomial")


def _relu_power(k: sp.Expr) -> sp.Expr:
    order = _order(k, "relu_power")
    return f.relu(x) ** order if order else step(x)


def _polynomial(*coefficients: sp.Expr) -> sp.Expr:
    _order(sp.Integer(len(coefficients) - 1), "polynomial (its degree)")
    return sp.Add(*(c * x**k for k, c in enumerate(coefficients)))


@lru_cache(maxsize=128)
def _hermite(k: sp.Expr) -> sp.Expr:
    order = _order(k, "hermite")
    # He_{n+1} = x He_n - n He_{n-1} on coefficient lists: plain integers, so order 100 costs nothing.
    previous, current = [0], [1]
    for n in range(order):
        padded = [*previous, *[0] * (len(current) + 1 - len(previous))]
        previous, current = current, [a - n * b for a, b in zip([0, *current], padded, strict=True)]
    return sp.Add(*(c * x**j for j, c in enumerate(current) if c)) / sp.sqrt(sp.factorial(order))


def _norm_relu(c: sp.Expr) -> sp.Expr:
    """Agarwal and others 2021, equation (4): a shifted ReLU with mean 0 and variance 1 under N(0, 1)."""
    cdf, pdf = f.normal_cdf(c), f.normal_pdf(c)
    offset = (1 - cdf) * c - pdf
    variance = (1 - cdf) * cdf * c**2 + (1 - 2 * cdf) * pdf * c + (1 - cdf - pdf**2)
    return (f.relu(x - c) + offset) / sp.sqrt(variance)


def _rbf(frequency: sp.Expr) -> sp.Expr:
    if sign_of_constant(frequency) <= 0:
        raise InputError("the frequency of rbf is a positive number.")
    return sp.sqrt(2) * sp.sin(frequency * x + sp.pi / 4)


_ENTRIES = (
    Entry("identity", "x itself: the linear network", lambda: x),
    Entry("relu", "max(0, x)", lambda: f.relu(x)),
    Entry(
        "leaky_relu",
        "x for x > 0, slope * x elsewhere",
        lambda slope: f.leaky_relu(x, slope),
        (("slope", sp.Rational(1, 100)),),
    ),
    Entry("abs", "|x|, the absolute value", lambda: absolute(x)),
    Entry("step", "1 for x > 0, 0 for x < 0, 1/2 at 0", lambda: step(x)),
    Entry("sign", "1 for x > 0, -1 for x < 0, 0 at 0", lambda: sign(x)),
    Entry("relu_power", "max(0, x)^k; k = 0 is the step", _relu_power, (("k", None),)),
    Entry("hard_tanh", "x clipped to [-1, 1]", lambda: f.hard_tanh(x)),
    Entry("relu6", "x clipped to [0, 6]", lambda: f.relu6(x)),
    Entry(
        "norm_relu",
        "max(x - c, 0) shifted and scaled to mean 0 and variance 1 under N(0, 1)",
        _norm_relu,
        (("c", sp.Rational(-15975, 10000)),),
    ),
    Entry("elu", "x for x > 0, exp(x) - 1 elsewhere", lambda: f.elu(x)),
    Entry("selu", "the scaled ELU with the published constants", lambda: f.selu(x)),
    Entry("erf", "the error function", lambda: sp.erf(x)),
    Entry("normal_cdf", "the distribution function of N(0, 1)", lambda: f.normal_cdf(x)),
    Entry("gelu", "x times the distribution function of N(0, 1), exact", lambda: f.gelu(x)),
    Entry("sin", "sin(x)", lambda: sp.sin(x)),
    Entry("cos", "cos(x)", lambda: sp.cos(x)),
    Entry("exp", "exp(x)", lambda: sp.exp(x)),
    Entry("gaussian", "exp(-x^2)", lambda: f.gaussian(x)),
    Entry(
        "rbf",
        "sqrt(2) sin(frequency * x + pi/4): its dual is a Gaussian of the distance",
        _rbf,
        (("frequency", sp.S.One),),
    ),
    Entry("monomial", "x^k", _monomial, (("k", None),)),
    Entry("polynomial", "c0 + c1 x + c2 x^2 + ...", _polynomial, (("c0", None), ("c1", sp.S.Zero)), any_number=True),
    Entry("hermite", "He_k(x)/sqrt(k!), orthonormal under N(0, 1)", _hermite, (("k", None),)),
    Entry("tanh", "the hyperbolic tangent", lambda: sp.tanh(x)),
    Entry("sigmoid", "1/(1 + exp(-x))", lambda: f.sigmoid(x)),
    Entry("softplus", "log(1 + exp(x))", lambda: f.softplus(x)),
    Entry("silu", "x/(1 + exp(-x)), also called swish", lambda: f.silu(x)),
    Entry("mish", "x tanh(log(1 + exp(x)))", lambda: f.mish(x)),
    Entry("softsign", "x/(1 + |x|)", lambda: f.softsign(x)),
)


def catalog() -> Mapping[str, Entry]:
    """The named activations: name -> entry with its parameters, description and formula.

    >>> catalog()["gelu"].description
    'x times the distribution function of N(0, 1), exact'
    """
    return {entry.name: entry for entry in _ENTRIES}
