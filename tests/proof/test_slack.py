"""Tables of slack: the depths of D2's table by other routes, and what a table may not speak of."""

from fractions import Fraction

import mpmath
import pytest
import sympy as sp

from deepcond_sym.errors import InputError
from deepcond_sym.proof import registry
from deepcond_sym.proof.runner import judge
from deepcond_sym.proof.slack import slack
from deepcond_sym.report.html import pages
from deepcond_sym.report.latex import document
from deepcond_sym.report.sharpness import slack_lines

L = sp.Symbol("L", integer=True)
r = sp.Symbol("r", real=True)


@pytest.fixture(scope="module")
def result():
    (claim,) = registry.select(["beyond/D2"])
    return judge(claim)


def least(holds) -> int:
    return next(k for k in range(3000) if holds(k))


def test_the_depths_of_d2_in_mpmath(result):
    """The paper's B by its two phases, the odds bound, and the iterates of q_mu: none by the terms of the claim."""
    (table,) = result["slack"]
    assert len(table["rows"]) == 12
    with mpmath.workdps(50):
        for row in table["rows"]:
            mu, delta = (mpmath.mpf(f.numerator) / f.denominator for f in map(Fraction, row["at"].values()))
            first_phase = least(lambda k, m=mu, d=delta: 2 * d * (1 + m / 2) ** k >= 1)

            def printed(depth, m=mu, d=delta, passed=first_phase):
                early = depth <= passed
                return 1 - d * (1 + m / 2) ** depth if early else (1 - m / 2) ** (depth - passed) / 2

            b, supremum = 1 - delta, 0
            while b > mpmath.mpf(1) / 1000:
                b, supremum = (1 - mu) * b + mu * b**2, supremum + 1
            odds = least(lambda k, m=mu, d=delta: 1 / (1 + d / (1 - d) * (1 + m) ** k) <= mpmath.mpf(1) / 1000)
            assert row["depths"] == [least(lambda k, p=printed: p(k) <= mpmath.mpf(1) / 1000), odds, supremum]


def test_the_table_is_on_every_face(result):
    (table,) = result["slack"]
    assert "246         142                 136   1.8" in "\n".join(slack_lines(table))
    html, tex = "".join(dict(pages([result])).values()), document([result])
    for said in ("printed B(L, delta)", "odds bound", "exact supremum b_L"):
        assert said in html
    assert "246 & 142 & 136 & 1.8" in tex
    assert tex.count(r"\begin{tabular}") == 1


def test_a_bound_that_never_gets_there_has_no_depth():
    table = slack(L, "1/1000", {"stuck": r + r**L}, {r: ["1/2"]}).table()
    assert table["rows"][0]["depths"] == [None]
    assert " - " in slack_lines(table)[-1]


def test_a_bound_that_is_small_at_once():
    assert slack(L, 1, {"at once": r**L}, {r: ["1/2"]}).table()["rows"][0]["depths"] == [0]


def test_a_table_needs_a_value_for_every_variable():
    with pytest.raises(InputError, match="'powers' has r"):
        slack(L, "1/10", {"powers": r**L}, {sp.Symbol("s", real=True): [1]})
    with pytest.raises(InputError, match="float"):
        slack(L, 0.1, {"powers": r**L}, {r: [1]})
