"""Searches, from the queue to candidates that wait for a yes or no."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
import pytest

from app import db, runs
from app.candle_columns import Candles
from app.models import MODELS
from app.span_ranges import Span
from app.worker.held import HeldCharts
from app.worker.loop import Searcher, Worker
from tests import market
from tests.conftest import Database, wait_until
from tests.test_worker import queue, read, wait_for, working

FLAGS = [(first, last) for first, last, label in market.planted(2_000, 60)[1] if label == "flag"]


@contextmanager
def searching(database: Database) -> Iterator[Worker]:
    worker = Searcher(database.url)
    worker.start()
    try:
        yield worker
    finally:
        worker.stop(60)
        assert not worker.is_alive()


def store(database: Database, candles: Candles, chart_id: int = 1) -> int:
    return market.store(database.owner, market.chart(candles, [], chart_id))


def seconds(candles: Candles, number: int) -> float:
    return float(candles.time[number]) / 1_000_000


def params(candles: Candles, chart_id: int, **more: Any) -> dict[str, Any]:
    """Of a search for the first flag."""
    first, last = FLAGS[0]
    query = {
        "chartId": chart_id,
        "startTime": seconds(candles, first),
        "endTime": seconds(candles, last),
    }
    return {
        "model": "search",
        "chartIds": [chart_id],
        "labels": ["flag"],
        "query": query,
        "limit": 10,
        **more,
    }


def start(database: Database, given: dict[str, Any]) -> int:
    with db.connect(database.url) as connection:
        return runs.queue_run(connection, given).id


def found(database: Database, candles: Candles, run_id: int) -> list[tuple[int, int, float]]:
    """First and last candle and score of the open candidates, best first."""
    rows = database.owner.execute(
        "select extract(epoch from start_time)::float8, extract(epoch from end_time)::float8, score"
        " from predictions where training_run_id = %s and status = 'new' order by score desc",
        (run_id,),
    ).fetchall()
    numbers = [np.searchsorted(candles.time, [int(a * 1e6), int(b * 1e6)]) for a, b, _ in rows]
    return [(int(a), int(b), row[2]) for (a, b), row in zip(numbers, rows, strict=True)]


Window = tuple[int, int] | tuple[int, int, float]


def overlap(a: Window, b: Window) -> float:
    shared = min(a[1], b[1]) - max(a[0], b[0]) + 1
    return max(0, shared) / (min(a[1] - a[0], b[1] - b[0]) + 1)


def test_candidates_are_best_first_and_not_where_somebody_has_judged(database: Database) -> None:
    candles, _ = market.planted(2_000, 60)
    chart_id = store(database, candles)
    judged = [FLAGS[1], FLAGS[2]]
    for (first, last), label in zip(judged, ("flag", "O"), strict=True):
        span = Span(chart_id, int(candles.time[first]), int(candles.time[last]), label)
        market.add_span(database.owner, chart_id, span)
    with searching(database):
        run_id = start(database, params(candles, chart_id))
        wait_for(database, run_id, "succeeded")
    candidates = found(database, candles, run_id)
    assert len(candidates) == 10
    assert all(0.5 < score <= 1 for _, _, score in candidates)
    for window in candidates:
        assert all(overlap(window, own) <= 0.3 for own in [FLAGS[0], *judged])
    hits = [w for w in candidates if any(overlap(w, flag) > 0.5 for flag in FLAGS[3:])]
    assert len(hits) >= 4
    assert read(database, run_id, "dataset")["charts"][0]["id"] == chart_id
    assert read(database, run_id, "progress") == 1


def test_the_best_of_all_charts_are_kept(database: Database) -> None:
    candles, other = market.planted(2_000, 60)[0], market.planted(3_000, 60, 7)[0]
    first, second = store(database, candles), store(database, other, 2)
    with searching(database):
        run_id = start(database, params(candles, first, chartIds=[first, second], limit=20))
        wait_for(database, run_id, "succeeded")
    counts = database.owner.execute(
        "select chart_id, count(*) from predictions group by 1 order by 1"
    ).fetchall()
    assert [row[0] for row in counts] == [first, second]
    assert sum(row[1] for row in counts) == 20


def test_nothing_is_found_after_the_last_candle_that_may_be_looked_at(database: Database) -> None:
    candles, _ = market.planted(2_000, 60)
    chart_id = store(database, candles)
    until = 800
    with searching(database):
        run_id = start(database, params(candles, chart_id, until=seconds(candles, until)))
        early = start(database, params(candles, chart_id, until=seconds(candles, FLAGS[0][1] - 1)))
        wait_for(database, run_id, "succeeded")
        wait_for(database, early, "failed")
    candidates = found(database, candles, run_id)
    assert candidates
    assert max(last for _, last, _ in candidates) <= until
    assert "ends after the last candle" in read(database, early, "error")


def test_searching_again_keeps_what_was_answered(database: Database) -> None:
    candles, _ = market.planted(2_000, 60)
    chart_id = store(database, candles)
    with searching(database):
        run_id = start(database, params(candles, chart_id))
        wait_for(database, run_id, "succeeded")
        first, last, _ = found(database, candles, run_id)[0]
        span = Span(chart_id, int(candles.time[first]), int(candles.time[last]), "O")
        market.add_span(database.owner, chart_id, span)
        database.owner.execute(
            "update predictions set status = 'dismissed', span_uid = gen_random_uuid()"
            " where id = (select id from predictions order by score desc limit 1)"
        )
        database.owner.execute(
            "update training_runs set status = 'queued', attempts = 0; notify training_runs"
        )
        wait_until(lambda: read(database, run_id, "status") == "succeeded")
    candidates = found(database, candles, run_id)
    assert len(candidates) == 10
    assert all(overlap(window, (first, last)) <= 0.3 for window in candidates)
    kept = database.owner.execute(
        "select count(*) from predictions where status = 'dismissed'"
    ).fetchone()
    assert kept == (1,)


def test_answers_make_a_ranking_and_what_is_kept_stays(database: Database) -> None:
    candles, _ = market.planted(2_000, 60)
    chart_id = store(database, candles)
    with searching(database):
        run_id = start(database, params(candles, chart_id))
        wait_for(database, run_id, "succeeded")
        before = found(database, candles, run_id)
        for first, last in FLAGS[1:6]:
            span = Span(chart_id, int(candles.time[first]), int(candles.time[last]), "flag")
            market.add_span(database.owner, chart_id, span)
        row = database.owner.execute("select id from predictions order by score limit 1").fetchone()
        assert row is not None
        database.owner.execute(
            "update training_runs set status = 'queued', attempts = 0,"
            " params = params || jsonb_build_object('answers', 5, 'keep', array[%s])",
            (row[0],),
        )
        database.owner.execute("notify training_runs")
        wait_until(lambda: read(database, run_id, "status") == "succeeded")
    after = found(database, candles, run_id)
    assert before[-1] in after
    assert len(after) == 11
    new = [window for window in after if window != before[-1]]
    assert all(overlap(window, own) <= 0.3 for window in new for own in FLAGS[:6])
    assert all(overlap(window, before[-1]) <= 0.3 for window in new)
    assert {score for _, _, score in new}.isdisjoint(score for _, _, score in before)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"limit": 0}, "The run's limit is not right"),
        ({"chartIds": [4711]}, "Chart 4711 does not exist."),
        ({"query": {"chartId": 1, "startTime": 0, "endTime": 5}}, "holds no candle"),
    ],
)
def test_what_a_search_cannot_do_it_says(
    database: Database, change: dict[str, Any], sentence: str
) -> None:
    candles, _ = market.planted(2_000, 60)
    chart_id = store(database, candles)
    with searching(database):
        run_id = start(database, params(candles, chart_id, **change))
        wait_for(database, run_id, "failed")
    assert sentence in read(database, run_id, "error")


def test_each_worker_takes_what_is_its_own(database: Database) -> None:
    with db.connect(database.url) as connection:
        unnamed, search = (
            runs.queue_run(connection, {}),
            runs.queue_run(connection, {"model": "search"}),
        )
        taken = runs.claim_run(connection, "search", ["search"], takes_unnamed=False)
        assert taken is not None
        assert taken.id == search.id
        assert runs.claim_run(connection, "search", ["search"], takes_unnamed=False) is None
        trained = runs.claim_run(connection, "train", MODELS)
        assert trained is not None
        assert trained.id == unnamed.id
        assert runs.claim_run(connection, "train", MODELS) is None


def test_a_search_does_not_wait_for_a_training(database: Database) -> None:
    candles, where = market.planted(6_000, 60)
    chart_id = market.store(database.owner, market.chart(candles, where))
    with working(database.url), searching(database):
        training = queue(database, chart_id)
        wait_for(database, training, "running")
        run_id = start(database, params(candles, chart_id))
        wait_for(database, run_id, "succeeded")
        assert read(database, training, "status") == "running"
        database.owner.execute("update training_runs set status = 'cancelled'")


def test_candles_are_read_once_for_each_revision(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = [store(database, market.walk(200, seed), seed) for seed in (1, 2, 3)]
    reads: list[int] = []
    original = db.Snapshot.read_candles

    def counted(self: db.Snapshot, chart_id: int, *, end: int | None = None) -> Any:
        reads.append(chart_id)
        return original(self, chart_id, end=end)

    monkeypatch.setattr(db.Snapshot, "read_candles", counted)
    held = HeldCharts(max_candles=450)
    with db.snapshot(database.url) as snapshot:
        first = held.get(snapshot, ids[0], 1)
        assert held.get(snapshot, ids[0], 1) is first
        assert held.get(snapshot, ids[0], 2) is not first
        held.get(snapshot, ids[1], 1)
        held.get(snapshot, ids[0], 2)
        held.get(snapshot, ids[2], 1)
        assert reads == [ids[0], ids[0], ids[1], ids[2]]
        # The one asked for least recently had to go.
        held.get(snapshot, ids[0], 2)
        held.get(snapshot, ids[1], 1)
    assert reads == [ids[0], ids[0], ids[1], ids[2], ids[1]]
