"""claims.tex: every claim with verdict, formal statement and proof, as an article that compiles on its own."""

import re
from itertools import groupby
from typing import Any

from deepcond_sym import __version__
from deepcond_sym.proof.encoding import decode_statement
from deepcond_sym.proof.language import Statement
from deepcond_sym.proof.verdict import Verdict

from .justification import Because, Justification
from .mathml import display_parts
from .notation import MEANINGS, described_functions, laws
from .printer import escape, symbol_latex, term_latex
from .prose import Formula, Names, Run, proof_names, sentence, text_runs, witness_runs
from .reading import Line, reading
from .sharpness import gain
from .supplement import NOTHING_MORE, Supplement

__all__ = ["document", "statement_latex", "term_latex"]

_WIDE, _SAFE = 62, 40
"""About how many printed characters of mathematics fit on a line of the document, and how many surely do."""


def statement_latex(statement: Statement) -> str:
    r"""The statement as one formula for math mode, its quantifiers as text after it.

    >>> from deepcond_sym.proof.language import NORMALISED, dual, forall, interval, le
    >>> from deepcond_sym.symbols import rho
    >>> print(statement_latex(forall(interval(rho, 0, 1), family=NORMALISED, holds=le(dual(rho), rho))))
    \hat\sigma\left(\rho\right) \le \rho \quad \text{for every normalised activation and all }\rho \in [0, 1]
    """
    said = sentence(statement)
    before = _lowered(said.before)
    parts = [said.relation]
    if before:
        parts.append(_in_math(before))
    if said.after:
        parts.append(_in_math(_stripped(said.after, ".")))
    return r" \quad ".join(parts)


def document(results: list[dict[str, Any]], supplement: Supplement = NOTHING_MORE) -> str:
    """A LaTeX article (amsmath, amssymb and graphicx only) with one section a bib key and one paragraph a claim;
    the supplement adds how far constants can be pushed, and the duals of the catalogue."""
    sections, shown = [], {}
    for key, claims in groupby(results, key=lambda result: result["bibkey"]):
        paragraphs = "\n\n".join(_claim(result, supplement, shown) for result in claims)
        sections.append(f"\\section{{{escape(key)}}}\n\n{paragraphs}")
    number = f"{len(results)} claim{'' if len(results) == 1 else 's'}"
    counts = ", ".join(f"{_count(results, v)} {v.value.lower()}" for v in Verdict if _count(results, v))
    verdicts = "\n".join(rf"\item[{v.value}] {escape(v.meaning)}" for v in Verdict if _count(results, v))
    notation = "\n".join(
        rf"\item ${latex}$ \quad {_prose(text_runs(MEANINGS[name]))}" for name, latex in described_functions(results)
    )
    return (
        PREAMBLE
        + f"\\noindent {number}: {counts or 'none'}. Written by deepcond\\_sym {__version__}.\n"
        + (f"\n\\paragraph{{Verdicts}}\n\\begin{{description}}\n{verdicts}\n\\end{{description}}\n" if verdicts else "")
        + (f"\n\\paragraph{{Notation}}\n\\begin{{itemize}}\n{notation}\n\\end{{itemize}}\n" if notation else "")
        + "\n"
        + "\n\n".join(sections)
        + _duals(supplement.derivations)
        + _laws(results)
        + "\n\n\\end{document}\n"
    )


PREAMBLE = r"""\documentclass[11pt]{article}
\usepackage[utf8]{inputenc}
\usepackage[T1]{fontenc}
\IfFileExists{lmodern.sty}{\usepackage{lmodern}}{}
\usepackage{amsmath,amssymb,graphicx}
\setlength{\textwidth}{16cm}\setlength{\oddsidemargin}{0cm}
\setlength{\textheight}{24cm}\setlength{\topmargin}{-1.5cm}
\setlength{\parindent}{0pt}\setlength{\parskip}{4pt}
\emergencystretch=\textwidth \rightskip=0pt plus \textwidth
\allowdisplaybreaks
\newcommand{\fit}[1]{\sbox0{$\displaystyle #1$}\ifdim\wd0>.92\linewidth
  \resizebox{.92\linewidth}{!}{\usebox0}\else\usebox0\fi}
\newcommand{\inl}[1]{\sbox0{$#1$}\ifdim\wd0>.92\linewidth
  \resizebox{.92\linewidth}{!}{\usebox0}\else$#1$\fi}
\newcommand{\by}[1]{\unskip\nobreak\hfil\penalty50\hskip1em\hbox{}\nobreak\hfil
  {\footnotesize[#1]}{\parfillskip=0pt\finalhyphendemerits=0\par}}
\begin{document}
\begin{center}
{\Large Claims and their verdicts\par}
\end{center}
"""


