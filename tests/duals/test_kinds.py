"""Terms of different kinds with equal parameters: exp(x) and erf(x) were once one key, and their sum lost a term."""

import numpy as np
import pytest
import sympy as sp
from numpy.polynomial.hermite_e import hermegauss
from scipy.special import erf

from deepcond_sym.duals import dual, dual_pair
from deepcond_sym.duals.distribution import ErfTerm, Smooth
from deepcond_sym.verdict import Verdict


def test_terms_of_different_kinds_are_different_keys():
    exponential, error = Smooth(0, sp.S.One, sp.S.Zero), ErfTerm(0, sp.S.One, sp.S.Zero)
    assert exponential != error
    assert len({exponential, error, Smooth(0, sp.S.One, sp.S.Zero)}) == 2
    assert exponential == exponential._replace(power=0)


@pytest.mark.parametrize("correlation", [-0.5, 0.3, 0.9])
def test_the_sum_of_both_has_both(correlation):
    nodes, weights = hermegauss(120)
    weights = weights / weights.sum()

    def f(t):
        return np.exp(t) + erf(t)

    other = correlation * nodes[:, None] + np.sqrt(1 - correlation**2) * nodes[None, :]
    expected = float(weights * f(nodes) @ (f(other) @ weights))
    assert abs(dual("exp(x) + erf(x)")(correlation) - expected) < 1e-10
    assert abs(dual_pair("exp(x) + erf(x)")(correlation, q1=1, q2=1) - expected) < 1e-10
    assert dual("exp(x) + erf(x)").derivation.check() is Verdict.PROVED
