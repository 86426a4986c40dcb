"""A second ReLU dual, written by hand from textbook formulas, to compare the derived one with."""

import numpy as np
import sympy as sp
from flint import arb

from deepcond_sym.arithmetic import mp_from_ball, precision, working_bits


class ReluDouble:
    """E[relu(X) relu(Y)] in the three arithmetics, through theta = 2 asin(sqrt(w/2))."""

    at_one = sp.Rational(1, 2)
    slope_at_one = sp.Rational(1, 2)

    def value(self, r, arithmetic):
        return arithmetic.constant("1/2") - self.complement(1 - r, arithmetic)

    def slope(self, r, arithmetic):
        return self.slope_at(1 - r, arithmetic)

    def slope_at(self, w, arithmetic):
        return (arithmetic.pi() - 2 * arithmetic.asin(arithmetic.sqrt(w / 2))) / (2 * arithmetic.pi())

    def complement(self, w, arithmetic):
        if arithmetic.name == "float64":
            return self._float(np.asarray(w, dtype=np.float64), arithmetic)
        if w == 0:
            return w
        bits = working_bits()
        with precision(bits=2 * bits + 64):
            theta = 2 * arithmetic.asin(arithmetic.sqrt(w / 2))
            half = 2 * arithmetic.pi() * arithmetic.sin(theta / 2) ** 2
            value = (half - arithmetic.sin(theta) + theta * arithmetic.cos(theta)) / (2 * arithmetic.pi())
        return value if isinstance(value, arb) else mp_from_ball(arb(0)) + value

    @staticmethod
    def _float(w, arithmetic):
        theta = 2 * np.arcsin(np.sqrt(w / 2))
        plain = theta * np.cos(theta) - np.sin(theta)
        # theta cos theta - sin theta = sum_k (-1)^k theta^(2k+1) (1/(2k)! - 1/(2k+1)!) for small theta
        series, term = np.zeros_like(theta), theta.copy()
        for k in range(1, 12):
            term = -term * theta**2 / ((2 * k) * (2 * k + 1))
            series += term * (2 * k)
        small = np.where(theta < 1, series, plain)
        return (2 * np.pi * np.sin(theta / 2) ** 2 + small) / (2 * np.pi)
