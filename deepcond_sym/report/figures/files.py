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


def _save(figure: Any, folder: Path, name: str, ending: str) -> Path:
    handle, temporary = tempfile.mkstemp(dir=folder, prefix=f".{name}.", suffix=f".{ending}")
    try:
        with os.fdopen(handle, "wb") as file:
            figure.savefig(file, format=ending, dpi=_DOTS_PER_INCH, metadata=_METADATA[ending])
        os.chmod(temporary, 0o644)
        os.replace(temporary, folder / f"{name}.{ending}")
    except BaseException:
        os.unlink(temporary)
        raise
    return folder / f"{name}.{ending}"
