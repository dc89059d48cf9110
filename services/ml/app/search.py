"""Windows that look like one span: exact z-normalised correlation with every window of a chart.

Each length is one pass of overlap-save convolution (scipy.fft, real float32 blocks, each relative
to its own first value), divided by the deviation of each window from running sums in float64; the
best are computed again from their candles, so that what is returned carries no rounding of the FFT.
The measure is that of Mueen's MASS (https://www.cs.unm.edu/~mueen/MASS.html): the correlation r of
two windows of m bars, whose z-normalised Euclidean distance is sqrt(2 m (1 - r)).
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .candle_columns import Candles, Floats, Matrix
from .errors import BadInput

CHANNELS = ("close", "high", "low", "volume")
CLOSES: Mapping[str, float] = {"close": 1.0}
STRETCHES = (0.6, 0.75, 0.88, 1.0, 1.15, 1.35, 1.6)
"""Lengths that are searched, as multiples of the query's."""
MIN_BARS = 4
MAX_BARS = 4_096
MAX_OVERLAP = 0.3
"""Of the shorter of two windows; more is the same place found twice."""
BLOCK = 16_384
"""Samples of a block; two of them and their spectra stay in a core's cache."""
FLAT = 1e-10
"""Of its block's squared range: a window whose squared deviation is under that does not move."""
MIN_BLOCK_OVERLAP = 128
"""Samples that two neighbouring blocks share at least."""
MAX_KEPT = 4_000_000
"""Candles of a series whose blocks are worth the memory."""
KEPT_PER_MATCH = 64
"""Candidates kept for each match asked for; more are tried where overlaps leave too few."""

Spectrum = NDArray[np.complex64]


@dataclass(frozen=True)
class Match:
    """A window like the query; both ends belong to it."""

    first: int
    last: int
    correlation: float
    """Of z-normalised values, weighted over the channels: 1 for the same shape."""

    @property
    def distance(self) -> float:
        """z-normalised Euclidean distance a bar, so that lengths can be compared: 0 to 2."""
        return float(np.sqrt(max(0.0, 2.0 * (1.0 - self.correlation))))


@dataclass(frozen=True)
class Query:
    """What is looked for: the values of each channel that counts, and its weight."""

    values: Mapping[str, Floats]
    weights: Mapping[str, float]

    @classmethod
    def of(
        cls, candles: Candles, first: int, last: int, weights: Mapping[str, float] = CLOSES
    ) -> "Query":
        """Candles first to last. Raises BadInput if too few or many, or if they do not move."""
        return cls._of({name: getattr(candles, name) for name in CHANNELS}, first, last, weights)

    @classmethod
    def _of(
        cls,
        channels: Mapping[str, Floats | Matrix],
        first: int,
        last: int,
        weights: Mapping[str, float],
    ) -> "Query":
        unknown = sorted(set(weights) - set(CHANNELS))
        if unknown or not any(weights.values()) or min(weights.values()) < 0:
            raise BadInput(
                f"Weights are of {', '.join(CHANNELS)} and not negative: {dict(weights)}."
            )
        count = len(channels["close"])
        if not 0 <= first <= last < count:
            raise BadInput(f"Candles {first} to {last} are not among {count}.")
        bars = last - first + 1
        if not MIN_BARS <= bars <= MAX_BARS:
            raise BadInput(
                f"A span of {MIN_BARS} to {MAX_BARS} candles can be searched for, not {bars}."
            )
        values = {
            name: channels[name][first : last + 1].astype(np.float64)
            for name in weights
            if weights[name]
        }
        # A volume that is not known or never changes says nothing; such closes are no shape.
        moving = {name: own for name, own in values.items() if np.ptp(own) > 0}
        if not moving or ("close" in values and "close" not in moving):
            raise BadInput("The span's closes are all the same: there is no shape to look for.")
        return cls(moving, {name: weights[name] for name in moving})

    def __len__(self) -> int:
        return len(next(iter(self.values.values())))

    def lengths(self, stretches: Sequence[float] = STRETCHES) -> list[int]:
        """In bars, ascending, around its own, each once."""
        asked = {round(len(self) * stretch) for stretch in stretches}
        return sorted(min(max(bars, MIN_BARS), MAX_BARS) for bars in asked)

    def resampled(self, bars: int) -> dict[str, Floats]:
        """Each channel at `bars` points, of mean 0 and length 1 as vectors."""
        at = np.linspace(0, len(self) - 1, bars)
        own = np.arange(len(self))
        return {name: _unit(np.interp(at, own, values)) for name, values in self.values.items()}


