"""A run's figures, each with its interval, the level of chance, and that of template search."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..candle_columns import Floats, Mask
from .matching import THRESHOLDS, BlockSamples, Evaluation, ScoredSpan, SpanMatcher, f1, match
from .uncertainty import Blocks, moved_at_random, shifted

LEAST_SPANS = 10
"""Below it a share says more than is known."""
AP_DRAWS = 200
"""BlockSamples of the blocks for the interval of an average precision, which is dear to compute."""


def quality(matcher: SpanMatcher, spans: Evaluation, labels: Sequence[str]) -> dict[str, Any]:
    """The contract's `quality`: at each fold's own threshold, over all folds together. What it is
    to be held against comes later, by `qualified`."""
    human, shown, hits = matcher.human, spans.counting, spans.hits
    values = _rates(len(hits), len(shown), len(human))
    values["meanAp"] = float(matcher.mean_average_precision(labels)[0])
    figures = {
        name: {"value": value, "interval": None, "chance": None, "baseline": None}
        for name, value in values.items()
    }
    return {
        **figures,
        "spans": len(human),
        "found": len(hits),
        "shown": len(shown),
        "boundaryError": boundary_error(hits),
    }


@dataclass(frozen=True)
class Conditions:
    """What figures are to be held against."""

    blocks: Blocks
    examined: dict[int, Mask]
    """Per chart id and candle."""
    baseline: SpanMatcher
    """Template search, tested on the same folds, and what it shows."""
    baseline_spans: Evaluation


def qualified(
    figures: dict[str, Any],
    matcher: SpanMatcher,
    spans: Evaluation,
    labels: Sequence[str],
    given: Conditions,
) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """What `quality` gave, and the figures per label, with intervals, chance and baseline. A label
    with fewer than LEAST_SPANS has none of them: its counts say all that is known."""
    blocks, theirs = given.blocks, given.baseline_spans
    chance = _chance(matcher, spans, labels, given)
    baseline = _all_figures(given.baseline, theirs.hits, theirs.counting, labels)
    drawn = {
        label: [
            blocks.drawn([span for span in own if label in (None, span.label)])
            for own in ([found for found, _ in spans.hits], spans.counting, matcher.human)
        ]
        for label in (None, *labels)
    }

    def measured(name: str, value: float, interval: list[float] | None) -> dict[str, Any]:
        known = {"chance": chance[name], "baseline": baseline[name]}
        return {"value": value, "interval": interval, **known}

    right, shown, there = drawn[None]
    value = {name: figures[name]["value"] for name in ("f1", "precision", "recall", "meanAp")}
    areas = matcher.mean_average_precision(
        labels,
        BlockSamples(
            blocks.draws[:AP_DRAWS],
            blocks.block_of(matcher.predicted),
            blocks.block_of(matcher.human),
        ),
    )
    intervals = {
        "f1": blocks.share(2 * right, shown + there, value["f1"]),
        "precision": blocks.share(right, shown, value["precision"]),
        "recall": blocks.share(right, there, value["recall"]),
        "meanAp": blocks.interval(areas, value["meanAp"]),
    }
    rows = []
    for row in spans.per_label:
        label = row["label"]
        right, shown, there = drawn[label]
        if row["support"] >= LEAST_SPANS:
            known = measured(f"f1 {label}", row["f1"], None)
            interval = blocks.share(2 * right, shown + there, row["f1"])
            row = row | {"interval": interval} | {k: known[k] for k in ("chance", "baseline")}
        own = [pair for pair in spans.hits if pair[1].label == label]
        edges = boundary_error(own, blocks if row["support"] >= LEAST_SPANS else None)
        rows.append(row | ({"boundaryError": edges} if edges else {}))
    named = {name: measured(name, value[name], interval) for name, interval in intervals.items()}
    return figures | named | {"boundaryError": boundary_error(spans.hits, blocks)}, rows


def _rates(hits: int, predicted: int, human: int) -> dict[str, float]:
    return {
        "f1": f1(hits, predicted, human),
        "precision": hits / predicted if predicted else 0.0,
        "recall": hits / human if human else 0.0,
    }


def _all_figures(
    matcher: SpanMatcher,
    hits: Sequence[tuple[ScoredSpan, ScoredSpan]],
    shown: Sequence[ScoredSpan],
    labels: Sequence[str],
) -> dict[str, float]:
    """Those of all spans, and "f1 LABEL" of each label."""
    figures = _rates(len(hits), len(shown), len(matcher.human))
    figures["meanAp"] = float(matcher.mean_average_precision(labels)[0])
    right, there = Counter(own.label for own, _ in hits), Counter(s.label for s in matcher.human)
    predicted = Counter(span.label for span in shown)
    for label in labels:
        figures[f"f1 {label}"] = f1(right[label], predicted[label], there[label])
    return figures


def _chance(
    matcher: SpanMatcher, spans: Evaluation, labels: Sequence[str], given: Conditions
) -> dict[str, float]:
    """What the same predictions would reach if the labels said nothing of prices. People's spans
    are moved in two ways, 20 draws each, and the higher mean counts: each by itself to a random
    examined place; and all together along the examined candles, which keeps how they follow each
    other, so that labels that tile a chart are met by chance as often as they are. Nothing is
    trained for it."""
    kinds = []
    for moving in (moved_at_random, shifted):
        draws = []
        for moved in moving(matcher.human, given.examined, given.blocks.seed):
            own = SpanMatcher(matcher.predicted, moved)
            hits = [
                (own.predicted[pair.predicted], own.human[pair.human])
                for pair in match(own.same, spans.counts)
            ]
            draws.append(_all_figures(own, hits, spans.counting, labels))
        kinds.append({name: float(np.mean([d[name] for d in draws])) for name in draws[0]})
    return {name: max(kind[name] for kind in kinds) for name in kinds[0]}


def boundary_error(
    hits: Sequence[tuple[ScoredSpan, ScoredSpan]], blocks: Blocks | None = None
) -> dict[str, Any] | None:
    """Median distance in bars of found edges from the human ones; None without a hit. With blocks,
    the interval of the mean of both."""
    if not hits:
        return None
    start = np.array([abs(a.first - b.first) for a, b in hits], np.float64)
    end = np.array([abs(a.last - b.last) for a, b in hits], np.float64)
    medians = {"start": float(np.median(start)), "end": float(np.median(end))}
    if blocks is None:
        return medians
    weights = blocks.draws[:, blocks.block_of([found for found, _ in hits])]
    weights = weights[weights.any(axis=1)]
    drawn = (_medians(start, weights) + _medians(end, weights)) / 2
    value = (medians["start"] + medians["end"]) / 2
    return medians | {"interval": blocks.interval(drawn, value, high=np.inf)}


def _medians(values: Floats, weights: Floats) -> Floats:
    """The median of the values as often as a row of the weights says, for each row."""
    order = np.argsort(values, kind="stable")
    counted = np.cumsum(weights[:, order], axis=1)
    half = counted[:, -1:] / 2
    # Of an even number the middle two, as everywhere.
    low, high = (counted >= half).argmax(axis=1), (counted > half).argmax(axis=1)
    ordered = values[order]
    middle: Floats = (ordered[low] + ordered[high]) / 2
    return middle


def curve(matcher: SpanMatcher, blocks: Blocks | None = None) -> list[dict[str, Any]]:
    """Precision and recall from high thresholds to low ones, where anything is shown."""
    points = []
    scores = np.array([span.score for span in matcher.predicted])
    for threshold in reversed(THRESHOLDS):
        counts = scores >= threshold
        if not counts.any():
            continue
        hits = match(matcher.same, counts)
        shown = [matcher.predicted[i] for i in np.flatnonzero(counts).tolist()]
        right = [matcher.predicted[pair.predicted] for pair in hits]
        points.append(
            {
                "threshold": threshold,
                **{
                    name: value
                    for name, value in _rates(len(hits), len(shown), len(matcher.human)).items()
                    if name != "f1"
                },
                "interval": blocks
                and blocks.share(
                    blocks.drawn(right), blocks.drawn(shown), len(right) / max(len(shown), 1)
                ),
            }
        )
    return points
