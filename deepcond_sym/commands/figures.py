"""`deepcond figures`: what the claims of a paper say, drawn."""

from pathlib import Path
from typing import Annotated, Any

import typer

from deepcond_sym.errors import InputError

from .shared import Json, array, print_json, progress


def figures(
    paper: Annotated[
        str, typer.Argument(metavar="PAPER", help="starnaud2025: deep ReLU tangent kernels; xiao2020: erf, E1 to E4.")
    ] = "starnaud2025",
    out: Annotated[Path, typer.Option("--out", "-o", metavar="DIR", help="Folder of the figures.")] = Path("figures"),
    depth: Annotated[
        int | None, typer.Option(help="The largest depth drawn.", show_default="10000; 400 for xiao2020")
    ] = None,
    data: Annotated[
        Path | None, typer.Option(help="A .npy file, one point a row, drawn beside the others (starnaud2025).")
    ] = None,
    as_json: Json = False,
) -> None:
    """Draw figures of a paper: entries, eigenvalues, condition numbers and predictors of deep kernels against depth."""
    from deepcond_sym.report.figures import files

    plots = _plots(paper, depth, data)
    with progress(len(plots), "drawing") as advance:
        written = files.write(out, plots, lambda name: advance({"id": name, "verdict": "drawn", "total": len(plots)}))
    if as_json:
        print_json({"figures": [{"name": name, "files": [*map(str, paths)]} for name, paths in written.items()]})
    else:
        print("\n".join(str(path) for paths in written.values() for path in paths))


def _plots(paper: str, depth: int | None, data: Path | None) -> list[Any]:
    from deepcond_sym.report.figures import rates, tangent

    if paper == "xiao2020":
        if data is not None:
            raise InputError("the figures of xiao2020 show scikit-learn's digits: leave out --data")
        return rates.plots(rates.DEPTH if depth is None else depth)
    if paper != "starnaud2025":
        raise InputError(f"there are figures for starnaud2025 and xiao2020, not for {paper}")
    sets = tangent.built_in()
    if data is not None:
        sets.append(tangent.Points.read(f"the points of {data.name}", array(data)))
    return tangent.plots(tangent.DEPTH if depth is None else depth, sets)
