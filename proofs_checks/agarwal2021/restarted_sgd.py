"""Theorem 52: stochastic gradient descent with averaging and restarts gains a constant factor in each epoch."""

from fractions import Fraction

import sympy as sp

from deepcond_sym.proof import (
    Claim,
    Instance,
    Proof,
    Sequence,
    Statement,
    Step,
    Verdict,
    eq,
    fact,
    forall,
    index,
    interval,
    le,
    ranging,
)  # fmt: skip
from deepcond_sym.proof.tactics.arbitrary import no_less, product_known, scaled, shrinking
from deepcond_sym.proof.tactics.inductive import inductive

n, points = index("n", 1)
T, some_steps = index("T", 1)
k, epochs = index("k")
beta, least, size, start, before, residual, most = sp.symbols("beta lambda q D l_0 r b", real=True)
S, E = sp.symbols("S E", real=True)
_d, _s, _e = (sp.Function(name, real=True) for name in ("d", "s", "e"))

theorem = Claim(
    "agarwal2021/T52",
    title="Restarted stochastic gradient descent",
    source="Theorem 52, p. 42",
    provenance="paper",
    printed=r"\|a_i\|^2\le\beta,\ \eta=\tfrac1{2\beta},\ \text{interpolable, averaged, restarted}:"
    r" \epsilon\text{-suboptimal in } \tfrac{8n\beta}{\lambda_{\min}(A^\top A)}\log\tfrac1\epsilon \text{ steps}",
    expected=Verdict.UNDECIDED,
    note=r"It is about the mean of a random algorithm, which the formal language does not speak of. It holds with"
    r" $\lambda_{\min}(A A^\top)$, the constant for which $|A u|^2 \ge \lambda |u|^2$ on the row space, where all"
    r" differences lie; the inequalities that carry it are proved in agarwal2021/T52-epoch, with a factor $\frac18$ an"
    r" epoch where the paper has $\frac12$.",
    beside=("agarwal2021/T52-epoch",),
)

epoch = Claim(
    "agarwal2021/T52-epoch",
    title="One epoch divides the expected loss by 8",
    source="the steps of Theorem 52, p. 42",
    provenance="derived here",
    printed=r"-4\eta r^2+4\eta^2r^2q\le-\tfrac{r^2}\beta;\qquad \sum_{t<T}l_t\le\beta D;\qquad"
    r" T\ge\tfrac{8n\beta}\lambda,\ D\le\tfrac{nl_0}\lambda \implies \frac1T\sum_{t<T}l_t\le\tfrac18l_0;\qquad"
    r" e_k\le8^{-k}e_0",
    note=r"$r$ is the residual of the sample and $q = |a|^2$ its squared length: a step with $\eta = 1/(2 \beta)$"
    r" changes the squared distance $d_t$ to a solution by $-4\eta r^2 + 4\eta^2 r^2 q$, in the mean by at most"
    r" $-l_t/\beta$, where $l_t$ is the loss, here an arbitrary sequence in $[0, b]$; the formal $d_t$ decreases by"
    r" exactly $l_t/\beta$, and the true one is smaller and not negative, so $0 \le d_T$ is assumed. The loss of the"
    r" average is at most the average of the losses (convexity). $e_k$ is the loss after $k$ epochs.",
    beside=("agarwal2021/T52",),
    parameters={"length": 8 * n * beta / least, "gain": sp.Rational(1, 8), "eta": 1 / (2 * beta)},
    witnesses=(
        (2, Instance({n: Fraction(1), T: Fraction(4), beta: Fraction(1), least: Fraction(1), start: Fraction(1),
                      before: Fraction(1), most: Fraction(1, 4)})),
        (3, Instance({k: Fraction(1), start: Fraction(1)})),
    ),
)  # fmt: skip


def sums() -> list[Sequence]:
    """The squared distance, which a step with loss l_t decreases by l_t/beta, and the sum of the losses."""
    drawn = ranging(S, T, most)
    return [Sequence("d", T, 0, start, _d(T) - drawn / beta), Sequence("s", T, 0, sp.S.Zero, _s(T) + drawn)]


@epoch.states
def statement(length, gain, eta):
    positive = [interval(symbol, 0, sp.oo, "(") for symbol in (beta, least)]
    at_least_0 = {symbol: interval(symbol, 0, sp.oo) for symbol in (size, start, before, most)}
    anything = interval(residual, -sp.oo, sp.oo)
    run = positive[0], at_least_0[start], at_least_0[most]
    kept = Sequence("e", k, 0, start, ranging(E, k, sp.Rational(1, 8)) * _e(k))
    return (
        forall(
            positive[0], anything, at_least_0[size], given=[le(size, beta)],
            holds=le(-4 * eta * residual**2 + 4 * eta**2 * residual**2 * size, -(residual**2) / beta),
            label="one step",
        ),
        forall(
            some_steps, *run, given=[le(0, _d(T))], sequences=sums(), holds=le(_s(T), beta * start), label="the sum"
        ),
        forall(
            points, some_steps, *positive, at_least_0[start], at_least_0[before], at_least_0[most],
            given=[le(0, _d(T)), le(length, T), le(start, n * before / least)], sequences=sums(),
            holds=le(_s(T) / T, sp.Rational(1, 8) * before), label="the average",
        ),
        forall(
            epochs, at_least_0[start], sequences=[kept], holds=le(sp.Abs(_e(k)), gain**k * sp.Abs(start)),
            label="epochs",
        ),
    )  # fmt: skip


@epoch.proves
def proof(prove, goal, length, gain, eta):
    """d_T = D - (l_0 + ... + l_(T-1))/beta is not negative."""
    one_step, total, average, epochs_ = goal
    square = residual**2
    whole = _summed(prove, total)
    share = before / (8 * T)
    return [
        prove.chain(
            one_step, product_known(prove, beta**-2, square), product_known(prove, square / beta**2, beta - size),
            no_less(prove, one_step.conclusion.lhs, square / beta**2 * (beta - size)),
        ),
        whole,
        prove.chain(
            average, fact(whole), scaled(prove, 1 / T, _s(T), beta * start),
            scaled(prove, beta / T, start, n * before / least), scaled(prove, share, length, T),
        ),
        shrinking(prove, epochs_, k, _e(k), ranging(E, k, sp.Rational(1, 8)), gain, start),
    ]  # fmt: skip


def _summed(prove: Proof, goal: Statement) -> Step:
    """d(t) = D - s(t)/beta by induction; then s(T) <= s(T) + beta d(T) = beta D."""
    t, steps = index("t")
    run = goal.variables[1:]
    closed = inductive(
        prove, forall(steps, *run, sequences=sums(), holds=eq(_d(t), start - _s(t) / beta)), t,
        lambda base: prove.identity(base, unfold=[_d(0), _s(0)]),
        lambda later: prove.identity(
            later, [["unfold", _d(t + 1)], ["unfold", _s(t + 1)], ["given", len(later.given) - 1]]
        ),
    )  # fmt: skip
    whole = prove.identity(
        forall(*goal.variables, sequences=goal.sequences, holds=eq(_s(T) + beta * _d(T), beta * start)),
        using=[(closed, {t: T})],
    )
    return prove.chain(
        goal, product_known(prove, beta, _d(T)), no_less(prove, _s(T), beta * _d(T)), whole
    )


epoch.mutant("half as many steps", length=4 * n * beta / least)
epoch.mutant("1/9 in place of 1/8", gain=sp.Rational(1, 9))
epoch.mutant("twice the learning rate", eta=1 / beta)

epoch.sharpen("gain", lambda c: c, printed="1/8", strongest=0)
