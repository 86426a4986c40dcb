"""The report in a real browser: formulas, filters, no complaint on the console, nothing asked of a network."""

import json
import subprocess
from urllib.parse import urlsplit

import pytest

from deepcond_sym.report import folder

QUIET = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync",
    "--disable-background-networking", "--disable-component-update", "--disable-extensions", "--no-pdf-header-footer",
]  # fmt: skip
OWN = ("google.com", "googleapis.com", "gvt1.com")
"""Hosts that the browser asks for purposes of its own."""


@pytest.fixture(scope="module")
def report(tmp_path_factory, results):
    return folder.write(tmp_path_factory.mktemp("browser") / "report", results)


@pytest.fixture
def browse(tool, tmp_path, report):
    """Open a page of the report: what the browser says on its console, the text of the page as it is printed, and the
    hosts that were asked."""
    program = tool("chromium", "chromium-browser", "google-chrome", package="chromium")
    reader = tool("pdftotext", package="poppler-utils")

    def visit(page: str) -> tuple[str, str, set[str]]:
        printed, log = tmp_path / "page.pdf", tmp_path / "net.json"
        name, *anchor = page.partition("#")
        command = [
            program, *QUIET, f"--user-data-dir={tmp_path / 'profile'}", "--enable-logging=stderr",
            f"--log-net-log={log}", f"--print-to-pdf={printed}", "".join([(report / name).as_uri(), *anchor]),
        ]  # fmt: skip
        said = subprocess.run(command, capture_output=True, text=True, timeout=120, check=True).stderr
        text = subprocess.run([reader, printed, "-"], capture_output=True, text=True, timeout=60, check=True).stdout
        console = "\n".join(line for line in said.splitlines() if "CONSOLE" in line)
        events = json.loads(log.read_text())["events"]
        urls = {urlsplit(event["params"]["url"]) for event in events if "url" in event.get("params", {})}
        asked = {url.netloc for url in urls if url.scheme.startswith(("http", "ws"))}
        return console, text, {host for host in asked if not host.endswith(OWN)}

    return visit


def test_no_page_complains_or_asks_a_network(browse, report):
    for page in sorted(path.relative_to(report).as_posix() for path in report.rglob("*.html")):
        console, text, asked = browse(page)
        assert console == ""
        assert "deepcond_sym" in text
        assert asked == set()


def test_formulas_are_set_and_not_shown_as_source(browse):
    _, text, _ = browse("claims/sample2026-L1.html")
    assert "\\hat" not in text
    assert "<math" not in text
    assert "ρ" in text or "𝜌" in text


def test_anchors_filter_the_table(browse):
    assert "L1" in browse("index.html")[1]
    _, refuted, _ = browse("index.html#only-REFUTED")
    assert "E7" in refuted
    assert "L1" not in refuted
    _, wrong, _ = browse("index.html#only-unexpected")
    assert "T1" in wrong
    assert "E7" not in wrong
