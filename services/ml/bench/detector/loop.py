"""The loop that the product has, and what it is held against; an honest annotator answers."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from app.answers import Answered, Range
from app.candle_columns import Candles
from app.ranking import Ranking
from app.search import MAX_OVERLAP, Match, Query, Series

from ..quality.judge import Labelled, mean_average_precision
from .sets import Set

LOOP, SIMILARITY, RANDOM = "search and loop", "similarity alone", "random order"
EVERY = 10
KEPT = 3
"""Candidates of the ranking before that stay first: somebody may be answering them."""
LIMIT = 40
FOUND_PER_TRUE = 3
YES_IOU = 0.2
EXACT_IOU = 0.75


@dataclass
class Annotator:
    """Says yes where a true span is from YES_IOU on, with edges put right below EXACT_IOU."""

    truth: Sequence[Range]
    accepted: list[Range]
    rejected: list[Range]

    def answer(self, match: Match) -> None:
        own = (match.first, match.last)
        best = max(self.truth, key=lambda span: iou(span, own))
        overlap = iou(best, own)
        if overlap < YES_IOU:
            self.rejected.append(own)
        else:
            self.accepted.append(own if overlap >= EXACT_IOU else best)

    @property
    def judged(self) -> list[Range]:
        return [*self.accepted, *self.rejected]


@dataclass(frozen=True)
class Point:
    """Mean average precision after so many answers."""

    answers: int
    whole: float
    """Of what the annotator has then on the chart: accepted spans, and what is found beside."""
    fresh: float
    accepted: int
    has_forest: bool


Find = Callable[[Candles, int, Sequence[Range]], list[Match]]


def run(own: Set, points: Sequence[int], method: str = LOOP) -> list[Point]:
    person = Annotator(own.truth, [own.start], [])
    at_random = _random_windows(own) if method == RANDOM else None
    limit = max(LIMIT, FOUND_PER_TRUE * len(own.truth))
    find, has_forest = _by_likeness(own), False
    ranked = find(own.candles, limit, person.judged)
    queue = ranked[:LIMIT]
    measured = []
    for answers in range(max(points) + 1):
        if answers and answers % EVERY == 0 and (at_random is None or answers in points):
            if method != SIMILARITY:
                find, has_forest = _learn(own, person)
            ranked = find(own.candles, limit, person.judged)
            kept = queue[:KEPT]
            queue = [*kept, *_open(ranked, [(match.first, match.last) for match in kept])[:LIMIT]]
        if answers in points:
            rest = _open(ranked, person.judged)
            fresh = find(own.fresh, FOUND_PER_TRUE * len(own.fresh_truth), ())
            point = Point(
                answers,
                mean_ap(person.accepted, rest, own.truth),
                mean_ap((), fresh, own.fresh_truth),
                len(person.accepted),
                has_forest,
            )
            measured.append(point)
        match = next(_open_ones(at_random or queue, person.judged), None)
        if match is None:
            break
        person.answer(match)
        queue = _open(queue, person.judged)
    return measured


def _by_likeness(own: Set) -> Find:
    """Search by the one span, as "find similar" does at first."""
    query = Query.of(own.candles, *own.start)
    return lambda candles, limit, judged: Series(candles).search(query, limit, judged=judged)


def _learn(own: Set, person: Annotator) -> tuple[Find, bool]:
    bars = own.start[1] - own.start[0] + 1
    ranking = Ranking.learn(bars, [Answered(own.candles, person.accepted, person.rejected)])
    return (
        lambda candles, limit, judged: ranking.find(candles, limit, judged=judged),
        ranking.forest is not None,
    )


def _random_windows(own: Set) -> Iterator[Match]:
    """Of the lengths that a search looks at."""
    lengths = Query.of(own.candles, *own.start).lengths()
    rng = np.random.default_rng(0)
    while True:
        bars = int(rng.choice(lengths))
        first = int(rng.integers(len(own.candles) - bars + 1))
        yield Match(first, first + bars - 1, 0.0)


def mean_ap(sure: Sequence[Range], found: Sequence[Match], truth: Sequence[Range]) -> float:
    """Over IoU 0.3, 0.5 and 0.7; spans that are sure come first."""
    predicted = [Labelled(*span, "it", 2.0) for span in sure]
    predicted += [Labelled(m.first, m.last, "it", m.correlation) for m in found]
    return mean_average_precision(predicted, [Labelled(*span, "it") for span in truth])


def iou(a: Range, b: Range) -> float:
    shared = min(a[1], b[1]) - max(a[0], b[0]) + 1
    return max(shared, 0) / (max(a[1], b[1]) - min(a[0], b[0]) + 1)


def _open(matches: Iterable[Match], judged: Sequence[Range]) -> list[Match]:
    return list(_open_ones(matches, judged))


def _open_ones(matches: Iterable[Match], judged: Sequence[Range]) -> Iterator[Match]:
    return (match for match in matches if is_open(match, judged))


def is_open(match: Match, judged: Sequence[Range]) -> bool:
    """Whether it overlaps nothing that is judged by more than a search allows."""
    for first, last in judged:
        shared = min(last, match.last) - max(first, match.first) + 1
        if shared > MAX_OVERLAP * (min(last - first, match.last - match.first) + 1):
            return False
    return True
