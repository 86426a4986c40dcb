"""Samples support or contradict, at a stated confidence; they never prove, and a false bound finds no support.

The truth comes from elsewhere: also_quiet(n, delta) has the probability erf(u/sqrt(2 delta (2 - delta))), where
u = sqrt(delta)/(4 n) (a Gaussian of variance 1 - (1 - delta)^2); a layer of quartile_sign has the mean correlation 0 at
rho = 0."""

import math
from fractions import Fraction

import pytest
import sympy as sp
from hypothesis import given, settings
from hypothesis import strategies as st

from deepcond_sym.errors import InputError
from deepcond_sym.proof import Claim, Proof, RuleFailure, Verdict, certificate, forall, interval, le, lt
from deepcond_sym.proof import index as whole_index
from deepcond_sym.proof.contradiction import contradict
from deepcond_sym.proof.encoding import encode_statement
from deepcond_sym.proof.language import Relation, expectation
from deepcond_sym.proof.result import judged
from deepcond_sym.proof.sampling import ERROR, SEEDS, SIZES, Contradicted
from deepcond_sym.proof.sampling import interval as confidence_interval
from deepcond_sym.proof.step import derive

prove = Proof()
t = sp.Symbol("t", real=True)


def named(name: str, *parameters) -> sp.Expr:
    return expectation(*(sp.Symbol(p, real=True) if isinstance(p, str) else sp.S(p) for p in (name, *parameters)))


def quiet(delta: Fraction | int = 1, count: int = 2) -> tuple[sp.Expr, float]:
    """The event and its probability."""
    delta = Fraction(delta)
    level = math.sqrt(delta) / (4 * count)
    truth = math.erf(level / math.sqrt(2 * delta * (2 - delta)))
    return named("also_quiet", count, sp.Rational(delta.numerator, delta.denominator)), truth


EVENT, TRUTH = quiet()
MEAN = named("correlation", "quartile_sign", 8, 1, 0)


def test_what_it_supports() -> None:
    below, above = sp.Rational(95, 1000), sp.Rational(104, 1000)
    assert float(below) < TRUTH < float(above)
    for relation in (le(below, EVENT), le(EVENT, above), le(abs(EVENT - sp.Rational(1, 10)), sp.Rational(5, 1000))):
        step = prove.simulate(forall(holds=relation), seed=1, samples=2**19)
        assert step.verdict is Verdict.SUPPORTED
    assert prove.simulate(forall(holds=le(abs(MEAN), "1/50")), seed=0, samples=2**16).verdict is Verdict.SUPPORTED
    assert prove.simulate(forall(holds=le(sp.erf(sp.Rational(1, 9)) / 2, EVENT)), seed=1, samples=2**16)


@pytest.mark.parametrize(
    "false",
    [
        le("11/100", EVENT), le(EVENT, "9/100"), le(abs(EVENT - sp.Rational(1, 5)), "1/20"), le("1/20", MEAN),
        le(MEAN, "-1/20"), le(abs(sp.Rational(1, 10) - MEAN), "1/20"), le(abs(EVENT), "-1"), le(sp.pi, EVENT),
    ],
)  # fmt: skip
def test_a_false_bound_is_contradicted_not_supported(false) -> None:
    with pytest.raises(Contradicted):
        prove.simulate(forall(holds=false), seed=3, samples=2**16)


@pytest.mark.parametrize("open_", [le(sp.Rational(1, 10), EVENT), le(EVENT, sp.Rational(1, 10)), le(0, MEAN)])
def test_a_bound_too_close_to_the_truth_is_left_undecided(open_) -> None:
    with pytest.raises(RuleFailure, match="not enough") as found:
        prove.simulate(forall(holds=open_), seed=3, samples=2**12)
    assert not isinstance(found.value, Contradicted)


@settings(max_examples=60, deadline=None)
@given(
    st.sampled_from([Fraction(1), Fraction(1, 2), Fraction(1, 10)]),
    st.fractions(Fraction(1, 20), 2, max_denominator=200),
    st.sampled_from(["below", "above", "around"]),
    st.sampled_from(SEEDS),
    st.sampled_from([size for size in SIZES if size <= 2**14]),
)
def test_nothing_false_by_a_margin_is_supported(delta, margin, kind, seed, samples) -> None:
    """Whatever seed and number of samples: a margin of 1/20 is far outside of a true interval's reach."""
    event, truth = quiet(delta)
    gap, centre = sp.Rational(margin.numerator, margin.denominator), sp.Rational(round(truth * 10**6), 10**6)
    false = {
        "below": le(centre + gap, event), "above": le(event, centre - gap),
        "around": le(abs(event - centre - gap), gap / 2),
    }[kind]  # fmt: skip
    with pytest.raises(RuleFailure):
        prove.simulate(forall(holds=false), seed=seed, samples=samples)


