r"""Figures of xiao2020: the phases of erf, and its kernels on scikit-learn's digits against the limits and their rates.

They are the experiments of the authors' notebook, with inputs scaled to the fixed variance q*, so that no transient is
left, and with the constants of the limit laws, which the notebook replaces by a rescaling of the curves. Kernels are in
units of q*, and Theta^(0) = 0. Nothing here is a proof; for that see the claims xiao2020/B6, B11, B14 and B20 to B30.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from deepcond_sym.depth import koenigs_limit
from deepcond_sym.depth.correlation_path import correlation_path
from deepcond_sym.depth.critical_erf import CriticalErf
from deepcond_sym.depth.phase_grid import phase_grid
from deepcond_sym.errors import InputError

from .digits import Digits
from .erf_kernels import ErfKernels, Layer, predictor, smallest, spectrum
from .plot import Curve, Level, Map, Panel, Plot

DEPTH = 400
BIAS = "1/20"
ORDERED, CHAOTIC = "5/4", "3/2"
_COSINE = "1/2"
_DEPTH, _PHASES = "depth $l$", {ORDERED: r"ordered, $\sigma_w^2=1.25$", CHAOTIC: r"chaotic, $\sigma_w^2=1.5$"}
_INPUTS = r"digits scaled to $q^*$, $\Theta^{(0)}=0$; the notebook has $q^{(0)}=1$ and $\Theta^{(0)}=K^{(0)}$"
_CONSTANTS = "dashed: the limit laws with their constants; the notebook makes the curves meet at the last depth"


def plots(depth: int = DEPTH) -> list[Plot | Map]:
    """E1 to E4 up to this depth, from 50 to 400, beyond which float64 does not resolve the smallest quantities."""
    if not 50 <= depth <= DEPTH:
        raise InputError(f"the largest depth drawn here is from 50 to {DEPTH}")
    data = Digits.load()
    return [phase_maps(), correlations(depth), depth_scales(), *chaotic(depth, data), *ordered(depth, data)]


def phase_maps(step: int = 1) -> Map:
    """E1: q*, c* and chi_1 of erf over the notebook's grid, or every so many points of it."""
    weights, biases = np.arange(0, 301, step) / 100, np.arange(10, 251, step) / 1000
    grid = phase_grid("erf", weights, biases)
    panels = [
        Panel(name, values, grid.chi_1, 1.0)
        for name, values in ((r"$q^*$", grid.q_star), (r"$c^*$", grid.c_star), (r"$\chi_1$", grid.chi_1))
    ]
    return Map(
        "e1_phases", "E1: fixed variance, fixed correlation and slope of erf", weights, biases,
        (r"$\sigma_w^2$", r"$\sigma_b^2$"), panels,
        [r"white: the critical line $\chi_1=1$. Inputs have $\|x\|^2/\mathrm{dim}=q^{(0)}$ (cell 7: $\|x\|=q^{(0)}$)"],
    )  # fmt: skip


def correlations(depth: int) -> Plot:
    """E2: |c^(l) - c*| from c^(0) = 1/2, against the geometric law with its constant, and without it."""
    depths, curves = np.arange(depth + 1), []
    for group, (weight, name) in enumerate(_PHASES.items()):
        path = np.array([float(e) for e in correlation_path("erf", weight, BIAS, rho=_COSINE, depth=depth)])
        limit = float(koenigs_limit(_COSINE, activation="erf", weight_variance=weight, bias_variance=BIAS))
        power = ErfKernels(weight, BIAS).chi ** depths.astype(float)
        curves.append(Curve(name, depths, abs(path), group))
        labels = (r"$|\zeta/q^*|\,\chi_{c^*}^l$", r"without the constant: $|c^{(0)}-c^*|\,\chi_{c^*}^l$")
        with_constant, without = ("", "") if group else labels
        curves.append(Curve(with_constant, depths, abs(limit) * power, group, True))
        curves.append(Curve(without, depths, abs(path[0]) * power, 5 + group, True))
    return Plot(
        "e2_correlations", r"E2: how correlations of erf approach $c^*$, $\sigma_b^2=0.05$, $c^{(0)}=1/2$",
        r"$|c^{(l)}-c^*|$", curves, [], _span(curves), True,
        [r"$\epsilon^{(l)}\sim\zeta\chi_{c^*}^l$: the notebook prints no constant (cell 7; B6)"], _DEPTH, False,
    )  # fmt: skip


