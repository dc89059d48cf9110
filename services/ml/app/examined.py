"""Where somebody has looked: there, and only there, a missing label means "no pattern".

A person says so by examined ranges. A span that is not wholly inside of them (a confirmed
prediction far away, or any span of a chart without a single range) was looked at too, with what is
around it: it is an island, the span and one of its lengths on either side. Of a span inside of a
range, what lies beyond the range's end was not: there may be a pattern that nobody has labelled.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from .candle_columns import CandleSource, Mask, Numbers
from .span_ranges import IndexedSpan


@dataclass(frozen=True)
class ExaminedRange:
    """Both ends belong to it. Times are microseconds since 1970 in UTC."""

    start: int
    end: int
    labels: frozenset[str] | None = None
    """Those that were looked for; None for all."""


def examined_candles(
    candles: CandleSource,
    ranges: Iterable[ExaminedRange],
    spans: Iterable[IndexedSpan],
    labels: Sequence[str],
) -> Mask:
    """Per candle, whether somebody looked there for every one of these labels (without any: for
    whatever it was), or it is of an island. Spans are of any label, `O` too."""
    located = [(_locate(candles, own), own.labels) for own in ranges]
    examined = _covered(len(candles), [p for p, own in located if own is None or not labels])
    if labels and any(own is not None for _, own in located):
        each = [
            _covered(len(candles), [p for p, own in located if own is None or label in own])
            for label in labels
        ]
        examined |= np.logical_and.reduce(each)
    before = counted_before(examined)
    outside = [span for span in spans if before[span.last + 1] - before[span.first] < len(span)]
    return examined | _covered(len(candles), [island(span) for span in outside])


def island(span: IndexedSpan) -> tuple[int, int]:
    """First candle and the one behind the last; they may lie outside of the chart."""
    return span.first - len(span), span.last + len(span) + 1


def runs_of(mask: Mask) -> list[tuple[int, int]]:
    """First and last candle of each unbroken stretch; both belong to it."""
    edges = np.flatnonzero(np.diff(np.r_[False, mask, False]))
    return [(int(a), int(b) - 1) for a, b in edges.reshape(-1, 2)]


def counted_before(mask: Mask) -> Numbers:
    """How many candles of the mask lie before each one, and in all."""
    before = np.zeros(len(mask) + 1, np.int32)
    np.cumsum(mask, out=before[1:])
    return before


def _locate(candles: CandleSource, own: ExaminedRange) -> tuple[int, int]:
    first = np.searchsorted(candles.time, own.start, side="left")
    return int(first), int(np.searchsorted(candles.time, own.end, side="right"))


def _covered(count: int, places: Iterable[tuple[int, int]]) -> Mask:
    mask = np.zeros(count, np.bool_)
    for first, stop in places:
        mask[max(first, 0) : max(stop, 0)] = True
    return mask
