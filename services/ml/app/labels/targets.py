"""Human spans → what each candle and each window is, and when that was decided.

A window without a span is "no pattern" only where somebody has looked (examined.py). Everything
else is neither learnt from nor scored, only predicted.

An `O` span is a person saying that there is no pattern, most often by dismissing a prediction.
Windows like it are negatives of NEGATIVE_WEIGHT. A span of a label that is not being learnt is
no pattern either: the person looked, and saw something else.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ..candle_columns import Classes, Floats, Ints
from ..features.windows import Windows
from ..span_ranges import IndexedSpan

WEIGHT_PER_SPAN = 12.0
"""Shared out among the windows like it; a window that is no pattern weighs 1."""
SAME_IOU = 0.6
"""A window from here on is the span; one between the two is neither it nor its absence."""
OTHER_IOU = 0.3
NONE = 0
"""Class of what is no pattern; label number i has class i + 1."""


@dataclass(frozen=True)
class WindowTargets:
    """One value per window."""

    classes: Classes
    weights: Floats
    """0 for a window that is neither a span nor its absence; IoU with the span for one that is a
    span, until `share_out`."""
    span: Ints
    """Number of the span that it resembles, from OTHER_IOU on, or -1."""
    horizon_first: Ints
    horizon_last: Ints
    """The candles that the label was decided on: the window's and those of all spans it touches."""


def candle_classes(
    candle_count: int, spans: Sequence[IndexedSpan], labels: Sequence[str]
) -> Classes:
    """Where spans overlap, the shorter one has the candle: it is the more particular statement."""
    classes = np.zeros(candle_count, np.int32)
    for span in sorted(spans, key=lambda span: (-len(span), span.first)):
        if span.label in labels:
            classes[span.first : span.last + 1] = labels.index(span.label) + 1
    return classes


def bio(candle_count: int, spans: Sequence[IndexedSpan], labels: Sequence[str]) -> list[str]:
    """`B-` on a span's first candle, `I-` on its others, `O` elsewhere."""
    classes = candle_classes(candle_count, spans, labels).tolist()
    begins = {span.first for span in spans if span.label in labels}
    return [
        "O" if c == NONE else f"{'B' if i in begins else 'I'}-{labels[c - 1]}"
        for i, c in enumerate(classes)
    ]


def window_targets(
    windows: Windows, spans: Sequence[IndexedSpan], labels: Sequence[str]
) -> WindowTargets:
    """A window has the class of the span it resembles most, by IoU. `spans` are those of a chart,
    in order of time."""
    n = len(windows)
    classes, weights = np.zeros(n, np.int32), np.ones(n)
    best = np.zeros(n)
    owner = np.full(n, -1)
    horizon_first, horizon_last = windows.first.copy(), windows.last.copy()
    longest = int((windows.last - windows.first).max(initial=0)) + 1
    for number in _near(windows, spans):
        span = spans[number]
        low, high = np.searchsorted(windows.first, (span.first - longest, span.last + 1))
        rows = np.arange(low, high)[windows.last[low:high] >= span.first]
        first, last = windows.first[rows], windows.last[rows]
        horizon_first[rows] = np.minimum(horizon_first[rows], span.first)
        horizon_last[rows] = np.maximum(horizon_last[rows], span.last)
        overlap = np.minimum(last, span.last) - np.maximum(first, span.first) + 1
        iou = overlap / (np.maximum(last, span.last) - np.minimum(first, span.first) + 1)
        if span.label not in labels:
            # A negative speaks where no pattern was labelled.
            like = rows[(iou >= OTHER_IOU) & (owner[rows] < 0)]
            weights[like] = np.maximum(weights[like], span.weight)
            continue
        nearer = iou > best[rows]
        best[rows[nearer]] = iou[nearer]
        owner[rows[nearer]] = number

    weights[(owner >= 0) & (best >= OTHER_IOU)] = 0.0
    same = np.flatnonzero((owner >= 0) & (best >= SAME_IOU))
    number_of = {label: number + 1 for number, label in enumerate(labels)}
    span_class = np.array([number_of.get(span.label, NONE) for span in spans], np.int32)
    classes[same] = span_class[owner[same]]
    weights[same] = best[same]
    owner[best < OTHER_IOU] = -1
    return WindowTargets(classes, weights, owner, horizon_first, horizon_last)


def _near(windows: Windows, spans: Sequence[IndexedSpan]) -> Ints:
    """Numbers of the spans that any of the windows may touch."""
    if not len(windows) or not spans:
        return np.zeros(0, np.int64)
    first = np.array([span.first for span in spans])
    last = np.array([span.last for span in spans])
    return np.flatnonzero((first <= windows.last.max()) & (last >= windows.first[0]))


def share_out(weights: Floats, classes: Classes, span: Ints, spans: Sequence[IndexedSpan]) -> None:
    """Changes the weights of examples of spans, so that each span weighs WEIGHT_PER_SPAN in all:
    long ones have many more windows."""
    rows = np.flatnonzero(classes != NONE)
    total = np.bincount(span[rows], weights[rows], minlength=len(spans))
    own = np.array([each.weight for each in spans])
    weights[rows] *= WEIGHT_PER_SPAN * own[span[rows]] / total[span[rows]]
