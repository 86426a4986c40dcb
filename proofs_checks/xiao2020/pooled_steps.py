"""The matrix of m images after global average pooling of d pixels each: what its entries say of its eigenvalues.

On the diagonal of the kernel of pixels stands p, everywhere else s up to an error of at most delta, so that pooling
leaves s + (p - s)/d on the diagonal of the kernel of images and s off it, up to delta (a mean is as near as its terms).
The matrix with these entries has the eigenvalue m s + (p - s)/d once and (p - s)/d otherwise."""

from dataclasses import dataclass, replace

import sympy as sp

from deepcond_sym.proof import (
    Proof,
    Relation,
    Statement,
    Step,
    at,
    column,
    eq,
    fact,
    gram,
    index,
    interval,
    largest,
    le,
    lt,
    maximum,
    minimum,
    off_maximum,
    row,
    smallest,
)  # fmt: skip
from deepcond_sym.proof.proof import Use
from deepcond_sym.proof.tactics.power_gaps import adds

m, images = index("m", 1)
_, several = index("m", 2)
d, pixels = index("d", 1)
delta = sp.Symbol("delta", real=True)
error = interval(delta, 0, sp.oo)
_F = sp.Symbol("F", real=True)

body = gram(_F, row, column)
"""The kernel matrix of the images: any matrix of inner products."""


@dataclass(frozen=True)
class Pooled:
    """The two numbers p and s; every relation below is for the matrix of images."""

    p: sp.Expr
    s: sp.Expr

    @property
    def rest(self) -> sp.Expr:
        """The kernel less s."""
        return body - self.s

    @property
    def bulk(self) -> sp.Expr:
        return (self.p - self.s) / d

    @property
    def top(self) -> sp.Expr:
        return m * self.s + self.bulk

    @property
    def near(self) -> tuple[Relation, ...]:
        """The entries are within delta of s, on the diagonal of s + (p - s)/d."""
        on = gram(_F, row, row) - self.s
        return (
            le(off_maximum(self.rest, m), delta), le(maximum(on, m), self.bulk + delta),
            le(self.bulk - delta, minimum(on, m)),
        )  # fmt: skip

    def bounds(self, prove: Proof, frame: Statement) -> dict[str, Step]:
        """|largest - top| and |bulk - (p - s)/d|, each from both sides by m delta, given 0 <= s."""
        low, high, radius = smallest(self.rest, m), largest(self.rest, m), m * delta
        on = gram(_F, row, row) - self.s
        off, most, least = off_maximum(self.rest, m), maximum(on, m), minimum(on, m)

        def law(part: str, *bodies: object, of: str = "smallest") -> Step:
            return prove.matrices(part, frame, m, *bodies, of=of)

        def shown(relation: Relation, *uses: Step | Use) -> Step:
            return prove.chain(frame.conclude(relation), *uses)

        rest_low = shown(
            le(self.bulk - radius, low), adds(prove, self.bulk - radius, least - self.bulk + delta),
            adds(prove, least - (m - 1) * delta, m - 1, delta - off), law("gershgorin", self.rest),
        )  # fmt: skip
        rest_high = shown(
            le(high, self.bulk + radius), law("gershgorin", self.rest, of="largest"),
            adds(prove, most + (m - 1) * off, m - 1, delta - off),
            adds(prove, most + (m - 1) * delta, self.bulk + delta - most),
        )  # fmt: skip
        ones = prove.identity(
            frame.conclude(eq(largest(self.s, m), m * self.s)),
            using=[(law("scale", sp.S.One, self.s, of="largest"), {}), (law("ones", sp.S.One, of="largest"), {})],
        )
        constant = smallest(self.s, m)

        def exchanged(term: sp.Expr, *, back: bool = False) -> Step:
            sides = term.subs(largest(self.s, m), m * self.s), term
            return prove.identity(frame.conclude(eq(*(sides if back else sides[::-1]))), using=[(ones, {})])

        above, below = largest(self.s, m) + high, largest(self.s, m) + low
        return {
            "rest": rest_high,
            "bulk from below": shown(
                le(self.bulk - radius, smallest(body, m)), fact(law("semidefinite", self.s)), rest_low,
                adds(prove, low, constant), law("weyl", self.rest, self.s),
            ),
            "largest from above": shown(
                le(largest(body, m), self.top + radius), fact(rest_high), law("weyl", self.rest, self.s, of="largest"),
                exchanged(above), adds(prove, m * self.s + high, self.bulk + radius - high),
            ),
            "largest from below": shown(
                le(self.top - radius, largest(body, m)), fact(rest_low),
                adds(prove, self.top - radius, low - self.bulk + radius), exchanged(below, back=True),
                law("across", self.s, self.rest, of="largest"),
            ),
        }  # fmt: skip

    def bulk_from_above(self, prove: Proof, frame: Statement) -> Step:
        """smallest <= (p - s)/d + 2 delta for m >= 2: the vector (1, -1, 0, ...)."""
        on, least = gram(_F, row, row) - self.s, smallest(body, m)
        doubled = 2 * least
        entries = [
            prove.matrices("entry", frame, m, on, of="maximum", at=[1]),
            prove.matrices("entry", frame, m, on, of="maximum", at=[2]),
            prove.matrices("entry", frame, m, self.rest, of="off_maximum", at=[1, 2]),
            prove.matrices("entry", frame, m, self.rest, of="off_maximum", at=[2, 1]),
        ]  # fmt: skip
        pair = prove.matrices("pair", frame, m, body, at=[1, 2])
        most, off = maximum(on, m), off_maximum(self.rest, m)
        first, second, across, back = (gram(_F, i, j) for i, j in ((1, 1), (2, 2), (1, 2), (2, 1)))
        links = [
            (most + self.s - first), (most + self.s - second), (off - self.s + across), (off - self.s + back),
            2 * (self.bulk + delta - most), 2 * (delta - off),
        ]  # fmt: skip
        now, steps = first + second - across - back, []
        for more in links:
            scale = sp.S(2) if more in links[4:] else sp.S.One
            steps.append(adds(prove, now, more / scale, scale))
            now = now + more
        twice = prove.chain(frame.conclude(le(doubled, 2 * (self.bulk + 2 * delta))), *map(fact, entries), pair, *steps)
        bound = self.bulk + 2 * delta
        return prove.chain(
            frame.conclude(le(least, bound)), fact(twice), adds(prove, least, 2 * bound - 2 * least, sp.S.Half)
        )  # fmt: skip


