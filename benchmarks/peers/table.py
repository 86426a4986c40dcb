"""`markdown`: the measurements of a run as a page of tables; `written` puts it in its place at once."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from summary import asked, summary

OTHERS = ["neural-tangents", "naive NumPy"]
Results = list[dict[str, Any]]


def rows(head: list[str], body: list[list[str]]) -> list[str]:
    """A table, numbers to the right.

    >>> rows(["a", "b"], [["x", "1"]])
    ['| a | b |', '|---|---:|', '| x | 1 |']
    """
    line = "|" + "|".join(["---", *["---:"] * (len(head) - 1)]) + "|"
    return ["| " + " | ".join(head) + " |", line, *("| " + " | ".join(cells) + " |" for cells in body)]


def seconds(value: float) -> str:
    """Three digits with a unit.

    >>> seconds(0.01234), seconds(123.4)
    ('12.3 ms', '123 s')
    """
    if value < 1:
        return f"{value * 1e3:.3g} ms"
    return f"{value:.3g} s" if value < 100 else f"{value:.0f} s"


def markdown(results: Results) -> str:
    """The whole page."""
    lines = ["# Wide, deep networks' kernels beside other programs", ""]
    lines += _about(results)
    for title, part in (
        ("What the README quotes", summary(results)),
        ("What was asked for", asked(results)),
        ("Seconds for the NNGP and the tangent kernel together", _times(results)),
        ("Peak memory of the process", _memory(results)),
        ("Beside a copy of the memory", _limits(results)),
        ("Beside the product X X^T", _wide(results)),
        ("Errors against values to fifty digits", _accuracy(results)),
        ("The modes of neural-tangents", _modes(results)),
    ):
        if part:
            lines += ["", f"## {title}", "", *part]
    return "\n".join(lines) + "\n"


def written(results: Results, path: Path) -> None:
    """The page, under a temporary name first: whoever reads meanwhile sees the old one or the new one."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    temporary.write_text(markdown(results))
    temporary.replace(path)


def _of(results: Results, kind: str) -> Results:
    return [found for found in results if found["kind"] == kind]


def _about(results: Results) -> list[str]:
    for about in _of(results, "about"):
        versions = ", ".join(f"{name} {number}" for name, number in about["versions"].items())
        ends = _of(results, "end")
        loads = f"{about['load']:.1f} at the beginning" + (f", {ends[-1]['load']:.1f} at the end" if ends else "")
        command = "make bench-quick" if about["quick"] else "make bench"
        lines = [
            f"Written by `{command}` on {about['date']}; not edited. {about['processor']}, {about['cores']} cores, "
            f"Python {about['python']}; {versions}. Load of the machine: {loads}. One call may take "
            f"{about['budget']:g} s.",
        ]
        if not ends:
            lines += ["", "The run was interrupted, or is going on: cells are missing (`--resume` measures them)."]
        for name, why in about["missing"].items():
            lines += ["", f"**{name} is missing**: {why}."]
        return lines
    return []


def _place(found: dict[str, Any]) -> list[str]:
    cell = found["cell"]
    return [cell["activation"], f"{cell['size']:,}", f"{cell['depth']:,}"]


def _times(results: Results) -> list[str]:
    body, notes = [], []
    for found in _of(results, "time"):
        peers = found["peers"]
        ours = peers.get("ours", {})
        line = _place(found)
        line += [seconds(min(ours["seconds"])), seconds(ours["cold"])] if ours.get("seconds") else ["-", "-"]
        for name in OTHERS:
            other = peers.get(name, {})
            if other.get("seconds") and ours.get("seconds"):
                least = min(other["seconds"])
                ratios = [least / min(ours["seconds"]), min(other["processor"]) / min(ours["processor"])]
                line += [seconds(least), *(f"{ratio:.3g}" for ratio in (*ratios, least / ours["cold"]))]
            else:
                line += [f"({_number(notes, other['not run'])})" if "not run" in other else "-", "", "", ""]
        compiled = peers.get("neural-tangents", {}).get("compile")
        body.append([*line, seconds(compiled) if compiled is not None else ""])
    if not body:
        return []
    head = ["network", "n", "L", "ours", "ours, cold"]
    for name in OTHERS:
        head += [name, "over ours", "by processor", "over ours, cold"]
    text = [
        "d = 64. The least of several calls, everything compiled, the output in arrays that exist; cold: a fresh "
        "process without caches on disk, from the network to both matrices (the imports, and the machine code of the "
        "loops, which numba keeps on disk, are there). The call of neural-tangents is without its compilation (last "
        "column). Ratios above 1: ours is faster; \"by processor\" is that of the seconds of all processors. On a busy "
        "machine short calls find idle moments and long ones do not: then believe the processors.",
        "",
    ]
    for found in _of(results, "first use"):
        new, kept = (seconds(found["seconds"][when]) for when in ("new", "kept"))
        text[0] += f" The first use of an installation makes the machine code: cold {new} instead of {kept} (n = 1000)."
    return [*text, *rows([*head, "its compilation"], body), *_listed(notes)]


