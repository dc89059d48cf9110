"""What a figure is worth: its interval, and what chance would reach."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from ..candles import Floats, Ints, Mask
from .matching import ScoredSpan

DRAWS = 1_000
CHANCE_DRAWS = 20
MIN_BLOCKS, MAX_BLOCKS = 8, 50
LEVEL = (0.05, 0.95)


@dataclass(frozen=True)
class Blocks:
    """Stretches of examined time: neighbouring spans are right and wrong together, so that these
    are what a bootstrap draws (Künsch, 1989)."""

    place: Callable[[ScoredSpan], int]
    """The number of a span's middle among the examined candles of all charts."""
    total: int
    count: int
    seed: int

    @classmethod
    def for_spans(
        cls, place: Callable[[ScoredSpan], int], total: int, spans: int, seed: int
    ) -> "Blocks":
        return cls(place, max(total, 1), int(np.clip(spans, MIN_BLOCKS, MAX_BLOCKS)), seed)

    def drawn(self, spans: Sequence[ScoredSpan]) -> Floats:
        """How many of the spans are in each of DRAWS samples of the blocks."""
        counts = np.zeros(self.count)
        for span in spans:
            counts[min(self.place(span) * self.count // self.total, self.count - 1)] += 1
        shape = (DRAWS, self.count)
        drawn = np.random.default_rng(self.seed).integers(0, self.count, shape)
        sums: Floats = counts[drawn].sum(axis=1)
        return sums

    def interval(self, part: Floats, whole: Floats) -> list[float] | None:
        """90 % interval of part / whole over the draws; None where there is nothing."""
        known = whole > 0
        if not known.any():
            return None
        low, high = np.quantile(part[known] / whole[known], LEVEL)
        return [float(low), float(high)]


def moved_at_random(
    human: Sequence[ScoredSpan], examined: dict[int, Mask], seed: int
) -> Iterator[list[ScoredSpan]]:
    """The human spans at random examined places of their chart, CHANCE_DRAWS times."""
    rng = np.random.default_rng(seed)
    places: dict[int, Ints] = {chart: np.flatnonzero(mask) for chart, mask in examined.items()}
    for _ in range(CHANCE_DRAWS):
        moved = []
        for span in human:
            own = places[span.chart_id]
            middle = int(own[rng.integers(len(own))])
            first = middle - (span.last - span.first) // 2
            moved.append(replace(span, first=first, last=first + span.last - span.first))
        yield moved
