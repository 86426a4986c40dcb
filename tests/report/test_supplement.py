"""What a complete report holds beside its claims: sharpened constants, figures, derivations."""

import shutil
import subprocess

import numpy as np
import pytest

from deepcond_sym.activations import activation
from deepcond_sym.proof import registry
from deepcond_sym.report import duals_table, folder
from deepcond_sym.report.derivation import derivation
from deepcond_sym.report.figures.plot import Curve, Plot
from deepcond_sym.report.supplement import Pushed, Supplement, gather

LINE = Plot("line", "A line", "y", [Curve("x", np.array([1, 2]), np.array([1.0, 2.0]))], [], (0, 3))


@pytest.fixture
def supplement(results):
    sharpened = [
        {
            "id": results[0]["id"], "parameter": "rate", "form": "c*mu", "printed": "1", "outcome": "sharper",
            "proved": {"c": "4/3", "value": "4*mu/3"}, "refuted": {"c": "3/2", "value": "3*mu/2"},
        }
    ]  # fmt: skip
    return Supplement(sharpened, [LINE], [derivation(activation("relu"))])


def test_a_complete_folder_shows_all_three(tmp_path, results, supplement):
    target = folder.write(tmp_path / "report", results, supplement)
    said = "rate = c*mu, printed with c = 1, is sharper than printed; proved up to c = 4/3, refuted from c = 3/2"
    pushed = [page for page in (target / "claims").iterdir() if "How far it can be pushed" in page.read_text()]
    assert [page.name for page in pushed] == ["sample2026-L1.html"]
    assert said in pushed[0].read_text()
    assert 'src="figures/line.svg"' in (target / "index.html").read_text()
    assert (target / "figures" / "line.svg").read_text().startswith("<?xml")
    duals = (target / "duals.html").read_text()
    assert 'href="duals.html"' in (target / "index.html").read_text()
    assert duals.count("<li>") == 6
    assert r"\section{Dual activations}" in (target / "claims.tex").read_text()


def test_a_plain_report_replaces_a_complete_one_whole(tmp_path, results, supplement):
    folder.write(tmp_path / "report", results, supplement)
    target = folder.write(tmp_path / "report", results)
    assert not (target / "figures").exists()
    assert not (target / "duals.html").exists()
    assert "figures" not in (target / "index.html").read_text()


def test_figures_of_somebody_else_are_not_overwritten(tmp_path, results, supplement):
    target = folder.write(tmp_path / "report", results, supplement)
    (target / "figures" / "notes.txt").write_text("mine")
    with pytest.raises(Exception, match=r"figures/notes\.txt, which is no part of a report"):
        folder.write(tmp_path / "report", results)
    assert (target / "figures" / "notes.txt").read_text() == "mine"


def test_the_book_of_a_complete_report_compiles(tmp_path, results, supplement, tool):
    tool("pdflatex", package="texlive-latex-base")
    target = folder.write(tmp_path / "report", results, supplement)
    shutil.copy(target / "claims.tex", tmp_path)
    done = subprocess.run(
        ["pdflatex", "-interaction=nonstopmode", "claims.tex"], cwd=tmp_path, capture_output=True, check=False
    )
    assert done.returncode == 0
    assert b"Overfull" not in done.stdout


def test_the_searches_of_a_claim_are_the_sharpeners(monkeypatch):
    monkeypatch.setattr(duals_table, "specs", lambda: ["sign"])
    claims, parts = registry.select(["agarwal2021/L33"]), []
    found = gather(claims, jobs=1, selectors=["agarwal2021/L33"], on_part=parts.append)
    assert [Pushed.of(one).outcome for one in found.sharpened] == ["best"]
    assert [data["dual"] for data in found.derivations] == ["2*asin(rho)/pi"]
    assert found.plots == []
    assert parts[-1] == {"id": "sign", "verdict": "PROVED"}
