"""`stored_tables`: the tables of compiled maps, kept in a folder from one run to the next."""

from __future__ import annotations

import contextlib
import dataclasses
import hashlib
import json
import math
import os
import re
import sys
import tempfile
import time
from collections.abc import Callable
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import numpy as np
import sympy as sp

from deepcond_sym.activations import Activation
from deepcond_sym.depth import DepthMap
from deepcond_sym.duals.normalized import NormalizedActivation

from .compiled_tables import Tables

_MAGIC = b"deepcond compiled map, format 1\n"
_ENDING, _UNFINISHED = ".map", ".part"
_OURS = re.compile(r"[0-9a-f]{64}\.(map|[a-z0-9_]+\.part)")
"""Nothing else in the folder is touched, which may be one that the user keeps other files in."""
_DIGEST = hashlib.sha256().digest_size
_LARGEST_FILE = 1 << 26
_MOST_BYTES = 1 << 28
"""Beyond this the maps that have not been used for longest are deleted."""
_ABANDONED = 86_400.0
"""Seconds after which an unfinished file belongs to no running process any more."""
_SOURCES = ("errors.py", "symbols.py", "arithmetic", "activations", "duals", "depth", "kernels")
_LIBRARIES = ("sympy", "mpmath", "gmpy2", "numpy", "python-flint")


def stored_tables(network: DepthMap, tangent: bool, make: Callable[[], Tables], slopes: bool = False) -> Tables:
    """The tables of a network from the cache; where they are not there, `make` makes them and they are put there.

    The folder is $DEEPCOND_CACHE, else that of the platform for caches; an empty DEEPCOND_CACHE switches it off. A
    file is found by the SHA-256 of all that its numbers depend on: the exact formula of the activation and how it is
    normalised, depth and variances, which kernels, the source files that compute tables and the libraries under them.
    It holds that text itself, too, and the SHA-256 of its whole content, so that a file that is cut off, damaged or of
    another network is never believed: it is computed anew, and replaced. A file appears complete, under its name, by
    a rename. Where the folder cannot be read or written, all is computed as if there were none.

    The digest guards against accidents, not against somebody who may write to the folder and computes it anew; such
    a person can falsify numbers, but not run code: the file is text and plain doubles.

    >>> from .compiled_build import compiled_tables
    >>> network, runs = DepthMap("relu", 2), []
    >>> for _ in range(2):
    ...     found = stored_tables(network, False, lambda: runs.append(1) or compiled_tables(network, False))
    >>> len(runs) <= 1, found.w.shape
    (True, (2, 2050, 8))
    """
    folder = cache_folder()
    key = None if folder is None else _key(network, tangent, slopes)
    if folder is None or key is None:
        return make()
    path = folder / (hashlib.sha256(key.encode()).hexdigest() + _ENDING)
    found = _read(path, key)
    if found is None:
        found = make()
        _write(path, _encoded(found, key))
    return found


def cache_folder() -> Path | None:
    """Where the maps are kept, None where they are not."""
    given = os.environ.get("DEEPCOND_CACHE")
    try:
        if given is not None:
            return Path(given).expanduser() if given else None
        home = Path.home()
    except RuntimeError:
        return None
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA") or home / "AppData" / "Local") / "deepcond" / "Cache"
    if sys.platform == "darwin":
        return home / "Library" / "Caches" / "deepcond"
    named = Path(os.environ.get("XDG_CACHE_HOME", ""))
    return (named if named.is_absolute() else home / ".cache") / "deepcond"


def cached_files() -> list[tuple[Path, os.stat_result]]:
    """The files of the cache, also unfinished ones, those first that have not been used for longest."""
    folder, found = cache_folder(), []
    if folder is None:
        return []
    with contextlib.suppress(OSError):
        for entry in os.scandir(folder):
            with contextlib.suppress(OSError):
                if _OURS.fullmatch(entry.name) and entry.is_file(follow_symlinks=False):
                    found.append((Path(entry.path), entry.stat(follow_symlinks=False)))
    return sorted(found, key=lambda file: file[1].st_mtime)


def clear_cache() -> tuple[int, int]:
    """Delete the files of the cache; return how many are gone, and how many could not be deleted."""
    gone = failed = 0
    for path, _ in cached_files():
        try:
            path.unlink(missing_ok=True)
            gone += 1
        except OSError:
            failed += 1
    return gone, failed


def _key(network: DepthMap, tangent: bool, slopes: bool = False) -> str | None:
    """All that the tables depend on, as text; None where that cannot be said."""
    named = {
        "activation": _structure(network.activation),
        "depth": network.depth,
        "variances": _written([network.weight_variance.value, network.bias_variance.value]),
        "tangent": tangent,
        "slopes": slopes,
        "program": _program(),
    }
    return None if None in named.values() else json.dumps(named, sort_keys=True)


