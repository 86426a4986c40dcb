"""Nothing but `derive` makes a step, nothing but a rule gives it its strength, and a verdict is not a truth value."""

import ast
import copy
import dataclasses
import pickle
from pathlib import Path
from types import SimpleNamespace

import pytest
import sympy as sp

import deepcond_sym.proof
from deepcond_sym.proof import Claim, Proof, RuleFailure, Step, Verdict, derive, forall, interval, le
from deepcond_sym.proof.rules import RULES

x = sp.Symbol("x", real=True)
FOLDER = Path(deepcond_sym.proof.__file__).parent
TRUE = forall(interval(x, 0, 1), holds=le(x**2, x))
FALSE = forall(interval(x, 0, 1), holds=le(1, x))


@pytest.fixture
def step() -> Step:
    return Proof().polynomial(TRUE.conclusion, *TRUE.variables)


@pytest.mark.parametrize("verdict", Verdict)
def test_a_verdict_has_no_truth_value(verdict) -> None:
    with pytest.raises(TypeError, match="compare it"):
        bool(verdict)
    assert verdict.meaning


def test_the_weakest_counts() -> None:
    order = [Verdict.REFUTED, Verdict.UNDECIDED, Verdict.SUPPORTED, Verdict.CERTIFIED, Verdict.PROVED]
    for i, weak in enumerate(order):
        assert all(Verdict.weakest([weak, strong]) is weak for strong in order[i:])
    assert Verdict.weakest([]) is Verdict.UNDECIDED


def test_a_step_is_not_made_by_hand(step) -> None:
    with pytest.raises(TypeError):
        Step("polynomial", {}, (), (), FALSE, Verdict.PROVED)
    with pytest.raises(TypeError):
        Step("polynomial", {}, (), (), FALSE, Verdict.PROVED, 0, object())
    with pytest.raises((TypeError, ValueError)):
        dataclasses.replace(step, conclusion=FALSE)
    with pytest.raises(dataclasses.FrozenInstanceError):
        step.conclusion = FALSE
    assert "seal" not in vars(step)


def test_a_step_has_no_other_kinds_and_does_not_travel(step) -> None:
    with pytest.raises(TypeError):
        type("Forged", (Step,), {"__post_init__": lambda self, seal: None})
    for travel in (pickle.dumps, copy.copy, copy.deepcopy):
        with pytest.raises(TypeError):
            travel(step)


def test_a_premise_must_be_a_step() -> None:
    forged = SimpleNamespace(conclusion=FALSE, strength=Verdict.PROVED, verdict=Verdict.PROVED)
    with pytest.raises(TypeError):
        derive("matrices", {"part": "bound"}, forged)  # type: ignore[arg-type]


def test_a_proof_must_return_steps() -> None:
    claim = Claim("example/forged", title="1 <= x")
    claim.states(lambda: FALSE)
    claim.proves(lambda prove, goal: SimpleNamespace(conclusion=goal, verdict=Verdict.PROVED))
    assert claim.judge(hunt_seconds=0.5).verdict is Verdict.REFUTED


def test_a_proof_of_something_else_does_not_count() -> None:
    claim = Claim("example/other", title="1 <= x")
    claim.states(lambda: FALSE)
    claim.proves(lambda prove, goal: prove.polynomial(TRUE.conclusion, *TRUE.variables))
    judgement = claim.judge(hunt_seconds=0.5)
    assert judgement.verdict is Verdict.REFUTED
    assert "the claim says" in judgement.reason


def test_an_unknown_rule_is_refused() -> None:
    with pytest.raises(RuleFailure, match="no rule named"):
        derive("trust me", {})


def test_only_step_py_touches_the_seal() -> None:
    for file in FOLDER.rglob("*.py"):
        names = {node.id for node in ast.walk(ast.parse(file.read_text())) if isinstance(node, ast.Name)}
        names |= {node.attr for node in ast.walk(ast.parse(file.read_text())) if isinstance(node, ast.Attribute)}
        assert ("_SEAL" in names) == (file.name == "step.py"), file
        made = [n for n in ast.walk(ast.parse(file.read_text())) if isinstance(n, ast.Call)]
        called = {n.func.id for n in made if isinstance(n.func, ast.Name)}
        assert "Step" not in called or file.name == "step.py", file


def test_only_rules_give_the_strength_proved() -> None:
    """Outside of rules/, PROVED is compared with and never handed out."""
    for file in (FOLDER / "rules").glob("*.py"):
        assert "eval(" not in file.read_text().replace("_eval(", "")
    assert len(RULES) == 14
    assert sum(len(file.read_text().splitlines()) for file in (FOLDER / "rules").glob("*.py")) < 1500


def test_every_rule_states_its_law_and_its_source() -> None:
    for check in RULES.values():
        document = __import__(check.__module__, fromlist=["_"]).__doc__
        assert "Law" in document
        assert "Source:" in " ".join(document.split())
