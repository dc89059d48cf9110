from dataclasses import replace

import numpy as np
import pytest

from app.candle_columns import Floats
from app.evaluation import candle_scores, matching, quality, span_calibration, uncertainty
from app.evaluation.matching import BlockSamples, ScoredSpan, SpanMatcher


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


def test_the_threshold_shows_about_as_many_spans_as_people_marked() -> None:
    human = [ScoredSpan(1, 100 * n, 100 * n + 9, "a", n % 2) for n in range(40)]
    # Per fold 20 that are right and 60 that are not, with lower scores.
    right = [replace(s, score=0.9 - 0.001 * n) for n, s in enumerate(human)]
    wrong = [
        ScoredSpan(1, 50 * n, 50 * n + 4, "a", n % 2, 0.6 - 0.001 * n) for n in range(1, 241, 2)
    ]
    exact = SpanMatcher([*right, *wrong], human)
    assert 0.6 < exact.choose_threshold(without_fold=1) < 0.87
    # Where scores say nothing, as many as were marked and a fifth more.
    noise = [replace(s, score=float(n)) for n, s in enumerate(wrong[:60])]
    blind = SpanMatcher([replace(s, fold=0) for s in noise], [replace(s, fold=0) for s in human])
    assert 46 <= sum(s.score >= blind.choose_threshold() for s in noise) <= 50
    assert SpanMatcher([], HUMAN).choose_threshold() == matching.DEFAULT_THRESHOLD


def test_the_threshold_is_chosen_on_the_other_folds() -> None:
    sure = [ScoredSpan(1, 100 * n, 100 * n + 9, "a", n % 2, 0.9 - 0.4 * (n % 2)) for n in range(40)]
    matcher = SpanMatcher(sure, sure)
    assert matcher.choose_threshold(without_fold=1) == pytest.approx(0.9)
    assert matcher.choose_threshold(without_fold=0) == pytest.approx(0.5)


def test_the_best_scores_choose_first_whom_they_match() -> None:
    matcher = SpanMatcher(PREDICTED, HUMAN)
    assert matcher.right().tolist() == [True, False, False, False, True, False]
    # Label a: at IoU 0.3 the third matches as well; label b: one of two at every IoU.
    a = ((1 + 2 / 3) / 2 + 1 / 2 + 1 / 2) / 3
    assert matcher.mean_average_precision(["a", "b"]) == pytest.approx((a + 1 / 2) / 2)


def test_intervals_of_blocks() -> None:
    blocks = uncertainty.Blocks.for_spans(lambda span: span.first, 100, len(HUMAN), 0, folds=1)
    drawn = blocks.drawn(HUMAN)
    assert drawn.mean() == pytest.approx(len(HUMAN), rel=0.1)
    assert blocks.share(drawn, drawn, 1.0) == [1.0, 1.0]
    assert blocks.share(drawn * 0, drawn * 0, 0.0) is None
    # Of what is drawn evenly around the figure, both ends move out by the same factor.
    even = np.linspace(0.4, 0.6, 1_001)
    t = 1.895 / 1.645  # of 7 degrees of freedom
    assert blocks.interval(even, 0.5) == pytest.approx([0.5 - 0.09 * t, 0.5 + 0.09 * t], abs=1e-3)
    five = uncertainty.Blocks.for_spans(lambda span: span.first, 100, len(HUMAN), 0, folds=5)
    assert five.widening == pytest.approx(1.5 * t, rel=1e-3)
    assert five.interval(even + 0.4, 0.9)[1] == 1.0


def test_the_interval_of_the_edge_error() -> None:
    def hit(first: int, start: int, end: int) -> tuple[ScoredSpan, ScoredSpan]:
        human = ScoredSpan(1, first, first + 9, "a", 0, 1.0)
        return replace(human, first=first + start, last=first + 9 + end), human

    hits = [hit(first, first // 10 % 4, 2) for first in range(0, 90, 10)]
    assert quality.boundary_error([]) is None
    assert quality.boundary_error(hits) == {"start": 1.0, "end": 2.0}
    blocks = uncertainty.Blocks.for_spans(lambda span: span.first, 100, len(hits), 0, folds=1)
    found = quality.boundary_error(hits, blocks)
    assert found is not None
    low, high = found["interval"]
    # The ends are all off by 2, the starts by 0 to 3; more than 1 bar is no share and is not cut.
    assert 0.5 <= low < 1.5 < high <= 3.0


def test_chance_moves_spans_within_what_was_examined() -> None:
    mask = np.zeros(200, np.bool_)
    mask[30:60] = mask[90:180] = True
    human = spans((32, 39, "a", 0, 1), (100, 109, "a", 0, 1), (112, 121, "b", 0, 1))
    for moving in (uncertainty.moved_at_random, uncertainty.shifted):
        moved = list(moving(human, {1: mask}, seed=0))
        assert len(moved) == uncertainty.CHANCE_DRAWS
        for spans_ in moved:
            assert [s.last - s.first for s in spans_] == [s.last - s.first for s in human]
            assert all(mask[(s.first + s.last) // 2] for s in spans_)
    starts = {tuple(s.first for s in own) for own in uncertainty.shifted(human, {1: mask}, 0)}
    assert len(starts) > 10
    # Together: two that follow each other still do, unless the end of a range is between them.
    apart = [own[2].first - own[1].first for own in uncertainty.shifted(human, {1: mask}, 0)]
    assert np.median(apart) == 12
    assert all(own[0].first != 32 for own in uncertainty.shifted(human, {1: mask}, 0))


def test_average_precision_of_drawn_blocks() -> None:
    matcher = SpanMatcher(PREDICTED, HUMAN)
    plain = matcher.mean_average_precision(["a", "b"])

    def samples(predicted: Floats, human: Floats) -> BlockSamples:
        """Each span a block of its own."""
        at = np.arange(len(PREDICTED) + len(HUMAN))
        both = np.concatenate([predicted, human], axis=1)
        return BlockSamples(both, at[: len(PREDICTED)], at[len(PREDICTED) :])

    once = samples(np.ones((50, len(PREDICTED))), np.ones((50, len(HUMAN))))
    assert matcher.mean_average_precision(["a", "b"], once) == pytest.approx(np.repeat(plain, 50))
    # A sample that has everything twice says the same; one without what is wrong says 1.
    twice = samples(np.full((1, len(PREDICTED)), 2.0), np.full((1, len(HUMAN)), 2.0))
    assert matcher.average_precision("b", twice) == pytest.approx(matcher.average_precision("b"))
    right = matcher.right().astype(float)[None]
    found = np.array([[1.0, 0.0, 0.0, 1.0]])
    assert matcher.average_precision("b", samples(right, found)) == pytest.approx(1.0)
    assert matcher.average_precision("c") is None


def test_the_calibration_of_the_scores_shown() -> None:
    blocks = uncertainty.Blocks.for_spans(lambda span: span.first, 100, len(HUMAN), 0, 5)
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
