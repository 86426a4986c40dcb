"""The floors of the building: a module imports at its top only from its own floor or a lower one."""

import ast
from pathlib import Path

import pytest

import deepcond_sym

ROOT = Path(deepcond_sym.__file__).parent
FLOORS = [
    "errors", "symbols", "verdict", "arithmetic", "activations", "duals", "depth", "kernels", "inequalities", "testing",
    "interop", "simulation", "proof", "distributed", "report", "commands", "cli",
]  # fmt: skip
FILES = sorted(p for p in ROOT.rglob("*.py") if p != ROOT / "__init__.py")


def floor(file: Path) -> str:
    return file.relative_to(ROOT).parts[0].removesuffix(".py")


def imported_floors(file: Path) -> set[str]:
    """The floors that the module's top-level statements import from."""
    found = set()
    for node in ast.parse(file.read_text()).body:
        if isinstance(node, ast.Import):
            found |= {a.name.split(".")[1] for a in node.names if a.name.startswith("deepcond_sym.")}
        elif isinstance(node, ast.ImportFrom):
            package = list(file.relative_to(ROOT.parent).parts[:-1])
            base = package[: len(package) - node.level + 1] if node.level else []
            parts = base + (node.module or "").split(".") if node.module else base
            if parts[:1] == ["deepcond_sym"]:
                found |= {parts[1]} if len(parts) > 1 else {a.name for a in node.names}
    return found & set(FLOORS)


@pytest.mark.parametrize("file", FILES, ids=lambda p: str(p.relative_to(ROOT)))
def test_imports_run_upwards_only(file):
    own = floor(file)
    assert own in FLOORS
    for other in imported_floors(file):
        assert FLOORS.index(other) <= FLOORS.index(own), f"{own} must not import {other}"


def test_the_kernel_of_proofs_does_not_know_our_claims():
    for file in FILES:
        tree = ast.parse(file.read_text())
        names = {n.module for n in ast.walk(tree) if isinstance(n, ast.ImportFrom) and n.module}
        names |= {a.name for n in ast.walk(tree) if isinstance(n, ast.Import) for a in n.names}
        assert not any(name.split(".")[0] == "proofs_checks" for name in names), file


def test_no_file_has_become_a_drawer():
    long = {str(f.relative_to(ROOT)): n for f in FILES if (n := len(f.read_text().splitlines())) > 400}
    assert long == {}
