"""Predicted against human spans: pairs of them, matched one to one."""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from .. import overlaps
from ..candle_columns import Floats, Ints, Mask

MATCH_IOU = 0.5
IOUS = (0.3, 0.5, 0.7)
"""A threshold and a mean average precision are not to hang on one of them."""
THRESHOLDS = tuple(round(0.05 + 0.025 * step, 3) for step in range(35))
"""Of the curve of precision and recall."""
SHOWN_PER_SPAN = 1.2
"""Spans that are shown to each that a person marked, unless their F1 says otherwise."""
SHARES_SHOWN = np.geomspace(0.5, 2.0, 21)
NOISE = 2.0
"""Of F1 times the square root of the spans that it rests on, for one more or less in 2.7 shown."""
SMOOTHING = np.array([0.25, 0.5, 0.25])
SAMPLES_AT_ONCE = 20
DEFAULT_THRESHOLD = 0.3
"""Where nothing was predicted, or nothing marked."""


@dataclass(frozen=True)
class ScoredSpan:
    """A human or predicted span with the fold that its middle lies in."""

    chart_id: int
    first: int
    last: int
    label: str
    fold: int
    score: float = 1.0


@dataclass(frozen=True)
class BlockSamples:
    """Stretches of time that a bootstrap has drawn, and the stretch of each span."""

    counts: Floats
    """Rows are samples, columns how often each stretch is in them."""
    predicted: Ints
    human: Ints


@dataclass(frozen=True)
class Pair:
    """A predicted and a human span (their numbers) with at least the least of IOUS."""

    predicted: int
    human: int
    same_label: bool
    iou: float


def pairs(predicted: Sequence[ScoredSpan], human: Sequence[ScoredSpan]) -> list[Pair]:
    """Most alike first."""
    order = sorted(range(len(human)), key=lambda h: (human[h].chart_id, human[h].first))
    keys = [(human[h].chart_id, human[h].first) for h in order]
    longest = max((span.last - span.first for span in human), default=0)
    alike: list[Pair] = []
    for p, a in enumerate(predicted):
        at = bisect_left(keys, (a.chart_id, a.first - longest))
        while at < len(keys) and keys[at] <= (a.chart_id, a.last):
            h = order[at]
            b = human[h]
            at += 1
            iou = overlaps.iou(a, b)
            if iou >= IOUS[0]:
                alike.append(Pair(p, h, a.label == b.label, iou))
    return sorted(alike, key=lambda pair: (-pair.iou, pair.predicted, pair.human))


def match(candidates: Iterable[Pair], counts: Mask, iou: float = MATCH_IOU) -> list[Pair]:
    """One to one, the most alike first, of the predicted spans that count."""
    used_predicted: set[int] = set()
    used_human: set[int] = set()
    matched = []
    for pair in candidates:
        if (
            pair.iou >= iou
            and counts[pair.predicted]
            and pair.predicted not in used_predicted
            and pair.human not in used_human
        ):
            used_predicted.add(pair.predicted)
            used_human.add(pair.human)
            matched.append(pair)
    return matched


def f1(hits: int, predicted: int, human: int) -> float:
    return 2 * hits / (predicted + human) if predicted + human else 0.0


@dataclass(frozen=True)
class Evaluation:
    span_f1: float
    fold_f1: dict[int, float | None]
    human_in_fold: Counter[int]
    per_label: list[dict[str, Any]]
    confusion: list[list[int]]
    counts: Mask
    """Per predicted span, whether it reaches its fold's threshold."""
    counting: list[ScoredSpan]
    """Those that do."""
    hits: list[tuple[ScoredSpan, ScoredSpan]]
    """Predicted with the human span that it matches."""


