"""N4: the normalised tangent kernel is a function of L theta_1 alone, up to O(log(L)/L).

This is what is true in place of Theorem 2."""

from fractions import Fraction

import sympy as sp

from deepcond_sym.proof import RELU, Claim, Instance, Proof, Step, fact, forall, interval, le, lt, ntk
from deepcond_sym.proof.proof import Use
from deepcond_sym.proof.tactics.lemma import lemma
from deepcond_sym.proof.tactics.power_gaps import adds
from deepcond_sym.symbols import rho
from proofs_checks.agarwal2021.setting import L, layers

from .angle_steps import about, about_stretch, more_logarithm, stretch
from .angles import angle, apart, has_inverse
from .one_layer import third
from .scaling_bounds import a, most, scaled_at_least, scaled_at_most
from .tangent_steps import lower, normalised

s, t = sp.symbols("sigma tau", real=True)
sigma = (L + 1) * angle(rho) * third
"""The paper's L theta_1/(3 pi)."""

error, per_log = sp.Rational(16, 5), sp.Rational(3, 2)
_r, _t = sp.symbols("_r _t", real=True)


def has_values(prove: Proof) -> list[Use]:
    """0 < sigma, 1 <= 1 + sigma and 0 <= 1/(L + 1): enough for the terms of the claim to have values."""
    angles, x = interval(_t, 0, sp.pi, "("), sigma.subs(angle(rho), _t)
    share = fact(prove.polynomial(le(0, 1 / (L + 1)), layers))
    signs = lt(0, x), lt(0, 1 + x), le(1, 1 + x)
    return [
        *about(prove), *has_inverse(prove, angle(rho)), share,
        *(fact(prove.polynomial(sign, angles, layers), {_t: angle(rho)}) for sign in signs),
    ]  # fmt: skip


def about_scaling(prove: Proof) -> list[Use]:
    """0 < sigma, 1 <= 1 + sigma <= L + 2, and what the scaling function does from one depth to the next: with f(r) =
    (r - r^(-3))/(4 t), f(r + t) - 1 <= f(r) <= f(r + t) - 1/4 for r >= 1 and t > 0."""
    box, angles = (interval(_r, 1, sp.oo), interval(_t, 0, sp.oo, "(")), interval(_t, 0, sp.pi, "(")
    x = sigma.subs(angle(rho), _t)
    signs = lt(0, x), lt(0, 1 + x), le(1, 1 + x), le(1 + x, L + 2), le(stretch(L).subs(angle(rho), _t), 1 + x)
    before, after = ((y - y**-3) / (4 * _t) for y in (_r, _r + _t))
    moves = le(0, before - after + 1), le(0, after - sp.Rational(1, 4) - before)
    share = fact(prove.polynomial(le(0, 1 / (L + 1)), layers))
    return [
        *about(prove), *about_stretch(prove, L, L + 1), share, *has_inverse(prove, angle(rho)),
        fact(prove.polynomial(lt(0, _t / (3 * sp.pi)), angles), {_t: angle(rho)}),
        *(fact(prove.polynomial(sign, angles, layers), {_t: angle(rho)}) for sign in signs),
        *(fact(prove.polynomial(move, *box), {_r: stretch(L), _t: angle(rho) * third}) for move in moves),
        fact(prove.polynomial(le(1, L + 2), layers)),
        *(fact(more_logarithm(prove), {"_x": x, "_z": z}) for x, z in ((stretch(L), 1 + sigma), (1 + sigma, L + 2))),
        fact(more_logarithm(prove), {"_x": 1, "_z": 1 + sigma}),
    ]  # fmt: skip


@lemma("the tangent kernel at most its scaling function and a logarithm")
def at_most_scaling(prove: Proof) -> Step:
    """u_(L+1) - (L + 1) U(sigma) <= 16/5 + 3/2 log(1 + sigma)."""
    here, logarithm = a * (stretch(L) - stretch(L) ** -3), per_log * sp.log(stretch(L))
    there = a * (stretch(L + 1) - stretch(L + 1) ** -3)
    number = error + sp.Rational(1, 4) - most
    return prove.chain(
        forall(apart, layers, family=RELU, holds=le(ntk(L, rho) - there, error + per_log * sp.log(1 + sigma))),
        *about_scaling(prove), fact(prove.evaluate(forall(holds=le(0, number)))), fact(scaled_at_most(prove)),
        adds(prove, ntk(L, rho) - there, here + most + logarithm - ntk(L, rho)),
        adds(prove, here - there + most + logarithm, there - sp.Rational(1, 4) - here),
        adds(prove, most - sp.Rational(1, 4) + logarithm, number),
        adds(prove, error + logarithm, per_log, sp.log(1 + sigma) - sp.log(stretch(L))),
    )  # fmt: skip


