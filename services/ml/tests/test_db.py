import os
import ssl
import threading
import time
from datetime import UTC, datetime

import numpy as np
import psycopg
import pyarrow as pa
import pytest
from psycopg.conninfo import make_conninfo

from app import db, runs
from app.candle_columns import Candles
from app.errors import BadInput, DatabaseUnavailable, MlError, NotFound
from app.prediction import PredictedSpan
from app.span_ranges import Span
from tests import market
from tests.conftest import Database


def small_chart(database: Database) -> tuple[int, Candles]:
    candles = market.golden().part(0, 200)
    candles = Candles(
        candles.time,
        candles.open,
        candles.high,
        candles.low,
        candles.close,
        np.where(np.arange(200) % 7 == 0, np.nan, candles.volume),
    )
    return market.store(database.owner, market.chart(candles, [(10, 20, "flag")])), candles


def test_candles_arrive_bit_for_bit(database: Database) -> None:
    chart_id, stored = small_chart(database)
    with db.snapshot(database.url) as snapshot:
        table = snapshot.read_candles(chart_id)
    assert table.schema.field("time").type == pa.timestamp("us", "UTC")
    read = db.to_candles(table)
    for name in ("time", *market.COLUMNS):
        np.testing.assert_array_equal(getattr(read, name), getattr(stored, name))


def test_spans_arrive_with_their_microseconds(database: Database) -> None:
    chart_id, _ = small_chart(database)
    precise = Span(chart_id, 1_000_000_000_000_001, 1_000_000_000_000_002, "näive’", "talib", 3)
    market.add_span(database.owner, chart_id, precise)
    with db.snapshot(database.url) as snapshot:
        spans = db.to_spans(chart_id, snapshot.read_spans(chart_id))
        annotations = snapshot.read_annotations(chart_id)
    assert precise in spans
    assert len(spans) == 2
    assert annotations.num_rows == 0


def test_spans_whose_candles_changed_since_are_stale(database: Database) -> None:
    chart_id, _ = small_chart(database)
    database.owner.execute("update span_annotations set candles_changed_at = now()")
    market.add_span(database.owner, chart_id, Span(chart_id, 1, 2, "flag"))
    with db.snapshot(database.url) as snapshot:
        spans = db.to_spans(chart_id, snapshot.read_spans(chart_id))
    assert [span.is_stale for span in spans] == [False, True]


def test_empty_chart(database: Database) -> None:
    chart_id = market.store(database.owner, market.chart(market.golden().part(0, 0), []))
    with db.snapshot(database.url) as snapshot:
        assert len(db.to_candles(snapshot.read_candles(chart_id))) == 0
        assert db.to_spans(chart_id, snapshot.read_spans(chart_id)) == []


def test_a_snapshot_sees_one_moment_and_cannot_write(database: Database) -> None:
    chart_id, candles = small_chart(database)
    with db.snapshot(database.url) as snapshot:
        snapshot.read_charts([chart_id])
        database.owner.execute("delete from candles where chart_id = %s", (chart_id,))
        assert snapshot.read_candles(chart_id).num_rows == len(candles)
        with pytest.raises(Exception, match="read-only transaction"):
            snapshot.read("insert into training_runs (params) values ('{}') returning id")


def test_a_snapshot_is_of_one_revision_while_100_a_second_are_written(database: Database) -> None:
    chart_id, _ = small_chart(database)
    before = len(revision_and_spans(database, chart_id)[1])
    info = database.owner.info
    conninfo = make_conninfo(**info.get_parameters(), password=info.password)
    done = threading.Event()
    spans_at = [before]  # How many there are at each revision.

    def write() -> None:
        with psycopg.connect(conninfo) as writer:
            beginning = time.monotonic()
            while not done.is_set():
                rev = len(spans_at)
                writer.execute("update charts set rev = %s where id = %s", (rev, chart_id))
                if rev % 3 == 0:
                    writer.execute(
                        "delete from span_annotations where id = (select max(id)"
                        " from span_annotations where chart_id = %s)",
                        (chart_id,),
                    )
                else:
                    span = Span(chart_id, rev * 1_000_000, rev * 1_000_000, "flag", "human", None)
                    market.add_span(writer, chart_id, span)
                writer.commit()
                spans_at.append(spans_at[-1] + (-1 if rev % 3 == 0 else 1))
                done.wait(max(0.0, beginning + rev / 100 - time.monotonic()))

    writing = threading.Thread(target=write)
    writing.start()
    seen = []
    try:
        while len(spans_at) < 300:
            seen.append(revision_and_spans(database, chart_id))
    finally:
        done.set()
        writing.join()
    assert len({rev for rev, _ in seen}) > 5
    assert [len(spans) for _, spans in seen] == [spans_at[rev] for rev, _ in seen]


def revision_and_spans(database: Database, chart_id: int) -> tuple[int, list[Span]]:
    """The chart's revision and its spans, as training reads them."""
    with db.snapshot(database.url) as snapshot:
        rev = snapshot.read_charts([chart_id])["rev"].to_pylist()[0]
        snapshot.read_candles(chart_id)
        return rev, db.to_spans(chart_id, snapshot.read_spans(chart_id))


