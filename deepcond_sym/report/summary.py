"""The figures of a run that every face shows: claims, verdicts, mutants, and whether all is well."""

from dataclasses import dataclass
from typing import Any

from deepcond_sym.proof.verdict import Verdict


@dataclass(frozen=True)
class Summary:
    """Counts over a list of results; `ok` is what the exit code says."""

    claims: int
    as_expected: int
    verdicts: dict[str, int]
    killed: int
    survived: int
    seconds: float

    @classmethod
    def of(cls, results: list[dict[str, Any]]) -> "Summary":
        """Count.

        >>> Summary.of([]).ok
        False
        """
        mutants = [mutant for result in results for mutant in result["mutants"]]
        killed = sum(bool(mutant["died"]) for mutant in mutants)
        counts = {v.value: sum(result["verdict"] == v.value for result in results) for v in Verdict}
        return cls(
            claims=len(results),
            as_expected=sum(bool(result["as_expected"]) for result in results),
            verdicts={name: count for name, count in counts.items() if count},
            killed=killed,
            survived=len(mutants) - killed,
            seconds=round(sum(result["seconds"] for result in results), 3),
        )

    @property
    def ok(self) -> bool:
        """Every verdict is as expected and no mutant survives; a run without claims shows nothing, and is not ok."""
        return self.claims > 0 and self.as_expected == self.claims and self.survived == 0

    @property
    def sentence(self) -> str:
        """One line: counts, whether all is as expected, and the mutants where there are any.

        >>> Summary(3, 3, {"PROVED": 2, "REFUTED": 1}, 4, 0, 1.5).sentence
        '3 claims: 2 proved, 1 refuted; all as expected; 4 of 4 mutants killed'
        """
        counts = ", ".join(f"{count} {name.lower()}" for name, count in self.verdicts.items())
        unexpected = self.claims - self.as_expected
        parts = [f"{self.claims} claim{'' if self.claims == 1 else 's'}" + (f": {counts}" if counts else "")]
        parts.append(f"{unexpected} not as expected" if unexpected else "all as expected")
        if self.killed + self.survived:
            parts.append(f"{self.killed} of {self.killed + self.survived} mutants killed")
        return "; ".join(parts)

    def as_json(self) -> dict[str, Any]:
        """The figures as plain data."""
        return {
            "claims": self.claims,
            "as_expected": self.as_expected,
            "unexpected": self.claims - self.as_expected,
            "verdicts": self.verdicts,
            "mutants": {"killed": self.killed, "survived": self.survived},
            "seconds": self.seconds,
            "ok": self.ok,
        }
