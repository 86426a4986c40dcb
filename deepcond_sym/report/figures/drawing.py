"""A `Plot` or `Map` as a matplotlib figure, which depends on nothing but that and the version of matplotlib."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from .plot import Curve, Level, Map, Plot

_COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#777777")
"""Told apart also by those who do not tell red from green (Okabe and Ito)."""


@contextmanager
def settings() -> Iterator[None]:
    """Matplotlib's own defaults, whatever the user's are, and no random names in SVG files."""
    import matplotlib.style

    changes = {"svg.hashsalt": "deepcond", "font.size": 10, "axes.spines.top": False, "axes.spines.right": False}
    with matplotlib.style.context(["default", changes]):
        yield


def drawn(plot: Plot | Map) -> Any:
    """The figure (matplotlib.figure.Figure); call it, and save what it returns, inside `settings`."""
    from matplotlib.figure import Figure

    if isinstance(plot, Map):
        return _drawn_map(plot, Figure(figsize=(4 * len(plot.panels), 4.6), layout="constrained"))
    figure = Figure(figsize=(8, 5), layout="constrained")
    axes = figure.add_subplot()
    for level in plot.levels:
        _draw_level(axes, level)
    for curve in plot.curves:
        _draw_curve(axes, curve)
    if plot.logarithmic_axis:
        axes.set_xscale("log")
    if plot.logarithmic:
        axes.set_yscale("log")
    axes.set_xlim(min(c.depths[0] for c in plot.curves), max(c.depths[-1] for c in plot.curves))
    axes.set_ylim(*plot.span)
    axes.set_xlabel(plot.axis)
    axes.set_ylabel(plot.quantity)
    axes.set_title(plot.title, fontsize=11)
    axes.grid(color="#eeeeee")
    figure.legend(loc="outside lower center", ncols=2, frameon=False, fontsize=9, title="\n".join(plot.notes) or None)
    return figure


def _drawn_map(plot: Map, figure: Any) -> Any:
    every = figure.subplots(1, len(plot.panels), sharey=True, squeeze=False)[0]
    extent = (plot.x[0], plot.x[-1], plot.y[0], plot.y[-1])
    for axes, panel in zip(every, plot.panels, strict=True):
        image = axes.imshow(panel.values, origin="lower", aspect="auto", extent=extent, cmap="viridis")
        axes.contour(plot.x, plot.y, panel.boundary, levels=[panel.level], colors="white", linewidths=1.2)
        axes.set_title(panel.title, fontsize=10)
        axes.set_xlabel(plot.axes[0])
        figure.colorbar(image, ax=axes, shrink=0.9)
    every[0].set_ylabel(plot.axes[1])
    figure.suptitle("\n".join([plot.title, *plot.notes]), fontsize=11)
    return figure


def _colour(group: int) -> str:
    return _COLOURS[group % len(_COLOURS)]


def _draw_curve(axes: Any, curve: Curve) -> None:
    style: dict[str, Any] = {"linestyle": "--", "linewidth": 0.9, "alpha": 0.8} if curve.bound else {"linewidth": 1.8}
    axes.plot(curve.depths, curve.values, color=_colour(curve.group), label=curve.label or None, **style)


def _draw_level(axes: Any, level: Level) -> None:
    colour = "#aa0000" if level.claimed else "#000000" if level.group is None else _colour(level.group)
    style = "-." if level.claimed else ":"
    axes.axhline(level.value, color=colour, linestyle=style, linewidth=1.2, label=level.label or None)
