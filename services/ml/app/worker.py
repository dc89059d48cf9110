"""Takes queued runs one at a time: woken by NOTIFY, alive by its heartbeat, stopped by a cancel."""

import logging
import os
import socket
import threading
import time
import traceback
import uuid
from collections import Counter
from collections.abc import Callable
from types import TracebackType

from app import db, labels, runs, training
from app.errors import DatabaseUnavailable, MlError, Stopped
from app.samples import Chart
from app.training import Outcome, RunParams

BEAT_S = 1.0
POLL_S = 5.0
LONGEST_PAUSE_S = 5.0
log = logging.getLogger(__name__)


def threads() -> int:
    """For LightGBM: half the cores, for the database and the web app are busy beside it."""
    return max(1, min(8, (os.cpu_count() or 1) // 2))


def worker_name() -> str:
    return f"{socket.gethostname()}:{os.getpid()}:{uuid.uuid4().hex[:8]}"


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
    ) -> None:
        self._url, self._run_id, self._worker = url, run_id, worker
        self._stopping = stopping or threading.Event()
        self._on_report = on_report
        self._fraction, self._stage = 0.0, "Reading"
        self._lines: list[str] = []
        self._lost, self._done = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._beat, name=f"run-{run_id}", daemon=True)

    def __enter__(self) -> "Reporter":
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.end()

    def end(self) -> None:
        self._done.set()
        self._thread.join()

    def report(self, fraction: float, stage: str) -> None:
        self.check()
        self._fraction, self._stage = fraction, stage
        self._on_report(fraction, stage)

    def log(self, line: str) -> None:
        self._lines.append(f"{line}\n")

    def check(self) -> None:
        if self._lost.is_set() or self._stopping.is_set():
            raise Stopped

    def unwritten(self) -> str:
        """What is left of the log once it has ended."""
        return "".join(self._lines)

    def _beat(self) -> None:
        while not self._done.wait(BEAT_S):
            try:
                with db.connect(self._url) as connection:
                    while self._write(connection):
                        if self._done.wait(BEAT_S):
                            return
                self._lost.set()
                return
            except MlError as error:
                log.warning("Run %d goes on without the database: %s", self._run_id, error)

    def _write(self, connection: db.Connection) -> bool:
        count = len(self._lines)
        ours = runs.update_run(
            connection,
            self._run_id,
            self._worker,
            self._fraction,
            self._stage,
            "".join(self._lines[:count]),
        )
        del self._lines[:count]
        return ours


def read_charts(url: str, params: RunParams) -> list[Chart]:
    """Charts, candles and spans of one moment."""
    with db.snapshot(url) as snapshot:
        return [
            Chart(
                id=row["id"],
                name=row["name"],
                rev=row["rev"],
                data_rev=row["data_rev"],
                candles=db.to_candles(snapshot.read_candles(row["id"])),
                spans=labels.by_people(db.to_spans(row["id"], snapshot.read_spans(row["id"]))),
            )
            for row in snapshot.read_charts(params.chartIds).to_pylist()
        ]


def execute(url: str, run: runs.Run, worker: str, reporter: Reporter) -> Outcome:
    """One run, from its params to its stored success. Raises what went wrong."""
    started = time.monotonic()
    params = training.parse_params(run.params)
    charts = read_charts(url, params)
    for chart in charts:
        reporter.log(f"“{chart.name}”: {len(chart.candles)} candles, {len(chart.spans)} spans.")
    outcome = training.learn(charts, params, threads(), reporter)
    candles = {chart.id: chart.candles for chart in charts}
    found = {chart_id: (candles[chart_id], own) for chart_id, own in outcome.predictions.items()}
    count = sum(len(own) for own in outcome.predictions.values())
    reporter.report(0.98, "Storing")
    reporter.log(f"{count} predictions; {time.monotonic() - started:.1f} s in all.")
    reporter.end()
    with db.connect(url) as connection:
        runs.finish_run(
            connection,
            run.id,
            worker,
            model=outcome.model,
            metrics=outcome.metrics,
            dataset=outcome.dataset,
            log=reporter.unwritten(),
            predictions=found,
        )
    return outcome


