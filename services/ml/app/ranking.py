"""Windows most like what people accepted and unlike what they rejected.

Similarity is the correlation with accepted spans, each resampled to POINTS closes; beside it stands
a forest that has learnt from windows near the answers. Its word counts only where it orders the
answers themselves better than similarity does, each answer being told by a forest that had not
seen it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .candle_columns import Candles, Floats, Ints, Matrix
from .features import windows
from .features.windows import Windows
from .models.classifier import FitOptions
from .models.forest import Forest
from .search import Match, without_overlaps

Range = tuple[int, int]
"""First and last candle; both belong to it."""

STRETCHES = np.geomspace(0.5, 2.0, 9)
"""Lengths that are looked at, as multiples of the example's."""
POINTS = 32
BEST = 3
"""Accepted spans that a window's similarity is the mean of."""
POSITIVE_IOU = 0.6
NEGATIVE_IOU = 0.35
REJECTED_IOU = 0.3
MAX_NEGATIVES = 6_000
KEPT_PER_MATCH = 400
"""Windows that the forest is asked about for each match, those most alike first."""
FOLDS = 3
LEAST_OF_A_KIND = 3
"""Answers of either kind without which there is nothing to hold a forest against."""


@dataclass(frozen=True)
class Answered:
    """A chart and what people said on it."""

    candles: Candles
    accepted: Sequence[Range]
    rejected: Sequence[Range]

    def __len__(self) -> int:
        return len(self.accepted) + len(self.rejected)


class Ranking:
    """Made from answers once; finds windows on any chart."""

    def __init__(self, bars: int, templates: Matrix, forest: Forest | None) -> None:
        self._lengths = lengths_around(bars)
        self._templates = templates
        self.forest = forest
        """None where similarity alone is better, or there are too few answers."""

    @classmethod
    def learn(cls, bars: int, charts: Sequence[Answered], seed: int = 0) -> "Ranking":
        """`bars`: length of the example, which is among the accepted. At least one is accepted."""
        templates = np.concatenate(
            [_shapes(own.candles.close, _of(own.accepted)) for own in charts if own.accepted]
        )
        plain = cls(bars, templates, None)
        rows, classes, weights, answer = _examples(charts, plain._lengths)
        options = FitOptions(class_count=2, threads=1, seed=seed)
        if not _forest_helps(charts, templates, rows, classes, weights, answer, options):
            return plain
        return cls(bars, templates, Forest.fit(rows, classes, weights, options))

    def find(
        self,
        candles: Candles,
        limit: int,
        *,
        judged: Iterable[Range] = (),
        stop: int | None = None,
    ) -> list[Match]:
        """The best windows that overlap neither each other nor what is judged; a match's
        correlation is its score, 0 to 1."""
        count = len(candles) if stop is None else min(stop, len(candles))
        taken = list(judged)
        keep = KEPT_PER_MATCH * (limit + len(taken))
        grid, similarity = self._most_alike(candles.close[:count], keep)
        score = similarity
        if self.forest is not None and len(grid):
            matrix = windows.compute_features(candles.part(0, count), grid)
            score = np.sqrt(self.forest.predict(matrix)[:, 1] * similarity)
        order = np.argsort(-score, kind="stable")
        matches = [Match(int(grid.first[i]), int(grid.last[i]), float(score[i])) for i in order]
        return without_overlaps(matches, taken, limit)

    def _most_alike(self, close: Floats, keep: int) -> tuple[Windows, Floats]:
        """The windows with the highest similarity above 0, in order of their first candle."""
        fitting = [bars for bars in self._lengths if bars <= len(close)]
        first, last, similarity = np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0)
        for block in windows.blocks(len(close), fitting) if fitting else ():
            alike = _similarity(_shapes(close, block), self._templates)
            good = np.flatnonzero(alike > 0)
            first = np.concatenate([first, block.first[good]])
            last = np.concatenate([last, block.last[good]])
            similarity = np.concatenate([similarity, alike[good]])
            if len(first) > keep:
                best = np.sort(np.argpartition(-similarity, keep)[:keep])
                first, last, similarity = first[best], last[best], similarity[best]
        return Windows(first, last), similarity


def lengths_around(bars: int) -> list[int]:
    return sorted({max(4, round(bars * float(stretch))) for stretch in STRETCHES})


def _of(ranges: Sequence[Range]) -> Windows:
    table = np.array(ranges, np.int64).reshape(-1, 2)
    return Windows(table[:, 0], table[:, 1])


def _shapes(close: Floats, grid: Windows) -> Matrix:
    """A row per window: POINTS closes, of mean 0 and length 1; 0 where it does not move."""
    place = grid.first[:, None] + np.linspace(0, 1, POINTS) * (grid.last - grid.first)[:, None]
    at = np.floor(place).astype(np.int64)
    share = place - at
    after = np.minimum(at + 1, grid.last[:, None])
    values = close[at] * (1 - share) + close[after] * share
    values -= values.mean(axis=1, keepdims=True)
    norm = np.sqrt((values**2).sum(axis=1, keepdims=True))
    shapes: Matrix = np.divide(values, norm, out=np.zeros_like(values), where=norm > 0).astype(
        np.float32
    )
    return shapes


def _similarity(shapes: Matrix, templates: Matrix) -> Floats:
    """Mean correlation with the BEST most alike templates."""
    r = shapes @ templates.T
    if r.shape[1] > BEST:
        r = -np.partition(-r, BEST - 1, axis=1)[:, :BEST]
    mean: Floats = np.clip(r.mean(axis=1), 0.0, 1.0).astype(np.float64)
    return mean


