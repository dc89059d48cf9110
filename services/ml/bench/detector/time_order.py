"""What a person has who labels a chart from its start, and trains a run on it."""

from collections.abc import Sequence

from app.examined import ExaminedRange
from app.labels.samples import MIN_SPANS, Chart
from app.prediction import PredictedSpan
from app.search import Match
from app.span_ranges import Span
from app.training import learn
from app.training.params import parse_params

from ..quality.methods import Silent
from .loop import Point, mean_ap
from .sets import Set

METHOD = "time order"
OWN, FRESH = 1, 2


def run(own: Set, points: Sequence[int]) -> list[Point]:
    """As many labels as answers; all up to the last one is examined."""
    return [_measure(own, count) for count in points if MIN_SPANS <= count <= len(own.truth)]


def _measure(own: Set, count: int) -> Point:
    labelled = sorted(own.truth)[:count]
    time, stop = own.candles.time, labelled[-1][1]
    spans = [Span(OWN, int(time[a]), int(time[b]), "it", "human") for a, b in labelled]
    examined = [ExaminedRange(int(time[0]), int(time[stop]))]
    charts = [
        Chart(OWN, "own", 1, 1, own.candles, spans, examined),
        Chart(FRESH, "fresh", 1, 1, own.fresh, [], []),
    ]
    predicted = learn.learn(charts, parse_params({"chartIds": [OWN, FRESH]}), 1, Silent())
    rest = [span for span in predicted.predictions[OWN] if span.first > stop]
    whole = mean_ap(labelled, _matches(rest), own.truth)
    fresh = mean_ap((), _matches(predicted.predictions[FRESH]), own.fresh_truth)
    return Point(count, whole, fresh, len(labelled), True)


def _matches(spans: Sequence[PredictedSpan]) -> list[Match]:
    return [Match(span.first, span.last, span.score) for span in spans]
