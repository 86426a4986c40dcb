"""Convolutional kernels against a naive loop in mpmath, the fully connected recursion, and what symmetry demands."""

from fractions import Fraction
from typing import Any

import mpmath
import numpy as np
import pytest
import sympy as sp

from deepcond_sym.depth.convolution import convolution_kernels, pixel_correlations
from deepcond_sym.errors import AccuracyError, InputError

CRITICAL: dict[str, Any] = {
    "weight_variance": sp.pi / 2,
    "bias_variance": sp.Rational(3, 4) - sp.asin(sp.Rational(3, 5)),
}
"""The critical erf network with q* = 3/4: sqrt(1 + 4 q*) = 2 and t = 3/5."""


def naive(cosines, weight, bias, q, depth, offsets, shape):
    """K/q* and Theta/q* of erf by four loops over pairs of pixels, from the arcsine formula."""
    m, d = len(cosines), len(cosines[0][0])
    pixels = [(a, i) for a in range(m) for i in range(d)]
    K = {(a, i, b, j): q * cosines[a][b][i][j] for a, i in pixels for b, j in pixels}
    theta = dict.fromkeys(K, mpmath.mpf(0))
    one = 1 + 2 * q

    def moved(i, offset):
        if len(shape) == 1:
            return (i + offset[0]) % shape[0]
        row, column = divmod(i, shape[1])
        return (row + offset[0]) % shape[0] * shape[1] + (column + offset[1]) % shape[1]

    for _ in range(depth):
        T = {key: 2 / mpmath.pi * mpmath.asin(2 * k / one) for key, k in K.items()}
        dot = {key: 4 / mpmath.pi / mpmath.sqrt(one**2 - 4 * k * k) for key, k in K.items()}
        following, tangents = {}, {}
        for a, i, b, j in K:
            places = [(a, moved(i, o), b, moved(j, o)) for o in offsets]
            following[a, i, b, j] = weight * sum(T[p] for p in places) / len(places) + bias
            moving = weight * sum(dot[p] * theta[p] for p in places) / len(places)
            tangents[a, i, b, j] = following[a, i, b, j] + moving
        K, theta = following, tangents
    shown = [np.empty((m, m, d, d)), np.empty((m, m, d, d))]
    for array, values in zip(shown, (K, theta), strict=True):
        for (a, i, b, j), value in values.items():
            array[a, b, i, j] = value / q
    return shown


@pytest.mark.parametrize(
    ("images", "offsets", "shape"),
    [
        (np.random.default_rng(1).normal(size=(2, 3, 2)), [(-1,), (0,), (1,)], (3,)),
        (np.random.default_rng(2).normal(size=(2, 2, 3, 2)), [(r, c) for r in (-1, 0, 1) for c in (-1, 0, 1)], (2, 3)),
    ],
    ids=["three pixels in a row", "two rows of three"],
)
def test_as_the_naive_loop(images, offsets, shape):
    cosines = pixel_correlations(images)
    (found,) = convolution_kernels(cosines, "erf", depths=[3], variance="3/4", grid=shape, **CRITICAL)
    with mpmath.workdps(30):
        covariance, tangent = naive(
            cosines, mpmath.pi / 2, mpmath.mpf(3) / 4 - mpmath.asin(mpmath.mpf(3) / 5), mpmath.mpf(3) / 4, 3, offsets,
            shape,
        )  # fmt: skip
    np.testing.assert_allclose(found.covariance, covariance, rtol=0, atol=2e-15)
    np.testing.assert_allclose(found.tangent, tangent, rtol=0, atol=6e-15)
    np.testing.assert_allclose(found.flatten(), np.einsum("ijaa->ij", tangent) / np.prod(shape), rtol=1e-14)
    np.testing.assert_allclose(found.pool(), tangent.mean(axis=(2, 3)), rtol=1e-14)


def test_digits_and_doubles_agree():
    cosines = [[1, "9/10", "1/2"], ["9/10", 1, "-1/4"], ["1/2", "-1/4", 1]]
    doubles = np.vectorize(lambda c: float(Fraction(c)))(np.array(cosines, dtype=object))
    chaotic: dict[str, Any] = {"weight_variance": "3/2", "bias_variance": "1/9"}
    critical: dict[str, Any] = {"weight_variance": 2}
    for source, settings in (("relu", critical), ("erf", chaotic)):
        (exact,) = convolution_kernels(cosines, source, depths=[5], digits=25, **settings)
        (found,) = convolution_kernels(doubles, source, depths=[5], **settings)
        for name in ("covariance", "complement", "tangent"):
            expected = getattr(exact, name).astype(float)
            np.testing.assert_allclose(getattr(found, name), expected, rtol=4e-13, atol=1e-15)


