"""What a run learns from: the charts' spans, their windows, and the moments between folds."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, fields
from functools import cached_property

import numpy as np

from .. import splits
from ..candle_columns import CandleSource, Classes, Floats, Ints, Mask, Matrix, Numbers
from ..errors import NotEnoughData
from ..examined import ExaminedRange, counted_before, examined_candles
from ..features import windows
from ..features.windows import Windows
from ..span_ranges import NEGATIVE, IndexedSpan, Span, locate
from . import targets

MIN_SPANS = 5
NEGATIVES_PER_EXAMPLE = 3
LEAST_NEGATIVES, MAX_NEGATIVES = 2_000, 4_000
"""Ordinary negative windows beyond that share of the examples, and at least and at most so many,
are thinned evenly, and weigh more instead: neighbours say the same."""
MAX_EXAMPLES = 30
"""Windows that are learnt as one span; more of them say the same, and are thinned evenly too."""
MOST_EXAMPLES, LEAST_OF_A_SPAN = 30_000, 4
"""Examples of all spans: of more than a thousand spans fewer windows of each are learnt, so that
memory and time do not grow with every span."""
LONGEST_SPAN = 50_000


@dataclass(frozen=True)
class Chart:
    """One chart as the snapshot saw it; spans are those that people stand for, of every label."""

    id: int
    name: str
    rev: int
    data_rev: int
    candles: CandleSource
    spans: list[Span]
    examined: list[ExaminedRange] = field(default_factory=list)


@dataclass(frozen=True)
class ChartSamples:
    """A chart with its spans, ready to learn from."""

    chart: Chart
    spans: list[IndexedSpan]
    """Of the labels that are learnt, and what speaks against them; in order of time."""
    examined: Mask
    """Per candle, whether somebody has looked there for all the labels that are learnt."""
    lengths: list[int]
    """Of its windows."""

    @cached_property
    def _before(self) -> Numbers:
        return counted_before(self.examined)

    def examined_in(self, grid: Windows) -> Numbers:
        """Per window, how many of its candles are examined; those with any are tested."""
        count: Numbers = self._before[grid.last + 1] - self._before[grid.first]
        return count


@dataclass(frozen=True)
class Samples:
    """One row per window that is learnt from, chart by chart and in order of time.

    Of what is no pattern these are a few thousand, however long the charts are."""

    labels: list[str]
    lengths: list[int]
    charts: list[ChartSamples]
    owner: Ints
    """Number of the row's chart in `charts`."""
    windows: Windows
    horizons: splits.Horizons
    classes: Classes
    weights: Floats
    span: Ints
    """Number of the span that the row is an example of among the spans of all charts, or -1."""
    decided: list[tuple[Numbers, Numbers]]
    """Per chart and candle, the first and last candle that the labels of all windows were decided
    on that have it in their middle and touch an examined one; the last is -1 without any."""

    @property
    def tested(self) -> splits.Horizons:
        """Of those windows: a row per candle in the middle of some. Made anew each time."""
        parts = []
        for number, (own, (first, last)) in enumerate(zip(self.charts, self.decided, strict=True)):
            middle = np.flatnonzero(last >= 0)
            parts.append(_horizons(own, number, middle, first[middle], last[middle]))
        return splits.Horizons.joined(parts)

    def training_spans(self, own: ChartSamples) -> list[IndexedSpan]:
        return [span for span in own.spans if span.label in self.labels]

    def matrix(self, on_part: Callable[[float], None] = lambda _share: None) -> Matrix:
        """Features of the rows; `on_part` hears of the share that is done."""
        whole = np.empty((len(self.owner), len(windows.NAMES)), np.float32)
        for number, own in enumerate(self.charts):
            rows = np.flatnonzero(self.owner == number)
            for near in windows.stretches(self.windows.take(rows)):
                some = rows[near]
                grid = self.windows.take(some)
                whole[some] = windows.compute_features(own.chart.candles, grid)
                on_part((int(some[-1]) + 1) / len(whole))
        return whole


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
        _examined(chart, own, lengths, labels, log)
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


def _examined(
    chart: Chart,
    spans: list[IndexedSpan],
    lengths: list[int],
    labels: Sequence[str],
    log: Callable[[str], None],
) -> ChartSamples:
    if spans and not chart.examined:
        log(
            f"Nobody has marked what was examined on “{chart.name}”: only its spans and as much "
            "again on either side are learnt from."
        )
    examined = examined_candles(chart.candles, chart.examined, spans, labels)
    return ChartSamples(chart, spans, examined, lengths)


class _Kept:
    """Rows that are learnt from. Ordinary ones (no pattern, nothing said of it) are thinned on the
    way: a million candles have millions of them, and neighbours say the same."""

    def __init__(self) -> None:
        self.rows: list[_Rows] = []
        self._ordinary: list[_Rows] = []
        self._stride = 1
        self._seen = 0
        self._count = 0

    def add(self, rows: "_Rows", ordinary: Mask) -> None:
        self.rows.append(rows.take(~ordinary))
        own = rows.take(ordinary)
        offset = -self._seen % self._stride
        self._seen += len(own.number)
        self._add_ordinary(own.take(slice(offset, None, self._stride)))
        while self._count > 2 * MAX_NEGATIVES:
            self._stride *= 2
            all_ = _Rows.joined(self._ordinary).take(slice(None, None, 2))
            self._ordinary, self._count = [], 0
            self._add_ordinary(all_)

    def _add_ordinary(self, own: "_Rows") -> None:
        self._ordinary.append(own)
        self._count += len(own.number)

    def all(self) -> "_Rows":
        """In order, with the ordinary ones weighing as much as all that there were."""
        rows = _Rows.joined(self.rows)
        rows = rows.take(_without_surplus(rows.classes, rows.span))
        wanted = NEGATIVES_PER_EXAMPLE * int(np.count_nonzero(rows.classes))
        most = min(max(wanted, LEAST_NEGATIVES), MAX_NEGATIVES)
        kept = _evenly(np.arange(self._count), self._count, most)
        thinned = _Rows.joined(self._ordinary).take(kept)
        thinned.weight[:] = self._seen / max(1, len(thinned.number))
        rows = _Rows.joined([rows, thinned])
        return rows.take(np.lexsort((rows.last, rows.first, rows.number)))


