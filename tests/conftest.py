"""Settings for every test: Hypothesis draws the same cases in every run, so that a red run is red again.

HYPOTHESIS_PROFILE=random draws new ones: the way to look for cases that nobody has seen. Compiled maps are kept in a
folder of the run, also by the commands that tests start, and not in the user's; it is shared with the workers of xdist.
"""

import atexit
import os
import shutil
import tempfile

from hypothesis import settings

if "PYTEST_XDIST_WORKER" not in os.environ:
    os.environ["DEEPCOND_CACHE"] = tempfile.mkdtemp(prefix="deepcond-tests-")
    atexit.register(shutil.rmtree, os.environ["DEEPCOND_CACHE"], ignore_errors=True)

settings.register_profile("repeatable", derandomize=True)
settings.register_profile("random", derandomize=False)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "repeatable"))
