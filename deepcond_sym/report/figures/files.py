"""Figures as files, SVG and PNG: each appears whole or not at all, and is the same each time it is drawn."""

import os
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from deepcond_sym.errors import InputError

from .drawing import drawn, settings
from .plot import Map, Plot

_METADATA: dict[str, dict[str, Any]] = {"svg": {"Date": None, "Creator": "deepcond"}, "png": {"Software": "deepcond"}}
_DOTS_PER_INCH = 150


def write(
    folder: str | Path, plots: Sequence[Plot | Map], on_figure: Callable[[str], None] = lambda name: None
) -> dict[str, list[Path]]:
    """Draw the plots into a folder, which is made if it is not there; the files of each, by the name of the plot.

    Other files in the folder are left alone. InputError if it cannot be written to."""
    target = Path(folder)
    written: dict[str, list[Path]] = {}
    try:
        target.mkdir(parents=True, exist_ok=True)
        for plot in plots:
            with settings():
                figure = drawn(plot)
                written[plot.name] = [_save(figure, target, plot.name, ending) for ending in _METADATA]
            on_figure(plot.name)
    except OSError as error:
        raise InputError(f"cannot write figures to {folder}: {error.strerror or error}") from error
    return written


def checked(path: str | Path) -> Path:
    """The path of a figure to be, before the work is done for it; InputError for an ending that is not .svg or .png.

    >>> checked("phases.gif")
    Traceback (most recent call last):
    deepcond_sym.errors.InputError: phases.gif is neither .svg nor .png: choose one of these endings
    """
    target = Path(path)
    if target.suffix.lower().lstrip(".") not in _METADATA:
        raise InputError(f"{path} is neither .svg nor .png: choose one of these endings")
    if not target.parent.is_dir():
        raise InputError(f"there is no folder {target.parent} to write {target.name} to: make it first")
    return target


def save(figure: Any, path: str | Path) -> Path:
    """Save a figure to one file, whole or not at all; InputError as for `checked`, or if it cannot be written."""
    target = checked(path)
    try:
        return _save(figure, target.parent, target.name.removesuffix(target.suffix), target.suffix.lstrip("."))
    except OSError as error:
        raise InputError(f"cannot write the figure to {path}: {error.strerror or error}") from error


def _save(figure: Any, folder: Path, name: str, ending: str) -> Path:
    handle, temporary = tempfile.mkstemp(dir=folder, prefix=f".{name}.", suffix=f".{ending}")
    try:
        with os.fdopen(handle, "wb") as file:
            form = ending.lower()
            figure.savefig(file, format=form, dpi=_DOTS_PER_INCH, metadata=_METADATA[form])
        os.chmod(temporary, 0o644)
        os.replace(temporary, folder / f"{name}.{ending}")
    except BaseException:
        os.unlink(temporary)
        raise
    return folder / f"{name}.{ending}"
