"""Correlations by their angle: theta = acos(rho) in (0, pi] for rho in [-1, 1), and what one layer of ReLU does to it.

Our depth starts at 0 where the paper's starts at 1: the paper's theta_(L+1) is acos(iterate(L, rho)), its u_(L+1), the
tangent kernel that has L + 1 on the diagonal, is ntk(L, rho)."""

import sympy as sp

from deepcond_sym.proof import RELU, Proof, Step, at, dual, eq, fact, forall, interval, iterate, le, lt, relu_dual
from deepcond_sym.proof.proof import Use
from deepcond_sym.proof.tactics.inductive import inductive
from deepcond_sym.proof.tactics.lemma import lemma
from deepcond_sym.proof.tactics.power_gaps import adds
from deepcond_sym.symbols import rho
from proofs_checks.agarwal2021.setting import L, layers

theta = sp.Symbol("theta", real=True)
angles = interval(theta, 0, sp.pi, "(")
"""Every angle between two different directions, opposite ones included."""

correlations, apart = interval(rho, -1, 1), interval(rho, -1, 1, ")")

cosine_of_next = (sp.sin(theta) + (sp.pi - theta) * sp.cos(theta)) / sp.pi
"""h(cos theta), the cosine of the angle after one layer."""

_a, _w, _x, _y = sp.symbols("_a _w _x _y", real=True)
_inside, _number = interval(_x, -1, 1), interval(_y, -sp.oo, sp.oo)
_positive, _more = interval(_a, 0, sp.oo, "("), interval(_w, 0, sp.oo)
_is_angle = (le(0, _y), le(_y, sp.pi))


def angle(r: sp.Expr) -> sp.Expr:
    """The angle whose cosine is r."""
    return sp.acos(r)


@lemma("an angle from a bound for its cosine")
def angle_at_most(prove: Proof) -> Step:
    """acos(x) <= y for cos(y) <= x and y in [0, pi]."""
    less = le(sp.cos(_y), _x)
    goal = forall(_inside, _number, given=[*_is_angle, less], holds=le(sp.acos(_x), _y))
    premise = prove.chain(goal.conclude(less), adds(prove, sp.cos(_y), _x - sp.cos(_y)))
    return prove.chain(goal, prove.monotone("acos", premise), prove.angle(goal, _y))


@lemma("an angle from the other bound for its cosine")
def angle_at_least(prove: Proof) -> Step:
    """y <= acos(x) for x <= cos(y) and y in [0, pi]."""
    less = le(_x, sp.cos(_y))
    goal = forall(_inside, _number, given=[*_is_angle, less], holds=le(_y, sp.acos(_x)))
    premise = prove.chain(goal.conclude(less), adds(prove, _x, sp.cos(_y) - _x))
    same = prove.identity(goal.conclude(eq(_y, sp.acos(sp.cos(_y)))), using=[(prove.angle(goal, _y), {})])
    return prove.chain(goal, same, prove.monotone("acos", premise))


@lemma("an angle is positive")
def positive_angle(prove: Proof) -> Step:
    """0 < acos(rho) for rho < 1."""
    return prove.monotone("acos", prove.polynomial(lt(rho, 1), apart))


@lemma("an angle is at most pi")
def at_most_pi(prove: Proof) -> Step:
    """acos(rho) <= pi."""
    return prove.monotone("acos", prove.polynomial(le(-1, rho), correlations))


@lemma("a correlation is at least -1")
def at_least_minus_one(prove: Proof) -> Step:
    """-1 <= x for |x| <= 1: of a dual activation, and of its iterates."""
    goal = forall(_number, given=[le(sp.Abs(_y), 1)], holds=le(-1, _y))
    return prove.chain(goal, adds(prove, sp.Integer(-1), 1 + _y))


@lemma("different directions stay different in one layer")
def layer_below_one(prove: Proof) -> Step:
    """dual(rho) < 1 for rho < 1."""
    goal = forall(apart, family=RELU, holds=lt(dual(rho), 1))
    return prove.chain(goal, prove.unfold(goal, dual(rho)), prove.ball_box(lt(relu_dual(rho), 1), apart))


@lemma("different directions stay different")
def below_one(prove: Proof) -> Step:
    """iterate(L, rho) < 1 for rho < 1."""
    goal = forall(apart, layers, family=RELU, holds=lt(iterate(L, rho), 1))
    start = prove.polynomial(lt(rho, 1), apart)
    return inductive(
        prove, goal, L,
        lambda base: prove.chain(base, prove.unfold(base, base.conclusion.lhs), start),
        lambda step: prove.chain(
            step, fact(at_least_minus_one(prove), {_y: iterate(L, rho)}),
            prove.unfold(step, step.conclusion.lhs), at(layer_below_one(prove), {rho: iterate(L, rho)}),
        ),
    )  # fmt: skip


def is_correlation(prove: Proof, *terms: sp.Expr) -> list[Use]:
    """The fact that each of these values of the dual activation or of its iterates is at least -1."""
    return [fact(at_least_minus_one(prove), {_y: value}) for value in terms]


def is_angle(prove: Proof, *cosines: sp.Expr) -> list[Use]:
    """The facts 0 < acos(r) <= pi for these r, which must be known to be in [-1, 1)."""
    return [fact(shown, {rho: r}) for r in cosines for shown in (positive_angle(prove), at_most_pi(prove))]


@lemma("the inverse of a larger number is smaller")
def inverse(prove: Proof) -> Step:
    """1/(a + w) <= 1/a for a > 0 and w >= 0."""
    return prove.polynomial(le(1 / (_a + _w), 1 / _a), _positive, _more)


def inverts(prove: Proof, small: sp.Expr, large: sp.Expr) -> Use:
    """The link 1/large <= 1/small, where 0 < small <= large is known."""
    return at(inverse(prove), {_a: small, _w: large - small})


@lemma("the inverse of a positive number is positive")
def reciprocal(prove: Proof) -> Step:
    """0 < 1/a for a > 0."""
    return prove.polynomial(lt(0, 1 / _a), _positive)


def has_inverse(prove: Proof, *terms: sp.Expr) -> list[Use]:
    """The facts 0 < 1/x for these terms, which must be known to be positive."""
    return [fact(reciprocal(prove), {_a: x}) for x in terms]
