"""The best constants: what the bisection finds against what is known of each family by hand."""

import contextlib
import io
from fractions import Fraction

import mpmath
import pytest

from deepcond_sym.proof import Verdict, registry
from deepcond_sym.proof.runner import judge_probe
from deepcond_sym.proof.sharpening import Search

GAP, WIDE_GAP = Fraction(1, 1000), Fraction(1, 100)
FAMILIES = [(claim, place) for claim in registry.ours() for place in range(len(claim.sharpenings))]

BEST = {
    # 1 - rho grows by 1 + mu rho, rho shrinks by 1 - mu (1 - rho), and rho = 1/2 is in both ranges
    ("agarwal2021/L22", "near"): "1/2",
    ("agarwal2021/L22", "far"): "1/2",
    ("agarwal2021/L23", "near"): "1/2",
    ("agarwal2021/L23", "far"): "1/2",
    ("agarwal2021/T3", "near"): "1/2",
    ("agarwal2021/T3", "far"): "1/2",
    ("agarwal2021/T7", "near"): "1/2",
    ("agarwal2021/T7", "far"): "1/2",
    # the odds of q_mu, as rho -> 1
    ("agarwal2021/C8", "base"): "1",
    # attained by q_mu: 2 mu/(1 + mu)
    ("agarwal2021/L27", "constant"): "1",
    # at L = L_0 = 0 an entry may be 1 - delta
    ("agarwal2021/T5", "factor"): "1",
    # h_2 has mu = 1
    ("agarwal2021/L20", "upper"): "1",
    # equality for equicorrelated data
    ("agarwal2021/L24", "slack"): "1",
    # h_2 again; equalities in degree 2, for the last one at rho = (1 + b)/2
    ("agarwal2021/L31", "upper"): "1",
    ("agarwal2021/L33", "constant"): "1",
    ("agarwal2021/L34-at-one", "constant"): "1",
    ("agarwal2021/L35", "share"): "1/2",
    ("beyond/D8", "constant"): "1",
    # mu-tilde -> 0, from rho = -1
    ("agarwal2021/L37", "far"): "1",
    # attained by q_mu; the base by rho -> 1
    ("beyond/D1", "q"): "0",
    ("beyond/D2", "base"): "1",
    # a doubled squared norm with v - 1 = s (gamma - 1), s = 1 - alpha
    ("agarwal2021/T38-eq12", "rate"): "1",
    # q_mu at rho = 1/2, for both norms
    ("agarwal2021/L42-product", "near"): "1/2",
    ("agarwal2021/L42-product", "far"): "1/2",
    # a = b
    ("agarwal2021/L56-form", "twice"): "2",
    # one epoch that gains no more
    ("agarwal2021/T52-epoch", "gain"): "1/8",
    # one step that makes the residual drawn 0
    ("agarwal2021/T46-lower", "kept"): "1",
    # gamma = 1 + mu/4 as mu -> 0
    ("beyond/D9-norms", "kept"): "3/4",
    # the component of the least eigenvalue; the derivative at x = 0
    ("beyond/D12", "rate"): "1",
    ("beyond/D12", "tail"): "2",
    # attained by q_mu; for the condition number with equicorrelated data, and for two points with b_L = 1/2
    ("beyond/D5", "factor"): "1",
    ("beyond/D6", "size"): "1",
    ("beyond/D6-separated", "constant"): "4",
    # attained by q_mu^odd; its odds as rho -> 0 and as rho -> 1
    ("beyond/D4", "q"): "0",
    ("beyond/D4", "small"): "1",
    ("beyond/D4", "large"): "2",
    # the linear part is what is left as rho -> 0
    ("beyond/D3", "low"): "1",
    ("agarwal2021/L27-sharp", "constant"): "1",
    # as rho -> 1, and as t -> 0
    ("beyond/relu-layer", "gain"): "1",
    ("beyond/D9-mu", "share"): "1",
    # attained by q_mu itself
    ("beyond/Koenigs", "rate"): "1",
    ("beyond/D7", "base"): "1",
    # as theta -> 0; equalities at theta = pi; as theta -> 0; opposite inputs at the first depth; as theta -> 0
    ("starnaud2025/A", "gain"): "1",
    ("starnaud2025/B", "gain"): "1",
    ("starnaud2025/C", "rest"): "2/3",
    ("starnaud2025/E", "offset"): "1",
    ("starnaud2025/N3", "least"): "5/4",
    ("starnaud2025/LT-layer", "gain"): "1",
}
"""The best constant that there is, whether it is the printed one or sharper."""

WITHIN = {
    # 2 (n - 1)/(n (n + 1)) at n = 2, where mu = 1, delta = 1/2 has 1 + 2/3, and at n = 1 + sqrt(2), a real number that
    # the proof allows as well: 6 - 4 sqrt(2)
    ("agarwal2021/C4", "constant"): ("1/3", "0.3432"),
    # (2 Phi(y) - 1)/(10 y) between y = 0 and y = 1/20, the largest that there is
    ("agarwal2021/L58", "first"): ("0.0797", "0.0798"),
    # the largest value of pi g(theta)/theta, 1.67904..., at theta = 2.0694...
    ("starnaud2025/F", "share"): ("1.6790", "1.6791"),
    # opposite inputs: (sqrt(2) - 1 - 2/(3 pi)) pi^2
    ("starnaud2025/LT-layer", "rest"): ("1.9937", "1.9938"),
}
"""Where the best constant is no rational, or not proved: between these."""


def names(family):
    return f"{family[0].id}:{family[0].sharpenings[family[1]].parameter}"


ALWAYS = ("agarwal2021/L20", "agarwal2021/L27", "agarwal2021/L55", "beyond/D2", "beyond/D12")


@pytest.mark.parametrize(
    ("claim", "place"),
    [f if f[0].id in ALWAYS else pytest.param(*f, marks=pytest.mark.slow) for f in FAMILIES],
    ids=[names(f) for f in FAMILIES],
)
def test_the_best_constant(claim, place):
    """What is known of it by hand, and the lines of mpmath printed for the witness just beyond, run here."""
    family = claim.sharpenings[place]
    key = claim.id, family.parameter
    search, witnesses = Search(family, GAP if key in BEST else WIDE_GAP), {}
    while (c := search.next()) is not None:
        result = judge_probe(claim, place, c)
        search.record(c, Verdict(result["verdict"]))
        witnesses[c] = result["refutation"]
    assert search.proved is not None
    assert search.refuted is not None
    left, right = recomputed(witnesses[search.refuted]["reproduce"])
    assert witnesses[search.refuted]["relation"] in ("<=", "<")
    assert left > right
    if key in BEST:
        assert search.outcome == ("best" if family.printed == Fraction(BEST[key]) else "sharper")
        assert search.proved == Fraction(BEST[key])
        assert abs(search.refuted - search.proved) <= GAP
    elif key in WITHIN:
        low, high = map(Fraction, WITHIN[key])
        first, last = sorted((search.proved, search.refuted))
        assert low - WIDE_GAP <= first <= high
        assert low <= last <= high + WIDE_GAP
    else:
        assert search.outcome in ("best", "sharper", "not improved")


def recomputed(lines: str) -> list[Fraction]:
    """Both sides, as the printed lines of Python print them."""
    printed = io.StringIO()
    # the lines set mpmath's precision, which is one for all tests
    with mpmath.workdps(15), contextlib.redirect_stdout(printed):
        exec(lines, {})
    return [Fraction(line.split()[1]) for line in printed.getvalue().splitlines()[:2]]
