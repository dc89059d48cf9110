"""Labels that are likely wrong, from what models said of bars that they had not learnt from.

After ObjectLab (Tkachenko, Thyagarajan, Mueller: Detecting Errors in Labels for Object Detection,
2023), which cleanlab has for boxes in pictures: overlooked, badly located and swapped labels, in
one dimension; and labels that are there twice.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from .candle_columns import Mask
from .overlaps import iou
from .prediction import PredictedSpan
from .span_ranges import NEGATIVE, IndexedSpan

Kind = Literal["label", "edges", "missing", "doubled"]

SAME_PLACE = 0.5
"""IoU from which on a prediction is about a span."""
NEAR = 0.15
"""IoU from which on one of the same label may be the same pattern with other edges."""
DOUBLED = 0.4
"""IoU from which on two spans of a label are one pattern."""


@dataclass(frozen=True)
class LabelError:
    """What is proposed in a label's place; both ends belong to it."""

    kind: Kind
    first: int
    last: int
    label: str
    score: float
    """0 to 1: the higher, the likelier an error."""
    span: int | None
    """Number of the span that is wrong; None where one is missing."""


def find(
    spans: Sequence[IndexedSpan], predicted: Sequence[PredictedSpan], examined: Mask
) -> list[LabelError]:
    """The likeliest first, each span and each place once. `predicted` are out of fold wherever
    bars are examined; others are not looked at."""
    known = _InTime(
        IndexedSpan(own.first, own.last, own.label, own.score)
        for own in predicted
        if examined[own.first : own.last + 1].all()
    )
    patterns = [(at, span) for at, span in enumerate(spans) if span.label != NEGATIVE]
    errors = [*_doubled(patterns), *_missing(_InTime(spans), known)]
    for at, span in patterns:
        errors += _of_span(at, span, known)
    errors.sort(key=lambda error: (-error.score, error.first, error.last))
    return list(_once(errors))


class _InTime:
    """Spans by where they are: each is held against those that it touches, not against all."""

    def __init__(self, spans: Iterable[IndexedSpan]) -> None:
        self.spans = sorted(spans, key=lambda own: (own.first, own.last))
        self._first = [own.first for own in self.spans]
        self._longest = max(map(len, self.spans), default=0)

    def touching(self, span: IndexedSpan) -> list[IndexedSpan]:
        low = bisect_left(self._first, span.first - self._longest)
        high = bisect_right(self._first, span.last)
        return [own for own in self.spans[low:high] if own.last >= span.first]


def _of_span(at: int, span: IndexedSpan, known: _InTime) -> list[LabelError]:
    here = [(iou(span, own), own) for own in known.touching(span)]
    agrees = max((own.weight * part for part, own in here if own.label == span.label), default=0.0)
    errors: list[LabelError] = []
    for part, own in here:
        if own.label != span.label and part >= SAME_PLACE:
            score = own.weight * (1 - agrees)
            errors.append(LabelError("label", span.first, span.last, own.label, score, at))
        if own.label == span.label and NEAR <= part < SAME_PLACE:
            score = own.weight * (1 - part) ** 0.5
            errors.append(LabelError("edges", own.first, own.last, own.label, score, at))
    return errors


def _doubled(patterns: Sequence[tuple[int, IndexedSpan]]) -> list[LabelError]:
    """Of two that are the same the later one: the earlier stays as it is."""
    errors = []
    ordered = sorted(patterns, key=lambda own: (own[1].first, own[1].last, own[0]))
    for number, (_, span) in enumerate(ordered):
        for at, other in ordered[number + 1 :]:
            if other.first > span.last:
                break
            part = iou(span, other)
            if other.label == span.label and part >= DOUBLED:
                score = 0.5 + part / 2
                errors.append(LabelError("doubled", span.first, span.last, span.label, score, at))
    return errors


def _missing(spans: _InTime, known: _InTime) -> list[LabelError]:
    """Proposals where people have said nothing at all."""
    return [
        LabelError("missing", own.first, own.last, own.label, own.weight, None)
        for own in known.spans
        if not any(iou(own, span) >= NEAR for span in spans.touching(own))
    ]


def _once(errors: Sequence[LabelError]) -> list[LabelError]:
    """The likeliest of each span, and of what is proposed for the same place and label."""
    kept: list[LabelError] = []
    seen: set[int] = set()
    for error in errors:
        if error.span in seen:
            continue
        kept.append(error)
        if error.span is not None:
            seen.add(error.span)
    return kept
