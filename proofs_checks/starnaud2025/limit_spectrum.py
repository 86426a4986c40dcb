"""N5: eigenvalues, condition number and determinant of the normalised tangent kernel, by how far its entries are from
their limit 1/4; and the limit itself, 3/4 I + 1/4 11^T."""

from fractions import Fraction

import sympy as sp

from deepcond_sym.proof import (
    RELU,
    Claim,
    Instance,
    Proof,
    Statement,
    Step,
    Verdict,
    at,
    column,
    determinant,
    eq,
    fact,
    forall,
    index,
    interval,
    kronecker,
    largest,
    le,
    lt,
    row,
    smallest,
)  # fmt: skip
from deepcond_sym.proof.instance import equicorrelated
from deepcond_sym.proof.tactics import powers
from deepcond_sym.proof.tactics.arbitrary import scaled

from .near_limit import Bounds, body, delta, error, n, near, points, quarter, three_quarters
from .setting import L, layers

_, several = index("n", 2)
x, u = sp.symbols("x u", real=True)
radius = (n - 1) * delta
_DATA = equicorrelated(3, Fraction(1, 4))
_AT = Instance({L: Fraction(1), n: Fraction(3), delta: Fraction(0)}, matrices={"X": _DATA})
"""Three unit vectors with all inner products 1/4 are the limit itself, at L = 1."""

eigenvalues = Claim(
    "starnaud2025/N5-eigenvalues",
    title="The eigenvalues of the normalised tangent kernel near its limit",
    source="in place of the remark on invertibility; beside the theorem of arXiv 2501.13225 on the edge of chaos",
    provenance="derived here",
    printed=r"\big|\bar\Theta^{(L)}(x_i,x_j)-\tfrac14\big|\le\delta\ (i\ne j) \implies"
    r" \tfrac34-(n-1)\delta\le\lambda_{\min}\le\tfrac34+\delta\ (n\ge2),\quad"
    r" \big|\lambda_{\max}-\tfrac{n+3}4\big|\le(n-1)\delta",
    note=r"For every $n$, every $L$ and all data. As $\delta\to0$ with depth for distinct points (N3),"
    r" $\lambda_{\min}\to\frac34$: the kernel is invertible once $(n-1)\delta<\frac34$. For inputs of other lengths the"
    r" matrix is $D\,\Theta\,D$ with $D=\mathrm{diag}|x_i|$.",
    beside=("starnaud2025/N5-depth", "starnaud2025/N5-condition", "starnaud2025/N5-determinant"),
    parameters={"least": three_quarters, "greatest": (n + 3) / 4},
    witnesses=((0, _AT), (2, _AT)),
)


@eigenvalues.states
def eigenvalues_statement(least, greatest):
    low, high = smallest(body, n), largest(body, n)
    frame = {"given": [near], "family": RELU}
    return (
        forall(layers, points, error, **frame, holds=le(least - radius, low), label="smallest, from below"),
        forall(layers, several, error, **frame, holds=le(low, three_quarters + delta), label="smallest, from above"),
        forall(layers, points, error, **frame, holds=le(high, greatest + radius), label="largest, from above"),
        forall(layers, points, error, **frame, holds=le(greatest - radius, high), label="largest, from below"),
    )


@eigenvalues.proves
def eigenvalues_proof(prove, goal, least, greatest):
    """Gershgorin for Theta-bar - 1/4 11^T, and Weyl."""
    bounds, of_two = Bounds(prove, goal[0]), Bounds(prove, goal[1])
    return [
        bounds.smallest_from_below(), of_two.smallest_from_above(),
        bounds.largest_from_above(), bounds.largest_from_below(),
    ]  # fmt: skip


eigenvalues.mutant("1 in place of 3/4", least=1)
eigenvalues.mutant("(n + 2)/4 in place of (n + 3)/4", greatest=(n + 2) / 4)

condition = Claim(
    "starnaud2025/N5-condition",
    title="The condition number of the normalised tangent kernel near its limit",
    source="beside the theorem of arXiv 2501.13225 on the edge of chaos",
    provenance="derived here",
    printed=r"\big|\bar\Theta^{(L)}(x_i,x_j)-\tfrac14\big|\le\delta\ (i\ne j),\ (n-1)\delta<\tfrac34 \implies"
    r" \kappa\le\frac{n+3+4(n-1)\delta}{3-4(n-1)\delta}",
    note=r"Tends to $\frac{n+3}3$ with $\delta$, the limit that arXiv 2501.13225 and xiao2020 report.",
    beside=("starnaud2025/N5-eigenvalues",),
    parameters={"greatest": (n + 3) / 4, "least": three_quarters},
    witnesses=((0, _AT),),
)


