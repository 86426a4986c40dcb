"""The laws of kernels, tried on kernels of other libraries.

    make conformance
    .venv-conformance/bin/python conformance/run.py [--peer TEXT] [--layer TEXT] [--examples N] [--out FILE]

Each layer of neural-tangents, our own layers for it, the arc-cosine kernels of GPJax and the linear kernel of
scikit-learn, in the versions of conformance/requirements.txt, go through `deepcond_sym.testing.kernel_laws`. The table
(conformance/results.md) has a row for each: the laws that were tried, and those that are broken with the shrunk
counterexample and the lines that show it again. A broken law is a finding and no error; it is an error if one that is
known is not found.
"""

from __future__ import annotations

import argparse
import importlib
import sys
import warnings
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from findings import page, tried, written
from layer import Layer

ROOT = Path(__file__).resolve().parents[1]


PEERS = ["neural_tangents_layers", "deepcond_layers", "gpjax_layers", "scikit_learn_layers"]


def every_layer() -> Iterator[Layer]:
    """Of the peers that import."""
    for name in PEERS:
        try:
            peer = importlib.import_module(name)
        except ImportError as error:
            print(f"{name} is left out: {error}", file=sys.stderr)
            continue
        yield from peer.layers()


def chosen(options: argparse.Namespace) -> Iterator[Layer]:
    """The layers that the options name."""
    for layer in every_layer():
        if options.peer.lower() in layer.peer.lower() and options.layer.lower() in layer.name.lower():
            yield replace(layer, examples=min(layer.examples, options.examples))


def main() -> int:
    """Try all, write the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--peer", default="")
    parser.add_argument("--layer", default="")
    parser.add_argument("--examples", type=int, default=40)
    parser.add_argument("--out", type=Path, default=ROOT / "conformance" / "results.md")
    options = parser.parse_args()
    # neural-tangents warns of what the table says in numbers
    warnings.simplefilter("ignore", UserWarning)
    rows = []
    for layer in chosen(options):
        row = tried(layer)
        rows.append(row)
        said = f"broken: {', '.join(row.broken)}" if row.broken else row.failed or "passed"
        print(f"{layer.peer:22} {layer.name:32} {layer.network:36} {row.seconds:6.1f} s  {said}", flush=True)
        written(page(rows), options.out)
    missing = [f"{row.layer.name}, {row.layer.network}: {', '.join(row.missing)}" for row in rows if row.missing]
    for text in missing:
        print(f"known, and not found: {text}", file=sys.stderr)
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main())
