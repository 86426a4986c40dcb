"""Real results, judged once a session: a claim proved, with a mutant, one refuted as expected, one undecided."""

from typing import Any

import pytest
import sympy as sp

from deepcond_sym.proof.claim import Claim
from deepcond_sym.proof.language import NORMALISED, dual, eq, forall, index, interval, iterate, le, mu, ntk
from deepcond_sym.proof.runner import judge
from deepcond_sym.proof.verdict import Verdict
from deepcond_sym.symbols import rho


def contraction() -> Claim:
    claim = Claim(
        "sample2026/L1",
        title=r"One layer contracts <by $\mu$> & more",
        source="p. 23",
        provenance="paper",
        printed=r"\hat\sigma(\rho) \le \rho\,(1-\mu(1-\rho)) \text{ for } 0 < \rho < 1 \text{ \& all } \sigma",
        parameters={"c": 1},
        note="Linear in $p_i$; 100% of the cases.",
        beside=("sample2026/E7",),
    )

    @claim.states
    def statement(c):
        return forall(interval(rho, 0, 1), family=NORMALISED, holds=le(dual(rho), rho * (1 - c * mu * (1 - rho))))

    @claim.proves
    def proof(prove, goal, c):
        return prove.vertices(goal)

    claim.mutant("twice the slope", c=2)
    return claim


def index_slip() -> Claim:
    claim = Claim(
        "sample2026/E7",
        title="The tangent kernel, its index shifted",
        source="p. 25, eq. (7)",
        provenance="as reported",
        printed=r"\Theta_{ij}=\sum_{h=1}^{L+1}\hat\sigma^{(h-1)}(\rho)\prod_{h'=h}^{L}\hat\sigma'(\hat\sigma^{(h')}(\rho))",
        expected=Verdict.REFUTED,
    )

    @claim.states
    def statement():
        depth, depths = index("L", 1)
        return forall(
            interval(rho, 0, 1),
            depths,
            family=NORMALISED,
            holds=eq(ntk(depth, rho), iterate(depth, rho) + sp.Rational(1, 2) * rho),
        )

    return claim


def undecided() -> Claim:
    claim = Claim("other2026/T1", title="Nobody has proved this", source="p. 1", provenance="as reported")

    @claim.states
    def statement():
        return forall(interval(rho, 0, 1), family=NORMALISED, holds=le(dual(rho) ** 2, rho**2))

    return claim


@pytest.fixture(scope="session")
def results() -> list[dict[str, Any]]:
    return [judge(contraction(), with_mutants=True), judge(index_slip()), judge(undecided())]
