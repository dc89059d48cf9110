"""TA-Lib's candlestick patterns as suggestions, chosen by name; no person stands for them."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import talib
from talib import abstract

from ..candle_columns import Candles
from ..errors import BadInput

NAMES: tuple[str, ...] = tuple(
    talib.get_function_groups()["Pattern Recognition"]  # type: ignore[no-untyped-call]
)


def title(name: str) -> str:
    """As people call the pattern: “Engulfing Pattern”."""
    return str(abstract.Function(name).info["display_name"])  # type: ignore[attr-defined]


@dataclass(frozen=True)
class Suggestion:
    """A pattern that ends at candle number `last`; `signal` is 100 or more for a bullish one."""

    last: int
    name: str
    signal: int


def find(candles: Candles, names: Sequence[str]) -> list[Suggestion]:
    """In order of time. Raises BadInput for a name that TA-Lib does not have."""
    unknown = [name for name in names if name not in NAMES]
    if unknown:
        raise BadInput(f"TA-Lib has no pattern {unknown[0]!r}; it has {', '.join(NAMES)}.")
    if not len(candles):
        return []
    found = []
    for name in dict.fromkeys(names):
        signals = getattr(talib, name)(candles.open, candles.high, candles.low, candles.close)
        for last in np.flatnonzero(signals).tolist():
            found.append(Suggestion(last, name, int(signals[last])))
    return sorted(found, key=lambda suggestion: (suggestion.last, suggestion.name))
