"""How long a checked derivation takes, beside SymPy's own `integrate` of the same bivariate Gaussian integral.

    python benchmarks/derivations.py [--limit SECONDS] [SPEC ...]

SymPy runs in a process of its own that is killed at the limit; its clock starts when it has been imported, and its
answer is compared with ours at the correlation 1/2. Each row: activation, seconds to derive, seconds to judge every
step, verdict, SymPy's seconds and outcome, and the ratio (a lower bound where SymPy has no right answer).
"""

import argparse
import multiprocessing
import queue
import time
from typing import Any

import sympy as sp

from deepcond_sym.activations import activation
from deepcond_sym.duals.dual import _dual, dual
from deepcond_sym.report.duals_table import specs
from deepcond_sym.symbols import x

MORE = ["x*exp(-x**2/2)", "x**2*erf(x)", "relu(x) - sin(x)/3"]


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
    total = 0.0
    print(f"{'activation':24} {'derive':>8} {'judge':>8}  {'verdict':9} {'SymPy':>8}  {'':9} {'ratio':>9}")
    for spec in options.specs or [*specs(), *MORE]:
        sigma = activation(spec)
        _dual.cache_clear()
        start = time.perf_counter()
        found = dual(sigma)
        derived = time.perf_counter()
        if found.expr is None and not options.specs:
            continue
        verdict = found.derivation.check()
        judged = time.perf_counter()
        total += judged - start
        seconds, outcome = sympy_seconds(sigma.expr, float(found(0.5)), options.limit)
        sign = " " if outcome == "right" else ">"
        ratio = f"{sign}{seconds / (judged - start):8.0f}"
        timings = f"{derived - start:7.3f}s {judged - derived:7.3f}s"
        print(f"{spec:24} {timings}  {verdict.value:9} {seconds:7.1f}s  {outcome:9} {ratio}", flush=True)
    print(f"all derived and judged in {total:.1f} s")


if __name__ == "__main__":
    main()
