"""From one span to a detector, with a scripted annotator in the place of a person.

python -m bench.detector [--only NAME]

The annotator starts with one span and is shown the best window that nobody has judged, as "find
similar" shows it. It says yes where a true span is there (from an IoU of 0.2 on, with edges put
right below 0.75), else no; the ranking is made anew after every 10 answers. Its result is found
on the same chart, and on one on which nothing was answered: mean average precision over IoU 0.3,
0.5 and 0.7.
"""

import argparse
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from app.candle_columns import Candles
from app.ranking import Answered, Range, Ranking
from app.search import Match, Query, Series

from .quality import planted, rules
from .quality.data import eurusd, sp500
from .quality.judge import Labelled, mean_average_precision

EVERY = 10
POINTS = (0, 30, 50, 100)
LIMIT = 40
YES_IOU = 0.2
EXACT_IOU = 0.75
PATTERNS = 100
JUDGED_AT = 50
LEAST_GAIN = 1.4


@dataclass(frozen=True)
class Set:
    name: str
    candles: Candles
    truth: Sequence[Range]
    fresh: Candles
    fresh_truth: Sequence[Range]
    start: Range


def sets() -> Iterator[Set]:
    """Each pattern from two starting spans of other lengths."""
    days, hours = sp500(), eurusd()
    for kind in ("flag", "double_bottom"):
        own, truth = _planted(days, kind, 1)
        fresh, fresh_truth = _planted(days, kind, 2)
        for bars in (25, 16):
            start = _nearest(truth, bars)
            yield Set(f"{kind}, {bars} bars", own, truth, fresh, fresh_truth, start)
    for rule, find in rules.RULES.items():
        for name, own, fresh in (("S&P 500", days, hours), ("EUR/USD", hours, days)):
            truth, fresh_truth = find(own), find(fresh)
            for bars in (32, 14):
                start = _nearest(truth, bars)
                length = start[1] - start[0] + 1
                yield Set(f"{name} {rule}, {length} bars", own, truth, fresh, fresh_truth, start)


def _planted(source: Candles, kind: str, seed: int) -> tuple[Candles, list[Range]]:
    candles, spans = planted.plant(source, [kind], 3.0, PATTERNS, seed)
    return candles, [(span.first, span.last) for span in spans]


def _nearest(truth: Sequence[Range], bars: int) -> Range:
    return min(truth, key=lambda span: abs(span[1] - span[0] + 1 - bars))


@dataclass
class Annotator:
    """Says yes or no as the truth has it; its answers are `accepted` and `rejected`."""

    truth: Sequence[Range]
    accepted: list[Range]
    rejected: list[Range]

    def answer(self, match: Match) -> None:
        best = max(self.truth, key=lambda span: iou(span, (match.first, match.last)))
        overlap = iou(best, (match.first, match.last))
        own = (match.first, match.last)
        if overlap < YES_IOU:
            self.rejected.append(own)
        else:
            self.accepted.append(own if overlap >= EXACT_IOU else best)

    @property
    def judged(self) -> list[Range]:
        return [*self.accepted, *self.rejected]


def iou(a: Range, b: Range) -> float:
    shared = min(a[1], b[1]) - max(a[0], b[0]) + 1
    return max(shared, 0) / (max(a[1], b[1]) - min(a[0], b[0]) + 1)


@dataclass(frozen=True)
class Point:
    answers: int
    same: float
    fresh: float
    accepted: int
    has_forest: bool


def run(own: Set, points: Sequence[int] = POINTS) -> list[Point]:
    bars = own.start[1] - own.start[0] + 1
    series = Series(own.candles)
    query = Query.of(own.candles, *own.start)
    person = Annotator(own.truth, [own.start], [])
    measured = []

    def find_alike(candles: Candles) -> Callable[[int, Sequence[Range]], list[Match]]:
        alike = Series(candles)
        return lambda limit, judged: alike.search(query, limit, judged=judged)

    queue = series.search(query, LIMIT, judged=person.judged)
    finders = [find_alike(own.candles), find_alike(own.fresh)]
    has_forest = False
    for answers in range(max(points) + 1):
        if answers in points:
            same, fresh = (
                _map(find(3 * len(truth), ()), truth)
                for find, truth in zip(finders, (own.truth, own.fresh_truth), strict=True)
            )
            measured.append(Point(answers, same, fresh, len(person.accepted), has_forest))
        if not queue:
            break
        person.answer(queue.pop(0))
        queue = [match for match in queue if _is_open(match, person.judged)]
        if (answers + 1) % EVERY == 0:
            ranking = Ranking.learn(bars, [Answered(own.candles, person.accepted, person.rejected)])
            has_forest = ranking.forest is not None
            finders = [_finder(ranking, own.candles), _finder(ranking, own.fresh)]
            queue = ranking.find(own.candles, LIMIT, judged=person.judged)
    return measured


def _finder(ranking: Ranking, candles: Candles) -> Callable[[int, Sequence[Range]], list[Match]]:
    return lambda limit, judged: ranking.find(candles, limit, judged=judged)


def _is_open(match: Match, judged: Sequence[Range]) -> bool:
    for first, last in judged:
        shared = min(last, match.last) - max(first, match.first) + 1
        if shared > 0.3 * (min(last - first, match.last - match.first) + 1):
            return False
    return True


def _map(found: Sequence[Match], truth: Sequence[Range]) -> float:
    return mean_average_precision(
        [Labelled(m.first, m.last, "it", m.correlation) for m in found],
        [Labelled(*span, "it") for span in truth],
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", default="", help="sets whose name holds this")
    only = parser.parse_args().only
    print("mAP on the same chart, on a fresh one, after so many answers; * with a forest")
    results = []
    for own in sets():
        if only not in own.name:
            continue
        points = run(own)
        results.append(points)
        cells = (
            f"{p.answers:>4}: {p.same:.2f}, {p.fresh:.2f}{'*' if p.has_forest else ' '}"
            for p in points
        )
        print(f"{own.name:<34}", *cells, f"  {points[-1].accepted} accepted", flush=True)
    means = {}
    for place, answers in enumerate(POINTS):
        reached = [points[place] for points in results if len(points) > place]
        if reached:
            same, fresh = (np.mean([getattr(p, n) for p in reached]) for n in ("same", "fresh"))
            means[answers] = float(fresh)
            print(f"mean after {answers:>3}: {same:.2f}, {fresh:.2f} (n = {len(reached)})")
    ratio = means[JUDGED_AT] / means[0]
    verdict = "PASS" if ratio >= LEAST_GAIN else "FAIL"
    print(
        f"{verdict}  {ratio:.2f}x likeness to the one span, on a fresh chart after {JUDGED_AT} "
        f"answers, goal >= {LEAST_GAIN}x"
    )
    sys.exit(verdict == "FAIL")


if __name__ == "__main__":
    main()
