"""Spans as people draw them, in time, and as a chart's candles number them."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np

from .candle_columns import CandleSource
from .overlaps import iou

NEGATIVE = "O"
"""The label of a span that says: no pattern here."""
MACHINE_SOURCES = frozenset({"model", "talib"})
"""Sources of spans that no person has said yes or no to."""
NEGATIVE_WEIGHT = 3.0
SAME_SPAN_IOU = 0.8
"""From here on two spans of one label are the same one, drawn twice."""
NEIGHBOURS = 8
"""Earlier spans of a label that one is compared with."""


@dataclass(frozen=True)
class Span:
    """Both ends belong to it. Times are microseconds since 1970 in UTC."""

    chart_id: int
    start: int
    end: int
    label: str
    source: str = "human"
    confidence: int | None = None
    is_stale: bool = False
    """Its candles changed, and nobody has looked at it since."""


@dataclass(frozen=True)
class IndexedSpan:
    """A span as candle numbers of its chart; both ends belong to it."""

    first: int
    last: int
    label: str
    weight: float = 1.0

    def __len__(self) -> int:
        return self.last - self.first + 1


def human_spans(spans: Iterable[Span]) -> list[Span]:
    """Those that people stand for, in an order that depends on nothing but what they say."""
    kept = (span for span in spans if span.source not in MACHINE_SOURCES)
    return sorted(
        kept, key=lambda s: (s.chart_id, s.start, s.end, s.label, s.source, s.confidence or 0)
    )


def locate(candles: CandleSource, spans: Iterable[Span]) -> list[IndexedSpan]:
    """In order of time; a span without a candle of the chart inside it is left out."""
    located = []
    for span in spans:
        first = int(np.searchsorted(candles.time, span.start, side="left"))
        last = int(np.searchsorted(candles.time, span.end, side="right")) - 1
        if first <= last:
            located.append(IndexedSpan(first, last, span.label, _weight(span)))
    return _votes_counted(sorted(located, key=lambda s: (s.first, s.last, s.label, s.weight)))


def _votes_counted(spans: list[IndexedSpan]) -> list[IndexedSpan]:
    """Spans of one label that are the same within SAME_SPAN_IOU are one truth with their votes
    together: two people who agree have not seen two patterns. `spans` are in order of time."""
    kept: list[IndexedSpan] = []
    of_label: dict[str, list[int]] = {}
    for span in spans:
        own = of_label.setdefault(span.label, [])
        same = next((at for at in own[-NEIGHBOURS:] if iou(kept[at], span) >= SAME_SPAN_IOU), None)
        if same is None:
            own.append(len(kept))
            kept.append(span)
        else:
            kept[same] = replace(kept[same], weight=kept[same].weight + span.weight)
    return kept


def _weight(span: Span) -> float:
    """1 for a person who is sure (5) or did not say; 0.6 for a guess (1)."""
    if span.label == NEGATIVE:
        return NEGATIVE_WEIGHT
    return 1.0 if span.confidence is None else 0.5 + span.confidence / 10
