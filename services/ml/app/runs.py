"""Training runs and predictions: the queue that the web app fills, and what comes back."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from psycopg.types.json import Jsonb

from .candle_columns import Ints
from .db import Connection, translate_db_errors
from .errors import NotFound, Stopped
from .prediction import PredictedSpan

CHANNEL = "training_runs"
MAX_ATTEMPTS = 3
MEASURING = "Computing intervals and chance"
"""The first stage of a run that has succeeded: its predictions are there, its figures not all.
While there is a stage, its worker still has it."""


@dataclass(frozen=True)
class Run:
    id: int
    params: dict[str, Any]
    attempts: int


def queue_run(connection: Connection, params: dict[str, Any], worker: str | None = None) -> Run:
    """A queued run; with a worker, one that this worker already runs."""
    status = "running" if worker else "queued"
    row = connection.execute(
        "insert into training_runs (status, params, worker, heartbeat_at, started_at, attempts)"
        " select %s, %s, %s, case when b then now() end, case when b then now() end, b::int"
        " from (select %s::boolean) as t(b) returning id, params, attempts",
        (status, Jsonb(params), worker, worker is not None),
    ).fetchone()
    assert row is not None  # noqa: S101
    connection.execute("select pg_notify(%s, %s)", (CHANNEL, str(row[0])))
    return Run(*row)


def claim_run(
    connection: Connection, worker: str, models: Collection[str], *, takes_unnamed: bool = True
) -> Run | None:
    """The oldest run of these models that waits, or whose worker has not been heard of; None when
    there is none. Runs of other models are somebody else's; `takes_unnamed`: one that names no
    model is of the first of these.

    A run that has taken MAX_ATTEMPTS workers down with it is failed instead. One whose predictions
    were stored before its worker died stays without the rest of its figures. A heartbeat of the
    future is none either: the clock was set back since, and its worker would have told by now.
    """
    ours = list(models)
    unnamed = ours[0] if takes_unnamed else ""
    with connection.transaction():
        connection.execute(
            "update training_runs set stage = null, log = log || %s"
            " where id in (select id from training_runs where status = 'succeeded'"
            " and stage is not null and heartbeat_at not between now() - interval '30 seconds'"
            " and now() + interval '30 seconds'"
            " and coalesce(params->>'model', %s) = any(%s) for update skip locked)",
            (
                "The worker stopped before intervals and chance were known: train again.\n",
                unnamed,
                ours,
            ),
        )
        connection.execute(
            "update training_runs set status = 'failed', finished_at = now(), error = %s"
            " where id in (select id from training_runs where status = 'running'"
            " and heartbeat_at not between now() - interval '30 seconds'"
            " and now() + interval '30 seconds' and attempts >= %s"
            " and coalesce(params->>'model', %s) = any(%s) for update skip locked)",
            (
                f"The worker stopped in the middle of this run {MAX_ATTEMPTS} times.",
                MAX_ATTEMPTS,
                unnamed,
                ours,
            ),
        )
        # Its start is read first: Citus takes no now() inside a coalesce of an update.
        waiting = connection.execute(
            "select id, coalesce(started_at, now()) from training_runs where (status = 'queued'"
            " or (status = 'running' and heartbeat_at not between now() - interval '30 seconds'"
            " and now() + interval '30 seconds'))"
            " and coalesce(params->>'model', %s) = any(%s)"
            " order by id for update skip locked limit 1",
            (unnamed, ours),
        ).fetchone()
        if waiting is None:
            return None
        run_id, started_at = waiting
        row = connection.execute(
            "update training_runs set status = 'running', worker = %s, heartbeat_at = now(),"
            " attempts = attempts + 1, started_at = %s, progress = 0, error = null,"
            " log = log || case when attempts > 0 then 'Taken up again.' || chr(10) else '' end"
            " where id = %s returning id, params, attempts",
            (worker, started_at, run_id),
        ).fetchone()
    return Run(*row) if row else None


def update_run(
    connection: Connection,
    run_id: int,
    worker: str,
    progress: float,
    stage: str,
    log: str,
    chart_ids: Sequence[int] = (),
) -> bool:
    """Also the heartbeat. False when the run is no longer this worker's. Raises NotFound when one
    of the charts is gone."""
    row = connection.execute(
        "update training_runs set heartbeat_at = now(), progress = %s, stage = %s,"
        " log = log || %s where id = %s and worker = %s and (status = 'running'"
        " or status = 'succeeded' and stage is not null)"
        " returning (select min(id) from unnest(%s::int[]) as wanted(id)"
        " where not exists (select from charts where charts.id = wanted.id"
        " and charts.deleted_at is null))",
        (progress, stage, log, run_id, worker, list(chart_ids)),
    ).fetchone()
    if row is not None and row[0] is not None:
        raise NotFound(f"Chart {row[0]} was deleted while the run learnt from it.")
    return row is not None


def fail_run(connection: Connection, run_id: int, worker: str, error: str, log: str) -> None:
    connection.execute(
        "update training_runs set status = 'failed', error = %s, log = log || %s,"
        " finished_at = now() where id = %s and worker = %s and status = 'running'",
        (error, log, run_id, worker),
    )


def requeue_run(connection: Connection, run_id: int, worker: str, *, counts: bool) -> None:
    """Queued again, for the next worker; `counts` when the attempt was spent."""
    connection.execute(
        "update training_runs set status = 'queued', worker = null, heartbeat_at = null,"
        " progress = 0, stage = null, attempts = attempts - %s"
        " where id = %s and worker = %s and status = 'running'",
        (0 if counts else 1, run_id, worker),
    )


def cancel_run(connection: Connection, run_id: int) -> None:
    connection.execute(
        "update training_runs set status = 'cancelled', finished_at = now()"
        " where id = %s and status in ('queued', 'running')",
        (run_id,),
    )


def finish_run(
    connection: Connection,
    run_id: int,
    worker: str,
    *,
    model: bytes,
    metrics: dict[str, Any],
    dataset: dict[str, Any],
    log: str,
    predictions: dict[int, tuple[Ints, list[PredictedSpan]]],
) -> None:
    """The run's success and all its predictions, or neither; `finish_figures` is to follow.
    `predictions`: per chart id, the times of its candles in microseconds, and its spans.
    Raises Stopped when the run is no longer this worker's; doing it twice does it once."""
    with translate_db_errors("Storing the run"), connection.transaction():
        done = connection.execute(
            "update training_runs set status = 'succeeded', progress = 1, stage = %s,"
            " finished_at = now(), heartbeat_at = now(), error = null,"
            " model = %s, metrics = %s, dataset = %s, log = log || %s"
            " where id = %s and worker = %s and status = 'running'",
            (MEASURING, model, Jsonb(metrics), Jsonb(dataset), log, run_id, worker),
        ).rowcount
        if done == 1:
            for chart_id, (time, predicted) in predictions.items():
                copy_predictions(connection, run_id, chart_id, time, predicted)
            return
    row = connection.execute(
        "select 1 from training_runs where id = %s and worker = %s and status = 'succeeded'",
        (run_id, worker),
    ).fetchone()
    if row is None:
        raise Stopped


