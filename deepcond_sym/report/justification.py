"""Why a step of a proof holds, in words: for each rule the law it applies and to what."""

from collections.abc import Callable
from typing import Any

import sympy as sp

from deepcond_sym.proof.encoding import decode_relation, decode_statement, decode_term
from deepcond_sym.proof.language import Relation, Statement, dual, dual_curvature, dual_slope, mu

from . import words
from .prose import OPERATORS, Formula, Names, Run, one_range_each, relation_latex, text_runs
from .reading import CLEAR, DEFINITION, Reading
from .words import Justification, said

_LONG = 160
"""From so many characters of LaTeX on a numerator is shown without its denominator."""


class Because:
    """The words for the steps of one proof."""

    def __init__(self, found: Reading, names: Names) -> None:
        self.found = found
        self.printer = names.printer(short_limits=one_range_each(found.conclusions))

    def __call__(self, step: dict[str, Any]) -> Justification:
        """Why this step holds; the name of the rule alone where no words are kept for it."""
        writer = _WORDS.get(step["rule"])
        return writer(self, step) if writer else self._named(step)

    def _named(self, step: dict[str, Any]) -> Justification:
        of = f", from {self.references(step['premises'])}" if step["premises"] else ""
        return Justification((f"By the rule “{step['rule']}”{of}.",))

    def tex(self, term: sp.Basic) -> str:
        """A term as LaTeX, with the names of the proof."""
        return self.printer.doprint(term)

    def reference(self, premise: int) -> str:
        """The number in print of a recorded step, or a word for a routine one."""
        kind = self.kind(premise)
        if kind is not None:
            return "the definition" if kind == DEFINITION else "immediate"
        return f"({self.found.numbers[self.found.same[premise]]})"

    def kind(self, premise: int) -> str | None:
        """The kind of a routine step, None for any other."""
        return self.found.routine.get(self.found.same[premise])

    def is_shown(self, premise: int) -> bool:
        """Whether the step has a number in print."""
        return self.found.same[premise] in self.found.numbers

    def references(self, premises: list[int]) -> str:
        """Several numbers in print."""
        shown = list(dict.fromkeys(map(self.reference, premises)))
        return shown[0] if len(shown) == 1 else ", ".join(shown[:-1]) + " and " + shown[-1]

    def at(self, values: dict[str, Any]) -> tuple[Run, ...]:
        """' with r = ..., s = ...' for the terms put for a premise's variables, without those that stay as they are."""
        runs: list[Run] = []
        for name, encoded in values.items():
            value = decode_term(encoded)
            if not (isinstance(value, sp.Symbol) and value.name == name):
                symbol = sp.Symbol(name, real=True)
                runs += [", " if runs else " with ", Formula(f"{self.tex(symbol)} = {self.tex(value)}")]
        return tuple(runs)


def _consequence(because: Because, step: dict[str, Any]) -> Justification:
    """The chain, link by link, and the facts that the links need."""
    uses = list(zip(step["premises"], step["arguments"]["uses"], strict=True))
    links = [(p, use) for p, use in uses if use["role"] == "link"]
    facts = [(p, use) for p, use in uses if use["role"] == "fact" and because.is_shown(p)]
    given: list[Run] = []
    for i, (premise, use) in enumerate(facts):
        joint = "" if not i else " and " if i == len(facts) - 1 else ", "
        given += [joint, because.reference(premise), *because.at(use["with"])]
    if not links:
        return Justification(("From ", *given, ".") if facts else ("This is immediate.",))
    where = (" (admissible by ", *given, ")") if facts else ()
    named: list[Run] = []
    for i, (premise, use) in enumerate(links):
        joint = "" if not i else " and then " if i == len(links) - 1 else ", then "
        terms = because.at(use["with"]) if because.is_shown(premise) else ()
        named += [joint, because.reference(premise), *terms]
    if len(links) == 1:
        if because.kind(links[0][0]) == CLEAR and facts:
            return Justification(("Immediate from ", *given, "."))
        return Justification(("This is ", *named, *where, "."))
    relations = [_instance(because.found.conclusions[p], use["with"]) for p, use in links]
    whole = decode_statement(step["conclusion"]).conclusion
    return Justification(_by(because, links, named, where), _chain(because, relations, whole))


def _chain(because: Because, relations: list[Relation], whole: Relation) -> str:
    """The relations in a row. Where one ends and the next begins the same term may be written in two ways, which the
    rule has compared: the shorter is shown."""
    shown = because.tex(whole.lhs)
    for i, relation in enumerate(relations):
        ends = [because.tex(relation.rhs)]
        ends.append(because.tex(relations[i + 1].lhs if i + 1 < len(relations) else whole.rhs))
        shown += f" {OPERATORS[relation.op]} {min(ends, key=len) if i + 1 < len(relations) else ends[1]}"
    return shown


