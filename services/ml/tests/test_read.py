"""The readers of the package, as a notebook uses them."""

import json
import re
import uuid
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

import app as candle_ml
from app import db
from app.errors import BadInput, DatabaseUnavailable, MlError, NotFound
from app.requests import find_all_charts
from tests import market
from tests.conftest import Database

DAY = 86_400


@pytest.fixture
def chart(database: Database) -> int:
    """Candles of 300 days, two spans, one examined range and a run with a prediction."""
    candles, where = market.planted(300, 60)
    chart_id = market.store(database.owner, market.chart(candles, where[:2]))
    database.owner.execute(
        "with run as (insert into training_runs (params) values ('{}') returning id)"
        " insert into predictions (chart_id, training_run_id, start_time, end_time, label, score)"
        " select %s, id, '2000-01-05', '2000-01-09', 'flag', 0.7 from run",
        (chart_id,),
    )
    return chart_id


def test_a_deleted_chart_is_left_out(database: Database, chart: int) -> None:
    database.owner.execute(
        "update charts set deleted_at = now(), before_deletion = '{}' where id = %s", (chart,)
    )
    assert candle_ml.charts(database.url).num_rows == 0
    for named in (chart, "chart 1"):
        with pytest.raises(NotFound):
            candle_ml.candles(named, source=database.url)
    with pytest.raises(NotFound, match="no chart with candles"):
        find_all_charts(database.owner)


def test_every_table_with_its_columns(database: Database, chart: int) -> None:
    url = database.url
    assert candle_ml.charts(url).to_pylist()[0] | {"first_time": None} == {
        "id": chart,
        "name": "chart 1",
        "symbol": None,
        "timeframe": DAY,
        "price_precision": 2,
        "candle_count": 300,
        "first_time": None,
        "last_time": None,
        "rev": 1,
        "data_rev": 0,
    }
    rows = candle_ml.candles("chart 1", source=url)
    assert rows.num_rows == 300
    assert rows.schema.field("time").type == pa.timestamp("us", "UTC")
    spans = candle_ml.spans(chart, source=url)
    assert spans.num_rows == 2
    assert set(spans["chart"].to_pylist()) == {"chart 1"}
    assert not any(spans["is_negative"].to_pylist())
    held = database.owner.execute(
        "select column_name from information_schema.columns where table_name = 'span_annotations'"
    ).fetchall()
    assert {name for (name,) in held} <= set(spans.column_names)
    examined = candle_ml.examined_ranges(chart, source=url).to_pylist()
    assert [(row["source"], row["label_set"]) for row in examined] == [("done", None)]
    found = candle_ml.predictions(1, source=url).to_pylist()
    assert [(row["chart"], row["label"], row["score"]) for row in found] == [
        ("chart 1", "flag", 0.7)
    ]
    assert candle_ml.predictions(1, min_score=0.8, source=url).num_rows == 0
    assert candle_ml.training_runs(url)["params"].to_pylist() == ["{}"]
    assert rows.to_pandas().shape == (300, 6)


def test_the_help_of_a_reader_names_each_column(database: Database, chart: int) -> None:
    tables: dict[Callable[..., pa.Table], tuple[int, ...]] = {
        candle_ml.charts: (),
        candle_ml.candles: (chart,),
        candle_ml.spans: (chart,),
        candle_ml.examined_ranges: (chart,),
        candle_ml.predictions: (1,),
        candle_ml.training_runs: (),
    }
    for read, args in tables.items():
        words = set(re.findall(r"\w+", read.__doc__ or ""))
        assert set(read(*args, source=database.url).column_names) <= words


def test_ranges_hold_both_ends_and_batches_the_same_rows(database: Database, chart: int) -> None:
    url = database.url
    start, end = "2000-02-01", datetime(2000, 2, 10, tzinfo=UTC)
    part = candle_ml.candles(chart, start, end, source=url)
    assert part.num_rows == 10
    assert part["time"][0].as_py() == datetime(2000, 2, 1, tzinfo=UTC)
    assert candle_ml.candles(chart, end.date(), end, source=url).num_rows == 1
    east = candle_ml.candles(chart, "2000-02-01T05:45+05:45", start, source=url)
    assert east.num_rows == 1
    batches = list(candle_ml.candle_batches(chart, source=url))
    assert pa.Table.from_batches(batches).equals(candle_ml.candles(chart, source=url))
    spans = candle_ml.spans(chart, source=url)
    first = spans["end_time"][0].as_py()
    assert candle_ml.spans(chart, end=first, source=url).num_rows == 1
    assert candle_ml.spans(chart, first, first, source=url).num_rows == 1


def test_several_reads_of_one_moment(database: Database, chart: int) -> None:
    with db.snapshot(database.url) as snapshot:
        before = candle_ml.spans(source=snapshot).num_rows
        database.owner.execute("delete from span_annotations")
        assert candle_ml.spans(source=snapshot).num_rows == before == 2
    assert candle_ml.spans(source=database.url).num_rows == 0


