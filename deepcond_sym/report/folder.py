"""The report folder: pages of HTML, the certificate, LaTeX and its PDF, which appear together or not at all."""

import contextlib
import os
import shutil
import tempfile
from pathlib import Path
from typing import Any

from deepcond_sym.errors import InputError
from deepcond_sym.proof import certificate

from .figures import files as figure_files
from .html import FOLDER, GENERATOR, pages
from .latex import document
from .pdf import compile_pdf
from .supplement import NOTHING_MORE, Supplement

_FILES = {"index.html", "reading.html", "duals.html", "certificate.json", "claims.tex"}
_TYPESET = {f"claims.{ending}" for ending in ("pdf", "aux", "log", "out", "dvi", "synctex.gz", "fls", "fdb_latexmk")}

FIGURES = "figures"
_FOLDERS = {FOLDER: {".html"}, FIGURES: {".svg", ".png"}}


def write(directory: str | Path, results: list[dict[str, Any]], supplement: Supplement = NOTHING_MORE) -> Path:
    """Write the report of these results and return the folder.

    The files are written to a new folder beside the target, which is then put in its place: whenever the process is
    killed, the target is the whole old report, the whole new one, or not there. Where a pdflatex is installed there is
    a claims.pdf, too. InputError if the target exists and is not a report of ours.
    """
    target = writable(directory)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        fresh = Path(tempfile.mkdtemp(dir=target.parent, prefix=f".{target.name}.new-"))
        try:
            (fresh / FOLDER).mkdir()
            if supplement.plots:
                figure_files.write(fresh / FIGURES, supplement.plots)
            tex = document(results, supplement)
            (fresh / "claims.tex").write_text(tex, encoding="utf-8")
            typeset = _typeset(tex, fresh / "claims.pdf")
            for name, content in pages(results, typeset, supplement):
                (fresh / name).write_text(content, encoding="utf-8")
            certificate.write(fresh / "certificate.json", results)
            for path in (fresh, *fresh.rglob("*")):
                path.chmod((0o777 if path.is_dir() else 0o666) & ~_umask())
            _put_in_place(fresh, target)
        finally:
            shutil.rmtree(fresh, ignore_errors=True)
    except OSError as error:
        raise InputError(f"cannot write the report to {directory}: {error.strerror or error}") from error
    return target


def _typeset(tex: str, target: Path) -> bool:
    """Whether a PDF was made: a machine without TeX, or a TeX without the fonts, has the LaTeX alone."""
    with contextlib.suppress(InputError):
        compile_pdf(tex, target)
    return target.exists()


def writable(directory: str | Path) -> Path:
    """The folder that a report may be written to; InputError if something else is there."""
    target = Path(directory).resolve()
    if not target.exists():
        return target
    if not target.is_dir():
        raise InputError(f"{directory} is a file: choose another folder for the report")
    present = {entry.name for entry in target.iterdir()}
    foreign = present - _FILES - _TYPESET - set(_FOLDERS)
    for folder, endings in _FOLDERS.items():
        if (target / folder).is_dir():
            entries = (target / folder).iterdir()
            foreign |= {f"{folder}/{entry.name}" for entry in entries if entry.suffix not in endings}
    if foreign:
        raise InputError(
            f"{directory} holds {min(foreign)}, which is no part of a report: choose another folder, or move it away"
        )
    if present and not _is_ours(target / "index.html"):
        raise InputError(f"{directory} is not a report that deepcond wrote: choose another folder")
    return target


def _is_ours(index: Path) -> bool:
    if not index.is_file():
        return False
    with index.open(encoding="utf-8", errors="replace") as file:
        return f'<meta name="generator" content="{GENERATOR} ' in file.read(2000)


def _put_in_place(fresh: Path, target: Path) -> None:
    if not target.exists():
        fresh.rename(target)
        return
    old = Path(tempfile.mkdtemp(dir=target.parent, prefix=f".{target.name}.old-"))
    try:
        # rename onto an empty folder replaces it
        target.rename(old)
        try:
            fresh.rename(target)
        except OSError:
            old.rename(target)
            raise
    finally:
        shutil.rmtree(old, ignore_errors=True)


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
