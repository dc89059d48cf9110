"""The window that a person should look at now, and why.

With a model: of what it proposes where nobody has looked, the one that it is least sure of, that
looks least like what is labelled already, and about which its two halves disagree, these three
multiplied (uncertainty and diversity sampling: Settles, Active Learning Literature Survey, 2009).
Without one: on the chart of which the least was examined, the window least like what is labelled.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from .candle_columns import Candles, Floats, Ints, Mask, Matrix
from .examined import runs_of
from .features import windows
from .features.windows import Windows
from .models.classifier import Classifier
from .models.document import Model
from .models.ensemble import parts_of
from .prediction import PredictedSpan
from .span_ranges import IndexedSpan

POINTS = 32
"""Closes that a window's shape is compared by."""
LEAST_FACTOR = 0.2
"""Novelty and disagreement of 0 still leave a window in question."""
MOST_ASKED = 200
"""Proposals of a chart that are looked at more closely, those least sure first."""
TRIED = 300
"""Windows of a chart that are tried where there is no model."""
USUAL_BARS = 48
"""Length of a window where nothing is labelled yet."""
MAX_OVERLAP = 0.3
"""Of the shorter of two windows that are told one after the other."""


@dataclass(frozen=True)
class Pool:
    """A chart, and what is left to look at on it."""

    chart_id: int
    candles: Candles
    closed: Mask
    """Per candle: examined, judged, or told before."""
    spans: Sequence[IndexedSpan]
    """What people have labelled as a pattern."""

    @property
    def examined_share(self) -> float:
        return float(self.closed.mean()) if len(self.closed) else 1.0


@dataclass(frozen=True)
class Choice:
    chart_id: int
    first: int
    last: int
    value: float
    """Of choices with a model, and of those without: the higher, the sooner."""
    novelty: float | None
    """1 less the correlation with the labelled span most like it; None where none is labelled."""
    label: str | None = None
    """What the model takes it for; None without one."""
    score: float | None = None
    disagreement: float | None = None
    """Between the forest and the boosting, 0 to 1."""


def rank(
    pools: Sequence[Pool],
    model: Model | None,
    predicted: Mapping[int, Sequence[PredictedSpan]],
    limit: int,
    seed: int = 0,
) -> list[Choice]:
    """The `limit` windows to look at first; `predicted` by chart, with calibrated scores."""
    shapes = labelled_shapes(pools)
    choices = [
        choice
        for pool in pools
        if model is not None
        for choice in _unsure(pool, model, predicted.get(pool.chart_id, ()), shapes)
    ]
    if not choices:
        by_share = sorted(pools, key=lambda pool: (pool.examined_share, -len(pool.candles)))
        for pool in by_share:
            choices = _unlike(pool, shapes, _usual_bars(pools), np.random.default_rng(seed))
            if choices:
                break
    return list(_apart(sorted(choices, key=lambda choice: -choice.value), limit))


def labelled_shapes(pools: Sequence[Pool]) -> Matrix:
    """A row a span, of mean 0 and length 1."""
    own = [
        shapes_of(
            pool.candles.close,
            np.array([span.first for span in pool.spans], np.int64),
            np.array([span.last for span in pool.spans], np.int64),
        )
        for pool in pools
    ]
    return np.concatenate(own) if own else np.empty((0, POINTS), np.float32)


def shapes_of(close: Floats, first: Ints, last: Ints) -> Matrix:
    place = first[:, None] + np.linspace(0, 1, POINTS) * (last - first)[:, None]
    values = np.interp(place, np.arange(len(close)), close)
    values -= values.mean(axis=1, keepdims=True)
    norm = np.sqrt((values**2).sum(axis=1, keepdims=True))
    unit = np.divide(values, norm, out=np.zeros_like(values), where=norm > 0)
    shapes: Matrix = unit.astype(np.float32)
    return shapes


def novelty(shapes: Matrix, labelled: Matrix) -> Floats:
    """Per window; 1 where nothing is labelled."""
    if not len(labelled):
        return np.ones(len(shapes))
    alike = (shapes @ labelled.T).max(axis=1)
    return np.asarray(1.0 - np.clip(alike, 0.0, 1.0), np.float64)


