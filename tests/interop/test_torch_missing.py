"""Without PyTorch: the module imports, and says what to install when it is called. Guards against a bare traceback."""

import sys

import pytest


def test_it_says_what_to_install(monkeypatch):
    from deepcond_sym.interop import torch as ours

    ours._arithmetic.cache_clear()
    ours._module_class.cache_clear()
    monkeypatch.setitem(sys.modules, "torch", None)
    with pytest.raises(ImportError, match=r"^This needs PyTorch: pip install 'deepcond-sym\[torch\]'\.$"):
        ours.activation_module("relu")