def test_missing_chart(database: Database) -> None:
    chart_id, _ = small_chart(database)
    missing = pytest.raises(NotFound, match="Chart 4711 does not exist")
    with missing, db.snapshot(database.url) as snapshot:
        snapshot.read_charts([chart_id, 4711])


def test_every_connection_has_the_name_that_the_web_app_looks_for(database: Database) -> None:
    named = "select count(*) from pg_stat_activity where application_name = %s and datname ="
    named += " current_database()"
    with db.connect(database.url), db.snapshot(database.url):
        row = database.owner.execute(named, ("candle-annotator-ml",)).fetchone()
    assert row == (2,)


@pytest.mark.parametrize(
    "statement",
    [
        "insert into charts (name) values ('x')",
        "update candles set close = 1",
        "delete from span_annotations",
        "delete from training_runs",
        "delete from predictions",
        "truncate predictions",
        "select * from users",
        "select * from candle_tiles",
        "create table mine (id int)",
        "drop table predictions",
    ],
)
def test_the_role_can_do_no_more_than_its_work(database: Database, statement: str) -> None:
    refused = pytest.raises(
        (MlError, psycopg.Error), match=r"permission denied|must be owner of table"
    )
    with refused, db.connect(database.url) as connection:
        connection.execute(statement.encode())


def test_predictions_are_stored_with_their_times(database: Database) -> None:
    chart_id, candles = small_chart(database)
    with db.connect(database.url) as connection:
        run = runs.queue_run(connection, {})
        runs.copy_predictions(
            connection, run.id, chart_id, candles.time, [PredictedSpan(3, 5, "a\tb\\", 0.25)]
        )
    with (
        pytest.raises(NotFound, match="chart was deleted"),
        db.connect(database.url) as connection,
    ):
        runs.copy_predictions(
            connection, run.id, 4711, candles.time, [PredictedSpan(3, 5, "a", 0.25)]
        )
    row = database.owner.execute(
        "select start_time, end_time, label, score, status from predictions"
    ).fetchone()
    start, end = (datetime.fromtimestamp(int(candles.time[i]) / 1_000_000, UTC) for i in (3, 5))
    assert row == (start, end, "a\tb\\", 0.25, "new")


def test_no_database() -> None:
    url = "postgresql://nobody@127.0.0.1:1/none"
    with pytest.raises(DatabaseUnavailable), db.connect(url):
        pass
    with pytest.raises(DatabaseUnavailable), db.snapshot(url):
        pass


def test_a_connection_lost_in_the_middle(database: Database) -> None:
    chart_id, _ = small_chart(database)
    terminate = (
        "select pg_terminate_backend(pid) from pg_stat_activity"
        " where application_name = 'candle-annotator-ml' and datname = current_database()"
    )

    def read() -> None:
        with db.snapshot(database.url) as snapshot:
            database.owner.execute(terminate)
            snapshot.read_candles(chart_id)

    def execute() -> None:
        with db.connect(database.url) as connection:
            database.owner.execute(terminate)
            connection.execute("select 1")

    with pytest.raises(DatabaseUnavailable):
        read()
    with pytest.raises(DatabaseUnavailable):
        execute()


def test_charts_are_found_by_name_or_id(database: Database) -> None:
    chart_id, _ = small_chart(database)
    with db.connect(database.url) as connection:
        assert db.find_chart(connection, "chart 1") == chart_id
        assert db.find_chart(connection, str(chart_id)) == chart_id
        with pytest.raises(NotFound, match="There is no chart “99999999999”"):
            db.find_chart(connection, "99999999999")
        database.owner.execute(
            "update charts set deleted_at = now(), before_deletion = '{}' where id = %s",
            (chart_id,),
        )
        for deleted in ("chart 1", str(chart_id)):
            with pytest.raises(NotFound):
                db.find_chart(connection, deleted)


def test_the_options_of_the_url_are_kept_beside_our_own(database: Database) -> None:
    url = f"{database.url}{'&' if '?' in database.url else '?'}options=-c%20work_mem%3D7MB"
    asked = "select current_setting('work_mem') as memory, current_setting('TimeZone') as zone"
    with db.connect(url) as connection:
        assert connection.execute(asked).fetchone() == ("7MB", "UTC")
    with db.snapshot(url) as snapshot:
        assert list(snapshot.read(asked).to_pylist()[0].values()) == ["7MB", "UTC"]


def test_the_well_known_cas_are_found_where_the_system_has_them(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("SSL_CERT_FILE", raising=False)
    monkeypatch.delenv("SSL_CERT_DIR", raising=False)
    known = ssl.get_default_verify_paths()
    for connect in (db.connect, db.snapshot):
        with pytest.raises(DatabaseUnavailable), connect("postgresql://a:b@127.0.0.1:1/c"):
            pass
        assert os.environ.get("SSL_CERT_FILE") == known.cafile
        assert os.environ.get("SSL_CERT_DIR") == known.capath


@pytest.mark.parametrize(
    "url", ["nonsense", "http://x", "postgresql://[x", "postgresql://x@h:port/y"]
)
def test_a_url_that_is_none_is_said(url: str) -> None:
    with pytest.raises((BadInput, DatabaseUnavailable)), db.connect(url):
        pass
    with pytest.raises((BadInput, DatabaseUnavailable)), db.snapshot(url):
        pass
