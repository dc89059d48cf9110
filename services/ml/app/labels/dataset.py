"""What `training_runs.dataset` says of a run's data, with their hash."""

import hashlib
import json
from collections import Counter
from dataclasses import fields
from importlib.metadata import version
from typing import Any

import numpy as np

from ..examined import runs_of
from ..features import windows
from .samples import Samples, seconds

HASHED = 65_536
"""Candles that are read at once for their hash."""
PACKAGES = ("lightgbm", "numpy", "scikit-learn", "TA-Lib")


def describe_dataset(samples: Samples, params: dict[str, Any]) -> dict[str, Any]:
    """`training_runs.dataset`: what the run saw, so that it can be told apart and done again."""
    digest = hashlib.sha256(json.dumps(params, sort_keys=True).encode())
    charts = []
    for own in samples.charts:
        chart = own.chart
        candles = chart.candles
        for start in range(0, len(candles), HASHED):
            part = candles.part(start, min(start + HASHED, len(candles)))
            for column in fields(part):
                digest.update(np.ascontiguousarray(getattr(part, column.name)).tobytes())
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
                "spans": len(samples.training_spans(own)),
                "staleSpans": sum(s.is_stale for s in chart.spans if s.label in samples.labels),
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
        "windows": {"lengths": samples.lengths, "trained": len(samples.owner)},
        "features": list(windows.NAMES),
        "params": params,
        "seed": params["seed"],
        "versions": {name: version(name) for name in PACKAGES},
        "sha256": digest.hexdigest(),
    }