def _number(notes: list[str], note: str) -> int:
    if note not in notes:
        notes.append(note)
    return notes.index(note) + 1


def _listed(notes: list[str]) -> list[str]:
    return ["", *(f"{i}. {note}" for i, note in enumerate(notes, 1))] if notes else []


def _memory(results: Results) -> list[str]:
    body = []
    for found in _of(results, "time"):
        held = [found["peers"].get(name, {}).get("memory") for name in ["ours", *OTHERS]]
        if any(held):
            own = 16 * found["cell"]["size"] ** 2
            body.append([*_place(found), *(f"{h / 1e9:.2f} GB" if h else "" for h in [*held, own])])
    return rows(["network", "n", "L", "ours", *OTHERS, "the two matrices"], body) if body else []


def _limits(results: Results) -> list[str]:
    body = []
    for found in _of(results, "map"):
        times = found["seconds"]
        entries = found["cell"]["size"] ** 2
        line = [*_place(found)]
        for action in ("nngp_map", "ntk_map", "both_maps", "copy", "copy_on_all_cores"):
            line.append(f"{times[action] / entries * 1e9:.2f}")
        for action, copies in (("nngp_map", 1), ("ntk_map", 1), ("both_maps", 2)):
            line += [f"{times[action] / times[c] / copies:.2f}" for c in ("copy", "copy_on_all_cores")]
        body.append(line)
    if not body:
        return []
    head = ["network", "n", "L", "K, ns an entry", "Theta, ns", "both, ns", "copy, ns", "copy on all cores, ns"]
    head += ["K over copy", "on all cores", "Theta over copy", "on all cores", "both over two copies", "on all cores"]
    text = ["The compiled map alone on n^2 cosines, and `numpy.copyto` of the same array, on one core and on all."]
    return [*text, "", *rows(head, body)]


def _wide(results: Results) -> list[str]:
    body = []
    for found in _of(results, "wide"):
        times = found["seconds"]
        line = [*_place(found), *(seconds(times[a]) for a in ("product", "nngp", "ntk", "kernels"))]
        body.append([*line, *(f"{times[a] / times['product']:.2f}" for a in ("nngp", "ntk", "kernels"))])
    head = ["network", "n", "L", "X X^T", "K", "Theta", "both", "K over X X^T", "Theta over X X^T", "both over X X^T"]
    text = ["d = 784; the whole way from the points to the matrix, into an array that exists."]
    return [*text, "", *rows(head, body)] if body else []


def _accuracy(results: Results) -> list[str]:
    body, notes = [], []
    for found in _of(results, "accuracy"):
        depths = [peer for peer in found["peers"].values() if "failed" not in peer]
        for depth in depths[0] if depths else []:
            for name, errors in found["peers"].items():
                line = [found["activation"], f"{int(depth):,}", name]
                if "failed" in errors:
                    body.append([*line, f"({_number(notes, errors['failed'])})", "", "", ""])
                    continue
                worst = errors[depth]
                numbers = [f"{worst[key]:.1e}" for key in ("complement", "at", "nngp", "ntk")]
                body.append([*line, *numbers])
    text = [
        "The largest error over 25 cosines with u = 1 - cosine from 1e-14 to 2: of 1 - K relative to itself (and the u "
        "where it is largest), of K, and of Theta over its diagonal. The others have 1 - K by subtraction only. Near "
        "u = 0 the layers of erf and GELU magnify what the rounding of the cosine has lost, layer by layer.",
        "",
    ]
    head = ["network", "L", "program", "1 - K", "at u", "K", "Theta"]
    return [*text, *rows(head, body), *_listed(notes)] if body else []


def _modes(results: Results) -> list[str]:
    body = []
    for found in _of(results, "mode"):
        if found.get("seconds"):
            shown = [seconds(min(found["seconds"])), seconds(found["cold"])]
        else:
            shown = [found.get("not run", "failed"), ""]
        body.append([found["mode"], *shown])
    if not body:
        return []
    cell = _of(results, "mode")[0]["cell"]
    text = [
        f"Both kernels for ReLU at n = {cell['size']:,}, L = {cell['depth']}: `stax.repeat` (a scan over equal layers) "
        "or `stax.serial`, compiled by `jax.jit`, by `nt.batch` in blocks of 250 points, or not at all. The first is "
        "what the tables above use.",
        "",
    ]
    return [*text, *rows(["mode", "a call", "the first call, with compilation"], body)]
