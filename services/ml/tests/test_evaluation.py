import numpy as np
import pytest

from app.evaluation import candle_scores, matching, span_calibration, uncertainty
from app.evaluation.matching import ScoredSpan, SpanMatcher


def spans(*given: tuple[int, int, str, int, float]) -> list[ScoredSpan]:
    return [
        ScoredSpan(1, first, last, label, fold, score) for first, last, label, fold, score in given
    ]


HUMAN = spans(
    (0, 9, "a", 0, 1.0), (20, 29, "a", 0, 1.0), (40, 49, "b", 1, 1.0), (60, 69, "b", 1, 1.0)
)
PREDICTED = spans(
    (0, 9, "a", 0, 0.9),  # a hit
    (2, 8, "a", 0, 0.8),  # the same span again
    (24, 33, "a", 0, 0.7),  # IoU 6/14
    (40, 46, "a", 1, 0.6),  # the other label
    (61, 70, "b", 1, 0.5),  # a hit
    (80, 89, "b", 1, 0.2),  # nothing there
)


def test_evaluation_by_hand() -> None:
    result = SpanMatcher(PREDICTED, HUMAN).evaluate(["a", "b"], {0: 0.3, 1: 0.3})
    assert result.span_f1 == pytest.approx(2 * 2 / (5 + 4))
    assert result.fold_f1 == {0: pytest.approx(2 / (3 + 2)), 1: pytest.approx(2 / (2 + 2))}
    a, b = result.per_label
    assert a == {"label": "a", "support": 2, "predicted": 4} | {
        "precision": pytest.approx(1 / 4),
        "recall": pytest.approx(1 / 2),
        "f1": pytest.approx(1 / 3),
    }
    assert (b["support"], b["predicted"], b["precision"], b["recall"]) == (2, 1, 1.0, 0.5)
    assert result.confusion == [[1, 0, 1], [1, 1, 0], [2, 0, 0]]


def test_each_fold_counts_from_its_own_threshold() -> None:
    result = SpanMatcher(PREDICTED, HUMAN).evaluate(["a", "b"], {0: 0.85, 1: 0.1})
    assert [span.score for span in result.counting] == [0.9, 0.6, 0.5, 0.2]


def test_spans_of_other_charts_do_not_match() -> None:
    elsewhere = [ScoredSpan(2, 0, 9, "a", 0, 0.9)]
    assert SpanMatcher(elsewhere, HUMAN).evaluate(["a", "b"], {0: 0.1, 1: 0.1}).span_f1 == 0


def test_the_threshold_is_chosen_on_the_other_folds() -> None:
    matcher = SpanMatcher(PREDICTED, HUMAN)
    # Of fold 0 the hit has 0.9 and what is wrong 0.8 and less; of fold 1 the hit has 0.5.
    assert 0.8 < matcher.choose_threshold(without_fold=1) <= 0.9
    assert 0.2 < matcher.choose_threshold(without_fold=0) <= 0.5
    assert SpanMatcher([], HUMAN).choose_threshold() == matching.DEFAULT_THRESHOLD


def test_the_best_scores_choose_first_whom_they_match() -> None:
    matcher = SpanMatcher(PREDICTED, HUMAN)
    assert matcher.right().tolist() == [True, False, False, False, True, False]
    # Label a: at IoU 0.3 the third matches as well; label b: one of two at every IoU.
    a = ((1 + 2 / 3) / 2 + 1 / 2 + 1 / 2) / 3
    assert matcher.mean_average_precision(["a", "b"]) == pytest.approx((a + 1 / 2) / 2)


def test_intervals_and_chance_of_blocks() -> None:
    blocks = uncertainty.Blocks.for_spans(lambda span: span.first, 100, len(HUMAN), seed=0)
    drawn = blocks.drawn(HUMAN)
    assert drawn.mean() == pytest.approx(len(HUMAN), rel=0.1)
    assert blocks.interval(drawn, drawn) == [1.0, 1.0]
    assert blocks.interval(drawn * 0, drawn * 0) is None
    mask = np.zeros(100, np.bool_)
    mask[30:60] = True
    moved = list(uncertainty.moved_at_random(HUMAN, {1: mask}, seed=0))
    assert len(moved) == uncertainty.CHANCE_DRAWS
    for spans_ in moved:
        assert [s.last - s.first for s in spans_] == [s.last - s.first for s in HUMAN]
        assert all(30 <= (s.first + s.last) // 2 < 60 for s in spans_)


def test_the_calibration_of_the_scores_shown() -> None:
    blocks = uncertainty.Blocks.for_spans(lambda span: span.first, 100, len(HUMAN), seed=0)
    right = SpanMatcher(PREDICTED, HUMAN).right()
    rows = span_calibration.calibration(PREDICTED, right, blocks)
    assert [(row["observed"], row["count"]) for row in rows] == [
        *((0.0, 1), (1.0, 1), (0.0, 1), (0.0, 1), (0.0, 1), (1.0, 1))
    ]
    off = (0.2 + 0.5 + 0.6 + 0.7 + 0.8 + 0.1) / 6
    assert span_calibration.calibration_error(rows) == pytest.approx(off)


def test_nothing_found_and_nothing_marked() -> None:
    result = SpanMatcher([], []).evaluate(["a"], {0: 0.3})
    assert (result.span_f1, result.fold_f1, result.confusion) == (0.0, {0: None}, [[0, 0], [0, 0]])


def test_candle_f1_by_hand() -> None:
    truth = np.array([1, 1, 1, 0, 0, 2], np.int32)
    predicted = np.array([1, 1, 0, 0, 1, 0], np.int32)
    assert candle_scores.candle_f1(truth, predicted, 2) == pytest.approx((2 / 3 + 0) / 2)
