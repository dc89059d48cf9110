"""Scores per candle: F1 inside spans, and how often a probability is right."""

import numpy as np

from ..candles import Classes, Floats
from ..labels.targets import NONE
from .matching import f1


def candle_f1(truth: Classes, predicted: Classes, label_count: int) -> float:
    """Mean over the labels of the F1 of their candles."""
    scores = []
    for number in range(NONE + 1, label_count + 1):
        hits = int(np.count_nonzero((truth == number) & (predicted == number)))
        found, human = np.count_nonzero(predicted == number), np.count_nonzero(truth == number)
        scores.append(f1(hits, int(found), int(human)))
    return float(np.mean(scores))


def calibration(probability: Floats, truth: Classes) -> list[dict[str, float]]:
    """Ten bins of each candle's most probable label; observed: how often it is that label."""
    best = probability.argmax(axis=1)
    predicted = probability[np.arange(len(best)), best]
    observed = truth == best + 1
    bins = np.minimum((predicted * 10).astype(np.int64), 9)
    return [
        {
            "predicted": float(predicted[inside].mean()),
            "observed": float(observed[inside].mean()),
            "count": int(np.count_nonzero(inside)),
        }
        for number in range(10)
        if (inside := bins == number).any()
    ]
