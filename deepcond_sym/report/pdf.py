"""LaTeX to PDF, where a pdflatex is installed."""

import shutil
import subprocess
import tempfile
from pathlib import Path

from deepcond_sym.errors import InputError

_SECONDS = 60


def compile_pdf(document: str, target: Path) -> str:
    """Write the article as a PDF file, in one run of pdflatex without shell escapes; what TeX said of it.

    Errors: InputError when there is no pdflatex, when the target cannot be written, or when TeX does not finish.
    """
    compiler = shutil.which("pdflatex")
    if compiler is None:
        raise InputError("no pdflatex is installed: install TeX Live, or use --latex and compile elsewhere.")
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "article.tex"
        source.write_text(document, encoding="utf-8")
        command = [compiler, "-interaction=nonstopmode", "-halt-on-error", "-no-shell-escape", source.name]
        try:
            done = subprocess.run(command, cwd=folder, capture_output=True, timeout=_SECONDS, check=False)
        except subprocess.TimeoutExpired as error:
            raise InputError(f"pdflatex did not finish within {_SECONDS} seconds.") from error
        if done.returncode:
            said = [line for line in done.stdout.decode(errors="replace").splitlines() if line.startswith("!")]
            raise InputError(f"pdflatex failed: {said[0] if said else 'see what --latex prints'}.")
        try:
            shutil.copyfile(source.with_suffix(".pdf"), target)
        except OSError as error:
            raise InputError(f"{target} cannot be written: {error.strerror}.") from error
    return done.stdout.decode(errors="replace")
