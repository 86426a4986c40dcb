"""`deepcond kernel`: the kernel matrix of data, of any size, to a file."""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from deepcond_sym.errors import AccuracyError, InputError

from .shared import Json, Scheduler, cluster, print_json

if TYPE_CHECKING:
    from deepcond_sym.depth import DepthMap
    from deepcond_sym.kernels import GramKernel

_PATIENCE = 2.0
"""Seconds after which a bar appears."""
_MOST_CERTIFIED = 2000


def kernel(
    data: Annotated[str, typer.Argument(metavar="DATA.npy|digits", help="One point a row, or scikit-learn's digits.")],
    activation: Annotated[str, typer.Option(metavar="NAME|EXPR", help="A name such as gelu, or a formula.")],
    out: Annotated[Path, typer.Option("--out", "-o", metavar="OUT.npy", help="The file of the matrix.")],
    depth: Annotated[int, typer.Option(help="Layers of the network.")] = 1,
    kind: Annotated[str, typer.Option("--kernel", metavar="nngp|ntk|both", help="Which kernel.")] = "ntk",
    weight_variance: Annotated[str, typer.Option(help="Such as 2 or 3/2.")] = "1",
    bias_variance: Annotated[str, typer.Option(help="Such as 1/10.")] = "0",
    normalize: Annotated[
        bool, typer.Option("--normalize", help="Take the activation with mean 0 and variance 1.")
    ] = False,
    unit_rows: Annotated[bool, typer.Option("--unit-rows", help="Divide each row by its norm first.")] = False,
    ratio: Annotated[bool, typer.Option("--ratio", help="The kernel over its diagonal.")] = False,
    threads: Annotated[int | None, typer.Option(min=1, show_default="one a core")] = None,
    condition: Annotated[bool, typer.Option("--condition", help="Also the condition number of the matrix.")] = False,
    scheduler: Scheduler = None,
    as_json: Json = False,
) -> None:
    """Write the NNGP or tangent kernel of the rows of a file, tile by tile; run again, it goes on where it was.

    Both go to OUT-nngp.npy and OUT-ntk.npy.
    """
    from deepcond_sym.activations import activation as read_activation
    from deepcond_sym.depth import DepthMap

    points = _digits() if data == "digits" else data
    if data != "digits" and Path(data).exists() and any(to.exists() and to.samefile(data) for to in _files(out, kind)):
        raise InputError("the matrix would take the place of the data: give another name with -o")
    sigma = read_activation(activation)
    sigma = sigma.normalized() if normalize else sigma
    network = DepthMap(sigma, depth, weight_variance=weight_variance, bias_variance=bias_variance)
    start = time.perf_counter()
    with _bar() as advance:
        try:
            with _computing(scheduler, threads) as compute:
                made = compute(
                    points, network, kind, unit_rows=unit_rows, ratio=ratio or None, out=out, progress=advance
                )
        except (InputError, AccuracyError) as error:
            raise type(error)(_in_options(str(error))) from error
    seconds = time.perf_counter() - start
    facts, files = {}, _files(out, kind)
    for one in made if isinstance(made, tuple) else (made,):
        facts[one.kernel] = _facts(one, network, files[len(facts)], seconds)
        if condition:
            facts[one.kernel]["condition_number"] = _condition(one)
    if as_json:
        print_json(facts if isinstance(made, tuple) else facts[made.kernel])
    else:
        print("\n\n".join("\n".join(_lines(of_one)) for of_one in facts.values()))


def _files(out: Path, kind: str) -> list[Path]:
    """Where the matrices go: each of both kernels to a file of its own."""
    from deepcond_sym.kernels.gram import both_files

    return both_files(out) if kind == "both" else [out]


@contextmanager
def _computing(scheduler: str | None, threads: int | None) -> Iterator[Callable[..., Any]]:
    """What computes the matrix: threads of this process, or the workers of a cluster."""
    if scheduler is None:
        from deepcond_sym.kernels import gram_kernel

        yield partial(gram_kernel, threads=threads)
        return
    if threads is not None:
        raise InputError("--threads is for this machine alone: leave it out, each worker of a cluster has one")
    from deepcond_sym.distributed import gram_file

    with cluster(scheduler) as client:
        yield partial(gram_file, client)


def _digits() -> Any:
    try:
        from sklearn.datasets import load_digits
    except ImportError:
        raise InputError(
            "the digits come with scikit-learn: install deepcond-sym[sklearn], or give a .npy file of your own"
        ) from None
    return load_digits(return_X_y=True)[0]


def _in_options(message: str) -> str:
    return message.replace("(unit_rows)", "(--unit-rows)").replace("(ratio)", "(--ratio)").replace(
        "ask for the ratio", "ask for --ratio"
    )  # fmt: skip


