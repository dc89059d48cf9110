"""How far ranges of candles overlap. Both ends of a range belong to it."""

from typing import Protocol

import numpy as np

from .candle_columns import Floats, Ints, Numbers


class Bars(Protocol):
    @property
    def first(self) -> int: ...
    @property
    def last(self) -> int: ...


def iou(a: Bars, b: Bars) -> float:
    """Intersection over union, 0 to 1."""
    shared = min(a.last, b.last) - max(a.first, b.first) + 1
    return max(shared, 0) / (max(a.last, b.last) - min(a.first, b.first) + 1)


def ious(first: Numbers | Ints, last: Numbers | Ints, a: int, b: int) -> Floats:
    """The same of each range with candles a to b."""
    result: Floats = _shared(first, last, a, b) / (np.maximum(last, b) - np.minimum(first, a) + 1)
    return result


def shares_of_shorter(first: Numbers | Ints, last: Numbers | Ints, a: int, b: int) -> Floats:
    """Candles that each range shares with candles a to b, by those of the shorter one: 0 to 1."""
    result: Floats = _shared(first, last, a, b) / (np.minimum(last - first, b - a) + 1)
    return result


def _shared(first: Numbers | Ints, last: Numbers | Ints, a: int, b: int) -> Numbers | Ints:
    shared: Numbers | Ints = np.maximum(np.minimum(last, b) - np.maximum(first, a) + 1, 0)
    return shared
