"""Data for the search of a counterexample: untrusted, like the rest of the search."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from fractions import Fraction
from itertools import product

from sympy.core.function import AppliedUndef

from . import language as lang
from .instance import Instance, Matrix, equicorrelated
from .language import Statement
from .rational import exact

_MOST = 40
_CORRELATIONS = [Fraction(c) for c in ("1/2", "9/10", "0", "-1/2", "1/10", "99/100")]


def with_data(statement: Statement, instances: Iterable[Instance]) -> Iterator[Instance]:
    """Each instance with equicorrelated points: as far as the hypotheses let them go, or at some correlations."""
    calls = {c for side in statement.sides for c in side.atoms(AppliedUndef) if c.func in lang.OF_POINTS}
    names = {function: sorted({c.args[0].name for c in calls if c.func == function}) for function in lang.OF_POINTS}
    if not calls:
        yield from instances
        return
    for instance in instances:
        size = max([2, *(int(v) for s, v in instance.values.items() if s.is_integer)])
        if size > _MOST:
            continue
        ones, growing = [Fraction(1)] * (size + 1), [Fraction(i + 1) for i in range(size + 1)]
        vectors = (ones, growing) if names[lang.component] else (ones,)
        units = list(_points(statement, instance, size))
        for unit, scale in product(units, (1, 4) if names[lang.gram] else (1,)):
            matrices = dict.fromkeys(names[lang.inner], unit) | dict.fromkeys(names[lang.gram], _stretched(unit, scale))
            for vector in vectors:
                yield replace(instance, matrices=matrices, vectors=dict.fromkeys(names[lang.component], tuple(vector)))


def _points(statement: Statement, instance: Instance, size: int) -> Iterator[Matrix]:
    edges = []
    for g in statement.given:
        if g.lhs.func == lang.off_maximum and g.lhs.args[0].func == lang.inner:
            edges.append(exact(g.rhs, instance))
        if g.rhs.func == lang.smallest and g.rhs.args[0].func == lang.inner:
            edge = exact(g.lhs, instance)
            edges.append(None if edge is None else 1 - edge)
    known = [e for e in edges if e is not None]
    for r in [min(known)] if known else _CORRELATIONS:
        if r * max(size - 1, 1) >= -1 and r <= 1:
            yield equicorrelated(size, r)


def _stretched(unit: Matrix, scale: int) -> Matrix:
    """The points with lengths 1, scale, 1, scale, ..."""
    lengths = [1 if i % 2 else scale for i in range(len(unit))]
    pairs = list(zip(lengths, unit, strict=True))
    return tuple(tuple(a * b * x for (b, _), x in zip(pairs, line, strict=True)) for a, line in pairs)
