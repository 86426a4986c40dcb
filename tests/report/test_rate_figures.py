"""The numbers behind the figures of xiao2020: against mpmath, balls, and the limit laws that are drawn beside them."""

import json
from fractions import Fraction

import mpmath
import numpy as np
import pytest
from mpmath import mp, mpf

import deepcond_sym as dc
from deepcond_sym.report.figures import drawing, rates
from deepcond_sym.report.figures.digits import Digits
from deepcond_sym.report.figures.erf_kernels import ErfKernels, predictor, smallest
from deepcond_sym.report.figures.plot import Plot

POINTS = 12


@pytest.fixture(scope="module")
def data() -> Digits:
    return Digits.load(POINTS, 5)


@pytest.fixture(scope="module")
def plots(data) -> dict[str, Plot]:
    return {plot.name: plot for plot in [*rates.chaotic(400, data), *rates.ordered(400, data)]}


def curve(plot: Plot, start: str) -> np.ndarray:
    (found,) = [c.values for c in plot.curves if c.label.startswith(start)]
    return found


@pytest.mark.parametrize("weight", ["5/4", "3/2"])
def test_layers_by_mpmath(weight):
    erf, gaps = ErfKernels(weight, "1/20"), np.array([1e-9, 0.02, 0.6, 1.0, 1.4, 2.0])
    layers = erf.layers(gaps, 60)
    with mp.workdps(40):
        w, b = mpf(Fraction(weight).numerator) / Fraction(weight).denominator, mpf(1) / 20
        q = mpmath.findroot(lambda q: 2 * w / mp.pi * mpmath.asin(2 * q / (1 + 2 * q)) + b - q, 0.5)
        for place, gap in enumerate(gaps):
            c, tangent, diagonal = 1 - mpf(float(gap)), mpf(0), mpf(0)
            chi = 4 * w / mp.pi / mpmath.sqrt(1 + 4 * q)
            for depth in range(1, 61):
                slope = 4 * w / mp.pi / mpmath.sqrt((1 + 2 * q) ** 2 - 4 * (q * c) ** 2)
                c = (2 * w / mp.pi * mpmath.asin(2 * q * c / (1 + 2 * q)) + b) / q
                tangent, diagonal = c + slope * tangent, 1 + chi * diagonal
                if depth in (1, 2, 60):
                    layer = layers[depth - 1]
                    assert layer.diagonal == pytest.approx(float(diagonal), rel=1e-12)
                    assert layer.gap[place] == pytest.approx(float(1 - c), rel=1e-12)
                    assert layer.drop[place] == pytest.approx(float(diagonal - tangent), rel=1e-11)


@pytest.mark.parametrize("weight", ["5/4", "3/2"])
def test_constants_against_balls(weight):
    erf, found = ErfKernels(weight, "1/20"), dc.phase("erf", weight, "1/20")
    assert (erf.chi, erf.c_star) == (found.chi_c_star, found.c_star)
    # (1 + chi_2 p*/chi) from the derivative of the slope by a difference
    steps = np.array([1e-5, -1e-5]) + 1 - erf.c_star + (1e-5 if erf.c_star == 1 else 0)
    slopes = erf.chi_1 * (1 - erf.slope_drop(steps))
    assert erf.bend == pytest.approx(1 + (slopes[1] - slopes[0]) / 2e-5 / erf.chi * erf.limit, rel=1e-4)
    for gap in ("0.05", "0.9", "1.5"):
        limit = dc.koenigs_limit(u=gap, activation="erf", weight_variance=weight, bias_variance="1/20", bits=40)
        assert erf.koenigs(np.array([float(gap)]))[0] == pytest.approx(float(limit), rel=1e-6)


def test_digits():
    from sklearn.datasets import load_digits

    found = Digits.load()
    rows, classes = load_digits(return_X_y=True)
    assert found.training.shape == (64, 64)
    assert found.test.shape == (32, 64)
    a, b = rows[70], rows[5]
    assert found.test[6, 5] == pytest.approx(1 - a @ b / np.sqrt((a @ a) * (b @ b)), rel=1e-12)
    assert abs(found.labels.sum(axis=0)).max() < 1e-12
    assert (found.labels.argmax(axis=1) == classes[:64]).all()


