"""The pages in docs name files, links and code that exist; the page on trust names every rule."""

import re
from pathlib import Path

import pytest

import deepcond_sym
from deepcond_sym import Verdict

ROOT = Path(__file__).parent.parent
PACKAGE = Path(deepcond_sym.__file__).parent
OTHERS = ("README.md", "CONTRIBUTING.md", "tests/README.md")
PAGES = [*sorted((ROOT / "docs").glob("*.md")), *(ROOT / name for name in OTHERS)]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page):
    links = re.findall(r"\]\(([^)#]+)[^)]*\)", page.read_text())
    missing = [link for link in links if not link.startswith("http") and not (page.parent / link).exists()]
    assert missing == []


def test_the_page_on_trust_names_every_rule_and_no_file_that_is_gone():
    text = (ROOT / "docs" / "trusted-base.md").read_text()
    rules = {path.name for path in (PACKAGE / "proof" / "rules").glob("*.py")} - {"__init__.py"}
    rows = set(re.findall(r"^\| `(\w+\.py)` \|", text, flags=re.MULTILINE))
    assert rows == rules
    existing = {path.relative_to(PACKAGE).as_posix() for path in PACKAGE.rglob("*.py")}
    for name in re.findall(r"`([\w/]+\.py)`", text):
        name = name.removeprefix("deepcond_sym/")
        assert any(path == name or path.endswith("/" + name) for path in existing), name


def test_the_page_on_verdicts_names_them_all():
    text = (ROOT / "docs" / "verdicts.md").read_text()
    assert re.findall(r"^\| `(\w+)` \|", text, flags=re.MULTILINE) == [
        "PROVED", "CERTIFIED", "SUPPORTED", "REFUTED", "UNDECIDED",
    ]  # fmt: skip
    order = re.findall(r"`(\w+)`", text[text.index("from weak to strong") :].split(";")[0])
    assert [Verdict[name] for name in order] == [
        Verdict.weakest([Verdict[name] for name in order[i:]]) for i in range(len(order))
    ]
