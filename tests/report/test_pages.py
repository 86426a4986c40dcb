"""The web page and the LaTeX document on real results: complete, well formed, without scripts and without network."""

import posixpath
import re
from html.parser import HTMLParser

import pytest

from deepcond_sym.report.html import pages
from deepcond_sym.report.latex import _folded, display, document
from deepcond_sym.report.mathml import display_parts, mathml

VOID = {"meta", "br", "hr", "link", "img", "input"}


class Structure(HTMLParser):
    """Collects ids, links and the tags that were opened; fails on tags that close in the wrong order."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.ids: list[str] = []
        self.links: list[str] = []
        self.tags: set[str] = set()
        self.text: list[str] = []

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        values = dict(attrs)
        assert not [name for name in values if name.startswith("on")]
        if "id" in values:
            self.ids.append(values["id"] or "")
        if "href" in values:
            self.links.append(values["href"] or "")
        assert "src" not in values
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.tags.add(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if not {"style", "title"} & set(self.open):
            self.text.append(data)


def parsed(html: str) -> Structure:
    structure = Structure()
    structure.feed(html)
    structure.close()
    assert structure.open == []
    return structure


def together(results) -> str:
    return "".join(text for content in dict(pages(results)).values() for text in parsed(content).text)


def test_pages_are_well_formed_and_self_contained_and_all_links_lead_somewhere(results):
    files = dict(pages(results))
    assert list(files) == [
        "index.html", "reading.html", "claims/sample2026-L1.html", "claims/sample2026-E7.html",
        "claims/other2026-T1.html",
    ]  # fmt: skip
    structures = {name: parsed(html) for name, html in files.items()}
    for name, html in files.items():
        structure = structures[name]
        assert not structure.tags & {"script", "iframe", "object", "embed", "link", "img", "form"}
        assert "http://" not in html.replace("http://www.w3.org", "")
        assert "https://" not in html
        assert "url(" not in html
        assert len(structure.ids) == len(set(structure.ids))
        for link in structure.links:
            path, _, fragment = link.partition("#")
            target = posixpath.normpath(posixpath.join(posixpath.dirname(name), path)) if path else name
            assert target in files or target == "claims.tex", link
            assert not fragment or fragment == "all" or fragment in structures[target].ids, link
    reached = {link for link in structures["index.html"].links if link.startswith("claims/")}
    assert reached == set(files) - {"index.html", "reading.html"}


def test_the_table_is_filtered_by_anchors(results):
    html = dict(pages(results))["index.html"]
    for verdict in ("PROVED", "REFUTED", "UNDECIDED"):
        assert f'href="#only-{verdict}"' in html
        assert f"#only-{verdict}:target ~ table tbody tr:not(.key):not(.is-{verdict})" in html
        assert html.count(f'<tr class="is-{verdict}') == 1
    assert html.count(' unexpected">') == 1
    assert 'href="#only-SUPPORTED"' not in html


def test_the_pages_say_everything_that_is_known_of_a_claim(results):
    text = re.sub(r"\s+", " ", together(results))
    assert "3 claims: 1 proved, 1 refuted, 1 undecided; 1 not as expected; 1 of 1 mutants killed." in text
    for result in results:
        assert result["id"] in text
        assert result["verdict"] in text
    assert "expected PROVED" in text
    assert "Linear in" in text
    assert "Every step was checked" in text
    assert "An exact or ball-certified counterexample" in text
    assert "no proof is given" in text
    assert "from mpmath import *" in text
    assert results[1]["refutation"]["left"] in text
    assert "twice the slope" in text
    assert "Law. A normalised dual activation is a convex combination" in text


def test_markup_in_a_title_stays_text(results):
    assert "One layer contracts &lt;by " in dict(pages(results))["index.html"]
    nasty = [{**results[0], "title": "<script>alert(1)</script>", "note": "<b>x", "printed": r"\text{<script>} <b>"}]
    for html in dict(pages(nasty)).values():
        assert not parsed(html).tags & {"script", "b"}


def test_ids_that_differ_in_punctuation_or_case_only_get_files_of_their_own(results):
    ids = ["a/b.c", "a/b-c", "a/B-c"]
    files = dict(pages([{**results[0], "id": name, "beside": ["a/b.c"]} for name in ids]))
    assert list(files)[2:] == ["claims/a-b-c.html", "claims/a-b-c-2.html", "claims/a-B-c-2-2.html"]
    assert 'href="a-b-c.html"' in files["claims/a-b-c-2.html"]


def test_a_surviving_mutant_is_marked(results):
    mutant = {"name": "m", "verdict": "PROVED", "died": False, "reason": ""}
    files = dict(pages([{**results[0], "mutants": [mutant]}]))
    assert "0 of 1" in files["index.html"]
    assert "survived" in files["claims/sample2026-L1.html"]


@pytest.mark.parametrize(
    ("latex", "part"),
    [
        (r"\hat\sigma'(\rho)", "σ"),
        (r"\bar K^{(L)}", "K"),
        (r"\begin{aligned} a &= b \\ c &= d \end{aligned}", "<mtable"),
        (r"\begin{cases} 1 & x \le 1 \\ 2 & x > 1 \end{cases}", "<mtable"),
        (r"\Big\lceil \tfrac{a}{b} \Big\rceil", "⌈"),
        (r"a \implies b", "⟹"),
        (r"\text{a < b \& c}", "a\xa0&lt;\xa0b\xa0&amp;\xa0c"),
        (r"\operatorname{erf}(x)", "<mi>erf</mi>"),
        (r"a < b", "&lt;"),
    ],
)
def test_latex_that_occurs_becomes_mathml(latex, part):
    found = mathml(latex)
    assert found.startswith("<math")
    assert part in found
    parsed(found)


@pytest.mark.parametrize("latex", [r"\nosuchmacro x", r"\left( x", r"\frac", "{", r"\text{\textbf{a}}", ""])
def test_latex_that_cannot_be_converted_is_shown_as_it_is(latex):
    found = mathml(latex)
    assert found.startswith("<code>") or "<math" in found
    parsed(found)


def test_a_display_is_cut_only_outside_brackets():
    assert display_parts(r"a \quad b \\ c") == ["a", "b", "c"]
    assert display_parts(r"\begin{cases} a \\ b \end{cases}") == [r"\begin{cases} a \\ b \end{cases}"]
    assert display_parts(r"\text{x \quad y} \qquad \left( a \quad b \right)") == [
        r"\text{x \quad y}",
        r"\left( a \quad b \right)",
    ]


def test_the_document_is_balanced_and_complete(results):
    tex = document(results)
    assert tex.isascii()
    assert tex.startswith(r"\documentclass")
    assert tex.rstrip().endswith(r"\end{document}")
    begun, ended = re.findall(r"\\begin\{(\w+\*?)\}", tex), re.findall(r"\\end\{(\w+\*?)\}", tex)
    assert sorted(begun) == sorted(ended)
    assert tex.count(r"\[") == tex.count(r"\]")
    without_code = re.sub(r"(?s)\\begin\{verbatim\}.*?\\end\{verbatim\}", "", tex)
    assert len(re.findall(r"(?<!\\)\{", without_code)) == len(re.findall(r"(?<!\\)\}", without_code))
    assert len(re.findall(r"(?<!\\)\$", without_code)) % 2 == 0
    assert r"\section{sample2026}" in tex
    assert r"\section{other2026}" in tex
    for result in results:
        assert result["id"] in tex
    assert r"\textbf{UNDECIDED} \emph{(expected: PROVED)}" in tex
    assert "from mpmath import *" in tex
    assert re.findall(r"\\usepackage(?:\[\w+\])?\{([\w,]+)\}", tex) == [
        "inputenc",
        "fontenc",
        "lmodern",
        "amsmath,amssymb,graphicx",
    ]


def test_code_folded_for_print_is_the_same_program(results):
    long = "x = sum([" + ", ".join(f"{i} * {i}" for i in range(200)) + "])"
    tex = document([{**results[1], "refutation": {**results[1]["refutation"], "reproduce": long}}])
    code = re.search(r"(?s)\\begin\{verbatim\}\n(.*?)\n\\end\{verbatim\}", tex)
    assert code is not None
    assert max(map(len, code[1].splitlines())) < 110
    assert compile(code[1], "code", "exec").co_code == compile(long, "code", "exec").co_code


def test_code_without_spaces_is_folded_too():
    long = "print(" + "*".join(f"exp(mpf({i})/7)" for i in range(60)) + ")"
    rows = _folded(long).splitlines()
    assert max(map(len, rows)) < 120
    assert "".join(row.strip() for row in rows) == long


def test_a_wide_formula_is_cut_at_relations_and_signs():
    wide = " + ".join(rf"\frac{{a_{{{i}}}}}{{b}} \left(c + d\right)" for i in range(12))
    shown = display(rf"{wide} \le {wide}")
    assert shown.startswith(r"\begin{align*}")
    assert shown.count(r"\le ") == 1
    for row in shown.splitlines()[1:-1]:
        assert row.count(r"\left(") == row.count(r"\right)")
    assert display(r"a \le b") == "\\[\na \\le b\n\\]"


def test_no_results_still_make_a_page_and_a_document():
    for html in dict(pages([])).values():
        parsed(html)
    assert "0 claims" in document([])