def test_one_pixel_is_the_fully_connected_network():
    """q* = 3/4 and the start Theta^(0) = 0, by the arcsine formula with one number a layer."""
    with mpmath.workdps(40):
        q, w, b = mpmath.mpf(3) / 4, mpmath.pi / 2, mpmath.mpf(3) / 4 - mpmath.asin(mpmath.mpf(3) / 5)
        k, theta = q / 4, mpmath.mpf(0)
        for _ in range(50):
            slope = 4 * w / mpmath.pi / mpmath.sqrt((1 + 2 * q) ** 2 - 4 * k * k)
            k = 2 * w / mpmath.pi * mpmath.asin(2 * k / (1 + 2 * q)) + b
            theta = k + slope * theta
        (found,) = convolution_kernels([["1/4"]], "erf", depths=[50], variance="3/4", digits=30, **CRITICAL)
        assert mpmath.almosteq(found.covariance[0, 0], k / q, 1e-29)
        assert mpmath.almosteq(found.flatten(), theta / q, 1e-29)
        assert found.pool() == found.flatten()


def test_constant_images_are_points():
    """Where the pixels of an image agree, flatten, pool and the network of one pixel are the same, also chaotic."""
    points = np.random.default_rng(3).normal(size=(3, 4))
    images = np.repeat(points[:, None, :], 5, axis=1)
    settings: dict[str, Any] = {"weight_variance": "1.5", "bias_variance": "0.05"}
    wide = convolution_kernels(pixel_correlations(images), "erf", depths=[1, 60], **settings)
    narrow = convolution_kernels(pixel_correlations(points[:, None, :]), "erf", depths=[1, 60], **settings)
    for many, one in zip(wide, narrow, strict=True):
        for kernel in ("covariance", "tangent"):
            np.testing.assert_allclose(many.pool(kernel), one.pool(kernel), rtol=1e-11)
            np.testing.assert_allclose(many.flatten(kernel), one.flatten(kernel), rtol=1e-11)


def test_entries_stay_between_the_fully_connected_ones():
    """xiao2020/B45: between the recursions from the smallest and the largest correlation of each offset."""
    cosines = pixel_correlations(np.random.default_rng(4).normal(size=(2, 4, 3)) + 1.5)
    assert cosines.min() > 0
    for depth in (1, 7, 40):
        (found,) = convolution_kernels(cosines, "erf", depths=[depth], variance="3/4", **CRITICAL)
        for offset in range(1, 4):
            pair = [(i, (i + offset) % 4) for i in range(4)]
            start = np.array([[[cosines[0, 1][p]]] for p in pair])
            (ends,) = convolution_kernels(start, "erf", depths=[depth], variance="3/4", **CRITICAL)
            for name in ("covariance", "tangent"):
                inside = [getattr(found, name)[0, 1][p] for p in pair]
                low, high = getattr(ends, name).min(), getattr(ends, name).max()
                assert low - 1e-12 * depth <= min(inside)
                assert max(inside) <= high + 1e-12 * depth
                assert depth > 1 or min(inside) > low


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"correlations": [1, 2]}, "correlations is an array"),
        ({"correlations": [[2]]}, "a correlation is a number from -1 to 1"),
        ({"correlations": [[float("nan")]]}, "a correlation is a number from -1 to 1"),
        ({"depths": []}, "depths is a list"),
        ({"depths": [1.5]}, "depths is a list"),
        ({"window": 2}, "odd number"),
        ({"grid": (2, 3)}, "grid is"),
        ({"source": "step"}, "jumps"),
        ({"variance": "1/2"}, "it is not fixed"),
        ({"digits": 20}, "give exact correlations"),
        ({"weight_variance": -1}, "at least 0"),
    ],
)  # fmt: skip
def test_bad_input_is_one_sentence(change, message):
    erf: dict[str, Any] = {"source": "erf", "weight_variance": "1.5", "bias_variance": "0.1"}
    arguments: dict[str, Any] = {"correlations": [[1.0]], "depths": [1], **erf, **change}
    with pytest.raises(InputError, match=message):
        convolution_kernels(arguments.pop("correlations"), arguments.pop("source"), **arguments)


def test_overflow_is_said():
    with pytest.raises(AccuracyError, match="overflows float64"):
        convolution_kernels([[1.0]], "erf", depths=[2000], weight_variance=4, bias_variance="0.05")


@pytest.mark.parametrize(("images", "message"), [([[1.0]], "images is"), ([[[0.0]]], "not all 0"), ("a", "images is")])
def test_bad_images(images, message):
    with pytest.raises(InputError, match=message):
        pixel_correlations(images)
