"""Searches: runs of the model `search`, whose predictions are the windows most like one example."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from psycopg.types.json import Jsonb

from .candle_columns import Ints
from .db import Connection, translate_db_errors
from .errors import Stopped
from .prediction import PredictedSpan
from .runs import copy_predictions
from .training.params import with_defaults


@dataclass(frozen=True)
class SearchParams:
    """Times are microseconds since 1970 in UTC; both ends of the example belong to it."""

    chart_ids: list[int]
    label: str
    example_chart: int
    start: int
    end: int
    limit: int
    until: int | None
    """The last candle that may be looked at; None for all."""
    answers: int
    """So many have been given, and the ranking learns from them; 0 for likeness alone."""
    keep: list[int]
    """Predictions that stay although nobody has answered them."""


@dataclass(frozen=True)
class Kept:
    chart_id: int
    id: int
    start: int
    """Microseconds since 1970 in UTC, as is `end`."""
    end: int


def parse(params: object) -> SearchParams:
    """Raises BadInput."""
    own = with_defaults("searchParams", params)
    query = own["query"]
    return SearchParams(
        chart_ids=[int(chart_id) for chart_id in own["chartIds"]],
        label=own["labels"][0],
        example_chart=int(query["chartId"]),
        start=round(query["startTime"] * 1_000_000),
        end=round(query["endTime"] * 1_000_000),
        limit=int(own["limit"]),
        until=None if own["until"] is None else round(own["until"] * 1_000_000),
        answers=int(own["answers"]),
        keep=[int(prediction) for prediction in own["keep"]],
    )


def read_kept(connection: Connection, run_id: int, keep: Sequence[int]) -> list[Kept]:
    """Those of the run's open candidates that are to stay."""
    rows = connection.execute(
        "select chart_id, id, (extract(epoch from start_time) * 1000000)::bigint,"
        " (extract(epoch from end_time) * 1000000)::bigint from predictions"
        " where training_run_id = %s and id = any(%s) and status = 'new'",
        (run_id, list(keep)),
    ).fetchall()
    return [Kept(*row) for row in rows]


def finish_search(
    connection: Connection,
    run_id: int,
    worker: str,
    *,
    seen: Sequence[Mapping[str, Any]],
    found: Mapping[int, tuple[Ints, Sequence[PredictedSpan]]],
    keep: Sequence[int] = (),
) -> None:
    """The search's success and its candidates, or neither; `seen` tells of the charts, `found` has
    the times of a chart's candles and what was found on it.

    Candidates take the place of earlier ones that nobody has answered, but for those to `keep`.
    Raises Stopped when the run is no longer this worker's.
    """
    with translate_db_errors("Storing what was found"), connection.transaction():
        mine = connection.execute(
            "select from training_runs where id = %s and worker = %s and status = 'running'"
            " for update",
            (run_id, worker),
        ).fetchone()
        if mine is None:
            raise Stopped
        for chart_id, (time, candidates) in found.items():
            _drop_unanswered(connection, run_id, chart_id, keep)
            copy_predictions(connection, run_id, chart_id, time, candidates)
        connection.execute(
            "update training_runs set status = 'succeeded', progress = 1, stage = null,"
            " finished_at = now(), heartbeat_at = now(), error = null, dataset = %s"
            " where id = %s",
            (Jsonb({"charts": list(seen)}), run_id),
        )


def _drop_unanswered(
    connection: Connection, run_id: int, chart_id: int, keep: Sequence[int]
) -> None:
    rows = connection.execute(
        "select id from predictions where chart_id = %s and training_run_id = %s"
        " and status = 'new' and id <> all(%s)",
        (chart_id, run_id, list(keep)),
    ).fetchall()
    if rows:
        connection.execute(
            "select delete_unreviewed_predictions(%s, %s, %s)",
            (chart_id, run_id, [int(row[0]) for row in rows]),
        )