def depth_scales() -> Plot:
    """E2: the depth scales of erf against the weight variance."""
    weights = np.linspace(0.5, 3, 501)
    grid = phase_grid("erf", weights, [0.05])
    with_scale = {
        r"$\xi_{c^*}=-1/\log\chi_{c^*}$": grid.xi_c_star[0], r"$\xi_1=-1/\log\chi_1$, ordered": grid.xi_1[0],
        r"$\xi_*=-1/(\log\chi_{c^*}-\log\chi_1)$, chaotic": grid.xi_star[0],
    }  # fmt: skip
    curves = []
    for group, (name, values) in enumerate(with_scale.items()):
        known = np.isfinite(values)
        curves.append(Curve(name, weights[known], values[known], group, bound=group == 1))
    critical, at_18 = (float(CriticalErf.read(bias).line.weight) for bias in (BIAS, "0.18"))
    return Plot(
        "e2_depth_scales", r"E2: depth scales of erf, $\sigma_b^2=0.05$", "layers", curves, [], (0, 150), False,
        [rf"critical at $\sigma_w^2={critical:.6f}$, for $\sigma_b^2=0.18$ at ${at_18:.6f}$ (cell 51: 1.76)",
         r"$\xi_1=-1/\log\chi_1$ (cell 41 prints $1/\log\chi_1$)"],
        r"$\sigma_w^2$", False,
    )  # fmt: skip


class Followed:
    """The kernels of the digits in one network, layer by layer, with their eigenvalues and predictions."""

    def __init__(self, weight: str, depth: int, data: Digits) -> None:
        self.erf, self.data, self.depths = ErfKernels(weight, BIAS), data, np.arange(1, depth + 1)
        training, test = self.erf.layers(data.training, depth), self.erf.layers(data.test, depth)
        self.layers, off = training, ~np.eye(data.size, dtype=bool)
        self.diagonal = np.array([layer.diagonal for layer in training])
        self.drops = np.array([[layer.drop[off].min(), layer.drop[off].max()] for layer in training])
        self.largest = np.array([spectrum(layer.diagonal, layer.drop)[-1] for layer in training])
        self.smallest = np.array([smallest(layer.diagonal, layer.drop) for layer in training])
        self.predictions = np.array(
            [
                predictor(one.diagonal, one.drop, other.drop, data.labels)
                for one, other in zip(training, test, strict=True)
            ]
        )
        self.koenigs = self.erf.koenigs(data.training)
        self.koenigs_test = self.erf.koenigs(data.test)

    def power(self, base: float) -> np.ndarray:
        """The powers of a rate, by depth."""
        return base ** self.depths.astype(float)


