"""Kernel matrices of given data, also large; certified entries, eigenvalues, condition numbers and predictors."""

from .compiled import CompiledMap, compile_map
from .critical_matrix import critical_matrix
from .gram import GramKernel, gram_kernel
from .matrices import KernelMatrix, nngp_matrix, ntk_matrix
from .ordered_predictor import ordered_predictor_limit
from .predictor import predictor_weights
from .predictor_limit import PredictorLimit, predictor_limit
from .spectrum import condition_number, lambda_max, lambda_min

__all__ = [
    "CompiledMap",
    "GramKernel",
    "KernelMatrix",
    "PredictorLimit",
    "compile_map",
    "condition_number",
    "critical_matrix",
    "gram_kernel",
    "lambda_max",
    "lambda_min",
    "nngp_matrix",
    "ntk_matrix",
    "ordered_predictor_limit",
    "predictor_limit",
    "predictor_weights",
]
