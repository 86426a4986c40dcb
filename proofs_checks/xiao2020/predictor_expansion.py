"""B55: the mean predictor of a kernel a I + b 11^T + eps E with centred labels, exactly and so to first order in eps.

With T alpha = Y the prediction is T_te alpha. A row of T alpha reads a alpha_i + b (alpha_1 + ... + alpha_m) + eps (E
alpha)_i; E is arbitrary, its entries are written as inner products of arbitrary vectors f_(2 i) and f_(2 j + 1), and
its row 0 is that of the test point."""

from fractions import Fraction
from typing import Any

import sympy as sp

from deepcond_sym.proof import (
    Claim,
    Instance,
    Proof,
    Statement,
    Step,
    component,
    eq,
    forall,
    gram,
    index,
    interval,
    ne,
)  # fmt: skip
from deepcond_sym.proof.tactics.inductive import inductive

from .near_equicorrelated import m, points

a, b, eps = sp.symbols("a b eps", real=True)
F, V = (sp.Symbol(name, real=True) for name in ("F", "V"))
i, rows = index("i", 1)
n, parts = index("n")
j, h = (sp.Symbol(name, integer=True) for name in ("j", "h"))
box = tuple(interval(s, -sp.oo, sp.oo) for s in (a, b, eps))


def entry(of_row: Any, of_column: Any) -> Any:
    """E_ij; row 0 is the test point's."""
    return gram(F, 2 * of_row, 2 * of_column + 1)


def alpha(of_row: Any) -> Any:
    return component(V, of_row)


def coefficients(last: Any = m) -> Any:
    """alpha_1 + ... + alpha_last."""
    return sp.Sum(alpha(j), (j, 1, last))


def image(of_row: Any) -> Any:
    """(E alpha)_i."""
    return sp.Sum(entry(of_row, j) * alpha(j), (j, 1, m))


def images(last: Any = m) -> Any:
    """eps ((E alpha)_1 + ... + (E alpha)_last)."""
    return sp.Sum(eps * image(h), (h, 1, last))


def label(of_row: Any) -> Any:
    """Y_i = (T alpha)_i."""
    return a * alpha(of_row) + b * coefficients() + eps * image(of_row)


def labels(last: Any = m) -> Any:
    """Y_1 + ... + Y_last."""
    return sp.Sum(label(h), (h, 1, last))


_ARBITRARY = tuple(tuple(Fraction(x) for x in line) for line in (
    (9, 1, 0, 2, 0, 1), (1, 9, 3, 0, -1, 0), (0, 3, 9, 2, 0, -2), (2, 0, 2, 9, 1, 0), (0, -1, 0, 1, 9, 4),
    (1, 0, -2, 0, 4, 9)))  # fmt: skip
_ROWS = [[_ARBITRARY[2 * p][2 * q + 1] for q in (1, 2)] for p in (0, 1, 2)]
_WEIGHTS = [Fraction(3) + _ROWS[1][q] + _ROWS[2][q] for q in (0, 1)]
_AT = Instance(
    {m: Fraction(2), i: Fraction(1), a: Fraction(1), b: Fraction(1), eps: Fraction(1)},
    matrices={"F": _ARBITRARY}, vectors={"V": (Fraction(0), _WEIGHTS[1], -_WEIGHTS[0])},
)  # fmt: skip
"""Two points whose labels sum to 0."""

claim = Claim(
    "xiao2020/B55-predictor",
    title="The mean predictor of a kernel near a I + b 11^T, for centred labels",
    source="linear algebra behind the limits of both tables",
    provenance="derived here",
    printed=r"T=aI+b\mathbf{11}^\top+\varepsilon E,\ \mathbf 1^\top Y=0:\quad"
    r" PY=\frac\varepsilon a\Big[E_{te}-\frac b{a+mb}\mathbf{11}^\top E\Big]Y+O(\varepsilon^2)",
    note=r"Shown exactly, for every $\varepsilon$, $E$ and number of points: with $T\alpha=Y$,"
    r" $PY=\varepsilon\big[E_{te}-\frac b{a+mb}\mathbf1\mathbf 1^\top E\big]\alpha$ and"
    r" $a\,\alpha=Y-\varepsilon\big[E-\frac b{a+mb}\mathbf{11}^\top E\big]\alpha$. Putting the second into the first"
    r" is the formula, with $\alpha=Y/a+O(\varepsilon)$. It gives the limits of xiao2020/B27, B30, B32, B33 and B40b:"
    r" with the Koenigs or Abel limits of the data for $\varepsilon E$.",
    beside=("xiao2020/B55", "starnaud2025/LT2-bordered"),
    parameters={"share": b / (a + m * b), "centred": (eq(labels(), 0),)},
    witnesses=((0, _AT), (1, _AT)),
)


@claim.states
def statement(share, centred):
    given = [ne(a + m * b, 0), *centred]
    return (
        forall(
            points, *box, given=given, label="the prediction",
            holds=eq(b * coefficients() + eps * image(0), eps * image(0) - share * images()),
        ),
        forall(
            points, rows, *box, given=given, label="its coefficients",
            holds=eq(a * alpha(i), label(i) - (eps * image(i) - share * images())),
        ),
    )  # fmt: skip


@claim.proves
def proof(prove, goal, share, centred):
    """The rows add up to (a + m b) 1^T alpha + eps 1^T E alpha = 0."""
    return [from_the_sum(prove, part, sign) for part, sign in zip(goal, (1, -1), strict=True)]


def added(prove: Proof) -> Step:
    """Y_1 + ... + Y_n = a (alpha_1 + ... + alpha_n) + n b 1^T alpha + eps ((E alpha)_1 + ... + (E alpha)_n)."""
    total = a * coefficients(n) + n * b * coefficients() + images(n)
    return inductive(
        prove, forall(points, parts, *box, holds=eq(labels(n), total)), n,
        lambda base: prove.identity(base, unfold=[labels(0), coefficients(0), images(0)]),
        lambda step: prove.identity(
            step,
            [["unfold", labels(n + 1)], ["given", len(step.given) - 1], ["unfold", coefficients(n + 1)],
             ["unfold", images(n + 1)]],
        ),
    )  # fmt: skip


def from_the_sum(prove: Proof, goal: Statement, sign: int) -> Step:
    """Both sides differ by b/(a + m b) (Y_1 + ... + Y_m)."""
    rest = sign * b / (a + m * b)
    left, right = goal.conclusion.lhs, goal.conclusion.rhs
    with_labels = prove.identity(
        goal.conclude(eq(left, right + rest * labels())), using=[(added(prove), {n: m})]
    )
    without = prove.identity(goal.conclude(eq(right + rest * labels(), right)), [["given", 1]])
    return prove.chain(goal, with_labels, without)


claim.mutant("b/(a + (m - 1) b)", share=b / (a + (m - 1) * b))
claim.mutant("labels that are not centred", centred=())
