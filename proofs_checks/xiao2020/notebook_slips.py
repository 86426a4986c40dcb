"""Slips of the authors' notebook that are formulas: as printed, with a witness, and corrected."""

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
    component,
    eq,
    forall,
    index,
    interval,
    largest,
    le,
    lt,
)  # fmt: skip
from deepcond_sym.proof.tactics.inductive import inductive

from .critical_point_of_erf import bias_on_curve
from .setting import c, from_one, l, layers

affine = sp.Symbol("chi", real=True)
"""chi_1 of the map f(c) = 1 - chi_1 + chi_1 c."""

affine_frame = (interval(affine, 0, 1, "()"), interval(c, -1, 1, ")"))
_p, _p_ab, _r = (sp.Function(name, real=True) for name in ("p", "p_ab", "r"))
m, points = index("m", 1)
p = sp.Symbol("p", real=True)
number = interval(p, 0, sp.oo, "(")


def of_affine() -> list[Sequence]:
    """The correlation r, and the tangent kernel on and off the diagonal over q*, of an affine activation."""
    after = 1 - affine + affine * _r(l)
    return [
        Sequence("r", l, 0, c, after),
        Sequence("p", l, 0, sp.S.Zero, 1 + affine * _p(l)),
        Sequence("p_ab", l, 0, sp.S.Zero, _r(l + 1) + affine * _p_ab(l)),
    ]


def rate(gap: sp.Expr, depth: sp.Expr = l) -> Statement:
    """How far the entries off the diagonal are from those on it."""
    indices = (from_one,) if depth == l else ()
    holds = eq(_p(l) - _p_ab(l), gap).subs({l: depth})
    return forall(*indices, *affine_frame, sequences=of_affine(), holds=holds, label="the gap")


printed_rate = Claim(
    "xiao2020/slip-rate",
    title="Off the diagonal the ordered tangent kernel converges like chi_1^l/l",
    source="authors' notebook, cell 40, the legend",
    provenance="as reported",
    printed=r"p^*-p^{(l)}_{ab}\text{ against }\chi_1^l/l",
    expected=Verdict.REFUTED,
    note=r"The curve that the cell draws is $l\chi_1^l$. Entered for $f(c)=1-\chi_1+\chi_1c$, where the gap to the"
    r" diagonal is exactly that times $1-c^{(0)}$.",
    beside=("xiao2020/slip-rate-corrected",),
    parameters={"gap": affine**l / l * (1 - c), "depth": l},
    witnesses=((0, Instance({affine: Fraction(1, 2), c: Fraction(0), l: Fraction(2)})),),
)


@printed_rate.states
def printed_rate_statement(gap, depth):
    return rate(gap, depth)


@printed_rate.proves
def printed_rate_proof(prove, goal, gap, depth):
    """For the mutants."""
    return prove.identity(goal, using=[(entries(prove, l * affine**l * (1 - c)), {l: depth})])


printed_rate.mutant("l chi_1^l", gap=l * affine**l * (1 - c))
printed_rate.mutant("after one layer", depth=1)

corrected_rate = Claim(
    "xiao2020/slip-rate-corrected",
    title="Affine activations: off the diagonal the tangent kernel converges like l chi_1^l, and kappa is known",
    source="derived here",
    printed=r"f(c)=1-\chi_1+\chi_1c:\quad p^{(l)}-p^{(l)}_{ab}=l\chi_1^l(1-c^{(0)})q^*,\quad m=2:\ \kappa^{(l)}="
    r"\frac{2p^{(l)}}{l\chi_1^l(1-c^{(0)})q^*}-1",
    note=r"Here $\frac{\chi_{1,2}}{\chi_1}=0$ and $-\epsilon^{(0)}=(1-c^{(0)})q^*$, and the bounds of B50 are attained."
    r" Convention: $\Theta^{(0)}=0$.",
    beside=("xiao2020/slip-rate", "xiao2020/B64-ordered"),
    parameters={"gap": l * affine**l * (1 - c)},
    witnesses=((0, Instance({affine: Fraction(1, 2), c: Fraction(0), l: Fraction(2)})),),
)


@corrected_rate.states
def corrected_rate_statement(gap):
    kappa = (_p(l) + _p_ab(l)) / (_p(l) - _p_ab(l))
    return (
        rate(gap),
        forall(
            from_one, *affine_frame, given=[lt(0, _p(l) - _p_ab(l))], sequences=of_affine(),
            holds=eq(kappa, 2 * _p(l) / gap - 1), label="two points",
        ),
    )  # fmt: skip