claim = Claim(
    "starnaud2025/N4",
    title="The normalised tangent kernel is a function of the depth times the angle",
    source="N4, in place of Theorem 2",
    printed=r"\Big|\bar\Theta^{(L)}-U(\sigma)\Big|\le\frac1L\Big(\frac{16}5+\frac32\log(1+\sigma)\Big)"
    r"\le\frac1L\Big(\frac{16}5+\frac32\log(L+1)\Big),\quad \sigma=\frac{L\theta_1}{3\pi},\quad"
    r" U(\sigma)=\frac{(1+\sigma)^4-1}{4\sigma(1+\sigma)^3}\qquad(L\ge1,\ 0<\theta_1\le\pi);\qquad"
    r" U \text{ decreases},\quad \max\big(\tfrac14,1-\tfrac32\sigma\big)\le U(\sigma)\le"
    r"\min\big(1,\tfrac14+\tfrac1{4\sigma}\big)",
    note=r"Formally $\theta_1=\arccos\rho$ and $L$ is the number of layers, the paper's $L-1$. The error is"
    r" $O(\log L/L)$ uniformly in the angle, and $O(1/L)$ for fixed $\sigma$: the limit $\frac14$ is felt only when $L$"
    r" is large against $3\pi/\theta_1$.",
    beside=("starnaud2025/T2-limit", "starnaud2025/N3"),
    parameters={"error": error, "per_log": per_log, "power": 3, "low": sp.Rational(1, 4)},
    witnesses=(
        (0, Instance({rho: Fraction(-1), L: Fraction(0)})),
        (0, Instance({rho: Fraction(0), L: Fraction(100)})),
        (3, Instance({s: Fraction(100)})),
    ),
)


@claim.states
def statement(error, per_log, power, low):
    def scaling(x: sp.Expr) -> sp.Expr:
        return ((1 + x) ** (power + 1) - 1) / (4 * x * (1 + x) ** power)

    positive, more = interval(s, 0, sp.oo, "("), interval(t, 0, sp.oo)
    distance = sp.Abs(normalised - scaling(sigma))
    return (
        forall(
            apart, layers, family=RELU, holds=le(distance, (error + per_log * sp.log(1 + sigma)) / (L + 1)),
            label="every depth",
        ),
        forall(
            apart, layers, family=RELU, holds=le(distance, (error + per_log * sp.log(L + 2)) / (L + 1)),
            label="uniformly in the angle",
        ),
        forall(positive, more, holds=le(scaling(s + t), scaling(s)), label="decreasing"),
        forall(positive, holds=le(low, scaling(s)), label="above 1/4"),
        forall(positive, holds=le(scaling(s), low + 1 / (4 * s)), label="towards 1/4"),
        forall(positive, holds=le(scaling(s), 1), label="below 1"),
        forall(positive, holds=le(1 - sp.Rational(3, 2) * s, scaling(s)), label="from 1"),
    )  # fmt: skip


@claim.proves
def proof(prove, goal, error, per_log, power, low):
    """By the sharper form of N2, with n = 3 pi/theta_1 and r = 1 + (L - 1)/n: B(theta_L) is n r/4 up to what (C) adds,
    and (1 - theta_1/pi) ... (1 - theta_(L-1)/pi) is between r^(-3) (1 - 6/n), by (A), and r^(-3): a layer takes theta
    to no less than theta (1 - theta/pi)^(1/3)."""
    every, uniform, *shape = goal
    share, there = 1 / (L + 1), a * (stretch(L + 1) - stretch(L + 1) ** -3)
    function = normalised - every.conclusion.lhs.args[0]
    logarithm, number = sp.log(1 + sigma), error - lower - 1
    known = [
        *about_scaling(prove), fact(scaled_at_least(prove)), fact(at_most_scaling(prove)),
        *(fact(prove.evaluate(forall(holds=le(0, c)))) for c in (number, per_log)),
    ]  # fmt: skip
    here = a * (stretch(L) - stretch(L) ** -3)
    above = error + per_log * logarithm - ntk(L, rho) + there
    both = prove.absolute_value(
        every,
        prove.chain(
            every.conclude(le(normalised - function, every.conclusion.rhs)), *known,
            adds(prove, normalised - function, above, share),
        ),
        prove.chain(
            every.conclude(le(function - normalised, every.conclusion.rhs)), *known,
            adds(prove, function - normalised, ntk(L, rho) - here + lower, share),
            adds(prove, (there - here + lower) * share, here - there + 1, share),
            adds(prove, (lower + 1) * share, number, share), adds(prove, error * share, per_log, logarithm, share),
        ),
    )  # fmt: skip
    wider = adds(prove, every.conclusion.rhs, per_log, sp.log(L + 2) - logarithm, share)
    return [both, prove.chain(uniform, *known, both, wider),
            *(prove.polynomial(part.conclusion, *part.variables) for part in shape)]  # fmt: skip


claim.mutant("1 in place of 16/5", error=1)
claim.mutant("(1 + sigma)^2 in place of (1 + sigma)^3", power=2)
claim.mutant("the limit 1/2 for large sigma", low="1/2")
