"""False statements, each close to a true one: a constant nudged by a millionth, an end closed, an index shifted by one.

None of them may come out proved. The true neighbour of each group stands in `TRUE`, and does come out proved, so that
a refusal is not for want of trying.
"""

from collections.abc import Callable
from typing import Any

import pytest
import sympy as sp

from deepcond_sym.errors import InputError
from deepcond_sym.proof import (
    NONLINEAR,
    NORMALISED,
    SERIES,
    UNCENTRED,
    Proof,
    RuleFailure,
    Sequence,
    Statement,
    Step,
    Variable,
    Verdict,
    at,
    dual,
    dual_slope,
    eq,
    fact,
    forall,
    half_line_hermite,
    hermite_at_zero,
    index,
    interval,
    iterate,
    le,
    limit,
    lt,
    mu,
    ne,
    ntk,
    off_maximum,
    repeat,
    smallest,
    steps_to,
    tending,
)  # fmt: skip
from proofs_checks.agarwal2021 import data as of_data

Attempt = Callable[[], Step]

prove = Proof()
nudge = sp.Rational(1, 10**6)
half = sp.Rational(1, 2)
x, y, t, s, g, rho, delta, w = (sp.Symbol(name, real=True) for name in ("x", "y", "t", "s", "g", "rho", "delta", "w"))
k, degrees = index("k")
L, layers = index("L")
n, points = index("n", 1)
q = (1 - mu) * t + mu * t**2
nonlinearity, separation, correlation = interval(mu, 0, 1, "("), interval(delta, 0, 1, "("), interval(rho, -1, 1)

TRUE: dict[str, Attempt] = {}
FALSE: dict[str, Attempt] = {}


def group(name: str, attempt: Callable[..., Step], good: dict[str, Any], **bad: dict[str, Any]) -> None:
    """One true statement, and false ones that differ from it in the parameters given."""
    TRUE[name] = lambda: attempt(**good)
    for what, changes in bad.items():
        FALSE[f"{name}: {what.replace('_', ' ')}"] = lambda changes=changes: attempt(**{**good, **changes})


def square(c=1, low=0, high=1, ends="", strict=False):
    return prove.polynomial((lt if strict else le)(x**2, c * x), interval(x, low, high, ends))


group(
    "x^2 <= x",
    square,
    {},
    nudged={"c": 1 - nudge},
    strict={"strict": True},
    strict_below_1={"strict": True, "ends": "("},
    strict_above_0={"strict": True, "ends": ")"},
    beyond_1={"high": 1 + nudge},
    below_0={"low": -nudge},
    half_line={"high": sp.oo},
)
group(
    "x^2 < x inside", square, {"strict": True, "ends": "()"},
    nudged={"c": 1 - nudge}, closed={"ends": ""}, wider={"high": 1 + nudge},
)  # fmt: skip


def arithmetic_mean(c=2, e=0, strict=False, low=0):
    return prove.polynomial((lt if strict else le)(c * x * y + e, x**2 + y**2), interval(x, low, 2), interval(y, 0, 2))


group("2 x y <= x^2 + y^2", arithmetic_mean, {}, nudged={"c": 2 + nudge}, lifted={"e": nudge}, strict={"strict": True})


def quotient(c=1, power=1, low=0, op=le):
    return prove.polynomial(op(x / (1 + x), c * x**power), interval(x, low, sp.oo))


group(
    "x/(1+x) <= x on a half-line", quotient, {},
    nudged={"c": 1 - nudge}, strict={"op": lt}, squared={"power": 2}, reversed={"op": lambda a, b: le(b, a)},
    to_the_left={"low": -2}, not_equal={"op": ne},
)  # fmt: skip


def touching(c="1/4", strict=False):
    return prove.polynomial((lt if strict else le)(x * (1 - x), sp.Rational(c)), interval(x, 0, 1))


group("x (1-x) <= 1/4", touching, {}, nudged={"c": sp.Rational(1, 4) - nudge}, strict={"strict": True})


def one_layer(family=NORMALISED, c=0, op=le, lower=0, upper=1, head=2):
    return prove.vertices(forall(interval(t, lower, upper), family=family, holds=op(dual(t), q - c * t)), head)


