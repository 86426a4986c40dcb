"""N3 and N5 together: the normalised tangent kernel of n points, by their least angle and the depth.

"All pairwise correlations are at most r" reads off_maximum(1 + x_i . x_j) <= 1 + r, as 1 + x_i . x_j is at least 0."""

from dataclasses import replace
from fractions import Fraction
from typing import Any

import sympy as sp

from deepcond_sym.proof import (
    RELU,
    Claim,
    Instance,
    Proof,
    Statement,
    Step,
    Variable,
    at,
    column,
    fact,
    forall,
    inner,
    interval,
    largest,
    le,
    lt,
    maximum,
    ne,
    ntk,
    off_maximum,
    row,
    smallest,
)  # fmt: skip
from deepcond_sym.proof.proof import Use
from deepcond_sym.proof.tactics.arbitrary import no_less
from deepcond_sym.proof.tactics.lemma import lemma
from deepcond_sym.symbols import rho

from . import kernel_limit
from .near_limit import Bounds, X, body, delta, free, n, near, off_by, points, quarter, slacks, three_quarters
from .near_limit import error as error_of
from .predictor import weights
from .predictor_steps import weight
from .setting import L, layers

r, u, v, w, y = sp.symbols("r u v w y", real=True)
apart = interval(r, -1, 1, ")")
separated = le(off_maximum(1 + inner(X, row, column), n), 1 + r)


def error(correlation: sp.Expr) -> sp.Expr:
    """The distance of Theta-bar^(L) from 1/4, at most: (3 pi/(4 theta) + 14/25 + 3/2 log L)/L."""
    first = 3 * sp.pi / (4 * sp.acos(correlation))
    return (first + sp.Rational(14, 25) + sp.Rational(3, 2) * sp.log(L)) / L


bound = error(r)
frame = forall(layers, points, apart, given=[separated], family=RELU, holds=le(0, 0))
p, q = sp.symbols("p q", integer=True)
_at_p, _at_q = Variable(p, sp.S.One), Variable(q, sp.S.One)
pair = replace(frame, variables=(*frame.variables, _at_p, _at_q), given=(*frame.given, le(p, n), le(q, n), ne(p, q)))


@lemma("the distance of the normalised tangent kernel from 1/4")
def near_quarter(prove: Proof) -> Step:
    """N3, the last part."""
    values = kernel_limit.claim.parameters
    steps: Any = kernel_limit.proof(prove, kernel_limit.statement(**values), **values)
    return steps[2]


@lemma("the inverse of a smaller angle")
def smaller_angle(prove: Proof) -> Step:
    """acos(r) <= acos(y) for y <= r."""
    goal = forall(interval(y, -1, 1, ")"), apart, given=[le(y, r)], holds=le(y, r))
    return prove.monotone("acos", prove.chain(goal, no_less(prove, y, r - y)))


@lemma("an angle below pi is positive")
def positive_angle(prove: Proof) -> Step:
    """0 < acos(r)."""
    return prove.monotone("acos", prove.polynomial(lt(r, 1), apart))


@lemma("a logarithm of at least 0")
def positive_logarithm(prove: Proof) -> Step:
    """0 <= log(L)."""
    above = prove.monotone("log", prove.polynomial(le(1, L), layers))
    return prove.chain(forall(layers, holds=le(0, sp.log(L))), above)


@lemma("the error is positive")
def positive_error(prove: Proof) -> Step:
    """0 <= error(r)."""
    from_zero = [interval(s, 0, sp.oo) for s in (u, v)]
    whole = prove.polynomial(
        le(0, (3 * sp.pi / (4 * w) + sp.Rational(14, 25) + sp.Rational(3, 2) * u) / L),
        interval(w, 0, sp.oo, "("), from_zero[0], layers,
    )  # fmt: skip
    return prove.chain(
        forall(layers, apart, holds=le(0, bound)), fact(positive_angle(prove)), fact(positive_logarithm(prove)),
        at(whole, {w: sp.acos(r), u: sp.log(L)}),
    )  # fmt: skip


