"""Draw docs/verify.svg: what `deepcond verify beyond --mutants` prints, without fonts or scripts from elsewhere."""

import io
import re
from pathlib import Path

from rich.console import Console

from deepcond_sym.proof import registry, runner
from deepcond_sym.report import terminal


def main() -> None:
    """Judge the claims that go beyond the papers and save the terminal's output as a picture."""
    results = runner.run(registry.select(["beyond"]), with_mutants=True)
    console = Console(record=True, width=118, file=io.StringIO(), force_terminal=True)
    terminal.show(results, console)
    picture = console.export_svg(title="deepcond verify beyond --mutants")
    picture = re.sub(r"@font-face \{.*?\}", "", picture, flags=re.DOTALL)
    (Path(__file__).parent / "verify.svg").write_text(picture)


if __name__ == "__main__":
    main()