def _facts(made: "GramKernel", network: "DepthMap", out: Path, seconds: float) -> dict[str, Any]:
    """What is known of the matrix, ready for JSON."""
    logs = made.log_diagonal
    return {
        "file": str(out),
        "shape": list(made.values.shape),
        "kernel": made.kernel,
        "network": repr(network),
        "phase": _phase(network),
        "over_diagonal": made.over_diagonal,
        "log_diagonal": [float(logs.min()), float(logs.max())],
        "method": made.method,
        "error_bound": made.error_bound,
        "cosine_error": made.cosine_error,
        "seconds": round(seconds, 3),
        "peak_memory_mb": _peak_memory(),
        "notes": list(made.notes),
    }


def _phase(network: "DepthMap") -> dict[str, Any]:
    from deepcond_sym.depth import phase

    try:
        found = phase(network.activation, network.weight_variance.value, network.bias_variance.value)
    except (InputError, AccuracyError) as reason:
        return {"name": None, "reason": str(reason)}
    return {"name": found.name, "chi_1": found.chi_1 if found.chi_1 != float("inf") else None, "c_star": found.c_star}


def _peak_memory() -> int | None:
    """The largest resident size of this process so far, in units of 10^6 bytes; None where the system has no count."""
    try:
        import resource
    except ImportError:
        return None
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit // 10**6


def _condition(made: "GramKernel") -> dict[str, Any]:
    """kappa of the matrix as it stands in the file: certified, or the reason why not."""
    from deepcond_sym.kernels import condition_number

    from .shared import outward

    size = len(made.values)
    if made.values.shape[1] != size:
        return {"reason": "the matrix is not square"}
    import numpy as np

    try:
        if size > _MOST_CERTIFIED:
            return _approximate(made.values)
        low, high = outward(condition_number(np.asarray(made.values)), 8)
    except (InputError, AccuracyError) as reason:
        return {"reason": str(reason)}
    return {"lower": low, "upper": high, "certified": "for the matrix of doubles in the file"}


def _approximate(matrix: Any) -> dict[str, Any]:
    """kappa by Lanczos, with the residuals of both ends."""
    from deepcond_sym.kernels.lanczos import approximate_extremes

    least, largest = approximate_extremes(matrix)
    if not least.value > least.residual:
        return {"reason": f"lambda_min is within {least.residual:.2g} of {least.value:.2g}, so it may be 0 (Lanczos)"}
    return {
        "value": largest.value / least.value,
        "lambda_min": least._asdict(),
        "lambda_max": largest._asdict(),
        "certified": None,
    }


def _lines(facts: dict[str, Any]) -> list[str]:
    phase, (low, high) = facts["phase"], facts["log_diagonal"]
    named = phase["reason"] if phase["name"] is None else phase["name"]
    if phase.get("chi_1") is not None:
        named += f", chi_1 = {phase['chi_1']:.8g}, c* = {phase['c_star']:.8g}"
    bound = facts["error_bound"]
    lines = [
        f"matrix        {facts['file']}: {' x '.join(map(str, facts['shape']))}",
        f"kernel        {facts['kernel']} of {facts['network']}",
        f"phase         {named}",
        f"map           {facts['method']}; " + ("no error bound is proved" if bound is None else
                                                f"off by at most {bound:.2g} of the diagonal (proved), and "
                                                f"the cosines by {facts['cosine_error']:.2g}"),
        f"log diagonal  {low:.8g} .. {high:.8g}"
        + (": the file holds the kernel over its diagonal" if facts["over_diagonal"] else ""),
        f"time          {facts['seconds']:.2f} s",
    ]  # fmt: skip
    if facts["peak_memory_mb"] is not None:
        lines.append(f"peak memory   {facts['peak_memory_mb']} MB")
    if "condition_number" in facts:
        kappa = facts["condition_number"]
        if "reason" in kappa:
            shown = kappa["reason"]
        elif kappa["certified"]:
            shown = f"{kappa['lower']} .. {kappa['upper']}, certified {kappa['certified']}"
        else:
            residuals = ", ".join(f"{kappa[end]['residual']:.1e} at {end}" for end in ("lambda_min", "lambda_max"))
            shown = f"about {kappa['value']:.8g}, not certified (Lanczos; residuals {residuals})"
        lines.append(f"kappa         {shown}")
    return lines + [f"note          {note}" for note in facts["notes"]]


@contextmanager
def _bar() -> Iterator[Callable[[int, int], None] | None]:
    """A bar on stderr, where that is a terminal and the work takes more than two seconds."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("tiles"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    bar, start = Progress(*columns, console=Console(stderr=True), transient=True), time.monotonic()
    task = bar.add_task("tiles", total=None)

    def advance(done: int, total: int) -> None:
        bar.update(task, completed=done, total=total)
        if not bar.live.is_started and time.monotonic() - start > _PATIENCE:
            bar.start()

    try:
        yield advance
    finally:
        bar.stop()
