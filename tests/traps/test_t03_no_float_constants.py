"""T3: `arb(0.1)` certifies a number that is not one tenth, so no proof may contain a float literal."""

import ast
from fractions import Fraction
from pathlib import Path

import pytest
import sympy as sp
from flint import arb, fmpq

from deepcond_sym.arithmetic import ball, contains, integrate, lower, mp
from deepcond_sym.errors import InputError
from deepcond_sym.symbols import x

ROOT = Path(__file__).resolve().parents[2]
SOURCES = sorted(path for folder in ("deepcond_sym/proof", "proofs_checks") for path in (ROOT / folder).rglob("*.py"))


def float_literals(text: str) -> list[int]:
    """The lines with a float (or imaginary) literal."""
    return sorted(
        node.lineno
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Constant) and isinstance(node.value, float | complex)
    )


def test_the_lint_sees_floats_and_nothing_else():
    assert float_literals("a = 0.1\nb = [1e3]\nc = f(x=-2.0)\nd = 1j") == [1, 2, 3, 4]
    assert float_literals("a = '0.1'\nb = 1\nc = Fraction(1, 10)\n'''0.1'''") == []


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_proof_contains_a_float_literal(path):
    assert float_literals(path.read_text(encoding="utf-8")) == []


def test_the_trap_is_real():
    assert contains(arb(0.1), "0.1") is False


@pytest.mark.parametrize("tenth", ["0.1", "1/10", Fraction(1, 10), sp.Rational(1, 10), fmpq(1, 10)])
def test_exact_tenths_are_accepted(tenth):
    assert contains(ball.constant(tenth), "0.1") is True


def test_floats_are_refused_on_every_way_in():
    requests = [
        lambda: ball.constant(0.1),
        lambda: mp.constant(0.1),
        lambda: ball.constant(sp.Float("0.1")),
        lambda: lower(x + sp.Float("0.1"), ball),
        lambda: lower(x + 0.1, mp),
        lambda: lower(x, ball)(0.1),
        lambda: lower(x, mp)(0.1),
        lambda: integrate(x, 0, 0.1),
        lambda: contains(arb(1), 0.1),
    ]
    for request in requests:
        with pytest.raises(InputError, match="not exact"):
            request()
