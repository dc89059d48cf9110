"""Judges predicted spans against the truth; shares no code with the service's own evaluation."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

IOUS = (0.3, 0.5, 0.7)


class Labelled(NamedTuple):
    """Candle numbers; both ends belong to it."""

    first: int
    last: int
    label: str
    score: float = 1.0


def iou_table(a: Sequence[Labelled], b: Sequence[Labelled]) -> NDArray[np.float64]:
    """Intersection over union of each pair; 0 where the labels differ."""
    table = np.zeros((len(a), len(b)))
    for i, x in enumerate(a):
        for j, y in enumerate(b):
            both = min(x.last, y.last) - max(x.first, y.first) + 1
            if x.label == y.label and both > 0:
                union = (x.last - x.first + 1) + (y.last - y.first + 1) - both
                table[i, j] = both / union
    return table


def hits(predicted: Sequence[Labelled], truth: Sequence[Labelled], iou: float = 0.5) -> list[int]:
    """Numbers of the predicted spans that match a true one of their own, as many as can be."""
    if not predicted or not truth:
        return []
    good = iou_table(predicted, truth) >= iou
    rows, columns = linear_sum_assignment(good, maximize=True)
    return [int(r) for r, c in zip(rows, columns, strict=True) if good[r, c]]


def f1(predicted: Sequence[Labelled], truth: Sequence[Labelled], iou: float = 0.5) -> float:
    if not predicted and not truth:
        return 0.0
    return 2 * len(hits(predicted, truth, iou)) / (len(predicted) + len(truth))


def chance(
    predicted: Sequence[Labelled], truth: Sequence[Labelled], first: int, stop: int
) -> float:
    """Mean F1 of the same predictions with the true spans at random places, over 20 draws."""
    rng = np.random.default_rng(0)
    scores = []
    for _ in range(20):
        moved = []
        for span in truth:
            length = span.last - span.first + 1
            at = int(rng.integers(first, stop - length + 1))
            moved.append(Labelled(at, at + length - 1, span.label))
        scores.append(f1(predicted, moved))
    return float(np.mean(scores))


def average_precision(
    predicted: Sequence[Labelled], truth: Sequence[Labelled], iou: float
) -> float:
    """Area under the precision-recall curve, precision made monotone; each span is matched once."""
    if not truth:
        return 0.0
    table = iou_table(predicted, truth)
    taken: set[int] = set()
    right = []
    for i in sorted(range(len(predicted)), key=lambda i: -predicted[i].score):
        free = [j for j in np.flatnonzero(table[i] >= iou).tolist() if j not in taken]
        if free:
            taken.add(max(free, key=lambda j: table[i, j]))
        right.append(bool(free))
    found = np.cumsum(right)
    precision = found / np.arange(1, len(right) + 1)
    precision = np.maximum.accumulate(precision[::-1])[::-1]
    return float(precision[np.array(right, np.bool_)].sum() / len(truth)) if right else 0.0


def mean_average_precision(predicted: Sequence[Labelled], truth: Sequence[Labelled]) -> float:
    """Mean over the labels and the IoUs 0.3, 0.5 and 0.7."""
    values = [
        average_precision(
            [span for span in predicted if span.label == label],
            [span for span in truth if span.label == label],
            iou,
        )
        for label in sorted({span.label for span in truth})
        for iou in IOUS
    ]
    return float(np.mean(values)) if values else 0.0


def calibration_error(
    predicted: Sequence[Labelled], truth: Sequence[Labelled], bins: int = 10
) -> float:
    """Expected calibration error: mean distance of score and share of hits, weighted by bin."""
    if not predicted:
        return 0.0
    right = np.zeros(len(predicted))
    right[hits(predicted, truth)] = 1.0
    score = np.array([span.score for span in predicted])
    number = np.minimum((score * bins).astype(int), bins - 1)
    return float(
        sum(abs(score[number == b].sum() - right[number == b].sum()) for b in np.unique(number))
        / len(predicted)
    )