def below(prove: Proof, statement: Statement, correlation: sp.Expr, most: sp.Expr, law: Step) -> list[Use]:
    """The facts x <= r, x < 1 and acos(r) <= acos(x), from |1 + x| <= most and most <= 1 + r."""
    up = prove.polynomial(le(y, y + u + v), free, *slacks)
    values = {y: correlation, u: most - 1 - correlation, v: 1 + r - most}
    small = prove.chain(statement.conclude(le(correlation, r)), fact(law), at(up, values))
    strictly = prove.polynomial(lt(r - u, 1), apart, slacks[0])
    smaller = prove.chain(statement.conclude(lt(correlation, 1)), fact(small), at(strictly, {u: r - correlation}))
    return [fact(small), fact(smaller), fact(smaller_angle(prove), {y: correlation})]


def entry_near_quarter(prove: Proof, statement: Statement, correlation: sp.Expr, known: list[Use]) -> Step:
    """|Theta-bar - 1/4| <= error(r) at this correlation x <= r: N3, and the error grows with the correlation."""
    a, more = sp.acos(r), sp.acos(correlation) - sp.acos(r)
    above = prove.polynomial(lt(0, w + v), interval(w, 0, sp.oo, "("), slacks[1])
    grows = prove.polynomial(
        le(y, y + 3 * sp.pi / 4 * v / (w * (w + v) * L)), free, interval(w, 0, sp.oo, "("), slacks[1], layers
    )
    return prove.chain(
        statement.conclude(le(sp.Abs(ntk(L - 1, correlation) / L - quarter), bound)), *known,
        fact(positive_angle(prove)), fact(above, {w: a, v: more}),
        at(near_quarter(prove), {rho: correlation, "L": L - 1}),
        at(grows, {y: error(correlation), w: a, v: more}),
    )  # fmt: skip


@lemma("entries near 1/4 for separated points")
def near_by_depth(prove: Proof) -> Step:
    """off_maximum(Theta-bar - 1/4) <= error(r)."""
    correlation, most = inner(X, p, q), off_maximum(1 + inner(X, row, column), n)
    law = prove.matrices("entry", pair, n, 1 + inner(X, row, column), of="off_maximum", at=[p, q])
    each = entry_near_quarter(prove, pair, correlation, below(prove, pair, correlation, most, law))
    given = replace(frame, given=(*frame.given, lt(0, sp.acos(r)), le(0, bound)))
    shown = prove.matrices("bound", given, n, off_by, bound, of="off_maximum", premises=[each], indices=[p, q])
    goal = frame.conclude(le(off_maximum(off_by, n), bound))
    return prove.chain(goal, fact(positive_angle(prove)), fact(positive_error(prove)), shown)


def by_depth(prove: Proof, goal: Statement, shown: Step) -> Step:
    """A bound in delta, with delta = error(r)."""
    known = fact(near_by_depth(prove)), fact(positive_error(prove)), fact(positive_angle(prove))
    return prove.chain(goal, *known, at(shown, {delta: bound}))


claim = Claim(
    "starnaud2025/N5-depth",
    title="The spectrum of the normalised tangent kernel by depth and least angle",
    source="N3 and N5, in place of the remark on invertibility",
    provenance="derived here",
    printed=r"\angle(x_i,x_j)\ge\theta\ (i\ne j),\ \varepsilon=\frac1L\Big(\frac{3\pi}{4\theta}+0.56+\frac32\log L\Big)"
    r" \implies \tfrac34-(n-1)\varepsilon\le\lambda_{\min},\quad\big|\lambda_{\max}-\tfrac{n+3}4\big|"
    r"\le(n-1)\varepsilon;\quad\lambda_{\min}>0\text{ if }(n-1)\varepsilon<\tfrac34",
    note=r"For every $n$, every $L$ and all data with these angles; opposite points are allowed. The kernel is"
    r" therefore invertible from a depth of the order $\frac n\theta+n\log n$ on.",
    beside=("starnaud2025/N5-eigenvalues", "starnaud2025/N3", "starnaud2025/invertible"),
    parameters={"least": three_quarters, "greatest": (n + 3) / 4},
)


@claim.states
def statement(least, greatest):
    low, high, radius = smallest(body, n), largest(body, n), (n - 1) * bound
    reached = replace(frame, given=(separated, lt(radius, three_quarters)))
    return (
        replace(frame, conclusion=le(least - radius, low), label="smallest"),
        replace(frame, conclusion=le(high, greatest + radius), label="largest, from above"),
        replace(frame, conclusion=le(greatest - radius, high), label="largest, from below"),
        replace(reached, conclusion=lt(0, low), label="invertible"),
    )


