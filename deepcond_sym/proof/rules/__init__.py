"""The trusted kernel: the only code that turns arguments and premises into a proved statement.

One rule a file; each docstring states the law and its source. A check takes plain JSON arguments, the premises'
statements and the recorded evidence, and returns the statement it has shown with the strength of the showing, or
raises RuleFailure."""

from importlib import import_module

_NAMES = (
    "ball box", "cases", "consequence", "evaluation", "hermite parts", "identity", "induction", "matrices", "monotone",
    "monte carlo", "passage", "polynomial", "recurrence limit", "vertices",
)  # fmt: skip
RULES = {name: import_module(f".{name.replace(' ', '_')}", __name__).check for name in _NAMES}
