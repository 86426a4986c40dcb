"""The table in the terminal: one line a claim, the failures in one sentence each, a summary as the last line."""

from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from .summary import Summary
from .witness import shorten

_STYLES = {"PROVED": "green", "CERTIFIED": "cyan", "SUPPORTED": "yellow", "REFUTED": "magenta", "UNDECIDED": "yellow"}
_COLUMNS = 48
"""The width of the columns after the title, with the gaps between them."""

_OPERATORS = {"==": "=", "<=": "<=", "<": "<", "!=": "is not"}


def show(results: list[dict[str, Any]], console: Console, *, report: str = "", seconds: float | None = None) -> None:
    """Print the results; `report` is named in the last line."""
    console.print(_table(results, console.width))
    for line in refuted_lines(results):
        console.print(Text(line), soft_wrap=True)
    for line in undecided_lines(results):
        console.print(Text(line), soft_wrap=True)
    for line in failure_lines(results):
        console.print(Text(line, style="bold red"), soft_wrap=True)
    summary = Summary.of(results)
    last = summary.sentence + (f"; {seconds:.1f} s" if seconds is not None else "") + (f"; {report}" if report else "")
    console.print(Text(last, style="bold green" if summary.ok else "bold red"), soft_wrap=True)


def failure_lines(results: list[dict[str, Any]]) -> list[str]:
    """What is not as it should be, in one line each: unexpected verdicts, then surviving mutants."""
    lines = []
    for result in results:
        if not result["as_expected"]:
            why = _witness(result["refutation"]) if result["refutation"] else result["reason"]
            found = f"{result['id']}: expected {result['expected']}, came out {result['verdict']}"
            lines.append(found + (f": {why}" if why else ""))
        lines += [
            f"{result['id']}: the mutant '{mutant['name']}' survived (it came out {mutant['verdict']})"
            for mutant in result["mutants"]
            if not mutant["died"]
        ]
    return [_one_line(line) for line in lines]


def refuted_lines(results: list[dict[str, Any]]) -> list[str]:
    """The witness against each claim that was expected to be refuted."""
    return [
        _one_line(f"{result['id']} fails {_witness(result['refutation'])}")
        for result in results
        if result["as_expected"] and result["refutation"]
    ]


def undecided_lines(results: list[dict[str, Any]]) -> list[str]:
    """The claims that are known not to be decided here, and why: they do not count as proved.

    >>> entry = {"id": "a/T", "verdict": "UNDECIDED", "as_expected": True, "note": "It is cited. It holds."}
    >>> undecided_lines([entry])
    ['a/T is neither proved nor refuted: It is cited.']
    """
    return [
        _one_line(f"{result['id']} is neither proved nor refuted: {plain(_first_sentence(result['note']))}")
        for result in results
        if result["as_expected"] and result["verdict"] == "UNDECIDED"
    ]


def _first_sentence(text: str) -> str:
    return text.split(". ")[0].removesuffix(".") + "."


def _table(results: list[dict[str, Any]], width: int) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    longest = max((len(result["id"]) for result in results), default=5)
    widest = max((len(_verdict(result)) for result in results), default=0)
    others = _COLUMNS + max(widest - len("UNDECIDED"), 0)
    table.add_column("claim", no_wrap=True, overflow="fold", min_width=longest)
    if width >= longest + others + 20:
        table.add_column("what it says", overflow="ellipsis", no_wrap=True, max_width=width - longest - others)
    table.add_column("verdict", no_wrap=True, min_width=max(widest, len("UNDECIDED")))
    table.add_column("expected", no_wrap=True)
    table.add_column("mutants", justify="right", no_wrap=True)
    table.add_column("seconds", justify="right", no_wrap=True)
    for result in results:
        killed, total = sum(bool(m["died"]) for m in result["mutants"]), len(result["mutants"])
        cells = [Text(result["id"])]
        if len(table.columns) > 5:
            cells.append(Text(plain(result["title"])))
        good = result["as_expected"]
        cells += [
            Text(_verdict(result), style=_STYLES[result["verdict"]]),
            Text("as expected" if good else result["expected"], style="dim" if good else "bold red"),
            Text(f"{killed}/{total}" if total else "-", style="bold red" if killed < total else ""),
            Text(f"{result['seconds']:.2f}"),
        ]
        table.add_row(*cells)
    return table


def _verdict(result: dict[str, Any]) -> str:
    """The verdict, with its confidence where it rests on samples."""
    return f"{result['verdict']} {result['confidence']}" if result["confidence"] else result["verdict"]


def _witness(refutation: dict[str, Any]) -> str:
    left, right = (shorten(refutation[side], len(refutation[side])) for side in ("left", "right"))
    place = f"at {refutation['where']}: " if refutation["where"] else ""
    if "instance" not in refutation:
        return f"{refutation['where']}: left = {left}, right = {right}"
    return f"{place}left = {left}, right = {right}, claimed left {_OPERATORS[refutation['relation']]} right"


def plain(text: str) -> str:
    r"""Text with formulas between dollar signs, for a terminal.

    >>> plain(r"at least $1 + \mu$")
    'at least 1 + mu'
    """
    return text.replace("$", "").replace("\\", "")


def _one_line(text: str) -> str:
    return " ".join(text.split())


def show_registry(claims: list[dict[str, Any]], console: Console) -> None:
    """Print the registry: one line a claim, and how many there are."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("claim", no_wrap=True)
    table.add_column("what it says")
    table.add_column("source")
    table.add_column("expected", no_wrap=True)
    table.add_column("mutants", justify="right", no_wrap=True)
    for claim in claims:
        title, source = plain(claim["title"]), plain(claim["source"])
        expected = Text(claim["expected"], style=_STYLES[claim["expected"]])
        table.add_row(Text(claim["id"]), Text(title), Text(source), expected, Text(str(len(claim["mutants"]))))
    console.print(table)
    console.print(Text(f"{len(claims)} claim{'' if len(claims) == 1 else 's'}", style="bold"))
