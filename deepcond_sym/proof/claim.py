"""A claim: what is said, where, what we expect, how it is proved or refuted, and the mutants that must not survive."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Any

import sympy as sp

from deepcond_sym.errors import InputError

from .contradiction import Contradiction, contradict
from .hunt import hunt
from .language import Statement, Term, term
from .proof import Proof
from .refutation import Refutation, refute
from .sampling import Contradicted
from .semantics import Instance
from .sharpening import Failure, Sharpening
from .slack import Slack, slack
from .step import RuleFailure, Step
from .verdict import Verdict

Statements = tuple[Statement, ...]
Builder = Callable[..., Statement | Statements]
Prover = Callable[..., Step | list[Step]]

PROVENANCE = ("paper", "as reported", "derived here")


@dataclass(frozen=True)
class Mutant:
    """The claim with some parameters changed, so that it (or its proof) is wrong.

    `false` says that the changed statement is false: then it must come out REFUTED, with a witness; otherwise it is
    enough that it does not come out proved (a hypothesis dropped from the proof, or a limit that balls cannot reach).
    """

    name: str
    changes: dict[str, Any]
    false: bool = True


@dataclass(frozen=True)
class Judgement:
    """What was found out about the statements of a claim."""

    verdict: Verdict
    statements: Statements
    steps: tuple[Step, ...]
    refutation: Refutation | Contradiction | None
    reason: str
    seconds: float


@dataclass
class Claim:
    """One statement of a paper (or of ours), with its formal statements and its proof.

    `printed` is the statement as printed, in LaTeX; `parameters` are the constants of the statement and of the proof
    that mutants may change; `witnesses` are instances to try first when the claim is refuted; `beside` names the
    corrected or sharper claims. A claim that cannot be judged is expected UNDECIDED: its `note` says why, and it may
    do without a formal statement.

    >>> from deepcond_sym.symbols import rho
    >>> from deepcond_sym.proof import forall, interval, le
    >>> claim = Claim("example/square", title="r^2 <= r", parameters={"c": 1})
    >>> @claim.states
    ... def statement(c):
    ...     return forall(interval(rho, 0, 1), holds=le(rho**2, c * rho))
    >>> @claim.proves
    ... def proof(prove, goal, c):
    ...     return prove.polynomial(goal.conclusion, *goal.variables)
    >>> claim.mutant("half of it", c="1/2")
    >>> claim.judge().verdict
    <Verdict.PROVED: 'PROVED'>
    """

    id: str
    title: str
    source: str = ""
    provenance: str = "derived here"
    printed: str = ""
    expected: Verdict = Verdict.PROVED
    note: str = ""
    beside: tuple[str, ...] = ()
    parameters: dict[str, Any] = field(default_factory=dict)
    witnesses: tuple[tuple[int, Instance], ...] = ()
    mutants: list[Mutant] = field(default_factory=list)
    sharpenings: list[Sharpening] = field(default_factory=list)
    slacks: list[Slack] = field(default_factory=list)
    _builder: Builder | None = None
    _prover: Prover | None = None

    def __post_init__(self) -> None:
        if self.id.count("/") != 1 or not all(self.id.split("/")):
            raise InputError(f"name the claim '{self.id}' as 'bibkey/label', for instance 'agarwal2021/L22'")
        if self.provenance not in PROVENANCE:
            raise InputError(f"the provenance of {self.id} must be one of {', '.join(PROVENANCE)}")
        if self.expected is Verdict.UNDECIDED and not self.note:
            raise InputError(f"say in the note of {self.id} why it cannot be judged")

    @property
    def bibkey(self) -> str:
        return self.id.split("/")[0]

    @property
    def label(self) -> str:
        return self.id.split("/")[1]

    def states(self, builder: Builder) -> Builder:
        """Decorator: the function that builds the formal statement(s) from the parameters."""
        self._builder = builder
        return builder

    def proves(self, prover: Prover) -> Prover:
        """Decorator: prover(prove, goal, **parameters) returns one step for each statement; goal is the statement (or
        their tuple)."""
        self._prover = prover
        return prover

    def mutant(self, name: str, *, false: bool = True, **changes: Any) -> None:
        """Declare a mutant; see `Mutant`."""
        unknown = set(changes) - set(self.parameters)
        if unknown:
            raise InputError(
                f"the mutant '{name}' of {self.id} changes {min(unknown)}, which is not a parameter of the claim"
            )
        self.mutants.append(Mutant(name, changes, false))

    def sharpen(
        self,
        parameter: str,
        of: Callable[[Any], Any],
        *,
        printed: object,
        strongest: object,
        weakest: object = None,
        fails: Failure | None = None,
    ) -> None:
        """Declare that a parameter may be pushed: `of(c)` is its value for the rational c, `of(printed)` the one that
        the claim has, and the statements get stronger from c = weakest (by default printed) to c = strongest.

        `fails(c)` may propose where the statement for c fails, as (number of the statement, instance); see
        `Sharpening`. InputError if `of(printed)` is not the parameter of the claim.

        >>> claim = Claim("example/line", title="r <= c", parameters={"top": 2})
        >>> claim.sharpen("top", lambda c: c, printed=2, strongest=0)
        >>> [s.form for s in claim.sharpenings]
        [c]
        """
        if parameter not in self.parameters:
            raise InputError(f"{self.id} has no parameter '{parameter}' to sharpen")
        at, low, high = (Fraction(str(term(c))) for c in (printed, printed if weakest is None else weakest, strongest))
        family = Sharpening(parameter, of, at, low, high, fails)
        given = self._with({})[parameter]
        if not isinstance(given, sp.Expr) or sp.expand(family.value(family.printed) - given) != 0:
            raise InputError(f"at c = {family.printed} the family for '{parameter}' of {self.id} is not {given}")
        self.sharpenings.append(family)

    def compare(
        self,
        depth: sp.Symbol,
        level: object,
        bounds: Mapping[str, Term],
        at: Mapping[sp.Symbol, list[object]],
    ) -> None:
        """Declare a table for the report: the least depth at which each bound is at most `level`; see `slack`."""
        self.slacks.append(slack(depth, level, bounds, at))

    def probe(self, place: int, c: Fraction, *, hunt_seconds: float = 5) -> Judgement:
        """Judge the claim with the parameter of its sharpening number `place` at c."""
        family = self.sharpenings[place]
        proposed = () if family.fails is None else (family.fails(c),)
        trial = replace(self, witnesses=(*proposed, *self.witnesses))
        return trial.judge(hunt_seconds=hunt_seconds, **{family.parameter: family.value(c)})

    def statements(self, **changes: Any) -> Statements:
        """The formal statements, with some parameters changed."""
        if self._builder is None and self.expected is Verdict.UNDECIDED:
            return ()
        if self._builder is None:
            raise InputError(f"the claim {self.id} says nothing yet: give it a statement with @claim.states")
        built = self._builder(**self._with(changes))
        return built if isinstance(built, tuple) else (built,)

    def judge(self, *, hunt_seconds: float = 5, **changes: Any) -> Judgement:
        """Prove the statements, or find a witness against them, or say why neither was possible."""
        start = time.perf_counter()
        statements = self.statements(**changes)
        if not statements:
            return Judgement(Verdict.UNDECIDED, (), (), None, self.note, time.perf_counter() - start)
        try:
            steps = self._prove(statements, changes)
        except RuleFailure as failure:
            refutation = _contradiction(statements, failure) or self._refute(statements, hunt_seconds)
            verdict = Verdict.UNDECIDED if refutation is None else Verdict.REFUTED
            return Judgement(verdict, statements, (), refutation, str(failure), time.perf_counter() - start)
        verdict = Verdict.weakest([s.verdict for s in steps])
        return Judgement(verdict, statements, tuple(steps), None, "", time.perf_counter() - start)

    def _with(self, changes: dict[str, Any]) -> dict[str, Any]:
        """The parameters with these changes; numbers and strings become exact terms, floats are refused there."""
        return {
            key: term(v) if isinstance(v, (str, int, float)) and not isinstance(v, bool) else v
            for key, v in {**self.parameters, **changes}.items()
        }

    def _prove(self, statements: Statements, changes: dict[str, Any]) -> list[Step]:
        """One step for each statement, that shows it; RuleFailure otherwise."""
        if self._prover is None:
            raise RuleFailure("no proof is given")
        (goal,) = statements if len(statements) == 1 else (statements,)
        made = self._prover(Proof(), goal, **self._with(changes))
        steps = made if isinstance(made, list) else [made]
        if any(type(step) is not Step for step in steps):
            raise RuleFailure("the proof must return the steps that its rules made, one for each statement")
        for i, statement in enumerate(statements):
            if i >= len(steps) or steps[i].conclusion != statement:
                shown = steps[i].conclusion if i < len(steps) else "nothing"
                raise RuleFailure(f"the proof shows [{shown}], the claim says [{statement}]")
        return steps

    def _refute(self, statements: Statements, seconds: float) -> Refutation | None:
        for part, instance in self.witnesses:
            found = refute(statements, part, instance)
            if found is not None:
                return found
        for part, statement in enumerate(statements):
            instance = hunt(statement, seconds=seconds / len(statements))
            found = None if instance is None else refute(statements, part, instance)
            if found is not None:
                return found
        return None


def _contradiction(statements: Statements, failure: RuleFailure) -> Contradiction | None:
    """What samples say against one of the statements, where it was samples that did not support it."""
    if not isinstance(failure, Contradicted) or failure.statement not in statements:
        return None
    return contradict(statements, statements.index(failure.statement), failure.seed, failure.samples)
