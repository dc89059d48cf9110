"""What a run learns from: the charts' spans, their windows, and the moments between folds."""

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from importlib.metadata import version
from typing import Any

import numpy as np

from .. import splits
from ..candles import Candles, Classes, Floats, Ints, Mask, Matrix
from ..errors import NotEnoughData
from ..examined import (
    ExaminedRange,
    are_examined,
    examined_candles,
    runs_of,
    touch_examined,
)
from ..features import windows
from ..features.windows import Windows
from ..spans import NEGATIVE, IndexedSpan, Span, locate
from . import targets

MIN_SPANS = 5
MAX_NEGATIVES = 4_000
"""Ordinary negative windows beyond it are thinned evenly, and weigh more instead."""
LONGEST_SPAN = 50_000
PACKAGES = ("lightgbm", "numpy", "scikit-learn", "TA-Lib")


@dataclass(frozen=True)
class Chart:
    """One chart as the snapshot saw it; spans are those that people stand for, of every label."""

    id: int
    name: str
    rev: int
    data_rev: int
    candles: Candles
    spans: list[Span]
    examined: list[ExaminedRange] = field(default_factory=list)


@dataclass(frozen=True)
class ChartSamples:
    """A chart with its spans and windows, ready to learn from."""

    chart: Chart
    spans: list[IndexedSpan]
    """Of the labels that are learnt, and what speaks against them."""
    examined: Mask
    """Per candle, whether somebody has looked there for all the labels that are learnt."""
    grid: Windows
    rows: Ints
    """Windows of the grid that touch an examined candle: these have a sample each."""


@dataclass(frozen=True)
class Samples:
    """One row per window that touches an examined candle, chart by chart."""

    labels: list[str]
    lengths: list[int]
    charts: list[ChartSamples]
    owner: Ints
    """Number of the row's chart in `charts`."""
    horizons: splits.Horizons
    classes: Classes
    weights: Floats
    train_mask: Mask

    def training_spans(self, own: ChartSamples) -> list[IndexedSpan]:
        return [span for span in own.spans if span.label in self.labels]

    def matrix(self) -> tuple[Matrix, Ints]:
        """Features of the rows that are learnt from, and where each row is in them (or -1)."""
        position = np.full(len(self.owner), -1)
        position[self.train_mask] = np.arange(np.count_nonzero(self.train_mask))
        chunks = []
        for number, own in enumerate(self.charts):
            rows = own.rows[self.train_mask[self.owner == number]]
            features = windows.compute_features(own.chart.candles, own.grid.take(rows))
            chunks += [matrix for _, matrix in features]
        return np.concatenate(chunks), position


def prepare(charts: Sequence[Chart], wanted: Sequence[str], log: Callable[[str], None]) -> Samples:
    """Raises NotEnoughData with what is missing where."""
    for chart in charts:
        if not len(chart.candles):
            raise NotEnoughData(f"Chart “{chart.name}” has no candles.")
    labels = sorted(
        set(wanted or [span.label for chart in charts for span in chart.spans]) - {NEGATIVE}
    )
    located = [_located(chart, log) for chart in charts]
    counts = Counter(span.label for own in located for span in own if span.label in labels)
    if max(counts.values(), default=0) < MIN_SPANS:
        raise NotEnoughData(_too_few(charts, wanted, located, labels))
    for label in labels:
        if counts[label] < MIN_SPANS:
            log(f"{label} has {counts[label]} spans: too few to be learnt well.")
    labels = [label for label in labels if counts[label]]
    lengths = windows.lengths_for(
        [len(span) for own in located for span in own if span.label in labels]
    )
    prepared = [
        _with_windows(chart, own, lengths, labels, log)
        for chart, own in zip(charts, located, strict=True)
    ]
    return _sample(prepared, labels, lengths)


def _located(chart: Chart, log: Callable[[str], None]) -> list[IndexedSpan]:
    spans = locate(chart.candles, chart.spans)
    if len(spans) < len(chart.spans):
        log(f"{len(chart.spans) - len(spans)} spans of “{chart.name}” hold none of its candles.")
    short = [span for span in spans if len(span) <= LONGEST_SPAN]
    if len(short) < len(spans):
        log(f"Spans of more than {LONGEST_SPAN} candles on “{chart.name}” are left out.")
    return short


def _too_few(
    charts: Sequence[Chart],
    wanted: Sequence[str],
    located: Sequence[Sequence[IndexedSpan]],
    labels: Sequence[str],
) -> str:
    has = []
    for chart, own in zip(charts, located, strict=True):
        counts = Counter(span.label for span in own if span.label in labels)
        listed = ", ".join(f"{count} of {label}" for label, count in sorted(counts.items()))
        has.append(f"“{chart.name}” has {listed or 'none'}")
    of = f" of {' or '.join(wanted)}" if wanted else ""
    return (
        f"Too few spans{of} to learn from: at least {MIN_SPANS} of one label are needed, "
        f"but {'; '.join(has)}."
    )


