"""Pushing a constant: the bisection against thresholds that are known, and what a family must be to be searched."""

from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from deepcond_sym.errors import InputError
from deepcond_sym.proof import Claim, Verdict, forall, interval, le, registry
from deepcond_sym.proof.sharpener import sharpen
from deepcond_sym.proof.sharpening import Search, Sharpening, between, simplest
from deepcond_sym.symbols import rho

GAP = Fraction(1, 100)
fractions = st.fractions(-3, 3, max_denominator=60)


def searched(family: Sharpening, verdict_at, gap: Fraction = GAP) -> Search:
    search = Search(family, gap)
    while (c := search.next()) is not None:
        assert c not in search.verdicts, "no constant is judged twice"
        assert len(search.verdicts) < 60
        search.record(c, verdict_at(c))
    return search


@given(fractions, fractions, fractions, st.booleans())
def test_the_search_brackets_every_threshold(printed, strongest, threshold, upwards):
    """The truth is known: proved up to the threshold, refuted beyond it."""
    assume(printed != strongest)
    sign = 1 if strongest > printed else -1
    assume(sign * (threshold - printed) >= 0)
    found = searched(
        Sharpening("c", lambda c: c, printed, printed, strongest),
        lambda c: Verdict.PROVED if sign * (threshold - c) >= 0 else Verdict.REFUTED,
    )
    assert found.proved is not None
    assert sign * (threshold - found.proved) >= 0
    if found.refuted is None:
        assert found.proved == strongest
        assert found.outcome == "proved to the end of the range"
    else:
        assert sign * (found.refuted - threshold) > 0
        assert abs(found.refuted - found.proved) <= GAP
        assert found.outcome == ("best" if found.proved == printed else "sharper")


@given(st.fractions("1/8", "7/8", max_denominator=8))
def test_a_simple_threshold_is_hit_exactly(threshold):
    found = searched(
        Sharpening("c", lambda c: c, Fraction(0), Fraction(0), Fraction(1)),
        lambda c: Verdict.PROVED if c <= threshold else Verdict.REFUTED,
        Fraction(1, 1000),
    )
    assert found.proved == threshold
    assert found.refuted is not None
    assert found.refuted.denominator < 10_000


@given(st.fractions("1/10", "9/10", max_denominator=90), st.fractions("1/10", "9/10", max_denominator=90))
def test_what_cannot_be_decided_stays_between(one, other):
    low, high = min(one, other), max(one, other)

    def verdict_at(c: Fraction) -> Verdict:
        return Verdict.PROVED if c <= low else Verdict.UNDECIDED if c < high else Verdict.REFUTED

    found = searched(Sharpening("c", lambda c: c, Fraction(0), Fraction(0), Fraction(1)), verdict_at)
    assert found.proved is not None
    assert found.refuted is not None
    assert low - GAP <= found.proved <= low
    assert high <= found.refuted <= high + GAP


def test_a_claim_that_is_false_as_printed_is_weakened_until_it_holds():
    found = searched(
        Sharpening("c", lambda c: c, Fraction(1), Fraction(3), Fraction(0)),
        lambda c: Verdict.PROVED if c >= 2 else Verdict.REFUTED,
    )
    assert found.outcome == "false as printed"
    assert found.proved == 2
    assert found.refuted is not None
    assert 2 - GAP <= found.refuted < 2


def test_nothing_decided_ends_and_says_so():
    found = searched(Sharpening("c", lambda c: c, Fraction(1), Fraction(1), Fraction(0)), lambda c: Verdict.UNDECIDED)
    assert (found.proved, found.refuted, found.outcome) == (None, None, "undecided")


def test_a_family_whose_order_is_the_other_way_round_is_refused():
    search = Search(Sharpening("c", lambda c: c, Fraction(1), Fraction(0), Fraction(2)), GAP)
    search.record(Fraction(1), Verdict.REFUTED)
    with pytest.raises(InputError, match="turn the range round"):
        search.record(Fraction(3, 2), Verdict.PROVED)


@given(fractions, fractions, st.booleans())
def test_the_simplest_fraction_of_an_interval(one, other, inside):
    """Against a search through all denominators."""
    low, high = min(one, other), max(one, other)
    assume(low < high)
    found = simplest(low, high, inside=inside)
    assert low < found < high or (not inside and found in (low, high))
    for d in range(1, found.denominator):
        first = low * d // 1 + (1 if inside or low * d % 1 else 0)
        assert Fraction(int(first), d) > high or (inside and Fraction(int(first), d) == high)


