"""`Budget`: how many seconds one call of one peer may take, and which cells are not even begun for that reason."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Cell:
    """A network and a number of points."""

    activation: str
    size: int
    depth: int
    width: int = 64

    @property
    def work(self) -> float:
        """What a recursion over the layers does: entries times layers."""
        return float(self.size) ** 2 * self.depth

    def contains(self, other: Cell) -> bool:
        """Whether it is at least as large in every respect."""
        same = self.activation == other.activation and self.width == other.width
        return same and self.size >= other.size and self.depth >= other.depth


@dataclass
class Budget:
    """A cell is refused if a smaller one says that it would take longer than `seconds`, or took longer itself.

    >>> budget = Budget(10)
    >>> budget.record("naive", Cell("relu", 1000, 10), 0.5)
    >>> budget.refusal("naive", Cell("relu", 1000, 100))
    >>> budget.refusal("naive", Cell("relu", 4000, 100))
    'not run, over the budget of 10 s (80 s expected from n = 1000, L = 10)'
    """

    seconds: float
    measured: dict[str, dict[Cell, float]] = field(default_factory=dict)
    exceeded: dict[str, list[Cell]] = field(default_factory=dict)

    def record(self, peer: str, cell: Cell, seconds: float) -> None:
        """What a call took."""
        self.measured.setdefault(peer, {})[cell] = seconds

    def exceed(self, peer: str, cell: Cell) -> str:
        """A call that was stopped; returns what the table says."""
        self.exceeded.setdefault(peer, []).append(cell)
        return f"not run to its end, over the budget of {self.seconds:g} s"

    def refusal(self, peer: str, cell: Cell) -> str | None:
        """Why the cell is not begun, None if it may.

        The expectation comes from the largest smaller cell, in proportion to entries times layers: it errs upwards
        where a call has a constant cost, and the sentence says where it comes from.
        """
        for known in self.exceeded.get(peer, []):
            if cell.contains(known):
                return self._sentence(f"n = {known.size}, L = {known.depth} was")
        smaller = [known for known in self.measured.get(peer, {}) if cell.contains(known)]
        if not smaller:
            return None
        nearest = max(smaller, key=lambda known: known.work)
        expected = self.measured[peer][nearest] * cell.work / nearest.work
        if expected <= self.seconds:
            return None
        return self._sentence(f"{expected:.0f} s expected from n = {nearest.size}, L = {nearest.depth}")

    def _sentence(self, why: str) -> str:
        return f"not run, over the budget of {self.seconds:g} s ({why})"
