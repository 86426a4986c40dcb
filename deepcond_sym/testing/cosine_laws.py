"""The laws of a kernel as a function of the cosine of two unit inputs."""

from __future__ import annotations

import math

import numpy as np
from flint import arb
from hypothesis import strategies as st

from deepcond_sym.arithmetic import precision

from .counterexample import Counterexample
from .law import Law, law, once
from .subject import BITS, Subject

_NODES = 24
_RADIUS = 0.25


@law("finite", "no NaN and no infinity at any cosine, -1, 0 and 1 among them")
def finite(subject: Subject, rho: float) -> None:
    """`Subject.values` refuses what is not finite."""
    subject.values([rho])


@law("diagonal", "K(1) = E[sigma^2] of the last layer; Theta(1) is the sum over the layers", once)
def diagonal(subject: Subject, _: None) -> None:
    """A kernel of the wrong depth, or with its variances swapped, or with jitter."""
    (found,), exact = subject.at(1.0), subject.size
    if abs(found - exact) > subject.tolerance * exact:
        raise Counterexample(
            "diagonal", f"it is {found!r} at rho = 1, where it is {exact!r} (allowed: {subject.tolerance:.1e} of it)",
            subject.call(1.0), subject.exact_call(1.0),
        )  # fmt: skip


@law("bounded", "|K(rho)| <= K(1)")
def bounded(subject: Subject, rho: float) -> None:
    """By the inequality of Cauchy and Schwarz."""
    at_one, found = subject.at(1.0, rho)
    if abs(found) > at_one + subject.tolerance * abs(at_one):
        raise Counterexample(
            "bounded", f"it is {found!r} at rho = {rho!r} and {at_one!r} at rho = 1", subject.call(rho),
            subject.call(1.0),
        )  # fmt: skip


def _is_even(subject: Subject) -> bool:
    return subject.network.depth > 0 and subject.network.activation.parity == "even"


def _is_odd(subject: Subject) -> bool:
    own = subject.network
    return own.depth == 0 or (own.activation.parity == "odd" and own.bias_variance.value == 0)


@law(
    "parity", "K(-rho) = -K(rho) for odd activations without biases, K(-rho) = K(rho) for even ones",
    applies=lambda subject: _is_even(subject) or _is_odd(subject),
)  # fmt: skip
def parity(subject: Subject, rho: float) -> None:
    """The tangent kernel of an even activation is even too: its slope is odd, and Theta^(0) = rho."""
    sign = 1 if _is_even(subject) else -1
    here, there = subject.at(rho, -rho)
    if abs(there - sign * here) > 2 * subject.tolerance * subject.size + subject.width(rho):
        raise Counterexample(
            "parity", f"it is {here!r} at rho = {rho!r} and {there!r} at rho = {-rho!r}", subject.call(rho),
            subject.call(-rho),
        )  # fmt: skip


def _steps(_: Subject) -> st.SearchStrategy[tuple[float, int]]:
    return st.tuples(st.integers(0, 8).map(lambda k: k / 16), st.integers(1, 6))


@law("Taylor", "the Taylor coefficients at 0 are not negative: nor are differences of any order on [0, 1]", _steps)
def taylor(subject: Subject, case: tuple[float, int]) -> None:
    """Differences with step 1/16, which a power series with coefficients >= 0 has >= 0."""
    start, order = case
    places = [start + k / 16 for k in range(order + 1)]
    difference = float(np.diff(subject.values(places), order)[0])
    if difference < -(2**order) * (subject.tolerance * subject.size + subject.width(places[-1])):
        asked = ", ".join(subject.call(place)[len("print(") : -1] for place in places)
        raise Counterexample(
            "Taylor", f"the difference of order {order} from rho = {start} in steps of 1/16 is {difference!r} < 0",
            f"print(np.diff(np.ravel([{asked}]), {order}))",
        )  # fmt: skip


def _has_slope(subject: Subject) -> bool:
    return subject.kind == "nngp" and subject.network.depth <= 20 and not subject.network.activation.jumps


def _middle(_: Subject) -> st.SearchStrategy[float]:
    return st.integers(1, 8).map(lambda k: k / 16)


