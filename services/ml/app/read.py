"""Readers for notebooks and scripts: a function a table, each an Arrow table with every column.

`source` is a URL of the database, or a `candle_ml.db.snapshot` that is open, for several reads of
one moment; without it the environment's ML_DATABASE_URL or DATABASE_URL. `chart` is a name or id.
Times are `timestamp[us, UTC]`; where one is given, it is a date, a datetime, or either as ISO text,
in UTC unless it names another zone. `start` and `end` both belong to the range.

All raise `errors.NotFound` for a chart or run that is not there, `errors.BadInput` for what cannot
be meant, and `errors.DatabaseUnavailable`.
"""

from __future__ import annotations

import math
import os
from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from datetime import UTC, date, datetime

import pyarrow as pa

from .db import Snapshot, snapshot
from .errors import BadInput, NotFound
from .span_ranges import NEGATIVE

Moment = datetime | date | str
Source = str | Snapshot | None

_CANDLES = (
    "select time, open, high, low, close, volume from candles where chart_id = $1"
    " and time between to_timestamp($2::float8) and to_timestamp($3::float8) order by time"
)


def charts(source: Source = None) -> pa.Table:
    """A row per chart, by id: id, name, symbol, timeframe (seconds from bar to bar),
    price_precision (decimals), candle_count, first_time, last_time, rev and data_rev (counters that
    rise with each change of annotations and of candles)."""
    with _opened(source) as at:
        return at.read(
            "select id, name, symbol, timeframe, price_precision, candle_count, first_time,"
            " last_time, rev, data_rev from charts where deleted_at is null order by id"
        )


def candles(
    chart: str | int,
    start: Moment | None = None,
    end: Moment | None = None,
    *,
    source: Source = None,
) -> pa.Table:
    """A row per base candle, by time: time (at which it begins), open, high, low, close, volume
    (NULL where it is not known). With an `end` nothing of what came after it is read."""
    with _opened(source) as at:
        return at.read(_CANDLES, (_chart_id(at, chart), *_between(start, end)))


def candle_batches(
    chart: str | int,
    start: Moment | None = None,
    end: Moment | None = None,
    *,
    source: Source = None,
) -> Iterator[pa.RecordBatch]:
    """The same a batch at a time, for charts that should not be in memory as a whole. With a
    snapshot as `source` read nothing else of it until the last batch has come."""
    with _opened(source) as at:
        yield from at.read_batches(_CANDLES, (_chart_id(at, chart), *_between(start, end)))


def spans(
    chart: str | int | None = None,
    start: Moment | None = None,
    end: Moment | None = None,
    *,
    as_of: int | Moment | None = None,
    source: Source = None,
) -> pa.Table:
    """A row per span that touches the range, by chart and start: chart_id, chart, id, uid,
    start_time and end_time (first and last candle, both of it), label, confidence (1 to 5),
    outcome (win, loss, breakeven), notes, sub_spans and model_prediction (JSON text), color, source
    (human, model_confirmed, …), rev, created_at, created_by, updated_at, updated_by,
    candles_changed_at (stale since; NULL where it is not), is_negative (label `O`:
    a person says that there is no pattern). Of one chart, or of all.

    `as_of`: as they were at a moment, or at a revision (a number) of the chart."""
    with _opened(source) as at:
        return _annotated(at, _SPANS, chart, start, end, as_of)


def examined_ranges(
    chart: str | int | None = None,
    start: Moment | None = None,
    end: Moment | None = None,
    *,
    as_of: int | Moment | None = None,
    source: Source = None,
) -> pa.Table:
    """A row per range of bars that somebody has looked at and that touches the range asked for:
    chart_id, chart, id, uid, start_time and end_time (first and last candle, both of it), label_set
    (names that were looked for; NULL for all), source (done, viewed, review, import), rev,
    created_at, created_by. Only inside of these does a missing span mean "no pattern".

    `as_of`: as they were at a moment, or at a revision (a number) of the chart."""
    with _opened(source) as at:
        return _annotated(at, _EXAMINED, chart, start, end, as_of)


def training_runs(source: Source = None) -> pa.Table:
    """A row per run, newest first: id, name, status, params, metrics and dataset (JSON text),
    progress (0 to 1), error, queued_at, started_at, finished_at."""
    with _opened(source) as at:
        return at.read(
            "select id, name, status, params::text as params, metrics::text as metrics,"
            " dataset::text as dataset, progress, error, queued_at, started_at, finished_at"
            " from training_runs order by id desc"
        )


def predictions(
    run: int,
    chart: str | int | None = None,
    start: Moment | None = None,
    end: Moment | None = None,
    *,
    min_score: float = 0.0,
    source: Source = None,
) -> pa.Table:
    """A row per span that a run proposes and that touches the range, by chart and start: chart_id,
    chart, id, training_run_id, start_time and end_time (first and last candle, both of it), label,
    score (0 to 1: how often such a span is right), status (new, confirmed, corrected, dismissed),
    span_uid (what a review made of it), reviewed_by, reviewed_at, created_at. Of one chart or all.

    A run's metrics hold at the score `metrics ->> 'threshold'`; where it was trained, its
    predictions are by models that had not seen the place."""
    with _opened(source) as at:
        if not len(at.read("select 1 from training_runs where id = $1", (run,))):
            raise NotFound(f"Run {run} does not exist.")
        chart_id = 0 if chart is None else _chart_id(at, chart)
        return at.read(
            "select p.chart_id, c.name as chart, p.id, p.training_run_id, p.start_time,"
            " p.end_time, p.label, p.score, p.status, p.span_uid::text as span_uid, p.reviewed_by,"
            " p.reviewed_at, p.created_at from predictions p join charts c on c.id = p.chart_id"
            " where p.training_run_id = $1 and (p.chart_id = $2 or $2 = 0)"
            " and p.end_time >= to_timestamp($3::float8)"
            " and p.start_time <= to_timestamp($4::float8) and p.score >= $5::float8"
            " order by p.chart_id, p.start_time, p.id",
            (run, chart_id, *_between(start, end), min_score),
        )


