"""Searches for an example whose edges somebody moves, from candles in memory."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .. import db, span_ranges
from ..errors import NotFound
from .answers import Answerer, microseconds
from .held import HeldChart, HeldCharts
from .search import candle_count, candle_numbers, judged_windows

STRETCHES = (0.75, 1.0, 1.35)
"""Fewer lengths than a stored search tries, for an answer before the edge has moved on."""
MAX_MATCHES = 40


def live_searcher(url: str, held: HeldCharts) -> Answerer:
    nothing = {"matches": None, "problem": None}
    return Answerer(url, "live_searches", "liveSearchRequest", nothing, LiveSearches(url, held))


class LiveSearches:
    """Keeps the chart asked about last with its spans."""

    def __init__(self, url: str, held: HeldCharts) -> None:
        self._url = url
        self._held = held
        self._last: _Read | None = None

    def __call__(self, asking: db.Connection, asked: Mapping[str, Any]) -> Mapping[str, Any]:
        chart, drawn = self._read(asking, int(asked["chartId"]))
        start, end = microseconds(asked["startTime"]), microseconds(asked["endTime"])
        first, last = candle_numbers(chart.time, start, end)
        until = None if asked["until"] is None else microseconds(asked["until"])
        query = chart.series.query(first, last)
        matches = chart.series.search(
            query,
            MAX_MATCHES,
            lengths=query.lengths(STRETCHES),
            judged=[*judged_windows(chart.time, drawn, asked["label"]), (first, last)],
            stop=candle_count(chart.time, until),
        )
        found = [
            {
                "startTime": int(chart.time[match.first]) / 1_000_000,
                "endTime": int(chart.time[match.last]) / 1_000_000,
                "score": round(match.correlation, 3),
            }
            for match in matches
        ]
        return {"matches": found, "problem": None}

    def _read(
        self, asking: db.Connection, chart_id: int
    ) -> tuple[HeldChart, Sequence[span_ranges.Span]]:
        """The chart's candles and spans as they are now; from memory where nothing has changed."""
        row = asking.execute(
            "select rev, data_rev from charts where id = %s", (chart_id,)
        ).fetchone()
        if row is None:
            raise NotFound(f"There is no chart {chart_id}.")
        if self._last is None or self._last.key != (chart_id, *row):
            with db.snapshot(self._url) as snapshot:
                now = snapshot.read_charts([chart_id]).to_pylist()[0]
                chart = self._held.get(snapshot, chart_id, now["data_rev"])
                spans = db.to_spans(chart_id, snapshot.read_spans(chart_id))
            self._last = _Read((chart_id, now["rev"], now["data_rev"]), chart, spans)
        return self._last.chart, self._last.spans


@dataclass(frozen=True)
class _Read:
    key: tuple[int, int, int]
    """Chart, rev and data_rev."""
    chart: HeldChart
    spans: Sequence[span_ranges.Span]
