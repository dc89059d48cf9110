"""A forest and boosting, averaged: the one is steady with few spans, the other sharp with many.

Boosting takes twice the time to predict, and most windows of a chart are nothing to the forest.
"""

from dataclasses import replace
from typing import Self

import numpy as np

from ..candle_columns import Classes, Floats, Matrix
from .classifier import Arrays, Classifier, FitOptions, part
from .forest import Forest
from .lightgbm import LightGbm

BOOSTING_SHARE = 0.5
"""Of the time that a fit takes."""

FAINT = 0.02
"""Boosting is not asked about rows of which the forest gives less than this to every label: it does
so to 1 to 6 in 10,000 of those to which both together give 0.05."""


class Ensemble:
    name = "ensemble"

    def __init__(self, forest: Forest, boosting: LightGbm) -> None:
        self._forest, self._boosting = forest, boosting

    @classmethod
    def fit(cls, rows: Matrix, classes: Classes, weights: Floats, options: FitOptions) -> Self:
        def boosted(done: float) -> None:
            options.on_progress(BOOSTING_SHARE * done)

        def grown(done: float) -> None:
            options.on_progress(BOOSTING_SHARE + (1 - BOOSTING_SHARE) * done)

        boosting = LightGbm.fit(rows, classes, weights, replace(options, on_progress=boosted))
        forest = Forest.fit(rows, classes, weights, replace(options, on_progress=grown))
        return cls(forest, boosting)

    @classmethod
    def load(cls, arrays: Arrays, threads: int) -> Self:
        return cls(
            Forest.load(part(arrays, "forest."), threads),
            LightGbm.load(part(arrays, "boosting."), threads),
        )

    def dump(self) -> Arrays:
        forest = {f"forest.{key}": own for key, own in self._forest.dump().items()}
        return forest | {f"boosting.{key}": own for key, own in self._boosting.dump().items()}

    def predict(self, rows: Matrix) -> Floats:
        probability = self._forest.predict(rows)
        asked = np.flatnonzero(probability[:, 1:].max(axis=1) >= FAINT)
        if len(asked):
            probability[asked] = (probability[asked] + self._boosting.predict(rows[asked])) / 2
        return probability

    def importance(self) -> Floats:
        mean: Floats = (self._forest.importance() + self._boosting.importance()) / 2
        return mean


def parts_of(classifier: Classifier) -> list[Classifier]:
    """The models that an ensemble is the mean of; any other is its own only part."""
    if isinstance(classifier, Ensemble):
        return [classifier._forest, classifier._boosting]
    return [classifier]
