"""The layer for neural-tangents, as far as it goes without that library: `make conformance` tries it inside."""

import sys

import numpy as np
import pytest
import sympy as sp

from deepcond_sym import DepthMap
from deepcond_sym.duals import dual_pair
from deepcond_sym.duals.pairs.pair_closed_form import q1, q2
from deepcond_sym.errors import InputError
from deepcond_sym.interop import neural_tangents as ours
from deepcond_sym.symbols import rho


def test_it_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "jax", None)
    with pytest.raises(ImportError, match=r"^This needs jax and neural-tangents"):
        ours.elementwise("relu")


def test_what_has_no_such_layer_is_refused_first(monkeypatch):
    monkeypatch.setitem(sys.modules, "jax", None)
    with pytest.raises(InputError, match="no tangent kernel"):
        ours.elementwise("step")
    with pytest.raises(InputError, match="closed form"):
        ours.elementwise("tanh")


def test_covariances_of_coincident_opposite_and_zero_vectors():
    formula = sp.lambdify((rho, q1, q2), dual_pair("relu").expr, modules="numpy")
    kernel = ours._of_covariances(formula, np)
    variance = np.array([[0.3], [2.0], [0.0]])
    covariance = np.array([[0.3, -0.3], [2.0, -2.0], [0.0, 0.0]])
    found = kernel(covariance, variance, variance)
    assert found == pytest.approx(np.array([[0.15, 0.0], [1.0, 0.0], [0.0, 0.0]]), rel=1e-15)
    assert (found[:, 1] == 0).all()
    half, one = np.array(0.5), np.array(1.0)
    assert kernel(half, one, one) == pytest.approx(DepthMap("relu", 1).nngp(0.5), rel=1e-14)
