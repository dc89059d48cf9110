"""Rows that are learnt from, of charts that are read in blocks."""

import numpy as np
import pytest

from app.features import windows
from app.labels import samples
from app.labels.samples import Samples
from tests import market

CANDLES, WHERE = market.planted(3_000, 60)


def prepared() -> Samples:
    other, there = market.planted(1_500, 60, seed=2)
    charts = [market.chart(CANDLES, WHERE, 1), market.chart(other, there, 2)]
    return samples.prepare(charts, [], lambda _: None)


def test_blocks_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = prepared()
    monkeypatch.setattr(windows, "BLOCK", 300)
    parts = prepared()
    for name in ("owner", "classes", "span"):
        np.testing.assert_array_equal(getattr(parts, name), getattr(whole, name))
    np.testing.assert_allclose(parts.weights, whole.weights)
    np.testing.assert_array_equal(parts.windows.first, whole.windows.first)
    for name in ("chart", "time", "start", "end"):
        for own in ("horizons", "tested"):
            given, expected = (getattr(getattr(rows, own), name) for rows in (parts, whole))
            np.testing.assert_array_equal(given, expected)
    np.testing.assert_allclose(parts.matrix(), whole.matrix(), rtol=1e-3, atol=1e-4)


def test_each_span_weighs_the_same() -> None:
    rows = prepared()
    of_span = rows.classes > 0
    total = np.bincount(rows.span[of_span], rows.weights[of_span])
    assert len(total) == sum(len(own.spans) for own in rows.charts)
    np.testing.assert_allclose(total, total[0])


def test_what_is_no_pattern_is_thinned_evenly(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(samples, "MAX_NEGATIVES", 10**9)
    every = prepared()
    monkeypatch.setattr(samples, "MAX_NEGATIVES", 500)
    monkeypatch.setattr(windows, "BLOCK", 300)
    rows = prepared()
    ordinary, all_ = rows.classes == 0, every.classes == 0
    assert np.count_nonzero(ordinary) == 500 < np.count_nonzero(all_)
    assert rows.weights[ordinary].sum() == pytest.approx(every.weights[all_].sum())
    np.testing.assert_array_equal(rows.windows.first[~ordinary], every.windows.first[~all_])
    for chart in (0, 1):
        shares = [
            np.count_nonzero(mask & (own.owner == chart)) / np.count_nonzero(mask)
            for own, mask in ((rows, ordinary), (every, all_))
        ]
        assert shares[0] == pytest.approx(shares[1], abs=0.02)


def test_of_one_span_no_more_examples_are_kept_than_say_something(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(samples, "MAX_EXAMPLES", 10**9)
    every = prepared()
    monkeypatch.setattr(samples, "MAX_EXAMPLES", 7)
    rows = prepared()
    before, after = (np.bincount(own.span[own.classes > 0]) for own in (every, rows))
    np.testing.assert_array_equal(after, np.minimum(before, 7))
    assert before.max() > 7
    total = np.bincount(rows.span[rows.classes > 0], rows.weights[rows.classes > 0])
    np.testing.assert_allclose(total, total[0])


def test_of_many_spans_fewer_examples_each_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    spans = len(np.unique(prepared().span[prepared().classes > 0]))
    monkeypatch.setattr(samples, "MOST_EXAMPLES", 5 * spans)
    rows = prepared()
    per_span = np.bincount(rows.span[rows.classes > 0])
    assert per_span[per_span > 0].max() == 5
    total = np.bincount(rows.span[rows.classes > 0], rows.weights[rows.classes > 0])
    np.testing.assert_allclose(total[total > 0], total.max())
    monkeypatch.setattr(samples, "MOST_EXAMPLES", spans)
    rows = prepared()
    assert np.bincount(rows.span[rows.classes > 0]).max() == samples.LEAST_OF_A_SPAN
