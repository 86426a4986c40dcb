"""What `deepcond show` says of an activation: its questionnaire, its constants to 20 digits, its dual."""

from collections.abc import Callable
from typing import Any

import sympy as sp
from flint import arb
from rich.console import Console
from rich.table import Table
from rich.text import Text

from deepcond_sym import duals
from deepcond_sym.activations import Activation
from deepcond_sym.arithmetic import decimal, precision, to_digits
from deepcond_sym.errors import AccuracyError

DIGITS = 20
_MOST_BITS = 2000

_DEFINITIONS = {
    "mean": "E[sigma(X)], X standard normal",
    "second_moment": "E[sigma(X)^2]",
    "a_1": "E[sigma(X) X], the linear Hermite coefficient",
    "mu": "1 - a_1^2/(second moment - mean^2), the nonlinearity: 1 - a_1^2 once normalised",
    "mu_tilde": "1 - (mean^2 + a_1^2)/second moment, the nonaffinity",
    "chi_1": "E[sigma'(X)^2], the slope of the dual at 1 (weight variance 1)",
}


def card(activation: Activation) -> dict[str, Any]:
    """All that is shown, as plain data; a constant is {"exact", "value", "definition"}, or null where there is none.

    >>> from deepcond_sym.activations import activation
    >>> card(activation("relu"))["mean"]["value"]
    '0.39894228040143267794'
    """
    dual = duals.dual(activation)
    growth, constant = activation.growth, activation.is_constant
    slope = duals.slope_second_moment(activation) if activation.jumps else None
    return {
        "name": activation.name,
        "expression": str(activation.expr),
        "parity": activation.parity,
        "kinks": [str(point) for point in activation.kinks],
        "jumps": [str(point) for point in activation.jumps],
        "growth": {
            "degree": str(growth.degree),
            "linear_rate": str(growth.linear_rate),
            "gaussian_rate": str(growth.gaussian_rate),
        },
        "homogeneity": None if activation.homogeneity is None else str(activation.homogeneity),
        "piecewise_polynomial": activation.is_piecewise_polynomial,
        "mean": _constant("mean", duals.mean(activation), lambda: duals.mean_ball(activation)),
        "second_moment": _constant(
            "second_moment", duals.second_moment(activation), lambda: duals.second_moment_ball(activation)
        ),
        "a_1": _linear_coefficient(activation),
        "mu": None
        if constant
        else _constant("mu", duals.nonlinearity(activation), lambda: duals.nonlinearity_ball(activation)),
        "mu_tilde": None
        if constant
        else _constant("mu_tilde", duals.nonaffinity(activation), lambda: duals.nonaffinity_ball(activation)),
        "chi_1": _constant(
            "chi_1",
            slope if activation.jumps else duals.slope_second_moment(activation),
            lambda: duals.slope_second_moment_ball(activation),
        ),
        "dual": {"route": dual.route, "expr": None if dual.expr is None else str(dual.expr)},
    }


def show(data: dict[str, Any], console: Console) -> None:
    """The card as a small table."""
    table = Table(box=None, pad_edge=False, show_header=False)
    table.add_column(no_wrap=True, style="bold")
    table.add_column(overflow="fold")
    console.print(Text(data["name"], style="bold green"))
    for label, value in _facts(data):
        table.add_row(Text(label), Text(value))
    for name in _DEFINITIONS:
        constant = data[name]
        if constant is not None:
            exact = f"  = {constant['exact']}" if constant["exact"] not in (None, constant["value"]) else ""
            table.add_row(Text(name), Text(f"{constant['value']}{exact}"))
    route = data["dual"]["route"]
    table.add_row(Text("dual"), Text(data["dual"]["expr"] or f"no elementary form; evaluated by the route '{route}'"))
    console.print(table)


def _facts(data: dict[str, Any]) -> list[tuple[str, str]]:
    growth = data["growth"]
    power = "" if growth["degree"] == "1" else f"^{growth['degree']}"
    rates = [f"(1 + |x|){power}"] if growth["degree"] != "0" else []
    kinds = (("linear_rate", "|x|"), ("gaussian_rate", "x^2"))
    exponents = [f"{growth[key]}*{variable}" for key, variable in kinds if growth[key] != "0"]
    rates += [f"exp({' + '.join(exponents)})"] if exponents else []
    facts = [
        ("sigma(x)", data["expression"]),
        ("parity", data["parity"] or "neither even nor odd"),
        ("kinks", ", ".join(data["kinks"]) or "none"),
        ("jumps", ", ".join(data["jumps"]) or "none"),
        ("growth", f"at most a constant times {' '.join(rates)}" if rates else "bounded"),
    ]
    if data["homogeneity"] is not None:
        facts.append(("homogeneity", f"degree {data['homogeneity']}"))
    return facts


def _constant(name: str, exact: sp.Expr | None, evaluate: Callable[[], arb]) -> dict[str, Any]:
    infinite = exact is sp.oo
    return {
        "exact": None if exact is None else str(exact),
        "value": "oo" if infinite else _decimal(evaluate),
        "definition": _DEFINITIONS[name],
    }


def _linear_coefficient(activation: Activation) -> dict[str, Any]:
    series = duals.hermite_series(activation, 2, DIGITS + 10)
    exact = None if series.exact is None else series.exact[1]
    return _constant("a_1", exact, lambda: duals.hermite_series(activation, 2, DIGITS + 10).balls[1])


def _decimal(evaluate: Callable[[], arb]) -> str:
    """20 correct digits; a number that cannot be told from 0 is given as 0 +/- a bound."""
    try:
        return decimal(to_digits(evaluate, DIGITS + 2, max_bits=_MOST_BITS), DIGITS)
    except AccuracyError:
        with precision(digits=3 * DIGITS):
            ball = evaluate()
        if ball.contains(0) and abs(ball).upper() < arb(10) ** -DIGITS:
            return f"0 +/- {abs(ball).upper().str(2, radius=False)}"
        raise
