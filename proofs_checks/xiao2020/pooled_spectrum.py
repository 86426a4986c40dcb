"""The factor d of pooling in the critical and chaotic rows: eigenvalues of the kernel of m images of d pixels each, by
what is known of the entries for pairs of pixels. Those are between fully connected ones (B45-limits)."""

from dataclasses import replace
from fractions import Fraction
from typing import Any

import sympy as sp

from deepcond_sym.proof import Claim, Instance, Statement, fact, interval, largest, le, lt, smallest

from .pooled_steps import Pooled, body, condition, d, delta, denominators, frame, m, several
from .setting import from_one, l

_k, _r, _g = sp.symbols("kappa r gamma", real=True)
"""kappa' of the map of one layer; the kernel of two different pixels over that of a pixel with itself, and 1 - c."""

radius = m * delta
critical = Pooled(l, l / 3 + _k * sp.log(l) / 3)
relu = Pooled(l, l / 4 + 3 * sp.log(l) / 8)
relative = Pooled(sp.S.One, _r)
near_one = Pooled(sp.S.One, 1 - _g)
variables = {
    near_one: (interval(_g, 0, 1),),
    critical: (from_one, interval(_k, -sp.oo, sp.oo)), relu: (from_one,), relative: (interval(_r, 0, 1, ")"),),
}  # fmt: skip

_GENERAL = (
    r" The formal statement is about every matrix of m images with entries within $\delta$ of $s$ off the diagonal and"
    r" of $s+(p-s)/d$ on it, which pooling makes of $p$ for a pixel with itself and $s$ for two pixels; here {0}."
)
_CRITICAL = _GENERAL.format(
    r"$p=l$ and $s=\frac l3+\frac{\kappa'}3\log l$ with $\delta=O(1)$, by B57 and B45-limits for erf, in units of $q^*$"
)
_BULK = (
    r" The smallest eigenvalue is bounded from below, and from above the largest one of the kernel less"
    r" $s\,\mathbf{11}^\top$: the change has rank one, so that all m - 1 bulk eigenvalues are between these bounds."
)


def two_images(p: int, s: str, **values: int | Fraction) -> Instance:
    """Two images of two pixels, whose kernel has these entries."""
    off, error = Fraction(s), Fraction(1, 10**4)
    on = (p + off) / 2
    rows = tuple(tuple(on if i == j else off for j in range(3)) for i in range(3))
    named = {"l": l, "kappa": _k, "r": _r, "gamma": _g}
    symbols = {m: 2, d: 2, delta: error, **{named[name]: v for name, v in values.items()}}
    return Instance({symbol: Fraction(value) for symbol, value in symbols.items()}, matrices={"F": rows})


_witnesses = {
    critical: two_images(8, "1.97352", l=8, kappa=-1), relu: two_images(8, "2.77979", l=8),
    relative: two_images(1, "1/2", r=Fraction(1, 2)), near_one: two_images(1, "1/2", gamma=Fraction(1, 2)),
}  # fmt: skip
"""The entries s, with log 8 = 2.07944, are right to 1e-5."""


def largest_near(pooled: Pooled, value: sp.Expr) -> tuple[Statement, ...]:
    """|largest - value| <= m delta."""
    whole, top = frame(pooled, *variables[pooled]), largest(body, m)
    return (
        replace(whole, conclusion=le(value - radius, top), label="largest, from below"),
        replace(whole, conclusion=le(top, value + radius), label="largest, from above"),
    )


def bulk_near(pooled: Pooled, value: sp.Expr) -> tuple[Statement, ...]:
    """The eigenvalues of the bulk are within m delta of the value."""
    whole = frame(pooled, *variables[pooled])
    return (
        replace(whole, conclusion=le(value - radius, smallest(body, m)), label="bulk, from below"),
        replace(whole, conclusion=le(largest(pooled.rest, m), value + radius), label="bulk, from above"),
    )


def condition_near(pooled: Pooled, top: sp.Expr, bulk: sp.Expr) -> tuple[Statement, ...]:
    """(top - m delta)/(bulk + 2 delta) <= kappa <= (top + m delta)/(bulk - m delta), given m delta < bulk."""
    whole = frame(pooled, *variables[pooled], given=(lt(radius, pooled.bulk),), size=several)
    kappa = largest(body, m) / smallest(body, m)
    return (
        replace(whole, conclusion=le((top - radius) / (bulk + 2 * delta), kappa), label="kappa, from below"),
        replace(whole, conclusion=le(kappa, (top + radius) / (bulk - radius)), label="kappa, from above"),
    )


