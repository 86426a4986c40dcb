"""Proofs as a referee reads them: every formula in the words is what the rule used, and nothing is said twice."""

import re

import pytest
import sympy as sp

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

SELECTED = [
    "beyond/D1", "beyond/D2", "beyond/D5", "beyond/D8", "agarwal2021/L22", "agarwal2021/C4", "agarwal2021/L24",
    "xiao2020/B13",
]  # fmt: skip


@pytest.fixture(scope="module")
def proofs():
    return {claim.id: runner.judge(claim) for claim in registry.select(SELECTED)}


@pytest.fixture(scope="module")
def norms():
    (claim,) = registry.select(["agarwal2021/T38-eq12"])
    return runner.judge(claim)


def words(result):
    """Each recorded step that is not routine, with the justification printed for it."""
    found = reading(result)
    because = Because(found, proof_names(result))
    kept = [s for i, s in enumerate(result["steps"]) if found.same[i] == i and i not in found.routine]
    return [(step, because(step)) for step in kept]


def text(runs):
    return "".join(f"${run.latex}$" if isinstance(run, Formula) else run for run in runs)


def told(why):
    """All the words of a justification."""
    return " ".join([text(why.before), text(why.after), *map(told, why.inside)])


@pytest.mark.parametrize("name", SELECTED)
def test_every_step_is_shown_once_and_after_what_it_rests_on(proofs, name):
    result = proofs[name]
    found = reading(result)
    lines = [line for part in (*found.lemmas, *found.parts) for line in part.lines]
    assert [line.number for line in lines] == list(range(1, len(lines) + 1))
    assert len({str(line.step["conclusion"]) + line.step["rule"] for line in lines}) == len(lines)
    for line in lines:
        premises = [found.same[p] for p in line.step["premises"]]
        assert all(found.numbers[p] < line.number for p in premises if p in found.numbers)
    for part, root, statement in zip(found.parts, result["roots"], result["statements"], strict=True):
        assert part.last == found.numbers[found.same[root]]
        said = next(line for line in lines if line.number == part.last).conclusion
        assert said.conclusion == decode_statement(statement).conclusion


@pytest.mark.parametrize("name", SELECTED)
def test_nothing_but_routine_is_left_out(proofs, name):
    """A step has a number, or it is routine, or it is told inside the one induction that uses it."""
    result = proofs[name]
    found = reading(result)
    for i, step in enumerate(result["steps"]):
        if found.same[i] != i or i in found.numbers:
            continue
        users = [s for s in result["steps"] if i in [found.same[p] for p in s["premises"]]]
        if i in found.routine:
            assert step["rule"] in ("identity", "polynomial", "passage", "consequence", "cases", "induction")
            assert all(found.same[p] in found.routine for p in step["premises"])
        else:
            assert {s["rule"] for s in users} - {"consequence"} == {"induction"}


def test_a_proof_is_read_in_a_few_lines(proofs):
    """D1 is recorded in more than a hundred steps, most of which place a number in an interval."""
    found = reading(proofs["beyond/D1"])
    assert len(proofs["beyond/D1"]["steps"]) > 100
    assert sum(len(part.lines) for part in (*found.lemmas, *found.parts)) < 40


def test_lemmas_come_first_and_under_their_names(proofs):
    found = reading(proofs["beyond/D1"])
    assert "absolute values pass through the iterates" in [part.lemma for part in found.lemmas]
    assert all(part.lines[-1].number == part.last for part in found.lemmas)
    first = min(line.number for part in found.parts for line in part.lines)
    assert all(line.number < first for part in found.lemmas for line in part.lines)


def test_a_lemma_that_another_claim_has_shown_is_one_line(proofs):
    first, shown = proofs["beyond/D1"], {}
    whole = reading(first, shown)
    again = reading({**first, "id": "again/D1"}, shown)
    said = {part.lemma: part.lines[-1].conclusion for part in whole.lemmas}
    assert 0 < len(again.lemmas) < len(whole.lemmas)  # those that serve other lemmas alone are not named
    assert {part.shown_in for part in whole.lemmas} == {""}
    assert {part.shown_in for part in again.lemmas} == {"beyond/D1"}
    for part in again.lemmas:
        assert [line.conclusion for line in part.lines] == [said[part.lemma]]
    lines = [line for part in (*again.lemmas, *again.parts) for line in part.lines]
    for line in lines:
        premises = {again.same[p] for p in line.step["premises"]} & set(again.numbers)
        assert all(again.numbers[p] < line.number for p in premises)
    tex = document([first, {**first, "id": "again/D1"}])
    assert tex.count("Shown in the proof of beyond/D1.") == len(again.lemmas)


