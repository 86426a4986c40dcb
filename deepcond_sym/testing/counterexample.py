"""`Counterexample`: a law that a kernel breaks, with the numbers and the lines that show it."""

from __future__ import annotations


class Counterexample(AssertionError):
    """A kernel breaks a law at one case.

    `law` is its name, `case` what was wrong there, `lines` Python that shows it again, where `kernel` is the kernel.

    >>> print(Counterexample("parity", "K(-0.5) = 1.0, where it is 2.0", "print(kernel(-0.5))"))
    The kernel breaks the law "parity": K(-0.5) = 1.0, where it is 2.0
    To see it:
        import numpy as np, deepcond_sym as dc
        print(kernel(-0.5))
    """

    def __init__(self, law: str, case: str, *lines: str) -> None:
        self.law, self.case = law, case
        self.lines = ("import numpy as np, deepcond_sym as dc", *lines)
        shown = "\n".join(f"    {line}" for line in self.lines)
        super().__init__(f'The kernel breaks the law "{law}": {case}\nTo see it:\n{shown}')
