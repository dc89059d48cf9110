from dataclasses import replace

import numpy as np
import pytest

from app.candle_columns import Candles
from app.errors import BadInput
from app.features import candle
from app.features.candle import LOOKBACK
from tests import market

PRICES = ("open", "high", "low", "close")


def scaled(candles: Candles, factor: float, shift: float = 0.0) -> Candles:
    return replace(candles, **{name: getattr(candles, name) * factor + shift for name in PRICES})


def shaken(candles: Candles, from_: int) -> Candles:
    """The same up to a candle, another market from it on."""
    other = market.walk(len(candles), seed=99)
    return replace(
        candles,
        **{
            name: np.r_[getattr(candles, name)[:from_], getattr(other, name)[from_:] * 3]
            for name in market.COLUMNS
        },
    )


def same(a: object, b: object) -> None:
    np.testing.assert_allclose(a, b, rtol=1e-5, atol=1e-6)  # type: ignore[call-overload]


@pytest.mark.parametrize("from_", [1, 30, 500, 1_999])
def test_the_future_changes_no_feature(from_: int) -> None:
    candles = market.golden().part(0, 2_000)
    table = candle.compute(candles)
    shifted = candle.compute(shaken(candles, from_))
    same(shifted[:from_], table[:from_])
    assert not np.allclose(shifted[from_:], table[from_:], equal_nan=True)
    same(candle.compute(candles.part(0, from_)), table[:from_])


def test_the_scale_and_level_of_prices_do_not_show() -> None:
    candles = market.golden().part(0, 1_000)
    table = candle.compute(candles)
    np.testing.assert_array_equal(candle.compute(scaled(candles, 2.0**-40)), table)
    same(candle.compute(scaled(candles, 1e-9)), table)
    same(candle.compute(scaled(candles, 1e9)), table)
    # A spread or a future may well trade below zero.
    below_zero = candle.compute(scaled(candles, 1.0, -1_400.0))
    np.testing.assert_allclose(below_zero, table, rtol=1e-3, atol=1e-3)


def test_history_before_the_lookback_does_not_matter() -> None:
    candles = market.golden()
    late = candle.compute(candles.part(1_000, 2_000))
    same(late[LOOKBACK:], candle.compute(candles)[1_000 + LOOKBACK : 2_000])


def test_only_a_short_history_or_missing_volume_leaves_gaps() -> None:
    candles = market.golden().part(0, 600)
    table = candle.compute(candles)
    assert table.shape == (600, len(candle.NAMES))
    assert not np.isinf(table).any()
    assert not np.isnan(table[LOOKBACK:]).any()
    blind = candle.compute(replace(candles, volume=np.full(600, np.nan)))
    with_gaps = np.flatnonzero(np.isnan(blind[LOOKBACK:]).any(axis=0))
    assert [candle.NAMES[column] for column in with_gaps] == ["volume_ratio"]


@pytest.mark.parametrize("count", [0, 1, 2, 23, 24, 25])
def test_short_charts(count: int) -> None:
    table = candle.compute(market.golden().part(0, count))
    assert table.shape == (count, len(candle.NAMES))


def test_a_market_that_stands_still() -> None:
    still = np.full(300, 5.0)
    table = candle.compute(Candles(np.arange(300), still, still, still, still, still * 0))
    assert np.unique(table[LOOKBACK:]).tolist() == [0.0]


def test_a_high_that_does_not_enclose_the_close_counts_as_the_close() -> None:
    candles = market.golden().part(0, 200)
    high = candles.high.copy()
    high[150] = (candles.open[150] + candles.close[150]) / 2
    table = candle.compute(replace(candles, high=high))
    wick = candle.NAMES.index("upper_wick")
    assert table[150, wick] == 0
    assert np.nanmin(table[:, wick]) >= 0


def test_known_values() -> None:
    n = 40
    open_ = np.full(n, 10.0)
    close = np.where(np.arange(n) % 2 == 0, 11.0, 9.0)
    candles = Candles(np.arange(n), open_, open_ + 2, open_ - 2, close, np.full(n, 7.0))
    row = dict(zip(candle.NAMES, candle.compute(candles)[-1].tolist(), strict=True))
    assert row["body"] == pytest.approx(-0.25)
    assert row["upper_wick"] == pytest.approx(0.5)
    assert row["lower_wick"] == pytest.approx(0.25)
    assert row["range_atr"] == pytest.approx(1.0)
    assert row["gap_atr"] == pytest.approx(-0.25)
    assert row["volume_ratio"] == pytest.approx(1.0)
    assert row["place_24"] == pytest.approx(0.25)
    assert row["strength_24"] == pytest.approx(0.5)
    assert row["move_24"] == pytest.approx(0.0)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"close": np.array([1.0, np.nan])}, "The close of candle 2 is not a finite number."),
        ({"high": np.array([np.inf, 1.0])}, "The high of candle 1 is not a finite number."),
        ({"time": np.array([5, 5])}, "The time of candle 2 is not after the one before it."),
        ({"low": np.array([1.0])}, "There are 2 times but 1 values of low."),
    ],
)
def test_broken_candles_are_refused(change: dict[str, object], sentence: str) -> None:
    two = market.golden().part(0, 2)
    with pytest.raises(BadInput) as refused:
        replace(two, **change)  # type: ignore[arg-type]
    assert str(refused.value) == sentence
