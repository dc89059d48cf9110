"""Windows: the stretches of candles that a model is asked about, and what it is told of each.

A pattern is a shape over a stretch of candles, so that is what is classified: at the candle
that ends it, a window is described by its own shape, stretched to BINS points between its low
and its high, by how far price moved before it, by the last candle, and by the trend that it
grew out of. Nothing after the window's last candle is read.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import talib

from ..candle_columns import Candles, CandleSource, Floats, Ints, Mask, Matrix
from . import candle, swings
from .candle import ratio

BINS = 8
LENGTH_STEP = 1.2
"""Lengths next to each other differ by this factor: some window has IoU ≥ 0.8 with any span."""
STEPS = 10
"""Windows of one length are this part of it apart."""
GROUP = 3
"""Windows next to each other of which one is asked about first."""
PRIOR = (0.5, 1.0, 2.0)
POINTS = 13
"""Places of the close, evenly from the first candle to the last."""
QUARTERS = 4
BREAKOUTS = (3, 5, 8)
"""Candles before the last one that its close is compared with."""
BLOCK = 8_192
"""First candles of the windows that are described at once."""

SHAPE_FEATURES = (
    *(f"shape_{number}" for number in range(1, BINS + 1)),
    "first_open",
    "last_close",
    "high_at",
    "low_at",
    "length",
    "height",
    "net_move",
    "path",
    "volatility",
    "volatility_first_half",
    "volatility_second_half",
    "volume",
    *(f"move_before_{part:g}" for part in PRIOR),
    *(f"close_{point}_of_{POINTS}" for point in range(1, POINTS + 1)),
    *(f"quarter_{q}_{end}" for q in range(1, QUARTERS + 1) for end in ("lowest", "highest")),
    *(f"break_{side}_{n}" for n in BREAKOUTS for side in ("above", "below")),
    "first_above_before",
    "first_below_before",
)
NAMES: tuple[str, ...] = (
    *SHAPE_FEATURES,
    *swings.NAMES,
    *(f"last_{name}" for name in candle.CANDLE_FEATURES),
    *(f"before_{name}" for name in candle.TREND_FEATURES),
)


@dataclass(frozen=True)
class Windows:
    """Index of each window's first and last candle, in order of the first; both belong to it."""

    first: Ints
    last: Ints

    def __len__(self) -> int:
        return len(self.first)

    def take(self, rows: Ints | Mask) -> "Windows":
        return Windows(self.first[rows], self.last[rows])


def lengths_for(span_lengths: Sequence[int]) -> list[int]:
    """Window lengths in candles that cover spans of these lengths."""
    shortest, longest = min(span_lengths) * 0.85, max(span_lengths) * 1.15
    count = int(np.ceil(np.log(longest / shortest) / np.log(LENGTH_STEP))) + 1
    steps = np.geomspace(max(1.0, shortest), longest, count)
    return [int(length) for length in np.unique(np.round(steps))]


