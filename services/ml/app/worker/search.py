"""One search: the windows most like an example, on the charts that it names."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from .. import db, runs, searches, span_ranges
from ..answers import Answered
from ..candle_columns import Ints
from ..errors import BadInput
from ..prediction import PredictedSpan
from ..ranking import Ranking
from ..search import Match, Query
from ..searches import SearchParams
from .held import HeldChart, HeldCharts
from .reporter import Reporter


@dataclass(frozen=True)
class _Searched:
    row: dict[str, Any]
    """The chart's id, name and revisions."""
    time: Ints
    matches: list[Match]
    teaches: Sequence[float | None]
    """Per match, how much an answer should teach; None where that is not known."""


def execute_search(
    url: str, run: runs.Run, worker: str, reporter: Reporter, held: HeldCharts
) -> None:
    """Searches and stores. Raises what went wrong."""
    params = searches.parse(run.params)
    with db.connect(url) as connection:
        kept = searches.read_kept(connection, run.id, params.keep)
    with db.snapshot(url) as snapshot:
        charts = snapshot.read_charts(params.chart_ids).to_pylist()
        revisions = {int(row["id"]): int(row["data_rev"]) for row in charts}
        if params.example_chart not in revisions:
            raise BadInput("The example's chart is not one of those that are searched.")
        own = held.get(snapshot, params.example_chart, revisions[params.example_chart])
        query = example_query(own, params)
        ranking = learn_ranking(snapshot, charts, params, len(query)) if params.answers else None
        searched: list[_Searched] = []
        for row in charts:
            chart = held.get(snapshot, row["id"], row["data_rev"])
            drawn = db.to_spans(row["id"], snapshot.read_spans(row["id"]))
            judged = judged_windows(chart.time, drawn, params.label)
            judged += [
                candle_numbers(chart.time, candidate.start, candidate.end)
                for candidate in kept
                if candidate.chart_id == row["id"]
            ]
            if row["id"] == params.example_chart:
                judged.append(candle_numbers(own.time, params.start, params.end))
            stop = candle_count(chart.time, params.until)
            teaches: Sequence[float | None] | None = None
            if ranking is None:
                matches = chart.series.search(query, params.limit, judged=judged, stop=stop)
            else:
                candles = db.to_candles(snapshot.read_candles(row["id"]))
                matches = ranking.find(candles, params.limit, judged=judged, stop=stop)
                teaches = ranking.teaching(candles.part(0, stop), matches)
            searched.append(_Searched(row, chart.time, matches, teaches or [None] * len(matches)))
            reporter.report(len(searched) / len(charts), "Searching")
    floor = lowest_kept((m.correlation for own in searched for m in own.matches), params.limit)
    reporter.end()
    with db.connect(url) as connection:
        searches.finish_search(
            connection,
            run.id,
            worker,
            seen=[
                {"id": s.row["id"], "name": s.row["name"], "dataRev": s.row["data_rev"]}
                for s in searched
            ],
            found={
                s.row["id"]: (
                    s.time,
                    [
                        PredictedSpan(m.first, m.last, params.label, m.correlation, teaches)
                        for m, teaches in zip(s.matches, s.teaches, strict=True)
                        if m.correlation >= floor
                    ],
                )
                for s in searched
            },
            keep=[candidate.id for candidate in kept],
        )


def learn_ranking(
    snapshot: db.Snapshot, charts: Iterable[dict[str, Any]], params: SearchParams, bars: int
) -> Ranking:
    """From all spans of the label and all places that are said to be no pattern."""
    answered = []
    for row in charts:
        candles = db.to_candles(snapshot.read_candles(row["id"], end=params.until))
        drawn = db.to_spans(row["id"], snapshot.read_spans(row["id"]))
        said = span_ranges.locate(candles, span_ranges.human_spans(drawn))
        accepted = [(s.first, s.last) for s in said if s.label == params.label]
        rejected = [(s.first, s.last) for s in said if s.label == span_ranges.NEGATIVE]
        if row["id"] == params.example_chart:
            example = candle_numbers(candles.time, params.start, params.end)
            if example not in accepted:
                accepted.append(example)
        answered.append(Answered(candles, accepted, rejected))
    return Ranking.learn(bars, answered)


def example_query(chart: HeldChart, params: SearchParams) -> Query:
    first, last = candle_numbers(chart.time, params.start, params.end)
    if first > last:
        raise BadInput("The example holds no candle of its chart.")
    if params.until is not None and chart.time[last] > params.until:
        raise BadInput("The example ends after the last candle that may be looked at.")
    return chart.series.query(first, last)


def judged_windows(
    time: Ints, drawn: Iterable[span_ranges.Span], label: str
) -> list[tuple[int, int]]:
    """Where a person has said that there is the label, or that there is no pattern: first and last
    candle. Answers to earlier candidates are among these."""
    own = (s for s in span_ranges.human_spans(drawn) if s.label in (label, span_ranges.NEGATIVE))
    numbers = (candle_numbers(time, span.start, span.end) for span in own)
    return [(first, last) for first, last in numbers if first <= last]


def candle_numbers(time: Ints, start: int, end: int) -> tuple[int, int]:
    """First and last candle from `start` to `end`; where there is none, the last comes first."""
    return int(np.searchsorted(time, start)), candle_count(time, end) - 1


def candle_count(time: Ints, until: int | None) -> int:
    """Candles up to and including `until`."""
    return len(time) if until is None else int(np.searchsorted(time, until, side="right"))


def lowest_kept(correlations: Iterable[float], limit: int) -> float:
    """The correlation of the last of the `limit` best."""
    best = sorted(correlations, reverse=True)[:limit]
    return best[-1] if best else 1.0