@law("slope", "dK/drho is the product over the layers of weight_variance E[sigma' sigma']", _middle, _has_slope)
def slope(subject: Subject, rho: float) -> None:
    """The slope of the polynomial through 24 values within 1/4: K is analytic in the unit disc, bounded by K(1) there,
    which leaves 1e-8 K(1) or less (derived here)."""
    nodes = [math.cos((2 * k + 1) * math.pi / (2 * _NODES)) for k in range(_NODES)]
    places = np.array([rho + _RADIUS * node for node in nodes], dtype=subject.dtype)
    local = (places.astype(np.float64) - rho) / _RADIUS
    fitted = np.polynomial.Chebyshev.fit(local, subject.values(places), _NODES - 1, domain=[-1, 1])
    found = float(fitted.deriv()(0.0)) / _RADIUS
    exact = float(slope_of(subject, rho, subject.network.depth).mid())
    noise = subject.tolerance * subject.size + subject.width(rho + _RADIUS)
    if abs(found - exact) > 1e-8 * subject.size + 2 * _NODES / _RADIUS * noise:
        raise Counterexample(
            "slope", f"dK/drho is {found:.10g} at rho = {rho!r}, where it is {exact:.10g}", subject.call(rho - 1e-6),
            subject.call(rho + 1e-6), subject.exact_call(rho),
        )  # fmt: skip


def slope_of(subject: Subject, rho: float, depth: int) -> arb:
    """The exact slope of the NNGP kernel after some layers at 0 < rho < 1. Each layer has one factor, which the
    recursion of the tangent kernel tells: (Theta^(l) - K^(l))/Theta^(l - 1)."""
    with precision(bits=BITS):
        tangent = [subject.exact(rho, "ntk", layer) for layer in range(depth + 1)]
        product = arb(1)
        for layer in range(1, depth + 1):
            product *= (tangent[layer] - subject.exact(rho, "nngp", layer)) / tangent[layer - 1]
        return product


@law("agreement", "the kernel is that of the network, enclosed in balls")
def agreement(subject: Subject, rho: float) -> None:
    """Over the diagonal, so that the rounding of variances in depth is left to the law "diagonal". What an NNGP kernel
    may be off by does not grow with the depth, but for the distance to the diagonal."""
    at_one, here = subject.at(1.0, rho)
    found = here / at_one if at_one else here
    low, high = (value / subject.size for value in subject.around(rho))
    allowed = subject.tolerance
    if subject.kind == "nngp":
        allowed = allowed / subject.layers + allowed * max(1 - low, 0)
    if not low - allowed <= found <= high + allowed:
        exact = float(subject.exact(rho).mid()) / subject.size
        name = "K(rho)/K(1)" if subject.kind == "nngp" else "Theta(rho)/Theta(1)"
        raise Counterexample(
            "agreement", f"{name} is {found!r} at rho = {rho!r}, where it is {exact!r}", subject.call(rho),
            subject.call(1.0), subject.exact_call(rho),
        )  # fmt: skip


@law("continuity", "K(1 - ulp) is next to K(1): no jitter on the diagonal", once)
def continuity(subject: Subject, _: None) -> None:
    """The first number of the dtype below 1."""
    beside = float(np.nextafter(subject.dtype.type(1), subject.dtype.type(0)))
    at_one, here = subject.at(1.0, beside)
    if abs(at_one - here) > subject.width(beside) + 2 * subject.tolerance * subject.size:
        raise Counterexample(
            "continuity", f"it is {at_one!r} at rho = 1 and {here!r} at rho = {beside!r}", subject.call(1.0),
            subject.call(beside),
        )  # fmt: skip


@law(
    "ntk above nngp", "Theta(1) >= K(1)", once, lambda subject: subject.kind == "ntk",
)  # fmt: skip
def above(subject: Subject, _: None) -> None:
    """The tangent kernel is the NNGP kernel and what the earlier layers add."""
    (found,), least = subject.at(1.0), float(subject.exact(1.0, "nngp").mid())
    if found < least - subject.tolerance * subject.size:
        raise Counterexample(
            "ntk above nngp", f"it is {found!r} at rho = 1, below the NNGP kernel {least!r}", subject.call(1.0),
            subject.exact_call(1.0, "nngp"),
        )  # fmt: skip


COSINE_LAWS: tuple[Law, ...] = (
    finite, diagonal, bounded, parity, above, continuity, taylor, slope, agreement,
)  # fmt: skip