def finish_figures(
    connection: Connection, run_id: int, worker: str, metrics: dict[str, Any] | None, log: str
) -> None:
    """Ends the stage that finish_run begins; without metrics, those that are there stay."""
    connection.execute(
        "update training_runs set stage = null, metrics = coalesce(%s, metrics), log = log || %s"
        " where id = %s and worker = %s and status = 'succeeded' and stage is not null",
        (None if metrics is None else Jsonb(metrics), log, run_id, worker),
    )


@dataclass(frozen=True)
class TrainedRun:
    id: int
    model: bytes
    dataset: dict[str, Any]
    split: str
    """How it was tested; `random` says nothing of other data."""

    def examined(self, chart_id: int | None = None) -> tuple[float, float] | None:
        """From when to when it was trained, in Unix seconds: on one of its charts, or on all."""
        ranges = [
            (float(chart["examinedFrom"]), float(chart["examinedTo"]))
            for chart in self.dataset.get("charts", [])
            if chart_id in (None, chart["id"]) and chart.get("examinedFrom") is not None
        ]
        return (min(r[0] for r in ranges), max(r[1] for r in ranges)) if ranges else None

    def trained_ranges(self, chart_id: int | None = None) -> Ints:
        """The stretches that it was trained on, in order of time and apart from one another:
        microseconds, a row each, from its first candle to its last. Of one of its charts, or all.

        A run from before these were kept was trained on all between its first and its last.
        """
        ranges: list[tuple[float, float]] = []
        for chart in self.dataset.get("charts", []):
            if chart_id not in (None, chart["id"]):
                continue
            if "trainedOn" in chart:
                ranges += [(start, end) for start, end in chart["trainedOn"]]
            elif (whole := self.examined(chart["id"])) is not None:
                ranges.append(whole)
        joined: list[list[int]] = []
        for start, end in sorted((round(a * 1e6), round(b * 1e6)) for a, b in ranges):
            if joined and start <= joined[-1][1]:
                joined[-1][1] = max(joined[-1][1], end)
            else:
                joined.append([start, end])
        return np.array(joined, np.int64).reshape(-1, 2)