def test_the_intervals_of_many_seeds_contain_the_truth() -> None:
    """At 1 - 1e-9 for all seeds together, not one of 300 may miss."""
    for seed in range(300):
        low, high = confidence_interval(EVENT, seed, 2**8)
        assert low <= TRUTH <= high


def test_each_run_has_its_share_of_the_error() -> None:
    """Clopper-Pearson at ERROR/(seeds x sizes): the upper end after no hit in n trials is 1 - (share/2)^(1/n)."""
    never = named("relu_features", 2, sp.Rational(1, 2), 1, 1)  # one neuron: the Gram matrix has rank 1
    low, high = confidence_interval(never, 0, 2**10)
    assert low == 0
    share = float(ERROR) / (len(SEEDS) * len(SIZES))
    assert float(high) == pytest.approx(1 - (share / 2) ** (1 / 2**10), rel=1e-9)


def test_support_is_no_premise() -> None:
    supported = prove.simulate(forall(holds=le(0, EVENT)), seed=0, samples=2**4)
    with pytest.raises(RuleFailure, match="premise"):
        prove.chain(forall(holds=le(-1, EVENT)), supported)


def test_no_premise_supports() -> None:
    proved = prove.evaluate(forall(holds=le(0, 1)))
    with pytest.raises(RuleFailure, match="premises"):
        derive("monte carlo", prove.simulate(forall(holds=le(0, EVENT)), seed=0, samples=16).arguments, proved)


_, layers = whole_index("L")


@pytest.mark.parametrize(
    "statement",
    [
        forall(holds=lt(0, EVENT)), forall(holds=Relation(EVENT, "==", sp.S.Zero)), forall(holds=le(EVENT, EVENT)),
        forall(holds=le(EVENT, MEAN)), forall(holds=le(EVENT**2, 1)), forall(holds=le(2 * EVENT, 2)),
        forall(holds=le(abs(2 * EVENT), 2)), forall(holds=le(abs(EVENT - EVENT**2), 1)), forall(holds=le(0, 1)),
        forall(holds=le(-EVENT, 0)), forall(holds=le(abs(EVENT), EVENT)), forall(holds=le(sp.exp(EVENT), 9)),
        forall(interval(t, 0, 1), holds=le(EVENT, 1 + t)), forall(layers, holds=le(EVENT, 1)),
        forall(given=[le(1, 0)], holds=le(EVENT, 1)), forall(holds=le(sp.Max(EVENT, 0), 1)),
    ],
)  # fmt: skip
def test_only_a_bound_for_one_mean_is_taken(statement) -> None:
    with pytest.raises(RuleFailure):
        prove.simulate(statement, seed=0, samples=16)


@pytest.mark.parametrize(("seed", "samples"), [(-1, 16), (1000, 16), (0, 15), (0, 8), (0, 2**21), (0, 0), (0, 1000)])
def test_seeds_and_sizes_are_those_that_the_error_is_shared_among(seed, samples) -> None:
    with pytest.raises(RuleFailure, match="take a seed"):
        prove.simulate(forall(holds=le(0, EVENT)), seed=seed, samples=samples)


@pytest.mark.parametrize(
    "call",
    [
        ("no_such_experiment",), (), ("correlation",), ("correlation", "selu", 8, 1, 0), (3, 2, 1),
        ("correlation", "relu", 0, 1, 0), ("correlation", "relu", sp.Rational(1, 2), 1, 0),
        ("correlation", "relu", 8, 1, 2), ("correlation", "relu", 8, 1, 0, 0), ("correlation", "relu", 8, 1, sp.pi / 9),
        ("also_quiet", 2, 0), ("also_quiet", 1, 1), ("correlation", 1, 8, 1, 0), ("also_quiet", "relu", 1),
    ],
)  # fmt: skip
def test_an_experiment_that_is_not_in_the_table_has_no_mean(call) -> None:
    with pytest.raises(InputError):
        forall(holds=le(0, named(*call)) if call else le(0, expectation()))


