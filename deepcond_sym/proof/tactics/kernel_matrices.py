"""Kernel matrices of unit vectors by what is known of single correlations, and their condition numbers.

A kernel matrix has the entries f(x_i . x_j), with f = iterate(L, .) or ntk(L, .), and f(1) on its diagonal."""

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import sympy as sp

from ..language import (  # fmt: skip
    Relation,
    Statement,
    Term,
    Variable,
    column,
    eq,
    inner,
    interval,
    iterate,
    kronecker,
    largest,
    le,
    lt,
    maximum,
    off_maximum,
    row,
    smallest,
    substitute,
)
from ..normal_form import entries as entries_of
from ..step import RuleFailure, Step
from .arbitrary import no_less, scaled
from .monotone import L, one_stays

if TYPE_CHECKING:
    from ..proof import Proof, Use

_p, _q = (sp.Symbol(name, integer=True) for name in ("_p", "_q"))
_at_p, _at_q = (Variable(symbol, sp.S.One) for symbol in (_p, _q))
_x, _y, _u, _v, _d, _r, _m, _k = (sp.Symbol(f"_{name}", real=True) for name in "xyuvdrmk")
_slack, _more = interval(_u, 0, sp.oo), interval(_v, 0, sp.oo)
_anything = interval(_y, -sp.oo, sp.oo)
_positive = interval(_d, 0, sp.oo, "(")


def entries(prove: "Proof", bound: Step, rho: sp.Symbol, name: sp.Symbol, points: Variable) -> Step:
    """off_maximum of the kernel matrix <= U, given off_maximum of the inner products <= 1 - delta, from |f(rho)| <= U
    for all rho in [-1, 1] with |rho| <= 1 - delta (and what else the bound takes for granted)."""
    from ..proof import at, fact

    n, whole = points.symbol, bound.conclusion
    within = next((g for g in whole.given if g.lhs == sp.Abs(rho)), None)
    if within is None or not isinstance(whole.conclusion.lhs, sp.Abs):
        raise RuleFailure("the bound must be one of |f(rho)|, given |rho| <= 1 - delta")
    (kernel,), limit = whole.conclusion.lhs.args, whole.conclusion.rhs
    x = inner(name, row, column)
    others = tuple(g for g in whole.given if g != within)
    variables = (points, *(v for v in whole.variables if v.symbol != rho))
    goal = replace(
        whole, label="", variables=variables, given=(le(off_maximum(x, n), within.rhs), *others),
        conclusion=le(off_maximum(substitute(kernel, {rho: x}), n), limit),
    )  # fmt: skip
    places = (le(_p, n), le(_q, n), Relation(_p, "!=", _q))
    pair = replace(goal, variables=(*variables, _at_p, _at_q), given=(*goal.given, *places), conclusion=le(0, 0))
    correlation = substitute(x, {row: _p, column: _q})
    near = prove.chain(
        pair.conclude(le(sp.Abs(correlation), within.rhs)),
        prove.matrices("entry", pair, n, x, of="off_maximum", at=[_p, _q]),
        no_less(prove, off_maximum(x, n), within.rhs - off_maximum(x, n)),
    )
    each = prove.chain(
        pair.conclude(le(sp.Abs(substitute(kernel, {rho: correlation})), limit)),
        fact(near),
        at(bound, {rho: correlation}),
    )
    at_zero = sp.Abs(substitute(kernel, {rho: sp.S.Zero}))
    total = prove.polynomial(le(0, _u + _v), _slack, _more)
    positive = [fact(bound, {rho: 0}), fact(total, {_u: at_zero, _v: limit - at_zero})]
    given = replace(goal, given=(*goal.given, le(0, limit)))
    shown = prove.matrices(
        "bound", given, n, substitute(kernel, {rho: x}), limit, of="off_maximum", premises=[each], indices=[_p, _q]
    )
    return prove.chain(goal, *positive, shown)


def relative(prove: "Proof", shown: Step, diagonal: Term, *known: "Use") -> Step:
    """a/d <= b/d from a <= b, where 0 < d is known: the entries or eigenvalues of a matrix relative to its diagonal."""
    from ..proof import fact

    low, high = shown.conclusion.conclusion.lhs, shown.conclusion.conclusion.rhs
    inverse = fact(prove.polynomial(le(0, 1 / _d), _positive), {_d: diagonal})
    goal = shown.conclusion.conclude(le(low / diagonal, high / diagonal))
    return prove.chain(goal, *known, fact(shown), inverse, scaled(prove, 1 / diagonal, low, high))


