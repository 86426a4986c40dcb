"""What `deepcond derive` prints: the steps from an activation to its dual, each with the verdict on it."""

from typing import Any

import sympy as sp

from deepcond_sym import duals
from deepcond_sym.activations import Activation
from deepcond_sym.verdict import Verdict

from .latex import DUAL_MEANING, PREAMBLE, derivation_steps
from .printer import escape

CHECKS = {
    ("exact", Verdict.PROVED): "checked in exact algebra",
    ("exact", Verdict.CERTIFIED): "both sides enclosed and compared in balls",
    ("ball", Verdict.CERTIFIED): "both sides enclosed and compared in balls",
    ("definition", Verdict.PROVED): "a definition",
}
"""What is said of a step that holds, by the kind of its rule and the verdict."""


def derivation(activation: Activation, q1: sp.Expr | None = None, q2: sp.Expr | None = None) -> dict[str, Any]:
    """The derivation as plain data, after every step has been judged; StepError if one does not hold.

    With variances (numbers or the symbols q1, q2) it is that of E[sigma(sqrt(q1) X) sigma(sqrt(q2) Y)].

    >>> from deepcond_sym.activations import activation
    >>> derivation(activation("relu"))["dual"]
    'rho*asin(rho)/(2*pi) + rho/4 + sqrt(1 - rho**2)/(2*pi)'
    """
    if q1 is None or q2 is None:
        dual = duals.dual(activation)
        found, expr, route, variances = dual.derivation, dual.expr, dual.route, None
    elif q1 == q2 and q1.is_number:
        dual = duals.dual(activation.at_variance(q1))
        found, expr, route, variances = dual.derivation, dual.expr, dual.route, [str(q1), str(q2)]
    else:
        from deepcond_sym.duals.dual_pair import dual_pair

        pair = dual_pair(activation, q1=q1, q2=q2)
        found, expr, route, variances = pair.derivation, pair.expr, "price", [str(q1), str(q2)]
    steps, verdict = _judged(found)
    return {
        "name": activation.name,
        "expression": str(activation.expr),
        "variances": variances,
        "route": route,
        "dual": None if expr is None else str(expr),
        "verdict": verdict,
        "steps": steps,
    }


def _judged(found: duals.Derivation) -> tuple[list[dict[str, str]], str]:
    """Every step with its verdict, and the weakest of these; StepError if a step does not hold."""
    steps, verdicts = [], []
    for position, judged in enumerate(found.judge(), 1):
        step = judged.step
        if not judged.holds:
            raise duals.StepError(f"step {position} ({step.reason}) is {judged.verdict.value}: {judged.why}")
        shown = {"reason": step.reason, "statement": step.statement, "kind": step.kind}
        shown |= {"check": CHECKS[step.kind, judged.verdict], "verdict": judged.verdict.value}
        steps.append(shown)
        verdicts.append(judged.verdict)
    return steps, Verdict.weakest(verdicts).value


def lines(data: dict[str, Any]) -> list[str]:
    """The derivation for the terminal: reasons, formulas in LaTeX, and the dual as plain text at the end."""
    shown = [f"The dual of {data['name']}: sigma(x) = {data['expression']}"]
    for position, step in enumerate(data["steps"], 1):
        shown += ["", f"({position}) {step['reason']}  [{step['check']}]", f"    {step['statement']}"]
    found = data["dual"]
    variances = data.get("variances")
    left = f"E[sigma(sqrt({variances[0]}) X) sigma(sqrt({variances[1]}) Y)]" if variances else "sigma_hat(rho)"
    closing = f"{left} = {found}" if found else "No elementary form was found: it is evaluated numerically."
    return [*shown, "", f"{closing}  [{data['verdict']}]"]


def document(data: dict[str, Any]) -> str:
    """The derivation as a LaTeX article that compiles on its own (amsmath and amssymb)."""
    title = rf"The dual activation of {escape(data['name'])}"
    return (
        PREAMBLE.replace("Claims and their verdicts", title)
        + DUAL_MEANING
        + (rf" The derivation is \textbf{{{data['verdict']}}}.")
        + f"\n{derivation_steps(data)}\n\\end{{document}}\n"
    )
