"""`training_runs.metrics` of a run, from what its fold models predicted out of sample."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from .. import prediction
from ..candles import Classes, Floats, Ints, Mask
from ..labels import targets
from ..labels.samples import ChartSamples, Samples, seconds
from ..prediction import PredictedSpan
from ..spans import IndexedSpan
from ..splits import Fold, Split
from . import candle_scores
from .matching import ScoredSpan, SpanMatcher


def evaluate(
    samples: Samples,
    split: Split,
    probability: Sequence[Floats],
    predicted: Sequence[Sequence[PredictedSpan]],
) -> tuple[dict[str, Any], float]:
    """The metrics (but importance and leaks), and the score from which predicted spans count.

    `probability` and `predicted` are per chart. Each fold's threshold is the best one on the
    other folds; the last is the best on all.
    """
    fold_ids = [split.fold_of(own.chart.candles.time) for own in samples.charts]
    tested = {fold.number for fold in split.folds}
    human = [samples.training_spans(own) for own in samples.charts]
    matcher = SpanMatcher(
        _in_folds(samples, fold_ids, tested, predicted), _in_folds(samples, fold_ids, tested, human)
    )
    thresholds = {number: matcher.choose_threshold(number) for number in tested}
    threshold = matcher.choose_threshold()
    spans = matcher.evaluate(samples.labels, thresholds)
    deviations = [value for value in spans.fold_f1.values() if value is not None]

    truth, rasterized, best = [], [], []
    for number, own in enumerate(samples.charts):
        inside = np.flatnonzero(own.examined & np.isin(fold_ids[number], list(tested)))
        count = len(own.chart.candles)
        counting = [span for span in spans.counting if span.chart_id == own.chart.id]
        truth.append(targets.candle_classes(count, own.spans, samples.labels)[inside])
        rasterized.append(_rasterize(count, counting, samples.labels)[inside])
        per_candle = prediction.candle_probability(count, own.grid, probability[number])
        best.append(per_candle[inside])
    all_truth = np.concatenate(truth)
    measured = {
        "spanF1": spans.span_f1,
        "spanF1Std": float(np.std(deviations)) if deviations else 0.0,
        "candleF1": candle_scores.candle_f1(
            all_truth, np.concatenate(rasterized), len(samples.labels)
        ),
        "threshold": threshold,
        "perLabel": spans.per_label,
        "confusion": {"labels": [*samples.labels, "none"], "counts": spans.confusion},
        "calibration": candle_scores.calibration(np.concatenate(best), all_truth),
        "folds": [
            {
                **_fold_candles(samples, fold, fold_ids),
                "spans": spans.human_in_fold[fold.number],
                "spanF1": spans.fold_f1[fold.number],
            }
            for fold in split.folds
        ],
    }
    return measured, threshold


def _in_folds(
    samples: Samples,
    fold_ids: Sequence[Ints],
    tested: set[int],
    spans: Sequence[Sequence[PredictedSpan | IndexedSpan]],
) -> list[ScoredSpan]:
    """Spans whose middle is examined and tested by a fold."""
    kept = []
    for number, own in enumerate(samples.charts):
        for span in spans[number]:
            middle = (span.first + span.last) // 2
            fold = int(fold_ids[number][middle])
            if own.examined[middle] and fold in tested:
                score = span.score if isinstance(span, PredictedSpan) else 1.0
                kept.append(
                    ScoredSpan(own.chart.id, span.first, span.last, span.label, fold, score)
                )
    return kept


def _rasterize(count: int, spans: Sequence[ScoredSpan], labels: Sequence[str]) -> Classes:
    """The class of each candle; where spans overlap, the higher score has it."""
    classes = np.zeros(count, np.int32)
    for span in sorted(spans, key=lambda span: span.score):
        classes[span.first : span.last + 1] = labels.index(span.label) + 1
    return classes


def _fold_candles(samples: Samples, fold: Fold, fold_ids: Sequence[Ints]) -> dict[str, float]:
    """Examined candles: those tested, those that a training window covers, and the rest, which
    purging and the embargo took out."""
    examined = train = test = 0
    times: list[np.int64] = []
    in_training = np.zeros(len(samples.owner), np.bool_)
    in_training[fold.train] = True
    for number, own in enumerate(samples.charts):
        inside = np.flatnonzero(own.examined & (fold_ids[number] == fold.number))
        covered = _covered(own, in_training[samples.owner == number])
        examined += int(np.count_nonzero(own.examined))
        test += len(inside)
        covered[inside] = False
        train += int(np.count_nonzero(covered))
        if len(inside):
            times += [own.chart.candles.time[inside[0]], own.chart.candles.time[inside[-1]]]
    return {
        "from": seconds(min(times)) if times else 0.0,
        "to": seconds(max(times)) if times else 0.0,
        "trainCandles": train,
        "testCandles": test,
        "purged": examined - train - test,
    }


def _covered(own: ChartSamples, chosen: Mask) -> Mask:
    windows = own.grid.take(own.rows[chosen])
    change = np.zeros(len(own.chart.candles) + 1, np.int64)
    np.add.at(change, windows.first, 1)
    np.add.at(change, windows.last + 1, -1)
    covered: Mask = np.cumsum(change[:-1]) > 0
    return covered