def test_a_variable_is_no_parameter() -> None:
    with pytest.raises(InputError):
        forall(interval(t, 0, 1), holds=le(0, expectation(sp.Symbol("also_quiet", real=True), 2, t)))


def test_too_much_work_is_refused() -> None:
    vast = named("tangent_within", "relu", 2**14, 100, 0, 0, 1)
    with pytest.raises(InputError, match="take fewer"):
        prove.simulate(forall(holds=le(0, vast)), seed=0, samples=2**20)


def sampled_claim(bound: str, expected: Verdict, samples: int = 2**14) -> Claim:
    claim = Claim("example/sampled", title="a bound", note="-", expected=expected, parameters={"bound": bound})

    @claim.states
    def statement(bound):
        return forall(holds=le(EVENT, bound)), forall(holds=le(0, EVENT))

    @claim.proves
    def proof(prove, goal, bound):
        return [prove.simulate(s, seed=5, samples=samples) for s in goal]

    return claim


def test_a_claim_is_supported_or_refuted_at_a_confidence_that_the_result_names() -> None:
    """Two statements: their chances of error add up."""
    supported = judged(claim := sampled_claim("13/100", Verdict.SUPPORTED), claim.judge())
    assert (supported["verdict"], supported["confidence"], supported["as_expected"]) == ("SUPPORTED", "1 - 2e-9", True)
    refuted = judged(claim := sampled_claim("7/100", Verdict.REFUTED), claim.judge())
    assert (refuted["verdict"], refuted["confidence"]) == ("REFUTED", "1 - 2e-9")
    against = refuted["refutation"]
    assert "instance" not in against
    assert (against["part"], against["seed"], against["samples"]) == (0, 5, 2**14)
    assert "at confidence 1 - 2e-9" in against["where"]
    undecided = judged(claim := sampled_claim("1/10", Verdict.UNDECIDED, samples=2**8), claim.judge())
    assert (undecided["verdict"], undecided["confidence"], undecided["refutation"]) == ("UNDECIDED", "", None)


def test_the_printed_lines_draw_the_samples_again() -> None:
    found = contradict((forall(holds=le(EVENT, "7/100")),), 0, 5, 2**14)
    assert found is not None
    scope: dict = {}
    exec(found.reproduce(), scope)
    assert abs(scope["drawn"].mean() - TRUTH) < 0.02


@pytest.fixture
def entry(tmp_path):
    """A certificate of one supported and one refuted claim, as data, and a way to check it again."""
    import json

    claims = [sampled_claim("13/100", Verdict.SUPPORTED), sampled_claim("7/100", Verdict.REFUTED)]
    path = tmp_path / "certificate.json"
    certificate.write(path, [judged(c, c.judge()) for c in claims])
    data = json.loads(path.read_text())

    def recheck(changed) -> list:
        for e in changed["claims"]:
            e["digest"] = certificate._digest({k: v for k, v in e.items() if k != "digest"})
        changed["digest"] = certificate._digest(
            {"version": changed["version"], "claims": [e["digest"] for e in changed["claims"]]}
        )
        path.write_text(json.dumps(changed))
        return certificate.recheck(path)

    return data, recheck


def test_a_certificate_of_samples_draws_them_again(entry, monkeypatch) -> None:
    data, recheck = entry
    assert recheck(data) == []
    confidence_interval.cache_clear()
    runs = []
    from deepcond_sym.simulation.experiment import Experiment

    original = Experiment.run
    monkeypatch.setattr(Experiment, "run", lambda self, *a: runs.append(self.name) or original(self, *a))
    assert recheck(data) == []
    assert runs == ["also_quiet"]


ONE, TWO = 0, 1


