"""The loops of `compiled_loops` by numba, eight entries at once. Imported only where numba is there.

Eight rows of coefficients, found by eight indices, are loaded whole and transposed in registers: then Horner's rule
runs on vectors. A compiler does not find this by itself, and gathers of single coefficients are slower than one entry
after another. Hence the intermediate code below, in vectors of eight, which LLVM fits to what the processor has.
"""

from __future__ import annotations

import threading
from functools import cache
from typing import Any

from llvmlite import ir
from numba import njit, types
from numba.core import cgutils
from numba.extending import intrinsic

from .compiled_loops import BAD, FIRST, NEAR, SHIFT, TINY, TOP

_compiling = threading.Lock()
_WIDTH = 8
_BIT, _LANE, _WORD, _DOUBLE = ir.IntType(1), ir.IntType(32), ir.IntType(64), ir.DoubleType()
_WORDS, _DOUBLES = ir.VectorType(_WORD, _WIDTH), ir.VectorType(_DOUBLE, _WIDTH)


def _code_of_eight(
    _context: Any, tables: Any, forms: Any, rho: Any, u: Any, x: Any, y: Any, out: Any, second: Any, i: Any, j: Any
) -> Any:
    """Entries j .. j + 7 of row i; what of them is BAD or TINY, one bit each."""
    signature = types.int64(tables, forms, rho, u, x, y, out, second, i, j)

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        names = ("tables", "forms", "rho", "u", "x", "y", "out", "second")
        kinds: dict[str, Any] = dict(zip(names, signature.args, strict=False))
        arrays: dict[str, Any] = dict(zip(names, arguments, strict=False))
        row, column = arguments[-2:]

        def place(name: str, *indices: Any) -> Any:
            array = context.make_array(kinds[name])(context, builder, arrays[name])
            return cgutils.get_item_pointer(context, builder, kinds[name], array, indices)

        def load(name: str, *indices: Any) -> Any:
            return _load(builder, place(name, *indices))

        def form(part: int, negative: int, entry: int) -> Any:
            at = [ir.Constant(_WORD, k) for k in (part, negative, entry)]
            return _spread(builder, builder.load(place("forms", *at)))

        cosine = load("rho", row, column)
        given = not isinstance(kinds["u"], types.NoneType)
        s = load("u", row, column) if given else builder.fsub(_doubles(1.0), _absolute(builder, cosine))
        index, local = _place(builder, s)
        negative = builder.fcmp_ordered("<", cosine, _doubles(0.0))
        rows = builder.select(negative, builder.add(index, _words(TOP + 2)), index)
        lanes = [builder.extract_element(rows, ir.Constant(_LANE, k)) for k in range(_WIDTH)]
        targets = ["out"] if isinstance(kinds["second"], types.NoneType) else ["out", "second"]
        lost = None
        for part, target in enumerate(targets):
            table = place("tables", *(ir.Constant(_WORD, k) for k in (part, 0, 0, 0)))
            value = _horner(builder, table, lanes, local)
            offset, sign, scale = (
                builder.select(negative, form(part, 1, k), form(part, 0, k)) for k in range(3)
            )
            value = builder.fmul(builder.fadd(builder.fmul(sign, value), offset), scale)
            if not isinstance(kinds["x"], types.NoneType):
                number = ir.Constant(_WORD, part)
                value = builder.fmul(value, _spread(builder, builder.load(place("x", number, row))))
                value = builder.fmul(value, load("y", number, column))
            builder.store(value, _vector(builder, place(target, row, column))).align = 8
            # 0 times what is infinite or NaN is NaN.
            nothing = builder.fcmp_unordered("!=", builder.fmul(value, _doubles(0.0)), _doubles(0.0))
            lost = nothing if lost is None else builder.or_(lost, nothing)
        if given:
            inside = [builder.fcmp_ordered(sign, of, _doubles(limit)) for of, sign, limit in
                      ((s, ">=", 0.0), (s, "<=", 1.0), (cosine, ">=", -1.0), (cosine, "<=", 1.0))]  # fmt: skip
            bad = builder.not_(_all(builder, inside))
            tiny = _all(builder, [builder.fcmp_ordered(">", s, _doubles(0.0)),
                                  builder.fcmp_ordered("<", s, _doubles(2.0**-64))])  # fmt: skip
            return _bits(builder, bad, tiny)
        near = builder.fcmp_unordered("<", s, _doubles(NEAR))
        return _bits(builder, lost, near)

    return signature, generate


_eight: Any = intrinsic(_code_of_eight)


def _horner(builder: Any, table: Any, lanes: list[Any], local: Any) -> Any:
    """The polynomials of eight rows of the table at eight points: a multiplication and an addition, not fused."""
    rows = []
    for lane in lanes:
        rows.append(_load(builder, builder.gep(table, [builder.shl(lane, ir.Constant(_WORD, 3))])))
    powers = _transposed(builder, rows)
    value = powers[-1]
    for coefficient in powers[-2::-1]:
        value = builder.fadd(builder.fmul(value, local), coefficient)
    return value


def _place(builder: Any, s: Any) -> tuple[Any, Any]:
    """The piece of each s (the last one, of s = 0, for what is out of range), and the local variable in [-1, 1)."""
    bits = builder.bitcast(s, _WORDS)
    index = builder.sub(builder.ashr(bits, _words(SHIFT)), _words(FIRST))
    outside = builder.icmp_unsigned(">", index, _words(TOP))
    index = builder.select(outside, _words(TOP + 1), index)
    # The bits below those of the index, under the exponent of 2: a number in [2, 4), exactly the local variable + 3.
    below = builder.shl(builder.and_(bits, _words((1 << SHIFT) - 1)), _words(52 - SHIFT))
    raised = builder.bitcast(builder.or_(below, _words(1024 << 52)), _DOUBLES)
    return index, builder.fsub(raised, _doubles(3.0))