def eigenvalues(prove, goals, pooled: Pooled) -> list:
    """Gershgorin's theorem for the kernel less s, and Weyl's inequalities."""
    named = {"largest, from below": "largest from below", "largest, from above": "largest from above",
             "bulk, from below": "bulk from below", "bulk, from above": "rest"}  # fmt: skip
    steps = pooled.bounds(prove, goals[0])
    return [prove.chain(goal, steps[named[goal.label]]) for goal in goals]


def conditions(prove, goals, pooled: Pooled) -> list:
    """By the bounds for both eigenvalues."""
    sides = {"kappa, from below": False, "kappa, from above": True}
    bounds = [condition(prove, goal, pooled, upper=sides[goal.label]) for goal in goals]
    pairs = zip(goals, bounds, strict=True)
    return [prove.chain(goal, *denominators(prove, goal, pooled), bound) for goal, bound in pairs]


def declare(claim: Claim, pooled: Pooled, kind: str) -> None:
    """The statements and the proof of a claim whose parameters are the values of the limits."""
    builders = {"largest": largest_near, "bulk": bulk_near, "condition": condition_near}

    @claim.states
    def statement(**values):
        return builders[kind](pooled, *values.values())

    @claim.proves
    def proof(prove, goals, **_):
        """Gershgorin for the kernel less its common entry, and Weyl."""
        return (conditions if kind == "condition" else eigenvalues)(prove, goals, pooled)


_log = sp.log(l)
_top = (m * d + 2) * l / (3 * d) + m * _k / 3 * (1 - 1 / (m * d)) * _log
_bulk = 2 * l / (3 * d) - _k * _log / (3 * d)


def _about(
    row: str, title: str, printed: str, note: str, pooled: Pooled, *, count: int = 2, **values: sp.Expr
) -> dict[str, Any]:
    """What a claim says of itself beside its id."""
    return {
        "title": title, "source": "derived", "printed": printed, "note": note, "parameters": values,
        "beside": ("xiao2020/B45-limits", "xiao2020/B55-pooling", f"xiao2020/{row}"),
        "witnesses": tuple((i, _witnesses[pooled]) for i in range(count)),
    }  # fmt: skip


critical_largest = Claim("xiao2020/B24-pooled", **_about(
    "B24", "With pooling, critical: the largest eigenvalue",
    r"\lambda_{\max}=\frac{md+2}{3d}lq^*+\frac{m\kappa'}3\Big(1-\frac1{md}\Big)q^*\log l+O(1)",
    r"The $O(1)$ is at most $m\delta$." + _CRITICAL, critical, top=_top,
))  # fmt: skip
declare(critical_largest, critical, "largest")
critical_largest.mutant("(md + 1)/(3d) in place of (md + 2)/(3d)", top=_top - l / (3 * d))
critical_largest.mutant("the logarithm without 1 - 1/(md)", top=_top + _k * _log / (3 * d))

critical_bulk = Claim("xiao2020/B25-pooled", **_about(
    "B25", "With pooling, critical: the bulk",
    r"\lambda_{bulk}=\frac2{3d}lq^*-\frac{\kappa'}{3d}q^*\log l+O(1)",
    r"The $O(1)$ is at most $m\delta$." + _BULK + _CRITICAL, critical, bulk=_bulk,
))  # fmt: skip
declare(critical_bulk, critical, "bulk")
critical_bulk.mutant("2/3 in place of 2/(3d)", bulk=_bulk * d)
critical_bulk.mutant("1/(3d) in place of 2/(3d)", bulk=_bulk - l / (3 * d))

critical_condition = Claim("xiao2020/B26-pooled", **_about(
    "B26", "With pooling, critical: the condition number",
    r"\kappa=\frac{md+2}2+\frac34md\,\kappa'\,\frac{\log l}l+O(1/l)",
    r"Stated as the quotient of both eigenvalues with their errors, from which the expansion is read off:"
    r" $1+md\frac s{p-s}$ with $\frac s{p-s}=\frac12+\frac34\kappa'\frac{\log l}l+\dots$." + _CRITICAL, critical,
    top=_top, bulk=_bulk,
))  # fmt: skip
declare(critical_condition, critical, "condition")
critical_condition.mutant("the largest eigenvalue with (md + 1)/(3d)", top=_top - l / (3 * d))
critical_condition.mutant("the bulk without 1/d", bulk=_bulk * d)

