"""What the README shows is what happens: the tour runs, the user's claims get the verdicts printed there."""

import doctest
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

README = (Path(__file__).parent.parent / "README.md").read_text()
BLOCKS = re.findall(r"```(\w+)\n(.*?)```", README, flags=re.DOTALL)


def test_the_tour_runs():
    (tour,) = [body for language, body in BLOCKS if language == "python" and body.startswith(">>>")]
    example = doctest.DocTestParser().get_doctest(tour, {}, "README", "README.md", 0)
    assert doctest.DocTestRunner().run(example).failed == 0
    assert 10 <= tour.count(">>>") <= 15


@pytest.fixture
def my_paper(tmp_path):
    (claims,) = [body for language, body in BLOCKS if language == "python" and "my_paper/" in body]
    folder = tmp_path / "my_paper"
    folder.mkdir()
    (folder / "decay.py").write_text(claims)
    return folder


def verify(folder, *options):
    command = [sys.executable, "-m", "deepcond_sym.cli", "verify", "./my_paper", *options]
    return subprocess.run(command, cwd=folder.parent, capture_output=True, text=True, timeout=120)


def without_seconds(line: str) -> str:
    """Times differ from run to run; all else must be what is printed."""
    return re.sub(r"\d+\.\d+( s;|$)", "", line).rstrip()


def test_a_folder_of_your_own_is_judged(my_paper):
    done = verify(my_paper, "--mutants")
    assert done.returncode == 1, done.stderr
    (shown,) = [body for language, body in BLOCKS if language == "console" and "./my_paper" in body]
    assert [without_seconds(line) for line in shown.splitlines()[1:]] == [
        without_seconds(line) for line in done.stdout.splitlines()
    ]
    assert (my_paper.parent / "report" / "index.html").exists()


def test_a_kernel_that_is_wrong_is_told_so():
    from deepcond_sym.testing import LAWS, Counterexample

    (test,) = [body for language, body in BLOCKS if language == "python" and "check_kernel" in body]
    (shown,) = [body for language, body in BLOCKS if language == "console" and "breaks the law" in body]

    def my_kernel(rho, depth=4):
        theta = rho
        for _ in range(depth):
            theta = (1 - np.arccos(rho) / np.pi) * theta
            rho = np.clip((np.sqrt(1 - rho**2) + rho * (np.pi - np.arccos(rho))) / np.pi, -1, 1)
            theta = theta + rho
        return theta

    scope = {"my_kernel": my_kernel}
    exec(test, scope)
    with pytest.raises(Counterexample) as caught:
        scope["test_my_kernel"]()
    assert str(caught.value) == shown.strip()
    assert len(LAWS) == 16
    assert "Sixteen laws" in README


def test_the_numbers_in_the_text_are_those_of_the_registry():
    from deepcond_sym.proof import registry

    assert f"judges {len(registry.ours())} claims" in README
