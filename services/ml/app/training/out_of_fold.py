"""Predictions of a run on the charts that it learns from, by models that have not seen the place.

What touches an examined candle is predicted by the folds that do not learn from it, the rest by
the model of everything.
"""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TypeVar

import numpy as np

from .. import prediction, span_edges
from ..candle_columns import Floats, Ints, Mask, Matrix
from ..edges import Edges
from ..examined import counted_before
from ..features.windows import Windows
from ..labels.samples import Samples
from ..models.classifier import Classifier
from ..prediction import PredictedSpan
from ..splits import Split

Model = TypeVar("Model")
Looks = Sequence[Mask | None]
"""Per chart, where it is predicted: windows that touch one of these candles, or all of them."""
UNSEEN = -1
"""Block of what no fold tests."""


@dataclass(frozen=True)
class Fitted:
    """What was learnt of the same rows."""

    classifier: Classifier
    edges: Edges


def classifiers(fitted: dict[int, Fitted]) -> dict[int, Classifier]:
    return {number: own.classifier for number, own in fitted.items()}


def predict_spans(
    rows: Samples,
    split: Split,
    folds: dict[int, Fitted],
    on_block: Callable[[float], None],
    final: Fitted | None = None,
    looks: Looks | None = None,
) -> tuple[list[list[PredictedSpan]], dict[str, float]]:
    """As `predict` has them, with edges drawn to where those models have them; and how far per
    label, which all that was predicted out of fold says together."""
    raw = predict(
        rows,
        split,
        classifiers(folds),
        on_block,
        None if final is None else final.classifier,
        looks,
    )
    models = {
        block: [own.edges for own in some] for block, some in testers(split, folds, final).items()
    }
    places, pairs = [], defaultdict(list)
    for number, (own, spans) in enumerate(zip(rows.charts, raw, strict=True)):
        block = block_of(rows, split, number, span_edges.windows_of(spans))
        places.append(span_edges.said(own.chart.candles, spans, block, models))
        tested = np.flatnonzero(block != UNSEEN)
        some = [spans[row] for row in tested]
        for label, pair in span_edges.pairs(
            some, places[-1][tested], rows.training_spans(own)
        ).items():
            pairs[label].append(pair)
    pull = {label: span_edges.pull_of(np.concatenate(own)) for label, own in pairs.items()}
    result = []
    for number, (spans, place) in enumerate(zip(raw, places, strict=True)):
        dealt = partial(block_of, rows, split, number)

        def is_allowed(
            before: Windows, after: Windows, dealt: Callable[[Windows], Ints] = dealt
        ) -> Mask:
            # Only as far as the models that found it have not seen the place.
            same: Mask = dealt(before) == dealt(after)
            return same

        result.append(span_edges.moved(spans, place, pull, is_allowed))
    return result, pull


def predict(
    rows: Samples,
    split: Split,
    folds: dict[int, Classifier],
    on_block: Callable[[float], None] = lambda _: None,
    final: Classifier | None = None,
    looks: Looks | None = None,
) -> list[list[PredictedSpan]]:
    """Spans per chart, with raw scores. What touches an examined candle is predicted by the folds
    that have not seen it, averaged, and not at all without one; the rest by `final`, if given.
    `looks`: where alone, the whole chart if None."""
    asked = testers(split, folds, final)
    total = sum(len(own.chart.candles) for own in rows.charts)
    result: list[list[PredictedSpan]] = []
    done = 0
    for number, own in enumerate(rows.charts):
        start, count = done, len(own.chart.candles)

        def report_(share: float, start: int = start, count: int = count) -> None:
            on_block((start + share * count) / total)

        look = None if looks is None else looks[number]
        result.append(_predict_chart(rows, split, number, asked, report_, look))
        done += count
    return result


def testers(split: Split, folds: dict[int, Model], final: Model | None) -> dict[int, list[Model]]:
    """Per block of time, the models that have not seen it."""
    own = {b: [folds[number] for number in split.testers(b)] for b in split.blocks}
    return own if final is None else own | {UNSEEN: [final]}


def block_of(rows: Samples, split: Split, number: int, grid: Windows) -> Ints:
    own = rows.charts[number]
    dealt = split.dealt_to(number, own.chart.candles.time[(grid.first + grid.last) // 2])
    return np.where(own.examined_in(grid) > 0, dealt, UNSEEN)


def _predict_chart(
    rows: Samples,
    split: Split,
    number: int,
    testers: dict[int, list[Classifier]],
    on_block: Callable[[float], None],
    look: Mask | None,
) -> list[PredictedSpan]:
    own = rows.charts[number]
    candles = own.chart.candles
    before = None if look is None else counted_before(look)

    def predict(grid: Windows, matrix: Matrix) -> Floats:
        block = block_of(rows, split, number, grid)
        probability = np.zeros((len(grid), len(rows.labels) + 1))
        for key in np.unique(block).tolist():
            inside = np.flatnonzero(block == key)
            for model in testers[key]:
                probability[inside] += model.predict(matrix[inside]) / len(testers[key])
        return probability

    def is_wanted(grid: Windows) -> Mask:
        wanted: Mask = np.isin(block_of(rows, split, number, grid), list(testers))
        if before is not None:
            wanted &= before[grid.last + 1] > before[grid.first]
        return wanted

    return prediction.find(candles, rows.lengths, rows.labels, predict, is_wanted, on_block)
