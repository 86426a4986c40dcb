"""Settings for every test: Hypothesis draws the same cases in every run, so that a red run is red again.

HYPOTHESIS_PROFILE=random draws new ones: the way to look for cases that nobody has seen. Compiled maps are kept in a
folder of the run, also by the commands that tests start, and not in the user's; it is shared with the workers of xdist.
"""

import atexit
import os
import shutil
import tempfile

import pytest
from hypothesis import settings

if "PYTEST_XDIST_WORKER" not in os.environ:
    os.environ["DEEPCOND_CACHE"] = tempfile.mkdtemp(prefix="deepcond-tests-")
    atexit.register(shutil.rmtree, os.environ["DEEPCOND_CACHE"], ignore_errors=True)

settings.register_profile("repeatable", derandomize=True)
settings.register_profile("random", derandomize=False)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "repeatable"))


@pytest.fixture
def tool():
    """`tool("pdflatex", package="texlive-latex-base")` is the path of a program. Without it the test is skipped, with a
    word on what to install, or fails if DEEPCOND_TOOLS=required says that all tools should be here."""

    def find(*names: str, package: str) -> str:
        for name in names:
            if path := shutil.which(name):
                return path
        missing = f"no {names[0]} is installed: install {package}"
        if os.environ.get("DEEPCOND_TOOLS") == "required":
            pytest.fail(missing)
        pytest.skip(missing)

    return find