group(
    "dual <= q_mu",
    one_layer,
    {},
    nudged={"c": nudge},
    uncentred={"family": UNCENTRED},
    no_sum={"family": SERIES},
    strict={"op": lt},
    negative={"lower": -1},
    beyond={"upper": 1 + nudge},
    reversed={"op": lambda a, b: le(b, a)},
    head_1={"c": nudge, "head": 1},
)


def share(family=NONLINEAR, op=lt, low=0, high=1):
    return prove.vertices(forall(family=family, holds=op(sp.S(low), mu)))


group(
    "0 < mu",
    share,
    {},
    linear_allowed={"family": NORMALISED},
    nudged={"low": nudge, "op": le},
    uncentred={"family": UNCENTRED},
)


def slope(c=1, family=NORMALISED):
    return prove.vertices(forall(family=family, holds=le(1 + c * mu, dual_slope(1))))


group("1 + mu <= dual_slope(1)", slope, {}, nudged={"c": 1 + nudge}, uncentred={"family": UNCENTRED})


def mirrored(c=1, op=le, family=NORMALISED):
    return prove.vertices(forall(interval(t, 0, 1), family=family, holds=op(sp.Abs(dual(-t)), c * dual(t))))


group("|dual(-t)| <= dual(t)", mirrored, {}, nudged={"c": 1 - nudge}, strict={"op": lt})


def odds(base=1 + mu, start=1 - delta, ratio=None, first=None):
    growth = base if ratio is None else ratio
    step = prove.polynomial(le(q.subs(t, 1 / (1 + g)), 1 / (1 + base * g)), interval(g, 0, sp.oo), interval(mu, 0, 1))
    return prove.invariant_sequence(
        interval(mu, 0, 1), interval(delta, 0, 1, "()"), layers, step=step, t=t, body=q, g=g, bound=1 / (1 + g),
        start=start, first=delta / (1 - delta) if first is None else first, ratio=growth, index=L,
    )  # fmt: skip


group(
    "odds by induction", odds, {},
    base={"base": 1 + mu + nudge}, start={"start": 1 - delta + nudge}, ratio={"ratio": 1 + mu + nudge},
    first={"first": (delta + nudge) / (1 - delta)},
)  # fmt: skip


def escape(factor=1 + mu / 2, high=half, cut=None):
    step = prove.polynomial(le(q.subs(t, 1 - g), 1 - factor * g), interval(g, 0, high), interval(mu, 0, 1))
    proved = prove.invariant_sequence(
        nonlinearity, separation, layers, step=step, t=t, body=q, g=g, bound=1 - g, start=1 - delta, first=delta,
        ratio=factor, index=L,
    )  # fmt: skip
    level = 1 / (2 * delta) if cut is None else cut
    goal = forall(
        nonlinearity, separation, layers, given=[le(L, steps_to(level, factor))],
        holds=le(repeat(q, t, L, 1 - delta), 1 - delta * factor**L),
    )  # fmt: skip
    return prove.chain(goal, proved)


group(
    "escape until 1/2", escape, {},
    factor={"factor": 1 + mu / 2 + nudge}, guard={"high": half + nudge}, longer={"cut": 1 / delta},
)  # fmt: skip


def forgetful():
    """The hypothesis L <= steps_to(...) dropped."""
    step = prove.polynomial(le(q.subs(t, 1 - g), 1 - (1 + mu / 2) * g), interval(g, 0, half), interval(mu, 0, 1))
    proved = prove.invariant_sequence(
        nonlinearity, separation, layers, step=step, t=t, body=q, g=g, bound=1 - g, start=1 - delta, first=delta,
        ratio=1 + mu / 2, index=L,
    )  # fmt: skip
    return prove.chain(
        forall(nonlinearity, separation, layers, holds=le(repeat(q, t, L, 1 - delta), 1 - delta * (1 + mu / 2) ** L)),
        proved,
    )


FALSE["escape without its hypothesis"] = forgetful


