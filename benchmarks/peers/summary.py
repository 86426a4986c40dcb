"""`summary`: the few numbers that the README quotes; `asked`: those that the project set itself, met or not."""

from __future__ import annotations

import math
from typing import Any

SIZES, DEPTH = (1000, 4000), 100
SIZE = SIZES[-1]
Results = list[dict[str, Any]]


def _cells(results: Results) -> dict[tuple[str, int, int], dict[str, Any]]:
    return {
        (f["cell"]["activation"], f["cell"]["size"], f["cell"]["depth"]): f["peers"]
        for f in results
        if f["kind"] == "time"
    }


def _least(peer: dict[str, Any] | None) -> float | None:
    return min(peer["seconds"]) if peer and peer.get("seconds") else None


def _processors(peer: dict[str, Any] | None, ours: dict[str, Any]) -> float:
    """How much more of the processors a peer takes, whatever else the machine does."""
    return min(peer["processor"]) / min(ours["processor"]) if peer and peer.get("processor") else math.inf


def summary(results: Results) -> list[str]:
    """One row for each network and n, at L = 100."""
    body = []
    for (activation, size, depth), peers in _cells(results).items():
        ours = _least(peers.get("ours"))
        if size not in SIZES or depth != DEPTH or ours is None:
            continue
        line = [activation, f"{size:,}", f"{ours * 1e3:.0f} ms", f"{peers['ours']['cold']:.1f} s"]
        for name in ("neural-tangents", "naive NumPy"):
            other = _least(peers.get(name))
            ratio = _processors(peers.get(name), peers["ours"])
            line += [f"{other:.1f} s", f"{min(other / ours, ratio):.0f}"] if other else ["not run", ""]
        line += [_error(results, activation, name) for name in ("ours", "neural-tangents", "naive NumPy")]
        body.append("| " + " | ".join(line) + " |")
    if not body:
        return []
    head = ["network", "n", "ours", "cold", "neural-tangents", "ratio", "naive NumPy", "ratio"]
    head += ["errors: ours", "neural-tangents", "NumPy"]
    text = [
        f"The NNGP and the tangent kernel of n points in 64 dimensions after {DEPTH} layers, float64; the "
        "largest error of 1 - K, relative to itself, at cosines from 1 - 1e-14 to -1. A ratio is the smaller of that "
        "of the times and that of the seconds of all processors.",
        "",
    ]
    return [*text, "| " + " | ".join(head) + " |", "|---" + "|---:" * 10 + "|", *body]


def _error(results: Results, activation: str, peer: str) -> str:
    for found in results:
        if found["kind"] == "accuracy" and found["activation"] == activation:
            errors = found["peers"].get(peer, {}).get(str(DEPTH))
            return f"{errors['complement']:.0e}" if errors else ""
    return ""


def asked(results: Results) -> list[str]:
    """Each condition with what was measured, and whether that is enough."""
    lines = [*_ratios(results), *_depths(results), *_bounds(results)]
    if not lines:
        return []
    body = [f"| {what} | {limit} | {shown} | {'yes' if met else '**no**'} |" for what, limit, shown, met in lines]
    return ["| | asked for | measured | met |", "|---|---|---|---|", *body]


Condition = tuple[str, str, str, bool]


def _listed(values: dict[str, float], digits: str) -> str:
    return ", ".join(f"{name} {value:{digits}}" for name, value in values.items())


def _ratios(results: Results) -> list[Condition]:
    warm, worked, cold = {}, {}, {}
    for (activation, size, depth), peers in _cells(results).items():
        theirs, ours = _least(peers.get("neural-tangents")), _least(peers.get("ours"))
        if (size, depth) == (SIZE, DEPTH) and theirs and ours:
            warm[activation], cold[activation] = theirs / ours, theirs / peers["ours"]["cold"]
            worked[activation] = _processors(peers["neural-tangents"], peers["ours"])
    what = f"neural-tangents' fastest mode over ours, n = {SIZE}, L = {DEPTH}"
    found = [
        (what, "1000", warm, 1000),
        (f"{what}, in seconds of the processors", "1000", worked, 1000),
        (f"{what}, ours with a cold compilation", "100", cold, 100),
    ]
    return [
        (text, f"at least {limit}", _listed(ratios, ".3g"), min(ratios.values()) >= least)
        for text, limit, ratios, least in found
        if ratios
    ]


def _depths(results: Results) -> list[Condition]:
    found: list[Condition] = []
    cells = _cells(results)
    for key, how in (("seconds", ""), ("processor", ", in seconds of the processors")):
        ratios = {}
        for (activation, size, depth), peers in cells.items():
            shallow, deep = cells.get((activation, size, 2), {}).get("ours", {}), peers.get("ours", {})
            if depth == 1000 and shallow.get(key) and deep.get(key):
                ratios[f"{activation} n = {size}"] = min(deep[key]) / min(shallow[key])
        if ratios:
            most = max(ratios.values())
            found.append((f"L = 1000 over L = 2, compiled{how}", "at most 1.3", _listed(ratios, ".2f"), most <= 1.3))
    return found


def _bounds(results: Results) -> list[Condition]:
    found: list[Condition] = []
    maps = [f for f in results if f["kind"] == "map"]
    for copy, name in (("copy", "a memory copy"), ("copy_on_all_cores", "a memory copy on all cores")):
        worst: dict[str, float] = {}
        for f in maps:
            times, activation = f["seconds"], f["cell"]["activation"]
            ratio = max(times["nngp_map"], times["ntk_map"]) / times[copy]
            worst[activation] = max(worst.get(activation, 0.0), ratio)
        if worst:
            found.append((f"the map alone over {name}", "at most 5", _listed(worst, ".2f"), max(worst.values()) <= 5))
    for action, name in (("nngp", "K"), ("ntk", "Theta"), ("kernels", "both kernels")):
        ratios = {
            f["cell"]["activation"]: f["seconds"][action] / f["seconds"]["product"]
            for f in results
            if f["kind"] == "wide"
        }
        if ratios:
            what = f"{name} at d = 784 over the product X X^T"
            found.append((what, "at most 2", _listed(ratios, ".2f"), max(ratios.values()) <= 2))
    return found
