"""`own_kind`: named tuples of different classes are never equal."""

from __future__ import annotations

from typing import Any, TypeVar

T = TypeVar("T")


def own_kind(kind: type[T]) -> type[T]:
    """A class decorator for named tuples that stand for different things, to be used as keys side by side.

    Plain named tuples are equal when their entries are, whatever their classes: exp(x) and erf(x), both with the
    parameters (0, 1, 0), would be one key of a dictionary or of a cache.

    >>> from typing import NamedTuple
    >>> @own_kind
    ... class Step(NamedTuple):
    ...     knot: int
    >>> Step(1) == Step(1), Step(1) == (1,)
    (True, False)
    """

    def equal(self: Any, other: object) -> bool:
        return type(other) is type(self) and tuple.__eq__(self, other)  # pyright: ignore[reportArgumentType]

    def unequal(self: Any, other: object) -> bool:
        return not equal(self, other)

    def hashed(self: Any) -> int:
        return hash((kind.__name__, *self))

    for name, function in (("__eq__", equal), ("__ne__", unequal), ("__hash__", hashed)):
        setattr(kind, name, function)
    return kind
