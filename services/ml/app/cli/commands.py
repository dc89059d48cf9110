"""Trains, predicts and serves, from a shell."""

import argparse
import json
import logging
import os
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import partial
from typing import Any

from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from .. import db, requests, runs, splits, workers
from ..candle_columns import Candles
from ..errors import MlError, Stopped
from ..evaluation.quality import LEAST_SPANS
from ..features import patterns
from ..models import MODELS
from ..settings import settings
from ..training.learn import sentence
from ..training.params import parse_params
from ..worker.execute import execute, measure
from ..worker.loop import run_worker, worker_name
from ..worker.predict import Predicted, execute_request
from ..worker.reporter import Reporter
from . import search
from .console import err, out


def main(argv: Sequence[str] | None = None) -> int:
    args = _parser().parse_args(argv)
    try:
        code = int(args.run(args) or 0)
        sys.stdout.flush()
        return code
    except MlError as error:
        err.print(str(error), style="red", highlight=False, soft_wrap=True)
        return 1
    except BrokenPipeError:
        # The reader has enough, as `head` does: Python's flush at the end is not to fail as well.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
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

    predict = commands.add_parser("predict", help="predict charts here and now by a run's model")
    predict.add_argument("run_id", type=int, metavar="RUN")
    predict.add_argument("charts", nargs="*", metavar="CHART", help="name or id; all if none")
    predict.add_argument("--from", dest="start", type=moment, help="first bar, as 2024-01-31T14:00")
    predict.add_argument("--to", dest="end", type=moment, help="last bar, likewise in UTC")
    predict.set_defaults(run=_predict)

    pattern = commands.add_parser("patterns", help="list TA-Lib's candlestick patterns on a chart")
    pattern.add_argument("chart", metavar="CHART", help="name or id")
    pattern.add_argument(
        "names", nargs="*", metavar="NAME", help="such as CDLENGULFING; all if none"
    )
    pattern.add_argument("--json", action="store_true")
    pattern.set_defaults(run=_patterns)

    search.add_to(commands)

    worker = commands.add_parser("worker", help="take queued runs until stopped; needs no port")
    worker.add_argument(
        "--concurrency",
        type=at_least_one,
        default=1,
        metavar="N",
        help="runs and predictions at a time, each with the memory of its own; default: 1",
    )
    worker.set_defaults(run=_worker)

    known = commands.add_parser("workers", help="list workers; ends with 1 where runs wait for one")
    known.set_defaults(run=_workers)

    serve = commands.add_parser("serve", help="answer HTTP on HOST and ML_PORT until stopped")
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
                        runs.QUEUE.cancel(connection, run.id)
                    else:
                        lines = reporter.pending_log()
                        runs.QUEUE.fail(connection, run.id, worker, str(error), lines)
                raise
        bar.update(task, completed=1.0, description="Done")
    metrics = metrics or outcome.metrics
    out.print(f"Run {run.id}: {sentence(metrics, params.split)}")
    table = Table("label", "labelled", "predicted", "precision", "recall", "F1")
    for row in metrics["perLabel"]:
        # Under ten spans a share says more than is known.
        is_enough = row["support"] >= LEAST_SPANS
        rates = (f"{row[name]:.2f}" if is_enough else "–" for name in ("precision", "recall", "f1"))
        table.add_row(row["label"], str(row["support"]), str(row["predicted"]), *rates)
    out.print(table)
    return 0


def _advance(bar: Progress, task: Any, fraction: float, stage: str) -> None:
    bar.update(task, completed=fraction, description=stage)


def at_least_one(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"“{text}” is no whole number from 1 on")
    return int(text)


def moment(text: str) -> int:
    """Microseconds since 1970 of an ISO date, in UTC where it names no other zone."""
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"“{text}” is no date such as 2024-01-31") from None
    return round((at if at.tzinfo else at.replace(tzinfo=UTC)).timestamp() * 1_000_000)