@claim.proves
def proof(prove, goal, least, greatest):
    """The bounds in delta with N3 for delta."""
    low, high, above, invertible = goal
    in_delta = forall(layers, points, error_of, given=[near], family=RELU, holds=le(0, 0))
    bounds = Bounds(prove, in_delta)
    smallest_ = by_depth(prove, low, bounds.smallest_from_below())
    total = prove.polynomial(lt(0, w + u), interval(w, 0, sp.oo, "("), slacks[0])
    gap = three_quarters - (n - 1) * bound
    return [
        smallest_,
        by_depth(prove, high, bounds.largest_from_above()),
        by_depth(prove, above, bounds.largest_from_below()),
        prove.chain(
            invertible, fact(positive_angle(prove)), fact(smallest_), at(total, {w: gap, u: smallest(body, n) - gap})
        ),
    ]  # fmt: skip


claim.mutant("2 in place of 3/4", least=2)
claim.mutant("n + 3 in place of (n + 3)/4", greatest=n + 3)

test_separated = le(maximum(1 + inner(X, 0, row), n), 1 + r)
small = lt((n - 1) * bound, three_quarters)
predicting = replace(frame, given=(separated, test_separated, weights.solves, small))


@lemma("entries of the test point near 1/4")
def test_near_by_depth(prove: Proof) -> Step:
    """maximum(|Theta-bar(x, x_i) - 1/4|) <= error(r)."""
    alone = replace(frame, given=(test_separated,))
    in_row = replace(alone, variables=(*frame.variables, _at_p), given=(test_separated, le(p, n)))
    correlation, most = inner(X, 0, p), maximum(1 + inner(X, 0, row), n)
    law = prove.matrices("entry", in_row, n, 1 + inner(X, 0, row), of="maximum", at=[p])
    each = entry_near_quarter(prove, in_row, correlation, below(prove, in_row, correlation, most, law))
    given = replace(alone, given=(test_separated, lt(0, sp.acos(r))))
    entry = sp.Abs(weights.test_entry(row) - quarter)
    shown = prove.matrices("bound", given, n, entry, bound, of="maximum", premises=[each], indices=[p, q])
    return prove.chain(alone.conclude(le(maximum(entry, n), bound)), fact(positive_angle(prove)), shown)


_ONE = Fraction(1)
_OPPOSITE = Instance(
    {L: _ONE, n: _ONE, r: -_ONE}, matrices={"X": ((_ONE, -_ONE), (-_ONE, _ONE))}, vectors={"W": (Fraction(0), -_ONE)}
)
"""One training point, the opposite test point, and the weight -1 at L = 1."""

predictor_by_depth = Claim(
    "starnaud2025/N5-predictor-depth",
    title="The predictor of the deep tangent kernel tends to equal weights, by depth and least angle",
    source="N3 and N5, in place of part of Theorem 3",
    provenance="derived here",
    printed=r"\text{all angles in }X\cup\{x\}\ge\theta,\ \varepsilon=\frac1L\Big(\frac{3\pi}{4\theta}+0.56+\frac32\log"
    r" L\Big),\ (n-1)\varepsilon<\tfrac34 \implies \big|w-\tfrac1{n+3}\mathbf 1\big|_2\le\frac{2\sqrt n\,\varepsilon}"
    r"{\frac34-(n-1)\varepsilon}",
    note=r"Stated with squares. For every $n$ and all data with these angles: as $L$ grows the weights tend to"
    r" $\frac1{n+3}$, whatever the data and the test point.",
    beside=("starnaud2025/N5-predictor", "starnaud2025/N3", "starnaud2025/T3"),
    parameters={"factor": 4, "mean": weights.share},
    witnesses=((0, _OPPOSITE),),
)


@predictor_by_depth.states
def predictor_statement(factor, mean):
    squares = sp.Sum((weight(row) - mean) ** 2, (row, 1, n))
    return predicting.conclude(le(squares, factor * n * bound**2 / (three_quarters - (n - 1) * bound) ** 2))


@predictor_by_depth.proves
def predictor_proof(prove, goal, factor, mean):
    """The bound in delta with N3 for delta."""
    known = fact(near_by_depth(prove)), fact(test_near_by_depth(prove)), fact(positive_error(prove))
    return prove.chain(
        goal, *known, fact(positive_angle(prove)), at(weights.near_the_mean(prove), {delta: bound})
    )


predictor_by_depth.mutant("a hundredth of the bound", factor="1/25")
predictor_by_depth.mutant("n + 3 in place of 1/(n + 3)", mean=n + 3)
