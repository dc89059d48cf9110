import itertools
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from app import db, runs
from app.candle_columns import Candles
from app.job_queue import MAX_ATTEMPTS
from app.models import MODELS, document
from app.worker.loop import Worker
from tests import market
from tests.conftest import Database, wait_until

SOON_S = 15.0
"""Half of the silence after which a run is another worker's."""


@pytest.fixture(scope="module")
def small() -> tuple[Candles, list[tuple[int, int, str]]]:
    return market.planted(900, 50)


@pytest.fixture(scope="module")
def large() -> tuple[Candles, list[tuple[int, int, str]]]:
    """Long enough to be in the middle of for some seconds."""
    return market.planted(20_000, 50)


@contextmanager
def working(url: str) -> Iterator[Worker]:
    worker = Worker(url)
    worker.start()
    try:
        yield worker
    finally:
        worker.stop(60)
        assert not worker.is_alive()


def queue(database: Database, chart_id: int, **params: Any) -> int:
    with db.connect(database.url) as connection:
        return runs.queue_run(connection, {"chartIds": [chart_id], "folds": 2, **params}).id


def read(database: Database, run_id: int, column: str) -> Any:
    query = f"select {column} from training_runs where id = %s"  # noqa: S608
    row = database.owner.execute(query.encode(), (run_id,)).fetchone()
    assert row is not None
    return row[0]


def wait_for(database: Database, run_id: int, status: str, within: float = 180.0) -> None:
    wait_until(lambda: read(database, run_id, "status") == status, within)


def test_a_queued_run_is_trained_and_stored(
    database: Database, small: tuple[Candles, list[tuple[int, int, str]]]
) -> None:
    chart_id = market.store(database.owner, market.chart(*small))
    with working(database.url) as worker:
        wait_until(lambda: worker.state == "idle")
        run_id = queue(database, chart_id)
        wait_for(database, run_id, "succeeded")
        wait_until(lambda: worker.finished["succeeded"] == 1)
    metrics, dataset, log = (read(database, run_id, c) for c in ("metrics", "dataset", "log"))
    assert metrics["spanF1"] > 0.5
    assert metrics["leaks"] == 0
    assert dataset["charts"][0]["id"] == chart_id
    assert dataset["charts"][0]["rev"] == 1
    assert dataset["charts"][0]["candles"] == 900
    assert "900 candles" in log
    assert read(database, run_id, "progress") == 1
    assert read(database, run_id, "attempts") == 1
    header = document.load(bytes(read(database, run_id, "model")), threads=1).header
    assert header.labels == ["flag", "valley"]
    stored = database.owner.execute(
        "select count(*), count(*) filter (where p.start_time = c.time) from predictions p"
        " left join candles c on c.chart_id = p.chart_id and c.time = p.start_time"
        " where training_run_id = %s",
        (run_id,),
    ).fetchone()
    assert stored is not None
    assert stored[0] == stored[1] > 10


def test_predictions_are_there_before_the_figures_that_take_long(
    database: Database, small: tuple[Candles, list[tuple[int, int, str]]]
) -> None:
    chart_id = market.store(database.owner, market.chart(*small))
    with working(database.url) as worker:
        run_id = queue(database, chart_id)
        wait_until(lambda: read(database, run_id, "status") == "succeeded")
        stage, early = read(database, run_id, "stage"), read(database, run_id, "metrics")
        count = database.owner.execute("select count(*) from predictions").fetchone()
        wait_until(lambda: worker.finished["succeeded"] == 1)
    assert stage is not None
    assert count is not None
    assert count[0] > 10
    assert early["quality"]["f1"]["value"] > 0.5
    assert early["quality"]["f1"]["interval"] is None
    late = read(database, run_id, "metrics")
    assert late["quality"]["f1"]["interval"] is not None
    assert late["threshold"] == early["threshold"]
    assert read(database, run_id, "stage") is None
    assert "90 % interval" in read(database, run_id, "log")


