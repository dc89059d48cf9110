"""Where the pattern begins and ends that a window lies over, learnt from spans that people drew.

Bounding-box regression (Girshick and others, 2014) in one dimension. Whether a window is the
pattern is nearly as true a few bars further on, so that the best windows are all of a middle
length: short patterns are found too long, and long ones too short.
"""

from collections.abc import Sequence
from typing import Self

import numpy as np

from .answers import Answered, windows_over
from .candle_columns import Floats, Ints, Matrix
from .features import windows
from .features.windows import Windows
from .models.classifier import Arrays
from .models.forest import FEATURE_SHARE, MIN_LEAF, Forest, filled

LEAST_IOU = 0.5
"""With an accepted span, of the windows that are learnt from: those whose word is asked for."""
TREES = 50


class Edges:
    def __init__(self, trees: Forest) -> None:
        self._trees = trees

    @classmethod
    def learn(cls, charts: Sequence[Answered], lengths: Sequence[int], seed: int = 0) -> Self:
        """From windows of these lengths; at least one span is accepted."""
        features, offsets, weights = [], [], []
        for own in charts:
            if len(own.accepted):
                grid, answer = windows_over(own, lengths, LEAST_IOU)
                features.append(windows.compute_features(own.candles, grid))
                offsets.append(offsets_to(np.array(own.accepted, np.int64)[answer], grid))
                weights.append(shared_out(answer))
        return cls.fit(
            np.concatenate(features), np.concatenate(offsets), np.concatenate(weights), seed
        )

    @classmethod
    def fit(
        cls,
        features: Matrix,
        offsets: Floats,
        weights: Floats,
        seed: int,
        trees: int = TREES,
        leaf: int = MIN_LEAF,
    ) -> Self:
        """A row per window, with what `offsets_to` has for it."""
        from sklearn.ensemble import ExtraTreesRegressor

        forest = ExtraTreesRegressor(
            trees, min_samples_leaf=leaf, max_features=FEATURE_SHARE, random_state=seed
        )
        return cls(Forest.of_regressor(forest.fit(filled(features), offsets, weights)))

    @classmethod
    def load(cls, arrays: Arrays) -> Self:
        """What `dump` gave. Raises BadInput."""
        return cls(Forest.load(arrays, threads=1))

    def dump(self) -> Arrays:
        return self._trees.dump()

    def of(self, grid: Windows, features: Matrix, count: int) -> tuple[Floats, Floats]:
        """First and last candle of the pattern at each window, of `count` candles; between
        candles too, as means are taken of them."""
        offset = self._trees.predict(features) * _bars(grid)[:, None]
        first, last = grid.first + offset[:, 0], grid.last + offset[:, 1]
        return np.maximum(first, 0.0), np.minimum(last, count - 1.0)


def offsets_to(span: Ints, grid: Windows) -> Floats:
    """From each window's edges to those of its span (first, last), in lengths of the window."""
    own = np.stack([grid.first, grid.last], axis=1)
    offsets: Floats = (span - own) / _bars(grid)[:, None]
    return offsets


def shared_out(span: Ints) -> Floats:
    """Weights with which each span counts the same; `span` has the number of each row's."""
    weights: Floats = 1.0 / np.bincount(span)[span]
    return weights


def _bars(grid: Windows) -> Ints:
    return grid.last - grid.first + 1
