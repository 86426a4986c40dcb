"""T15: the precision belongs to the process. Parallel work uses processes, balls travel to them bit for bit, and one
context manager sets the precision."""

import ast
import copy
import pickle
import threading
from concurrent.futures import ProcessPoolExecutor
from fractions import Fraction
from multiprocessing import get_context
from pathlib import Path

import flint
import mpmath
import pytest
from flint import acb, arb
from hypothesis import given
from hypothesis import strategies as st

from deepcond_sym.arithmetic import ball_from_exact, exact, precision
from deepcond_sym.errors import InputError

ROOT = Path(__file__).resolve().parents[2]
SOURCES = sorted(
    path
    for folder in ("deepcond_sym", "proofs_checks")
    for path in (ROOT / folder).rglob("*.py")
    if path.relative_to(ROOT) != Path("deepcond_sym/arithmetic/precision.py")
)
SETTERS = {"workprec", "workdps", "extraprec", "extradps"}


def precision_setters(text: str) -> list[int]:
    """The lines that set a working precision other than through `precision`."""
    lines = []
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Assign | ast.AugAssign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            hit = any(isinstance(target, ast.Attribute) and target.attr in {"prec", "dps"} for target in targets)
        elif isinstance(node, ast.Attribute):
            hit = node.attr in SETTERS
        elif isinstance(node, ast.ImportFrom):
            hit = any(name.name in SETTERS for name in node.names)
        else:
            continue
        if hit:
            lines.append(node.lineno)
    return lines


def test_the_lint_sees_setters():
    for text in ("mp.dps = 50", "flint.ctx.prec += 10", "with mpmath.workdps(3): pass", "from mpmath import workprec"):
        assert precision_setters(text), text
    assert not precision_setters("bits = mpmath.mp.prec")


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_only_one_place_sets_the_precision(path):
    assert precision_setters(path.read_text(encoding="utf-8")) == []


def third_in_a_process(bits: int) -> tuple[arb, int]:
    with precision(bits=bits):
        return arb(1) / 3, flint.ctx.prec


def test_processes_work_at_their_own_precision_and_send_exact_balls():
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        answers = list(pool.map(third_in_a_process, [64, 5000]))
    for (sent, bits), asked in zip(answers, [64, 5000], strict=True):
        assert bits == asked
        with precision(bits=asked):
            assert exact(sent) == exact(arb(1) / 3)


def test_a_second_thread_is_refused():
    outcomes = []

    def intrude():
        try:
            with precision(bits=1000):
                outcomes.append("entered")
        except InputError as refusal:
            outcomes.append(str(refusal))

    before = mpmath.mp.prec
    with precision(bits=100):
        thread = threading.Thread(target=intrude)
        thread.start()
        thread.join()
        assert flint.ctx.prec == mpmath.mp.prec == 100
    assert "processes" in outcomes[0]
    assert mpmath.mp.prec == before
    thread = threading.Thread(target=intrude)
    thread.start()
    thread.join()
    assert outcomes[1] == "entered"


@given(
    st.fractions(-(10**9), 10**9),
    st.one_of(st.just(Fraction(0)), st.fractions(0, 10**6), st.integers(0, 300).map(lambda k: Fraction(1, 2**k))),
    st.integers(-400, 400),
)
def test_balls_pickle_bit_for_bit(middle, radius, shift):
    with precision(bits=150):
        ball = ball_from_exact(middle, radius) * arb(2) ** shift
    for copied in (pickle.loads(pickle.dumps(ball)), copy.deepcopy(ball)):
        assert exact(copied) == exact(ball)
    both = pickle.loads(pickle.dumps(acb(ball, 2 * ball)))
    assert exact(both.real) == exact(ball)
    assert exact(both.imag) == exact(2 * ball)


def test_balls_that_are_not_finite_stay_so():
    assert pickle.loads(pickle.dumps(arb("nan"))).is_nan()
    everything = pickle.loads(pickle.dumps(arb(0, "inf")))
    assert everything.contains(10**9)
    assert everything.contains(-(10**9))
    assert pickle.loads(pickle.dumps(arb("inf"))) > 10
    assert pickle.loads(pickle.dumps(arb("-inf"))) < 10
