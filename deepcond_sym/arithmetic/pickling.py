"""Pickling of balls, so that they travel between processes: exact midpoints and radii, bit for bit."""

from __future__ import annotations

import copyreg
from typing import Any

from flint import acb, arb, fmpz


def register() -> None:
    """Teach `pickle` and `copy` about `arb` and `acb`. Called when `deepcond_sym.arithmetic` is imported.

    >>> import pickle
    >>> from deepcond_sym.arithmetic import exact
    >>> third = arb(1) / 3
    >>> exact(pickle.loads(pickle.dumps(third))) == exact(third)
    True
    """
    copyreg.pickle(arb, _reduce_arb)  # type: ignore[arg-type]
    copyreg.pickle(acb, _reduce_acb)  # type: ignore[arg-type]


def _reduce_arb(ball: arb) -> tuple[Any, ...]:
    if ball.is_finite():
        middle, radius = ball.mid().man_exp(), ball.rad().man_exp()
        return (_finite, (int(middle[0]), int(middle[1]), int(radius[0]), int(radius[1])))
    if ball.is_nan():
        return (_special, ("nan",))
    # An infinite midpoint or radius: the midpoint of a ball that is the whole line carries no information.
    if ball > 0:
        return (_special, ("inf",))
    return (_special, ("-inf",)) if ball < 0 else (_special, ("everything",))


def _reduce_acb(ball: acb) -> tuple[Any, ...]:
    return (acb, (ball.real, ball.imag))


def _special(kind: str) -> arb:
    return arb(0, "inf") if kind == "everything" else arb(kind)


def _finite(middle: int, middle_exponent: int, radius: int, radius_exponent: int) -> arb:
    centre = arb((fmpz(middle), fmpz(middle_exponent)))
    if radius == 0:
        return centre
    exact_radius = arb((fmpz(radius), fmpz(radius_exponent)))
    # Arb adds one unit to the 30-bit radius it is given, so a radius smaller by a trifle arrives as the exact one.
    shrunk = arb((fmpz((radius << 64) - 1), fmpz(radius_exponent - 64)))
    ball = arb(centre, shrunk)
    return ball if ball.rad() == exact_radius else arb(centre, exact_radius)
