"""T5: rho = 1, rho = -1, rho = 0 and variance 0 give limits, never NaN, for every catalogued activation."""

import warnings

import numpy as np
import pytest

from deepcond_sym.activations import activation, catalog
from deepcond_sym.depth import DepthMap
from deepcond_sym.errors import AccuracyError, InputError

PARAMETERS = {"hermite": "(3)", "monomial": "(2)", "polynomial": "(1,0,1)", "relu_power": "(2)"}
NAMES = [name + PARAMETERS.get(name, "") for name in sorted(catalog())]
ENDS = np.array([-1.0, 0.0, 1.0])


@pytest.mark.parametrize("name", NAMES)
def test_t05_ends(name):
    source = activation(name)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        network = DepthMap(source, 2, "1/2", "1/4")
        values = network.nngp(ENDS)
        assert np.isfinite(values).all()
        assert values[2] == pytest.approx(network.variances()[-1], rel=1e-15)
        assert (np.abs(values) <= values[2] * (1 + 1e-15)).all()
        assert float(network.nngp_complement(0.0)) == 0.0
        if not source.jumps:
            tangents = network.ntk(ENDS)
            assert np.isfinite(tangents).all()
            assert tangents[2] == pytest.approx(network.ntk_diagonal(), rel=1e-14)
            assert (np.abs(tangents) <= tangents[2] * (1 + 1e-14)).all()


def test_t05_refusal_where_the_digits_are_missing():
    """Not analytic at 0, so that only a slow Hermite series is left: nothing is better than a wrong number."""
    network = DepthMap("sqrt(abs(x))*tanh(x)", 1, "1/2", "1/4")
    with pytest.raises(AccuracyError, match="analytic"):
        network.nngp(0.999)


@pytest.mark.parametrize("name", ["relu", "tanh", "step", "cos"])
def test_t05_variance_zero(name):
    network = DepthMap(name, 3, weight_variance=0)
    assert network.nngp(ENDS).tolist() == [0.0, 0.0, 0.0]
    with pytest.raises(InputError, match="identically 0"):
        network.nngp_complement(0.5)
    biased = DepthMap(name, 3, weight_variance=0, bias_variance="1/4")
    assert biased.nngp(ENDS).tolist() == [0.25, 0.25, 0.25]
    assert biased.nngp_complement(np.array([0.0, 1.0])).tolist() == [0.0, 0.0]


def test_t05_rounded_cosine_of_a_repeated_point():
    network = DepthMap("relu", 3, weight_variance=2)
    assert float(network.nngp(1.0 + 2.0**-52)) == 1.0
    assert float(network.ntk(-1.0 - 2.0**-52)) == float(network.ntk(-1.0))