Examples = tuple[Matrix, NDArray[np.int32], Floats, Ints]


def _examples(charts: Sequence[Answered], lengths: Sequence[int]) -> Examples:
    """Windows near answers: features, class (1 for the pattern), weight, number of the answer."""
    parts: list[Examples] = []
    number = 0
    for own in charts:
        if len(own) == 0:
            continue
        grid, classes, answer = _near_answers(own, lengths)
        parts.append(
            (
                windows.compute_features(own.candles, grid),
                classes,
                np.ones(len(grid)),
                answer + number,
            )
        )
        number += len(own)
    rows, classes, weights, answer = (np.concatenate(part) for part in zip(*parts, strict=True))
    negative = np.flatnonzero(classes == 0)
    if len(negative) > MAX_NEGATIVES:
        rng = np.random.default_rng(0)
        dropped = rng.choice(negative, len(negative) - MAX_NEGATIVES, replace=False)
        kept = np.setdiff1d(np.arange(len(classes)), dropped)
        rows, classes, weights, answer = rows[kept], classes[kept], weights[kept], answer[kept]
    # Each accepted span weighs the same, and together as much as what is no pattern.
    positive = classes == 1
    counts = np.bincount(answer[positive], minlength=number)
    weights[positive] = 1.0 / counts[answer[positive]]
    total = weights[positive].sum()
    if total > 0 and (~positive).any():
        weights[positive] *= (~positive).sum() / total
    return rows, classes, weights, answer


def _near_answers(own: Answered, lengths: Sequence[int]) -> tuple[Windows, NDArray[np.int32], Ints]:
    """Windows that an answer says something of: 1 where they are much like an accepted span, 0
    where they share a part of a rejected one, or lie beside an accepted one."""
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
        iou = _iou(grid.take(near), first, last)
        is_pattern = (iou >= POSITIVE_IOU) & is_accepted
        is_none = iou < NEGATIVE_IOU if is_accepted else iou >= REJECTED_IOU
        # What one answer calls the pattern, or says no to, another beside it does not take back.
        says = np.where(is_pattern, 2.0, np.where(is_none & (not is_accepted), 1.0, 0.5))
        taken = (is_pattern | is_none) & (says + iou > best[near])
        rows = near[taken]
        chosen[rows] = is_pattern[taken]
        answer[rows] = number
        best[rows] = (says + iou)[taken]
    rows = np.flatnonzero(chosen >= 0)
    return grid.take(rows), chosen[rows], answer[rows]


def _iou(grid: Windows, first: int, last: int) -> Floats:
    shared = np.minimum(grid.last, last) - np.maximum(grid.first, first) + 1
    joint = np.maximum(grid.last, last) - np.minimum(grid.first, first) + 1
    iou: Floats = np.maximum(shared, 0) / joint
    return iou


def _forest_helps(
    charts: Sequence[Answered],
    templates: Matrix,
    rows: Matrix,
    classes: NDArray[np.int32],
    weights: Floats,
    answer: Ints,
    options: FitOptions,
) -> bool:
    """Whether answers are ordered better with it, each fold of them by a forest without them."""
    is_yes = np.concatenate(
        [np.r_[np.ones(len(own.accepted)), np.zeros(len(own.rejected))] for own in charts]
    ).astype(bool)
    if min(is_yes.sum(), (~is_yes).sum()) < LEAST_OF_A_KIND:
        return False
    features, shapes = [], []
    for own in charts:
        if len(own):
            said = _of([*own.accepted, *own.rejected])
            order = np.argsort(said.first, kind="stable")
            table = windows.compute_features(own.candles, said.take(order))
            features.append(table[np.argsort(order, kind="stable")])
            shapes.append(_shapes(own.candles.close, said))
    asked, own_shapes = np.concatenate(features), np.concatenate(shapes)
    similarity = _similarity_without_itself(own_shapes, is_yes)
    fold = np.random.default_rng(options.seed).permutation(len(is_yes)) % FOLDS
    probability = np.zeros(len(is_yes))
    for number in range(FOLDS):
        learnt = fold[answer] != number
        if len(np.unique(classes[learnt])) < 2:
            return False
        forest = Forest.fit(rows[learnt], classes[learnt], weights[learnt], options)
        tested = fold == number
        probability[tested] = forest.predict(asked[tested])[:, 1]
    combined = np.sqrt(probability * similarity)
    return average_precision(combined, is_yes) > average_precision(similarity, is_yes)


def _similarity_without_itself(shapes: Matrix, is_yes: NDArray[np.bool_]) -> Floats:
    """To the accepted ones but itself."""
    r = shapes @ shapes[is_yes].T
    own = np.flatnonzero(is_yes)
    r[own, np.arange(len(own))] = -1.0
    count = min(BEST, r.shape[1] - 1)
    best = -np.partition(-r, count - 1, axis=1)[:, :count]
    mean: Floats = np.clip(best.mean(axis=1), 0.0, 1.0).astype(np.float64)
    return mean


def average_precision(score: Floats, is_right: NDArray[np.bool_]) -> float:
    """Mean of the precision at each that is right, the highest score first."""
    ordered = is_right[np.argsort(-score, kind="stable")]
    hits = np.cumsum(ordered)
    return float((hits / np.arange(1, len(ordered) + 1))[ordered].mean()) if hits[-1] else 0.0
