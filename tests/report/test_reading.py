"""Proofs as a referee reads them: every formula in the words is what the rule used, and nothing is said twice."""

import re
import shutil
import warnings

import pytest
import sympy as sp

from deepcond_sym.errors import InputError
from deepcond_sym.proof import registry, runner
from deepcond_sym.proof.encoding import decode_statement
from deepcond_sym.proof.rules import RULES
from deepcond_sym.report.justification import Because
from deepcond_sym.report.latex import document
from deepcond_sym.report.notation import laws
from deepcond_sym.report.pdf import compile_pdf
from deepcond_sym.report.prose import Formula, proof_names
from deepcond_sym.report.reading import reading
from tests.traps.latex_reader import read

SELECTED = ["beyond/D1", "beyond/D2", "agarwal2021/L22", "agarwal2021/C4", "agarwal2021/L24", "xiao2020/B13"]


@pytest.fixture(scope="module")
def proofs():
    return {claim.id: runner.judge(claim) for claim in registry.select(SELECTED)}


def words(result):
    """Each recorded step with the justification printed for it."""
    because = Because(reading(result), proof_names(result))
    return [(step, because(step)) for step in result["steps"]]


def text(runs):
    return "".join(f"${run.latex}$" if isinstance(run, Formula) else run for run in runs)


@pytest.mark.parametrize("name", SELECTED)
def test_every_step_is_shown_once_and_after_what_it_rests_on(proofs, name):
    result = proofs[name]
    found = reading(result)
    lines = [line for part in (*found.lemmas, *found.parts) for line in part.lines]
    assert [line.number for line in lines] == list(range(1, len(lines) + 1))
    assert len({str(line.step["conclusion"]) + line.step["rule"] for line in lines}) == len(lines)
    for line in lines:
        assert all(p in found.passing or found.numbers[p] < line.number for p in line.step["premises"])
    for part, root, statement in zip(found.parts, result["roots"], result["statements"], strict=True):
        assert part.last == found.numbers[root]
        said = next(line for line in lines if line.number == part.last).conclusion
        assert said.conclusion == decode_statement(statement).conclusion


def test_a_step_that_repeats_another_is_left_out(proofs):
    """D1 proves the escape from 1 twice."""
    found = reading(proofs["beyond/D1"])
    assert len(set(found.numbers.values())) < len(found.numbers)


def test_a_step_that_only_unfolds_definitions_has_no_line(proofs):
    result = proofs["beyond/D1"]
    found = reading(result)
    assert {"definition", "the trivial comparison"} <= set(found.passing.values())
    for i in found.passing:
        step = result["steps"][i]
        assert i not in found.numbers
        assert not step["premises"]
        assert step["rule"] == "identity" or step["conclusion"]["holds"][1] == step["conclusion"]["holds"][2]


def test_lemmas_come_first_and_under_their_names(proofs):
    found = reading(proofs["beyond/D1"])
    assert "absolute values pass through the iterates" in [part.lemma for part in found.lemmas]
    assert all(part.lines[-1].number == part.last for part in found.lemmas)
    first = min(line.number for part in found.parts for line in part.lines)
    assert all(line.number < first for part in found.lemmas for line in part.lines)


@pytest.mark.parametrize("name", ["beyond/D1", "beyond/D2", "agarwal2021/C4"])
def test_the_factorisation_in_print_is_the_difference(proofs, name):
    """Read back by a parser that shares no code with the printer, and compared at rational points."""
    seen = 0
    for step, why in words(proofs[name]):
        if step["rule"] != "polynomial":
            continue
        statement = decode_statement(step["conclusion"])
        symbols = [v.symbol for v in statement.variables]
        difference = statement.conclusion.rhs - statement.conclusion.lhs
        points = [{s: sp.Rational(2 * i + 1, 7 * i + 5 + k) for i, s in enumerate(symbols)} for k in range(3)]
        if not why.display:
            assert len({sp.nsimplify(difference.subs(point)) for point in points}) == 1
            continue
        shown = read(why.display.replace(r"\,", ""), symbols, [])
        for point in points:
            assert sp.nsimplify(shown.subs(point)) == sp.nsimplify(difference.subs(point))
        assert ("non-negative" in text(why.after)) == (statement.conclusion.op == "<=")
        seen += 1
    assert seen


@pytest.mark.parametrize("name", ["beyond/D1", "beyond/D2", "agarwal2021/C4"])
def test_a_chain_runs_from_the_left_side_to_the_right(proofs, name):
    result = proofs[name]
    names, seen = proof_names(result), 0
    printer = names.printer()
    for step, why in words(result):
        links = [use for use in step["arguments"].get("uses", []) if use["role"] == "link"]
        if step["rule"] == "consequence" and len(links) > 1:
            relation = decode_statement(step["conclusion"]).conclusion
            assert why.display.startswith(printer.doprint(relation.lhs))
            assert len(re.findall(r" (?:\\le|<|=) ", why.display)) == len(links)
            seen += 1
    assert seen


def test_the_words_name_what_they_rest_on(proofs):
    for result in proofs.values():
        found = reading(result)
        for step, why in words(result):
            said = text(why.before) + text(why.after)
            assert said.rstrip(":").strip()
            assert "By the rule" not in said, f"no words for {step['rule']}"
            for premise in step["premises"]:
                assert (found.passing.get(premise) or f"({found.numbers[premise]})") in said


def test_the_vertices_are_spelled_out(proofs):
    (first, *_), (_, near, _) = (words(proofs["agarwal2021/L22"]), words(proofs["agarwal2021/L22"]))
    assert r"for $i = 1$" in text(first[1].before)
    assert r"$\left(1 - \delta\right)^{i} \le 1 - \frac{3 \delta}{2}$ for $i \ge 2$" in text(near[1].before)


def test_a_rule_without_words_is_named(proofs):
    result = proofs["agarwal2021/L24"]
    because = Because(reading(result), proof_names(result))
    assert text(because({**result["steps"][0], "rule": "new rule"}).before) == "By the rule “new rule”."


def test_every_rule_states_its_law():
    found = laws(set(RULES))
    assert [name for name, _ in found] == sorted(RULES)
    assert all(any("Law" in paragraph for paragraph in text) for _, text in found)


def test_the_document_defines_its_symbols_before_it_uses_them(proofs):
    tex = document([proofs["beyond/D1"]])
    assert tex.index(r"q\left(t\right) = ") < tex.index(r"q^{(L)}\left(1 - \delta\right)")
    assert tex.index("N = ") < tex.index(r"L \le N")
    assert tex.index("Statement (a)") < tex.index("Proof of (a)") < tex.index("Proof of (e)")
    assert tex.count(r"\paragraph{Proof of") == 5
    assert tex.count(r"\square") == 5 + tex.count(r"\paragraph{Lemma (")


def test_the_document_compiles_with_nothing_overfull(proofs, tmp_path):
    """With a pdflatex: no line runs into the margin. Without one this says so, and tests what the user is told."""
    tex = document(list(proofs.values()))
    assert len(re.findall(r"\\item\[\(\d+\)\]", tex)) > 30
    if shutil.which("pdflatex") is None:
        warnings.warn("no pdflatex: the LaTeX report was not compiled (install texlive-latex-base)", stacklevel=1)
        with pytest.raises(InputError, match="install TeX Live"):
            compile_pdf(tex, tmp_path / "claims.pdf")
        return
    log = compile_pdf(tex, tmp_path / "claims.pdf")
    assert (tmp_path / "claims.pdf").read_bytes().startswith(b"%PDF")
    assert [line for line in log.splitlines() if line.startswith("Overfull")] == []
