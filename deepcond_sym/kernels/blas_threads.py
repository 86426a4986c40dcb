"""`one_blas_thread`: matrix products without threads of their own."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any


@contextmanager
def one_blas_thread() -> Iterator[list[str]]:
    """Within, BLAS starts no threads: they are in the way of ours, and cost more than small products are worth.

    >>> with one_blas_thread() as notes:
    ...     len(notes) <= 1
    True
    """
    controller = _blas()
    if controller is None:
        yield ["install threadpoolctl, or set OPENBLAS_NUM_THREADS=1: the matrix products start threads of their own"]
        return
    with controller.limit(limits=1, user_api="blas"):
        yield []


@cache
def _blas() -> Any:
    """What sets the threads of NumPy's BLAS; to look for it among the libraries takes milliseconds."""
    try:
        from threadpoolctl import ThreadpoolController
    except ImportError:
        return None
    return ThreadpoolController()
