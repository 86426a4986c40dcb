"""The terminal table, the failure lines, the summary, the digits of witnesses."""

import io

import pytest
from rich.console import Console

from deepcond_sym.report import terminal
from deepcond_sym.report.summary import Summary
from deepcond_sym.report.witness import shorten, with_digits


def shown(results, width=100, **options):
    stream = io.StringIO()
    terminal.show(results, Console(file=stream, width=width), **options)
    return stream.getvalue()


@pytest.mark.parametrize("width", [40, 80, 120, 200])
def test_every_id_and_verdict_is_there_at_any_width(results, width):
    text = shown(results, width)
    for result in results:
        assert result["id"] in text
        assert result["verdict"] in text
    assert "\x1b" not in text


def test_failures_come_under_the_table_and_the_summary_last(results):
    lines = shown(results, report="report/index.html", seconds=1.25).splitlines()
    assert lines[-2] == "other2026/T1: expected PROVED, came out UNDECIDED: no proof is given"
    assert lines[-1] == (
        "3 claims: 1 proved, 1 refuted, 1 undecided; 1 not as expected; 1 of 1 mutants killed; 1.2 s; report/index.html"
    )


def test_a_refutation_that_was_not_expected_shows_its_witness(results):
    wrong = {**results[1], "expected": "PROVED", "as_expected": False}
    (line,) = terminal.failure_lines([wrong])
    assert line.startswith("sample2026/E7: expected PROVED, came out REFUTED: at rho = ")
    assert "claimed left = right" in line


def test_a_surviving_mutant_is_a_failure(results):
    alive = {**results[0], "mutants": [{"name": "m", "verdict": "PROVED", "died": False, "reason": ""}]}
    assert terminal.failure_lines([alive]) == ["sample2026/L1: the mutant 'm' survived (it came out PROVED)"]
    assert not Summary.of([alive]).ok


def test_square_brackets_are_not_read_as_markup(results):
    assert "[red]x[/red]" in shown([{**results[0], "title": "[red]x[/red]"}], 150)


def test_a_run_is_ok_only_if_all_is_as_expected(results):
    assert not Summary.of(results).ok
    assert Summary.of(results[:2]).ok
    assert Summary.of(results[:2]).as_json() == {
        "claims": 2,
        "as_expected": 2,
        "unexpected": 0,
        "verdicts": {"PROVED": 1, "REFUTED": 1},
        "mutants": {"killed": 1, "survived": 0},
        "seconds": pytest.approx(sum(result["seconds"] for result in results[:2]), abs=0.01),
        "ok": True,
    }


ROUNDED = [
    ("1.0800000", 20, "1.08"), ("-0.123456", 3, "-0.123"), ("1.5e-30", 5, "1.5e-30"), ("120", 5, "120"), ("0", 5, "0"),
    ("99.96", 3, "100"), ("[1 +/- 2]", 5, "[1 +/- 2]"), ("123456.7", 3, "1.23e+5"),
]  # fmt: skip


@pytest.mark.parametrize(("decimal", "digits", "short"), ROUNDED)
def test_decimals_are_rounded_not_cut(decimal, digits, short):
    assert shorten(decimal, digits) == short


def test_more_digits_than_recorded_are_computed(results):
    few, many = with_digits(results[1], 4)["refutation"], with_digits(results[1], 50)["refutation"]
    assert len(few["left"].lstrip("0.")) <= 4
    # the witness is rational with a small denominator, so its decimals end: at 4 digits it is rounded from the 50
    assert shorten(many["left"], 4) == few["left"]
    assert with_digits(results[0], 50) is results[0]


def test_a_verdict_that_rests_on_samples_names_its_confidence(capsys):
    """Beside REFUTED by a witness, which is certain, stands REFUTED at a confidence."""
    from deepcond_sym.proof import registry, runner
    from deepcond_sym.report import terminal

    names = ["agarwal2021/eq7-printed", "agarwal2021/eq7-printed-simulated", "agarwal2021/eq7-simulated"]
    results = [runner.judge(claim) for claim in registry.select(names)]
    console = Console(width=100, force_terminal=False)
    terminal.show(results, console)
    shown = capsys.readouterr().out.splitlines()
    certain, sampled, supported = (next(line for line in shown if line.startswith(f"{name} ")) for name in names)
    assert "REFUTED  " in certain
    assert "REFUTED 1 - 2e-9" in sampled
    assert "SUPPORTED 1 - 2e-9" in supported
    (against,) = [line for line in shown if line.startswith(f"{names[1]} fails at confidence 1 - 2e-9")]
    assert "samples (seed" in against
    assert "a mean in [" in against
