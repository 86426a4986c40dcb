"""Where claims are found: every `Claim` in a module of `proofs_checks`, or of a folder, file or package of the user's
own."""

import fnmatch
import hashlib
import importlib
import importlib.util
import pkgutil
import sys
from collections.abc import Iterable
from pathlib import Path
from types import ModuleType

from deepcond_sym.errors import InputError

from .claim import Claim

OURS = "proofs_checks"


def select(selectors: Iterable[str] = ()) -> list[Claim]:
    """The claims that the selectors name, each once, in the order of the selectors.

    A selector is a bib key, a claim id, a glob over ids, a folder or file of claims, or an importable module; with
    none, all claims of `proofs_checks`. InputError if a selector matches nothing.

    >>> [c.id for c in select(["agarwal2021/L20"])]
    ['agarwal2021/L20']
    """
    chosen: dict[str, Claim] = {}
    wanted = list(selectors)
    for claims in map(_matching, wanted) if wanted else [ours()]:
        for claim in claims:
            if chosen.setdefault(claim.id, claim) is not claim:
                raise InputError(f"two different claims are named {claim.id}: rename one of them")
    return list(chosen.values())


def _matching(selector: str) -> list[Claim]:
    if not selector.strip():
        raise InputError("a selector is empty: leave it out to select all claims")
    path = Path(selector)
    if _is_path(selector):
        if not path.exists():
            raise InputError(f"there is no file or folder {selector}")
        return _claims_in_path(path)
    known = _unique(ours())
    found = _named(selector, known)
    if found:
        return found
    if path.is_dir() or path.is_file():
        return _claims_in_path(path)
    if selector.replace(".", "").replace("_", "").isalnum() and _importable(selector):
        found = _claims_in_module(importlib.import_module(selector))
        if found:
            return found
    keys = ", ".join(sorted({c.bibkey for c in known}))
    raise InputError(
        f"'{selector}' matches no claim: use a key ({keys}), a claim id, a glob such as 'agarwal2021/*', or a folder"
    )


def absolute(selectors: Iterable[str]) -> list[str]:
    """The same selectors for a process in another folder: what selects by a path has the whole path.

    >>> absolute(["agarwal2021/L2*", "/my_paper/"])
    ['agarwal2021/L2*', '/my_paper']
    """
    return [
        str(Path(one).resolve()) if _is_path(one) or (Path(one).exists() and not _named(one, ours())) else one
        for one in selectors
    ]


def _is_path(selector: str) -> bool:
    return selector.endswith((".py", "/")) or selector.startswith((".", "/"))


def _named(selector: str, claims: list[Claim]) -> list[Claim]:
    return [c for c in claims if selector in (c.bibkey, c.id) or fnmatch.fnmatchcase(c.id, selector)]


def ours() -> list[Claim]:
    """Every claim of `proofs_checks`, in the order of its modules."""
    return _claims_in_module(importlib.import_module(OURS))


def _importable(name: str) -> bool:
    try:
        return importlib.util.find_spec(name) is not None
    except (ImportError, ValueError):
        return False


def _claims_in_module(module: ModuleType) -> list[Claim]:
    found = _claims_of(module)
    if hasattr(module, "__path__"):
        for info in sorted(pkgutil.walk_packages(module.__path__, module.__name__ + "."), key=lambda i: i.name):
            found += _claims_of(importlib.import_module(info.name))
    return found


def _claims_in_path(path: Path) -> list[Claim]:
    path = path.resolve()
    files = _python_files(path) if path.is_dir() else [path]
    found: list[Claim] = []
    for file in files:
        found += _claims_of(_load(file, path if path.is_dir() else path.parent))
    if not found:
        raise InputError(f"{path} holds no claim: a claim is a module-level deepcond_sym.proof.Claim")
    return _unique(found)


def _python_files(folder: Path) -> list[Path]:
    """The Python files of a folder, but for those of an environment or of a hidden folder in it."""
    found = []
    for file in sorted(folder.rglob("*.py")):
        inner = file.relative_to(folder).parts[:-1]
        if not any(part.startswith(".") or part == "site-packages" for part in inner):
            found.append(file)
    return found


def _load(file: Path, folder: Path) -> ModuleType:
    """Import a file of a folder as a module of a package made for that folder, so that `from .setting import ...`
    works in it.

    The package has a name of its own, since the folder's name may be that of an installed package.
    """
    own = Path(importlib.import_module(OURS).__file__ or "").parent
    if file.is_relative_to(own):
        parts = file.relative_to(own.parent).with_suffix("").parts
        return importlib.import_module(".".join(p for p in parts if p != "__init__"))
    package = f"claims_{hashlib.sha256(str(folder).encode()).hexdigest()[:16]}"
    if package not in sys.modules:
        holder = ModuleType(package)
        holder.__path__ = [str(folder)]
        sys.modules[package] = holder
    parts = file.relative_to(folder).with_suffix("").parts
    name = ".".join([package, *(p for p in parts if p != "__init__")])
    if name == package:
        return sys.modules[package]
    try:
        return importlib.import_module(name)
    except InputError:
        raise
    except Exception as error:
        raise InputError(f"{file.name} does not import: {type(error).__name__}: {error}") from error


def _claims_of(module: ModuleType) -> list[Claim]:
    """The claims made in this module (not those it imports from another)."""
    return [value for value in vars(module).values() if isinstance(value, Claim)]


def _unique(claims: list[Claim]) -> list[Claim]:
    """A claim imported into a second module is still one claim; two claims under one name are an error."""
    seen: dict[str, Claim] = {}
    for claim in claims:
        if seen.setdefault(claim.id, claim) is not claim:
            raise InputError(f"two different claims are named {claim.id}: rename one of them")
    return list(seen.values())
