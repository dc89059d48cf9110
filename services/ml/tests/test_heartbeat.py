"""The heartbeat of the loops that take jobs."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import get_args

from app import db, runs, workers
from app.models import MODELS
from app.worker.reporter import Reporter
from tests import market
from tests.conftest import Database, wait_until
from tests.test_worker import queue, read, working

TAKES = get_args(workers.Takes)


def beats(database: Database, takes: str) -> list[tuple[str | None, float]]:
    """What each worker of a kind works on, and for how long it has been silent."""
    found = workers.read(database.owner)
    return [(own.job, own.silent_s) for own in found if own.takes == takes]


def test_a_worker_beats_while_it_waits_and_while_it_works(database: Database) -> None:
    chart_id = market.store(database.owner, market.chart(*market.planted(900, 50)))
    with working(database.url) as worker:
        wait_until(lambda: worker.state == "idle")
        assert [job for job, _ in beats(database, "runs")] == [None]
        run_id = queue(database, chart_id)
        wait_until(lambda: beats(database, "runs")[0][0] == f"run {run_id}")
        while worker.finished["succeeded"] == 0:
            assert beats(database, "runs")[0][1] < 20
            time.sleep(0.1)
        wait_until(lambda: beats(database, "runs")[0][0] is None)
    assert workers.read(database.owner) == [], "one that stops takes its row away"


def test_a_worker_whose_process_is_stopped_falls_silent(database: Database) -> None:
    given = {**os.environ, "ML_DATABASE_URL": database.url, "ML_PORT": ""}
    process = subprocess.Popen(
        [sys.executable, "-m", "app", "worker"], cwd=Path(__file__).parents[1], env=given
    )

    def silent() -> float:
        return max(own for takes in ("runs", "searches") for _, own in beats(database, takes))

    try:
        wait_until(lambda: {own.takes for own in workers.read(database.owner)} == set(TAKES))
        wait_until(lambda: silent() < 4)
        process.send_signal(signal.SIGSTOP)
        time.sleep(8)
        assert silent() > 7, "it has beaten every 5 s before"
        process.send_signal(signal.SIGCONT)
        wait_until(lambda: silent() < 4)
    finally:
        process.send_signal(signal.SIGCONT)
        process.send_signal(signal.SIGTERM)
        process.wait(60)
    assert workers.read(database.owner) == []


def test_a_job_that_hangs_is_not_covered_up_by_the_thread_beside_it(database: Database) -> None:
    run_id = queue(database, 1)
    with db.connect(database.url) as connection:
        workers.beat(connection, "one", "runs", f"run {run_id}")
        runs.claim_run(connection, "one", MODELS)
    with Reporter(database.url, run_id, "one") as reporter:
        reporter.report(0.1, "Learning")
        time.sleep(5)
        since = "extract(epoch from now() - heartbeat_at)::float8"
        wait_until(lambda: read(database, run_id, since) < 3)
        assert beats(database, "runs")[0][1] > 3, "the run is still this worker's, which hangs"
        reporter.report(0.2, "Learning")
        wait_until(lambda: beats(database, "runs")[0][1] < 3)


def test_a_reporter_that_starts_again_takes_nothing_back(database: Database) -> None:
    run_id = queue(database, 1)
    with db.connect(database.url) as connection:
        runs.claim_run(connection, "one", MODELS)
    reporter = Reporter(database.url, run_id, "one")
    with reporter:
        reporter.report(0.98, "Storing")
    database.owner.execute(
        "update training_runs set status = 'succeeded', progress = 1, stage = %s,"
        " heartbeat_at = null where id = %s",
        (runs.MEASURING, run_id),
    )
    reporter.start(1.0, runs.MEASURING)
    try:
        wait_until(lambda: read(database, run_id, "heartbeat_at") is not None)
    finally:
        reporter.end()
    assert read(database, run_id, "progress") == 1
    assert read(database, run_id, "stage") == runs.MEASURING


def test_what_killed_workers_leave_goes_after_a_day(database: Database) -> None:
    for name, age in (("old", "25 hours"), ("new", "1 hour")):
        workers.beat(database.owner, name, "runs")
        database.owner.execute(
            "update ml_workers set beat_at = now() - %s::interval where name = %s", (age, name)
        )
    with db.connect(database.url) as connection:
        workers.forget_killed(connection)
    assert [(own.name, own.is_alive) for own in workers.read(database.owner)] == [("new", False)]
