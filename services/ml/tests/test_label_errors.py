"""Labels that are likely wrong: each kind by itself, and planted among right ones."""

import time

import numpy as np

from app import label_errors
from app.prediction import PredictedSpan
from app.span_ranges import IndexedSpan
from bench.quality import data
from bench.quality.label_errors import measure

EXAMINED = np.arange(1_000) < 900


def find(
    spans: list[tuple[int, int, str]], predicted: list[tuple[int, int, str, float]]
) -> list[tuple[str, int, int, str, int | None]]:
    found = label_errors.find(
        [IndexedSpan(*span) for span in spans],
        [PredictedSpan(*own) for own in predicted],
        EXAMINED,
    )
    assert all(0 <= error.score <= 1 for error in found)
    assert found == sorted(found, key=lambda error: -error.score)
    return [(e.kind, e.first, e.last, e.label, e.span) for e in found]


def test_each_kind_is_told_with_what_is_proposed() -> None:
    right = (100, 119, "flag")
    told = find([right, (300, 319, "flag")], [(100, 119, "flag", 0.9), (301, 318, "top", 0.8)])
    assert told == [("label", 300, 319, "top", 1)]
    told = find([right], [(110, 129, "flag", 0.9)])
    assert told == [("edges", 110, 129, "flag", 0)]
    told = find([right, (103, 121, "flag")], [(100, 119, "flag", 0.9)])
    assert told == [("doubled", 100, 119, "flag", 1)]
    told = find([right], [(100, 119, "flag", 0.9), (500, 519, "flag", 0.7)])
    assert told == [("missing", 500, 519, "flag", None)]


def test_what_is_right_unseen_or_said_to_be_nothing_is_no_error() -> None:
    assert find([(100, 119, "flag")], [(100, 119, "flag", 0.9)]) == []
    # Nobody has looked there, so no model was kept from learning it.
    assert find([], [(890, 909, "flag", 0.9)]) == []
    assert find([(500, 519, "O")], [(500, 519, "flag", 0.9)]) == []
    # Of two kinds of error of one span the likelier is told.
    told = find([(100, 119, "flag")], [(100, 119, "top", 0.9), (112, 131, "flag", 0.4)])
    assert told == [("label", 100, 119, "top", 0)]


def test_spans_of_a_long_chart_are_not_compared_with_all_others() -> None:
    first = np.arange(20_000) * 100
    spans = [IndexedSpan(int(at), int(at) + 19, "flag") for at in first]
    said = [PredictedSpan(int(at) + 9, int(at) + 28, "flag", 0.9) for at in first]
    said += [PredictedSpan(int(at) + 50, int(at) + 69, "flag", 0.8) for at in first]
    started = time.process_time()
    found = label_errors.find(spans, said, np.ones(2_000_000, np.bool_))
    # Each with each took a minute.
    assert time.process_time() - started < 10
    kinds = [error.kind for error in found]
    assert kinds.count("edges") == kinds.count("missing") == 20_000


def test_most_planted_errors_are_in_the_first_tenth_of_the_queue() -> None:
    found = measure(data.sp500(), 3.0, 1, count=100)
    assert found.planted == 5
    assert found.early >= 4
