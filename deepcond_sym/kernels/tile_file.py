"""`TileFile`: a matrix that is written tile by tile to a .npy file, and after an interruption goes on where it was."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import numpy as np

from deepcond_sym.errors import InputError


class TileFile:
    """A float64 matrix in OUT.npy.part, whose finished tiles stand in OUT.npy.tiles; `finish` renames it to OUT.npy.

    `key` identifies what is computed: a file left behind by another computation is not continued, and `note` says so.
    A tile is listed only after its numbers have reached the file. `InputError` where the file cannot be written.

    >>> import tempfile
    >>> folder = tempfile.TemporaryDirectory()
    >>> file = TileFile(Path(folder.name) / "k.npy", (2, 2), "my inputs")
    >>> file.matrix[:] = 1.0
    >>> file.commit([(0, 0)])
    >>> file.close()
    >>> file = TileFile(Path(folder.name) / "k.npy", (2, 2), "my inputs")
    >>> file.done
    {(0, 0)}
    >>> file.finish().tolist()
    [[1.0, 1.0], [1.0, 1.0]]
    >>> folder.cleanup()
    """

    def __init__(self, path: Path, shape: tuple[int, int], key: str) -> None:
        self.path, self.shape, self.note = path, shape, None
        self.part, self.list = (path.with_name(path.name + ending) for ending in (".part", ".tiles"))
        try:
            self._guard = _locked(self.part, path)
            self.done: set[tuple[int, int]] = self._left_behind(key)
            if not self.done:
                self.list.unlink(missing_ok=True)
                np.lib.format.open_memmap(self.part, "w+", np.float64, shape).flush()
                self.list.write_text(json.dumps({"key": key}) + "\n")
            self.matrix = self._open()
        except OSError as error:
            raise InputError(f"{path} cannot be written: {error.strerror or error}") from error

    def _left_behind(self, key: str) -> set[tuple[int, int]]:
        """The tiles that an interrupted run has finished, none if it computed something else."""
        if not self.list.exists():
            return set()
        try:
            first, *lines = self.list.read_text().splitlines()
            if json.loads(first)["key"] != key:
                self.note = f"{self.list.name} is of other inputs or options: the matrix is computed from the start"
                return set()
            found = np.load(self.part, mmap_mode="r")
            if found.shape != self.shape or found.dtype != np.float64:
                raise ValueError("another shape")
            done = {_tile(line) for line in lines} - {None}
        except (OSError, ValueError, KeyError, TypeError):
            self.note = f"{self.list.name} or {self.part.name} is damaged: the matrix is computed from the start"
            return set()
        if done:
            self.note = f"{len(done)} tiles were finished earlier, and are kept"
        return done  # pyright: ignore[reportReturnType]

    def _open(self) -> np.ndarray:
        return np.lib.format.open_memmap(self.part, "r+")

    def commit(self, tiles: list[tuple[int, int]]) -> None:
        """List tiles as finished. The file is mapped anew, so that what is written no longer counts as memory."""
        self.matrix.flush()  # pyright: ignore[reportAttributeAccessIssue]
        with self.list.open("a") as file:
            file.write("".join(f"{i} {j} done\n" for i, j in tiles))
        self.done.update(tiles)
        self.matrix = self._open()

    def close(self) -> None:
        """Leave the unfinished file to a later run."""
        self._guard.close()

    def finish(self) -> np.ndarray:
        """Give the file its name, and return it as a memory-mapped array."""
        self.matrix.flush()  # pyright: ignore[reportAttributeAccessIssue]
        del self.matrix
        os.replace(self.part, self.path)
        self.list.unlink(missing_ok=True)
        self.close()
        return np.lib.format.open_memmap(self.path, "r+")


def _locked(part: Path, path: Path) -> Any:
    """Keep a second run off the same file, where the system has such locks; they end with the process."""
    file = part.open("ab")
    try:
        import fcntl

        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except ImportError:
        return file
    except BlockingIOError:
        file.close()
        raise InputError(f"Another run is writing {path}: wait for it, or give another name.") from None
    return file


def _tile(line: str) -> Any:
    """The tile of a line, None for one that was cut off."""
    parts = line.split()
    return (int(parts[0]), int(parts[1])) if len(parts) == 3 and parts[2] == "done" else None
