"""What `deepcond derive` prints: the steps from an activation to its dual, each with the verdict on it."""

from typing import Any

from deepcond_sym import duals
from deepcond_sym.activations import Activation
from deepcond_sym.verdict import Verdict

from .latex import PREAMBLE, display
from .printer import escape

CHECKS = {
    ("exact", Verdict.PROVED): "checked in exact algebra",
    ("exact", Verdict.CERTIFIED): "both sides enclosed and compared in balls",
    ("ball", Verdict.CERTIFIED): "both sides enclosed and compared in balls",
    ("definition", Verdict.PROVED): "a definition",
}
"""What is said of a step that holds, by the kind of its rule and the verdict."""


def derivation(activation: Activation) -> dict[str, Any]:
    """The derivation as plain data, after every step has been judged; StepError if one does not hold.

    >>> from deepcond_sym.activations import activation
    >>> derivation(activation("relu"))["dual"]
    'rho*asin(rho)/(2*pi) + rho/4 + sqrt(1 - rho**2)/(2*pi)'
    """
    dual = duals.dual(activation)
    steps, verdicts = [], []
    for position, judged in enumerate(dual.derivation.judge(), 1):
        step = judged.step
        if not judged.holds:
            raise duals.StepError(f"step {position} ({step.reason}) is {judged.verdict.value}: {judged.why}")
        shown = {"reason": step.reason, "statement": step.statement, "kind": step.kind}
        shown |= {"check": CHECKS[step.kind, judged.verdict], "verdict": judged.verdict.value}
        steps.append(shown)
        verdicts.append(judged.verdict)
    return {
        "name": activation.name,
        "expression": str(activation.expr),
        "route": dual.route,
        "dual": None if dual.expr is None else str(dual.expr),
        "verdict": Verdict.weakest(verdicts).value,
        "steps": steps,
    }


def lines(data: dict[str, Any]) -> list[str]:
    """The derivation for the terminal: reasons, formulas in LaTeX, and the dual as plain text at the end."""
    shown = [f"The dual of {data['name']}: sigma(x) = {data['expression']}"]
    for position, step in enumerate(data["steps"], 1):
        shown += ["", f"({position}) {step['reason']}  [{step['check']}]", f"    {step['statement']}"]
    found = data["dual"]
    closing = f"sigma_hat(rho) = {found}" if found else "No elementary form was found: it is evaluated numerically."
    return [*shown, "", closing]


def document(data: dict[str, Any]) -> str:
    """The derivation as a LaTeX article that compiles on its own (amsmath and amssymb)."""
    steps = "\n".join(
        f"\\item {escape(step['reason'])} \\hfill \\textit{{\\small {escape(step['check'])}}}\n"
        + display(step["statement"])
        for step in data["steps"]
    )
    title = rf"The dual activation of {escape(data['name'])}"
    return (
        PREAMBLE.replace("Claims and their verdicts", title)
        + r"Here $\hat\sigma(\rho) = \operatorname{E}[\sigma(X)\,\sigma(Y)]$ "
        + r"for standard normal $X$, $Y$ of correlation $\rho$."
        + f"\n\n\\begin{{enumerate}}\n{steps}\n\\end{{enumerate}}\n\n\\end{{document}}\n"
    )
