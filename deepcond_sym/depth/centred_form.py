"""`centred_form`: one layer applied to a ball of correlations without letting the ball explode."""

from __future__ import annotations

from collections.abc import Callable

from flint import arb


def centred_form(drop: Callable[[arb], arb], u: arb) -> arb:
    """Enclose F(u) = f(1) - f(1 - u) over a ball u within [0, 2], where f is a power series with coefficients >= 0.

    `drop` must enclose F at exact points. With m the midpoint and r the radius,

    * F(m) +- r F(m)/w, where w = min(m, 2 - m) - r > 0 is the least distance of the ball from 0 and from 2. For
      |f'(c)| <= f'(|c|) <= f'(1 - w) <= F(w)/w <= F(m)/w: the coefficients are non-negative, F is concave on
      [0, 1], and F(m) >= F(min(m, 2 - m)). So the relative radius of a ball with u <= 1 does not grow with depth.
    * F(m) +- F(r) where the ball reaches 0 or 2: |c^n - d^n| <= 1 - (1 - |c - d|)^n for c, d in [-1, 1], |c - d| <= 1.

    Balls put into the formula directly grow by its dependencies instead and are useless after a few hundred layers.
    A ball that pokes out of [0, 2] stands for its part inside; a ball that is not finite comes back as it is.

    Source: derived here.

    >>> centred_form(lambda u: u * (2 - u), arb(0.5, 0.125)).contains(arb(0.5 * 1.5))
    True
    """
    if not u.is_finite():
        return u
    u = _inside(u)
    middle, radius = arb(u.mid()), arb(u.rad())
    value = drop(middle)
    if radius == 0:
        return value
    distance = arb((middle if middle <= 1 else 2 - middle) - radius).lower()
    spread = radius * value / distance if distance > 0 else drop(radius)
    return value + spread * arb(0, 1)


def _inside(u: arb) -> arb:
    """The part of a ball in [0, 2]; the true value is known to lie there."""
    if u.lower() >= 0 and u.upper() <= 2:
        return u
    return u.intersection(arb(1, 1))