def entries(prove: Proof, gap: sp.Expr) -> Step:
    """p_ab(l) = p(l) - gap."""
    frame = (layers, *affine_frame)
    correlation = prove.closed_form(forall(*frame, sequences=of_affine(), holds=eq(_r(l), 1 - affine**l * (1 - c))))
    return inductive(
        prove, forall(*frame, sequences=of_affine(), holds=eq(_p_ab(l), _p(l) - gap)), l,
        lambda base: prove.identity(base, unfold=[_p_ab(0), _p(0)]),
        lambda step: prove.identity(
            step, [["unfold", _p_ab(l + 1)], ["given", 0], ["unfold", _p(l + 1)], ["use", correlation, {l: l + 1}]]
        ),
    )  # fmt: skip


@corrected_rate.proves
def corrected_rate_proof(prove, goal, gap):
    """1 - r = chi_1^l (1 - c), and each layer adds as much to the gap."""
    gaps, kappa = goal
    entry = entries(prove, gap)
    return [prove.identity(gaps, using=[(entry, {l: l})]), prove.identity(kappa, using=[(entry, {l: l})])]


corrected_rate.mutant("without the l", gap=affine**l * (1 - c))
corrected_rate.mutant("one layer more", gap=(l + 1) * affine**l * (1 - c))

printed_ones = Claim(
    "xiao2020/slip-ones",
    title="The limit kernel is p* 1^T 1 and has m eigenvalues 0",
    source="authors' notebook, cell 39",
    provenance="as reported",
    printed=r"\Theta^*=p^*\,\mathbf 1^\top\mathbf 1;\quad\text{the eigenvalue }mp^*\text{ and }m\text{ eigenvalues }0",
    expected=Verdict.REFUTED,
    note=r"$\mathbf 1^\top\mathbf 1=m$ is a number: read as an entry it should be $p^*$ (first part). With $m$ zeros"
    r" there would be $m+1$ eigenvalues of an $m\times m$ matrix (second part); there are $m-1$.",
    beside=("xiao2020/slip-ones-corrected",),
    parameters={"entry": m * p, "zeros": m, "points": m},
    witnesses=((0, Instance({m: Fraction(2), p: Fraction(1)})),),
)


@printed_ones.states
def printed_ones_statement(entry, zeros, points):
    size = [index("m", 1)[1]] if points == m else []
    return (
        forall(*size, number, holds=eq(entry, p), label="the entries"),
        forall(*size, holds=eq(zeros + 1, points), label="the number of eigenvalues"),
    )


@printed_ones.proves
def printed_ones_proof(prove, goal, entry, zeros, points):
    """For the mutants."""
    return [prove.identity(part) for part in goal]


printed_ones.mutant("p* 1 1^T and m - 1 eigenvalues 0", entry=p, zeros=m - 1)
printed_ones.mutant("one point, no eigenvalue 0", entry=p, zeros=0, points=1)

v = sp.Symbol("v", real=True)
j = sp.Symbol("j", integer=True)
total = sp.Sum(component(v, j), (j, 1, m))

corrected_ones = Claim(
    "xiao2020/slip-ones-corrected",
    title="The limit kernel is p* 1 1^T: the eigenvalue m p*, and 0 on all centred vectors",
    source="derived here",
    printed=r"\Theta^*=p^*\,\mathbf 1\mathbf 1^\top:\quad\lambda_{\max}=mp^*,\quad\mathbf 1^\top v=0\implies"
    r"\Theta^*v=0",
    note=r"The centred vectors are a space of $m-1$ dimensions, so that there are $m-1$ eigenvalues 0.",
    beside=("xiao2020/slip-ones",),
    parameters={"size": m, "sum": 0},
    witnesses=(
        (0, Instance({m: Fraction(2), p: Fraction(1)})),
        (1, Instance({m: Fraction(1), p: Fraction(1)}, vectors={"v": (Fraction(0), Fraction(1))})),
    ),
)


@corrected_ones.states
def corrected_ones_statement(size, sum):
    return (
        forall(points, number, holds=eq(largest(p, m), size * p), label="the largest eigenvalue"),
        forall(points, number, given=[eq(total, sum)], holds=eq(p * total, 0), label="centred vectors"),
    )


@corrected_ones.proves
def corrected_ones_proof(prove, goal, size, sum):
    """The largest eigenvalue of 1 1^T is m."""
    top, centred = goal
    frame = top.conclude(le(0, 0))
    scale = prove.matrices("scale", frame, m, sp.S.One, p, of="largest")
    ones = prove.matrices("ones", frame, m)
    return [
        prove.identity(top, [["use", scale, {}], ["use", ones, {}]]), prove.identity(centred, [["given", 0]])
    ]  # fmt: skip


corrected_ones.mutant("m - 1 in place of m", size=m - 1)
corrected_ones.mutant("vectors with the sum 1", sum=1)

x = sp.Symbol("x", real=True)
component_ = interval(x, 0, sp.oo, "(")
norm = sp.sqrt(m) * x
"""The norm of a vector of m equal components x."""