_relu = _GENERAL.format(
    r"$p=l$ and $s=\frac l4+\frac38\log l$ with $\delta=O(1)$, for ReLU at $(2,0)$, in units of $q^*$"
)
_relu_top = (m * d + 3) * l / (4 * d) + 3 * m / 8 * (1 - 1 / (m * d)) * _log
_relu_bulk = 3 * l / (4 * d) - 3 * _log / (8 * d)

relu_largest = Claim("xiao2020/B40-pooled", **_about(
    "B40", "With pooling, ReLU: the largest eigenvalue", r"\lambda_{\max}\sim\frac{md+3}{4d}lq^*",
    r"With the next term, $\frac38m(1-\frac1{md})q^*\log l$, and an error of at most $m\delta$." + _relu, relu,
    top=_relu_top,
))  # fmt: skip
declare(relu_largest, relu, "largest")
relu_largest.mutant("(md + 2)/(4d)", top=_relu_top - l / (4 * d))
relu_largest.mutant("(md + 3)/(3d)", top=_relu_top * sp.Rational(4, 3))

relu_bulk = Claim("xiao2020/B40-pooled-bulk", **_about(
    "B40", "With pooling, ReLU: the bulk", r"\lambda_{bulk}\sim\frac3{4d}lq^*",
    r"With the next term, $-\frac3{8d}q^*\log l$, and an error of at most $m\delta$." + _BULK + _relu, relu,
    bulk=_relu_bulk,
))  # fmt: skip
declare(relu_bulk, relu, "bulk")
relu_bulk.mutant("3/4 in place of 3/(4d)", bulk=_relu_bulk * d)
relu_bulk.mutant("2/(3d), as for smooth activations", bulk=_relu_bulk - l / (12 * d))

relu_condition = Claim("xiao2020/B40-pooled-kappa", **_about(
    "B40", "With pooling, ReLU: the condition number",
    r"\kappa=\frac{md+3}3+\frac23md\,\frac{\log l}l+\dots",
    r"Stated as the quotient of both eigenvalues with their errors, from which the expansion is read off:"
    r" $1+md\frac s{p-s}$ with $\frac s{p-s}=\frac13+\frac23\frac{\log l}l+\dots$." + _relu, relu,
    top=_relu_top, bulk=_relu_bulk,
))  # fmt: skip
declare(relu_condition, relu, "condition")
relu_condition.mutant("(md + 2)/(4d) in the largest eigenvalue", top=_relu_top - l / (4 * d))
relu_condition.mutant("the bulk without 1/d", bulk=_relu_bulk * d)

_relative = _GENERAL.format(r"$p=1$ and $s=r<1$, the kernel over that of a pixel with itself")
_share_top, _share_bulk = (1 + (m * d - 1) * _r) / d, (1 - _r) / d

chaotic = Claim("xiao2020/B28-pooled", **_about(
    "B28", "With pooling, chaotic: both eigenvalues",
    r"\lambda_{\max},\lambda_{bulk}\sim\frac1d\frac{q^*}{\chi_1-1}\chi_1^l",
    r"In units of $p^{(l)}\sim\frac{q^*}{\chi_1-1}\chi_1^l$ (B15) and up to $m\delta$, where $r$, $\delta$ are of order"
    r" $\chi_1^{-l}$ by B54 and B45-limits: $\lambda_{\max}=\frac{1+(md-1)r}d$, $\lambda_{bulk}=\frac{1-r}d$." + _BULK
    + _relative, relative, count=4, top=_share_top, bulk=_share_bulk,
))  # fmt: skip


@chaotic.states
def chaotic_statement(top, bulk):
    return (*largest_near(relative, top), *bulk_near(relative, bulk))


@chaotic.proves
def chaotic_proof(prove, goals, **_):
    """Gershgorin for the kernel less its common entry, and Weyl."""
    return eigenvalues(prove, goals, relative)


chaotic.mutant("the largest eigenvalue without 1/d", top=_share_top * d)
chaotic.mutant("the bulk without 1/d", bulk=_share_bulk * d)

chaotic_condition = Claim("xiao2020/B29-pooled", **_about(
    "B29", "With pooling, chaotic: the condition number",
    r"(\kappa-1)\chi_1^l\to md\,p^*_{ab}(\chi_1-1)/q^*",
    r"$\kappa-1$ is $\frac{mdr}{1-r}$ up to the errors; by B54 and B45-limits $r\chi_1^l\to p^*_{ab}(\chi_1-1)/q^*$ and"
    r" $\delta=o(\chi_1^{-l})$." + _relative, relative,
    least=(m * d * _r - 2 * d * delta - m * d * delta) / (1 - _r + 2 * d * delta),
    most=(m * d * _r + 2 * m * d * delta) / (1 - _r - m * d * delta),
))  # fmt: skip


