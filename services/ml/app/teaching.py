"""How much an answer to what is proposed should teach, as “label next” has it."""

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from .candle_columns import Candles, Floats, Ints
from .label_next import shapes_of, teaches
from .overlaps import ious
from .prediction import PredictedSpan
from .span_ranges import NEGATIVE, IndexedSpan

MOST = 500
"""Of a chart, those least sure: of the rest it is not known."""
ITSELF = 0.5
"""IoU from which on a labelled span is what is asked about, and tells nothing of its novelty."""

Disagreement = Callable[[Candles, Sequence[PredictedSpan]], Floats]
"""Per span, how far models are apart about its label, 0 to 1."""


def with_teaching(
    candles: Candles,
    found: Sequence[PredictedSpan],
    labelled: Sequence[IndexedSpan],
    disagreement: Disagreement,
    threshold: float = 0.0,
) -> list[PredictedSpan]:
    """The same in the same order; those from the threshold on that are least sure with what an
    answer should teach. `labelled`: of the chart."""
    counted = [at for at, own in enumerate(found) if own.score >= threshold]
    asked = sorted(counted, key=lambda at: abs(found[at].score - 0.5))[:MOST]
    result = list(found)
    if not asked:
        return result
    spans = [found[at] for at in asked]
    score = np.array([span.score for span in spans])
    value = teaches(score, novelty(candles, spans, labelled), disagreement(candles, spans))
    for at, own in zip(asked, value.tolist(), strict=True):
        result[at] = replace(found[at], teaches=min(max(own, 0.0), 1.0))
    return result


def novelty(
    candles: Candles, spans: Sequence[PredictedSpan], labelled: Sequence[IndexedSpan]
) -> Floats:
    """Per span, 1 less the correlation with the labelled span elsewhere that is most like it."""
    patterns = [own for own in labelled if own.label != NEGATIVE]
    first, last = _edges(patterns)
    known = shapes_of(candles.close, first, last)
    result = np.ones(len(spans))
    own_first, own_last = _edges(spans)
    for at, shape in enumerate(shapes_of(candles.close, own_first, own_last)):
        elsewhere = ious(first, last, own_first[at], own_last[at]) < ITSELF
        if elsewhere.any():
            result[at] = 1.0 - min(max(float((known[elsewhere] @ shape).max()), 0.0), 1.0)
    return result


def _edges(spans: Sequence[PredictedSpan] | Sequence[IndexedSpan]) -> tuple[Ints, Ints]:
    first = np.array([span.first for span in spans], np.int64)
    return first, np.array([span.last for span in spans], np.int64)
