"""The proved bound of xiao2020/B51 against the enclosed condition number of data at depth 10^5."""

import pytest
import sympy as sp
from flint import arb
from sklearn.datasets import load_digits

import deepcond_sym as dc
from deepcond_sym.arithmetic import precision
from deepcond_sym.depth.critical_erf import CriticalErf
from deepcond_sym.proof import Verdict, registry
from proofs_checks.xiao2020.critical_map import t

DEPTH, POINTS = 10**5, 8


def bound(bias: str, gaps: list[float], depth: int) -> float:
    """R_l of B51 with the constants of the claim: |p_ab/q* - l/3| <= R_l for pairs with these gaps at the start."""
    (claim,) = registry.select(["xiao2020/B51"])
    assert claim.expected is Verdict.PROVED
    with precision(bits=120):
        line = CriticalErf.read(bias).line
        value = sp.Float(line.t.str(30, radius=False), 30)
    # t is known to 30 digits; the bound is rounded up by far more than that
    high, low, gain, least, bend = (
        float(sp.sympify(claim.parameters[name]).subs(t, value)) for name in ("high", "low", "most", "least", "bend")
    )
    assert gain == pytest.approx(float(line.a), rel=1e-14)
    reach = []
    for gap in gaps:
        with precision(bits=120):
            first = CriticalErf.read(bias).after(1, arb(gap), 16)
            offset = abs(first.tangent - 1 / (3 * line.a * first.gap))
        cone = max(high, low, float(offset))
        growth = float(bend) * (gap + float(sp.log(1 + least * gap * depth)) / least)
        reach.append(cone + (1 / gap + growth) / (3 * gain))
    return max(reach) * (1 + 1e-12)


@pytest.mark.parametrize("bias", ["1/20", "1/10", "18/100"])
def test_the_proved_bound_holds_the_enclosed_condition_number(bias):
    rows = load_digits(return_X_y=True)[0][:POINTS]
    unit = rows / (rows**2).sum(axis=1, keepdims=True) ** 0.5
    gaps = [1 - float(unit[i] @ unit[j]) for i in range(POINTS) for j in range(i)]
    assert 0 < min(gaps) < max(gaps) <= 1
    kernel = dc.critical_matrix(rows, DEPTH, bias_variance=bias)
    found = dc.condition_number(kernel)
    assert found.rel_accuracy_bits() > 50
    reach = bound(bias, gaps, DEPTH)
    assert max(abs(float(kernel[i][j]) - DEPTH / 3) for i in range(POINTS) for j in range(i)) <= reach
    spread = (POINTS - 1) * reach
    room = 2 * DEPTH / 3 - spread
    assert room > 0
    largest = spread * (POINTS + 4) / (2 * room)
    assert abs(float(found) - (POINTS + 2) / 2) <= largest
    # it says something: the condition number, near 5, is known to a tenth
    assert largest < 0.1
