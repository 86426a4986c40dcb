"""`elementwise`: an activation as a layer of neural-tangents, which is imported when it is called."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import sympy as sp

from deepcond_sym.activations import Activation
from deepcond_sym.activations import activation as activation_of
from deepcond_sym.duals import dual_pair
from deepcond_sym.duals.pairs.pair_closed_form import q1, q2
from deepcond_sym.errors import InputError
from deepcond_sym.symbols import rho, x


def elementwise(source: Activation | str | sp.Expr, normalize: bool = False) -> Any:
    """A layer (init_fn, apply_fn, kernel_fn) for `neural_tangents.stax.serial`, with the kernels that we derive.

    `source` is a name, text, SymPy expression or `Activation` whose dual for two variances has a closed form, and so
    has that of its derivative; `normalize` gives it mean 0 and variance 1 under N(0, 1). The kernels have values at
    cosines -1 and 1 and for the zero vector. Raises `ImportError` without jax and neural-tangents, `InputError` for an
    activation with jumps or without such closed forms.

    >>> from neural_tangents import stax                                              # doctest: +SKIP
    >>> net = stax.serial(stax.Dense(512), elementwise("x*exp(-x**2/2)"), stax.Dense(1))   # doctest: +SKIP

    Source: derived here.
    """
    sigma = activation_of(source)
    sigma = sigma.normalized() if normalize else sigma
    if sigma.jumps:
        raise InputError(f"{sigma.name} jumps, so it has no tangent kernel, which layers of neural-tangents must have.")
    value, slope = dual_pair(sigma).expr, dual_pair(sigma.derivative()).expr
    jax, stax = _libraries()
    modules = [{"erf": jax.scipy.special.erf, "erfc": jax.scipy.special.erfc}, "jax"]
    apply = sp.lambdify(x, sigma.expr, modules=modules)
    covariance, derivative = (sp.lambdify((rho, q1, q2), formula, modules=modules) for formula in (value, slope))
    return stax.Elementwise(apply, _of_covariances(covariance, jax.numpy), _of_covariances(derivative, jax.numpy))


def _of_covariances(formula: Any, numpy: Any) -> Any:
    """The formula in a cosine and two variances as a function of a covariance and two variances."""

    def kernel(covariance: Any, first: Any, second: Any) -> Any:
        # Of one product, so that equal variances have cosine 1 exactly, where arcsines lose half of the digits.
        norms = numpy.sqrt(first * second)
        # A vector that is 0 has every cosine with another one; its kernels do not depend on which.
        cosine = numpy.clip(covariance / numpy.where(norms > 0, norms, 1), -1, 1)
        return formula(cosine, first, second) + numpy.zeros_like(cosine)

    return kernel


def _libraries() -> tuple[Any, Any]:
    try:
        return import_module("jax"), import_module("neural_tangents.stax")
    except ImportError as missing:
        raise ImportError(
            "This needs jax and neural-tangents: pip install neural-tangents, with a jax that it works with."
        ) from missing