def _structure(activation: Activation) -> list[Any] | None:
    """The activation as it is built, None for one of a class of the user's."""
    if type(activation) is NormalizedActivation:
        parts = [_structure(activation.base), _structure(activation.reference)]
        return None if None in parts else ["normalized", *parts]
    if type(activation) is not Activation:
        return None
    return _written([activation.expr, *(part for p in activation.pieces for part in (p.lower, p.upper, p.expr))])


def _written(formulas: list[Any]) -> list[str] | None:
    """Formulas as text, None if functions from elsewhere are in them, which their names do not identify."""
    modules = {str(type(node).__module__).split(".")[0] for f in formulas for node in sp.preorder_traversal(f)}
    return [sp.srepr(formula) for formula in formulas] if modules <= {"sympy", "deepcond_sym"} else None


@cache
def _program() -> str | None:
    """A digest of the sources that compute tables and of the versions of the libraries, None if they are not there."""
    root, found = Path(__file__).parents[1], hashlib.sha256()
    try:
        for name in _SOURCES:
            files = [root / name] if name.endswith(".py") else sorted((root / name).rglob("*.py"))
            for file in files:
                content = file.read_bytes()
                found.update(f"{file.relative_to(root).as_posix()} {len(content)}\n".encode() + content)
        found.update(" ".join(f"{name} {version(name)}" for name in _LIBRARIES).encode())
    except (OSError, PackageNotFoundError):
        return None
    return found.hexdigest()


def _encoded(tables: Tables, key: str) -> bytes:
    """The bytes of a file: a line of magic, a line of JSON, the arrays as little-endian doubles, the digest of all."""
    values: dict[str, Any] = {}
    arrays: list[bytes] = []
    for field in dataclasses.fields(tables):
        value = getattr(tables, field.name)
        if isinstance(value, np.ndarray):
            values[field.name] = {"shape": value.shape}
            arrays.append(np.ascontiguousarray(value, dtype="<f8").tobytes())
        elif isinstance(value, float):
            values[field.name] = {"double": value.hex()}
        elif value is None or isinstance(value, str):
            values[field.name] = {"text": value}
        else:
            raise TypeError(f"{field.name} is of type {type(value)}, for which the cache has no form.")
    body = _MAGIC + json.dumps({"key": key, "values": values}).encode() + b"\n" + b"".join(arrays)
    return body + hashlib.sha256(body).digest()


def _decoded(data: bytes, key: str) -> Tables:
    """The tables of a file; ValueError, KeyError or TypeError if it is not, byte for byte, one of that key."""
    body, digest = data[:-_DIGEST], data[-_DIGEST:]
    if not body.startswith(_MAGIC) or hashlib.sha256(body).digest() != digest:
        raise ValueError("damaged")
    end = body.index(b"\n", len(_MAGIC)) + 1
    header = json.loads(body[len(_MAGIC) : end])
    if header["key"] != key:
        raise ValueError("another network")
    values: dict[str, Any] = {}
    for name, form in header["values"].items():
        if "shape" in form:
            count = math.prod(form["shape"])
            found = np.frombuffer(body, "<f8", count, end).reshape(form["shape"])
            values[name], end = found.astype(np.float64), end + 8 * count
        else:
            values[name] = float.fromhex(form["double"]) if "double" in form else form["text"]
    if end != len(body):
        raise ValueError("another length")
    return Tables(**values)


def _read(path: Path, key: str) -> Tables | None:
    """The tables in a file, None where there is none that can be believed."""
    try:
        # A pipe or a device of that name would be waited for.
        if not path.is_file() or path.stat().st_size > _LARGEST_FILE:
            return None
        tables = _decoded(path.read_bytes(), key)
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None
    with contextlib.suppress(OSError):
        os.utime(path)
    return tables


def _write(path: Path, data: bytes) -> None:
    """Put a file in its place, complete or not at all; a folder that does not take it is no error."""
    temporary = None
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(
            dir=path.parent, prefix=path.stem + ".", suffix=_UNFINISHED, delete=False
        ) as file:
            temporary = Path(file.name)
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, path)
        temporary = None
        _make_room(path)
    except OSError:
        pass
    finally:
        if temporary is not None:
            with contextlib.suppress(OSError):
                temporary.unlink(missing_ok=True)


def _make_room(new: Path) -> None:
    """Delete what interrupted processes have left behind, and the maps longest unused beyond 256 MB together."""
    files = cached_files()
    total, now = sum(stat.st_size for _, stat in files), time.time()
    for path, stat in files:
        abandoned = path.suffix == _UNFINISHED and now - stat.st_mtime > _ABANDONED
        if abandoned or (total > _MOST_BYTES and path.suffix == _ENDING and path != new):
            with contextlib.suppress(OSError):
                path.unlink(missing_ok=True)
                total -= stat.st_size
