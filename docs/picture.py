"""Draw the pictures of the README: what `deepcond verify beyond --mutants` prints, a figure, and a page of the report.

Without fonts or scripts from elsewhere; the page of the report needs Chromium, and stays as it is without one.
"""

import io
import re
import shutil
import subprocess
import tempfile
from pathlib import Path

from rich.console import Console

from deepcond_sym.proof import registry, runner
from deepcond_sym.report import folder, terminal
from deepcond_sym.report.figures import files, tangent

DOCS = Path(__file__).parent


def terminal_picture() -> None:
    """verify.svg: judge the claims that go beyond the papers and save the terminal's output."""
    results = runner.run(registry.select(["beyond"]), with_mutants=True)
    console = Console(record=True, width=118, file=io.StringIO(), force_terminal=True)
    terminal.show(results, console)
    picture = console.export_svg(title="deepcond verify beyond --mutants")
    (DOCS / "verify.svg").write_text(re.sub(r"@font-face \{.*?\}", "", picture, flags=re.DOTALL))


def report_picture() -> None:
    """report.png: the page of a refuted theorem, in a browser."""
    browser = shutil.which("chromium") or shutil.which("google-chrome")
    if browser is None:
        print("no Chromium is installed: docs/report.png stays as it is")
        return
    with tempfile.TemporaryDirectory() as place:
        results = runner.run(registry.select(["starnaud2025/T2-limit"]), with_mutants=True)
        report = folder.write(Path(place) / "report", results)
        command = [
            browser, "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--window-size=960,1000",
            f"--user-data-dir={place}/profile", f"--screenshot={DOCS / 'report.png'}",
            (report / "claims" / "starnaud2025-T2-limit.html").as_uri(),
        ]  # fmt: skip
        subprocess.run(command, check=True, capture_output=True, timeout=120)


def figure() -> None:
    """off_diagonal.svg: the first of the figures that `deepcond figures` draws."""
    with tempfile.TemporaryDirectory() as place:
        files.write(Path(place), tangent.plots(10_000, tangent.built_in()), lambda name: None)
        shutil.copy(Path(place) / "off_diagonal.svg", DOCS / "off_diagonal.svg")


if __name__ == "__main__":
    terminal_picture()
    figure()
    report_picture()
