"""How price moved within a window, and right before it: rises, pull-backs and turns of its closes.

A window's outline (windows.py) is stretched to one size; here are the moves themselves, in average
true ranges, as shares of each other, and in candles. A pull-back as a share of the rise before it
is what people measure, and is not to be had from an outline by splits at one threshold each.
"""

import numpy as np
import talib
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from ..candle_columns import Floats, Ints
from . import candle
from .candle import ratio

REVERSALS = (0.25, 0.5)
"""Shares of the window's range of closes that price must move back by to have turned."""
MOST_STEPS = 64
"""Closes that turns are looked for in; those of longer windows are thinned to it."""
CONTEXT = (0.5, 1.0, 2.0)
"""Shares of the window's length that lie before it."""
EDGES = (1, 2, 3)
"""Candles from the first and the last one, outwards and inwards."""

MOVES = (
    "range",
    "drawdown",
    "run_up",
    "back_from_top",
    "up_from_bottom",
    "first_to_top",
    "first_to_bottom",
    "rise_to_top",
    "fall_to_bottom",
    "low_to_last",
    "high_to_last",
)
PLACES = ("to_top", "from_top", "to_bottom", "from_bottom")
NAMES = (
    *(f"{name}_atr" for name in MOVES[:7]),
    "back_to_rise",
    "up_to_fall",
    "first_to_top_share",
    "first_to_bottom_share",
    "recovered_of_back",
    "lost_of_up",
    *(f"candles_{name}" for name in PLACES),
    *(f"{what}_{share:g}" for share in REVERSALS for what in ("turns", "direction")),
    *(f"before_{end}_{part:g}" for part in CONTEXT for end in ("lowest", "highest")),
    *(f"edge_{place}_{n}" for n in EDGES for place in ("before", "first", "last")),
)


def compute(close: Floats, atr: Floats, first: Ints, last: Ints) -> list[Floats]:
    """A column per name of NAMES, a row per window; `atr` is the unit of each window.

    Nothing behind a window's last candle is read."""
    length = last - first + 1
    moves = np.zeros((len(MOVES), len(first)))
    places = np.zeros((len(PLACES), len(first)))
    turns = np.zeros((2 * len(REVERSALS), len(first)))
    outside = np.full((2 * len(CONTEXT), len(first)), np.nan)
    lowest = np.zeros(len(first))
    for n in np.unique(length).tolist():
        rows = np.flatnonzero(length == n)
        closes = sliding_window_view(close, n)[first[rows]]
        moves[:, rows], places[:, rows] = _moves(closes)
        turns[:, rows] = _turns(closes)
        outside[:, rows] = _before(close, first[rows], n)
        lowest[rows] = closes.min(axis=1)
    named = dict(zip(MOVES, moves, strict=True))
    height = named["range"]
    columns = [ratio(named[name], atr) for name in MOVES[:7]]
    columns += [
        ratio(named["back_from_top"], named["rise_to_top"]),
        ratio(named["up_from_bottom"], named["fall_to_bottom"]),
        ratio(named["first_to_top"], height),
        ratio(named["first_to_bottom"], height),
        ratio(named["low_to_last"], named["back_from_top"]),
        ratio(named["high_to_last"], named["up_from_bottom"]),
        *places,
        *turns,
        *(ratio(end - lowest, height) for end in outside),
    ]
    for n in EDGES:
        before, inside = np.maximum(first - n, 0), np.minimum(first + n, last)
        moved = (
            close[before] - close[first],
            close[inside] - close[first],
            close[last] - close[np.maximum(last - n, first)],
        )
        columns += [ratio(move, height) for move in moved]
    return columns


def _moves(closes: Floats) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """MOVES in units of price, and PLACES in candles; `closes` has a row per window."""
    row, n = np.arange(len(closes)), closes.shape[1]
    top, bottom = closes.argmax(axis=1), closes.argmin(axis=1)
    high, low = closes[row, top], closes[row, bottom]
    highest, lowest = (own.accumulate(closes, axis=1) for own in (np.maximum, np.minimum))
    lowest_after, highest_after = (
        own.accumulate(closes[:, ::-1], axis=1)[:, ::-1] for own in (np.minimum, np.maximum)
    )
    low_after, high_after = lowest_after[row, top], highest_after[row, bottom]
    moves = (
        high - low,
        (highest - closes).max(axis=1),
        (closes - lowest).max(axis=1),
        high - low_after,
        high_after - low,
        high - closes[:, 0],
        closes[:, 0] - low,
        high - lowest[row, top],
        highest[row, bottom] - low,
        closes[:, -1] - low_after,
        high_after - closes[:, -1],
    )
    places = (top, n - 1 - top, bottom, n - 1 - bottom)
    return np.stack(moves), np.stack(places).astype(np.float64)


def _turns(closes: Floats) -> NDArray[np.float64]:
    """Per share of REVERSALS, how often price turned, and whether it rises (1) or falls (-1) last:
    a zig-zag of the closes."""
    n = closes.shape[1]
    if n > MOST_STEPS:
        closes = closes[:, np.linspace(0, n - 1, MOST_STEPS).round().astype(np.int64)]
    # Candle by candle: a row per candle is read at once.
    steps = np.ascontiguousarray(closes.T)
    height = steps.max(axis=0) - steps.min(axis=0)
    result = []
    for share in REVERSALS:
        reversal = np.where(height > 0, share * height, np.inf)
        high, low = steps[0].copy(), steps[0].copy()
        direction, count = np.zeros(len(height)), np.zeros(len(height))
        for close in steps[1:]:
            np.maximum(high, close, out=high)
            np.minimum(low, close, out=low)
            falls = (direction >= 0) & (high - close >= reversal)
            rises = (direction <= 0) & (close - low >= reversal) & ~falls
            count += (falls & (direction > 0)) | (rises & (direction < 0))
            direction[falls], direction[rises] = -1.0, 1.0
            low[falls], high[rises] = close[falls], close[rises]
        result += [count, direction]
    return np.stack(result)


def _before(close: Floats, first: Ints, length: int) -> NDArray[np.float64]:
    """Lowest and highest close of each stretch of CONTEXT before the window; NaN without one."""
    result = np.full((2 * len(CONTEXT), len(first)), np.nan)
    known = np.flatnonzero(first > 0)
    for number, part in enumerate(CONTEXT):
        size = max(1, round(length * part))
        for end, function in enumerate((talib.MIN, talib.MAX)):
            extremes = candle.rolling(function, close, size)
            result[2 * number + end, known] = extremes[first[known] - 1]
    return result