@pytest.mark.parametrize(
    ("place", "change"),
    [
        (ONE, lambda e: e.update(verdict="PROVED", confidence="")),
        (ONE, lambda e: e.update(verdict="CERTIFIED", confidence="")),
        (ONE, lambda e: e["steps"][0].update(strength="PROVED")),
        (ONE, lambda e: e.update(confidence="1 - 1e-30")),
        (ONE, lambda e: e.update(confidence="")),
        (ONE, lambda e: e["steps"][0]["arguments"].update(samples=16)),
        (ONE, lambda e: e["steps"][0]["arguments"].update(samples=True)),
        (ONE, lambda e: e["steps"][0]["arguments"].update(seed=5.0)),
        (ONE, lambda e: e["steps"][0]["arguments"].pop("seed")),
        (ONE, lambda e: e["steps"][0]["conclusion"]["holds"].__setitem__(2, "1/50")),
        (ONE, lambda e: e["statements"][0]["holds"].__setitem__(2, "1/50")),
        (ONE, lambda e: e["steps"][0]["arguments"]["statement"]["holds"].__setitem__(2, "1/50")),
        (ONE, lambda e: e["roots"].pop()),
        (ONE, lambda e: e.update(steps=[], roots=[])),
        (TWO, lambda e: e.update(confidence="")),
        (TWO, lambda e: e.update(refutation=None)),
        (TWO, lambda e: e["refutation"].update(samples=16)),
        (TWO, lambda e: e["refutation"].update(part=1)),
        (TWO, lambda e: e["refutation"].update(seed=1001)),
        (TWO, lambda e: e["refutation"].update(where="at rho = 1/2")),
        (TWO, lambda e: e["refutation"].pop("samples")),
        (TWO, lambda e: e["refutation"].update(instance={"values": {}})),
        (TWO, lambda e: e["statements"][0]["holds"].__setitem__(2, "13/100")),
    ],
)
def test_a_tampered_certificate_is_caught_even_with_fitting_digests(entry, place, change) -> None:
    data, recheck = entry
    change(data["claims"][place])
    assert recheck(data)


def test_another_seed_is_another_run_and_shows_on_its_own() -> None:
    """A changed seed is not hidden: the samples are drawn from it, and support what they support."""
    statement = forall(holds=le(EVENT, "13/100"))
    assert all(prove.simulate(statement, seed=s, samples=2**14).verdict is Verdict.SUPPORTED for s in (5, 6, 999))


def test_statements_without_experiments_carry_no_confidence() -> None:
    claim = Claim("example/plain", title="plain")
    claim.states(lambda: forall(holds=le(0, 1)))
    claim.proves(lambda prove, goal: prove.evaluate(goal))
    assert judged(claim, claim.judge())["confidence"] == ""


FORGERIES = {
    "a mean between two numbers, by the rule for polynomials": lambda: prove.polynomial(le(EVENT, 1)),
    "a mean evaluated in balls": lambda: prove.evaluate(forall(holds=le(EVENT, 1))),
    "a mean enclosed in balls": lambda: prove.ball_box(le(EVENT, 1)),
    "an equality by samples": lambda: prove.simulate(
        forall(holds=Relation(EVENT, "==", sp.Rational(1, 10))), seed=0, samples=16
    ),
    "two means in one bound": lambda: prove.simulate(forall(holds=le(EVENT - MEAN, 9)), seed=0, samples=16),
    "the mean on both sides of a bound": lambda: prove.simulate(
        forall(holds=le(abs(EVENT - 1), 1 + EVENT)), seed=0, samples=16
    ),
    "a hypothesis that no sample looks at": lambda: prove.simulate(
        forall(given=[le(EVENT, 0)], holds=le(EVENT, "1/2")), seed=0, samples=16
    ),
    "a bound that has no value": lambda: prove.simulate(
        forall(holds=le(EVENT, sp.Pow(sp.sin(sp.pi, evaluate=False), -1, evaluate=False))), seed=0, samples=16
    ),
    "a proved strength": lambda: derive(
        "monte carlo",
        {"statement": encode_statement(forall(holds=le("1/2", EVENT))), "seed": 0, "samples": 16, "strength": "PROVED"},
    ),
    "evidence instead of samples": lambda: derive(
        "monte carlo",
        {"statement": encode_statement(forall(holds=le("1/2", EVENT))), "seed": 0, "samples": 1024},
        evidence=[["1/2", "1"]],
    ),
    "a million samples that are a text": lambda: derive(
        "monte carlo", {"statement": encode_statement(forall(holds=le("1/2", EVENT))), "seed": 0, "samples": "1048576"}
    ),
}


@pytest.mark.parametrize("name", FORGERIES)
def test_the_kernel_refuses(name) -> None:
    with pytest.raises((RuleFailure, InputError)):
        FORGERIES[name]()
