"""Bounds for the mean of a named experiment, from samples: evidence at a stated confidence, never a proof.

Law. For any true mean, the interval computed from the samples misses it with probability at most ERROR, also if whoever
chose the seed and the number of samples tried them all: each of the SEEDS x SIZES intervals has its share of ERROR
(union bound). A bound that the whole interval obeys is supported; one that all of it violates is contradicted. Sources:
Clopper and Pearson 1934 for events, Maurer and Pontil 2009, Theorem 4, for means (`arithmetic.confidence`). Taken on
trust: that the generator's numbers behave like independent Gaussians, and that rounding does not matter."""

from fractions import Fraction
from functools import lru_cache
from typing import Any

import sympy as sp

from deepcond_sym.arithmetic import ball_from_exact, precision
from deepcond_sym.arithmetic.confidence import clopper_pearson, empirical_bernstein

from ..encoding import decode_statement, whole
from ..experiment_call import read_experiment
from ..language import Statement, Term, expectation
from ..semantics import CannotEvaluate, Evaluator, Instance
from ..step import Evidence, RuleFailure
from ..verdict import Verdict

ERROR = Fraction(1, 10**9)
SEEDS, SIZES = range(1000), [2**k for k in range(4, 21)]


class Contradicted(RuleFailure):
    """The samples speak against the statement, at the confidence of the rule."""

    def __init__(self, statement: Statement, seed: int, samples: int) -> None:
        super().__init__(f"{samples} samples (seed {seed}) contradict {statement}")
        self.statement, self.seed, self.samples = statement, seed, samples


def check(arguments: dict[str, Any], premises: list[Statement], evidence: Evidence) -> tuple[Statement, Verdict]:
    """The statement given, a bound for one `expectation`: SUPPORTED, whatever the samples say; else RuleFailure."""
    statement = decode_statement(arguments["statement"])
    seed, samples = whole(arguments["seed"]), whole(arguments["samples"])
    if premises:
        raise RuleFailure("an experiment rests on its own samples, not on premises")
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
        if (below is None or below <= a) and (above is None or b <= above):
            return statement, Verdict.SUPPORTED
    raise RuleFailure(f"{samples} samples leave [{float(least):.6g}, {float(most):.6g}]: not enough to decide")


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

