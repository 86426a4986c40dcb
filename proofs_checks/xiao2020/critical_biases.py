"""B51 at the bias variances 1/20, 1/10 and 18/100: the bounds with numbers in place of their constants."""

from dataclasses import replace
from fractions import Fraction

import sympy as sp

from deepcond_sym.proof import Claim, Instance, Proof, Statement, Step, Variable, fact, forall, interval, le, lt
from deepcond_sym.proof.tactics.power_gaps import adds
from proofs_checks.starnaud2025.angle_steps import more_logarithm

from .critical_depth import first_gap, frame, from_zero, kernel, least, scale, start
from .critical_entries import entry_at_least, entry_at_most, excess, per_log, shortfall
from .critical_gaps import about_inverse, about_stretch, constants, first, stretch
from .critical_map import bias_variance, square, t
from .critical_tangent import above
from .setting import l, layers


class Numbers:
    """A bias variance, the ends of a short interval for its t, and numbers that are at least 4/9 k^2,
    (3 + 2 k^2) (3 k^2 + 1)/(18 k^2), 1/(3 k^2 + 1) and 2/3 k^2 there."""

    def __init__(self, bias: str, low: str, high: str, *most: str) -> None:
        self.bias, self.t = sp.Rational(bias), interval(t, low, high)
        self.square, self.per_log, self.least, self.scale = map(sp.Rational, most)

    def frame(self) -> Statement:
        """For all t in the interval."""
        variables: tuple[Variable, ...] = (layers, self.t, from_zero)
        return replace(frame, variables=variables)

    def ends(self) -> list[Statement]:
        """The bias variance lies between those at the ends of the interval."""
        low, high = (bias_variance.subs(t, end) for end in (self.t.lower, self.t.upper))
        return [
            forall(holds=lt(low, self.bias), label=f"at least {self.t.lower}, {self.bias}"),
            forall(holds=lt(self.bias, high), label=f"at most {self.t.upper}, {self.bias}"),
        ]

    @property
    def stretch(self) -> sp.Expr:
        """1 + b gamma_0 l, with the number for b."""
        return 1 + self.least * first_gap * l


BIASES = (
    Numbers("1/20", "5084/10000", "5085/10000", "1276/1000", "1626/1000", "105/1000", "1913/1000"),
    Numbers("1/10", "5922/10000", "5923/10000", "823/1000", "1319/1000", "153/1000", "1235/1000"),
    Numbers("18/100", "6639/10000", "6640/10000", "564/1000", "1166/1000", "209/1000", "846/1000"),
)

claim = Claim(
    "xiao2020/B51-biases",
    title="Critical erf at the bias variances 1/20, 1/10 and 18/100: the tangent kernel is l q*/3, with numbers",
    source="derived here",
    printed=r"-1.276-1.626\log(1+0.105\,\gamma_0l)\le\frac{p_{ab}}{q^*}-\frac l3\le\frac76+\frac{1.913}{\gamma_0}"
    r"\ (\sigma_b^2=\tfrac1{20}),\quad -0.823-1.319\log(1+0.153\,\gamma_0l)\le\dots\le\frac76+\frac{1.235}{\gamma_0}"
    r"\quad(\tfrac1{10}),\qquad -0.564-1.166\log(1+0.209\,\gamma_0l)\le\dots\le\frac76+\frac{0.846}{\gamma_0}"
    r"\quad(\tfrac{18}{100})",
    note=r"The case of xiao2020/B51-entries at three bias variances, for every $l\ge0$ and $\gamma_0\in(0,1]$. Each has"
    r" one $t=\frac{2q^*}{1+2q^*}$ (xiao2020/B52): 0.50844..., 0.59228..., 0.66393...; stated for all $t$ in an"
    r" interval of length $10^{-4}$, at whose ends $\sigma_b^2$ is below and above the number.",
    beside=("xiao2020/B51-entries", "xiao2020/B52"),
    parameters={"share": sp.Rational(1, 3), "high": above, "logarithm": 1},
    witnesses=tuple(
        (part, Instance({t: Fraction(50845, 100000), start: Fraction(0), l: Fraction(500)})) for part in (0, 1)
    ),
)


@claim.states
def statement(share, high, logarithm):
    difference, parts = kernel() - share * l, []
    for at_bias in BIASES:
        low = at_bias.square + logarithm * at_bias.per_log * sp.log(at_bias.stretch)
        holds = le(-low, difference), le(difference, high + at_bias.scale * first)
        for side, relation in zip(("from below", "from above"), holds, strict=True):
            parts.append(replace(at_bias.frame(), conclusion=relation, label=f"{side}, {at_bias.bias}"))
    return (*parts, *(end for at_bias in BIASES for end in at_bias.ends()))


@claim.proves
def proof(prove, goal, share, high, logarithm):
    """The constants decrease or increase with t."""
    steps = []
    for at_bias, lower, upper in zip(BIASES, goal[:6:2], goal[1:6:2], strict=True):
        steps += [_from_below(prove, lower, at_bias), _from_above(prove, upper, at_bias)]
    return [*steps, *map(prove.evaluate, goal[6:])]


def _from_above(prove: Proof, goal: Statement, numbers: Numbers) -> Step:
    start_ = goal.conclusion.lhs
    return prove.chain(
        goal, *constants(prove), *about_inverse(prove, l), fact(entry_at_most(prove)),
        fact(prove.polynomial(le(0, numbers.scale - scale), numbers.t)), adds(prove, start_, l / 3 + excess - kernel()),
        adds(prove, excess, first, numbers.scale - scale),
    )  # fmt: skip


def _from_below(prove: Proof, goal: Statement, numbers: Numbers) -> Step:
    start_, old, new = goal.conclusion.lhs, stretch(), numbers.stretch
    excesses = numbers.square - 4 * square / 9, numbers.per_log - per_log
    grows = prove.polynomial(le(0, (numbers.least - least) * first_gap * l), numbers.t, from_zero, layers)
    at_least_1 = prove.polynomial(le(1, new), from_zero, layers)
    known = [
        *constants(prove), *about_inverse(prove, l), *about_stretch(prove, l), fact(entry_at_least(prove)), fact(grows),
        fact(at_least_1), *(fact(prove.polynomial(le(0, rest), numbers.t)) for rest in excesses),
        fact(more_logarithm(prove), {"_x": old, "_z": new}), fact(more_logarithm(prove), {"_x": 1, "_z": old}),
    ]  # fmt: skip
    raised = start_ + excesses[0]
    return prove.chain(
        goal, *known, adds(prove, start_, excesses[0]), adds(prove, raised, numbers.per_log, sp.log(new) - sp.log(old)),
        adds(prove, -4 * square / 9 - numbers.per_log * sp.log(old), excesses[1], sp.log(old)),
        adds(prove, -shortfall, kernel() - l / 3 + shortfall),
    )  # fmt: skip


claim.mutant("1/4, as for ReLU", share="1/4")
claim.mutant("no logarithm", logarithm=0)