@condition.states
def condition_statement(greatest, least):
    ratio = largest(body, n) / smallest(body, n)
    return forall(
        layers, points, error, given=[near, lt(radius, three_quarters)], family=RELU,
        holds=le(ratio, (greatest + radius) / (least - radius)),
    )  # fmt: skip


@condition.proves
def condition_proof(prove, goal, greatest, least):
    """The bounds for both eigenvalues."""
    return Bounds(prove, goal).condition()


condition.mutant("(n + 2)/3 in the limit", greatest=(n + 2) / 4)
condition.mutant("n + 3 over 4 in the limit", least=sp.S.One)

volume = Claim(
    "starnaud2025/N5-determinant",
    title="The determinant of the normalised tangent kernel stays away from 0",
    source="against condition (3) of Section 6 for the ReLU tangent kernel",
    provenance="derived here",
    printed=r"\big|\bar\Theta^{(L)}(x_i,x_j)-\tfrac14\big|\le\delta\ (i\ne j),\ (n-1)\delta\le\tfrac34 \implies"
    r" \det\bar\Theta^{(L)}\ge\big(\tfrac34-(n-1)\delta\big)^{n-1}\big(\tfrac{n+3}4-(n-1)\delta\big)",
    note=r"Tends to $(\frac34)^{n-1}\frac{n+3}4>0$, the determinant of the limit, as $\delta\to0$. A bound from above"
    r" is not stated; the determinant is continuous, so that it tends to the same number.",
    beside=("starnaud2025/N5-eigenvalues", "starnaud2025/S6"),
    parameters={"least": three_quarters, "greatest": (n + 3) / 4},
    witnesses=((0, _AT),),
)


@volume.states
def volume_statement(least, greatest):
    return forall(
        layers, points, error, given=[near, le(radius, three_quarters)], family=RELU,
        holds=le((least - radius) ** (n - 1) * (greatest - radius), determinant(body, n)),
    )  # fmt: skip


@volume.proves
def volume_proof(prove, goal, least, greatest):
    """det >= smallest^(n - 1) largest."""
    return Bounds(prove, goal).determinant_from_below()


volume.mutant("(n + 4)/4 in place of (n + 3)/4", greatest=(n + 4) / 4)
volume.mutant("4/5 in place of 3/4", least="4/5")

star = quarter + three_quarters * kronecker(row, column)
"""The entries of 3/4 I + 1/4 11^T."""

invertible_limit = Claim(
    "starnaud2025/critical-line",
    title="On the critical line the limit of the normalised tangent kernel is not invertible",
    source="a remark on xiao2020",
    provenance="as reported",
    printed=r"\text{xiao2020 needs a constant and invertible limit; by Theorem 2 the limit is not that}",
    expected=Verdict.REFUTED,
    note=r"As reported of v1, whose Theorem 2 has the matrix of ones for the limit. The limit is $\frac34I+\frac14"
    r"\mathbf{11}^\top$, constant off the diagonal and invertible; stated here as $\det=0$ for that matrix. The"
    r" replacement is starnaud2025/critical-line-limit, in agreement with xiao2020.",
    beside=("starnaud2025/critical-line-limit", "starnaud2025/N3"),
    parameters={"entries": star},
    witnesses=((0, Instance({n: Fraction(2)})),),
)


@invertible_limit.states
def invertible_limit_statement(entries):
    return forall(several, holds=eq(determinant(entries, n), 0))


invertible_limit.mutant("for the matrix of ones, where it is true", entries=sp.S.One)
invertible_limit.mutant("for the matrix of quarters, where it is true", entries=quarter)

