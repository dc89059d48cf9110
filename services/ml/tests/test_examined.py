from dataclasses import replace

import numpy as np
import pytest

from app.examined import (
    ExaminedRange,
    counted_before,
    examined_candles,
    island,
    runs_of,
)
from app.labels import samples
from app.labels.samples import Chart
from app.span_ranges import IndexedSpan, Span, human_spans
from tests import market

CANDLES = market.walk(200)


def between(first: int, last: int, *labels: str) -> ExaminedRange:
    time = CANDLES.time
    return ExaminedRange(int(time[first]), int(time[last]), frozenset(labels) if labels else None)


def examined(
    *ranges: ExaminedRange, spans: tuple[IndexedSpan, ...] = (), labels: tuple[str, ...] = ("flag",)
) -> list[tuple[int, int]]:
    return runs_of(examined_candles(CANDLES, ranges, spans, labels))


def test_both_ends_belong_to_a_range_and_overlaps_are_one() -> None:
    assert examined() == []
    assert examined(between(10, 19), between(15, 30), between(31, 40)) == [(10, 40)]
    outside = ExaminedRange(0, int(CANDLES.time[3]))
    assert examined(outside, between(198, 199)) == [(0, 3), (198, 199)]
    between_candles = ExaminedRange(int(CANDLES.time[5]) + 1, int(CANDLES.time[6]) - 1)
    assert examined(between_candles) == []


def test_a_span_far_away_is_an_island_and_changes_nothing_else() -> None:
    far = IndexedSpan(150, 159, "flag")
    assert island(far) == (140, 170)
    assert examined(between(10, 40), spans=(far,)) == [(10, 40), (140, 169)]
    assert examined(between(10, 40), spans=(IndexedSpan(5, 9, "O"),)) == [(0, 40)]


def test_a_span_inside_of_a_range_says_nothing_of_what_lies_beyond_it() -> None:
    inside, across = IndexedSpan(31, 40, "flag"), IndexedSpan(32, 41, "flag")
    assert examined(between(10, 40), spans=(inside,)) == [(10, 40)]
    assert examined(between(10, 40), spans=(across,)) == [(10, 51)]


def test_ranges_of_some_labels_count_where_all_that_are_learnt_were_looked_for() -> None:
    flags, wedges = between(10, 40, "flag"), between(30, 60, "wedge", "other")
    assert examined(flags, wedges) == [(10, 40)]
    assert examined(flags, wedges, labels=("flag", "wedge")) == [(30, 40)]
    assert examined(flags, wedges, between(70, 80), labels=()) == [(10, 60), (70, 80)]
    assert examined(flags, wedges, between(90, 95), labels=("other", "flag")) == [
        (30, 40),
        (90, 95),
    ]


def test_examined_candles_are_counted_up_to_each_one() -> None:
    mask = np.array([False, True, True, False, True])
    assert counted_before(mask).tolist() == [0, 0, 1, 2, 2, 3]


def chart(spans: list[Span], ranges: list[ExaminedRange]) -> Chart:
    return Chart(1, "chart", 1, 1, CANDLES, human_spans(spans), ranges)


def span(first: int, last: int, label: str = "flag") -> Span:
    return Span(1, int(CANDLES.time[first]), int(CANDLES.time[last]), label)


@pytest.mark.parametrize("label", ["flag", "O"])
def test_one_more_review_far_away_adds_its_island_to_the_training_windows(label: str) -> None:
    near = [span(first, first + 7) for first in range(10, 60, 10)]
    ranges = [between(0, 70)]
    before = samples.prepare([chart(near, ranges)], [], lambda _: None)
    after = samples.prepare([chart([*near, span(150, 157, label)], ranges)], [], lambda _: None)
    assert trained(before) == {w for w in trained(after) if w[1] <= 70}
    added = trained(after) - trained(before)
    assert added
    assert all(first >= 142 and last <= 165 for first, last in added)


def trained(rows: samples.Samples) -> set[tuple[int, int]]:
    grid = rows.windows
    return set(zip(grid.first.tolist(), grid.last.tolist(), strict=True))


def test_without_ranges_a_chart_has_islands_and_the_log_says_so() -> None:
    lines: list[str] = []
    spans = [span(first, first + 7) for first in range(10, 180, 40)]
    rows = samples.prepare([chart(spans, [])], [], lines.append)
    assert runs_of(rows.charts[0].examined) == [
        (first - 8, first + 15) for first in range(10, 180, 40)
    ]
    assert any("Nobody has marked what was examined on “chart”" in line for line in lines)
    every = replace(chart(spans, []), examined=[between(0, 199)])
    assert runs_of(samples.prepare([every], [], lines.append).charts[0].examined) == [(0, 199)]
