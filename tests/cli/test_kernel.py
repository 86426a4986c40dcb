"""`deepcond kernel` as a user runs it."""

import json
import sys

import numpy as np
import pytest

from deepcond_sym.cli import main


def run(capsys, *arguments):
    with pytest.raises(SystemExit) as stop:
        main(["kernel", *map(str, arguments)])
    out, err = capsys.readouterr()
    return stop.value.code, out, err


def test_a_matrix_on_disk_and_what_is_said_of_it(capsys, tmp_path):
    np.save(tmp_path / "x.npy", np.array([[3.0, 0.0], [0.0, 4.0], [0.0, 4.0]]))
    code, out, err = run(
        capsys, tmp_path / "x.npy", "--activation", "relu", "--weight-variance", "2", "-o", tmp_path / "k.npy"
    )
    assert (code, err) == (0, "")
    matrix = np.load(tmp_path / "k.npy")
    np.testing.assert_allclose(
        matrix, [[18, 12 / np.pi, 12 / np.pi], [12 / np.pi, 32, 32], [12 / np.pi, 32, 32]], rtol=1e-14
    )
    lines = dict(line.split(maxsplit=1) for line in out.splitlines() if not line.startswith(("log", "peak", "note")))
    assert lines["phase"] == "critical, chi_1 = 1, c* = 1"
    assert "proved" in lines["map"]
    assert float(out.split("log diagonal")[1].split()[0]) == pytest.approx(np.log(18), rel=1e-7)


def test_json_has_the_same_and_kappa(capsys, tmp_path):
    np.save(tmp_path / "x.npy", np.eye(3))
    code, out, _ = run(
        capsys, tmp_path / "x.npy", "--activation", "relu", "--weight-variance", "2", "-o", tmp_path / "k.npy",
        "--condition", "--json",
    )  # fmt: skip
    found = json.loads(out)
    truth = (2 + 2 / np.pi) / (2 - 1 / np.pi)
    kappa = found["condition_number"]
    assert code == 0
    assert float(kappa["lower"]) - 1e-7 < truth < float(kappa["upper"]) + 1e-7
    assert found["shape"] == [3, 3]
    assert 0 < found["error_bound"] < 1e-14
    assert found["peak_memory_mb"] > 20
    assert found["over_diagonal"] is False


def test_both_kernels_go_to_two_files(capsys, tmp_path):
    np.save(tmp_path / "x.npy", np.array([[3.0, 0.0], [0.0, 4.0]]))
    options = ("--activation", "relu", "--weight-variance", "2", "--kernel", "both", "-o", tmp_path / "k.npy")
    code, out, _ = run(capsys, tmp_path / "x.npy", *options, "--json", "--condition")
    found = json.loads(out)
    assert code == 0
    assert sorted(p.name for p in tmp_path.iterdir()) == ["k-nngp.npy", "k-ntk.npy", "x.npy"]
    np.testing.assert_allclose(np.load(tmp_path / "k-nngp.npy"), [[9, 12 / np.pi], [12 / np.pi, 16]], rtol=1e-14)
    np.testing.assert_allclose(np.load(tmp_path / "k-ntk.npy"), [[18, 12 / np.pi], [12 / np.pi, 32]], rtol=1e-14)
    assert [found[kernel]["file"] for kernel in ("nngp", "ntk")] == [str(tmp_path / f"k-{k}.npy") for k in found]
    assert all(0 < found[kernel]["cosine_error"] < 2e-15 for kernel in found)
    np.save(tmp_path / "k-ntk.npy", np.eye(2))
    code, _, err = run(capsys, tmp_path / "k-ntk.npy", *options)
    assert code == 2
    assert "place of the data" in err


def test_the_digits(capsys, tmp_path):
    code, out, _ = run(
        capsys, "digits", "--activation", "erf", "--depth", "3", "--kernel", "nngp", "--normalize", "--unit-rows",
        "-o", tmp_path / "k.npy", "--json",
    )  # fmt: skip
    found = json.loads(out)
    assert code == 0
    assert found["shape"] == [1797, 1797]
    assert found["phase"]["name"] == "chaotic"
    matrix = np.load(tmp_path / "k.npy")
    assert (np.diag(matrix) == 1).all()
    assert np.array_equal(matrix, matrix.T)


