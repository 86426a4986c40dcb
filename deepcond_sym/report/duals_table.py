"""The table of duals of the catalogue: for the terminal, as plain data, and as one LaTeX article."""

from typing import Any

import sympy as sp

from deepcond_sym import duals
from deepcond_sym.activations import Activation, activation, catalog
from deepcond_sym.duals.derivation import latex

from .card import card
from .latex import PREAMBLE, display
from .printer import escape

EXAMPLES = {
    "relu_power": ("relu_power(2)", "relu_power(3)"),
    "monomial": ("monomial(3)",),
    "polynomial": ("polynomial(1, 1, 1)",),
    "hermite": ("hermite(3)",),
}
"""Parameters for the entries that need some."""

_WIDE = 400
"""Characters of LaTeX beyond which a formula is left to `deepcond show`."""
_SHORT = 60
"""Characters of an exact constant beyond which the decimal alone is shown."""


def specs() -> list[str]:
    """Every name of the catalogue, with parameters where it needs some.

    >>> specs()[:2]
    ['identity', 'relu']
    """
    return [spec for name in catalog() for spec in EXAMPLES.get(name, (name,))]


def table(chosen: list[str] | None = None) -> list[dict[str, Any]]:
    """For each activation: its card, its description, and the verdict on its derivation.

    >>> [(row["name"], row["dual"]["expr"], row["verdict"]) for row in table(["sign"])]
    [('sign', '2*asin(rho)/pi', 'PROVED')]
    """
    rows = []
    for spec in specs() if chosen is None else chosen:
        sigma = activation(spec)
        entry = catalog().get(spec.partition("(")[0])
        verdict = duals.dual(sigma).derivation.check().value
        rows.append({**card(sigma), "description": entry.description if entry else "", "verdict": verdict})
    return rows


def lines(rows: list[dict[str, Any]]) -> list[str]:
    """One line for each activation.

    >>> print("".join(lines(table(["sign"]))))
    sign  PROVED     2*asin(rho)/pi
    """
    width = max(len(row["name"]) for row in rows)
    return [f"{row['name']:{width}}  {row['verdict']:9}  {_formula(row)}" for row in rows]


def _formula(row: dict[str, Any]) -> str:
    return row["dual"]["expr"] or f"no elementary form (route {row['dual']['route']})"


def document(rows: list[dict[str, Any]]) -> str:
    """The table as a LaTeX article (amsmath and amssymb) that compiles on its own."""
    entries = "\n\n".join(_entry(activation(row["name"]), row) for row in rows)
    return (
        PREAMBLE.replace("Claims and their verdicts", "Dual activations")
        + r"Here $X$, $Y$ are standard normal of correlation $\rho$, and" + "\n"
        + r"\[\hat\sigma(\rho) = \operatorname{E}[\sigma(X)\,\sigma(Y)], \qquad \chi_1 = \hat\sigma'(1), \qquad "
        + r"a_n = \operatorname{E}[\sigma(X) \operatorname{He}_n(X)]/\sqrt{n!}.\]" + "\n"
        + "Each formula was derived; the verdict on the derivation stands beside the name."
        + f"\n\n{entries}\n\n\\end{{document}}\n"
    )


def _entry(sigma: Activation, row: dict[str, Any]) -> str:
    dual = duals.dual(sigma)
    parts = [
        rf"\paragraph{{{escape(row['name'])}}} {escape(row['description'])} \hfill \textbf{{{row['verdict']}}}",
        _displayed(r"\sigma(x)", sigma.expr, "too long to print: see the terminal"),
    ]
    if dual.expr is None:
        parts.append(f"No elementary form of the dual was found; it is evaluated by the route {escape(dual.route)}.")
    else:
        parts.append(_displayed(r"\hat\sigma(\rho)", dual.expr, "too long to print"))
    values = row["dual"]["values"]
    facts = [rf"\hat\sigma({point}) &= {_number(values[point])}" for point in ("-1", "0", "1")]
    for key, left in (("mean", r"\operatorname{E}[\sigma]"), ("deviation", r"\operatorname{sd}[\sigma]"),
                      ("mu", r"\mu"), ("chi_1", r"\chi_1"), ("chi_1_normalised", r"\chi_1/\operatorname{Var}[\sigma]")):
        if row[key] is not None:
            facts.append(rf"{left} &= {_number(row[key])}")
    body = " \\\\\n".join(facts)
    parts.append(f"\\begin{{align*}}\n{body}\n\\end{{align*}}")
    form = duals.hermite_series(sigma, 1).closed_form
    if form is not None:
        parts.append(
            f"For $n \\ge {row['hermite']['closed_form_from']}$:\n" + _displayed("a_n", form, "see the terminal")
        )
    if row["homogeneity"] is not None:
        parts.append(f"Homogeneous of degree {escape(row['homogeneity'])}.")
    return "\n".join(parts)


def _displayed(left: str, expr: sp.Expr, otherwise: str) -> str:
    shown = latex(expr)
    if len(shown) > _WIDE:
        return f"${left}$ is {otherwise}."
    return display(f"{left} = {shown}")


def _number(constant: dict[str, Any]) -> str:
    """The exact value if it is short, and its decimal."""
    value, exact = constant["value"], constant["exact"]
    if value == "oo":
        return r"\infty"
    mantissa, mark, exponent = value.partition("e")
    decimal = "0" if "+/-" in value else mantissa + (rf" \cdot 10^{{{int(exponent)}}}" if mark else "")
    if exact is None or len(exact) > _SHORT:
        return decimal
    shown = constant["latex"]
    return shown if _is_integer(exact) else rf"{shown} \approx {decimal}"


def _is_integer(text: str) -> bool:
    return text.removeprefix("-").isdigit()