limit = Claim(
    "starnaud2025/critical-line-limit",
    title="The spectrum of the limit of the normalised tangent kernel",
    source="in place of the remark on xiao2020",
    provenance="derived here",
    printed=r"M_*=\tfrac34I+\tfrac14\mathbf{11}^\top:\quad\lambda_{\min}=\tfrac34\ (n\ge2),\ \lambda_{\max}=\tfrac"
    r"{n+3}4,\ \det M_*\ge\big(\tfrac34\big)^{n-1}\tfrac{n+3}4",
    note=r"The smallest eigenvalue is stated as $\frac34\le\lambda_{\min}\le\frac34$; the determinant is equal to that"
    r" product of eigenvalues.",
    beside=("starnaud2025/critical-line",),
    parameters={"least": three_quarters, "greatest": (n + 3) / 4},
    witnesses=tuple((part, Instance({n: Fraction(3)})) for part in (0, 1, 3)),
)


@limit.states
def limit_statement(least, greatest):
    return (
        forall(points, holds=le(least, smallest(star, n)), label="smallest, from below"),
        forall(several, holds=le(smallest(star, n), least), label="smallest, from above"),
        forall(points, holds=eq(largest(star, n), greatest), label="largest"),
        forall(points, holds=le(least ** (n - 1) * greatest, determinant(star, n)), label="determinant"),
    )


@limit.proves
def limit_proof(prove, goal, least, greatest):
    """11^T has the eigenvalues 0 and n; the shift by 3/4 is exact."""
    low, pair, high, product = goal
    return [
        _smallest_from_below(prove, low), _smallest_from_above(prove, pair), _largest(prove, high),
        _determinant(prove, product),
    ]  # fmt: skip


limit.mutant("1 in place of 3/4", least=1)
limit.mutant("(n + 2)/4 in place of (n + 3)/4", greatest=(n + 2) / 4)
_more = interval(u, 0, sp.oo)


def _smallest_from_below(prove: Proof, frame: Statement) -> Step:
    """3/4 <= 3/4 + smallest(1/4) = smallest(M*)."""
    rest = smallest(quarter, n)
    shift = prove.matrices("shift", frame, n, quarter, three_quarters)
    whole = prove.identity(frame.conclude(eq(three_quarters + rest, smallest(star, n))), using=[(shift, {})])
    up = prove.polynomial(le(x, x + u), interval(x, -sp.oo, sp.oo), _more)
    return prove.chain(
        frame.conclude(le(three_quarters, smallest(star, n))),
        fact(prove.matrices("semidefinite", frame, n, quarter)), at(up, {x: three_quarters, u: rest}), whole,
    )  # fmt: skip


def _smallest_from_above(prove: Proof, frame: Statement) -> Step:
    """2 smallest(M*) <= 1 + 1 - 1/4 - 1/4."""
    least = smallest(star, n)
    doubled = prove.chain(
        frame.conclude(le(2 * least, sp.Rational(3, 2))), prove.matrices("pair", frame, n, star, at=[1, 2])
    )
    half = prove.polynomial(le(three_quarters - u / 2, three_quarters), _more)
    return prove.chain(frame, fact(doubled), at(half, {u: sp.Rational(3, 2) - 2 * least}))


def _largest(prove: Proof, frame: Statement) -> Step:
    """largest(M*) = 3/4 + largest(1/4) = 3/4 + n/4."""
    laws = [
        prove.matrices("shift", frame, n, quarter, three_quarters, of="largest"),
        prove.matrices("scale", frame, n, 1, quarter, of="largest"),
        prove.matrices("ones", frame, n, 1, of="largest"),
    ]
    return prove.identity(frame.conclude(eq(largest(star, n), (n + 3) / 4)), using=[(law, {}) for law in laws])


def _determinant(prove: Proof, frame: Statement) -> Step:
    """det >= smallest^(n - 1) largest."""
    least, top, power = smallest(star, n), (n + 3) / 4, n - 1
    below_one = prove.chain(
        frame.conclude(le(least, 1)), prove.matrices("diagonal", frame, n, star),
        prove.matrices("entry", frame, n, 1, of="minimum", at=[1]),
    )  # fmt: skip
    known = [fact(_smallest_from_below(prove, frame)), fact(below_one)]
    known += [fact(prove.polynomial(le(0, three_quarters + u), _more), {u: least - three_quarters})]
    values = {powers.x: three_quarters, powers.y: least, powers.i: power}
    grown = fact(powers.power_grows(prove), values)
    there = frame.conclude(eq(top * least**power, largest(star, n) * least**power))
    return prove.chain(
        frame, *known, grown, scaled(prove, top, three_quarters**power, least**power),
        prove.identity(there, using=[(_largest(prove, frame), {})]), prove.matrices("determinant", frame, n, star),
    )  # fmt: skip
