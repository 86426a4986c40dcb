"""Price's theorem as an exact check of sums of E[f(X) g(Y)] with steps and Phi: slope, and value at rho = 0."""

from __future__ import annotations

from typing import Any, NamedTuple

from deepcond_sym.duals.bivariate.cdf_element import CdfElement
from deepcond_sym.duals.bivariate.cdf_field import CdfField, Root
from deepcond_sym.duals.bivariate.cdf_pairing import CdfTerm, Slide, Spike, Switch, bell, expectation, mean


class Weighted(NamedTuple):
    """weight * E[first(X) second(Y)]."""

    weight: Any
    first: CdfTerm
    second: CdfTerm


class _Part(NamedTuple):
    """weight * exp(exponent) * (2 pi)^(-density/2) * term."""

    weight: Root
    exponent: Any
    density: int
    term: CdfTerm


def is_provable(pairs: list[Weighted]) -> bool:
    """Whether differentiation leads to finitely many pairs: no Gaussian factor beside a step or Phi.

    >>> field = CdfField(())
    >>> is_provable([Weighted(1, *(CdfTerm(0, field.zero, field.one, Switch(field.one)),) * 2)])
    False
    """
    both = [pair for pair in pairs if pair.first.factor is not None and pair.second.factor is not None]
    return all(term.quadratic == 0 for pair in both for term in (pair.first, pair.second))


def follows_from_price(field: CdfField, total: CdfElement, pairs: list[Weighted]) -> bool:
    """Whether `total` is the sum of weight * E[first second], for `is_provable` pairs.

    The slope in rho must be the sum of weight * E[first' second'] (Price's theorem), the value at rho = 0 the sum of
    products of means. What the right side consists of is checked in the same way; it has smaller powers, or the same
    pair again with a constant factor, so the slopes and the values at 0 determine everything. Pairs with a delta or a
    Gaussian factor are integrals in one variable after completing the square, and are taken as they are.

    >>> field = CdfField(())
    >>> step = CdfTerm(1, field.zero, field.zero, Switch(field.one))
    >>> pair = Weighted(field.one, step, step)
    >>> right = expectation(field, step, step)
    >>> follows_from_price(field, right, [pair]), follows_from_price(field, right.plus(right), [pair])
    (True, False)

    Source: Price's theorem (textbook); the induction is derived here.
    """
    checked: set[tuple[CdfTerm, CdfTerm]] = set()
    waiting: list[tuple[CdfTerm, CdfTerm]] = []
    if not _one_step(field, total, pairs, waiting):
        return False
    while waiting:
        first, second = waiting.pop()
        if (first, second) in checked:
            continue
        checked.add((first, second))
        if not _one_step(field, expectation(field, first, second), [Weighted(field.one, first, second)], waiting):
            return False
    return True


def price_slope(field: CdfField, pairs: list[Weighted]) -> CdfElement:
    """The sum of weight * E[first' second'], with deltas for the slopes of steps.

    Source: Price's theorem (textbook).
    """
    return _slope(field, pairs, [])


def _slope(field: CdfField, pairs: list[Weighted], met: list[tuple[CdfTerm, CdfTerm]]) -> CdfElement:
    result = CdfElement(field)
    for pair in pairs:
        for f in _derivative(field, pair.first):
            for g in _derivative(field, pair.second):
                value = expectation(field, f.term, g.term)
                weight = field.times(f.weight, g.weight)
                result = result.plus(value.scaled(weight, f.exponent + g.exponent, f.density + g.density), pair.weight)
                if _is_closed(f.term) and _is_closed(g.term):
                    met.append((f.term, g.term))
    return result


def _is_closed(term: CdfTerm) -> bool:
    """Whether the derivatives of the term are finitely many terms."""
    return term.quadratic == 0 and not isinstance(term.factor, Spike)


def _one_step(
    field: CdfField, total: CdfElement, pairs: list[Weighted], waiting: list[tuple[CdfTerm, CdfTerm]]
) -> bool:
    slope = _slope(field, pairs, waiting)
    if not total.derivative().plus(slope, -1).is_zero():
        return False
    start = total.at_zero()
    for pair in pairs:
        start = start.plus(mean(field, pair.first).times(mean(field, pair.second)), -pair.weight)
    return start.is_zero()


def _derivative(field: CdfField, term: CdfTerm) -> list[_Part]:
    """d/dx of a term, as parts that are not 0."""
    parts: list[_Part] = []

    def add(weight: Any, changed: CdfTerm) -> None:
        if weight != 0:
            parts.append(_Part(Root(field.domain.convert(weight), field.ring.one), field.zero, 0, changed))

    add(term.power, term._replace(power=term.power - 1))
    add(term.linear, term)
    add(2 * term.quadratic, term._replace(power=term.power + 1))
    if isinstance(term.factor, Switch):
        add(1, term._replace(factor=Spike(term.factor.knot)))
    elif isinstance(term.factor, Slide):
        smooth, weight, exponent = bell(field, term)
        parts.append(_Part(weight, exponent, 1, smooth))
    return parts
