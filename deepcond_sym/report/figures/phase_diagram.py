"""The phase diagram of an activation as a figure: q*, c*, chi_1 and the depth scale over both variances."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from deepcond_sym.depth import PhaseGrid

SCALES = (3, 10, 30, 100)
"""The depth scales, in layers, of which lines are drawn."""
_FAR = 1000.0
_CRITICAL, _POINT = "#d55e00", "#000000"


@dataclass(frozen=True)
class PhaseDiagram:
    """The maps of an activation with cells around the variances of `grid`, and a point that is marked, or None.

    >>> from deepcond_sym.depth import phase_grid
    >>> weights, biases = cells(3, 6), cells("1/4", 4)
    >>> biases.round(5).tolist()
    [0.03125, 0.09375, 0.15625, 0.21875]
    >>> PhaseDiagram("relu", phase_grid("relu", weights, biases)).remarks
    ['no chaotic phase', 'hatched: no finite fixed variance', 'critical at (2, 0) only']
    """

    activation: str
    grid: PhaseGrid
    point: tuple[float, float] | None = None

    @property
    def remarks(self) -> list[str]:
        """What is to be said of the whole rectangle, for the title."""
        known = np.isfinite(self.grid.q_star)
        chaotic = known & (self.grid.chi_1 > 1)
        said = []
        if not chaotic.any():
            said.append("no chaotic phase")
        elif chaotic[known].all():
            said.append("chaotic everywhere")
        if not known.all():
            said.append("hatched: no finite fixed variance")
        if len(self.grid.critical) == 1:
            weight, bias = self.grid.critical[0]
            said.append(f"critical at ({weight:.6g}, {bias:.6g}) only")
        return said


def cells(largest: Any, count: int) -> np.ndarray:
    """The middles of so many equal cells from 0 to the largest value."""
    from fractions import Fraction

    return float(Fraction(largest)) * (np.arange(count) + 0.5) / count


def drawn(diagram: PhaseDiagram) -> Any:
    """The figure (matplotlib.figure.Figure); call it, and save what it returns, inside `drawing.settings`."""
    from matplotlib.colors import LogNorm, Normalize, TwoSlopeNorm
    from matplotlib.figure import Figure

    grid = diagram.grid
    figure = Figure(figsize=(10, 7.6), layout="constrained")
    panels = figure.subplots(2, 2, sharex=True, sharey=True)
    chi = np.where(np.isfinite(grid.chi_1), grid.chi_1, np.nan)
    spread = max(0.1, float(np.nanmax(abs(chi - 1)))) if np.isfinite(chi).any() else 1.0
    finite = grid.q_star[np.isfinite(grid.q_star)]
    largest = float(np.quantile(finite, 0.98)) if finite.size else 1.0
    _panel(figure, panels[0, 0], diagram, grid.q_star, r"fixed variance $q^*$", "viridis", Normalize(0, largest), "max")
    _panel(figure, panels[0, 1], diagram, grid.c_star, r"fixed correlation $c^*$", "magma", Normalize(0, 1), "neither")
    two = TwoSlopeNorm(1, max(0.0, 1 - spread), 1 + spread)
    _panel(figure, panels[1, 0], diagram, chi, r"slope $\chi_1$ of the correlation map at 1", "RdBu_r", two, "max")
    scale = np.where(np.isnan(grid.xi_c_star), np.nan, np.clip(grid.xi_c_star, 0.3, _FAR))
    title = r"depth scale $\xi_{c^*} = -1/\log\chi_{c^*}$, in layers"
    _panel(figure, panels[1, 1], diagram, scale, title, "cividis", LogNorm(0.3, _FAR), "both")
    _scale_lines(panels[1, 1], grid, scale)
    if not np.isfinite(chi).any() and np.isinf(grid.chi_1).any():
        panels[1, 0].text(0.5, 0.7, "infinite: the activation jumps", ha="center", transform=panels[1, 0].transAxes)
    for panel in (panels[0, 0], panels[0, 1], panels[1, 0]):
        _names(panel, grid)
    for panel in panels[1]:
        panel.set_xlabel(r"weight variance $\sigma_w^2$")
    for panel in panels[:, 0]:
        panel.set_ylabel(r"bias variance $\sigma_b^2$")
    title = f"Phases of {diagram.activation}"
    figure.suptitle("; ".join([title, *diagram.remarks]), fontsize=12)
    handles, labels = panels[0, 0].get_legend_handles_labels()
    if handles:
        figure.legend(handles, labels, loc="outside lower center", ncols=2, frameon=False)
    return figure


def _panel(
    figure: Any, axes: Any, diagram: PhaseDiagram, values: np.ndarray, title: str, colours: str, norm: Any, extend: str
) -> None:
    grid = diagram.grid
    right, top = _edge(grid.weight_variances), _edge(grid.bias_variances)
    place = {"origin": "lower", "extent": (0, right, 0, top), "aspect": "auto", "interpolation": "nearest"}
    picture = axes.imshow(values, cmap=colours, norm=norm, **place)
    figure.colorbar(picture, ax=axes, extend=extend)
    nowhere = ~np.isfinite(grid.q_star)
    if nowhere.any() and min(nowhere.shape) > 1:
        place = (grid.weight_variances, grid.bias_variances, nowhere.astype(float))
        axes.contourf(*place, levels=[0.5, 1.5], colors="none", hatches=["///"])
    if len(grid.critical) > 1:
        label = r"critical line $\chi_1 = 1$"
        axes.plot(*grid.critical.T, color=_CRITICAL, linewidth=2, label=label)
    elif len(grid.critical) == 1:
        label = r"the critical point, $\chi_1 = 1$"
        axes.plot(*grid.critical.T, "o", color=_CRITICAL, markersize=8, clip_on=False, label=label, zorder=5)
    if diagram.point is not None:
        axes.plot(*diagram.point, "x", color=_POINT, markersize=9, markeredgewidth=2, label="the point asked for")
    axes.set_xlim(0, right)
    axes.set_ylim(0, top)
    axes.set_title(title, fontsize=10)


def _scale_lines(axes: Any, grid: PhaseGrid, scale: np.ndarray) -> None:
    if min(scale.shape) < 2 or not np.isfinite(scale).any():
        return
    low, high = np.nanmin(scale), np.nanmax(scale)
    levels = [level for level in SCALES if low < level < high]
    if levels:
        place = (grid.weight_variances, grid.bias_variances, np.ma.masked_invalid(scale))
        lines = axes.contour(*place, levels=levels, colors="white", linewidths=0.9)
        axes.clabel(lines, fmt="%g", fontsize=8)


def _names(axes: Any, grid: PhaseGrid) -> None:
    """The name of each phase in the middle of it."""
    chaotic = np.isfinite(grid.q_star) & (grid.chi_1 > 1)
    for name, here in (("ordered", grid.chi_1 < 1), ("chaotic", chaotic)):
        if here.mean() > 0.05:
            row, column = (int(np.median(places)) for places in np.nonzero(here))
            box = {"facecolor": "white", "alpha": 0.75, "edgecolor": "none", "boxstyle": "round,pad=0.2"}
            place = (grid.weight_variances[column], grid.bias_variances[row])
            axes.text(*place, name, ha="center", va="center", fontsize=9, bbox=box)


def _edge(middles: np.ndarray) -> float:
    """The upper edge of the cells that begin at 0."""
    return float(middles[-1] + middles[0])
