"""The pytest plugin of deepcond_sym, a module of its own so that pytest loads nothing else until a test asks for it.

It offers the fixture `check_kernel`, the marker `deepcond` with arguments for it, and the option --deepcond-profile.
"""

from functools import partial

import pytest

EXAMPLES = {"quick": 10, "usual": 40, "thorough": 1000}
"""Cases for each law, by profile."""


def pytest_addoption(parser):
    """Add --deepcond-profile."""
    parser.getgroup("deepcond").addoption(
        "--deepcond-profile",
        choices=sorted(EXAMPLES),
        default="usual",
        help="how many cases check_kernel tries for each law: "
        + ", ".join(f"{name} {count}" for name, count in EXAMPLES.items()),
    )


def pytest_configure(config):
    """Make the marker known."""
    config.addinivalue_line(
        "markers", "deepcond(**arguments): arguments of the fixture check_kernel, such as activation='relu', depth=3"
    )


@pytest.fixture
def check_kernel(request):
    """`deepcond_sym.testing.check_kernel` with the arguments of the test's marker and the examples of the profile."""
    from deepcond_sym.testing import check_kernel

    arguments = {"examples": EXAMPLES[request.config.getoption("--deepcond-profile")]}
    for marker in reversed(list(request.node.iter_markers("deepcond"))):
        arguments |= marker.kwargs
    return partial(check_kernel, **arguments)
