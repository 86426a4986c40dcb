"""`Law`: one identity of kernels, the kernels that it holds for, and the cases it is tried on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from hypothesis import strategies as st

from .strategies import correlations
from .subject import Subject


@dataclass(frozen=True)
class Law:
    """A law: `check(subject, case)` raises `Counterexample` where the kernel breaks it.

    `applies` says for which kernels it holds, `cases` gives the strategy for a kernel, `first` the cases that are tried
    in any case, before those that are drawn. The formula is in `says`.
    """

    name: str
    says: str
    applies: Callable[[Subject], bool]
    cases: Callable[[Subject], st.SearchStrategy[Any]]
    first: Callable[[Subject], tuple[Any, ...]]
    check: Callable[[Subject, Any], None]


def always(_: Subject) -> bool:
    """For laws that every kernel obeys."""
    return True


def cosines(subject: Subject) -> st.SearchStrategy[float]:
    """All cosines."""
    return correlations(subject.dtype)


def ends(subject: Subject) -> tuple[float, ...]:
    """1, -1, 0, and the numbers beside 1 and -1."""
    one = subject.dtype.type(1)
    beside = float(np.nextafter(one, subject.dtype.type(0)))
    return 1.0, -1.0, 0.0, beside, -beside


def none(_: Subject) -> tuple[Any, ...]:
    """For laws of which all cases are drawn."""
    return ()


def once(_: Subject) -> st.SearchStrategy[None]:
    """For laws without a case to choose."""
    return st.none()


def law(
    name: str,
    says: str,
    cases: Callable[[Subject], st.SearchStrategy[Any]] = cosines,
    applies: Callable[[Subject], bool] = always,
    first: Callable[[Subject], tuple[Any, ...]] | None = None,
) -> Callable[[Callable[[Subject, Any], None]], Law]:
    """Make a law of a function that checks one case.

    >>> positive = law("positive", "K(rho) >= 0")(lambda subject, rho: None)
    >>> positive.name, positive.says
    ('positive', 'K(rho) >= 0')
    """
    tried = first or (ends if cases is cosines else none)
    return lambda check: Law(name, says, applies, cases, tried, check)
