"""One layer of ReLU in the inverse root w = 1/sqrt(1 - r): w + gain <= w' <= w + gain + rest/w; and the angle by the
root.

The dual is normalised to h(1) = 1, and w' belongs to h(r). The inequality from below is beyond/relu-layer."""

import sympy as sp

from deepcond_sym.proof import Proof, Step, interval, le
from deepcond_sym.proof.tactics.lemma import lemma

from .setting import h

r = sp.Symbol("r", real=True)
inside = interval(r, -1, 1)
root = sp.sqrt(1 - r)

gain = sp.sqrt(2) / (3 * sp.pi)
"""What one layer adds to the inverse root, at least."""

rest = sp.Rational(11, 100)
"""What it adds besides, at most, over the inverse root; the best constant is 0.101..., for opposite inputs."""

bend = sp.Rational(3, 10)
"""The angle is at most sqrt(2) sqrt(1 - r) (1 + bend (1 - r)); the best constant is (pi - 2)/4, for opposite inputs."""


@lemma("one layer of ReLU adds to the inverse root")
def adds_gain(prove: Proof) -> Step:
    """1 - h(r) <= (1 - r)/(1 + gain sqrt(1 - r))^2: the claim beyond/relu-layer."""
    return prove.ball_box(le(1 - h(r), (1 - r) / (1 + gain * root) ** 2), inside)


@lemma("one layer of ReLU adds little more to the inverse root")
def adds_at_most(prove: Proof) -> Step:
    """(1 - r)/(1 + gain sqrt(1 - r) + rest (1 - r))^2 <= 1 - h(r)."""
    return prove.ball_box(le((1 - r) / (1 + gain * root + rest * (1 - r)) ** 2, 1 - h(r)), inside)


@lemma("the angle is at least its chord")
def angle_at_least(prove: Proof) -> Step:
    """sqrt(2) sqrt(1 - r) <= acos(r)."""
    return prove.ball_box(le(sp.sqrt(2) * root, sp.acos(r)), inside)


@lemma("the angle is little more than its chord")
def angle_at_most(prove: Proof) -> Step:
    """acos(r) <= sqrt(2) sqrt(1 - r) (1 + bend (1 - r))."""
    return prove.ball_box(le(sp.acos(r), sp.sqrt(2) * root * (1 + bend * (1 - r))), inside)