class Series:
    """A chart's channels in memory, as float32: 16 bytes a candle."""

    def __init__(self, candles: Candles) -> None:
        self._channels: dict[str, Matrix] = {
            name: getattr(candles, name).astype(np.float32) for name in CHANNELS
        }

    def __len__(self) -> int:
        return len(self._channels["close"])

    def query(self, first: int, last: int, weights: Mapping[str, float] = CLOSES) -> Query:
        """As Query.of, from what is in memory."""
        return Query._of(self._channels, first, last, weights)

    def search(
        self,
        query: Query,
        limit: int,
        *,
        lengths: Sequence[int] | None = None,
        judged: Iterable[tuple[int, int]] = (),
        stop: int | None = None,
        kept: "KeptBlocks | None" = None,
    ) -> list[Match]:
        """The `limit` windows most like the query, best first, that overlap neither each other
        nor what is `judged` (first and last candles) by more than MAX_OVERLAP.

        `lengths` in bars, Query.lengths() if None; candles from `stop` on are not looked at. Only
        windows that are more alike than those a bar beside them are answers, and none at r <= 0.
        `kept`: where the next search of the series will find what this one has transformed.
        """
        stop = len(self) if stop is None else min(stop, len(self))
        asked = [m for m in lengths or query.lengths() if m <= stop]
        taken = list(judged)
        if not asked or limit < 1:
            return []
        keep = KEPT_PER_MATCH * (limit + len(taken))
        while True:
            candidates = TopWindows(keep)
            for bars, first, r in self._correlations(query, asked, stop, kept):
                candidates.add(bars, first, r)
            starts, counts, _ = candidates.best()
            matches = without_overlaps(self._exact(query, starts, counts), taken, limit)
            if len(matches) == limit or not candidates.were_dropped:
                return matches
            keep *= 8

    def _correlations(
        self, query: Query, lengths: Sequence[int], stop: int, kept: "KeptBlocks | None"
    ) -> Iterator[tuple[int, int, Matrix]]:
        """A length, the first window's start, and r of the windows from there on."""
        import scipy.fft

        # By powers of two, so that a span that is dragged longer finds the blocks that are kept.
        longest = max(MIN_BLOCK_OVERLAP, 1 << (max(lengths) - 1).bit_length())
        size = scipy.fft.next_fast_len(max(BLOCK, 4 * longest), real=True)
        shapes = {bars: _spectra(query.resampled(bars), size) for bars in lengths}
        total = sum(query.weights.values())
        step = size - longest + 1
        cut = Cut(tuple(query.weights), size, step, stop)
        for first, blocks in kept.of(self, cut) if kept else self.blocks(cut):
            for bars in lengths:
                # Each length has its windows of the block once: those that begin in its step.
                count = min(step, stop - first - bars + 1)
                if count < 1:
                    continue
                r = np.zeros(count, np.float32)
                for name, block in blocks.items():
                    own = block.correlation(shapes[bars][name], bars, count)
                    r += np.float32(query.weights[name] / total) * own
                yield bars, first, r

    def blocks(self, cut: "Cut") -> Iterator[tuple[int, dict[str, "Block"]]]:
        """The first candle of each block, and the block of each channel."""
        for first in range(0, max(1, cut.stop - MIN_BARS + 1), cut.step):
            end = min(first + cut.size, cut.stop)
            yield (
                first,
                {name: Block(self._channels[name][first:end], cut.size) for name in cut.channels},
            )

    def _exact(
        self, query: Query, starts: NDArray[np.int64], bars: NDArray[np.int64]
    ) -> list[Match]:
        """The correlation of these windows from their candles, best first."""
        total = sum(query.weights.values())
        r = np.zeros(len(starts))
        for length in np.unique(bars):
            chosen = np.flatnonzero(bars == length)
            rows = starts[chosen, None] + np.arange(length)
            for name, shape in query.resampled(int(length)).items():
                values = self._channels[name][rows].astype(np.float64)
                values -= values.mean(axis=1, keepdims=True)
                norms = np.sqrt((values**2).sum(axis=1))
                own = np.divide(values @ shape, norms, out=np.zeros(len(rows)), where=norms > 0)
                r[chosen] += query.weights[name] / total * np.nan_to_num(own)
        r = np.clip(r, -1, 1)
        order = np.lexsort((bars, starts, -r))
        return [
            Match(int(starts[at]), int(starts[at] + bars[at] - 1), float(r[at]))
            for at in order
            if r[at] > 0
        ]


@dataclass(frozen=True)
class Cut:
    """How a series is cut into blocks: candles up to `stop`, `size` of them every `step`."""

    channels: tuple[str, ...]
    size: int
    step: int
    stop: int


class KeptBlocks:
    """The blocks of the series searched last: an example whose edges move is looked for many times
    in the same candles. About 20 bytes a candle and channel; not for several threads."""

    def __init__(self) -> None:
        self._of: tuple[Series, Cut] | None = None
        self._blocks: list[tuple[int, dict[str, Block]]] = []

    def of(self, series: Series, cut: Cut) -> Iterable[tuple[int, dict[str, "Block"]]]:
        if len(series) > MAX_KEPT:
            return series.blocks(cut)
        if self._of is None or self._of[0] is not series or self._of[1] != cut:
            self._of, self._blocks = None, list(series.blocks(cut))
            self._of = (series, cut)
        return self._blocks


