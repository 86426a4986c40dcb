"""B40, continued: the logarithms in the corrections to ReLU's limits at (2, 0), with bounded errors at every depth."""

from dataclasses import replace
from fractions import Fraction

import sympy as sp

from deepcond_sym.proof import RELU, Claim, Instance, Proof, Step, at, eq, forall, iterate, le
from deepcond_sym.proof.tactics.lemma import lemma
from deepcond_sym.symbols import rho
from proofs_checks.agarwal2021.setting import L
from proofs_checks.starnaud2025.kernel_rate import error

from . import relu_logarithms as logarithms
from .relu import after_one_layer, next_correlation, starts_later
from .relu_limits import limit
from .setting import apart, c, from_one, l, tangent

three_eighths = sp.Rational(3, 8)


@lemma("the tangent kernel up to a bounded term")
def near(prove: Proof) -> Step:
    """|p_ab(l) - l/4 - 3/8 log(l)| <= 15 pi/(8 theta_1) + 21/4."""
    here = l / 4 + three_eighths * sp.log(l)
    goal = forall(
        apart, from_one, family=RELU, sequences=[tangent],
        holds=le(sp.Abs(tangent(l) - here), logarithms.tangent_error(next_correlation)),
    )  # fmt: skip

    def side(sign: int, law: Step) -> Step:
        there, moved = sign * (tangent(l) - here), law.conclusion.conclusion.lhs.xreplace({rho: next_correlation})
        same = prove.identity(
            goal.conclude(eq(there, moved.subs(L, l - 1))), using=[(starts_later(prove), {l: l - 1})]
        )
        return prove.chain(
            goal.conclude(le(there, goal.conclusion.rhs)), *after_one_layer(prove), same,
            at(law, {rho: next_correlation, L: l - 1}),
        )  # fmt: skip

    return prove.absolute_value(
        goal, side(1, logarithms.kernel_at_most(prove)), side(-1, logarithms.kernel_at_least(prove))
    )


claim = Claim(
    "xiao2020/B40-corrections",
    title="ReLU at (2, 0): the corrections have logarithms, 3/8 log l in the tangent kernel",
    source="derived: sharpens the limits reported for ReLU",
    printed=r"l^2\gamma^{(l)}=\frac{9\pi^2}2\Big(1-3\frac{\log l}l+\dots\Big),\qquad \frac{p^{(l)}_{ab}}{q^*}=\frac l4"
    r"+\frac38\log l+O(1)",
    note=r"For every depth $l\ge1$ and every pair of different inputs, with explicit constants:"
    r" $\big|\frac1{\theta_l}-\frac l{3\pi}-\frac{\log l}{2\pi}\big|\le D:=\frac5{2\theta_0}+1$;"
    r" $\big|l^2\gamma^{(l)}-\frac{9\pi^2}2(1-3\frac{\log l}l)\big|\le\frac{9\pi^2}{2l}\big(6\pi"
    r" D+\frac{27}2+54\pi^2D^2\big)$; $\big|\frac{p^{(l)}_{ab}}{q^*}-\frac l4-\frac38\log"
    r" l\big|\le\frac{15\pi}{8\theta_1}+\frac{21}4$, where $\theta_l=\arccos c^{(l)}$. Convention: $\Theta^{(0)}=0$.",
    beside=("xiao2020/B40", "xiao2020/B40-kappa", "starnaud2025/N4-rate"),
    parameters={"per_log": 1 / (2 * sp.pi), "limit": limit, "share": three_eighths, "error": error},
    witnesses=(
        (0, Instance({c: Fraction(-1), l: Fraction(200)})),
        (1, Instance({c: Fraction(-1), l: Fraction(1000)})),
        (2, Instance({c: Fraction(-1), l: Fraction(40)})),
    ),
)


@claim.states
def statement(per_log, limit, share, error):
    cosine, log = iterate(l, c), sp.log(l)
    inverse = 1 / sp.acos(cosine) - l / (3 * sp.pi) - per_log * log
    squared = l**2 * (1 - cosine) - limit * (1 - 3 * log / l)
    kernel, bound = tangent(l) - l / 4 - share * log, 15 * sp.pi / (8 * sp.acos(next_correlation)) + error
    frame = forall(apart, from_one, family=RELU, holds=le(0, 0))
    return (
        replace(frame, conclusion=le(sp.Abs(inverse), logarithms.bounded(c)), label="inverse angle"),
        replace(frame, conclusion=le(sp.Abs(squared), logarithms.gamma_error(c) / l), label="gamma"),
        replace(frame, sequences=(tangent,), conclusion=le(sp.Abs(kernel), bound), label="tangent kernel"),
    )


@claim.proves
def proof(prove, goal, per_log, limit, share, error):
    """A layer adds 1/(3 pi) + theta/(6 pi^2) + O(theta^2) to the inverse angle, where theta is about 3 pi/l; for gamma,
    (1 + x)^-2 <= 1 - 2 x + 3 x^2 and 1 - cos. The tangent kernel is starnaud2025/N4-rate at the correlation f(c)."""
    inverse, squared, kernel = goal
    values = {rho: c, L: l}

    def both(part, upper, lower):
        inside, laws = part.conclusion.lhs.args[0], [upper(prove), lower(prove)]
        # SymPy may have turned the sign inside of |x|
        if laws[0].conclusion.conclusion.lhs.xreplace(values) != inside:
            laws.reverse()
        sides = [
            prove.chain(part.conclude(le(sign * inside, part.conclusion.rhs)), at(law, values))
            for sign, law in zip((1, -1), laws, strict=True)
        ]
        return prove.absolute_value(part, *sides)

    return [
        both(inverse, logarithms.angle_at_most, logarithms.angle_at_least),
        both(squared, logarithms.gamma_at_most, logarithms.gamma_at_least),
        prove.chain(kernel, near(prove)),
    ]


claim.mutant("1 in place of 1/(2 pi)", per_log=1)
claim.mutant("18 pi^2 in place of 9 pi^2/2", limit=18 * sp.pi**2)
claim.mutant("4 in place of 3/8", share=4)
claim.mutant("-20 in place of 21/4", error=-20)
