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

MODEL = "search"


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
    )


def finish_search(
    connection: Connection,
    run_id: int,
    worker: str,
    *,
    seen: Sequence[Mapping[str, Any]],
    found: Mapping[int, tuple[Ints, Sequence[PredictedSpan]]],
) -> None:
    """The search's success and its candidates, or neither; `seen` tells of the charts, `found` has
    the times of a chart's candles and what was found on it.

    Candidates take the place of earlier ones that nobody has answered. Raises Stopped when the run
    is no longer this worker's.
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
            _drop_unanswered(connection, run_id, chart_id)
            copy_predictions(connection, run_id, chart_id, time, candidates)
        connection.execute(
            "update training_runs set status = 'succeeded', progress = 1, stage = null,"
            " finished_at = now(), heartbeat_at = now(), error = null, dataset = %s"
            " where id = %s",
            (Jsonb({"charts": list(seen)}), run_id),
        )


def _drop_unanswered(connection: Connection, run_id: int, chart_id: int) -> None:
    rows = connection.execute(
        "select id from predictions where chart_id = %s and training_run_id = %s"
        " and status = 'new'",
        (chart_id, run_id),
    ).fetchall()
    if rows:
        connection.execute(
            "select delete_unreviewed_predictions(%s, %s, %s)",
            (chart_id, run_id, [int(row[0]) for row in rows]),
        )
