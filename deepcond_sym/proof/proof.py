"""The pen with which a claim's proof is written: each method applies one rule and hands back the checked step."""

from collections.abc import Mapping
from collections.abc import Sequence as Listing
from typing import Any

import sympy as sp
from sympy.core.function import AppliedUndef

from .encoding import encode_instance, encode_relation, encode_statement, encode_term
from .language import (  # fmt: skip
    NORMALISED,
    Family,
    Relation,
    Statement,
    Variable,
    dual,
    eq,
    forall,
    interval,
    le,
    replace_equal,
    term,
)
from .rules.context import Context
from .rules.definition import unfold
from .sampling import Contradicted
from .semantics import Instance
from .step import Evidence, RuleFailure, Step, derive
from .tactics import kernel_matrices, map_iteration, monotone, powers
from .tactics.inductive import closed_form
from .tactics.split import split
from .tactics.unrolled import unrolled


class Use:
    """How a step enters a chain: at which terms, and as a link or as a fact."""

    def __init__(self, step: Step, at: Mapping[Any, Any] | None = None, role: str = "link") -> None:
        self.step, self.role = step, role
        self.at = {str(symbol): encode_term(term(value)) for symbol, value in (at or {}).items()}


def at(step: Step, values: Mapping[Any, Any]) -> Use:
    """The step as a link of a chain, with these terms put for its variables."""
    return Use(step, values)


def fact(step: Step, values: Mapping[Any, Any] | None = None) -> Use:
    """The step as something known, used to satisfy the hypotheses of the links that follow."""
    return Use(step, values, "fact")


