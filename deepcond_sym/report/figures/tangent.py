"""What the figures show: the normalised ReLU tangent kernel of given points on the sphere, from depth 1 to depth L.

Depth is counted as in starnaud2025 and nguyen2021: 1 is the linear network, L has L - 1 hidden layers. The kernel is
Theta^(L)(x, x')/Theta^(L)(x, x), so that its diagonal is 1. The bounds and limits are those of the claims
starnaud2025/N3 and N5; nothing here is a proof.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from deepcond_sym.depth import DepthMap
from deepcond_sym.errors import InputError

from .plot import Curve, Level, Plot

DEPTH = 10_000
MOST = 60
"""So many points have 1,770 pairs, whose values at 10,000 depths still fit into memory."""

ANGLES = (np.pi, np.pi / 2, np.pi / 8, 1 / 10, 1 / 50)
_NAMES = (r"$\pi$", r"$\pi/2$", r"$\pi/8$", "1/10", "1/50")


@dataclass(frozen=True)
class Points:
    """Unit vectors, one a row, with a name for the legend."""

    name: str
    rows: np.ndarray

    @classmethod
    def read(cls, name: str, data: np.ndarray) -> Points:
        """The rows of an array, divided by their norms; InputError unless they have two or more different directions.

        >>> Points.read("two", np.array([[3.0, 4.0], [0.0, 2.0]])).rows.tolist()
        [[0.6, 0.8], [0.0, 1.0]]
        """
        array = np.asarray(data)
        if array.ndim == 2 and len(array) > MOST:
            raise InputError(f"figures show at most {MOST} points, not {len(array)}: choose some of them")
        if array.ndim != 2 or array.dtype.kind not in "fiu" or len(array) < 2 or not np.isfinite(array).all():
            raise InputError("the points are the rows of a table of finite numbers, two or more of them")
        norms = np.linalg.norm(array.astype(float), axis=1)
        if not (norms > 0).all():
            raise InputError("a point at the origin has no direction: leave it out")
        points = cls(name, array / norms[:, None])
        if not (points.angles > 0).all():
            raise InputError("two of the points have the same direction: the kernel is singular there, leave one out")
        return points

    @property
    def size(self) -> int:
        return len(self.rows)

    @property
    def pairs(self) -> tuple[np.ndarray, np.ndarray]:
        """The places of the entries above the diagonal."""
        return np.triu_indices(self.size, 1)

    @property
    def angles(self) -> np.ndarray:
        """The angle of each pair, accurate also where it is small."""
        first, second = (self.rows[places] for places in self.pairs)
        apart, across = np.linalg.norm(first - second, axis=1), np.linalg.norm(first + second, axis=1)
        return 2 * np.arctan2(apart, across)


def built_in() -> list[Points]:
    """Eight orthogonal points, twenty at random in ten dimensions (fixed seed), two that are close."""
    random = np.random.default_rng(2025).standard_normal((20, 10))
    close = np.array([[1.0, 0.0], [np.cos(1 / 20), np.sin(1 / 20)]])
    return [
        Points.read("8 orthogonal points", np.eye(8)),
        Points.read("20 random points in 10 dimensions", random),
        Points.read("2 points at angle 1/20", close),
    ]


def training_points() -> tuple[Points, np.ndarray]:
    """Five points on the sphere in three dimensions, and a sixth one, at which is predicted."""
    rows = np.array([[1, 2, 2], [2, -2, 1], [-2, 6, 3], [0, 3, -4], [-6, -2, 3]])
    return Points.read("5 points on the sphere", rows), np.array([2, 3, 6]) / 7


def depths_up_to(depth: int) -> np.ndarray:
    """Depths from 1 to `depth`, evenly spaced on a logarithmic axis."""
    if not 10 <= depth <= 100_000:
        raise InputError("the largest depth drawn is from 10 to 100000")
    return np.unique(np.round(np.geomspace(1, depth, 160)).astype(int))


def ratios(angles: np.ndarray, depths: np.ndarray) -> np.ndarray:
    """The normalised kernel at each depth (a row) for each angle (a column).

    >>> ratios(np.array([np.pi / 2]), np.array([1, 2])).round(5).tolist()
    [[0.0], [0.15915]]
    """
    network = DepthMap("relu", int(depths.max()) - 1, weight_variance=2)
    return network.ntk_ratios(np.cos(angles))[depths - 1]


def above(angles: np.ndarray, depths: np.ndarray) -> np.ndarray:
    """The upper bound of starnaud2025/N3 for the normalised kernel minus 1/4; shaped as `ratios`."""
    layers, depth = (depths - 1)[:, None], depths[:, None]
    first = 3 * np.pi / (4 * angles) + 0.56
    return (first + 1.5 * np.log1p(layers * angles / (3 * np.pi))) / depth


def below(depths: np.ndarray) -> np.ndarray:
    """The lower bound of starnaud2025/N3 for the normalised kernel minus 1/4, for every angle."""
    return -1.25 / depths


def distance(angles: np.ndarray, depths: np.ndarray) -> np.ndarray:
    """delta of starnaud2025/N5: no entry for one of the angles is farther than this from 1/4."""
    return np.maximum(above(angles, depths).max(axis=1), -below(depths))


def matrices(points: Points, off_diagonal: np.ndarray) -> np.ndarray:
    """The normalised kernel matrix at each depth, from its entries above the diagonal."""
    first, second = points.pairs
    kernels = np.zeros((len(off_diagonal), points.size, points.size))
    kernels[:, first, second] = kernels[:, second, first] = off_diagonal
    kernels[:, range(points.size), range(points.size)] = 1
    return kernels


def plots(depth: int = DEPTH, sets: Sequence[Points] | None = None) -> list[Plot]:
    """The four figures; `sets` are the data of the last two."""
    given = list(built_in() if sets is None else sets)
    training, new = training_points()
    both = Points("", np.vstack([training.rows, new]))
    depths = depths_up_to(depth)
    angles = [np.array(ANGLES), both.angles, *(points.angles for points in given)]
    found = np.split(ratios(np.concatenate(angles), depths), np.cumsum([len(a) for a in angles])[:-1], axis=1)
    kernels = [(points, matrices(points, part)) for points, part in zip(given, found[2:], strict=True)]
    return [
        _off_diagonal(depths, found[0]),
        _predictor(depths, both, matrices(both, found[1])),
        _smallest(depths, kernels),
        _determinant(depths, kernels),
    ]


def _off_diagonal(depths: np.ndarray, found: np.ndarray) -> Plot:
    bounds = 0.25 + above(np.array(ANGLES), depths)
    curves = [Curve(f"angle {name}", depths, found[:, i], i) for i, name in enumerate(_NAMES)]
    curves += [Curve("", depths, bounds[:, i], i, bound=True) for i in range(len(ANGLES))]
    curves.append(Curve("", depths, 0.25 + below(depths), len(ANGLES), bound=True))
    return Plot(
        "off_diagonal",
        "ReLU tangent kernel of two inputs, divided by its diagonal",
        r"$\Theta^{(L)}(x,x')/\Theta^{(L)}(x,x)$",
        curves,
        [Level("claimed limit 1 (starnaud2025, Theorem 2, v1)", 1, claimed=True), Level("limit 1/4 (N3)", 0.25)],
        (-1.05, 1.1),
        notes=["dashed: the bounds of N3, proved for every depth (from below one for all angles)"],
    )


def _predictor(depths: np.ndarray, both: Points, kernels: np.ndarray) -> Plot:
    size = both.size - 1
    late = depths >= 2  # at depth 1 the network is linear, and five points in three dimensions are dependent
    matrix, vector = kernels[late, :size, :size], kernels[late, :size, size]
    weights = np.linalg.solve(matrix, vector[:, :, None])[:, :, 0]
    limit, delta = 1 / (size + 3), distance(both.angles, depths)
    decided = (size - 1) * delta < 0.75
    radius = 2 * np.sqrt(size) * delta[decided] / (0.75 - (size - 1) * delta[decided])
    curves = [Curve(f"weight of point {i + 1}", depths[late], weights[:, i], i) for i in range(size)]
    if decided.any():
        curves += [Curve("", depths[decided], limit + sign * radius, size, bound=True) for sign in (1, -1)]
    room = 0.15 * (weights.max() - weights.min())
    return Plot(
        "predictor",
        f"Weights of kernel regression at a new point, {both.size - 1} training points",
        "weight of a training point",
        curves,
        [Level(f"limit 1/(n + 3) = 1/{size + 3}, the same for every new point", limit)],
        (weights.min() - room, weights.max() + room),
        notes=["dashed: the bound of N5, from the depth on at which it says something"],
    )


def _smallest(depths: np.ndarray, kernels: list[tuple[Points, np.ndarray]]) -> Plot:
    curves = []
    for group, (points, matrix) in enumerate(kernels):
        floor = 0.75 - (points.size - 1) * distance(points.angles, depths)
        least = np.linalg.eigvalsh(matrix)[:, 0]
        curves.append(Curve(points.name, depths, least, group))
        if (floor > 0).any():
            curves.append(Curve("", depths[floor > 0], floor[floor > 0], group, bound=True))
    return Plot(
        "smallest_eigenvalue",
        r"Smallest eigenvalue of the ReLU tangent kernel, inputs of norm $\sqrt{d}$",
        r"$\lambda_{\min}(K^{(L)})/(Ld)$",
        curves,
        [Level("limit 3/4 (N5), whatever the points", 0.75)],
        (-0.03, 1.05),
        notes=["dashed: the bound of N5, from the depth on at which it says something"],
    )


def _determinant(depths: np.ndarray, kernels: list[tuple[Points, np.ndarray]]) -> Plot:
    curves = [
        Curve(points.name, depths, np.maximum(np.linalg.det(matrix), 0), group)
        for group, (points, matrix) in enumerate(kernels)
    ]
    levels = [
        Level("" if group else r"limits $(3/4)^{n-1}(n+3)/4$ (N5)", 0.75 ** (n - 1) * (n + 3) / 4, group)
        for group, n in enumerate(points.size for points, _ in kernels)
    ]
    lowest = min(level.value for level in levels)
    return Plot(
        "determinant",
        "Determinant of the ReLU tangent kernel, each entry divided by the diagonal",
        r"$\det\,\bar\Theta^{(L)},\quad\bar\Theta^{(L)}=\Theta^{(L)}/\Theta^{(L)}(x,x)$",
        curves,
        levels,
        (lowest / 300, 2),
        logarithmic=True,
    )
