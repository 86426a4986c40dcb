"""B41: the claims on ReLU in the ordered phase: the limit with its rate chi_1^(l/2), and the smooth rate refuted."""

from dataclasses import replace
from fractions import Fraction

import sympy as sp

from deepcond_sym.proof import Claim, Instance, Proof, Step, Verdict, at, eq, fact, forall, interval, le, lt
from deepcond_sym.proof.tactics.lemma import lemma
from deepcond_sym.proof.tactics.power_gaps import adds

from . import relu_ordered as steps
from .relu_ordered import D, about_diagonal, above, below, diagonal, error, factor, width
from .relu_ordered_steps import (
    C,
    P,
    T,
    about,
    contraction,
    deeper,
    frame,
    from_zero,
    k,
    limit,
    positive,
    sine,
    t,
    tau,
    x,
    z,
)
from .setting import apart, c, from_one, l

M = sp.Symbol("M", real=True)
at_depth = forall(from_one, apart, contraction, sequences=[C, P, T], holds=le(0, 0))


@lemma("different inputs have a gap after one layer")
def gap_positive(prove: Proof) -> Step:
    """0 < D(l + 1)."""
    more = prove.polynomial(lt(0, z + x), positive, from_zero)
    start, rest = 1 - C(l + 1), D(l + 1) - 1 + C(l + 1)
    grown = prove.chain(
        frame.conclude(le(1 - C(l + 1), D(l + 1))), *steps.known(prove), fact(steps.gap_at_least(prove)),
        *steps.climb(prove, start, (t**2, 1 - steps.share, D()), (t**2, steps.share, P(l))),
        steps.next_gap(prove, back=True),
    )  # fmt: skip
    return prove.chain(
        frame.conclude(lt(0, D(l + 1))), *about(prove, l + 1), fact(grown), at(more, {z: start, x: rest})
    )


@lemma("the condition number of two inputs at q*")
def condition(prove: Proof) -> Step:
    """2 P/(W t^l) - 1 <= (P + T)/(P - T) for l >= 1."""
    bound = width * tau
    less = prove.polynomial(
        le(2 * x / (z + M) - 1, (2 * x - z) / z), from_zero, positive, interval(M, 0, sp.oo)
    )
    sign = prove.polynomial(lt(0, width * z), contraction, positive)
    return prove.chain(
        at_depth.conclude(le(2 * P(l) / bound - 1, (P(l) + T(l)) / D())), *about(prove, l), *about_diagonal(prove),
        fact(gap_positive(prove), {l: l - 1}), fact(steps.gap_at_most(prove)), fact(sign, {z: tau}),
        at(less, {x: P(l), z: D(), M: bound - D()}),
    )  # fmt: skip


claim = Claim(
    "xiao2020/B41",
    title="ReLU, ordered phase: the tangent kernel tends to its limit at the rate chi_1^(l/2)",
    source="derived: ReLU in the ordered row of the NTK table",
    printed=r"\sigma_w^2<2,\ \sigma_b^2>0:\quad\chi_1^{-l/2}(p^{(l)}_{ab}-p^*)\to-\frac{p^*\sqrt{2\hat\gamma}}\pi\,"
    r"\frac{\sqrt{\chi_1}}{1-\sqrt{\chi_1}},\quad\hat\gamma=\lim_l\chi_1^{-l}\gamma^{(l)};\qquad\kappa=\Theta(m"
    r"\chi_1^{-l/2})",
    note=r"For every $\chi_1=t^2\in(0,1)$, which is all that the kernels over $q^*$ depend on, every depth and every"
    r" pair of different inputs: with $s_l=\sqrt{\gamma^{(l)}/2}$, $K=\frac{2t}{\pi(1-t)}$ and $p^*=\frac1{1-t^2}$ (in"
    r" units of $q^*$), $-(p^*+C_1l)t^{2l}\le p^{(l)}_{ab}-p^*+Kp^*s_l\le(Kp^*+C_2l)t^{2l}$, where"
    r" $C_1=2+\frac25p^*+\frac{p^*}{\pi(1-t)}$, $C_2=\frac2\pi p^*+W$, $W=\frac{t(p^*+2)}{1-t}$; and $t^{-l}s_l$"
    r" decreases to a positive limit $\sqrt{\hat\gamma/2}$, of which it has at most the share $\frac{s_l}{2(1-t)}$ too"
    r" much: that is the printed limit, with the error $O(l\,t^l)$. The last part is $\kappa$ of two inputs, whose"
    r" eigenvalues are $p\pm p_{ab}$; for $m$ points $\lambda_{\min}\le p-p_{ab}$ for each pair. Convention:"
    r" $\Theta^{(0)}=0$.",
    beside=("xiao2020/B41-smooth-rate", "starnaud2025/LT2-tangent"),
    parameters={"factor": factor, "power": 2, "share": 1 / (2 * (1 - t)), "width": width},
    witnesses=(
        (0, Instance({l: Fraction(30), c: Fraction(0), t: Fraction(1, 2)})),
        (1, Instance({l: Fraction(30), c: Fraction(0), t: Fraction(1, 2)})),
        (3, Instance({l: Fraction(1), k: Fraction(3), c: Fraction(0), t: Fraction(1, 2)})),
        (4, Instance({l: Fraction(2), c: Fraction(0), t: Fraction(1, 2)})),
    ),
)


