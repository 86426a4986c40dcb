"""Untrusted search for a counterexample: it proposes instances, and `refutation` certifies the one that counts."""

import itertools
import random
import time
from collections.abc import Iterator
from fractions import Fraction
from typing import Any

import sympy as sp

from .data_hunt import with_data
from .language import Family, Statement, Variable, mu
from .semantics import Instance, at_instance

_SHARES = [Fraction(1, 2), Fraction(1, 10), Fraction(9, 10), Fraction(1, 100), Fraction(1), Fraction(99, 100)]
_STEPS = [
    Fraction(s) for s in ["0", "1/1000", "1/100", "1/10", "1/4", "1/2", "3/5", "3/4", "9/10", "99/100", "999/1000", "1"]
]
_MOST_POINTS = 600
_LENGTHS = [Fraction(1), Fraction(0), Fraction(1, 10), Fraction(2), Fraction(10), Fraction(1000)]


def hunt(statement: Statement, *, seconds: float = 5, seed: int = 0) -> Instance | None:
    """An instance at which the statement certainly fails, or None if none was found in the time given."""
    # processor time: how much is searched must not depend on what else the machine does
    deadline = time.process_time() + seconds
    for instance in with_data(statement, _candidates(statement, random.Random(seed))):
        if at_instance(statement, instance, negate=True, bits=128) and at_instance(statement, instance, negate=True):
            return instance
        if time.process_time() > deadline:
            return None
    return None


def _candidates(statement: Statement, rng: random.Random) -> Iterator[Instance]:
    """Each proposal, and the same pushed to the edge of each hypothesis v <= e or |v| <= e."""
    for instance in _proposals(statement, rng):
        yield instance
        for hypothesis in statement.given:
            v = hypothesis.lhs.args[0] if isinstance(hypothesis.lhs, sp.Abs) else hypothesis.lhs
            edge = hypothesis.rhs.subs({s: sp.Rational(x.numerator, x.denominator) for s, x in instance.values.items()})
            if isinstance(v, sp.Symbol) and v in instance.values and edge.is_Rational:
                yield Instance({**instance.values, v: _rational(edge)}, instance.weights)


def _proposals(statement: Statement, rng: random.Random) -> Iterator[Instance]:
    if not statement.variables and statement.family is None:
        yield Instance()
        return
    axes = [_axis(v) for v in statement.variables]
    members = list(_members(statement.family))
    symbols = [v.symbol for v in statement.variables]
    for point in _grid(axes, rng)[:_MOST_POINTS]:
        for weights in members[:12]:
            yield _instance(symbols, point, weights, statement.family)
    for _ in range(4000):
        point = [
            rng.choice(axis) if rng.randrange(5) < 2 else _random_in(v, rng)
            for axis, v in zip(axes, statement.variables, strict=True)
        ]
        weights = rng.choice(members) if rng.randrange(2) else _random_weights(statement.family, rng)
        yield _instance(symbols, point, weights, statement.family)


def _grid(axes: list[list[Fraction]], rng: random.Random) -> list[tuple[Fraction, ...]]:
    """The points of the product of the axes: in order where there are few, else in a random order."""
    points = list(itertools.islice(itertools.product(*axes), 20_000))
    return points if len(points) <= _MOST_POINTS else rng.sample(points, min(2000, len(points)))


def _instance(symbols: list[sp.Symbol], point, weights: tuple[Fraction, ...], family: Family | None) -> Instance:
    values = dict(zip(symbols, point, strict=True))
    if family is not None and family.odd:
        # the same weights at odd places
        weights = (Fraction(0), *(part for p in weights[1:] for part in (p, Fraction(0))))
    if family is not None and family.is_relu:
        return Instance({s: Fraction(1, 2) if s == mu else v for s, v in values.items()})
    if family is not None and family.member is not None:
        t, polynomial = family.member
        exact = {s: sp.Rational(v.numerator, v.denominator) for s, v in values.items()}
        coefficients = sp.Poly(polynomial.subs(exact), t).all_coeffs()[::-1]
        weights = tuple(Fraction(int(c.p), int(c.q)) for c in coefficients if c.is_Rational)
    elif weights and mu in values:
        values[mu] = 1 - (weights[1] if len(weights) > 1 else Fraction(0))
    return Instance(values, weights)


def _axis(v: Variable) -> list[Fraction]:
    """Values of a variable, the telling ones first: ends, near the ends, simple fractions."""
    if v.integer:
        first = int(v.lower) if v.lower.is_Integer else 0
        return [Fraction(first + i) for i in (1, 0, 2, 3, 5, 8, 20)]
    if v.lower.is_infinite and v.upper.is_infinite:
        return [sign * length for length in _LENGTHS for sign in (1, -1)]
    if v.lower.is_infinite:
        return [_rational(v.upper) - length for length in _LENGTHS]
    if v.upper.is_infinite:
        return [_rational(v.lower) + length for length in _LENGTHS]
    low, high = _rational(v.lower), _rational(v.upper)
    return [low + (high - low) * step for step in _STEPS]


def _rational(value: sp.Expr) -> Fraction:
    """The value, or, of an irrational end such as pi, a rational number just below it."""
    exact: Any = value if value.is_Rational else sp.floor(value * 2**40) / 2**40
    return Fraction(int(exact.p), int(exact.q))


def _random_in(v: Variable, rng: random.Random) -> Fraction:
    axis = _axis(v)
    if v.integer:
        return axis[1] + rng.randrange(12)
    low, high = min(axis), max(axis)
    return low + (high - low) * Fraction(rng.randrange(1001), 1000)


def _members(family: Family | None) -> Iterator[tuple[Fraction, ...]]:
    """Extremal activations: the vertices of the simplex, and mixtures of the first two, which attain the sharp
    bounds."""
    if family is None or family.member is not None:
        yield ()
        return
    for share in _SHARES:
        yield (Fraction(0), 1 - share, share)
    for degree in (3, 5, 2, 1):
        yield (Fraction(0),) * degree + (Fraction(1),)
    yield (Fraction(0), Fraction(1, 2), Fraction(0), Fraction(1, 2))
    if not family.centred:
        yield (Fraction(1, 2), Fraction(1, 4), Fraction(1, 4))
    if not family.unit:
        yield (Fraction(1), Fraction(1), Fraction(1))


def _random_weights(family: Family | None, rng: random.Random) -> tuple[Fraction, ...]:
    if family is None or family.member is not None:
        return ()
    parts = [rng.randrange(10) for _ in range(rng.randrange(1, 6))]
    if not family.unit:
        return tuple(Fraction(p) for p in parts)
    total = sum(parts) or 1
    weights = [Fraction(p, total) for p in parts] if any(parts) else [Fraction(1)]
    return (Fraction(0), *weights) if family.centred else tuple(weights)
