"""The command `deepcond`: parse, call, print. What is heavy is imported inside the commands: help is instant."""

import os
import signal
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Annotated, Any

import typer

from deepcond_sym import __version__
from deepcond_sym.commands.cache import cache
from deepcond_sym.commands.completion import activation_names, claim_keys
from deepcond_sym.commands.condition import condition
from deepcond_sym.commands.decay import decay
from deepcond_sym.commands.examples import EXAMPLES
from deepcond_sym.commands.figures import figures
from deepcond_sym.commands.hunt import hunt
from deepcond_sym.commands.kernel import kernel
from deepcond_sym.commands.limit import limit
from deepcond_sym.commands.page import page
from deepcond_sym.commands.phase import phase
from deepcond_sym.commands.recheck import recheck
from deepcond_sym.commands.shared import Json, Scheduler, cluster, print_json, progress, stdout_kept_clean, working
from deepcond_sym.commands.sharpen import sharpen
from deepcond_sym.errors import AccuracyError, DeadlineError, InputError

app = typer.Typer(
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    help="Derive, prove and refute what an infinitely wide, deep network does with an activation function.",
)

Selectors = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="SELECTOR...",
        help="Bib key, claim id, glob, or a folder, file or module of your own claims.",
        show_default="all",
        autocompletion=claim_keys,
    ),
]
Spec = Annotated[
    str,
    typer.Argument(
        metavar="NAME|EXPR",
        help="A name such as gelu, or a formula such as 'x*exp(-x**2/2)'.",
        autocompletion=activation_names,
    ),
]


@app.command()
def verify(
    selectors: Selectors = None,
    as_json: Json = False,
    mutants: Annotated[bool, typer.Option("--mutants", help="Also judge every mutant: none may survive.")] = False,
    jobs: Annotated[int | None, typer.Option(min=1, help="Worker processes.", show_default="one a core")] = None,
    out: Annotated[Path, typer.Option(help="Folder of the report.")] = Path("report"),
    digits: Annotated[int, typer.Option(min=1, max=1000, help="Digits of witness values.")] = 20,
    timeout: Annotated[float, typer.Option(min=0.001, help="Seconds for one claim with its mutants.")] = 180.0,
    scheduler: Scheduler = None,
    complete: Annotated[
        bool,
        typer.Option("--complete", help="Also push the constants, draw the figures, derive the duals: some minutes."),
    ] = False,
) -> None:
    """Judge claims, print the table of verdicts and write the report folder."""
    from rich.console import Console

    from deepcond_sym.proof import registry
    from deepcond_sym.report import folder, terminal
    from deepcond_sym.report.summary import Summary
    from deepcond_sym.report.supplement import NOTHING_MORE, gather
    from deepcond_sym.report.witness import RECORDED_DIGITS, with_digits

    start = time.perf_counter()
    folder.writable(out)
    chosen = list(selectors or [])
    with stdout_kept_clean(as_json):
        claims, supplement = registry.select(chosen), NOTHING_MORE
        if complete:
            with progress(None, "completing the report") as advance:
                supplement = gather(claims, jobs=jobs, selectors=chosen, on_part=advance)
        with _judges(scheduler) as run, progress(len(claims)) as advance:
            results = run(
                claims, jobs=jobs, timeout=timeout, with_mutants=mutants, on_result=advance, selectors=chosen
            )
        if digits != RECORDED_DIGITS:
            results = [with_digits(result, digits) for result in results]
        with working("writing the report"):
            folder.write(out, results, supplement)
    summary = Summary.of(results)
    if as_json:
        kept = ("id", "bibkey", "label", "verdict", "confidence", "expected", "seconds")
        listed = [{**{key: r[key] for key in kept}, "mutants": _killed(r)} for r in results]
        print_json({"claims": listed, "summary": {**summary.as_json(), "report": str(out)}})
    else:
        terminal.show(results, Console(), report=str(out / "index.html"), seconds=time.perf_counter() - start)
    raise typer.Exit(0 if summary.ok else 1)


@contextmanager
def _judges(scheduler: str | None) -> Iterator[Callable[..., list[dict[str, Any]]]]:
    """What judges many claims: processes of this machine, or the workers of a cluster."""
    if scheduler is None:
        from deepcond_sym.proof import runner

        yield runner.run
        return
    from deepcond_sym.distributed import sweep

    with cluster(scheduler) as client:
        yield partial(sweep, client)


@app.command()
def claims(selectors: Selectors = None, as_json: Json = False) -> None:
    """List the registered claims: what each says, where it stands, and what is expected of it."""
    from rich.console import Console

    from deepcond_sym.proof import registry
    from deepcond_sym.proof.result import described
    from deepcond_sym.report.terminal import show_registry

    with stdout_kept_clean(as_json):
        chosen = registry.select(list(selectors or []))
    listed = [{**described(claim), "mutants": [mutant.name for mutant in claim.mutants]} for claim in chosen]
    if as_json:
        print_json({"claims": listed})
    else:
        show_registry(listed, Console())


@app.command()
def show(spec: Spec, as_json: Json = False) -> None:
    """Show the facts and constants of an activation: moments, mu, chi_1, its dual."""
    from rich.console import Console

    from deepcond_sym.activations import activation
    from deepcond_sym.report import card

    with working("computing"):
        data = card.card(activation(spec))
    if as_json:
        print_json(data)
    else:
        card.show(data, Console())


