"""The pages of papers: those in the repository are what the registry says, and what they tell to compute comes out."""

import contextlib
import io
import json
import re

import mpmath
import pytest

import proofs_checks
from deepcond_sym.cli import main
from deepcond_sym.errors import InputError
from deepcond_sym.proof import Claim, Verdict, registry
from deepcond_sym.report.page import page

FOLDER = next(iter(proofs_checks.__path__))
PAPERS = ["starnaud2025", "nguyen2021", "xiao2020"]


@pytest.fixture(scope="module", params=PAPERS)
def paper(request) -> tuple[str, list[Claim], str]:
    claims = registry.select([request.param])
    return request.param, claims, page(claims)


def run(*arguments: str) -> int:
    with pytest.raises(SystemExit) as stop:
        main(["page", *arguments])
    return int(stop.value.code or 0)


@pytest.mark.parametrize("key", PAPERS)
def test_the_page_in_the_repository_is_current(key) -> None:
    """If this fails, run `make pages`."""
    assert run(key, "--check") == 0


def test_every_claim_is_on_the_page(paper) -> None:
    _, claims, text = paper
    cells = set(re.findall(r"\(([\w.+-]+)\)", text)) | set(re.findall(r"^\| ([\w.+-]+) \|", text, flags=re.MULTILINE))
    assert {claim.label for claim in claims} <= cells


def section(text: str, heading: str) -> list[str]:
    """The rows of the table under a heading."""
    body = text.partition(f"## {heading}\n\n")[2].partition("\n\n")[0]
    return [line for line in body.splitlines() if line.startswith("|")][2:]


def test_what_is_refuted_is_listed_with_what_holds_instead(paper) -> None:
    _, claims, text = paper
    known = {claim.id: claim for claim in claims}
    rows = section(text, "What does not hold as printed")
    refuted = [c for c in claims if c.expected is Verdict.REFUTED and c.provenance != "derived here"]
    assert len(rows) == len(refuted) > 3
    for claim in refuted:
        (row,) = [row for row in rows if f"({claim.label})**" in row]
        for other in claim.beside:
            assert other not in known or f"({known[other].label})" in row
    assert any(known[other].expected is Verdict.PROVED for claim in refuted for other in claim.beside)


def test_the_counts(paper) -> None:
    _, claims, text = paper
    theirs = [claim for claim in claims if claim.provenance != "derived here"]
    holds = sum(claim.expected in (Verdict.PROVED, Verdict.CERTIFIED) for claim in theirs)
    assert f"Of {len(theirs)} statements of the paper, {holds} hold" in text
    assert f"{len(claims) - len(theirs)} more are derived here" in text
    assert len(section(text, "What holds")) == holds


def test_tables_are_whole(paper) -> None:
    for line in paper[2].splitlines():
        if line.startswith("|"):
            assert line.count("|") == 5, line


def test_the_lines_to_run_contradict_the_statement(paper) -> None:
    blocks = re.findall(r"```python\n(.*?)```", paper[2], flags=re.DOTALL)
    assert len(blocks) >= 4
    for block in blocks:
        assert len(block.splitlines()) <= 16
        told = io.StringIO()
        with contextlib.redirect_stdout(told), mpmath.workdps(40):
            exec(block, {})
        left, right, claimed = told.getvalue().splitlines()
        with mpmath.workdps(40):
            a, b = (mpmath.mpf(line.split()[-1]) for line in (left, right))
            relation = claimed.split()[2]
            assert not {"<": a < b, "<=": a <= b, "==": mpmath.almosteq(a, b), "!=": a != b}[relation], block


def test_the_page_of_a_paper_of_ones_own(tmp_path, monkeypatch, capsys) -> None:
    (tmp_path / "claims.py").write_text(
        "from deepcond_sym.proof import Claim\n"
        "claim = Claim('mine/T1', title='bars', source='Theorem 1', provenance='paper', printed=r'|a|\\le\\|b\\|')\n"
    )
    monkeypatch.chdir(tmp_path)
    assert run("./claims.py") == 2
    assert "--out" in capsys.readouterr().err
    assert run("./claims.py", "--out", "page.md", "--check") == 1
    assert not (tmp_path / "page.md").exists()
    assert run("./claims.py", "--out", "page.md") == 0
    text = (tmp_path / "page.md").read_text()
    assert r"$`\vert a\vert \le\Vert b\Vert`$" in text
    assert "Of 1 statements of the paper, 1 holds" in text
    capsys.readouterr()
    assert run("./claims.py", "--out", "page.md", "--check", "--json") == 0
    assert json.loads(capsys.readouterr().out) == {"file": "page.md", "current": True}
    (tmp_path / "page.md").write_text(text.replace("holds", "fails"))
    assert run("./claims.py", "--out", "page.md", "--check") == 1


def test_what_is_refused(capsys) -> None:
    assert run("nobody1999") == 2
    with pytest.raises(InputError, match="one paper"):
        page(registry.select(["starnaud2025", "nguyen2021"]))
    with pytest.raises(InputError, match="one paper"):
        page([])


def test_no_command_of_latex_runs_into_the_next_letter() -> None:
    """Two strings joined as \\quad and J make \\quadJ, which LaTeX does not know."""
    for claim in registry.ours():
        assert not re.search(r"\\q?quad[A-Za-z]", claim.printed + claim.note), claim.id