class SpanMatcher:
    """Predicted against human spans, at any threshold and for any folds."""

    def __init__(self, predicted: Sequence[ScoredSpan], human: Sequence[ScoredSpan]) -> None:
        self.predicted, self.human = predicted, human
        self._scores = np.array([span.score for span in predicted], np.float64)
        self._predicted_fold = np.array([span.fold for span in predicted], np.int64)
        self._human_fold = np.array([span.fold for span in human], np.int64)
        self._pairs = pairs(predicted, human)
        self.same = [pair for pair in self._pairs if pair.same_label]
        """Pairs of one label, most alike first."""

    def choose_threshold(self, without_fold: int = -1) -> float:
        """The one with the best F1, averaged over IOUS and smoothed over its neighbours, held to
        how many spans it shows: with 20 spans the curve of F1 is mostly noise, while people mark
        about as many spans elsewhere as they did here."""
        others = self._predicted_fold != without_fold
        human = int(np.count_nonzero(self._human_fold != without_fold))
        scores = np.sort(self._scores[others])[::-1]
        if not len(scores) or not human:
            return DEFAULT_THRESHOLD
        same = [p for p in self.same if self._human_fold[p.human] != without_fold]
        shown = np.clip(np.round(SHARES_SHOWN * human).astype(np.int64), 1, len(scores))
        shown = np.unique(shown)
        limits = (scores[shown - 1] + scores[np.minimum(shown, len(scores) - 1)]) / 2
        curve = np.zeros(len(shown))
        for number, limit in enumerate(limits.tolist()):
            counting = others & (self._scores >= limit)
            count = int(counting.sum())
            curve[number] = np.mean([f1(len(match(same, counting, i)), count, human) for i in IOUS])
        curve -= NOISE / np.sqrt(human) * np.abs(np.log(shown / (SHOWN_PER_SPAN * human)))
        smooth = np.convolve(np.pad(curve, 1, mode="edge"), SMOOTHING, mode="valid")
        return float(limits[int(smooth.argmax())])

    def right(self, iou: float = MATCH_IOU) -> Mask:
        """Per predicted span, whether it matches a human one: the best scores choose first."""
        by_predicted: dict[int, list[Pair]] = {}
        for pair in self.same:
            if pair.iou >= iou:
                by_predicted.setdefault(pair.predicted, []).append(pair)
        found = np.zeros(len(self.predicted), np.bool_)
        used: set[int] = set()
        for number in np.argsort(-self._scores, kind="stable").tolist():
            free = [pair for pair in by_predicted.get(number, ()) if pair.human not in used]
            if free:
                used.add(free[0].human)
                found[number] = True
        return found

    def average_precision(self, label: str, samples: BlockSamples | None = None) -> Floats | None:
        """Area under the precision-recall curve, mean over IOUS; None for a label without spans.
        With samples the answer has a value for each of them."""
        human = np.array([span.label == label for span in self.human], np.bool_)
        if not human.any():
            return None
        own = np.flatnonzero([span.label == label for span in self.predicted])
        own = own[np.argsort(-self._scores[own], kind="stable")]
        given = samples or BlockSamples(
            np.ones((1, 1)), np.zeros(len(self.predicted), int), np.zeros(len(self.human), int)
        )
        total = np.zeros(len(given.counts))
        for iou in IOUS if len(own) else ():
            right = self.right(iou)[own]
            # A number per predicted span and sample: of all samples at once they would be most of
            # what a run on a long chart takes of memory.
            for start in range(0, len(total), SAMPLES_AT_ONCE):
                part = slice(start, start + SAMPLES_AT_ONCE)
                weights = given.counts[part][:, given.predicted[own]]
                found = np.cumsum(weights * right, axis=1)
                shown = np.cumsum(weights, axis=1)
                precision = np.divide(found, shown, out=np.zeros_like(found), where=shown > 0)
                precision = np.maximum.accumulate(precision[:, ::-1], axis=1)[:, ::-1]
                total[part] += (precision * weights * right).sum(axis=1)
        there = len(IOUS) * given.counts[:, given.human[human]].sum(axis=1)
        area: Floats = np.divide(total, there, out=np.zeros_like(total), where=there > 0)
        return area

    def mean_average_precision(
        self, labels: Sequence[str], samples: BlockSamples | None = None
    ) -> Floats:
        """Mean over the labels with spans; one value, or one per sample."""
        values = [self.average_precision(label, samples) for label in labels]
        known = [value for value in values if value is not None]
        return np.mean(known, axis=0) if known else np.zeros(len(samples.counts) if samples else 1)

    def evaluate(self, labels: Sequence[str], thresholds: dict[int, float]) -> Evaluation:
        """Predicted spans count from their own fold's threshold on."""
        limits = np.array([thresholds[fold] for fold in self._predicted_fold.tolist()])
        counting = self._scores >= limits if len(limits) else np.zeros(0, np.bool_)
        hits = match(self.same, counting)
        kept = [span for span, counts in zip(self.predicted, counting, strict=True) if counts]
        hit_labels = Counter(self.human[pair.human].label for pair in hits)
        human_labels = Counter(span.label for span in self.human)
        predicted_labels = Counter(span.label for span in kept)
        per_label = []
        for label in labels:
            hit, predicted = hit_labels[label], predicted_labels[label]
            human = human_labels[label]
            per_label.append(
                {
                    "label": label,
                    "support": human,
                    "predicted": predicted,
                    "precision": hit / predicted if predicted else 0.0,
                    "recall": hit / human if human else 0.0,
                    "f1": f1(hit, predicted, human),
                }
            )
        hit_folds = Counter(self.human[pair.human].fold for pair in hits)
        predicted_folds = Counter(span.fold for span in kept)
        human_folds = Counter(span.fold for span in self.human)
        fold_f1 = {
            fold: f1(hit_folds[fold], predicted_folds[fold], human_folds[fold])
            if human_folds[fold]
            else None
            for fold in thresholds
        }
        return Evaluation(
            span_f1=f1(len(hits), len(kept), len(self.human)),
            fold_f1=fold_f1,
            human_in_fold=human_folds,
            per_label=per_label,
            confusion=self._confusion(labels, counting),
            counts=counting,
            counting=kept,
            hits=[(self.predicted[pair.predicted], self.human[pair.human]) for pair in hits],
        )

    def _confusion(self, labels: Sequence[str], counting: Mask) -> list[list[int]]:
        number = {label: i for i, label in enumerate(labels)}
        none = len(labels)
        counts = np.zeros((none + 1, none + 1), np.int64)
        matched = match(self._pairs, counting)
        for pair in matched:
            row, column = self.human[pair.human].label, self.predicted[pair.predicted].label
            counts[number[row], number[column]] += 1
        for h in set(range(len(self.human))) - {pair.human for pair in matched}:
            counts[number[self.human[h].label], none] += 1
        for p in set(np.flatnonzero(counting).tolist()) - {pair.predicted for pair in matched}:
            counts[none, number[self.predicted[p].label]] += 1
        listed: list[list[int]] = counts.tolist()
        return listed