def _by(because: Because, links: list[Any], named: list[Run], where: tuple[Run, ...]) -> tuple[Run, ...]:
    """What the links of a chain rest on; those that are immediate are not named."""
    kinds = {because.kind(p) for p, _ in links}
    if kinds <= {CLEAR, DEFINITION}:
        return ("By the definition:" if DEFINITION in kinds else "Immediate:",) if not where else ("Here", *where, ":")
    if None in kinds and len(kinds) == 1:
        return ("By ", *named, *where, ":")
    told: list[list[Run]] = [["the definition"]] if DEFINITION in kinds else []
    for premise, use in links:
        if because.is_shown(premise):
            told.append([because.reference(premise), *because.at(use["with"])])
    runs: list[Run] = ["By "]
    for i, named_one in enumerate(told):
        runs += [", " if 0 < i < len(told) - 1 else " and " if i else "", *named_one]
    return (*runs, *where, ":")


def _instance(statement: Statement, values: dict[str, Any]) -> Relation:
    """The conclusion with these terms put for its variables."""
    symbols = {v.symbol.name: v.symbol for v in statement.variables}
    return statement.conclusion.subs({symbols[n]: decode_term(t) for n, t in values.items() if n in symbols})


def _polynomial(because: Because, step: dict[str, Any]) -> Justification:
    """The factorisation of the difference that the rule checked."""
    relation = decode_statement(step["conclusion"]).conclusion
    found = step["evidence"][-1] if step["evidence"] else None
    if found is None or decode_term(found["content"]) == 0:
        return Justification(("The two sides are the same rational function.",))
    content = decode_term(found["content"])
    for factor in [*found["numerator"], *found["denominator"]]:
        content *= int(factor[2]) ** int(factor[1])
    top, count = _product(because, found["numerator"], alone=content == 1)
    bottom, more = _product(because, found["denominator"], alone=content.q == 1)
    sign = "-" if content < 0 else ""
    p, q = abs(content.p), content.q
    above = "".join([str(p) if p != 1 or not top else "", r" \, " if p != 1 and top else "", top])
    below = "".join([str(q) if q != 1 or not bottom else "", r" \, " if q != 1 and bottom else "", bottom])
    value = f"{sign}{above}" if below == "1" else rf"{sign}\frac{{{above}}}{{{below}}}"
    if below != "1" and len(found["numerator"]) == 1 and len(top) > _LONG and content == sp.Rational(1, content.q):
        # one long sum over the line would not fit the page
        return Justification(
            (*text_runs(f"The right side minus the left side, times ${below}$, which is positive, is"),),
            because.tex(sp.expand(int(found["numerator"][0][2]) * decode_term(found["numerator"][0][0]))),
            ("which is non-negative on the domain: so are its Bernstein coefficients.",),
        )
    if count + more == 0:
        return Justification(("The right side minus the left side is ", Formula(value), "."))
    how = "positive" if relation.op != "<=" else "non-negative"
    factors = "the factors are" if count + more > 1 else "the factor is"
    trees = sum(tree is not None for part in ("numerator", "denominator") for *_, tree in found[part])
    cut = " on the pieces of a bisection" if trees else ""
    after = f"where {factors} {how} on the domain: so are their Bernstein coefficients{cut}."
    if count + more == 1 and relation.op != "!=":
        after = f"which is {how} on the domain: so are its Bernstein coefficients{cut}."
    return Justification(("The right side minus the left side is",), value, (after,))


def _product(because: Because, factors: list[Any], *, alone: bool) -> tuple[str, int]:
    """The factors as LaTeX, each with the sign that it has on the domain turned to plus, and how many there are;
    `alone` if no number stands before them."""
    parts = []
    for encoded, exponent, direction, _ in factors:
        factor = sp.expand(int(direction) * decode_term(encoded))
        shown = because.tex(factor)
        if isinstance(factor, sp.Add) and (len(factors) > 1 or int(exponent) > 1 or not alone):
            shown = rf"\left({shown}\right)"
        parts.append(shown if int(exponent) == 1 else f"{shown}^{{{exponent}}}")
    return r" \, ".join(parts), len(factors)


def _vertices(because: Because, step: dict[str, Any]) -> Justification:
    """The statement at the vertices of the simplex."""
    statement = decode_statement(step["conclusion"])
    family = statement.family
    head = int(step["arguments"]["head"])
    i = sp.Symbol("i", integer=True)
    first = 1 if family and family.centred else 0
    cases: list[Run] = []
    for power in [*range(first, head, 2 if family and family.odd else 1), i]:
        at = _at_power(statement.conclusion, sp.sympify(power))
        if family and family.nonlinear and power in (0, 1) and at.op == "<":
            # some p_i with i >= 2 is positive, so that a strict inequality is needed there only
            at = Relation(at.lhs, "<=", at.rhs)
        label = rf"i \ge {head}" if power == i else f"i = {power}"
        joint = "" if not cases else ", and "
        cases += [joint, Formula(relation_latex(at, because.printer)), " for ", Formula(label)]
    weights = r"$p_i \ge 0$, $\sum_i p_i = 1$" if family and family.unit else r"$p_i \ge 0$"
    signed = any(v.lower.is_extended_negative for v in statement.variables)
    base, signs = ("|r|", ", with either sign") if signed else ("r", "")
    tail = rf"; from $i = {head}$ on, ${base}^i = z\,{base}^{{{head}}}$ with $0 \le z \le 1${signs}" if head else ""
    if step["premises"]:
        tail = f", by {because.references(step['premises'])}"
    return Justification(
        (
            *text_runs(rf"Both sides are affine in the numbers $p_i$, and {weights}: it is enough to look at"),
            *text_runs(r" $\hat\sigma(r) = r^i$. There it reads "),
            *cases,
            *text_runs(f"{tail}."),
        )
    )


