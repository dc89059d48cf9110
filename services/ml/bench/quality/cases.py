"""What is measured: a chart, what a person labelled at its start, and the truth on the rest."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np

from app.candle_columns import Candles

from . import planted, rules
from .judge import Labelled

DRAWS = 5
HEIGHTS = (1.5, 2.2, 3.0)
LABELLED = (10, 20, 40)
REST = 60
"""Planted patterns behind the labelled ones."""


@dataclass(frozen=True)
class Case:
    group: str
    name: str
    draw: int
    candles: Candles
    labelled: list[Labelled]
    examined: list[tuple[int, int]]
    """First and last candle of each range; both belong to it."""
    truth: list[Labelled]
    """Behind what was examined."""
    confirmed: tuple[Labelled, ...] = ()
    """Spans that a person confirmed (or, as `O`, dismissed) far from what was examined."""

    @property
    def rest(self) -> int:
        """The first candle that is judged."""
        return max(last for _, last in self.examined) + 1


def real(
    sources: dict[str, Candles],
    counts: Sequence[int] = LABELLED,
    draws: Sequence[int] = range(DRAWS),
) -> Iterator[Case]:
    for source, candles in sources.items():
        for rule, find in rules.RULES.items():
            spans = find(candles)
            for count in counts:
                for draw in draws:
                    rng = np.random.default_rng(1_000 * draw + count)
                    drawn = rules.jittered(spans[:count], rng, len(candles))
                    yield _case(
                        f"real {count}",
                        f"{source} {rule}",
                        draw,
                        candles,
                        [Labelled(*span, rule) for span in drawn],
                        [Labelled(*span, rule) for span in spans[count:]],
                    )


def plant(
    source: Candles,
    kinds: Sequence[str],
    heights: Sequence[float] = HEIGHTS,
    draws: Sequence[int] = range(DRAWS),
    count: int = 20,
) -> Iterator[Case]:
    for height in heights:
        for draw in draws:
            candles, spans = planted.plant(source, kinds, height, count + REST, 97 * draw + 5)
            name = kinds[0] if len(kinds) == 1 else "three kinds"
            group = f"planted {height}"
            yield _case(group, name, draw, candles, spans[:count], spans[count:])


def _case(
    group: str,
    name: str,
    draw: int,
    candles: Candles,
    labelled: list[Labelled],
    truth: list[Labelled],
) -> Case:
    """Examined: up to the middle between the last labelled span and the first that is not."""
    last = max(span.last for span in labelled)
    end = (last + max(truth[0].first, last + 2)) // 2
    return Case(group, name, draw, candles, labelled, [(0, end)], truth)


def confirmed_far_away(case: Case) -> Case:
    """The same, and one right confirm at three quarters of what is judged."""
    chosen = case.truth[3 * len(case.truth) // 4]
    return replace(
        case,
        group="control: one confirm far away",
        confirmed=(chosen,),
        truth=[span for span in case.truth if span != chosen],
    )


def dismissed_far_away(case: Case) -> Case:
    """The same, and one right dismiss, in the middle of the widest gap of the later half."""
    later = case.truth[len(case.truth) // 2 :]
    gaps = [(b.first - a.last, a.last, b.first) for a, b in pairwise(later)]
    _, first, last = max(gaps)
    middle = (first + last) // 2
    return replace(
        case,
        group="control: one dismiss far away",
        confirmed=(Labelled(middle - 7, middle + 7, "O"),),
    )


def random_places(candles: Candles, draw: int, count: int = 20) -> Case:
    """Labels that say nothing, where nothing is."""
    rng = np.random.default_rng(31 + draw)
    places = np.sort(rng.choice(len(candles) // 42, 3 * count, replace=False)) * 42
    spans = [
        Labelled(int(first), int(first + rng.integers(12, 41)) - 1, "nothing") for first in places
    ]
    name = "labels at random places"
    return _case("control: no information", name, draw, candles, spans[:count], spans[count:])


def tiling(candles: Candles, draw: int, count: int = 60) -> Case:
    """Labels that cover the chart without a gap, dealt out at random: an answer that is often
    right and knows nothing."""
    rng = np.random.default_rng(77 + draw)
    spans: list[Labelled] = []
    at = 0
    while len(spans) < 2 * count:
        length = int(rng.integers(14, 19))
        spans.append(Labelled(at, at + length - 1, "up" if rng.random() < 0.8 else "down"))
        at += length
    name = "labels that tile the chart"
    return _case("control: no information", name, draw, candles, spans[:count], spans[count:])
