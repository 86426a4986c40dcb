"""How far a constant of a claim can be pushed: a family of statements indexed by one rational, searched by bisection.

Every probe is the claim itself with another constant, judged as any claim is; the search only chooses the constants.
That the statements get stronger from one end of the range to the other is the word of whoever declares the family."""

from collections.abc import Callable
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

import sympy as sp

from deepcond_sym.errors import InputError

from .language import term
from .semantics import Instance
from .verdict import Verdict

Failure = Callable[[Fraction], tuple[int, Instance]]


@dataclass(frozen=True)
class Sharpening:
    """A parameter of a claim as a function of one rational c, and the range of c, from the weakest statement to the
    strongest.

    `printed` is the c that gives the claim as it stands. `fails(c)` proposes where the statement for c may fail, as
    (number of the statement, instance): it is evaluated before it counts."""

    parameter: str
    of: Callable[[Any], Any]
    printed: Fraction
    weakest: Fraction
    strongest: Fraction
    fails: Failure | None = None

    def __post_init__(self) -> None:
        if self.weakest == self.strongest:
            raise InputError(f"the range of '{self.parameter}' is a single point: give a strongest constant beyond it")
        if not min(self.weakest, self.strongest) <= self.printed <= max(self.weakest, self.strongest):
            raise InputError(f"the printed constant {self.printed} of '{self.parameter}' lies outside its range")

    def value(self, c: Fraction) -> Any:
        """The parameter at c."""
        return self.of(sp.Rational(c.numerator, c.denominator))

    @property
    def form(self) -> sp.Expr:
        """The parameter as a term in the symbol c."""
        return term(self.of(sp.Symbol("c", real=True)))

    @property
    def upwards(self) -> bool:
        """Whether a larger c says more."""
        return self.strongest > self.weakest


@dataclass
class Search:
    """The verdicts found so far for a family, and the constant to try next.

    >>> square = Sharpening("c", lambda c: c, Fraction(1), Fraction(1), Fraction(0))
    >>> search = Search(square, Fraction(1, 100))
    >>> while (c := search.next()) is not None:
    ...     search.record(c, Verdict.PROVED if 3 * c >= 1 else Verdict.REFUTED)
    >>> print(search.proved, search.refuted, search.outcome)
    1/3 11/34 sharper
    """

    family: Sharpening
    gap: Fraction
    verdicts: dict[Fraction, Verdict] = field(default_factory=dict)

    def record(self, c: Fraction, verdict: Verdict) -> None:
        """Note the verdict on the statement for c; InputError if the family turns out not to be ordered."""
        self.verdicts[c] = verdict
        if self.proved is not None and self.refuted is not None and self._beyond(self.proved, self.refuted):
            raise InputError(
                f"'{self.family.parameter}' is refuted at {self.refuted} and proved at {self.proved}, a stronger"
                " statement by its declaration: turn the range round, or choose another family"
            )

    @property
    def proved(self) -> Fraction | None:
        """The strongest constant that came out PROVED."""
        return max(self._with(Verdict.PROVED), key=self._strength, default=None)

    @property
    def refuted(self) -> Fraction | None:
        """The weakest constant that came out REFUTED."""
        return min(self._with(Verdict.REFUTED), key=self._strength, default=None)

    @property
    def outcome(self) -> str:
        """What the search says of the printed constant."""
        proved, refuted, printed = self.proved, self.refuted, self.family.printed
        if refuted is not None and not self._beyond(refuted, printed):
            return "false as printed"
        if proved is None or self._beyond(printed, proved):
            return "undecided"
        if proved == self.family.strongest:
            return "proved to the end of the range"
        if proved != printed:
            return "sharper"
        return "best" if refuted is not None and abs(refuted - proved) <= self.gap else "not improved"

    def next(self) -> Fraction | None:
        """The constant to judge next, None when proved and refuted (or undecided) constants are within the gap."""
        family, seen = self.family, self.verdicts
        opening = [family.printed]
        if self.proved == family.printed and self.refuted is None:
            opening.append(self._just_beyond(family.printed))
        if self.proved is None and seen.get(family.printed) is not None:
            opening.append(family.weakest)
        if self.refuted is None:
            opening.append(family.strongest)
        fresh = next((c for c in opening if c not in seen), None)
        return fresh if fresh is not None else self._bisect()

    def _bisect(self) -> Fraction | None:
        proved, refuted = self.proved, self.refuted
        if proved is not None:
            failed = [c for c in self.verdicts if self._beyond(c, proved)]
            if failed and (c := between(proved, min(failed, key=self._strength), self.gap)) is not None:
                return c
        if refuted is not None:
            standing = [c for c in self.verdicts if self._beyond(refuted, c)]
            if standing:
                return between(refuted, max(standing, key=self._strength), self.gap)
        return None

    def _just_beyond(self, c: Fraction) -> Fraction:
        step = min(self.gap, abs(self.family.strongest - c))
        return c + step if self.family.upwards else c - step

    def _with(self, verdict: Verdict) -> list[Fraction]:
        return [c for c, found in self.verdicts.items() if found is verdict]

    def _strength(self, c: Fraction) -> Fraction:
        return c if self.family.upwards else -c

    def _beyond(self, one: Fraction, other: Fraction) -> bool:
        """Whether the statement for `one` is stronger than that for `other`."""
        return self._strength(one) > self._strength(other)


def between(one: Fraction, other: Fraction, gap: Fraction) -> Fraction | None:
    """A rational to split the interval at: the simplest of its middle third while it is wider than the gap, then the
    simplest of all if it is simpler than both ends, else None.

    >>> print(between(Fraction(0), Fraction(1), Fraction(1, 10)))
    1/2
    >>> print(between(Fraction(33, 100), Fraction(34, 100), Fraction(1)))
    1/3
    """
    low, high = min(one, other), max(one, other)
    width = high - low
    if width > gap:
        return simplest(low + width / 3, high - width / 3)
    if width == 0:
        return None
    candidate = simplest(low, high, inside=True)
    return candidate if candidate.denominator < min(low.denominator, high.denominator) else None


def simplest(low: Fraction, high: Fraction, *, inside: bool = False) -> Fraction:
    """The fraction of least denominator in [low, high], or in (low, high) if it must lie inside.

    >>> print(simplest(Fraction(3, 10), Fraction(36, 100)), simplest(Fraction(1), Fraction(2), inside=True))
    1/3 3/2
    """
    whole = low.numerator // low.denominator
    if (low == whole) and not inside:
        return Fraction(whole)
    if whole + 1 < high or (whole + 1 == high and not inside):
        return Fraction(whole + 1)
    if low == whole:
        # inside (whole, high) with high <= whole + 1: whole + 1/k for the least k that is small enough
        k = int(1 / (high - whole)) + 1
        return whole + Fraction(1, k)
    rest = simplest(1 / (high - whole), 1 / (low - whole), inside=inside)
    return whole + 1 / rest