def _at_power(relation: Relation, i: Any) -> Relation:
    """The relation for the dual r^i; at r = 0 a symbolic i is at least 2."""

    def none(r: Any) -> bool:
        return r == 0 and isinstance(i, sp.Symbol)

    def at(side: Any) -> Any:
        side = side.replace(dual, lambda r: sp.S.Zero if none(r) else r**i)
        side = side.replace(dual_slope, lambda r: sp.S.Zero if i == 0 or none(r) else i * r ** (i - 1))
        flat = isinstance(i, sp.Integer) and i < 2
        side = side.replace(dual_curvature, lambda r: sp.S.Zero if flat or none(r) else i * (i - 1) * r ** (i - 2))
        return side.subs(mu, sp.Integer(0) if i == 1 else sp.Integer(1))

    return Relation(at(relation.lhs), relation.op, at(relation.rhs))


def _induction(because: Because, step: dict[str, Any]) -> Justification:
    index = because.tex(decode_term(step["arguments"]["index"]))
    first = next(v["from"] for v in step["conclusion"]["variables"] if v["symbol"] == step["arguments"]["index"])
    base, following = step["premises"]
    if because.is_shown(base) and because.is_shown(following):
        return said(
            f"By induction on ${index}$: for ${index} = {first}$ it is {because.reference(base)}, and"
            f" {because.reference(following)} leads from ${index}$ to ${index} + 1$."
        )
    told = (f"For ${index} = {first}$", base), (f"From ${index}$ to ${index} + 1$", following)
    return Justification(
        text_runs(f"By induction on ${index}$."), inside=tuple(_told(because, lead, p) for lead, p in told)
    )


def _told(because: Because, lead: str, premise: int) -> Justification:
    """A case of an induction: where it was shown, or its own proof, told here."""
    if because.is_shown(premise) or because.kind(premise):
        return said(f"{lead} it is {because.reference(premise)}.")
    why = because(because.found.steps[because.found.same[premise]])
    first, *others = why.before
    lowered = first[:1].lower() + first[1:] if isinstance(first, str) else first
    return Justification((*text_runs(f"{lead}, "), lowered, *others), why.display, why.after, why.inside)


def _cases(because: Because, step: dict[str, Any]) -> Justification:
    first, second = map(because.reference, step["premises"])
    part = step["arguments"]["part"]
    if part == "absolute":
        return said(f"The two signs are {first} and {second}.")
    if part == "split":
        return said(f"On the two parts of the interval it is {first} and {second}.")
    between = decode_relation(step["arguments"]["between"])
    a, b = because.tex(between.lhs), because.tex(between.rhs)
    return said(rf"If ${a} \le {b}$ it is {first}, and if ${b} \le {a}$ it is {second}.")


def _passage(because: Because, step: dict[str, Any]) -> Justification:
    base = because.tex(decode_term(step["arguments"]["base"]))
    told = {
        "non-negative": rf"A power of ${base} \ge 0$.",
        "at most one": rf"A power of ${base}$, which lies in $[0, 1]$.",
        "at least one": rf"A power of ${base} \ge 1$.",
        "reached": "By the definition of the exponent, the least for which this is so.",
        "at least": "By what is said of the arbitrary sequence.",
        "at most": "By what is said of the arbitrary sequence.",
        "before": "By the definition of the level, which the power has not reached yet.",
    }
    return said(told[step["arguments"]["part"]])


def _identity(because: Because, step: dict[str, Any]) -> Justification:
    kinds = [entry[0] for entry in step["arguments"]["rewrite"]]
    doing = [
        "unfolding the definitions" if "unfold" in kinds else "",
        "using the hypothesis" if "given" in kinds else "",
        f"putting in {because.references(step['premises'])}" if step["premises"] else "",
    ]
    told = " and ".join(filter(None, doing))
    return Justification((f"After {told} both sides are the same expression." if told else "An identity.",))


_WORDS: dict[str, Callable[[Because, dict[str, Any]], Justification]] = {
    "consequence": _consequence,
    "polynomial": _polynomial,
    "vertices": _vertices,
    "cases": _cases,
    "induction": _induction,
    "passage": _passage,
    "matrices": words.matrices,
    "identity": _identity,
    "monotone": words.monotone,
    "hermite parts": words.hermite_parts,
    "recurrence limit": words.recurrence_limit,
    "evaluation": words.evaluation,
    "ball box": words.ball_box,
    "monte carlo": words.monte_carlo,
}
"""The words for each rule; a rule without an entry is called by its name, and its law stands at the end."""

