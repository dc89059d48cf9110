"""Spans that people marked → what each candle and each window is, and when that was decided.

Who looked where: nobody marks every pattern of a long chart, so a candle without a span means
"no pattern" only where a person has been looking. A chart counts as looked at from its first
marked span to its last one and CONTEXT candles more on either side; between the spans there is
no pattern. Everything outside is neither learnt from nor scored, only predicted.

An `O` span is a person saying that there is no pattern, most often by dismissing a prediction.
Windows like it are negatives of NEGATIVE_WEIGHT. A span of a label that is not being learnt is
no pattern either: the person looked, and saw something else.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.features import Candles, Floats, Ints
from app.windows import Windows

NEGATIVE = "O"
MACHINE_SOURCES = frozenset({"model", "talib"})
"""Sources of spans that no person has said yes or no to."""
CONTEXT = 48
NEGATIVE_WEIGHT = 3.0
WEIGHT_PER_SPAN = 12.0
"""Shared out among the windows like it; a window that is no pattern weighs 1."""
SAME_IOU = 0.6
"""A window from here on is the span; one between the two is neither it nor its absence."""
OTHER_IOU = 0.3
NONE = 0
"""Class of what is no pattern; label number i has class i + 1."""


@dataclass(frozen=True)
class Span:
    """Both ends belong to it. Times are microseconds since 1970 in UTC."""

    chart_id: int
    start: int
    end: int
    label: str
    source: str = "human"
    confidence: int | None = None


@dataclass(frozen=True)
class Mark:
    """A span as candle numbers of its chart; both ends belong to it."""

    first: int
    last: int
    label: str
    weight: float = 1.0

    def __len__(self) -> int:
        return self.last - self.first + 1


@dataclass(frozen=True)
class WindowTargets:
    """One value per window."""

    classes: NDArray[np.int32]
    weights: Floats
    """0 for a window that is neither a span nor its absence."""
    horizon_first: Ints
    horizon_last: Ints
    """The candles that the label was decided on: the window's and those of all spans it touches."""


def by_people(spans: Iterable[Span]) -> list[Span]:
    """In an order that depends on nothing but what they say."""
    kept = (span for span in spans if span.source not in MACHINE_SOURCES)
    return sorted(
        kept, key=lambda s: (s.chart_id, s.start, s.end, s.label, s.source, s.confidence or 0)
    )


def locate(candles: Candles, spans: Iterable[Span]) -> list[Mark]:
    """In order of time; a span without a candle of the chart inside it is left out."""
    marks = []
    for span in spans:
        first = int(np.searchsorted(candles.time, span.start, side="left"))
        last = int(np.searchsorted(candles.time, span.end, side="right")) - 1
        if first <= last:
            marks.append(Mark(first, last, span.label, _weight(span)))
    return sorted(marks, key=lambda mark: (mark.first, mark.last, mark.label, mark.weight))


def looked_at(candle_count: int, marks: Sequence[Mark]) -> tuple[int, int]:
    """First and last candle that a person looked at; (0, -1) when there is none."""
    if not marks:
        return 0, -1
    first = min(mark.first for mark in marks) - CONTEXT
    last = max(mark.last for mark in marks) + CONTEXT
    return max(0, first), min(candle_count - 1, last)


def candle_classes(
    candle_count: int, marks: Sequence[Mark], labels: Sequence[str]
) -> NDArray[np.int32]:
    """Where spans overlap, the shorter one has the candle: it is the more particular statement."""
    classes = np.zeros(candle_count, np.int32)
    for mark in sorted(marks, key=lambda mark: (-len(mark), mark.first)):
        if mark.label in labels:
            classes[mark.first : mark.last + 1] = labels.index(mark.label) + 1
    return classes


def bio(candle_count: int, marks: Sequence[Mark], labels: Sequence[str]) -> list[str]:
    """`B-` on a span's first candle, `I-` on its others, `O` elsewhere."""
    classes = candle_classes(candle_count, marks, labels).tolist()
    begins = {mark.first for mark in marks if mark.label in labels}
    return [
        "O" if c == NONE else f"{'B' if i in begins else 'I'}-{labels[c - 1]}"
        for i, c in enumerate(classes)
    ]


def window_targets(windows: Windows, marks: Sequence[Mark], labels: Sequence[str]) -> WindowTargets:
    """A window has the class of the span it resembles most, by IoU.

    Each span weighs the same in all, for long ones have many more windows.
    """
    n = len(windows)
    classes, weights = np.zeros(n, np.int32), np.ones(n)
    best = np.zeros(n)
    owner = np.full(n, -1)
    horizon_first, horizon_last = windows.first.copy(), windows.last.copy()
    longest = int((windows.last - windows.first).max(initial=0)) + 1
    for number, mark in enumerate(marks):
        low, high = np.searchsorted(windows.first, (mark.first - longest, mark.last + 1))
        rows = np.arange(low, high)[windows.last[low:high] >= mark.first]
        first, last = windows.first[rows], windows.last[rows]
        horizon_first[rows] = np.minimum(horizon_first[rows], mark.first)
        horizon_last[rows] = np.maximum(horizon_last[rows], mark.last)
        overlap = np.minimum(last, mark.last) - np.maximum(first, mark.first) + 1
        iou = overlap / (np.maximum(last, mark.last) - np.minimum(first, mark.first) + 1)
        if mark.label not in labels:
            # A negative speaks where no pattern was marked.
            like = rows[(iou >= OTHER_IOU) & (owner[rows] < 0)]
            weights[like] = np.maximum(weights[like], mark.weight)
            continue
        nearer = iou > best[rows]
        best[rows[nearer]] = iou[nearer]
        owner[rows[nearer]] = number

    for number, mark in enumerate(marks):
        if mark.label not in labels:
            continue
        low, high = np.searchsorted(windows.first, (mark.first - longest, mark.last + 1))
        rows = np.arange(low, high)[owner[low:high] == number]
        weights[rows[(best[rows] >= OTHER_IOU) & (best[rows] < SAME_IOU)]] = 0.0
        rows = rows[best[rows] >= SAME_IOU]
        classes[rows] = labels.index(mark.label) + 1
        if len(rows):
            weights[rows] = best[rows] / best[rows].sum() * WEIGHT_PER_SPAN * mark.weight
    return WindowTargets(classes, weights, horizon_first, horizon_last)


def _weight(span: Span) -> float:
    """1 for a person who is sure (5) or did not say; 0.6 for a guess (1)."""
    if span.label == NEGATIVE:
        return NEGATIVE_WEIGHT
    return 1.0 if span.confidence is None else 0.5 + span.confidence / 10
