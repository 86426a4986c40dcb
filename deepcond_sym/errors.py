"""The ways in which a request can fail: a closed list, each with why it happens and what to try."""


class InputError(ValueError):
    """The request itself is wrong: the message is one sentence that says what to do instead."""


class AccuracyError(ArithmeticError):
    """The digits asked for were not reached: ask for fewer digits, or allow more working bits or terms."""


class DeadlineError(TimeoutError):
    """The work did not finish in its time limit: allow more time, or ask an easier question."""
