"""Windows → probabilities → spans that do not crowd each other.

A window's probability of a label is that of each of its candles, so a span's score is the mean
probability of its candles. Decoding takes the most probable window first and drops those that
overlap it: this keeps the lengths and the gaps that people's spans have, with no parameter. Its
edges are then drawn to where the windows that are much like it agree (weighted boxes fusion,
Solovyev, Wang and Gabruseva, 2021): single windows are a tenth of a length apart, and noisy.
"""

from bisect import bisect_left, insort
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, fields, replace

import numpy as np

from .candle_columns import CandleSource, Floats, Ints, Mask, Matrix, Numbers
from .features import windows
from .features.windows import Windows
from .models.calibration import Calibration
from .overlaps import ious, shares_of_shorter

MIN_SCORE = 0.05
"""Spans below it are not kept, but for the MIN_COUNT best ones of a chart: an unsure model must
still have something to show."""
MIN_COUNT = 10
MOST_FAINT = 50 * MIN_COUNT
MOST_PER_BLOCK = 20_000
"""Candidates of a block of windows, the best ones: template search, which gives every window a
high score, would keep all of a long chart."""
MIN_CANDIDATE_SCORE = 0.02
DECODED = 4_096
"""Candidates that are looked at before those that are taken already are passed over."""
SAME_LABEL_OVERLAP = 0.2
OTHER_LABEL_OVERLAP = 0.5
"""Share of the shorter of two spans that the other may cover."""
FUSED_IOU = 0.5
FUSED_POWER = 4
"""Windows of the label from this IoU with the best one on move its edges, weighted by their
probability to this power."""


@dataclass(frozen=True)
class PredictedSpan:
    """A predicted span as candle numbers of its chart; both ends belong to it."""

    first: int
    last: int
    label: str
    score: float
    teaches: float | None = None
    """0 to 1: how much an answer should teach; None where that is not known."""


@dataclass(frozen=True)
class Candidates:
    """Windows that may be spans, in order of the first candle."""

    first: Numbers
    last: Numbers
    column: Numbers
    """Number of the label."""
    score: Floats

    def __len__(self) -> int:
        return len(self.score)

    def take(self, rows: Mask) -> "Candidates":
        return Candidates(self.first[rows], self.last[rows], self.column[rows], self.score[rows])

    @classmethod
    def joined(cls, parts: "list[Candidates]") -> "Candidates":
        """Takes them out of the list as it goes, for there may be millions."""
        count = sum(len(part) for part in parts)
        first, last, column = (np.empty(count, np.int32) for _ in range(3))
        whole = cls(first, last, column, np.empty(count))
        at = count
        while parts:
            part = parts.pop()
            for own in fields(cls):
                getattr(whole, own.name)[at - len(part) : at] = getattr(part, own.name)
            at -= len(part)
        return whole


def find(
    candles: CandleSource,
    lengths: Sequence[int],
    labels: Sequence[str],
    predict: Callable[[Windows, Matrix], Floats],
    wanted: Callable[[Windows], Mask] | None = None,
    on_block: Callable[[float], None] = lambda _: None,
) -> list[PredictedSpan]:
    """Spans of a chart with raw scores, in order of time, a block of it after the other.

    `predict` is asked for a row of probabilities per window, no pattern, then each label;
    `wanted` says which windows may be predicted at all, or all of them."""
    parts: list[Candidates] = []
    for block in windows.blocks(len(candles), lengths):
        own = block if wanted is None else block.take(wanted(block))
        if len(own):
            parts.append(_asked(candles, own, block, predict))
        if len(block):
            on_block(min(1.0, (int(block.first[-1]) + 1) / len(candles)))
    return decode(Candidates.joined(parts), labels)


def _asked(
    candles: CandleSource,
    own: Windows,
    block: Windows,
    predict: Callable[[Windows, Matrix], Floats],
) -> Candidates:
    """Of these windows of a block. Neighbours say much the same: those whose middle one is no
    candidate are not asked about."""

    describe = windows.describer(candles, own, block)

    def ask(rows: Ints) -> Floats:
        grid = own.take(rows)
        return predict(grid, describe(grid))

    first, group = windows.grouped(own)
    probability = ask(first)
    is_near = np.zeros(len(own), np.bool_)
    is_near[group[first[probability[:, 1:].max(axis=1) >= MIN_CANDIDATE_SCORE]]] = True
    is_left = is_near[group]
    is_left[first] = False
    rest = np.flatnonzero(is_left)
    whole = np.zeros((len(own), probability.shape[1]))
    whole[first] = probability
    if len(rest):
        whole[rest] = ask(rest)
    return candidates(own, whole)


