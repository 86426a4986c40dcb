"""B29: in the chaotic phase the condition number of the tangent kernel tends to 1 like m p*_ab (chi_1 - 1) chi_1^-l."""


import sympy as sp

from deepcond_sym.proof import Claim, Proof, Statement, Step, at, fact, forall, interval, le, lt
from deepcond_sym.proof.tactics.power_gaps import b

from .chaotic_eigenvalues import at_depth
from .chaotic_matrices import data, diagonal_value, error, tangent
from .chaotic_spectrum import TANGENT, Limit
from .chaotic_steps import NON_AFFINE, below_one, fixed, settled
from .near_equicorrelated import Bounds, a, e, m, several
from .setting import chi, from_one, l

_u, _w = sp.symbols("_u _w", real=True)

claim = Claim(
    "xiao2020/B29",
    title="Chaotic phase: the condition number of the tangent kernel, from both sides",
    source="the table of the tangent kernel, chaotic phase, with constants",
    provenance="derived here",
    printed=r"\chi_1>1,\ d=1:\quad(\kappa-1)\,\chi_1^l\to m\,p^*_{ab}\,\frac{\chi_1-1}{q^*}",
    note=r"With constants, at every depth at which the first denominator is positive:"
    r" $\frac{m(p^*_{ab}-E_l)}{p^{(l)}-p^*_{ab}+E_l}\le\kappa-1\le"
    r"\frac{m\,p^*_{ab}+2(m-1)E_l}{p^{(l)}-p^*_{ab}-(m-1)E_l}$,"
    r" with $E_l=O(l\chi_{c^*}^l)$ as in xiao2020/B28 and $p^{(l)}=q^*\frac{\chi_1^l-1}{\chi_1-1}$; times $\chi_1^l$"
    r" both sides tend to that limit. The factor $m$ is hidden in what is reported (xiao2020/B29-reported). For"
    r" inputs with $0\le x_i\cdot x_j\le c^*$ and $m\ge2$, in units of $q^*$, $\Theta^{(0)}=0$; with the notebook's"
    r" start the limit is divided by $\chi_1$. For $d$ pixels whose pairs are at the limit, $m$ becomes $md$"
    r" (xiao2020/B55).",
    beside=("xiao2020/B28", "xiao2020/B29-reported", "xiao2020/B54", "xiao2020/B55"),
    parameters={"limit": settled, "on": diagonal_value, "error": error, "size": m},
    witnesses=((0, at_depth(6, 3, "1/2")), (1, at_depth(6, 3, "1/2")), (1, at_depth(6, 3, "0"))),
)


@claim.states
def statement(limit, on, error, size):
    low, top = on - limit - (m - 1) * error, on - limit + error
    frame = {"given": [fixed, data, lt(0, on - settled - (m - 1) * error)], "family": NON_AFFINE}
    box = (several, below_one, from_one)
    return (
        forall(*box, **frame, holds=le(size * (limit - error) / top, tangent.condition - 1), label="from below"),
        forall(
            *box, **frame, holds=le(tangent.condition - 1, (size * limit + 2 * (m - 1) * error) / low),
            label="from above",
        ),
    )  # fmt: skip


@claim.proves
def proof(prove, goal, limit, on, error, size):
    """The bounds for both eigenvalues, xiao2020/B28."""
    bounds = Bounds(prove, tangent, lt((m - 1) * e, tangent.on - a), size=several)
    shown = bounds.excess_from_below(), bounds.excess_from_above()
    return [of_excess(prove, part, step, bounds, TANGENT) for part, step in zip(goal, shown, strict=True)]


def of_excess(prove: Proof, goal: Statement, bound: Step, bounds: Bounds, limit: Limit) -> Step:
    """With the limits put in, given 0 < D - a - (m - 1) E, which makes the smallest eigenvalue positive."""
    wide = prove.polynomial(lt(0, _w + m * _u), interval(_w, 0, sp.oo, "("), several, interval(_u, 0, sp.oo))
    same = prove.polynomial(lt(0, _w), interval(_w, 0, sp.oo, "("))
    known = [*limit.known(prove), fact(limit.error_positive(prove))]
    facts, positive = [], []
    for use, term in ((at(same, {_w: limit.low}), limit.low), (at(wide, {_w: limit.low, _u: limit.error}), limit.top)):
        there = term.xreplace({limit.on: limit.kernel.on})
        facts.append(fact(prove.chain(goal.conclude(lt(0, term)), *known, use)))
        moved = prove.chain(
            goal.conclude(lt(0, there)), *known, facts[-1], use, limit.equal(prove, goal, term, there)
        )
        facts.append(fact(moved))
        positive += [lt(0, term), lt(0, there)]
    facts.append(fact(bounds.smallest_positive(), {a: limit.off, e: limit.error}))
    positive.append(lt(0, limit.kernel.least))
    return limit.shown(prove, goal, bound, *facts, positive=tuple(positive))


claim.mutant("m - 1 in place of m", size=m - 1)
claim.mutant("m + 1 in place of m", size=m + 1)
claim.mutant("the notebook's start", on=(chi ** (l + 1) - 1) / (chi - 1))
claim.mutant("the limit without the slope", limit=b)
