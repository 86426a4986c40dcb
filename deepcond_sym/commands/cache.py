"""`deepcond cache`: the compiled maps that are kept from one run to the next."""

from typing import Annotated

import typer

from .shared import Json, print_json


def cache(
    clear: Annotated[bool, typer.Option("--clear", help="Delete them.")] = False,
    as_json: Json = False,
) -> None:
    """Show where compiled maps are kept, how many, and how large; the variable DEEPCOND_CACHE names another folder."""
    from deepcond_sym.kernels.compiled_store import cache_folder, cached_files, clear_cache

    folder = cache_folder()
    removed, failed = clear_cache() if clear else (0, 0)
    files = cached_files()
    size = sum(status.st_size for _, status in files)
    if as_json:
        shown = None if folder is None else str(folder)
        print_json({"folder": shown, "files": len(files), "bytes": size, "removed": removed, "failed": failed})
    elif folder is None:
        print("no cache: DEEPCOND_CACHE is empty, or there is no home directory")
    else:
        print(f"{folder}: {len(files)} files, {size / 1e6:.1f} MB")
        if clear:
            print(f"{removed} files deleted" + (f", {failed} could not be deleted" if failed else ""))
    raise typer.Exit(1 if failed else 0)