printed_norm = Claim(
    "xiao2020/slip-norm",
    title="The variance of the input is its norm",
    source="authors' notebook, cell 7",
    provenance="as reported",
    printed=r"\|x\|=q^{(0)}",
    expected=Verdict.REFUTED,
    note=r"It should be the squared norm over the dimension. Entered for m equal components x, where"
    r" $q^{(0)}=\frac1m\sum x_i^2=x^2$.",
    beside=("xiao2020/slip-norm-corrected",),
    parameters={"size": norm},
    witnesses=((0, Instance({m: Fraction(4), x: Fraction(3)})),),
)

corrected_norm = Claim(
    "xiao2020/slip-norm-corrected",
    title="The variance of the input is its squared norm over the dimension",
    source="derived here",
    printed=r"\tfrac1m\|x\|^2=q^{(0)}",
    note=r"For m equal components x, as in xiao2020/slip-norm. Cells 3 and 29 scale inputs to $q^{(0)}=1$, where the"
    r" theory takes $q^{(0)}=q^*$; the transient is bounded in xiao2020/B53, and its rate is"
    r" $\mathcal Q'(q^*)=\chi_1/(1+2q^*)$ for erf (xiao2020/B8).",
    beside=("xiao2020/slip-norm", "xiao2020/B53", "xiao2020/B8"),
    parameters={"size": norm**2 / m},
    witnesses=((0, Instance({m: Fraction(4), x: Fraction(3)})),),
)


@printed_norm.states
def printed_norm_statement(size):
    return forall(points, component_, holds=eq(size, x**2))


@corrected_norm.states
def corrected_norm_statement(size):
    return forall(points, component_, holds=eq(size, x**2))


@printed_norm.proves
@corrected_norm.proves
def corrected_norm_proof(prove, goal, size):
    """The square of a root."""
    return prove.identity(goal)


printed_norm.mutant("the squared norm over the dimension", size=norm**2 / m)
printed_norm.mutant("the norm times a component, over sqrt(m)", size=norm * x / sp.sqrt(m))
corrected_norm.mutant("the norm itself", size=norm)
corrected_norm.mutant("without the division", size=norm**2)

w = sp.Rational(176, 100)


def variance_of(weight: sp.Expr) -> sp.Expr:
    """q* on the critical line: sigma_w^2 = pi/4 sqrt(1 + 4 q)."""
    return (16 * weight**2 / sp.pi**2 - 1) / 4


printed_weight = Claim(
    "xiao2020/slip-critical-weight",
    title="The critical weight variance of erf at the bias variance 0.18 is 1.76",
    source="authors' notebook, cell 51",
    provenance="as reported",
    printed=r"\sigma_b^2=.18:\ \sigma_w^2=1.76",
    expected=Verdict.REFUTED,
    note=r"It is 1.7476... (xiao2020/B52-values). Harmless on the notebook's grid: no point of linspace(.5, 3, 40) lies"
    " between the two. Entered as: it lies within 1/200 of 1.76. At 1.755 the bias variance of the critical line is"
    " 0.1835... already.",
    beside=("xiao2020/slip-critical-weight-corrected", "xiao2020/B52-values"),
    parameters={"weight": w, "error": "1/200"},
    witnesses=((0, Instance()),),
)

corrected_weight = Claim(
    "xiao2020/slip-critical-weight-corrected",
    title="The critical weight variance of erf at the bias variance 0.18",
    source="derived here",
    printed=r"\sigma_b^2=.18:\ 1.747603749767703<\sigma_w^2<1.747603749767704",
    note=r"A sign change of the bias variance along the critical line, which increases (xiao2020/B52).",
    beside=("xiao2020/slip-critical-weight", "xiao2020/B52"),
    parameters={"low": "1.747603749767703", "high": "1.747603749767704"},
)


@printed_weight.states
def printed_weight_statement(weight, error):
    return (
        forall(holds=le(bias_on_curve(variance_of(weight - error)), "0.18"), label="from below"),
        forall(holds=le("0.18", bias_on_curve(variance_of(weight + error))), label="from above"),
    )


@corrected_weight.states
def corrected_weight_statement(low, high):
    return (
        forall(holds=lt(bias_on_curve(variance_of(low)), "0.18"), label="from below"),
        forall(holds=lt("0.18", bias_on_curve(variance_of(high))), label="from above"),
    )


@printed_weight.proves
@corrected_weight.proves
def corrected_weight_proof(prove, goal, **numbers):
    """Numbers in balls."""
    return [prove.evaluate(part) for part in goal]


printed_weight.mutant("1.75", weight=sp.Rational(175, 100))
printed_weight.mutant("within 1/20", error="1/20")
corrected_weight.mutant("one digit higher", low="1.747603749767704", high="1.747603749767705")
corrected_weight.mutant("1.76", low="1.755", high="1.765")
