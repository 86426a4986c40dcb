"""The proof of Theorem 3.2: what its two lines about (X X^T)^(o r) must say so that the bound comes out as Omega(d)."""

from fractions import Fraction

import sympy as sp

from deepcond_sym.proof import Claim, Instance, Verdict, at, fact, forall, index, interval, le, lt
from deepcond_sym.proof.tactics.arbitrary import no_less, product_known, scaled
from deepcond_sym.proof.tactics.inductive import inductive

d, dimensions = index("d", 1)
i, half_degrees = index("i", 1)
N, sizes = index("N", 1)
degree, degrees = index("r", 1)
k, exponents = index("k")
eigenvalue, p, a, u, v, w, x = sp.symbols("lambda p a u v w x", real=True)
r = 2 * i
_from_zero = {symbol: interval(symbol, 0, sp.oo) for symbol in (a, u, v, w, x)}

printed = Claim(
    "nguyen2021/D-e3-printed",
    title=r"An eigenvalue of order $d$ of the Hadamard power gives the bound of Theorem 3.2",
    source="proof of Theorem 3.2",
    provenance="paper",
    printed=r"\lambda_{\min}\big((X^{*r})(X^{*r})^\top\big)\ge\Omega(d) \implies"
    r" \frac{\lambda_{\min}((X^{*r})(X^{*r})^\top)}{\max_i\|x_i\|^{2(r-1)}}\ge\Omega(d)",
    expected=Verdict.REFUTED,
    note=r"A slip of the pen: the line must read $\Omega(d^r)$, which Gershgorin's theorem gives (nguyen2021/D-e3)."
    r" Entered for even r = 2 i, points of norm $\sqrt d$ and the constant 1; with an eigenvalue of d the quotient is"
    r" $d^{2-r}$.",
    beside=("nguyen2021/D-e3",),
    parameters={"order": d},
    witnesses=((0, Instance({d: Fraction(2), i: Fraction(1), eigenvalue: Fraction(2)})),),
)


def quotient_is_at_least_d(order: sp.Expr):
    return forall(
        dimensions, half_degrees, interval(eigenvalue, 0, sp.oo), given=[le(order, eigenvalue)],
        holds=le(d, eigenvalue / d ** (r - 1)),
    )  # fmt: skip


@printed.states
def printed_statement(order):
    return quotient_is_at_least_d(order)


printed.mutant("an eigenvalue of order d^r", order=d**r)
printed.mutant("an eigenvalue of order d^(r + 1)", order=d ** (r + 1))

corrected = Claim(
    "nguyen2021/D-e3",
    title=r"An eigenvalue of order $d^r$ of the Hadamard power gives the bound of Theorem 3.2",
    source="proof of Theorem 3.2, corrected",
    printed=r"\lambda_{\min}\big((X^{*r})(X^{*r})^\top\big)\ge d^r \implies"
    r" \frac{\lambda_{\min}((X^{*r})(X^{*r})^\top)}{d^{r-1}}\ge d",
    note="In the formal statement r = 2 i.",
    beside=("nguyen2021/D-e3-printed", "nguyen2021/D-e2"),
    parameters={"order": d**r},
)


@corrected.states
def statement(order):
    return quotient_is_at_least_d(order)


@corrected.proves
def proof(prove, goal, order):
    """Divide by d^(r-1) > 0."""
    divided = prove.polynomial(le(x, (x * w + u) / w), _from_zero[x], interval(w, 0, sp.oo, "("), _from_zero[u])
    at_least_one = prove.power("at least one", d, r - 1, dimensions, half_degrees)
    positive = prove.polynomial(lt(0, w), interval(w, 1, sp.oo))
    power = d ** (r - 1)
    known = fact(at_least_one), fact(positive, {w: power})
    return prove.chain(goal, *known, at(divided, {x: d, w: power, u: eigenvalue - d**r}))


corrected.mutant("an eigenvalue of order d, as printed", order=d)
corrected.mutant("an eigenvalue of order d^(r - 1)", order=d ** (r - 1))

event = Claim(
    "nguyen2021/D-e2",
    title="The event about inner products with which Gershgorin's theorem gives the order $d^r$",
    source="proof of Theorem 3.2, corrected",
    printed=r"\max_{i\ne j}|\langle x_i,x_j\rangle|\le dN^{-1/(r-0.5)} \implies"
    r" (N-1)\max_{i\ne j}|\langle x_i,x_j\rangle|^r\le d^rN^{-0.5/(r-0.5)}",
    note=r"Printed with the power r on the left of the event, $\max|\langle x_i,x_j\rangle|^r\le dN^{-1/(r-0.5)}$. That"
    r" event has no large probability: inner products of independent points are of size $\sqrt d$, and their powers"
    r" with $r\ge2$ of size d at least. In the formal statement a is the largest inner product in absolute value, and"
    r" $p=N^{-0.5/(r-0.5)}$, or any other p with $Np^{2r-1}\le1$; r >= 1 is any integer.",
    beside=("nguyen2021/D-e3",),
    parameters={"power": 1, "factor": N - 1},
    witnesses=(
        (0, Instance({N: Fraction(8), d: Fraction(1), degree: Fraction(2), p: Fraction(1, 2), a: Fraction(1, 4)})),
    ),
)


@event.states
def event_statement(power, factor):
    return forall(
        sizes, dimensions, degrees, interval(p, 0, 1, "("), interval(a, 0, sp.oo),
        given=[le(N * p ** (2 * degree - 1), 1), le(a, d * p**2)],
        holds=le(factor * a**degree, d**degree * p**power),
    )  # fmt: skip


@event.proves
def event_proof(prove, goal, power, factor):
    """(N - 1) a^r <= N a^r <= N d^r p^(2 r) <= d^r p."""
    frame = dimensions, degrees, interval(p, 0, 1, "("), interval(a, 0, sp.oo)
    of_a, of_p, of_d = (fact(prove.power("non-negative", base, degree, *frame)) for base in (a, p, d))
    lower = product_known(prove, d**degree, p)
    square = fact(prove.polynomial(le(0, w**2), interval(w, 0, 1)), {w: p})
    return prove.chain(
        goal, of_a, of_p, of_d, lower, square, fact(power_below(prove), {x: a, w: d, v: p**2, k: degree}),
        no_less(prove, (N - 1) * a**degree, a**degree), scaled(prove, N, a**degree, d**degree * p ** (2 * degree)),
        scaled(prove, d**degree * p, N * p ** (2 * degree - 1), sp.S.One),
    )  # fmt: skip


event.mutant("the square of the last factor", power=2)
event.mutant("2 N in place of N - 1", factor=2 * N)


def power_below(prove):
    """x^k <= w^k v^k for 0 <= x <= w v, where v and w are not negative."""
    frame = tuple(_from_zero[symbol] for symbol in (v, w, x))
    non_negative = [prove.power("non-negative", base, k, *frame, exponents) for base in (v, w, x)]
    goal = forall(*frame, exponents, given=[le(x, w * v)], holds=le(x**k, w**k * v**k))
    return inductive(
        prove, goal, k,
        lambda base: prove.chain(base, prove.polynomial(le(1, 1))),
        lambda step: prove.chain(
            step, *map(fact, non_negative), product_known(prove, w, v),
            scaled(prove, x**k, x, w * v), scaled(prove, w * v, x**k, w**k * v**k),
        ),
    )  # fmt: skip
