"""Statements as sentences: the quantifiers, the intervals, the definitions."""

import pytest
import sympy as sp

from deepcond_sym.proof.language import (
    NONLINEAR,
    NORMALISED,
    Sequence,
    Variable,
    dual,
    eq,
    forall,
    function,
    index,
    interval,
    le,
    limit,
    lt,
    member,
    mu,
    ranging,
    steps_to,
    tending,
)  # fmt: skip
from deepcond_sym.report.latex import statement_latex
from deepcond_sym.report.printer import escape, symbol_latex, term_latex
from deepcond_sym.report.prose import Formula, Names, instance_runs, sentence, text_runs, variable_latex
from deepcond_sym.symbols import rho

delta = sp.Symbol("delta", real=True)


@pytest.mark.parametrize(
    ("variable", "latex"),
    [
        (interval(rho, -1, 1), r"\rho \in [-1, 1]"),
        (interval(rho, 0, 1, "("), r"\rho \in (0, 1]"),
        (interval(rho, 0, 1, "()"), r"\rho \in (0, 1)"),
        (Variable(rho), r"\rho \in \mathbb{R}"),
        (interval(rho, 0, sp.oo), r"\rho \ge 0"),
        (interval(rho, 0, sp.oo, "("), r"\rho > 0"),
        (interval(rho, -sp.oo, "1/2", ")"), r"\rho < \frac{1}{2}"),
        (index("L", 1)[1], r"L \ge 1"),
    ],
)
def test_intervals_show_whether_their_ends_belong(variable, latex):
    assert variable_latex(variable) == latex


def test_a_sentence_names_family_variables_and_hypotheses():
    depth, depths = index("L")
    said = sentence(
        forall(
            interval(rho, -1, 1),
            interval(delta, 0, 1, "("),
            depths,
            family=NONLINEAR,
            given=[le(sp.Abs(rho), 1 - delta), lt(delta, "1/2")],
            holds=le(dual(rho), (1 - delta) ** depth),
        )
    )
    assert said.before == (
        "For every normalised non-linear activation, all ",
        Formula(r"\rho \in [-1, 1]"),
        ", ",
        Formula(r"\delta \in (0, 1]"),
        " and every integer ",
        Formula(r"L \ge 0"),
        " such that ",
        Formula(r"\left|{\rho}\right| \le 1 - \delta"),
        " and ",
        Formula(r"\delta < \frac{1}{2}"),
        ":",
    )
    assert said.after == ()


def test_a_fixed_activation_is_given_by_its_dual():
    t = sp.Symbol("t", real=True)
    said = sentence(forall(family=member(t, t**2), holds=eq(dual(sp.Rational(1, 2)), "1/4")))
    assert said.before == ("For the activation with ", Formula(r"\hat\sigma\left(t\right) = t^{2}"), ":")


def test_sequences_and_their_limits_are_defined_after_the_relation():
    k = sp.Symbol("k", integer=True)
    chi = sp.Symbol("chi", real=True)
    p = function("p")
    sequence = Sequence("p", k, 0, sp.S.One, 1 + tending(chi, k, sp.Rational(1, 2)) * p(k))
    said = sentence(forall(sequences=[sequence], holds=eq(limit(sp.Symbol("p", real=True)), 2)))
    assert said.before == ()
    assert said.relation == r"\lim_{k \to \infty} p_{k} = 2"
    assert said.after == (
        "where ",
        Formula("p_{0} = 1"),
        ", ",
        Formula(r"p_{k + 1} = 1 + p_{k} \chi_{k}"),
        " for ",
        Formula(r"k \ge 0"),
        "; the real sequence ",
        Formula(r"\chi_{k}"),
        " tends to ",
        Formula(r"\frac{1}{2}"),
        ".",
    )


