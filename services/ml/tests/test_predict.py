"""Prediction requests, from the queue to stored predictions."""

from typing import Any

import numpy as np
import pytest

from app import db, requests, runs
from app.errors import Stopped
from app.job_queue import MAX_ATTEMPTS
from app.models import MODELS
from app.worker.execute import execute
from app.worker.predict import execute_request
from app.worker.reporter import Reporter
from tests import market
from tests.conftest import Database, wait_until
from tests.test_worker import working

WORKER = "test"


@pytest.fixture
def trained(database: Database) -> int:
    """A chart of 1,200 candles, of which the first 700 are learnt from: run 1."""
    candles, where = market.planted(1_200, 40)
    chart = market.chart(candles, [s for s in where if s[1] < 700])
    chart_id = market.store(database.owner, chart)
    with db.connect(database.url) as connection:
        run = runs.queue_run(connection, {"chartIds": [chart_id], "folds": 2}, WORKER)
    with Reporter(database.url, run.id, WORKER) as reporter:
        execute(database.url, run, WORKER, reporter)
    return chart_id


def other_chart(database: Database, count: int = 900) -> int:
    return market.store(database.owner, market.chart(market.planted(count, 40, 5)[0], [], 2))


def predict(
    database: Database, chart_id: int, start: int | None = None, end: int | None = None
) -> int:
    with db.connect(database.url) as connection:
        request = requests.insert_request(connection, 1, chart_id, start, end, WORKER)
    reporter = Reporter(database.url, request.id, WORKER, update=requests.update_request)
    with reporter:
        return execute_request(database.url, request, WORKER, reporter).count


def rows(database: Database, chart_id: int) -> list[tuple[Any, ...]]:
    """Of run 1, not of the checks that it leaves beside it."""
    return database.owner.execute(
        "select start_time, end_time, label, score, status from predictions where chart_id = %s"
        " and training_run_id = 1 order by start_time, label",
        (chart_id,),
    ).fetchall()


def rename(database: Database, label: str, to: str) -> None:
    """As the web app does it: in all that is stored by then."""
    database.owner.execute("update span_label_types set name = %s where name = %s", (to, label))
    database.owner.execute("update predictions set label = %s where label = %s", (to, label))


def labels(database: Database, chart_id: int) -> set[str]:
    """Of all runs."""
    found = database.owner.execute(
        "select distinct label from predictions where chart_id = %s", (chart_id,)
    ).fetchall()
    return {label for (label,) in found}


def test_a_label_that_is_renamed_reaches_what_its_run_predicts(database: Database) -> None:
    for label in ("flag", "valley"):
        database.owner.execute(
            "insert into span_label_types (name, display_name, color, sort_order)"
            " values (%s, %s, '#112233', 0)",
            (label, label),
        )
    candles, where = market.planted(1_200, 40)
    chart = market.chart(candles, [s for s in where if s[1] < 700])
    chart_id, other = market.store(database.owner, chart), other_chart(database)
    with db.connect(database.url) as connection:
        run = runs.queue_run(connection, {"chartIds": [chart_id], "folds": 2}, WORKER)

    class Renaming(Reporter):
        def report(self, fraction: float, stage: str) -> None:
            if stage == "Storing":
                rename(database, "valley", "trough")
            super().report(fraction, stage)

    with Renaming(database.url, run.id, WORKER) as reporter:
        execute(database.url, run, WORKER, reporter)
    assert labels(database, chart_id) == {"flag", "trough"}, "renamed while it learnt"
    checked = database.owner.execute(
        "select distinct label from predictions where training_run_id <> %s", (run.id,)
    ).fetchall()
    assert ("trough",) in checked, "and in what its checks propose"

    rename(database, "flag", "pennant")
    predict(database, other)
    assert labels(database, other) == {"pennant", "trough"}
    with db.connect(database.url) as connection:
        stored = runs.read_trained_run(connection, run.id)
        assert runs.caveats(connection, stored) == [
            "Run 1 learnt flag, a label called pennant now.",
            "Run 1 learnt valley, a label called trough now.",
        ]
        database.owner.execute("delete from span_label_types where name = 'trough'")
        assert runs.caveats(connection, stored)[1] == (
            "Run 1 learnt valley, a label renamed or deleted since."
        )
        [row] = runs.list_runs(connection, 1)
        assert row["is_renamed"]


