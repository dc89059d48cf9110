"""`training_runs.metrics` of a run, from what its fold models predicted out of sample."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from ..candles import Classes, Ints, Mask
from ..labels import targets
from ..labels.samples import ChartSamples, Samples, seconds
from ..models.calibration import Calibration
from ..prediction import PredictedSpan
from ..spans import IndexedSpan
from ..splits import Fold, Split
from . import candle_scores, quality, span_calibration, uncertainty
from .matching import ScoredSpan, SpanMatcher


@dataclass(frozen=True)
class Report:
    metrics: dict[str, Any]
    """All but importance and leaks."""
    threshold: float
    """Calibrated score from which predicted spans count."""
    calibration: Calibration


def evaluate(
    samples: Samples,
    split: Split,
    predicted: Sequence[Sequence[PredictedSpan]],
    baseline: Sequence[Sequence[PredictedSpan]],
    seed: int,
) -> Report:
    """`predicted` and `baseline` (template search) are per chart, out of fold, with raw scores.

    A fold's scores are calibrated, and its threshold chosen, by what the other folds say; the
    calibration and threshold that are kept are made of all.
    """
    fold_ids = [split.fold_of(own.chart.candles.time) for own in samples.charts]
    tested = {fold.number for fold in split.folds}
    human = _in_folds(
        samples, fold_ids, tested, [samples.training_spans(own) for own in samples.charts]
    )
    raw = _in_folds(samples, fold_ids, tested, predicted)
    right = SpanMatcher(raw, human).right()
    calibration = _calibration(raw, right)
    matcher = SpanMatcher(_calibrated(raw, right, tested), human)
    thresholds = {number: matcher.choose_threshold(number) for number in tested}
    all_calibrated = SpanMatcher(_with_scores(raw, calibration), human)
    threshold = all_calibrated.choose_threshold()
    spans = matcher.evaluate(samples.labels, thresholds)
    deviations = [value for value in spans.fold_f1.values() if value is not None]
    place, total = _examined_places(samples)
    blocks = uncertainty.Blocks.for_spans(place, total, len(human), seed)
    bins = span_calibration.calibration(matcher.predicted, right, blocks)
    template = SpanMatcher(_in_folds(samples, fold_ids, tested, baseline), human)
    template_thresholds = {number: template.choose_threshold(number) for number in tested}
    template_spans = template.evaluate(samples.labels, template_thresholds)
    examined = {own.chart.id: own.examined for own in samples.charts}
    metrics = {
        "spanF1": spans.span_f1,
        "spanF1Std": float(np.std(deviations)) if deviations else 0.0,
        "quality": quality.quality(
            matcher, spans, (template, template_spans), samples.labels, examined, blocks
        ),
        "curve": quality.curve(matcher, blocks),
        "baselineCurve": [
            {name: point[name] for name in ("precision", "recall")}
            for point in quality.curve(template, blocks)
        ],
        "scoreCalibration": bins,
        "candleF1": _candle_f1(samples, fold_ids, tested, spans.counting),
        "threshold": threshold,
        "perLabel": spans.per_label,
        "confusion": {"labels": [*samples.labels, "none"], "counts": spans.confusion},
        "calibration": [
            {name: own[name] for name in ("predicted", "observed", "count")} for own in bins
        ],
        "calibrationError": span_calibration.calibration_error(bins),
        "folds": [
            {
                **_fold_candles(samples, fold, fold_ids),
                "spans": spans.human_in_fold[fold.number],
                "spanF1": spans.fold_f1[fold.number],
            }
            for fold in split.folds
        ],
    }
    return Report(metrics, threshold, calibration)


def _calibration(spans: Sequence[ScoredSpan], right: Mask) -> Calibration:
    return Calibration.fit(np.array([span.score for span in spans]), right)


def _calibrated(spans: Sequence[ScoredSpan], right: Mask, tested: set[int]) -> list[ScoredSpan]:
    """Each fold's by the calibration of the others."""
    fold = np.array([span.fold for span in spans], np.int64)
    result = list(spans)
    for number in tested:
        others = np.flatnonzero(fold != number).tolist()
        curve = _calibration([spans[i] for i in others], right[others])
        own = np.flatnonzero(fold == number).tolist()
        for i, span in zip(own, _with_scores([spans[i] for i in own], curve), strict=True):
            result[i] = span
    return result


def _with_scores(spans: Sequence[ScoredSpan], curve: Calibration) -> list[ScoredSpan]:
    scores = curve(np.array([span.score for span in spans]))
    return [replace(span, score=float(s)) for span, s in zip(spans, scores, strict=True)]


def _examined_places(samples: Samples) -> tuple[Callable[[ScoredSpan], int], int]:
    """The number of a span's middle among the examined candles of all charts, and their count."""
    before: dict[int, Ints] = {}
    total = 0
    for own in samples.charts:
        before[own.chart.id] = total + np.cumsum(own.examined) - 1
        total += int(np.count_nonzero(own.examined))
    return lambda span: int(before[span.chart_id][(span.first + span.last) // 2]), total


def _candle_f1(
    samples: Samples, fold_ids: Sequence[Ints], tested: set[int], counting: Sequence[ScoredSpan]
) -> float:
    truth, rasterized = [], []
    for number, own in enumerate(samples.charts):
        inside = np.flatnonzero(own.examined & np.isin(fold_ids[number], list(tested)))
        count = len(own.chart.candles)
        spans = [span for span in counting if span.chart_id == own.chart.id]
        truth.append(targets.candle_classes(count, own.spans, samples.labels)[inside])
        rasterized.append(_rasterize(count, spans, samples.labels)[inside])
    return candle_scores.candle_f1(
        np.concatenate(truth), np.concatenate(rasterized), len(samples.labels)
    )


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
