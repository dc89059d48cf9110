"""Prediction requests: the queue of bars that a finished run's model is to predict."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import LiteralString

import numpy as np

from .candle_columns import Floats, Ints, Mask, touches
from .db import Connection, translate_db_errors
from .errors import NotFound, Stopped
from .job_queue import Queue
from .prediction import PredictedSpan, crowds
from .runs import copy_predictions

SAME_SCORE = 1e-6
IS_PART: LiteralString = "q.start_time is not null or q.end_time is not null"
QUEUE = Queue(
    table="prediction_requests",
    channel="prediction_requests",
    rows="prediction_requests q join training_runs r on r.id = q.training_run_id",
    model="r.params->>'model'",
    # What is on somebody's screen comes before whole charts.
    order=f"not ({IS_PART}), q.id",
    it="it",
)


@dataclass(frozen=True)
class Request:
    id: int
    chart_id: int
    run_id: int
    start: int | None
    """Microseconds since 1970 in UTC, as is `end`: the first and last bar that a prediction may
    hold; None where the chart begins or ends."""
    end: int | None
    attempts: int

    @property
    def is_part(self) -> bool:
        return self.start is not None or self.end is not None


def insert_request(
    connection: Connection,
    run_id: int,
    chart_id: int,
    start: int | None = None,
    end: int | None = None,
    worker: str | None = None,
) -> Request:
    """A queued request; with a worker, one that this worker already carries out."""
    with translate_db_errors("Asking for predictions"):
        row = connection.execute(
            "insert into prediction_requests (training_run_id, chart_id, start_time, end_time,"
            " status, worker, heartbeat_at, started_at, attempts)"
            " select %s, %s, to_timestamp(%s), to_timestamp(%s), case when b then 'running' else"
            " 'queued' end, %s, case when b then now() end, case when b then now() end, b::int"
            " from (select %s::boolean) as t(b) returning id",
            (run_id, chart_id, _seconds(start), _seconds(end), worker, worker is not None),
        ).fetchone()
        connection.execute("select pg_notify(%s, %s)", (QUEUE.channel, str(run_id)))
    assert row is not None  # noqa: S101
    return _read(connection, row[0])


def _read(connection: Connection, request_id: int) -> Request:
    row = connection.execute(
        "select id, chart_id, training_run_id, (extract(epoch from start_time) * 1000000)::bigint,"
        " (extract(epoch from end_time) * 1000000)::bigint, attempts"
        " from prediction_requests where id = %s",
        (request_id,),
    ).fetchone()
    assert row is not None  # noqa: S101
    return Request(*row)


def claim_request(
    connection: Connection, worker: str, models: Collection[str], *, wholes: bool = True
) -> Request | None:
    """The oldest request of a run of these models that waits, as `Queue.claim` has it; parts of
    charts come before whole ones, or alone."""
    among = "true" if wholes else IS_PART
    request_id = QUEUE.claim(connection, worker, models, among=among)
    return None if request_id is None else _read(connection, request_id)


def update_request(
    connection: Connection, request_id: int, worker: str, progress: float, *_of_runs: object
) -> bool:
    """Also the heartbeat. False when the request is no longer this worker's. A run's stage, log and
    charts have no place in it."""
    return (
        connection.execute(
            "update prediction_requests set heartbeat_at = now(), progress = %s"
            " where id = %s and worker = %s and status = 'running'",
            (progress, request_id, worker),
        ).rowcount
        == 1
    )


def finish_request(
    connection: Connection,
    request: Request,
    worker: str,
    *,
    time: Ints,
    data_rev: int,
    trained: Ints,
    predicted: Sequence[PredictedSpan],
) -> int:
    """The request's success and its predictions, or neither; tells how many were stored. `time`: of
    the chart's candles, microseconds.

    They take the place of the run's earlier ones in that range, of which those that say the same
    stay: somebody may be about to answer them. What people have reviewed stays, and so does what
    touches bars that the run was trained on (`trained`, a row per range: from, to) or reaches out
    of the range; a new prediction that would crowd one of these is left out. Raises Stopped when
    the request is no longer this worker's.
    """
    with translate_db_errors("Storing the predictions"), connection.transaction():
        # One writer per run at a time, so that the look and the write belong together.
        connection.execute(
            "select from training_runs where id = %s for no key update", (request.run_id,)
        )
        mine = connection.execute(
            "select from prediction_requests where id = %s and worker = %s and status = 'running'"
            " for update",
            (request.id, worker),
        ).fetchone()
        if mine is None:
            raise Stopped
        before = _read_stored(connection, request)
        replaced = _replaced(before, request, trained)
        same = _said_by(before, time, predicted)
        connection.execute(
            "select delete_unreviewed_predictions(%s, %s, %s)",
            (request.chart_id, request.run_id, before.id[replaced & ~same].tolist()),
        )
        # Those that say the same are crowded by what they are the same as.
        added = _uncrowded(time, predicted, _read_stored(connection, request))
        copy_predictions(connection, request.run_id, request.chart_id, time, added)
        found = len(added) + int(np.count_nonzero(replaced & same))
        connection.execute(
            "update prediction_requests set status = 'succeeded', progress = 1, found = %s,"
            " data_rev = %s, error = null, finished_at = now(), heartbeat_at = now()"
            " where id = %s",
            (found, data_rev, request.id),
        )
    return found


@dataclass(frozen=True)
class _Stored:
    id: Ints
    start: Ints
    end: Ints
    score: Floats
    label: list[str]
    is_new: Mask
    """Nobody has reviewed it."""


def _read_stored(connection: Connection, request: Request) -> _Stored:
    rows = connection.execute(
        "select id, (extract(epoch from start_time) * 1000000)::bigint,"
        " (extract(epoch from end_time) * 1000000)::bigint, score, label, status = 'new'"
        " from predictions where chart_id = %s and training_run_id = %s order by start_time, id",
        (request.chart_id, request.run_id),
    ).fetchall()
    numbers = np.array([row[:3] for row in rows], np.int64).reshape(-1, 3)
    ids, start, end = numbers.T
    return _Stored(
        ids,
        start,
        end,
        np.array([row[3] for row in rows], np.float64),
        [row[4] for row in rows],
        np.array([row[5] for row in rows], np.bool_),
    )


def _replaced(stored: _Stored, request: Request, trained: Ints) -> Mask:
    """What this request is to say anew."""
    inside: Mask = stored.is_new & ~touches(trained, stored.start, stored.end)
    if request.start is not None:
        inside &= stored.start >= request.start
    if request.end is not None:
        inside &= stored.end <= request.end
    return inside


def _said_by(stored: _Stored, time: Ints, predicted: Iterable[PredictedSpan]) -> Mask:
    said = {(int(time[p.first]), int(time[p.last]), p.label): p.score for p in predicted}
    places = zip(stored.start.tolist(), stored.end.tolist(), stored.label, strict=True)
    # A score may be computed in blocks of other sizes.
    scores = np.array([said.get(place, np.nan) for place in places], np.float64)
    return np.isclose(stored.score, scores, rtol=0, atol=SAME_SCORE)


def _uncrowded(
    time: Ints, predicted: Iterable[PredictedSpan], kept: _Stored
) -> list[PredictedSpan]:
    """Those that overlap the kept ones no more than predictions may overlap each other."""
    first = np.searchsorted(time, kept.start, side="left")
    last = np.searchsorted(time, kept.end, side="right") - 1
    # Of those that still hold a candle.
    there = first <= last
    first, last, labels = first[there], last[there], np.array(kept.label, np.str_)[there]
    added = []
    for span in predicted:
        if not crowds(first, last, labels == span.label, span.first, span.last).any():
            added.append(span)
    return added


def _seconds(microseconds: int | None) -> float | None:
    return None if microseconds is None else microseconds / 1_000_000


def find_all_charts(connection: Connection) -> list[int]:
    """Ids of the charts that have candles. Raises NotFound when none has."""
    rows = connection.execute(
        "select id from charts where candle_count > 0 and deleted_at is null order by id"
    ).fetchall()
    if not rows:
        raise NotFound("There is no chart with candles.")
    return [int(row[0]) for row in rows]
