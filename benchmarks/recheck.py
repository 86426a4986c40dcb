"""How long a certificate takes to check again, beside the run that wrote it.

    python benchmarks/recheck.py [--rounds N] [SELECTOR ...]

Both commands run as a user runs them, in processes of their own and in turns, so that both meet the same load. A row
for `verify --mutants` (the main job), `verify` and `verify --jobs 1`: seconds (the least of the rounds), the seconds
of `recheck`, and their ratio; the same for the processor's seconds, which other load on the machine changes less; then
how the seconds of the recheck divide into start, rules and the rest. `--modes` chooses among the rows by number.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from deepcond_sym.proof import certificate

MODES = {"verify --mutants": ["--mutants"], "verify": [], "verify --jobs 1": ["--jobs", "1"]}


def seconds(*arguments: str) -> tuple[float, float]:
    """The wall time of one command, and what it and its workers took of the processor."""
    start, before = time.perf_counter(), os.times()
    subprocess.run([sys.executable, "-m", "deepcond_sym.cli", *arguments], check=True, stdout=subprocess.DEVNULL)
    after = os.times()
    used = after.children_user + after.children_system - before.children_user - before.children_system
    return time.perf_counter() - start, used


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("selectors", nargs="*")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--modes", type=int, nargs="+", default=[1, 2, 3], choices=[1, 2, 3])
    options = parser.parse_args()
    modes = {mode: extra for i, (mode, extra) in enumerate(MODES.items(), 1) if i in options.modes}
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "report"
        spent: dict[str, list[tuple[float, float]]] = {mode: [] for mode in [*modes, "recheck", "--version"]}
        for _ in range(options.rounds):
            for mode, extra in modes.items():
                spent[mode].append(seconds("verify", *options.selectors, *extra, "--out", str(out)))
            spent["recheck"].append(seconds("recheck", str(out / "certificate.json")))
            spent["--version"].append(seconds("--version"))
        steps = certificate.count(out / "certificate.json")
        start = time.perf_counter()
        failures = certificate.recheck(out / "certificate.json")
        inside = time.perf_counter() - start
    least = {mode: tuple(map(min, zip(*times, strict=True))) for mode, times in spent.items()}
    print(f"{'':<18}{'seconds':>9}{'recheck':>9}{'ratio':>8}{'processor':>12}{'recheck':>9}{'ratio':>8}")
    (wall, used) = least["recheck"]
    for mode in modes:
        whole, worked = least[mode]
        line = f"{whole:>9.2f}{wall:>9.2f}{wall / whole:>8.3f}{worked:>12.2f}{used:>9.2f}{used / worked:>8.3f}"
        print(f"{mode:<18}{line}")
    print(f"recheck: {steps} steps, {len(failures)} failures; {least['--version'][0]:.2f} s to start the command,")
    print(f"{inside:.2f} s in one process to load the claims and run the rules, {1000 * inside / steps:.1f} ms a step")


if __name__ == "__main__":
    main()
