"""Statements as sentences: runs of text and of formulas, which the LaTeX document and the web page set in their way."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import sympy as sp
from sympy.core.function import AppliedUndef

from deepcond_sym.proof.encoding import decode_statement
from deepcond_sym.proof.experiment_call import read_experiment
from deepcond_sym.proof.language import (
    ARBITRARY,
    OF_POINTS,
    RELU,
    Family,
    Relation,
    Sequence,
    Statement,
    Variable,
    component,
    expectation,
    gram,
    inner,
    repeat,
    steps_to,
)

from .printer import TermPrinter, symbol_latex, term_latex, with_index, word_latex

OPERATORS = {"<=": r"\le", "<": "<", "==": "=", "!=": r"\ne"}


@dataclass(frozen=True)
class Formula:
    """A run of LaTeX in math mode."""

    latex: str


Run = str | Formula


@dataclass(frozen=True)
class Sentence:
    """A statement in reading order: quantifiers, the relation (left, operator, right), definitions."""

    before: tuple[Run, ...]
    left: str
    operator: str
    right: str
    after: tuple[Run, ...]

    @property
    def relation(self) -> str:
        return f"{self.left} {self.operator} {self.right}"


class Names:
    """What is said once in a proof: short names, N for steps_to(A, r) and q for the map of a `repeat`, and the
    recursions of sequences that mean the same in all of its statements."""

    def __init__(self, statements: Iterable[Statement]) -> None:
        listed = list(statements)
        terms = [t for s in listed for t in s.terms]
        taken = {v.symbol.name for s in listed for v in s.variables} | {q.name for s in listed for q in s.sequences}
        levels = dict.fromkeys(call for t in terms for call in sorted(t.atoms(steps_to), key=sp.default_sort_key))
        self._bodies: dict[Any, sp.Basic] = {}
        for call in (call for t in terms for call in sorted(_repeats(t), key=sp.default_sort_key)):
            self._bodies.setdefault(map_of(call), call.args[0])
        self.of = _named(list(levels), ("N", "M", "T", "J", "N_*"), taken)
        self.maps = _named(list(self._bodies), ("q", "Q", "g", "u", "q_*"), taken)
        defined = {q.name: {s for statement in listed for s in statement.sequences if s.name == q.name}
                   for statement in listed for q in statement.sequences}  # fmt: skip
        self._sequences = {name: next(iter(found)) for name, found in defined.items() if _is_plain(found)}
        self._relu = any(s.family == RELU for s in listed)
        self._introduced: set[Any] = set()

    def printer(self, **options: Any) -> TermPrinter:
        """A printer that uses the names."""
        return TermPrinter(names=self.of, maps=self.maps, **options)

    def introduce(self, statement: Statement) -> list[str]:
        """The definitions, as LaTeX, of the names that this statement is the first to use."""
        terms = statement.terms
        used = {call for t in terms for call in t.atoms(steps_to)} | {map_of(r) for t in terms for r in _repeats(t)}
        return self._define(used | ({RELU} if statement.family == RELU else set()))

    def define_all(self) -> list[str]:
        """The definitions of all names that were not introduced yet, and of the sequences: maps first."""
        found = self._define({*self.of, *self.maps} | ({RELU} if self._relu else set()))
        for sequence in self._sequences.values():
            if self.is_new(sequence):
                first, step, bound = recursion_latex(sequence, self.printer())
                found.append(rf"{first}, \quad {step} \quad ({bound})")
        return found

    def is_new(self, sequence: Sequence) -> bool:
        """Whether the recursion has to be said: not again where it was said before and means the same everywhere."""
        if self._sequences.get(sequence.name) != sequence:
            return True
        fresh = sequence not in self._introduced
        self._introduced.add(sequence)
        return fresh

    def _define(self, used: set[Any]) -> list[str]:
        fresh = used - self._introduced
        self._introduced |= fresh
        maps = [
            rf"{name}\left({term_latex(key[1])}\right) = {term_latex(self._bodies[key])}"
            for key, name in self.maps.items()
            if key in fresh
        ]
        levels = [f"{name} = {term_latex(call)}" for call, name in self.of.items() if call in fresh]
        return [*([_dual_of(RELU)] if RELU in fresh else []), *maps, *levels]


def _dual_of(family: Family, printer: TermPrinter | None = None) -> str:
    """The dual of the one member of a family, as a definition."""
    assert family.member is not None
    t, dual = (printer or TermPrinter()).doprint(family.member[0]), family.member[1]
    return rf"\hat\sigma\left({t}\right) = {(printer or TermPrinter()).doprint(dual)}"


def map_of(call: AppliedUndef) -> tuple[sp.Basic, sp.Basic]:
    """The map t -> body of repeat(body, t, L, s), as (body, t): the body expanded, so that one map has one name."""
    return sp.expand(call.args[0]), call.args[1]


def _repeats(term: sp.Basic) -> list[AppliedUndef]:
    return [call for call in term.atoms(AppliedUndef) if call.func == repeat]


def _named(things: list[Any], letters: tuple[str, ...], taken: set[str]) -> dict[Any, str]:
    letter = next(letter for letter in letters if letter not in taken)
    return {thing: letter if len(things) == 1 else f"{letter}_{{{i + 1}}}" for i, thing in enumerate(things)}


def proof_names(result: dict) -> Names:
    """The names for all that a result states and proves."""
    return Names(map(decode_statement, [*result["statements"], *(step["conclusion"] for step in result["steps"])]))


def sentence(statement: Statement, names: Names | None = None) -> Sentence:
    r"""The statement as a sentence; `names` are shared by the statements of one proof.

    >>> from deepcond_sym.proof.language import NORMALISED, dual, forall, interval, le
    >>> from deepcond_sym.symbols import rho
    >>> said = sentence(forall(interval(rho, 0, 1), family=NORMALISED, holds=le(dual(rho), rho)))
    >>> print(said.relation)
    \hat\sigma\left(\rho\right) \le \rho
    >>> said.before
    ('For every normalised activation and all ', Formula(latex='\\rho \\in [0, 1]'), ':')
    """
    limits = _limits(statement)
    names = names or Names([statement])
    printer = names.printer(
        taken={v.symbol.name for v in statement.variables},
        short_limits=one_range_each([statement]),
        indices={sequence.name: symbol_latex(sequence.index.name) for sequence in statement.sequences},
    )
    named = [Formula(definition) for definition in names.introduce(statement)]
    told = [s for s in statement.sequences if names.is_new(s)]
    after = _where(statement, told, printer, limits if printer.short_limits else set(), named)
    relation = statement.conclusion
    return Sentence(
        before=tuple(_quantifiers(statement, printer)),
        left=printer.doprint(relation.lhs),
        operator=OPERATORS[relation.op],
        right=printer.doprint(relation.rhs),
        after=tuple(after),
    )


def relation_latex(relation: Relation, printer: TermPrinter | None = None) -> str:
    """A relation as LaTeX for math mode."""
    writer = printer or TermPrinter()
    return f"{writer.doprint(relation.lhs)} {OPERATORS[relation.op]} {writer.doprint(relation.rhs)}"


def variable_latex(variable: Variable, printer: TermPrinter | None = None) -> str:
    r"""A variable and its interval, as in \rho \in [0, 1)."""
    writer = printer or TermPrinter()
    name, low, high = (writer.doprint(part) for part in (variable.symbol, variable.lower, variable.upper))
    below, above = variable.lower.is_infinite, variable.upper.is_infinite
    more, less = (">" if variable.open_lower else r"\ge"), ("<" if variable.open_upper else r"\le")
    if below and above:
        return name if variable.integer else rf"{name} \in \mathbb{{R}}"
    if above:
        return f"{name} {more} {low}"
    if below:
        return f"{name} {less} {high}"
    if variable.integer:
        return rf"{low} \le {name} \le {high}"
    left, right = "(" if variable.open_lower else "[", ")" if variable.open_upper else "]"
    return rf"{name} \in {left}{low}, {high}{right}"


def text_runs(text: str) -> tuple[Run, ...]:
    r"""Text with formulas between dollar signs, as runs; an odd number of dollar signs means plain text.

    >>> text_runs(r"linear in $p_i$")
    ('linear in ', Formula(latex='p_i'))
    """
    parts = re.split(r"(?<!\\)\$", text)
    if len(parts) % 2 == 0:
        return (text,)
    runs = (Formula(part) if i % 2 else part for i, part in enumerate(parts))
    return tuple(run for run in runs if run not in ("", Formula("")))


def witness_runs(refutation: dict) -> tuple[Run, ...]:
    """Where the statement fails: at an instance, or by samples at a stated confidence."""
    return instance_runs(refutation["instance"]) if "instance" in refutation else (refutation["where"],)


def instance_runs(instance: dict) -> tuple[Run, ...]:
    """The instance of a refutation: the exact values, and the activation by its p_i."""
    runs: list[Run] = []
    for name, (value, _) in instance.get("values", {}).items():
        runs += [", " if runs else "", Formula(f"{symbol_latex(name)} = {_fraction(value)}")]
    weights = instance.get("weights") or []
    if weights:
        listed = ", ".join(map(_fraction, weights))
        names = "p_0" if len(weights) == 1 else rf"(p_0, \ldots, p_{{{len(weights) - 1}}})"
        value = listed if len(weights) == 1 else f"({listed})"
        runs += [", " if runs else "", "the activation with ", Formula(f"{names} = {value}")]
    for name, lines in instance.get("matrices", {}).items():
        rows = r" \\ ".join(" & ".join(map(_fraction, line)) for line in lines)
        letter = with_index(symbol_latex(name.lower()), "i")
        runs += [", " if runs else "", "the vectors ", Formula(f"{letter}, i = 0, \\ldots, {len(lines) - 1}")]
        runs += [", with the inner products ", Formula(rf"\begin{{pmatrix}} {rows} \end{{pmatrix}}")]
    for name, members in instance.get("vectors", {}).items():
        listed = ", ".join(map(_fraction, members))
        below = ", ".join(with_index(symbol_latex(name), str(k)) for k in range(len(members)))
        runs += [", " if runs else "", Formula(f"({below}) = ({listed})")]
    return tuple(run for run in runs if run)


def _fraction(value: str) -> str:
    number = Fraction(value)
    sign = "-" if number < 0 else ""
    if number.denominator == 1:
        return str(number)
    return rf"{sign}\tfrac{{{abs(number.numerator)}}}{{{number.denominator}}}"


def _quantifiers(statement: Statement, printer: TermPrinter) -> list[Run]:
    scopes: list[list[Run]] = []
    family = statement.family
    if family and family.member and family != RELU:
        scopes.append(["the activation with ", Formula(_dual_of(family, printer))])
    elif family:
        scopes.append(list(text_runs(family.name.replace("E[sigma^2] = 1", r"$\operatorname{E}[\sigma^2] = 1$"))))
    scopes += _data(statement)
    reals = [v for v in statement.variables if not v.integer]
    integers = [v for v in statement.variables if v.integer]
    if reals:
        scopes.append(["all ", *_listed([Formula(variable_latex(v, printer)) for v in reals])])
    if integers:
        noun = "all integers " if len(integers) > 1 else "every integer "
        scopes.append([noun, *_listed([Formula(variable_latex(v, printer)) for v in integers])])
    if not scopes:
        return []
    runs: list[Run] = ["For "]
    for i, scope in enumerate(scopes):
        if i:
            runs.append(" and " if i == len(scopes) - 1 else ", ")
        runs += scope
    if statement.given:
        runs += [" such that ", *_listed([Formula(relation_latex(g, printer)) for g in statement.given], " and ")]
    return _merged([*runs, ":"])


def _data(statement: Statement) -> list[list[Run]]:
    """The arbitrary vectors and numbers that the statement speaks of, by their names."""
    calls = {(c.func, c.args[0]) for t in statement.terms for c in t.atoms(*OF_POINTS)}
    told = {inner: ("all unit vectors ", 1), gram: ("all vectors ", 0), component: ("all real numbers ", 0)}
    scopes: list[list[Run]] = []
    for function, name in sorted(calls, key=str):
        words, first = told[function]
        letter = symbol_latex(name.name if function == component else name.name.lower())
        scopes.append([words, Formula(rf"{', '.join(with_index(letter, str(first + k)) for k in (0, 1))}, \ldots")])
    return scopes


def _where(
    statement: Statement,
    sequences: list[Sequence],
    printer: TermPrinter,
    limits: set[tuple[sp.Symbol, str, sp.Basic]],
    named: list[Formula],
) -> list[Run]:
    facts: list[list[Run]] = [list(_recursion(s, printer)) for s in sequences]
    for formula in named:
        facts.append([formula])
    for tag, kind, value in sorted(limits, key=str):
        index = sp.Symbol("k", integer=True)
        member = with_index(symbol_latex(tag.name), printer.doprint(index))
        facts.append(["the real sequence ", Formula(member), *_of_arbitrary(kind, printer.doprint(value))])
    facts += _experiments(statement)
    if not facts:
        return []
    runs: list[Run] = ["where "]
    for i, words in enumerate(facts):
        runs += ["; " if i else "", *words]
    return _merged([*runs, "."])


def _experiments(statement: Statement) -> list[list[Run]]:
    """What each experiment is that the statement speaks of."""
    calls = {call for t in statement.terms for call in t.atoms(expectation)}
    found = {experiment.name: experiment for experiment, _ in map(read_experiment, sorted(calls, key=str))}
    return [
        [
            Formula(word_latex(name)),
            f"({', '.join(parameter for parameter, _ in experiment.parameters)})",
            " is 1 or 0: " if experiment.counts else " is ",
            experiment.meaning,
        ]
        for name, experiment in found.items()
    ]


def _recursion(sequence: Sequence, printer: TermPrinter) -> tuple[Run, ...]:
    initial, step, bound = recursion_latex(sequence, printer)
    return Formula(initial), ", ", Formula(step), " for ", Formula(bound)


def recursion_latex(sequence: Sequence, printer: TermPrinter) -> tuple[str, str, str]:
    """The first value of a sequence, its step, and from where on it is taken."""
    first, k = sp.Integer(sequence.first), sequence.index
    initial = f"{printer.doprint(sequence(first))} = {printer.doprint(sequence.initial)}"
    step = f"{printer.doprint(sequence(k + 1))} = {printer.doprint(sequence.step)}"
    return initial, step, rf"{printer.doprint(k)} \ge {first}"


def _is_plain(found: set[Sequence]) -> bool:
    """Whether there is one definition only, and no arbitrary sequence in it."""
    calls = {c.func.__name__ for s in found for t in (s.initial, s.step) for c in t.atoms(AppliedUndef)}
    return len(found) == 1 and not calls & {"tending", "ranging"}


def _of_arbitrary(kind: str, value: str) -> tuple[Run, Run]:
    return (" tends to ", Formula(value)) if kind == "tending" else (" lies in ", Formula(f"[0, {value}]"))


def one_range_each(statements: Iterable[Statement]) -> bool:
    """Whether each name of an arbitrary sequence has one limit or range throughout, so that s_k says which it is."""
    found = set().union(*map(_limits, statements))
    return len({tag for tag, *_ in found}) == len(found)


def _limits(statement: Statement) -> set[tuple[sp.Symbol, str, sp.Basic]]:
    """Every arbitrary sequence of the statement with its limit or the end of its range."""
    calls = {call for t in statement.terms for call in t.atoms(AppliedUndef) if call.func in ARBITRARY}
    return {(c.args[0], c.func.__name__, c.args[2]) for c in calls if isinstance(c.args[0], sp.Symbol)}


def _listed(formulas: list[Formula], last: str = ", ") -> list[Run]:
    runs: list[Run] = []
    for i, formula in enumerate(formulas):
        if i:
            runs.append(last if i == len(formulas) - 1 else ", ")
        runs.append(formula)
    return runs


def _merged(runs: list[Run]) -> list[Run]:
    """Neighbouring pieces of text as one piece."""
    merged: list[Run] = []
    for run in runs:
        if isinstance(run, str) and merged and isinstance(merged[-1], str):
            merged[-1] += run
        elif run:
            merged.append(run)
    return merged
