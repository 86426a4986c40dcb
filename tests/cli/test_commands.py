"""The other commands, and what happens when the request itself is wrong: exit code 2 and one sentence on stderr."""

import json
import os
import re
import shlex
import subprocess
import sys

import numpy as np
import pytest

from deepcond_sym import __version__
from deepcond_sym.cli import app, main
from deepcond_sym.commands.examples import EXAMPLES
from deepcond_sym.commands.shared import working


def run(capsys, *arguments):
    """The command in this process: exit code, stdout, stderr."""
    with pytest.raises(SystemExit) as stopped:
        main(list(arguments))
    out, err = capsys.readouterr()
    return stopped.value.code, out, err


WRONG = [
    ("verify", "nosuchclaim"),
    ("hunt", "nngp(rho) = 1", "--activation", "relu"),
    ("hunt", "nngp(rho) <= 1", "--activation", "relu", "--low", "2"),
    ("hunt", "ntk(rho) <= 1", "--activation", "step"),
    ("verify", "--bogus"),
    ("verify", "--jobs", "0"),
    ("verify", "--jobs", "many"),
    ("verify", "--digits", "0"),
    ("verify", "--timeout", "-1"),
    ("verify", "./no/such/folder"),
    ("claims", "nosuch/*"),
    ("sharpen",),
    ("sharpen", "nosuch"),
    ("sharpen", "nguyen2021/D-H"),
    ("sharpen", "agarwal2021/L20", "--gap", "0"),
    ("sharpen", "agarwal2021/L20", "--gap", "tiny"),
    ("show",),
    ("show", "nosuchactivation"),
    ("show", "__import__('os').system('id')"),
    ("show", "exp(x**2)"),
    ("show", "x +"),
    ("show", "1/x"),
    ("derive", "lambda: 0"),
    ("derive", "relu", "--latex", "--json"),
    ("derive", "relu", "--latex", "--pdf", "x.pdf"),
    ("derive", "relu", "--q1", "-1"),
    ("derive", "relu", "--q1", "x"),
    ("derive", "relu", "--q1", "0.5", "--variances"),
    ("derive", "polynomial(2)", "--normalize"),
    ("catalog", "--latex", "--json"),
    ("decay", "nosuchactivation"),
    ("decay", "identity"),
    ("decay", "relu", "--points", "1"),
    ("decay", "relu", "--separation", "0"),
    ("decay", "relu", "--epsilon", "a tenth"),
    ("decay", "relu", "--data", "nosuch.npy"),
    ("decay", "relu", "--data", __file__),
    ("decay", "--data", "nosuch.npy"),
    ("recheck", "nosuch.json"),
    ("recheck", __file__),
    ("nosuchcommand",),
    ("--bogus",),
]


@pytest.mark.parametrize("arguments", WRONG, ids=" ".join)
def test_bad_input_is_one_sentence_and_exit_code_two(capsys, arguments):
    code, out, err = run(capsys, *arguments)
    assert code == 2
    assert out == ""
    assert len(err.splitlines()) == 1
    assert err.startswith("deepcond: ")
    assert "Traceback" not in err


def test_help_and_version(capsys):
    code, out, _ = run(capsys, "--help")
    assert code == 0
    for command in ("verify", "claims", "show", "derive", "catalog", "recheck"):
        assert command in out
    assert run(capsys)[:2] == (0, out)
    assert run(capsys, "--version") == (0, f"deepcond {__version__}\n", "")


