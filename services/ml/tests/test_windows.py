import numpy as np
import pytest

from app.candle_columns import Candles
from app.features import windows
from app.features.windows import Windows
from tests import market
from tests.test_features import same, scaled, shaken


@pytest.mark.parametrize("spans", [[1], [2, 3], [5, 40], [100, 101, 2_000]])
def test_every_span_has_a_window_like_it(spans: list[int]) -> None:
    grid = windows.sliding_windows(5_000, windows.lengths_for(spans))
    rng = np.random.default_rng(0)
    for length in spans:
        for first in rng.integers(0, 5_000 - length, 20).tolist():
            last = first + length - 1
            shared = np.minimum(grid.last, last) - np.maximum(grid.first, first) + 1
            union = np.maximum(grid.last, last) - np.minimum(grid.first, first) + 1
            assert (shared / union).max() >= 0.75


def test_a_chart_shorter_than_every_window_has_none() -> None:
    assert len(windows.sliding_windows(3, [4, 9])) == 0


def test_candles_after_a_window_do_not_show() -> None:
    candles = market.golden().part(0, 700)
    grid = windows.sliding_windows(700, [2, 5, 12, 40])
    table = windows.compute_features(candles, grid)
    shifted = windows.compute_features(shaken(candles, 400), grid)
    before = grid.last < 400
    same(shifted[before], table[before])
    assert not np.allclose(shifted[~before], table[~before], equal_nan=True)


def test_the_scale_of_prices_does_not_show() -> None:
    candles = market.golden().part(0, 500)
    grid = windows.sliding_windows(500, [1, 3, 20])
    table = windows.compute_features(candles, grid)
    assert table.shape == (len(grid), len(windows.NAMES))
    assert not np.isinf(table).any()
    np.testing.assert_array_equal(windows.compute_features(scaled(candles, 2.0**-30), grid), table)


def test_a_chart_in_blocks_has_the_windows_and_features_of_the_whole(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    candles = market.golden()
    lengths = [3, 30, 200]
    grid = windows.sliding_windows(len(candles), lengths)
    whole = windows.compute_features(candles, grid)
    monkeypatch.setattr(windows, "BLOCK", 1_000)
    blocks = list(windows.blocks(len(candles), lengths))
    assert len(blocks) == 6
    for name in ("first", "last"):
        joined = np.concatenate([getattr(block, name) for block in blocks])
        np.testing.assert_array_equal(joined, getattr(grid, name))
    parts = np.concatenate([windows.compute_features(candles, block) for block in blocks])
    np.testing.assert_allclose(parts, whole, rtol=1e-3, atol=1e-4)


def test_known_shape() -> None:
    close = np.r_[np.full(100, 10.0), np.arange(11.0, 19.0)]
    open_ = np.r_[10.0, close[:-1]]
    candles = Candles(np.arange(108), open_, close, open_, close, np.full(108, np.nan))
    row = dict(
        zip(
            windows.NAMES,
            windows.compute_features(candles, Windows(np.array([100]), np.array([107])))[
                0
            ].tolist(),
            strict=True,
        )
    )
    assert [row[f"shape_{i}"] for i in range(1, 9)] == pytest.approx([i / 8 for i in range(1, 9)])
    assert (row["low_at"], row["high_at"], row["length"]) == (0.0, 1.0, 8.0)
    assert (row["first_open"], row["last_close"]) == (0.0, 1.0)
    assert row["path"] == pytest.approx(1.0)
    assert np.isnan(row["volume"])


def test_known_moves() -> None:
    """A pole of 8 and a pull-back that gives back 3 of it, one of these won again."""
    flag = np.array([10.0, 12, 14, 16, 18, 17, 16, 15, 16])
    close = np.r_[np.full(100, 10.0) + np.tile([0.0, 1.0], 50), flag]
    candles = Candles(np.arange(109), close, close + 0.5, close - 0.5, close, np.full(109, np.nan))
    grid = Windows(np.array([100]), np.array([108]))
    row = dict(zip(windows.NAMES, windows.compute_features(candles, grid)[0].tolist(), strict=True))
    assert row["back_to_rise"] == pytest.approx(3 / 8)
    assert row["recovered_of_back"] == pytest.approx(1 / 3)
    assert row["run_up_atr"] / row["drawdown_atr"] == pytest.approx(8 / 3)
    assert (row["candles_to_top"], row["candles_from_top"]) == (4.0, 4.0)
    assert (row["candles_to_bottom"], row["candles_from_bottom"]) == (0.0, 8.0)
    assert (row["turns_0.25"], row["direction_0.25"]) == (1.0, -1.0)
    assert (row["turns_0.5"], row["direction_0.5"]) == (0.0, 1.0)
    assert (row["before_lowest_1"], row["before_highest_1"]) == (0.0, 1 / 8)
    assert row["edge_last_1"] == pytest.approx(1 / 8)
    assert row["edge_first_2"] == pytest.approx(4 / 8)
