"""`deepcond phase`, as a user runs it: certified numbers, and the diagram."""

import json
import math
from decimal import Decimal

import numpy as np
import pytest

from deepcond_sym.cli import main
from deepcond_sym.depth import phase_grid
from deepcond_sym.errors import InputError
from deepcond_sym.report.figures import drawing, files
from deepcond_sym.report.figures.phase_diagram import PhaseDiagram, cells, drawn


def run(capsys, *arguments):
    with pytest.raises(SystemExit) as stop:
        main(["phase", *arguments])
    out, err = capsys.readouterr()
    return stop.value.code, out, err


def encloses(bounds, printed):
    """Whether the bounds agree with a value that is printed to so many digits, and are thirty digits apart."""
    low, high, value = Decimal(bounds["lower"]), Decimal(bounds["upper"]), Decimal(printed)
    unit = Decimal(1).scaleb(value.as_tuple().exponent)
    return low - unit <= value <= high + unit and high - low <= abs(low) * Decimal("1e-30")


def test_thirty_digits_at_a_point(capsys):
    options = ("--weight-variance", "1.5", "--bias-variance", "0.05", "--digits", "30", "--json")
    code, out, _ = run(capsys, "erf", *options)
    found = json.loads(out)
    assert code == 0
    assert (found["phase"], found["xi_1"], found["p_star"]) == ("chaotic", None, "inf")
    printed = {
        "q_star": "0.6017531671097203",
        "c_star": "0.8205300879981973",
        "chi_1": "1.034700129581625",
        "chi_c_star": "0.9695519413252227",
        "xi_star": "15.3768358353",
        "p_ab_star": "16.2163566628553",
    }
    for name, value in printed.items():
        assert encloses(found[name], value), name
    assert "figure" not in found


def test_a_critical_point(capsys):
    code, out, _ = run(capsys, "erf", "--bias-variance", "9/50", "--digits", "30", "--json")
    found = json.loads(out)
    assert (code, found["phase"], found["attracts"]) == (0, "critical", True)
    assert encloses(found["weight_variance"], "1.747603749767703")
    assert encloses(found["q_star"], "0.9877877540319805")
    code, out, _ = run(capsys, "relu", "--weight-variance", "2", "--bias-variance", "0")
    assert code == 0
    assert out.startswith("relu with weight_variance 2, bias_variance 0: critical\n")
    assert "infinite" in out


@pytest.mark.parametrize("name", ["phases.svg", "d.PNG"])
def test_the_diagram_appears_whole(capsys, tmp_path, monkeypatch, name):
    monkeypatch.chdir(tmp_path)
    options = () if name == "phases.svg" else ("-o", name)
    code, out, _ = run(capsys, "relu", *options)
    assert (code, out) == (0, f"{name}\n")
    assert [path.name for path in tmp_path.iterdir()] == [name]
    assert (tmp_path / name).read_bytes()[:8] in (b"<?xml ve", b"\x89PNG\r\n\x1a\n")


def test_what_is_refused_in_one_sentence(capsys, tmp_path):
    for arguments in (
        ("erf", "--weight-variance", "1"),
        ("erf", "-o", str(tmp_path / "x.gif")),
        ("erf", "-o", str(tmp_path / "none" / "x.png")),
        ("erf", "--weights-to", "0"),
        ("relu", "--bias-variance", "1/10"),
        ("relu", "--weight-variance", "3", "--bias-variance", "1/10"),
        ("erf", "--bias-variance", "some"),
    ):
        code, out, err = run(capsys, *arguments)
        assert (code, out, len(err.splitlines())) == (2, "", 1), arguments
    assert list(tmp_path.iterdir()) == []


def test_the_diagram_of_erf_has_its_critical_line():
    grid = phase_grid("erf", cells(3, 12), cells("1/4", 8))
    weight, bias = grid.critical.T
    inside = (bias > 0.01) & (bias < 0.25)
    assert inside.sum() > 30
    q = (16 * weight[inside] ** 2 / math.pi**2 - 1) / 4
    assert bias[inside] == pytest.approx(q - np.sqrt(1 + 4 * q) / 2 * np.arcsin(2 * q / (1 + 2 * q)), rel=1e-7)
    with drawing.settings():
        figure = drawn(PhaseDiagram("erf", grid, (1.5, 0.05)))
    panels = figure.axes[:4]
    for panel in panels:
        line, point = panel.lines
        assert np.array_equal(line.get_xydata(), grid.critical)
        assert point.get_xydata().tolist() == [[1.5, 0.05]]
        assert (panel.get_xlim(), panel.get_ylim()) == ((0, 3), (0, 0.25))
    assert np.array_equal(panels[1].images[0].get_array(), grid.c_star)
    assert any(getattr(found, "levels", None) is not None for found in panels[3].collections)
    assert figure._suptitle.get_text() == "Phases of erf"


def test_the_diagram_of_relu_says_what_there_is_not():
    grid = phase_grid("relu", cells(3, 12), cells("1/4", 8))
    diagram = PhaseDiagram("relu", grid)
    assert diagram.remarks == ["no chaotic phase", "hatched: no finite fixed variance", "critical at (2, 0) only"]
    with drawing.settings():
        figure = drawn(diagram)
    hatched = [found for found in figure.axes[0].collections if getattr(found, "hatches", None)]
    assert len(hatched) == 1
    assert [text.get_text() for text in figure.axes[0].texts] == ["ordered"]


def test_a_jump_is_chaotic_everywhere_and_the_same_each_time(tmp_path):
    grid = phase_grid("sign", cells(3, 6), cells("1/4", 4))
    assert PhaseDiagram("sign", grid).remarks == ["chaotic everywhere"]
    for name in ("a.svg", "b.svg"):
        with drawing.settings():
            files.save(drawn(PhaseDiagram("sign", grid)), tmp_path / name)
    assert (tmp_path / "a.svg").read_bytes() == (tmp_path / "b.svg").read_bytes()
    with pytest.raises(InputError, match="neither"):
        files.save(None, tmp_path / "a.pdf")
