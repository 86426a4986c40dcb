"""What `expectation(name, ...)` speaks of: an experiment of the fixed table, and parameters that it takes."""

from fractions import Fraction
from typing import TYPE_CHECKING

import sympy as sp

from deepcond_sym.errors import InputError

from .language import Term, expectation, term

if TYPE_CHECKING:
    from deepcond_sym.simulation.experiment import Experiment, Value


def mean_of(name: str, *parameters: object) -> Term:
    """The mean of an experiment of the table, for use in a statement; a string of letters names an activation.

    >>> mean_of("quiet_neuron", 2, "1/4")
    expectation(quiet_neuron, 2, 1/4)

    Errors: InputError, when the statement is made, for what `read_experiment` refuses.
    """
    named = (p.isidentifier() if isinstance(p, str) else False for p in parameters)
    values = [sp.Symbol(str(p), real=True) if n else term(p) for p, n in zip(parameters, named, strict=True)]
    return expectation(sp.Symbol(name, real=True), *values)


def read_experiment(call: sp.Expr) -> "tuple[Experiment, tuple[Value, ...]]":
    """The experiment and its parameters; InputError for a name that is not in the table or a parameter out of range.

    >>> experiment, values = read_experiment(expectation(sp.Symbol("quiet_neuron", real=True), 2, sp.Rational(1, 4)))
    >>> experiment.name, values
    ('quiet_neuron', (Fraction(2, 1), Fraction(1, 4)))
    """
    from deepcond_sym.simulation.experiments import EXPERIMENTS

    name, values = (call.args[0] if call.args else None), tuple(map(_value, call.args[1:]))
    experiment = EXPERIMENTS.get(name.name) if isinstance(name, sp.Symbol) else None
    if experiment is None:
        raise InputError(f"{name} is not the name of an experiment: it is one of {', '.join(EXPERIMENTS)}")
    experiment.read(values)
    return experiment, values


def _value(part: sp.Basic) -> "Value":
    if isinstance(part, sp.Symbol):
        return part.name
    if isinstance(part, sp.Rational):
        return Fraction(int(part.p), int(part.q))
    raise InputError(f"a parameter of an experiment is an exact number or the name of an activation, not {part}")