def diagonal(prove: "Proof", frame: Statement, body: Term) -> tuple[Term, list[Step]]:
    """The entries on the diagonal, and why they are that: 1 for iterate(L, x_i . x_j)."""
    from ..proof import at

    on = entries_of(body)[1]
    if body.func != iterate:
        return on, []
    return sp.S.One, [prove.chain(frame.conclude(eq(on, 1)), at(one_stays(prove), {L: on.args[0]}))]


def below_diagonal(prove: "Proof", frame: Statement, body: Term, n: Term) -> tuple[Step, Step, Step]:
    """d <= minimum, maximum <= d and smallest <= d, for the entries d on the diagonal."""
    (d, why), on = diagonal(prove, frame, body), entries_of(body)[1]
    least, most = (
        prove.matrices("bound", frame, n, on, d, of=of, premises=why, indices=[_p, _q]) for of in ("minimum", "maximum")
    )
    lowest = prove.chain(
        frame.conclude(le(smallest(body, n), d)), prove.matrices("diagonal", frame, n, body),
        prove.matrices("entry", frame, n, on, of="minimum", at=[sp.S.One]), *why,
    )  # fmt: skip
    return least, most, lowest


def condition(prove: "Proof", bound: Step, small: Step, *known: "Use") -> Step:
    """largest/smallest <= (1 + (n - 1) b)/(1 - (n - 1) b), from off_maximum/d <= b and (n - 1) b < 1 (Gershgorin);
    `known` are facts that show 0 < d, if d is not 1."""
    from ..proof import at, fact

    frame, b = bound.conclusion, bound.conclusion.conclusion.rhs
    off = _only(off_maximum, bound.conclusion.conclusion.lhs)
    body, n = off.args
    least, most, lowest = below_diagonal(prove, frame, body, n)
    d, _ = diagonal(prove, frame, body)
    r, radius = (n - 1) * b, (n - 1) * off
    low, high = smallest(body, n), largest(body, n)
    multiplied = frame.conclude(le(off, b * d))
    largest_entry = bound if d == 1 else prove.chain(multiplied, *known, fact(bound), scaled(prove, d, off / d, b))
    within = prove.chain(
        frame.conclude(le(radius, r * d)), *known, fact(largest_entry), scaled(prove, n - 1, off, b * d)
    )
    disc = [
        prove.chain(
            frame.conclude(le(d - radius, low)), fact(least), no_less(prove, d - radius, _gap(least)),
            prove.matrices("gershgorin", frame, n, body),
        ),
        prove.chain(
            frame.conclude(le(high, d + radius)), fact(most),
            prove.matrices("gershgorin", frame, n, body, of="largest"),
            no_less(prove, maximum(entries_of(body)[1], n) + radius, _gap(most)),
        ),
    ]  # fmt: skip
    inside = [*known, fact(bound), fact(small), fact(within), *map(fact, (*disc, lowest))]
    # 0 <= (n - 1) off, because d - (n - 1) off <= smallest <= d
    share = prove.polynomial(le(0, ((_u + _v) + _x) / _d), _slack, _more, interval(_x, 0, sp.oo), _positive)
    from_zero = fact(share, {_u: low - (d - radius), _v: d - low, _x: r * d - radius, _d: d})
    below = prove.chain(
        frame.conclude(le(d * (1 - r), low)), *inside, no_less(prove, d * (1 - r), r * d - radius), disc[0]
    )
    above = prove.chain(
        frame.conclude(le(high, d * (1 + r))), *inside, disc[1], no_less(prove, d + radius, r * d - radius)
    )
    strictly = interval(_r, 0, 1, ")")
    lifted = prove.polynomial(lt(0, _d * (1 - _r) + _u), _positive, strictly, _slack)
    quotient = prove.polynomial(
        le((_d * (1 + _r) - _v) / (_d * (1 - _r) + _u), (1 + _r) / (1 - _r)), _positive, strictly, _slack, _more
    )
    values = {_d: d, _r: r, _u: low - d * (1 - r), _v: d * (1 + r) - high}
    facts = [*inside, from_zero, fact(below), fact(above)]
    positive = prove.chain(frame.conclude(lt(0, low)), *facts, at(lifted, _some(values, _d, _r, _u)))
    return prove.chain(
        frame.conclude(le(high / low, (1 + r) / (1 - r))), *facts, fact(positive), at(quotient, values)
    )


