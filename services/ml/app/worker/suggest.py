"""“Label next”: the window to look at now, over the charts that the asker may see."""

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from .. import db, label_next, runs, span_ranges
from ..candle_columns import Candles
from ..examined import examined_candles
from ..label_next import Choice, Pool
from ..prediction import PredictedSpan
from .answers import Answerer, microseconds
from .predict import load
from .search import candle_numbers

MOST_ASKED = 500
"""Proposals of a run that are looked at, those least sure first."""
MOST_CHARTS = 8
"""Charts that are read for one answer."""
MAX_CANDLES = 3_000_000
"""Of all charts kept in memory, 48 bytes each."""


def suggester(url: str) -> Answerer:
    return Answerer(
        url, "label_next", "labelNextRequest", {"window": None, "problem": None}, Suggestions(url)
    )


class Suggestions:
    def __init__(self, url: str) -> None:
        self._url = url
        self._held: OrderedDict[tuple[int, int], Candles] = OrderedDict()

    def __call__(self, asking: db.Connection, asked: Mapping[str, Any]) -> Mapping[str, Any]:
        charts = [int(chart_id) for chart_id in asked["chartIds"]]
        model = None
        proposed: dict[int, list[tuple[int, int, str, float]]] = {}
        if asked["runId"] is not None:
            model = load(runs.read_trained_run(asking, int(asked["runId"])).model)
            proposed = read_proposals(asking, int(asked["runId"]), charts)
        order = sorted(proposed, key=lambda chart: -len(proposed[chart])) or least_examined(
            asking, charts
        )
        skipped = [
            (int(own["chartId"]), microseconds(own["startTime"]), microseconds(own["endTime"]))
            for own in asked["skip"]
        ]
        pools, predicted = [], {}
        with db.snapshot(self._url) as snapshot:
            for chart_id in order[:MOST_CHARTS]:
                pool = self._pool(
                    snapshot, chart_id, [own[1:] for own in skipped if own[0] == chart_id]
                )
                pools.append(pool)
                predicted[chart_id] = _located(pool.candles, proposed.get(chart_id, ()))
        best = label_next.rank(pools, model, predicted, 1)
        window = window_of(best[0], pools, asked["runId"]) if best else None
        return {"window": window, "problem": None}

    def _pool(
        self, snapshot: db.Snapshot, chart_id: int, skipped: Sequence[tuple[int, int]]
    ) -> Pool:
        row = snapshot.read_charts([chart_id]).to_pylist()[0]
        candles = self._candles(snapshot, chart_id, int(row["data_rev"]))
        ranges = db.to_examined_ranges(snapshot.read_examined_ranges(chart_id))
        drawn = span_ranges.locate(
            candles, span_ranges.human_spans(db.to_spans(chart_id, snapshot.read_spans(chart_id)))
        )
        closed = examined_candles(candles, ranges, drawn, [])
        for start, end in skipped:
            first, last = candle_numbers(candles.time, start, end)
            closed[first : last + 1] = True
        return Pool(
            chart_id, candles, closed, [s for s in drawn if s.label != span_ranges.NEGATIVE]
        )

    def _candles(self, snapshot: db.Snapshot, chart_id: int, data_rev: int) -> Candles:
        key = (chart_id, data_rev)
        candles = self._held.pop(key, None)
        if candles is None:
            candles = db.to_candles(snapshot.read_candles(chart_id))
        self._held[key] = candles
        while len(self._held) > 1 and sum(map(len, self._held.values())) > MAX_CANDLES:
            self._held.popitem(last=False)
        return candles


def read_proposals(
    asking: db.Connection, run_id: int, charts: Sequence[int]
) -> dict[int, list[tuple[int, int, str, float]]]:
    """By chart: start and end in microseconds, label and score of what nobody has reviewed."""
    rows = asking.execute(
        "select chart_id, (extract(epoch from start_time) * 1000000)::bigint,"
        " (extract(epoch from end_time) * 1000000)::bigint, label, score from predictions"
        " where training_run_id = %s and chart_id = any(%s) and status = 'new'"
        " order by abs(score - 0.5) limit %s",
        (run_id, list(charts), MOST_ASKED),
    ).fetchall()
    proposed: dict[int, list[tuple[int, int, str, float]]] = {}
    for chart_id, *own in rows:
        proposed.setdefault(int(chart_id), []).append((own[0], own[1], own[2], own[3]))
    return proposed


def least_examined(asking: db.Connection, charts: Sequence[int]) -> list[int]:
    """Charts with candles, that of which the smallest part of its time was looked at first."""
    rows = asking.execute(
        "select c.id from charts c left join (select chart_id,"
        " sum(extract(epoch from end_time - start_time)) as seen from examined_ranges"
        " group by chart_id) e on e.chart_id = c.id where c.id = any(%s) and c.candle_count > 0"
        " order by coalesce(e.seen, 0)"
        " / greatest(extract(epoch from c.last_time - c.first_time), 1), c.id",
        (list(charts),),
    ).fetchall()
    return [int(row[0]) for row in rows]


def _located(
    candles: Candles, proposed: Sequence[tuple[int, int, str, float]]
) -> list[PredictedSpan]:
    spans = []
    for start, end, label, score in proposed:
        first, last = candle_numbers(candles.time, start, end)
        if first <= last:
            spans.append(PredictedSpan(first, last, label, score))
    return spans


def window_of(choice: Choice, pools: Sequence[Pool], run_id: int | None) -> dict[str, Any]:
    pool = next(pool for pool in pools if pool.chart_id == choice.chart_id)
    start, end = (int(pool.candles.time[at]) / 1_000_000 for at in (choice.first, choice.last))

    def share(value: float | None) -> float | None:
        return None if value is None else float(np.clip(value, 0, 1))

    return {
        "chartId": choice.chart_id,
        "startTime": start,
        "endTime": end,
        "runId": None if choice.label is None else run_id,
        "label": choice.label,
        "score": choice.score,
        "novelty": share(choice.novelty),
        "disagreement": share(choice.disagreement),
        "examinedShare": share(pool.examined_share),
    }