@app.command()
def derive(
    spec: Spec,
    normalize: Annotated[bool, typer.Option("--normalize", help="Subtract the mean, divide by the deviation.")] = False,
    q1: Annotated[str | None, typer.Option(help="Variance of the first argument, such as 4 or 1/9.")] = None,
    q2: Annotated[str | None, typer.Option(help="Variance of the second.", show_default="as q1")] = None,
    variances: Annotated[bool, typer.Option("--variances", help="Leave both variances as symbols q1, q2.")] = False,
    latex: Annotated[bool, typer.Option("--latex", help="Print a LaTeX article that compiles on its own.")] = False,
    pdf: Annotated[Path | None, typer.Option(help="Compile that article to this file, with pdflatex.")] = None,
    as_json: Json = False,
) -> None:
    """Derive the dual of an activation, each step judged before it is printed."""
    from deepcond_sym.activations import activation
    from deepcond_sym.duals import StepError
    from deepcond_sym.report import derivation
    from deepcond_sym.report.pdf import compile_pdf

    _only_one({"--latex": latex, "--pdf": pdf is not None, "--json": as_json})
    sigma = activation(spec)
    sigma = sigma.normalized() if normalize else sigma
    asked = _variances(q1, q2, variances)
    try:
        with working("deriving"):
            data = derivation.derivation(sigma, *asked)
    except StepError as error:
        raise typer.Exit(_complain(f"a step of the derivation does not hold: {error}", 1)) from error
    if as_json:
        print_json(data)
    elif latex:
        print(derivation.document(data), end="")
    elif pdf is not None:
        compile_pdf(derivation.document(data), pdf)
        print(f"written to {pdf}: {data['verdict']}")
    else:
        print("\n".join(derivation.lines(data)))


@app.command("catalog")
def catalog_command(
    latex: Annotated[bool, typer.Option("--latex", help="Print the table as a LaTeX article.")] = False,
    as_json: Json = False,
) -> None:
    """The named activations with their duals, each derived and judged."""
    from deepcond_sym.report import duals_table

    _only_one({"--latex": latex, "--json": as_json})
    with working("deriving"):
        rows = duals_table.table()
    if as_json:
        print_json({"activations": rows})
    else:
        print(duals_table.document(rows) if latex else "\n".join(duals_table.lines(rows)))


def _only_one(options: dict[str, bool]) -> None:
    given = [name for name, wanted in options.items() if wanted]
    if len(given) > 1:
        raise InputError(f"ask for {given[0]} or for {given[1]}, not for both")


def _variances(q1: str | None, q2: str | None, symbolic: bool) -> tuple[Any, Any]:
    """The two variances: numbers, symbols, or (None, None) for the plain dual."""
    if symbolic:
        if q1 is not None or q2 is not None:
            raise InputError("--variances leaves q1 and q2 as symbols: give no numbers with it")
        from deepcond_sym.duals.dual_pair import q1 as first
        from deepcond_sym.duals.dual_pair import q2 as second

        return first, second
    if q1 is None and q2 is None:
        return None, None
    from deepcond_sym.activations import parse_expression

    texts = q1 if q1 is not None else q2, q2 if q2 is not None else q1
    first, second = (parse_expression(str(text), {}) for text in texts)
    if not (first.is_positive and second.is_positive and first.is_number and second.is_number):
        raise InputError("q1 and q2 are positive numbers, such as 4 or 1/9")
    return first, second


app.command()(recheck)
app.command()(sharpen)
app.command()(decay)
app.command()(condition)
app.command()(kernel)
app.command()(phase)
app.command()(limit)
app.command()(hunt)
app.command()(figures)
app.command()(page)
app.command()(cache)

for _command in app.registered_commands:
    _name = _command.name or getattr(_command.callback, "__name__", "")
    _command.epilog = f"Example: {EXAMPLES[_name]}"


def _version(wanted: bool) -> None:
    if wanted:
        print(f"deepcond {__version__}")
        raise typer.Exit()


@app.callback()
def _options(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Options of the command as a whole; nothing to do here."""


_USAGE_ERROR: type[Exception] = next(c for c in typer.BadParameter.__mro__ if c.__name__ == "ClickException")
"""The base of all complaints about the command line; newer versions of typer bring their own copy of it."""


_INTERRUPTED = 130


def main(arguments: list[str] | None = None) -> None:
    """Run `deepcond` and exit: 0 if all is well, 1 if a claim, mutant, check or accuracy fails, 2 for bad input."""
    given = sys.argv[1:] if arguments is None else arguments
    signal.signal(signal.SIGTERM, _terminated)
    if hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(errors="backslashreplace")  # pyright: ignore[reportAttributeAccessIssue]
    try:
        code = app(given or ["--help"], prog_name="deepcond", standalone_mode=False)
        sys.stdout.flush()
        if code == _INTERRUPTED:
            raise KeyboardInterrupt  # which typer has turned into the code of an exit
    except _USAGE_ERROR as error:
        code = _complain(error.format_message(), 2)  # pyright: ignore[reportAttributeAccessIssue]
    except InputError as error:
        code = _complain(str(error), 2)
    except (AccuracyError, DeadlineError) as error:
        code = _complain(str(error), 1)
    except typer.Exit as stop:
        code = stop.exit_code
    except (KeyboardInterrupt, typer.Abort):
        code = _complain("interrupted; no file was left half-written", _INTERRUPTED)
    except BrokenPipeError:
        # the reader has gone, as in `deepcond claims | head`; keep the interpreter from flushing into the closed pipe
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = 141
    sys.exit(code if isinstance(code, int) else 0)


def _complain(message: str, code: int) -> int:
    print(f"deepcond: {' '.join(message.split())}", file=sys.stderr)
    return code


def _terminated(*_: object) -> None:
    """Leave by way of an exception, so that worker processes and temporary folders are cleared away."""
    sys.exit(143)


def _killed(result: dict[str, Any]) -> dict[str, int]:
    killed = sum(bool(mutant["died"]) for mutant in result["mutants"])
    return {"killed": killed, "survived": len(result["mutants"]) - killed}


if __name__ == "__main__":
    main()
