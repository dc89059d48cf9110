"""What a run learns from: the charts' marked spans, their windows, and the folds in time."""

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app import labels as marking
from app import splits, windows
from app.errors import NotEnoughData
from app.features import Candles, Floats, Ints, Matrix
from app.labels import Mark, Span
from app.windows import Windows

MIN_SPANS = 5
MAX_NEGATIVES = 20_000
"""Ordinary negative windows beyond it are thinned evenly, and weigh more instead."""
LONGEST_SPAN = 50_000
PACKAGES = ("lightgbm", "numpy", "TA-Lib")


@dataclass(frozen=True)
class Chart:
    """One chart as the snapshot saw it; spans are those that people stand for, of every label."""

    id: int
    name: str
    rev: int
    data_rev: int
    candles: Candles
    spans: list[Span]


@dataclass(frozen=True)
class Prepared:
    chart: Chart
    marks: list[Mark]
    """Of the labels that are learnt, and what speaks against them."""
    looked_at: tuple[int, int]
    grid: Windows
    rows: Ints
    """Windows of the grid that touch a looked-at candle: these have a sample each."""


@dataclass(frozen=True)
class Samples:
    """One row per window that touches a looked-at candle, chart by chart."""

    labels: list[str]
    lengths: list[int]
    charts: list[Prepared]
    owner: Ints
    """Number of the row's chart in `charts`."""
    horizons: splits.Samples
    classes: NDArray[np.int32]
    weights: Floats
    learnt_from: NDArray[np.bool_]

    def learnt_marks(self, prepared: Prepared) -> list[Mark]:
        return [mark for mark in prepared.marks if mark.label in self.labels]

    def matrix(self) -> tuple[Matrix, Ints]:
        """Features of the rows that are learnt from, and where each row is in them (or -1)."""
        position = np.full(len(self.owner), -1)
        position[self.learnt_from] = np.arange(np.count_nonzero(self.learnt_from))
        pieces = []
        for number, prepared in enumerate(self.charts):
            rows = prepared.rows[self.learnt_from[self.owner == number]]
            described = windows.describe(prepared.chart.candles, prepared.grid.take(rows))
            pieces += [matrix for _, matrix in described]
        return np.concatenate(pieces), position


def prepare(charts: Sequence[Chart], wanted: Sequence[str], log: Callable[[str], None]) -> Samples:
    """Raises NotEnoughData with what is missing where."""
    for chart in charts:
        if not len(chart.candles):
            raise NotEnoughData(f"Chart “{chart.name}” has no candles.")
    labels = sorted(
        set(wanted or [span.label for chart in charts for span in chart.spans]) - {marking.NEGATIVE}
    )
    marks = [_located(chart, log) for chart in charts]
    counts = Counter(mark.label for own in marks for mark in own if mark.label in labels)
    if max(counts.values(), default=0) < MIN_SPANS:
        raise NotEnoughData(_too_few(charts, wanted, marks, labels))
    for label in labels:
        if counts[label] < MIN_SPANS:
            log(f"{label} has {counts[label]} spans: too few to be learnt well.")
    labels = [label for label in labels if counts[label]]
    learnt = [mark for own in marks for mark in own if mark.label in labels]
    lengths = windows.lengths_for([len(mark) for mark in learnt])
    prepared = [_lay(chart, own, lengths) for chart, own in zip(charts, marks, strict=True)]
    return _sample(prepared, labels, lengths)


def _located(chart: Chart, log: Callable[[str], None]) -> list[Mark]:
    marks = marking.locate(chart.candles, chart.spans)
    if len(marks) < len(chart.spans):
        log(f"{len(chart.spans) - len(marks)} spans of “{chart.name}” hold none of its candles.")
    short = [mark for mark in marks if len(mark) <= LONGEST_SPAN]
    if len(short) < len(marks):
        log(f"Spans of more than {LONGEST_SPAN} candles on “{chart.name}” are left out.")
    return short


def _too_few(
    charts: Sequence[Chart],
    wanted: Sequence[str],
    marks: Sequence[Sequence[Mark]],
    labels: Sequence[str],
) -> str:
    has = []
    for chart, own in zip(charts, marks, strict=True):
        counts = Counter(mark.label for mark in own if mark.label in labels)
        listed = ", ".join(f"{count} of {label}" for label, count in sorted(counts.items()))
        has.append(f"“{chart.name}” has {listed or 'none'}")
    of = f" of {' or '.join(wanted)}" if wanted else ""
    return (
        f"Too few spans{of} to learn from: at least {MIN_SPANS} of one label are needed, "
        f"but {'; '.join(has)}."
    )


