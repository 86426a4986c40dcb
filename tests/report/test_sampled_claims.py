"""What rests on samples says so on the page and in the document, with its confidence and its interval."""

import pytest

from deepcond_sym.proof import registry, runner
from deepcond_sym.report.html import pages
from deepcond_sym.report.latex import document


@pytest.fixture(scope="module")
def results():
    names = ["agarwal2021/L44", "agarwal2021/eq7-printed-simulated", "agarwal2021/eq7-printed"]
    return [runner.judge(claim, with_mutants=True) for claim in registry.select(names)]


def test_the_page_names_confidence_and_interval(results):
    shown = "".join(dict(pages(results)).values())
    assert "SUPPORTED at confidence 1 - 2e-9" in shown
    assert "REFUTED at confidence 1 - 2e-9" in shown
    assert "Simulation against" in shown
    assert "Witness against" in shown
    assert "which the samples contradict" in shown
    assert "which is false" in shown
    assert "256 samples (seed 44)" in shown
    assert "EXPERIMENTS" in shown


def test_the_document_says_what_the_experiment_is(results):
    shown = document(results)
    assert r"\textbf{SUPPORTED} at confidence $1 - 2e-9$" not in shown
    assert r"at confidence 1 - 2e-9" in shown
    assert "Simulation against it" in shown
    assert r"\mathbb{E}\left[\text{kernels-near-limit}\left(\text{erf}, 64, 2, 5" in shown
    assert "whether all entries of the top-layer kernel matrix" in shown
    assert "with the confidence stated, the mean lies in" in shown
    assert r"\textbf{REFUTED} \quad" in shown, "a refutation with a witness names no confidence"
