"""Settings for every test: Hypothesis draws the same cases in every run, so that a red run is red again.

HYPOTHESIS_PROFILE=random draws new ones: the way to look for cases that nobody has seen.
"""

import os

from hypothesis import settings

settings.register_profile("repeatable", derandomize=True)
settings.register_profile("random", derandomize=False)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "repeatable"))
