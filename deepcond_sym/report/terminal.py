"""The table in the terminal: one line a claim, the failures in one sentence each, a summary as the last line."""

from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from .summary import Summary

_STYLES = {"PROVED": "green", "CERTIFIED": "cyan", "SUPPORTED": "yellow", "REFUTED": "magenta", "UNDECIDED": "yellow"}
_COLUMNS = 48
"""The width of the columns after the title, with the gaps between them."""

_OPERATORS = {"==": "=", "<=": "<=", "<": "<", "!=": "is not"}


def show(results: list[dict[str, Any]], console: Console, *, digits: int = 12, report: str = "", seconds: float | None = None) -> None:
    """Print the results; `digits` of witness values are shown, `report` is named in the last line."""
    console.print(_table(results, console.width))
    for line in refuted_lines(results, digits):
        console.print(Text(line), soft_wrap=True)
    for line in failure_lines(results, digits):
        console.print(Text(line, style="bold red"), soft_wrap=True)
    summary = Summary.of(results)
    last = summary.sentence + (f"; {seconds:.1f} s" if seconds is not None else "") + (f"; {report}" if report else "")
    console.print(Text(last, style="bold green" if summary.ok else "bold red"), soft_wrap=True)


def failure_lines(results: list[dict[str, Any]], digits: int = 12) -> list[str]:
    """What is not as it should be, in one line each: unexpected verdicts, then surviving mutants."""
    lines = []
    for result in results:
        if not result["as_expected"]:
            why = _witness(result["refutation"], digits) if result["refutation"] else result["reason"]
            lines.append(f"{result['id']}: expected {result['expected']}, came out {result['verdict']}" + (f": {why}" if why else ""))
        lines += [
            f"{result['id']}: the mutant '{mutant['name']}' survived (it came out {mutant['verdict']})"
            for mutant in result["mutants"]
            if not mutant["died"]
        ]
    return [_one_line(line) for line in lines]


def refuted_lines(results: list[dict[str, Any]], digits: int = 12) -> list[str]:
    """The witness against each claim that was expected to be refuted."""
    return [
        _one_line(f"{result['id']} fails {_witness(result['refutation'], digits)}")
        for result in results
        if result["as_expected"] and result["refutation"]
    ]


def shorten(decimal: str, digits: int) -> str:
    """A decimal rounded to so many significant digits; anything else as it is.

    >>> shorten("0.00075162650087500000000", 5), shorten("1.0800000000000000000", 5), shorten("nan", 5)
    ('0.00075163', '1.08', 'nan')
    """
    from decimal import Context, Decimal, InvalidOperation

    try:
        number = Decimal(decimal)
    except InvalidOperation:
        return decimal
    if not number.is_finite():
        return decimal
    rounded = Context(prec=digits).plus(number)
    if -7 < rounded.adjusted() < digits:
        plain = f"{rounded:f}"
        return plain.rstrip("0").rstrip(".") if "." in plain else plain
    return f"{rounded.normalize():e}"


def _table(results: list[dict[str, Any]], width: int) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    longest = max((len(result["id"]) for result in results), default=5)
    table.add_column("claim", no_wrap=True, overflow="fold")
    if width >= longest + _COLUMNS + 20:
        table.add_column("what it says", overflow="ellipsis", no_wrap=True, max_width=width - longest - _COLUMNS)
    table.add_column("verdict", no_wrap=True)
    table.add_column("expected", no_wrap=True)
    table.add_column("mutants", justify="right", no_wrap=True)
    table.add_column("seconds", justify="right", no_wrap=True)
    for result in results:
        killed, total = sum(bool(m["died"]) for m in result["mutants"]), len(result["mutants"])
        cells = [Text(result["id"])]
        if len(table.columns) > 5:
            cells.append(Text(result["title"].replace("$", "")))
        cells += [
            Text(result["verdict"], style=_STYLES[result["verdict"]]),
            Text("as expected" if result["as_expected"] else result["expected"], style="dim" if result["as_expected"] else "bold red"),
            Text(f"{killed}/{total}" if total else "-", style="bold red" if killed < total else ""),
            Text(f"{result['seconds']:.2f}"),
        ]
        table.add_row(*cells)
    return table


def _witness(refutation: dict[str, Any], digits: int) -> str:
    left, right = shorten(refutation["left"], digits), shorten(refutation["right"], digits)
    place = f"at {refutation['where']}: " if refutation["where"] else ""
    return f"{place}left = {left}, right = {right}, claimed left {_OPERATORS[refutation['relation']]} right"


def _one_line(text: str) -> str:
    return " ".join(text.split())
