"""Charts to learn from: the S&P 500's days, and random walks with patterns planted in them."""

import csv
import uuid
from functools import cache

import numpy as np

from app.candles import Candles, Floats
from app.db import Connection
from app.labels.samples import Chart
from app.spans import Span, human_spans
from tests.server import ROOT

DAY = 86_400_000_000
GOLDEN = ROOT / "node_modules" / "vega-datasets" / "data" / "sp500-2000.csv"


@cache
def golden() -> Candles:
    """5,104 days of the S&P 500 from 2000 on."""
    with GOLDEN.open() as file:
        rows = list(csv.DictReader(file))
    time = np.array([row["date"] for row in rows], "datetime64[us]").astype(np.int64)
    columns = (np.array([float(row[name]) for row in rows]) for name in COLUMNS)
    return Candles(time, *columns)


COLUMNS = ("open", "high", "low", "close", "volume")


def walk(count: int, seed: int = 0) -> Candles:
    """A random walk without any pattern."""
    return _candles(np.random.default_rng(seed).normal(0, 1.0, count), seed)


def planted(count: int, every: int, seed: int = 0) -> tuple[Candles, list[tuple[int, int, str]]]:
    """A random walk with a flag (a steep rise, then a slow drift down) or a valley (down and up
    again) about every so many candles, and where they are: first candle, last candle, label."""
    rng = np.random.default_rng(seed)
    steps = rng.normal(0, 1.0, count)
    where = []
    at = every // 2
    while at + 40 < count:
        if rng.random() < 0.5:
            pole, drift = int(rng.integers(5, 8)), int(rng.integers(9, 14))
            shape = np.r_[np.full(pole, 2.6), np.full(drift, -0.45)]
            label = "flag"
        else:
            half = int(rng.integers(8, 13))
            shape = np.r_[np.full(half, -1.3), np.full(half, 1.3)]
            label = "valley"
        steps[at : at + len(shape)] = shape + rng.normal(0, 0.35, len(shape))
        where.append((at, at + len(shape) - 1, label))
        at += len(shape) + int(rng.integers(every // 2, every))
    return _candles(steps, seed), where


def _candles(steps: Floats, seed: int) -> Candles:
    rng = np.random.default_rng(seed + 1)
    close = 1_000.0 + np.cumsum(steps)
    open_ = np.r_[1_000.0, close[:-1]]
    high = np.maximum(open_, close) + rng.exponential(0.4, len(steps))
    low = np.minimum(open_, close) - rng.exponential(0.4, len(steps))
    time = 946_684_800_000_000 + np.arange(len(steps)) * DAY
    return Candles(time, open_, high, low, close, rng.uniform(50, 150, len(steps)))


def chart(candles: Candles, where: list[tuple[int, int, str]], chart_id: int = 1) -> Chart:
    spans = human_spans(
        Span(chart_id, int(candles.time[first]), int(candles.time[last]), label)
        for first, last, label in where
    )
    return Chart(chart_id, f"chart {chart_id}", 1, 1, candles, spans)


def store(owner: Connection, own: Chart) -> int:
    """As the web app would; the chart's id."""
    candles = own.candles
    row = owner.execute(
        "insert into charts (name, timeframe, candle_count, rev) values (%s, 86400, %s, 1)"
        " returning id",
        (own.name, len(candles)),
    ).fetchone()
    assert row is not None
    with owner.cursor().copy("copy candles from stdin") as copy:
        for i in range(len(candles)):
            prices = (float(getattr(candles, name)[i]) for name in COLUMNS[:4])
            volume = float(candles.volume[i])
            moment = f"{candles.time[i].astype('datetime64[us]')}Z"
            copy.write_row((row[0], moment, *prices, None if np.isnan(volume) else volume))
    for span in own.spans:
        add_span(owner, row[0], span)
    return int(row[0])


def add_span(owner: Connection, chart_id: int, span: Span) -> None:
    owner.execute(
        "insert into span_annotations (uid, chart_id, start_time, end_time, label, source,"
        " confidence, rev) values (%s, %s, %s, %s, %s, %s, %s, 1)",
        (
            uuid.uuid4(),
            chart_id,
            f"{np.datetime64(span.start, 'us')}Z",
            f"{np.datetime64(span.end, 'us')}Z",
            span.label,
            span.source,
            span.confidence,
        ),
    )
