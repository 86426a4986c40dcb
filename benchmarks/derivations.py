"""How long a checked derivation takes, beside SymPy's own `integrate` of the same bivariate Gaussian integral.

    python benchmarks/derivations.py [--limit SECONDS] [SPEC ...]

SymPy runs in a process of its own that is killed at the limit; its clock starts when it has been imported, and its
answer is compared with ours at the correlation 1/2. Each row: activation, seconds to derive and to judge every step,
and the verdict, for variance 1 and for two symbolic variances (q1, q2); SymPy's seconds and outcome for variance 1, and
the ratio (a lower bound where SymPy has no right answer). A limit of 0 leaves SymPy out.
"""

import argparse
import multiprocessing
import queue
import time
from typing import Any

import sympy as sp

from deepcond_sym.activations import activation
from deepcond_sym.duals.dual import _dual, dual
from deepcond_sym.duals.dual_pair import dual_pair
from deepcond_sym.errors import InputError
from deepcond_sym.report.duals_table import specs
from deepcond_sym.symbols import x

MORE = [
    "x*exp(-x**2/2)",
    "x**2*erf(x)",
    "relu(x) - sin(x)/3",
    "exp(-x**2)*sin(x)",
    "erf(2*x + 1)",
    "gelu(x) + 0.3*sin(2*x) - relu(x)/2",
]


def judged_pair(spec: str) -> tuple[float, str] | None:
    """Seconds to derive and judge the form for two symbolic variances, and its verdict; None where there is none."""
    start = time.perf_counter()
    try:
        verdict = dual_pair(spec).derivation.check()
    except InputError:
        return None
    return time.perf_counter() - start, verdict.value


def integrate(expr: sp.Expr, answers: Any) -> None:
    """E[f(X) f(Y)] by sympy.integrate, X = x, Y = r x + sqrt(1 - r^2) y; says when it starts, then the value at 1/2."""
    answers.put("started")
    y, t = sp.Symbol("y", real=True), sp.Symbol("t", positive=True)
    # a correlation that is known to lie between 0 and 1 is the easier question
    correlation = t / (1 + t)
    partner = correlation * x + sp.sqrt(1 - correlation**2) * y
    density = sp.exp(-(x**2 + y**2) / 2) / (2 * sp.pi)
    inner = sp.integrate(expr * expr.subs(x, partner) * density, (y, -sp.oo, sp.oo))
    found = sp.integrate(inner, (x, -sp.oo, sp.oo))
    answers.put(None if found.has(sp.Integral) else complex(found.subs(t, 1)))


def sympy_seconds(expr: sp.Expr, expected: float, limit: float) -> tuple[float, str]:
    """Seconds from the start of the integration, and "right", "wrong", "no answer" or "limit"."""
    context = multiprocessing.get_context("spawn")
    answers = context.Queue()
    process = context.Process(target=integrate, args=(expr, answers), daemon=True)
    process.start()
    answers.get(timeout=60)
    start = time.perf_counter()
    try:
        value = answers.get(timeout=limit)
    except queue.Empty:
        return time.perf_counter() - start, "limit" if process.is_alive() else "no answer"
    finally:
        process.kill()
        process.join()
    seconds = time.perf_counter() - start
    if value is None:
        return seconds, "no answer"
    return seconds, "right" if abs(value - expected) < 1e-9 else "wrong"


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description="Time of our derivations beside SymPy's integrate.")
    parser.add_argument("specs", nargs="*", help="activations; all closed forms of the catalogue by default")
    parser.add_argument("--limit", type=float, default=60.0, help="seconds for SymPy")
    options = parser.parse_args()
    total = pairs = 0.0
    print(f"{'activation':36} {'derive':>8} {'judge':>8}  {'verdict':9} {'(q1, q2)':>8}  {'verdict':9} {'SymPy':>8}")
    for spec in options.specs or [*specs(), *MORE]:
        sigma = activation(spec)
        _dual.cache_clear()
        start = time.perf_counter()
        found = dual(sigma)
        derived = time.perf_counter()
        verdict = found.derivation.check()
        judged = time.perf_counter()
        pair = judged_pair(spec)
        if found.expr is None and pair is None and not options.specs:
            continue
        total, pairs = total + judged - start, pairs + (pair[0] if pair else 0.0)
        timings = f"{derived - start:7.3f}s {judged - derived:7.3f}s  {verdict.value:9}"
        timings += f" {pair[0]:7.3f}s  {pair[1]:9}" if pair else f" {'none':>8}  {'':9}"
        print(f"{spec:36} {timings} {against_sympy(sigma.expr, found, judged - start, options.limit)}", flush=True)
    print(f"all derived and judged in {total:.1f} s, for two variances in {pairs:.1f} s")


def against_sympy(expr: sp.Expr, found: Any, ours: float, limit: float) -> str:
    """SymPy's seconds and outcome, and the ratio to ours."""
    if limit <= 0:
        return f"{'-':>8}"
    seconds, outcome = sympy_seconds(expr, float(found(0.5)), limit)
    return f"{seconds:7.1f}s  {outcome:9} {' ' if outcome == 'right' else '>'}{seconds / ours:8.0f}"


if __name__ == "__main__":
    main()
