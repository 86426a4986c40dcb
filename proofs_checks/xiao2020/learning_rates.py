"""B61: from the largest eigenvalue of a deep tangent kernel to the learning rates below which training is stable; and a
slip in the docstring of the software."""

from fractions import Fraction

import sympy as sp

from deepcond_sym.proof import Claim, Instance, Proof, Step, Verdict, at, fact, forall, index, interval, le, lt
from deepcond_sym.proof.tactics.lemma import lemma

m, points = index("m", 1)
d, pixels = index("d", 1)
q, gap, x, e, a, largest, size = sp.symbols("q g x e a lambda n", real=True)
variance = interval(q, 0, sp.oo, "(")
value, error = interval(x, 0, sp.oo, "("), interval(e, 0, sp.oo)
_g, _s, _v = sp.symbols("g s v", real=True)

CONSTANTS = {
    "ordered": (interval(gap, 0, 1, "("), m / gap, 2 * gap / (m * q)),
    "critical": (None, (m * d + 2) / (3 * d), 6 * d / ((m * d + 2) * q)),
    "chaotic": (interval(gap, 0, sp.oo, "("), 1 / (d * gap), 2 * d * gap / q),
    "critical ReLU": (None, (m * d + 3) / (4 * d), 8 * d / ((m * d + 3) * q)),
}
"""Where g = |1 - chi_1| lies, the limit a of the largest eigenvalue over q* (times 1/l, chi_1^-l or 1/l), and that of
the stable learning rate times the inverse of that factor."""

claim = Claim(
    "xiao2020/B61",
    title="Usable learning rates: constant, like 1/l, or exponentially small",
    source="the paper, on training",
    provenance="as reported",
    printed=r"\eta<\tfrac2{\lambda_{\max}}:\ \text{ordered }\tfrac{2(1-\chi_1)}{mq^*};\ \text{critical }"
    r"\tfrac{6d}{(md+2)lq^*};\ \text{chaotic }\tfrac{2d(\chi_1-1)}{q^*}\chi_1^{-l};\ \text{critical ReLU }"
    r"\tfrac{8d}{(md+3)lq^*}",
    note=r"The constants are derived. Let $x$ be $\lambda_{\max}/q^*$ (ordered), $\lambda_{\max}/(lq^*)$ (critical)"
    r" or $\chi_1^{-l}\lambda_{\max}/q^*$ (chaotic), which tends to the number a that the formal statements"
    r" spell out, with $g=|1-\chi_1|$: $\frac m{1-\chi_1}$, $\frac{md+2}{3d}$, $\frac1{d(\chi_1-1)}$,"
    r" $\frac{md+3}{4d}$. They say that the stability bound $2/(q^*x)$ of xiao2020/B60, in the same units, is"
    r" then within $\frac{2e}{q^*a(a-e)}$ of the constant printed if $|x-a|\le e<a$. That $x$ tends to a is"
    r" the matter of the rows on $\lambda_{\max}$ (B20, B24, B28, B40), where the word of each on its depth"
    r" and its d counts.",
    beside=("xiao2020/B60", "xiao2020/B24", "xiao2020/B28", "xiao2020/B40"),
    parameters={name.replace(" ", "_"): constant for name, (_, _, constant) in CONSTANTS.items()},
    witnesses=tuple(
        (place, Instance({m: Fraction(2), d: Fraction(1), q: Fraction(1), gap: at_, x: limit_, e: Fraction(0)}))
        for place, at_, limit_ in (
            (0, Fraction(1, 2), Fraction(4)), (1, Fraction(1), Fraction(4, 3)), (2, Fraction(1), Fraction(1)),
            (3, Fraction(2), Fraction(5, 4)),
        )
    ),
)  # fmt: skip


@claim.states
def statement(**constants):
    parts = []
    for name, (slope, limit_, _) in CONSTANTS.items():
        rates = () if slope is None else (slope,)
        indices = [v for v in (points, pixels) if limit_.has(v.symbol)]
        parts.append(
            forall(
                *indices, variance, *rates, value, error, given=[le(abs(x - limit_), e), lt(e, limit_)],
                holds=le(abs(2 / (q * x) - constants[name.replace(" ", "_")]), 2 * e / (q * limit_ * (limit_ - e))),
                label=name,
            )
        )
    return tuple(parts)


