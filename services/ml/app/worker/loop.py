"""Takes queued runs and predictions one at a time: woken by NOTIFY, alive by its heartbeat, stopped
by a cancel."""

import logging
import os
import signal
import socket
import threading
import time
import traceback
import uuid
from collections import Counter, deque
from collections.abc import Callable, Sequence

from .. import db, requests, runs, workers
from ..errors import DatabaseUnavailable, MlError, Stopped
from ..models import preload
from .held import HeldCharts
from .job import Job, Take, take_request, take_run, take_searches
from .live import live_searcher
from .reporter import Reporter
from .suggest import suggester

POLL_S = 5.0
LONGEST_PAUSE_S = 5.0
STOP_WITHIN_S = 4
log = logging.getLogger(__name__)


def worker_name() -> str:
    return f"{socket.gethostname()}:{os.getpid()}:{uuid.uuid4().hex[:8]}"


class Worker:
    """`state` is what /health tells: starting, idle, running, or what it waits for."""

    takes: workers.Takes = "runs"

    def __init__(self, url: str, queues: Sequence[Take] = (take_request, take_run)) -> None:
        self._url = url
        self.name = worker_name()
        self.state = "starting"
        self.finished: Counter[str] = Counter()
        """Runs, by how they ended."""
        self.predicted: Counter[str] = Counter()
        """Prediction requests, likewise."""
        self.searched: Counter[str] = Counter()
        """Searches, likewise."""
        # In turns: neither queue waits for more than one job of the other.
        self._queues = deque(queues)
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
        preload()
        pause = 0.1
        while not self._stopping.is_set():
            try:
                with db.connect(self._url, db.WORKER_NAME) as connection:
                    workers.beat(connection, self.name, self.takes)
                    workers.forget_killed(connection)
                    connection.execute(f"listen {runs.CHANNEL}")
                    connection.execute(f"listen {requests.CHANNEL}")
                    while not self._stopping.is_set():
                        self._take(connection)
                        workers.beat(connection, self.name, self.takes)
                        pause = 0.1
                    workers.leave(connection, self.name)
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
        for take in tuple(self._queues):
            job = take(connection, self.name)
            if job is not None:
                self._queues.remove(take)
                self._queues.append(take)
                self.state = f"running {job.kind} {job.id}"
                workers.beat(connection, self.name, self.takes, f"{job.kind} {job.id}")
                self._run(job)
                return
        self.state = "idle"
        deadline = time.monotonic() + POLL_S
        while time.monotonic() < deadline and not self._stopping.is_set():
            # Short waits, so that a stop is quick.
            if any(True for _ in connection.notifies(timeout=0.5, stop_after=1)):
                return

    def _run(self, job: Job) -> None:
        started = time.monotonic()
        log.info("%s %d starts", job.kind.capitalize(), job.id)
        with job.reporter(self._url, self.name, self._stopping) as reporter:
            ended = self._end(job, reporter)
        seconds = time.monotonic() - started
        if job.kind == "run":
            self.seconds += seconds
        counts = {"run": self.finished, "prediction": self.predicted, "search": self.searched}
        counts[job.kind][ended] += 1
        log.info("%s %d: %s in %.1f s", job.kind.capitalize(), job.id, ended, seconds)

    def _end(self, job: Job, reporter: Reporter) -> str:
        try:
            rest = job.execute(self._url, self.name, reporter)
        except Stopped:
            reporter.end()
            if not self._stopping.is_set():
                return "cancelled"
            self._retry_until_written(lambda c: job.requeue(c, self.name, counts=False))
            return "requeued"
        except DatabaseUnavailable as error:
            if job.attempts < runs.MAX_ATTEMPTS:
                reporter.end()
                log.warning("%s %d starts again: %s", job.kind.capitalize(), job.id, error)
                self._retry_until_written(lambda c: job.requeue(c, self.name, counts=True))
                return "requeued"
            sentence = str(error)
        except MlError as error:
            sentence = str(error)
        except Exception as error:
            log.exception("%s %d failed", job.kind.capitalize(), job.id)
            reporter.log(traceback.format_exc())
            more = " (its log has more)" if job.kind == "run" else ""
            sentence = f"An unexpected error ended the {job.kind}{more}: {error!r}"
        else:
            if rest:
                self._retry_until_written(rest)
            return "succeeded"
        reporter.end()
        lines = reporter.pending_log()
        self._retry_until_written(lambda c: job.fail(c, self.name, sentence, lines))
        return "failed"

    def _retry_until_written(self, write: Callable[[db.Connection], None]) -> None:
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


class Searcher(Worker):
    """Takes searches, which people wait for while another worker trains for minutes, and answers
    what is asked beside them: live searches, from the same charts in memory, and what to label
    next."""

    takes = "searches"

    def __init__(self, url: str) -> None:
        held = HeldCharts()
        super().__init__(url, [take_searches(held)])
        self._answerers = (live_searcher(url, held), suggester(url))

    def start(self) -> None:
        super().start()
        for answerer in self._answerers:
            answerer.start()

    def stop(self, timeout: float | None = None) -> None:
        for answerer in self._answerers:
            answerer.stop(timeout)
        super().stop(timeout)


def run_worker(url: str) -> None:
    """Takes runs and searches until SIGTERM or SIGINT; needs no port."""
    worker, beside = Worker(url), Searcher(url)
    stopping = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopping.set())
    worker.start()
    beside.start()
    log.info("Worker %s takes runs", worker.name)
    while not stopping.wait(1.0) and worker.is_alive():
        pass
    worker.stop(STOP_WITHIN_S)
    beside.stop(STOP_WITHIN_S)
