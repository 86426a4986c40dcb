"""How long a certificate takes to check again, beside the run that wrote it.

    python benchmarks/recheck.py [--rounds N] [SELECTOR ...]

Both commands run as a user runs them, in processes of their own and in turns, so that both meet the same load. A row
for `verify --mutants` (the main job), `verify` and `verify --jobs 1`: seconds (the least of the rounds), the seconds
of `recheck`, and their ratio; then how the seconds of the recheck divide into start, rules and the rest.
"""

import argparse
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from deepcond_sym.proof import certificate

MODES = {"verify --mutants": ["--mutants"], "verify": [], "verify --jobs 1": ["--jobs", "1"]}


def seconds(*arguments: str) -> float:
    """The wall time of one command."""
    start = time.perf_counter()
    subprocess.run([sys.executable, "-m", "deepcond_sym.cli", *arguments], check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - start


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("selectors", nargs="*")
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "report"
        spent: dict[str, list[float]] = {mode: [] for mode in [*MODES, "recheck", "--version"]}
        for _ in range(options.rounds):
            for mode, extra in MODES.items():
                spent[mode].append(seconds("verify", *options.selectors, *extra, "--out", str(out)))
            spent["recheck"].append(seconds("recheck", str(out / "certificate.json")))
            spent["--version"].append(seconds("--version"))
        steps = certificate.count(out / "certificate.json")
        start = time.perf_counter()
        failures = certificate.recheck(out / "certificate.json")
        inside = time.perf_counter() - start
    again = min(spent["recheck"])
    print(f"{'':<18}{'seconds':>9}{'recheck':>9}{'ratio':>8}")
    for mode in MODES:
        print(f"{mode:<18}{min(spent[mode]):>9.2f}{again:>9.2f}{again / min(spent[mode]):>8.3f}")
    print(f"recheck: {steps} steps, {len(failures)} failures; {min(spent['--version']):.2f} s to start the command,")
    print(f"{inside:.2f} s in one process to load the claims and run the rules, {1000 * inside / steps:.1f} ms a step")


if __name__ == "__main__":
    main()
