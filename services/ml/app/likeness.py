"""How alike the shapes of windows of any length are: the correlation of their closes, resampled."""

import numpy as np

from .candle_columns import Floats, Matrix
from .features.windows import Windows

POINTS = 32
BEST = 3
"""Templates that a window's similarity is the mean of, those most like it."""


def shapes(close: Floats, grid: Windows) -> Matrix:
    """A row per window: POINTS closes, of mean 0 and length 1; 0 where it does not move."""
    place = grid.first[:, None] + np.linspace(0, 1, POINTS) * (grid.last - grid.first)[:, None]
    at = np.floor(place).astype(np.int64)
    share = place - at
    after = np.minimum(at + 1, grid.last[:, None])
    values = close[at] * (1 - share) + close[after] * share
    values -= values.mean(axis=1, keepdims=True)
    norm = np.sqrt((values**2).sum(axis=1, keepdims=True))
    unit: Matrix = np.divide(values, norm, out=np.zeros_like(values), where=norm > 0).astype(
        np.float32
    )
    return unit


def similarity(own: Matrix, templates: Matrix) -> Floats:
    """Per row of `own`, 0 to 1; both are what `shapes` gave."""
    r = own @ templates.T
    if r.shape[1] > BEST:
        r = -np.partition(-r, BEST - 1, axis=1)[:, :BEST]
    mean: Floats = np.clip(r.mean(axis=1), 0.0, 1.0).astype(np.float64)
    return mean
