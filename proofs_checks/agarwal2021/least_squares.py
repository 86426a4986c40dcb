"""Theorem 51: when the least loss of a linear regression is 0; the premise as printed, and what the minimum is."""

from fractions import Fraction

import sympy as sp

from deepcond_sym.proof import Claim, Instance, Verdict, eq, forall, interval, le, lt

a_1, a_2, y_1, y_2, w = sp.symbols("a_1 a_2 y_1 y_2 w", real=True)
_anything = [interval(symbol, -sp.oo, sp.oo) for symbol in (a_1, a_2, y_1, y_2)]
best = (a_1 * y_1 + a_2 * y_2) / (a_1**2 + a_2**2)
"""The solution of the normal equations."""


def loss(weight: sp.Expr) -> sp.Expr:
    """(1/n) |A w - y|^2 for two data points in one dimension."""
    return ((a_1 * weight - y_1) ** 2 + (a_2 * weight - y_2) ** 2) / 2


printed = Claim(
    "agarwal2021/T51",
    title=r"A positive definite $A^\top A$ makes the least loss 0",
    source="Theorem 51, its premise, p. 41",
    provenance="paper",
    printed=r"\lambda_{\min}(A^\top A)>0, \text{ which implies } \min_w\tfrac1n\|Aw-y\|^2=0",
    expected=Verdict.REFUTED,
    note=r"Entered for $n = 2$ points in $d = 1$ dimension, with the minimiser that the normal equations give. At"
    r" $a = (1, 1)$, $y = (0, 1)$ the least loss is $\frac14$. It takes $A A^\top \succ 0$, hence $n \le d$; with"
    r" $\kappa(A A^\top)$ and a suitable learning rate the bound of the theorem holds: beyond/D12.",
    beside=("agarwal2021/T51-minimum", "beyond/D12"),
    parameters={"targets": (y_1, y_2)},
    witnesses=(
        (0, Instance({a_1: Fraction(1), a_2: Fraction(1), y_1: Fraction(0), y_2: Fraction(1)})),
    ),
)  # fmt: skip


@printed.states
def printed_statement(targets):
    least = loss(best).subs(dict(zip((y_1, y_2), targets, strict=True)), simultaneous=True)
    return forall(*_anything, given=[lt(0, a_1**2 + a_2**2)], holds=eq(least, 0))


printed.mutant("for targets that can be interpolated", targets=(2 * a_1, 2 * a_2))
printed.mutant("for targets that are 0", targets=(sp.S.Zero, sp.S.Zero))

minimum = Claim(
    "agarwal2021/T51-minimum",
    title="The least loss of two points on a line",
    source="against Theorem 51, p. 41",
    provenance="derived here",
    printed=r"\mathcal L(w)-\mathcal L(w^*)=\tfrac12(a_1^2+a_2^2)(w-w^*)^2;\qquad"
    r" \tfrac14\le\tfrac12\big(w^2+(w-1)^2\big)",
    note=r"$w^*$ solves the normal equations, so it is the minimiser; the second part is the example against the"
    " premise.",
    beside=("agarwal2021/T51",),
    parameters={"half": sp.Rational(1, 2), "level": sp.Rational(1, 4)},
    witnesses=((1, Instance({w: Fraction(1, 2)})),),
)


@minimum.states
def minimum_statement(half, level):
    everywhere = interval(w, -sp.oo, sp.oo)
    return (
        forall(
            *_anything, everywhere, given=[lt(0, a_1**2 + a_2**2)],
            holds=eq(loss(w) - loss(best), half * (a_1**2 + a_2**2) * (w - best) ** 2), label="the minimiser",
        ),
        forall(everywhere, holds=le(level, (w**2 + (w - 1) ** 2) / 2), label="the example"),
    )  # fmt: skip


@minimum.proves
def minimum_proof(prove, goal, half, level):
    """Expand; and w^2/2 + (w - 1)^2/2 - 1/4 = (w - 1/2)^2."""
    minimiser, example = goal
    return [prove.identity(minimiser), prove.polynomial(example.conclusion, *example.variables)]


minimum.mutant("without the factor 1/2", half=1)
minimum.mutant("26/100 in place of 1/4", level=sp.Rational(26, 100))