class Worker:
    """`state` is what /health tells: starting, idle, running, or what it waits for."""

    def __init__(self, url: str) -> None:
        self._url = url
        self.name = worker_name()
        self.state = "starting"
        self.ended: Counter[str] = Counter()
        self.seconds = 0.0
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._work, name="worker", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self, timeout: float | None = None) -> None:
        """A run in progress goes back to the queue, without an attempt lost."""
        self._stopping.set()
        self._thread.join(timeout)

    def is_alive(self) -> bool:
        return self._thread.is_alive()

    def _work(self) -> None:
        pause = 0.1
        while not self._stopping.is_set():
            try:
                with db.connect(self._url) as connection:
                    connection.execute(f"listen {runs.CHANNEL}")
                    while not self._stopping.is_set():
                        self._take(connection)
                        pause = 0.1
            except MlError as error:
                self.state = f"waiting: {error}"
                log.warning("%s Trying again in %.1f s.", error, pause)
                self._stopping.wait(pause)
                pause = min(LONGEST_PAUSE_S, pause * 2)
            except Exception:
                self.state = "waiting: an unexpected error, see the log"
                log.exception("The worker failed; trying again in %.1f s", LONGEST_PAUSE_S)
                self._stopping.wait(LONGEST_PAUSE_S)
        self.state = "stopped"

    def _take(self, connection: db.Connection) -> None:
        run = runs.claim_run(connection, self.name)
        if run is not None:
            self.state = f"running {run.id}"
            self._run(run)
            return
        self.state = "idle"
        deadline = time.monotonic() + POLL_S
        while time.monotonic() < deadline and not self._stopping.is_set():
            # Short waits, so that a stop is quick.
            if any(True for _ in connection.notifies(timeout=0.5, stop_after=1)):
                return

    def _run(self, run: runs.Run) -> None:
        started = time.monotonic()
        log.info("Run %d starts", run.id)
        with Reporter(self._url, run.id, self.name, self._stopping) as reporter:
            ended = self._end(run, reporter)
        self.seconds += time.monotonic() - started
        self.ended[ended] += 1
        log.info("Run %d: %s in %.1f s", run.id, ended, time.monotonic() - started)

    def _end(self, run: runs.Run, reporter: Reporter) -> str:
        try:
            execute(self._url, run, self.name, reporter)
            return "succeeded"
        except Stopped:
            reporter.end()
            if not self._stopping.is_set():
                return "cancelled"
            self._surely(lambda c: runs.give_back_run(c, run.id, self.name, counts=False))
            return "given back"
        except DatabaseUnavailable as error:
            if run.attempts < runs.MAX_ATTEMPTS:
                reporter.end()
                log.warning("Run %d starts again: %s", run.id, error)
                self._surely(lambda c: runs.give_back_run(c, run.id, self.name, counts=True))
                return "given back"
            sentence = str(error)
        except MlError as error:
            sentence = str(error)
        except Exception as error:
            log.exception("Run %d failed", run.id)
            reporter.log(traceback.format_exc())
            sentence = f"An unexpected error ended the run (its log has more): {error!r}"
        reporter.end()
        lines = reporter.unwritten()
        self._surely(lambda c: runs.fail_run(c, run.id, self.name, sentence, lines))
        return "failed"

    def _surely(self, write: Callable[[db.Connection], None]) -> None:
        """Until it is written, or the service stops: then the run's heartbeat runs out."""
        pause = 0.1
        while True:
            try:
                with db.connect(self._url) as connection:
                    write(connection)
                return
            except DatabaseUnavailable as error:
                log.warning("%s Trying again in %.1f s.", error, pause)
                if self._stopping.wait(pause):
                    return
                pause = min(LONGEST_PAUSE_S, pause * 2)
