"""B44: dropout before the last layer keeps the condition number of the ordered phase bounded."""

from dataclasses import replace
from fractions import Fraction

import sympy as sp

from deepcond_sym.proof import Claim, Instance, eq, fact, forall, interval, largest, le, lt, smallest

from .pooled_steps import Pooled, body, condition, d, delta, denominators, frame, m, several
from .pooled_steps import pixels as _pixels

p, keep, bias = sp.symbols("p rho sigma_b2", real=True)
rates = interval(keep, 0, 1, "()")
_variables = interval(p, 0, sp.oo, "("), rates, interval(bias, 0, sp.oo)
radius = m * delta
gained = (1 / keep - 1) * (p - bias)
"""What dropout adds to the diagonal in the limit."""

limit = Pooled(p + d * gained, p)
"""p* off the diagonal, and that much more on it: there are no pixels here."""

_rows = tuple(tuple(Fraction(7, 2) if i == j else Fraction(2) for j in range(3)) for i in range(3))
_AT = Instance(
    {m: Fraction(2), delta: Fraction(1, 1000), p: Fraction(2), keep: Fraction(1, 2), bias: Fraction(1, 2)},
    matrices={"F": _rows},
)

claim = Claim(
    "xiao2020/B44",
    title="Dropout in the penultimate layer: the ordered condition number stays bounded",
    source="derived",
    printed=r"\lambda_{bulk}\to\big(\tfrac1\rho-1\big)(p^*-\sigma_b^2),\quad"
    r"\kappa\to1+\frac{m\,p^*\rho}{(1-\rho)(p^*-\sigma_b^2)}<\infty",
    note=r"Dropout with keep rate $\rho$ divides the second moments of that layer by $\rho$ on the diagonal and"
    r" leaves the others, in $K$ and in $\dot{\mathcal T}\odot\Theta$: the"
    r" diagonal is $\sigma_b^2+(p-\sigma_b^2)/\rho$ where it"
    r" was $p$ (first statement). Both $p$ and $p_{ab}$ tend to $p^*$ in the ordered phase (B13). The other statements"
    r" are about every matrix of m inputs with entries within $\delta$ of these limits, so that $\delta\to0$ gives the"
    r" limits; the smallest eigenvalue is bounded from below, and from above the largest one of the kernel less"
    r" $p^*\mathbf{11}^\top$, so that all m - 1 bulk eigenvalues are between these bounds.",
    beside=("xiao2020/B13",),
    parameters={"bulk": gained, "ratio": 1 + m * p * keep / ((1 - keep) * (p - bias)), "diagonal": p + gained},
    witnesses=tuple((i, _AT) for i in range(6)),
)


def _frame(given=(), **size):
    whole = frame(limit, *_variables, given=(lt(bias, p), *given), **size)
    return replace(whole, variables=tuple(v for v in whole.variables if v != _pixels))


@claim.states
def statement(bulk, ratio, diagonal):
    whole, top, low = _frame(), largest(body, m), smallest(body, m)
    near = (ratio * gained + radius) / (gained - radius)
    quotient = _frame((lt(radius, limit.bulk),), size=several)
    return (
        forall(*_variables, holds=eq(bias + (p - bias) / keep, diagonal), label="diagonal"),
        replace(whole, conclusion=le(bulk - radius, low), label="bulk, from below"),
        replace(whole, conclusion=le(largest(limit.rest, m), bulk + radius), label="bulk, from above"),
        replace(whole, conclusion=le(top, m * p + bulk + radius), label="largest, from above"),
        replace(whole, conclusion=le(m * p + bulk - radius, top), label="largest, from below"),
        replace(quotient, conclusion=le(top / low, near), label="kappa, from above"),
    )


@claim.proves
def proof(prove, goals, **_):
    """Gershgorin for the kernel less p*, and Weyl."""
    same, *matrices, kappa = goals
    steps = limit.bounds(prove, matrices[0])
    names = "bulk from below", "rest", "largest from above", "largest from below"
    x, y = sp.symbols("_x _y", real=True)
    product = prove.polynomial(lt(0, x * y), interval(x, 0, sp.oo, "("), interval(y, 0, sp.oo, "("))
    inverse = prove.polynomial(lt(0, 1 / x), interval(x, 0, sp.oo, "("))
    rest = prove.polynomial(lt(0, 1 / x - 1), interval(x, 0, 1, "()"))
    known = [fact(rest, {x: keep}), fact(product, {x: 1 / keep - 1, y: p - bias})]
    known += [fact(inverse, {x: gained}), fact(inverse, {x: keep})]
    known += [*denominators(prove, kappa, limit), fact(product, {x: 1 - keep, y: p - bias})]
    return [
        prove.identity(same),
        *(prove.chain(goal, *known[:2], steps[name]) for goal, name in zip(matrices, names, strict=True)),
        prove.chain(kappa, *known, condition(prove, kappa, limit, upper=True)),
    ]


claim.mutant("1/rho in place of 1/rho - 1", bulk=(p - bias) / keep)
claim.mutant("without the bias", bulk=(1 / keep - 1) * p)
claim.mutant("rho^2 in place of rho", ratio=1 + m * p * keep**2 / ((1 - keep) * (p - bias)))
claim.mutant("the whole diagonal divided by rho", diagonal=p / keep)
