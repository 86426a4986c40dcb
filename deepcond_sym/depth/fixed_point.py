"""`enclose_root`: a rigorous ball for a root of a continuous function of one variable, by a change of sign."""

from __future__ import annotations

from collections.abc import Callable

from flint import arb

from deepcond_sym.arithmetic import certainly_less, working_bits
from deepcond_sym.errors import AccuracyError


def enclose_root(function: Callable[[arb], arb], low: arb, high: arb, guess: arb | None = None) -> arb:
    """A ball around a root of a continuous function between the exact points low < high, at the current precision.

    `function` maps exact points to balls and must have certain, opposite signs at the ends. The root is found with the
    midpoints (Illinois steps, untrusted) and then shut in between two points at which the balls have certain and
    opposite signs (proof: intermediate value theorem). A good `guess` saves most of the evaluations. Raises
    `AccuracyError` if the signs cannot be told apart.

    >>> enclose_root(lambda t: t * t - 2, arb(1), arb(2)).contains(arb(2).sqrt().mid())
    True
    """
    if guess is not None:
        found = _near(function, guess, low, high)
        if found is not None:
            return found
    left, right = _sign(function(low)), _sign(function(high))
    if left == 0 or right == 0 or left == right:
        raise AccuracyError("The function has no certain change of sign on the interval: use more bits.")
    guess, low, high = _illinois(function, low, high, left)
    return _shut_in(function, guess, low, high, left)


def complement_of_fixed_point(
    step: Callable[[arb, arb], tuple[arb, arb]], most_bits: int, guess: arb | None = None
) -> arb:
    """1 - c for the fixed point c < 1 of a map that is convex on [0, 1], not negative at 0 and steeper than 1 at 1.

    `step` takes (c, 1 - c) to the map's value and its complement; a good `guess` saves evaluations. Raises
    `AccuracyError` if c agrees with 1 to more than `most_bits` bits.

    >>> layer = lambda c, u: ((1 + 3 * c * c) / 4, 3 * u * (2 - u) / 4)
    >>> complement_of_fixed_point(layer, 100).overlaps(arb(2) / 3)
    True
    """

    def excess(u: arb) -> arb:
        return step(1 - u, u)[1] - u

    # 1 is a fixed point too; to the left of the root the complement grows, and convexity leaves no other root
    if guess is not None:
        found = _near(excess, guess, arb(0), arb(1))
        if found is not None:
            return found
    low = arb(0.5)
    while not excess(low) > 0:
        low = low / 4
        if low < arb(2) ** -most_bits:
            raise AccuracyError("The fixed point could not be told from 1: use more bits.")
    return enclose_root(excess, low, arb(1))


def _sign(value: arb) -> int:
    """The certain sign of a ball, or 0."""
    if certainly_less(value, 0):
        return -1
    return 1 if certainly_less(0, value) else 0


def _near(function: Callable[[arb], arb], guess: arb, low: arb, high: arb) -> arb | None:
    """A ball around a root near a guess inside [low, high], by secant steps; None where that does not succeed."""
    last = arb(guess.mid())
    point = (last * (1 + arb(2) ** -36)).mid()
    at_last, at_point = function(last), function(point)
    smallest = (abs(point) * arb(2) ** (4 - working_bits())).mid()
    width = smallest
    for _ in range(10):
        slope = ((at_point.mid() - at_last.mid()) / (point - last)).mid()
        if slope == 0:
            return None
        width = smallest.max(4 * at_point.rad() / abs(slope)).mid()
        if _sign(at_point) == 0:
            break
        following = (point - at_point.mid() / slope).mid()
        if not (low < following and following < high):
            return None
        last, at_last, point = point, at_point, following
        if abs(point - last) < smallest:
            break
        at_point = function(point)
        if at_point.mid() == at_last.mid():
            break
    for _ in range(6):
        left, right = (point - width).mid(), (point + width).mid()
        if low < left and right < high and _sign(function(left)) * _sign(function(right)) < 0:
            return left.union(right)
        width = 8 * width
    return None


def _illinois(function: Callable[[arb], arb], low: arb, high: arb, left: int) -> tuple[arb, arb, arb]:
    """A good guess for the root, and a bracket whose ends have certain signs."""
    at_low, at_high = function(low).mid(), function(high).mid()
    guess = arb(((low + high) / 2).mid())
    side = 0
    for step in range(4 * working_bits()):
        if step % 8 == 7:
            guess = arb(((low + high) / 2).mid())
        else:
            guess = arb(((low * at_high - high * at_low) / (at_high - at_low)).mid())
        if not (low < guess and guess < high):
            break
        value = function(guess)
        sign = _sign(value)
        if sign == 0:
            break
        if sign == left:
            low, at_low = guess, value.mid()
            at_high = at_high / 2 if side == -1 else at_high
            side = -1
        else:
            high, at_high = guess, value.mid()
            at_low = at_low / 2 if side == 1 else at_low
            side = 1
        if abs(high - low) < abs(guess) * arb(2) ** (-working_bits() + 4):
            break
    return guess, low, high


def _shut_in(function: Callable[[arb], arb], guess: arb, low: arb, high: arb, left: int) -> arb:
    """Widen around the guess until the signs on both sides are certain; the bracket itself always is an answer."""
    below, above = low, high
    scale = abs(guess) if guess != 0 else abs(high - low)
    width = (scale * arb(2) ** (4 - working_bits())).mid()
    found = [False, False]
    while not all(found) and width < scale:
        for index, (point, wanted) in enumerate(((guess - width, left), (guess + width, -left))):
            point = arb(point.mid())
            if found[index] or not (low < point and point < high):
                found[index] = True
            elif _sign(function(point)) == wanted:
                found[index] = True
                below, above = (point, above) if index == 0 else (below, point)
        width = (4 * width).mid()
    return below.union(above)
