"""The compiled kernels against 50 digits and against balls layer by layer: the stored bounds are never exceeded."""

from fractions import Fraction
from functools import cache

import mpmath
import numpy as np
import pytest
from flint import arb
from hypothesis import given, settings
from hypothesis import strategies as st

from deepcond_sym.activations import activation
from deepcond_sym.arithmetic import precision
from deepcond_sym.depth import DepthMap, relu_ntk_ratio
from deepcond_sym.errors import AccuracyError, InputError
from deepcond_sym.kernels import compiled_loops
from deepcond_sym.kernels.compiled import CompiledMap, compile_map


@cache
def network_of(name: str, depth: int) -> DepthMap:
    if name == "relu":
        return DepthMap("relu", depth, weight_variance=2)
    return DepthMap(activation(name).normalized(), depth)


@cache
def compiled_of(name: str, depth: int) -> CompiledMap:
    return compile_map(network_of(name, depth), "both")


def relu_by_mpmath(depth: int, u: Fraction) -> tuple[mpmath.mpf, mpmath.mpf]:
    """1 - K and Theta/(L + 1) of ReLU at rho = 1 - u, from the arc-cosine formulas alone, at many digits."""
    rho = 1 - mpmath.mpf(u.numerator) / u.denominator
    theta = rho
    for _ in range(depth):
        angle = mpmath.acos(rho)
        rho, slope = (mpmath.sin(angle) + (mpmath.pi - angle) * rho) / mpmath.pi, 1 - angle / mpmath.pi
        theta = rho + slope * theta
    return 1 - rho, theta / (depth + 1)


def erf_by_mpmath(depth: int, u: Fraction) -> tuple[mpmath.mpf, mpmath.mpf]:
    """The same for erf, normalised, at weight variance 1: K = asin(2 rho/3)/asin(2/3)."""
    rho = 1 - mpmath.mpf(u.numerator) / u.denominator
    theta, diagonal, whole = rho, mpmath.mpf(1), mpmath.asin(mpmath.mpf(2) / 3)
    full = 2 / mpmath.sqrt(5) / whole
    for _ in range(depth):
        slope = 2 / mpmath.sqrt(9 - 4 * rho**2) / whole
        rho = mpmath.asin(2 * rho / 3) / whole
        theta, diagonal = rho + slope * theta, 1 + full * diagonal
    return 1 - rho, theta / diagonal


REFERENCES = {"relu": relu_by_mpmath, "erf": erf_by_mpmath}
small = st.floats(min_value=-14, max_value=0).map(lambda e: float(10.0**e))
close = st.one_of(small, st.floats(min_value=2.0**-64, max_value=1.0), st.integers(0, 64).map(lambda j: 2.0**-j))


