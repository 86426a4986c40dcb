"""The values of the functions of matrices at one instance, as balls or exactly."""

from collections.abc import Callable
from fractions import Fraction
from functools import reduce
from typing import TYPE_CHECKING, Any

import sympy as sp
from flint import arb

from deepcond_sym.arithmetic import symmetric

from . import language as lang
from .language import Term, column, row

if TYPE_CHECKING:
    from .semantics import Evaluator

MOST_ROWS = 60

Table = dict[tuple[int, int], Any]
"""The entries, by the row and the column, both from 1."""


def extremum(name: str, table: Table, n: int, pick: Callable[[str, list[Any]], Any]) -> Any:
    """The value of minimum, maximum or off_maximum."""
    if name == "off_maximum":
        return pick("max", [abs(value) for (i, j), value in table.items() if i != j]) if n > 1 else pick("max", [])
    return pick(name[:3], [table[i, i] for i in range(1, n + 1)])


def ball_value(call: Term, evaluator: "Evaluator", n: int) -> arb:
    """The value of a function of matrices, at most 60 rows."""
    name, table = call.func.__name__, _table(call, evaluator, n)
    if name in ("minimum", "maximum", "off_maximum"):
        return extremum(name, table, n, _fold)
    matrix = [[table[i, j] for j in range(1, n + 1)] for i in range(1, n + 1)]
    two = _two_eigenvalues(table, n, id)
    if name == "determinant":
        return two[0] * two[1] ** (n - 1) if two else symmetric.determinant(matrix)
    if two:
        return _fold("min" if name == "smallest" else "max", list(two[:n]))
    least, greatest = symmetric.extreme_eigenvalues(matrix)
    return least if name == "smallest" else greatest


def _two_eigenvalues(table: Table, n: int, label: Callable[[Any], Any]) -> tuple[Any, Any] | None:
    """The eigenvalues of a I + b 11^T, that of 11^T first, where all entries on the diagonal have one label and all
    others one; None for any other matrix."""
    on, off = ({label(value): value for (i, j), value in table.items() if (i == j) is same} for same in (True, False))
    if len(on) != 1 or len(off) > 1:
        return None
    (a,), b = on.values(), next(iter(off.values()), 0)
    return a + (n - 1) * b, a - b


def _fold(name: str, values: list[arb]) -> arb:
    if not values:
        return arb(0)
    return reduce(arb.min if name == "min" else arb.max, values)


def _table(call: Term, evaluator: "Evaluator", n: int) -> Table:
    """The entries; where they depend on the data at (i, j) only, equal data are looked at once."""
    body, _ = call.args
    of_data = [c for c in body.atoms(*lang.OF_POINTS, lang.kronecker) if c.has(row, column)]
    binds = body.has(sp.Sum, sp.Product, lang.repeat, *lang.OF_MATRICES)  # then the data are others than they look
    plain = not binds and not body.xreplace(dict.fromkeys(of_data, sp.S.Zero)).has(row, column)
    rows_only = call.func in (lang.minimum, lang.maximum)
    second = row if rows_only else column  # a column may then be bound outside
    memory: dict[Any, arb] = {}
    table = {}
    for i in range(1, n + 1):
        for j in [i] if rows_only else range(1, n + 1):
            with evaluator.bind(row, arb(i)), evaluator.bind(second, arb(j)):
                key = (i == j, *map(evaluator.entry, of_data)) if plain else (i, j)
                if key not in memory:
                    memory[key] = evaluator.value(body)
                table[i, j] = memory[key]
    return table


def exact_value(name: str, at: Callable[[int, int], Fraction | None], n: int) -> Fraction | None:
    """The value of a function of a matrix with rational entries, where it is rational for sure; None otherwise."""
    rows_only = name in ("minimum", "maximum")
    table = {(i, j): at(i, j) for i in range(1, n + 1) for j in ([i] if rows_only else range(1, n + 1))}
    if any(value is None for value in table.values()):
        return None
    if rows_only or name == "off_maximum":
        return extremum(name, table, n, lambda which, v: (min if which == "min" else max)(v, default=Fraction(0)))
    two = _two_eigenvalues(table, n, lambda value: value)
    if two is None:
        return None
    if name == "determinant":
        return two[0] * two[1] ** (n - 1)
    return min(two[:n]) if name == "smallest" else max(two[:n])