DUAL_MEANING = (
    r"Here $\hat\sigma(\rho) = \operatorname{E}[\sigma(X)\,\sigma(Y)]$ "
    r"for standard normal $X$, $Y$ of correlation $\rho$."
)


def _count(results: list[dict[str, Any]], verdict: Verdict) -> int:
    return sum(result["verdict"] == verdict.value for result in results)


def _duals(derivations: list[dict[str, Any]]) -> str:
    """Every activation of the catalogue with the steps to its dual."""
    if not derivations:
        return ""
    entries = (
        rf"\subsection*{{{escape(data['name'])}}}" + f"\n\n\\textbf{{{data['verdict']}}}\n{derivation_steps(data)}"
        for data in derivations
    )
    return f"\n\n\\section{{Dual activations}}\n\n{DUAL_MEANING}\n\n" + "\n\n".join(entries)


def derivation_steps(data: dict[str, Any]) -> str:
    """The steps from an activation to its dual (`derivation.derivation`), each with how it was checked."""
    steps = "\n".join(
        f"\\item {escape(step['reason'])} \\hfill \\textit{{\\small {escape(step['check'])}}}\n"
        + display(step["statement"])
        for step in data["steps"]
    )
    return f"\n\\begin{{enumerate}}\n{steps}\n\\end{{enumerate}}\n"


def _claim(result: dict[str, Any], supplement: Supplement, shown: dict[str, str]) -> str:
    title = f"{escape(result['id'])}. {_prose(text_runs(result['title']))}"
    origin = ", ".join(filter(None, [_prose(text_runs(result["source"])), escape(result["provenance"])]))
    expected = "" if result["as_expected"] else rf" \emph{{(expected: {result['expected']})}}"
    sure = f" at confidence {result['confidence']}" if result["confidence"] else ""
    lines = [
        rf"\subsection*{{{title}}}",
        rf"\textbf{{{result['verdict']}}}{sure}{expected}" + (rf" \quad \emph{{{origin}}}" if origin else ""),
    ]
    if result["reason"]:
        lines.append(f"Why: {escape(result['reason'])}.")
    if result["printed"]:
        what = "In short" if result["provenance"] == "derived here" else "As printed"
        lines.append(f"{what}:\n{display(result['printed'])}")
    if result["note"]:
        lines.append(_prose(text_runs(result["note"])))
    names = proof_names(result)
    definitions = names.define_all()
    if definitions:
        listed = "\n".join(map(display, definitions))
        lines.append(f"\\paragraph{{Definitions.}} In all that follows\n{listed}")
    statements = [decode_statement(data) for data in result["statements"]]
    for i, statement in enumerate(statements):
        lines.append(rf"\paragraph{{{_stated(i, statement, statements)}.}} {_statement(statement, names)}")
    if result["steps"]:
        lines += _proof(result, statements, names, shown)
    lines += [
        rf"\paragraph{{How far it can be pushed.}} {escape(pushed.sentence)}."
        for pushed in supplement.pushed(result["id"])
    ]
    lines += map(_slack, result["slack"])
    if result["refutation"]:
        lines.append(_witness(result["refutation"], len(statements)))
    if result["mutants"]:
        lines.append(rf"\paragraph{{Mutants.}} {_mutants(result['mutants'])}")
    if result["beside"]:
        lines.append("See beside it: " + ", ".join(map(escape, result["beside"])) + ".")
    return "\n\n".join(lines)


def _stated(i: int, statement: Statement, statements: list[Statement]) -> str:
    """The heading of a statement: its letter, and its label where it has one."""
    if len(statements) == 1:
        return "Statement"
    label = f": {escape(statement.label)}" if statement.label else ""
    return f"Statement ({_letter(i)}){label}"


def _letter(i: int) -> str:
    return chr(ord("a") + i) if i < 26 else str(i + 1)


def _proof(
    result: dict[str, Any], statements: list[Statement], names: Names, shown: dict[str, str]
) -> list[str]:
    """The proof of each statement in turn; a line is a relation, where it holds, and why. Lemmas that an earlier claim
    has shown are only named."""
    found = reading(result, shown)
    because = Because(found, names)
    headings = [rf"Lemma ({escape(part.lemma)})" for part in found.lemmas]
    headings += [f"Proof of ({_letter(i)})" if len(statements) > 1 else "Proof" for i in range(len(found.parts))]
    lines = []
    for heading, part in zip(headings, (*found.lemmas, *found.parts), strict=True):
        steps = "\n".join(_line(line, because, names, part.shown_in) for line in part.lines)
        listed = f"\\begin{{enumerate}}\n{steps}\n\\end{{enumerate}}\n" if steps else ""
        done = "" if part.lines and part.lines[-1].number == part.last else f"This is ({part.last}). "
        end = "" if part.shown_in else r"\hfill $\square$"
        lines.append(rf"\paragraph{{{heading}.}} {listed}{done}{end}")
    return lines