def sliding_windows(
    candle_count: int, lengths: Sequence[int], start: int = 0, stop: int | None = None
) -> Windows:
    """Every window of these lengths, a tenth of its length apart; with `start` and `stop` those
    of them whose first candle is one of start to stop - 1."""
    firsts = []
    for n in lengths:
        step = max(1, n // STEPS)
        end = candle_count - n + 1
        firsts.append(
            np.arange(-(-start // step) * step, end if stop is None else min(stop, end), step)
        )
    first = np.concatenate(firsts)
    last = np.concatenate([f + n - 1 for f, n in zip(firsts, lengths, strict=True)])
    order = np.argsort(first, kind="stable")
    return Windows(first[order], last[order])


def grouped(windows: Windows) -> tuple[Ints, Ints]:
    """Of windows of a chart, the rows that stand for their neighbours, and the number of each row's
    group: GROUP of one length next to each other. The middle one stands for all, and each for
    itself where that is not among them."""
    length = windows.last - windows.first + 1
    place = windows.first // np.maximum(1, length // STEPS)
    key = place // GROUP * (length.max(initial=0) + 1) + length
    group = np.unique(key, return_inverse=True)[1]
    is_middle = place % GROUP == GROUP // 2
    has_middle = np.zeros(len(group), np.bool_)
    has_middle[group[is_middle]] = True
    return np.flatnonzero(is_middle | ~has_middle[group]), group


def look_back(length: Ints) -> Ints:
    """Candles before a window of this length that its features read at most."""
    before: Ints = np.maximum(
        candle.LOOKBACK + candle.ATR_WINDOW, np.round(max(PRIOR) * length).astype(np.int64)
    )
    return before + 1


def blocks(candle_count: int, lengths: Sequence[int]) -> Iterator[Windows]:
    """All windows of a chart, a stretch of it at a time, so that memory does not grow with it."""
    size = max(BLOCK, 2 * int(look_back(np.array([max(lengths)]))[0]))
    for start in range(0, candle_count, size):
        yield sliding_windows(candle_count, lengths, start, start + size)


def stretches(windows: Windows) -> list[Ints]:
    """Rows of windows that lie near each other, to describe them a stretch of candles at a time."""
    cuts = np.flatnonzero(np.diff(windows.first // (8 * BLOCK))) + 1
    return [rows for rows in np.split(np.arange(len(windows)), cuts) if len(rows)]


def compute_features(
    candles: CandleSource, windows: Windows, within: Windows | None = None
) -> Matrix:
    """A row per window, columns are NAMES. What it takes of memory grows with the windows, and with
    the candles from the first of them to the last. Sums begin before the first of `within`, so that
    some of its windows have to the bit what all of them would have."""
    if not len(windows):
        return np.zeros((0, len(NAMES)), np.float32)
    return describer(candles, windows, within)(windows)


def describer(
    candles: CandleSource, windows: Windows, within: Windows | None = None
) -> Callable[[Windows], Matrix]:
    """Describes some of these windows after others, as `compute_features` would, from candles that
    are read once."""
    all_ = windows if within is None else within
    longest = int((all_.last - all_.first).max()) + 1
    history = int(look_back(np.array([longest]))[0])
    origin = max(0, int(all_.first.min()) - history)
    near = candles.part(origin, int(windows.last.max()) + 1)

    def describe(some: Windows) -> Matrix:
        own = Windows(some.first - origin, some.last - origin)
        return _compute(near.part(0, int(own.last.max()) + 1), own)

    return describe


def _compute(candles: Candles, windows: Windows) -> Matrix:
    p = candle.prices(candles)
    first, last = windows.first, windows.last
    length = last - first + 1
    before = np.maximum(first - 1, 0)
    low, high, low_at, high_at = _extremes(p, windows, length)
    height = high - low
    # The unit is the volatility before the window, or its own at the start of a chart.
    true_range = _sums(p.true_range)
    own = _mean_between(true_range, first, last + 1)
    known = ~np.isnan(p.atr[before]) & (first > 0)
    atr = np.where(known, p.atr[before], own)
    unit = atr * np.sqrt(length)
    half = np.maximum(first + length // 2, first + 1)

    close = _sums(p.close)
    columns: list[Floats] = []
    for number in range(BINS):
        start = np.minimum(first + length * number // BINS, last)
        stop = np.maximum(first + length * (number + 1) // BINS, start + 1)
        columns.append(ratio(_mean_between(close, start, stop) - low, height))
    columns += [
        ratio(p.open[first] - low, height),
        ratio(p.close[last] - low, height),
        high_at,
        low_at,
        length.astype(np.float64),
        ratio(height, unit),
        ratio(p.close[last] - p.open[first], unit),
        ratio(own * length, height),
        ratio(own, atr),
        ratio(_mean_between(true_range, first, half), atr),
        ratio(_mean_between(true_range, np.minimum(half, last), last + 1), atr),
        _volume(candles.volume, windows, before),
    ]
    for part in PRIOR:
        back = np.maximum(first - np.maximum(np.round(length * part).astype(np.int64), 1), 0)
        move = p.close[before] - p.close[back]
        columns.append(ratio(move, atr * np.sqrt(np.maximum(first - back, 1))))

    columns += _closes(p.close, windows, low, height)
    columns += _quarters(p.close, windows, low, height)
    columns += _breakouts(p.close, windows, height)
    columns += swings.compute(p.close, atr, first, last)

    table = candle.compute(candles)
    candle_count = len(candle.CANDLE_FEATURES)
    trend = np.where(first[:, None] > 0, table[before, candle_count:], np.nan)
    shape = np.stack(columns, axis=1).astype(np.float32)
    return np.hstack((shape, table[last, :candle_count], trend.astype(np.float32)))


def _extremes(
    p: candle.Prices, windows: Windows, length: Ints
) -> tuple[Floats, Floats, Floats, Floats]:
    """Lowest low, highest high, and where they are: 0 at the first candle, 1 at the last."""
    low, high, low_at, high_at = (np.zeros(len(windows)) for _ in range(4))
    for n in np.unique(length):
        rows = np.flatnonzero(length == n)
        last = windows.last[rows]
        low[rows] = candle.rolling(talib.MIN, p.low, int(n))[last]
        high[rows] = candle.rolling(talib.MAX, p.high, int(n))[last]
        if n > 1:
            first = windows.first[rows]
            low_at[rows] = (talib.MININDEX(p.low, timeperiod=int(n))[last] - first) / (n - 1)
            high_at[rows] = (talib.MAXINDEX(p.high, timeperiod=int(n))[last] - first) / (n - 1)
    return low, high, low_at, high_at


def _closes(close: Floats, windows: Windows, low: Floats, height: Floats) -> list[Floats]:
    """Closes between the low (0) and the high (1), interpolated."""
    columns = []
    for share in np.linspace(0.0, 1.0, POINTS):
        place = windows.first + share * (windows.last - windows.first)
        at = np.floor(place).astype(np.int64)
        rest = place - at
        value = close[at] * (1 - rest) + close[np.minimum(at + 1, windows.last)] * rest
        columns.append(ratio(value - low, height))
    return columns


def _quarters(close: Floats, windows: Windows, low: Floats, height: Floats) -> list[Floats]:
    """Lowest and highest close of each quarter: where a pattern has its bottoms and tops."""
    length = windows.last - windows.first + 1
    columns = []
    for quarter in range(QUARTERS):
        lowest, highest = np.zeros(len(windows)), np.zeros(len(windows))
        for n in np.unique(length):
            rows = np.flatnonzero(length == n)
            start, stop = int(n) * quarter // QUARTERS, int(n) * (quarter + 1) // QUARTERS
            size = max(1, stop - start)
            last = windows.first[rows] + start + size - 1
            lowest[rows] = candle.rolling(talib.MIN, close, size)[last]
            highest[rows] = candle.rolling(talib.MAX, close, size)[last]
        columns += [ratio(lowest - low, height), ratio(highest - low, height)]
    return columns


def _breakouts(close: Floats, windows: Windows, height: Floats) -> list[Floats]:
    """The last close against the closes before it, and the first against those before it."""
    first, last = windows.first, windows.last
    columns = []
    for n in BREAKOUTS:
        for function in (talib.MAX, talib.MIN):
            before = candle.lagged(candle.rolling(function, close, n), 1)
            columns.append(ratio(close[last] - before[last], height))
    for function in (talib.MAX, talib.MIN):
        before = candle.lagged(candle.rolling(function, close, BREAKOUTS[1]), 1)
        columns.append(ratio(close[first] - before[first], height))
    return columns


def _volume(volume: Floats, windows: Windows, before: Ints) -> Floats:
    """Mean volume of the window to that before it; NaN where any of it is not known."""
    usual = candle.rolling_mean(volume, candle.ATR_WINDOW)[before]
    filled, missing = _sums(np.nan_to_num(volume)), _sums(np.isnan(volume).astype(np.float64))
    mean = _mean_between(filled, windows.first, windows.last + 1)
    unknown = _mean_between(missing, windows.first, windows.last + 1) > 0
    return ratio(np.where(unknown, np.nan, mean), usual)


def _sums(values: Floats) -> Floats:
    """The sum of everything before each index, and of everything."""
    return np.concatenate(([0.0], np.cumsum(values)))


def _mean_between(sums: Floats, start: Ints, stop: Ints) -> Floats:
    mean: Floats = (sums[stop] - sums[start]) / (stop - start)
    return mean
