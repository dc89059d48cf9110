"""Windows that look like one span: exact z-normalised correlation with every window of a chart.

A block of the chart at a time, relative to its first value: products of each length's shape with
all windows, in float32, by matrices or for long ones by FFT (overlap-save), divided by the windows'
deviations from sums in float64; the best are computed again from their candles, so that what is
returned carries no rounding of these. The measure is that of Mueen's MASS
(https://www.cs.unm.edu/~mueen/MASS.html): the correlation r of two windows of m bars, whose
z-normalised Euclidean distance is sqrt(2 m (1 - r)).
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, reduce

import numpy as np
from numpy.typing import NDArray

from .candle_columns import Candles, Floats, Matrix
from .errors import BadInput
from .overlaps import shares_of_shorter

CHANNELS = ("close", "high", "low", "volume")
CLOSES: Mapping[str, float] = {"close": 1.0}
STRETCHES = (0.6, 0.75, 0.88, 1.0, 1.15, 1.35, 1.6)
"""Lengths that are searched, as multiples of the query's."""
MIN_BARS = 4
MAX_BARS = 4_096
MAX_OVERLAP = 0.3
"""Of the shorter of two windows; more is the same place found twice."""
BLOCK = 32_768
"""Samples of a block; what is made of one stays in the processor's cache."""
FLAT = 1e-10
"""Of its block's squared range: a window whose squared deviation is under that does not move."""
DIRECT_BARS = 128
"""Up to so many a product of matrices takes less time than the FFT."""
TILE = 32
"""Rows of a matrix, and windows that begin in a row: so few that OpenBLAS multiplies in this
thread, as its own would wait for each other where the processor is busy."""
KEPT_PER_MATCH = 8
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
    ) -> list[Match]:
        """The `limit` windows most like the query, best first, that overlap neither each other
        nor what is `judged` (first and last candles) by more than MAX_OVERLAP.

        `lengths` in bars, Query.lengths() if None; candles from `stop` on are not looked at. Only
        windows that are more alike than those a bar beside them are answers, and none at r <= 0.
        """
        stop = len(self) if stop is None else min(stop, len(self))
        asked = [m for m in lengths or query.lengths() if m <= stop]
        taken = list(judged)
        if not asked or limit < 1:
            return []
        keep = KEPT_PER_MATCH * (limit + len(taken))
        while True:
            candidates = TopWindows(keep)
            for bars, first, r in self._correlations(query, asked, stop):
                candidates.add(bars, first, r)
            starts, counts, _ = candidates.best()
            matches = without_overlaps(self._exact(query, starts, counts), taken, limit)
            if len(matches) == limit or not candidates.were_dropped:
                return matches
            keep *= 8

    def _correlations(
        self, query: Query, lengths: Sequence[int], stop: int
    ) -> Iterator[tuple[int, int, Matrix]]:
        """A length, the first window's start, and r of the windows from there on."""
        import scipy.fft

        longest = max(lengths)
        size = scipy.fft.next_fast_len(max(BLOCK, 4 * longest), real=True)
        step = size - longest + 1
        shapes = {bars: _shapes(query.resampled(bars), size) for bars in lengths}
        total = sum(query.weights.values())
        for first in range(0, stop - min(lengths) + 1, step):
            end = min(first + size, stop)
            blocks = {name: Block(self._channels[name][first:end], size) for name in query.weights}
            for bars in lengths:
                # Each length has its windows of the block once: those that begin in its step.
                count = min(step, stop - first - bars + 1)
                if count < 1:
                    continue
                r = np.zeros(count, np.float32)
                for name, block in blocks.items():
                    own = block.correlation(shapes[bars][name], count)
                    own *= np.float32(query.weights[name] / total)
                    r += own
                yield bars, first, r

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


class Shape:
    """What windows of its length are multiplied with: up to DIRECT_BARS a matrix, for TILE windows
    at once; above, its spectrum, conjugated, so that a product is a correlation."""

    def __init__(self, values: Matrix, size: int) -> None:
        import scipy.fft

        self.bars = len(values)
        self.matrix: Matrix | None = None
        if self.bars <= DIRECT_BARS:
            self.matrix = np.zeros((TILE + self.bars - 1, TILE), np.float32)
            for start in range(TILE):
                self.matrix[start : start + self.bars, start] = values
        else:
            self.spectrum: Spectrum = np.conj(scipy.fft.rfft(values, size))


