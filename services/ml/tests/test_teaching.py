"""How much answers should teach."""

from collections.abc import Sequence

import numpy as np

from app import teaching
from app.candle_columns import Candles, Floats
from app.prediction import PredictedSpan
from app.span_ranges import IndexedSpan
from tests import market

CANDLES, PLANTED = market.planted(2_000, 60)


def test_the_unsure_the_new_and_the_disputed_come_first() -> None:
    first, last, _ = PLANTED[0]
    spans = [
        PredictedSpan(1_000, 1_019, "flag", 0.5),
        PredictedSpan(1_100, 1_119, "flag", 0.95),
        PredictedSpan(1_200, 1_219, "flag", 0.5),
        PredictedSpan(1_300, 1_319, "flag", 0.1),
    ]

    def apart(_: Candles, asked: Sequence[PredictedSpan]) -> Floats:
        return np.array([0.6 if span.first == 1_200 else 0.0 for span in asked])

    said = teaching.with_teaching(CANDLES, spans, [], apart, threshold=0.3)
    assert [s.first for s in said] == [s.first for s in spans]
    assert said[3].teaches is None
    unsure, sure, disputed = (s.teaches or 0.0 for s in said[:3])
    assert 0 < sure < unsure < disputed <= 1
    # What looks like something labelled elsewhere teaches less; the span itself is not elsewhere.
    known = [IndexedSpan(first, last, "flag")]
    alike = [PredictedSpan(first, last, "flag", 0.5)]
    nobody = teaching.novelty(CANDLES, alike, known)
    twin = [IndexedSpan(1_500, 1_519, "flag"), IndexedSpan(1_500, 1_519, "O")]
    there = teaching.novelty(CANDLES, [PredictedSpan(1_500, 1_519, "flag", 0.5)], twin)
    assert nobody.tolist() == there.tolist() == [1.0]
    near = teaching.novelty(CANDLES, spans[:1], [IndexedSpan(1_012, 1_031, "flag")])
    assert 0 <= near[0] <= 1


def test_nothing_is_rated_where_nothing_is_found() -> None:
    def nobody(_: Candles, asked: object) -> Floats:
        raise AssertionError(asked)

    assert teaching.with_teaching(CANDLES, [], [], nobody) == []
    faint = [PredictedSpan(0, 9, "flag", 0.1)]
    assert teaching.with_teaching(CANDLES, faint, [], nobody, threshold=0.2) == faint
