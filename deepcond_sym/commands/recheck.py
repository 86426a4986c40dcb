"""`deepcond recheck`: every step of a certificate again, without any search."""

from pathlib import Path
from typing import Annotated

import typer

from .shared import Json, print_json, progress, stdout_kept_clean

File = Annotated[Path, typer.Argument(help="A certificate.json that `deepcond verify` wrote.")]


def recheck(
    file: File,
    as_json: Json = False,
    jobs: Annotated[int | None, typer.Option(min=1, help="Worker processes.", show_default="one a core")] = None,
) -> None:
    """Check every step of a certificate again, without any search."""
    from deepcond_sym.proof import certificate

    with stdout_kept_clean(as_json):
        whole = certificate.read(file)
        with progress(len(whole["claims"]), "checking claims") as advance:
            failures = certificate.examine(
                whole,
                jobs=jobs,
                on_entry=lambda name, found: advance({"id": name, "verdict": "fails" if found else "holds"}),
            )
    steps = certificate.count_steps(whole)
    if as_json:
        places = [None if failure.step is None else failure.step + 1 for failure in failures]
        listed = [{"claim": f.claim, "step": p, "message": f.message} for f, p in zip(failures, places, strict=True)]
        print_json({"ok": not failures, "steps": steps, "failures": listed})
    else:
        for failure in failures:
            place = failure.claim if failure.step is None else f"{failure.claim}, step {failure.step + 1}"
            print(f"{place}: {' '.join(failure.message.split())}")
        wrong = f"{len(failures)} failure{'' if len(failures) == 1 else 's'}"
        print(f"{steps} steps checked: {wrong if failures else 'everything holds'}")
    raise typer.Exit(1 if failures else 0)
