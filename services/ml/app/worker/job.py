"""What a worker takes from its queues: a run to train, bars to predict, or a search."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from .. import db, requests, runs
from ..first_look import first_look
from ..job_queue import Queue
from ..models import MODELS
from .execute import execute, measure
from .held import HeldCharts
from .predict import execute_request
from .reporter import Reporter, Update
from .search import execute_search

Write = Callable[[db.Connection], None]


@dataclass(frozen=True)
class Given:
    """What a job is carried out with."""

    url: str
    worker: str
    reporter: Reporter
    between: Callable[[], None] = lambda: None
    """To be called where the job can wait for what is quick."""


@dataclass(frozen=True)
class Job:
    """Work that is this worker's until it is written how it ended."""

    kind: Literal["run", "prediction", "search"]
    id: int
    attempts: int
    queue: Queue
    update: Update
    execute: Callable[[Given], Write | None]
    """To its stored success, and what is to be written after it. Raises what went wrong."""
    lets: "Take | None" = None
    """What may be taken and carried out in the course of it."""


Take = Callable[[db.Connection, str], Job | None]
"""The oldest of a queue, which is then this worker's; None when there is none."""


def training(run: runs.Run) -> Job:
    def execute_and_measure(given: Given) -> Write:
        reporter = given.reporter
        outcome = execute(given.url, run, given.worker, reporter, given.between, first_look)
        metrics = measure(outcome, reporter, given.between)
        lines = reporter.pending_log()
        return lambda c: runs.finish_figures(c, run.id, given.worker, metrics, lines)

    # Somebody looks at those bars, and nobody waits for intervals.
    return Job(
        "run",
        run.id,
        run.attempts,
        runs.QUEUE,
        runs.update_run,
        execute_and_measure,
        lets=take_request,
    )


def predicting(request: requests.Request) -> Job:
    def execute_it(given: Given) -> None:
        execute_request(given.url, request, given.worker, given.reporter, given.between)

    own = requests
    return Job(
        "prediction",
        request.id,
        request.attempts,
        own.QUEUE,
        own.update_request,
        execute_it,
        lets=None if request.is_part else take_part,
    )


def searching(run: runs.Run, held: HeldCharts) -> Job:
    def execute_it(given: Given) -> None:
        execute_search(given.url, run, given.worker, given.reporter, held)

    return Job("search", run.id, run.attempts, runs.QUEUE, runs.update_run, execute_it)


def take_run(connection: db.Connection, worker: str) -> Job | None:
    run = runs.claim_run(connection, worker, MODELS)
    return training(run) if run else None


def take_request(connection: db.Connection, worker: str) -> Job | None:
    request = requests.claim_request(connection, worker, MODELS)
    return predicting(request) if request else None


def take_part(connection: db.Connection, worker: str) -> Job | None:
    request = requests.claim_request(connection, worker, MODELS, wholes=False)
    return predicting(request) if request else None


def take_searches(held: HeldCharts) -> Take:
    """For a worker of its own, which keeps charts in memory."""

    def take(connection: db.Connection, worker: str) -> Job | None:
        run = runs.claim_run(connection, worker, [runs.SEARCH], takes_unnamed=False)
        return searching(run, held) if run else None

    return take
