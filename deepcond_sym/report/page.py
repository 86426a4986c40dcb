"""The page of one paper in Markdown: what holds of it, what does not, and how to check that by hand.

It is made from the registry alone, in a second: the verdicts on it are those that are expected, which `deepcond verify`
judges; the witnesses are evaluated."""

import re
from collections.abc import Iterable
from typing import Any

from deepcond_sym.errors import InputError
from deepcond_sym.proof.claim import Claim
from deepcond_sym.proof.refutation import Refutation, refute
from deepcond_sym.proof.verdict import Verdict

_DIGITS = 6
_LONG = 80
"""More characters of a witness than this, a matrix for instance, do not go into a table."""

_HOLDS = (Verdict.PROVED, Verdict.CERTIFIED)
_ORDER = ("Theorem", "Lemma", "Proposition", "Corollary", "Definition", "Section")


def page(claims: list[Claim], introduction: str = "", bibliography: str = "") -> str:
    """The page of these claims, which have one bib key; `bibliography` is a BibTeX file that may hold it.

    InputError if there are none, or of several papers.

    >>> claim = Claim("example/T1", title="r <= r", source="Theorem 1", provenance="paper", printed="r\\\\le r")
    >>> print(page([claim]).splitlines()[0])
    # example: what holds, what does not, and how to check it
    """
    keys = {claim.bibkey for claim in claims}
    if len(keys) != 1:
        raise InputError(f"a page is about one paper, not about {len(keys)}: name one bib key")
    (key,) = keys
    ordered = sorted(claims, key=_place)
    theirs = [claim for claim in ordered if claim.provenance != "derived here"]
    ours = [claim for claim in ordered if claim.provenance == "derived here"]
    false = [(claim, _witness(claim)) for claim in theirs if claim.expected is Verdict.REFUTED]
    titles = {claim.id: claim.title for claim in claims}
    parts = [
        f"# {key}: what holds, what does not, and how to check it",
        "<!-- Made by `make pages` from the claims in this folder: change those, not this page. -->",
        _introduction(key, introduction, bibliography),
        _counts(key, theirs, ours),
        _corrections(false, titles),
        _by_hand(key, false),
        _table("What holds", [c for c in theirs if c.expected in _HOLDS]),
        _table("What experiments support, and no more", [c for c in theirs if c.expected is Verdict.SUPPORTED]),
        _folded("What cannot be judged as a whole", _not_judged(theirs)),
        _folded("What is derived here, formula by formula", _rows_of(ours)),
        _folded("The other witnesses, line by line", _other_witnesses(false)),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def _place(claim: Claim) -> tuple[int, list[tuple[int, str]]]:
    """Theorems first, then lemmas, and so on; among equals by number and label."""
    words = claim.source.split()
    kind = _ORDER.index(words[0]) if words and words[0] in _ORDER else len(_ORDER)
    parts = re.findall(r"\d+|\D+", f"{claim.source} {claim.label}")
    return kind, [(int(part), "") if part.isdigit() else (-1, part) for part in parts]


def _introduction(key: str, own: str, bibliography: str) -> str:
    """The paper, from the bibliography, and what is said of its claims."""
    entry = re.search(rf"@\w+\{{{re.escape(key)},(.*?)\n\}}", bibliography, flags=re.DOTALL)
    fields = dict(re.findall(r"(\w+)\s*=\s*\{((?:[^{}]|\{[^{}]*\})*)\}", entry.group(1))) if entry else {}
    plain = {name: value.replace("{", "").replace("}", "") for name, value in fields.items()}
    title = f"*{plain['title']}*" if "title" in plain else ""
    told = [plain.get("author", "").replace(" and ", "; "), title, plain.get("year", ""), plain.get("note", "")]
    paper = ", ".join(part for part in told if part)
    return "\n\n".join(part for part in (f"{paper}." if paper else "", _prose(" ".join(own.split()))) if part)


def _counts(key: str, theirs: list[Claim], ours: list[Claim]) -> str:
    number = {verdict: sum(claim.expected is verdict for claim in theirs) for verdict in Verdict}
    counts = {
        ("holds", "hold"): sum(number[verdict] for verdict in _HOLDS),
        ("does not hold as printed", "do not hold as printed"): number[Verdict.REFUTED],
        ("is supported by experiments", "are supported by experiments"): number[Verdict.SUPPORTED],
        ("cannot be judged as a whole",) * 2: number[Verdict.UNDECIDED],
    }
    said = [f"{count} {words[count > 1]}" for words, count in counts.items() if count]
    return (
        f"Of {len(theirs)} statements of the paper, {', '.join(said)}; {len(ours)} more are derived here."
        f" `deepcond verify {key} --mutants` judges them all anew and fails if a verdict is not the one on this page."
    )


def _corrections(false: list[tuple[Claim, Refutation | None]], titles: dict[str, str]) -> str:
    if not false:
        return ""
    rows = [
        [f"**{_where(claim)}**", _math(claim.printed), _against(witness), _beside(claim, titles)]
        for claim, witness in false
    ]
    return "## What does not hold as printed\n\n" + _rows(["", "as printed", "a witness", "what holds instead"], rows)


def _beside(claim: Claim, titles: dict[str, str]) -> str:
    """The claims beside this one that say more than it, with their titles."""
    return "; ".join(f"{_prose(titles[other])} ({other.split('/')[1]})" for other in claim.beside if other in titles)


def _against(witness: Refutation | None) -> str:
    if witness is None:
        return "found by `deepcond verify`"
    left, right = witness.sides(_DIGITS)
    sign = {"==": "=", "<=": "≤", "<": "<", "!=": "≠"}[witness.statement.conclusion.op]
    described = witness.instance.describe()
    where = f"at {described} " if described else ""
    if len(described) > _LONG:
        where = "at the instance at the end of this page "
    return f"{where}it says {_short(left)} {sign} {_short(right)}"


def _short(decimal: str) -> str:
    from .witness import shorten

    return shorten(decimal, _DIGITS)


def _witness(claim: Claim) -> Refutation | None:
    """The first declared witness that refutes the claim."""
    statements = claim.statements()
    return next((found for part, at in claim.witnesses if (found := refute(statements, part, at))), None)


def _by_hand(key: str, false: list[tuple[Claim, Refutation | None]]) -> str:
    shown = [(claim, witness) for claim, witness in false if witness is not None]
    if not shown:
        return ""
    witness = shown[0][1]
    rest = " The lines for the others are at the end of this page." if len(shown) > 1 else ""
    return (
        f"## By hand\n\nBoth sides of the first of these at its witness, in mpmath and nothing else;"
        f" `deepcond verify {key}` prints such lines too.{rest}\n\n```python\n{witness.reproduce()}\n```"
    )


def _other_witnesses(false: list[tuple[Claim, Refutation | None]]) -> str:
    shown = [(claim, witness) for claim, witness in false if witness is not None][1:]
    if not shown:
        return ""
    blocks = [f"**{_where(claim)}.** {_prose(claim.note)}\n\n```python\n{w.reproduce()}\n```" for claim, w in shown]
    return "\n\n".join(blocks)


def _folded(summary: str, body: str) -> str:
    """What is shown when its summary is clicked on, so that the page fits on a screen."""
    return f"<details>\n<summary>{summary}</summary>\n\n{body}\n\n</details>" if body else ""


def _table(heading: str, claims: list[Claim]) -> str:
    return f"## {heading}\n\n{_rows_of(claims)}" if claims else ""


def _rows_of(claims: list[Claim]) -> str:
    rows = [[_where(claim), _prose(claim.title), _math(claim.printed), claim.expected.value] for claim in claims]
    return _rows(["", "", "statement", "verdict"], rows) if rows else ""


def _not_judged(claims: list[Claim]) -> str:
    open_ones = [claim for claim in claims if claim.expected is Verdict.UNDECIDED]
    return "\n".join(f"- {_where(claim)}: {_math(claim.printed)}. {_prose(claim.note)}" for claim in open_ones)


def _where(claim: Claim) -> str:
    """Where the statement stands in the paper, and its label in the registry."""
    return f"{claim.source} ({claim.label})" if claim.provenance != "derived here" and claim.source else claim.label


def _rows(heads: list[str], rows: Iterable[list[str]]) -> str:
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _math(latex: str) -> str:
    """A formula for Markdown; a bar would end the cell of a table."""
    without_bars = latex.replace(r"\|", r"\Vert ").replace("|", r"\vert ").strip()
    return f"$`{re.sub(' +', ' ', without_bars)}`$" if latex else ""


def _prose(text: Any) -> str:
    """Words with formulas between dollar signs, which become formulas for Markdown."""
    pieces = str(text).split("$")
    return "".join(_math(piece) if place % 2 else piece for place, piece in enumerate(pieces))