def test_an_arbitrary_sequence_is_introduced_with_its_range():
    k, _ = index("k")
    p = sp.Function("p", real=True)
    sequence = Sequence("p", k, 0, sp.S.One, ranging(sp.Symbol("s", real=True), k, sp.Rational(1, 2)) * p(k))
    said = sentence(forall(sequences=[sequence], holds=le(p(1), 1)))
    assert said.after[4:] == (
        " for ", Formula(r"k \ge 0"), "; the real sequence ", Formula("s_{k}"),
        " lies in ", Formula(r"[0, \frac{1}{2}]"), ".",
    )  # fmt: skip


def test_one_tag_with_two_limits_keeps_the_limits_in_the_formula():
    k, limits = index("k")
    tag = sp.Symbol("s", real=True)
    said = sentence(forall(limits, holds=le(tending(tag, k, 0), tending(tag, k, 1))))
    assert said.relation == r"s_{k\,(\to 0)} \le s_{k\,(\to 1)}"


def test_steps_to_gets_a_name_that_is_defined_once_in_a_proof():
    level = steps_to(1 / (2 * delta), 1 + mu / 2)
    statement = forall(interval(delta, 0, 1, "("), family=NORMALISED, holds=le((1 - mu / 2) ** level, delta))
    names = Names([statement, statement])
    first, second = sentence(statement, names), sentence(statement, names)
    assert first.relation == second.relation == r"\left(1 - \frac{\mu}{2}\right)^{N} \le \delta"
    assert first.after == ("where ", Formula(f"N = {term_latex(level)}"), ".")
    assert second.after == ()


def test_a_name_in_use_is_not_taken_for_steps_to():
    big = sp.Symbol("N", real=True)
    said = sentence(forall(interval(big, 2, 3), holds=le(steps_to(big, 2), big)))
    assert said.left == "M"


def test_the_whole_statement_as_one_formula():
    depth, depths = index("L")
    statement = forall(interval(rho, 0, 1), depths, family=NORMALISED, holds=le(dual(rho) ** depth, rho))
    assert statement_latex(statement) == (
        r"\hat\sigma\left(\rho\right)^{L} \le \rho \quad \text{for every normalised activation, all }\rho \in [0, 1]"
        r"\text{ and every integer }L \ge 0"
    )
    assert statement_latex(forall(holds=eq(1, 1))) == "1 = 1"


def test_an_instance_shows_values_and_weights():
    runs = instance_runs({"values": {"rho": ["-3/5", False], "L": ["2", True]}, "weights": ["0", "0", "1"]})
    formulas = [run.latex for run in runs if isinstance(run, Formula)]
    assert formulas == [r"\rho = -\tfrac{3}{5}", "L = 2", r"(p_0, \ldots, p_{2}) = (0, 0, 1)"]
    assert instance_runs({}) == ()


def test_text_with_formulas_is_cut_at_dollar_signs():
    assert text_runs(r"a bound for $\mu > 0$, and more") == ("a bound for ", Formula(r"\mu > 0"), ", and more")
    assert text_runs("costs 5$") == ("costs 5$",)
    assert text_runs("") == ()


NAMES = {
    "rho": r"\rho", "chi_1": r"\chi_{1}", "w_rho": r"w_{\rho}", "b": "b", "Theta": r"\Theta", "x2": "x_{2}",
    "slope": r"\mathit{slope}", "lamda": r"\lambda", "a%b": r"\text{a\%b}", r"\x{y}": r"\text{\textbackslash{}x\{y\}}",
}  # fmt: skip


@pytest.mark.parametrize(("name", "latex"), NAMES.items())
def test_names_become_symbols_and_nothing_else(name, latex):
    assert symbol_latex(name) == latex


def test_text_is_escaped_for_latex():
    assert escape(r"50% of {a}_b & c^2 ~ \x") == (
        r"50\% of \{a\}\_b \& c\textasciicircum{}2 \textasciitilde{} \textbackslash{}x"
    )
    assert escape("σ̂ ≤ Λ – é").startswith(r"\ensuremath{\sigma}")
    assert escape("Λ") == r"\ensuremath{\Lambda}"
    assert escape("日") == "[U+65E5]"