class Proof:
    """Applies rules; every method returns a checked `Step` or raises `RuleFailure`.

    >>> from deepcond_sym.symbols import rho
    >>> step = Proof().polynomial(le(rho**2, rho), interval(rho, 0, 1))
    >>> step.verdict
    <Verdict.PROVED: 'PROVED'>
    """

    def polynomial(self, holds: Relation, *variables: Variable) -> Step:
        """An inequality between rational functions on a box (rule "polynomial")."""
        return derive("polynomial", {"statement": encode_statement(forall(*variables, holds=holds))})

    def ball_box(
        self,
        holds: Relation,
        *variables: Variable,
        outline: Any = None,
        boxes: int | None = None,
    ) -> Step:
        """An inequality between elementary functions on a box (rule "ball box").

        Hints for the search: how the proof begins (`cut`, `product`, `total`), and the number of boxes to spend.

        >>> x = sp.Symbol("x", real=True)
        >>> Proof().ball_box(le(sp.sin(x), x), interval(x, 0, sp.oo)).verdict
        <Verdict.PROVED: 'PROVED'>
        """
        hints = {key: value for key, value in (("outline", outline), ("boxes", boxes)) if value is not None}
        statement = encode_statement(forall(*variables, holds=holds))
        return derive("ball box", {"statement": statement, **({"hints": hints} if hints else {})})

    def vertices(self, statement: Statement, head: int = 2, *premises: Step) -> Step:
        """An inequality linear in the p_i, for a whole family (rule "vertices"); i < head is treated case by case, the
        rest by a premise about all i >= head or as r^i = r^head z."""
        return derive("vertices", {"statement": encode_statement(statement), "head": head}, *premises)

    def one_layer(self, t: sp.Symbol, bound: sp.Expr, family: Family = NORMALISED) -> Step:
        """dual(t) <= bound(t) on [0, 1], for a whole family."""
        return self.vertices(forall(interval(t, 0, 1), family=family, holds=le(dual(t), bound)))

    def induction(self, statement: Statement, index: sp.Symbol, base: Step, step: Step) -> Step:
        """The statement for every value of the index, from its first value and the step from k to k + 1 (rule
        "induction"); `tactics.inductive` builds both goals."""
        arguments = {"statement": encode_statement(statement), "index": encode_term(index)}
        return derive("induction", arguments, base, step)

    def order(self, statement: Statement, a: object, b: object, below: Step, above: Step) -> Step:
        """The statement from its proofs given a <= b and given b <= a (rule "cases")."""
        between = encode_relation(le(a, b))
        arguments = {"part": "order", "statement": encode_statement(statement), "between": between}
        return derive("cases", arguments, below, above)

    def split(self, statement: Statement, low: Step, high: Step) -> Step:
        """The statement from its proofs on two closed parts of the interval of one variable."""
        return split(self, statement, low, high)

    def absolute_value(self, statement: Statement, upper: Step, lower: Step) -> Step:
        """|a| <= b from a <= b and -a <= b (rule "cases")."""
        return derive("cases", {"part": "absolute", "statement": encode_statement(statement)}, upper, lower)

    def unfold(self, frame: Statement, whole: sp.Expr, *calls: sp.Expr) -> Step:
        """whole = the same with calls unfolded by definition (all that can be, if none is named), over the frame's
        variables."""
        return self._unfolding(frame, whole, calls, folded=False)

    def folded(self, frame: Statement, whole: sp.Expr, *calls: sp.Expr) -> Step:
        """The same from right to left: the unfolded term = whole."""
        return self._unfolding(frame, whole, calls, folded=True)

    def _unfolding(self, frame: Statement, whole: sp.Expr, calls: tuple[sp.Expr, ...], folded: bool) -> Step:
        context = Context.of(frame, Evidence())
        listed = calls or sorted(whole.atoms(AppliedUndef), key=lambda c: (-sp.count_ops(c), str(c)))
        other, rewrite = whole, []
        for call in listed:
            try:
                value = unfold(call, frame, context)
            except RuleFailure:
                if calls:
                    raise
                continue
            rewrite.append(["unfold", call])
            other = replace_equal(other, call, value)
        return self.identity(frame.conclude(eq(other, whole) if folded else eq(whole, other)), rewrite)

    def bounded(self) -> Step:
        """|iterate(L, r)| <= 1 for r in [-1, 1]."""
        return monotone.bounded(self)

    def non_negative(self) -> Step:
        """0 <= iterate(L, s) for s in [0, 1]."""
        return monotone.non_negative(self)

    def dual_grows(self) -> Step:
        """|dual(r)| <= dual(s) for |r| <= s <= 1."""
        return monotone.dual_grows(self)

    def slope_grows(self) -> Step:
        """|dual_slope(r)| <= dual_slope(s) for |r| <= s <= 1."""
        return monotone.slope_grows(self)

    def absolute(self) -> Step:
        """|iterate(L, rho)| <= iterate(L, |rho|)."""
        return monotone.absolute(self)

    def majorant(self, one_layer: Step, t: sp.Symbol, body: sp.Expr) -> Step:
        """iterate(L, r) <= repeat(body, t, L, s) for 0 <= r <= s <= 1."""
        return map_iteration.majorant(self, one_layer, t, body)

    def attained(self, t: sp.Symbol, body: sp.Expr) -> Step:
        """iterate(L, s) = repeat(body, t, L, s) for the activation whose dual is `body`."""
        return map_iteration.attained(self, t, body)

    def invariant_sequence(self, *variables: Variable, **parts: Any) -> Step:
        """repeat(body, t, offset + k, start) <= bound(g = first * ratio^k): see `tactics.map_iteration`."""
        return map_iteration.invariant_sequence(self, *variables, **parts)

    def power(self, part: str, base: object, exponent: object, *variables: Variable) -> Step:
        """base^exponent is "non-negative", "at most one" or "at least one", by induction."""
        return powers.power(self, part, term(base), term(exponent), variables)

    def reached(self, level: object, base: object, *variables: Variable) -> Step:
        """level <= base^steps_to(level, base) (rule "passage")."""
        return derive(
            "passage",
            {
                "part": "reached",
                "statement": encode_statement(Statement(le(0, 0), variables)),
                "level": encode_term(term(level)),
                "base": encode_term(term(base)),
            },
        )

    def before(self, level: object, base: object, index: sp.Symbol, *variables: Variable) -> Step:
        """base^k < level for k + 1 <= steps_to(level, base) (rule "passage")."""
        return derive(
            "passage",
            {
                "part": "before",
                "statement": encode_statement(Statement(le(0, 0), variables)),
                "level": encode_term(term(level)),
                "base": encode_term(term(base)),
                "exponent": encode_term(index),
            },
        )

    def ranging(self, part: str, member: object, *variables: Variable) -> Step:
        """0 <= ranging(tag, k, b) (part "at least") or ranging(tag, k, b) <= b ("at most") (rule "passage")."""
        arguments = {"part": part, "statement": encode_statement(Statement(le(0, 0), variables))}
        return derive("passage", {**arguments, "base": encode_term(term(member))})

    def chain(self, statement: Statement, *uses: Step | Use) -> Step:
        """The statement, by substitution and chaining (rule "consequence")."""
        listed = [use if isinstance(use, Use) else Use(use) for use in uses]
        arguments = {
            "statement": encode_statement(statement),
            "uses": [{"role": use.role, "with": use.at} for use in listed],
        }
        return derive("consequence", arguments, *(use.step for use in listed))

    def identity(
        self,
        statement: Statement,
        rewrite: Listing[Listing[Any]] = (),
        *,
        unfold: Listing[Any] = (),
        using: Listing[tuple[Step, Mapping[Any, Any]]] = (),
    ) -> Step:
        """An exact equality (rule "identity"), after replacing, in this order: ["unfold", call], ["given", number of a
        hypothesis] or ["use", step, {variable: term}], each from left to right; `unfold` and `using` list such entries
        more shortly."""
        rewrite = [*rewrite, *(["unfold", call] for call in unfold), *(["use", *pair] for pair in using)]
        steps: list[Step] = []
        entries: list[Any] = []
        for kind, what, *values in rewrite:
            if kind == "unfold":
                entries.append([kind, encode_term(what)])
            elif kind == "use":
                entries.append([kind, len(steps), {str(s): encode_term(term(v)) for s, v in values[0].items()}])
                steps.append(what)
            else:
                entries.append([kind, what])
        return derive("identity", {"statement": encode_statement(statement), "rewrite": entries}, *steps)

    def closed_form(self, statement: Statement, *premises: Step) -> Step:
        """name(k) = U(k) for every k, by induction."""
        return closed_form(self, statement, *premises)

    def unrolled(self, statement: Statement) -> Step:
        """ntk(L, r) as a sum of products, by induction."""
        return unrolled(self, statement)

    def monotone(self, function: str, premise: Step) -> Step:
        """exp, log, sqrt, asin or acos of both sides of an inequality (rule "monotone")."""
        return derive("monotone", {"part": function}, premise)

    def angle(self, frame: Statement, y: object, part: str = "angle") -> Step:
        """acos(cos y) = y, or (part "sine") sqrt(1 - cos(y)^2) = sin y, for 0 <= y <= pi (rule "monotone")."""
        arguments = {"part": part, "statement": encode_statement(frame), "angle": encode_term(term(y))}
        return derive("monotone", arguments)

    def hermite_parts(self, power: int, degree: object, antiderivative: sp.Expr, *variables: Variable) -> Step:
        """E[max(X, 0)^power He_degree(X)] as a boundary value (rule "hermite parts")."""
        return derive(
            "hermite parts",
            {
                "statement": encode_statement(Statement(le(0, 0), variables)),
                "power": power,
                "degree": encode_term(term(degree)),
                "antiderivative": encode_term(antiderivative),
            },
        )

    def matrices(
        self,
        part: str,
        frame: Statement,
        n: object,
        *bodies: object,
        of: str = "smallest",
        at: Listing[object] = (),
        premises: Listing[Step] = (),
        indices: Listing[sp.Symbol] = (),
    ) -> Step:
        """A law about matrices given by their entries, in `row` and `column` (rule "matrices").

        >>> from deepcond_sym.proof import column, gram, index, row
        >>> n, points = index("n", 1)
        >>> product = gram(sp.Symbol("F", real=True), row, column) ** 2
        >>> print(Proof().matrices("semidefinite", forall(points, holds=le(0, 0)), n, product).conclusion)
        0 <= smallest(gram(F, row, column)**2, n)  for integer n >= 1
        """
        return derive(
            "matrices",
            {
                "part": part,
                "of": of,
                "statement": encode_statement(frame),
                "size": encode_term(term(n)),
                "bodies": [encode_term(term(body)) for body in bodies],
                "at": [encode_term(term(i)) for i in at],
                "indices": [encode_term(i) for i in indices],
            },
            *premises,
        )

    def entries(self, bound: Step, rho: sp.Symbol, data: sp.Symbol, points: Variable) -> Step:
        """From a bound for all correlations rho to the off-diagonal entries of a kernel matrix of these data."""
        return kernel_matrices.entries(self, bound, rho, data, points)

    def relative(self, shown: Step, diagonal: sp.Expr, *known: Use) -> Step:
        """Both sides of an inequality, divided by the diagonal of a kernel matrix."""
        return kernel_matrices.relative(self, shown, diagonal, *known)

    def condition(self, bound: Step, small: Step, *known: Use) -> Step:
        """From the entries of a kernel matrix to its condition number, by Gershgorin's theorem."""
        return kernel_matrices.condition(self, bound, small, *known)

    def schur(self, frame: Statement, body: sp.Expr, n: object, delta: object) -> Step:
        """f(1) - f(1 - delta) <= smallest of the matrix `body` = f(x_i . x_j)."""
        return kernel_matrices.floor(self, frame, body, term(n), term(delta))

    def trace(self, floor: Step, positive: Step, *known: Use) -> Step:
        """From the smallest eigenvalue of a kernel matrix to its condition number, by its trace."""
        return kernel_matrices.trace(self, floor, positive, *known)

    def recurrence_limit(self, statement: Statement) -> Step:
        """The limit of a linear recursion (rule "recurrence limit")."""
        return derive("recurrence limit", {"statement": encode_statement(statement)})

    def simulate(self, statement: Statement, *, seed: int, samples: int) -> Step:
        """A bound for an `expectation`, supported by samples (rule "monte carlo")."""
        return derive("monte carlo", {"statement": encode_statement(statement), "seed": seed, "samples": samples})

    def simulate_each(self, statements: Listing[Statement], *, seed: int, samples: int) -> list[Step]:
        """Each of the bounds, all of them drawn before the first failure is raised: one that is contradicted first."""
        steps, failures = [], []
        for statement in statements:
            try:
                steps.append(self.simulate(statement, seed=seed, samples=samples))
            except RuleFailure as failure:
                failures.append(failure)
        for failure in sorted(failures, key=lambda f: not isinstance(f, Contradicted)):
            raise failure
        return steps

    def evaluate(self, statement: Statement, *instances: Instance) -> Step:
        """A relation between numbers, in balls; with instances, certified at those only (rule "evaluation")."""
        arguments: dict[str, Any] = {"statement": encode_statement(statement)}
        if instances:
            arguments["instances"] = [encode_instance(i) for i in instances]
        return derive("evaluation", arguments)


__all__ = ["Proof", "RuleFailure", "Use", "at", "fact"]
