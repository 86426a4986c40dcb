"""The loop of `compiled_loops` by numba; imported only where numba is installed."""

from __future__ import annotations

import numba

_SHIFT, _MASK = 47, (1 << 47) - 1
_FIRST = (1023 - 64) << 5
_TOP = 64 << 5


@numba.njit(nogil=True, cache=True)
def loop(what, table, rho, bits, u, scale, flip, out):
    """See `compiled_loops._block`, which does the same operations in the same order."""
    bad = 0
    tiny = 0
    for i in range(u.size):
        s = u[i]
        r = rho[i]
        index = (bits[i] >> _SHIFT) - _FIRST
        if not (s >= 0.0 and s <= 1.0 and r >= -1.0 and r <= 1.0):
            bad += 1
            index = _TOP + 1
        elif index < 0:
            if s > 0.0:
                tiny += 1
            index = _TOP + 1
        t = (bits[i] & _MASK) * 2.0**-46 - 1.0
        negative = r < 0.0
        row = table[1 if negative else 0, index]
        value = row[7]
        value = value * t + row[6]
        value = value * t + row[5]
        value = value * t + row[4]
        value = value * t + row[3]
        value = value * t + row[2]
        value = value * t + row[1]
        value = value * t + row[0]
        if what == 2:
            value = value * scale
            out[i] = flip * value if negative else value
        elif what == 0:
            value = (1.0 - value) * scale
            out[i] = flip * value if negative else value
        else:
            out[i] = 2.0 - value if negative and flip < 0.0 else value
    return bad, tiny
