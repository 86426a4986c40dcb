"""Gaussian moments, Hermite series and dual activations, derived and evaluated in three arithmetics."""

from .algebra.antiderivative import RadicalElement
from .atoms import atoms, decompose
from .bivariate.binormal import binormal_cdf
from .closed_form import ClosedFormDual
from .derivation import Derivation, DerivationStep, StepError
from .dual import dual
from .dual_base import Dual
from .dual_pair import DualPair, dual_pair
from .hermite import HermiteSeries, hermite_series
from .moments import (
    mean,
    mean_ball,
    second_moment,
    second_moment_ball,
    slope_second_moment,
    slope_second_moment_ball,
)
from .nonlinearity import nonaffinity, nonaffinity_ball, nonlinearity, nonlinearity_ball
from .normalized import NormalizedActivation, normalized
from .price import price
from .series import SeriesDual

__all__ = [
    "ClosedFormDual",
    "Derivation",
    "DerivationStep",
    "Dual",
    "DualPair",
    "HermiteSeries",
    "NormalizedActivation",
    "RadicalElement",
    "SeriesDual",
    "StepError",
    "atoms",
    "binormal_cdf",
    "decompose",
    "dual",
    "dual_pair",
    "hermite_series",
    "mean",
    "mean_ball",
    "nonaffinity",
    "nonaffinity_ball",
    "nonlinearity",
    "nonlinearity_ball",
    "normalized",
    "price",
    "second_moment",
    "second_moment_ball",
    "slope_second_moment",
    "slope_second_moment_ball",
]
