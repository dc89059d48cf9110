"""Patterns planted in bars that are drawn from real ones, with the bars' own noise kept.

Bars come from a chart in blocks, so that calm and wild stretches stay together. A pattern is a path
that is added to them: its bars are exactly as noisy as those around it, and only their
direction gives it away. The squeeze is the other way round: volatility alone.
"""

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from app.candle_columns import Candles

from .judge import Labelled

BLOCK = 20
DAY_US = 86_400_000_000
Floats = NDArray[np.float64]


def _through(*points: tuple[float, float]) -> Callable[[Floats], Floats]:
    """A path through (share of the length, share of the height)."""
    x, y = zip(*points, strict=True)
    return lambda u: np.interp(u, x, y)


SHAPES: dict[str, Callable[[Floats], Floats]] = {
    "flag": _through((0, 0), (0.3, 1), (1, 0.65)),
    "double_bottom": _through((0, 0), (0.25, -1), (0.5, -0.4), (0.75, -1), (1, 0)),
    "head_and_shoulders": _through(
        (0, 0), (0.17, 0.6), (0.33, 0.15), (0.5, 1), (0.67, 0.15), (0.83, 0.6), (1, 0)
    ),
}
KINDS = (*SHAPES, "squeeze")


def plant(
    source: Candles, kinds: Sequence[str], height: float, count: int, seed: int
) -> tuple[Candles, list[Labelled]]:
    """`count` patterns of 12 to 40 candles, each `height` standard deviations of a walk of its
    length (a squeeze: volatility divided by it), and a chart that holds them."""
    rng = np.random.default_rng(seed)
    lengths = rng.integers(12, 41, count)
    gaps = np.round(lengths * rng.uniform(1.0, 4.0, count)).astype(int)
    size = int((lengths + gaps).sum()) + 100
    bars = _bootstrap(source, size, rng)
    sigma = float(np.std(bars[:, 3]))
    shift = np.zeros(size)
    spans = []
    at = 0
    for length, gap in zip(lengths.tolist(), gaps.tolist(), strict=True):
        first, last = at + gap, at + gap + length - 1
        kind = kinds[int(rng.integers(len(kinds)))]
        if kind == "squeeze":
            bars[first : last + 1] /= height
        else:
            path = SHAPES[kind](np.arange(1, length + 1) / length)
            moved = height * sigma * np.sqrt(length) * path
            shift[first : last + 1] += np.diff(moved, prepend=0.0)
        spans.append(Labelled(first, last, kind))
        at = last + 1
    return _candles(bars, shift), spans


def _bootstrap(source: Candles, size: int, rng: np.random.Generator) -> Floats:
    """Rows: open and close against the close before, high and low against open and close, in
    logarithms, the mean move taken out."""
    before = np.log(source.close[:-1])
    open_, close = np.log(source.open[1:]) - before, np.log(source.close[1:]) - before
    top = np.log(source.high[1:]) - before - np.maximum(open_, close)
    bottom = np.minimum(open_, close) - (np.log(source.low[1:]) - before)
    rows = np.stack(
        [open_, np.maximum(top, 0), np.maximum(bottom, 0), close - close.mean()], axis=1
    )
    starts = rng.integers(0, len(rows) - BLOCK, size // BLOCK + 1)
    return np.concatenate([rows[start : start + BLOCK] for start in starts])[:size].copy()


def _candles(bars: Floats, shift: Floats) -> Candles:
    log_close = np.log(1_000.0) + np.cumsum(bars[:, 3] + shift)
    before = np.r_[np.log(1_000.0), log_close[:-1]]
    log_open = before + bars[:, 0]
    high = np.maximum(log_open, log_close) + bars[:, 1]
    low = np.minimum(log_open, log_close) - bars[:, 2]
    time = np.arange(len(bars)) * DAY_US
    volume = np.full(len(bars), np.nan)
    return Candles(time, np.exp(log_open), np.exp(high), np.exp(low), np.exp(log_close), volume)