def _line(line: Line, because: Because, names: Names, shown_in: str) -> str:
    said = sentence(line.conclusion, names)
    strength = "" if line.step["strength"] == Verdict.PROVED.value else f" ({line.step['strength'].lower()})"
    shown = f"{_prose(said.before)}{strength}\n{display(said.relation)}\n{_prose(said.after)}".rstrip()
    reason = f"Shown in the proof of {escape(shown_in)}." if shown_in else _reason(because(line.step))
    return f"\\item[({line.number})] {shown}\n{reason} \\by{{{escape(line.step['rule'])}}}"


def _reason(why: Justification) -> str:
    reason = _prose(why.before)
    if why.display:
        reason += f"\n{display(why.display)}\n{_prose(why.after)}".rstrip()
    return "\n".join([reason, *map(_reason, why.inside)])


def _slack(table: dict[str, Any]) -> str:
    """The depths that each bound asks for, as a table."""
    names = [symbol_latex(name) for name in table["rows"][0]["at"]]
    heads = [*(f"${name}$" for name in names), *(escape(bound) for bound in table["bounds"]), "gain"]
    rows = [heads] + [
        [*row["at"].values(), *("--" if d is None else str(d) for d in row["depths"]), gain(row["depths"])]
        for row in table["rows"]
    ]
    body = " \\\\\n".join(" & ".join(cells) for cells in rows)
    columns = "r" * len(heads)
    return (
        f"\\paragraph{{Slack.}} The least depth at which each bound is at most ${table['level']}$, certified there and"
        " one layer before; the gain is the first over the last.\n\\begin{center}\\small\n"
        f"\\begin{{tabular}}{{{columns}}}\n{body}\n\\end{{tabular}}\n\\end{{center}}"
    )


def _laws(results: list[dict[str, Any]]) -> str:
    """The laws of the rules that occur, as the rules state them."""
    used = {step["rule"] for result in results for step in result["steps"]}
    kept = [(name, " ".join(part for part in text if not part.startswith("`"))) for name, text in laws(used)]
    shown = [rf"\item[{escape(name)}] {escape(text)}" for name, text in kept]
    if not shown:
        return ""
    listed = "\n".join(shown)
    return f"\n\n\\section{{The rules}}\n\n{{\\small\n\\begin{{description}}\n{listed}\n\\end{{description}}\n}}"


def _witness(refutation: dict[str, Any], parts: int) -> str:
    of = f" of statement {refutation['part'] + 1}" if parts > 1 else ""
    code = "\n".join(map(_folded, refutation["reproduce"].encode("ascii", "replace").decode().splitlines()))
    code = code.replace(r"\end{verbatim}", "")
    exact = "instance" in refutation
    left, right = (f"${_number(refutation[s])}$" if exact else escape(refutation[s]) for s in ("left", "right"))
    where = _prose(witness_runs(refutation)) or "It speaks of numbers"
    return (
        f"\\paragraph{{{'Witness' if exact else 'Simulation'} against it{of}.}} {where}. "
        f"Left side {left}, right side {right}. "
        f"To compute both again:\n"
        f"{{\\footnotesize\n\\begin{{verbatim}}\n{code}\n\\end{{verbatim}}\n}}"
    )


def _folded(line: str, width: int = 96) -> str:
    """A long line of Python in several: cut inside brackets, where Python does not mind, at spaces or before * or /."""
    depth, start, indent, cut, gap, rows = 0, 0, "", 0, 0, []
    for i, character in enumerate(line):
        if cut > start and i - start + len(indent) >= width:
            rows.append(indent + line[start:cut])
            start, indent = cut + gap, " " * 8
        depth += (character in "([{") - (character in ")]}")
        if depth > 0 and character == " ":
            cut, gap = i, 1
        elif depth > 0 and character in "*/" and line[i - 1] not in "*/":
            cut, gap = i, 0
    return "\n".join([*rows, indent + line[start:]])


def _mutants(mutants: list[dict[str, Any]]) -> str:
    died = [mutant for mutant in mutants if mutant["died"]]
    alive = [mutant for mutant in mutants if not mutant["died"]]
    words = [f"{len(died)} of {len(mutants)} mutants killed"]
    if died:
        words.append(": " + "; ".join(f"{escape(m['name'])} ({m['verdict'].lower()})" for m in died))
    words.append(".")
    if alive:
        named = "; ".join(f"{escape(m['name'])} ({m['verdict'].lower()})" for m in alive)
        words.append(rf" \textbf{{Survived}}: {named}.")
    return "".join(words)