def log(database: Database, chart: int, rev: int, op: str, before: Any, at: str) -> None:
    database.owner.execute(
        "insert into revisions (chart_id, rev, uid, entity, op, before, after, actor, at)"
        " values (%s, %s, %s, 'span', %s, %s, '{}', 'local', %s)",
        (chart, rev, before["uid"], op, json.dumps(before), at),
    )


def test_spans_as_they_were(database: Database, chart: int) -> None:
    """One is relabelled in revision 2 and one was deleted in revision 3."""
    kept = candle_ml.spans(chart, source=database.url).to_pylist()[0]
    start = kept["start_time"].timestamp()
    old = {
        "id": kept["id"],
        "uid": kept["uid"],
        "chartId": chart,
        "label": "old",
        "startTime": start,
        "endTime": start + 5 * DAY,
        "confidence": 3,
        "outcome": None,
        "notes": "a note",
        "subSpans": [{"from": 1}],
        "modelPrediction": None,
        "color": None,
        "source": "human",
        "rev": 1,
        "createdAt": 5.5,
        "createdBy": "local",
        "updatedAt": 5.5,
        "updatedBy": None,
    }
    gone = old | {"id": 99, "uid": str(uuid.uuid4()), "label": "gone"}
    database.owner.execute(
        "update span_annotations set label = 'new', rev = 2 where uid = %s", (kept["uid"],)
    )
    log(database, chart, 2, "update", old, "2001-01-01")
    log(database, chart, 3, "delete", gone, "2001-01-03")
    database.owner.execute("update charts set rev = 3 where id = %s", (chart,))

    def labels(as_of: Any) -> list[str]:
        return sorted(candle_ml.spans(chart, as_of=as_of, source=database.url)["label"].to_pylist())

    other = candle_ml.spans(chart, source=database.url)["label"][1].as_py()
    assert labels(1) == sorted(["old", "gone", other])
    assert labels(2) == sorted(["new", "gone", other])
    assert labels("2001-01-02") == labels(2)
    assert labels(3) == labels(None) == sorted(["new", other])
    then = candle_ml.spans(chart, as_of=1, source=database.url)
    assert then.schema.equals(candle_ml.spans(chart, source=database.url).schema)
    (row,) = [row for row in then.to_pylist() if row["label"] == "old"]
    assert (row["notes"], row["confidence"], row["created_by"]) == ("a note", 3, "local")
    assert json.loads(row["sub_spans"]) == [{"from": 1}]
    assert row["model_prediction"] is None
    assert row["start_time"] == kept["start_time"]
    assert row["created_at"] == datetime.fromtimestamp(5.5, UTC)
    ranges = candle_ml.examined_ranges(chart, as_of=0, source=database.url)
    assert ranges.num_rows == 0
    assert ranges.schema.equals(candle_ml.examined_ranges(source=database.url).schema)


@pytest.mark.parametrize(
    ("read", "error", "sentence"),
    [
        (lambda url: candle_ml.candles("none", source=url), NotFound, "There is no chart “none”."),
        (lambda url: candle_ml.predictions(77, source=url), NotFound, "Run 77 does not exist."),
        (lambda url: candle_ml.spans(1, "soon", source=url), BadInput, "“soon” is no time such as"),
        (lambda url: candle_ml.spans(1, "2001", source=url), BadInput, "“2001” is no time"),
        (
            lambda url: candle_ml.candles(1, "2001-02-01", "2001-01-01", source=url),
            BadInput,
            "The range ends",
        ),
        (lambda url: candle_ml.spans(as_of=3, source=url), BadInput, "as_of needs a chart"),
        (
            lambda url: candle_ml.spans(1, as_of=999, source=url),
            BadInput,
            "The chart has revisions 0 to 1, and not 999.",
        ),
        (lambda url: candle_ml.spans(1, as_of=-1, source=url), BadInput, "and not -1"),
    ],
)
def test_what_cannot_be_read_is_said(
    database: Database,
    chart: int,
    read: Callable[[str], object],
    error: type[MlError],
    sentence: str,
) -> None:
    with pytest.raises(error, match=sentence):
        read(database.url)


def test_without_a_database(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("ML_DATABASE_URL", "DATABASE_URL"):
        monkeypatch.delenv(name, raising=False)
    with pytest.raises(BadInput, match="Pass its URL"):
        candle_ml.charts()
    monkeypatch.setenv("DATABASE_URL", "postgresql://nobody@127.0.0.1:1/none")
    with pytest.raises(DatabaseUnavailable):
        candle_ml.charts()


def test_prices_are_those_that_were_stored(database: Database, chart: int) -> None:
    read = candle_ml.candles(chart, source=database.url)
    stored = market.planted(300, 60)[0]
    for name in market.COLUMNS:
        assert np.array_equal(read[name].to_numpy(), getattr(stored, name))
