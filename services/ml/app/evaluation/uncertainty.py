"""What a figure is worth: its interval, and what chance would reach."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from ..candle_columns import Floats, Ints, Mask
from .matching import ScoredSpan

DRAWS = 1_000
CHANCE_DRAWS = 20
MIN_BLOCKS, MAX_BLOCKS = 8, 50
LEVEL = (0.05, 0.95)


@dataclass(frozen=True)
class Blocks:
    """Stretches of examined time: neighbouring spans are right and wrong together, so that these
    are what a bootstrap draws (Künsch, 1989).

    Drawing test spans says nothing of how much a model depends on the spans that it happened to
    learn from, so that intervals are widened around the figure: by Nadeau and Bengio's factor for
    J folds, sqrt(1 + J · tested / trained) (Inference for the generalization error, 2003), and
    by Student's t over the normal quantile for few blocks.
    """

    place: Callable[[ScoredSpan], int]
    """The number of a span's middle among the examined candles of all charts."""
    total: int
    count: int
    seed: int
    folds: int = 1

    @classmethod
    def for_spans(
        cls, place: Callable[[ScoredSpan], int], total: int, spans: int, seed: int, folds: int
    ) -> "Blocks":
        count = int(np.clip(spans, MIN_BLOCKS, MAX_BLOCKS))
        return cls(place, max(total, 1), count, seed, folds)

    @cached_property
    def draws(self) -> Floats:
        """Rows are samples of the blocks, columns how often each block is in them."""
        rng = np.random.default_rng(self.seed)
        return rng.multinomial(self.count, np.full(self.count, 1 / self.count), DRAWS).astype(
            np.float64
        )

    @cached_property
    def widening(self) -> float:
        # Here, so that the command line answers before SciPy is loaded.
        from scipy.special import ndtri, stdtrit

        t: float = stdtrit(self.count - 1, LEVEL[1]) / ndtri(LEVEL[1])
        return t * float(np.sqrt(1 + self.folds / (self.folds - 1))) if self.folds > 1 else t

    def block_of(self, spans: Sequence[ScoredSpan]) -> Ints:
        places = np.array([self.place(span) for span in spans], np.int64)
        return np.minimum(places * self.count // self.total, self.count - 1)

    def drawn(self, spans: Sequence[ScoredSpan]) -> Floats:
        """How many of the spans are in each sample."""
        counts = np.bincount(self.block_of(spans), minlength=self.count)
        sums: Floats = self.draws @ counts
        return sums

    def share(self, part: Floats, whole: Floats, value: float) -> list[float] | None:
        """90 % interval of a share whose parts were drawn; None where there is nothing."""
        known = whole > 0
        return self.interval(part[known] / whole[known], value) if known.any() else None

    def interval(
        self, drawn: Floats, value: float, low: float = 0.0, high: float = 1.0
    ) -> list[float]:
        """90 % interval of a figure between `low` and `high`, from what it was in each sample."""
        ends = value + self.widening * (np.quantile(drawn, LEVEL) - value)
        # The bootstrap of a share that is 0 or 1 never leaves it; the value itself stays inside.
        return [
            float(np.clip(min(ends[0], value), low, high)),
            float(np.clip(max(ends[1], value), low, high)),
        ]


def moved_at_random(
    human: Sequence[ScoredSpan], examined: dict[int, Mask], seed: int
) -> Iterator[list[ScoredSpan]]:
    """The human spans at random examined places, each by itself; CHANCE_DRAWS times."""
    rng = np.random.default_rng(seed)
    places: dict[int, Ints] = {chart: np.flatnonzero(mask) for chart, mask in examined.items()}
    for _ in range(CHANCE_DRAWS):
        yield [
            _centred(span, places[span.chart_id][rng.integers(len(places[span.chart_id]))])
            for span in human
        ]


def shifted(
    human: Sequence[ScoredSpan], examined: dict[int, Mask], seed: int
) -> Iterator[list[ScoredSpan]]:
    """The human spans moved along their chart's examined candles, all by the same, the last ones
    back to the start: order, lengths and gaps stay. CHANCE_DRAWS times, by a longest span at
    least where there is room for it."""
    rng = np.random.default_rng(seed)
    places: dict[int, Ints] = {chart: np.flatnonzero(mask) for chart, mask in examined.items()}
    longest = max((span.last - span.first + 1 for span in human), default=1)
    for _ in range(CHANCE_DRAWS):
        by = {}
        for chart, own in places.items():
            least = longest if len(own) > 3 * longest else 0
            by[chart] = int(rng.integers(least, max(len(own) - least, least + 1)))
        moved = []
        for span in human:
            own = places[span.chart_id]
            at = np.searchsorted(own, (span.first + span.last) // 2)
            moved.append(_centred(span, own[(at + by[span.chart_id]) % len(own)]))
        yield moved


def _centred(span: ScoredSpan, middle: np.int64) -> ScoredSpan:
    first = int(middle) - (span.last - span.first) // 2
    return replace(span, first=first, last=first + span.last - span.first)
