"""Every example in a docstring runs; every public function has a docstring."""

import doctest
import importlib
import inspect
import pkgutil

import pytest

import deepcond_sym

MODULES = [deepcond_sym.__name__] + [
    info.name for info in pkgutil.walk_packages(deepcond_sym.__path__, "deepcond_sym.") if "__main__" not in info.name
]


@pytest.mark.parametrize("name", MODULES)
def test_examples_run(name):
    module = importlib.import_module(name)
    failures, _ = doctest.testmod(module, optionflags=doctest.NORMALIZE_WHITESPACE | doctest.IGNORE_EXCEPTION_DETAIL)
    assert failures == 0


@pytest.mark.parametrize("name", MODULES)
def test_modules_and_public_names_are_documented(name):
    module = importlib.import_module(name)
    assert module.__doc__, f"{name} says nothing of what it is"
    for key, value in vars(module).items():
        own = getattr(value, "__module__", None) == name
        if own and not key.startswith("_") and (inspect.isfunction(value) or inspect.isclass(value)):
            assert value.__doc__, f"{name}.{key} has no docstring"


@pytest.mark.parametrize("name", [n for n in deepcond_sym.__all__ if not n.endswith("Error")])
def test_what_dc_offers_has_an_example(name):
    documented = inspect.getdoc(getattr(deepcond_sym, name)) or ""
    assert ">>>" in documented, f"deepcond_sym.{name} has no example"
