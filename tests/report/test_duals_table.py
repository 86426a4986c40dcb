"""The table of duals: complete, and LaTeX that is balanced and narrow enough without asking TeX."""

import pytest

from deepcond_sym.activations import catalog
from deepcond_sym.errors import InputError
from deepcond_sym.report import duals_table, pdf
from deepcond_sym.report.latex import _WIDE, _width

CLOSED = ["relu", "gelu", "erf", "sin", "hermite(3)", "relu_power(2)"]


def test_every_name_of_the_catalogue_is_in_the_table():
    assert {spec.partition("(")[0] for spec in duals_table.specs()} == set(catalog())


def test_rows_carry_formulas_values_and_verdicts():
    rows = duals_table.table([*CLOSED, "hard_tanh"])
    assert [row["verdict"] for row in rows] == ["PROVED"] * len(CLOSED) + ["CERTIFIED"]
    gelu = rows[1]
    assert gelu["dual"]["values"]["1"]["exact"] == "sqrt(3)/(6*pi) + 1/3"
    assert gelu["dual"]["values"]["0"]["exact"] == "1/(4*pi)"
    relu = rows[0]
    assert relu["chi_1_normalised"]["exact"] == "pi/(-1 + pi)"
    assert relu["hermite"]["closed_form_from"] == 2
    shown = duals_table.lines(rows)
    assert len(shown) == len(rows)
    assert "no elementary form (route price)" in shown[-1]


def test_the_document_is_balanced_and_its_rows_are_not_too_wide():
    tex = duals_table.document(duals_table.table([*CLOSED, "tanh", "selu"]))
    assert tex.count(r"\begin{") == tex.count(r"\end{")
    assert tex.count("{") == tex.count("}")
    assert tex.isascii()
    body = tex.split(r"\begin{document}")[1]
    rows = [row for row in body.splitlines() if row.startswith("& ")]
    assert all(_width(row) <= _WIDE + 12 for row in rows), max(rows, key=_width)


def test_without_pdflatex_the_refusal_says_what_to_do(monkeypatch, tmp_path):
    monkeypatch.setattr(pdf.shutil, "which", lambda name: None)
    with pytest.raises(InputError, match="install TeX Live, or use --latex"):
        pdf.compile_pdf("", tmp_path / "x.pdf")