@pytest.mark.parametrize("name", ["beyond/D1", "beyond/D2", "agarwal2021/C4"])
def test_the_factorisation_in_print_is_the_difference(proofs, name):
    """Read back by a parser that shares no code with the printer, and compared at rational points."""
    seen = 0
    for step, why in words(proofs[name]):
        if step["rule"] != "polynomial" or not why.display:
            continue
        statement = decode_statement(step["conclusion"])
        plain = {v.symbol: sp.Symbol(v.symbol.name.lstrip("_"), real=True) for v in statement.variables}
        symbols = list(plain.values())
        shown = read(why.display.replace(r"\,", ""), symbols, [])
        difference = (statement.conclusion.rhs - statement.conclusion.lhs).subs(plain)
        for k in range(3):
            point = {s: sp.Rational(2 * i + 1, 7 * i + 5 + k) for i, s in enumerate(symbols)}
            assert sp.nsimplify(shown.subs(point)) == sp.nsimplify(difference.subs(point))
        assert "non-negative" in text(why.after) or statement.conclusion.op == "<"
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
            assert why.display.startswith(printer.doprint(relation.lhs) + " ")
            assert why.display.endswith(" " + printer.doprint(relation.rhs))
            plain = re.sub(r"_\{[^{}]*\}", "", why.display)  # without the range of indices, as in i, j \le n
            assert len(re.findall(r" (?:\\le|<|=) ", plain)) == len(links)
            seen += 1
    assert seen


def test_the_words_name_what_they_rest_on(proofs):
    for result in proofs.values():
        found = reading(result)
        for step, why in words(result):
            said = told(why)
            assert said.rstrip(":").strip()
            assert "By the rule" not in said, f"no words for {step['rule']}"
            for premise in step["premises"]:
                if found.same[premise] in found.numbers:
                    assert f"({found.numbers[found.same[premise]]})" in said


def test_the_vertices_are_spelled_out(proofs):
    said = [told(why) for step, why in words(proofs["agarwal2021/L22"]) if step["rule"] == "vertices"]
    assert all(r"for $i = 1$" in words for words in said[1:])
    assert any(r"$\left(1 - \delta\right)^{i} \le 1 - \frac{3 \delta}{2}$ for $i \ge 2$" in words for words in said)


def test_two_short_inequalities_in_a_row_are_shown(norms):
    """v - 1 <= s (gamma - 1) <= (1 - alpha)(gamma - 1): each link is short, but the chain is the argument."""
    assert any(r"v - 1 \le s \left(\gamma - 1\right) \le" in why.display for _, why in words(norms))


def test_an_arbitrary_sequence_goes_by_its_name_where_its_range_is_said(norms):
    shown = [why.display for _, why in words(norms)]
    assert any(r"S_{L}" in display for display in shown)
    assert not any(r"\in [0" in display for display in shown)


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
    assert r"\mapsto" not in tex[tex.index("Statement (a)") :]
    assert tex.index("N = ") < tex.index(r"L \le N")
    assert tex.index("Statement (a)") < tex.index("Proof of (a)") < tex.index("Proof of (e)")
    assert tex.count(r"\square") == 5 + len(reading(proofs["beyond/D1"]).lemmas)


def test_the_document_compiles_with_nothing_overfull(proofs, tmp_path, tool):
    tex = document(list(proofs.values()))
    assert len(re.findall(r"\\item\[\(\d+\)\]", tex)) > 30
    tool("pdflatex", package="texlive-latex-base")
    log = compile_pdf(tex, tmp_path / "claims.pdf")
    assert (tmp_path / "claims.pdf").read_bytes().startswith(b"%PDF")
    assert [line for line in log.splitlines() if line.startswith("Overfull")] == []