def _without_surplus(classes: Classes, span: Ints) -> Mask:
    """Per row, whether it is kept: of the examples of a span MAX_EXAMPLES at most, and fewer where
    there are many spans."""
    kept = np.ones(len(classes), np.bool_)
    examples = np.flatnonzero(classes != targets.NONE)
    examples = examples[np.argsort(span[examples], kind="stable")]
    own = span[examples]
    start = np.searchsorted(own, own)
    count = np.searchsorted(own, own, side="right") - start
    share = MOST_EXAMPLES // max(1, len(np.unique(own)))
    most = min(MAX_EXAMPLES, max(LEAST_OF_A_SPAN, share))
    kept[examples] = _evenly(np.arange(len(own)) - start, count, most)
    return kept


def _evenly(rank: Ints, count: int | Ints, most: int) -> Mask:
    """Which of `count` ranked rows are kept, `most` of them at most."""
    limit = np.minimum(count, most)
    kept: Mask = (rank + 1) * limit // count > rank * limit // count
    return kept


@dataclass(frozen=True)
class _Rows:
    number: Ints
    """Of the chart."""
    first: Ints
    last: Ints
    horizon_first: Ints
    horizon_last: Ints
    classes: Classes
    weight: Floats
    span: Ints

    def take(self, rows: Ints | Mask | slice) -> "_Rows":
        return _Rows(*(getattr(self, each.name)[rows].copy() for each in fields(self)))

    @classmethod
    def joined(cls, parts: "Sequence[_Rows]") -> "_Rows":
        return cls(*(np.concatenate([getattr(p, f.name) for p in parts]) for f in fields(cls)))


def _sample(charts: list[ChartSamples], labels: list[str], lengths: list[int]) -> Samples:
    kept = _Kept()
    decided = []
    span_count = 0
    for number, own in enumerate(charts):
        count = len(own.chart.candles)
        horizon = np.full(count, count, np.int32), np.full(count, -1, np.int32)
        for block in windows.blocks(count, lengths):
            grid = block.take(own.examined_in(block) > 0)
            if not len(grid):
                continue
            target = targets.window_targets(grid, own.spans, labels)
            middle = (grid.first + grid.last) // 2
            np.minimum.at(horizon[0], middle, target.horizon_first)
            np.maximum.at(horizon[1], middle, target.horizon_last)
            usable = (target.weights > 0) & (own.examined_in(grid) == grid.last - grid.first + 1)
            rows = _Rows(
                np.full(len(grid), number),
                grid.first,
                grid.last,
                target.horizon_first,
                target.horizon_last,
                target.classes,
                target.weights,
                np.where(target.span >= 0, target.span + span_count, -1),
            ).take(usable)
            kept.add(rows, (rows.classes == targets.NONE) & (rows.weight == 1.0))
        span_count += len(own.spans)
        decided.append(horizon)
    rows = kept.all()
    spans = [span for own in charts for span in own.spans]
    targets.share_out(rows.weight, rows.classes, rows.span, spans)
    horizons = [
        _horizons(
            own,
            number,
            (part.first + part.last) // 2,
            part.horizon_first,
            part.horizon_last,
            part.first - windows.look_back(part.last - part.first + 1),
        )
        for number, own in enumerate(charts)
        for part in [rows.take(rows.number == number)]
    ]
    return Samples(
        labels,
        lengths,
        charts,
        rows.number,
        Windows(rows.first, rows.last),
        splits.Horizons.joined(horizons),
        rows.classes,
        rows.weight,
        rows.span,
        decided,
    )


def _horizons(
    own: ChartSamples,
    number: int,
    middle: Ints,
    first: Ints | Numbers,
    last: Ints | Numbers,
    read: Ints | None = None,
) -> splits.Horizons:
    """Candle numbers to moments."""
    time = own.chart.candles.time
    start = time[first]
    reads = start if read is None else time[np.maximum(read, 0)]
    return splits.Horizons(np.full(len(middle), number), time[middle], start, time[last], reads)


def make_split(samples: Samples, kind: splits.Kind, folds: int, seed: int) -> splits.Split:
    """Folds that share the spans out evenly, at the same moments on all charts."""
    ends = [
        (own.chart.candles.time[span.first], own.chart.candles.time[span.last])
        for own in samples.charts
        for span in samples.training_spans(own)
    ]
    first, last = np.array(ends, np.int64).T
    boundaries = splits.fold_boundaries(first, last, folds)
    return splits.make_split(kind, samples.horizons, samples.tested, boundaries, seed)


def seconds(microseconds: np.int64) -> float:
    return int(microseconds) / 1_000_000
