"""The laws that tie a kernel to itself with a layer more: composition over depth, the recursion of the tangent kernel.

They hold where all layers are the same map g of the correlation, that is where every variance is 1."""

from __future__ import annotations

from hypothesis import strategies as st

from deepcond_sym.arithmetic import precision

from .cosine_laws import slope_of
from .counterexample import Counterexample
from .law import Law, cosines, law
from .subject import BITS, Subject

_MOST_LAYERS = 20


def _composes(subject: Subject) -> bool:
    return subject.kind == "nngp" and subject.network.depth > 0 and subject.equal_layers


@law("composition", "K^(L) after one layer is one layer after K^(L): K(g(rho)) = g(K(rho))", cosines, _composes)
def composition(subject: Subject, rho: float) -> None:
    """Both are the kernel with a layer more."""
    after_one = float(subject.exact(rho, "nngp", 1).mid())
    first, found = subject.at(rho, after_one)
    low, high = (float(subject.exact(max(-1.0, min(1.0, first + step)), "nngp", 1).mid()) for step in _beside(subject))
    slack = subject.width(rho) + subject.width(after_one)
    if not min(low, high) - subject.tolerance - slack <= found <= max(low, high) + subject.tolerance + slack:
        raise Counterexample(
            "composition",
            f"K(g(rho)) = {found!r} at rho = {rho!r}, g(rho) = {after_one!r}, but g(K(rho)) = {(low + high) / 2!r}",
            subject.call(rho), subject.call(after_one),
        )  # fmt: skip


def _beside(subject: Subject) -> tuple[float, float]:
    off = subject.tolerance + subject.slack
    return -off, off


def _recurs(subject: Subject) -> bool:
    return subject.kind == "ntk" and 0 < subject.network.depth <= _MOST_LAYERS and subject.equal_layers


def _positive(_: Subject) -> st.SearchStrategy[float]:
    return st.integers(1, 15).map(lambda k: k / 16)


@law(
    "ntk recursion", "K^(L+1) + g'(K^(L)) Theta^(L) = Theta^(L) after one layer + rho dK^(L+1)/drho", _positive,
    _recurs,
)  # fmt: skip
def recursion(subject: Subject, rho: float) -> None:
    """Both are Theta^(L+1) = sum over k <= L + 1 of K^(k) times the slopes of the layers after k: from the last layer,
    and from the first (derived here)."""
    depth = subject.network.depth
    after_one = float(subject.exact(rho, "nngp", 1).mid())
    here, there = subject.at(rho, after_one)
    with precision(bits=BITS):
        last_slope = float((slope_of(subject, rho, depth + 1) / slope_of(subject, rho, depth)).mid())
        whole_slope = float(slope_of(subject, rho, depth + 1).mid())
    from_last = float(subject.exact(rho, "nngp", depth + 1).mid()) + last_slope * here
    from_first = there + rho * whole_slope
    allowed = 4 * subject.tolerance * subject.size + subject.width(rho) + subject.width(after_one)
    if abs(from_last - from_first) > allowed:
        raise Counterexample(
            "ntk recursion", f"from the last layer it is {from_last!r} at rho = {rho!r}, from the first {from_first!r}",
            subject.call(rho), subject.call(after_one),
        )  # fmt: skip


LAYER_LAWS: tuple[Law, ...] = (composition, recursion)
