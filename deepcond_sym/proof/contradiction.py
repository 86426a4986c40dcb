"""A refutation by simulation: the samples leave a confidence interval that contradicts the statement.

It is no counterexample: it may be wrong with the small probability that it names."""

from dataclasses import dataclass
from fractions import Fraction

from .experiment_call import read_experiment
from .language import Statement, expectation
from .sampling import ERROR, Contradicted, bounds, shown, weigh
from .step import RuleFailure


@dataclass(frozen=True)
class Contradiction:
    """The statement fails by samples drawn from the seed; `contradict` makes these, after the rule has decided."""

    part: int
    statement: Statement
    seed: int
    samples: int
    confidence: str

    def describe(self) -> str:
        """Where the samples come from, and how sure they make."""
        return f"at confidence {self.confidence}, by {self.samples} samples (seed {self.seed}) of the experiment"

    def sides(self) -> tuple[str, str]:
        """The experiment's interval in place of the mean, and the other side as it stands."""
        relation, call = self.statement.conclusion, bounds(self.statement)[0]
        mean = f"a mean in {shown(self.statement, self.seed, self.samples)}"
        left, right = (str(side).replace(str(call), mean) for side in (relation.lhs, relation.rhs))
        return left, right

    def reproduce(self) -> str:
        """Lines of Python that draw the samples again and print their mean."""
        experiment, values = read_experiment(bounds(self.statement)[0])
        given = ", ".join(repr(v) if isinstance(v, str) else f"Fraction('{v}')" for v in values)
        return (
            "from fractions import Fraction\n"
            "from deepcond_sym.simulation.experiments import EXPERIMENTS\n"
            f"drawn = EXPERIMENTS['{experiment.name}'].run(({given},), samples={self.samples}, seed={self.seed})\n"
            "print('mean', drawn.mean(), 'standard error', drawn.std() / len(drawn)**0.5)\n"
            f"print('claimed: {self.statement.conclusion}')"
        )


def contradict(statements: tuple[Statement, ...], part: int, seed: int, samples: int) -> Contradiction | None:
    """The contradiction, if samples from this seed speak against that statement at the rule's confidence."""
    try:
        weigh(statements[part], seed, samples)
    except Contradicted:
        return Contradiction(part, statements[part], seed, samples, confidence_of(statements))
    except RuleFailure:
        return None
    return None


def confidence_of(statements: tuple[Statement, ...]) -> str:
    """"1 - 3e-9" for three statements about experiments, whose chances of error add up; "" where there are none.

    >>> import sympy as sp
    >>> from deepcond_sym.proof.language import forall, le
    >>> event = expectation(sp.Symbol("also_quiet", real=True), 2, sp.Rational(1, 4))
    >>> confidence_of((forall(holds=le(event, 1)), forall(holds=le(0, event)), forall(holds=le(0, 1))))
    '1 - 2e-9'
    """
    count = sum(any(side.has(expectation) for side in (s.conclusion.lhs, s.conclusion.rhs)) for s in statements)
    return f"1 - {float(count * Fraction(ERROR)):g}".replace("e-0", "e-") if count else ""
