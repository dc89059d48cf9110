"""Windows → probabilities → spans that do not crowd each other.

A window's probability of a label is that of each of its candles, so a span's score is the mean
probability of its candles. Decoding takes the most probable window first and drops those that
overlap it: this keeps the lengths and the gaps that people's spans have, with no parameter.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from .candles import Candles, Floats
from .features import windows
from .features.windows import Windows
from .models.calibration import Calibration
from .models.classifier import Classifier

MIN_SCORE = 0.05
"""Spans below it are not kept, but for the MIN_COUNT best ones of a chart: an unsure model must
still have something to show."""
MIN_COUNT = 10
MIN_CANDIDATE_SCORE = 0.02
SAME_LABEL_OVERLAP = 0.2
OTHER_LABEL_OVERLAP = 0.5
"""Share of the shorter of two spans that the other may cover."""


@dataclass(frozen=True)
class PredictedSpan:
    """A predicted span as candle numbers of its chart; both ends belong to it."""

    first: int
    last: int
    label: str
    score: float


def probabilities(
    candles: Candles,
    grid: Windows,
    classifier: Classifier,
    class_count: int,
    on_chunk: Callable[[float], None] = lambda _: None,
) -> Floats:
    """A row per window: no pattern, then each label."""
    result = np.zeros((len(grid), class_count))
    for rows, matrix in windows.compute_features(candles, grid):
        result[rows] = classifier.predict(matrix)
        on_chunk(rows.stop / len(grid))
    return result


def calibrated(spans: Sequence[PredictedSpan], calibration: Calibration) -> list[PredictedSpan]:
    """The same spans with scores that say how often such a span is right."""
    scores = calibration(np.array([span.score for span in spans]))
    return [replace(span, score=float(s)) for span, s in zip(spans, scores, strict=True)]


def decode(grid: Windows, probability: Floats, labels: Sequence[str]) -> list[PredictedSpan]:
    """In order of time; the best MIN_COUNT spans and all others from MIN_SCORE on."""
    scores = probability[:, 1:]
    row, column = np.nonzero(scores >= MIN_CANDIDATE_SCORE)
    score = scores[row, column]
    faint = score < MIN_SCORE
    if np.count_nonzero(faint) > 50 * MIN_COUNT:
        # Most windows of a long chart are no pattern at all: keep the best of them alone.
        kept = ~faint
        kept[np.flatnonzero(faint)[np.argsort(-score[faint], kind="stable")[: 50 * MIN_COUNT]]] = (
            True
        )
        row, column, score = row[kept], column[kept], score[kept]
    first, last = grid.first[row], grid.last[row]
    longest = int((last - first).max(initial=0)) + 1
    free = np.ones(len(row), np.bool_)
    found: list[PredictedSpan] = []
    # `row` ascends and the grid is ordered by first candle: neighbours are a slice.
    for best in np.argsort(-score, kind="stable"):
        if not free[best]:
            continue
        if score[best] < MIN_SCORE and len(found) >= MIN_COUNT:
            break
        a, b = int(first[best]), int(last[best])
        found.append(PredictedSpan(a, b, labels[column[best]], float(min(score[best], 1.0))))
        low, high = np.searchsorted(first, (a - longest, b + 1))
        near = slice(int(low), int(high))
        shared = np.minimum(last[near], b) - np.maximum(first[near], a) + 1
        shorter = np.minimum(last[near] - first[near], b - a) + 1
        allowed = np.where(column[near] == column[best], SAME_LABEL_OVERLAP, OTHER_LABEL_OVERLAP)
        free[near] &= shared <= allowed * shorter
    return sorted(found, key=lambda span: (span.first, span.last, span.label))
