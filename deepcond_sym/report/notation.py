"""What the functions of the formal language mean, in words, for the readers of a report."""

import inspect
import re
from typing import Any

MEANINGS = {
    "dual": r"the dual activation $\sum_i p_i r^i$: $p_i = a_i^2 \ge 0$ for the orthonormal Hermite coefficients",
    "dual_slope": "the derivative of the dual activation",
    "dual_curvature": "its second derivative",
    "mu": r"the nonlinearity $1 - p_1$ of a normalised activation ($p_0 = 0$, $\sum_i p_i = 1$)",
    "iterate": r"the dual activation composed $L$ times: the NNGP kernel after $L$ layers",
    "ntk": r"the tangent kernel: $\Theta^{(0)}(r) = r$, $\Theta^{(L)}(r) = \hat\sigma^{(L)}(r)"
    r" + \hat\sigma'(\hat\sigma^{(L-1)}(r))\,\Theta^{(L-1)}(r)$",
    "repeat": r"the map $t \mapsto f(t)$ applied $L$ times to $s$",
    "steps_to": r"the least integer $k \ge 0$ with $r^k \ge A$",
    "inner": r"the inner product of two of the unit vectors $x_1, x_2, \ldots$, which are arbitrary",
    "gram": r"the inner product of two of the vectors $f_0, f_1, \ldots$, which are arbitrary",
    "component": r"a member of the sequence $v_0, v_1, \ldots$, which is arbitrary",
    "kronecker": r"1 if $i = j$, 0 otherwise",
    "smallest": r"the smallest eigenvalue of the $n \times n$ matrix with the entries $a_{ij}$",
    "largest": r"the largest eigenvalue of the $n \times n$ matrix with the entries $a_{ij}$",
    "determinant": r"the determinant of the $n \times n$ matrix with the entries $a_{ij}$",
    "minimum": r"the least of $a_1, \ldots, a_n$",
    "maximum": r"the greatest of $a_1, \ldots, a_n$",
    "off_maximum": r"the greatest $|a_{ij}|$ with different $i, j$ from $1$ to $n$; $0$ if $n = 1$",
    "half_line_hermite": r"$X$ is standard normal and $\operatorname{He}_r$ the monic Hermite polynomial",
    "hermite_at_zero": r"the monic Hermite polynomial at $0$",
    "limit": "the limit of the sequence as its index grows",
    "expectation": "the mean of the experiment: a random variable, described where it occurs",
}
"""For each function (and mu): what it means, with formulas between dollar signs."""

_SHOWN = {
    "dual": r"\hat\sigma(r)",
    "dual_slope": r"\hat\sigma'(r)",
    "dual_curvature": r"\hat\sigma''(r)",
    "mu": r"\mu",
    "iterate": r"\hat\sigma^{(L)}(r)",
    "ntk": r"\Theta^{(L)}(r)",
    "repeat": r"(t \mapsto f(t))^{(L)}(s)",
    "steps_to": r"\max(\lceil \log(A)/\log(r) \rceil, 0)",
    "inner": r"x_i \cdot x_j",
    "gram": r"\left\langle f_i, f_j \right\rangle",
    "component": r"v_i",
    "kronecker": r"\left[i = j\right]",
    "smallest": r"\lambda_{\min}\left[a_{ij}\right]_{i,j \le n}",
    "largest": r"\lambda_{\max}\left[a_{ij}\right]_{i,j \le n}",
    "determinant": r"\det\left[a_{ij}\right]_{i,j \le n}",
    "minimum": r"\min_{i \le n} \left(a_i\right)",
    "maximum": r"\max_{i \le n} \left(a_i\right)",
    "off_maximum": r"\max_{i \ne j \le n} \left|a_{ij}\right|",
    "half_line_hermite": r"\mathbb{E}[\max(X, 0)^k \operatorname{He}_r(X)]",
    "hermite_at_zero": r"\operatorname{He}_m(0)",
    "limit": r"\lim s",
    "expectation": r"\mathbb{E}[\text{experiment}(\ldots)]",
}


def described_functions(results: list[dict[str, Any]]) -> list[tuple[str, str]]:
    """The functions that occur in these results, as (name, how it is shown in LaTeX), in a fixed order."""
    used: set[str] = set()
    for result in results:
        _collect(result["statements"], used)
        _collect([step["conclusion"] for step in result["steps"]], used)
    return [(name, latex) for name, latex in _SHOWN.items() if name in used]


def laws(used: set[str]) -> list[tuple[str, list[str]]]:
    """The laws of these rules, by name, each as paragraphs: the docstrings of the rules."""
    from deepcond_sym.proof.rules import RULES

    found = []
    for name in sorted(used & set(RULES)):
        text = inspect.getdoc(inspect.getmodule(RULES[name])) or ""
        found.append((name, [re.sub(r"\s+", " ", paragraph) for paragraph in text.split("\n\n")]))
    return found


def _collect(data: Any, used: set[str]) -> None:
    """Names of functions and symbols in encoded terms."""
    if isinstance(data, dict):
        if set(data) <= {"var", "integer"}:
            used.add(str(data.get("var")))
        for key, value in data.items():
            if key != "name":
                _collect(value, used)
    elif isinstance(data, list):
        if data and isinstance(data[0], str) and data[0].endswith("()"):
            used.add(data[0][:-2])
        for part in data:
            _collect(part, used)
