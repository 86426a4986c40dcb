"""B30 and B33, the mean predictor in the chaotic phase: it tends to 0 for centred labels, at these rates."""

from fractions import Fraction

import sympy as sp

from deepcond_sym.proof import Claim, Instance, Verdict, forall, le
from deepcond_sym.proof.tactics.power_gaps import b
from proofs_checks.starnaud2025.near_constant import n, points
from proofs_checks.starnaud2025.predictor_steps import W

from .centred_prediction import V, centred, prediction, squares
from .chaotic_predictor_steps import COVARIANCE, TANGENT, Forgetting
from .chaotic_steps import NON_AFFINE, below_one, slope
from .near_equicorrelated import X
from .setting import l, layers

_EIGHTH = (Fraction(1, 16), Fraction(7, 16), Fraction(1, 2))
"""f(c) = (1 + 7 c + 8 c^2)/16: c* = 1/8, chi_{c*} = 9/16, chi_1 = 23/16, p*_ab = 2 q*/7."""


def _two_points(first: Fraction, second: Fraction, *weights: Fraction) -> Instance:
    """At depth 0: training points at right angles, a test point at these correlations, labels 1 and -1."""
    one, zero = Fraction(1), Fraction(0)
    gram = ((one, first, second), (first, one, zero), (second, zero, one))
    return Instance(
        {l: zero, n: Fraction(2), b: Fraction(1, 8)}, _EIGHTH, {X.name: gram},
        {W.name: (zero, *weights), V.name: (zero, one, -one)},
    )  # fmt: skip


def _formal(of: Forgetting, constant: sp.Expr, rest: sp.Expr, labels: tuple):
    """(w . Y)^2 <= constant n E^2 |Y|^2/rest^2, where 4 and 1 - a - (n - 1) E are what is shown."""
    given = tuple(g for g in of.given if g != centred or labels)
    return forall(
        layers, points, below_one, given=given, family=NON_AFFINE,
        holds=le(prediction() ** 2, constant * n * of.error**2 / rest**2 * squares()),
    )  # fmt: skip


claim = Claim(
    "xiao2020/B30",
    title="Chaotic phase: the mean predictor of the tangent kernel forgets centred labels",
    source="authors' notebook, cell 34, d = 1; the constant is derived",
    provenance="as reported",
    printed=r"\mathbf 1^\top Y=0:\quad P(\Theta^{(l)})Y=O\big(l\,(\chi_{c^*}/\chi_1)^l\big)",
    note=r"With a constant at every depth $l\ge1$: $|PY|\le\frac{2\sqrt m\,E_l}{p^{(l)}-p^*_{ab}-(m-1)E_l}|Y|$ once"
    r" the denominator is positive, with $E_l=\chi_{c^*}^{l-1}(\chi_{c^*}p^*_{ab}+l\,c^*(\chi_{c^*}q^*+\beta"
    r" p^*_{ab}))$ as in xiao2020/B28 and $p^{(l)}=q^*\frac{\chi_1^l-1}{\chi_1-1}$: of the order"
    r" $l(\chi_{c^*}/\chi_1)^l$. For training points and a test point with $0\le x_i\cdot x_j\le c^*$. In the formal"
    r" statement the depth is $l+1$ and its last layer is written out, n is $m$, w solves $\Theta w=\Theta_{te}$, so"
    r" that $PY=w\cdot Y$, and both sides are squared. In units of $q^*$, $\Theta^{(0)}=0$. The limit of $PY$ over"
    r" $l(\chi_{c^*}/\chi_1)^l$ is in xiao2020/B30-limit; that the factor $l$ is needed, in xiao2020/B30-factor.",
    beside=("xiao2020/B15", "xiao2020/B28", "xiao2020/B30-factor", "xiao2020/B30-limit", "xiao2020/B55-predictor"),
    parameters={"constant": 4, "rest": TANGENT.rest, "labels": (centred,)},
    witnesses=(
        (0, _two_points(
            Fraction(505, 4096), Fraction(1, 4096), Fraction(252913, 2097152), Fraction(115489, 2097152))),
    ),
)  # fmt: skip


@claim.states
def statement(constant, rest, labels):
    return _formal(TANGENT, constant, rest, labels)


@claim.proves
def proof(prove, goal, constant, rest, labels):
    """Theta (w - s 1) has components of at most 2 E_l for s = p*_ab/(p - p*_ab + m p*_ab), lambda_min is at least
    p - p*_ab - (m - 1) E_l, and w . Y = (w - s 1) . Y."""
    return TANGENT.shown(prove, goal)


claim.mutant("a two-thousandth of the bound", constant="1/500")
claim.mutant("the error of eight layers more", constant=4 * slope**16)

