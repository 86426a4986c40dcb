"""Execute the notebooks of this folder in place, each in a process of its own: `make notebooks`.

Names on the command line choose some of them by their beginnings ("1", "3_deep"). The exit code is 1 if a cell fails.
A notebook that needs PyTorch is left out, with a word, where PyTorch is not installed; DEEPCOND_TOOLS=required makes
that a failure. Outputs carry no times and no paths, so that they change only when what they show does.
"""

import os
import re
import sys
from importlib.util import find_spec
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError

FOLDER = Path(__file__).parent
CELL_SECONDS = 600


def main(chosen: list[str]) -> int:
    """Execute the notebooks whose names begin with one of `chosen` (all of them without any)."""
    os.environ.setdefault("DEEPCOND_CACHE", "")
    files = [p for p in sorted(FOLDER.glob("*.ipynb")) if not chosen or p.name.startswith(tuple(chosen))]
    failed = [file.name for file in files if not executed(file)]
    if failed or not files:
        print("failed: " + ", ".join(failed) if failed else "no notebook has such a name", file=sys.stderr)
        return 1
    return 0


def executed(file: Path) -> bool:
    """Whether the notebook ran, and was written back with its outputs."""
    notebook = nbformat.read(file, as_version=4)
    if needs_torch(notebook) and find_spec("torch") is None:
        print(f"{file.name}: left out, because it needs PyTorch: see README.md, or set TORCH", file=sys.stderr)
        return os.environ.get("DEEPCOND_TOOLS") != "required"
    print(f"{file.name} ...", flush=True)
    client = NotebookClient(
        notebook,
        timeout=CELL_SECONDS,
        record_timing=False,
        coalesce_streams=True,
        kernel_name="python3",
        resources={"metadata": {"path": FOLDER}},
    )
    try:
        client.execute()
    except CellExecutionError as error:
        print(f"{file.name}: {error}", file=sys.stderr)
        return False
    notebook.metadata = {"kernelspec": notebook.metadata.kernelspec, "language_info": {"name": "python"}}
    file.write_text(nbformat.writes(notebook, indent=1) + "\n")
    return True


def needs_torch(notebook: nbformat.NotebookNode) -> bool:
    """Whether a cell imports PyTorch."""
    return any(re.search(r"^import torch\b", c.source, re.MULTILINE) for c in notebook.cells if c.cell_type == "code")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
