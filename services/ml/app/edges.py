"""Where the pattern begins and ends that a window lies over, learnt from accepted spans.

Bounding-box regression (Girshick and others, 2014) in one dimension. Whether a window is the
pattern is nearly as true a few bars further on, so that the best windows are all of a middle
length: short patterns are found too long, and long ones too short.
"""

from collections.abc import Sequence
from typing import Any, Self

import numpy as np

from .answers import Answered, windows_over
from .candle_columns import Floats, Ints, Matrix
from .features import windows
from .features.windows import Windows
from .models.forest import FEATURE_SHARE, MIN_LEAF, filled

LEAST_IOU = 0.5
"""With an accepted span, of the windows that are learnt from: those whose word is asked for."""
TREES = 50


class Edges:
    def __init__(self, trees: Any) -> None:
        self._trees = trees

    @classmethod
    def learn(cls, charts: Sequence[Answered], lengths: Sequence[int], seed: int = 0) -> Self:
        """From windows of these lengths; at least one span is accepted."""
        from sklearn.ensemble import ExtraTreesRegressor

        features, offsets, weight = [], [], []
        for own in charts:
            if len(own.accepted):
                grid, answer = windows_over(own, lengths, LEAST_IOU)
                span = np.array(own.accepted, np.int64)[answer]
                features.append(windows.compute_features(own.candles, grid))
                offsets.append(_offsets(grid, span))
                # Each span weighs the same.
                weight.append(1.0 / np.bincount(answer)[answer])
        trees = ExtraTreesRegressor(
            TREES, min_samples_leaf=MIN_LEAF, max_features=FEATURE_SHARE, random_state=seed
        )
        trees.fit(filled(np.concatenate(features)), np.concatenate(offsets), np.concatenate(weight))
        return cls(trees)

    def of(self, grid: Windows, features: Matrix, count: int) -> tuple[Floats, Floats]:
        """First and last candle of the pattern at each window, of `count` candles; between
        candles too, as means are taken of them."""
        offset = self._trees.predict(filled(features)) * _bars(grid)[:, None]
        first, last = grid.first + offset[:, 0], grid.last + offset[:, 1]
        return np.maximum(first, 0.0), np.minimum(last, count - 1.0)


def _offsets(grid: Windows, span: Ints) -> Floats:
    """From each window's edges to those of its span (first, last), in lengths of the window."""
    own = np.stack([grid.first, grid.last], axis=1)
    offsets: Floats = (span - own) / _bars(grid)[:, None]
    return offsets


def _bars(grid: Windows) -> Ints:
    return grid.last - grid.first + 1
