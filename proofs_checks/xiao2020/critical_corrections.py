"""Against the corrections O(1), O(1), O(1/l) that are reported for the critical row: for every bound R there is a depth
from which on the difference exceeds it, for erf at every bias variance."""

from dataclasses import replace
from fractions import Fraction

import sympy as sp

from deepcond_sym.proof import (
    Claim,
    Instance,
    Proof,
    Statement,
    Step,
    at,
    column,
    eq,
    fact,
    interval,
    kronecker,
    largest,
    le,
    lt,
    row,
    smallest,
)  # fmt: skip
from deepcond_sym.proof.proof import Use
from deepcond_sym.proof.tactics.arbitrary import no_less
from deepcond_sym.proof.tactics.power_gaps import adds

from .critical_depth import kernel, once, start
from .critical_expansion import about_logarithm, log
from .critical_logarithm import kernel_at_most, kernel_high, slope
from .critical_map import t
from .critical_tangent import not_negative
from .near_constant import n, several
from .setting import l

R = sp.Symbol("R", real=True)
bound = interval(R, 0, sp.oo)
frame = replace(once, variables=(*once.variables, several, bound), conclusion=le(0, 0))

body = kernel() + (l - kernel()) * kronecker(row, column)
"""Theta^(l)/q* of n points, each two of which have the correlation c_0 at the input."""

low, high = smallest(body, n), largest(body, n)
deep = lt(R + kernel_high, slope * log)
"""From this depth on; by B57 it comes for every R, as |kappa'| > 0."""

_u, _v, _w, _y = sp.symbols("_u _v _w _y", real=True)
_free, _slack, _positive = interval(_y, -sp.oo, sp.oo), interval(_u, 0, sp.oo), interval(_w, 0, sp.oo, "(")

claim = Claim(
    "xiao2020/B57-corrections",
    title="Critical erf: no bounded correction to the leading terms, at any bias variance",
    source="derived here, against the critical row of the NTK table",
    printed=r"\forall R\ \exists l_0\ \forall l\ge l_0:\quad\frac{m+2}3\,l-\frac{\lambda_{\max}}{q^*}>(m-1)R,\quad"
    r"\frac{\lambda_{bulk}}{q^*}-\frac23\,l>R,\quad l\,\Big(\frac{m+2}2-\kappa\Big)>\frac32mR",
    note=r"For every bias variance, every $m\ge2$ and every $c_0\in[0,1)$, for $m$ inputs each two of which have the"
    r" correlation $c_0$; the depth is explicit: $\frac{|\kappa'|}3\log l>R+H$, with the constant $H$ of xiao2020/B57"
    r" above which $\frac{p_{ab}}{q^*}-\frac l3+\frac{|\kappa'|}3\log l$ does not go. So $\lambda_{\max}=\frac{m+2}3"
    r"lq^*+mO(1)$, $\lambda_{bulk}=\frac23lq^*+O(1)$ and $\kappa=\frac{m+2}2+mO(l^{-1})$ are false, whatever the"
    r" constants. The bulk is stated as the smallest eigenvalue, which the others are not below.",
    beside=("xiao2020/B57", "xiao2020/B24-reported", "xiao2020/B25-reported", "xiao2020/B26-reported"),
    parameters={"factor": slope, "shares": (n - 1, sp.S.One, 3 * n / 2)},
    witnesses=(
        (0, Instance({l: Fraction(1500), t: Fraction(1, 5), start: Fraction(0), n: Fraction(2), R: Fraction(30)})),
        (0, Instance({l: Fraction(2000), t: Fraction(1, 5), start: Fraction(0), n: Fraction(2), R: Fraction(1, 2)})),
    ),
)  # fmt: skip


@claim.states
def statement(factor, shares):
    given = (lt(R + kernel_high, factor * log),)
    differences = (n + 2) * l / 3 - high, low - 2 * l / 3, l * ((n + 2) / 2 - high / low)
    labels = "largest", "bulk", "condition number"
    return tuple(
        replace(frame, given=given, conclusion=lt(share * R, difference), label=label)
        for share, difference, label in zip(shares, differences, labels, strict=True)
    )


@claim.proves
def proof(prove, goal, factor, shares):
    """Such a matrix is (l - p_ab) I + p_ab 11^T, and p_ab < l/3 - R."""
    top, bulk, kappa = goal
    known = known_entries(prove, top)
    at_most, at_least = largest_at_most(prove, top), smallest_at_least(prove, bulk)
    value, room = kernel(), l / 3 - R - kernel()
    larger = prove.polynomial(lt(_y, _y + (n - 1) * _w + _u), _free, several, _positive, _slack)
    above = prove.polynomial(lt(_y, _y + _w + _u), _free, _positive, _slack)
    total = l + (n - 1) * value
    return [
        prove.chain(
            top, *known, fact(at_most),
            at(larger, {_y: (n - 1) * R, _w: room, _u: total - high}),
        ),
        prove.chain(bulk, *known, fact(at_least), at(above, {_y: R, _w: room, _u: low - l + value})),
        _condition(prove, kappa, known, at_most, at_least),
    ]  # fmt: skip


