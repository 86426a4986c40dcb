"""The machinery of `make conformance`, on layers that are made up: the peers live in an environment of their own."""

import importlib
import re
from pathlib import Path

import numpy as np
import pytest

FOLDER = Path(__file__).parents[2] / "conformance"


@pytest.fixture
def conformance(monkeypatch):
    """`conformance("findings")` is conformance/findings.py."""
    monkeypatch.syspath_prepend(str(FOLDER))
    return importlib.import_module


def arc_cosine(first, second):
    rho = np.clip(first @ second.T, -1, 1)
    return (np.sqrt(1 - rho**2) + rho * (np.pi - np.arccos(rho))) / np.pi


def without_diagonal(first, second):
    rho = first @ second.T
    return np.where(rho == 1, np.nan, arc_cosine(first, second))


def layer(conformance, kernel, **more):
    laws = ("finite", "diagonal", "agreement", "parity")
    made = conformance("layer").Layer("made up", "some", lambda: kernel, "relu", weight_variance=2, laws=laws, **more)
    return conformance("findings").tried(made)


def test_a_correct_layer_passes(conformance):
    row = layer(conformance, arc_cosine)
    assert row.passed == ["finite", "diagonal", "agreement"]
    assert not row.broken
    assert not row.failed


def test_a_missing_diagonal_is_one_finding_whatever_law_meets_it(conformance):
    row = layer(conformance, without_diagonal, known=("finite",))
    assert list(row.broken) == ["finite"]
    assert row.missing == []
    text = conformance("findings").page([layer(conformance, arc_cosine), row])
    assert "| made up | some | NNGP, L = 1, variances 2, 0 | 3 | none |" in text
    assert re.search(r"variances 2, 0 \| \d \| \[finite\]\(#case-1\) \|", text)
    case = text.split("### Case 1\n")[1]
    assert 'the law "finite" is broken: the kernel is nan at rho = 1.0' in case
    assert "print(kernel(np.array([[1.0, 0.0]], 'float64'), np.array([[1.0, 0.0]], 'float64')))" in case


def test_what_is_known_must_be_found(conformance):
    assert layer(conformance, arc_cosine, known=("finite",)).missing == ["finite"]


def test_a_layer_that_cannot_be_made_is_said(conformance):
    def fails():
        raise RuntimeError("no such layer")

    made = conformance("layer").Layer("made up", "some", fails, "relu")
    row = conformance("findings").tried(made)
    assert row.failed == "cannot be made: RuntimeError('no such layer')"
    assert row.failed in conformance("findings").page([row])


@pytest.mark.parametrize("file", [FOLDER / "requirements.txt", FOLDER.parent / "benchmarks/peers/requirements.txt"])
def test_every_peer_is_pinned(file):
    lines = [line for line in file.read_text().splitlines() if line and not line.startswith(("#", "-r"))]
    assert len(lines) >= 10
    assert all(re.fullmatch(r"[\w-]+==[\d.]+", line) for line in lines)