def test_a_worker_that_dies_among_the_figures_leaves_a_finished_run(database: Database) -> None:
    run_id = queue(database, 1)
    with db.connect(database.url) as connection:
        runs.claim_run(connection, "dead", MODELS)
        runs.finish_run(
            connection,
            run_id,
            "dead",
            model=b"model",
            metrics={"spanF1": 0.5},
            dataset={},
            log="",
            predictions={},
        )
        assert runs.update_run(connection, run_id, "dead", 1.0, "Computing", "")
        assert runs.claim_run(connection, "next", MODELS) is None
        assert read(database, run_id, "stage") == "Computing"
        stale = "update training_runs set heartbeat_at = now() - interval '31 seconds'"
        database.owner.execute(stale)
        assert runs.claim_run(connection, "next", MODELS) is None
        assert read(database, run_id, "stage") is None
        assert "train again" in read(database, run_id, "log")
        assert not runs.update_run(connection, run_id, "dead", 1.0, "late", "")
        runs.finish_figures(connection, run_id, "dead", {"spanF1": 0.9}, "late")
    assert read(database, run_id, "metrics") == {"spanF1": 0.5}
    assert read(database, run_id, "status") == "succeeded"


def test_two_workers_share_the_queue(
    database: Database, small: tuple[Candles, list[tuple[int, int, str]]]
) -> None:
    chart_id = market.store(database.owner, market.chart(*small))
    queued = [queue(database, chart_id, model="template", seed=seed) for seed in range(4)]
    with working(database.url) as one, working(database.url) as other:
        for run_id in queued:
            wait_for(database, run_id, "succeeded")
        wait_until(lambda: one.finished["succeeded"] + other.finished["succeeded"] == 4)
        assert one.finished["succeeded"] > 0
        assert other.finished["succeeded"] > 0
    assert [read(database, run_id, "attempts") for run_id in queued] == [1, 1, 1, 1]


def test_a_locked_run_is_passed_over(database: Database) -> None:
    first, second = queue(database, 1), queue(database, 1)
    claimed: list[runs.Run | None] = []
    with db.connect(database.url) as one, db.connect(database.url) as other:
        with one.transaction():
            one.execute("select from training_runs where id = %s for update", (first,))
            claimed.append(runs.claim_run(other, "other", MODELS))
        claimed.append(runs.claim_run(one, "one", MODELS))
        claimed.append(runs.claim_run(one, "one", MODELS))
    assert [run and run.id for run in claimed] == [second, first, None]


def test_a_run_whose_worker_died_is_taken_up_again(
    database: Database, small: tuple[Candles, list[tuple[int, int, str]]]
) -> None:
    chart_id = market.store(database.owner, market.chart(*small))
    dead, alive = queue(database, chart_id), queue(database, chart_id)
    with db.connect(database.url) as connection:
        runs.claim_run(connection, "dead", MODELS)
        runs.claim_run(connection, "alive", MODELS)
    database.owner.execute(
        "update training_runs set heartbeat_at = now() - make_interval(secs =>"
        " case id when %s then 31 else 20 end)",
        (dead,),
    )
    with working(database.url):
        wait_for(database, dead, "succeeded")
    assert read(database, dead, "attempts") == 2
    assert "Taken up again." in read(database, dead, "log")
    assert read(database, alive, "worker") == "alive"
    with db.connect(database.url) as connection:
        assert not runs.update_run(connection, dead, "dead", 0.5, "late", "")


def test_a_clock_that_was_set_back_keeps_no_run_waiting(database: Database) -> None:
    run_id = queue(database, 1)
    with db.connect(database.url) as connection:
        runs.claim_run(connection, "dead", MODELS)
        assert runs.claim_run(connection, "next", MODELS) is None
        database.owner.execute("update training_runs set heartbeat_at = now() + interval '1 day'")
        claimed = runs.claim_run(connection, "next", MODELS)
    assert claimed is not None
    assert claimed.id == run_id


def test_a_run_that_kills_its_workers_fails_in_the_end(database: Database) -> None:
    run_id = queue(database, 1)
    with db.connect(database.url) as connection:
        for _ in range(MAX_ATTEMPTS):
            assert runs.claim_run(connection, "dying", MODELS) is not None
            stale = "update training_runs set heartbeat_at = now() - interval '1 minute'"
            database.owner.execute(stale)
        assert runs.claim_run(connection, "next", MODELS) is None
    assert read(database, run_id, "status") == "failed"
    assert "3 times" in read(database, run_id, "error")


