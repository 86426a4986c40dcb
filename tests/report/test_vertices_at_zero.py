"""The vertex rule in words where the dual and its slope are taken at 0: 0^0 is 1, the slope of r^0 is 0 and not 0/0."""

import pytest

from deepcond_sym.proof import registry, runner
from deepcond_sym.report.html import pages
from deepcond_sym.report.latex import document


@pytest.fixture(scope="module")
def results():
    return [runner.judge(claim) for claim in registry.select(["agarwal2021/L31", "agarwal2021/L34-at-one"])]


def test_each_vertex_is_what_it_is(results):
    """mu-tilde is 0 at i = 0 and i = 1, and 1 from i = 2 on; only there the inequality has to be strict."""
    printed = document(results)
    lines = printed.splitlines()
    (line,) = {line for line in lines if line.startswith("Both sides are affine") and "0 < 1" in line}
    cases = line.split("There it reads ")[1]
    assert cases.startswith(r"$0 \le 0$ for $i = 0$, and $0 \le 0$ for $i = 1$, and $0 < 1$ for $i \ge 2$")


def test_no_face_of_the_report_shows_what_is_no_number(results):
    for text in (document(results), "".join(dict(pages(results)).values())):
        assert not any(word in text for word in ("nan", r"\tilde{\infty}", "zoo"))
