"""B31: the eigenvalues of the NNGP kernel in the ordered phase, at every depth (d = 1). Kernels are in units of q*."""

from dataclasses import replace
from fractions import Fraction

import sympy as sp

from deepcond_sym.proof import Claim, Verdict, fact, largest, le
from deepcond_sym.proof.language import lt

from .mean_entry import mean, n
from .nearly_constant import g, gap, gaps, p, q
from .ordered_eigenvalues import two_inputs
from .ordered_koenigs import power_positive, y
from .ordered_matrices import NNGP
from .ordered_steps import chi
from .setting import l

order = chi**l
regular = replace(NNGP.pairs, given=(*NNGP.pairs.given, lt(0, chi)))

claim = Claim(
    "xiao2020/B31-reported",
    title="Ordered phase: the eigenvalues of the NNGP kernel, for d = 1",
    source="the table of the NNGP kernel in the ordered phase",
    provenance="as reported",
    printed=r"\lambda_{\max}=mq^*+m\,O(\chi_1^l),\quad \lambda_{\mathrm{bulk}}=O(\chi_1^l),\quad"
    r" \kappa=\Omega(mq^*\chi_1^{-l})\quad(d=1)",
    note=r"Proved with constants for all data of variance $q^*$ and every depth $l\ge0$:"
    r" $mq^*(1-2\chi_1^l)\le\lambda_{\max}\le mq^*$;"
    r" $\lambda_2\le\lambda_{\max}(K-q^*\mathbf{11}^\top)\le(m-1)q^*g\chi_1^l$ where $g\ge1-c_{ab}$; and"
    r" $\kappa\ge m\,\frac{1-2\chi_1^l}{\chi_1^l(1-c_{ab})}$ for every two different inputs, where $\chi_1>0$ and the"
    r" kernel is regular. Read literally, the last form has a factor $q^*$ too many: it cancels in $\kappa$, which is"
    r" harmless inside $\Omega$. The factor $1/d$ and $PY=O(1)$ are judged elsewhere (xiao2020/B23).",
    beside=("xiao2020/B31", "xiao2020/B31-limit", "xiao2020/B23"),
    parameters={"constant": 2, "count": n - 1, "order": order},
    witnesses=(
        (0, two_inputs(1, Fraction(0))), (1, two_inputs(1, Fraction(0), g=Fraction(1))), (2, two_inputs(40)),
    ),
)  # fmt: skip


@claim.states
def statement(constant, count, order):
    less = largest(NNGP.matrix - 1, n)
    bound = n * (1 - constant * chi**l) / (order * gap(p, q))
    return (
        replace(NNGP.frame, conclusion=le(n * (1 - constant * chi**l), NNGP.high), label="largest, from below"),
        replace(NNGP.frame, conclusion=le(NNGP.high, n), label="largest, from above"),
        replace(NNGP.within, conclusion=le(less, count * chi**l * g), label="the second largest"),
        replace(regular, conclusion=le(bound, NNGP.high / NNGP.low), label="condition number"),
    )


@claim.proves
def proof(prove, goal, constant, count, order):
    """gamma_l <= chi_1^l gamma_0 <= 2 chi_1^l for every entry; the quadratic form at the vector of ones and at two unit
    vectors; Gershgorin."""
    below, above, bulk, kappa = goal
    return [
        prove.chain(below, NNGP.largest_for_all(prove)),
        prove.chain(above, NNGP.largest_at_most(prove)),
        prove.chain(bulk, NNGP.bulk_at_most(prove)),
        _condition(prove, kappa, n * (1 - 2 * chi**l), NNGP.largest_for_all(prove)),
    ]


def _condition(prove, goal, top, largest_known):
    known = [fact(largest_known), fact(NNGP.smallest_by_inputs(prove)), fact(power_positive(prove), {y: chi})]
    wider = replace(NNGP, given=(*NNGP.given, lt(0, chi)), made={})
    return prove.chain(goal, *known, wider.condition(prove, top, chi**l * gap(p, q), *known))


claim.mutant("no correction", constant=0)
claim.mutant("a tenth of the sum over the row", count=(n - 1) / 10)
claim.mutant("the order chi_1^(2 l) for the condition number", order=chi ** (2 * l))

B31 = Claim(
    "xiao2020/B31",
    title="Ordered phase: the eigenvalues of the NNGP kernel by the inputs, at every depth",
    source="derived here, beside the table of the NNGP kernel",
    printed=r"\chi_1<1:\quad mq^*\Big(1-\frac{\chi_1^l}{m^2}\sum_{a,b}\gamma_{0,ab}\Big)\le\lambda_{\max}\le mq^*,\quad"
    r" \lambda_{\min}\le q^*\chi_1^l\gamma_{0,ab},\quad"
    r" \kappa\ge\frac{m\big(1-\frac{\chi_1^l}{m^2}\sum_{a',b'}\gamma_{0,a'b'}\big)}{\chi_1^l\gamma_{0,ab}}",
    note=r"For every depth, all inputs of variance $q^*$ and every two different ones of them, $\chi_1>0$ and a regular"
    r" kernel in the last two; $\gamma_0=1-c^{(0)}$.",
    beside=("xiao2020/B31-reported", "xiao2020/B31-limit"),
    parameters={"share": sp.S.One, "count": n},
    witnesses=((0, two_inputs(1, Fraction(-1))), (1, two_inputs(1, Fraction(99, 100))), (2, two_inputs(40))),
)


@B31.states
def B31_statement(share, count):
    bound = count * (1 - chi**l * mean(gaps)) / (chi**l * gap(p, q))
    return (
        replace(NNGP.frame, conclusion=le(n * (1 - share * chi**l * mean(gaps)), NNGP.high), label="largest"),
        replace(NNGP.pairs, conclusion=le(NNGP.low, share * chi**l * gap(p, q)), label="smallest"),
        replace(regular, conclusion=le(bound, NNGP.high / NNGP.low), label="condition number"),
    )


@B31.proves
def B31_proof(prove, goal, share, count):
    """gamma_l <= chi_1^l gamma_0 for every entry."""
    high, low, kappa = goal
    return [
        prove.chain(high, NNGP.largest_by_inputs(prove)),
        prove.chain(low, NNGP.smallest_by_inputs(prove)),
        _condition(prove, kappa, n * (1 - chi**l * mean(gaps)), NNGP.largest_by_inputs(prove)),
    ]


B31.mutant("a tenth of the gaps", share="1/10")
B31.mutant("twice the number of inputs", count=2 * n)

limit = Claim(
    "xiao2020/B31-limit",
    title="Ordered phase: the bulk of the NNGP kernel over chi_1^l tends to the projected matrix of zeta",
    source="derived, beside the table of the NNGP kernel",
    printed=r"d=1:\quad \lambda_i\sim\chi_1^l\mu_i,\quad \frac{\kappa\chi_1^l}{mq^*}\to\frac1{\mu_{\min}}",
    expected=Verdict.UNDECIDED,
    note="Not formal, as for xiao2020/B21-limit; the mu_i are those named there. Proved are the limits of the entries"
    " with their error (xiao2020/B12) and the bounds for every depth (xiao2020/B31).",
    beside=("xiao2020/B31", "xiao2020/B21-limit", "xiao2020/B12"),
)
