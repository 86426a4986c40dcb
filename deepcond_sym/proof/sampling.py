"""What samples say of the mean of an experiment: the trusted half of the rule "monte carlo", which makes no proofs.

For any true mean, the interval computed from the samples misses it with probability at most ERROR, also if whoever
chose the seed and the number of samples tried them all: each of the SEEDS x SIZES intervals has its share of ERROR
(union bound). Each statement has that chance of its own: whoever tries many parameters of an experiment tries as often.
Taken on trust: that the numbers of the generator behave like independent Gaussians, and that the
rounding of doubles does not matter."""

from fractions import Fraction
from functools import lru_cache
from typing import Any

import sympy as sp

from deepcond_sym.arithmetic import ball_from_exact, precision
from deepcond_sym.arithmetic.confidence import clopper_pearson, empirical_bernstein

from .experiment_call import read_experiment
from .language import Statement, Term, expectation
from .semantics import CannotEvaluate, Evaluator, Instance
from .step import RuleFailure

ERROR = Fraction(1, 10**9)
SEEDS, SIZES = range(1000), [2**k for k in range(4, 21)]


class Contradicted(RuleFailure):
    """The samples speak against the statement, at the confidence of the rule."""

    def __init__(self, statement: Statement, seed: int, samples: int) -> None:
        super().__init__(f"{samples} samples (seed {seed}) contradict {statement}")
        self.statement, self.seed, self.samples = statement, seed, samples


def weigh(statement: Statement, seed: int, samples: int) -> None:
    """Return if the whole interval obeys the statement; Contradicted if all of it violates it; else RuleFailure.

    >>> from deepcond_sym.proof.language import forall, le
    >>> event = expectation(sp.Symbol("also_quiet", real=True), 2, sp.Rational(1, 4))
    >>> weigh(forall(holds=le(event, "1/2")), 0, 2**10)
    >>> weigh(forall(holds=le("1/2", event)), 0, 2**10)
    Traceback (most recent call last):
    deepcond_sym.proof.sampling.Contradicted: 1024 samples (seed 0) contradict 1/2 <= expectation(also_quiet, 2, 1/4)
    """
    call, low, high = bounds(statement)
    least, most = interval(call, seed, samples)
    with precision(bits=200):
        try:
            below, above = (None if bound is None else Evaluator(Instance()).value(bound) for bound in (low, high))
        except CannotEvaluate as cause:
            raise RuleFailure(f"the bound has no value: {cause}") from None
        a, b = ball_from_exact(least), ball_from_exact(most)
        if (below is not None and b < below) or (above is not None and a > above):
            raise Contradicted(statement, seed, samples)
        if not ((below is None or below <= a) and (above is None or b <= above)):
            raise RuleFailure(f"{samples} samples leave {shown(statement, seed, samples)}: not enough to decide")


def bounds(statement: Statement) -> tuple[Term, Term | None, Term | None]:
    """The expectation that the statement bounds, and the terms below and above it."""
    left, right = statement.conclusion.lhs, statement.conclusion.rhs
    calls = {call for side in (left, right) for call in side.atoms(expectation)}
    more = statement.variables or statement.given or statement.family or statement.sequences
    if more or statement.conclusion.op != "<=" or len(calls) != 1:
        raise RuleFailure("an experiment bears on one `expectation` and `<=`, without variables")
    call, inner = calls.pop(), (left.args[0] if isinstance(left, sp.Abs) else sp.S.Zero)
    sign: Any = inner.coeff(call)
    centre = call - sign * inner  # |inner| = |call - centre| if the sign is 1 or -1
    around = (centre - right, centre + right) if sign in (1, -1) else (call, call)
    low, high = (left, None) if right == call else (None, right) if left == call else around
    if any(bound is not None and bound.has(expectation) for bound in (low, high)):
        raise RuleFailure("an experiment bounds an expectation from below, from above or around a number")
    return call, low, high


@lru_cache(maxsize=256)
def interval(call: Term, seed: int, samples: int) -> tuple[Fraction, Fraction]:
    """The confidence interval for the expectation from these samples, which are drawn here."""
    if seed not in SEEDS or samples not in SIZES:
        raise RuleFailure(f"take a seed from 0 to {SEEDS[-1]} and a power of 2 from {SIZES[0]} to {SIZES[-1]} samples")
    experiment, values = read_experiment(call)
    drawn, error = experiment.run(values, samples, seed), ERROR / (len(SEEDS) * len(SIZES))
    if experiment.counts:
        return clopper_pearson(int(drawn.sum()), samples, error)
    return empirical_bernstein(drawn, experiment.low, experiment.high, error)


def shown(statement: Statement, seed: int, samples: int) -> str:
    """The interval for people to read."""
    low, high = interval(bounds(statement)[0], seed, samples)
    return f"[{float(low):.6g}, {float(high):.6g}]"