def moment(number: int) -> int:
    return int(market.walk(number + 1).time[number])


def read(database: Database, column: str) -> Any:
    query = f"select {column} from prediction_requests order by id desc limit 1"  # noqa: S608
    row = database.owner.execute(query.encode()).fetchone()
    return row and row[0]


def test_a_queued_request_is_carried_out_on_a_chart_that_was_not_learnt_from(
    database: Database, trained: int
) -> None:
    chart_id = other_chart(database)
    with working(database.url) as worker:
        wait_until(lambda: worker.state == "idle")
        with db.connect(database.url) as connection:
            requests.insert_request(connection, 1, chart_id)
        wait_until(lambda: read(database, "status") == "succeeded")
        wait_until(lambda: worker.predicted["succeeded"] == 1)
    assert read(database, "found") == len(rows(database, chart_id)) > 5
    assert read(database, "progress") == 1
    assert read(database, "data_rev") == 0
    assert read(database, "attempts") == 1


def test_again_gives_the_same_and_what_was_reviewed_stays(database: Database, trained: int) -> None:
    chart_id = other_chart(database)
    predict(database, chart_id)
    first = rows(database, chart_id)
    predict(database, chart_id)
    assert rows(database, chart_id) == first
    database.owner.execute(
        "update predictions set status = 'dismissed', span_uid = gen_random_uuid()"
        " where id in (select id from predictions where chart_id = %s order by score desc limit 3)",
        (chart_id,),
    )
    reviewed = rows(database, chart_id)
    assert predict(database, chart_id) == len(first) - 3
    assert rows(database, chart_id) == reviewed


def test_a_part_is_predicted_as_the_whole_is_and_replaces_that_part_alone(
    database: Database, trained: int
) -> None:
    chart_id = other_chart(database)
    predict(database, chart_id)
    whole = rows(database, chart_id)
    database.owner.execute("update predictions set score = 0.987 where chart_id = %s", (chart_id,))
    predict(database, chart_id, moment(300), moment(600))
    start, end = (np.datetime64(moment(n), "us").item() for n in (300, 600))
    inside = 0
    for row in rows(database, chart_id):
        is_inside = row[0].replace(tzinfo=None) >= start and row[1].replace(tzinfo=None) <= end
        inside += is_inside
        assert (row[3] == 0.987) == (not is_inside)
        # Where no border cuts through the competition of spans, it is the very same; and the ten
        # best of a part are kept, however faint.
        is_free = is_inside and (end - row[1].replace(tzinfo=None)).days > 40
        assert not is_free or row[3] < 0.1 or row[:3] in [own[:3] for own in whole]
    assert inside > 3


def test_nothing_after_the_range_is_read(database: Database, trained: int) -> None:
    chart_id = other_chart(database)
    predict(database, chart_id, moment(0), moment(500))
    before = rows(database, chart_id)
    database.owner.execute(
        "delete from candles where chart_id = %s and time > to_timestamp(%s)",
        (chart_id, moment(500) / 1e6),
    )
    database.owner.execute("delete from predictions where chart_id = %s", (chart_id,))
    predict(database, chart_id)
    assert rows(database, chart_id) == before