@dataclass(frozen=True)
class _Logged:
    """A table whose rows as they were are found in `revisions`."""

    table: str
    entity: str
    fields: dict[str, str]
    """Type of each column; the log has them in camel case, and times as Unix seconds."""


_BOTH = {"id": "int", "uid": "text", "start_time": "time", "end_time": "time"}
_STORED = {"source": "text", "rev": "bigint", "created_at": "time", "created_by": "text"}
_SPANS = _Logged(
    "span_annotations",
    "span",
    _BOTH
    | {"label": "text", "confidence": "int", "outcome": "text", "notes": "text"}
    | {"sub_spans": "json", "model_prediction": "json", "color": "text"}
    | _STORED
    | {"updated_at": "time", "updated_by": "text", "candles_changed_at": "time"},
)
_EXAMINED = _Logged("examined_ranges", "examined_range", _BOTH | {"label_set": "list"} | _STORED)


def _annotated(
    at: Snapshot,
    kind: _Logged,
    chart: str | int | None,
    start: Moment | None,
    end: Moment | None,
    as_of: int | Moment | None,
) -> pa.Table:
    if as_of is not None and chart is None:
        raise BadInput("as_of needs a chart: each has revisions of its own.")
    chart_id = 0 if chart is None else _chart_id(at, chart)
    rev = _LAST_REV if as_of is None else _rev(at, chart_id, as_of)
    live = ", ".join(_live(name, type) for name, type in kind.fields.items())
    logged = ", ".join(_of_log(name, type) for name, type in kind.fields.items())
    wanted = ", ".join(f"r.{name}" for name in kind.fields)
    if kind is _SPANS:
        wanted += f", r.label = '{NEGATIVE}' as is_negative"
    # As the web app reads it: what has not changed since, and what the first change since found.
    # All names are those of this file.
    query = f"""
        select r.chart_id, c.name as chart, {wanted} from (
          select chart_id, {live} from {kind.table}
          where (chart_id = $1 or $1 = 0) and rev <= $2::bigint
          union all
          select chart_id, {logged} from (
            select distinct on (uid) chart_id, before from revisions
            where chart_id = $1 and rev > $2::bigint and entity = $3 order by uid, rev
          ) changed where before is not null
        ) r join charts c on c.id = r.chart_id
        where r.end_time >= to_timestamp($4::float8) and r.start_time <= to_timestamp($5::float8)
        order by r.chart_id, r.start_time, r.end_time, r.id"""  # noqa: S608
    return at.read(query, (chart_id, rev, kind.entity, *_between(start, end)))


def _live(name: str, type: str) -> str:
    return f"{name}::text as {name}" if type == "json" or name == "uid" else name


def _of_log(name: str, type: str) -> str:
    first, *rest = name.split("_")
    key = first + "".join(part.capitalize() for part in rest)
    value = {
        "time": f"to_timestamp((before ->> '{key}')::float8)",
        "json": f"nullif(before -> '{key}', 'null')::text",
        "list": f"case jsonb_typeof(before -> '{key}') when 'array' then"
        f" array(select jsonb_array_elements_text(before -> '{key}')) end",
    }.get(type, f"(before ->> '{key}')::{type}")
    return f"{value} as {name}"


_LAST_REV = 2**62


def _rev(at: Snapshot, chart_id: int, as_of: int | Moment) -> int:
    if isinstance(as_of, int):
        newest = int(at.read("select rev from charts where id = $1", (chart_id,))["rev"][0].as_py())
        if not 0 <= as_of <= newest:
            raise BadInput(f"The chart has revisions 0 to {newest}, and not {as_of}.")
        return as_of
    rows = at.read(
        "select coalesce(max(rev), 0)::bigint as rev from revisions"
        " where chart_id = $1 and at <= to_timestamp($2::float8)",
        (chart_id, _seconds(as_of)),
    )
    return int(rows["rev"][0].as_py())


def _chart_id(at: Snapshot, chart: str | int) -> int:
    """By name first, for a chart may be named like a number."""
    found = at.read(
        "select id from charts where deleted_at is null"
        " and (name = $1::text or id::text = $1::text)"
        " order by name <> $1::text limit 1",
        (str(chart),),
    )
    if not len(found):
        raise NotFound(f"There is no chart “{chart}”.")
    return int(found["id"][0].as_py())


def _between(start: Moment | None, end: Moment | None) -> tuple[float, float]:
    low = -math.inf if start is None else _seconds(start)
    high = math.inf if end is None else _seconds(end)
    if low > high:
        raise BadInput(f"The range ends ({end}) before it starts ({start}).")
    return low, high


def _seconds(moment: Moment) -> float:
    if isinstance(moment, str):
        try:
            moment = datetime.fromisoformat(moment)
        except ValueError:
            raise BadInput(
                f"“{moment}” is no time such as 2024-01-31 or 2024-01-31T14:00."
            ) from None
    if not isinstance(moment, datetime):
        moment = datetime(moment.year, moment.month, moment.day, tzinfo=UTC)
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()


def _opened(source: Source) -> AbstractContextManager[Snapshot]:
    if isinstance(source, Snapshot):
        return nullcontext(source)
    url = source or os.environ.get("ML_DATABASE_URL") or os.environ.get("DATABASE_URL")
    if not url:
        raise BadInput("Which database? Pass its URL as `source`, or set ML_DATABASE_URL.")
    return snapshot(url)
