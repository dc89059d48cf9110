"""The progress, log and heartbeat of a run or of a prediction request, written from a thread of
their own."""

import logging
import threading
import time
from collections.abc import Callable, Sequence
from types import TracebackType

from .. import db, runs, workers
from ..errors import MlError, NotFound, Stopped

BEAT_S = 1.0
Update = Callable[[db.Connection, int, str, float, str, str, Sequence[int]], bool]
"""As `runs.update_run`, which it is for a run."""
log = logging.getLogger(__name__)


class Reporter:
    """Writes a run's progress every BEAT_S from a thread of its own; that is its heartbeat too.

    A lost database does not end the run: the next beat tries again. A run that was cancelled or
    taken by another worker ends at its next report.
    """

    def __init__(
        self,
        url: str,
        run_id: int,
        worker: str,
        stopping: threading.Event | None = None,
        on_report: Callable[[float, str], None] = lambda _fraction, _stage: None,
        update: Update = runs.update_run,
        session: str = db.APPLICATION_NAME,
    ) -> None:
        self._url, self._run_id, self._worker = url, run_id, worker
        self._update, self._session = update, session
        self._stopping = stopping or threading.Event()
        self._on_report = on_report
        self._fraction, self._stage = 0.0, ""
        self._reported_at = time.monotonic()
        self._lines: list[str] = []
        self._chart_ids: Sequence[int] = ()
        self._error: NotFound | None = None
        self._lost, self._done = threading.Event(), threading.Event()
        self._thread: threading.Thread | None = None

    def __enter__(self) -> "Reporter":
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.end()

    def start(self, fraction: float = 0.0, stage: str = "Reading") -> None:
        """Also again, after an end whose log was stored: from what was stored with it, for a beat
        may come before the next report."""
        self._fraction, self._stage = fraction, stage
        self._lines.clear()
        self._done.clear()
        self._reported_at = time.monotonic()
        self._thread = threading.Thread(target=self._beat, name=f"run-{self._run_id}", daemon=True)
        self._thread.start()

    def end(self) -> None:
        self._done.set()
        if self._thread is not None:
            self._thread.join()

    def report(self, fraction: float, stage: str) -> None:
        self.check()
        self._fraction, self._stage = fraction, stage
        self._reported_at = time.monotonic()
        self._on_report(fraction, stage)

    def log(self, line: str) -> None:
        self._lines.append(f"{line}\n")

    def watch(self, chart_ids: Sequence[int]) -> None:
        """From now on the next report raises NotFound when one of these charts is gone."""
        self._chart_ids = chart_ids

    def check(self) -> None:
        if self._error is not None:
            raise self._error
        if self._lost.is_set() or self._stopping.is_set():
            raise Stopped

    def pending_log(self) -> str:
        """What is left of the log once it has ended."""
        return "".join(self._lines)

    def _beat(self) -> None:
        while not self._done.wait(BEAT_S):
            try:
                with db.connect(self._url, self._session) as connection:
                    while self._write(connection):
                        if self._done.wait(BEAT_S):
                            return
                self._lost.set()
                return
            except NotFound as error:
                self._error = error
                return
            except MlError as error:
                log.warning(
                    "%s goes on without the database: %s", threading.current_thread().name, error
                )

    def _write(self, connection: db.Connection) -> bool:
        # This thread would go on if the work hung: what counts is when the work was heard of.
        seconds_ago = time.monotonic() - self._reported_at
        if seconds_ago <= 2 * BEAT_S:
            workers.note_sign_of_life(connection, self._worker, seconds_ago)
        count = len(self._lines)
        ours = self._update(
            connection,
            self._run_id,
            self._worker,
            self._fraction,
            self._stage,
            "".join(self._lines[:count]),
            self._chart_ids,
        )
        del self._lines[:count]
        return ours
