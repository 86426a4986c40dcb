"""`deepcond page`: what holds of a paper and what does not, on one page of Markdown."""

import os
import tempfile
from pathlib import Path
from typing import Annotated

import typer

from deepcond_sym.errors import InputError

from .shared import Json, print_json, stdout_kept_clean, working


def page(
    key: Annotated[str, typer.Argument(help="The bib key of a paper, such as starnaud2025.")],
    out: Annotated[
        Path | None, typer.Option(help="The file.", show_default="README.md in the folder of the claims")
    ] = None,
    check: Annotated[bool, typer.Option("--check", help="Write nothing; exit with 1 if the file differs.")] = False,
    as_json: Json = False,
) -> None:
    """Write the page of one paper: what is true, what is not, and how to check it by hand."""
    import importlib
    import inspect

    from deepcond_sym.proof import registry
    from deepcond_sym.report import page as report

    with stdout_kept_clean(as_json), working("reading the claims"):
        claims = registry.select([key])
        ours = importlib.import_module(registry.OURS)
        folder = Path(inspect.getfile(ours)).parent
        introduction, bibliography = "", folder / "references.bib"
        if (folder / key / "__init__.py").is_file():
            documented = inspect.getdoc(importlib.import_module(f"{registry.OURS}.{key}")) or ""
            introduction = documented.partition(": ")[2]
            introduction = introduction[:1].upper() + introduction[1:]
        elif out is None:
            raise InputError(f"say with --out where the page of {key} goes: it is no paper of {registry.OURS}")
        text = report.page(claims, introduction, bibliography.read_text(encoding="utf-8"))
    target = out or folder / key / "README.md"
    current = target.is_file() and target.read_text(encoding="utf-8") == text
    if not current and not check:
        _write(target, text)
    if as_json:
        print_json({"file": str(target), "current": current or not check})
    elif current or not check:
        print(target)
    else:
        print(f"{target} is not what the claims say: `deepcond page {key}` writes it anew")
    raise typer.Exit(0 if current or not check else 1)


def _write(target: Path, text: str) -> None:
    """The file appears whole or not at all."""
    try:
        handle, temporary = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
        os.chmod(temporary, 0o644)
        os.replace(temporary, target)
    except OSError as error:
        raise InputError(f"cannot write {target}: {error.strerror or error}") from error