def test_predictor_and_smallest_against_plain_linear_algebra(data):
    erf = ErfKernels("5/4", "1/20")
    one, other = erf.layers(data.training, 20)[-1], erf.layers(data.test, 20)[-1]
    kernel = one.diagonal - one.drop
    plain = np.linalg.solve(kernel, (one.diagonal - other.drop).T).T @ data.labels
    assert predictor(one.diagonal, one.drop, other.drop, data.labels) == pytest.approx(plain, abs=1e-9)
    assert smallest(one.diagonal, one.drop) == pytest.approx(np.linalg.eigvalsh(kernel)[0], rel=1e-9)


@pytest.mark.parametrize("weight", ["5/4", "3/2"])
def test_limits_of_the_predictor_against_balls(weight):
    from sklearn.datasets import load_digits

    rows, few = load_digits(return_X_y=True)[0][:7].astype(int), Digits.load(6, 1)
    erf = ErfKernels(weight, "1/20")
    a, b = erf.koenigs(few.training), erf.koenigs(few.test)
    of_b30 = (1 - erf.chi_1) * erf.bend * b @ few.labels
    drawn = (of_b30 if erf.is_chaotic else rates.kriging(a, b, few.labels))[0]
    found = dc.predictor_limit(rows[:6], rows[6], weight_variance=weight, bias_variance="1/20", bits=30)
    weights = np.array([float(w) for w in found.weights])
    assert drawn == pytest.approx(weights @ few.labels, abs=1e-6)


def test_chaotic_curves_end_at_their_laws(plots):
    entries, values = plots["e3_entries"], plots["e3_eigenvalues"]
    (level,) = entries.levels
    assert level.value == pytest.approx(16.2163566628553 / 0.6017531671097203, rel=1e-9)
    for start in ("largest", "smallest"):
        assert curve(entries, start)[-1] == pytest.approx(level.value, rel=1e-2)
    assert curve(entries, "diagonal")[0] == 1
    for start in (r"$\lambda_{\max}", r"$\lambda_{\min}"):
        assert curve(values, start)[-1] == pytest.approx(curve(values, r"$\chi")[-1], rel=1e-4)
    condition = plots["e3_condition"]
    assert curve(condition, r"$\kappa")[-1] == pytest.approx(curve(condition, "$m")[-1], rel=1e-3)
    sizes = plots["e3_predictor"]
    ratio = curve(sizes, "$P")[[199, 399]] / curve(sizes, "B30")[[199, 399]]
    assert abs(ratio[1] - 1) < 0.1
    # the error is of the order 1/l
    assert (ratio[0] - 1) / (ratio[1] - 1) == pytest.approx(2, abs=0.3)
    assert curve(sizes, "B30")[99] == pytest.approx(100 * curve(sizes, "the same")[99])


def test_ordered_curves_end_at_their_laws(plots):
    entries = plots["e4_entries"]
    # exactly, but for what float64 leaves of the difference
    assert curve(entries, "diagonal") == pytest.approx(curve(entries, r"$p^*"), rel=1e-7)
    law = {c.group: c.values for c in entries.curves if c.bound}
    for group, start in ((1, "closest"), (2, "farthest")):
        # p* - p_ab = p* chi_1^l + D, of which the first is smaller by the factor 1/l
        rest = curve(entries, start) - curve(entries, "diagonal")
        ratio = rest[[199, 399]] / law[group][[199, 399]]
        assert (ratio[0] - 1) / (ratio[1] - 1) == pytest.approx(2, abs=0.1)
    (level,) = plots["e4_largest_eigenvalue"].levels
    assert level.value == pytest.approx(POINTS / (1 - 0.9613739044016849), rel=1e-9)
    assert curve(plots["e4_largest_eigenvalue"], r"$\lambda")[-1] == pytest.approx(level.value, rel=1e-3)
    condition = plots["e4_condition"]
    assert curve(condition, "NNGP")[-1] == pytest.approx(curve(condition, r"$m/(")[-1], rel=1e-3)
    ratio = curve(condition, "tangent")[[199, 399]] / curve(condition, r"$m\,p")[[199, 399]]
    assert (ratio[0] - 1) / (ratio[1] - 1) == pytest.approx(2, abs=0.3)
    predictions = plots["e4_predictor"]
    for drawn, limit in zip(predictions.curves, predictions.levels, strict=True):
        assert abs(drawn.values[-1] - limit.value) < 0.01


