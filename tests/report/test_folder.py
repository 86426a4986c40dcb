"""The report folder: whole or not at all, and never in place of something that is not a report."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time

import pytest

from deepcond_sym.errors import InputError
from deepcond_sym.proof import certificate
from deepcond_sym.report import folder

FILES = sorted(
    ["certificate.json", "claims", "claims.tex", "index.html", "reading.html"]
    + (["claims.pdf"] if shutil.which("pdflatex") else [])
)


def names(directory):
    return sorted(entry.name for entry in directory.iterdir())


def test_the_folder_holds_page_certificate_and_document(tmp_path, results):
    target = folder.write(tmp_path / "deep" / "report", results)
    assert names(target) == FILES
    assert names(target.parent) == ["report"]
    entries = json.loads((target / "certificate.json").read_text())["claims"]
    assert [entry["id"] for entry in entries] == [result["id"] for result in results]
    assert certificate.count(target / "certificate.json") == sum(len(result["steps"]) for result in results)


def test_a_report_replaces_a_report(tmp_path, results):
    target = folder.write(tmp_path / "report", results)
    (target / "claims.log").write_text("typeset from claims.tex")
    folder.write(tmp_path / "report", results[:1])
    assert names(target) == FILES
    assert "other2026" not in (target / "index.html").read_text()
    assert names(target / "claims") == ["sample2026-L1.html"]
    assert names(tmp_path) == ["report"]


def test_without_tex_there_is_no_pdf_and_no_link_to_it(tmp_path, results, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    target = folder.write(tmp_path / "report", results)
    assert "claims.pdf" not in names(target)
    assert "claims.pdf" not in (target / "index.html").read_text()


def test_with_tex_there_is_a_pdf(tmp_path, results, tool):
    tool("pdflatex", package="texlive-latex-base")
    target = folder.write(tmp_path / "report", results)
    assert (target / "claims.pdf").read_bytes().startswith(b"%PDF-")
    assert 'href="claims.pdf"' in (target / "index.html").read_text()


def test_an_empty_folder_may_be_used(tmp_path, results):
    (tmp_path / "report").mkdir()
    folder.write(tmp_path / "report", results)
    assert (tmp_path / "report" / "index.html").exists()


def test_a_folder_of_something_else_is_left_alone(tmp_path, results):
    (tmp_path / "notes.txt").write_text("mine")
    with pytest.raises(InputError, match=r"holds notes.txt"):
        folder.write(tmp_path, results)
    assert names(tmp_path) == ["notes.txt"]
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / "index.html").write_text("<html>my own page</html>")
    with pytest.raises(InputError, match="not a report"):
        folder.write(tmp_path / "site", results)
    with pytest.raises(InputError, match="is a file"):
        folder.write(tmp_path / "notes.txt", results)
    target = folder.write(tmp_path / "report", results)
    (target / "claims" / "mine.md").write_text("mine")
    with pytest.raises(InputError, match=r"holds claims/mine.md"):
        folder.write(target, results)


def test_a_place_that_cannot_be_written_is_named(tmp_path, results):
    (tmp_path / "file").write_text("")
    with pytest.raises(InputError, match=r"cannot write the report|is a file"):
        folder.write(tmp_path / "file" / "report", results)


def test_a_failure_half_way_leaves_the_old_report(tmp_path, results, monkeypatch):
    target = folder.write(tmp_path / "report", results)
    before = (target / "index.html").read_text()

    def fail(*_):
        raise RuntimeError("half-way")

    monkeypatch.setattr(certificate, "write", fail)
    with pytest.raises(RuntimeError):
        folder.write(tmp_path / "report", results[:1])
    assert (target / "index.html").read_text() == before
    assert names(tmp_path) == ["report"]


_SLOW = """
import pickle, sys, time
from pathlib import Path
from deepcond_sym.proof import certificate
from deepcond_sym.report import folder
write = certificate.write
def slow(path, results):
    Path(sys.argv[1], "half-way").touch()
    time.sleep(60)
certificate.write = slow
folder.write(Path(sys.argv[1]) / "report", [])
"""


def test_a_kill_half_way_leaves_no_half_written_report(tmp_path):
    process = subprocess.Popen([sys.executable, "-c", _SLOW, str(tmp_path)])
    try:
        deadline = time.monotonic() + 30
        while not (tmp_path / "half-way").exists() and time.monotonic() < deadline:
            time.sleep(0.02)
        assert (tmp_path / "half-way").exists()
    finally:
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
    assert not (tmp_path / "report").exists()