def candidates(grid: Windows, probability: Floats) -> Candidates:
    scores = probability[:, 1:]
    row, column = np.nonzero(scores >= MIN_CANDIDATE_SCORE)
    score = scores[row, column]
    if len(score) > MOST_PER_BLOCK:
        best = np.sort(np.argsort(-score, kind="stable")[:MOST_PER_BLOCK])
        row, column, score = row[best], column[best], score[best]
    first, last = (own[row].astype(np.int32) for own in (grid.first, grid.last))
    return _without_faint(Candidates(first, last, column.astype(np.int32), score))


def _without_faint(found: Candidates) -> Candidates:
    """Most windows of a long chart are no pattern at all: of these the best alone are kept."""
    faint = np.flatnonzero(found.score < MIN_SCORE)
    if len(faint) <= MOST_FAINT:
        return found
    kept = found.score >= MIN_SCORE
    kept[faint[np.argsort(-found.score[faint], kind="stable")[:MOST_FAINT]]] = True
    return found.take(kept)


def calibrated(spans: Sequence[PredictedSpan], calibration: Calibration) -> list[PredictedSpan]:
    """The same spans with scores that say how often such a span is right."""
    scores = calibration(np.array([span.score for span in spans]))
    return [replace(span, score=float(s)) for span, s in zip(spans, scores, strict=True)]


def decode(found: Candidates, labels: Sequence[str]) -> list[PredictedSpan]:
    """In order of time; the best MIN_COUNT spans and all others from MIN_SCORE on."""
    found = _without_faint(found)
    first, last, column, score = found.first, found.last, found.column, found.score
    longest = int((last - first).max(initial=0)) + 1
    free = np.ones(len(first), np.bool_)
    kept: list[tuple[int, int, int, float]] = []
    for best in _free_in_order(score, free):
        if score[best] < MIN_SCORE and len(kept) >= MIN_COUNT:
            break
        a, b, label = int(first[best]), int(last[best]), int(column[best])
        near = touching(first, a, b, longest)
        fused = fused_edges(first[near], last[near], score[near] * (column[near] == label), (a, b))
        if not any(_crowd(fused, label, own) for own in _neighbours(kept, fused, longest)):
            a, b = fused
            near = touching(first, a, b, longest)
        insort(kept, (a, b, label, float(min(score[best], 1.0))))
        free[near] &= ~crowds(first[near], last[near], column[near] == label, a, b)
        free[best] = False
    return [PredictedSpan(a, b, labels[label], own) for a, b, label, own in kept]


def _free_in_order(score: Floats, free: Mask) -> Iterator[int]:
    """Numbers of the candidates that are free when it is their turn, from the best score on."""
    order = np.argsort(-score, kind="stable").astype(np.int32)
    for start in range(0, len(order), DECODED):
        some = order[start : start + DECODED]
        for number in some[free[some]].tolist():
            if free[number]:
                yield number


def touching(first: Numbers | Ints, a: int, b: int, longest: int) -> slice:
    """Windows that may overlap candles a to b: they are in order of the first, at most so long."""
    # Of their type: a search among others would copy them all.
    low, high = np.searchsorted(first, np.array((a - longest, b + 1), first.dtype))
    return slice(int(low), int(high))


def fused_edges(
    first: Numbers | Ints,
    last: Numbers | Ints,
    score: Floats,
    best: tuple[int, int],
    said: tuple[Floats, Floats] | None = None,
) -> tuple[int, int]:
    """First and last candle, as the windows that are much like the best one have them, or say of
    them; those of score 0 say nothing."""
    alike = ious(first, last, *best) >= FUSED_IOU
    weight = score[alike] ** FUSED_POWER
    start, end = (
        round(float(np.average(own[alike], weights=weight))) for own in said or (first, last)
    )
    return start, end


def crowds(
    first: Numbers | Ints, last: Numbers | Ints, is_same_label: Mask, a: int, b: int
) -> Mask:
    """Which ranges overlap candles a to b more than predictions may."""
    allowed = np.where(is_same_label, SAME_LABEL_OVERLAP, OTHER_LABEL_OVERLAP)
    return shares_of_shorter(first, last, a, b) > allowed


def _neighbours(
    kept: list[tuple[int, int, int, float]], own: tuple[int, int], longest: int
) -> list[tuple[int, int, int, float]]:
    low = bisect_left(kept, (own[0] - longest, 0, 0, 0.0))
    high = bisect_left(kept, (own[1] + 1, 0, 0, 0.0))
    return kept[low:high]


def _crowd(own: tuple[int, int], label: int, other: tuple[int, int, int, float]) -> bool:
    shared = min(own[1], other[1]) - max(own[0], other[0]) + 1
    shorter = min(own[1] - own[0], other[1] - other[0]) + 1
    allowed = SAME_LABEL_OVERLAP if label == other[2] else OTHER_LABEL_OVERLAP
    return shared > allowed * shorter