def test_phases_and_correlations():
    chart = rates.phase_maps(step=50)
    assert [panel.title for panel in chart.panels] == ["$q^*$", "$c^*$", r"$\chi_1$"]
    row, column = list(chart.y).index(0.06), list(chart.x).index(1.5)
    found = dc.phase("erf", "1.5", "0.06")
    for panel, value in zip(chart.panels, (found.q_star, found.c_star, found.chi_1), strict=True):
        assert panel.values[row, column] == pytest.approx(value, abs=1e-6)
    plot = rates.correlations(60)
    assert 1 - curve(plot, "ordered")[10] == pytest.approx(0.774189141069576, rel=1e-12)
    assert 0.8205300879981973 - curve(plot, "chaotic")[10] == pytest.approx(0.649338246859334, rel=1e-12)
    assert curve(plot, r"$|\zeta")[-1] / curve(plot, "ordered")[-1] == pytest.approx(1, abs=0.2)
    scales = rates.depth_scales()
    xi = next(c for c in scales.curves if "xi_1" in c.label)
    assert np.interp(1.25, xi.depths, xi.values) == pytest.approx(25.3859507186, rel=1e-3)
    star = next(c for c in scales.curves if "xi_*" in c.label)
    assert np.interp(1.5, star.depths, star.values) == pytest.approx(15.3768358353, rel=1e-3)
    with drawing.settings():
        figure = drawing.drawn(chart)
        assert [axes.get_title() for axes in figure.axes[:3]] == [panel.title for panel in chart.panels]
        assert drawing.drawn(scales).axes[0].get_xlabel() == r"$\sigma_w^2$"


def test_the_command(tmp_path, monkeypatch, capsys, plots):
    from deepcond_sym.cli import main

    def refused(*arguments: str) -> str:
        with pytest.raises(SystemExit) as stop:
            main(["figures", *arguments])
        assert stop.value.code == 2
        return capsys.readouterr().err

    assert "from 50 to 400" in refused("xiao2020", "--depth", "5")
    assert "--data" in refused("xiao2020", "--data", "x.npy")
    assert "not for nguyen2021" in refused("nguyen2021")
    drawn = [plots["e3_condition"], plots["e4_condition"]]
    monkeypatch.setattr(rates, "plots", lambda depth: drawn if depth == rates.DEPTH else [])
    with pytest.raises(SystemExit) as stop:
        main(["figures", "xiao2020", "-o", str(tmp_path / "f"), "--json"])
    assert stop.value.code == 0
    listed = json.loads(capsys.readouterr().out)["figures"]
    assert [figure["name"] for figure in listed] == ["e3_condition", "e4_condition"]
    names = {path.name for path in (tmp_path / "f").iterdir()}
    assert names == {f"{figure['name']}.{ending}" for figure in listed for ending in ("svg", "png")}


def test_what_is_drawn(monkeypatch, data):
    monkeypatch.setattr(Digits, "load", classmethod(lambda cls: data))
    monkeypatch.setattr(rates, "phase_maps", lambda whole=rates.phase_maps: whole(50))
    shown = rates.plots(50)
    assert [plot.name.split("_")[0] for plot in shown] == ["e1", "e2", "e2", *["e3"] * 4, *["e4"] * 4]
    assert len({plot.name for plot in shown}) == len(shown)
    for plot in shown:
        assert plot.notes
        if isinstance(plot, Plot):
            labels = [curve.label for curve in plot.curves if curve.label]
            assert len(set(labels)) == len(labels)
            assert all(np.isfinite(curve.values).all() for curve in plot.curves)
