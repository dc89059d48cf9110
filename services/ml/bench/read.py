"""A chart's candles to NumPy as the service reads them, beside two other readers.

python -m bench.read CHART ROUNDS
"""

import json
import re
import sys
from collections.abc import Callable
from time import perf_counter
from typing import TypedDict

import pandas as pd
import psycopg
from sqlalchemy import create_engine, text

from app import db
from app.settings import settings

QUERY = "select time, open, high, low, close, volume from candles where chart_id = {} order by time"


def ours(url: str, chart_id: int) -> int:
    with db.snapshot(url) as snapshot:
        return len(db.to_candles(snapshot.read_candles(chart_id)))


def copy_to_nowhere(url: str, chart_id: int) -> int:
    copy = f"copy ({QUERY.format(chart_id)}) to stdout (format binary)"
    with psycopg.connect(url) as connection, connection.cursor() as cursor:
        with cursor.copy(copy.encode()) as pieces:
            for _ in pieces:
                pass
        return cursor.rowcount


def pandas_read_sql(url: str, chart_id: int) -> int:
    """Through SQLAlchemy, the one way that pandas supports."""
    # PostgreSQL takes either name, postgres or postgresql; SQLAlchemy wants the driver's as well.
    engine = create_engine(re.sub(r"^postgres(ql)?://", "postgresql+psycopg://", url))
    with engine.connect() as connection:
        return len(pd.read_sql(text(QUERY.format(chart_id)), connection))


WAYS: dict[str, Callable[[str, int], int]] = {
    "to NumPy": ours,
    "COPY BINARY to nowhere": copy_to_nowhere,
    "pandas.read_sql": pandas_read_sql,
}


class Measured(TypedDict):
    rows: int
    seconds: dict[str, list[float]]


def measure(url: str, chart_id: int, rounds: int) -> Measured:
    """Seconds of each round, all ways in turns; raises where they read different counts."""
    seconds: dict[str, list[float]] = {name: [] for name in WAYS}
    counts = set()
    for _ in range(rounds):
        for name, way in WAYS.items():
            started = perf_counter()
            counts.add(way(url, chart_id))
            seconds[name].append(perf_counter() - started)
    (rows,) = counts
    return {"rows": rows, "seconds": seconds}


if __name__ == "__main__":
    chart, rounds = map(int, sys.argv[1:])
    print(json.dumps(measure(settings().database_url, chart, rounds)))
