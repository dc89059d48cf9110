"""Edges of predicted spans, drawn to where what was learnt of edges says that they are.

How far is told per label by least squares on spans that were predicted out of fold: 0 leaves the
edges as they are, 1 takes what was learnt.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from .candle_columns import CandleSource, Floats, Ints, Mask, Matrix
from .edges import Edges, offsets_to, shared_out
from .features import windows
from .features.windows import Windows
from .models.classifier import Arrays
from .overlaps import iou
from .prediction import PredictedSpan, crowds, touching
from .span_ranges import IndexedSpan

TREES, LEAF = 20, 8
AROUND = ((0.0, 0.0), (-0.1, 0.0), (0.1, 0.0), (0.0, -0.1), (0.0, 0.1))
"""By how much of its length the edges of the windows are off that are asked about a span; the mean
of what they say counts."""
LEAST_IOU = 0.4
"""Of a predicted span with the one that its edges are held against."""


@dataclass(frozen=True)
class SpanEdges:
    """As a model holds them."""

    edges: Edges
    pull: dict[str, float]
    """Per label, 0 to 1."""

    def dump(self, labels: Sequence[str]) -> Arrays:
        pull = np.array([self.pull.get(label, 0.0) for label in labels])
        return {"pull": pull, **self.edges.dump()}

    @classmethod
    def load(cls, arrays: Arrays, labels: Sequence[str]) -> "SpanEdges":
        """Raises BadInput, or ValueError."""
        pull = arrays["pull"].tolist()
        return cls(Edges.load(arrays), dict(zip(labels, pull, strict=True)))

    def apply(
        self,
        candles: CandleSource,
        spans: Sequence[PredictedSpan],
        is_allowed: Callable[[Windows, Windows], Mask],
    ) -> list[PredictedSpan]:
        """The spans with other edges, as `moved` has them."""
        places = said(candles, spans, np.zeros(len(spans), np.int64), {0: [self.edges]})
        return moved(spans, places, self.pull, is_allowed)


def learn(features: Matrix, grid: Windows, span: Ints, edges: Ints, seed: int) -> Edges:
    """From windows over spans; `span` has the number of each window's span, `edges` the first and
    last candle of that."""
    return Edges.fit(
        features, offsets_to(edges, grid), shared_out(span), seed, trees=TREES, leaf=LEAF
    )


def said(
    candles: CandleSource,
    spans: Sequence[PredictedSpan],
    key: Ints,
    edges: Mapping[int, Sequence[Edges]],
) -> Floats:
    """First and last candle of each span as the edges by its key have them, in the mean; its own
    where there are none."""
    own = windows_of(spans)
    count, bars = len(candles), own.last - own.first + 1
    parts = []
    for before, behind in AROUND:
        first = np.maximum(np.rint(own.first + before * bars).astype(np.int64), 0)
        last = np.minimum(np.rint(own.last + behind * bars).astype(np.int64), count - 1)
        parts.append(np.stack([first, np.maximum(last, first)], axis=1))
    first, last = np.concatenate(parts).T
    order = np.argsort(first, kind="stable")
    grid, number = Windows(first[order], last[order]), order % max(1, len(spans))
    places = np.zeros((len(spans), 2))
    unknown = ~np.isin(key, list(edges))
    places[unknown] = np.stack([own.first, own.last], axis=1)[unknown]
    for some in windows.stretches(grid):
        part = grid.take(some)
        matrix = windows.compute_features(candles, part)
        for own_key in np.unique(key[number[some]]).tolist():
            asked = np.flatnonzero(key[number[some]] == own_key)
            models = edges.get(own_key, ())
            for model in models:
                place = np.stack(model.of(part.take(asked), matrix[asked], count), axis=1)
                np.add.at(places, number[some][asked], place / (len(models) * len(AROUND)))
    return places


def pairs(
    spans: Sequence[PredictedSpan], places: Floats, drawn: Sequence[IndexedSpan]
) -> dict[str, Floats]:
    """Per label, what was learnt (0) and the truth (1) of each edge of the spans that lie over one
    that was drawn, both as distances from the edge in lengths of the span, and the score (2)."""
    found: dict[str, list[tuple[float, float, float]]] = {}
    for span, place in zip(spans, places, strict=True):
        same = [own for own in drawn if own.label == span.label and own.first <= span.last]
        best = max(same, key=lambda own: iou(own, span), default=None)
        if best is None or iou(best, span) < LEAST_IOU:
            continue
        bars = span.last - span.first + 1
        for edge, learnt, truth in (
            (span.first, place[0], best.first),
            (span.last, place[1], best.last),
        ):
            found.setdefault(span.label, []).append(
                ((learnt - edge) / bars, (truth - edge) / bars, span.score)
            )
    return {label: np.array(own) for label, own in found.items()}


def pull_of(own: Floats) -> float:
    """How far to follow what was learnt: least squares over `pairs` of a label, 0 to 1."""
    learnt, truth, weight = own.T
    square = float((weight * learnt**2).sum())
    return min(max(float((weight * learnt * truth).sum()) / square, 0.0), 1.0) if square else 0.0


def moved(
    spans: Sequence[PredictedSpan],
    places: Floats,
    pull: Mapping[str, float],
    is_allowed: Callable[[Windows, Windows], Mask],
) -> list[PredictedSpan]:
    """In order of time. The best go first; one that would crowd another, or of which `is_allowed`,
    told where spans are and would be, does not say yes, keeps its edges."""
    own = windows_of(spans)
    now = np.stack([own.first, own.last], axis=1)
    share = np.array([pull.get(span.label, 0.0) for span in spans])
    wanted = np.rint(now + share[:, None] * (places - now)).astype(np.int64)
    goes = (wanted != now).any(axis=1) & (wanted[:, 0] <= wanted[:, 1])
    rows = np.flatnonzero(goes)
    goes[rows] = is_allowed(own.take(rows), Windows(wanted[rows, 0], wanted[rows, 1]))
    longest = int(np.diff(now, axis=1).max(initial=0)) + 1
    score = np.array([span.score for span in spans])
    labels = np.unique([span.label for span in spans], return_inverse=True)[1]
    order = np.argsort(-score, kind="stable")
    for row in order[goes[order]].tolist():
        a, b = wanted[row].tolist()
        # Edges move by less than a length.
        near = np.arange(len(spans))[touching(own.first, a - longest, b + longest, longest)]
        near = near[near != row]
        if not crowds(now[near, 0], now[near, 1], labels[near] == labels[row], a, b).any():
            now[row] = a, b
    result = [
        replace(span, first=first, last=last)
        for span, (first, last) in zip(spans, now.tolist(), strict=True)
    ]
    return sorted(result, key=lambda span: (span.first, span.last))


def windows_of(spans: Sequence[PredictedSpan]) -> Windows:
    return Windows(
        np.array([span.first for span in spans], np.int64),
        np.array([span.last for span in spans], np.int64),
    )
