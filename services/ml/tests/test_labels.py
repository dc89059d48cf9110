import numpy as np
import pytest

from app import span_ranges as spans
from app.features import windows
from app.features.windows import Windows
from app.labels import targets
from app.span_ranges import IndexedSpan, Span
from tests import market


def span(first: int, last: int, label: str = "flag", **rest: object) -> Span:
    time = market.golden().time
    return Span(1, int(time[first]), int(time[last]), label, **rest)  # type: ignore[arg-type]


def test_bio_of_spans_next_to_and_over_each_other() -> None:
    located = [
        IndexedSpan(2, 4, "flag"),
        IndexedSpan(5, 6, "flag"),
        IndexedSpan(8, 12, "wedge"),
        IndexedSpan(9, 10, "flag"),
    ]
    assert targets.bio(14, located, ["flag", "wedge"]) == [
        *("O", "O", "B-flag", "I-flag", "I-flag", "B-flag", "I-flag", "O"),
        *("B-wedge", "B-flag", "I-flag", "I-wedge", "I-wedge", "O"),
    ]
    assert targets.bio(14, located, ["wedge"])[2] == "O"


def test_spans_are_located_between_candles() -> None:
    candles = market.golden()
    on_friday, on_monday = 4, 5
    assert candles.time[on_monday] - candles.time[on_friday] == 3 * market.DAY
    start = int(candles.time[on_friday]) + market.DAY
    weekend = Span(1, start, start + market.DAY // 2, "flag")
    until_monday = Span(1, start, int(candles.time[on_monday]), "flag")
    before = Span(1, 0, 1, "flag")
    far = Span(1, int(candles.time[-2]), 2**60, "flag")
    assert spans.locate(candles, [far, weekend, until_monday, before]) == [
        IndexedSpan(5, 5, "flag"),
        IndexedSpan(len(candles) - 2, len(candles) - 1, "flag"),
    ]


def test_what_machines_suggest_is_not_learnt_from() -> None:
    given = [span(1, 2, source=source) for source in ("human", "talib", "model_confirmed", "model")]
    assert [s.source for s in spans.human_spans(given)] == ["human", "model_confirmed"]


def test_the_same_span_twice_but_for_its_confidence_has_an_order() -> None:
    given = [span(1, 2, confidence=3), span(1, 2), span(0, 2)]
    ordered = [span(0, 2), span(1, 2), span(1, 2, confidence=3)]
    assert spans.human_spans(given) == spans.human_spans(given[::-1]) == ordered


def test_windows_are_what_they_resemble() -> None:
    grid = Windows(np.array([10, 10, 10, 14, 40]), np.array([19, 17, 40, 30, 49]))
    target = targets.window_targets(grid, [IndexedSpan(10, 19, "flag")], ["flag"])
    # The span itself, a bit of it, much more than it, its edge, and nothing of it.
    assert target.classes.tolist() == [1, 1, 0, 0, 0]
    assert target.span.tolist() == [0, 0, 0, -1, -1]
    assert target.weights.tolist() == [1.0, 0.8, 0.0, 1.0, 1.0]
    targets.share_out(target.weights, target.classes, target.span, [IndexedSpan(10, 19, "flag")])
    iou = np.array([1.0, 0.8])
    assert target.weights[:2] == pytest.approx(iou / iou.sum() * targets.WEIGHT_PER_SPAN)
    assert target.weights[2:].tolist() == [0.0, 1.0, 1.0]
    assert target.horizon_first.tolist() == [10, 10, 10, 10, 40]
    assert target.horizon_last.tolist() == [19, 19, 40, 30, 49]


def test_long_and_short_spans_weigh_the_same_and_unsure_ones_less() -> None:
    candles = market.golden()
    given = [span(100, 105), span(300, 399, confidence=5), span(600, 620, confidence=1)]
    located = spans.locate(candles, given)
    grid = windows.sliding_windows(
        len(candles), windows.lengths_for([len(item) for item in located])
    )
    target = targets.window_targets(grid, located, ["flag"])
    targets.share_out(target.weights, target.classes, target.span, located)
    weight = [
        target.weights[(target.classes > 0) & (grid.first < m.last) & (grid.last > m.first)].sum()
        for m in located
    ]
    assert weight == pytest.approx(np.array([1.0, 1.0, 0.6]) * targets.WEIGHT_PER_SPAN)


def test_a_dismissed_prediction_is_a_strong_negative() -> None:
    located = spans.locate(market.golden(), [span(10, 19, "O"), span(50, 59), span(52, 58, "O")])
    grid = Windows(np.array([10, 30, 50]), np.array([19, 39, 59]))
    target = targets.window_targets(grid, located, ["flag"])
    assert target.classes.tolist() == [0, 0, 1]
    assert target.weights[:2].tolist() == [spans.NEGATIVE_WEIGHT, 1.0]
    assert target.weights[2] == 1.0


def test_a_label_that_is_not_learnt_is_no_pattern() -> None:
    grid = Windows(np.array([10]), np.array([19]))
    target = targets.window_targets(grid, [IndexedSpan(10, 19, "wedge")], ["flag"])
    assert (target.classes.tolist(), target.weights.tolist()) == ([0], [1.0])
