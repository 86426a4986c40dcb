"""E[f(X) g(Y)] for f, g of the form x^i exp(a x + b x^2) times a step, Phi(alpha x + beta), a delta or 1."""

from __future__ import annotations

from typing import Any, NamedTuple

from deepcond_sym.duals.algebra.kinds import own_kind
from deepcond_sym.duals.bivariate.cdf_element import CdfElement
from deepcond_sym.duals.bivariate.cdf_field import CdfField, Root


@own_kind
class Switch(NamedTuple):
    """H(x - knot)."""

    knot: Any


@own_kind
class Slide(NamedTuple):
    """Phi(scale x + shift)."""

    scale: Any
    shift: Any


@own_kind
class Spike(NamedTuple):
    """delta(x - knot)."""

    knot: Any


class CdfTerm(NamedTuple):
    """x^power exp(linear x + quadratic x^2) times `factor` (1 if None); all parameters in the field."""

    power: int
    linear: Any
    quadratic: Any
    factor: Switch | Slide | Spike | None


class Law(NamedTuple):
    """A normal law of (X, Y) times a weight: means, covariances, weight * exp(exponent)."""

    m1: Any
    m2: Any
    s11: Any
    s12: Any
    s22: Any
    weight: Root
    exponent: Any


def tilted(field: CdfField, first: tuple[Any, Any], second: tuple[Any, Any]) -> Law:
    """exp(a X + b X^2 + c Y + d Y^2) times the standard normal law of correlation rho.

    Source: textbook (completing the square).
    """
    (a, b), (c, d) = first, second
    rest = 1 - field.rho**2
    determinant = 1 - 2 * b - 2 * d + 4 * b * d * rest
    s11, s12, s22 = (1 - 2 * d * rest) / determinant, field.rho / determinant, (1 - 2 * b * rest) / determinant
    m1, m2 = a * s11 + c * s12, a * s12 + c * s22
    return Law(m1, m2, s11, s12, s22, _inverse_root(field, determinant), (a * m1 + c * m2) / 2)


def expectation(field: CdfField, first: CdfTerm, second: CdfTerm) -> CdfElement:
    """E[first(X) second(Y)], X and Y standard normal of correlation rho.

    Complete the square, lower the powers by Stein's identity; what is left are bivariate normal probabilities, and
    terms in which one factor has become a density (the slope of a step or of Phi), where the other is a normal integral
    in one variable.

    >>> field = CdfField(())
    >>> step = CdfTerm(0, field.zero, field.zero, Switch(field.one))
    >>> expectation(field, step, step).expr(1, 1)
    binormal_cdf(-1, -1, rho)

    Source: derived here.
    """
    if isinstance(second.factor, Spike) and not isinstance(first.factor, Spike):
        # the law of (X, Y) is that of (Y, X)
        return _at_point(field, second, first)
    if isinstance(first.factor, Spike):
        return _at_point(field, first, second)
    law = tilted(field, (first.linear, first.quadratic), (second.linear, second.quadratic))
    slopes: dict[tuple[int, int, int], Any] = {}
    main = _lowered(field, law, first, second, slopes)
    result = _base(field, law, first.factor, second.factor).scaled(Root(main, field.ring.one))
    result = result.scaled(law.weight, law.exponent)
    for (side, n, k), coefficient in slopes.items():
        if coefficient != 0:
            f, g = first._replace(power=n), second._replace(power=k)
            part = _with_slope(field, f, g) if side == 1 else _with_slope(field, g, f)
            result = result.plus(part, coefficient)
    return result


def mean(field: CdfField, term: CdfTerm) -> CdfElement:
    """E[term(X)] for standard normal X.

    >>> field = CdfField(())
    >>> mean(field, CdfTerm(2, field.zero, field.zero, Switch(field.zero))).expr(1, 1)
    1/2

    Source: textbook.
    """
    return _along(field, term, field.zero, field.one)


def _lowered(
    field: CdfField, law: Law, first: CdfTerm, second: CdfTerm, slopes: dict[tuple[int, int, int], Any]
) -> Any:
    """E[X^i Y^j F(X) G(Y)] = main E[F G] + sum of slopes[1, n, k] E[X^n Y^k F' G] + slopes[2, n, k] E[X^n Y^k F G']."""
    weights: dict[tuple[int, int], Any] = {(first.power, second.power): field.one}
    main = field.zero

    def add(n: int, k: int, weight: Any) -> None:
        if n >= 0 and k >= 0:
            weights[n, k] = weights.get((n, k), field.zero) + weight

    def slope(side: int, n: int, k: int, weight: Any) -> None:
        if (first, second)[side - 1].factor is not None:
            slopes[side, n, k] = slopes.get((side, n, k), field.zero) + weight

    # from high powers to low ones, each (n, k) is met once all that lead to it are done
    for n in range(first.power, -1, -1):
        for k in range(second.power, -1, -1):
            weight = weights.pop((n, k), field.zero)
            if weight == 0:
                continue
            if n:
                add(n - 1, k, weight * law.m1)
                add(n - 2, k, weight * (n - 1) * law.s11)
                add(n - 1, k - 1, weight * k * law.s12)
                slope(1, n - 1, k, weight * law.s11)
                slope(2, n - 1, k, weight * law.s12)
            elif k:
                add(0, k - 1, weight * law.m2)
                add(0, k - 2, weight * (k - 1) * law.s22)
                slope(1, 0, k - 1, weight * law.s12)
                slope(2, 0, k - 1, weight * law.s22)
            else:
                main = main + weight
    return main


