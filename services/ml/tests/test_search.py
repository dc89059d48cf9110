import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from app import search
from app.candle_columns import Candles, Floats
from app.errors import BadInput
from app.search import BLOCK, DIRECT_BARS, MAX_OVERLAP, Match, Query, Series

GOLDEN = json.loads((Path(__file__).parent / "golden" / "search.json").read_text())


def chart(closes: Floats, volume: Floats | None = None) -> Candles:
    n = len(closes)
    known = np.full(n, np.nan) if volume is None else volume
    return Candles(np.arange(n, dtype=np.int64), closes, closes + 1, closes - 1, closes, known)


def walk(n: int, seed: int = 0) -> Floats:
    steps = np.random.default_rng(seed).normal(0, 1, n)
    return np.cumsum(steps) + 1_000


def profile(query: Floats, closes: Floats) -> Floats:
    """r of each window, one by one."""
    windows = np.lib.stride_tricks.sliding_window_view(closes.astype(np.float32), len(query))
    return np.array([np.corrcoef(query, window)[0, 1] for window in windows])


def by_force(
    candles: Candles, query: Query, limit: int, lengths: list[int]
) -> list[tuple[int, int, float]]:
    found = []
    for bars in lengths:
        r = profile(query.resampled(bars)["close"], candles.close)
        padded = np.concatenate(([-2], r, [-2]))
        peaks = (r >= padded[:-2]) & (r >= padded[2:]) & (r > 0)
        found += [(float(r[at]), int(at), bars) for at in np.flatnonzero(peaks)]
    kept: list[tuple[int, int, float]] = []
    for r_of, first, bars in sorted(found, key=lambda each: (-each[0], each[1])):
        last = first + bars - 1
        shared = [
            (min(last, other) - max(first, start) + 1) / min(bars, other - start + 1)
            for start, other, _ in kept
        ]
        if all(share <= MAX_OVERLAP for share in shared):
            kept.append((first, last, r_of))
    return kept[:limit]


def as_tuples(matches: list[Match]) -> list[tuple[int, int, Any]]:
    return [(m.first, m.last, pytest.approx(m.correlation, abs=1e-6)) for m in matches]


def test_distances_are_those_of_stumpy() -> None:
    closes = np.array(GOLDEN["closes"])
    candles = chart(closes)
    first, bars = GOLDEN["first"], GOLDEN["bars"]
    query = Query.of(candles, first, first + bars - 1)
    matches = Series(candles).search(query, 12, lengths=[bars])
    assert matches[0].first == first
    for match in matches:
        own = match.distance * np.sqrt(bars)
        assert own == pytest.approx(GOLDEN["distances"][match.first], abs=2e-3)
    # No window outside of what was found is more alike than the last of it.
    free = np.ones(len(closes) - bars + 1, bool)
    for match in matches:
        free[max(0, match.first - bars) : match.last + 1] = False
    assert matches[-1].distance * np.sqrt(bars) <= np.array(GOLDEN["distances"])[free].min() + 2e-3


@pytest.mark.parametrize("seed", range(4))
def test_the_answer_is_that_of_brute_force(seed: int) -> None:
    candles = chart(walk(3_000, seed))
    query = Query.of(candles, 700, 729)
    expected = by_force(candles, query, 20, query.lengths())
    assert as_tuples(Series(candles).search(query, 20)) == expected


@pytest.mark.parametrize("bars", [DIRECT_BARS - 1, DIRECT_BARS, DIRECT_BARS + 1, 700])
def test_long_windows_are_those_of_brute_force_too(bars: int) -> None:
    candles = chart(walk(4_000, bars))
    query = Query.of(candles, 1_500, 1_499 + bars)
    lengths = query.lengths((0.6, 1.0, 1.35))
    expected = by_force(candles, query, 8, lengths)
    assert as_tuples(Series(candles).search(query, 8, lengths=lengths)) == expected


def test_more_is_looked_at_where_overlaps_leave_too_few(monkeypatch: pytest.MonkeyPatch) -> None:
    candles = chart(walk(3_000, 9))
    query = Query.of(candles, 700, 729)
    plain = Series(candles).search(query, 40)
    monkeypatch.setattr(search, "KEPT_PER_MATCH", 1)
    assert Series(candles).search(query, 40) == plain


