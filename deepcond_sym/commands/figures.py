"""`deepcond figures`: the deep ReLU tangent kernel against depth."""

from pathlib import Path
from typing import Annotated

import typer

from .shared import Json, array, print_json, progress


def figures(
    out: Annotated[Path, typer.Option(metavar="DIR", help="Folder of the figures.")] = Path("figures"),
    depth: Annotated[int, typer.Option(help="The largest depth drawn.")] = 10_000,
    data: Annotated[Path | None, typer.Option(help="A .npy file, one point a row, drawn beside the others.")] = None,
    as_json: Json = False,
) -> None:
    """Draw the deep ReLU tangent kernel: its entries, its predictor, its smallest eigenvalue and its determinant."""
    from deepcond_sym.report.figures import files, tangent

    sets = tangent.built_in()
    if data is not None:
        sets.append(tangent.Points.read(f"the points of {data.name}", array(data)))
    with progress(None, "drawing") as advance:
        plots = tangent.plots(depth, sets)
        written = files.write(
            out, plots, lambda name: advance({"id": name, "verdict": "drawn", "total": len(plots)})
        )
    if as_json:
        print_json({"figures": [{"name": name, "files": [*map(str, paths)]} for name, paths in written.items()]})
    else:
        print("\n".join(str(path) for paths in written.values() for path in paths))
