"""Whether the score that is shown beside a span says how often such spans are right."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from ..candle_columns import Mask
from .matching import ScoredSpan
from .uncertainty import Blocks


def calibration(
    spans: Sequence[ScoredSpan], right: Mask, blocks: Blocks | None = None
) -> list[dict[str, Any]]:
    """Ten bins of the score: its mean, the share of right spans, and how many there are."""
    score = np.array([span.score for span in spans])
    bins = np.minimum((score * 10).astype(np.int64), 9)
    rows = []
    for number in range(10):
        inside = np.flatnonzero(bins == number).tolist()
        if not inside:
            continue
        own, hits = [spans[i] for i in inside], [spans[i] for i in inside if right[i]]
        rows.append(
            {
                "predicted": float(score[inside].mean()),
                "observed": float(right[inside].mean()),
                "count": len(inside),
                "interval": blocks
                and blocks.share(blocks.drawn(hits), blocks.drawn(own), len(hits) / len(own)),
            }
        )
    return rows


def calibration_error(bins: Sequence[dict[str, Any]]) -> float:
    """Mean distance of score and share of right spans, weighted by bin."""
    total = sum(own["count"] for own in bins)
    off = sum(abs(own["predicted"] - own["observed"]) * own["count"] for own in bins)
    return float(off / total) if total else 0.0
