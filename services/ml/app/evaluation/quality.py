"""A run's figures, each with its interval, the level of chance, and that of template search."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from ..candles import Mask
from .matching import THRESHOLDS, Evaluation, ScoredSpan, SpanMatcher, f1, match
from .uncertainty import Blocks, moved_at_random


def quality(matcher: SpanMatcher, spans: Evaluation, labels: Sequence[str]) -> dict[str, Any]:
    """The contract's `quality`: at each fold's own threshold, over all folds together. What it is
    to be held against comes later, by `qualified`."""
    human, shown, hits = matcher.human, spans.counting, spans.hits
    values = _rates(len(hits), len(shown), len(human))
    values["meanAp"] = matcher.mean_average_precision(labels)
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


def qualified(
    figures: dict[str, Any],
    matcher: SpanMatcher,
    spans: Evaluation,
    baseline: tuple[SpanMatcher, Evaluation],
    labels: Sequence[str],
    examined: dict[int, Mask],
    blocks: Blocks,
) -> dict[str, Any]:
    """What `quality` gave, with intervals, chance and baseline."""
    human, shown = matcher.human, spans.counting
    right, found, there = (
        blocks.drawn(own) for own in ([found for found, _ in spans.hits], shown, human)
    )
    chance = _chance(matcher, shown, labels, examined, blocks.seed)
    template, template_spans = baseline
    theirs = _rates(len(template_spans.hits), len(template_spans.counting), len(human))
    theirs["meanAp"] = template.mean_average_precision(labels)
    intervals = {
        "f1": blocks.interval(2 * right, found + there),
        "precision": blocks.interval(right, found),
        "recall": blocks.interval(right, there),
        "meanAp": None,
    }
    return figures | {
        name: {
            "value": figures[name]["value"],
            "interval": intervals[name],
            "chance": chance[name],
            "baseline": theirs[name],
        }
        for name in intervals
    }


def _rates(hits: int, predicted: int, human: int) -> dict[str, float]:
    return {
        "f1": f1(hits, predicted, human),
        "precision": hits / predicted if predicted else 0.0,
        "recall": hits / human if human else 0.0,
    }


def _chance(
    matcher: SpanMatcher,
    shown: Sequence[ScoredSpan],
    labels: Sequence[str],
    examined: dict[int, Mask],
    seed: int,
) -> dict[str, float]:
    """Means over the draws; nothing is trained for it."""
    counts = np.ones(len(shown), np.bool_)
    draws: list[dict[str, float]] = []
    for moved in moved_at_random(matcher.human, examined, seed):
        hits = len(match(SpanMatcher(shown, moved).same, counts))
        mean_ap = SpanMatcher(matcher.predicted, moved).mean_average_precision(labels)
        draws.append(_rates(hits, len(shown), len(moved)) | {"meanAp": mean_ap})
    return {name: float(np.mean([draw[name] for draw in draws])) for name in draws[0]}


def boundary_error(hits: Sequence[tuple[ScoredSpan, ScoredSpan]]) -> dict[str, float] | None:
    """Median distance in bars of found edges from the human ones; None without a hit."""
    if not hits:
        return None
    return {
        "start": float(np.median([abs(a.first - b.first) for a, b in hits])),
        "end": float(np.median([abs(a.last - b.last) for a, b in hits])),
    }


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
                "interval": blocks and blocks.interval(blocks.drawn(right), blocks.drawn(shown)),
            }
        )
    return points
