import numpy as np
import pytest

from app.evaluation import candle_scores, matching
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


def test_the_threshold_is_the_best_of_the_other_folds() -> None:
    agreement = SpanMatcher(PREDICTED, HUMAN)
    assert agreement.choose_threshold(without_fold=1) == 0.9
    assert agreement.choose_threshold(without_fold=0) == 0.5
    assert SpanMatcher([], HUMAN).choose_threshold() == matching.DEFAULT_THRESHOLD


def test_nothing_found_and_nothing_marked() -> None:
    result = SpanMatcher([], []).evaluate(["a"], {0: 0.3})
    assert (result.span_f1, result.fold_f1, result.confusion) == (0.0, {0: None}, [[0, 0], [0, 0]])


def test_candle_f1_by_hand() -> None:
    truth = np.array([1, 1, 1, 0, 0, 2], np.int32)
    predicted = np.array([1, 1, 0, 0, 1, 0], np.int32)
    assert candle_scores.candle_f1(truth, predicted, 2) == pytest.approx((2 / 3 + 0) / 2)


def test_calibration_by_hand() -> None:
    probability = np.array([[0.05, 0.0], [0.01, 0.03], [0.6, 0.2], [0.66, 0.1], [1.0, 0.0]])
    rows = candle_scores.calibration(probability, np.array([0, 0, 1, 2, 1], np.int32))
    assert [row["count"] for row in rows] == [2, 2, 1]
    assert [row["predicted"] for row in rows] == pytest.approx([0.04, 0.63, 1.0])
    assert [row["observed"] for row in rows] == [0.0, 0.5, 1.0]
