"""Why a step of a proof holds, in words: for each rule the law it applies and to what."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import sympy as sp

from deepcond_sym.proof.encoding import decode_relation, decode_statement, decode_term
from deepcond_sym.proof.language import Relation, Statement, dual, dual_slope, mu

from .prose import OPERATORS, Formula, Names, Run, relation_latex, text_runs
from .reading import Reading


@dataclass(frozen=True)
class Justification:
    """Words, and a displayed formula between them where there is one."""

    before: tuple[Run, ...]
    display: str = ""
    after: tuple[Run, ...] = ()


class Because:
    """The words for the steps of one proof."""

    def __init__(self, found: Reading, names: Names) -> None:
        self.found, self.printer = found, names.printer()

    def __call__(self, step: dict[str, Any]) -> Justification:
        """Why this step holds; the name of the rule alone where no words are kept for it."""
        words = _WORDS.get(step["rule"])
        return words(self, step) if words else self._named(step)

    def _named(self, step: dict[str, Any]) -> Justification:
        of = f", from {self.references(step['premises'])}" if step["premises"] else ""
        return Justification((f"By the rule “{step['rule']}”{of}.",))

    def tex(self, term: sp.Basic) -> str:
        """A term as LaTeX, with the names of the proof."""
        return self.printer.doprint(term)

    def map_name(self, body: sp.Basic, t: sp.Basic) -> str:
        """The name of the map t -> body, or the map spelled out."""
        return self.printer.maps.get((sp.expand(body), t)) or rf"({self.tex(t)} \mapsto {self.tex(body)})"

    def reference(self, premise: int) -> str:
        """The number in print of a recorded step; words for one that is not worth a line."""
        return self.found.passing.get(premise) or f"({self.found.numbers[premise]})"

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


def _said(words: str) -> Justification:
    """Words with formulas between dollar signs."""
    return Justification(text_runs(words))


def _consequence(because: Because, step: dict[str, Any]) -> Justification:
    """The chain, link by link, and the facts that the links need."""
    uses = list(zip(step["premises"], step["arguments"]["uses"], strict=True))
    links = [(p, use) for p, use in uses if use["role"] == "link"]
    facts = [(p, use) for p, use in uses if use["role"] == "fact"]
    given: list[Run] = []
    for i, (premise, use) in enumerate(facts):
        joint = "" if not i else " and " if i == len(facts) - 1 else ", "
        given += [joint, because.reference(premise), *because.at(use["with"])]
    if not links:
        return Justification(("From ", *given, "."))
    where = (" (admissible by ", *given, ")") if facts else ()
    named: list[Run] = []
    told = [link for link, before in zip(links, [None, *links], strict=False) if not _both_pass(because, link, before)]
    for i, (premise, use) in enumerate(told):
        joint = "" if not i else " and then " if i == len(told) - 1 else ", then "
        named += [joint, because.reference(premise), *because.at(use["with"])]
    if len(links) == 1:
        return Justification(("This is ", *named, *where, "."))
    relations = [_instance(because.found.conclusions[p], use["with"]) for p, use in links]
    chain = because.tex(decode_statement(step["conclusion"]).conclusion.lhs)
    chain += "".join(f" {OPERATORS[r.op]} {because.tex(r.rhs)}" for r in relations)
    return Justification(("By ", *named, *where, ":"), chain)


def _both_pass(because: Because, link: tuple[int, Any], before: tuple[int, Any] | None) -> bool:
    """Whether this link and the one before it are passed over with the same word."""
    passing = because.found.passing
    return before is not None and link[0] in passing and passing[link[0]] == passing.get(before[0])


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
    top, top_flips, count = _product(because, found["numerator"])
    bottom, bottom_flips, more = _product(because, found["denominator"])
    content = decode_term(found["content"]) * (-1) ** (top_flips + bottom_flips)
    sign = "-" if content < 0 else ""
    p, q = abs(content.p), content.q
    # a number or a sign in front of one bare sum would go to its first summand only
    if (sign or p != 1) and _is_bare_sum(found["numerator"]):
        top = rf"\left({top}\right)"
    if q != 1 and _is_bare_sum(found["denominator"]):
        bottom = rf"\left({bottom}\right)"
    above = "".join([str(p) if p != 1 or not top else "", r" \, " if p != 1 and top else "", top])
    below = "".join([str(q) if q != 1 or not bottom else "", r" \, " if q != 1 and bottom else "", bottom])
    value = f"{sign}{above}" if below == "1" else rf"{sign}\frac{{{above}}}{{{below}}}"
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


def _is_bare_sum(factors: list[Any]) -> bool:
    """Whether `_product` writes these factors as a sum without brackets."""
    return len(factors) == 1 and int(factors[0][1]) == 1 and isinstance(decode_term(factors[0][0]), sp.Add)


def _product(because: Because, factors: list[Any]) -> tuple[str, int, int]:
    """The factors as LaTeX, each with the sign that it has on the domain turned to plus; how often a sign was turned
    (to an odd power), and how many factors there are."""
    parts, flips = [], 0
    for encoded, exponent, direction, _ in factors:
        factor = decode_term(encoded)
        if int(direction) < 0:
            factor, flips = sp.expand(-factor), flips + int(exponent) % 2
        shown = because.tex(factor)
        if isinstance(factor, sp.Add) and (len(factors) > 1 or int(exponent) > 1):
            shown = rf"\left({shown}\right)"
        parts.append(shown if int(exponent) == 1 else f"{shown}^{{{exponent}}}")
    return r" \, ".join(parts), flips, len(factors)


def _vertices(because: Because, step: dict[str, Any]) -> Justification:
    """The statement at the vertices of the simplex."""
    statement = decode_statement(step["conclusion"])
    family = statement.family
    head = int(step["arguments"]["head"])
    i = sp.Symbol("i", integer=True)
    first = 1 if family and family.centred else 0
    cases: list[Run] = []
    for power in [*range(first, head), i]:
        at = _at_power(statement.conclusion, sp.sympify(power))
        label = rf"i \ge {head}" if power == i else f"i = {power}"
        joint = "" if not cases else ", and "
        cases += [joint, Formula(relation_latex(at, because.printer)), " for ", Formula(label)]
    weights = r"$p_i \ge 0$, $\sum_i p_i = 1$" if family and family.unit else r"$p_i \ge 0$"
    tail = rf"; from $i = {head}$ on, $r^i = z\,r^{{{head}}}$ with $0 \le z \le 1$" if head else ""
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
    """The relation for the dual r^i."""

    def at(side: Any) -> Any:
        side = side.replace(dual, lambda r: r**i).replace(dual_slope, lambda r: i * r ** (i - 1))
        return side.subs(mu, sp.Integer(0) if i == 1 else sp.Integer(1))

    return Relation(at(relation.lhs), relation.op, at(relation.rhs))


def _induction(because: Because, step: dict[str, Any]) -> Justification:
    index = because.tex(decode_term(step["arguments"]["index"]))
    base, following = map(because.reference, step["premises"])
    first = next(v["from"] for v in step["conclusion"]["variables"] if v["symbol"] == step["arguments"]["index"])
    return _said(
        f"By induction on ${index}$: for ${index} = {first}$ it is {base}, and {following} leads from ${index}$ to"
        f" ${index} + 1$."
    )


def _cases(because: Because, step: dict[str, Any]) -> Justification:
    first, second = map(because.reference, step["premises"])
    part = step["arguments"]["part"]
    if part == "absolute":
        return _said(f"The two signs are {first} and {second}.")
    if part == "split":
        return _said(f"On the two parts of the interval it is {first} and {second}.")
    between = decode_relation(step["arguments"]["between"])
    a, b = because.tex(between.lhs), because.tex(between.rhs)
    return _said(rf"If ${a} \le {b}$ it is {first}, and if ${b} \le {a}$ it is {second}.")


def _passage(because: Because, step: dict[str, Any]) -> Justification:
    base = because.tex(decode_term(step["arguments"]["base"]))
    words = {
        "non-negative": rf"A power of ${base} \ge 0$.",
        "at most one": rf"A power of ${base}$, which lies in $[0, 1]$.",
        "at least one": rf"A power of ${base} \ge 1$.",
        "reached": "By the definition of the exponent, the least for which this is so.",
        "at least": "By what is said of the arbitrary sequence.",
        "at most": "By what is said of the arbitrary sequence.",
        "before": "By the definition of the level, which the power has not reached yet.",
    }
    return _said(words[step["arguments"]["part"]])


def _gershgorin(because: Because, step: dict[str, Any]) -> Justification:
    if step["arguments"]["part"] == "entries":
        return _said(
            rf"The entries are $\hat\sigma^{{(L)}}(x_i \cdot x_j)$, and {because.references(step['premises'])} holds"
            r" for every $\rho = x_i \cdot x_j$."
        )
    entries, small = map(because.reference, step["premises"])
    return _said(
        f"With off-diagonal entries at most $b$ by {entries} and a diagonal of ones, every eigenvalue lies within"
        f" $(n - 1)\\,b$ of 1 (Gershgorin), and $(n - 1)\\,b < 1$ by {small}."
    )


def _schur(because: Because, step: dict[str, Any]) -> Justification:
    part = step["arguments"]["part"]
    if part == "trace":
        least, positive = map(because.reference, step["premises"])
        return _said(
            r"The eigenvalues sum to $n$, and the smallest is at least $m$ by "
            + least
            + r", so the largest is at most $n - (n - 1)\,m$; $m > 0$ by "
            + positive
            + r". The quotient is at most $1 + n\,(1 - m)/m$."
        )
    f = {"floor": r"\hat\sigma", "kernel": r"\hat\sigma^{(L)}", "tangent": r"\Theta^{(L)}"}[part]
    why = "" if part == "floor" else f" ${f}$ is a power series with non-negative coefficients."
    return _said(
        rf"$M = K - \delta I$ is positive semidefinite with diagonal $1 - \delta$, so ${f}[M]$ (entrywise) is"
        rf" positive semidefinite (Schur). ${f}[K] - {f}[M]$ is diagonal with entries"
        rf" ${f}(1) - {f}(1 - \delta)$, since $K$ and $M$ agree off the diagonal.{why}"
    )


def _identity(because: Because, step: dict[str, Any]) -> Justification:
    kinds = [entry[0] for entry in step["arguments"]["rewrite"]]
    doing = [
        "unfolding the definitions" if "unfold" in kinds else "",
        "using the hypothesis" if "given" in kinds else "",
        f"putting in {because.references(step['premises'])}" if step["premises"] else "",
    ]
    told = " and ".join(filter(None, doing))
    return Justification((f"After {told} both sides are the same expression." if told else "An identity.",))


def _unrolled(because: Because, step: dict[str, Any]) -> Justification:
    return _said(
        r"By induction on $L$, from $\Theta^{(L)}(r) = \hat\sigma^{(L)}(r) +"
        r" \hat\sigma'(\hat\sigma^{(L-1)}(r))\,\Theta^{(L-1)}(r)$: the last summand has an empty product, and every"
        r" other one gains the factor $\hat\sigma'(\hat\sigma^{(L-1)}(r))$."
    )


def _hermite_parts(because: Because, step: dict[str, Any]) -> Justification:
    return _said(
        r"By parts, with $\operatorname{He}_r' = r \operatorname{He}_{r-1}$ and $\varphi' = -x \varphi$: the integrand"
        r" has an antiderivative that is a polynomial in $x$ and two Hermite polynomials times $\varphi$, which"
        r" vanishes at $\infty$; $\varphi(0) = 1/\sqrt{2\pi}$."
    )


def _recurrence_limit(because: Because, step: dict[str, Any]) -> Justification:
    return _said(
        r"If $y_{k+1} = a_k + b_k y_k$, $a_k \to a$, $b_k \to b$ and $|b| < 1$, then $y_k \to a/(1 - b)$: in each step"
        r" the error is multiplied by less than some $c < 1$, up to a null sequence."
    )


def _evaluation(because: Because, step: dict[str, Any]) -> Justification:
    return Justification(("Both sides are numbers; they were enclosed in balls that decide it.",))


def _ball_box(because: Because, step: dict[str, Any]) -> Justification:
    kinds = _kinds(step["evidence"][0])
    boxes = kinds.count("split") + 1
    where = "On the whole box" if boxes == 1 else f"On each of {boxes} boxes that together make up the whole one"
    ways = ["an enclosure of the right side minus the left side in rigorous intervals shows its sign"]
    if "slope" in kinds:
        ways.append("its derivative has one sign, and at the end from which it grows its value or its limit is known")
    if "angle" in kinds:
        ways.append("as a function of an angle, with its cosine for the correlation, it is smooth at the end")
    if "factors" in kinds or "terms" in kinds:
        ways.append("it is made of factors or terms whose signs are shown")
    return Justification((f"{where}, {', or '.join(ways)}.",))


def _kinds(tree: Any) -> list[str]:
    """The kinds of all nodes of the evidence of a ball box step."""
    if not isinstance(tree, list) or not tree:
        return []
    known = ("split", "slope", "factors", "terms", "plain", "centred", "zero", "powers", "angle")
    return [tree[0]] * (tree[0] in known) + [kind for part in tree for kind in _kinds(part)]


def _monte_carlo(because: Because, step: dict[str, Any]) -> Justification:
    samples, seed = step["arguments"]["samples"], step["arguments"]["seed"]
    return Justification(
        (f"By {samples} samples (seed {seed}): with the confidence stated, the mean lies in {step['interval']}.",)
    )


_WORDS: dict[str, Callable[[Because, dict[str, Any]], Justification]] = {
    "consequence": _consequence,
    "polynomial": _polynomial,
    "vertices": _vertices,
    "cases": _cases,
    "induction": _induction,
    "passage": _passage,
    "gershgorin": _gershgorin,
    "schur": _schur,
    "identity": _identity,
    "unrolled": _unrolled,
    "hermite parts": _hermite_parts,
    "recurrence limit": _recurrence_limit,
    "evaluation": _evaluation,
    "ball box": _ball_box,
    "monte carlo": _monte_carlo,
}
"""The words for each rule; a rule without an entry is called by its name, and its law stands at the end."""

