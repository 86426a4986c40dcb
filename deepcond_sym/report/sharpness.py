"""What `deepcond sharpen` prints: for each constant, up to where it is proved and from where it is refuted."""

from fractions import Fraction
from typing import Any

from .witness import shorten

OUTCOMES = {
    "best": "the printed constant is the best, to within the gap",
    "sharper": "sharper than printed",
    "not improved": "no larger claim was proved, and the printed constant was not shown to be the best",
    "proved to the end of the range": "proved to the end of the declared range: the best constant lies beyond",
    "false as printed": "false as printed",
    "undecided": "the printed claim itself could not be decided",
}
"""What each outcome of a search means."""

_OPERATORS = {"==": "=", "!=": "is not"}
_DIGITS = 10


def lines(found: dict[str, Any]) -> list[str]:
    """One family for the terminal."""
    name = found["parameter"]
    direction = "larger" if Fraction(found["strongest"]) > Fraction(found["weakest"]) else "smaller"
    shown = [
        f"{found['id']}: {name} = {found['form']}, printed with c = {found['printed']}; a {direction} c says more",
        f"  {OUTCOMES[found['outcome']]} (gap {found['gap']}, {len(found['probes'])} probes)",
    ]
    proved, refuted = found["proved"], found["refuted"]
    shown.append("  PROVED for no c that was tried" if proved is None else f"  PROVED    up to c = {_at(name, proved)}")
    if found["undecided"]:
        ends = proved["c"] if proved else found["weakest"], refuted["c"] if refuted else found["strongest"]
        first = found["undecided"][0]
        reason = " ".join(found["reasons"][first].split())
        shown.append(f"  UNDECIDED between {ends[0]} and {ends[1]}: at c = {first}, {reason}")
    if refuted is None:
        return [*shown, "  REFUTED for no c that was tried"]
    witness = found["witness"]
    left, right = (shorten(witness[side], _DIGITS) for side in ("left", "right"))
    operator = _OPERATORS.get(witness["relation"], witness["relation"])
    place = witness["where"] or "these numbers"
    return [
        *shown,
        f"  REFUTED from c = {_at(name, refuted)}",
        f"    at {place}: left = {left}, right = {right}, claimed left {operator} right",
        *(f"    | {line}" for line in witness["reproduce"].splitlines()),
    ]


def slack_lines(table: dict[str, Any]) -> list[str]:
    """A table of slack for the terminal: one line a point, one column a bound, the gain of the last over the first."""
    names = list(table["rows"][0]["at"])
    heads = [*names, *table["bounds"], "gain"]
    rows = [
        [*row["at"].values(), *("-" if d is None else str(d) for d in row["depths"]), gain(row["depths"])]
        for row in table["rows"]
    ]
    widths = [max(map(len, column)) for column in zip(heads, *rows, strict=True)]
    shown = ["  ".join(cell.rjust(w) for cell, w in zip(cells, widths, strict=True)) for cells in (heads, *rows)]
    return [f"Depth at which each is at most {table['level']}:", *("  " + line for line in shown)]


def gain(depths: list[int | None]) -> str:
    """How many times as deep the first bound asks for as the last.

    >>> gain([120, 60, 40]), gain([None, 3])
    ('3.0', '-')
    """
    first, last = depths[0], depths[-1]
    return "-" if first is None or not last else f"{first / last:.1f}"


def _at(name: str, end: dict[str, str]) -> str:
    return f"{end['c']}: {name} = {end['value']}"

