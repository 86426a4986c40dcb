"""Kernel matrices and sweeps of claims on many machines, by Dask (the extra `distributed`), imported when it is used.

`connected` gives the client of a scheduler (`distributed.Client`); the other functions take one."""

from .cluster import connected, require_same_code
from .gram_array import gram_array
from .gram_file import gram_file
from .sweep import sweep

__all__ = ["connected", "gram_array", "gram_file", "require_same_code", "sweep"]
