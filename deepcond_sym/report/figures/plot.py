"""What a figure shows, as data: curves over the depth, and the levels that they are compared with."""

from dataclasses import dataclass, field

import numpy as np


@dataclass(frozen=True)
class Curve:
    """Values over depths; curves of one `group` share a colour. A `bound` is drawn dashed."""

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
    """One figure; `name` is the name of its files."""

    name: str
    title: str
    quantity: str
    curves: list[Curve]
    levels: list[Level]
    span: tuple[float, float]
    logarithmic: bool = False
    notes: list[str] = field(default_factory=list)
