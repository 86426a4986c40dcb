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
from deepcond_sym.activations import activation as activation_of
from deepcond_sym.arithmetic import ball, decimal, lower, precision, to_digits
from deepcond_sym.duals.derivation import latex
from deepcond_sym.errors import AccuracyError
from deepcond_sym.symbols import rho, x

DIGITS = 20
_COEFFICIENTS = 6
_LONG = 160
"""Characters of an exact form beyond which the terminal shows the decimal alone."""
_MOST_BITS = 2000

_DEFINITIONS = {
    "mean": "E[sigma(X)], X standard normal",
    "second_moment": "E[sigma(X)^2]",
    "a_1": "E[sigma(X) X], the linear Hermite coefficient",
    "mu": "1 - a_1^2/(second moment - mean^2), the nonlinearity: 1 - a_1^2 once normalised",
    "mu_tilde": "1 - (mean^2 + a_1^2)/second moment, the nonaffinity",
    "chi_1": "E[sigma'(X)^2], the slope of the dual at 1 (weight variance 1)",
    "deviation": "sqrt(second moment - mean^2): (sigma - mean)/deviation is normalised",
    "chi_1_normalised": "chi_1/deviation^2, the slope at 1 of the dual of the normalised activation",
}


def card(activation: Activation) -> dict[str, Any]:
    """All that is shown, as plain data; a constant is {"exact", "latex", "value", "definition"} or null.

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
        **_normaliser(activation),
        "hermite": _coefficients(activation),
        "dual": {
            "route": dual.route,
            "expr": None if dual.expr is None else str(dual.expr),
            "values": {str(point): _value(dual, point) for point in (-1, 0, 1)},
        },
    }


def _normaliser(activation: Activation) -> dict[str, Any]:
    """The standard deviation, and chi_1 once normalised; null for a constant."""
    if activation.is_constant:
        return {"deviation": None, "chi_1_normalised": None}
    first, second = duals.mean(activation), duals.second_moment(activation)
    slope = duals.slope_second_moment(activation)
    variance = None if first is None or second is None else sp.expand(second - first**2)

    def variance_ball() -> arb:
        return duals.second_moment_ball(activation) - duals.mean_ball(activation) ** 2

    normalised = sp.oo if activation.jumps else None
    if variance is not None and slope is not None and not activation.jumps:
        normalised = sp.cancel(slope / variance) if slope.is_Rational else slope / variance
    return {
        "deviation": _constant(
            "deviation", None if variance is None else sp.sqrt(variance), lambda: variance_ball().sqrt()
        ),
        "chi_1_normalised": _constant(
            "chi_1_normalised", normalised, lambda: duals.slope_second_moment_ball(activation) / variance_ball()
        ),
    }


def _coefficients(activation: Activation) -> dict[str, Any]:
    """The first Hermite coefficients where exact, and their closed form in n."""
    series = duals.hermite_series(activation, _COEFFICIENTS, DIGITS)
    form = series.closed_form
    return {
        "exact": None if series.exact is None else [str(a) for a in series.exact],
        "closed_form": None if form is None else str(form),
        "closed_form_from": None if form is None else series.closed_form_from,
    }


def _value(dual: duals.Dual, point: int) -> dict[str, Any]:
    """sigma_hat(point), exact where the closed form or a moment gives it."""
    exact = None if dual.expr is None else sp.expand(dual.expr.subs(rho, point))
    parity = {"even": 1, "odd": -1}.get(dual.activation.parity or "", 0)
    if exact is None and point == -1 and parity:
        second = duals.second_moment(dual.activation)
        exact = None if second is None else parity * second
    if exact is None and point == 1:
        exact = duals.second_moment(dual.activation)
    if exact is None and point == 0:
        first = duals.mean(dual.activation)
        exact = None if first is None else sp.expand(first**2)
    if exact is not None:
        shown = _decimal(lambda: _ball_of(exact))
    elif point == 1 or (point == -1 and parity):
        shown = _decimal(lambda: (parity if point < 0 else 1) * duals.second_moment_ball(dual.activation))
    elif point == 0:
        shown = _decimal(lambda: duals.mean_ball(dual.activation) ** 2)
    elif dual.route == "series" and not isinstance(dual.activation, duals.NormalizedActivation):
        mirrored = _mirrored(dual.activation)
        shown = _decimal(lambda: duals.mean_ball(mirrored))
    else:
        shown = _decimal(lambda: dual.value(arb(point), ball))
    formula = {"exact": None, "latex": None} if exact is None else {"exact": str(exact), "latex": latex(exact)}
    return {**formula, "value": shown}


def _mirrored(sigma: Activation) -> Activation:
    """x -> sigma(x) sigma(-x), whose mean is the dual at -1: a single integral."""
    return activation_of(sigma.expr * sigma.expr.subs(x, -x))


def _ball_of(exact: sp.Expr) -> arb:
    return lower(exact, ball, variables=())()


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
            table.add_row(Text(name), Text(_shown(constant)))
    route = data["dual"]["route"]
    table.add_row(Text("dual"), Text(data["dual"]["expr"] or f"no elementary form; evaluated by the route '{route}'"))
    for point, constant in data["dual"]["values"].items():
        table.add_row(Text(f"dual at rho = {point}"), Text(_shown(constant)))
    if data["hermite"]["closed_form"]:
        shown = f"{data['hermite']['closed_form']}  for n >= {data['hermite']['closed_form_from']}"
        table.add_row(Text("a_n"), Text(shown))
    console.print(table)


def _shown(constant: dict[str, Any]) -> str:
    """The decimal, and the exact form unless it is long (it is in the JSON)."""
    exact = constant["exact"]
    if exact in (None, constant["value"]) or len(exact) > _LONG:
        return constant["value"]
    return f"{constant['value']}  = {exact}"


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
        "latex": None if exact is None else latex(exact),
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
            found = evaluate()
        if found.contains(0) and abs(found).upper() < arb(10) ** -DIGITS:
            return f"0 +/- {abs(found).upper().str(2, radius=False)}"
        raise
