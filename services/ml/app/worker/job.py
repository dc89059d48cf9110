"""What a worker takes from its queues: a run to train, or bars to predict."""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from .. import db, requests, runs, searches
from ..models import MODELS
from .execute import execute, measure
from .held import HeldCharts
from .predict import execute_request
from .reporter import Reporter
from .search import execute_search

Write = Callable[[db.Connection], None]


class Job(Protocol):
    """Work that is this worker's until it is written how it ended."""

    @property
    def kind(self) -> str: ...

    @property
    def id(self) -> int: ...

    @property
    def attempts(self) -> int: ...

    def reporter(self, url: str, worker: str, stopping: threading.Event) -> Reporter: ...

    def execute(self, url: str, worker: str, reporter: Reporter) -> Write | None:
        """To its stored success, and what is to be written after it. Raises what went wrong."""

    def fail(self, connection: db.Connection, worker: str, error: str, log: str) -> None: ...

    def requeue(self, connection: db.Connection, worker: str, *, counts: bool) -> None: ...


@dataclass(frozen=True)
class Training:
    run: runs.Run
    kind = "run"

    @property
    def id(self) -> int:
        return self.run.id

    @property
    def attempts(self) -> int:
        return self.run.attempts

    def reporter(self, url: str, worker: str, stopping: threading.Event) -> Reporter:
        return Reporter(url, self.id, worker, stopping)

    def execute(self, url: str, worker: str, reporter: Reporter) -> Write:
        metrics = measure(execute(url, self.run, worker, reporter), reporter)
        lines = reporter.pending_log()
        return lambda c: runs.finish_figures(c, self.id, worker, metrics, lines)

    def fail(self, connection: db.Connection, worker: str, error: str, log: str) -> None:
        runs.fail_run(connection, self.id, worker, error, log)

    def requeue(self, connection: db.Connection, worker: str, *, counts: bool) -> None:
        runs.requeue_run(connection, self.id, worker, counts=counts)


@dataclass(frozen=True)
class Predicting:
    request: requests.Request
    kind = "prediction"

    @property
    def id(self) -> int:
        return self.request.id

    @property
    def attempts(self) -> int:
        return self.request.attempts

    def reporter(self, url: str, worker: str, stopping: threading.Event) -> Reporter:
        return Reporter(url, self.id, worker, stopping, update=requests.update_request)

    def execute(self, url: str, worker: str, reporter: Reporter) -> None:
        execute_request(url, self.request, worker, reporter)

    def fail(self, connection: db.Connection, worker: str, error: str, _log: str) -> None:
        requests.fail_request(connection, self.id, worker, error)

    def requeue(self, connection: db.Connection, worker: str, *, counts: bool) -> None:
        requests.requeue_request(connection, self.id, worker, counts=counts)


@dataclass(frozen=True)
class Searching:
    run: runs.Run
    held: HeldCharts
    kind = "search"

    @property
    def id(self) -> int:
        return self.run.id

    @property
    def attempts(self) -> int:
        return self.run.attempts

    def reporter(self, url: str, worker: str, stopping: threading.Event) -> Reporter:
        return Reporter(url, self.id, worker, stopping)

    def execute(self, url: str, worker: str, reporter: Reporter) -> None:
        execute_search(url, self.run, worker, reporter, self.held)

    def fail(self, connection: db.Connection, worker: str, error: str, log: str) -> None:
        runs.fail_run(connection, self.id, worker, error, log)

    def requeue(self, connection: db.Connection, worker: str, *, counts: bool) -> None:
        runs.requeue_run(connection, self.id, worker, counts=counts)


Take = Callable[[db.Connection, str], Job | None]
"""The oldest of a queue, which is then this worker's; None when there is none."""


def take_run(connection: db.Connection, worker: str) -> Job | None:
    run = runs.claim_run(connection, worker, MODELS)
    return Training(run) if run else None


def take_request(connection: db.Connection, worker: str) -> Job | None:
    request = requests.claim_request(connection, worker, MODELS)
    return Predicting(request) if request else None


def take_searches(held: HeldCharts) -> Take:
    """For a worker of its own, which keeps charts in memory."""

    def take(connection: db.Connection, worker: str) -> Job | None:
        run = runs.claim_run(connection, worker, [searches.MODEL], takes_unnamed=False)
        return Searching(run, held) if run else None

    return take
