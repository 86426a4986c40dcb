"""B9: the maps of ReLU at the fixed variance, and its only critical point (2, 0).

T(q, q, q c) = (q/2) h(c) with h the dual of ReLU scaled to E[sigma^2] = 1, and Tdot = h'(c)/2."""

from fractions import Fraction

import sympy as sp

from deepcond_sym.proof import RELU, Claim, Instance, at, dual, dual_slope, eq, fact, forall, interval

from .setting import c, correlation

w, b, q = sp.symbols("w b q", real=True)
"""sigma_w^2, sigma_b^2, q*."""

weights, biases, variance = interval(w, 0, sp.oo, "("), interval(b, 0, sp.oo), interval(q, 0, sp.oo, "(")
_x, _y = sp.symbols("x y", real=True)
_anything = [interval(symbol, -sp.oo, sp.oo) for symbol in (_x, _y)]

reported = Claim(
    "xiao2020/B9",
    title="The map of ReLU at its critical point, and its slope",
    source="the paper, on ReLU networks",
    provenance="as reported",
    printed=r"(\sigma_w^2,\sigma_b^2)=(2,0):\ f(c)=\tfrac1\pi\big(\sqrt{1-c^2}+(\pi-\arccos c)\,c\big),\ "
    r"f'(c)=1-\tfrac1\pi\arccos c",
    note=r"The language knows the dual of ReLU by definition (Cho and Saul 2009); `deepcond derive relu` derives it."
    r" The third part says that the second is the derivative of the first.",
    beside=("xiao2020/B9-critical",),
    parameters={"sign": 1, "share": 1 / sp.pi},
    witnesses=((1, Instance({c: Fraction(0)})),),
)


@reported.states
def reported_statement(sign, share):
    f = (sp.sqrt(1 - c**2) + (sp.pi - sign * sp.acos(c)) * c) / sp.pi
    slope = 1 - share * sp.acos(c)
    return (
        forall(correlation, family=RELU, holds=eq(dual(c), f), label="f"),
        forall(correlation, family=RELU, holds=eq(dual_slope(c), slope), label="f'"),
        forall(interval(c, -1, 1, "()"), holds=eq(sp.diff(f, c), slope), label="f' is the derivative of f"),
    )


@reported.proves
def reported_proof(prove, goal, sign, share):
    """The definitions, and differentiate."""
    f, slope, derivative = goal
    return [
        prove.identity(f, unfold=[dual(c)]), prove.identity(slope, unfold=[dual_slope(c)]), prove.identity(derivative)
    ]  # fmt: skip


reported.mutant("the other sign of arccos", sign=-1)
reported.mutant("1/2 in place of 1/pi", share="1/2")

critical = Claim(
    "xiao2020/B9-critical",
    title="ReLU: the fixed variance, the slope at 1, and the only critical point",
    source="derived here",
    printed=r"\sigma_w^2<2:\ q^*=\frac{\sigma_b^2}{1-\sigma_w^2/2},\ f(c)=\chi_1h(c)+1-\chi_1;\quad"
    r"\chi_1=\tfrac{\sigma_w^2}2;\quad\chi_1=1,\ q^*=\tfrac{\sigma_w^2}2q^*+\sigma_b^2\implies"
    r"(\sigma_w^2,\sigma_b^2)=(2,0)",
    note=r"$h$ is $f$ of xiao2020/B9. $\chi_1=\frac{\sigma_w^2}2h'(1)$, whatever the variance; at $(2,0)$ every"
    r" variance is a fixed point.",
    beside=("xiao2020/B9",),
    parameters={"start": b / (1 - w / 2), "slope": w / 2, "weight": 2, "bias": 0},
    witnesses=(
        (0, Instance({w: Fraction(1), b: Fraction(1)})),
        (2, Instance({w: Fraction(1)})),
        (3, Instance({w: Fraction(2), q: Fraction(1)})),
        (4, Instance({w: Fraction(2), b: Fraction(0), q: Fraction(1)})),
    ),
)


@critical.states
def critical_statement(start, slope, weight, bias):
    chi, after = w / 2 * dual_slope(1), w / 2 * q + b
    line = [eq(chi, 1), eq(after, q)]
    below = interval(w, 0, 2, "()")
    return (
        forall(below, biases, holds=eq(w / 2 * start + b, start), label="q*"),
        forall(
            below, interval(b, 0, sp.oo, "("), correlation, family=RELU,
            holds=eq((w / 2 * start * dual(c) + b) / start, slope * dual(c) + 1 - slope), label="f",
        ),
        forall(weights, family=RELU, holds=eq(chi, slope), label="chi_1"),
        forall(weights, variance, given=line[:1], family=RELU, holds=eq(w, weight), label="sigma_w^2"),
        forall(weights, biases, variance, given=line, family=RELU, holds=eq(b, bias), label="sigma_b^2"),
        forall(
            interval(w, 2, 2), interval(b, 0, 0), variance, holds=eq(after, q), label="every variance is fixed there"
        ),
    )  # fmt: skip


@critical.proves
def critical_proof(prove, goal, start, slope, weight, bias):
    """h'(1) = 1; then two linear equations."""
    fixed, f, chi, weight_is, bias_is, every = goal
    double = prove.identity(forall(_anything[0], given=[eq(_x, 1)], holds=eq(2 * _x, 2)), [["given", 0]])
    rest = prove.identity(
        forall(*_anything, interval(q, -sp.oo, sp.oo), given=[eq(_x, 2), eq(_y, q - _x * q / 2)], holds=eq(_y, 0)),
        [["given", 1], ["given", 0]],
    )

    def solved(target):
        unfolded = prove.identity(target.conclude(eq(w, 2 * (w / 2 * dual_slope(1)))), unfold=[dual_slope(1)])
        return prove.chain(target.conclude(eq(w, 2)), unfolded, at(double, {_x: w / 2 * dual_slope(1)}))

    return [
        prove.identity(fixed), prove.identity(f), prove.identity(chi, unfold=[dual_slope(1)]), solved(weight_is),
        prove.chain(bias_is, fact(solved(bias_is)), at(rest, {_x: w, _y: b})), prove.identity(every),
    ]  # fmt: skip


critical.mutant("q* without the half", start=b / (1 - w))
critical.mutant("chi_1 = sigma_w^2", slope=w)
critical.mutant("the critical weight 1", weight=1)
critical.mutant("the critical bias 1", bias=1)
