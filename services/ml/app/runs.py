"""Training runs and predictions: the queue that the web app fills, and what comes back."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from psycopg.types.json import Jsonb

from .candle_columns import Ints
from .db import Connection, translate_db_errors
from .errors import NotFound, Stopped
from .job_queue import Queue
from .prediction import PredictedSpan

QUEUE = Queue(
    table="training_runs",
    channel="training_runs",
    rows="training_runs q",
    model="q.params->>'model'",
    order="q.id",
    it="this run",
    taken_again=", log = log"
    " || case when attempts > 0 then 'Taken up again.' || chr(10) else '' end",
    given_back=", stage = null",
    logged=", log = log || %(log)s",
)
SEARCH = "search"
LABEL_ERRORS = "label-errors"
MISSED = "missed"
CANDLESTICKS = "candlesticks"
CHART_PATTERNS = "chart-patterns"
UNTRAINED = (SEARCH, LABEL_ERRORS, MISSED, CANDLESTICKS, CHART_PATTERNS)
"""The models of runs that train none: lists and counts of training runs leave them out."""
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
    connection.execute("select pg_notify(%s, %s)", (QUEUE.channel, str(row[0])))
    return Run(*row)


def claim_run(
    connection: Connection, worker: str, models: Collection[str], *, takes_unnamed: bool = True
) -> Run | None:
    """The oldest run that waits, as `Queue.claim` has it. One whose predictions were stored before
    its worker died stays without the rest of its figures."""
    connection.execute(
        "update training_runs set stage = null, log = log || %(told)s"
        " where id in (select id from training_runs where status = 'succeeded'"
        " and stage is not null and heartbeat_at not between now() - interval '30 seconds'"
        " and now() + interval '30 seconds'"
        " and coalesce(params->>'model', %(unnamed)s) = any(%(ours)s) for update skip locked)",
        QUEUE.of_models(models, takes_unnamed=takes_unnamed)
        | {"told": "The worker stopped before intervals and chance were known: train again.\n"},
    )
    run_id = QUEUE.claim(connection, worker, models, takes_unnamed=takes_unnamed)
    if run_id is None:
        return None
    row = connection.execute(
        "select id, params, attempts from training_runs where id = %s", (run_id,)
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
            names = current_names(connection, dataset)
            for chart_id, (time, predicted) in predictions.items():
                copy_predictions(connection, run_id, chart_id, time, renamed(predicted, names))
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
    for label, name in current_names(connection, run.dataset).items():
        if name is None:
            said.append(f"Run {run.id} learnt {label}, a label renamed or deleted since.")
        elif name != label:
            said.append(f"Run {run.id} learnt {label}, a label called {name} now.")
    return said


def current_names(connection: Connection, dataset: dict[str, Any]) -> dict[str, str | None]:
    """What each label of a run is called now, by the name that it was learnt by; None for one that
    is not there any more, or of which a run of an earlier version kept no id."""
    rows = connection.execute("select id, name from span_label_types").fetchall()
    by_id = {int(label_id): str(name) for label_id, name in rows}
    known = set(by_id.values())
    names: dict[str, str | None] = {}
    for own in dataset.get("labels", []):
        label, label_id = own["label"], own.get("id")
        names[label] = by_id.get(label_id) if label_id is not None else None
        if label_id is None and label in known:
            names[label] = label
    return names


def renamed(spans: Iterable[PredictedSpan], names: Mapping[str, str | None]) -> list[PredictedSpan]:
    """The same by the names that their labels have now, where these are known."""
    return [replace(span, label=names.get(span.label) or span.label) for span in spans]


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
        "copy predictions (chart_id, training_run_id, start_time, end_time, label, score,"
        " teaches) from stdin"
    ) as copy:
        for span in predicted:
            start, end = f"{times[span.first]}Z", f"{times[span.last]}Z"
            copy.write_row((chart_id, run_id, start, end, span.label, span.score, span.teaches))


def list_runs(connection: Connection, limit: int) -> list[dict[str, Any]]:
    cursor = connection.execute(
        "select id, name, status, params, progress, stage, error, attempts, queued_at, finished_at,"
        " metrics->>'spanF1' as span_f1, coalesce(params->>'split' = 'random', false) as is_random,"
        " exists (select from jsonb_array_elements(case jsonb_typeof(dataset->'charts')"
        " when 'array' then dataset->'charts' else '[]' end) seen"
        " left join charts on charts.id::text = seen->>'id' where seen->>'dataRev' is not null"
        " and charts.data_rev::text is distinct from seen->>'dataRev') as is_stale,"
        " exists (select from jsonb_array_elements(case jsonb_typeof(dataset->'labels')"
        " when 'array' then dataset->'labels' else '[]' end) own"
        " where not exists (select from span_label_types t where t.name = own->>'label'))"
        " as is_renamed"
        " from training_runs where coalesce(params->>'model', '') <> all(%s)"
        " order by id desc limit %s",
        (list(UNTRAINED), limit),
    )
    names = [column.name for column in cursor.description or ()]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