def test_blocks_do_not_show() -> None:
    n = BLOCK + 8_000
    candles = chart(walk(n, 5))
    query = Query.of(candles, BLOCK - 20, BLOCK + 19)
    series = Series(candles)
    found = series.search(query, 30, lengths=[40])
    assert (found[0].first, found[0].last) == (BLOCK - 20, BLOCK + 19)
    r = profile(query.resampled(40)["close"], candles.close)
    assert [m.correlation for m in found] == pytest.approx([r[m.first] for m in found], abs=1e-6)
    assert found[0].correlation >= 0.9999
    assert r.max() == pytest.approx(found[0].correlation, abs=1e-6)


def test_a_query_finds_itself_first_at_any_price_and_scale() -> None:
    for scale, level in ((1e-4, 1.1), (1.0, 3_000), (50.0, 60_000)):
        closes = level + scale * (walk(40_000, 3) - 1_000)
        candles = chart(closes)
        query = Query.of(candles, 20_000, 20_031)
        best = Series(candles).search(query, 5)[0]
        assert (best.first, best.last) == (20_000, 20_031)
        assert best.correlation >= 0.9999
        assert best.distance == pytest.approx(0, abs=0.015)


def test_stretched_copies_are_found_at_their_own_length() -> None:
    closes = walk(2_000, 8)
    shape = np.array([0, 6, 2, 8, 3, 9, 1, 7.0]) * 20
    closes[100:140] = 1_000 + np.interp(np.linspace(0, 7, 40), np.arange(8), shape)
    closes[900:954] = 1_500 + 2 * np.interp(np.linspace(0, 7, 54), np.arange(8), shape)
    candles = chart(closes)
    best, second = Series(candles).search(Query.of(candles, 100, 139), 2)
    assert (best.first, best.last) == (100, 139)
    assert (second.first, second.last) == (900, 953)
    assert second.correlation > 0.999


def test_what_was_judged_and_what_comes_later_is_left_out() -> None:
    candles = chart(walk(2_000, 2))
    query = Query.of(candles, 500, 529)
    series = Series(candles)
    before = series.search(query, 10)
    judged = [(m.first, m.last) for m in before[:3]]
    after = series.search(query, 7, judged=judged)
    assert as_tuples(after)[0] == (before[3].first, before[3].last, before[3].correlation)
    assert not {(m.first, m.last) for m in after} & set(judged)
    assert all(m.last < 600 for m in series.search(query, 50, stop=600))
    assert series.search(query, 50, stop=600) == Series(candles.part(0, 600)).search(query, 50)


def test_other_channels_weigh_in_and_gaps_in_volume_count_as_nothing() -> None:
    rng = np.random.default_rng(4)
    volume = rng.lognormal(5, 1, 1_000)
    volume[300:320] = np.nan
    candles = chart(walk(1_000, 6), volume)
    query = Query.of(candles, 600, 624, {"close": 1, "volume": 1})
    best, second = Series(candles).search(query, 2, lengths=[25])
    assert best.correlation == pytest.approx(1, abs=1e-6)
    closes = profile(query.resampled(25)["close"], candles.close)
    volumes = np.nan_to_num(profile(query.resampled(25)["volume"], volume))
    mean = (closes + volumes) / 2
    assert second.correlation == pytest.approx(mean[second.first], abs=1e-5)
    unknown = Query.of(candles, 301, 318, {"close": 1, "volume": 1})
    assert set(unknown.values) == {"close"}


def test_what_does_not_move_is_no_match_and_no_query() -> None:
    closes = walk(500, 1)
    closes[100:200] = 1_000
    candles = chart(closes)
    found = Series(candles).search(Query.of(candles, 300, 319), 20)
    assert len(found) > 3
    assert not [m for m in found if m.first >= 100 and m.last < 200]
    with pytest.raises(BadInput, match="no shape"):
        Query.of(candles, 120, 140)
    with pytest.raises(BadInput, match="4 to 4096 candles"):
        Query.of(candles, 10, 12)
    with pytest.raises(BadInput, match="not among 500"):
        Query.of(candles, 490, 500)
    with pytest.raises(BadInput, match="Weights"):
        Query.of(candles, 300, 319, {"open": 1.0})
