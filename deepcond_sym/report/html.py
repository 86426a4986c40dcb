"""The pages of a report, without scripts or network: a table of claims, a page for each, one on how to read them."""

import json
import re
from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from deepcond_sym import __version__
from deepcond_sym.proof.encoding import decode_statement
from deepcond_sym.proof.verdict import Verdict

from .justification import Because
from .mathml import display_parts, mathml
from .notation import MEANINGS, described_functions, laws
from .printer import symbol_latex
from .prose import Formula, Names, Run, proof_names, sentence, text_runs, witness_runs
from .reading import full_reading
from .sharpness import gain
from .summary import Summary
from .supplement import NOTHING_MORE, Supplement

GENERATOR = "deepcond_sym"
"""The generator named in the page's head: how a folder is recognised as a report of ours."""
FOLDER = "claims"
"""Where the pages of the claims are."""
_LEAD = text_runs(
    r"$\hat\sigma(\rho) = \operatorname{E}[\sigma(X)\,\sigma(Y)]$ for standard normal $X$, $Y$ of correlation $\rho$,"
    " for every activation of the catalogue. Each step was judged before it was printed."
)


def pages(
    results: list[dict[str, Any]], pdf: bool = False, supplement: Supplement = NOTHING_MORE
) -> Iterator[tuple[str, str]]:
    """Names and contents of the files of HTML, relative to the folder of the report; `pdf` if there is a claims.pdf.

    >>> [name for name, content in pages([])]
    ['index.html', 'reading.html']
    """
    environment = Environment(
        loader=PackageLoader("deepcond_sym.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals |= {"generator": GENERATOR, "version": __version__, "verdicts": [v.value for v in Verdict]}
    files = _files([result["id"] for result in results])
    rows = [_row(result, files) for result in results]
    summary = Summary.of(results)
    yield (
        "index.html",
        environment.get_template("index.html.j2").render(
            summary=summary,
            groups=[(key, list(members)) for key, members in groupby(rows, key=lambda row: row["bibkey"])],
            counts=summary.verdicts.items(),
            unexpected=summary.claims - summary.as_expected,
            pdf=pdf,
            plots=supplement.plots,
            duals=bool(supplement.derivations),
        ),
    )
    yield (
        "reading.html",
        environment.get_template("reading.html.j2").render(
            meanings=[(v.value, v.meaning) for v in Verdict if v.value in summary.verdicts],
            notation=_notation(results),
            rules=_rules({step["rule"] for result in results for step in result["steps"]}),
        ),
    )
    if supplement.derivations:
        shown = [_derivation(data) for data in supplement.derivations]
        yield "duals.html", environment.get_template("duals.html.j2").render(derivations=shown, lead=prose_html(_LEAD))
    template = environment.get_template("claim.html.j2")
    for row, result, before, after in zip(rows, results, [None, *rows], [*rows[1:], None], strict=False):
        claim = {**_view(result, row, files), "pushed": [p.sentence for p in supplement.pushed(result["id"])]}
        yield row["file"], template.render(claim=claim, before=before, after=after, notation=_notation([result]))


def _notation(results: list[dict[str, Any]]) -> list[tuple[Markup, Markup]]:
    """The functions that occur, and what they mean."""
    return [(mathml(latex), prose_html(text_runs(MEANINGS[name]))) for name, latex in described_functions(results)]


def prose_html(runs: Iterable[Run]) -> Markup:
    """Text and formulas, one after the other."""
    return Markup("").join(mathml(run.latex) if isinstance(run, Formula) else escape(run) for run in runs)


def display_html(latex: str) -> Markup:
    """A displayed formula, in parts that wrap where the page is narrow."""
    parts = (Markup('<span class="part">{}</span>').format(mathml(part, display=True)) for part in display_parts(latex))
    return Markup('<div class="display">{}</div>').format(Markup(" ").join(parts))


def _row(result: dict[str, Any], files: dict[str, str]) -> dict[str, Any]:
    """What the table shows of a claim."""
    file = files[result["id"]]
    return {
        **{key: result[key] for key in ("id", "bibkey", "verdict", "expected", "as_expected", "confidence", "mutants")},
        "file": file,
        "sibling": _sibling(file),
        "title": prose_html(text_runs(result["title"])),
        "time": _time(result["seconds"]),
        "killed": sum(bool(mutant["died"]) for mutant in result["mutants"]),
    }


def _view(result: dict[str, Any], row: dict[str, Any], files: dict[str, str]) -> dict[str, Any]:
    """What its own page shows of a claim."""
    names = proof_names(result)
    statements = [_statement(data, names) for data in result["statements"]]
    because = Because(full_reading(result), names)
    for statement, root in zip(statements, result["roots"], strict=False):
        statement["root"] = root + 1
    return {
        **row,
        **{key: result[key] for key in ("reason", "provenance")},
        "source": prose_html(text_runs(result["source"])),
        "note": prose_html(text_runs(result["note"])),
        "meaning": Verdict(result["verdict"]).meaning,
        "printed": display_html(result["printed"]) if result["printed"] else "",
        "beside": [(name, _sibling(files[name]) if name in files else None) for name in result["beside"]],
        "statements": statements,
        "steps": [_step(step, names, because) for step in result["steps"]],
        "witness": _witness(result["refutation"], len(statements)) if result["refutation"] else None,
        "slack": [_slack(table) for table in result["slack"]],
    }


def _statement(data: dict[str, Any], names: Names) -> dict[str, Any]:
    said = sentence(decode_statement(data), names)
    return {
        "before": prose_html(said.before),
        "relation": display_html(said.relation),
        "after": prose_html(said.after),
        "root": None,
    }


def _step(step: dict[str, Any], names: Names, because: Because) -> dict[str, Any]:
    why = because(step)
    arguments = {key: value for key, value in step["arguments"].items() if key != "statement"}
    return {
        "rule": step["rule"],
        "slug": _slug(step["rule"]),
        "premises": [premise + 1 for premise in step["premises"]],
        "arguments": json.dumps(arguments, ensure_ascii=False, default=str) if arguments else "",
        "evidence": len(step["evidence"]),
        "strength": step["strength"],
        "time": _time(step["seconds"]),
        "conclusion": _statement(step["conclusion"], names),
        "because": (prose_html(why.before), display_html(why.display) if why.display else "", prose_html(why.after)),
    }


def _derivation(data: dict[str, Any]) -> dict[str, Any]:
    """The steps from an activation to its dual."""
    steps = [{**step, "statement": display_html(step["statement"])} for step in data["steps"]]
    return {**data, "slug": _slug(data["name"]), "steps": steps}


def _slack(table: dict[str, Any]) -> dict[str, Any]:
    """The depths that each bound asks for."""
    rows = [
        [*row["at"].values(), *("–" if d is None else d for d in row["depths"]), gain(row["depths"])]
        for row in table["rows"]
    ]
    names = [mathml(symbol_latex(name)) for name in table["rows"][0]["at"]]
    return {"level": table["level"], "heads": [*names, *table["bounds"], "gain"], "rows": rows}


def _witness(refutation: dict[str, Any], parts: int) -> dict[str, Any]:
    operator = {"==": "=", "<=": "≤", "<": "<", "!=": "≠"}[refutation["relation"]]
    return {
        "part": refutation["part"] + 1 if parts > 1 else None,
        "kind": "Witness" if "instance" in refutation else "Simulation",
        "where": prose_html(witness_runs(refutation)),
        "left": refutation["left"],
        "right": refutation["right"],
        "claimed": operator,
        "reproduce": refutation["reproduce"],
    }


def _rules(used: set[str]) -> list[dict[str, Any]]:
    """The laws of the rules that occur."""
    return [{"name": name, "slug": _slug(name), "paragraphs": text} for name, text in laws(used)]


def _files(names: list[str]) -> dict[str, str]:
    """A file for each claim id, distinct even where two ids differ in punctuation or in upper case only."""
    files: dict[str, str] = {}
    for name in names:
        slug = _slug(name)
        while slug.lower() in (taken.lower() for taken in files.values()):
            slug += "-2"
        files[name] = slug
    return {name: f"{FOLDER}/{slug}.html" for name, slug in files.items()}


def _sibling(file: str) -> str:
    """The same file, as a page of the same folder calls it."""
    return file.removeprefix(f"{FOLDER}/")


def _slug(name: str) -> str:
    return re.sub(r"[^A-Za-z0-9]+", "-", name).strip("-") or "claim"


def _time(seconds: float) -> str:
    if seconds < 0.0095:
        return f"{1000 * seconds:.1f} ms"
    return f"{1000 * seconds:.0f} ms" if seconds < 0.95 else f"{seconds:.1f} s"
