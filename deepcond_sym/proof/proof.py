"""The pen with which a claim's proof is written: each method applies one rule and hands back the checked step."""

from collections.abc import Mapping
from collections.abc import Sequence as Listing
from typing import Any

import sympy as sp

from .encoding import encode_statement, encode_term
from .language import NORMALISED, Family, Relation, Statement, Variable, dual, forall, interval, le, term
from .rules.evaluation import encode_instance
from .semantics import Instance
from .step import RuleFailure, Step, derive


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

    def vertices(self, statement: Statement, head: int = 2) -> Step:
        """An inequality linear in the p_i, for a whole family (rule "vertices"); i < head is treated case by case."""
        return derive("vertices", {"statement": encode_statement(statement), "head": head})

    def one_layer(self, t: sp.Symbol, bound: sp.Expr, family: Family = NORMALISED) -> Step:
        """dual(t) <= bound(t) on [0, 1], for a whole family."""
        return self.vertices(forall(interval(t, 0, 1), family=family, holds=le(dual(t), bound)))

    def absolute(self) -> Step:
        """|iterate(L, rho)| <= iterate(L, |rho|) (rule "iteration")."""
        return derive("iteration", {"part": "absolute"})

    def majorant(self, one_layer: Step, t: sp.Symbol, body: sp.Expr) -> Step:
        """iterate(L, r) <= repeat(body, t, L, s) for 0 <= r <= s <= 1 (rule "iteration")."""
        return derive("iteration", {"part": "majorant", "t": encode_term(t), "body": encode_term(body)}, one_layer)

    def attained(self, t: sp.Symbol, body: sp.Expr) -> Step:
        """iterate(L, s) = repeat(body, t, L, s) for the activation whose dual is `body` (rule "iteration")."""
        return derive("iteration", {"part": "attained", "t": encode_term(t), "body": encode_term(body)})

    def induction(
        self,
        *variables: Variable,
        step: Step,
        t: sp.Symbol,
        body: sp.Expr,
        g: sp.Symbol,
        bound: sp.Expr,
        start: object,
        first: object,
        ratio: object,
        index: sp.Symbol,
        offset: object = 0,
        known: Step | None = None,
    ) -> Step:
        """repeat(body, t, offset + k, start) <= bound(g = first * ratio^k), by induction on the index k (rule
        "induction")."""
        frame = Statement(le(0, 0), variables)
        arguments = {"statement": encode_statement(frame)}
        named = {"t": t, "body": body, "g": g, "bound": bound, "from": first, "ratio": ratio, "start": start}
        arguments |= {key: encode_term(term(value)) for key, value in named.items()}
        arguments |= {"offset": encode_term(term(offset)), "index": encode_term(index)}
        return derive("induction", arguments, *([step] if known is None else [step, known]))

    def power(self, part: str, base: object, exponent: object, *variables: Variable) -> Step:
        """base^exponent is "non-negative", "at most one" or "at least one" (rule "passage")."""
        return derive(
            "passage",
            {
                "part": part,
                "statement": encode_statement(Statement(le(0, 0), variables)),
                "base": encode_term(term(base)),
                "exponent": encode_term(term(exponent)),
            },
        )

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
        unfold: Listing[tuple[Any, Any]] = (),
        using: Listing[tuple[Step, Mapping[Any, Any]]] = (),
    ) -> Step:
        """An exact equality, after unfolding recursions at given indices and putting in equalities (rule
        "identity")."""
        arguments = {
            "statement": encode_statement(statement),
            "unfold": [[sequence.name, encode_term(term(k))] for sequence, k in unfold],
            "uses": [{str(s): encode_term(term(v)) for s, v in values.items()} for _, values in using],
        }
        return derive("identity", arguments, *(step for step, _ in using))

    def closed_form(self, statement: Statement, *premises: Step) -> Step:
        """name(k) = U(k) for every k, by induction (rule "closed form")."""
        return derive("closed form", {"statement": encode_statement(statement)}, *premises)

    def unrolled(self, statement: Statement) -> Step:
        """ntk(L, r) as a sum of products (rule "unrolled")."""
        return derive("unrolled", {"statement": encode_statement(statement)})

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

    def schur(self, statement: Statement) -> Step:
        """The smallest eigenvalue of an entrywise power series (rule "schur")."""
        return derive("schur", {"statement": encode_statement(statement)})

    def entries(self, bound: Step) -> Step:
        """From a bound for all correlations to the off-diagonal entries (rule "gershgorin")."""
        return derive("gershgorin", {"part": "entries"}, bound)

    def condition(self, entries: Step, small: Step) -> Step:
        """From the entries to the condition number (rule "gershgorin")."""
        return derive("gershgorin", {"part": "condition"}, entries, small)

    def recurrence_limit(self, statement: Statement) -> Step:
        """The limit of a linear recursion (rule "recurrence limit")."""
        return derive("recurrence limit", {"statement": encode_statement(statement)})

    def evaluate(self, statement: Statement, *instances: Instance) -> Step:
        """A relation between numbers, in balls; with instances, certified at those only (rule "evaluation")."""
        arguments: dict[str, Any] = {"statement": encode_statement(statement)}
        if instances:
            arguments["instances"] = [encode_instance(i) for i in instances]
        return derive("evaluation", arguments)


__all__ = ["Proof", "RuleFailure", "Use", "at", "fact"]