def _base(field: CdfField, law: Law, first: Any, second: Any) -> CdfElement:
    """E[F(X) G(Y)] under the law without its weight: both factors are P(Z < ...)."""
    one = CdfElement.constant(field, 1)
    ends = []
    for factor, m, s in ((first, law.m1, law.s11), (second, law.m2, law.s22)):
        ends.append(None if factor is None else _threshold(field, factor, m, s))
    if ends[0] is None and ends[1] is None:
        return one
    if ends[0] is None or ends[1] is None:
        [known] = [end for end in ends if end is not None]
        return CdfElement.probability(field, known[0])
    (h, u), (k, v) = ends[0], ends[1]
    cross = field.times(u, v)
    return CdfElement.binormal(field, h, k, Root(cross.factor * law.s12, cross.radicand))


def _threshold(field: CdfField, factor: Switch | Slide, m: Any, s: Any) -> tuple[Root, Root]:
    """(h, u): the factor is P(Z < h) in the mean over N(m, s), where Z has the covariance -u cov with others."""
    if isinstance(factor, Switch):
        inverse = _inverse_root(field, s)
        return Root((m - factor.knot) * inverse.factor, inverse.radicand), inverse
    inverse = _inverse_root(field, 1 + factor.scale**2 * s)
    h = Root((factor.scale * m + factor.shift) * inverse.factor, inverse.radicand)
    return h, Root(factor.scale * inverse.factor, inverse.radicand)


def _with_slope(field: CdfField, first: CdfTerm, second: CdfTerm) -> CdfElement:
    """E[...] with the derivative of the factor of `first` in its place."""
    assert first.factor is not None
    if isinstance(first.factor, Switch):
        return _at_point(field, first._replace(factor=Spike(first.factor.knot)), second)
    assert isinstance(first.factor, Slide)
    term, weight, exponent = bell(field, first)
    return expectation(field, term, second).scaled(weight, exponent, 1)


def bell(field: CdfField, term: CdfTerm) -> tuple[CdfTerm, Root, Any]:
    """x^i exp(a x + b x^2) times the slope of Phi(scale x + shift), as (term, weight, exponent) over sqrt(2 pi)."""
    assert isinstance(term.factor, Slide)
    scale, shift = term.factor
    smooth = CdfTerm(term.power, term.linear - scale * shift, term.quadratic - scale**2 / 2, None)
    return smooth, Root(scale, field.ring.one), -(shift**2) / 2


def _at_point(field: CdfField, first: CdfTerm, second: CdfTerm) -> CdfElement:
    """E[first(X) second(Y)] with a delta in `first`: the density there times the mean of `second` given X."""
    assert isinstance(first.factor, Spike)
    t = first.factor.knot
    height = t**first.power if first.power else field.one
    exponent = first.linear * t + first.quadratic * t**2 - t**2 / 2
    given = _along(field, second, field.rho * t, 1 - field.rho**2)
    return given.scaled(Root(height, field.ring.one), exponent, 1)


def _along(field: CdfField, term: CdfTerm, centre: Any, variance: Any) -> CdfElement:
    """E[term(Y)] for normal Y of this mean and variance."""
    spread = 1 - 2 * term.quadratic * variance
    exponent = (term.linear * centre + term.quadratic * centre**2 + term.linear**2 * variance / 2) / spread
    m, v = (centre + term.linear * variance) / spread, variance / spread
    weight = _inverse_root(field, spread)
    factor = term.factor
    if isinstance(factor, Spike):
        u = factor.knot
        density = _inverse_root(field, v)
        height = Root((u**term.power if term.power else field.one) * density.factor, density.radicand)
        inside = CdfElement.constant(field, 1).scaled(height, -((u - m) ** 2) / (2 * v), 1)
        return inside.scaled(weight, exponent)
    base = CdfElement.constant(field, 1)
    if factor is not None:
        base = CdfElement.probability(field, _threshold(field, factor, m, v)[0])
    means = [base]
    for k in range(1, term.power + 1):
        value = means[k - 1].scaled(Root(m, field.ring.one))
        if k > 1:
            value = value.plus(means[k - 2], (k - 1) * v)
        if isinstance(factor, Switch):
            spike = CdfTerm(k - 1, field.zero, field.zero, Spike(factor.knot))
            value = value.plus(_along(field, spike, m, v), v)
        elif isinstance(factor, Slide):
            smooth, height, constant = bell(field, CdfTerm(k - 1, field.zero, field.zero, factor))
            value = value.plus(_along(field, smooth, m, v).scaled(height, constant, 1), v)
        means.append(value)
    return means[-1].scaled(weight, exponent)


def _inverse_root(field: CdfField, element: Any) -> Root:
    root = field.root(element)
    return Root(1 / (root.factor * field.domain(root.radicand)), root.radicand)