def test_predictions_where_the_run_was_trained_stay_those_of_models_that_had_not_seen_it(
    database: Database, trained: int
) -> None:
    with db.connect(database.url) as connection:
        ranges = runs.read_trained_run(connection, 1).trained_ranges(trained)
    assert len(ranges) == 1
    edge = np.datetime64(int(ranges[0, 1]), "us").item()
    honest = [row for row in rows(database, trained) if row[0].replace(tzinfo=None) <= edge]
    database.owner.execute("update predictions set score = 0.987 where chart_id = %s", (trained,))
    assert predict(database, trained) > 3
    after = rows(database, trained)
    there = [row for row in after if row[0].replace(tzinfo=None) <= edge]
    assert [row[:3] for row in there] == [row[:3] for row in honest]
    assert {row[3] for row in there} == {0.987}
    assert 0.987 not in {row[3] for row in after[len(there) :]}


def test_what_cannot_be_predicted_is_said(database: Database, trained: int) -> None:
    empty = market.store(database.owner, market.chart(market.walk(3), [], 3))
    with working(database.url):
        with db.connect(database.url) as connection:
            requests.insert_request(connection, 1, empty)
        wait_until(lambda: read(database, "status") == "failed")
        assert "“chart 3” has 3 candles, and the shortest pattern" in read(database, "error")
        database.owner.execute(
            "update training_runs set model = convert_to('candle-annotator-model 1 x', 'utf8')"
        )
        with db.connect(database.url) as connection:
            requests.insert_request(connection, 1, trained)
        wait_until(lambda: read(database, "status") == "failed" and read(database, "id") == 2)
    assert "another version has stored it; train anew" in read(database, "error")


def test_a_cancelled_request_stores_nothing(database: Database, trained: int) -> None:
    chart_id = other_chart(database)
    with db.connect(database.url) as connection:
        request = requests.insert_request(connection, 1, chart_id, worker=WORKER)
        requests.QUEUE.cancel(connection, request.id)
    with (
        Reporter(database.url, request.id, WORKER, update=requests.update_request) as reporter,
        pytest.raises(Stopped),
    ):
        execute_request(database.url, request, WORKER, reporter)
    assert rows(database, chart_id) == []
    assert read(database, "status") == "cancelled"


def test_a_request_waits_for_one_run_at_most_and_a_view_comes_before_charts(
    database: Database, trained: int
) -> None:
    chart_id = other_chart(database)
    with db.connect(database.url) as connection:
        whole, view = (
            requests.insert_request(connection, 1, chart_id, *between)
            for between in [(None, None), (moment(0), moment(400))]
        )
        taken = [requests.claim_request(connection, "a worker", MODELS) for _ in range(3)]
    assert [own and own.id for own in taken] == [view.id, whole.id, None]
    database.owner.execute(
        "update prediction_requests set status = 'queued', worker = null, started_at = null"
    )
    with db.connect(database.url) as connection:
        first, second = (
            runs.queue_run(connection, {"chartIds": [trained], "folds": 2, "seed": seed})
            for seed in range(2)
        )
    with working(database.url) as worker:
        wait_until(lambda: worker.finished["succeeded"] == 2)
    begun = database.owner.execute(
        "select 'run', id, started_at from training_runs where id in (%s, %s) union all"
        " select 'request', id, started_at from prediction_requests order by started_at",
        (first.id, second.id),
    ).fetchall()
    assert [row[:2] for row in begun] == [
        ("request", view.id),
        ("run", first.id),
        ("request", whole.id),
        ("run", second.id),
    ]


def test_requests_whose_workers_died(database: Database, trained: int) -> None:
    chart_id = other_chart(database)
    with db.connect(database.url) as connection:
        requests.insert_request(connection, 1, chart_id)
        for _ in range(MAX_ATTEMPTS):
            assert requests.claim_request(connection, "dying", MODELS) is not None
            assert requests.claim_request(connection, "next", MODELS) is None
            database.owner.execute(
                "update prediction_requests set heartbeat_at = now() - interval '1 minute'"
            )
        assert requests.claim_request(connection, "next", MODELS) is None
    assert "3 times" in read(database, "error")
    database.owner.execute('update training_runs set params = params || \'{"model": "oracle"}\'')
    with db.connect(database.url) as connection:
        requests.insert_request(connection, 1, chart_id)
        assert requests.claim_request(connection, "next", MODELS) is None
