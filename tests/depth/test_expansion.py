"""Fits in powers and logarithms of the depth: exact expansions are found again, and the pooled critical constants."""

from typing import Any

import mpmath
import numpy as np
import pytest
import sympy as sp

from deepcond_sym.depth import convolution_kernels, fit_expansion, pixel_correlations
from deepcond_sym.errors import InputError

TERMS = [(1, 0), (0, 1), (0, 0), (-1, 1), (-1, 0), (-2, 2), (-2, 1), (-2, 0)]


def test_an_exact_expansion_is_found_again():
    with mpmath.workdps(60):
        weights = {term: mpmath.mpf(i + 1) / 7 for i, term in enumerate(TERMS)}
        values = {
            2**k: sum(c * mpmath.mpf(2**k) ** a * mpmath.log(2**k) ** b for (a, b), c in weights.items())
            for k in range(3, 15)
        }
        fit = fit_expansion(values, TERMS)
        assert all(abs(fit.coefficients[term] - c) < 1e-30 for term, c in weights.items())
        assert fit.residual < 1e-50
        assert max(fit.spread.values()) < 1e-30


def test_a_missing_logarithm_shows_in_the_residual_and_the_spread():
    """The trap of a constant fitted where there is log l: three digits, and both warnings."""
    values = {2**k: 2**k / 3 - 2 * np.log(2**k) for k in range(4, 14)}
    wrong, right = (fit_expansion(values, terms) for terms in (TERMS[::2], TERMS[:3]))
    assert abs(right.coefficients[1, 0] - 1 / 3) < 1e-12
    assert abs(wrong.coefficients[1, 0] - 1 / 3) > 1e-6
    assert wrong.residual > 1e3 * right.residual
    assert wrong.spread[1, 0] > 1e3 * right.spread[1, 0]


@pytest.mark.parametrize(
    ("source", "share", "settings"),
    [
        (
            "erf", sp.Rational(1, 3),
            {"weight_variance": sp.pi / 2, "bias_variance": sp.Rational(3, 4) - sp.asin(sp.Rational(3, 5)),
             "variance": "3/4"},
        ),
        ("relu", sp.Rational(1, 4), {"weight_variance": 2}),
    ],
    ids=["erf", "relu"],
)  # fmt: skip
def test_pooled_critical_constants(source, share, settings: dict[str, Any]):
    """xiao2020/B24, B25 and B40 at d = 2, m = 3: m s + (1 - s)/d and (1 - s)/d, to seven digits from 2^13 layers."""
    _check(source, float(share), settings, pixels=2, most=13, error=2e-7)


@pytest.mark.slow
@pytest.mark.parametrize("pixels", [2, 4, 6])
def test_pooled_critical_constants_of_more_pixels(pixels):
    _check("relu", 0.25, {"weight_variance": 2}, pixels=pixels, most=15, error=1e-7)


def _check(source: str, share: float, settings: dict[str, Any], *, pixels: int, most: int, error: float) -> None:
    m, depths = 3, [2**k for k in range(4, most + 1)]
    correlations = pixel_correlations(np.random.default_rng(pixels).normal(size=(m, pixels, 5)) + 0.3)
    deep = convolution_kernels(correlations, source, depths=depths, **settings)
    spectra = {kernels.depth: np.linalg.eigvalsh(kernels.pool()) for kernels in deep}
    bulk = (1 - share) / pixels
    for place, expected in ((-1, m * share + bulk), (0, bulk), (1, bulk)):
        fit = fit_expansion({depth: values[place] for depth, values in spectra.items()}, TERMS)
        assert abs(fit.coefficients[1, 0] - expected) < error
        assert fit.residual < 1e-6


@pytest.mark.parametrize(
    ("values", "terms", "message"),
    [
        ({2: 1, 4: 2}, [(1, 0), (0, 0)], "more depths than terms"),
        ({1: 1, 4: 2}, [(1, 0)], "integers of at least 2"),
        ({2: 1, 4: 2}, [(1, 0.5)], "different pairs"),
        ({2: 1, 4: 2}, [(1, 0), (1, 0)], "different pairs"),
        ({2: 1, 4: 2}, [], "different pairs"),
        ({2: float("nan"), 4: 2}, [(1, 0)], "finite numbers"),
    ],
)
def test_bad_input_is_one_sentence(values, terms, message):
    with pytest.raises(InputError, match=message):
        fit_expansion(values, terms)
