import pytest

from app.errors import BadInput
from app.features import patterns
from tests import market


def test_known_patterns_of_the_golden_data() -> None:
    candles = market.golden()
    found = patterns.find(candles, ["CDLENGULFING", "CDLDOJI", "CDLENGULFING"])
    assert {suggestion.name for suggestion in found} == {"CDLENGULFING", "CDLDOJI"}
    for suggestion in found:
        if suggestion.name == "CDLENGULFING":
            now, before = suggestion.last, suggestion.last - 1
            rises = candles.close[now] > candles.open[now]
            assert rises == (suggestion.signal > 0)
            assert rises != (candles.close[before] > candles.open[before])
    assert [s.last for s in found] == sorted(s.last for s in found)


def test_there_are_61() -> None:
    assert len(patterns.NAMES) == 61
    assert patterns.find(market.golden().part(0, 300), patterns.NAMES)
    assert patterns.find(market.golden().part(0, 0), patterns.NAMES) == []
    assert patterns.find(market.golden().part(0, 1), patterns.NAMES) == []


def test_an_unknown_name_is_refused() -> None:
    with pytest.raises(BadInput, match="TA-Lib has no pattern 'SMA'; it has CDL2CROWS"):
        patterns.find(market.golden(), ["SMA"])
