"""Every law has a kernel that breaks it, and correct kernels break none."""

import math

import numpy as np
import pytest
from scipy.special import erf

from deepcond_sym import DepthMap
from deepcond_sym.errors import InputError
from deepcond_sym.testing import LAWS, Counterexample, check_kernel, kernel_laws

from .kernels import layer, nngp, ntk, of_points

RELU = {"activation": "relu", "depth": 3, "weight_variance": 2}


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("form", ["cosine", "points"])
@pytest.mark.parametrize("kind", ["nngp", "ntk"])
def test_the_textbook_program_passes(kind, form, dtype):
    function = {"nngp": nngp, "ntk": ntk}[kind]
    kernel = (lambda rho: function(rho)) if form == "cosine" else of_points(function)
    outcomes = list(kernel_laws(kernel, kind=kind, dtype=dtype, **RELU))
    assert [outcome.counterexample for outcome in outcomes if outcome.counterexample] == []
    tried = {outcome.law.name for outcome in outcomes if outcome.applies}
    expected = {law.name for law in LAWS} - {"parity"}
    expected -= {"composition", "slope"} if kind == "ntk" else {"ntk recursion", "ntk above nngp"}
    expected -= {"symmetry", "points", "homogeneity", "zero input"} if form == "cosine" else set()
    assert tried == expected


def test_one_number_at_a_time_will_do():
    def kernel(rho):
        return (math.sqrt(1 - rho * rho) + rho * (math.pi - math.acos(rho))) / math.pi

    check_kernel(kernel, activation="relu", depth=1, weight_variance=2)


def test_biases_and_odd_activations():
    check_kernel(lambda rho: 2 / math.pi * np.arcsin(2 * rho / 3), activation="erf", depth=1)
    check_kernel(
        lambda rho: layer(rho) / 4 + 3, activation="relu", depth=1, weight_variance="1/2", bias_variance=3
    )


@pytest.mark.parametrize(
    ("activation", "kind"),
    [
        ("gelu", "ntk"), ("abs", "ntk"), ("sin", "ntk"), ("step", "nngp"),
        pytest.param("tanh", "nngp", marks=pytest.mark.slow),
    ],
)  # fmt: skip
def test_our_float64_passes(activation, kind):
    network = DepthMap(activation, 2, bias_variance="1/10")
    check_kernel(
        getattr(network, kind), form="cosine", activation=activation, depth=2, bias_variance="1/10", kind=kind,
        examples=10,
    )  # fmt: skip


def points_with(change):
    """ReLU's kernel of points, changed by a function of the cosines and the points."""
    exact = of_points(nngp)

    def kernel(first, second):
        with np.errstate(invalid="ignore", divide="ignore"):
            norms = np.outer(np.linalg.norm(first, axis=1), np.linalg.norm(second, axis=1))
            return exact(first, second) + change(first @ second.T / norms, first, second)

    return kernel


MUTANTS = {
    "finite": (lambda rho: np.where(rho == -1, np.nan, nngp(rho)), {}),
    "diagonal": (lambda rho: ntk(rho, 4), {"kind": "ntk"}),
    "bounded": (lambda rho: np.where(rho < 0, 2, nngp(rho)), {}),
    "parity": (lambda rho: 2 / np.pi * np.arcsin(2 * rho / 3) + 1e-6 * rho**2, {"activation": "erf", "depth": 1}),
    "ntk above nngp": (lambda rho: ntk(rho) / 5, {"kind": "ntk"}),
    "continuity": (lambda rho: nngp(rho) + 1e-4 * (rho == 1), {}),
    "Taylor": (lambda rho: nngp(rho) - rho**3 / 2, {}),
    "slope": (lambda rho: nngp(rho, 4), {}),
    "agreement": (lambda rho: nngp(rho) + 1e-9 * rho * (1 - rho), {}),
    "composition": (lambda rho: nngp(rho) + 1e-4 * rho * (1 - rho), {}),
    "ntk recursion": (lambda rho: ntk(rho, start=0.0), {"kind": "ntk"}),
    "symmetry": (points_with(lambda cosines, first, second: 1e-3 * first[:, :1]), {}),
    "zero input": (points_with(lambda cosines, first, second: 0 * cosines), {}),
    "homogeneity": (lambda first, second: nngp(np.clip(first @ second.T, -1, 1)), {}),
    "points": (points_with(lambda cosines, first, second: 1e-3 * (cosines < -0.99)), {}),
    "semidefinite": (lambda rho: nngp(rho) - 1.6 * (rho < 1), {}),
}


