"""Candles as columns, and the arrays that they are made of."""

from dataclasses import dataclass, fields
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from .errors import BadInput

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Numbers = NDArray[np.int32]
"""Of candles, or counts of them, where there is one for each: half of what Ints take."""
Classes = NDArray[np.int32]
Mask = NDArray[np.bool_]
Matrix = NDArray[np.float32]


@dataclass(frozen=True)
class Candles:
    """Columns of equal length, ascending by time. Volume is NaN where it is not known."""

    time: Ints
    """Microseconds since 1970 in UTC."""
    open: Floats
    high: Floats
    low: Floats
    close: Floats
    volume: Floats

    def __post_init__(self) -> None:
        n = len(self.time)
        for field in fields(self):
            count = len(getattr(self, field.name))
            if count != n:
                raise BadInput(f"There are {n} times but {count} values of {field.name}.")
        for name in ("open", "high", "low", "close"):
            bad = np.flatnonzero(~np.isfinite(getattr(self, name)))
            if len(bad):
                raise BadInput(f"The {name} of candle {bad[0] + 1} is not a finite number.")
        bad = np.flatnonzero(np.diff(self.time) <= 0)
        if len(bad):
            raise BadInput(f"The time of candle {bad[0] + 2} is not after the one before it.")

    def __len__(self) -> int:
        return len(self.time)

    def part(self, start: int, stop: int) -> "Candles":
        return Candles(*(getattr(self, field.name)[start:stop] for field in fields(self)))


class CandleSource(Protocol):
    """A chart's candles: `Candles`, or what reads a part of them when asked for it."""

    @property
    def time(self) -> Ints:
        """Of all of them, microseconds since 1970 in UTC, ascending."""

    def __len__(self) -> int: ...

    def part(self, start: int, stop: int) -> Candles:
        """Those numbered from `start` to `stop` - 1."""


def touches(ranges: Ints, start: Ints, end: Ints) -> Mask:
    """Per stretch from `start` to `end`, whether it shares a moment with one of the ranges, which
    are in order, apart from one another, and hold their ends."""
    if not len(ranges):
        return np.zeros(len(start), np.bool_)
    at = np.searchsorted(ranges[:, 1], start)
    inside: Mask = at < len(ranges)
    inside &= ranges[np.minimum(at, len(ranges) - 1), 0] <= end
    return inside