def _transposed(builder: Any, rows: list[Any]) -> list[Any]:
    """An 8 x 8 matrix in eight vectors, transposed by exchanging blocks of 1, 2 and 4."""
    for step in (1, 2, 4):
        low = [k if not k & step else _WIDTH + k - step for k in range(_WIDTH)]
        high = [k + step if not k & step else _WIDTH + k for k in range(_WIDTH)]
        new = list(rows)
        for k in range(_WIDTH):
            if not k & step:
                new[k], new[k + step] = (
                    builder.shuffle_vector(rows[k], rows[k + step], ir.Constant(ir.VectorType(_LANE, _WIDTH), mask))
                    for mask in (low, high)
                )
        rows = new
    return rows


def _doubles(number: float) -> Any:
    return ir.Constant(_DOUBLES, [number] * _WIDTH)


def _words(number: int) -> Any:
    return ir.Constant(_WORDS, [number] * _WIDTH)


def _vector(builder: Any, pointer: Any) -> Any:
    return builder.bitcast(pointer, _DOUBLES.as_pointer())


def _load(builder: Any, pointer: Any) -> Any:
    loaded: Any = builder.load(_vector(builder, pointer))
    loaded.align = 8
    return loaded


def _spread(builder: Any, number: Any) -> Any:
    empty = ir.Constant(_DOUBLES, ir.Undefined)
    first = builder.insert_element(empty, number, ir.Constant(_LANE, 0))
    return builder.shuffle_vector(first, empty, ir.Constant(ir.VectorType(_LANE, _WIDTH), [0] * _WIDTH))


def _absolute(builder: Any, vector: Any) -> Any:
    return builder.bitcast(builder.and_(builder.bitcast(vector, _WORDS), _words((1 << 63) - 1)), _DOUBLES)


def _all(builder: Any, conditions: list[Any]) -> Any:
    result = conditions[0]
    for condition in conditions[1:]:
        result = builder.and_(result, condition)
    return result


def _bits(builder: Any, bad: Any, tiny: Any) -> Any:
    """Eight bits of each, those of `tiny` above."""
    first, other = (builder.zext(builder.bitcast(v, ir.IntType(_WIDTH)), _WORD) for v in (bad, tiny))
    return builder.or_(first, builder.shl(other, ir.Constant(_WORD, _WIDTH)))


def _loop_with(numbers):
    """The loop as a closure of the numbers that are compiled into it, so that they count for its cache."""

    def loop(tables, forms, rho, u, x, y, out, second):
        # The last eight entries of a row are computed twice where its length asks for it.
        found = 0
        height, width = rho.shape
        for i in range(height):
            for j in range(0, width - 7, 8):
                found |= _eight(tables, forms, rho, u, x, y, out, second, i, j)
            if width % 8:
                found |= _eight(tables, forms, rho, u, x, y, out, second, i, width - 8)
        return (numbers[0] if found & 255 else 0) | (numbers[1] if found >> 8 else 0)

    return loop


def _code_of_turn(_context: Any, source: Any, target: Any, i: Any, j: Any) -> Any:
    """The square of eight rows from i and eight columns from j, transposed to its place in the target."""
    signature = types.void(source, target, i, j)

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        places = []
        for kind, given, (row, column) in zip(
            signature.args, arguments, (arguments[2:], arguments[:1:-1]), strict=False
        ):
            array = context.make_array(kind)(context, builder, given)
            rows = [builder.add(row, ir.Constant(_WORD, k)) for k in range(_WIDTH)]
            places.append([cgutils.get_item_pointer(context, builder, kind, array, (at, column)) for at in rows])
        rows = _transposed(builder, [_load(builder, place) for place in places[0]])
        for value, place in zip(rows, places[1], strict=True):
            builder.store(value, _vector(builder, place)).align = 8
        return context.get_dummy_value()

    return signature, generate


_turn: Any = intrinsic(_code_of_turn)


def _mirror(source, target):
    """Squares of eight; the last ones overlap those before where the size asks for it."""
    height, width = source.shape
    for top in range(0, height, 8):
        i = min(top, height - 8)
        for left in range(0, width, 8):
            _turn(source, target, i, min(left, width - 8))


def _real(dimensions: int, layout: str = "A", readonly: bool = True) -> Any:
    return types.Array(types.float64, dimensions, layout, readonly=readonly)


def vector_loop(given: bool, double: bool) -> Any:
    """`loop(tables, forms, rho, u, x, y, out, second)` for at least eight columns.

    It has u and neither x nor y if `given`, the other way round if not, and a second result if `double`.
    """
    with _compiling:
        return _vector_loop(given, double)


@cache
def _vector_loop(given: bool, double: bool) -> Any:
    u, sizes = (_real(2), types.none) if given else (types.none, _real(2, "C"))
    target = _real(2, readonly=False)
    second = target if double else types.none
    signature = types.int64(_real(4, "C"), _real(3, "C"), _real(2), u, sizes, sizes, target, second)
    return _compiled(signature, _loop_with((BAD, TINY, FIRST, SHIFT, TOP, NEAR)))


def mirror_loop() -> Any:
    """`mirror(source, target)` for at least eight rows and columns."""
    with _compiling:
        return _mirror_loop()


@cache
def _mirror_loop() -> Any:
    return _compiled(types.void(_real(2), _real(2, readonly=False)), _mirror)


def _compiled(signature: Any, function: Any) -> Any:
    try:
        return njit([signature], nogil=True, cache=True)(function)
    except RuntimeError:
        # There is no folder for numba's cache.
        return njit([signature], nogil=True)(function)
