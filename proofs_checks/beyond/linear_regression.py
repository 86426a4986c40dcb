"""D12: gradient descent and stochastic gradient descent on a linear regression that can be interpolated."""

from fractions import Fraction

import sympy as sp

from deepcond_sym.proof import (
    Claim,
    Instance,
    Proof,
    Sequence,
    Statement,
    Step,
    at,
    eq,
    fact,
    forall,
    index,
    interval,
    le,
    ranging,
)  # fmt: skip
from deepcond_sym.proof.tactics.arbitrary import no_less, scaled, shrinking
from deepcond_sym.proof.tactics.powers import power_grows

n, points = index("n", 1)
t, steps = index("t")
least, largest, eigenvalue, start, beta = sp.symbols("a b l r_0 beta", real=True)
loss, near, next_, share, distance = sp.symbols("E D D_1 x D_0", real=True)
R = sp.Symbol("R", real=True)
_u = sp.Symbol("u", real=True)
_r, _d = (sp.Function(name, real=True) for name in ("r", "d"))
_positive = {s: interval(s, 0, sp.oo, "(") for s in (least, largest, eigenvalue, beta)}

claim = Claim(
    "beyond/D12",
    title="The rates of gradient descent and of stochastic gradient descent on a linear regression",
    source="repairs agarwal2021 Theorems 45, 46 and 51",
    printed=r"AA^\top\succ0,\ \eta=\tfrac n{2\lambda_{\max}}:\quad \mathcal L(w_t)\le\Big(1-\frac1\kappa\Big)^{2t}"
    r"\mathcal L(w_0)\le e^{-2t/\kappa}\,\mathcal L(w_0);\qquad \text{SGD},\ \eta=\tfrac1{2\beta}:\quad"
    r" \mathbb E\|w_t-w^*\|^2\le\Big(1-\frac{\lambda_{\min}}{n\beta}\Big)^t\|w_0-w^*\|^2",
    note=r"In the eigenbasis of $A A^\top$ the loss is the mean of $r^2$ over components, each with an eigenvalue $l$"
    r" between $a = \lambda_{\min}$ and $b = \lambda_{\max}$, and a step of gradient descent multiplies a component by"
    r" $1 - 2\eta l/n$: the first four parts hold for every such component, so for the loss. For SGD, $D$ and $D_1$"
    r" are the squared distance before a step and its mean after it, $E$ is the loss: $D_1 \le D - E/\beta$ is the"
    r" first part of agarwal2021/T52-epoch, $a D \le n E$ holds because $w_t - w^*$ stays in the row space of $A$. The"
    r" last part speaks of every sequence with $d_{t+1} \le (1 - x)\, d_t$, $x = a/(n \beta)$.",
    beside=("agarwal2021/T45", "agarwal2021/T46", "agarwal2021/T51", "agarwal2021/T52-epoch"),
    parameters={
        "eta": n / (2 * largest), "rate": 1 - least / largest, "tail": sp.Integer(2), "gain": least / (n * beta),
    },
    witnesses=(
        (1, Instance({n: Fraction(1), t: Fraction(1), least: Fraction(1), largest: Fraction(2),
                      eigenvalue: Fraction(1), start: Fraction(1)})),
        (4, Instance({n: Fraction(1), least: Fraction(1), beta: Fraction(4), near: Fraction(4), loss: Fraction(4),
                      next_: Fraction(3)})),
    ),
)  # fmt: skip


def component(eta: sp.Expr) -> Sequence:
    """r(0) = r_0, r(t + 1) = (1 - 2 eta l/n) r(t)."""
    return Sequence("r", t, 0, start, (1 - 2 * eta * eigenvalue / n) * _r(t))


@claim.states
def statement(eta, rate, tail, gain):
    spectrum = _positive[least], _positive[largest], _positive[eigenvalue], interval(start, -sp.oo, sp.oo)
    between = [le(least, eigenvalue), le(eigenvalue, largest)]
    square = _r(t) ** 2
    real = {s: interval(s, 0, sp.oo) for s in (near, loss)}
    distances = Sequence("d", t, 0, distance, ranging(R, t, 1 - share) * _d(t))
    return (
        forall(
            points, steps, *spectrum, given=between, sequences=[component(eta)],
            holds=eq(_r(t), (1 - eigenvalue / largest) ** t * start), label="a component",
        ),
        forall(
            points, steps, *spectrum, given=between, sequences=[component(eta)],
            holds=le(square, rate ** (2 * t) * start**2), label="its square",
        ),
        forall(interval(share, 0, 1), holds=le((1 - share) ** 2, sp.exp(-tail * share)), label="the exponential"),
        forall(
            points, steps, *spectrum, given=between, sequences=[component(eta)],
            holds=le(square, sp.exp(-tail * t * least / largest) * start**2), label="its square, with the exponential",
        ),
        forall(
            points, _positive[least], _positive[beta], real[near], real[loss], interval(next_, -sp.oo, sp.oo),
            given=[le(next_, near - loss / beta), le(least * near, n * loss)],
            holds=le(next_, (1 - gain) * near), label="one stochastic step",
        ),
        forall(
            steps, interval(share, 0, 1), interval(distance, -sp.oo, sp.oo), sequences=[distances],
            holds=le(sp.Abs(_d(t)), (1 - share) ** t * sp.Abs(distance)), label="every stochastic step",
        ),
    )  # fmt: skip


