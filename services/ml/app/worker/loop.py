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
from functools import partial

from .. import db, requests, runs, workers
from ..errors import DatabaseUnavailable, MlError, Stopped
from ..job_queue import MAX_ATTEMPTS
from ..models import preload
from .complaints import Complaint
from .held import HeldCharts
from .job import Given, Job, Take, take_request, take_run, take_searches
from .live import live_searcher
from .reporter import Reporter
from .suggest import suggester

POLL_S = 5.0
LONGEST_PAUSE_S = 5.0
QUICK_S = 0.5
"""Between two looks for predictions that are asked for while a run is measured."""
STOP_WITHIN_S = 4
log = logging.getLogger(__name__)


def worker_name() -> str:
    return f"{socket.gethostname()}:{os.getpid()}:{uuid.uuid4().hex[:8]}"


class Worker:
    """`state`: starting, idle, running, or what it waits for."""

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
        self._next_look = 0.0
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._work, name="worker", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def ask_to_stop(self) -> None:
        self._stopping.set()

    def stop(self, timeout: float | None = None) -> None:
        """A run in progress goes back to the queue, without an attempt lost."""
        self.ask_to_stop()
        self._thread.join(timeout)

    def is_alive(self) -> bool:
        return self._thread.is_alive()

    def _work(self) -> None:
        preload()
        pause = 0.1
        complaint = Complaint(log)
        while not self._stopping.is_set():
            try:
                with db.connect(self._url, db.WORKER_NAME) as connection:
                    workers.beat(connection, self.name, self.takes)
                    workers.forget_killed(connection)
                    complaint.over()
                    log.info("Worker %s takes %s", self.name, self.takes)
                    for queue in (runs.QUEUE, requests.QUEUE):
                        connection.execute(f"listen {queue.channel}")
                    while not self._stopping.is_set():
                        self._take(connection)
                        workers.beat(connection, self.name, self.takes)
                        pause = 0.1
                    workers.leave(connection, self.name)
            except MlError as error:
                self.state = f"waiting: {error}"
                complaint.tell(error)
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

    def _take_quick(self, take: Take) -> None:
        """What the job that is under way lets go first. Searches have a worker of their own."""
        if time.monotonic() < self._next_look:
            return
        try:
            with db.connect(self._url) as connection:
                longer = self.state
                while job := take(connection, self.name):
                    self.state = f"running {job.kind} {job.id}"
                    self._run(job)
                self.state = longer
        except MlError as error:
            log.warning("%s Its predictions wait.", error)
        self._next_look = time.monotonic() + QUICK_S

    def _run(self, job: Job) -> None:
        started = time.monotonic()
        log.info("%s %d starts", job.kind.capitalize(), job.id)
        with Reporter(
            self._url, job.id, self.name, self._stopping, update=job.update, session=db.WORKER_NAME
        ) as reporter:
            ended = self._end(job, reporter)
        seconds = time.monotonic() - started
        counts = {"run": self.finished, "prediction": self.predicted, "search": self.searched}
        counts[job.kind][ended] += 1
        log.info("%s %d: %s in %.1f s", job.kind.capitalize(), job.id, ended, seconds)

    def _end(self, job: Job, reporter: Reporter) -> str:
        try:
            between = partial(self._take_quick, job.lets) if job.lets else lambda: None
            rest = job.execute(Given(self._url, self.name, reporter, between))
        except Stopped:
            reporter.end()
            if not self._stopping.is_set():
                return "cancelled"
            self._retry_until_written(
                lambda c: job.queue.requeue(c, job.id, self.name, counts=False)
            )
            return "requeued"
        except DatabaseUnavailable as error:
            if job.attempts < MAX_ATTEMPTS:
                reporter.end()
                log.warning("%s %d starts again: %s", job.kind.capitalize(), job.id, error)
                self._retry_until_written(
                    lambda c: job.queue.requeue(c, job.id, self.name, counts=True)
                )
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
        self._retry_until_written(lambda c: job.queue.fail(c, job.id, self.name, sentence, lines))
        return "failed"

    def _retry_until_written(self, write: Callable[[db.Connection], None]) -> None:
        """Until it is written, or the service stops: then the run's heartbeat runs out."""
        pause = 0.1
        complaint = Complaint(log)
        while True:
            try:
                with db.connect(self._url) as connection:
                    write(connection)
                return
            except DatabaseUnavailable as error:
                complaint.tell(error)
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


def run_worker(url: str, concurrency: int = 1) -> None:
    """Takes so many runs at a time, and searches, until SIGTERM or SIGINT; needs no port."""
    loops = [*(Worker(url) for _ in range(concurrency)), Searcher(url)]
    stopping = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopping.set())
    for loop in loops:
        loop.start()
    while not stopping.wait(1.0) and all(loop.is_alive() for loop in loops):
        pass
    for loop in loops:
        loop.ask_to_stop()
    for loop in loops:
        loop.stop(STOP_WITHIN_S)
