"""`Process`: a worker in a process of its own, asked by lines of JSON, with a deadline."""

from __future__ import annotations

import json
import os
import queue
import subprocess
import threading
from contextlib import suppress
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent


class PeerError(Exception):
    """The peer cannot do it; the message is one sentence."""


class OutOfTime(PeerError):
    """The peer was killed at the deadline."""


class Process:
    """The worker `script` of this folder, run by the interpreter `python`.

    `ask` sends one request and waits for the answer; past the deadline, or when the process ends, it is of no further
    use. What it prints on the standard error goes to a file in `folder`, and its last line into the message.
    """

    def __init__(
        self, python: str | Path, script: str, folder: Path, environment: dict[str, str] | None = None
    ) -> None:
        self.name = Path(script).stem
        folder.mkdir(parents=True, exist_ok=True)
        self._log = folder / f"{self.name}.log"
        with self._log.open("w") as log:
            self._process = subprocess.Popen(
                [str(python), str(HERE / script)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
                env={**os.environ, **(environment or {})},
            )
        self._answers: queue.Queue[str | None] = queue.Queue()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            self._answers.put(line)
        self._answers.put(None)

    def ask(self, do: str, deadline: float, **request: Any) -> dict[str, Any]:
        """The answer to one request, within `deadline` seconds."""
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(json.dumps({"do": do, **request}) + "\n")
            self._process.stdin.flush()
            line = self._answers.get(timeout=deadline)
        except queue.Empty:
            self.close()
            raise OutOfTime(f"{self.name} did not answer within {deadline:.0f} s") from None
        except OSError:
            line = None
        if line is None:
            self.close()
            raise PeerError(f"{self.name} ended: {self._last_words()}")
        answer = json.loads(line)
        if "error" in answer:
            raise PeerError(f"{self.name}: {answer['error']}")
        return answer

    def _last_words(self) -> str:
        lines = [line.strip() for line in self._log.read_text(errors="replace").splitlines() if line.strip()]
        return lines[-1] if lines else f"exit code {self._process.poll()}"

    def close(self) -> None:
        """End the process."""
        self._process.kill()
        self._process.wait()
        self._reader.join()
        for stream in (self._process.stdin, self._process.stdout):
            # what was still to be written has no reader any more
            with suppress(OSError):
                if stream is not None:
                    stream.close()

    def __enter__(self) -> Process:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
