"""Kernel matrices of given data: certified entries, eigenvalues, condition numbers and predictors."""

from .matrices import KernelMatrix, nngp_matrix, ntk_matrix
from .predictor import predictor_weights
from .spectrum import condition_number, lambda_max, lambda_min

__all__ = [
    "KernelMatrix",
    "condition_number",
    "lambda_max",
    "lambda_min",
    "nngp_matrix",
    "ntk_matrix",
    "predictor_weights",
]
