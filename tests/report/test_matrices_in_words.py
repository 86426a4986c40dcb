"""Matrices by their entries, and ReLU: what a reader is told of them, and that every browser and referee sees it."""

import re
from fractions import Fraction

import pytest
import sympy as sp

from deepcond_sym.proof import Instance
from deepcond_sym.proof import language as lang
from deepcond_sym.proof.encoding import encode_instance
from deepcond_sym.proof.families import relu_dual
from deepcond_sym.proof.language import RELU, column, forall, index, le, row
from deepcond_sym.proof.rules import matrices as rule
from deepcond_sym.report.mathml import mathml
from deepcond_sym.report.notation import described_functions
from deepcond_sym.report.printer import term_latex
from deepcond_sym.report.prose import Formula, Names, instance_runs, sentence
from deepcond_sym.report.words import _MATRICES
from tests.traps.latex_reader import read

n, sizes = index("n", 1)
L, depths = index("L")
X, F, v = (sp.Symbol(name, real=True) for name in "XFv")
entry = lang.inner(X, row, column)

TERMS = {
    "inner": lang.inner(X, 1, n),
    "gram": lang.gram(F, 2 * n, 3),
    "component": lang.component(v, n + 1),
    "kronecker": 1 - lang.kronecker(L, n),
    "smallest": lang.smallest(lang.iterate(L, entry) - lang.kronecker(row, column) / 3, n) ** 2,
    "largest": 1 / lang.largest(lang.gram(F, row, column), n),
    "determinant": sp.sqrt(lang.determinant(entry**2, n)),
    "minimum": -lang.minimum(lang.component(v, row) ** 2, n),
    "maximum": L * lang.maximum(lang.component(v, row), n) ** 3,
    "off_maximum": (n - 1) * lang.off_maximum(lang.ntk(L, entry), n) / 2,
}


def text(runs) -> str:
    return "".join(f"${run.latex}$" if isinstance(run, Formula) else run for run in runs)


@pytest.mark.parametrize("name", TERMS)
def test_each_function_is_shown_on_the_web_and_reads_back(name) -> None:
    latex = term_latex(TERMS[name])
    assert "<code>" not in mathml(latex)
    symbols = sorted(TERMS[name].atoms(sp.Symbol), key=str)
    assert sp.expand(read(latex, symbols, []) - TERMS[name]) == 0


def test_each_function_is_explained() -> None:
    assert set(TERMS) == {f.__name__ for f in (*lang.OF_POINTS, *lang.OF_MATRICES, lang.kronecker)}
    for name, term in TERMS.items():
        statement = {"holds": ["<=", "0", [f"{name}()", "1"]]}
        shown = dict(described_functions([{"statements": [statement], "steps": []}]))
        assert "<code>" not in mathml(shown[name])
        assert term.has(lang.FUNCTIONS[name])



def test_arbitrary_vectors_and_numbers_are_quantified() -> None:
    sides = le(lang.smallest(entry + lang.gram(F, row, column), n), lang.maximum(lang.component(v, row) ** 2, n))
    said = sentence(forall(sizes, holds=sides))
    assert text(said.before) == (
        r"For all real numbers $v_{0}, v_{1}, \ldots$, all vectors $f_{0}, f_{1}, \ldots$,"
        r" all unit vectors $x_{1}, x_{2}, \ldots$ and every integer $n \ge 1$:"
    )


def test_a_statement_without_data_says_nothing_of_vectors() -> None:
    assert "vectors" not in text(sentence(forall(sizes, holds=le(1, n))).before)


def test_relu_goes_by_its_name_and_its_dual_is_said_once() -> None:
    statement = forall(depths, family=RELU, holds=le(0, lang.iterate(L, 1)))
    assert text(sentence(statement).before).startswith(r"For ReLU with $\operatorname{E}[\sigma^2] = 1$ and every ")
    names = Names([statement, statement])
    (definition,) = names.define_all()
    assert names.define_all() == []
    assert sentence(statement, names).after == ()
    left, right = definition.split(" = ", 1)
    assert left == r"\hat\sigma\left(t\right)"
    t = sp.Symbol("t", real=True)
    for value in (sp.Rational(-3, 4), sp.Rational(1, 3)):
        assert sp.N(read(right, [t], []).subs(t, value) - relu_dual(t).subs(t, value), 30, chop=True) == 0


def test_every_part_of_the_law_has_its_words() -> None:
    parts = set(re.findall(r'"([a-z ]+)"', (rule.__doc__ or "").partition("Source")[0]))
    assert len(parts) > 15
    assert parts == set(_MATRICES)


def test_a_witness_shows_its_vectors_and_numbers() -> None:
    third = Fraction(-1, 3)
    at = Instance(
        {n: Fraction(2)}, (), {"X": ((Fraction(1), third), (third, Fraction(1)))}, {"v": (Fraction(0), Fraction(1, 2))}
    )
    runs = instance_runs(encode_instance(at))
    said = text(runs)
    assert said.startswith("$n = 2$, the vectors $x_{i}, i = 0, \\ldots, 1$, with the inner products ")
    assert r"1 & -\tfrac{1}{3} \\ -\tfrac{1}{3} & 1" in said
    assert said.endswith(r"$(v_{0}, v_{1}) = (0, \tfrac{1}{2})$")
    assert not any("<code>" in mathml(run.latex) for run in runs if isinstance(run, Formula))
