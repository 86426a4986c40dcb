"""`Octaves`: functions of s = 1 - |rho| on the octaves [2^-j, 2^(1-j)], interpolated in balls with proved errors."""

from __future__ import annotations

from functools import cached_property, lru_cache

import numpy as np
from flint import arb, arb_mat, arb_poly, fmpz_poly

from deepcond_sym.arithmetic import precision

from .double_double import Pair, Slices, pair, slices

FINE = 32
"""Pieces an octave in the finished table."""
FINE_COUNT = 8
"""Coefficients of a polynomial in the finished table."""
_SLACK = arb("1.01")


class Octaves:
    """Interpolation in n Chebyshev nodes on an octave, and re-expansion of what comes out on pieces of an octave.

    Let f be analytic in the unit disk of rho. The disk around 1 - 3a/2 of radius 3a/2 lies in it and contains the
    ellipse with foci 1 - a, 1 - 2a and half axes 3a/2, sqrt(2) a, whose parameter is r = 3 + sqrt 8. So the
    interpolant is off by at most 4 M r^-n/(r - 1) if |f| <= M on the disk (Trefethen 2013, theorem 8.2), and an error
    of the values at the nodes grows by at most the Lebesgue constant, 1 + (2/pi) log n (ib., theorem 15.2). Rounded
    points may leave the octave by a relative 2^-50, for which there is a factor 1.01.

    What stands in for M: with p_i >= 0 of sum 1, |1 - z^i| <= min(2, i |1 - z|) and
    1 - (1 - s)^i >= (1 - 1/e) min(1, i s), so for W(z) = 1 - sum of p_i z^i and any s of the octave
    |W(z)| <= 3.17 * (|1 - z|/s) W(1 - s), |1 - z| <= 3 s: the error of W is relative to W. The same holds near
    rho = -1, W(-z) = sum of p_i (1 - (-1)^i z^i): the terms with odd i are between 1 and 2 on the octave, and at most 2
    on the disk. On an octave W varies by a factor of at most 2.

    >>> octaves = octave_interpolation(30, 150)
    >>> bool(octaves.relative_cut < 1e-21)
    True

    Source: derived here.
    """

    def __init__(self, count: int, bits: int) -> None:
        self.count, self.bits = count, bits
        with precision(bits=bits):
            angles = [arb.pi() * (2 * i + 1) / (2 * count) for i in range(count)]
            self.nodes = [angle.cos().mid() for angle in angles]
            self.to_powers = _to_powers(count)
            ratio = 3 + arb(8).sqrt()
            self.lebesgue = (_SLACK * (1 + 2 / arb.pi() * arb(count).log())).upper()
            self.cut = (_SLACK * 4 * ratio ** (-count) / (ratio - 1)).upper()
            self.relative_cut = (self.cut * arb("9.6")).upper()

    def points(self, octave: int) -> list[arb]:
        """The nodes in the octave as numbers s, rounded by a relative 2^(2 - bits)."""
        return [((3 + node) * arb(2) ** -(octave + 1)).mid() for node in self.nodes]

    def fit(self, columns: list[list[arb]]) -> list[arb_poly]:
        """For each list of values at the nodes, the polynomial in the local variable 2^(octave + 1) s - 3."""
        product = self.to_powers * _columns(columns)
        size = range(self.count)
        return [arb_poly([product[k, j] for k in size]) for j in range(len(columns))]

    @cached_property
    def _refinement(self) -> arb_mat:
        """From values at the nodes to the coefficients on every piece of the octave, interpolated in Chebyshev nodes.

        Row 8 i + k is for power k on piece i, the last row for the end s = 2^(1 - octave).
        """
        angles = [arb.pi() * (2 * j + 1) / (2 * FINE_COUNT) for j in range(FINE_COUNT)]
        places = [(2 * i + 1 + angle.cos()) / FINE - 1 for i in range(FINE) for angle in angles] + [arb(1)]
        powers = arb_mat([[place**k for k in range(self.count)] for place in places]) * self.to_powers
        local = _to_powers(FINE_COUNT)
        rows = []
        for i in range(FINE):
            block = [[powers[FINE_COUNT * i + j, c] for c in range(self.count)] for j in range(FINE_COUNT)]
            rows += (local * arb_mat(block)).tolist()
        return arb_mat([*rows, [powers[FINE * FINE_COUNT, c] for c in range(self.count)]])

    def refine(self, columns: list[list[arb]]) -> list[list[arb]]:
        """For each octave the 32 x 8 coefficients of its pieces, and the value at its upper end."""
        product = self._refinement * _columns(columns)
        return [list(column) for column in zip(*product.tolist(), strict=True)]

    @cached_property
    def refinement_slices(self) -> Slices:
        """The refinement in doubles."""
        pairs = [[pair(entry) for entry in row] for row in self._refinement.tolist()]
        return slices(Pair(*(np.array([[entry[k] for entry in row] for row in pairs]) for k in (0, 1))))

    @cached_property
    def fine_lebesgue(self) -> arb:
        """The Lebesgue constant on a piece."""
        return (_SLACK * (1 + 2 / arb.pi() * arb(FINE_COUNT).log())).upper()

    @cached_property
    def fine_cut(self) -> arb:
        """The error of interpolation on a piece, for |f| <= 1: there the ellipse up to s = 0 has half axis 65 h."""
        ratio = 65 + arb(65**2 - 1).sqrt()
        return (_SLACK * 4 * ratio ** (-FINE_COUNT) / (ratio - 1)).upper()

    @cached_property
    def fine_relative_cut(self) -> arb:
        """The same for W, relative to W: |1 - z| <= (65/32) s."""
        return (self.fine_cut * arb("6.6")).upper()


@lru_cache(maxsize=8)
def octave_interpolation(count: int, bits: int) -> Octaves:
    """The `Octaves` with so many nodes at so many bits, built once.

    >>> len(octave_interpolation(30, 150).points(1))
    30
    """
    return Octaves(count, bits)


def _columns(columns: list[list[arb]]) -> arb_mat:
    return arb_mat([list(row) for row in zip(*columns, strict=True)])


def _to_powers(count: int) -> arb_mat:
    """From values at the Chebyshev nodes to coefficients of powers, by discrete orthogonality."""
    cosines = [
        [(arb.pi() * k * (2 * i + 1) / (2 * count)).cos() * (arb(1) if k == 0 else arb(2)) / count
         for i in range(count)]
        for k in range(count)
    ]  # fmt: skip
    chebyshev = [fmpz_poly.chebyshev_t(k) for k in range(count)]
    powers = arb_mat([[arb(poly[k]) for poly in chebyshev] for k in range(count)])
    return powers * arb_mat(cosines)
