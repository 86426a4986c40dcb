"""Ours, neural-tangents and naive NumPy on the same networks and points, in turns, and the limits set by the memory.

    make bench                      all of n in {1000, 4000, 8000}, L in {2, 10, 100, 1000}: about 40 minutes
    make bench-quick                the cells that the README quotes: about three minutes
    python benchmarks/peers/run.py [--quick] [--budget S] [--activation A ...] [--size N ...] [--depth L ...] [--resume]

The networks are ReLU with weight variance 2, and erf and GELU normalised; both kernels, in float64, on all cores. First
every peer answers at the hard points, beside values to fifty digits; one whose network is another is not timed. Then
each cell: a process for each peer, set up one after the other (`cold`), then run in turns, so that other load on the
machine meets all of them; the least counts. A call that would take longer than the budget is not begun, or is stopped,
and the table says so.

The table is benchmarks/results.md (`--out`), written anew after each cell under a temporary name. The measurements
behind it are in build/bench; `--resume` goes on with those of an interrupted run. `make bench-readme` copies the
summary into the README.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
import tempfile
import time
from contextlib import ExitStack
from dataclasses import asdict, dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import accuracy
from budget import Budget, Cell
from digits import hard_points
from process import OutOfTime, PeerError, Process
from table import written

ROOT = Path(__file__).resolve().parents[2]
ACTIVATIONS = ["relu", "erf", "gelu"]
STARTING = 60.0
"""Seconds beyond the budget for imports and compilation."""
ROUNDS = 7
MODES = ["repeat, jit", "serial, jit", "serial", "repeat, batch", "serial, batch"]
BLAS_WIDTH = 784


@dataclass(frozen=True)
class Peer:
    """A worker and the interpreter that runs it."""

    name: str
    script: str
    python: Path
    environment: dict[str, str]
    folder: Path

    def start(self) -> Process:
        """A fresh process."""
        if not self.python.exists():
            raise PeerError(f"there is no {self.python}, which `make bench` makes")
        return Process(self.python, self.script, self.folder, self.environment)


class Run:
    """All measurements of one run; each is kept in a file as soon as it is there."""

    def __init__(self, options: argparse.Namespace) -> None:
        self.options = options
        self.budget = Budget(options.budget)
        self.patience = min(options.patience, options.budget)
        mine = Path(sys.executable)
        self.peers = [
            Peer("ours", "ours.py", mine, {"DEEPCOND_CACHE": ""}, options.folder),
            Peer("neural-tangents", "tangents.py", Path(options.peers_python), {}, options.folder),
            Peer("naive NumPy", "naive.py", mine, {}, options.folder),
        ]
        self.kept = options.folder / "measurements.jsonl"
        self.results: list[dict[str, Any]] = []
        if options.resume and self.kept.exists():
            self.results = [json.loads(line) for line in self.kept.read_text().splitlines()]
            for found in self.results:
                self._note(found)
        else:
            options.folder.mkdir(parents=True, exist_ok=True)
            self.kept.write_text("")

    def keep(self, found: dict[str, Any]) -> None:
        """One more measurement: to the file, into the table, to the terminal."""
        self.results.append(found)
        self._note(found)
        with self.kept.open("a") as file:
            file.write(json.dumps(found) + "\n")
        self.options.out.parent.mkdir(parents=True, exist_ok=True)
        written(self.results, self.options.out)

    def _note(self, found: dict[str, Any]) -> None:
        """What the budget learns from a measurement."""
        if found["kind"] != "time":
            return
        cell = Cell(**found["cell"])
        for peer, result in found["peers"].items():
            if "seconds" in result:
                self.budget.record(peer, cell, min(result["seconds"]))
            elif result.get("stopped"):
                self.budget.exceed(peer, cell)

    def has(self, kind: str, **same: Any) -> bool:
        """Whether an interrupted run had this measurement."""
        return any(f["kind"] == kind and all(f.get(k) == v for k, v in same.items()) for f in self.results)

    def about(self) -> None:
        """The machine and the versions; peers that do not start are left out, with a sentence."""
        about: dict[str, Any] = {"kind": "about", "date": date.today().isoformat(), "python": platform.python_version()}
        about |= {"processor": _processor(), "cores": os.cpu_count(), "load": os.getloadavg()[0], "missing": {}}
        about |= {"budget": self.options.budget, "quick": self.options.quick, "versions": {}}
        for peer in list(self.peers):
            try:
                with peer.start() as process:
                    about["versions"] |= process.ask("versions", STARTING)
            except PeerError as error:
                if peer.name == "ours":
                    raise
                about["missing"][peer.name] = str(error)
                self.peers.remove(peer)
                say(f"{peer.name} does not start and is left out: {error}")
        if not self.has("about"):
            self.keep(about)

    def accuracy(self) -> dict[str, set[str]]:
        """Errors at the hard points; for each activation the peers that compute the same network."""
        same: dict[str, set[str]] = {}
        points = hard_points()
        depths = self.options.depth
        for activation in self.options.activation:
            if not self.has("accuracy", activation=activation):
                say(f"accuracy: {activation}")
                exact = accuracy.reference(activation, depths, points)
                found: dict[str, Any] = {}
                for peer in self.peers:
                    try:
                        with peer.start() as process:
                            found[peer.name] = {
                                depth: accuracy.worst_errors(
                                    points,
                                    *exact[depth],
                                    process.ask(
                                        "values",
                                        STARTING + self.options.budget,
                                        activation=activation,
                                        depth=depth,
                                        **accuracy.request(points),
                                    ),
                                )
                                for depth in depths
                            }
                    except PeerError as error:
                        found[peer.name] = {"failed": str(error)}
                # the keys of JSON are strings, and a resumed run reads them
                self.keep({"kind": "accuracy", "activation": activation, "peers": json.loads(json.dumps(found))})
            (kept,) = [f for f in self.results if f["kind"] == "accuracy" and f["activation"] == activation]
            least = str(min(depths))
            same[activation] = {
                name
                for name, errors in kept["peers"].items()
                if "failed" not in errors and errors[least]["ordinary"] < accuracy.SAME
            }
            if "ours" not in same[activation]:
                raise SystemExit(f"Ours fails at the hard points of {activation}: see {self.options.out}.")
            for name in {peer.name for peer in self.peers} - same[activation]:
                say(f"{name} computes another network for {activation}: it is not timed")
        return same

    def cell(self, cell: Cell, names: set[str]) -> None:
        """The two kernels by every peer, in turns; then the map and the copies, by ours."""
        if self.has("time", cell=asdict(cell)):
            return
        results: dict[str, dict[str, Any]] = {}
        with ExitStack() as stack:
            running = {}
            for peer in self.peers:
                if peer.name not in names:
                    continue
                refusal = self.budget.refusal(peer.name, cell) if peer.name != "ours" else None
                if refusal:
                    results[peer.name] = {"not run": refusal}
                    continue
                process = stack.enter_context(peer.start())
                result = self._setup(peer.name, process, cell)
                results[peer.name] = result
                if "cold" in result:
                    running[peer.name] = process
            self._rounds(running, results)
            if cell.size == self.options.map_size and "ours" in running:
                self._limits(running["ours"], cell)
        self.keep({"kind": "time", "cell": asdict(cell), "peers": results, "load": os.getloadavg()[0]})
        say(" ".join([f"{cell.activation} n = {cell.size} L = {cell.depth}:", *map(_shortly, results.items())]))

    def _setup(self, name: str, process: Process, cell: Cell, **more: Any) -> dict[str, Any]:
        try:
            task = {"activation": cell.activation, "size": cell.size, "width": cell.width, "depth": cell.depth}
            answer = process.ask("setup", self.options.budget + STARTING, **task, **more)
        except OutOfTime:
            return {"stopped": True, "not run": self.budget.exceed(name, cell)}
        except PeerError as error:
            return {"not run": str(error)}
        # where compilation cannot be told apart the first call says nothing about the others
        first = answer.pop("first", None)
        return {**answer, **{key: [first[key]] if first else [] for key in ("seconds", "processor")}}

    def _rounds(self, running: dict[str, Process], results: dict[str, dict[str, Any]]) -> None:
        """In turns; a peer that has spent its patience is done."""
        for _ in range(ROUNDS):
            for name, process in list(running.items()):
                seconds = results[name]["seconds"]
                if sum(seconds) > self.patience:
                    continue
                try:
                    answer = process.ask("run", self.options.budget + STARTING, what="kernels")
                    for key, value in answer.items():
                        results[name][key].append(value)
                except PeerError as error:
                    results[name]["failed later"] = str(error)
                    del running[name]
        for name, process in running.items():
            results[name]["memory"] = process.ask("memory", STARTING)["bytes"]

    def _limits(self, process: Process, cell: Cell) -> None:
        """The maps alone beside copies of the same array."""
        process.ask("run", STARTING, what="prepare_maps")
        least = _in_turns(process, ["nngp_map", "ntk_map", "both_maps", "copy", "copy_on_all_cores"])
        self.keep({"kind": "map", "cell": asdict(cell), "seconds": least})

    def wide(self, activation: str, size: int, depth: int) -> None:
        """The whole pipeline beside the matrix product alone, for points of many coordinates."""
        cell = Cell(activation, size, depth, BLAS_WIDTH)
        if self.has("wide", cell=asdict(cell)):
            return
        with self._peer("ours").start() as process:
            self._setup("ours", process, cell)
            least = _in_turns(process, ["nngp", "ntk", "kernels", "product"])
        self.keep({"kind": "wide", "cell": asdict(cell), "seconds": least})
        say(f"{activation} d = {BLAS_WIDTH}: K over X X^T {least['nngp'] / least['product']:.2f}")

    def first_use(self) -> None:
        """What a new installation pays once: numba compiles the loops and keeps them."""
        if self.has("first use"):
            return
        seconds = {}
        with tempfile.TemporaryDirectory() as empty:
            for when in ("new", "kept"):
                ours = self._peer("ours")
                started = replace(ours, environment={**ours.environment, "NUMBA_CACHE_DIR": empty}).start()
                with started as process:
                    seconds[when] = self._setup("ours", process, Cell("relu", 1000, 100))["cold"]
        self.keep({"kind": "first use", "seconds": seconds})

    def _peer(self, name: str) -> Peer:
        return next(peer for peer in self.peers if peer.name == name)

    def modes(self, size: int, depth: int) -> None:
        """The ways in which neural-tangents can be called."""
        for mode in MODES:
            if self.has("mode", mode=mode):
                continue
            cell = Cell("relu", size, depth)
            with self._peer("neural-tangents").start() as process:
                result = self._setup("mode", process, cell, mode=mode)
                if "cold" in result:
                    self._rounds({"mode": process}, {"mode": result})
            self.keep({"kind": "mode", "mode": mode, "cell": asdict(cell), **result})
            say(f"neural-tangents, {mode}: {_shortly(('', result))}")


def _in_turns(process: Process, actions: list[str]) -> dict[str, float]:
    """The least seconds of each."""
    times: dict[str, list[float]] = {action: [] for action in actions}
    for _ in range(ROUNDS):
        for action in actions:
            times[action].append(process.ask("run", 600.0, what=action)["seconds"])
    return {action: min(found) for action, found in times.items()}


def _shortly(result: tuple[str, dict[str, Any]]) -> str:
    name, found = result
    if found.get("seconds"):
        return f"{name} {min(found['seconds']):.4g} s (cold {found['cold']:.3g} s);"
    return f"{name} {found.get('not run', 'failed')};"


def _processor() -> str:
    try:
        with open("/proc/cpuinfo") as file:
            return next(line.split(":", 1)[1].strip() for line in file if line.startswith("model name"))
    except (OSError, StopIteration):
        return platform.machine()


def say(text: str) -> None:
    """Progress."""
    print(f"[{time.strftime('%H:%M:%S')}] {text}", file=sys.stderr, flush=True)


def arguments() -> argparse.Namespace:
    """The options; `--quick` changes what is not given."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="n = 4000 at L = 2, 100, 1000, and n = 1000 at L = 100")
    parser.add_argument("--budget", type=float, help="seconds for one call of a peer (300; 30 with --quick)")
    parser.add_argument("--patience", type=float, help="seconds for the repetitions of a peer (20; 3 with --quick)")
    parser.add_argument("--activation", nargs="+", default=ACTIVATIONS, choices=ACTIVATIONS)
    parser.add_argument("--size", type=int, nargs="+")
    parser.add_argument("--depth", type=int, nargs="+")
    parser.add_argument("--map-size", type=int, default=4000, help="the n at which maps and copies are compared")
    parser.add_argument("--peers-python", default=str(ROOT / ".venv-peers" / "bin" / "python"))
    parser.add_argument("--out", type=Path, default=ROOT / "benchmarks" / "results.md")
    parser.add_argument("--folder", type=Path, default=ROOT / "build" / "bench", help="measurements and logs")
    parser.add_argument("--resume", action="store_true", help="keep what an interrupted run has measured")
    options = parser.parse_args()
    options.budget = options.budget or (30.0 if options.quick else 300.0)
    options.patience = options.patience or (3.0 if options.quick else 20.0)
    options.given = options.size is not None or options.depth is not None
    options.size = options.size or ([1000, 4000] if options.quick else [1000, 4000, 8000])
    options.depth = options.depth or [2, 10, 100, 1000]
    return options


def cells(options: argparse.Namespace, activation: str) -> list[Cell]:
    """From the small to the large, so that the budget learns from the small."""
    if options.quick and not options.given:
        pairs = [(1000, 100), (4000, 2), (4000, 100), (4000, 1000)]
    else:
        pairs = [(size, depth) for size in sorted(options.size) for depth in sorted(options.depth)]
    return [Cell(activation, size, depth) for size, depth in pairs]


def main() -> int:
    """Measure and write the table."""
    options = arguments()
    run = Run(options)
    run.about()
    same = run.accuracy()
    for activation in options.activation:
        for cell in cells(options, activation):
            run.cell(cell, same[activation])
    run.first_use()
    for activation in options.activation:
        run.wide(activation, options.map_size, 100)
    if any(peer.name == "neural-tangents" for peer in run.peers):
        run.modes(1000, 10)
    run.keep({"kind": "end", "load": os.getloadavg()[0]})
    print(options.out.read_text())
    return 0


if __name__ == "__main__":
    sys.exit(main())