def frame(pooled: Pooled, *variables, given: tuple[Relation, ...] = (), size=images) -> Statement:
    """For any number of images and pixels, and entries near those of `pooled`."""
    start = Statement(le(0, 0), (size, pixels, error, *variables))
    return replace(start, given=(*given, le(0, pooled.s), *pooled.near))


def condition(prove: Proof, frame: Statement, pooled: Pooled, *, upper: bool) -> Step:
    """(top - m delta)/((p - s)/d + 2 delta) <= largest/smallest <= (top + m delta)/((p - s)/d - m delta), where the
    last denominator is known to be positive; the first for m >= 2."""
    x, y, u, w = sp.symbols("_x _y _u _w", real=True)
    positive, size, slack, more = interval(x, 0, sp.oo, "("), *(interval(t, 0, sp.oo) for t in (y, u, w))
    low, high, radius, shown = smallest(body, m), largest(body, m), m * delta, pooled.bounds(prove, frame)
    least, most = pooled.bulk - radius, pooled.top + radius
    over = prove.polynomial(lt(0, x + u), positive, slack)
    facts = [fact(shown["bulk from below"]), fact(over, {x: least, u: low - least})]
    floor = prove.chain(
        frame.conclude(le(0, pooled.top - radius)), adds(prove, sp.S.Zero, least), adds(prove, least, m, pooled.s)
    )
    if upper:
        quotient = prove.polynomial(le((y - w) / (x + u), y / x), size, positive, slack, more)
        top = prove.chain(
            frame.conclude(le(0, most)), fact(floor), adds(prove, sp.S.Zero, pooled.top - radius),
            adds(prove, pooled.top - radius, m, delta), adds(prove, pooled.top, m, delta),
        )  # fmt: skip
        return prove.chain(
            frame.conclude(le(high / low, most / least)), *facts, fact(top), fact(shown["largest from above"]),
            at(quotient, {y: most, x: least, u: low - least, w: most - high}),
        )  # fmt: skip
    wide, start = pooled.bulk + 2 * delta, pooled.top - radius
    quotient = prove.polynomial(le(y / (x + u), (y + w) / x), size, positive, slack, more)
    return prove.chain(
        frame.conclude(le(start / wide, high / low)), *facts, fact(floor), fact(shown["largest from below"]),
        fact(pooled.bulk_from_above(prove, frame)),
        fact(over, {x: low, u: wide - low}),
        at(quotient, {y: start, x: low, u: wide - low, w: high - start}),
    )  # fmt: skip


def denominators(prove: Proof, frame: Statement, pooled: Pooled) -> list[Use]:
    """0 < (p - s)/d + 2 delta, where 0 < (p - s)/d - m delta is known, and that the smallest eigenvalue is positive."""
    x, u = sp.symbols("_x _u", real=True)
    over = prove.polynomial(lt(0, x + u), interval(x, 0, sp.oo, "("), interval(u, 0, sp.oo))
    least, low = pooled.bulk - m * delta, smallest(body, m)
    known = fact(pooled.bounds(prove, frame)["bulk from below"])
    return [known, fact(over, {x: least, u: low - least}), fact(over, {x: least, u: (m + 2) * delta})]
