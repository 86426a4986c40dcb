"""Eigenvalues of matrices that are given by their entries.

Law. For quadratic forms A, B of size n, with smallest and largest eigenvalue l and L (of the symmetric part):
- "gershgorin": min_i A_ii - (n - 1) max_{i != j} |A_ij| <= l; "weyl": l(A) + l(B) <= l(A + B); "across": l(A + B) <=
  l(A) + L(B); "diagonal": l <= min_i A_ii; "pair": 2 l <= A_pp + A_qq - A_pq - A_qp for p != q; "rayleigh": l |v|^2
  <= sum_ij v_i A_ij v_j; "scale": l(c A) = c l(A) for c >= 0; "shift": l(A + c I) = l(A) + c; the same for L with the
  order turned; "ones": L(11^T) = n;
- "trace": L + (n - 1) l <= n max_i A_ii; "determinant": l^(n-1) L <= det A <= l L^(n-1) for symmetric A >= 0;
- "schur": A, B >= 0 give l(A) min_i B_ii <= l(A o B), as A - l(A) I >= 0 and products of semidefinite matrices are;
  "congruence": A >= 0 gives l(A_ij v_i v_j) <= l(A) max_i v_i^2 (by V^-1 c, if V is regular and A c = l(A) c);
- "semidefinite": Gram matrices, v v^T, their sums, products, and power series in them with coefficients >= 0 (dual,
  dual_slope, iterate, ntk) are >= 0; "coefficient": so is dual(x_ij) - c x_ij^r of ReLU, c = 2 E[relu(X) He_r(X)]^2/r!;
- "ky fan": det(A)^(1-s) det(B)^s <= det((1 - s) A + s B) for symmetric A, B > 0 and s in [0, 1];
- "solution": if A >= 0, l(A)^2 |w|^2 <= |A w|^2 (Neumann: |w| <= |b|/l where A w = b);
- "equal": equal entries give equal values; "bound": a bound for all entries is one for their extremum; "entry": the
  extremum is one for each of them.
Source: Gershgorin 1931, Weyl 1912, Schur 1911, Fan 1950; textbook (Horn and Johnson)."""

from dataclasses import replace
from typing import Any

import sympy as sp

from .. import language as lang
from ..encoding import decode_statement, decode_term
from ..language import RELU, Relation, Statement, Term, Variable, column, eq, le, lt, row, smallest, substitute
from ..normal_form import entries, implies, is_index
from ..step import Evidence, RuleFailure
from ..verdict import Verdict
from .context import Context, require_within

_SERIES = (lang.dual, lang.dual_slope, lang.iterate, lang.ntk)
_NAMES = {f.__name__: f for f in lang.OF_MATRICES}


def check(arguments: dict[str, Any], premises: list[Statement], evidence: Evidence) -> tuple[Statement, Verdict]:
    """The law about the bodies, over the frame; premises tell what is known of entries (p, q), p != q, or rows p."""
    frame, n = decode_statement(arguments["statement"]), decode_term(arguments["size"])
    bodies, at = ([decode_term(x) for x in arguments[key]] for key in ("bodies", "at"))
    matrices = _Matrices(Context.of(frame, evidence), n)
    indices = [decode_term(i) for i in arguments["indices"]]
    for index in (n, *at):
        matrices.context.require_defined(index)
    for premise in premises:
        matrices.learn(premise, *indices)
    for body in bodies if arguments["part"] != "coefficient" else [lang.dual(bodies[0])]:
        for place, entry in zip(matrices.places, entries(body), strict=True):
            place.require_defined(entry)
    if arguments["part"] == "coefficient" and frame.family != RELU:
        raise RuleFailure("the coefficients are those of ReLU")
    if arguments["of"] not in _NAMES:
        raise RuleFailure(f"there is no function of matrices named '{arguments['of']}'")
    shown = frame.conclude(matrices.law(arguments["part"], arguments["of"], bodies, at))
    for premise in premises:
        matrices.require_frame(premise, shown, *indices)
    return shown, Verdict.PROVED


