"""The only door to PostgreSQL. ADBC reads whole columns into Arrow; psycopg does the rest.

Reading needs ADBC alone: psycopg comes with the extra `train`.
"""

from __future__ import annotations

import json
import os
import ssl
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, unquote, urlsplit, urlunsplit

import adbc_driver_manager as adbc
import numpy as np
import pyarrow as pa
from adbc_driver_postgresql import dbapi

from .candle_columns import Candles, Ints
from .errors import BadInput, DatabaseUnavailable, MlError, NotFound
from .examined import ExaminedRange
from .span_ranges import Span

if TYPE_CHECKING:
    import psycopg

    Connection = psycopg.Connection[tuple[Any, ...]]
else:
    Connection = Any

APPLICATION_NAME = "candle-annotator-ml"
WORKER_NAME = f"{APPLICATION_NAME} worker"
"""Of the sessions of a worker: the web app sees by it that there is one."""
CONNECTION_LOST = ("08", "57P")
UNREADABLE_URL = "The URL of the database cannot be read"
LAST_TIME = 253_402_300_799_000_000
"""The end of the year 9999 in microseconds: no candle is later."""


def _conninfo(url: str, statement_timeout: str, name: str = APPLICATION_NAME) -> str:
    """The URL, or libpq's `key=value` pairs, with what every connection of ours has."""
    own = {
        "application_name": name,
        "connect_timeout": "5",
        "keepalives_idle": "30",
        "tcp_user_timeout": "15000",
    }
    options = f"-c statement_timeout={statement_timeout} -c TimeZone=UTC"
    if "://" not in url:
        pairs = {**own, "options": options}.items()
        return " ".join([url, *(f"{key}='{value}'" for key, value in pairs)])
    try:
        parts = urlsplit(url)
    except ValueError as error:
        raise BadInput(f"{UNREADABLE_URL}: {error}.") from error
    # Of a key that comes twice libpq takes the last: the URL's own options would be lost.
    keys_and_values = [pair.partition("=") for pair in parts.query.split("&")]
    given = [unquote(value) for key, _, value in keys_and_values if key == "options"]
    own["options"] = " ".join([*given[-1:], options])
    query = "&".join(f"{key}={quote(value)}" for key, value in own.items())
    return urlunsplit(parts._replace(query=f"{parts.query}&{query}" if parts.query else query))


def _find_system_certificates() -> None:
    """For `sslrootcert=system`: the drivers' own OpenSSL looks for them where nobody keeps any."""
    paths = ssl.get_default_verify_paths()
    known = ((paths.openssl_cafile_env, paths.cafile), (paths.openssl_capath_env, paths.capath))
    for variable, path in known:
        if path:
            os.environ.setdefault(variable, path)


@contextmanager
def translate_adbc_errors(what: str) -> Iterator[None]:
    """Turns a lost connection into DatabaseUnavailable, and what else goes wrong into MlError."""
    try:
        yield
    except adbc.Error as error:
        state = error.sqlstate or ""
        if state and not state.startswith(CONNECTION_LOST):
            raise MlError(f"{what}: {_first_line(error)}") from error
        raise DatabaseUnavailable(f"{what}: {_first_line(error)}") from error


@contextmanager
def translate_db_errors(what: str) -> Iterator[None]:
    """Turns a lost connection into DatabaseUnavailable, and a lost chart into a sentence."""
    import psycopg

    try:
        yield
    except psycopg.errors.ForeignKeyViolation as error:
        raise NotFound(f"{what}: the chart was deleted meanwhile.") from error
    except (psycopg.OperationalError, psycopg.InterfaceError) as error:
        raise DatabaseUnavailable(f"{what}: {_first_line(error)}") from error
    except (psycopg.errors.UndefinedTable, psycopg.errors.InsufficientPrivilege) as error:
        raise MlError(f"{what}: {_first_line(error)}") from error


def _first_line(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0]


@contextmanager
def connect(url: str, name: str = APPLICATION_NAME) -> Iterator[Connection]:
    """An autocommit connection for short statements. Raises BadInput where the URL is none."""
    import psycopg

    _find_system_certificates()
    with translate_db_errors("PostgreSQL"):
        try:
            opened = psycopg.connect(_conninfo(url, "15s", name), autocommit=True)
        except psycopg.ProgrammingError as error:
            raise BadInput(f"{UNREADABLE_URL}: {_first_line(error)}.") from error
        with opened as connection:
            yield connection


