"""`deepcond condition` and `deepcond limit`, as a user runs them."""

import json
from decimal import Decimal

import numpy as np
import pytest
from flint import arb

from deepcond_sym.cli import main
from deepcond_sym.commands.shared import outward


def run(capsys, *arguments):
    with pytest.raises(SystemExit) as stop:
        main(list(arguments))
    out, err = capsys.readouterr()
    return stop.value.code, out, err


def test_bounds_are_rounded_outwards():
    assert outward(arb("0.5"), 3) == ("0.5", "0.5")
    low, high = outward(arb(1) / 3, 5)
    assert (low, high) == ("0.33333", "0.33334")
    low, high = outward(arb(-2, 1), 2)
    assert Decimal(low) <= -3 < Decimal(low) + Decimal("0.2")
    assert Decimal("-1.1") < -1 <= Decimal(high)
    assert outward(arb("1e-1000"), 3)[0].endswith("E-1000") or outward(arb("1e-1000"), 3)[0].endswith("E-1001")


def test_condition_of_a_matrix(capsys, tmp_path):
    np.save(tmp_path / "k.npy", 0.75 * np.eye(80) + 0.25)
    code, out, _ = run(capsys, "condition", str(tmp_path / "k.npy"), "--json")
    found = json.loads(out)
    assert code == 0
    for name, value in (("lambda_min", "0.75"), ("lambda_max", "20.75"), ("condition_number", None)):
        low, high = Decimal(found[name]["lower"]), Decimal(found[name]["upper"])
        exact = Decimal(value) if value else Decimal(83) / 3
        assert low <= exact <= high
        assert high - low < exact * Decimal("1e-9")
    code, out, _ = run(capsys, "condition", str(tmp_path / "k.npy"), "--error", "1/1000")
    assert code == 0
    assert out.startswith("lambda_min        0.66999999")


def test_condition_of_the_kernel_of_data(capsys, tmp_path):
    np.save(tmp_path / "x.npy", np.eye(3))
    options = ("--activation", "relu", "--depth", "1", "--weight-variance", "2", "--json")
    code, out, _ = run(capsys, "condition", str(tmp_path / "x.npy"), *options)
    found = json.loads(out)["condition_number"]
    # 2 on the diagonal, 1/pi beside it
    truth = Decimal(str((2 + 2 / np.pi) / (2 - 1 / np.pi)))
    assert code == 0
    assert Decimal(found["lower"]) - Decimal("1e-10") < truth < Decimal(found["upper"]) + Decimal("1e-10")
    code, out, _ = run(capsys, "condition", str(tmp_path / "x.npy"), *options[:-1], "--nngp")
    assert code == 0
    assert f"{1 - 1 / np.pi:.7f}" in out


def test_a_refusal_says_why(capsys, tmp_path):
    np.save(tmp_path / "s.npy", np.ones((4, 4)))
    code, out, _ = run(capsys, "condition", str(tmp_path / "s.npy"))
    assert code == 1
    assert "condition_number  Cannot certify: lambda_min lies between" in out
    code, out, _ = run(capsys, "condition", str(tmp_path / "s.npy"), "--json")
    found = json.loads(out)
    assert code == 1
    assert found["condition_number"] is None
    assert "may be 0" in found["reason"]


def test_bad_input_is_one_sentence(capsys, tmp_path):
    np.save(tmp_path / "x.npy", np.ones((3, 2)))
    np.save(tmp_path / "k.npy", np.eye(2))
    np.savez(tmp_path / "two.npz", x=np.eye(2), y=np.eye(2))
    np.save(tmp_path / "text.npy", np.array([["a"]]))
    (tmp_path / "empty.npy").touch()
    for arguments in (
        ("condition", str(tmp_path / "two.npz")),
        ("condition", str(tmp_path / "text.npy")),
        ("condition", str(tmp_path / "empty.npy")),
        ("decay", "relu", "--data", str(tmp_path / "two.npz")),
        ("decay", "relu", "--data", str(tmp_path / "text.npy")),
        ("condition", str(tmp_path / "x.npy")),
        ("condition", "nosuch.npy"),
        ("condition", str(tmp_path / "x.npy"), "--activation", "relu", "--error", "1"),
        ("condition", str(tmp_path / "k.npy"), "--nngp"),
        ("condition", str(tmp_path / "k.npy"), "--error", "-1"),
        ("condition", str(tmp_path / "k.npy"), "--error", "x"),
        ("limit", "10", "--cosine", "2"),
        ("limit", "ten"),
        ("limit", "5000", "--cosine", "a half"),
    ):
        code, out, err = run(capsys, *arguments)
        assert code == 2
        assert out == ""
        assert err.startswith("deepcond: ")
        assert err.count("\n") == 1


@pytest.mark.parametrize(("depth", "digits"), [("99999999", "2500000763"), ("999999", "25000590"), ("9999", "250417")])
def test_limit_prints_the_published_digits(capsys, depth, digits):
    code, out, _ = run(capsys, "limit", depth, "--digits", "30", "--json")
    found = json.loads(out)["ntk_ratio"]
    assert code == 0
    low, high = Decimal(found["lower"]), Decimal(found["upper"])
    assert str(round(low, len(digits))) == f"0.{digits}"
    assert 0 < high - low < Decimal("1e-30")
    code, out, _ = run(capsys, "limit", depth, "--cosine", "1")
    assert out == "1 .. 1\n"


def test_condition_of_data_on_the_critical_line_of_erf(capsys, tmp_path):
    np.save(tmp_path / "x.npy", np.eye(3))
    arguments = ("condition", str(tmp_path / "x.npy"), "--depth", "100000", "--bias-variance", "0.05", "--json")
    code, out, _ = run(capsys, *arguments, "--activation", "erf", "--weight-variance", "critical")
    found = json.loads(out)["condition_number"]
    assert code == 0
    # three orthogonal points: kappa = 1 + 3 p_ab/(l - p_ab), p_ab = l/3 + (kappa'/3) log l + O(1)
    assert Decimal("2.499") < Decimal(found["lower"]) <= Decimal(found["upper"]) < Decimal("2.5")
    assert Decimal(found["upper"]) - Decimal(found["lower"]) < Decimal("1e-10")
    code, _, err = run(capsys, *arguments, "--activation", "tanh", "--weight-variance", "critical")
    assert code == 2
    assert "only erf" in err
