"""`check_kernel` as others use it: a short test file of their own, run by a pytest that knows nothing of ours."""

import subprocess
import sys

TEN_LINES = """
import pytest
from deepcond_sym.testing import check_kernel
from kernels import correct, dropped_top_term, jittered, nan_at_one, off_by_one, swapped

RELU = dict(activation="relu", depth=3, weight_variance=2, bias_variance="1/10")
SQUARE = dict(activation="x**2", depth=1)
@pytest.mark.parametrize("kernel, network", [(correct, RELU), (dropped_top_term, SQUARE), (jittered, RELU),
                         (nan_at_one, RELU), (off_by_one, RELU), (swapped, RELU)])
def test_kernel(kernel, network):
    check_kernel(kernel, **network)
"""
KERNELS = '''
"""A library's kernels: one is right, and five have mistakes that were seen in real ones."""
from math import acos, nan, pi, sqrt


def correct(rho, depth=3, weight=2.0, bias=0.1):
    q = 1.0
    for _ in range(depth):
        c = min(1.0, max(-1.0, rho / q))
        rho = weight * q * (sqrt(1 - c * c) + c * (pi - acos(c))) / (2 * pi) + bias
        q = weight * q / 2 + bias
    return rho


def dropped_top_term(rho):
    return 1.0  # E[(x^2) (y^2)] = 1 + 2 rho^2


def jittered(rho):
    return correct(rho) + (1e-8 if rho == 1 else 0)


def nan_at_one(rho):
    return nan if rho == 1 else correct(rho)


def off_by_one(rho):
    return correct(rho, depth=2)


def swapped(rho):
    return correct(rho, weight=0.1, bias=2.0)
'''
MARKED = """
import pytest
from kernels import correct, off_by_one

@pytest.mark.deepcond(activation="relu", depth=3, weight_variance=2, bias_variance="1/10")
class TestKernels:
    def test_correct(self, check_kernel):
        check_kernel(correct)

    def test_off_by_one(self, check_kernel):
        assert check_kernel.keywords["examples"] == 10
        check_kernel(off_by_one)
"""


def run(folder, text, *options):
    (folder / "kernels.py").write_text(KERNELS)
    (folder / "test_mine.py").write_text(text)
    command = [sys.executable, "-m", "pytest", "-q", "--tb=line", "-rA", "-p", "no:cacheprovider", *options]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=300)


def test_ten_lines_catch_five_mistakes(tmp_path):
    assert len(TEN_LINES.strip().splitlines()) <= 10
    done = run(tmp_path, TEN_LINES)
    passed = [line for line in done.stdout.splitlines() if line.startswith("PASSED")]
    failed = [line for line in done.stdout.splitlines() if line.startswith("FAILED")]
    assert [line.split("[")[1].split("-")[0] for line in passed] == ["correct"], done.stdout
    assert len(failed) == 5
    for law in ("diagonal", "finite"):
        assert f'breaks the law "{law}"' in done.stdout


def test_fixture_marker_and_profile(tmp_path):
    done = run(tmp_path, MARKED, "--strict-markers", "--deepcond-profile", "quick")
    assert "1 failed, 1 passed" in done.stdout, done.stdout
    assert "Counterexample" in done.stdout


def test_the_plugin_loads_nothing_until_it_is_used(tmp_path):
    text = "import sys\ndef test_nothing():\n    assert not any(m.startswith('deepcond_sym') for m in sys.modules)\n"
    assert run(tmp_path, text).returncode == 0
