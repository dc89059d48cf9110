"""From a search that is put into the queue to its candidates in the database, beside the same
search by a call, and beside its arithmetic alone.

python -m bench.search_queue CHART ROUNDS

ML_DATABASE_URL may do what the role ml may.
"""

import json
import sys
from collections.abc import Callable
from functools import partial
from time import perf_counter, sleep

from app import db, runs
from app.settings import settings
from app.worker.held import HeldChart, HeldCharts
from app.worker.loop import Searcher
from app.worker.search import judged_windows

BARS = 40
LIMIT = 40
LABEL = "bench"
WITHIN_S = 60.0


def measure(url: str, chart_id: int, rounds: int) -> dict[str, list[float]]:
    """Seconds of each round, all ways in turns; the first search, which reads the chart, apart."""
    held = HeldCharts()
    with db.snapshot(url) as snapshot:
        row = snapshot.read_charts([chart_id]).to_pylist()[0]
        chart = held.get(snapshot, chart_id, row["data_rev"])
    worker = Searcher(url)
    worker.start()
    seconds: dict[str, list[float]] = {"queue": [], "call": [], "arithmetic": []}
    try:
        with db.connect(url) as connection:
            first = len(chart) // 2
            reading = _timed(lambda: _by_queue(connection, chart_id, chart, first))
            for number in range(1, rounds + 1):
                at = first + number
                ways: dict[str, Callable[[], object]] = {
                    "queue": partial(_by_queue, connection, chart_id, chart, at),
                    "call": partial(_by_call, url, held, chart_id, at),
                    "arithmetic": partial(_search, chart, at, []),
                }
                for name, way in ways.items():
                    seconds[name].append(_timed(way))
    finally:
        worker.stop(20)
    return {**seconds, "first": [reading]}


def _timed(way: Callable[[], object]) -> float:
    started = perf_counter()
    way()
    return perf_counter() - started


def _by_queue(connection: db.Connection, chart_id: int, chart: HeldChart, first: int) -> None:
    start, end = (float(chart.time[at]) / 1e6 for at in (first, first + BARS - 1))
    query = {"chartId": chart_id, "startTime": start, "endTime": end}
    params = {
        "model": "search",
        "chartIds": [chart_id],
        "labels": [LABEL],
        "query": query,
        "limit": LIMIT,
    }
    run = runs.queue_run(connection, params)
    deadline = perf_counter() + WITHIN_S
    while perf_counter() < deadline:
        row = connection.execute(
            "select status, error from training_runs where id = %s", (run.id,)
        ).fetchone()
        if row is not None and row[0] == "succeeded":
            return
        if row is None or row[0] == "failed":
            raise RuntimeError(f"the search failed: {row}")
        sleep(0.002)
    raise RuntimeError("nobody took the search")


def _by_call(url: str, held: HeldCharts, chart_id: int, first: int) -> None:
    """What a service of its own would do for an answer that it does not store."""
    with db.snapshot(url) as snapshot:
        row = snapshot.read_charts([chart_id]).to_pylist()[0]
        chart = held.get(snapshot, chart_id, row["data_rev"])
        drawn = db.to_spans(chart_id, snapshot.read_spans(chart_id))
    _search(chart, first, judged_windows(chart.time, drawn, LABEL))


def _search(chart: HeldChart, first: int, judged: list[tuple[int, int]]) -> None:
    query = chart.series.query(first, first + BARS - 1)
    if not chart.series.search(query, LIMIT, judged=judged):
        raise RuntimeError("nothing was found")


if __name__ == "__main__":
    chart_id, rounds = map(int, sys.argv[1:])
    print(json.dumps(measure(settings().database_url, chart_id, rounds)))