class _Matrices:
    """The laws for n x n matrices in one context."""

    def __init__(self, context: Context, n: Term) -> None:
        self.context, self.n, self.places = context, n, context.places(n)

    def require_frame(self, premise: Statement, shown: Statement, p: Any, q: Any) -> None:
        """The premise takes no more for granted than what is shown does, but for its own indices."""
        wider = replace(shown, variables=(*shown.variables, *(Variable(i, sp.S.One) for i in (p, q))))
        require_within(premise, wider, le(p, self.n), le(q, self.n), Relation(p, "!=", q))

    def learn(self, premise: Statement, p: Any, q: Any) -> None:
        """What the premise shows becomes known of entries, and of rows if it does not take two different indices."""
        apart = Relation(p, "!=", q)
        self.places[0].known.append(premise.conclusion.subs({p: row, q: column}))
        if apart not in premise.given:
            self.places[1].known.append(premise.conclusion.subs({p: row, q: row}))

    def law(self, part: str, of: str, bodies: list[Any], at: list[Any]) -> Relation:
        context, n, (a, b, c) = self.context, self.n, (*bodies, *[sp.S.Zero] * 3)[:3]
        down = of == "smallest"
        value, other = (smallest, lang.largest) if down else (lang.largest, smallest)
        on = (lang.minimum if down else lang.maximum)(entries(a)[1], n)
        if part == "equal":
            for place, left, right in zip(self.places, entries(a), entries(b), strict=True):
                place.require(eq(left, right))
            return eq(_NAMES[of](a, n), _NAMES[of](b, n))
        if part in ("bound", "entry"):
            return self._bound(of, a, b) if part == "bound" else self._entry(of, a, at)
        image: Any = lambda: sp.Sum(a * substitute(b, {row: column}), (column, 1, n))  # noqa: E731
        if (b.has(column) and part == "rayleigh") or (b.has(row, column) and part in ("scale", "shift")):
            raise RuleFailure(f"{b} must not depend on the indices")
        ordered = {
            "gershgorin": lambda: (on - (1 if down else -1) * (n - 1) * lang.off_maximum(a, n), value(a, n)),
            "weyl": lambda: (value(a, n) + value(b, n), value(a + b, n)),
            "across": lambda: (value(a + b, n), value(a, n) + other(b, n)),
            "diagonal": lambda: (value(a, n), on),
            "pair": lambda: (2 * value(a, n), self._difference(a, at)),
            "rayleigh": lambda: (value(a, n) * sp.Sum(b**2, (row, 1, n)), sp.Sum(b * image(), (row, 1, n))),
            "determinant": lambda: (value(a, n) ** (n - 1) * other(a, n), lang.determinant(a, n)),
        }
        if part in ("schur", "congruence", "semidefinite", "coefficient", "determinant", "solution"):
            self._require_semidefinite(a)
        if part == "determinant":
            self._require_symmetric(a)
        if part in ordered:
            low, high = ordered[part]()
            return le(low, high) if down else le(high, low)
        if part == "ones":
            return eq(lang.largest(sp.S.One, n), n)
        if part == "scale":
            context.require(le(0, b))
            return eq(value(b * a, n), b * value(a, n))
        if part == "shift":
            return eq(value(a + b * lang.kronecker(row, column), n), value(a, n) + b)
        if part == "trace":
            return le(lang.largest(a, n) + (n - 1) * smallest(a, n), n * lang.maximum(entries(a)[1], n))
        if part == "semidefinite":
            return le(0, smallest(a, n))
        if part == "schur":
            self._require_semidefinite(b)
            return le(smallest(a, n) * lang.minimum(entries(b)[1], n), smallest(a * b, n))
        if part == "congruence" and not b.has(column):
            factor = lang.maximum(b**2, n)
            return le(smallest(a * b * substitute(b, {row: column}), n), smallest(a, n) * factor)
        if part == "coefficient" and len(at) == 1 and is_index(at[0], context.variables):
            c = 2 * lang.half_line_hermite(1, at[0]) ** 2 / sp.factorial(at[0])
            return le(0, smallest(lang.dual(a) - c * a ** at[0], n))
        if part == "solution":
            return le(smallest(a, n) ** 2 * sp.Sum(b**2, (row, 1, n)), sp.Sum(image() ** 2, (row, 1, n)))
        if part == "ky fan":
            for body in (a, b):
                self._require_symmetric(body)
                context.require(lt(0, smallest(body, n)))
            context.require(le(0, c))
            context.require(le(c, 1))
            mixed = lang.determinant((1 - c) * a + c * b, n)
            return le(lang.determinant(a, n) ** (1 - c) * lang.determinant(b, n) ** c, mixed)
        raise RuleFailure(f"the law has no part '{part}'")

    def _bound(self, of: str, a: Term, c: Term) -> Relation:
        if lang.free_variables(c) & {row, column}:
            raise RuleFailure(f"{c} must not depend on the indices")
        if of == "off_maximum":
            self.context.require(le(0, c))
            self.places[0].require(le(sp.Abs(a), c))
            return le(lang.off_maximum(a, self.n), c)
        a = entries(a)[1]
        self.places[1].require(le(c, a) if of == "minimum" else le(a, c))
        return le(c, lang.minimum(a, self.n)) if of == "minimum" else le(lang.maximum(a, self.n), c)

    def _entry(self, of: str, a: Term, at: list[Any]) -> Relation:
        if of == "off_maximum":
            p, q = self._indices(at, 2)
            return le(sp.Abs(substitute(a, {row: p, column: q})), lang.off_maximum(a, self.n))
        a = entries(a)[1]
        entry = substitute(a, {row: self._indices(at, 1)[0]})
        return le(lang.minimum(a, self.n), entry) if of == "minimum" else le(entry, lang.maximum(a, self.n))

    def _difference(self, a: Term, at: list[Any]) -> Term:
        p, q = self._indices(at, 2)
        pp, qq, pq, qp = (substitute(a, {row: i, column: j}) for i, j in ((p, p), (q, q), (p, q), (q, p)))
        return pp + qq - pq - qp

    def _indices(self, at: list[Any], count: int) -> list[Any]:
        if len(at) != count or not all(is_index(i - 1, self.context.variables) for i in at):
            raise RuleFailure(f"name {count} indices that are shown to be integers of at least 1")
        for i in at:
            self.context.require(le(i, self.n))
        if count == 2:
            self.context.require(Relation(at[0], "!=", at[1]))
        return at

    def _require_symmetric(self, a: Term) -> None:
        self.places[0].require(eq(*(entries(x)[0] for x in (a, substitute(a, {row: column, column: row})))))

    def _require_semidefinite(self, a: Term) -> None:
        """By how the entries are made, or because it is known."""
        if any(implies(fact, le(0, smallest(a, self.n))) for fact in self.context.known):
            self._require_symmetric(a)
        elif not a.has(row, column):
            self.context.require(le(0, a))
        elif a.is_Add or a.is_Mul:
            parts = list(a.args)
            of_row = [x for x in parts if a.is_Mul and x.has(row) and not x.has(column)]
            of_column = [x for x in parts if a.is_Mul and x.has(column) and not x.has(row)]
            if substitute(sp.Mul(*of_row), {row: column}) == sp.Mul(*of_column):
                parts = [x for x in parts if x not in (*of_row, *of_column)]
            for part in parts:
                self._require_semidefinite(part)
        elif a.is_Pow and is_index(a.exp, self.context.variables):
            self._require_semidefinite(a.base)
        elif a.func in _SERIES[: 4 if self.context.unit else 2] and not sp.Tuple(*a.args[:-1]).has(row, column):
            self._require_semidefinite(a.args[-1])
        elif a.func not in (lang.inner, lang.gram, lang.kronecker) or not self._is_pair(*a.args[-2:]):
            raise RuleFailure(f"the matrix with entries {a} is not shown to be positive semidefinite")

    def _is_pair(self, i: Term, j: Term) -> bool:
        """The same index of the row and of the column, as in gram(F, 2 row + 1, 2 column + 1)."""
        one_each = {i.has(row), j.has(row)} == {i.has(column), j.has(column)} == {True, False}
        return one_each and i.has(row) != i.has(column) and substitute(i, {row: column, column: row}) == j
