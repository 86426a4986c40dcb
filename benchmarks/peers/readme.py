"""Copy the summary of benchmarks/results.md into the README, between its two marks."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BEGIN, END = "<!-- from benchmarks/results.md -->", "<!-- end -->"
TITLE = "## What the README quotes"


def quoted(page: str) -> str:
    """The summary in the page of results.

    >>> quoted("# Title\\n\\n## What the README quotes\\n\\ntext\\n\\n## Next\\n")
    'text'
    """
    _, found, rest = page.partition(TITLE + "\n")
    if not found:
        raise SystemExit("benchmarks/results.md has no summary: run `make bench-quick` to its end first.")
    return rest.split("\n## ")[0].strip()


def replaced(readme: str, summary: str) -> str:
    """The README with this summary between the marks.

    >>> replaced(f"a\\n{BEGIN}\\nold\\n{END}\\nb", "new").splitlines()[2:-2]
    ['new']
    """
    before, begin, rest = readme.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise SystemExit(f"The README has no place for the summary: write {BEGIN} and {END} around it.")
    return f"{before}{BEGIN}\n{summary}\n{END}{after}"


def main() -> None:
    """Write the README anew."""
    readme = ROOT / "README.md"
    summary = quoted((ROOT / "benchmarks" / "results.md").read_text())
    readme.write_text(replaced(readme.read_text(), summary))


if __name__ == "__main__":
    main()