def _only(function: Any, side: Term) -> Term:
    """The one value of the function in a side of a premise."""
    calls = side.atoms(function)
    if len(calls) != 1:
        raise RuleFailure(f"{side} must have one {function.__name__} in it")
    return calls.pop()


def _some(values: dict[sp.Symbol, Term], *symbols: sp.Symbol) -> dict[sp.Symbol, Term]:
    return {symbol: values[symbol] for symbol in symbols}


def _gap(shown: Step) -> Term:
    """The right side less the left one."""
    return shown.conclusion.conclusion.rhs - shown.conclusion.conclusion.lhs


def trace(prove: "Proof", floor: Step, positive: Step, *known: "Use") -> Step:
    """largest/smallest <= 1 + n (1 - m)/m, from m <= smallest/d and 0 < m: the eigenvalues sum to n d at most."""
    from ..proof import at, fact

    frame, m = floor.conclusion, floor.conclusion.conclusion.lhs
    low = _only(smallest, floor.conclusion.conclusion.rhs)
    body, n = low.args
    high = largest(body, n)
    _, most, _ = below_diagonal(prove, frame, body, n)
    d, _ = diagonal(prove, frame, body)
    top = maximum(entries_of(body)[1], n)
    count = interval(_k, 1, sp.oo)
    total = prove.chain(
        frame.conclude(le(high + (n - 1) * low, n * d)), fact(most), prove.matrices("trace", frame, n, body),
        scaled(prove, n, top, d),
    )  # fmt: skip
    size, at_least = (_m + _u) * _d, interval(_m, 0, sp.oo, "(")
    values = {_m: m, _u: low / d - m, _d: d, _k: n, _v: n * d - high - (n - 1) * low}
    inside = [*known, fact(floor), fact(positive), fact(total)]
    lifted = prove.polynomial(lt(0, size), at_least, _slack, _positive)
    above = prove.chain(frame.conclude(lt(0, low)), *inside, at(lifted, _some(values, _m, _u, _d)))
    quotient = prove.polynomial(
        le((_k * _d - (_k - 1) * size - _v) / size, 1 + _k * (1 - _m) / _m), count, at_least, _slack, _positive, _more
    )
    return prove.chain(
        frame.conclude(le(high / low, 1 + n * (1 - m) / m)), *inside, fact(above), at(quotient, values)
    )


def floor(prove: "Proof", frame: Statement, body: Term, n: Term, delta: Term) -> Step:
    """f(1) - f(1 - delta) <= smallest of the matrix f(x_i . x_j), given delta <= smallest of the matrix x_i . x_j.

    M = K - delta I is positive semidefinite; so is f(M), by entries (Schur), and f(K) - f(M) is diagonal."""
    from ..proof import at, fact

    x = _only(inner, body)
    unit = kronecker(row, column)
    less = x - delta * unit
    f_less = body.xreplace({x: less})
    gap = entries_of(body)[1] - entries_of(f_less)[1]
    shifted = prove.matrices("shift", frame, n, x, -delta)
    known = smallest(x, n)
    back = prove.identity(frame.conclude(eq(known - delta, smallest(less, n))), using=[(shifted, {})])
    semidefinite = prove.chain(
        frame.conclude(le(0, smallest(less, n))),
        at(prove.polynomial(le(0, _u), _slack), {_u: known - delta}), back,
    )  # fmt: skip
    given = replace(frame, given=(*frame.given, semidefinite.conclusion.conclusion))
    series = prove.chain(
        frame.conclude(le(0, smallest(f_less, n))), fact(semidefinite), prove.matrices("semidefinite", given, n, f_less)
    )
    lifted = prove.matrices("shift", frame, n, f_less, gap)
    same = prove.matrices("equal", frame, n, f_less + gap * unit, body)
    value = smallest(f_less, n)
    raised = prove.identity(frame.conclude(eq(gap + value, smallest(f_less + gap * unit, n))), using=[(lifted, {})])
    return prove.chain(
        frame.conclude(le(gap, smallest(body, n))), fact(series), no_less(prove, gap, value), raised, same
    )