def test_the_command_line_loads_nothing_heavy_for_help():
    """`deepcond --help` must answer in half a second: SymPy alone takes longer than that to import."""
    code = (
        "import sys, deepcond_sym.cli as cli\n"
        "try:\n    cli.main(['--help'])\nexcept SystemExit:\n    pass\n"
        "heavy = {'sympy', 'numpy', 'scipy', 'flint', 'mpmath', 'matplotlib', 'jinja2', 'rich'} & set(sys.modules)\n"
        "assert not heavy, heavy"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr


def test_claims_lists_the_registry(capsys):
    code, out, _ = run(capsys, "claims", "agarwal2021", "--json")
    listed = json.loads(out)["claims"]
    assert code == 0
    assert {claim["bibkey"] for claim in listed} == {"agarwal2021"}
    assert all({"id", "title", "source", "expected", "provenance", "mutants"} <= set(claim) for claim in listed)
    code, out, _ = run(capsys, "claims", "agarwal2021")
    assert code == 0
    assert all(claim["id"] in out for claim in listed)
    assert out.splitlines()[-1] == f"{len(listed)} claims"


def test_show_prints_twenty_digits(capsys):
    code, out, _ = run(capsys, "show", "relu", "--json")
    data = json.loads(out)
    assert code == 0
    assert data["mean"] == {
        "exact": "sqrt(2)/(2*sqrt(pi))",
        "latex": r"\frac{\sqrt{2}}{2 \sqrt{\pi}}",
        "value": "0.39894228040143267794",
        "definition": "E[sigma(X)], X standard normal",
    }
    assert {"name", "expression", "parity", "kinks", "jumps", "growth", "homogeneity", "dual", "chi_1"} <= set(data)
    code, out, _ = run(capsys, "show", "gelu(x) + sin(x)/2")
    assert code == 0
    assert "second_moment" in out


def test_derive_prints_steps_in_three_forms(capsys):
    code, out, _ = run(capsys, "derive", "relu")
    assert code == 0
    assert "sigma_hat(rho) = rho*asin(rho)/(2*pi) + rho/4 + sqrt(1 - rho**2)/(2*pi)" in out
    code, out, _ = run(capsys, "derive", "relu", "--latex")
    assert code == 0
    assert out.startswith(r"\documentclass")
    code, out, _ = run(capsys, "derive", "relu", "--json")
    assert code == 0
    assert len(json.loads(out)["steps"]) >= 3


def test_derive_normalised_and_for_other_variances(capsys):
    code, out, _ = run(capsys, "derive", "erf", "--normalize")
    assert code == 0
    assert out.endswith("sigma_hat(rho) = asin(2*rho/3)/asin(2/3)  [PROVED]\n")
    code, out, _ = run(capsys, "derive", "erf", "--q1", "4", "--json")
    data = json.loads(out)
    assert (code, data["verdict"], data["dual"]) == (0, "PROVED", "2*asin(8*rho/9)/pi")
    code, out, _ = run(capsys, "derive", "sign", "--variances", "--json")
    data = json.loads(out)
    assert (code, data["variances"]) == (0, ["q1", "q2"])
    assert data["verdict"] in ("PROVED", "CERTIFIED")
    code, out, _ = run(capsys, "derive", "relu", "--q1", "1/4", "--q2", "9")
    assert code == 0
    assert "E[sigma(sqrt(1/4) X) sigma(sqrt(9) Y)] = " in out


def test_derive_to_pdf_without_a_tex_is_one_sentence(capsys, monkeypatch):
    monkeypatch.setenv("PATH", "")
    code, out, err = run(capsys, "derive", "relu", "--pdf", "relu.pdf")
    assert (code, out) == (2, "")
    assert err == "deepcond: no pdflatex is installed: install TeX Live, or use --latex and compile elsewhere.\n"


def test_the_catalogue_as_a_table(capsys, monkeypatch):
    from deepcond_sym.report import duals_table

    monkeypatch.setattr(duals_table, "specs", lambda: ["relu", "gelu", "tanh"])
    code, out, _ = run(capsys, "catalog")
    assert code == 0
    assert [line.split()[:2] for line in out.splitlines()] == [
        ["relu", "PROVED"], ["gelu", "PROVED"], ["tanh", "CERTIFIED"],
    ]  # fmt: skip
    code, out, _ = run(capsys, "catalog", "--json")
    assert [row["name"] for row in json.loads(out)["activations"]] == ["relu", "gelu", "tanh"]
    code, out, _ = run(capsys, "catalog", "--latex")
    assert out.startswith(r"\documentclass")


def test_a_reader_that_leaves_early_is_no_error(tmp_path):
    """As in `deepcond claims | head -1`."""
    with subprocess.Popen(
        [sys.executable, "-m", "deepcond_sym.cli", "derive", "gelu"], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        process.wait(timeout=60)
        assert process.stderr.read() == b""


def test_sharpen_prints_both_ends_and_the_witness(capsys):
    code, out, _ = run(capsys, "sharpen", "agarwal2021/L20", "--jobs", "1")
    assert code == 0
    assert "the printed constant is the best" in out
    assert "PROVED    up to c = 1:" in out
    assert "REFUTED from c = 999/1000:" in out
    assert "print('left ', mu)" in out


def test_sharpen_json(capsys):
    code, out, _ = run(capsys, "sharpen", "agarwal2021/L24", "--jobs", "1", "--gap", "1/10", "--json")
    (found,) = json.loads(out)["sharpened"]
    assert code == 0
    assert (found["outcome"], found["proved"]["c"], found["refuted"]["c"]) == ("best", "1", "11/10")


def test_decay_prints_constants_and_depths(capsys, tmp_path):
    np.save(tmp_path / "x.npy", np.random.default_rng(1).normal(size=(5, 6)))
    code, out, _ = run(capsys, "decay", "relu", "--data", str(tmp_path / "x.npy"))
    assert code == 0
    assert "not normalised" in out
    assert re.search(r"mu +0\.26652889653787007001 ", out)
    assert re.search(r"kappa <= 1 \+ 1/10 from depth \d+ on, not before", out)
    assert out.count("odds bound, base 1 + mu") == 4


def test_decay_says_when_the_data_is_not_certified(capsys, tmp_path):
    np.save(tmp_path / "x.npy", np.random.default_rng(1).normal(size=(6, 5)))
    code, out, _ = run(capsys, "decay", "norm_relu", "--data", str(tmp_path / "x.npy"), "--timeout", "0.01")
    assert code == 1
    assert "not certified: kappa is still about" in out


def test_decay_json(capsys):
    asked = ("--points", "16", "--separation", "1/4", "--epsilon", "1/8")
    code, out, _ = run(capsys, "decay", "hermite(2)", *asked, "--json")
    found = json.loads(out)
    assert code == 0
    # b_L = (3/4)^(2^L) <= 1/129 from 2^L >= 16.9; (3/2)^L >= 512 from L = 16
    assert found["depths"]["B"] == {"printed": 16, "odds": 9, "supremum": 5, "activation": 5}
    assert found["constants"]["fixed_point"] == "0"


def test_derive_with_bivariate_normal_probabilities(capsys):
    code, out, _ = run(capsys, "derive", "hard_tanh", "--variances", "--json")
    data = json.loads(out)
    assert code == 0
    assert data["verdict"] == "PROVED"
    assert "binormal_cdf(1/sqrt(q1), 1/sqrt(q2), rho)" in data["dual"]
    code, out, _ = run(capsys, "derive", "erf(2*x+1)", "--q1", "1/4", "--q2", "9", "--latex")
    assert code == 0
    assert r"\Phi_2\left(" in out
    assert out.count("{") == out.count("}")


def test_derive_without_an_elementary_form_shows_the_integral_and_numbers(capsys):
    code, out, _ = run(capsys, "derive", "tanh")
    assert code == 0
    assert r"\int_{-\infty}^{\infty} \int_{-\infty}^{\infty}" in out
    assert "a_1^2 = 0.36687916436241091726" in out
    assert out.rstrip().endswith("No elementary form was found: it is evaluated numerically.  [CERTIFIED]")


def test_hunt_finds_a_counterexample_and_exits_with_1(capsys):
    network = ("--activation", "relu", "--weight-variance", "2", "--depth", "10")
    code, out, _ = run(capsys, "hunt", "ntk(rho)/ntk(1) <= 1/4 + 3/4*nngp(rho)**50", *network, "--json")
    found = json.loads(out)
    assert code == 1
    assert found["verdict"] == "REFUTED"
    assert float(found["witness"]["left"]["lower"]) > float(found["witness"]["right"]["upper"])
    assert "from mpmath import *" in found["witness"]["reproduce"]
    code, out, _ = run(capsys, "hunt", "ntk(rho)/ntk(1) <= 2*nngp(rho)", *network)
    assert code == 0
    assert out.startswith("CERTIFIED for DepthMap(relu, depth=10")
    code, out, _ = run(capsys, "hunt", "nngp(rho) >= rho", *network, "--budget", "100")
    assert code == 1
    assert "the largest such interval" in out


def test_every_command_has_an_example_with_options_that_exist(capsys):
    names = {command.name or command.callback.__name__ for command in app.registered_commands}
    assert set(EXAMPLES) == names
    for name, example in EXAMPLES.items():
        words = shlex.split(example)
        assert words[:2] == ["deepcond", name]
        _, help_text, _ = run(capsys, name, "--help")
        assert " ".join(example.split()) in " ".join(help_text.split())
        described = help_text.split("Example:")[0]
        for option in (word for word in words if word.startswith("-")):
            assert re.search(rf"(^|\s){option}\b", described), option


@pytest.mark.parametrize(
    ("words", "offered"),
    [
        ("deepcond ver", ["verify"]),
        ("deepcond show gel", ["gelu"]),
        ("deepcond verify star", ["starnaud2025"]),
        ("deepcond verify starnaud2025/T2-l", ["starnaud2025/T2-limit"]),
        ("deepcond hunt x --activation hard_t", ["hard_tanh"]),
    ],
)
def test_the_shell_completes(words, offered):
    place = {"_DEEPCOND_COMPLETE": "complete_bash", "COMP_WORDS": words, "COMP_CWORD": str(len(words.split()) - 1)}
    command = [sys.executable, "-c", "import sys; sys.argv[0] = 'deepcond'; from deepcond_sym.cli import main; main()"]
    done = subprocess.run(command, env=os.environ | place, capture_output=True, text=True, timeout=120)
    assert done.stdout.split() == offered, done.stderr


def test_an_interruption_is_one_sentence_and_exit_code_130(capsys, monkeypatch):
    def interrupted(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr("deepcond_sym.depth.relu_ntk_ratio", interrupted)
    assert run(capsys, "limit", "10") == (130, "", "deepcond: interrupted; no file was left half-written\n")


def test_long_work_is_announced_on_a_terminal_only(capsys, monkeypatch):
    capsys.readouterr()
    with working("counting sheep"):
        pass
    assert capsys.readouterr() == ("", "")
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    monkeypatch.setenv("TERM", "xterm")
    with working("counting sheep"):
        pass
    out, err = capsys.readouterr()
    assert out == ""
    assert "counting sheep" in err


@pytest.mark.parametrize("arguments", [("claims", "agarwal2021/L2*"), ("show", "relu"), ("limit", "10")], ids=" ".join)
def test_what_goes_into_a_pipe_has_no_colours(arguments):
    plain = {name: value for name, value in os.environ.items() if name not in ("FORCE_COLOR", "TTY_COMPATIBLE")}
    done = subprocess.run(
        [sys.executable, "-m", "deepcond_sym.cli", *arguments], env=plain, capture_output=True, timeout=60, check=True
    )
    assert done.stdout
    assert b"\x1b" not in done.stdout + done.stderr