def chaotic(depth: int, data: Digits) -> list[Plot]:
    """E3: entries, eigenvalues, condition number and predictor of the chaotic tangent kernel."""
    found = Followed(CHAOTIC, depth, data)
    erf, depths, m = found.erf, found.depths, data.size
    growth = found.power(erf.chi_1) / (erf.chi_1 - 1)
    least, most = (found.diagonal - found.drops[:, place] for place in (1, 0))
    entries = [
        Curve(r"diagonal $p^{(l)}/q^*$", depths, found.diagonal),
        Curve(r"$\chi_1^l/(\chi_1-1)$", depths, growth, 0, True),
        Curve(r"largest $p^{(l)}_{ab}/q^*$, $a\ne b$", depths, most, 1),
        Curve(r"smallest $p^{(l)}_{ab}/q^*$, $a\ne b$", depths, least, 2),
    ]
    values = [
        Curve(r"$\lambda_{\max}/q^*$", depths, found.largest),
        Curve(r"$\lambda_{\min}/q^*$", depths, found.smallest, 1),
        Curve(r"$\chi_1^l/(\chi_1-1)$ (B28)", depths, growth, 2, True),
    ]  # fmt: skip
    condition = [
        Curve(r"$\kappa^{(l)}-1$", depths, found.largest / found.smallest - 1),
        Curve(r"$m\,p^*_{ab}(\chi_1-1)/q^*\;\chi_1^{-l}$ (B29)", depths, m * erf.limit / growth, 1, True),
    ]
    # Z = -q* A: the constant of B30
    constant = (1 - erf.chi_1) * erf.bend * (found.koenigs_test @ data.labels)
    rate = depths * found.power(erf.chi / erf.chi_1)
    sizes = [
        Curve(r"$P(\Theta^{(l)})Y$, root mean square", depths, _size(found.predictions)),
        Curve(r"B30: constant times $l(\chi_{c^*}/\chi_1)^l$", depths, rate * _size(constant), 1, True),
        Curve(r"the same without the factor $l$, as in cell 44", depths, rate / depths * _size(constant), 2, True),
    ]
    about = rf"E3: chaotic tangent kernel of erf, $\sigma_w^2=1.5$, $\sigma_b^2=0.05$, {m} digits"
    level = Level(r"$p^*_{ab}/q^*=c^*/(1-\chi_{c^*})$ (B13)", erf.limit)
    return [
        _plot("e3_entries", f"{about}: entries", "entries over $q^*$", entries, [level]),
        _plot("e3_eigenvalues", f"{about}: eigenvalues", "eigenvalues over $q^*$", values, []),
        _plot("e3_condition", f"{about}: condition number", r"$\kappa-1$", condition, []),
        _plot("e3_predictor", f"{about}: predictor", f"size at {len(data.test)} test points", sizes, []),
    ]


