"""The modules of benchmarks/peers, which are scripts beside each other and no package."""

import importlib
from pathlib import Path

import pytest

PEERS = Path(__file__).parents[2] / "benchmarks" / "peers"


@pytest.fixture
def peers(monkeypatch):
    """`peers("table")` is benchmarks/peers/table.py."""
    monkeypatch.syspath_prepend(str(PEERS))
    return importlib.import_module
