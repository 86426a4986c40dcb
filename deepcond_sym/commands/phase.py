"""`deepcond phase`: where deep networks with an activation end up, as numbers and as a diagram."""

from pathlib import Path
from typing import Annotated, Any

import typer

from deepcond_sym.errors import InputError

from .completion import activation_names
from .shared import Json, outward, print_json, progress, working

_CELLS = (150, 120)
_SHOWN = {
    "q_star": "q*, the fixed variance",
    "c_star": "c*, the fixed correlation",
    "chi_1": "chi_1, the slope at 1",
    "chi_c_star": "chi_c*, the slope at c*",
    "curvature": "A = f''(1)/2",
    "xi_c_star": "xi_c*, depth scale of correlations",
    "xi_1": "xi_1, of an ordered tangent kernel",
    "xi_star": "xi_*, of a chaotic tangent kernel",
    "p_star": "p*, limit of its diagonal",
    "p_ab_star": "p*_ab, limit at distinct inputs",
    "weight_variance": "critical weight_variance",
}


def phase(
    spec: Annotated[
        str,
        typer.Argument(
            metavar="NAME|EXPR",
            help="A name such as erf, or a formula such as 'x*exp(-x**2/2)'.",
            autocompletion=activation_names,
        ),
    ],
    weight_variance: Annotated[str | None, typer.Option(help="sigma_w^2, such as 3/2: the constants there.")] = None,
    bias_variance: Annotated[
        str | None, typer.Option(help="sigma_b^2, such as 1/20; alone, the critical point with these biases.")
    ] = None,
    digits: Annotated[int, typer.Option(min=1, max=1000, help="Certain digits.")] = 15,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out",
            "-o",
            metavar="FILE",
            help="Draw the diagram to this .svg or .png file.",
            show_default="phases.svg, unless numbers are asked for",
        ),
    ] = None,
    weights_to: Annotated[str, typer.Option(help="The diagram ends at this weight variance.")] = "3",
    biases_to: Annotated[str, typer.Option(help="The diagram ends at this bias variance.")] = "1/4",
    as_json: Json = False,
) -> None:
    """The phase of deep networks: constants at a point, critical points, the diagram of q*, c*, chi_1, depth scales."""
    from deepcond_sym.activations import activation

    if weight_variance is not None and bias_variance is None:
        raise InputError("give --bias-variance too, such as 0 or 1/20: a phase belongs to both variances")
    sigma = activation(spec)
    found: dict[str, Any] = {"activation": sigma.name}
    with working("enclosing"):
        if bias_variance is not None:
            found |= _numbers(sigma, weight_variance, bias_variance, digits)
    if out is not None or bias_variance is None:
        place = out or Path("phases.svg")
        found["figure"] = str(_drawn(sigma, place, (weights_to, biases_to), (weight_variance, bias_variance)))
    if as_json:
        print_json(found)
    else:
        print("\n".join(_lines(found)))


def _numbers(sigma: Any, weight: str | None, bias: str, digits: int) -> dict[str, Any]:
    """The constants at a point, or of the critical point: decimal bounds, rounded outwards."""
    from deepcond_sym.depth import critical_line
    from deepcond_sym.depth import phase as phase_of

    bits = 4 + digits * 10 // 3
    if weight is None:
        point = critical_line(sigma, bias, bits=bits)
        names = ("q_star", "weight_variance", "curvature")
        constants = {name: _bounds(getattr(point, name), digits) for name in names}
        return {"bias_variance": bias, "phase": "critical", "attracts": point.attracts, **constants}
    state = phase_of(sigma, weight, bias, bits=bits)
    constants = {name: _bounds(getattr(state, name), digits) for name in _SHOWN if name != "weight_variance"}
    return {"weight_variance": weight, "bias_variance": bias, "phase": state.name, **constants}


def _bounds(value: Any, digits: int) -> dict[str, str] | str | None:
    """{"lower", "upper"}, "inf", or None for a constant that this phase has not."""
    if value is None:
        return None
    if not value.is_finite():
        return "inf"
    low, high = outward(value, digits + 2)
    return {"lower": low, "upper": high}


def _lines(found: dict[str, Any]) -> list[str]:
    lines = []
    if "phase" in found:
        given = {name: found[name] for name in ("weight_variance", "bias_variance")}
        variances = [f"{name} {value}" for name, value in given.items() if isinstance(value, str)]
        lines.append(f"{found['activation']} with {', '.join(variances)}: {found['phase']}")
        for name, words in _SHOWN.items():
            value = found.get(name)
            if isinstance(value, dict):
                lines.append(f"  {words:36} {value['lower']} .. {value['upper']}")
            elif value == "inf":
                lines.append(f"  {words:36} infinite")
        if found.get("attracts") is False:
            lines.append("  variances next to q* run away from it")
    if "figure" in found:
        lines.append(found["figure"])
    return lines


def _drawn(sigma: Any, place: Path, ends: tuple[str, str], point: tuple[str | None, str | None]) -> Path:
    from deepcond_sym.depth import phase_grid
    from deepcond_sym.depth.parameters import Parameter
    from deepcond_sym.report.figures import drawing, files
    from deepcond_sym.report.figures.phase_diagram import PhaseDiagram, cells, drawn

    files.checked(place)
    names = ("--weights-to", "--biases-to")
    read = [float(Parameter.read(text, name).value) for text, name in zip(ends, names, strict=True)]
    if not all(end > 0 for end in read):
        raise InputError("the diagram ends at positive variances: give such to --weights-to and --biases-to")
    marked = None
    if point[0] is not None and point[1] is not None:
        marked = (float(Parameter.read(point[0], "weight").value), float(Parameter.read(point[1], "bias").value))
        read = [max(end, 1.1 * value) for end, value in zip(read, marked, strict=True)]
    weights, biases = (cells(end, count) for end, count in zip(read, _CELLS, strict=True))
    with progress(None, "tabulating double integrals") as advance:
        grid = phase_grid(
            sigma, weights, biases, lambda done, total: advance({"id": "row", "verdict": str(done), "total": total})
        )
    with working("drawing"), drawing.settings():
        return files.save(drawn(PhaseDiagram(sigma.name, grid, marked)), place)
