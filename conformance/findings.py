"""`tried`: the laws on one layer; `page`: what came of all of them, as a table with the cases below."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass, field
from pathlib import Path

from layer import Layer

from deepcond_sym.errors import AccuracyError, InputError
from deepcond_sym.testing import Counterexample, kernel_laws


@dataclass
class Row:
    """What came of one layer."""

    layer: Layer
    passed: list[str] = field(default_factory=list)
    broken: dict[str, Counterexample] = field(default_factory=dict)
    failed: str = ""
    seconds: float = 0.0

    @property
    def missing(self) -> list[str]:
        """Known findings that were not made."""
        return [law for law in self.layer.known if law not in self.broken]


def tried(layer: Layer) -> Row:
    """All laws that apply."""
    row, start = Row(layer), time.perf_counter()
    try:
        kernel = layer.make()
    except Exception as error:
        row.failed = f"cannot be made: {error!r}".splitlines()[0]
        return row
    try:
        for outcome in kernel_laws(
            kernel, activation=layer.activation, depth=layer.depth, weight_variance=layer.weight_variance,
            bias_variance=layer.bias_variance, kind=layer.kind, dtype=layer.dtype, form="points",
            examples=layer.examples, laws=layer.laws,
        ):  # fmt: skip
            if outcome.counterexample is not None:
                # a NaN stops other laws too, and is one finding
                row.broken.setdefault(outcome.counterexample.law, outcome.counterexample)
            elif outcome.applies:
                row.passed.append(outcome.law.name)
    except (InputError, AccuracyError) as error:
        row.failed = str(error)
    row.seconds = time.perf_counter() - start
    return row


def page(rows: list[Row]) -> str:
    """The table, then the counterexamples."""
    lines = [
        "# The laws of kernels, tried on other libraries", "",
        "Written by `make conformance`; not edited. A network of L such layers, with the variances of weights and "
        "biases that are named (1 and 0 where none are); points of norm 1. A broken law has a link to the shrunk case, "
        "where `kernel` is that layer's in `conformance/`.", "",
        "| peer | layer | network | laws passed | broken |", "|---|---|---|---:|---|",
    ]  # fmt: skip
    cases: list[str] = []
    for row in rows:
        broken = ", ".join(f"[{law}](#case-{len(cases) + i})" for i, law in enumerate(row.broken, 1))
        own = row.layer
        said = broken or row.failed or "none"
        lines.append(f"| {own.peer} | {own.name} | {own.network} | {len(row.passed)} | {said} |")
        for found in row.broken.values():
            case = len(cases) + 1
            head = f"### Case {case}"
            body = f"{own.peer}, {own.name}, {own.network}: the law \"{found.law}\" is broken: {found.case}."
            cases.append("\n".join([head, "", body, "", "```python", *found.lines, "```", ""]))
    return "\n".join([*lines, "", "## The cases", "", *cases])


def written(text: str, path: Path) -> None:
    """Under a temporary name first."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    temporary.write_text(text)
    temporary.replace(path)
