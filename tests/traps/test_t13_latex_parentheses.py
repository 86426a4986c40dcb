"""T13: LaTeX that loses parentheses, as in c - (a + b). Every emitted term is read back and compared numerically."""

import importlib.util
import random
from pathlib import Path

import mpmath
import pytest
import sympy as sp
from sympy.core.function import AppliedUndef

from deepcond_sym.proof import language as lang
from deepcond_sym.proof import registry
from deepcond_sym.report.printer import term_latex

_spec = importlib.util.spec_from_file_location("latex_reader", Path(__file__).with_name("latex_reader.py"))
assert _spec is not None
assert _spec.loader is not None
_reader = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(_reader)
read = _reader.read

a, b, c, rho, mu = sp.symbols("a b c rho mu", real=True)
L, k, n = sp.symbols("L k n", integer=True)
odds, late = sp.Symbol("odds", real=True), sp.Symbol("delta_1", real=True)
X = sp.Symbol("X", real=True)
SYMBOLS = [a, b, c, rho, mu, L, k, n, odds, late, X]
ENTRY, ENTRY_AT = lang.inner(X, lang.row, lang.column), lang.inner(X, k, k + 1)
KERNEL = lang.iterate(L + k, ENTRY)
OFF = lang.off_maximum(KERNEL, n)


def value(term: sp.Basic, at: dict[sp.Symbol, mpmath.mpc]) -> mpmath.mpc:
    """A number for the term in which every function of the theory is some fixed function of its name and arguments."""
    if isinstance(term, sp.Rational):
        return mpmath.mpc(mpmath.mpf(int(term.p)) / int(term.q))
    if isinstance(term, sp.Symbol):
        return at.get(term, mpmath.mpc(mpmath.sin(sum(map(ord, term.name)))))
    if term in (sp.pi, sp.E, sp.I):
        return {sp.pi: mpmath.mpc(mpmath.pi), sp.E: mpmath.mpc(mpmath.e), sp.I: mpmath.mpc(0, 1)}[term]
    if isinstance(term, (sp.Sum, sp.Product)):
        return bounded(term, term.limits, at)
    if isinstance(term, AppliedUndef):
        inner = [value(argument, at) for argument in term.args]
        return mpmath.sin(sum(map(ord, term.func.__name__)) + sum((i + 2) * v for i, v in enumerate(inner)) / 7)
    inner = [value(argument, at) for argument in term.args]
    if isinstance(term, sp.Add):
        return sum(inner, mpmath.mpc(0))
    if isinstance(term, sp.Mul):
        return mpmath.fprod(inner)
    if isinstance(term, sp.Pow):
        return mpmath.power(*inner)
    if isinstance(term, (sp.factorial, sp.factorial2)):
        return mpmath.cos(inner[0]) * (2 if isinstance(term, sp.factorial) else 3)
    if isinstance(term, (sp.Max, sp.Min)):
        return sum(v**2 for v in inner) * (2 if isinstance(term, sp.Max) else 3)
    names = {sp.Abs: abs, sp.exp: mpmath.exp, sp.log: mpmath.log, sp.erf: mpmath.cosh}
    names |= {sp.sin: mpmath.sin, sp.cos: mpmath.cos, sp.asin: mpmath.asin, sp.acos: mpmath.acos}
    return names[type(term)](inner[0])


def bounded(term: sp.Sum | sp.Product, limits: tuple, at: dict[sp.Symbol, mpmath.mpc]) -> mpmath.mpc:
    """A number for a sum or product, the outermost limits last."""
    if not limits:
        return value(term.function, at)
    index, low, high = limits[-1]
    parts = [bounded(term, limits[:-1], {**at, index: mpmath.mpc(i + 2)}) for i in range(3)]
    return mpmath.sin(sum(parts) + 2 * value(low, at) + 3 * value(high, at)) + isinstance(term, sp.Sum)


def assert_reads_back(term: sp.Expr, symbols: list[sp.Symbol]) -> None:
    latex = term_latex(term)
    again = read(latex, symbols, [call.func.__name__ for call in term.atoms(AppliedUndef)])
    generator = random.Random(13)
    with mpmath.workdps(30):
        at = {s: mpmath.mpc(generator.randint(3, 9) if s.is_integer else generator.uniform(-1, 1)) for s in symbols}
        left, right = value(term, at), value(again, at)
        assert mpmath.almosteq(left, right, 1e-15), f"{term} became {again} through {latex}"


def unevaluated(head, *arguments):
    return head(*arguments, evaluate=False)