@claim.proves
def proof(prove, goal, eta, rate, tail, gain):
    """The powers of 1 - l/b, and the contraction of the distance."""
    closed, square, exponential, faster, one, every = goal
    formula = prove.closed_form(closed)
    powers = _square(prove, square, formula, rate)
    single = prove.ball_box(exponential.conclusion, *exponential.variables)
    return [
        formula,
        powers,
        single,
        _exponential(prove, faster, powers, single, tail),
        prove.chain(
            one, no_less(prove, next_, near - loss / beta - next_), _less(prove, near, least * near / n, loss),
        ),
        shrinking(prove, every, t, _d(t), ranging(R, t, 1 - share), 1 - share, distance),
    ]  # fmt: skip


def _square(prove: Proof, goal: Statement, formula: Step, rate: sp.Expr) -> Step:
    """(1 - l/b)^(2 t) <= (1 - a/b)^(2 t)."""
    own, other = 1 - eigenvalue / largest, 1 - least / largest
    known = prove.identity(goal.conclude(eq(_r(t) ** 2, start**2 * own ** (2 * t))), using=[(formula, {})])
    gap = interval(_u, 0, sp.oo)
    inside = prove.polynomial(le(0, 1 - eigenvalue / (eigenvalue + _u)), _positive[eigenvalue], gap)
    closer = prove.polynomial(le(1 - (least + _u) / largest, 1 - least / largest), _positive[least],
                              _positive[largest], gap)  # fmt: skip
    facts = fact(inside, {_u: largest - eigenvalue}), fact(closer, {_u: eigenvalue - least})
    shown = prove.chain(goal.conclude(le(0, other)), *facts, at(inside, {_u: largest - eigenvalue}),
                        no_less(prove, own, other - own))  # fmt: skip
    powers = prove.chain(
        goal.conclude(le(own ** (2 * t), other ** (2 * t))), *facts, fact(shown),
        at(power_grows(prove), {"x": own, "y": other, "i": 2 * t}),
    )  # fmt: skip
    return prove.chain(goal, known, fact(powers), scaled(prove, start**2, own ** (2 * t), other ** (2 * t)))


def _exponential(prove: Proof, goal: Statement, powers: Step, single: Step, tail: sp.Expr) -> Step:
    """(1 - x)^(2 t) <= e^(-2 x t) at x = a/b, from t = 1."""
    ratio, unit = least / largest, interval(share, 0, 1)
    high = sp.exp(-tail * share)
    gap = interval(_u, 0, sp.oo)
    order = prove.polynomial(le(0, _u + near), gap, interval(near, 0, sp.oo))
    at_most = prove.polynomial(le(least / (least + _u), 1), _positive[least], gap)
    facts = [
        fact(order, {_u: eigenvalue - least, near: largest - eigenvalue}),
        fact(at_most, {_u: largest - least}),
        *(fact(prove.ball_box(side, unit), {share: ratio}) for side in (le(0, high), le(high, 1))),
        fact(single, {share: ratio}),
        fact(prove.polynomial(le((1 - share) ** 2, 1), unit), {share: ratio}),
    ]  # fmt: skip
    bound = sp.exp(-tail * t * ratio)
    larger = prove.chain(
        goal.conclude(le((1 - ratio) ** (2 * t), bound)), *facts,
        at(power_grows(prove), {"x": (1 - ratio) ** 2, "y": high.subs(share, ratio), "i": t}),
    )  # fmt: skip
    return prove.chain(goal, powers, fact(larger), scaled(prove, start**2, (1 - ratio) ** (2 * t), bound))


def _less(prove: Proof, whole: sp.Expr, small: sp.Expr, large: sp.Expr):
    """D - E/beta <= D - (a D/n)/beta, from a D <= n E."""
    slack = sp.Symbol("w", real=True)
    step = prove.polynomial(
        le(near - loss / beta, near - (n * loss - slack) / (n * beta)), points, _positive[beta],
        interval(near, 0, sp.oo), interval(loss, 0, sp.oo), interval(slack, 0, sp.oo),
    )  # fmt: skip
    return at(step, {slack: n * loss - least * near})


claim.mutant("the learning rate of the paper, without n", eta=1 / (2 * largest))
claim.mutant("the rate 1 - 2/kappa", rate=1 - 2 * least / largest)
claim.mutant("e^(-3 t/kappa)", tail=3)
claim.mutant("SGD without n in the rate, and twice it", gain=2 * least / beta)

claim.sharpen("rate", lambda c: 1 - c * least / largest, printed=1, strongest=2)
claim.sharpen(
    "tail", lambda c: c, printed=2, strongest=3, fails=lambda c: (2, Instance({share: (c - 2) / 4})),
)  # fmt: skip
