"""Which worker process checks which entry of a certificate, so that what entries share is checked few times."""


class Sharing:
    """Entries by the steps that they hold, and the steps that each worker has been given so far.

    An entry goes to the worker that has been given most of its steps; among equals, the longest entry goes first.

    >>> sharing = Sharing([{"a"}, {"b", "c"}, {"a", "d"}, {"b"}])
    >>> sharing.choose([0, 1, 2, 3], worker=0), sharing.choose([0, 2, 3], worker=1), sharing.choose([0, 3], worker=0)
    (1, 1, 1)
    """

    def __init__(self, steps: list[set[str]] | None = None) -> None:
        self.steps = steps or []
        self.given: dict[int, set[str]] = {}

    def choose(self, waiting: list[int], worker: int) -> int:
        """The place in `waiting` (of numbers of entries) of the one that the worker shall check next."""
        own = self.given.setdefault(worker, set())
        others = [steps for other, steps in self.given.items() if other != worker]

        def gain(place: int) -> tuple[int, int]:
            steps = self.steps[waiting[place]]
            elsewhere = max((len(steps & theirs) for theirs in others), default=0)
            return len(steps & own) - elsewhere, len(steps)

        chosen = max(range(len(waiting)), key=gain)
        own |= self.steps[waiting[chosen]]
        return chosen
