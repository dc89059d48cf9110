"""What more spans should bring: the folds once more with a third and two thirds of them."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, TypeVar

import numpy as np

from ..candle_columns import Floats, Ints, Mask
from ..evaluation.quality import LEAST_SPANS
from ..evaluation.report import Report, evaluate
from ..labels.samples import Samples
from ..prediction import PredictedSpan
from ..splits import Split

Model = TypeVar("Model")
SHARES = (1 / 3, 2 / 3)
NEXT_SPANS = 20
MOST_SPANS = 200
"""With more of them, 20 change little, and the folds' predictions are what takes long."""


def has_curve(whole: Report) -> bool:
    return LEAST_SPANS <= int(whole.metrics["quality"]["spans"]) <= MOST_SPANS


def learning_curve(
    rows: Samples,
    split: Split,
    whole: Report,
    seed: int,
    fit: Callable[[Ints], Model],
    predict: Callable[[dict[int, Model]], Sequence[Sequence[PredictedSpan]]],
) -> dict[str, Any]:
    """The contract's `learningCurve` and `nextSpans`, for a report that `has_curve`.

    Who has labelled a third of the spans has examined about a third of what is no pattern: both are
    thinned alike, so that it costs no more than the folds themselves did. F1 is taken to grow with
    the logarithm of spans. `fit` learns from rows of these numbers, `predict` is out of fold."""
    spans = whole.metrics["quality"]["spans"]
    reports = [whole]
    for share in reversed(SHARES):
        kept = _kept(rows, share, seed)
        folds = [replace(own, train=own.train[kept[own.train]]) for own in split.folds]
        if not all(rows.classes[own.train].any() for own in folds):
            break
        found = predict({own.number: fit(own.train) for own in folds})
        reports.insert(0, evaluate(rows, split, found))
    if len(reports) < 2:
        return {}
    counts = np.array([spans * share for share in (*SHARES, 1.0)][-len(reports) :])
    blocks = whole.blocks(seed)
    value = np.array([own.metrics["spanF1"] for own in reports])
    drawn = np.stack([own.drawn_f1(blocks) for own in reports], axis=1)
    more = float(np.log1p(NEXT_SPANS / spans))
    gain = blocks.interval(_slope(counts, drawn) * more, float(_slope(counts, value)) * more, -1.0)
    return {
        "learningCurve": [
            {
                "spans": round(float(count)),
                "f1": float(f1),
                "interval": blocks.interval(drawn[:, number], float(f1)),
            }
            for number, (count, f1) in enumerate(zip(counts, value, strict=True))
        ],
        "nextSpans": {"count": NEXT_SPANS, "gain": gain},
    }


def _kept(rows: Samples, share: float, seed: int) -> Mask:
    """Per row, whether it is learnt from; what a smaller share keeps, a larger one keeps too."""
    rng = np.random.default_rng(seed)
    kept: Mask = rng.random(len(rows.owner)) < share
    labels = np.array([span.label for own in rows.charts for span in own.spans])
    chosen = np.zeros(len(labels), np.bool_)
    for label in rows.labels:
        own = rng.permutation(np.flatnonzero(labels == label))
        chosen[own[: max(1, round(share * len(own)))]] = True
    of_span = rows.span >= 0
    kept[of_span] = chosen[rows.span[of_span]]
    return kept


def _slope(counts: Floats, values: Floats) -> Floats:
    """Of the last axis over the logarithm of the counts, by least squares."""
    x = np.log(counts) - np.log(counts).mean()
    slope: Floats = values @ x / (x @ x)
    return slope
