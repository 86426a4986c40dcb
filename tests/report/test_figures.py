"""What the figures show is what mpmath, exact values and certified enclosures say; their files are always the same."""

import json

import mpmath
import numpy as np
import pytest
import sympy as sp

import deepcond_sym as dc
from deepcond_sym.errors import InputError
from deepcond_sym.proof import Verdict, registry
from deepcond_sym.report.figures import drawing, files, tangent
from deepcond_sym.report.figures.plot import Curve, Plot
from deepcond_sym.symbols import rho

DEPTH = 2000


@pytest.fixture(scope="module")
def plots() -> dict[str, Plot]:
    return {plot.name: plot for plot in tangent.plots(DEPTH)}


def kernel(theta: object, depth: int) -> mpmath.mpf:
    """The normalised kernel by its recursion in the angle, in 40 digits."""
    with mpmath.workdps(40):
        t = mpmath.mpf(theta) if not isinstance(theta, mpmath.mpf) else theta
        u = mpmath.cos(t)
        for _ in range(depth - 1):
            c = mpmath.cos(t)
            h = (mpmath.sqrt(1 - c * c) + c * (mpmath.pi - t)) / mpmath.pi
            u, t = (1 - t / mpmath.pi) * u + h, mpmath.acos(h)
        return u / depth


def at(curve: Curve, depth: int) -> float:
    return float(curve.values[list(curve.depths).index(depth)])


def shown(plot: Plot) -> list[Curve]:
    return [curve for curve in plot.curves if not curve.bound]


def bounds(plot: Plot) -> list[Curve]:
    return [curve for curve in plot.curves if curve.bound]


def test_reference_values_for_orthogonal_inputs(plots) -> None:
    orthogonal = shown(plots["off_diagonal"])[1]
    assert at(orthogonal, 1) == pytest.approx(0, abs=1e-16)
    assert at(orthogonal, 2) == pytest.approx(1 / (2 * np.pi), rel=1e-14)
    assert at(orthogonal, 10) == pytest.approx(0.31559, abs=5e-6)
    found = tangent.ratios(np.array([np.pi / 2]), np.array([30, 100, 1000, 10000]))[:, 0]
    assert found == pytest.approx([0.30020, 0.27267, 0.253293, 0.250417], abs=6e-6)


def test_each_angle_against_mpmath(plots) -> None:
    with mpmath.workdps(40):
        angles = [mpmath.pi, mpmath.pi / 2, mpmath.pi / 8, mpmath.mpf(1) / 10, mpmath.mpf(1) / 50]
    for curve, angle in zip(shown(plots["off_diagonal"]), angles, strict=True):
        for depth in (1, 2, 3, 10, int(curve.depths[-40])):
            assert at(curve, depth) == pytest.approx(float(kernel(angle, depth)), abs=1e-12)


def test_every_value_lies_between_the_bounds(plots) -> None:
    plot = plots["off_diagonal"]
    *upper, lower = bounds(plot)
    for curve, over in zip(shown(plot), upper, strict=True):
        assert (curve.values <= over.values + 1e-12).all()
        assert (curve.values >= lower.values - 1e-12).all()
    assert at(lower, 1) == -1  # attained by opposite inputs at depth 1


def test_the_bounds_written_out_again() -> None:
    """N3, at two angles and three depths, written out again in mpmath."""
    angles, depths = np.array([np.pi, 0.1]), np.array([1, 10, 1000])
    found = tangent.above(angles, depths)
    for j, angle in enumerate(angles):
        for i, depth in enumerate(depths):
            inside = 1 + (int(depth) - 1) * mpmath.mpf(angle) / (3 * mpmath.pi)
            value = 3 * mpmath.pi / (4 * mpmath.mpf(angle)) + mpmath.mpf("0.56") + 1.5 * mpmath.log(inside)
            assert found[i, j] == pytest.approx(float(value / int(depth)), rel=1e-13)
    assert tangent.below(depths) == pytest.approx([-1.25, -0.125, -0.00125])


