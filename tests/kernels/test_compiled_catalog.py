"""Every catalogued activation, normalised and not, at depth 1 to 1000, against the recursion in mpmath.

The issue's bar: 1 - K to 1e-13 of itself and the tangent kernel to 1e-13 of its diagonal for u = 1 - rho from 1e-14 to
2; and the stored bounds are never exceeded. Closed forms are followed in mpmath's arithmetic at 50 digits and more, the
others by Hermite series and integrals at 24 certified digits: neither knows anything of the tables.
"""

from fractions import Fraction
from functools import cache
from typing import Any

import mpmath
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deepcond_sym.activations import activation, catalog
from deepcond_sym.arithmetic import mp, precision
from deepcond_sym.depth import DepthMap
from deepcond_sym.kernels.compiled import CompiledMap, compile_map

CLOSED = [
    "identity", "relu", "leaky_relu(1/100)", "abs", "step", "sign", "relu_power(2)", "erf", "normal_cdf", "gelu", "sin",
    "cos", "exp", "gaussian", "rbf(1)", "monomial(3)", "polynomial(1, 2, 3)", "hermite(3)",
]  # fmt: skip
OTHERS = [
    "hard_tanh", "relu6", "norm_relu(-639/400)", "elu", "selu", "tanh", "sigmoid", "softplus", "silu", "mish",
]  # fmt: skip
SLOW_TO_COMPILE = ["softsign"]
"""Its dual is a double integral of minutes for a table: compiled at one depth only."""
PLAIN = [
    ("relu", "2", "1/20"), ("erf", "2", "1/20"), ("gelu", "3/2", "1/10"), ("sin", "1", "1/3"),
    ("leaky_relu(1/100)", "1", "1"),
]  # fmt: skip
POINTS = [Fraction(float(u)) for u in (1e-14, 1e-8, 1e-3, 0.3, 1.0)] + [2 - Fraction(float(u)) for u in (0.3, 1e-9)]
SLOW = pytest.mark.slow


def test_the_lists_name_the_whole_catalogue():
    names = [name.split("(")[0] for name in CLOSED + OTHERS + SLOW_TO_COMPILE]
    assert sorted(names) == sorted(catalog())


@cache
def compiled_of(source: str, depth: int, weight: str = "", bias: str = "") -> CompiledMap:
    chosen = activation(source) if weight else activation(source).normalized()
    network = DepthMap(chosen, depth, weight or 1, bias or 0)
    return compile_map(network, "nngp" if chosen.jumps else "both")


def in_mpmath(network: DepthMap, u: Fraction, quantity: str) -> Any:
    """1 - K or Theta over its diagonal at rho = 1 - u, in mpmath's arithmetic."""
    with precision(digits=90):
        return network.evaluate(quantity, 1 - u, mp)


def certified(network: DepthMap, u: Fraction, quantity: str) -> Any:
    """The same with 24 certified digits."""
    if quantity == "complement":
        return network.nngp_complement(u, digits=24)
    return network.ntk_ratio(u=u, digits=24)


def assert_accurate(compiled: CompiledMap, u: Fraction, route: Any) -> None:
    """The bounds hold, and the errors are below 1e-13."""
    place, side = np.array([-1.0 if u > 1 else 1.0]), float(min(u, 2 - u))
    assert Fraction(side) == min(u, 2 - u)
    drop = route(compiled.network, u, "complement")
    with precision(digits=50):
        off = abs(mpmath.mpf(float(compiled.complement(place, [side])[0])) - drop)
        assert off <= compiled.kernel_error
        if u <= 1:
            assert off <= min(compiled.relative_error, 1e-13) * drop
        assert off <= 1e-13 * drop
    if not compiled.network.activation.jumps:
        ratio = route(compiled.network, u, "ratio")
        with precision(digits=50):
            value = compiled.ntk(place, [side])[0]
            tangent = mpmath.mpf(float(value)) / compiled.at_one
            # Where the kernel comes as a double, dividing by the diagonal, a double too, costs another rounding.
            bound = compiled.tangent_error + (0 if compiled.over_diagonal else 2.0**-52)
            assert abs(tangent - ratio) <= min(bound, 1e-13)


@pytest.mark.parametrize("depth", [1, 10, pytest.param(100, marks=SLOW), pytest.param(1000, marks=SLOW)])
@pytest.mark.parametrize("name", CLOSED)
def test_closed_forms(name, depth):
    compiled = compiled_of(name, depth)
    for u in POINTS if depth > 10 else POINTS[::2]:
        assert_accurate(compiled, u, in_mpmath)


@SLOW
@pytest.mark.parametrize("depth", [1, 10, 100, 1000])
@pytest.mark.parametrize("name", OTHERS)
def test_the_others(name, depth):
    compiled = compiled_of(name, depth)
    for u in POINTS[::2]:
        assert_accurate(compiled, u, certified)


@SLOW
def test_the_slow_one():
    compiled = compiled_of(SLOW_TO_COMPILE[0], 3)
    for u in POINTS[::3]:
        assert_accurate(compiled, u, certified)


@SLOW
@pytest.mark.parametrize("depth", [1, 10, 100])
@pytest.mark.parametrize(("name", "weight", "bias"), PLAIN)
def test_networks_with_variances(name, weight, bias, depth):
    compiled = compiled_of(name, depth, weight, bias)
    for u in POINTS[::2]:
        assert_accurate(compiled, u, certified)


edges = st.builds(
    lambda octave, piece, ulps: float(np.ldexp(1 + piece / 32, -octave) + ulps * np.spacing(np.ldexp(1.0, -octave))),
    st.integers(1, 63), st.integers(0, 31), st.integers(-2, 2),
)  # fmt: skip
near_zero = st.integers(0, 60).map(lambda k: 1 - 2.0**-k)
tiny = st.integers(40, 64).map(lambda k: 2.0**-k)
MANY = ["relu", "abs", "erf", "gelu", "cos", "hermite(3)", "exp"]


@pytest.mark.parametrize("depth", [1, 30, pytest.param(1000, marks=SLOW)])
@pytest.mark.parametrize("name", MANY)
@settings(max_examples=25, deadline=None)
@given(u=edges | near_zero | tiny, negative=st.booleans())
def test_the_bounds_hold_at_the_edges_of_the_pieces(name, depth, u, negative):
    """At octave edges and one or two units beside them, and next to rho = -1, 0 and 1."""
    compiled = compiled_of(name, depth)
    exact = 2 - Fraction(u) if negative else Fraction(u)
    place = np.array([-1.0 if negative else 1.0])
    drop = in_mpmath(compiled.network, exact, "complement")
    ratio = in_mpmath(compiled.network, exact, "ratio")
    with precision(digits=50):
        off = abs(mpmath.mpf(float(compiled.complement(place, [u])[0])) - drop)
        assert off <= compiled.kernel_error
        assert negative or off <= compiled.relative_error * drop
        tangent = mpmath.mpf(float(compiled.ntk(place, [u])[0])) / compiled.at_one
        assert abs(tangent - ratio) <= compiled.tangent_error + 2.0**-52