def read_trained_run(connection: Connection, run_id: int) -> TrainedRun:
    """Raises NotFound for a run that is not there or has no model."""
    row = connection.execute(
        "select status, model, dataset, params->>'split' from training_runs where id = %s",
        (run_id,),
    ).fetchone()
    if row is None:
        raise NotFound(f"Run {run_id} does not exist.")
    if row[1] is None:
        raise NotFound(f"Run {run_id} has no model: it is {row[0]}.")
    return TrainedRun(run_id, bytes(row[1]), row[2] or {}, row[3] or "purged")


def caveats(connection: Connection, run: TrainedRun) -> list[str]:
    """What keeps the run's figures and predictions from saying what they seem to say."""
    said = []
    if run.split == "random":
        said.append(
            f"Run {run.id} was tested by a random split, on neighbours of what it was trained on: "
            "its figures and its threshold are too good."
        )
    for chart in changed_charts(connection, run):
        said.append(
            f"The candles of “{chart}” have changed since run {run.id} was trained on them."
        )
    gone = gone_labels(connection, run)
    if gone:
        said.append(f"Renamed or deleted since run {run.id} learnt it: {', '.join(gone)}.")
    return said


def gone_labels(connection: Connection, run: TrainedRun) -> list[str]:
    """Labels of the run that no label is called by any more."""
    rows = connection.execute("select name from span_label_types").fetchall()
    known = {str(name) for (name,) in rows}
    return [own["label"] for own in run.dataset.get("labels", []) if own["label"] not in known]


def changed_charts(connection: Connection, run: TrainedRun) -> list[str]:
    """Names of charts whose candles are no longer those that the run was trained on."""
    seen = {chart["id"]: chart for chart in run.dataset.get("charts", [])}
    rows = connection.execute(
        "select id, data_rev from charts where id = any(%s) and deleted_at is null", (list(seen),)
    ).fetchall()
    now = {int(chart_id): int(data_rev) for chart_id, data_rev in rows}
    return [chart["name"] for key, chart in seen.items() if now.get(key) != chart["dataRev"]]


def copy_predictions(
    connection: Connection,
    run_id: int,
    chart_id: int,
    time: Ints,
    predicted: Sequence[PredictedSpan],
) -> None:
    """`time`: of the chart's candles, microseconds."""
    times = time.astype("datetime64[us]")
    with connection.cursor().copy(
        "copy predictions (chart_id, training_run_id, start_time, end_time, label, score)"
        " from stdin"
    ) as copy:
        for span in predicted:
            start, end = f"{times[span.first]}Z", f"{times[span.last]}Z"
            copy.write_row((chart_id, run_id, start, end, span.label, span.score))


def list_runs(connection: Connection, limit: int) -> list[dict[str, Any]]:
    cursor = connection.execute(
        "select id, status, params, progress, stage, error, attempts, queued_at, finished_at,"
        " metrics->>'spanF1' as span_f1, coalesce(params->>'split' = 'random', false) as is_random,"
        " exists (select from jsonb_array_elements(case jsonb_typeof(dataset->'charts')"
        " when 'array' then dataset->'charts' else '[]' end) seen"
        " left join charts on charts.id::text = seen->>'id' where seen->>'dataRev' is not null"
        " and charts.data_rev::text is distinct from seen->>'dataRev') as is_stale"
        " from training_runs order by id desc limit %s",
        (limit,),
    )
    names = [column.name for column in cursor.description or ()]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def count_runs(connection: Connection) -> dict[str, int]:
    """Per status."""
    rows = connection.execute("select status, count(*) from training_runs group by 1").fetchall()
    return {str(status): int(count) for status, count in rows}