def chained(given=True, op=le, at_r=None, low=-1, order=1):
    major = prove.majorant(prove.one_layer(t, q), t, q)
    r = sp.Abs(rho) if at_r is None else at_r
    hypotheses = [le(sp.Abs(rho), 1 - delta)] if given else []
    goal = forall(
        interval(rho, low, 1), separation, layers, given=hypotheses, family=NORMALISED,
        holds=op(sp.Abs(iterate(L, rho)), repeat(q, t, L, 1 - delta)),
    )  # fmt: skip
    links = [at(prove.absolute(), {"L": L}), at(major, {"L": L, "r": r, "s": 1 - delta})]
    return prove.chain(goal, *links[::order])


group(
    "deep correlations", chained, {},
    without_separation={"given": False}, strict={"op": lt}, equal={"op": eq}, wrong_term={"at_r": 1 - delta},
    beyond={"low": -1 - nudge}, links_swapped={"order": -1},
)  # fmt: skip


def transitive(a=0, strict=(False, False), goal=le, values=None):
    first = prove.polynomial((lt if strict[0] else le)(x, x + 1), interval(x, 0, 1))
    second = prove.polynomial((lt if strict[1] else le)(y, y + 1), interval(y, 1, 2))
    wanted = forall(interval(x, 0, 1), holds=goal(x, x + 2 - a))
    return prove.chain(wanted, first, at(second, {y: x + 1} if values is None else values))


group(
    "two links", transitive, {},
    end={"a": nudge}, equal={"goal": eq}, outside_of_the_domain={"values": {y: x + 2}}, not_equal={"goal": ne},
)  # fmt: skip
group("two links, one strict", transitive, {"strict": (True, False), "goal": lt}, end={"a": nudge, "goal": eq})


def monotone(body):
    return prove.majorant(prove.one_layer(t, body), t, body)


group(
    "a majorant of one layer",
    monotone,
    {"body": q},
    lower={"body": q - nudge * (t - t**2)},
    cubic={"body": (1 - mu) * t + mu * t**3},
    not_monotone={"body": q + 4 * t * (1 - t)},
    above_1={"body": q + nudge},
)


def attained(body):
    return prove.attained(t, body)


group(
    "q_mu is attained",
    attained,
    {"body": q},
    constant_term={"body": q + nudge * (1 - t)},
    sum_below_1={"body": q - nudge * t**2},
    negative={"body": t - mu * t + 2 * mu * t**2 - mu * t**3},
    other_linear_part={"body": (1 - mu / 2) * t + mu * t**2 / 2},
)


def schur(shift=1 - delta, c=1, high=1, low=0, op=le, known=of_data.spread):
    goal = forall(
        of_data.points, interval(delta, low, high), given=[known], family=SERIES,
        holds=op(c * dual(1) - c * dual(shift), smallest(dual(of_data.products), of_data.n)),
    )  # fmt: skip
    return prove.chain(goal, prove.schur(goal, dual(of_data.products), of_data.n, delta))


group(
    "schur floor",
    schur,
    {},
    nudged={"c": 1 + nudge},
    shifted={"shift": 1 - delta - nudge},
    beyond={"high": 2 + nudge},
    not_spread={"known": of_data.apart},
    not_quite_spread={"known": le(delta - nudge, smallest(of_data.products, of_data.n))},
    negative={"low": -nudge},
    strict={"op": lt},
)


def hermite(power=1, degree=2 * k + 2, f=None, start=0):
    X, H1, H2 = (sp.Symbol(name, real=True) for name in ("x", "H1", "H2"))
    antiderivative = X * H1 + H2 if f is None else f(X, H1, H2)
    return prove.hermite_parts(power, degree, antiderivative, Variable(k, sp.Integer(start)))


group(
    "half-line Hermite moment",
    hermite,
    {},
    power={"power": 2},
    degree_1={"degree": 2 * k + 1},
    sign={"f": lambda a, b, c: a * b - c},
    from_minus_1={"start": -1},
    nudged={"f": lambda a, b, c: a * b + (1 + nudge) * c},
    half_degree={"degree": k / 2 + 2},
)


def at_zero(form, start=0, of=2 * k):
    return prove.closed_form(forall(Variable(k, sp.Integer(start)), holds=eq(hermite_at_zero(of), form)))


