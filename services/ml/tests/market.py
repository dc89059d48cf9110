"""Charts to learn from: the S&P 500's days, and random walks with patterns planted in them."""

import csv
import uuid
from functools import cache

import numpy as np

from app.candle_columns import Candles, Floats
from app.db import Connection
from app.examined import ExaminedRange
from app.labels.samples import Chart
from app.span_ranges import Span, human_spans
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
    again) about every so many candles, as noisy there as elsewhere, and where they are: first
    candle, last candle, label."""
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
        steps[at : at + len(shape)] = shape + rng.normal(0, 1.0, len(shape))
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
    """Examined from 48 candles before the first span to 48 behind the last."""
    spans = human_spans(
        Span(chart_id, int(candles.time[first]), int(candles.time[last]), label)
        for first, last, label in where
    )
    return Chart(chart_id, f"chart {chart_id}", 1, 1, candles, spans, examined(candles, where))


def examined(candles: Candles, where: list[tuple[int, int, str]]) -> list[ExaminedRange]:
    if not where:
        return []
    first = max(0, min(first for first, _, _ in where) - 48)
    last = min(len(candles) - 1, max(last for _, last, _ in where) + 48)
    return [ExaminedRange(int(candles.time[first]), int(candles.time[last]))]


def store(owner: Connection, own: Chart) -> int:
    """As the web app would; the chart's id."""
    candles = own.candles.part(0, len(own.candles))
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
            time = moment(int(candles.time[i]))
            copy.write_row((row[0], time, *prices, None if np.isnan(volume) else volume))
    for span in own.spans:
        add_span(owner, row[0], span)
    for examined_range in own.examined:
        owner.execute(
            "insert into examined_ranges"
            " (uid, chart_id, start_time, end_time, source, rev, created_by)"
            " values (%s, %s, %s, %s, 'done', 1, 'local')",
            (uuid.uuid4(), row[0], moment(examined_range.start), moment(examined_range.end)),
        )
    return int(row[0])


def moment(microseconds: int) -> str:
    return f"{np.datetime64(microseconds, 'us')}Z"


def add_span(owner: Connection, chart_id: int, span: Span) -> None:
    owner.execute(
        "insert into span_annotations (uid, chart_id, start_time, end_time, label, source,"
        " confidence, rev) values (%s, %s, %s, %s, %s, %s, %s, 1)",
        (
            uuid.uuid4(),
            chart_id,
            moment(span.start),
            moment(span.end),
            span.label,
            span.source,
            span.confidence,
        ),
    )