@claim.states
def statement(factor, power, share, width):
    here, then = sine(), sine(l + k)
    distance, size = T(l) - limit + factor * limit * here, t ** (power * l)
    up = (steps.factor * limit + below * l) * size
    return (
        replace(frame, conclusion=le(distance, up), label="from above"),
        replace(frame, conclusion=le(-(limit + above * l) * size, distance), label="from below"),
        replace(deeper, conclusion=le(then, t**k * here), label="angles, from above"),
        replace(deeper, conclusion=le(t**k * here * (1 - share * here * (1 - t**k)), then), label="angles, from below"),
        replace(at_depth, conclusion=le(2 * P(l) / (width * tau) - 1, (P(l) + T(l)) / D()), label="condition number"),
    )


@claim.proves
def proof(prove, goal, factor, power, share, width):
    """By induction |D - K p* s| <= C l t^(2 l), where D = p - p_ab: what a layer adds is of the order t^(2 l)."""
    up, down, angles_up, angles_down, ratio = goal
    exact = eq(T(l) - limit + steps.factor * limit * sine(), -limit * tau**2 - error())
    given = replace(frame, given=(le(0, (1 - C(l)) / 2),), conclusion=exact)
    forth = prove.identity(given, using=[(diagonal(prove), {})])
    back = prove.identity(given.conclude(eq(exact.rhs, exact.lhs)), using=[(diagonal(prove), {})])
    square = fact(prove.polynomial(le(0, limit * x**2), contraction, from_zero), {x: tau})
    known = [*about(prove, l), square]
    bound = up.conclusion.rhs
    return [
        prove.chain(
            up, *known, fact(steps.error_at_least(prove)), forth,
            adds(prove, exact.rhs, limit * tau**2), adds(prove, -error(), bound + error()),
        ),
        prove.chain(
            down, *known, fact(steps.error_at_most(prove)),
            adds(prove, down.conclusion.lhs, above * l * tau**2 - error()), back,
        ),
        prove.chain(angles_up, *about(prove, l, l + k), steps.sines_at_most(prove)),
        prove.chain(angles_down, *about(prove, l, l + k), steps.sines_at_least(prove)),
        prove.chain(ratio, condition(prove)),
    ]  # fmt: skip


claim.mutant("the factor without 1 - t", factor=2 * t / sp.pi)
claim.mutant("twice the factor", factor=2 * factor)
claim.mutant("an error of the order t^(3 l)", power=3)
claim.mutant("a twentieth of the share", share=1 / (40 * (1 - t)))
claim.mutant("a tenth of W", width=width / 10)

smooth = Claim(
    "xiao2020/B41-smooth-rate",
    title="The ordered rate of the tangent kernel for smooth activations, applied to ReLU",
    source="as reported, the ordered row of the NTK table, which supposes smooth activations",
    provenance="as reported",
    printed=r"p^{(l)}_{ab}-p^*=O(l\chi_1^l),\ \lambda_{bulk}=O(l\chi_1^l),\text{ for ReLU with }\sigma_b>0\text{, e.g."
    r" with the constant }10",
    expected=Verdict.REFUTED,
    note=r"Stated with constants from 10 on. No constant will do: by xiao2020/B41 $p-p_{ab}$ is $Kp^*s_l$ up to"
    r" $O(l\chi_1^l)$, and $s_l$ is of the order $\chi_1^{l/2}$. For smooth activations the constant is"
    r" $1+\frac{\chi_{1,2}}{\chi_1}p^*$ (xiao2020/B50), where $\chi_{1,2}=\infty$ for ReLU.",
    beside=("xiao2020/B41",),
    parameters={"power": 2},
    witnesses=((0, Instance({l: Fraction(9), c: Fraction(0), t: Fraction(1, 2), M: Fraction(10)})),),
)


@smooth.states
def smooth_statement(power):
    variables = (from_one, apart, interval(t, 0, "1/2", "("), interval(M, 10, sp.oo))
    return forall(*variables, sequences=[C, P, T], holds=le(D(), M * l * t ** (power * l)))


smooth.mutant("chi_1^(l/2), for which it is true", power=1)
smooth.mutant("no decay, for which it is true", power=0)