group(
    "He_2k(0)",
    at_zero,
    {"form": (-1) ** k * sp.factorial2(2 * k - 1)},
    sign={"form": (-1) ** (k + 1) * sp.factorial2(2 * k - 1)},
    shifted={"form": (-1) ** k * sp.factorial2(2 * k + 1)},
    no_sign={"form": sp.factorial2(2 * k - 1)},
    odd={"of": 2 * k + 1},
    nudged={"form": (1 + nudge) * (-1) ** k * sp.factorial2(2 * k - 1)},
    start={"start": -1},
)


def geometric(form, ratio=half, first=1, start=0, given=()):
    P = Sequence("P", k, start, sp.S(first), ratio * sp.Function("P", real=True)(k) + 1)
    return prove.closed_form(forall(degrees, given=given, sequences=[P], holds=eq(P(k), form)))


group(
    "P(k+1) = P(k)/2 + 1", geometric, {"form": 2 - half**k},
    nudged={"form": 2 - (1 + nudge) * half**k}, shifted={"form": 2 - half ** (k + 1)}, first={"first": 1 + nudge},
    ratio={"ratio": half + nudge}, start={"start": 1},
)  # fmt: skip


def limit_of(value, ratio=half, a=1, ranges=(-1, 1, "()")):
    b = sp.Symbol("b", real=True)
    A, B = sp.symbols("A B", real=True)
    Q = sp.Function("Q", real=True)
    recursion = Sequence("Q", k, 0, sp.S.Zero, tending(A, k, a) + tending(B, k, b) * Q(k))
    return prove.recurrence_limit(
        forall(interval(b, *ranges), sequences=[recursion], holds=eq(limit(sp.Symbol("Q", real=True)), value(b)))
    )


group(
    "limit of a recursion",
    limit_of,
    {"value": lambda b: 1 / (1 - b)},
    nudged={"value": lambda b: (1 + nudge) / (1 - b)},
    sign={"value": lambda b: 1 / (1 + b)},
    closed={"ranges": (-1, 1, "(")},
    minus_1={"ranges": (-1, 1, ")")},
    wider={"ranges": (-1 - nudge, 1, "()")},
)


def unrolled(first=0, last=L, inner=-1, start=1, low=0):
    h, hh = sp.symbols("h hh", integer=True)
    product = sp.Product(dual_slope(iterate(hh + inner, rho)), (hh, h + start, L))
    total = sp.Sum(iterate(h, rho) * product, (h, first, last))
    return prove.unrolled(
        forall(Variable(L, sp.Integer(low)), correlation, family=NORMALISED, holds=eq(ntk(L, rho), total))
    )


group(
    "ntk unrolled",
    unrolled,
    {},
    one_layer_late={"inner": 0},
    without_first={"first": 1},
    without_last={"last": L - 1},
    product_too_long={"start": 0},
    product_too_short={"start": 2},
    negative_depth={"low": -1},
)


def powers(part="at most one", base=half, ends=(0, 1), exponent=k):
    return prove.power(part, x, exponent, interval(x, *ends), degrees)


group(
    "x^k <= 1",
    powers,
    {},
    above={"ends": (0, 1 + nudge)},
    below={"ends": (-nudge, 1)},
    at_least={"part": "at least one"},
    negative_exponent={"exponent": -k},
    shifted={"exponent": k - 1},
    half_exponent={"exponent": k / 2},
)


def reached(level=1 / delta, base=1 + mu, ends="("):
    return prove.reached(level, base, interval(mu, 0, 1, ends), separation)


group(
    "level reached", reached, {},
    base_1={"ends": ""}, base_below_1={"base": 1 - mu}, level_0={"level": 1 - delta}, level_negative={"level": -delta},
)  # fmt: skip


def data(bound=None, conclude=None, known=of_data.apart):
    goal = forall(
        correlation, separation, layers, given=[le(sp.Abs(rho), 1 - delta)], family=NORMALISED,
        holds=le(sp.Abs(iterate(L, rho)), repeat(q, t, L, 1 - delta)),
    )  # fmt: skip
    entries = prove.entries(chained(), rho, of_data.X, of_data.points)
    assert goal.family == entries.conclusion.family
    wanted = Statement(
        le(of_data.off_diagonal(L if conclude is None else conclude), repeat(q, t, L, 1 - delta - (bound or 0))),
        entries.conclusion.variables, (known,), NORMALISED,
    )  # fmt: skip
    return prove.chain(wanted, entries)


