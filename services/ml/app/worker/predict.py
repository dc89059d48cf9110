"""One prediction request: a finished run's model on bars of a chart."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial

import numpy as np

from .. import db, prediction, requests, runs, span_ranges, teaching
from ..candle_columns import Candles, CandleSource, Floats, Ints, Mask, touches
from ..errors import NotEnoughData
from ..features import windows
from ..features.windows import Windows
from ..label_next import between
from ..models import document
from ..prediction import PredictedSpan
from ..requests import Request
from .execute import MOST_CHECKED, threads
from .reporter import Reporter


@dataclass(frozen=True)
class Predicted:
    chart: str
    """Its name."""
    count: int
    """Predictions that were stored."""


@lru_cache(maxsize=1)
def load(model: bytes) -> document.Model:
    """Many charts in a row are predicted by the same model. Raises BadInput."""
    return document.load(model, threads())


def execute_request(
    url: str,
    request: Request,
    worker: str,
    reporter: Reporter,
    between: Callable[[], None] = lambda: None,
) -> Predicted:
    """Predicts and stores. Raises what went wrong. `between` is called again and again: a whole
    chart can wait for what is quick.

    Bars that the run was trained on are left out: of these it has predictions already, by models
    that had not seen them, and anything that its own model said there would say nothing.
    """
    with db.connect(url) as connection:
        run = runs.read_trained_run(connection, request.run_id)
    model = load(run.model)
    trained = run.trained_ranges(request.chart_id)
    with db.snapshot(url) as snapshot:
        chart = snapshot.read_charts([request.chart_id]).to_pylist()[0]
        # Nothing behind the range is read, so it is predicted as it could have been then.
        time = snapshot.read_times(request.chart_id, end=request.end)
        drawn = span_ranges.human_spans(
            db.to_spans(request.chart_id, snapshot.read_spans(request.chart_id))
        )
    candles = db.StoredCandles(url, request.chart_id, chart["name"], chart["data_rev"], time)
    first = 0 if request.start is None else int(np.searchsorted(time, request.start))
    shortest = min(model.header.lengths)
    if len(candles) - first < shortest:
        where = "" if request.start is None and request.end is None else " there"
        raise NotEnoughData(
            f"“{chart['name']}” has {len(candles) - first} candles{where}, and the shortest "
            f"pattern that run {run.id} knows takes {shortest}."
        )

    def on_block(share: float) -> None:
        reporter.report(0.95 * share, "Predicting")
        between()

    found = find_spans(model, candles, first, trained, on_block)
    if len(candles) <= MOST_CHECKED:
        whole = candles.part(0, len(candles))
        labelled = span_ranges.locate(whole, drawn)
        found = teaching.with_teaching(whole, found, labelled, partial(_halves_apart, model))
    reporter.report(0.95, "Storing")
    reporter.end()
    with db.connect(url) as connection:
        found = runs.renamed(found, runs.current_names(connection, run.dataset))
        count = requests.finish_request(
            connection,
            request,
            worker,
            time=time,
            data_rev=chart["data_rev"],
            trained=trained,
            predicted=found,
        )
    return Predicted(chart["name"], count)


def _halves_apart(
    model: document.Model, candles: Candles, spans: Sequence[PredictedSpan]
) -> Floats:
    grid = Windows(
        np.array([span.first for span in spans], np.int64),
        np.array([span.last for span in spans], np.int64),
    )
    column = np.array([1 + model.header.labels.index(span.label) for span in spans])
    return between([model.classifier], windows.compute_features(candles, grid), column)


def find_spans(
    model: document.Model,
    candles: CandleSource,
    first: int,
    trained: Ints,
    on_block: Callable[[float], None] = lambda _share: None,
) -> list[PredictedSpan]:
    """The model's spans from the candle with number `first` on, with calibrated scores, in order
    of time; none touches the `trained` ranges (microseconds, a row each: from, to).

    The windows are those that the whole chart would have, so a part of it is predicted alike.
    """
    header, time = model.header, candles.time

    def wanted(grid: Windows) -> Mask:
        inside: Mask = grid.first >= first
        return inside & ~touches(trained, time[grid.first], time[grid.last])

    raw = prediction.find(
        candles,
        header.lengths,
        header.labels,
        lambda _, matrix: model.classifier.predict(matrix),
        wanted,
        on_block,
    )
    if model.edges is not None:
        raw = model.edges.apply(candles, raw, lambda _, moved: wanted(moved))
    return prediction.calibrated(raw, model.calibration)
