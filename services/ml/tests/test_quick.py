"""What is quick does not wait until the figures of a run are computed."""

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest

from app import checks, db, requests, runs
from app.candle_columns import Candles, Ints
from app.features import chart_patterns
from app.prediction import PredictedSpan
from app.training.learn import Outcome, learn
from app.worker import predict
from app.worker.loop import Searcher
from app.worker.reporter import BEAT_S
from tests import market
from tests.conftest import Database, wait_until
from tests.test_worker import queue, read, wait_for, working

Progress = Any


@pytest.fixture
def held_up(monkeypatch: pytest.MonkeyPatch) -> threading.Event:
    """Figures take until it is set, and report all the while, as long ones do."""
    done = threading.Event()

    def slow(*args: Any, **named: Any) -> Outcome:
        outcome = learn(*args, **named)

        def measure(progress: Progress) -> dict[str, Any]:
            while not done.is_set():
                progress.report(1.0, "Computing intervals and chance")
                time.sleep(0.05)
            return outcome.measure(progress)

        return replace(outcome, measure=measure)

    monkeypatch.setattr("app.worker.execute.learn", slow)
    return done


@pytest.fixture
def checking(monkeypatch: pytest.MonkeyPatch) -> Iterator[threading.Event]:
    """The search for chart patterns takes until it is set, and says so all the while."""
    done = threading.Event()
    find = chart_patterns.find

    def slow(candles: Candles, on_part: Callable[[], None]) -> dict[str, Ints]:
        while not done.is_set():
            on_part()
            time.sleep(0.05)
        return find(candles, on_part)

    monkeypatch.setattr(chart_patterns, "find", slow)
    yield done
    done.set()


def status_of(database: Database, request_id: int) -> Callable[[], bool]:
    def succeeded() -> bool:
        row = database.owner.execute(
            "select status from prediction_requests where id = %s", (request_id,)
        ).fetchone()
        return row == ("succeeded",)

    return succeeded


def test_predictions_and_searches_go_before_the_figures_of_a_run(
    database: Database, held_up: threading.Event
) -> None:
    candles, where = market.planted(900, 50)
    chart_id = market.store(database.owner, market.chart(candles, where))
    other = market.store(database.owner, market.chart(*market.planted(900, 50, 1), chart_id=2))
    searcher = Searcher(database.url)
    searcher.start()
    try:
        with working(database.url) as worker:
            run_id = queue(database, chart_id)
            wait_for(database, run_id, "succeeded")
            with db.connect(database.url) as connection:
                part = requests.insert_request(
                    connection, run_id, other, int(candles.time[100]), int(candles.time[600])
                )
                whole = requests.insert_request(connection, run_id, other)
                search = runs.queue_run(
                    connection,
                    {
                        "model": "search",
                        "chartIds": [chart_id],
                        "labels": ["flag"],
                        "query": {
                            "chartId": chart_id,
                            "startTime": candles.time[where[0][0]] / 1e6,
                            "endTime": candles.time[where[0][1]] / 1e6,
                        },
                    },
                ).id
                broken = requests.insert_request(connection, run_id, chart_id, 0, 1)
            for request in (part, whole):
                wait_until(status_of(database, request.id))
            wait_for(database, search, "succeeded")
            wait_until(lambda: worker.predicted == {"succeeded": 2, "failed": 1})
            assert not status_of(database, broken.id)()
            assert read(database, run_id, "stage") is not None, "its figures are still to come"
            wait_until(lambda: worker.state == f"running run {run_id}")
            held_up.set()
            wait_until(lambda: worker.finished["succeeded"] == 1)
    finally:
        held_up.set()
        searcher.stop(60)
    assert read(database, run_id, "metrics")["quality"]["f1"]["interval"] is not None
    assert read(database, run_id, "stage") is None


