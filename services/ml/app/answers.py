"""What people answered on charts, as windows to learn from."""

from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np

from .candle_columns import Candles, Floats, Ints, Mask, Matrix
from .features import windows
from .features.windows import Windows
from .likeness import shapes
from .overlaps import ious

Range = tuple[int, int]
"""First and last candle; both belong to it."""

POSITIVE_IOU = 0.6
NEGATIVE_IOU = 0.35
REJECTED_IOU = 0.3
MAX_NEGATIVES = 6_000


@dataclass(frozen=True)
class Answered:
    """A chart and what people said on it."""

    candles: Candles
    accepted: Sequence[Range]
    rejected: Sequence[Range]

    def __len__(self) -> int:
        return len(self.accepted) + len(self.rejected)


@dataclass(frozen=True)
class Examples:
    """A row per window."""

    features: Matrix
    shapes: Matrix
    is_pattern: Mask
    answer: Ints
    """Number of the answer that it is an example of, over all charts: a chart's accepted spans,
    then its rejected ones."""

    def take(self, rows: Ints | Mask) -> "Examples":
        return Examples(*(getattr(self, own.name)[rows] for own in fields(self)))

    @classmethod
    def joined(cls, parts: "Sequence[Examples]") -> "Examples":
        return cls(
            *(np.concatenate([getattr(part, own.name) for part in parts]) for own in fields(cls))
        )


def answers_themselves(charts: Sequence[Answered]) -> Examples:
    """A row per answer, in order of their numbers."""
    parts, number = [], 0
    for own in charts:
        grid = windows_of([*own.accepted, *own.rejected])
        is_pattern = np.arange(len(own)) < len(own.accepted)
        parts.append(_describe(own.candles, grid, is_pattern, number + np.arange(len(own))))
        number += len(own)
    return Examples.joined(parts)


def near_answers(charts: Sequence[Answered], lengths: Sequence[int]) -> Examples:
    """Windows of these lengths that the answers say something of."""
    parts, number = [], 0
    for own in charts:
        if len(own):
            grid, is_pattern, answer = _near(own, lengths)
            parts.append(_describe(own.candles, grid, is_pattern, answer + number))
        number += len(own)
    rows = Examples.joined(parts)
    none = np.flatnonzero(~rows.is_pattern)
    if len(none) > MAX_NEGATIVES:
        none = np.random.default_rng(0).choice(none, MAX_NEGATIVES, replace=False)
    kept = np.concatenate([np.flatnonzero(rows.is_pattern), none])
    return rows.take(np.sort(kept))


def windows_over(own: Answered, lengths: Sequence[int], least_iou: float) -> tuple[Windows, Ints]:
    """Windows of these lengths with at least this IoU with an accepted span, and the number of the
    one that is most like each."""
    grid = windows.sliding_windows(len(own.candles), [n for n in lengths if n <= len(own.candles)])
    answer, best = np.full(len(grid), -1, np.int64), np.full(len(grid), least_iou)
    for number, (first, last) in enumerate(own.accepted):
        near = np.arange(*np.searchsorted(grid.first, (first - max(lengths), last + 1)))
        iou = ious(grid.first[near], grid.last[near], first, last)
        better = iou >= best[near]
        answer[near[better]], best[near[better]] = number, iou[better]
    rows = np.flatnonzero(answer >= 0)
    return grid.take(rows), answer[rows]


def weights(rows: Examples) -> Floats:
    """Each accepted span weighs the same, and all together as much as what is no pattern."""
    own = np.ones(len(rows.answer))
    pattern = rows.is_pattern
    own[pattern] = 1.0 / np.bincount(rows.answer[pattern])[rows.answer[pattern]]
    if pattern.any() and not pattern.all():
        own[pattern] *= (~pattern).sum() / own[pattern].sum()
    return own


def windows_of(ranges: Sequence[Range]) -> Windows:
    """In the order of the ranges."""
    table = np.array(ranges, np.int64).reshape(-1, 2)
    return Windows(table[:, 0], table[:, 1])


def _describe(candles: Candles, grid: Windows, is_pattern: Mask, answer: Ints) -> Examples:
    order = np.argsort(grid.first, kind="stable")
    features = np.empty((len(grid), len(windows.NAMES)), np.float32)
    features[order] = windows.compute_features(candles, grid.take(order))
    return Examples(features, shapes(candles.close, grid), is_pattern, answer)


def _near(own: Answered, lengths: Sequence[int]) -> tuple[Windows, Mask, Ints]:
    """The windows, whether each is much like an accepted span (else it shares a part of a rejected
    one, or lies beside an accepted one), and the number of that answer."""
    grid = windows.sliding_windows(len(own.candles), [n for n in lengths if n <= len(own.candles)])
    chosen = np.full(len(grid), -1, np.int32)
    answer = np.zeros(len(grid), np.int64)
    best = np.zeros(len(grid))
    reach = max(lengths)
    for number, (first, last) in enumerate([*own.accepted, *own.rejected]):
        is_accepted = number < len(own.accepted)
        beside = last - first + 1 if is_accepted else 0
        low, high = np.searchsorted(grid.first, (first - beside - reach, last + beside + 1))
        near = np.arange(low, high)
        near = near[grid.last[near] >= first - beside]
        iou = ious(grid.first[near], grid.last[near], first, last)
        is_pattern = (iou >= POSITIVE_IOU) & is_accepted
        is_none = (iou < NEGATIVE_IOU) if is_accepted else (iou >= REJECTED_IOU)
        # What one answer calls the pattern, or says no to, another beside it does not take back;
        # a window between the two is neither.
        says = np.select([is_pattern, is_none & (not is_accepted), ~is_none], [3.0, 2.0, 1.0], 0.5)
        counts = (is_pattern | is_none | is_accepted) & (says + iou > best[near])
        rows = near[counts]
        chosen[rows] = np.where(is_pattern, 1, np.where(is_none, 0, -1))[counts]
        answer[rows] = number
        best[rows] = (says + iou)[counts]
    rows = np.flatnonzero(chosen >= 0)
    return grid.take(rows), chosen[rows] == 1, answer[rows]