@lemma("inverses of near numbers")
def inverses(prove: Proof) -> Step:
    """|2/(q x) - 2/(q a)| <= 2 e/(q a (a - e)) for |x - a| <= e < a."""
    goal = forall(
        variance, value, error, interval(a, 0, sp.oo, "("), given=[le(abs(x - a), e), lt(e, a)],
        holds=le(abs(2 / (q * x) - 2 / (q * a)), 2 * e / (q * a * (a - e))),
    )  # fmt: skip
    # g = a - e, s = e - (x - a), v = e + (x - a)
    x_, e_, a_ = _g + _v, (_s + _v) / 2, _g + (_s + _v) / 2
    box = variance, interval(_g, 0, sp.oo, "("), interval(_s, 0, sp.oo), interval(_v, 0, sp.oo)
    sides = [
        prove.chain(
            goal.conclude(le(sign * (2 / (q * x) - 2 / (q * a)), goal.conclusion.rhs)),
            at(prove.polynomial(
                le(sign * (2 / (q * x_) - 2 / (q * a_)), 2 * e_ / (q * a_ * (a_ - e_))), *box
            ), {_g: a - e, _s: e - x + a, _v: e + x - a}),
        )
        for sign in (1, -1)
    ]  # fmt: skip
    return prove.absolute_value(goal, *sides)


@claim.proves
def proof(prove, goal, **constants):
    """The inverse of a number near a is near 1/a."""
    steps = []
    for part, (slope, limit_, _) in zip(goal, CONSTANTS.values(), strict=True):
        rates = () if slope is None else (slope,)
        indices = [v for v in (points, pixels) if limit_.has(v.symbol)]
        positive = prove.polynomial(lt(0, limit_), *indices, *rates)
        steps.append(prove.chain(part, fact(positive), at(inverses(prove), {a: limit_})))
    return steps


claim.mutant("ordered with 1 + chi_1", ordered=2 * (2 - gap) / (m * q))
claim.mutant("critical with md + 3", critical=6 * d / ((m * d + 3) * q))
claim.mutant("chaotic without the 2", chaotic=d * gap / q)
claim.mutant("ReLU with the constants of smooth activations", critical_ReLU=6 * d / ((m * d + 2) * q))

tiny = sp.Rational(1, 10**12)

slip = Claim(
    "xiao2020/slip-learning-rate",
    title="The largest stable learning rate as a product with the largest eigenvalue",
    source="the docstring of nt.predict.max_learning_rate, which the notebook uses",
    provenance="as reported",
    printed=r"\eta_{\max}=2\,(1+\mathrm{momentum})\cdot\mathrm{size}\cdot(\lambda_{\max}+10^{-12})",
    expected=Verdict.REFUTED,
    note=r"The code divides: xiao2020/slip-learning-rate-quotient. Entered without momentum: a step with this rate"
    r" multiplies the residual along the largest eigenvalue by $1-\eta\lambda_{\max}/\mathrm{size}$.",
    beside=("xiao2020/slip-learning-rate-quotient", "xiao2020/B60"),
    parameters={"rate": 2 * size * (largest + tiny)},
    witnesses=((0, Instance({largest: Fraction(2), size: Fraction(1)})),),
)

quotient = Claim(
    "xiao2020/slip-learning-rate-quotient",
    title="The largest stable learning rate as a quotient",
    source="the code of nt.predict.max_learning_rate",
    printed=r"\eta_{\max}=\frac{2\,(1+\mathrm{momentum})\,\mathrm{size}}{\lambda_{\max}+10^{-12}}",
    note=r"Without momentum: $|1-\eta\lambda_{\max}/\mathrm{size}|<1$, thanks to the $10^{-12}$.",
    beside=("xiao2020/slip-learning-rate",),
    parameters={"rate": 2 * size / (largest + tiny)},
    witnesses=((0, Instance({largest: Fraction(2), size: Fraction(1)})),),
)


def stable(rate):
    """A step with this rate makes the residual along the largest eigenvalue smaller."""
    positive = interval(largest, 0, sp.oo, "("), interval(size, 0, sp.oo, "(")
    return forall(*positive, holds=lt(abs(1 - rate * largest / size), 1))


@slip.states
def slip_statement(rate):
    return stable(rate)


@quotient.states
def quotient_statement(rate):
    return stable(rate)


@slip.proves
@quotient.proves
def quotient_proof(prove, goal, rate):
    """2 lambda < 2 (lambda + 10^-12)."""
    inside = 1 - rate * largest / size
    sides = [prove.polynomial(lt(sp.expand(sign * inside), 1), *goal.variables) for sign in (1, -1)]
    return prove.absolute_value(goal, *sides)


slip.mutant("a quotient", rate=2 * size / (largest + tiny))
slip.mutant("2/3 of the quotient", rate=sp.Rational(4, 3) * size / (largest + tiny))
quotient.mutant("twice as large", rate=4 * size / (largest + tiny))
quotient.mutant("one subtracted", rate=2 * size / (largest + 1) + size)
