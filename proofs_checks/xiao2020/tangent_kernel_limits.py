"""B13: the tangent kernel on the diagonal at every depth, and its limits on and off the diagonal.

Convention: Theta^(0) = 0 and inputs of variance q*, so p(l + 1) = q* + chi_1 p(l) with p(0) = 0. Off the diagonal the
covariance tends to q* c* and the slope to chi_{c*}; nothing else is assumed of them."""

import sympy as sp

from deepcond_sym.proof import Claim, Sequence, eq, forall, index, interval, limit, lt, ne, tending

l, layers = index("l")
q, chi, chi_c, c, start = sp.symbols("q chi chi_c c a", real=True)
K, X = sp.symbols("K X", real=True)
_p, _pab = (sp.Function(name, real=True) for name in ("p", "p_ab"))

variance = interval(q, 0, sp.oo, "(")
slope = interval(chi, 0, sp.oo)
fixed_point = interval(c, 0, 1)
off_slope = interval(chi_c, 0, sp.oo)

claim = Claim(
    "xiao2020/B13",
    title="The tangent kernel on the diagonal at every depth, and its limits",
    source="authors' notebook, cells 30-31 and 37-38 (the limits); the form for every depth is derived",
    provenance="as reported",
    printed=r"p^{(l)}=q^*\frac{1-\chi_1^l}{1-\chi_1}\ (\chi_1\ne1);\quad p^*=\frac{q^*}{1-\chi_1}\ (\chi_1<1);\quad"
    r" p^*_{ab}=\frac{q^*c^*}{1-\chi_{c^*}}\ (\chi_{c^*}<1)",
    parameters={
        "form": q * (1 - chi**l) / (1 - chi),
        "first": 0,
        "diagonal": q / (1 - chi),
        "off_diagonal": q * c / (1 - chi_c),
    },
)


@claim.states
def statement(form, first, diagonal, off_diagonal):
    p = Sequence("p", l, 0, first, q + chi * _p(l))
    p_ab = Sequence("p_ab", l, 0, start, tending(K, l, q * c) + tending(X, l, chi_c) * _pab(l))
    anywhere = interval(start, -sp.oo, sp.oo)
    return (
        forall(layers, variance, slope, given=[ne(chi, 1)], sequences=[p], holds=eq(p(l), form), label="every depth"),
        forall(
            variance, slope, given=[lt(chi, 1)], sequences=[p],
            holds=eq(limit(sp.Symbol("p", real=True)), diagonal), label="limit on the diagonal",
        ),
        forall(
            variance, fixed_point, off_slope, anywhere, given=[lt(chi_c, 1)], sequences=[p_ab],
            holds=eq(limit(sp.Symbol("p_ab", real=True)), off_diagonal), label="limit off the diagonal",
        ),
    )  # fmt: skip


@claim.proves
def proof(prove, goal, form, first, diagonal, off_diagonal):
    """A geometric sum by induction, and the limit of a linear recursion with convergent coefficients."""
    every_depth, on_diagonal, off = goal
    return [prove.closed_form(every_depth), prove.recurrence_limit(on_diagonal), prove.recurrence_limit(off)]


claim.mutant("one power too many", form=q * (1 - chi ** (l + 1)) / (1 - chi))
claim.mutant("the notebook's start Theta^(0) = K^(0)", first=q)
claim.mutant("the diagonal limit with 1 + chi", diagonal=q / (1 + chi))
claim.mutant("the off-diagonal limit without c*", off_diagonal=q / (1 - chi_c))