@pytest.mark.parametrize("depth", [1, 10, 100, pytest.param(1000, marks=pytest.mark.slow)])
@pytest.mark.parametrize("name", ["relu", "erf"])
@settings(max_examples=60, deadline=None)
@given(u=close, negative=st.booleans())
def test_closed_forms_keep_their_bounds(name, depth, u, negative):
    compiled = compiled_of(name, depth)
    exact = 2 - Fraction(u) if negative else Fraction(u)
    rho = np.array([-1.0 if negative else 1.0])
    with precision(digits=60 + depth // 10):
        drop, ratio = REFERENCES[name](depth, exact)
        kernel, tangent = compiled.nngp(rho, np.array([u]))[0], compiled.ntk(rho, np.array([u]))[0]
        complement = compiled.complement(rho, np.array([u]))[0]
        assert abs(mpmath.mpf(float(kernel)) - (1 - drop)) <= compiled.kernel_error
        assert abs(mpmath.mpf(float(tangent)) / compiled.at_one - ratio) <= compiled.tangent_error
        if not negative:
            assert abs(mpmath.mpf(float(complement)) - drop) <= compiled.relative_error * drop


def assert_agrees_with_balls(
    network: DepthMap, compiled: CompiledMap, u: float, negative: bool, digits: int = 50
) -> None:
    exact = 2 - Fraction(u) if negative else Fraction(u)
    rho = np.array([-1.0 if negative else 1.0])
    drop = network.nngp_complement(exact, digits=digits)
    ratio = network.ntk_ratio(u=exact, digits=digits)
    with precision(digits=50):
        kernel = mpmath.mpf(float(compiled.nngp(rho, [u])[0])) / mpmath.exp(compiled._tables.log_variance)
        tangent = mpmath.mpf(float(compiled.ntk(rho, [u])[0]))
        if not compiled.over_diagonal:
            tangent /= compiled.at_one
        # The logarithm of the variance is a double: 1e-16 is for that.
        assert abs(kernel - (1 - drop)) <= compiled.kernel_error + 1e-16 * abs(compiled._tables.log_variance)
        assert abs(tangent - ratio) <= compiled.tangent_error
        if not negative:
            complement = mpmath.mpf(float(compiled.complement(rho, [u])[0]))
            assert abs(complement - drop) <= compiled.relative_error * drop


@pytest.mark.parametrize(("name", "depth"), [("gelu", 1), ("gelu", 10), ("gelu", 100)])
@settings(max_examples=25, deadline=None)
@given(u=small, negative=st.booleans())
def test_the_bounds_hold_against_fifty_digits(name, depth, u, negative):
    assert_agrees_with_balls(network_of(name, depth), compiled_of(name, depth), u, negative)


@pytest.mark.slow
@pytest.mark.parametrize(("name", "depth"), [("gelu", 1000), ("tanh", 1), ("tanh", 10), ("tanh", 100), ("tanh", 1000)])
@settings(max_examples=5, deadline=None)
@given(u=small, negative=st.booleans())
def test_the_bounds_hold_against_24_certified_digits_at_great_depth(name, depth, u, negative):
    assert_agrees_with_balls(network_of(name, depth), compiled_of(name, depth), u, negative, digits=24)


@pytest.mark.parametrize(
    ("source", "depth", "weight", "bias"),
    [("relu", 0, 1, 0), ("relu", 12, 2, "1/10"), ("erf", 6, 2, "1/20"), ("relu", 30, 1, 0), ("identity", 5, 1, 0),
     ("leaky_relu(9/10)", 8, 1, 0), ("abs", 7, 1, 0), ("x**2/sqrt(3)", 5, 1, 0)],
)  # fmt: skip
def test_other_networks_agree_with_balls(source, depth, weight, bias):
    network = DepthMap(source, depth, weight, bias)
    compiled = compile_map(network, "both")
    for u in (0.0, 1e-14, 0.3, 1.0):
        for negative in (False, True):
            assert_agrees_with_balls(network, compiled, u, negative)


def test_the_bounds_are_of_the_size_of_rounding():
    for name, depth in (("relu", 100), ("erf", 100), ("gelu", 100)):
        compiled = compiled_of(name, depth)
        assert 1e-16 < compiled.error_bound < 1e-15
        assert 1e-16 < compiled.relative_error < 1e-15


@pytest.mark.slow
def test_a_million_layers():
    compiled = compile_map(DepthMap("relu", 10**6, weight_variance=2), "ntk")
    assert compiled.error_bound < 1e-15
    assert compiled.at_one == 10**6 + 1
    # relu_ntk_ratio jumps over the layers instead of composing them.
    for u in (Fraction(1, 2**40), Fraction(3, 10)):
        value = compiled.ntk([1.0], [float(u)])[0] / compiled.at_one
        assert abs(float(relu_ntk_ratio(10**6, u=Fraction(float(u)))) - value) <= 2 * compiled.error_bound


@pytest.mark.slow
@pytest.mark.parametrize("name", ["erf", "tanh"])
def test_a_million_chaotic_layers(name):
    """K contracts by at least a_1^2 < 1 a layer towards 0: nothing but the diagonal of the tangent kernel is left."""
    compiled = compile_map(network_of(name, 10**6), "both")
    assert compiled.error_bound < 1e-15
    assert compiled.over_diagonal
    rho = np.array([1.0, 0.9, 0.3, -0.5])
    assert np.abs(compiled.nngp(rho, [2.0**-50, 0.1, 0.7, 0.5])).max() <= compiled.kernel_error
    assert np.abs(compiled.ntk(rho, [2.0**-50, 0.1, 0.7, 0.5])).max() <= compiled.tangent_error
    chi = float(compiled.network.activation.dual().slope_at_one)
    # P_L = 1 + chi + ... + chi^L.
    assert compiled.log_diagonal == pytest.approx(10**6 * np.log(chi) + np.log(chi / (chi - 1)), rel=1e-12)


def test_the_diagonal_and_its_opposite_are_exact():
    compiled = compiled_of("relu", 10)
    assert compiled.nngp([1.0], [0.0])[0] == 1.0
    assert compiled.ntk([1.0], [0.0])[0] == 11.0
    odd = compiled_of("erf", 10)
    assert odd.nngp([-1.0], [0.0])[0] == -1.0
    rho = np.array([0.3, -0.3])
    assert odd.nngp(rho, 1 - np.abs(rho)).sum() == 0.0


def test_a_chaotic_tangent_kernel_comes_over_its_diagonal():
    network = DepthMap("relu", 400, weight_variance=16)
    compiled = compile_map(network, "ntk")
    assert compiled.over_diagonal
    assert compiled.ntk([1.0], [0.0])[0] == 1.0
    assert compiled.log_diagonal == pytest.approx(float(network.log_ntk_diagonal()), rel=1e-13)


def test_an_activation_that_is_odd_after_centring():
    network = DepthMap(activation("normal_cdf").normalized(), 4)
    compiled = compile_map(network, "both")
    for u in (1e-13, 0.4):
        for negative in (False, True):
            assert_agrees_with_balls(network, compiled, u, negative)


@pytest.mark.parametrize(("depth", "weight"), [(30, "1/3"), (60, "0.33333333333333333333"), (80, "0." + 27 * "3")])
def test_unstable_variances_keep_the_bound(depth, weight):
    """q -> 3 weight q^2 doubles the relative error of q in every layer; the diagonal is q times a sum."""
    network = DepthMap("x**2", depth, weight)
    compiled = compile_map(network, "both", cache=False)
    kernel, tangent = (getattr(compiled, name)([1.0], [0.0])[0] for name in ("nngp", "ntk"))
    variance, diagonal = network.variances(bits=400)[-1], network.ntk_diagonal(bits=200)
    with precision(bits=200):
        assert abs(arb(kernel) / variance - 1) <= compiled.kernel_error
        assert abs(arb(tangent) / diagonal - 1) <= compiled.tangent_error
    assert compiled.error_bound < 1e-15


def test_nearly_odd_networks_are_refused():
    with pytest.raises(AccuracyError, match="too close to -1"):
        compile_map(DepthMap("leaky_relu(999999/1000000)", 2), "nngp")


def test_points_that_collapse_beyond_float64():
    """ReLU at the fixed variance 1 = 1/2 + 1/2 draws all points together, 1 - K is about 2^-3000."""
    compiled = compile_map(DepthMap("relu", 3000, 1, "1/2"), "both")
    assert compiled.kernel_error < 1e-15
    assert compiled.relative_error == np.inf
    rho = np.array([1.0, 0.2, -0.7, -1.0])
    assert compiled.nngp(rho, 1 - np.abs(rho)) == pytest.approx(np.ones(4), rel=1e-15)


def test_jumps_have_an_nngp_kernel_but_no_tangent_kernel():
    network = DepthMap("sign", 3)
    with pytest.raises(InputError, match="no limit NTK"):
        compile_map(network, "ntk")
    compiled = compile_map(network, "nngp")
    for u in (1e-14, 1e-3, 0.7):
        drop = network.nngp_complement(Fraction(u), digits=40)
        assert abs(float(compiled.complement([1.0], [u])[0]) - drop) <= compiled.relative_error * drop
    with pytest.raises(InputError, match="compiled for the NNGP"):
        compiled.ntk([0.5], [0.5])


def test_complements_below_the_table_go_through_balls():
    compiled = compiled_of("relu", 10)
    u = np.array([1e-30, 1e-300, 0.5])
    assert compiled.complement(np.ones(3), u)[:2] == pytest.approx(u[:2], rel=1e-13)
    assert compiled.ntk(np.ones(3), u)[:2] == pytest.approx([11.0, 11.0], rel=1e-13)


@pytest.mark.parametrize("u", [1.5, -0.1, np.nan])
def test_bad_arguments_are_refused(u):
    compiled = compiled_of("relu", 1)
    with pytest.raises(InputError, match=r"1 - \|rho\|"):
        compiled.nngp([0.5], [u])
    with pytest.raises(InputError, match="same shape"):
        compiled.nngp([0.5, 0.5], [0.5])
    with pytest.raises(InputError, match="'nngp', 'ntk' or 'both'"):
        compile_map(compiled.network, "kernel")  # pyright: ignore[reportArgumentType]


def test_out_takes_the_result_but_not_the_place_of_an_argument():
    compiled, u, out = compiled_of("relu", 1), np.array([0.25, 0.5]), np.empty(2)
    assert compiled.nngp(1 - u, u, out=out) is out
    assert np.array_equal(out, compiled.nngp(1 - u, u))
    with pytest.raises(InputError, match="share memory"):
        compiled.nngp(1 - u, u, out=u)


def hard_arguments(size: int) -> tuple[np.ndarray, np.ndarray]:
    """Cosines, and 1 - |rho| or what is much smaller, with all the ends."""
    rng = np.random.default_rng(3)
    rho = rng.uniform(-1, 1, size)
    u = np.where(rng.random(size) < 0.5, 1 - np.abs(rho), 10.0 ** rng.uniform(-18, 0, size))
    ends = np.array([0.0, -0.0, 1.0, -1.0, 0.5, -0.5, 2.0**-64, 1 - 2.0**-53, 2.0**-1074])
    rho[: len(ends)], u[: len(ends)] = ends, np.abs(ends[::-1])
    return rho, u


@pytest.mark.parametrize("name", ["gelu", "erf"])
@pytest.mark.parametrize("size", [200_001, 600_000, 1, 7, 8, 9, 23])
def test_numba_and_numpy_give_the_same_bits(name, size, monkeypatch):
    rho, u = hard_arguments(max(size, 9))
    rho, u = rho[-size:], u[-size:]
    compiled = compiled_of(name, 10)

    def everything() -> list[np.ndarray]:
        single = [getattr(compiled, kernel)(rho, u) for kernel in ("nngp", "complement", "ntk")]
        return [*single, *compiled.both(rho, u)]

    fast = everything()
    assert np.array_equal(fast[0], fast[3])
    assert np.array_equal(fast[2], fast[4])
    monkeypatch.setattr(compiled_loops, "_compiled", lambda: None)
    assert all(np.array_equal(a, b) for a, b in zip(everything(), fast, strict=True))


@pytest.mark.parametrize("shape", [(1, 8), (3, 7), (70, 77), (64, 512)])
def test_matrices_of_cosines_give_the_values_at_these(shape, monkeypatch):
    compiled = compiled_of("erf", 10)
    rng = np.random.default_rng(4)
    whole = rng.uniform(-0.9, 0.9, (100, 600))
    rho = whole[: shape[0], 5 : 5 + shape[1]]
    x, y = rng.uniform(0.5, 2, (2, shape[0])), rng.uniform(0.5, 2, (2, shape[1]))
    loops = compiled.polynomials(("nngp", "ntk"), (1.0, 3.0))
    u = 1 - np.abs(rho)
    kernel, tangent = (v * a[:, None] * b[None, :] for v, a, b in zip(compiled.both(rho, u), x, y, strict=True))
    tangent *= 3.0 / compiled.at_one
    for _ in range(2):
        outs = [np.zeros((100, 600))[: shape[0], 7 : 7 + shape[1]] for _ in range(2)]
        assert loops.at_cosines(rho, x, y, outs) == 0
        np.testing.assert_array_equal(outs[0], kernel)
        np.testing.assert_allclose(outs[1], tangent, rtol=1e-15)
        monkeypatch.setattr(compiled_loops, "_compiled", lambda: None)


@pytest.mark.parametrize("numba", [True, False])
def test_what_is_met_among_cosines_is_told(numba, monkeypatch):
    if not numba:
        monkeypatch.setattr(compiled_loops, "_compiled", lambda: None)
    loops = compiled_of("relu", 1).polynomials(("nngp",), (1.0,))
    ones, out = np.ones((1, 20)), np.empty((1, 20))
    for place in range(20):
        for value, met in ((0.999989, 0), (0.999991, compiled_loops.CLOSE), (-1.0, compiled_loops.CLOSE),
                           (1 + 2.0**-52, compiled_loops.CLOSE), (-0.999989, 0)):  # fmt: skip
            rho = np.full((1, 20), 0.5)
            rho[0, place] = value
            assert loops.at_cosines(rho, np.ones((1, 1)), ones, [out]) == met
            assert np.isfinite(out).all()
        rho[0, place] = np.nan
        assert loops.at_cosines(rho, np.ones((1, 1)), ones, [out]) == compiled_loops.CLOSE
        big = ones.copy()
        big[0, place] = np.inf
        assert loops.at_cosines(np.full((1, 20), 0.5), np.ones((1, 1)), big, [out]) == compiled_loops.LOST


@pytest.mark.parametrize("shape", [(8, 8), (77, 301), (5, 20), (300, 9)])
@pytest.mark.parametrize("numba", [True, False])
def test_a_block_is_mirrored(shape, numba, monkeypatch):
    if not numba:
        monkeypatch.setattr(compiled_loops, "_compiled", lambda: None)
    source = np.random.default_rng(5).standard_normal((400, 400))[3 : 3 + shape[0], 2 : 2 + shape[1]]
    around = np.zeros((400, 400))
    compiled_loops.mirror(source, around[1 : 1 + shape[1], 4 : 4 + shape[0]])
    assert np.array_equal(around[1 : 1 + shape[1], 4 : 4 + shape[0]], source.T)
    assert np.count_nonzero(around) == source.size


def test_a_wrong_coefficient_exceeds_the_bound():
    """The bounds are tight enough for the tests above to notice an error of 2e-15 in a kernel."""
    network = network_of("relu", 10)
    compiled = compile_map(network, "both")
    assert compiled._tables.tangent is not None
    compiled._tables.w[..., 0] += 2e-15
    with pytest.raises(AssertionError):
        assert_agrees_with_balls(network, compiled, 0.3, False)
