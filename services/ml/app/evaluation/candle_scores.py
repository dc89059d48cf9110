"""Scores per candle."""

import numpy as np

from ..candle_columns import Classes
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
