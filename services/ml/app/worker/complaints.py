"""What keeps a thread from its work, told without filling the log for as long as it lasts."""

import logging
import time
from collections.abc import Callable

AGAIN_S = 600.0


class Complaint:
    """Tells a problem once; again when it is another, when it was over, or after ten minutes."""

    def __init__(
        self, log: logging.Logger, prefix: str = "", clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._log, self._prefix, self._clock = log, prefix, clock
        self._told: tuple[str, float] | None = None

    def tell(self, problem: object) -> None:
        text = str(problem)
        if self._told and self._told[0] == text and self._clock() < self._told[1] + AGAIN_S:
            return
        self._told = (text, self._clock())
        self._log.warning("%s%s It is tried again until it works.", self._prefix, text)

    def over(self) -> None:
        self._told = None