def test_a_cancelled_run_ends_soon(
    database: Database, large: tuple[Candles, list[tuple[int, int, str]]]
) -> None:
    chart_id = market.store(database.owner, market.chart(*large))
    run_id = queue(database, chart_id)
    with working(database.url) as worker:
        wait_until(lambda: "Learning" in (read(database, run_id, "stage") or ""))
        database.owner.execute("update training_runs set status = 'cancelled'")
        cancelled = time.monotonic()
        wait_until(lambda: worker.finished["cancelled"] == 1)
        assert time.monotonic() - cancelled < SOON_S
        wait_until(lambda: worker.state == "idle")
    assert read(database, run_id, "status") == "cancelled"
    assert database.owner.execute("select count(*) from predictions").fetchone() == (0,)


def test_a_stopping_service_requeues_its_run(
    database: Database, large: tuple[Candles, list[tuple[int, int, str]]]
) -> None:
    chart_id = market.store(database.owner, market.chart(*large))
    run_id = queue(database, chart_id)
    with working(database.url):
        wait_until(lambda: "Learning" in (read(database, run_id, "stage") or ""))
        stopped = time.monotonic()
    assert time.monotonic() - stopped < SOON_S
    assert read(database, run_id, "status") == "queued"
    assert read(database, run_id, "attempts") == 0


def test_progress_beats_while_it_learns(
    database: Database, large: tuple[Candles, list[tuple[int, int, str]]]
) -> None:
    chart_id = market.store(database.owner, market.chart(*large))
    run_id = queue(database, chart_id)
    seen: list[tuple[float, float]] = []
    with working(database.url):
        wait_for(database, run_id, "running")
        while len({beat for beat, _ in seen}) < 4 or seen[-1][1] <= 0.05:
            beat = read(database, run_id, "extract(epoch from heartbeat_at)::float8")
            assert beat is not None, "it ended before it was seen"
            progress = read(database, run_id, "progress")
            if not seen or seen[-1] != (beat, progress):
                seen.append((beat, progress))
            time.sleep(0.05)
    beats = [beat for beat, _ in seen]
    fractions = [fraction for _, fraction in seen]
    assert max(b - a for a, b in itertools.pairwise(beats)) < SOON_S
    assert fractions == sorted(fractions)


def test_an_outage_of_the_database_is_survived(
    database: Database, small: tuple[Candles, list[tuple[int, int, str]]]
) -> None:
    chart_id = market.store(database.owner, market.chart(*small))
    row = database.owner.execute("select current_database()").fetchone()
    assert row is not None
    name = f'"{row[0]}"'
    with working(database.url) as worker:
        wait_until(lambda: worker.state == "idle")
        database.owner.execute(f"revoke connect on database {name} from public".encode())
        database.owner.execute(
            "select pg_terminate_backend(pid) from pg_stat_activity"
            " where datname = current_database() and pid <> pg_backend_pid()"
        )
        wait_until(lambda: worker.state.startswith("waiting"))
        run_id = queue_as_owner(database, chart_id)
        time.sleep(1)
        database.owner.execute(f"grant connect on database {name} to public".encode())
        wait_for(database, run_id, "succeeded")


def test_a_run_survives_an_outage_in_its_middle(
    database: Database, large: tuple[Candles, list[tuple[int, int, str]]]
) -> None:
    candles, where = large
    chart_id = market.store(
        database.owner, market.chart(candles.part(0, 6_000), [s for s in where if s[1] < 6_000])
    )
    run_id = queue(database, chart_id)
    with working(database.url):
        wait_until(lambda: "Learning" in (read(database, run_id, "stage") or ""))
        database.owner.execute(
            "select pg_terminate_backend(pid) from pg_stat_activity"
            " where datname = current_database() and pid <> pg_backend_pid()"
        )
        wait_for(database, run_id, "succeeded")
    assert read(database, run_id, "attempts") == 1