@pytest.mark.parametrize("law", LAWS, ids=lambda law: law.name)
def test_each_law_has_a_kernel_that_breaks_it(law):
    kernel, arguments = MUTANTS[law.name]
    with pytest.raises(Counterexample) as caught:
        check_kernel(kernel, laws=[law.name], **{**RELU, **arguments})
    assert caught.value.law in (law.name, "finite")
    # The lines that it prints run, and print two or more numbers that a reader can compare.
    scope = {"kernel": kernel}
    for line in caught.value.lines:
        exec(line, scope)


@pytest.mark.parametrize("place", [-1.0, 0.0, 1.0, float(np.nextafter(1, 0)), float(np.nextafter(-1, 0))])
def test_the_ends_are_tried_whatever_is_drawn(place):
    with pytest.raises(Counterexample, match="finite"):
        check_kernel(lambda rho: np.where(rho == place, np.nan, nngp(rho)), laws=["finite"], examples=1, **RELU)


@pytest.mark.parametrize(("depth", "kind"), [(1000, "ntk"), pytest.param(3000, "nngp", marks=pytest.mark.slow)])
def test_the_recursion_that_freezes_in_float32_is_found(depth, kind):
    function = {"nngp": nngp, "ntk": ntk}[kind]
    with pytest.raises(Counterexample, match="agreement"):
        check_kernel(
            lambda rho: function(rho, depth), activation="relu", depth=depth, weight_variance=2, kind=kind,
            dtype="float32", laws=["agreement"], examples=2,
        )  # fmt: skip


def test_a_kernel_that_changes_its_mind_is_found():
    rng = np.random.default_rng(1)
    with pytest.raises(Counterexample):
        check_kernel(lambda rho: nngp(rho) + 1e-3 * rng.standard_normal(rho.shape), **RELU)


def test_an_exception_in_the_kernel_is_a_counterexample():
    def kernel(rho):
        if (rho == 1).any():
            raise ZeroDivisionError("division by zero")
        return nngp(rho)

    with pytest.raises(Counterexample, match="raised ZeroDivisionError"):
        check_kernel(kernel, **RELU)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"kind": "covariance"}, "'nngp' or 'ntk'"),
        ({"dtype": "float16"}, "float32 or float64"),
        ({"laws": ["gravity"]}, "There is no law 'gravity'"),
        ({"examples": 0}, "at least one example"),
        ({"tolerance": 2}, "between 0 and 1"),
        ({"form": "matrix"}, "'cosine' or 'points'"),
        ({"activation": "step", "kind": "ntk"}, "there is no limit NTK"),
        ({"weight_variance": "9", "depth": 500}, "between 1e-30 and 1e30"),
    ],
)
def test_bad_requests_are_refused_before_any_case(changes, sentence):
    def never(rho):
        raise AssertionError("asked")

    with pytest.raises(InputError, match=sentence):
        check_kernel(never, **{**RELU, **changes})


def test_kernels_of_the_wrong_shape_are_refused():
    with pytest.raises(InputError, match="one value for each"):
        check_kernel(lambda rho: rho[:0], **RELU)
    with pytest.raises(InputError, match="one row for each"):
        check_kernel(lambda first, second: np.zeros((1, 7)), **RELU)
    with pytest.raises(InputError, match="one array of cosines or two"):
        check_kernel(lambda: 1, **RELU)


def test_erf_of_scipy_by_simulation_is_too_rough():
    # A kernel estimated from samples is no kernel: the tolerance is that of the dtype.
    rng = np.random.default_rng(0)
    a, b = rng.standard_normal((2, 1000))

    def kernel(rho):
        return np.array([(erf(a) * erf(r * a + np.sqrt(1 - r * r) * b)).mean() for r in rho])

    with pytest.raises(Counterexample):
        check_kernel(kernel, activation="erf", depth=1)