def _statement(statement: Statement, names: Names) -> str:
    said = sentence(statement, names)
    return f"{_prose(said.before)}\n{display(said.relation)}\n{_prose(said.after)}".strip()


def display(latex: str) -> str:
    """A displayed formula, on several lines where it is wide: cut at quads, relations, and outermost + and -."""
    if _width(latex) <= _WIDE:
        return f"\\[\n{_fitted(latex)}\n\\]"
    rows: list[str] = []
    for part in display_parts(latex):
        if _width(part) <= _WIDE:
            rows.append(part)
            continue
        for i, side in enumerate(_pieces(part, _RELATIONS)):
            first, *others = _lines(side)
            rows.append(rf"\quad {first}" if i else first)
            rows += [rf"\quad\quad {row}" for row in others]
    return "\\begin{align*}\n" + " \\\\\n".join(f"& {_fitted(row)}" for row in rows) + "\n\\end{align*}"


def _fitted(row: str) -> str:
    """A row that may not fit and cannot be cut is printed smaller where it does not."""
    return rf"\fit{{{row}}}" if _width(row) > _SAFE else row


def _lines(latex: str) -> list[str]:
    """One side of a relation, cut at its outermost + and - signs where it is too wide for a line."""
    rows = [""]
    for piece in _pieces(latex, _SIGNS):
        if rows[-1] and _width(rows[-1]) + _width(piece) > _WIDE:
            rows.append(piece)
        else:
            rows[-1] += piece
    return rows


_SIGNS = r" [+-] "
_RELATIONS = r" (?:=|<|\\le|\\ge|\\ne|:=) "


def _pieces(latex: str, at: str) -> list[str]:
    """The formula cut before every outermost match of the pattern `at`."""
    pieces, depth, start = [], 0, 0
    brackets = r"\\left(?![a-z])|\\right(?![a-z])|\\begin\b|\\end\b|[{}]"
    for match in re.finditer(f"{brackets}|{at}", latex):
        found = match[0]
        if found in ("{", r"\left", r"\begin"):
            depth += 1
        elif found in ("}", r"\right", r"\end"):
            depth -= 1
        elif depth == 0:
            pieces.append(latex[start : match.start()])
            start = match.start()
    return [*pieces, latex[start:]]


def _width(latex: str) -> int:
    """About how many characters the formula takes in print; of a fraction the wider part counts."""
    innermost = re.compile(r"\\[td]?frac\{([^{}]*)\}\{([^{}]*)\}")
    flat = re.sub(r"\\(?:left|right|mathit|text|operatorname|quad|,|bar|hat)(?![a-zA-Z])", "", latex)
    previous = ""
    while previous != flat:
        previous = flat
        flat = innermost.sub(lambda m: max(m[1], m[2], key=len), flat)
        flat = re.sub(r"\^\{([^{}]*)\}|_\{([^{}]*)\}", lambda m: (m[1] or m[2] or "")[::2], flat)
        flat = re.sub(r"(?<!frac)(?<!\})\{([^{}]*)\}", r"\1", flat)
    return len(re.sub(r"\s", "", re.sub(r"\\[a-zA-Z]+", "x", flat)))


def _prose(runs: tuple[Run, ...]) -> str:
    return "".join(_inline(run.latex) if isinstance(run, Formula) else escape(run) for run in runs)


def _inline(latex: str) -> str:
    """A formula in a line of text; one that is wider than the line is printed smaller."""
    return rf"\inl{{{latex}}}" if _width(latex) > _SAFE else f"${latex}$"


def _in_math(runs: tuple[Run, ...]) -> str:
    return "".join(run.latex if isinstance(run, Formula) else rf"\text{{{escape(run)}}}" for run in runs)


def _number(decimal: str) -> str:
    """A decimal in math mode: 1.2e-5 as a power of ten."""
    mantissa, mark, exponent = decimal.partition("e")
    return rf"{mantissa} \cdot 10^{{{int(exponent)}}}" if mark and exponent.lstrip("+-").isdigit() else decimal


def _lowered(runs: tuple[Run, ...]) -> tuple[Run, ...]:
    """The quantifiers for use after the relation: a small f, no colon."""
    if not runs or not isinstance(runs[0], str):
        return runs
    return _stripped((runs[0][:1].lower() + runs[0][1:], *runs[1:]), ":")


def _stripped(runs: tuple[Run, ...], end: str) -> tuple[Run, ...]:
    last = runs[-1]
    if not isinstance(last, str):
        return runs
    kept = last.removesuffix(end)
    return (*runs[:-1], kept) if kept else runs[:-1]
