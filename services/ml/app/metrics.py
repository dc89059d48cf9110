"""How well found spans agree with marked ones. Every number is made of out-of-sample spans."""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.features import Floats
from app.labels import NONE

MATCH_IOU = 0.5
THRESHOLDS = tuple(round(0.1 + 0.05 * step, 2) for step in range(17))
USUAL_THRESHOLD = 0.3
"""Where no threshold finds any marked span."""


@dataclass(frozen=True)
class Scored:
    """A marked or found span with the fold that its middle lies in."""

    chart_id: int
    first: int
    last: int
    label: str
    fold: int
    score: float = 1.0


@dataclass(frozen=True)
class Pair:
    """A found and a marked span (their numbers) with IoU ≥ MATCH_IOU, most alike first."""

    found: int
    marked: int
    same_label: bool


def pairs(found: Sequence[Scored], marked: Sequence[Scored]) -> list[Pair]:
    order = sorted(range(len(marked)), key=lambda m: (marked[m].chart_id, marked[m].first))
    keys = [(marked[m].chart_id, marked[m].first) for m in order]
    longest = max((m.last - m.first for m in marked), default=0)
    alike: list[tuple[float, Pair]] = []
    for f, a in enumerate(found):
        at = bisect_left(keys, (a.chart_id, a.first - longest))
        while at < len(keys) and keys[at] <= (a.chart_id, a.last):
            m = order[at]
            b = marked[m]
            at += 1
            shared = min(a.last, b.last) - max(a.first, b.first) + 1
            iou = shared / (max(a.last, b.last) - min(a.first, b.first) + 1)
            if iou >= MATCH_IOU:
                alike.append((iou, Pair(f, m, a.label == b.label)))
    alike.sort(key=lambda entry: (-entry[0], entry[1].found, entry[1].marked))
    return [pair for _, pair in alike]


def match(candidates: Iterable[Pair], found: NDArray[np.bool_]) -> list[Pair]:
    """One to one, the most alike first, of the found spans that count."""
    used_found: set[int] = set()
    used_marked: set[int] = set()
    matched = []
    for pair in candidates:
        if found[pair.found] and pair.found not in used_found and pair.marked not in used_marked:
            used_found.add(pair.found)
            used_marked.add(pair.marked)
            matched.append(pair)
    return matched


def f1(hits: int, found: int, marked: int) -> float:
    return 2 * hits / (found + marked) if found + marked else 0.0


class Agreement:
    """Found against marked spans, at any threshold and for any folds."""

    def __init__(self, found: Sequence[Scored], marked: Sequence[Scored]) -> None:
        self.found, self.marked = found, marked
        self._scores = np.array([span.score for span in found])
        self._found_fold = np.array([span.fold for span in found], np.int64)
        self._marked_fold = np.array([span.fold for span in marked], np.int64)
        self._pairs = pairs(found, marked)
        self._same = [pair for pair in self._pairs if pair.same_label]

    def choose_threshold(self, without_fold: int = -1) -> float:
        """The one with the best F1 of spans; the highest of equals."""
        others = self._found_fold != without_fold
        marked = int(np.count_nonzero(self._marked_fold != without_fold))
        best, chosen = 0.0, USUAL_THRESHOLD
        for threshold in THRESHOLDS:
            counting = others & (self._scores >= threshold)
            hits = sum(
                self._marked_fold[pair.marked] != without_fold
                for pair in match(self._same, counting)
            )
            reached = f1(hits, int(counting.sum()), marked)
            if reached > 0 and reached >= best:
                best, chosen = reached, threshold
        return chosen

    def evaluate(self, labels: Sequence[str], thresholds: dict[int, float]) -> "Evaluation":
        """Found spans count from their own fold's threshold on."""
        limits = np.array([thresholds[fold] for fold in self._found_fold.tolist()])
        counting = self._scores >= limits if len(limits) else np.zeros(0, np.bool_)
        hits = match(self._same, counting)
        kept = [span for span, counts in zip(self.found, counting, strict=True) if counts]
        hit_labels = Counter(self.marked[pair.marked].label for pair in hits)
        marked_labels = Counter(span.label for span in self.marked)
        found_labels = Counter(span.label for span in kept)
        per_label = []
        for label in labels:
            hit, found, marked = hit_labels[label], found_labels[label], marked_labels[label]
            per_label.append(
                {
                    "label": label,
                    "support": marked,
                    "predicted": found,
                    "precision": hit / found if found else 0.0,
                    "recall": hit / marked if marked else 0.0,
                    "f1": f1(hit, found, marked),
                }
            )
        hit_folds = Counter(self.marked[pair.marked].fold for pair in hits)
        found_folds = Counter(span.fold for span in kept)
        marked_folds = Counter(span.fold for span in self.marked)
        fold_f1 = {
            fold: f1(hit_folds[fold], found_folds[fold], marked_folds[fold])
            if marked_folds[fold]
            else None
            for fold in thresholds
        }
        return Evaluation(
            span_f1=f1(len(hits), len(kept), len(self.marked)),
            fold_f1=fold_f1,
            marked_in_fold=marked_folds,
            per_label=per_label,
            confusion=self._confusion(labels, counting),
            counting=kept,
        )

    def _confusion(self, labels: Sequence[str], counting: NDArray[np.bool_]) -> list[list[int]]:
        number = {label: i for i, label in enumerate(labels)}
        none = len(labels)
        counts = np.zeros((none + 1, none + 1), np.int64)
        matched = match(self._pairs, counting)
        for pair in matched:
            row, column = self.marked[pair.marked].label, self.found[pair.found].label
            counts[number[row], number[column]] += 1
        for m in set(range(len(self.marked))) - {pair.marked for pair in matched}:
            counts[number[self.marked[m].label], none] += 1
        for f in set(np.flatnonzero(counting).tolist()) - {pair.found for pair in matched}:
            counts[none, number[self.found[f].label]] += 1
        listed: list[list[int]] = counts.tolist()
        return listed


@dataclass(frozen=True)
class Evaluation:
    span_f1: float
    fold_f1: dict[int, float | None]
    marked_in_fold: Counter[int]
    per_label: list[dict[str, Any]]
    confusion: list[list[int]]
    counting: list[Scored]
    """Found spans that reach their fold's threshold."""


def candle_f1(truth: NDArray[np.int32], predicted: NDArray[np.int32], label_count: int) -> float:
    """Mean over the labels of the F1 of their candles."""
    scores = []
    for number in range(NONE + 1, label_count + 1):
        hits = int(np.count_nonzero((truth == number) & (predicted == number)))
        found, marked = np.count_nonzero(predicted == number), np.count_nonzero(truth == number)
        scores.append(f1(hits, int(found), int(marked)))
    return float(np.mean(scores))


def calibration(probability: Floats, truth: NDArray[np.int32]) -> list[dict[str, float]]:
    """Ten bins of each candle's most probable label; observed: how often it is that label."""
    best = probability.argmax(axis=1)
    predicted = probability[np.arange(len(best)), best]
    observed = truth == best + 1
    bins = np.minimum((predicted * 10).astype(np.int64), 9)
    return [
        {
            "predicted": float(predicted[inside].mean()),
            "observed": float(observed[inside].mean()),
            "count": int(np.count_nonzero(inside)),
        }
        for number in range(10)
        if (inside := bins == number).any()
    ]