def queue_as_owner(database: Database, chart_id: int) -> int:
    return runs.queue_run(database.owner, {"chartIds": [chart_id], "folds": 2}).id


@pytest.mark.parametrize(
    ("params", "sentence"),
    [
        ({"chartIds": [4711]}, "Chart 4711 does not exist."),
        ({"chartIds": []}, "The run's chartIds is not right"),
        ({"folds": 1}, "The run's folds is not right"),
        ({"colour": "red"}, "The run's parameters are not right: Additional properties"),
        ({"labels": ["wedge"]}, "Too few spans of wedge to learn from: at least 5 of one label"),
    ],
)
def test_what_a_run_cannot_do_it_says(
    database: Database,
    small: tuple[Candles, list[tuple[int, int, str]]],
    params: dict[str, Any],
    sentence: str,
) -> None:
    chart_id = market.store(database.owner, market.chart(*small))
    with working(database.url):
        run_id = queue(database, chart_id, **params)
        wait_for(database, run_id, "failed")
    assert sentence in read(database, run_id, "error")


def is_anyone_waiting(database: Database) -> bool:
    row = database.owner.execute(
        "select exists (select from pg_locks join pg_stat_activity using (pid)"
        " where not granted and datname = current_database())"
    ).fetchone()
    return bool(row and row[0])


def test_a_chart_deleted_while_it_is_learnt_from(
    database: Database, large: tuple[Candles, list[tuple[int, int, str]]]
) -> None:
    candles, where = large
    chart_id = market.store(
        database.owner, market.chart(candles.part(0, 3_000), [s for s in where if s[1] < 3_000])
    )
    run_id = queue(database, chart_id)
    with working(database.url):
        with database.owner.transaction():
            # Until this commits the run sees the chart; then its predictions have none to go to.
            database.owner.execute("delete from charts")
            wait_until(lambda: is_anyone_waiting(database))
        wait_for(database, run_id, "failed")
    assert "was deleted" in read(database, run_id, "error")
    assert read(database, run_id, "model") is None


def test_a_run_ends_as_soon_as_one_of_its_charts_is_deleted(
    database: Database, large: tuple[Candles, list[tuple[int, int, str]]]
) -> None:
    chart_id = market.store(database.owner, market.chart(*large))
    empty = market.store(database.owner, market.chart(market.walk(200), [], 2))
    run_id = queue(database, chart_id, chartIds=[chart_id, empty])
    with working(database.url):
        wait_until(lambda: "Learning" in (read(database, run_id, "stage") or ""))
        database.owner.execute("delete from charts where id = %s", (empty,))
        deleted = time.monotonic()
        wait_for(database, run_id, "failed")
        assert time.monotonic() - deleted < SOON_S
    assert read(database, run_id, "error") == (
        f"Chart {empty} was deleted while the run learnt from it."
    )


def test_a_broken_notification_channel_does_not_matter(
    database: Database, small: tuple[Candles, list[tuple[int, int, str]]]
) -> None:
    """A run that was queued without a NOTIFY is found by polling."""
    chart_id = market.store(database.owner, market.chart(*small))
    with working(database.url) as worker:
        wait_until(lambda: worker.state == "idle")
        database.owner.execute(
            "insert into training_runs (params) values (jsonb_build_object('chartIds',"
            " array[%s::int]))",
            (chart_id,),
        )
        wait_until(lambda: worker.finished["succeeded"] == 1)
    assert threading.active_count() < 10


def test_runs_of_other_models_are_left_alone(
    database: Database, small: tuple[Candles, list[tuple[int, int, str]]]
) -> None:
    chart_id = market.store(database.owner, market.chart(*small))
    queued = queue(database, chart_id, model="oracle")
    running = queue(database, chart_id, model="oracle")
    database.owner.execute(
        "update training_runs set status = 'running', attempts = 3,"
        " heartbeat_at = now() - interval '1 hour' where id = %s",
        (running,),
    )
    with working(database.url):
        wait_for(database, queue(database, chart_id), "succeeded")
    assert read(database, queued, "status") == "queued"
    assert read(database, running, "status") == "running"