def test_predictions_go_before_the_checks_of_a_run(
    database: Database, checking: threading.Event
) -> None:
    candles, where = market.planted(900, 50)
    chart_id = market.store(database.owner, market.chart(candles, where))
    with working(database.url) as worker:
        run_id = queue(database, chart_id)
        wait_for(database, run_id, "succeeded")
        with db.connect(database.url) as connection:
            request = requests.insert_request(
                connection, run_id, chart_id, int(candles.time[100]), int(candles.time[600])
            )
        wait_until(status_of(database, request.id))
        assert not checks_of(database, run_id)
        checking.set()
        wait_until(lambda: worker.finished["succeeded"] == 1)
    assert checks_of(database, run_id) == [
        *("candlesticks", "chart-patterns", "label-errors", "missed")
    ]


def test_a_worker_that_stops_among_checks_leaves_them(
    database: Database, checking: threading.Event
) -> None:
    chart_id = market.store(database.owner, market.chart(*market.planted(900, 50)))
    with working(database.url) as worker:
        run_id = queue(database, chart_id)
        wait_for(database, run_id, "succeeded")
        worker.stop(10)
        assert not worker.is_alive()
    assert not checks_of(database, run_id)
    assert "stopped before what else to review" in read(database, run_id, "log")
    assert read(database, run_id, "stage") is None


def test_nothing_more_is_looked_for_on_a_chart_deleted_among_its_label_errors(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    chart_id = market.store(database.owner, market.chart(*market.planted(900, 50)))
    likely_errors, later = checks.likely_errors, []

    def slow(*args: Any) -> list[PredictedSpan]:
        database.owner.execute("delete from charts where id = %s", (chart_id,))
        # The reporter hears of it at one of its beats.
        time.sleep(3 * BEAT_S)
        return likely_errors(*args)

    def counted(*args: Any) -> list[PredictedSpan]:
        later.append(args)
        return []

    monkeypatch.setattr(checks, "likely_errors", slow)
    monkeypatch.setattr(checks, "missed", counted)
    with working(database.url) as worker:
        run_id = queue(database, chart_id)
        wait_until(lambda: worker.finished.total() == 1)
    assert not later
    assert f"Chart {chart_id} was deleted" in read(database, run_id, "log")


def checks_of(database: Database, run_id: int) -> list[str]:
    rows = database.owner.execute(
        "select params->>'model' from training_runs where params->>'runId' = %s order by 1",
        (str(run_id),),
    ).fetchall()
    return [row[0] for row in rows]


def test_a_worker_that_stops_while_it_predicts_among_figures_ends_both(
    database: Database, held_up: threading.Event
) -> None:
    chart_id = market.store(database.owner, market.chart(*market.planted(900, 50)))
    with working(database.url) as worker:
        run_id = queue(database, chart_id)
        wait_for(database, run_id, "succeeded")
        worker.stop(60)
    assert read(database, run_id, "stage") is None
    assert "stopped before intervals" in read(database, run_id, "log")


def test_a_part_of_a_chart_goes_before_the_rest_of_a_whole_one(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """That somebody looks at it is known while the whole is under way."""
    candles, where = market.planted(900, 50)
    chart_id = market.store(database.owner, market.chart(candles, where))
    other = market.store(database.owner, market.chart(*market.planted(900, 50, 1), chart_id=2))
    started, done = threading.Event(), threading.Event()
    find_spans = predict.find_spans

    def slow(*args: Any) -> list[PredictedSpan]:
        *_, on_block = args
        if args[1].time[-1] == candles.time[-1]:
            started.set()
            while not done.is_set():
                on_block(0.5)
                time.sleep(0.05)
        return find_spans(*args)

    monkeypatch.setattr(predict, "find_spans", slow)
    try:
        with working(database.url) as worker, db.connect(database.url) as connection:
            run_id = queue(database, chart_id)
            wait_until(lambda: worker.finished["succeeded"] == 1)
            whole = requests.insert_request(connection, run_id, other)
            assert started.wait(60)
            another = requests.insert_request(connection, run_id, chart_id)
            part = requests.insert_request(
                connection, run_id, other, int(candles.time[100]), int(candles.time[600])
            )
            wait_until(status_of(database, part.id))
            assert worker.predicted == {"succeeded": 1}
            wait_until(lambda: worker.state == f"running prediction {whole.id}")
            assert not status_of(database, another.id)()
            done.set()
            wait_until(lambda: worker.predicted["succeeded"] == 3)
    finally:
        done.set()
