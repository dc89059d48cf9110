"""A run of a long chart is stored with what people look at first; the rest follows."""

from typing import Any

import numpy as np
import pytest

from app import db, first_look, runs
from app.examined import runs_of
from app.worker.execute import execute
from app.worker.reporter import Reporter
from tests import market
from tests.conftest import Database, wait_until
from tests.test_predict import WORKER, predict, read
from tests.test_worker import working

CANDLES, WHERE = market.planted(1_200, 40)
EXAMINED_UNTIL = 400
REST = (520, 1_090)
"""Candles that the first look holds none of, with the spans that reach over its edges."""


def look(count: int, *examined: tuple[int, int]) -> list[tuple[int, int]] | None:
    mask = np.zeros(count, np.bool_)
    for first, last in examined:
        mask[first : last + 1] = True
    near = first_look.first_look(mask)
    return None if near is None else runs_of(near)


def test_the_first_look_is_what_was_examined_with_a_screen_around_it_and_the_end() -> None:
    end = (98_000, 99_999)
    assert look(100_000, (50_000, 50_099)) == [(48_000, 52_099), end]
    assert look(100_000, (100, 199), (3_000, 3_100)) == [(0, 5_100), end]
    assert look(100_000) == [end]
    assert look(100_000, (99_990, 99_999)) == [(97_990, 99_999)]


def test_a_chart_of_which_little_would_be_left_is_predicted_at_once() -> None:
    assert look(0) is None
    assert look(1_000) is None
    assert look(21_999) is None
    assert look(22_000) == [(20_000, 21_999)]
    assert look(100_000, *((at, at) for at in range(0, 100_000, 4_500))) is None


@pytest.fixture
def looked(database: Database, monkeypatch: pytest.MonkeyPatch) -> int:
    """Run 1 of a chart, after its first look."""
    monkeypatch.setattr(first_look, "AROUND", 100)
    monkeypatch.setattr(first_look, "LEAST_REST", 300)
    spans = [span for span in WHERE if span[1] < EXAMINED_UNTIL - 48]
    chart_id = market.store(database.owner, market.chart(CANDLES, spans))
    with db.connect(database.url) as connection:
        run = runs.queue_run(connection, {"chartIds": [chart_id], "folds": 2}, WORKER)
    with Reporter(database.url, run.id, WORKER) as reporter:
        execute(database.url, run, WORKER, reporter, look=first_look.first_look)
    return chart_id


def rows(database: Database, chart_id: int) -> dict[int, tuple[Any, ...]]:
    return {
        row[0]: row[1:]
        for row in database.owner.execute(
            "select id, start_time, end_time, label, round(score::numeric, 6), status"
            " from predictions where chart_id = %s and training_run_id = 1",
            (chart_id,),
        ).fetchall()
    }


def reach_into_the_rest(found: dict[int, tuple[Any, ...]]) -> int:
    start, end = (np.datetime64(int(CANDLES.time[at]), "us").item() for at in REST)
    return sum(
        row[1].replace(tzinfo=None) >= start and row[0].replace(tzinfo=None) <= end
        for row in found.values()
    )


def test_what_is_looked_at_first_is_stored_with_the_run_and_the_rest_follows(
    database: Database, looked: int
) -> None:
    first = rows(database, looked)
    assert len(first) > 5
    assert reach_into_the_rest(first) == 0
    assert read(database, "status") == "queued"
    last = max(first, key=lambda key: first[key][0])
    database.owner.execute(
        "update predictions set status = 'dismissed', span_uid = gen_random_uuid() where id = %s",
        (last,),
    )
    with working(database.url) as worker:
        wait_until(lambda: worker.predicted["succeeded"] == 1)
    whole = rows(database, looked)
    assert reach_into_the_rest(whole) > 3
    assert whole[last] == (*first[last][:-1], "dismissed")
    # Only at the edges of the first look may the rest know better.
    assert len(first.keys() - whole.keys()) <= 2
    new = [row for row in whole.values() if row[-1] == "new"]
    assert len({row[:3] for row in new}) == len(new)
    count = read(database, "found")
    assert predict(database, looked) == count
    assert rows(database, looked) == whole


def test_a_run_whose_charts_are_short_leaves_nothing_to_follow(database: Database) -> None:
    chart_id = market.store(database.owner, market.chart(CANDLES, WHERE))
    with working(database.url) as worker:
        with db.connect(database.url) as connection:
            runs.queue_run(connection, {"chartIds": [chart_id], "folds": 2})
        wait_until(lambda: worker.finished["succeeded"] == 1)
    assert read(database, "status") is None
    assert reach_into_the_rest(rows(database, chart_id)) > 3
