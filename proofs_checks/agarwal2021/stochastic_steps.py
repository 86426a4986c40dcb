"""Theorem 46: stochastic gradient descent on the last layer takes a number of steps that grows with n."""

from fractions import Fraction

import sympy as sp

from deepcond_sym.proof import (
    Claim,
    Instance,
    Sequence,
    Verdict,
    at,
    fact,
    forall,
    index,
    interval,
    le,
    ranging,
)  # fmt: skip
from deepcond_sym.proof.tactics.arbitrary import no_less, scaled
from deepcond_sym.proof.tactics.inductive import inductive

n, points = index("n", 1)
T, steps = index("t")
epsilon, most = sp.symbols("epsilon b", real=True)
Q = sp.Symbol("Q", real=True)
_x, _t = sp.symbols("x t_0", real=True)
_loss = sp.Function("l", real=True)


def losses(left: sp.Expr, size: sp.Expr = n) -> Sequence:
    """l(0) = 1 and l(t + 1) = (1 - 1/n + left/n) l(t): the residual drawn is multiplied by the root of `left`."""
    return Sequence("l", T, 0, sp.S.One, (1 - 1 / size + left / size) * _loss(T))


printed = Claim(
    "agarwal2021/T46",
    title="A number of stochastic steps that does not grow with n is enough",
    source="Theorem 46, p. 40, its last sentence in Theorem 14, p. 8, and Remark 47",
    provenance="paper",
    printed=r"\mathbb E\,\mathcal L(w_T)\le\epsilon\,\mathcal L(w_0) \text{ after } T=O(\log\tfrac1\epsilon)"
    r" \text{ steps of SGD with an appropriate } \eta",
    expected=Verdict.REFUTED,
    note=r"Entered for orthonormal inputs, where $\bar K = I$: a step with one sample multiplies its residual by"
    r" $1 - 2\eta$ and leaves the $n - 1$ others alone, so"
    r" $\mathbb E\mathcal L(w_{t+1}) = (1 - \frac1n + \frac{(1 - 2\eta)^2}n)\,\mathbb E\mathcal L(w_t)$;"
    r" the best is $\eta = \frac12$. The hidden constant is 10 here; by agarwal2021/T46-lower at least"
    r" $(1 - \epsilon) n$ steps are needed. (Averaging does not help: a residual that was never drawn stays.)"
    r" The proof's $\lambda_{\min} = \Omega(n)$ contradicts $\mathrm{tr}\,\bar K = n$; what holds is"
    r" $O(n \log\frac1\epsilon)$: beyond/D12.",
    beside=("agarwal2021/T46-lower", "beyond/D12"),
    parameters={"enough": 10, "size": n},
    witnesses=((0, Instance({n: Fraction(1000), T: Fraction(47), epsilon: Fraction(1, 100)})),),
)


@printed.states
def printed_statement(enough, size):
    given = [le(enough * sp.log(1 / epsilon), T)]
    variables = (points, steps) if size == n or enough.has(n) else (steps,)
    return forall(
        *variables, interval(epsilon, 0, 1, "()"), given=given, sequences=[losses(sp.S.Zero, size)],
        holds=le(_loss(T), epsilon),
    )  # fmt: skip


printed.mutant("with n times as many steps", enough=10 * n)
printed.mutant("for one data point", size=1)

lower = Claim(
    "agarwal2021/T46-lower",
    title="Stochastic gradient descent needs a number of steps of the order of n",
    source="against Theorem 46, p. 40",
    provenance="derived here",
    printed=r"\mathbb E\,\mathcal L(w_T)\ge\Big(1-\frac1n\Big)^T\mathcal L(w_0)\ge\Big(1-\frac Tn\Big)\mathcal L(w_0);"
    r"\qquad \mathbb E\,\mathcal L(w_T)\le\epsilon\,\mathcal L(w_0) \implies T\ge(1-\epsilon)\,n",
    note=r"At $\bar K = I$, for every sequence of learning rates that does not depend on the samples:"
    r" $Q_t = (1 - 2\eta_t)^2$ is an arbitrary sequence in $[0, b]$, for any $b$.",
    beside=("agarwal2021/T46",),
    parameters={"kept": 1 - 1 / n, "share": 1 - epsilon},
)


@lower.states
def lower_statement(kept, share):
    variables = points, steps, interval(most, 0, sp.oo)
    chain = [losses(ranging(Q, T, most))]
    return (
        forall(*variables, sequences=chain, holds=le(kept**T, _loss(T)), label="the expected loss"),
        forall(points, steps, holds=le(1 - T / n, kept**T), label="Bernoulli"),
        forall(
            *variables, interval(epsilon, 0, 1), given=[le(_loss(T), epsilon)], sequences=chain,
            holds=le(share * n, T), label="the number of steps",
        ),
    )  # fmt: skip


@lower.proves
def lower_proof(prove, goal, kept, share):
    """Each step keeps at least the share 1 - 1/n of the loss."""
    loss, bernoulli, number = goal
    drawn = ranging(Q, T, most)
    at_least = fact(prove.ranging("at least", drawn, steps, interval(most, 0, sp.oo)))
    power = prove.power("non-negative", kept, T, points, steps)
    factor = prove.polynomial(le(0, kept), points)
    more = prove.polynomial(le(kept, kept + _x / n), points, interval(_x, 0, sp.oo))

    def step(target):
        positive = prove.chain(target.conclude(le(0, _loss(T))), power, no_less(prove, kept**T, _loss(T) - kept**T))
        return prove.chain(
            target, at_least, fact(positive), fact(factor), fact(more, {_x: drawn}),
            scaled(prove, kept, kept**T, _loss(T)), scaled(prove, _loss(T), kept, kept + drawn / n),
            prove.folded(target, _loss(T + 1)),
        )  # fmt: skip

    kept_loss = inductive(
        prove, loss, T,
        lambda base: prove.chain(base, prove.folded(base, _loss(0))),
        step,
    )  # fmt: skip
    one_more = prove.polynomial(
        le(1 - (_t + 1) / n, kept * (1 - _t / n)), points, interval(_t, 0, sp.oo)
    )
    shrunk = inductive(
        prove, bernoulli, T,
        lambda base: prove.chain(base, prove.polynomial(le(1, 1))),
        lambda target: prove.chain(target, at(one_more, {_t: T}), scaled(prove, kept, 1 - T / n, kept**T)),
    )  # fmt: skip
    small = prove.chain(
        number.conclude(le(1 - T / n, epsilon)), shrunk, kept_loss, no_less(prove, _loss(T), epsilon - _loss(T))
    )
    return [kept_loss, shrunk, prove.chain(number, fact(small), scaled(prove, n, share, T / n))]


lower.mutant("a share 1 - 1/(2 n) is kept", kept=1 - 1 / (2 * n))
lower.mutant("n steps whatever epsilon", share=1)

_first = {n: Fraction(2), T: Fraction(1), most: Fraction(0)}
lower.sharpen("kept", lambda c: 1 - c / n, printed=1, strongest=0, fails=lambda c: (0, Instance(_first)))
