"""The notebooks as files: all are there, were executed from top to bottom, and show nothing tied to a machine.

Nothing is executed here: `make notebooks` does that.
"""

import json
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "notebooks"
NAMES = [
    "1_tour", "2_activation_to_dual", "3_deep_conditioning", "4_relu_ntk_limit", "5_phases",
    "6_normalised_relu_in_training", "7_your_own_claim",
]  # fmt: skip
FORBIDDEN = {
    "a path of a machine": r"(?<![\w.:/])/(home|Users|tmp|root|work|usr|opt|var|mnt)/|[A-Z]:\\\\?Users",
    "a warning": r"\b\w*Warning\b|WARNING",
    "a traceback": r"Traceback|\x1b\[",
    "an object's address": r"0x[0-9a-f]{6,}",
    "a time": r"\b\d+(\.\d+)? ?(ms|s|seconds)\b(?! of)|it/s",
}
MOST_BYTES = 500_000
MOST_LINES = 40


def cells(name, kind="code"):
    notebook = json.loads((FOLDER / f"{name}.ipynb").read_text())
    return [cell for cell in notebook["cells"] if cell["cell_type"] == kind]


def texts(cell):
    """What the outputs of a cell show as text."""
    for output in cell["outputs"]:
        yield "".join(output.get("text", []))
        for kind, value in output.get("data", {}).items():
            if kind.startswith("text/"):
                yield "".join(value)


def test_these_and_no_others_are_there():
    assert sorted(p.stem for p in FOLDER.glob("*.ipynb")) == NAMES


def test_the_readme_names_each_of_them():
    readme = (ROOT / "README.md").read_text()
    assert [name for name in NAMES if f"notebooks/{name}.ipynb" not in readme] == []


@pytest.mark.parametrize("name", NAMES)
def test_every_cell_ran_in_order_and_without_an_error(name):
    code = cells(name)
    assert [cell["execution_count"] for cell in code] == list(range(1, len(code) + 1))
    outputs = [output for cell in code for output in cell["outputs"]]
    assert len(outputs) >= 5
    assert {output["output_type"] for output in outputs} <= {"stream", "display_data", "execute_result"}
    assert all(output.get("name") != "stderr" for output in outputs)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("what", FORBIDDEN)
def test_no_output_shows(name, what):
    found = [text for cell in cells(name) for text in texts(cell) if re.search(FORBIDDEN[what], text)]
    assert found == []


@pytest.mark.parametrize("name", NAMES)
def test_they_are_small_and_no_cell_prints_a_wall_of_text(name):
    assert (FOLDER / f"{name}.ipynb").stat().st_size < MOST_BYTES
    assert max(text.count("\n") for cell in cells(name) for text in texts(cell)) <= MOST_LINES


@pytest.mark.parametrize("name", NAMES)
def test_links_between_them_lead_somewhere(name):
    prose = "".join("".join(cell["source"]) for cell in cells(name, "markdown"))
    for target in re.findall(r"\]\(([^)#]+)\)", prose):
        assert (FOLDER / target).exists(), target


def test_the_patterns_find_what_they_are_for():
    """A pattern that matches nothing would pass every notebook."""
    samples = {
        "a path of a machine": "File /home/someone/x.py",
        "a warning": "DeprecationWarning: old",
        "a traceback": "Traceback (most recent call last)",
        "an object's address": "<function f at 0x7f3a12bc>",
        "a time": "took 1.25 s",
    }
    assert all(re.search(FORBIDDEN[what], sample) for what, sample in samples.items())
    assert samples.keys() == FORBIDDEN.keys()