def known_entries(prove: Proof, goal: Statement) -> list[Use]:
    """p_ab < l/3 - R, 0 <= p_ab, and 0 < l - p_ab."""
    known = [*about_logarithm(prove), fact(kernel_at_most(prove)), fact(not_negative(prove))]
    slack = prove.polynomial(lt(_y, _y + _w), _free, _positive)
    limit = l / 3 - slope * log + kernel_high
    below = prove.chain(
        goal.conclude(lt(kernel(), l / 3 - R)), *known, adds(prove, kernel(), limit - kernel()),
        at(slack, {_y: limit, _w: slope * log - R - kernel_high}),
    )  # fmt: skip
    rest = prove.polynomial(lt(0, _w + R + 2 * l / 3), _positive, bound, once.variables[0])
    return [*known, fact(below), fact(rest, {_w: l / 3 - R - kernel()})]


def largest_exact(prove: Proof, frame: Statement) -> Step:
    """l + (n - 1) p = largest."""
    return _largest(prove, frame, l + (n - 1) * kernel(), high)


def largest_at_most(prove: Proof, frame: Statement) -> Step:
    """largest <= l + (n - 1) p."""
    exact = _largest(prove, frame, high, l + (n - 1) * kernel())
    return prove.chain(frame.conclude(le(high, l + (n - 1) * kernel())), exact)


def _largest(prove: Proof, frame: Statement, left: sp.Expr, right: sp.Expr) -> Step:
    """An equality between largest and l - p + n p."""
    p = kernel()
    positive = replace(frame, given=(*frame.given, le(0, p)))
    laws = [
        prove.matrices("shift", frame, n, p, l - p, of="largest"),
        prove.matrices("scale", positive, n, 1, p, of="largest"), prove.matrices("ones", frame, n, 1, of="largest"),
    ]  # fmt: skip
    same = prove.identity(positive.conclude(eq(left, right)), using=[(law, {}) for law in laws])
    return prove.chain(frame.conclude(eq(left, right)), fact(not_negative(prove)), at(same, {}))


def smallest_at_least(prove: Proof, frame: Statement) -> Step:
    """l - p <= smallest."""
    p = kernel()
    positive = replace(frame, given=(*frame.given, le(0, p)))
    shift = prove.matrices("shift", frame, n, p, l - p)
    back = prove.identity(frame.conclude(eq(l - p + smallest(p, n), low)), using=[(shift, {})])
    return prove.chain(
        frame.conclude(le(l - p, low)), fact(not_negative(prove)),
        fact(prove.matrices("semidefinite", positive, n, p)), no_less(prove, l - p, smallest(p, n)), back,
    )  # fmt: skip


def _condition(prove: Proof, goal: Statement, known: list[Use], at_most: Step, at_least: Step) -> Step:
    """l ((n + 2)/2 - kappa) >= l ((n + 2)/2 - (l + (n - 1) p)/(l - p)) = 3/2 n l (l/3 - p)/(l - p) > 3/2 n R."""
    p, room = kernel(), l / 3 - R - kernel()
    # with e = l - p: 3/2 n l (R + w)/e, where e <= l
    share = prove.polynomial(
        lt(3 * n * R / 2, 3 * n * (_y + _u) * (R + _w) / (2 * _y)), several, bound, interval(_y, 0, sp.oo, "("), _slack,
        _positive,
    )  # fmt: skip
    worse = prove.polynomial(
        le(l * ((n + 2) / 2 - _w / _y), l * ((n + 2) / 2 - (_w - _v) / (_y + _u))), once.variables[0], several,
        _positive, interval(_y, 0, sp.oo, "("), _slack, interval(_v, 0, sp.oo),
    )  # fmt: skip
    e, top = l - p, l + (n - 1) * p
    positive = prove.polynomial(lt(0, _w + _u), _positive, _slack)
    total = prove.polynomial(lt(0, l + (n - 1) * _u), once.variables[0], several, _slack)
    return prove.chain(
        goal, *known, fact(at_most), fact(at_least), fact(positive, {_w: e, _u: low - e}), fact(total, {_u: p}),
        at(share, {_y: e, _u: p, _w: room}), at(worse, {_w: top, _v: top - high, _y: e, _u: low - e}),
    )  # fmt: skip


claim.mutant("half the depth's logarithm will do", factor=2 * slope)
claim.mutant("100 (m - 1) R", shares=(100 * (n - 1), sp.S.One, 3 * n / 2))