def ordered(depth: int, data: Digits) -> list[Plot]:
    """E4: entries, eigenvalues, condition number and predictor of the ordered tangent kernel."""
    found = Followed(ORDERED, depth, data)
    erf, depths, m = found.erf, found.depths, data.size
    power, limit = found.power(erf.chi_1), erf.limit
    left = limit - found.diagonal
    off = ~np.eye(m, dtype=bool)
    law = [depths * power * erf.bend * value for value in (found.koenigs[off].min(), found.koenigs[off].max())]
    names = (r"closest pair: $(p^*-p^{(l)}_{ab})/q^*$", "farthest pair")
    entries = [
        Curve(r"diagonal: $(p^*-p^{(l)})/q^*$", depths, left),
        Curve(r"$p^*\chi_1^l/q^*$", depths, limit * power, 0, True),
        *(Curve(name, depths, left + found.drops[:, k], 1 + k) for k, name in enumerate(names)),
        Curve(r"$l\chi_1^l|\zeta_{ab}|(1+\chi_{1,2}p^*/\chi_1)/q^*$ (B14)", depths, law[0], 1, True),
        Curve("", depths, law[1], 2, True),
    ]
    values = [Curve(r"$\lambda_{\max}/q^*$", depths, found.largest)]
    mu = _bulk(found.koenigs)[0]
    nngp = [(_last(layer), smallest(1.0, layer.gap)) for layer in found.layers]
    condition = [
        Curve(r"tangent kernel, $\kappa$", depths, found.largest / found.smallest),
        Curve(r"$m\,p^*/(q^*\,l\chi_1^l(1+\chi_{1,2}p^*/\chi_1)\mu_{\min})$ (B22)", depths,
              m * limit / (depths * power * erf.bend * mu), 0, True),
        Curve(r"NNGP, $\kappa$", depths, np.array([most / least for most, least in nngp]), 1),
        Curve(r"$m/(\chi_1^l\mu_{\min})$ (B31)", depths, m / (power * mu), 1, True),
    ]  # fmt: skip
    limits = kriging(found.koenigs, found.koenigs_test, data.labels)
    shown = [(0, 0), (1, 1), (2, 2), (3, 3), (4, 4)]
    sizes = [
        Curve(f"test point {point + 1}, class {group}", depths, found.predictions[:, point, group], place)
        for place, (point, group) in enumerate(shown)
    ]
    levels = [
        Level("limits of the bordered system (B23)" if not place else "", limits[point, group], place)
        for place, (point, group) in enumerate(shown)
    ]
    about = rf"E4: ordered tangent kernel of erf, $\sigma_w^2=1.25$, $\sigma_b^2=0.05$, {m} digits"
    return [
        _plot("e4_entries", f"{about}: entries", r"distance from $p^*$, over $q^*$", entries, [],
              r"cell 40's legend has $\chi_1^l/l$ for a curve computed as $l\chi_1^l$"),
        Plot("e4_largest_eigenvalue", f"{about}: largest eigenvalue", r"$\lambda_{\max}/q^*$", values,
             [Level(r"$m\,p^*/q^*$ (B20)", m * limit)], (0, 1.1 * m * limit), False,
             [_INPUTS, r"the limit $p^*\mathbf{1}\mathbf{1}^T$ has $m-1$ eigenvalues 0, not $m$ (cell 39)"],
             _DEPTH, False),
        _plot("e4_condition", f"{about}: condition number", r"$\kappa$", condition, [],
              r"$\kappa$ grows like $1/(l\chi_1^l)$, not like $l\chi_1^l$ (cell 44)"),
        Plot("e4_predictor", f"{about}: predictor", r"entries of $P(\Theta^{(l)})Y$", sizes, levels,
             _room(np.array([c.values for c in sizes])), False,
             [_INPUTS, r"limits that depend on the data; the error is of the order $1/l$"], _DEPTH, False),
    ]  # fmt: skip


def kriging(matrix: np.ndarray, test: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """w . Y of the bordered system with Koenigs limits A: A w + nu 1 = a, 1 . w = 1; B23.

    >>> kriging(np.array([[0.0, 1.0], [1.0, 0.0]]), np.array([[0.5, 1.0]]), np.array([[1.0], [-1.0]])).tolist()
    [[0.5]]
    """
    return predictor(np.inf, matrix, test, labels)


def _bulk(matrix: np.ndarray) -> np.ndarray:
    """The eigenvalues of -Pi A Pi on the complement of 1, A the Koenigs limits."""
    centred = matrix - matrix.mean(axis=0)
    return np.linalg.eigvalsh(-(centred - centred.mean(axis=1)[:, None]))[1:]


def _last(layer: Layer) -> float:
    return float(spectrum(1.0, layer.gap)[-1])


def _size(values: np.ndarray) -> Any:
    """The root mean square over test points and classes."""
    return np.sqrt((values**2).mean(axis=(-2, -1)))


def _plot(
    name: str, title: str, quantity: str, curves: list[Curve], levels: list[Level], note: str = _CONSTANTS
) -> Plot:
    return Plot(name, title, quantity, curves, levels, _span(curves), True, [_INPUTS, note], _DEPTH, False)


def _span(curves: Sequence[Curve]) -> tuple[float, float]:
    """A little more than the range of what is measured."""
    shown = np.concatenate([curve.values for curve in curves if not curve.bound])
    return float(shown[shown > 0].min() / 2), float(shown.max() * 2)


def _room(values: np.ndarray) -> tuple[float, float]:
    more = 0.1 * (values.max() - values.min())
    return float(values.min() - more), float(values.max() + more)
