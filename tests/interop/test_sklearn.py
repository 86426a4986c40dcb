"""NNGP and NTK inside scikit-learn: its own tests of kernels, and digits from the data to the score."""

import pickle

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.datasets import load_digits
from sklearn.gaussian_process import GaussianProcessClassifier, GaussianProcessRegressor
from sklearn.gaussian_process.kernels import ConstantKernel, WhiteKernel
from sklearn.gaussian_process.tests import test_kernels as theirs
from sklearn.model_selection import GridSearchCV

from deepcond_sym import DepthMap, activation, nngp_matrix, ntk_matrix
from deepcond_sym.errors import AccuracyError, InputError
from deepcond_sym.interop.sklearn import NNGP, NTK

KERNELS = [
    NNGP("relu", depth=3, weight_variance=2),
    NTK("relu", depth=2, weight_variance="3/2"),
    NTK("gelu", depth=2, normalize=True, unit_rows=True),
    NNGP(activation("x*exp(-x**2/2)"), depth=1, bias_variance="1/10", unit_rows=True),
]
COMPOUND = ConstantKernel(2.0) * NTK("relu", depth=1, weight_variance=2) + WhiteKernel(0.1)
THEIR_TESTS = [
    theirs.test_kernel_gradient,
    theirs.test_kernel_theta,
    theirs.test_auto_vs_cross,
    theirs.test_kernel_diag,
    theirs.test_kernel_clone,
    theirs.test_kernel_clone_after_set_params,
    theirs.test_set_get_params,
    theirs.test_repr_kernels,
]


@pytest.mark.parametrize("test", THEIR_TESTS, ids=lambda test: test.__name__)
@pytest.mark.parametrize("kernel", KERNELS, ids=str)
def test_their_own_tests(test, kernel):
    test(kernel)


@pytest.mark.parametrize("test", [theirs.test_kernel_gradient, theirs.test_kernel_diag, theirs.test_kernel_clone])
def test_their_own_tests_of_compound_kernels(test):
    test(COMPOUND)


def test_the_values_are_those_of_the_certified_matrices():
    points = np.random.default_rng(3).standard_normal((6, 4))
    points /= np.linalg.norm(points, axis=1, keepdims=True)
    for kind, matrix in ((NNGP, nngp_matrix), (NTK, ntk_matrix)):
        found = kind("gelu", depth=3)(points)
        exact = matrix(points, DepthMap("gelu", 3))
        assert np.abs(found - exact.values).max() < 1e-14 * found.max()


def test_two_sets_of_points_and_their_diagonal():
    rng = np.random.default_rng(5)
    first, second = rng.standard_normal((4, 3)), rng.standard_normal((2, 3))
    kernel = NTK("relu", depth=5, weight_variance=2)
    both = kernel(np.concatenate([first, second]))
    np.testing.assert_allclose(kernel(first, second), both[:4, 4:], rtol=1e-12)
    np.testing.assert_allclose(kernel.diag(first), np.diag(both)[:4], rtol=1e-13)


@pytest.mark.parametrize("kernel", [*KERNELS, COMPOUND], ids=str)
def test_clones_and_pickles_are_equal(kernel):
    assert clone(kernel) == kernel
    assert clone(kernel) is not kernel
    assert pickle.loads(pickle.dumps(kernel)) == kernel


def test_digits_by_grid_search():
    images, labels = load_digits(n_class=3, return_X_y=True)
    images, labels = images[:150], labels[:150]
    targets = np.eye(3)[labels]
    model = GaussianProcessRegressor(NTK("relu", weight_variance=2, unit_rows=True), alpha=1e-3, optimizer=None)
    search = GridSearchCV(model, {"kernel__depth": [1, 3], "kernel__activation": ["relu", "erf"]}, cv=2)
    search.fit(images[:100], targets[:100])
    predicted = search.predict(images[100:]).argmax(axis=1)
    assert set(search.best_params_) == {"kernel__depth", "kernel__activation"}
    assert (predicted == labels[100:]).mean() > 0.95


def test_digits_by_a_classifier_with_gradients():
    images, labels = load_digits(n_class=2, return_X_y=True)
    kernel = ConstantKernel(1.0) * NNGP("relu", depth=2, weight_variance=2, unit_rows=True)
    model = GaussianProcessClassifier(kernel, random_state=0).fit(images[:60], labels[:60])
    assert model.kernel_.get_params()["k1__constant_value"] != 1.0
    assert model.score(images[60:120], labels[60:120]) > 0.95


def test_bad_requests_are_refused():
    points = np.ones((2, 3))
    with pytest.raises(ValueError, match="when Y is None"):
        NTK()(points, points, eval_gradient=True)
    with pytest.raises(InputError, match="Row 1 of the data is zero"):
        NTK("relu", weight_variance=2)(np.array([[1.0, 0.0], [0.0, 0.0]]))
    with pytest.raises(InputError, match="no limit NTK"):
        NTK("step", unit_rows=True)(points)
    with pytest.raises(AccuracyError, match="range of float64"):
        NTK("erf", depth=2000, weight_variance=9, unit_rows=True)(points)