def test_between_ends():
    assert between(Fraction(1), Fraction(1), GAP) is None
    assert between(Fraction(1, 3), Fraction(1, 2), Fraction(1)) is None


def claim_of(printed: str) -> Claim:
    claim = Claim("mine/line", title="r^2 <= c r", parameters={"c": printed})

    @claim.states
    def statement(c):
        return forall(interval(rho, 0, 1), holds=le(rho**2, c * rho))

    @claim.proves
    def proof(prove, goal, c):
        return prove.polynomial(goal.conclusion, *goal.variables)

    return claim


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        ({"parameter": "d", "printed": 2, "strongest": 0}, "no parameter 'd'"),
        ({"parameter": "c", "printed": 1, "strongest": 0}, "is not 2"),
        ({"parameter": "c", "printed": 2, "strongest": 2}, "single point"),
        ({"parameter": "c", "printed": 2, "strongest": 0, "weakest": 1}, "outside its range"),
        ({"parameter": "c", "printed": 2, "strongest": 0.5}, "float"),
    ],
)
def test_a_family_is_checked_when_it_is_declared(arguments, complaint):
    with pytest.raises(InputError, match=complaint):
        claim_of("2").sharpen(arguments.pop("parameter"), lambda c: c, **arguments)


def test_a_probe_is_the_claim_with_another_constant():
    claim = claim_of("2")
    claim.sharpen("c", lambda c: c, printed=2, strongest=0)
    assert claim.probe(0, Fraction(1)).verdict is Verdict.PROVED
    refuted = claim.probe(0, Fraction(1, 2))
    assert refuted.verdict is Verdict.REFUTED
    assert refuted.refutation is not None


FOLDER = """
import time
from deepcond_sym.proof import Claim, forall, interval, le
from deepcond_sym.symbols import rho

hump = Claim("mine/hump", title="r - r^3 <= c", parameters={"c": 1})
@hump.states
def hump_statement(c):
    return forall(interval(rho, 0, 1), holds=le(rho - rho**3, c))
@hump.proves
def hump_proof(prove, goal, c):
    return prove.polynomial(goal.conclusion, *goal.variables)
hump.sharpen("c", lambda c: c, printed=1, strongest=0)

slow = Claim("mine/slow", title="the same, but beyond 1/2 it takes for ever", parameters={"c": 1})
slow.states(hump_statement)
@slow.proves
def slow_proof(prove, goal, c):
    if c < 1:
        time.sleep(60)
    return hump_proof(prove, goal, c)
slow.sharpen("c", lambda c: c, printed=1, strongest="1/2")
"""


@pytest.fixture
def folder(tmp_path: Path) -> str:
    (tmp_path / "humps.py").write_text(FOLDER)
    return str(tmp_path)


def test_in_workers_against_the_known_maximum(folder):
    """r - r^3 has the maximum 2/(3 sqrt 3) on [0, 1]: proved at or above it, refuted below."""
    claims = [claim for claim in registry.select([folder]) if claim.id == "mine/hump"]
    seen = []
    (found,) = sharpen(claims, jobs=1, selectors=[folder], on_probe=lambda r: seen.append(r["verdict"]))
    proved, refuted = Fraction(found["proved"]["c"]), Fraction(found["refuted"]["c"])
    assert found["outcome"] == "sharper"
    assert refuted**2 * 27 < 4 <= proved**2 * 27
    assert proved - refuted <= Fraction(1, 200)
    assert len(seen) == len(found["probes"])
    at = Fraction(found["witness"]["instance"]["values"]["rho"][0])
    assert at - at**3 > refuted


def test_a_probe_that_overruns_is_undecided(folder):
    claims = [claim for claim in registry.select([folder]) if claim.id == "mine/slow"]
    (found,) = sharpen(claims, jobs=1, timeout=2, gap=Fraction(1, 4), selectors=[folder])
    assert found["outcome"] == "not improved"
    assert found["proved"]["c"] == "1"
    assert any("time" in reason for reason in found["reasons"].values())


def test_a_claim_without_a_family_is_named():
    with pytest.raises(InputError, match=r"mine/line.*claim\.sharpen"):
        sharpen([claim_of("2")])
    with pytest.raises(InputError, match="positive"):
        sharpen([claim_of("2")], gap=Fraction(0))
