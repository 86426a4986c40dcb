"""B45: convolutional networks without pooling against fully connected ones: entries between two of their recursions."""

from dataclasses import replace
from fractions import Fraction

import sympy as sp

from deepcond_sym.proof import Claim, Instance, Verdict, fact, interval, iterate, le
from deepcond_sym.proof.tactics.power_gaps import adds

from .pixel_steps import (
    correlations,
    correlations_between,
    frame,
    high,
    low,
    ordered,
    sequences,
    tangents,
    tangents_between,
    units,
    w,
    with_slope,
    y,
)  # fmt: skip
from .setting import l

_X, _S, _P, _Q = correlations.first, tangents.first, tangents.least, tangents.most
_half, _quarter = Fraction(1, 2), Fraction(1, 4)


def _at(**changes: object) -> Instance:
    """Two pairs with correlations 1/4 and 1/2 after two layers of weights 1/2, unless told otherwise."""
    values = {"l": 2, "low": _quarter, "high": _half, "x": _quarter, "y": _half, "v": _half, "w": _half, **changes}
    symbols = {l: values.pop("l"), **{s: values[str(s)] for s in (*units,)}}
    return Instance({s: Fraction(str(value)) for s, value in symbols.items()}, (_half, _quarter, _quarter))


sandwich = Claim(
    "xiao2020/B45-sandwich",
    title="Filtered entries lie between those of two fully connected networks",
    source="derived",
    printed=r"\underline c\le c^{(0)}_\alpha\le\overline c\ (\underline c\ge0) \implies"
    r" f^{\circ l}(\underline c)\le c^{(l)}_\alpha\le f^{\circ l}(\overline c),\quad"
    r" p^{(l)}(\underline c)\le p^{(l)}_\alpha\le p^{(l)}(\overline c)",
    note=r"The filter averages the entries of one offset class. The formal statement has two of them, X and Y, with any"
    r" weights of the filter in [0, 1] (two pixels in a circle; v for Y), every activation and every depth; S and T are"
    r" their tangent kernels from $\Theta^{(0)}=0$, P and Q those of the two networks, in units of $q^*$. The bounds"
    r" for Y and T follow by exchanging the two.",
    beside=("xiao2020/B45", "xiao2020/B45-reported", "xiao2020/B45-limits"),
    parameters={"least": low, "most": high, "weight": w, "floor": y},
    witnesses=((0, _at()), (1, _at()), (2, _at()), (3, _at()), (1, _at(l=1, w=1)), (0, _at(l=1, y=0))),
)


@sandwich.states
def sandwich_statement(least, most, weight, floor):
    given = [le(low, floor) if relation == le(low, y) else relation for relation in ordered]
    made = {"given": tuple(given), "sequences": sequences(weight)}
    of_kernels = {**made, "given": (*given, le(0, with_slope.given[-1].rhs))}
    return (
        replace(frame, **made, conclusion=le(iterate(l, least), _X), label="correlations, from below"),
        replace(frame, **made, conclusion=le(_X, iterate(l, most)), label="correlations, from above"),
        replace(with_slope, **of_kernels, conclusion=le(_P, _S), label="tangent kernels, from below"),
        replace(with_slope, **of_kernels, conclusion=le(_S, _Q), label="tangent kernels, from above"),
    )


@sandwich.proves
def sandwich_proof(prove, goals, **_):
    """Both entries and both kinds of bounds in one relation, by induction on depth: f, f' and Theta' are monotone."""

    def shown(goal, members, joint):
        facts = members.split(prove, goal, fact(joint))
        side = goal.conclusion
        return prove.chain(goal, *facts, adds(prove, side.lhs, side.rhs - side.lhs))

    pairs = [(correlations, correlations_between(prove))] * 2 + [(tangents, tangents_between(prove))] * 2
    return [shown(goal, *pair) for goal, pair in zip(goals, pairs, strict=True)]


sandwich.mutant("the largest start in the lower bound", least=high)
sandwich.mutant("the smallest start in the upper bound", most=low)
sandwich.mutant("weights 1 - 2 w and 2 w", weight=2 * w)
sandwich.mutant("nothing known of the other pair from below", floor=sp.S.One)

_a, _delta = sp.symbols("a delta", real=True)
_limit, _error = interval(_a, -sp.oo, sp.oo), interval(_delta, 0, sp.oo)

limits = Claim(
    "xiao2020/B45-limits",
    title="What bounds the entries of fully connected networks bounds filtered entries",
    source="derived",
    printed=r"\big|p^{(l)}(\underline c)-a\big|\le\delta,\ \big|p^{(l)}(\overline c)-a\big|\le\delta \implies"
    r" \big|p^{(l)}_\alpha-a\big|\le\delta",
    note=r"Entrywise, for any number $a$ of each depth: the critical limits (B51, B56, B57) and the chaotic"
    r" ones (B54) of FCNs are those of all entries of a CNN, and so are their bounds. With a flatten"
    r" layer the kernel of two images is the mean of d such entries, with pooling of $d^2$."
    r" Ordered networks keep the data in their constants, so that no such limit exists there.",
    beside=("xiao2020/B45-sandwich", "xiao2020/B24-pooled", "xiao2020/B28-pooled", "xiao2020/B45-reported"),
    parameters={"allowed": _delta, "other": _Q},
    witnesses=(
        (0, Instance({**_at().values, _a: Fraction(0), _delta: Fraction(3, 2)}, _at().weights)),
        (0, Instance({**_at(l=1).values, _a: Fraction(11, 16), _delta: Fraction(1, 32)}, _at().weights)),
        (0, Instance({**_at(l=1).values, _a: Fraction(37, 64), _delta: Fraction(0)}, _at().weights)),
    ),
)


@limits.states
def limits_statement(allowed, other):
    near = [le(sp.Abs(kernel - _a), _delta) for kernel in (_P, other)]
    return replace(
        with_slope, variables=(*with_slope.variables, _limit, _error), given=(*with_slope.given, *near),
        conclusion=le(sp.Abs(_S - _a), allowed),
    )  # fmt: skip


@limits.proves
def limits_proof(prove, goal, **_):
    """Between two numbers within delta of a."""
    known = tangents.split(prove, goal, fact(tangents_between(prove)))
    ends = {1: _Q - _a, -1: _a - _P}
    sides = [
        prove.chain(
            goal.conclude(le(sign * (_S - _a), goal.conclusion.rhs)), *known,
            adds(prove, sign * (_S - _a), end - sign * (_S - _a)), adds(prove, end, _delta - end),
        )
        for sign, end in ends.items()
    ]  # fmt: skip
    return prove.absolute_value(goal, *sides)


limits.mutant("within half of delta", allowed=_delta / 2)
limits.mutant("only the lower network near a", other=_P)

reported = Claim(
    "xiao2020/B45-reported",
    title="Convolutional networks without pooling behave almost identically to fully connected ones",
    source="abstract",
    provenance="paper",
    printed=r"\text{CNNs without pooling behave almost identically to FCNs}",
    expected=Verdict.UNDECIDED,
    note=r"A sentence about trainability and generalisation, without constants. Proved: every entry of the kernels"
    r" of a CNN lies between those of two FCNs (B45-sandwich), so that the critical and chaotic limits are the same"
    r" (B45-limits). In the ordered phase the constants depend on the correlations of the pixels.",
    beside=("xiao2020/B45-sandwich", "xiao2020/B45-limits"),
)
