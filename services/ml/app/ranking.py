"""Windows most like what people accepted and unlike what they rejected.

Similarity is the correlation with accepted spans, each resampled to POINTS closes; beside it stands
a forest that has learnt from windows near the answers. It goes where the answers themselves, each
told by a forest and by spans that had not seen it, say that similarity alone orders better. Edges
are then drawn to where the windows there say that the pattern begins and ends.
"""

from collections.abc import Iterable, Sequence

import numpy as np

from . import label_next
from .answers import (
    Answered,
    Examples,
    Range,
    answers_themselves,
    near_answers,
    weights,
    windows_of,
)
from .candle_columns import Candles, Floats, Mask, Matrix
from .edges import Edges
from .features import windows
from .features.windows import Windows
from .likeness import shapes, similarity
from .models.classifier import FitOptions
from .models.forest import Forest
from .overlaps import shares_of_shorter
from .prediction import fused_edges, touching
from .search import MAX_OVERLAP, MIN_BARS, Match

EXAMPLE_STRETCH = (0.6, 1.75)
ACCEPTED_STRETCH = (0.9, 1.2)
"""Windows cover spans from the shortest to the longest, the example's and those that were accepted
times these: lengths follow the edges that people put right."""
KEPT_PER_MATCH = 400
"""Windows that the forest is asked about for each match, those most alike first."""
LEAST_ACCEPTED = 2
"""Spans without which there is no forest: it learns mostly from what lies beside them."""
LEAST_OF_A_KIND = 5
"""Answers, accepted and rejected, without which nothing can be held against it."""
FOLDS = 3
RESAMPLES = 200
SURE = 0.9
"""Share of resampled answers that similarity alone has to order better for the forest to go: what
was answered had been chosen by the forest before, so that it looks worse there than it is."""


class Ranking:
    """Made from answers once; finds windows on any chart."""

    def __init__(
        self,
        lengths: Sequence[int],
        templates: Matrix,
        forest: Forest | None = None,
        edges: Edges | None = None,
    ) -> None:
        self._lengths = lengths
        self._templates = templates
        self.forest = forest
        """None where similarity alone is better, or there are too few answers."""
        self._edges = edges

    @classmethod
    def learn(cls, bars: int, charts: Sequence[Answered], seed: int = 0) -> "Ranking":
        """`bars`: length of the example, which is among the accepted. At least one is accepted."""
        lengths = lengths_for(bars, [span for own in charts for span in own.accepted])
        templates = np.concatenate(
            [shapes(own.candles.close, windows_of(own.accepted)) for own in charts]
        )
        plain = cls(lengths, templates)
        if len(templates) < LEAST_ACCEPTED:
            return plain
        rows = near_answers(charts, lengths)
        options = FitOptions(class_count=2, threads=1, seed=seed)
        is_split = rows.is_pattern.any() and not rows.is_pattern.all()
        if not is_split or not _forest_helps(answers_themselves(charts), rows, options):
            return plain
        return cls(lengths, templates, _fit(rows, options), Edges.learn(charts, lengths, seed))

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
        grid, score = self._most_alike(candles.close[:count], keep)
        said = None
        if self.forest is not None and len(grid):
            matrix = windows.compute_features(candles.part(0, count), grid)
            score = np.sqrt(self.forest.predict(matrix)[:, 1] * score)
            said = None if self._edges is None else self._edges.of(grid, matrix, count)
        return _best_apart(grid, score, taken, limit, said)

    def teaching(self, candles: Candles, matches: Sequence[Match]) -> list[float] | None:
        """How much an answer to each should teach, 0 to 1: the halves that may be apart are the
        forest and similarity. None where there is no forest, or nothing to tell of."""
        if self.forest is None or not matches:
            return None
        grid = windows_of([(match.first, match.last) for match in matches])
        own = shapes(candles.close, grid)
        probability = self.forest.predict(windows.compute_features(candles, grid))[:, 1]
        apart = np.abs(probability - similarity(own, self._templates))
        score = np.array([match.correlation for match in matches])
        new = label_next.novelty(own, self._templates)
        return [float(own) for own in np.clip(label_next.teaches(score, new, apart), 0.0, 1.0)]

    def _most_alike(self, close: Floats, keep: int) -> tuple[Windows, Floats]:
        """The windows with the highest similarity above 0, in order of their first candle."""
        fitting = [bars for bars in self._lengths if bars <= len(close)]
        first, last, best_r = np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0)
        for block in windows.blocks(len(close), fitting) if fitting else ():
            alike = similarity(shapes(close, block), self._templates)
            good = np.flatnonzero(alike > 0)
            first = np.concatenate([first, block.first[good]])
            last = np.concatenate([last, block.last[good]])
            best_r = np.concatenate([best_r, alike[good]])
            if len(first) > keep:
                best = np.sort(np.argpartition(-best_r, keep)[:keep])
                first, last, best_r = first[best], last[best], best_r[best]
        return Windows(first, last), best_r


