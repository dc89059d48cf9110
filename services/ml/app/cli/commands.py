"""Trains, predicts and serves, from a shell."""

import argparse
import json
import logging
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import partial
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from .. import db, prediction, runs, splits
from ..candles import Candles
from ..errors import MlError, Stopped
from ..features import patterns, windows
from ..models import MODELS, document
from ..settings import settings
from ..training.learn import sentence
from ..training.params import parse_params
from ..worker.execute import execute, measure, threads
from ..worker.loop import run_worker, worker_name
from ..worker.reporter import Reporter

# Names of charts and labels may look like rich's markup.
out = Console(markup=False)
err = Console(stderr=True, markup=False)


def main(argv: Sequence[str] | None = None) -> int:
    args = _parser().parse_args(argv)
    try:
        return int(args.run(args) or 0)
    except MlError as error:
        err.print(str(error), style="red", highlight=False, soft_wrap=True)
        return 1
    except KeyboardInterrupt:
        err.print("Stopped.")
        return 130


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="candle-ml", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="command")

    train = commands.add_parser("train", help="train on charts here and now, and store the run")
    train.add_argument("charts", nargs="+", metavar="CHART", help="name or id")
    train.add_argument("--label", action="append", default=[], help="default: all that are used")
    train.add_argument("--folds", type=int, default=5)
    train.add_argument("--seed", type=int, default=0)
    train.add_argument("--model", choices=list(MODELS), default=next(iter(MODELS)))
    train.add_argument("--split", choices=splits.KINDS, default="purged")
    train.set_defaults(run=_train)

    predict = commands.add_parser("predict", help="predict other charts with a run's model")
    predict.add_argument("run_id", type=int, metavar="RUN")
    predict.add_argument("charts", nargs="+", metavar="CHART", help="name or id")
    predict.set_defaults(run=_predict)

    pattern = commands.add_parser("patterns", help="list TA-Lib's candlestick patterns on a chart")
    pattern.add_argument("chart", metavar="CHART", help="name or id")
    pattern.add_argument(
        "names", nargs="*", metavar="NAME", help="such as CDLENGULFING; all if none"
    )
    pattern.add_argument("--json", action="store_true")
    pattern.set_defaults(run=_patterns)

    worker = commands.add_parser("worker", help="take queued runs until stopped; needs no port")
    worker.set_defaults(run=_worker)

    serve = commands.add_parser("serve", help="answer HTTP on HOST and ML_PORT until stopped")
    serve.add_argument("--with-worker", action="store_true", help="and take queued runs beside it")
    serve.set_defaults(run=_serve)

    listing = commands.add_parser("runs", help="list training runs, newest first")
    listing.add_argument("--limit", type=int, default=20)
    listing.set_defaults(run=_runs)
    return parser


def _bar() -> Progress:
    return Progress(
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        TaskProgressColumn(),
        TimeElapsedColumn(),
        console=err,
    )


def _train(args: argparse.Namespace) -> int:
    url = settings().database_url
    with db.connect(url) as connection:
        params = parse_params(
            {
                "chartIds": [db.find_chart(connection, chart) for chart in args.charts],
                "labels": args.label,
                "folds": args.folds,
                "seed": args.seed,
                "model": args.model,
                "split": args.split,
            }
        )
        worker = worker_name()
        run = runs.queue_run(connection, params.to_json(), worker)
    with _bar() as bar:
        task = bar.add_task("Reading", total=1.0)
        on_report = partial(_advance, bar, task)
        with Reporter(url, run.id, worker, on_report=on_report) as reporter:
            try:
                outcome = execute(url, run, worker, reporter)
                metrics = measure(outcome, reporter)
                with db.connect(url) as connection:
                    lines = reporter.pending_log()
                    runs.finish_figures(connection, run.id, worker, metrics, lines)
            except Stopped:
                raise MlError(f"Run {run.id} was cancelled.") from None
            except BaseException as error:
                reporter.end()
                with db.connect(url) as connection:
                    if isinstance(error, KeyboardInterrupt):
                        runs.cancel_run(connection, run.id)
                    else:
                        lines = reporter.pending_log()
                        runs.fail_run(connection, run.id, worker, str(error), lines)
                raise
        bar.update(task, completed=1.0, description="Done")
    metrics = metrics or outcome.metrics
    out.print(f"Run {run.id}: {sentence(metrics, params.split)}")
    table = Table("label", "labelled", "predicted", "precision", "recall", "F1")
    for row in metrics["perLabel"]:
        rates = (f"{row[name]:.2f}" for name in ("precision", "recall", "f1"))
        table.add_row(row["label"], str(row["support"]), str(row["predicted"]), *rates)
    out.print(table)
    return 0


