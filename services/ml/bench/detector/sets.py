"""Charts whose patterns are known, each beside a fresh one on which nothing is answered."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from app.answers import Range
from app.candle_columns import Candles

from ..quality import planted, rules
from ..quality.data import eurusd, sp500

HEIGHT = 2.2
"""Standard deviations of a walk as long as the pattern."""
PATTERNS = 100
PLANTED = ("flag", "double_bottom")


@dataclass(frozen=True)
class Set:
    kind: str
    """`planted` or `real`."""
    chart: str
    name: str
    candles: Candles
    truth: Sequence[Range]
    fresh: Candles
    fresh_truth: Sequence[Range]
    start: Range


def sets(seed: int) -> Iterator[Set]:
    """Each pattern from two starting spans of other lengths; `seed` is that of what is planted."""
    days, hours = sp500(), eurusd()
    for kind in PLANTED:
        own, truth = plant(days, kind, seed)
        fresh, fresh_truth = plant(days, kind, seed + 1)
        for bars in (25, 16):
            start = nearest(truth, bars)
            chart = kind.replace("_", " ")
            name = f"{chart}, {length(start)} bars"
            yield Set("planted", chart, name, own, truth, fresh, fresh_truth, start)
    for rule, find in rules.RULES.items():
        for market, own, fresh in (("S&P 500", days, hours), ("EUR/USD", hours, days)):
            truth, fresh_truth = find(own), find(fresh)
            for bars in (32, 14):
                start = nearest(truth, bars)
                chart = f"{market} {rule.replace('_', ' ')}"
                name = f"{chart}, {length(start)} bars"
                yield Set("real", chart, name, own, truth, fresh, fresh_truth, start)


def plant(
    source: Candles, kind: str, seed: int, patterns: int = PATTERNS
) -> tuple[Candles, list[Range]]:
    candles, spans = planted.plant(source, [kind], HEIGHT, patterns, seed)
    return candles, [(span.first, span.last) for span in spans]


def nearest(truth: Sequence[Range], bars: int) -> Range:
    return min(truth, key=lambda span: abs(length(span) - bars))


def length(span: Range) -> int:
    return span[1] - span[0] + 1
