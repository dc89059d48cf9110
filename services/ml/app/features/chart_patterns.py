"""ta-patterns' chart patterns, shapes of many bars: double bottoms, triangles, flags, harmonics."""

from collections.abc import Callable

import numpy as np
import ta_patterns.chart_patterns as library

from ..candle_columns import Candles, Ints

FAMILIES = ("double_multi", "classic", "harmonic", "busted")
"""Without its reversals of a few bars, which TA-Lib's candlesticks are for, and those of volume."""
NAMES: tuple[str, ...] = tuple(
    sorted(
        name
        for name in library.CHART_PATTERNS
        if (detector := getattr(library, name, None))
        and detector.__module__.rpartition(".")[2] in FAMILIES
    )
)
WORDS = {
    "abcd": "ABCD",
    "asc": "ascending",
    "bear": "bearish",
    "bull": "bullish",
    "desc": "descending",
    "hs": "head and shoulders",
    "inv": "inverted",
    "m": "M",
    "sym": "symmetrical",
    "v": "V",
    "w": "W",
}
LOOKBACK = 300
"""Bars; the longest window is 200. Some detectors take the square of the bars that they are given,
hence the parts."""
PART = 4_000


def title(name: str) -> str:
    """As people call the pattern: “Head and shoulders bottom”."""
    words = " ".join(WORDS.get(word, word) for word in name.split("_"))
    return words[0].upper() + words[1:]


def find(candles: Candles, on_part: Callable[[], None] = lambda: None) -> dict[str, Ints]:
    """By name the numbers of the candles whose close completes the pattern, ascending. A pattern
    that stays for some bars is there once, at the first of them; none is known before its bar.
    `on_part` is called after each PART candles."""
    found: dict[str, list[Ints]] = {name: [] for name in NAMES}
    for start in range(0, len(candles), PART):
        before = max(0, start - LOOKBACK)
        part = candles.part(before, min(start + PART, len(candles)))
        prices = part.open, part.high, part.low, part.close
        for name in NAMES:
            signal = getattr(library, name)(*prices)
            begins = (signal != 0) & (np.concatenate(([0], signal[:-1])) != signal)
            at = np.flatnonzero(begins) + before
            found[name].append(at[at >= start])
        on_part()
    return {name: np.concatenate(own) for name, own in found.items() if own}
