"""A folder of claims as a user would write it, and the command line as a user would call it."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

MINE = '''
"""Two claims about squares, one of them false."""
from deepcond_sym.proof import Claim, forall, interval, le
from deepcond_sym.symbols import rho

print("a claim file that prints")

small = Claim("mine/small", title="A square is small", parameters={"c": 1})


@small.states
def small_statement(c):
    return forall(interval(rho, 0, 1), holds=le(rho**2, c * rho))


@small.proves
def small_proof(prove, goal, c):
    return prove.polynomial(goal.conclusion, *goal.variables)


small.mutant("half of it", c="1/2")

tiny = Claim("mine/tiny", title="A square is tiny", provenance="as reported")


@tiny.states
def tiny_statement():
    return forall(interval(rho, 0, 1), holds=le(rho**2, rho / 3))
'''

Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "squares.py").write_text(MINE)
    return tmp_path


@pytest.fixture
def deepcond(tmp_path: Path) -> Run:
    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "deepcond_sym.cli", *arguments],
            cwd=tmp_path,
            env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
            capture_output=True,
            text=True,
            timeout=100,
            check=False,
        )

    return run