def test_digits_without_scikit_learn(capsys, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "sklearn", None)
    monkeypatch.setitem(sys.modules, "sklearn.datasets", None)
    code, _, err = run(capsys, "digits", "--activation", "relu", "-o", tmp_path / "k.npy")
    assert code == 2
    assert "deepcond-sym[sklearn]" in err
    assert err.count("\n") == 1


def test_rows_of_any_norm(capsys, tmp_path):
    """The arcsine kernel of erf at norms 3 and 4, right angle, with a bias."""
    np.save(tmp_path / "x.npy", np.array([[3.0, 0.0], [0.0, 4.0], [3.0, 4.0]]))
    options = ("--activation", "erf", "--bias-variance", "1/4", "--kernel", "nngp", "-o", tmp_path / "k.npy")
    code, out, err = run(capsys, tmp_path / "x.npy", *options)
    assert (code, err) == (0, "")
    inner = np.array([[9, 0, 9], [0, 16, 16], [9, 16, 25]])
    square = 1 + 2 * np.diag(inner)
    truth = 2 / np.pi * np.arcsin(2 * inner / np.sqrt(np.outer(square, square))) + 0.25
    np.testing.assert_allclose(np.load(tmp_path / "k.npy"), truth, rtol=0, atol=1e-14)
    assert "no error bound is proved" in out
    assert "note          rows of different norms" in out


def test_refusals_are_one_sentence_about_an_option(capsys, tmp_path):
    np.save(tmp_path / "x.npy", np.array([[3.0, 0.0], [0.0, 4.0]]))
    for options, message in (
        (("--activation", "max(x**2, 1)"), "--unit-rows"),
        (("--activation", "step"), "no limit NTK"),
        (("--activation", "relu", "--kernel", "gp"), "'nngp', 'ntk' or 'both'"),
        (("--activation", "relu", "-o", tmp_path / "k.txt"), "k.txt.npy"),
        (("--activation", "relu", "-o", tmp_path / "x.npy"), "place of the data"),
    ):
        code, _, err = run(capsys, tmp_path / "x.npy", "-o", tmp_path / "k.npy", *options)
        assert code == 2
        assert message in err
        assert err.count("\n") == 1
    assert [p.name for p in tmp_path.iterdir()] == ["x.npy"]


def test_a_diagonal_beyond_float64_comes_with_its_logarithm(capsys, tmp_path):
    np.save(tmp_path / "x.npy", np.eye(2))
    options = ("--activation", "relu", "--weight-variance", "8", "--depth", "900", "-o", tmp_path / "k.npy")
    code, out, _ = run(capsys, tmp_path / "x.npy", *options)
    assert code == 0
    assert "the file holds the kernel over its diagonal" in out
    # K^(900) = 4^900 on the diagonal, and the tangent kernel 901 times that, since chi_1 = 4 grows as fast
    assert float(out.split("log diagonal")[1].split()[0]) == pytest.approx(900 * np.log(4) + np.log(901), rel=1e-7)


def test_a_large_matrix_has_a_condition_number_that_is_not_certified(capsys, tmp_path, monkeypatch):
    from deepcond_sym.commands import kernel

    monkeypatch.setattr(kernel, "_MOST_CERTIFIED", 10)
    np.save(tmp_path / "x.npy", np.random.default_rng(1).standard_normal((60, 20)))
    options = ("--activation", "relu", "--depth", "2", "-o", tmp_path / "k.npy", "--condition")
    code, out, _ = run(capsys, tmp_path / "x.npy", *options)
    values = np.linalg.eigvalsh(np.load(tmp_path / "k.npy"))
    assert code == 0
    assert "not certified" in out
    assert float(out.split("kappa         about ")[1].split(",")[0]) == pytest.approx(values[-1] / values[0], rel=1e-6)
