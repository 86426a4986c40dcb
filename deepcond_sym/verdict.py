"""The outcome of judging a claim or a derivation: a type of its own, so that no outcome can be mistaken for a yes."""

from enum import Enum


class Verdict(Enum):
    """What is known of a claim after its proof has been checked.

    A verdict has no truth value: ask ``verdict is Verdict.PROVED``.

    >>> Verdict.weakest([Verdict.PROVED, Verdict.CERTIFIED])
    <Verdict.CERTIFIED: 'CERTIFIED'>
    >>> bool(Verdict.PROVED)
    Traceback (most recent call last):
    TypeError: a verdict is not true or false: compare it, as in `verdict is Verdict.PROVED`
    """

    PROVED = "PROVED"
    CERTIFIED = "CERTIFIED"
    SUPPORTED = "SUPPORTED"
    REFUTED = "REFUTED"
    UNDECIDED = "UNDECIDED"

    def __bool__(self) -> bool:
        raise TypeError("a verdict is not true or false: compare it, as in `verdict is Verdict.PROVED`")

    def __repr__(self) -> str:
        return f"<Verdict.{self.name}: {self.value!r}>"

    @property
    def meaning(self) -> str:
        """One blunt sentence: what this verdict says, and what it does not."""
        return _MEANING[self]

    @staticmethod
    def weakest(verdicts: "list[Verdict]") -> "Verdict":
        """The verdict of a proof whose steps have these verdicts; no steps at all prove nothing."""
        if not verdicts:
            return Verdict.UNDECIDED
        return min(verdicts, key=_STRENGTH.index)


_STRENGTH = [Verdict.REFUTED, Verdict.UNDECIDED, Verdict.SUPPORTED, Verdict.CERTIFIED, Verdict.PROVED]

_MEANING = {
    Verdict.PROVED: "Every step was checked exactly or in rigorous balls, for the whole domain named.",
    Verdict.CERTIFIED: "Rigorous, but only for the instances named; nothing is said of any other.",
    Verdict.SUPPORTED: "Numerical or statistical evidence only; this is not a proof.",
    Verdict.REFUTED: "An exact or ball-certified counterexample is shown; or, where a confidence is named, samples"
    " contradict the statement at that confidence, which is evidence and no proof.",
    Verdict.UNDECIDED: "Neither proved nor refuted: out of time, out of precision, or outside what the rules can do.",
}
