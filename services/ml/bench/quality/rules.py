"""Rules that label real candles, in the place of a person who always says the same.

Both are textbook definitions in units of volatility: they need not be worth money, only be
found again. Spans do not overlap, and only the past up to a span's last candle decides on it.

The example of the app has rules of its own by the same names (src/server/example/rules.ts): of two
spans that overlap it keeps the one that ends first, so that all up to its last span is decided, and
it waits 28 candles for the close above a double bottom, not 29. Benchmarks rest on these here.
"""

import numpy as np
from numpy.typing import NDArray

from app.candle_columns import Candles

Span = tuple[int, int]
ATR = 24
REVERSALS = (0.75, 1.0, 1.5, 2.0)
"""Of zig-zags from fine to coarse, in average true ranges."""
Pivot = tuple[int, int]


def atr(candles: Candles) -> NDArray[np.float64]:
    """Mean true range of the ATR candles up to each one."""
    before = np.r_[candles.close[0], candles.close[:-1]]
    range_ = np.maximum(candles.high, before) - np.minimum(candles.low, before)
    sums = np.cumsum(np.r_[0.0, range_])
    at = np.arange(1, len(range_) + 1)
    start = np.maximum(at - ATR, 0)
    mean: NDArray[np.float64] = (sums[at] - sums[start]) / (at - start)
    return mean


def zigzag(candles: Candles, reversal: float) -> list[Pivot]:
    """Turning points of the close as (candle, +1 top or -1 bottom): each is confirmed by a move
    of `reversal` average true ranges against it."""
    close, unit = candles.close, atr(candles)
    pivots: list[Pivot] = []
    extreme, direction = 0, 0
    for i in range(1, len(close)):
        if direction >= 0 and close[i] > close[extreme]:
            extreme, direction = i, direction or 1
        elif direction <= 0 and close[i] < close[extreme]:
            extreme, direction = i, direction or -1
        elif abs(close[i] - close[extreme]) >= reversal * unit[extreme]:
            pivots.append((extreme, direction))
            extreme, direction = i, -direction
    return pivots


def _threes(pivots: list[Pivot]) -> list[tuple[Pivot, Pivot, Pivot]]:
    return list(zip(pivots, pivots[1:], pivots[2:], strict=False))


def double_bottom(candles: Candles) -> list[Span]:
    """Two bottoms of about the same depth, from where price fell below the top between them to
    where it closes above that top."""
    close = candles.close
    spans: list[Span] = []
    pivots = [three for reversal in REVERSALS for three in _threes(zigzag(candles, reversal))]
    for (one, kind), (middle, _), (two, _) in pivots:
        if kind != -1:
            continue
        neck = close[middle]
        height = neck - min(close[one], close[two])
        if abs(close[one] - close[two]) > 0.5 * height:
            continue
        above_before = np.flatnonzero(close[max(0, one - 40) : one] >= neck)
        above_after = np.flatnonzero(close[two + 1 : two + 30] > neck)
        if not len(above_before) or not len(above_after):
            continue
        first = max(0, one - 40) + int(above_before[-1])
        last = two + 1 + int(above_after[0])
        if close[first : last + 1].min() < min(close[one], close[two]):
            continue
        if 8 <= last - first + 1 <= 80:
            spans.append((first, last))
    return _apart(spans)


def bull_flag(candles: Candles) -> list[Span]:
    """A pole (a rise of 2 average true ranges in at most 8 candles) and a pull-back of 3 to 14
    candles that gives back 10 to 70 % of it, ending where price closes above the pull-back."""
    close, unit = candles.close, atr(candles)
    spans: list[Span] = []
    for top in range(10, len(close) - 5):
        first = top - 8 + int(np.argmin(close[top - 8 : top]))
        pole = close[top] - close[first]
        if pole < 2.0 * unit[first] or close[top] < close[first : top + 1].max():
            continue
        for last in range(top + 3, min(top + 15, len(close))):
            if close[last] > close[top]:
                break
            back = close[top] - close[top + 1 : last + 1].min()
            if back > 0.7 * pole:
                break
            if back >= 0.1 * pole and close[last] > close[last - 3 : last].max():
                spans.append((first, last))
                break
    return _apart(spans)


RULES = {"double_bottom": double_bottom, "bull_flag": bull_flag}


def _apart(spans: list[Span]) -> list[Span]:
    """The first of those that overlap."""
    kept: list[Span] = []
    for span in sorted(spans):
        if not kept or span[0] > kept[-1][1]:
            kept.append(span)
    return kept


def jittered(spans: list[Span], rng: np.random.Generator, count: int) -> list[Span]:
    """Edges moved by a normal draw of 10 % of the length: no hand draws twice the same."""
    moved = []
    for first, last in spans:
        off = np.round(rng.normal(0, 0.1 * (last - first + 1), 2)).astype(int)
        a, b = max(0, first + int(off[0])), min(count - 1, last + int(off[1]))
        moved.append((min(a, b - 3), b))
    return moved
