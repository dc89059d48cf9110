"""From a first run that is put into the queue to its predictions in the database, beside the fits
of its models.

python -m bench.first_model CANDLES SPANS ROUNDS

ML_DATABASE_URL may make charts as well as train.
"""

import json
import sys
from time import perf_counter, sleep

from app import db, runs
from app.settings import settings
from app.worker.loop import Worker
from tests import market

from .train import timed_fits

VISIBLE = 2_000
"""Candles at the end of the chart, where nobody has looked."""
WITHIN_S = 1_800.0


def planted(owner: db.Connection, candle_count: int, span_count: int) -> tuple[int, str]:
    """A stored chart with that many spans at its start, all examined up to the last one, and the
    first of the candles that are looked at."""
    candles, where = market.planted(candle_count, 200)
    if len(where) < span_count:
        raise ValueError(f"{span_count} spans do not fit into {candle_count} candles")
    chart_id = market.store(owner, market.chart(candles, where[:span_count]))
    return chart_id, market.moment(int(candles.time[max(0, candle_count - VISIBLE)]))


def measure(url: str, chart_id: int, visible: str, rounds: int) -> dict[str, list[float]]:
    """Seconds of each round."""
    seconds: dict[str, list[float]] = {"run": [], "fits": []}
    worker = Worker(url)
    worker.start()
    try:
        while worker.state != "idle":
            sleep(0.05)
        for number in range(rounds):
            with timed_fits() as fits, db.connect(url) as connection:
                started = perf_counter()
                run = runs.queue_run(connection, {"chartIds": [chart_id]})
                _wait_for_predictions(connection, run.id, visible)
                seconds["run"].append(perf_counter() - started)
                # Those of the figures are still to come.
                seconds["fits"].append(sum(fits))
                while worker.finished.total() <= number:
                    sleep(0.05)
    finally:
        worker.stop(60)
    return seconds


def _wait_for_predictions(connection: db.Connection, run_id: int, visible: str) -> None:
    deadline = perf_counter() + WITHIN_S
    while perf_counter() < deadline:
        row = connection.execute(
            "select status, error, (select count(*) from predictions"
            " where training_run_id = r.id and end_time >= %s)"
            " from training_runs r where id = %s",
            (visible, run_id),
        ).fetchone()
        if row is not None and row[0] == "succeeded" and row[2]:
            return
        if row is None or row[0] in ("failed", "cancelled", "succeeded"):
            raise RuntimeError(f"the run ended without predictions: {row}")
        sleep(0.01)
    raise RuntimeError("nobody took the run")


if __name__ == "__main__":
    candle_count, span_count, rounds = map(int, sys.argv[1:])
    url = settings().database_url
    with db.connect(url) as connection:
        chart = planted(connection, candle_count, span_count)
    print(json.dumps(measure(url, *chart, rounds)))