group(
    "off-diagonal entries", data, {},
    nudged={"bound": nudge * delta}, deeper={"conclude": L - 1}, later={"conclude": 0},
    not_apart={"known": of_data.spread}, closer={"known": le(off_maximum(of_data.products, of_data.n), 1)},
)


def numbers(left, op=lt, right=sp.S.Zero):
    return prove.evaluate(forall(holds=op(left, right)))


group(
    "numbers",
    numbers,
    {"left": sp.sqrt(3) / (4 * sp.pi) + sp.Rational(1, 3), "right": half},
    third={"left": sp.sqrt(3) / (3 * sp.pi) + sp.Rational(1, 3)},
    reversed={"op": lambda a, b: lt(b, a)},
    equal={"op": eq},
    same={"left": half},
    millionth={"left": half + nudge},
)


def values(c=0, where=half):
    D = Sequence("D", k, 0, rho, sp.Function("D", real=True)(k) ** 2 + 1)
    return prove.identity(
        forall(interval(rho, where, where), sequences=[D], holds=eq(D(2), sp.Rational(41, 16) + c)),
        unfold=[D(2), D(1), D(0)],
    )


group("two steps of a sequence", values, {}, nudged={"c": nudge}, elsewhere={"where": half + nudge})


def moment(c=1):
    known = hermite()
    zero = at_zero((-1) ** k * sp.factorial2(2 * k - 1))
    goal = forall(
        degrees,
        holds=eq(half_line_hermite(1, 2 * k + 2), c * (-1) ** k * sp.factorial2(2 * k - 1) / sp.sqrt(2 * sp.pi)),
    )
    return prove.identity(goal, using=[(known, {k: k}), (zero, {k: k})])


group("equalities put in", moment, {}, nudged={"c": 1 + nudge}, sign={"c": -1}, shifted={"c": 2 * k + 1})


def sine(c=1, low=0, ends="", op=le, high=sp.pi):
    return prove.ball_box(op(sp.sin(x), c * x), interval(x, low, high, ends))


group(
    "sin x <= x", sine, {},
    nudged={"c": 1 - nudge}, strict={"op": lt}, to_the_left={"low": -nudge}, reversed={"op": lambda a, b: le(b, a)},
    half_line={"c": sp.Rational(1, 5), "high": sp.oo},
)  # fmt: skip
group("sin x < x away from 0", sine, {"op": lt, "ends": "("}, nudged={"op": lt, "ends": "(", "c": 1 - nudge})


def tail(c=2, low=1, high=sp.oo):
    beyond = 1 - sp.erf(x / sp.sqrt(2))
    return prove.ball_box(
        le(beyond, c * sp.exp(-(x**2) / 2) / (sp.sqrt(2 * sp.pi) * x)), interval(x, low, high)
    )


group("Mills ratio", tail, {}, nudged={"c": 2 - sp.Rational(1, 100)}, with_a_pole={"low": 0})


def unfounded(with_fact=True):
    known = prove.polynomial(le(0, x), interval(x, 0, 1))
    used = [fact(known)] if with_fact else []
    return prove.chain(forall(interval(x, -1, 1), holds=le(0, x)), *used)


FALSE["a fact used outside of its domain"] = unfounded
FALSE["a chain without links"] = lambda: unfounded(with_fact=False)
FALSE["an empty chain for a strict relation"] = lambda: prove.chain(forall(interval(w, 0, 1), holds=lt(w, w)))


@pytest.mark.parametrize("name", TRUE)
def test_the_true_neighbour_is_proved(name: str) -> None:
    assert TRUE[name]().verdict is Verdict.PROVED


@pytest.mark.parametrize("name", FALSE)
def test_the_false_one_is_not(name: str) -> None:
    with pytest.raises((RuleFailure, InputError)):
        FALSE[name]()


def test_there_are_enough_of_them() -> None:
    assert len(FALSE) >= 60
    assert len({name.split(":")[0] for name in FALSE}) >= 20