def _quotients() -> tuple[Statement, ...]:
    return condition_near(relative, _share_top, _share_bulk)


@chaotic_condition.states
def chaotic_condition_statement(least, most):
    low, high = _quotients()
    kappa = low.conclusion.rhs
    return replace(low, conclusion=le(1 + least, kappa)), replace(high, conclusion=le(kappa, 1 + most))


@chaotic_condition.proves
def chaotic_condition_proof(prove, goals, **_):
    """By the bounds for both eigenvalues, times d."""
    steps, larger = [], sp.symbols("_y _z", real=True)
    product = prove.polynomial(lt(0, larger[0] * larger[1]), *(interval(z, 0, sp.oo, "(") for z in larger))
    for goal, step in zip(goals, conditions(prove, _quotients(), relative), strict=True):
        known = denominators(prove, goal, relative)
        least = relative.bulk - radius, relative.bulk + 2 * delta
        known += [fact(product, {larger[0]: d, larger[1]: bound}) for bound in least]
        steps.append(prove.chain(goal, *known, step))
    return steps


chaotic_condition.mutant("m in place of md, from above", most=(m * _r + 2 * m * d * delta) / (1 - _r - m * d * delta))
chaotic_condition.mutant("a factor 2, from below", least=2 * m * d * _r / (1 - _r))

_fixed = _GENERAL.format(r"$p=1$ and $s=r=c^*<1$, in units of $q^*$; $\delta=O(\chi_{c^*}^l)$ by B45-limits")

covariances = Claim("xiao2020/B33-pooled", **_about(
    "B33", "With pooling, chaotic: eigenvalues of the NNGP kernel",
    r"\lambda_{\max}\to\Big(mc^*+\frac{1-c^*}d\Big)q^*,\quad\lambda_{bulk}=\frac{(1-c^*)q^*}d+\frac1dO(\chi_{c^*}^l),\quad"
    r"\kappa=1+\frac{dmc^*}{1-c^*}+dmO(\chi_{c^*}^l)",
    r"Up to $m\delta$; $\kappa$ is the quotient." + _BULK + _fixed, relative, count=6,
    top=m * _r + (1 - _r) / d, bulk=_share_bulk,
))  # fmt: skip


@covariances.states
def covariances_statement(top, bulk):
    return (*largest_near(relative, top), *bulk_near(relative, bulk), *condition_near(relative, top, bulk))


@covariances.proves
def covariances_proof(prove, goals, **_):
    """Gershgorin for the kernel less its common entry, and Weyl."""
    return [*eigenvalues(prove, goals[:4], relative), *conditions(prove, goals[4:], relative)]


covariances.mutant("(m - 1) c* + 1/d, as reported", top=(m - 1) * _r + 1 / d)
covariances.mutant("the bulk without 1/d", bulk=_share_bulk * d)

_near_one = _GENERAL.format(r"$p=1$ and $s=1-\gamma$, in units of $q^*$, where $l\gamma\to1/A$ by B51 and B45-limits")

critical_covariances = Claim("xiao2020/B32-pooled", **_about(
    "B32", "With pooling, critical: eigenvalues of the NNGP kernel",
    r"\lambda_{\max}=mq^*+mO(l^{-1}),\quad l\lambda_{bulk}/q^*\to\frac1{dA},\quad\kappa/l\to mdA",
    r"Up to $m\delta$, where $\delta$ is of smaller order than $\gamma$: $\lambda_{\max}=m-(m-\frac1d)\gamma$,"
    r" $\lambda_{bulk}=\frac\gamma d$, and $\kappa$ is the quotient." + _BULK + _near_one, near_one, count=6,
    top=m - (m - 1 / d) * _g, bulk=_g / d,
))  # fmt: skip


@critical_covariances.states
def critical_covariances_statement(top, bulk):
    return (*largest_near(near_one, top), *bulk_near(near_one, bulk), *condition_near(near_one, top, bulk))


@critical_covariances.proves
def critical_covariances_proof(prove, goals, **_):
    """Gershgorin for the kernel less its common entry, and Weyl."""
    return [*eigenvalues(prove, goals[:4], near_one), *conditions(prove, goals[4:], near_one)]


critical_covariances.mutant("the largest eigenvalue with m - 1", top=m - (m - 1) * _g)
critical_covariances.mutant("the bulk without 1/d", bulk=_g)
