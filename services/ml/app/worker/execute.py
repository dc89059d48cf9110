"""One run, from its params to its stored success."""

import logging
import os
import time
import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from .. import checks, db, requests, runs, teaching
from ..candle_columns import Candles, Ints
from ..errors import MlError, Stopped
from ..examined import examined_candles
from ..labels.samples import Chart
from ..prediction import PredictedSpan
from ..span_ranges import IndexedSpan, human_spans, locate
from ..teaching import Disagreement
from ..training.learn import Look, Outcome, Progress, learn
from ..training.params import RunParams, parse_params
from .reporter import Reporter

log = logging.getLogger(__name__)
MOST_CHECKED = 1_000_000
"""Candles of a chart whose labels and candlesticks are looked through after a run."""
MOST_FOR_CHART_PATTERNS = 200_000
"""Candles; 100,000 take some 6 s of a core."""


def threads() -> int:
    """For LightGBM: half the cores, for the database and the web app are busy beside it."""
    return max(1, min(8, (os.cpu_count() or 1) // 2))


def read_label_ids(url: str) -> dict[str, int]:
    """By name. A label keeps its id when it is renamed."""
    with db.connect(url) as connection:
        return dict(connection.execute("select name, id from span_label_types").fetchall())


def read_charts(url: str, params: RunParams) -> list[Chart]:
    """Charts and spans of one moment; candles are read when they are needed, and are those of that
    moment or none."""
    with db.snapshot(url) as snapshot:
        return [
            Chart(
                id=row["id"],
                name=row["name"],
                rev=row["rev"],
                data_rev=row["data_rev"],
                candles=db.StoredCandles(
                    url, row["id"], row["name"], row["data_rev"], snapshot.read_times(row["id"])
                ),
                examined=db.to_examined_ranges(snapshot.read_examined_ranges(row["id"])),
                spans=human_spans(db.to_spans(row["id"], snapshot.read_spans(row["id"]))),
            )
            for row in snapshot.read_charts(params.chartIds).to_pylist()
        ]


@dataclass(frozen=True)
class _Interrupted:
    """Progress in the course of which something else is done."""

    reporter: Reporter
    between: Callable[[], None]

    def report(self, fraction: float, stage: str) -> None:
        self.reporter.report(fraction, stage)
        self.between()

    def log(self, line: str) -> None:
        self.reporter.log(line)


def execute(
    url: str,
    run: runs.Run,
    worker: str,
    reporter: Reporter,
    between: Callable[[], None] = lambda: None,
    look: Look = lambda _examined: None,
) -> Outcome:
    """One run, from its params to its stored success, and the checks after it. Raises what went
    wrong. `between` is called again and again once it is stored: checks can wait for what is quick.
    With a `look`, a chart that it leaves out in part is put into the queue of predictions.

    What comes back is yet to be measured: the reporter goes on for that."""
    started = time.monotonic()
    params = parse_params(run.params)
    charts, label_ids = read_charts(url, params), read_label_ids(url)
    reporter.watch(params.chartIds)
    for chart in charts:
        stale = sum(span.is_stale for span in chart.spans)
        spans = f"{len(chart.spans)} span" + "s" * (len(chart.spans) != 1)
        spans += f", {stale} of them stale" * bool(stale)
        reporter.log(f"“{chart.name}”: {len(chart.candles)} candles, {spans}.")
    outcome = learn(charts, params, threads(), reporter, look)
    times = {chart.id: chart.candles.time for chart in charts}
    found = {chart.id: (times[chart.id], rate(chart, outcome)) for chart in charts}
    count = sum(len(own) for own in outcome.predictions.values())
    reporter.report(0.98, "Storing")
    reporter.log(f"{count} predictions; {time.monotonic() - started:.1f} s in all.")
    reporter.end()
    with db.connect(url) as connection, connection.transaction():
        runs.finish_run(
            connection,
            run.id,
            worker,
            model=outcome.model,
            metrics=outcome.metrics,
            dataset=outcome.dataset
            | {
                "labels": [
                    own | {"id": label_ids.get(own["label"])} for own in outcome.dataset["labels"]
                ]
            },
            log=reporter.pending_log(),
            predictions=found,
        )
        for chart_id in outcome.partly:
            requests.insert_request(connection, run.id, chart_id)
    reporter.start(1.0, runs.MEASURING)
    store_checks(url, run.id, charts, label_ids, outcome, _Interrupted(reporter, between))
    return outcome


def rate(chart: Chart, outcome: Outcome) -> list[PredictedSpan]:
    """The run's predictions on the chart, with what answers should teach where that can be told."""
    found = outcome.predictions[chart.id]
    if len(chart.candles) > MOST_CHECKED:
        return found
    candles = chart.candles.part(0, len(chart.candles))
    labelled = locate(candles, chart.spans)
    ask = outcome.disagreement(chart.id)
    return teaching.with_teaching(candles, found, labelled, ask, outcome.metrics["threshold"])


def _with_teaching(
    candles: Candles,
    labelled: Sequence[IndexedSpan],
    ask: Disagreement,
    found: Sequence[PredictedSpan],
) -> tuple[Ints, list[PredictedSpan]]:
    return candles.time, teaching.with_teaching(candles, found, labelled, ask)


def store_checks(
    url: str,
    run_id: int,
    charts: list[Chart],
    label_ids: dict[str, int],
    outcome: Outcome,
    progress: Progress,
) -> None:
    """What is worth a look besides the run's predictions; without it the run is as good."""
    wrong, missed, drawn, shaped = {}, {}, {}, {}
    evidence: dict[str, dict[int, list[checks.Evidence]]] = {
        runs.CANDLESTICKS: {},
        runs.CHART_PATTERNS: {},
    }
    labels = {own["label"] for own in outcome.dataset["labels"]}
    threshold = outcome.metrics["threshold"]

    def on_part() -> None:
        progress.report(1.0, runs.MEASURING)

    try:
        for chart in charts:
            if len(chart.candles) > MOST_CHECKED:
                continue
            on_part()
            with db.snapshot(url) as snapshot:
                candles = db.to_candles(snapshot.read_candles(chart.id))
            spans = locate(candles, chart.spans)
            examined = examined_candles(candles, chart.examined, spans, [])
            predicted = outcome.predictions[chart.id]
            with_teaching = partial(_with_teaching, candles, spans, outcome.disagreement(chart.id))
            wrong[chart.id] = with_teaching(checks.likely_errors(spans, predicted, examined))
            on_part()
            missed[chart.id] = with_teaching(checks.missed(spans, predicted, labels, threshold))
            on_part()
            found, evidence[runs.CANDLESTICKS][chart.id] = checks.candlesticks(
                candles, spans, examined, on_part
            )
            drawn[chart.id] = with_teaching(found)
            if len(candles) <= MOST_FOR_CHART_PATTERNS:
                found, evidence[runs.CHART_PATTERNS][chart.id] = checks.chart_patterns(
                    candles, spans, examined, on_part
                )
                shaped[chart.id] = with_teaching(found)
        with db.connect(url) as connection:
            for model, of_charts in (
                (runs.LABEL_ERRORS, wrong),
                (runs.MISSED, missed),
                (runs.CANDLESTICKS, drawn),
                (runs.CHART_PATTERNS, shaped),
            ):
                if of_charts:
                    checks.store(
                        connection, model, run_id, of_charts, label_ids, evidence.get(model)
                    )
    except Stopped:
        progress.log("It was stopped before what else to review was known.")
    except Exception as error:
        log.exception("Checks of run %d", run_id)
        progress.log(f"What else to review is not known: {error}")


def measure(
    outcome: Outcome, reporter: Reporter, between: Callable[[], None] = lambda: None
) -> dict[str, Any] | None:
    """The figures of a stored run; None where they could not be had, which is no failure of it.
    `between` is called again and again meanwhile: they can wait for what is quick."""
    try:
        return outcome.measure(_Interrupted(reporter, between))
    except Stopped:
        reporter.log("It was stopped before intervals and chance were known.")
    except MlError as error:
        reporter.log(f"Intervals and chance are not known. {error}")
    except Exception:
        log.exception("Figures could not be computed")
        reporter.log(f"Intervals and chance are not known. {traceback.format_exc()}")
    finally:
        reporter.end()
    return None
