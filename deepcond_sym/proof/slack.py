"""The slack of a bound that decreases with depth: the least depth at which it, and sharper bounds, reach a level.

A table for readers, not a proof: each entry is certified at its point, at that depth and one layer before."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import sympy as sp

from deepcond_sym.errors import InputError

from .instance import Instance
from .language import Relation, Statement, Term, free_variables, le, substitute, term
from .semantics import at_instance

MOST_LAYERS = 3000


@dataclass(frozen=True)
class Slack:
    """Bounds in the depth (an integer symbol), by name from the loosest to the sharpest, and the points at which they
    are compared. A bound may lack a value or be large at small depths, but from there on it decreases."""

    depth: sp.Symbol
    level: Fraction
    bounds: dict[str, Term]
    points: tuple[dict[sp.Symbol, Fraction], ...]

    def table(self) -> dict[str, Any]:
        """The depths as plain data; null where none up to 3000 layers is certified.

        >>> L = sp.Symbol("L", integer=True)
        >>> r = sp.Symbol("r", real=True)
        >>> slack(L, "1/1000", {"powers": r**L}, {r: ["1/2", "1/10"]}).table()["rows"]
        [{'at': {'r': '1/2'}, 'depths': [10]}, {'at': {'r': '1/10'}, 'depths': [3]}]
        """
        return {
            "level": str(self.level),
            "bounds": list(self.bounds),
            "rows": [
                {
                    "at": {symbol.name: str(value) for symbol, value in point.items()},
                    "depths": [self._least_depth(bound, point) for bound in self.bounds.values()],
                }
                for point in self.points
            ],
        }

    def _least_depth(self, bound: Term, point: dict[sp.Symbol, Fraction]) -> int | None:
        """By doubling and bisection, for a bound that decreases; both ends of the last interval are certified."""
        reached = le(substitute(bound, _exact(point)), str(self.level))

        def holds(depth: int) -> bool | None:
            return _decided(reached, self.depth, depth)

        high = 1
        while holds(high) is not True:
            high *= 2
            if high > MOST_LAYERS:
                return None
        low = -1 if high == 1 else high // 2
        while high - low > 1:
            middle = (low + high) // 2
            found = holds(middle)
            if found is None:
                return None
            low, high = (low, middle) if found else (middle, high)
        return high


def slack(
    depth: sp.Symbol, level: object, bounds: Mapping[str, Term], grid: Mapping[sp.Symbol, list[object]]
) -> Slack:
    """A `Slack` at all points of a grid; InputError if a bound speaks of anything else than the grid and the depth."""
    points: list[dict[sp.Symbol, Fraction]] = [{}]
    for symbol, values in grid.items():
        points = [{**point, symbol: Fraction(str(term(value)))} for point in points for value in values]
    for name, bound in bounds.items():
        loose = free_variables(bound) - set(grid) - {depth}
        if loose:
            raise InputError(f"the bound '{name}' has {min(loose, key=str)}, for which the grid has no values")
    return Slack(depth, Fraction(str(term(level))), dict(bounds), tuple(points))


def _exact(point: Mapping[sp.Symbol, Fraction]) -> dict[sp.Symbol, Term]:
    return {symbol: sp.Rational(value.numerator, value.denominator) for symbol, value in point.items()}


def _decided(relation: Relation, depth: sp.Symbol, value: int) -> bool | None:
    """Whether the relation holds at this depth, None if balls cannot tell."""
    at_depth = relation.subs({depth: sp.Integer(value)})
    if at_depth.lhs.is_Rational and at_depth.rhs.is_Rational:  # a tie is for exact numbers to see
        return bool(at_depth.lhs <= at_depth.rhs)
    here = Statement(at_depth)
    if at_instance(here, Instance()):
        return True
    return False if at_instance(here, Instance(), negate=True) else None