limit = Claim(
    "xiao2020/B30-limit",
    title="Chaotic phase: what the mean predictor of the tangent kernel tends to 0 like",
    source="sharpens what is reported of the mean predictor",
    provenance="derived here",
    printed=r"\frac{P(\Theta^{(l)})Y}{l(\chi_{c^*}/\chi_1)^l}\to\frac{\chi_1-1}{q^*}\Big(1+\frac{\chi_{c^*,2}}{\chi_{c^*}}"
    r"p^*_{ab}\Big)Z_{te}Y\text{ with error }O(1/l)",
    expected=Verdict.UNDECIDED,
    note=r"The limit depends on the data, through the Koenigs limits $Z_{te}$ of the correlations of the test point,"
    r" which the formal language does not have as numbers. Proved are what it is made of: the exact predictor near"
    r" $aI+b\mathbf{11}^\top$ (xiao2020/B55-predictor with $a=p^{(l)}-p^*_{ab}\sim\frac{q^*}{\chi_1-1}\chi_1^l$ and"
    r" $b=p^*_{ab}$, so that its second term is of the order $\chi_1^{-l}$ smaller), and that $p^{(l)}_{ab}-p^*_{ab}$"
    r" is of the order $l\chi_{c^*}^l$ from both sides (xiao2020/B15, xiao2020/B15-factor): the factor $l$ is needed,"
    r" and the constant is that of the data.",
    beside=("xiao2020/B30", "xiao2020/B55-predictor", "xiao2020/B15-factor"),
)

of_covariance = Claim(
    "xiao2020/B33-predictor",
    title="Chaotic phase: the mean predictor of the covariance forgets centred labels",
    source="the table of the covariance, chaotic phase, d = 1; the constant is derived",
    provenance="as reported",
    printed=r"\mathbf 1^\top Y=0:\quad P(K^{(l)})Y=O(\chi_{c^*}^l)",
    note=r"With a constant at every depth: $|PY|\le\frac{2\sqrt m\,c^*\chi_{c^*}^l}{1-c^*-(m-1)c^*\chi_{c^*}^l}|Y|$"
    r" once the denominator is positive, for training points and a test point with $0\le x_i\cdot x_j\le c^*$. In the"
    r" formal statement n is $m$, w solves $Kw=K_{te}$, so that $PY=w\cdot Y$, and both sides are squared. The limit"
    r" of $PY/\chi_{c^*}^l$ is in xiao2020/B33-limit.",
    beside=("xiao2020/B33", "xiao2020/B33-limit", "xiao2020/B55-predictor"),
    parameters={"constant": 4, "rest": COVARIANCE.rest, "labels": (centred,)},
    witnesses=((0, _two_points(Fraction(1, 8), Fraction(0), Fraction(1, 8), Fraction(0))),),
)


@of_covariance.states
def of_covariance_statement(constant, rest, labels):
    return _formal(COVARIANCE, constant, rest, labels)


@of_covariance.proves
def of_covariance_proof(prove, goal, constant, rest, labels):
    """K (w - s 1) has components of at most 2 E for s = c*/(1 - c* + m c*), and lambda_min is at least
    1 - c* - (m - 1) E."""
    return COVARIANCE.shown(prove, goal)


of_covariance.mutant("a fortieth of the bound", constant="1/10")
of_covariance.mutant("without the gap to 1", constant="1/25", rest=sp.S.One)
of_covariance.mutant("labels that are not centred", false=False, labels=())

limit_of_covariance = Claim(
    "xiao2020/B33-limit",
    title="Chaotic phase: what the mean predictor of the covariance tends to 0 like",
    source="sharpens what is reported of the mean predictor",
    provenance="derived here",
    printed=r"g=q^*-q^*_{ab}:\quad\frac{P(K^{(l)})Y}{\chi_{c^*}^l}\to\frac1g\Big[Z_{te}-\frac{q^*_{ab}}{g+mq^*_{ab}}"
    r"\mathbf{11}^\top Z_{tr}\Big]Y",
    expected=Verdict.UNDECIDED,
    note=r"The limit depends on the data, through the Koenigs limits $Z$ of all correlations, which the formal"
    r" language does not have as numbers. It is xiao2020/B55-predictor with $a=g$, $b=q^*_{ab}$ and $\varepsilon"
    r" E=\chi_{c^*}^l(Z+o(1))$, which is exact at every $\varepsilon$; that the Koenigs limit is not 0 for $0\le"
    r" c^{(0)}<c^*$ near $c^*$ is in xiao2020/B15-factor.",
    beside=("xiao2020/B33-predictor", "xiao2020/B55-predictor", "xiao2020/B15-factor"),
)
