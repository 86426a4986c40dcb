"""T20: step and sign have an infinite slope of the dual at 1, so that there is no limit tangent kernel: refused."""

import pytest

from deepcond_sym.depth import DepthMap
from deepcond_sym.errors import InputError


@pytest.mark.parametrize("name", ["step", "sign"])
def test_t20(name):
    network = DepthMap(name, 3)
    for request in (
        lambda: network.ntk(0.5),
        lambda: network.ntk_ratio(0.5),
        network.ntk_diagonal,
        network.log_ntk_diagonal,
        lambda: network.ntk("1/2", bits=100),
    ):
        with pytest.raises(InputError, match="no limit NTK"):
            request()
    assert 0 < float(network.nngp(0.5)) < 1