def lengths_for(bars: int, accepted: Sequence[Range]) -> list[int]:
    """Of the windows that are looked at, in bars."""
    own = [last - first + 1 for first, last in accepted] or [bars]
    shortest = min(EXAMPLE_STRETCH[0] * bars, ACCEPTED_STRETCH[0] * min(own))
    longest = max(EXAMPLE_STRETCH[1] * bars, ACCEPTED_STRETCH[1] * max(own))
    lengths = windows.lengths_for([max(1, round(shortest)), round(longest)])
    return sorted({max(MIN_BARS, length) for length in lengths})


def _best_apart(
    grid: Windows,
    score: Floats,
    judged: Sequence[Range],
    limit: int,
    said: tuple[Floats, Floats] | None,
) -> list[Match]:
    """The best first, with edges where the windows much like it agree, or say that the pattern has
    them, unless these would overlap another match or what is judged."""
    longest = int((grid.last - grid.first).max(initial=0)) + 1
    free = score > 0
    taken: list[Range] = []

    def take(first: int, last: int) -> None:
        near = touching(grid.first, first, last, longest)
        share = shares_of_shorter(grid.first[near], grid.last[near], first, last)
        free[near] &= share <= MAX_OVERLAP
        taken.append((first, last))

    for own in judged:
        take(*own)
    matches: list[Match] = []
    for best in np.argsort(-score, kind="stable").tolist():
        if len(matches) == limit:
            break
        if not free[best]:
            continue
        edges = int(grid.first[best]), int(grid.last[best])
        near = touching(grid.first, *edges, longest)
        there = said and (said[0][near], said[1][near])
        fused = fused_edges(grid.first[near], grid.last[near], score[near], edges, there)
        if fused[1] - fused[0] + 1 >= MIN_BARS:
            others = windows_of(taken)
            shares = shares_of_shorter(others.first, others.last, *fused)
            if shares.max(initial=0.0) <= MAX_OVERLAP:
                edges = fused
        matches.append(Match(*edges, float(score[best])))
        take(*edges)
        free[best] = False
    return matches


def _fit(rows: Examples, options: FitOptions) -> Forest:
    return Forest.fit(rows.features, rows.is_pattern.astype(np.int32), weights(rows), options)


def _forest_helps(answers: Examples, rows: Examples, options: FitOptions) -> bool:
    """False where similarity alone surely puts accepted spans before rejected ones more often,
    each fold of the answers being told by a forest and by accepted spans without them."""
    is_yes = answers.is_pattern
    if min(is_yes.sum(), (~is_yes).sum()) < LEAST_OF_A_KIND:
        return True
    fold = np.random.default_rng(options.seed).permutation(len(is_yes)) % FOLDS
    alone, combined = np.zeros(len(is_yes)), np.zeros(len(is_yes))
    for number in range(FOLDS):
        learnt = rows.take(fold[rows.answer] != number)
        tested = fold == number
        known = answers.shapes[is_yes & ~tested]
        if not len(known) or learnt.is_pattern.all() or not learnt.is_pattern.any():
            return False
        alone[tested] = similarity(answers.shapes[tested], known)
        probability = _fit(learnt, options).predict(answers.features[tested])[:, 1]
        combined[tested] = np.sqrt(probability * alone[tested])
    rng = np.random.default_rng(options.seed)
    drawn = rng.integers(len(is_yes), size=(RESAMPLES, len(is_yes)))
    losses = [
        average_precision(combined[own], is_yes[own]) < average_precision(alone[own], is_yes[own])
        for own in drawn
    ]
    return float(np.mean(losses)) < SURE


def average_precision(score: Floats, is_right: Mask) -> float:
    """Mean of the precision at each that is right, the highest score first."""
    ordered = is_right[np.argsort(-score, kind="stable")]
    hits = np.cumsum(ordered)
    return float((hits / np.arange(1, len(ordered) + 1))[ordered].mean()) if hits[-1] else 0.0