def _predict(args: argparse.Namespace) -> int:
    url = settings().database_url
    with db.connect(url) as connection:
        if args.charts:
            chart_ids = [db.find_chart(connection, chart) for chart in args.charts]
        else:
            chart_ids = requests.find_all_charts(connection)
        run = runs.read_trained_run(connection, args.run_id)
        for caveat in runs.caveats(connection, run):
            err.print(caveat, style="yellow")
    failed = 0
    for chart_id in chart_ids:
        try:
            made = _predict_chart(url, run.id, chart_id, args.start, args.end)
        except MlError as error:
            # With several charts, one that cannot be predicted costs the others nothing.
            if len(chart_ids) == 1:
                raise
            err.print(str(error), style="red", highlight=False, soft_wrap=True)
            failed += 1
            continue
        out.print(f"{made.chart}: {made.count} predictions")
        trained = run.examined(chart_id)
        if trained:
            start, end = (datetime.fromtimestamp(at, UTC).date() for at in trained)
            out.print(
                f"  Run {run.id} was trained here, on bars from {start} to {end}: what it predicts "
                "on these is by models that had not seen them, and stays as it was."
            )
    return 1 if failed else 0


def _predict_chart(
    url: str, run_id: int, chart_id: int, start: int | None, end: int | None
) -> Predicted:
    worker = worker_name()
    with db.connect(url) as connection:
        request = requests.insert_request(connection, run_id, chart_id, start, end, worker)
    with _bar() as bar:
        task = bar.add_task(f"Chart {chart_id}", total=1.0)
        on_report = partial(_advance, bar, task)
        update = requests.update_request
        with Reporter(url, request.id, worker, on_report=on_report, update=update) as reporter:
            try:
                made = execute_request(url, request, worker, reporter)
            except Stopped:
                raise MlError(f"The prediction of chart {chart_id} was cancelled.") from None
            except BaseException as error:
                reporter.end()
                with db.connect(url) as connection:
                    if isinstance(error, KeyboardInterrupt):
                        requests.QUEUE.cancel(connection, request.id)
                    else:
                        requests.QUEUE.fail(connection, request.id, worker, str(error))
                raise
        bar.update(task, completed=1.0, description=made.chart)
    return made


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


def _worker(args: argparse.Namespace) -> None:
    _log_to_stderr()
    run_worker(settings().database_url, args.concurrency)


def _workers(_args: argparse.Namespace) -> int:
    with db.connect(settings().database_url) as connection:
        known = workers.read(connection)
    table = Table("worker", "takes", "works on", "sign of life")
    for own in known:
        beat = f"{own.silent_s:.0f} s ago" + ("" if own.is_alive else ": silent")
        table.add_row(own.name, own.takes, own.job or "", beat)
    out.print(table)
    missing = workers.missing(known)
    if missing:
        err.print(f"Nothing takes {' or '.join(missing)}: start `candle-ml worker`.", style="red")
    return int(bool(missing))


def _serve(_args: argparse.Namespace) -> None:
    # The one command that needs the extra `service`.
    from ..service.serve import serve

    _log_to_stderr()
    serve(settings())


def _log_to_stderr() -> None:
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")


def _figure(row: dict[str, Any]) -> str:
    """A run's span F1 with what it must not be read without."""
    caveats = [
        ", random split" * row["is_random"],
        ", stale candles" * row["is_stale"],
        ", renamed labels" * row["is_renamed"],
    ]
    return f"{float(row['span_f1']):.2f}{''.join(caveats)}"


def _runs(args: argparse.Namespace) -> None:
    url = settings().database_url
    with db.connect(url) as connection:
        rows = runs.list_runs(connection, args.limit)
    table = Table("run", "name", "status", "charts", "queued", "span F1", "error or progress")
    for row in rows:
        done = f"{row['progress']:.0%} {row['stage'] or ''}" if row["status"] == "running" else ""
        table.add_row(
            str(row["id"]),
            row["name"] or "",
            row["status"],
            ", ".join(map(str, row["params"].get("chartIds", []))),
            row["queued_at"].astimezone(UTC).strftime("%Y-%m-%d %H:%M:%SZ"),
            _figure(row) if row["span_f1"] else "",
            row["error"] or done,
        )
    out.print(table)
