import numpy as np
import ta_patterns.chart_patterns as library

from app.candle_columns import Candles
from app.features import chart_patterns
from tests import market

CANDLES, _ = market.planted(6_000, 60)


def test_parts_say_what_the_whole_says() -> None:
    found = chart_patterns.find(CANDLES)
    assert len(CANDLES) > chart_patterns.PART
    prices = CANDLES.open, CANDLES.high, CANDLES.low, CANDLES.close
    for name in chart_patterns.NAMES:
        signal = getattr(library, name)(*prices)
        begins = (signal != 0) & (np.diff(signal, prepend=0) != 0)
        assert found[name].tolist() == np.flatnonzero(begins).tolist(), name
    assert sum(len(own) for own in found.values()) > 1_000


def test_a_pattern_is_there_without_what_comes_later() -> None:
    early = chart_patterns.find(CANDLES.part(0, 1_500))
    for name, own in chart_patterns.find(CANDLES).items():
        assert early[name].tolist() == own[own < 1_500].tolist(), name


def test_known_shapes_have_their_names() -> None:
    # Two lows of the same depth, and a close above the peak between them.
    close = np.interp(np.arange(80), [0, 20, 30, 40, 60, 79], [120, 100, 110, 100, 118, 120])
    before = np.concatenate(([120.0], close[:-1]))
    high, low = np.maximum(before, close) + 0.1, np.minimum(before, close) - 0.1
    low[[20, 40]] -= 0.2
    high[[30]] += 0.2
    time = np.arange(80) * 86_400
    candles = Candles(time, before, high, low, close, np.ones(80))
    found = chart_patterns.find(candles)
    assert any(40 < last <= 60 for last in found["double_bottom"])
    assert not len(found["double_top"])


def test_there_are_90_and_few_candles_have_none() -> None:
    assert len(chart_patterns.NAMES) == 90
    assert {"double_bottom", "hs_top", "flag_bull", "gartley_bear"} <= set(chart_patterns.NAMES)
    assert chart_patterns.find(CANDLES.part(0, 0)) == {}
    assert not any(len(own) for own in chart_patterns.find(CANDLES.part(0, 1)).values())


def test_patterns_are_called_as_people_call_them() -> None:
    titles = {name: chart_patterns.title(name) for name in chart_patterns.NAMES}
    assert titles["complex_hs_top"] == "Complex head and shoulders top"
    assert titles["big_w"] == "Big W"
    assert titles["abcd_bear"] == "ABCD bearish"
    assert titles["double_bottom"] == "Double bottom"
    assert len(set(titles.values())) == len(titles)
