"""What a figure shows, as data: curves over the depth, levels that they are compared with, or maps of the variances."""

from dataclasses import dataclass, field

import numpy as np


@dataclass(frozen=True)
class Curve:
    """Values over depths, or over what else the axis of the plot counts; curves of one `group` share a colour.

    A `bound`, or a limit law, is drawn dashed.
    """

    label: str
    depths: np.ndarray
    values: np.ndarray
    group: int = 0
    bound: bool = False


@dataclass(frozen=True)
class Level:
    """A horizontal line: a limit, or what somebody took for one (`claimed`); grey unless it belongs to a group."""

    label: str
    value: float
    group: int | None = None
    claimed: bool = False


@dataclass(frozen=True)
class Plot:
    """One figure; `name` is the name of its files, `axis` what is counted along it."""

    name: str
    title: str
    quantity: str
    curves: list[Curve]
    levels: list[Level]
    span: tuple[float, float]
    logarithmic: bool = False
    notes: list[str] = field(default_factory=list)
    axis: str = "depth L (L - 1 hidden layers)"
    logarithmic_axis: bool = True


@dataclass(frozen=True)
class Panel:
    """One map of a figure: values over the columns x and rows y of its figure, and a contour of another array."""

    title: str
    values: np.ndarray
    boundary: np.ndarray
    level: float


@dataclass(frozen=True)
class Map:
    """A figure of maps side by side over the same evenly spaced x and y; `name` is the name of its files."""

    name: str
    title: str
    x: np.ndarray
    y: np.ndarray
    axes: tuple[str, str]
    panels: list[Panel]
    notes: list[str] = field(default_factory=list)
