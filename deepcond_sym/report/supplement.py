"""What a report holds beside its claims if `deepcond verify --complete` asks for it: how far the constants can be
pushed, the figures of the papers, and the derivations of the duals."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from deepcond_sym.proof import Claim

from .figures.plot import Map, Plot
from .sharpness import OUTCOMES


@dataclass(frozen=True)
class Supplement:
    """`sharpened` as `sharpener.sharpen` returns it, `plots` of the papers, `derivations` as `derivation` has them."""

    sharpened: list[dict[str, Any]] = field(default_factory=list)
    plots: list[Plot | Map] = field(default_factory=list)
    derivations: list[dict[str, Any]] = field(default_factory=list)

    def pushed(self, claim: str) -> list[Pushed]:
        """How far the constants of this claim can be pushed."""
        return [Pushed.of(found) for found in self.sharpened if found["id"] == claim]


@dataclass(frozen=True)
class Pushed:
    """One constant of a claim: its form in c, the c that is printed, what the search says, and its two ends."""

    parameter: str
    form: str
    printed: str
    outcome: str
    proved: str | None
    refuted: str | None

    @classmethod
    def of(cls, found: dict[str, Any]) -> Pushed:
        """From what the search found.

        >>> Pushed.of({"parameter": "rate", "form": "c*mu", "printed": "1", "outcome": "best",
        ...            "proved": {"c": "1", "value": "mu"}, "refuted": None}).sentence
        'rate = c*mu, printed with c = 1, is the best, to within the gap; proved up to c = 1'
        """
        proved, refuted = (None if end is None else end["c"] for end in (found["proved"], found["refuted"]))
        return cls(found["parameter"], found["form"], found["printed"], found["outcome"], proved, refuted)

    @property
    def sentence(self) -> str:
        """The constant in one sentence."""
        says = OUTCOMES[self.outcome].removeprefix("the printed constant ")
        ends = [f"proved up to c = {self.proved}" if self.proved else "proved for no c that was tried"]
        if self.refuted:
            ends.append(f"refuted from c = {self.refuted}")
        says = says if says.startswith("is ") else f"is {says}" if self.outcome != "not improved" else f"stands: {says}"
        return f"{self.parameter} = {self.form}, printed with c = {self.printed}, {says}; {', '.join(ends)}"


NOTHING_MORE = Supplement()


def gather(
    claims: list[Claim],
    *,
    jobs: int | None,
    selectors: list[str],
    on_part: Callable[[dict[str, Any]], None],
    gap: Fraction = Fraction(1, 1000),
) -> Supplement:
    """Draw, search and derive; `on_part` is told of each part that is done. InputError if the figures of a paper need
    data that are not installed."""
    from deepcond_sym.activations import activation
    from deepcond_sym.proof.sharpener import sharpen

    from .derivation import derivation
    from .duals_table import specs

    plots = _plots({claim.bibkey for claim in claims})
    sharpenable = [claim for claim in claims if claim.sharpenings]
    sharpened = (
        sharpen(sharpenable, gap=gap, jobs=jobs, on_probe=on_part, selectors=selectors) if sharpenable else []
    )
    derivations = []
    for spec in specs():
        derivations.append(derivation(activation(spec)))
        on_part({"id": spec, "verdict": derivations[-1]["verdict"]})
    return Supplement(sharpened, plots, derivations)


def _plots(keys: set[str]) -> list[Plot | Map]:
    """The figures of these papers."""
    from .figures import rates, tangent

    makers = {"starnaud2025": tangent.plots, "xiao2020": rates.plots}
    return [plot for key, make in makers.items() if key in keys for plot in make()]