def _with_windows(
    chart: Chart,
    spans: list[IndexedSpan],
    lengths: Sequence[int],
    labels: Sequence[str],
    log: Callable[[str], None],
) -> ChartSamples:
    if spans and not chart.examined:
        log(
            f"Nobody has marked what was examined on “{chart.name}”: only its spans and as much "
            "again on either side are learnt from."
        )
    examined = examined_candles(chart.candles, chart.examined, spans, labels)
    grid = windows.sliding_windows(len(chart.candles), lengths)
    rows = np.flatnonzero(touch_examined(examined, grid.first, grid.last))
    return ChartSamples(chart, spans, examined, grid, rows)


def _sample(charts: list[ChartSamples], labels: list[str], lengths: list[int]) -> Samples:
    owner, time, start, end, classes, weights, usable = ([] for _ in range(7))
    for number, prepared in enumerate(charts):
        own = prepared.grid.take(prepared.rows)
        target = targets.window_targets(own, prepared.spans, labels)
        moment = prepared.chart.candles.time
        owner.append(np.full(len(own), number))
        time.append(moment[(own.first + own.last) // 2])
        start.append(moment[target.horizon_first])
        end.append(moment[target.horizon_last])
        classes.append(target.classes)
        weights.append(target.weights)
        inside = are_examined(prepared.examined, own.first, own.last)
        usable.append(inside & (target.weights > 0))
    horizons = splits.Horizons(*(np.concatenate(part) for part in (owner, time, start, end)))
    all_classes, all_weights = np.concatenate(classes), np.concatenate(weights)
    train_mask = np.concatenate(usable)
    ordinary = np.flatnonzero(train_mask & (all_classes == targets.NONE) & (all_weights == 1.0))
    every = int(np.ceil(len(ordinary) / MAX_NEGATIVES)) if len(ordinary) else 1
    all_weights[ordinary] *= every
    train_mask[ordinary] = False
    train_mask[ordinary[::every]] = True
    return Samples(
        labels, lengths, charts, horizons.chart, horizons, all_classes, all_weights, train_mask
    )


def make_split(samples: Samples, kind: splits.Kind, folds: int, seed: int) -> splits.Split:
    """Folds that share the spans out evenly, at the same moments on all charts."""
    ends = [
        (own.chart.candles.time[span.first], own.chart.candles.time[span.last])
        for own in samples.charts
        for span in samples.training_spans(own)
    ]
    first, last = np.array(ends, np.int64).T
    boundaries = splits.fold_boundaries(first, last, folds)
    return splits.make_split(kind, samples.horizons, boundaries, samples.train_mask, seed)


def dataset(samples: Samples, params: dict[str, Any]) -> dict[str, Any]:
    """`training_runs.dataset`: what the run saw, so that it can be told apart and done again."""
    digest = hashlib.sha256(json.dumps(params, sort_keys=True).encode())
    charts = []
    for own in samples.charts:
        chart = own.chart
        candles = chart.candles
        for column in (candles.time, candles.open, candles.high, candles.low, candles.close):
            digest.update(np.ascontiguousarray(column).tobytes())
        digest.update(np.ascontiguousarray(candles.volume).tobytes())
        digest.update(repr([(s.start, s.end, s.label, s.confidence) for s in chart.spans]).encode())
        examined = runs_of(own.examined)
        digest.update(repr(examined).encode())
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
                "examinedCandles": int(np.count_nonzero(own.examined)),
                "examinedFrom": seconds(candles.time[examined[0][0]]) if examined else None,
                "examinedTo": seconds(candles.time[examined[-1][1]]) if examined else None,
                "examinedRanges": len(chart.examined),
                "trainedOn": [
                    [seconds(candles.time[first]), seconds(candles.time[last])]
                    for first, last in examined
                ],
            }
        )
    counts = Counter(span.label for own in samples.charts for span in samples.training_spans(own))
    return {
        "charts": charts,
        "labels": [{"label": label, "spans": counts[label]} for label in samples.labels],
        "windows": {"lengths": samples.lengths, "trained": int(samples.train_mask.sum())},
        "features": list(windows.NAMES),
        "params": params,
        "seed": params["seed"],
        "versions": {name: version(name) for name in PACKAGES},
        "sha256": digest.hexdigest(),
    }


def seconds(microseconds: np.int64) -> float:
    return int(microseconds) / 1_000_000