class Snapshot:
    """Reads of one moment: all of them see the same rows, whatever is written meanwhile."""

    def __init__(self, cursor: dbapi.Cursor) -> None:
        self._cursor = cursor

    def read(self, sql: str, parameters: tuple[Any, ...] = ()) -> pa.Table:
        """What a statement of SELECT gives; `$1` and so on stand for the parameters."""
        self._cursor.execute(sql, parameters)
        return self._cursor.fetch_arrow_table()

    def read_batches(self, sql: str, parameters: tuple[Any, ...] = ()) -> pa.RecordBatchReader:
        """The same, as it arrives; read nothing else meanwhile."""
        self._cursor.execute(sql, parameters)
        return self._cursor.fetch_record_batch()

    def read_charts(self, ids: Sequence[int]) -> pa.Table:
        """id, name, timeframe, rev, data_rev, in the order of id. Raises NotFound."""
        table = self.read(
            "select id, name, timeframe, rev, data_rev from charts"
            " where id in (select value::int from json_array_elements_text($1::json))"
            " and deleted_at is null"
            " order by id",
            (json.dumps(list(ids)),),
        )
        missing = sorted(set(ids) - set(table["id"].to_pylist()))
        if missing:
            raise NotFound(f"Chart {missing[0]} does not exist.")
        return table

    def read_candles(self, chart_id: int, *, end: int | None = None) -> pa.Table:
        """time, open, high, low, close, volume, by time; until `end` (microseconds), or all."""
        until = LAST_TIME if end is None else end
        return self.read(
            "select time, open, high, low, close, volume from candles where chart_id = $1"
            " and time <= to_timestamp($2::float8) order by time",
            (chart_id, until / 1_000_000),
        )

    def read_times(self, chart_id: int, *, end: int | None = None) -> Ints:
        """Of the same candles, microseconds."""
        until = LAST_TIME if end is None else end
        table = self.read(
            "select time from candles where chart_id = $1"
            " and time <= to_timestamp($2::float8) order by time",
            (chart_id, until / 1_000_000),
        )
        times: Ints = table["time"].cast(pa.int64()).to_numpy()
        return times

    def read_spans(self, chart_id: int) -> pa.Table:
        return self.read(
            "select uid, start_time, end_time, label, source, confidence,"
            " candles_changed_at is not null as is_stale from span_annotations"
            " where chart_id = $1 order by start_time, end_time, label, uid",
            (chart_id,),
        )

    def find_span(self, uid: str) -> tuple[int, Span]:
        """The id of its chart, and the span. Raises NotFound."""
        table = self.read(
            "select chart_id, start_time, end_time, label, source, confidence,"
            " candles_changed_at is not null as is_stale"
            " from span_annotations where uid::text = lower($1)",
            (uid,),
        )
        if table.num_rows == 0:
            raise NotFound(f"There is no span with the uid {uid}.")
        chart_id = int(table["chart_id"][0].as_py())
        return chart_id, to_spans(chart_id, table)[0]

    def read_examined_ranges(self, chart_id: int) -> pa.Table:
        """start_time, end_time, label_set (NULL for all labels), source, by time."""
        return self.read(
            "select start_time, end_time, label_set, source from examined_ranges"
            " where chart_id = $1 order by start_time, end_time, id",
            (chart_id,),
        )

    def read_annotations(self, chart_id: int) -> pa.Table:
        return self.read(
            "select uid, time, label_type, geometry from annotations"
            " where chart_id = $1 order by time, uid",
            (chart_id,),
        )


@contextmanager
def snapshot(url: str) -> Iterator[Snapshot]:
    _find_system_certificates()
    with (
        translate_adbc_errors("Reading from PostgreSQL"),
        dbapi.connect(_conninfo(url, "10min")) as connection,
        connection.cursor() as cursor,
    ):
        cursor.execute("set transaction isolation level repeatable read read only")
        yield Snapshot(cursor)


@dataclass(frozen=True)
class StoredCandles:
    """Candles that stay in PostgreSQL: a part of them is read when it is asked for, so that memory
    holds 8 bytes of each, its time."""

    url: str
    chart_id: int
    chart: str
    """Its name."""
    data_rev: int
    time: Ints

    def __len__(self) -> int:
        return len(self.time)

    def part(self, start: int, stop: int) -> Candles:
        """Raises MlError when the chart's candles are no longer those whose times were read."""
        start, stop = max(start, 0), min(stop, len(self))
        with snapshot(self.url) as at_once:
            rev = at_once.read("select data_rev from charts where id = $1", (self.chart_id,))
            candles = to_candles(
                at_once.read(
                    "select time, open, high, low, close, volume from candles where chart_id = $1"
                    " and time between to_timestamp($2::float8) and to_timestamp($3::float8)"
                    " order by time",
                    (self.chart_id, self.time[start] / 1e6, self.time[stop - 1] / 1e6),
                )
            )
        if rev["data_rev"].to_pylist() != [self.data_rev]:
            raise MlError(
                f"The candles of “{self.chart}” changed while they were read: start it once more."
            )
        if not np.array_equal(candles.time, self.time[start:stop]):
            raise MlError(f"The candles of “{self.chart}” are not those of its revision.")
        return candles


def to_candles(table: pa.Table) -> Candles:
    """A volume that is NULL becomes NaN."""
    prices = (table[name].to_numpy() for name in ("open", "high", "low", "close", "volume"))
    return Candles(table["time"].cast(pa.int64()).to_numpy(), *prices)


def to_spans(chart_id: int, table: pa.Table) -> list[Span]:
    start, end = (table[name].cast(pa.int64()).to_pylist() for name in ("start_time", "end_time"))
    rest = (table[name].to_pylist() for name in ("label", "source", "confidence", "is_stale"))
    return [Span(chart_id, *row) for row in zip(start, end, *rest, strict=True)]


def to_examined_ranges(table: pa.Table) -> list[ExaminedRange]:
    start, end = (table[name].cast(pa.int64()).to_pylist() for name in ("start_time", "end_time"))
    sets = [None if own is None else frozenset(own) for own in table["label_set"].to_pylist()]
    return [ExaminedRange(*row) for row in zip(start, end, sets, strict=True)]


def find_chart(connection: Connection, name_or_id: str) -> int:
    """By name first, for a chart may be named like a number."""
    row = connection.execute(
        "select id from charts where deleted_at is null"
        " and (name = %(chart)s or id::text = %(chart)s) order by name <> %(chart)s limit 1",
        {"chart": name_or_id},
    ).fetchone()
    if row is None:
        raise NotFound(f"There is no chart “{name_or_id}”.")
    return int(row[0])