def _lay(chart: Chart, marks: list[Mark], lengths: Sequence[int]) -> Prepared:
    count = len(chart.candles)
    looked_at = marking.looked_at(count, marks)
    grid = windows.lay(count, lengths)
    rows = np.flatnonzero((grid.last >= looked_at[0]) & (grid.first <= looked_at[1]))
    return Prepared(chart, marks, looked_at, grid, rows)


def _sample(charts: list[Prepared], labels: list[str], lengths: list[int]) -> Samples:
    owner, time, start, end, classes, weights, usable = ([] for _ in range(7))
    for number, prepared in enumerate(charts):
        own = prepared.grid.take(prepared.rows)
        target = marking.window_targets(own, prepared.marks, labels)
        moment = prepared.chart.candles.time
        owner.append(np.full(len(own), number))
        time.append(moment[(own.first + own.last) // 2])
        start.append(moment[target.horizon_first])
        end.append(moment[target.horizon_last])
        classes.append(target.classes)
        weights.append(target.weights)
        inside = (own.first >= prepared.looked_at[0]) & (own.last <= prepared.looked_at[1])
        usable.append(inside & (target.weights > 0))
    horizons = splits.Samples(*(np.concatenate(part) for part in (owner, time, start, end)))
    all_classes, all_weights = np.concatenate(classes), np.concatenate(weights)
    learnt_from = np.concatenate(usable)
    ordinary = np.flatnonzero(learnt_from & (all_classes == marking.NONE) & (all_weights == 1.0))
    every = int(np.ceil(len(ordinary) / MAX_NEGATIVES)) if len(ordinary) else 1
    all_weights[ordinary] *= every
    learnt_from[ordinary] = False
    learnt_from[ordinary[::every]] = True
    return Samples(
        labels, lengths, charts, horizons.chart, horizons, all_classes, all_weights, learnt_from
    )


def cuts(samples: Samples, folds: int) -> Ints:
    """The moments where one fold ends and the next begins, for all charts alike."""
    spans = [
        (prepared.chart.candles.time[mark.first], prepared.chart.candles.time[mark.last])
        for prepared in samples.charts
        for mark in samples.learnt_marks(prepared)
    ]
    starts, ends = np.array(spans, np.int64).T
    return splits.cuts_between(starts, ends, folds)


def dataset(samples: Samples, params: dict[str, Any]) -> dict[str, Any]:
    """`training_runs.dataset`: what the run saw, so that it can be told apart and done again."""
    digest = hashlib.sha256(json.dumps(params, sort_keys=True).encode())
    charts = []
    for prepared in samples.charts:
        chart = prepared.chart
        candles = chart.candles
        for column in (candles.time, candles.open, candles.high, candles.low, candles.close):
            digest.update(np.ascontiguousarray(column).tobytes())
        digest.update(np.ascontiguousarray(candles.volume).tobytes())
        digest.update(repr([(s.start, s.end, s.label, s.confidence) for s in chart.spans]).encode())
        first, last = prepared.looked_at
        looked_at = last >= first
        charts.append(
            {
                "id": chart.id,
                "name": chart.name,
                "rev": chart.rev,
                "dataRev": chart.data_rev,
                "candles": len(candles),
                "from": seconds(candles.time[0]),
                "to": seconds(candles.time[-1]),
                "spans": len(chart.spans),
                "lookedAtFrom": seconds(candles.time[first]) if looked_at else None,
                "lookedAtTo": seconds(candles.time[last]) if looked_at else None,
            }
        )
    counts = Counter(
        mark.label for prepared in samples.charts for mark in samples.learnt_marks(prepared)
    )
    return {
        "charts": charts,
        "labels": [{"label": label, "spans": counts[label]} for label in samples.labels],
        "windows": {"lengths": samples.lengths, "learntFrom": int(samples.learnt_from.sum())},
        "features": list(windows.NAMES),
        "params": params,
        "seed": params["seed"],
        "versions": {name: version(name) for name in PACKAGES},
        "sha256": digest.hexdigest(),
    }


def seconds(microseconds: np.int64) -> float:
    return int(microseconds) / 1_000_000