class Block:
    """A stretch of one channel with its spectrum and running sums, for windows of any length."""

    def __init__(self, values: Matrix, size: int) -> None:
        import scipy.fft

        self._size = size
        gaps = np.isnan(values)
        self._gaps = np.cumsum(np.concatenate(([0], gaps))) if gaps.any() else None
        known = values[~gaps] if self._gaps is not None else values
        # The shape has mean 0, so that a constant changes nothing but the rounding.
        centred = np.where(gaps, 0, values - known[0]) if len(known) else np.zeros_like(values)
        padded = np.zeros(size, np.float32)
        padded[: len(values)] = centred
        self._spectrum: Spectrum = scipy.fft.rfft(padded)
        exact = centred.astype(np.float64)
        self._sums = np.concatenate(([0.0], np.cumsum(exact)))
        self._squares = np.concatenate(([0.0], np.cumsum(exact * exact)))
        self._flat = FLAT * float(np.ptp(centred)) ** 2

    def correlation(self, shape: Spectrum, bars: int, count: int) -> Matrix:
        """r of the first `count` windows of so many bars; 0 where one does not move or has gaps."""
        import scipy.fft

        products = scipy.fft.irfft(self._spectrum * shape, self._size)[:count]
        sums = self._sums[bars : bars + count] - self._sums[:count]
        deviation = self._squares[bars : bars + count] - self._squares[:count]
        deviation -= sums * sums / bars
        is_moving = deviation > self._flat
        if self._gaps is not None:
            is_moving &= self._gaps[bars : bars + count] == self._gaps[:count]
        r = np.zeros(count, np.float32)
        np.divide(products, np.sqrt(np.abs(deviation)), out=r, where=is_moving, casting="same_kind")
        return r


class TopWindows:
    """Windows that are more alike than their neighbours, of which the best `keep` are kept."""

    def __init__(self, keep: int) -> None:
        self._keep = keep
        self._floor = 0.0
        self._held = 0
        self._parts: list[tuple[NDArray[np.int64], NDArray[np.int64], Matrix]] = []
        self.were_dropped = False

    def add(self, bars: int, first: int, r: Matrix) -> None:
        high = r > self._floor
        # At a block's ends a neighbour is missing: what may be a peak is one; overlaps go later.
        high[1:] &= r[1:] >= r[:-1]
        high[:-1] &= r[:-1] >= r[1:]
        at = np.flatnonzero(high)
        if len(at) == 0:
            return
        self._parts.append((first + at, np.full(len(at), bars), r[at]))
        self._held += len(at)
        if self._held > 4 * self._keep:
            self._prune()

    def best(self) -> tuple[NDArray[np.int64], NDArray[np.int64], Matrix]:
        """Starts, lengths in bars and r, in no order."""
        if not self._parts:
            nothing = np.empty(0, np.int64)
            return nothing, nothing, np.empty(0, np.float32)
        if len(self._parts) > 1 or self._held > self._keep:
            self._prune()
        return self._parts[0]

    def _prune(self) -> None:
        starts, bars, r = (np.concatenate(parts) for parts in zip(*self._parts, strict=True))
        if len(r) > self._keep:
            best = np.argpartition(-r, self._keep - 1)[: self._keep]
            starts, bars, r = starts[best], bars[best], r[best]
            self._floor = float(r.min())
            self.were_dropped = True
        self._parts = [(starts, bars, r)]
        self._held = len(r)


def without_overlaps(
    matches: Sequence[Match], judged: Sequence[tuple[int, int]], limit: int
) -> list[Match]:
    """The first `limit` that share no more than MAX_OVERLAP of the shorter with an earlier one."""
    kept: list[Match] = []
    first = np.array([own[0] for own in judged], np.int64)
    last = np.array([own[1] for own in judged], np.int64)
    for match in matches:
        shared = np.minimum(last, match.last) - np.maximum(first, match.first) + 1
        shorter = np.minimum(last - first, match.last - match.first) + 1
        if (shared > MAX_OVERLAP * shorter).any():
            continue
        kept.append(match)
        if len(kept) == limit:
            break
        first, last = np.append(first, match.first), np.append(last, match.last)
    return kept


def _spectra(shapes: Mapping[str, Floats], size: int) -> dict[str, Spectrum]:
    """Conjugated, so that a product is a correlation."""
    import scipy.fft

    return {
        name: np.conj(scipy.fft.rfft(shape.astype(np.float32), size))
        for name, shape in shapes.items()
    }


def _unit(values: Floats) -> Floats:
    centred = values - values.mean()
    length = float(np.sqrt((centred**2).sum()))
    unit: Floats = centred / length if length > 0 else centred
    return unit
