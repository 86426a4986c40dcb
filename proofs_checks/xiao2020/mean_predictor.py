"""B4 and B63: the mean predictor, what it is taken to measure, and what the paper concludes."""

from fractions import Fraction

import sympy as sp

from deepcond_sym.proof import Claim, Instance, Verdict, component, eq, forall, index, interval, le

m, points = index("m", 1)
p, chosen = index("p", 1)
j = sp.Symbol("j", integer=True)
Y = sp.Symbol("Y", real=True)
a, b = sp.symbols("a b", real=True)
diagonal, common = interval(a, 0, sp.oo, "("), interval(b, -sp.oo, sp.oo)
labels = sp.Sum(component(Y, j), (j, 1, m))

definition = Claim(
    "xiao2020/B4",
    title="The mean predictor",
    source="authors' notebook, cells 26, 34 and 44",
    provenance="as reported",
    printed=r"P(\Theta)=\Theta_{te,tr}\Theta_{tr,tr}^{-1},\ \mathbf 1^\top Y=0:\quad P(\Theta^{(l)})Y\text{ measures"
    r" the surviving data dependence}",
    expected=Verdict.UNDECIDED,
    note=r"A definition: there is nothing to judge. What makes it a measure is proved in xiao2020/B4-constant: a"
    r" kernel that has forgotten the data predicts 0 from centred labels. Its limits are the rows B23, B27,"
    r" B30, B31 to B33.",
    beside=("xiao2020/B4-constant", "xiao2020/B4-residual"),
)

residual = Claim(
    "xiao2020/B4-residual",
    title="The residual predictor",
    source="the paper, on generalisation",
    provenance="as reported",
    printed=r"\Delta^{(l)}=\text{ the prediction at depth }l\text{ minus that at infinite depth}",
    expected=Verdict.UNDECIDED,
    note=r"A definition: there is nothing to judge. With centred labels the prediction at infinite depth is 0 where"
    r" the limit kernel is constant off its diagonal (xiao2020/B4-constant), so that"
    r" $\Delta^{(l)}=P(\Theta^{(l)})Y$ there.",
    beside=("xiao2020/B4", "xiao2020/B4-constant"),
)

constant = Claim(
    "xiao2020/B4-constant",
    title="A kernel that does not depend on the data predicts 0 from centred labels",
    source="derived here",
    printed=r"\Theta_{tr,tr}=aI+b\mathbf 1\mathbf 1^\top,\ \Theta_{te,tr}=b\mathbf 1^\top,\ \mathbf 1^\top Y=0\implies"
    r"\Theta_{tr,tr}\tfrac1aY=Y,\ P(\Theta)Y=0",
    note=r"For any number of points m, $a>0$ and any b for which the inverse exists; p is a row. With labels that are"
    r" not centred the prediction is the mean label times $\frac{mb}{a+mb}$.",
    beside=("xiao2020/B4",),
    parameters={"sum": 0, "share": 1 / a, "test": b},
    witnesses=(
        (1, Instance({m: Fraction(1), a: Fraction(1), b: Fraction(1)}, vectors={"Y": (Fraction(0), Fraction(1))})),
        (0, Instance({m: Fraction(2), p: Fraction(1), a: Fraction(2), b: Fraction(1)},
                     vectors={"Y": (Fraction(0), Fraction(1), Fraction(-1))})),
    ),
)  # fmt: skip


@constant.states
def constant_statement(sum, share, test):
    centred = eq(labels, sum)
    return (
        forall(
            points, chosen, diagonal, common, given=[le(p, m), centred],
            holds=eq(a * share * component(Y, p) + b * share * labels, component(Y, p)), label="the weights",
        ),
        forall(points, diagonal, common, given=[centred], holds=eq(test * share * labels, 0), label="the prediction"),
    )  # fmt: skip


@constant.proves
def constant_proof(prove, goal, sum, share, test):
    """The constant part sees the sum of the labels alone."""
    weights, prediction = goal
    return [prove.identity(weights, [["given", 1]]), prove.identity(prediction, [["given", 0]])]


constant.mutant("labels with the sum 1", sum=1)
constant.mutant("weights Y", share=sp.S.One)

trade_off = Claim(
    "xiao2020/B63",
    title="Large regions of hyperparameters memorise the training set and fail to generalise",
    source="abstract",
    provenance="paper",
    printed=r"\text{large regions of hyperparameters memorise the training set but fail to generalise; CNNs without"
    r" pooling resemble fully connected networks, those with pooling differ and often generalise better}",
    expected=Verdict.UNDECIDED,
    note=r"An experiment on image data, and words without a formal statement. What can be proved of the first half is"
    r" deep in the chaotic phase: $\kappa\to1$, so that training is fast, while the prediction for centred labels"
    r" tends to 0 (B29 and B30; the linear factor in xiao2020/B64-every). Of the second half, that the limits of CNNs"
    r" without pooling are those of fully connected networks (B45).",
    beside=("xiao2020/B4-constant", "xiao2020/B64-every"),
)
