"""A table of named features per candle, each made of that candle and those before it.

Every feature is a ratio of prices to prices (mostly to the average true range), so neither the
price's scale nor its level shows, and every feature has a finite memory: from the LOOKBACK-th
candle on, a candle's features are the same (to rounding) whatever history was loaded before.
That is what lets a long chart be predicted piece by piece and a request carry a few candles.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import talib
from numpy.lib.stride_tricks import sliding_window_view

from ..candle_columns import Candles, Floats, Matrix

HORIZONS = (24,)
ATR_WINDOW = 24
LOOKBACK = max(HORIZONS)
"""Candles before its own that a feature reads at most; rows with fewer hold NaN."""

CANDLE_FEATURES = (
    "body",
    "upper_wick",
    "lower_wick",
    "body_atr",
    "range_atr",
    "gap_atr",
    "body_atr_1",
    "body_atr_2",
    "close_place_1",
    "volume_ratio",
)
TREND_FEATURES = tuple(f"{name}_{h}" for h in HORIZONS for name in ("move", "place", "strength"))
NAMES = CANDLE_FEATURES + TREND_FEATURES


@dataclass(frozen=True)
class Prices:
    """Open, high, low and close as the features read them, with their average true range."""

    open: Floats
    high: Floats
    low: Floats
    close: Floats
    true_range: Floats
    atr: Floats


def prices(candles: Candles) -> Prices:
    """TA-Lib takes differences below an absolute epsilon for zero, hence the scale: a power of two
    changes no bit of a ratio, and the first close is at or before every candle."""
    first = abs(candles.close[0]) if len(candles) else 0.0
    scale = 2.0 ** -np.floor(np.log2(first)) if first > 0 else 1.0
    open_, close = candles.open * scale, candles.close * scale
    # A vendor's high or low need not enclose open and close.
    high = np.maximum(candles.high * scale, np.maximum(open_, close))
    low = np.minimum(candles.low * scale, np.minimum(open_, close))
    before = lagged(close, 1)
    true_range = np.fmax(high, before) - np.fmin(low, before)
    return Prices(open_, high, low, close, true_range, rolling_mean(true_range, ATR_WINDOW))


def compute(candles: Candles) -> Matrix:
    """Rows are candles, columns are NAMES; NaN where history is too short or volume is missing."""
    p = prices(candles)
    spread, body, before = p.high - p.low, p.close - p.open, lagged(p.close, 1)
    columns = [
        ratio(body, spread),
        ratio(p.high - np.maximum(p.open, p.close), spread),
        ratio(np.minimum(p.open, p.close) - p.low, spread),
        ratio(body, p.atr),
        ratio(spread, p.atr),
        ratio(p.open - before, p.atr),
        ratio(lagged(body, 1), p.atr),
        ratio(lagged(body, 2), p.atr),
        ratio(p.close - lagged(p.low, 1), lagged(spread, 1)),
        ratio(candles.volume, rolling_mean(candles.volume, ATR_WINDOW)),
    ]
    change = p.close - before
    for h in HORIZONS:
        highest, lowest = rolling(talib.MAX, p.high, h), rolling(talib.MIN, p.low, h)
        columns += [
            ratio(p.close - lagged(p.close, h), p.atr * np.sqrt(h)),
            ratio(p.close - lowest, highest - lowest),
            # The relative strength index over plain means: Wilder's never forgets.
            ratio(rolling_mean(np.maximum(change, 0.0), h), rolling_mean(np.abs(change), h)),
        ]
    return np.stack(columns, axis=1).astype(np.float32)


def lagged(values: Floats, by: int) -> Floats:
    before = np.full(len(values), np.nan)
    before[by:] = values[:-by]
    return before


def rolling(function: Callable[..., Floats], values: Floats, window: int) -> Floats:
    """A TA-Lib function over windows that end at each candle; NaN where they are too short."""
    if len(values) < window:
        return np.full(len(values), np.nan)
    if window == 1:
        return values
    return function(values, timeperiod=window)


def rolling_mean(values: Floats, window: int) -> Floats:
    """Each window by itself: a running sum drifts, and keeps a trace of all that it passed."""
    means = np.full(len(values), np.nan)
    if len(values) >= window:
        means[window - 1 :] = sliding_window_view(values, window).mean(axis=1)
    return means


def ratio(a: Floats, b: Floats) -> Floats:
    """a / b; 0 where b is 0, as in a stretch without any movement."""
    return np.divide(a, b, out=np.where(np.isnan(b), np.nan, 0.0), where=b > 0)