HARD = [
    unevaluated(sp.Add, c, unevaluated(sp.Mul, -1, unevaluated(sp.Add, a, b))),
    unevaluated(sp.Mul, c, unevaluated(sp.Mul, -1, unevaluated(sp.Add, a, b))),
    unevaluated(sp.Mul, -1, unevaluated(sp.Add, a, b)),
    unevaluated(sp.Mul, 2, sp.Rational(1, 2), a),
    unevaluated(sp.Mul, a, unevaluated(sp.Mul, unevaluated(sp.Mul, -1, b), lang.dual(c))),
    unevaluated(sp.Pow, unevaluated(sp.Mul, -1, a), 2),
    sp.Pow(-2, k) * 3,
    sp.Pow(sp.Rational(2, 3), k) ** 2,
    (a + b) ** (-k),
    -(a**2) - (-a) ** 3,
    1 / (1 + 1 / (1 + a)),
    a / b / c,
    sp.sqrt(a / (1 + b)) / sp.sqrt(1 + c),
    (a + b) * (b - c) * -3,
    1 - mu * (1 - rho),
    (1 + mu / 2) ** L * (1 - lang.dual(rho)) ** 2,
    lang.dual(1 - rho) ** 2 * lang.dual_slope(1) / 3,
    lang.dual_curvature(1 - rho) ** 2 / lang.dual_slope(1),
    lang.iterate(L - 1, 1 - late) * lang.ntk(L, rho) ** 3,
    lang.repeat((1 - mu) * rho + mu * rho**2, rho, L, 1 - late) ** 2 - 1,
    (1 - mu / 2) ** (L - lang.steps_to(1 / (2 * late), 1 + mu / 2)) / 2,
    (n - 1) * OFF - OFF**2 + 1,
    1 - (1 - lang.largest(KERNEL, n) / lang.smallest(KERNEL, n)) ** 2,
    lang.smallest(lang.dual(ENTRY), n) ** 2 - (lang.dual(1) - lang.dual(1 - late)),
    lang.smallest(ENTRY - late * lang.kronecker(lang.row, lang.column), n) * (ENTRY_AT - 2) ** 2,
    2 * ENTRY_AT**2 * lang.minimum(lang.component(b, lang.row), n + 1) ** 2 - lang.maximum(rho * lang.row, n) * a,
    lang.determinant((1 - a) * lang.gram(X, lang.row, lang.column) ** 2, n) ** a * lang.component(c, k + 1) ** 2,
    lang.off_maximum(lang.determinant(lang.row * ENTRY - lang.column, n) * lang.row, L) * (a + b),
    lang.half_line_hermite(k, n) ** 2 / lang.hermite_at_zero(2 * n) - 1,
    1 - 2 * lang.limit(a) * (1 - lang.limit(b)) ** 2,
    lang.tending(a, k, 1 - b) * 2 + lang.tending(a, k, 0) ** 2,
    1 - lang.ranging(a, k + 1, 1 - b) ** 2 * (lang.ranging(a, k, 1) - b),
    lang.function("s")(k + 1) ** 2 - (lang.function("s")(k) + lang.function("w")(k)),
    sp.factorial2(2 * n - 1) ** 2 / sp.factorial(2 * n),
    unevaluated(sp.factorial, sp.factorial2(n)),
    unevaluated(sp.factorial, sp.factorial(n)),
    (sp.Sum(a**k, (k, 0, n - 1)) + b) * c - sp.Sum(a * k + b, (k, 0, n)) ** 2,
    1 - 2 * sp.Product(1 + a * k, (k, 1, n)) * b,
    sp.Abs(a - b) ** 2 - sp.Abs(sp.Abs(a) - b),
    sp.Max(a, 1 - b) ** 2 - sp.Min(a, b),
    sp.exp(-(a**2) / 2) * sp.log(a) ** 2 / sp.asin(b) ** 3,
    sp.erf(a) ** 2 - sp.cos(a + b) ** 2 * sp.acos(rho),
    odds / (1 + odds),
    sp.sqrt(3) / (4 * sp.pi) + sp.Rational(1, 3),
]


@pytest.mark.parametrize("term", HARD, ids=lambda term: str(term)[:50])
def test_terms_whose_parentheses_are_easily_lost(term):
    assert_reads_back(term, SYMBOLS)


def random_term(generator: random.Random, depth: int) -> sp.Expr:
    """A term built without SymPy's own rearrangement wherever that is possible."""
    if depth == 0 or generator.random() < 0.1:
        number = sp.Rational(generator.randint(-5, 5) or 1, generator.randint(1, 4))
        return generator.choice([a, b, c, rho, mu, late, number])
    one = random_term(generator, depth - 1)
    kind = generator.randrange(10)
    if kind <= 5:
        two = random_term(generator, depth - 1)
        evaluate = generator.random() < 0.5
        if kind <= 2:
            return sp.Add(one, two, evaluate=evaluate)
        if kind <= 4:
            return sp.Mul(one, two, evaluate=evaluate)
        return sp.Add(one, sp.Mul(-1, two, evaluate=False), evaluate=False)
    if kind == 6:
        return sp.Pow(one, generator.choice([2, 3, -1, -2, k, sp.Rational(1, 2)]), evaluate=bool(one.is_number))
    if kind == 7:
        return generator.choice([lang.dual, lang.dual_slope, lang.dual_curvature, sp.exp, sp.sin])(one)
    if kind == 8:
        return lang.iterate(L, one) if generator.random() < 0.5 else lang.repeat(one, rho, L, a)
    return sp.Sum(one, (k, 0, n)) if generator.random() < 0.5 else sp.Abs(one, evaluate=False)


@pytest.mark.parametrize("seed", range(300))
def test_random_terms_read_back(seed):
    assert_reads_back(random_term(random.Random(seed), 3), SYMBOLS)


def test_every_term_of_every_registered_claim_reads_back():
    terms = set()
    for claim in registry.select():
        for statement in claim.statements():
            relations = [statement.conclusion, *statement.given]
            terms |= {side for relation in relations for side in (relation.lhs, relation.rhs)}
            terms |= {part for sequence in statement.sequences for part in (sequence.initial, sequence.step)}
    assert len(terms) > 20
    for term in terms:
        assert_reads_back(term, sorted(term.atoms(sp.Symbol), key=str))