def test_the_bounds_are_those_of_the_claim_in_the_registry() -> None:
    """starnaud2025/N3, whose L is the number of layers: one less than the depth."""
    (claim,) = registry.select(["starnaud2025/N3"])
    assert claim.expected is Verdict.PROVED
    below, above, _ = (statement.conclusion for statement in claim.statements())
    layers = sp.Symbol("L", integer=True)
    for angle in (np.pi, 1.0, 0.02):
        for depth in (1, 7, 500):
            at = {rho: sp.cos(sp.Float(angle, 30)), layers: depth - 1}
            shown = tangent.above(np.array([angle]), np.array([depth]))[0, 0]
            assert shown == pytest.approx(float(above.rhs.subs(at)), rel=1e-12)
            assert tangent.below(np.array([depth]))[0] == pytest.approx(float(below.lhs.subs(at)), rel=1e-14)


def test_levels(plots) -> None:
    levels = {name: [(level.value, level.claimed) for level in plot.levels] for name, plot in plots.items()}
    assert levels["off_diagonal"] == [(1, True), (0.25, False)]
    assert levels["predictor"] == [(1 / 8, False)]
    assert levels["smallest_eigenvalue"] == [(0.75, False)]
    of_eight, of_twenty, of_two = (value for value, _ in levels["determinant"])
    limit = {n: np.linalg.det(0.75 * np.eye(n) + 0.25) for n in (8, 20, 2)}
    assert (of_eight, of_twenty, of_two) == pytest.approx((limit[8], limit[20], limit[2]))


def test_predictor_against_mpmath(plots) -> None:
    points, new = tangent.training_points()
    with mpmath.workdps(30):
        rows = [[mpmath.mpf(int(entry)) for entry in row] for row in np.round(points.rows * [[3], [3], [7], [5], [7]])]
        rows = [[entry / mpmath.norm(row) for entry in row] for row in rows]
        at_new = [mpmath.mpf(n) / 7 for n in (2, 3, 6)]

        def entry(a, b, depth):
            return mpmath.mpf(1) if a is b else kernel(mpmath.acos(mpmath.fdot(a, b)), depth)

        for depth in (2, 5, 20):
            matrix = mpmath.matrix([[entry(a, b, depth) for b in rows] for a in rows])
            weights = mpmath.lu_solve(matrix, mpmath.matrix([entry(a, at_new, depth) for a in rows]))
            found = [at(curve, depth) for curve in shown(plots["predictor"])]
            assert found == pytest.approx([float(w) for w in weights], abs=1e-9)
    assert np.allclose(new, [float(x) for x in at_new])


def test_predictor_within_the_bound(plots) -> None:
    over, under = bounds(plots["predictor"])
    for curve in shown(plots["predictor"]):
        late = np.isin(curve.depths, over.depths)
        assert late.any()
        assert (curve.values[late] <= over.values).all()
        assert (curve.values[late] >= under.values).all()
    assert over.values[-1] - under.values[-1] < 0.1


def test_smallest_eigenvalue_and_determinant_in_closed_form(plots) -> None:
    eight, _, two = shown(plots["smallest_eigenvalue"])
    of_eight, _, of_two = shown(plots["determinant"])
    for depth in (2, 5, 20):
        b, c = float(kernel(mpmath.pi / 2, depth)), float(kernel(mpmath.mpf(1) / 20, depth))
        assert at(eight, depth) == pytest.approx(1 - b, rel=1e-12)
        assert at(two, depth) == pytest.approx(1 - c, rel=1e-10)
        assert at(of_eight, depth) == pytest.approx((1 - b) ** 7 * (1 + 7 * b), rel=1e-11)
        assert at(of_two, depth) == pytest.approx(1 - c * c, rel=1e-10)


def test_random_points_against_a_certified_enclosure(plots) -> None:
    points = tangent.built_in()[1]
    kernels = dc.ntk_matrix(points.rows, dc.DepthMap("relu", 9, weight_variance=2), ratio=True)
    least = dc.lambda_min(kernels)
    assert at(shown(plots["smallest_eigenvalue"])[1], 10) == pytest.approx(float(least.mid()), abs=1e-12)
    assert at(shown(plots["determinant"])[1], 10) == pytest.approx(np.linalg.det(kernels.values), rel=1e-9)


