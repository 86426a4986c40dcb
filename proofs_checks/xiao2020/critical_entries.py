"""B51 for the entries of the tangent kernel: p_ab/q* = l/3 up to a logarithm, for every depth and bias variance."""

from dataclasses import replace
from fractions import Fraction

import sympy as sp

from deepcond_sym.proof import Claim, Instance, Proof, Step, at, fact, le
from deepcond_sym.proof.tactics.lemma import lemma
from deepcond_sym.proof.tactics.power_gaps import adds
from proofs_checks.starnaud2025.angle_steps import more_logarithm

from .critical_depth import frame, gain, kernel, least, loss, scale, start
from .critical_gaps import about_inverse, about_stretch, constants, first, inverse, nearly_at_least, stretch
from .critical_gaps import at_most as inverse_at_most
from .critical_map import ratio, square, t
from .critical_tangent import above, at_least, at_most, middle
from .setting import l

per_log = scale * loss / least
"""|kappa'| A/(3 b_-): (3 + 2 k^2) (3 k^2 + 1)/(18 k^2)."""

shortfall = 4 * square / 9 + per_log * sp.log(stretch())
excess = above + scale * first
radius = above + scale * first + 4 * square / 9 + per_log * sp.log(stretch())
"""What p_ab/q* is below l/3 at most, above it at most, and R_l, which is both."""


@lemma("an entry of the tangent kernel on the critical line, from above")
def entry_at_most(prove: Proof) -> Step:
    """p_ab <= l/3 + 7/6 + 1/(3 A gamma_0)."""
    return prove.chain(
        frame.conclude(le(kernel(), l / 3 + excess)), *constants(prove), *about_inverse(prove, l),
        fact(inverse_at_most(prove)), at(at_most(prove), {}),
        adds(prove, middle() + above, scale, first + gain * l - inverse()),
    )  # fmt: skip


@lemma("an entry of the tangent kernel on the critical line, from below")
def entry_at_least(prove: Proof) -> Step:
    """l/3 - 4/9 k^2 - |kappa'| A/(3 b) log(1 + b gamma_0 l) <= p_ab."""
    low = first + gain * l - loss / least * sp.log(stretch())
    return prove.chain(
        frame.conclude(le(l / 3 - shortfall, kernel())), *constants(prove), *about_inverse(prove, l),
        *about_stretch(prove, l), fact(nearly_at_least(prove)),
        adds(prove, l / 3 - shortfall, scale, inverse() - low), at(at_least(prove), {}),
    )  # fmt: skip


@lemma("an entry of the tangent kernel on the critical line")
def entry_near(prove: Proof) -> Step:
    """|p_ab - l/3| <= R_l."""
    goal = frame.conclude(le(sp.Abs(kernel() - l / 3), radius))
    known = [
        *constants(prove), *about_inverse(prove, l), *about_stretch(prove, l), fact(entry_at_least(prove)),
        fact(entry_at_most(prove)), fact(more_logarithm(prove), {"_x": 1, "_z": stretch()}),
        *(fact(prove.polynomial(le(0, c), ratio)) for c in (4 * square / 9, per_log)),
        fact(prove.polynomial(le(0, excess), *frame.variables[1:])),
    ]  # fmt: skip
    difference = kernel() - l / 3
    upper = prove.chain(
        goal.conclude(le(difference, radius)), *known, adds(prove, difference, l / 3 + excess - kernel()),
        adds(prove, excess, 4 * square / 9), adds(prove, excess + 4 * square / 9, per_log, sp.log(stretch())),
    )  # fmt: skip
    lower = prove.chain(
        goal.conclude(le(-difference, radius)), *known, adds(prove, -difference, kernel() - l / 3 + shortfall),
        adds(prove, shortfall, excess),
    )  # fmt: skip
    return prove.absolute_value(goal, upper, lower)


entries = Claim(
    "xiao2020/B51-entries",
    title="Critical erf: an entry of the tangent kernel is l q*/3, up to a logarithm",
    source="derived here",
    printed=r"-\tfrac49k^2-\frac{(3+2k^2)(3k^2+1)}{18k^2}\log\Big(1+\frac{\gamma_0l}{3k^2+1}\Big)\le"
    r"\frac{p^{(l)}_{ab}}{q^*}-\frac l3\le\frac76+\frac{2k^2}{3\gamma_0},\qquad k^2=\frac{1-t^2}{t^2},\ "
    r"t=\frac{2q^*}{1+2q^*}",
    note=r"For every $l\ge0$, every bias variance and every $\gamma_0\in(0,1]$; $\frac{2k^2}3=\frac1{3A}$ and the"
    r" factor of the logarithm is $\frac{|\kappa'|A}{3b_-}$. $R_l$ is the difference of the two bounds. Hence"
    r" $\frac{p^{(l)}_{ab}}{lq^*}\to\frac13$ for every pair, at the rate $\frac{\log l}l$.",
    beside=("xiao2020/B51",),
    parameters={"share": sp.Rational(1, 3), "low": shortfall, "high": excess},
    witnesses=(
        (1, Instance({t: Fraction(9, 10), start: Fraction(0), l: Fraction(1000)})),
        (1, Instance({t: Fraction(1, 2), start: Fraction(99, 100), l: Fraction(10)})),
        (0, Instance({t: Fraction(9, 10), start: Fraction(0), l: Fraction(1000)})),
    ),
)  # fmt: skip


@entries.states
def entries_statement(share, low, high):
    return (
        replace(frame, conclusion=le(-low, kernel() - share * l), label="from below"),
        replace(frame, conclusion=le(kernel() - share * l, high), label="from above"),
        replace(frame, conclusion=le(sp.Abs(kernel() - share * l), radius), label="R_l"),
    )


@entries.proves
def entries_proof(prove, goal, share, low, high):
    """The cone, and the sum of what the layers add to the inverse gap."""
    from_below, from_above, both = goal
    difference, known = kernel() - share * l, about_inverse(prove, l)
    return [
        prove.chain(
            from_below, *constants(prove), *about_stretch(prove, l), *known, fact(entry_at_least(prove)),
            adds(prove, -low, kernel() - l / 3 + shortfall),
        ),
        prove.chain(
            from_above, *constants(prove), *known, fact(entry_at_most(prove)),
            adds(prove, difference, l / 3 + excess - kernel()),
        ),
        prove.chain(both, at(entry_near(prove), {})),
    ]  # fmt: skip


entries.mutant("1/4, as for ReLU", share="1/4")
entries.mutant("no logarithm", low=4 * square / 9)
entries.mutant("without 1/(3 A gamma_0)", high=above)