def _advance(bar: Progress, task: Any, fraction: float, stage: str) -> None:
    bar.update(task, completed=fraction, description=stage)


def _predict(args: argparse.Namespace) -> None:
    url = settings().database_url
    with db.connect(url) as connection:
        chart_ids = [db.find_chart(connection, chart) for chart in args.charts]
        run = runs.read_trained_run(connection, args.run_id)
        changed = runs.changed_charts(connection, run)
    model = document.load(run.model, threads())
    header = model.header
    for chart in changed:
        err.print(f"The candles of “{chart}” have changed since run {run.id} was trained on them.")
    for name, chart_id in zip(args.charts, chart_ids, strict=True):
        candles = _read_candles(url, chart_id)
        grid = windows.sliding_windows(len(candles), header.lengths)
        with _bar() as bar:
            task = bar.add_task(name, total=1.0)
            probability = prediction.probabilities(
                candles,
                grid,
                model.classifier,
                len(header.labels) + 1,
                on_chunk=partial(_completed, bar, task),
            )
        raw = prediction.decode(grid, probability, header.labels)
        found = prediction.calibrated(raw, model.calibration)
        with db.connect(url) as connection:
            runs.add_predictions(connection, args.run_id, chart_id, candles, found)
        out.print(f"{name}: {len(found)} predictions")
        seen = _count_seen(run, chart_id, candles, found)
        if seen:
            out.print(
                f"{seen} of them lie where run {run.id} was trained on this very chart: "
                "they say nothing of how good it is."
            )


def _count_seen(
    run: runs.TrainedRun,
    chart_id: int,
    candles: Candles,
    found: Sequence[prediction.PredictedSpan],
) -> int:
    trained = run.examined(chart_id)
    if trained is None:
        return 0
    start, end = (round(second * 1_000_000) for second in trained)
    time = candles.time
    return sum(bool(time[s.first] <= end and time[s.last] >= start) for s in found)


def _completed(bar: Progress, task: Any, fraction: float) -> None:
    bar.update(task, completed=fraction)


def _read_candles(url: str, chart_id: int) -> Candles:
    with db.snapshot(url) as snapshot:
        return db.to_candles(snapshot.read_candles(chart_id))


def _patterns(args: argparse.Namespace) -> None:
    url = settings().database_url
    with db.connect(url) as connection:
        chart_id = db.find_chart(connection, args.chart)
    candles = _read_candles(url, chart_id)
    table = Table("time", "pattern", "signal")
    for found in patterns.find(candles, args.names or patterns.NAMES):
        time = datetime.fromtimestamp(int(candles.time[found.last]) / 1_000_000, UTC).isoformat()
        if args.json:
            row = {"time": time, "pattern": found.name, "signal": found.signal}
            sys.stdout.write(f"{json.dumps(row)}\n")
        else:
            table.add_row(time, found.name, str(found.signal))
    if not args.json:
        out.print(table)


def _worker(_args: argparse.Namespace) -> None:
    _log_to_stderr()
    run_worker(settings().database_url)


def _serve(args: argparse.Namespace) -> None:
    # The one command that needs the extra `service`.
    from ..service.serve import serve

    _log_to_stderr()
    serve(settings(), with_worker=args.with_worker)


def _log_to_stderr() -> None:
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")


def _runs(args: argparse.Namespace) -> None:
    url = settings().database_url
    with db.connect(url) as connection:
        rows = runs.list_runs(connection, args.limit)
    table = Table("run", "status", "charts", "queued", "span F1", "what")
    for row in rows:
        done = f"{row['progress']:.0%} {row['stage'] or ''}" if row["status"] == "running" else ""
        table.add_row(
            str(row["id"]),
            row["status"],
            ", ".join(map(str, row["params"].get("chartIds", []))),
            row["queued_at"].astimezone(UTC).strftime("%Y-%m-%d %H:%M:%SZ"),
            f"{float(row['span_f1']):.2f}" if row["span_f1"] else "",
            row["error"] or done,
        )
    out.print(table)