def test_smallest_eigenvalue_above_its_bound(plots) -> None:
    plot = plots["smallest_eigenvalue"]
    for curve, floor in zip(shown(plot), bounds(plot), strict=True):
        late = np.isin(curve.depths, floor.depths)
        assert (curve.values[late] >= floor.values).all()
        assert floor.values[-1] > 0.6


def test_what_is_drawn_is_the_data(plots) -> None:
    for plot in plots.values():
        with drawing.settings():
            (axes,) = drawing.drawn(plot).axes
        lines = {tuple(line.get_ydata()) for line in axes.lines}
        assert {tuple(curve.values) for curve in plot.curves} <= lines
        assert len(axes.lines) == len(plot.curves) + len(plot.levels)
        assert axes.get_xlabel()
        assert axes.get_ylabel() == plot.quantity
        names = [curve.label for curve in shown(plot)]
        assert all(names)
        assert len(set(names)) == len(names)


def test_files_are_the_same_each_time_and_others_are_left_alone(plots, tmp_path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    drawn = [plots["determinant"], plots["predictor"]]
    first = files.write(tmp_path, drawn)
    assert list(first) == ["determinant", "predictor"]
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    assert set(before) == {"mine.txt", "determinant.svg", "determinant.png", "predictor.svg", "predictor.png"}
    assert before["determinant.svg"].startswith(b"<?xml")
    assert before["determinant.png"].startswith(b"\x89PNG")
    files.write(tmp_path, drawn)
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before


def test_a_drawing_that_fails_leaves_what_was_there(plots, tmp_path, monkeypatch) -> None:
    files.write(tmp_path, [plots["determinant"]])
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}

    class Broken:
        def savefig(self, file, **_):
            file.write(b"half")
            raise OSError(28, "No space left on device")

    monkeypatch.setattr(files, "drawn", lambda plot: Broken())
    with pytest.raises(InputError, match="No space left"):
        files.write(tmp_path, [plots["determinant"]])
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before


@pytest.mark.parametrize(
    ("rows", "says"),
    [
        ([[1.0, 0.0], [2.0, 0.0]], "same direction"),
        ([[1.0, 0.0], [0.0, 0.0]], "no direction"),
        ([[1.0, np.nan], [0.0, 1.0]], "finite"),
        ([1.0, 2.0], "rows of a table"),
        ([[1.0, 2.0]], "two or more"),
        (np.eye(61), "at most 60"),
    ],
)
def test_points_that_are_refused(rows, says) -> None:
    with pytest.raises(InputError, match=says):
        tangent.Points.read("x", np.array(rows))


@pytest.mark.parametrize("depth", [0, 9, 10**6])
def test_depths_that_are_refused(depth) -> None:
    with pytest.raises(InputError, match="from 10 to 100000"):
        tangent.depths_up_to(depth)


def test_small_angles_keep_their_digits() -> None:
    close = tangent.Points.read("x", np.array([[1.0, 1e-9], [1.0, 0.0]]))
    assert close.angles == pytest.approx([1e-9], rel=1e-9)


def test_the_command(tmp_path, monkeypatch, capsys) -> None:
    from deepcond_sym.cli import main

    np.save(tmp_path / "x.npy", np.array([[1.0, 2.0], [2.0, -1.0], [1.0, 1.0]]))
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SystemExit) as stop:
        main(["figures", "--depth", "20", "--data", "x.npy", "--json"])
    assert stop.value.code == 0
    listed = json.loads(capsys.readouterr().out)["figures"]
    assert [figure["name"] for figure in listed] == ["off_diagonal", "predictor", "smallest_eigenvalue", "determinant"]
    named = {name for figure in listed for name in figure["files"]}
    assert named == {str(path.relative_to(tmp_path)) for path in (tmp_path / "figures").iterdir()}
    for wrong in (["--data", "none.npy"], ["--out", "x.npy"], ["--depth", "5"]):
        with pytest.raises(SystemExit) as stop:
            main(["figures", "--depth", "20", *wrong])
        assert stop.value.code == 2
        assert len(capsys.readouterr().err.splitlines()) == 1