class Block:
    """A stretch of one channel, for windows of any length."""

    def __init__(self, values: Matrix, size: int) -> None:
        self._size = size
        gaps = np.isnan(values)
        self._gaps = np.cumsum(np.concatenate(([0], gaps))) if gaps.any() else None
        known = values[~gaps] if self._gaps is not None else values
        # The shape has mean 0, so that a constant changes nothing but the rounding.
        self._values = np.zeros(size + TILE * TILE, np.float32)
        if len(known):
            centred = np.subtract(values, known[0], out=self._values[: len(values)])
            centred[gaps] = 0
        self._flat = FLAT * float(np.ptp(self._values)) ** 2
        first = np.empty((2, len(values)))
        first[0] = self._values[: len(values)]
        np.multiply(first[0], first[0], out=first[1])
        self._sums = [first]
        """Of 1, 2, 4, 8 … candles: of their values and of the squares."""

    def correlation(self, shape: Shape, count: int) -> Matrix:
        """r of the first `count` windows of its length; 0 where one does not move or has gaps."""
        bars = shape.bars
        sums, squares = self._window_sums(bars, count)
        deviation = squares - sums * sums / bars
        is_still = deviation <= self._flat
        if self._gaps is not None:
            is_still |= self._gaps[bars : bars + count] != self._gaps[:count]
        norm = deviation.astype(np.float32)
        norm[is_still] = np.inf
        r = self._products(shape, count)
        r /= np.sqrt(norm, out=norm)
        return r

    def _products(self, shape: Shape, count: int) -> Matrix:
        import scipy.fft

        if shape.matrix is None:
            products: Matrix = scipy.fft.irfft(self._spectrum * shape.spectrum, self._size)
        else:
            height, width = -(-count // TILE**2) * TILE, len(shape.matrix)
            rows = np.lib.stride_tricks.sliding_window_view(self._values, width)[::TILE][:height]
            tiles = np.ascontiguousarray(rows).reshape(-1, TILE, width)
            products = (tiles @ shape.matrix).ravel()
        return products[:count]

    @cached_property
    def _spectrum(self) -> Spectrum:
        import scipy.fft

        spectrum: Spectrum = scipy.fft.rfft(self._values[: self._size])
        return spectrum

    def _window_sums(self, bars: int, count: int) -> Floats:
        """Of the values and of their squares, put together from sums of powers of two: NumPy adds
        arrays in less time than it makes running sums, which wait for each other."""
        while 2 ** len(self._sums) <= bars:
            half, longest = 2 ** (len(self._sums) - 1), self._sums[-1]
            self._sums.append(longest[:, :-half] + longest[:, half:])
        parts, start = [], 0
        for power, own in enumerate(self._sums):
            if bars >> power & 1:
                parts.append(own[:, start : start + count])
                start += 1 << power
        return reduce(np.add, parts)


class TopWindows:
    """Windows that are more alike than their neighbours, of which the best `keep` are kept."""

    def __init__(self, keep: int) -> None:
        self._keep = keep
        self._floor = 0.0
        self._held = 0
        self._parts: list[tuple[NDArray[np.int64], NDArray[np.int64], Matrix]] = []
        self.were_dropped = False

    def add(self, bars: int, first: int, r: Matrix) -> None:
        at = np.flatnonzero(r > self._floor)
        # At a block's ends a neighbour is missing: what may be a peak is one; overlaps go later.
        before, after = r[np.maximum(at - 1, 0)], r[np.minimum(at + 1, len(r) - 1)]
        at = at[(r[at] >= before) & (r[at] >= after)]
        if len(at) == 0:
            return
        self._parts.append((first + at, np.full(len(at), bars), r[at]))
        self._held += len(at)
        if self._held > 2 * self._keep:
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
        if (shares_of_shorter(first, last, match.first, match.last) > MAX_OVERLAP).any():
            continue
        kept.append(match)
        if len(kept) == limit:
            break
        first, last = np.append(first, match.first), np.append(last, match.last)
    return kept


def _shapes(values: Mapping[str, Floats], size: int) -> dict[str, Shape]:
    return {name: Shape(own.astype(np.float32), size) for name, own in values.items()}


def _unit(values: Floats) -> Floats:
    centred = values - values.mean()
    length = float(np.sqrt((centred**2).sum()))
    unit: Floats = centred / length if length > 0 else centred
    return unit
