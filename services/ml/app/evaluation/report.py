"""`training_runs.metrics` of a run, from what its fold models predicted out of sample."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from ..candle_columns import Classes, Floats, Mask, Numbers
from ..features.windows import Windows
from ..labels import targets
from ..labels.samples import ChartSamples, Samples, seconds
from ..models.calibration import Calibration
from ..prediction import PredictedSpan
from ..span_ranges import IndexedSpan
from ..splits import Split
from . import candle_scores, quality, span_calibration, uncertainty
from .matching import Evaluation, ScoredSpan, SpanMatcher


@dataclass(frozen=True)
class Report:
    metrics: dict[str, Any]
    """All but importance and leaks; without intervals, chance and baseline, which take long."""
    threshold: float
    """Calibrated score from which predicted spans count."""
    calibration: Calibration
    _samples: Samples
    _split: Split
    _matcher: SpanMatcher
    _spans: Evaluation
    _right: Mask

    def blocks(self, seed: int) -> uncertainty.Blocks:
        place, total = _examined_places(self._samples)
        count, folds = len(self._matcher.human), len(self._split.blocks)
        return uncertainty.Blocks.for_spans(place, total, count, seed, folds)

    def drawn_f1(self, blocks: uncertainty.Blocks) -> Floats:
        """F1 in each sample of the blocks."""
        hits = blocks.drawn([found for found, _ in self._spans.hits])
        both = blocks.drawn(self._spans.counting) + blocks.drawn(self._matcher.human)
        return np.divide(2 * hits, both, out=np.zeros_like(both), where=both > 0)

    def measure(self, baseline: Sequence[Sequence[PredictedSpan]], seed: int) -> dict[str, Any]:
        """The metrics with what they are to be held against. `baseline`: what template search
        finds per chart, out of fold, with raw scores."""
        samples, matcher = self._samples, self._matcher
        human = matcher.human
        tested = self._split.blocks
        blocks = self.blocks(seed)
        template = SpanMatcher(_in_folds(samples, _fold_ids(self._split, samples), baseline), human)
        thresholds = {number: template.choose_threshold(number) for number in tested}
        found = template.evaluate(samples.labels, thresholds)
        examined = {own.chart.id: own.examined for own in samples.charts}
        given = quality.Conditions(blocks, examined, template, found)
        figures, per_label = quality.qualified(
            self.metrics["quality"], matcher, self._spans, samples.labels, given
        )
        return self.metrics | {
            "quality": figures,
            "perLabel": per_label,
            "curve": quality.curve(matcher, blocks),
            "baselineCurve": [
                {name: point[name] for name in ("precision", "recall")}
                for point in quality.curve(template)
            ],
            "scoreCalibration": span_calibration.calibration(
                matcher.predicted, self._right, blocks
            ),
        }


def evaluate(
    samples: Samples, split: Split, predicted: Sequence[Sequence[PredictedSpan]]
) -> Report:
    """`predicted` is per chart, out of fold, with raw scores; `split` has the tested folds alone.

    What is called a fold here is a block of time that is tested. A fold's scores are calibrated,
    and its threshold chosen, by what the other folds say; the calibration and threshold that are
    kept are made of all.
    """
    tested = split.blocks
    fold_ids = _fold_ids(split, samples)
    human = _in_folds(samples, fold_ids, [samples.training_spans(own) for own in samples.charts])
    raw = _in_folds(samples, fold_ids, predicted)
    right = SpanMatcher(raw, human).right()
    calibration = _calibration(raw, right)
    matcher = SpanMatcher(_calibrated(raw, right, tested), human)
    thresholds = {number: matcher.choose_threshold(number) for number in tested}
    threshold = SpanMatcher(_with_scores(raw, calibration), human).choose_threshold()
    spans = matcher.evaluate(samples.labels, thresholds)
    deviations = [value for value in spans.fold_f1.values() if value is not None]
    bins = span_calibration.calibration(matcher.predicted, right)
    metrics = {
        "spanF1": spans.span_f1,
        "spanF1Std": float(np.std(deviations)) if deviations else 0.0,
        "quality": quality.quality(matcher, spans, samples.labels),
        "curve": quality.curve(matcher),
        "scoreCalibration": bins,
        "candleF1": _candle_f1(samples, fold_ids, spans.counting),
        "threshold": threshold,
        "perLabel": spans.per_label,
        "confusion": {"labels": [*samples.labels, "none"], "counts": spans.confusion},
        "calibration": [
            {name: own[name] for name in ("predicted", "observed", "count")} for own in bins
        ],
        "calibrationError": span_calibration.calibration_error(bins),
        "folds": [
            {
                **_fold_candles(samples, split, block, fold_ids),
                "spans": spans.human_in_fold[block],
                "spanF1": spans.fold_f1[block],
            }
            for block in tested
        ],
    }
    return Report(metrics, threshold, calibration, samples, split, matcher, spans, right)


def _fold_ids(split: Split, samples: Samples) -> list[Numbers]:
    """Per chart, the fold that each candle is tested by, or -1."""
    kinds = np.full(len(split.boundaries) + 1, -1, np.int32)
    kinds[split.blocks] = split.blocks
    return [kinds[split.block_of(own.chart.candles.time)] for own in samples.charts]


def _calibration(spans: Sequence[ScoredSpan], right: Mask) -> Calibration:
    return Calibration.fit(np.array([span.score for span in spans]), right)


def _calibrated(spans: Sequence[ScoredSpan], right: Mask, tested: list[int]) -> list[ScoredSpan]:
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
    before: dict[int, Numbers] = {}
    total = 0
    for own in samples.charts:
        before[own.chart.id] = total - 1 + np.cumsum(own.examined, dtype=np.int32)
        total += int(np.count_nonzero(own.examined))
    return lambda span: int(before[span.chart_id][(span.first + span.last) // 2]), total


def _candle_f1(
    samples: Samples, fold_ids: Sequence[Numbers], counting: Sequence[ScoredSpan]
) -> float:
    truth, rasterized = [], []
    for number, own in enumerate(samples.charts):
        inside = np.flatnonzero(own.examined & (fold_ids[number] >= 0))
        count = len(own.chart.candles)
        spans = [span for span in counting if span.chart_id == own.chart.id]
        truth.append(targets.candle_classes(count, own.spans, samples.labels)[inside])
        rasterized.append(_rasterize(count, spans, samples.labels)[inside])
    return candle_scores.candle_f1(
        np.concatenate(truth), np.concatenate(rasterized), len(samples.labels)
    )


def _in_folds(
    samples: Samples,
    fold_ids: Sequence[Numbers],
    spans: Sequence[Sequence[PredictedSpan | IndexedSpan]],
) -> list[ScoredSpan]:
    """Spans whose middle is examined and tested by a fold."""
    kept = []
    for number, own in enumerate(samples.charts):
        for span in spans[number]:
            middle = (span.first + span.last) // 2
            fold = int(fold_ids[number][middle])
            if own.examined[middle] and fold >= 0:
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


def _fold_candles(
    samples: Samples, split: Split, block: int, fold_ids: Sequence[Numbers]
) -> dict[str, float]:
    """Examined candles: those tested, those that a training window covers (of the first fold that
    tests the block), and the rest, which were purged, embargoed or tested together with it."""
    examined = train = test = 0
    times: list[np.int64] = []
    fold = next(fold for fold in split.folds if block in fold.blocks)
    owner = samples.owner[fold.train]
    for number, own in enumerate(samples.charts):
        inside = np.flatnonzero(own.examined & (fold_ids[number] == block))
        covered = _covered(own, samples.windows.take(fold.train[owner == number]))
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


def _covered(own: ChartSamples, windows: Windows) -> Mask:
    change = np.zeros(len(own.chart.candles) + 1, np.int32)
    np.add.at(change, windows.first, 1)
    np.add.at(change, windows.last + 1, -1)
    covered: Mask = np.cumsum(change, out=change)[:-1] > 0
    return covered
