"""The outcome of judging a claim, of the lowest floor; derivations of duals are judged by the same type."""

from deepcond_sym.verdict import Verdict

__all__ = ["Verdict"]
