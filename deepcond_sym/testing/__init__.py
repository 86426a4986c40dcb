"""Property tests of kernel identities for other people's kernels: Hypothesis strategies, and `check_kernel`.

One line in a test suite:

    from deepcond_sym.testing import check_kernel

    def test_my_kernel():
        check_kernel(my_kernel, activation="relu", depth=3, weight_variance=2)

Needs Hypothesis: pip install 'deepcond-sym[testing]'.
"""

try:
    import hypothesis as _hypothesis  # noqa: F401
except ImportError as missing:
    raise ImportError("deepcond_sym.testing needs Hypothesis: pip install 'deepcond-sym[testing]'.") from missing

from .conformance import Outcome, check_kernel, kernel_laws
from .counterexample import Counterexample
from .laws import LAWS, Law
from .strategies import activations, correlations, depths, gram_matrices, unit_vectors, variances

__all__ = [
    "LAWS",
    "Counterexample",
    "Law",
    "Outcome",
    "activations",
    "check_kernel",
    "correlations",
    "depths",
    "gram_matrices",
    "kernel_laws",
    "unit_vectors",
    "variances",
]
