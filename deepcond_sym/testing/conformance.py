"""`check_kernel`: one line in anyone's test suite that holds a kernel against the laws of kernels."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Literal

import sympy as sp
from hypothesis import HealthCheck, given, settings
from hypothesis.errors import Flaky

from deepcond_sym.activations import Activation
from deepcond_sym.depth import DepthMap
from deepcond_sym.errors import InputError

from .counterexample import Counterexample
from .laws import LAWS, Law
from .subject import Form, Subject

EXAMPLES = 40
"""Cases that each law is tried on, unless told otherwise."""

_SLOW_IS_FINE = (HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example)


@dataclass(frozen=True)
class Outcome:
    """What came of one law: `counterexample` is None where all cases passed; `applies` is False where the law does not
    hold for such a kernel and was not tried.

    >>> Outcome(LAWS[0], True, None).passed
    True
    """

    law: Law
    applies: bool
    counterexample: Counterexample | None

    @property
    def passed(self) -> bool:
        """Whether the law was tried and no case broke it."""
        return self.applies and self.counterexample is None


def check_kernel(
    kernel: Callable[..., Any],
    *,
    activation: Activation | str | sp.Expr,
    depth: int,
    weight_variance: Any = 1,
    bias_variance: Any = 0,
    kind: Literal["nngp", "ntk"] = "nngp",
    dtype: Any = "float64",
    form: Form | None = None,
    tolerance: float | None = None,
    laws: Iterable[str] | None = None,
    examples: int = EXAMPLES,
) -> None:
    """Hold a kernel against the laws that it must obey; raise `Counterexample`, an AssertionError, with a shrunk case.

    `kernel` is a function of an array of cosines in [-1, 1] (unit inputs), or of two arrays of points, of shapes
    (n, d) and (m, d), which answers with an (n, m) array; which of them is told by its number of arguments, or by
    `form` ("cosine" or "points"). It claims to be the `kind` of kernel ("nngp" or "ntk") of a fully connected network:
    `depth` non-linear layers, Theta^(0) = K^(0) = x.y, K^(l) = weight_variance E[sigma sigma] + bias_variance and
    Theta^(l) = K^(l) + weight_variance E[sigma' sigma'] Theta^(l-1) (see `DepthMap`; variances exact, "0.05" rather
    than 0.05). `dtype` is that of its arguments. A value may be off by `tolerance` times the diagonal, 64 eps
    (depth + 1) by default, and the cosine by 4 eps (depth + 1). `laws` names those to be tried, by default all in
    `LAWS`; each is tried on `examples` cases, the same ones in every run.

    Raises `InputError`, before any case, for a kernel that has no such limit or leaves the range of float64.

    >>> import numpy as np
    >>> def arc_cosine(rho):
    ...     return (np.sqrt(1 - rho**2) + rho * (np.pi - np.arccos(rho))) / np.pi
    >>> check_kernel(arc_cosine, activation="relu", depth=1, weight_variance=2)
    >>> check_kernel(lambda rho: rho * arc_cosine(rho), activation="relu", depth=1, weight_variance=2)
    Traceback (most recent call last):
    ...
    deepcond_sym.testing.counterexample.Counterexample: The kernel breaks the law ...

    Source: derived here; the laws are listed with their formulas in `LAWS`.
    """
    for outcome in kernel_laws(
        kernel, activation=activation, depth=depth, weight_variance=weight_variance, bias_variance=bias_variance,
        kind=kind, dtype=dtype, form=form, tolerance=tolerance, laws=laws, examples=examples,
    ):  # fmt: skip
        if outcome.counterexample is not None:
            raise outcome.counterexample from None


def kernel_laws(
    kernel: Callable[..., Any],
    *,
    activation: Activation | str | sp.Expr,
    depth: int,
    weight_variance: Any = 1,
    bias_variance: Any = 0,
    kind: Literal["nngp", "ntk"] = "nngp",
    dtype: Any = "float64",
    form: Form | None = None,
    tolerance: float | None = None,
    laws: Iterable[str] | None = None,
    examples: int = EXAMPLES,
) -> Iterable[Outcome]:
    """One `Outcome` for each law, as it is tried; the arguments are those of `check_kernel`.

    >>> outcomes = kernel_laws(lambda rho: rho, activation="identity", depth=2, laws=["parity", "Taylor"])
    >>> [(outcome.law.name, outcome.passed) for outcome in outcomes]
    [('parity', True), ('Taylor', True)]
    """
    wanted = _named(laws)
    if examples < 1:
        raise InputError(f"Each law is tried on at least one example, not {examples}.")
    network = DepthMap(activation, depth, weight_variance, bias_variance)
    subject = Subject(kernel, network, kind, dtype, tolerance, form)
    return (_outcome(law, subject, examples) for law in wanted)


def _named(laws: Iterable[str] | None) -> list[Law]:
    if laws is None:
        return list(LAWS)
    by_name = {law.name: law for law in LAWS}
    names = list(laws)
    for name in names:
        if name not in by_name:
            raise InputError(f"There is no law {name!r}; the laws are {', '.join(by_name)}.")
    return [by_name[name] for name in names]


def _outcome(law: Law, subject: Subject, examples: int) -> Outcome:
    if not law.applies(subject):
        return Outcome(law, False, None)

    @settings(
        max_examples=examples, database=None, deadline=None, derandomize=True, report_multiple_bugs=False,
        print_blob=False, suppress_health_check=_SLOW_IS_FINE,
    )  # fmt: skip
    @given(law.cases(subject))
    def holds(case: Any) -> None:
        law.check(subject, case)

    try:
        for case in law.first(subject):
            law.check(subject, case)
        holds()
    except Counterexample as counterexample:
        counterexample.__notes__ = []
        return Outcome(law, True, counterexample)
    except Flaky:
        return Outcome(law, True, Counterexample(law.name, "asked twice, it answers with two numbers"))
    return Outcome(law, True, None)