def teaches(score: Floats, new: Floats, apart: Floats) -> Floats:
    """Uncertainty × novelty × disagreement, all 0 to 1, as is what comes of them."""
    unsure = 1 - np.abs(2 * score - 1)
    most = (LEAST_FACTOR + 1) ** 2
    value: Floats = unsure * (LEAST_FACTOR + new) * (LEAST_FACTOR + apart) / most
    return value


def between(models: Sequence[Classifier], rows: Matrix, column: Ints) -> Floats:
    """How far the models, and the halves of each, are apart about a column of each row, 0 to 1."""
    parts = [part for model in models for part in parts_of(model)]
    said = [part.predict(rows)[np.arange(len(rows)), column] for part in parts]
    apart: Floats = np.ptp(np.array(said), axis=0)
    return apart


def _unsure(
    pool: Pool, model: Model, predicted: Sequence[PredictedSpan], labelled: Matrix
) -> list[Choice]:
    free = [
        span
        for span in predicted
        if span.label in model.header.labels and not pool.closed[span.first : span.last + 1].any()
    ]
    free = sorted(free, key=lambda span: abs(span.score - 0.5))[:MOST_ASKED]
    if not free:
        return []
    first = np.array([span.first for span in free], np.int64)
    last = np.array([span.last for span in free], np.int64)
    column = np.array([1 + model.header.labels.index(span.label) for span in free])
    score = np.array([span.score for span in free])
    new = novelty(shapes_of(pool.candles.close, first, last), labelled)
    rows = windows.compute_features(pool.candles, Windows(first, last))
    apart = between([model.classifier], rows, column)
    value = teaches(score, new, apart)
    return [
        Choice(
            pool.chart_id,
            span.first,
            span.last,
            float(value[at]),
            float(new[at]) if len(labelled) else None,
            span.label,
            span.score,
            float(apart[at]),
        )
        for at, span in enumerate(free)
    ]


def _unlike(pool: Pool, labelled: Matrix, bars: int, rng: np.random.Generator) -> list[Choice]:
    """Windows where nobody has looked; in order of time where nothing is labelled yet."""
    stretches = [(a, b) for a, b in runs_of(~pool.closed) if b - a + 1 >= bars]
    if not stretches:
        return []
    if not len(labelled):
        first, last = max(stretches, key=lambda stretch: stretch[1] - stretch[0])
        starts = np.arange(first, last - bars + 2, bars)[:TRIED]
        values = np.linspace(1.0, 0.5, len(starts))
        return [
            Choice(pool.chart_id, int(at), int(at) + bars - 1, float(value), None)
            for at, value in zip(starts, values, strict=True)
        ]
    possible = np.concatenate([np.arange(a, b - bars + 2) for a, b in stretches])
    tried = np.sort(rng.choice(possible, min(TRIED, len(possible)), replace=False))
    new = novelty(shapes_of(pool.candles.close, tried, tried + bars - 1), labelled)
    return [
        Choice(pool.chart_id, int(at), int(at) + bars - 1, float(value), float(value))
        for at, value in zip(tried, new, strict=True)
    ]


def _usual_bars(pools: Sequence[Pool]) -> int:
    lengths = [len(span) for pool in pools for span in pool.spans]
    return int(np.median(lengths)) if lengths else USUAL_BARS


def _apart(choices: Sequence[Choice], limit: int) -> Iterator[Choice]:
    """Those that share no more than MAX_OVERLAP of the shorter with an earlier one."""
    kept: list[Choice] = []
    for choice in choices:
        if len(kept) == limit:
            return
        if not any(_overlaps(choice, other) for other in kept):
            kept.append(choice)
            yield choice


def _overlaps(a: Choice, b: Choice) -> bool:
    shared = min(a.last, b.last) - max(a.first, b.first) + 1
    shorter = min(a.last - a.first, b.last - b.first) + 1
    return a.chart_id == b.chart_id and shared > MAX_OVERLAP * shorter
