"""Template search: a window is as probable as its shape is like that of a labelled one.

The z-normalised correlation of closes, which is what a search by example does. It knows nothing of
volatility, of what came before, or of what was examined and is no pattern: a baseline.
"""

from typing import Self

import numpy as np

from ..candle_columns import Classes, Floats, Matrix
from ..errors import BadInput
from ..features import windows
from .classifier import Arrays, FitOptions

COLUMNS = [
    windows.NAMES.index(f"close_{n}_of_{windows.POINTS}") for n in range(1, windows.POINTS + 1)
]
MAX_TEMPLATES = 200
"""Per label; more are thinned evenly."""
CHUNK = 8_192


class TemplateSearch:
    name = "template"

    def __init__(self, shapes: Floats, classes: Classes, class_count: int) -> None:
        self._shapes, self._classes, self._count = shapes, classes, class_count

    @classmethod
    def fit(cls, rows: Matrix, classes: Classes, weights: Floats, options: FitOptions) -> Self:
        kept = []
        for number in range(1, options.class_count):
            own = np.flatnonzero(classes == number)
            kept.append(own[:: max(1, -(-len(own) // MAX_TEMPLATES))])
        chosen = np.concatenate(kept)
        options.on_progress(1.0)
        return cls(_normalised(rows[chosen]), classes[chosen], options.class_count)

    @classmethod
    def load(cls, arrays: Arrays, threads: int) -> Self:
        try:
            return cls(arrays["shapes"], arrays["classes"], int(arrays["count"][0]))
        except (KeyError, IndexError) as error:
            raise BadInput(f"The model cannot be read: {error}.") from error

    def dump(self) -> Arrays:
        count = np.array([self._count], np.int32)
        return {"shapes": self._shapes, "classes": self._classes, "count": count}

    def predict(self, rows: Matrix) -> Floats:
        result = np.zeros((len(rows), self._count))
        for start in range(0, len(rows), CHUNK):
            chunk = slice(start, start + CHUNK)
            alike = _normalised(rows[chunk]) @ self._shapes.T
            for number in range(1, self._count):
                own = alike[:, self._classes == number]
                if own.shape[1]:
                    result[chunk, number] = np.clip(own.max(axis=1), 0.0, 1.0)
        result[:, 0] = 1.0 - result.max(axis=1)
        return result

    def importance(self) -> Floats:
        shares = np.zeros(len(windows.NAMES))
        shares[COLUMNS] = 1.0 / len(COLUMNS)
        return shares


def _normalised(rows: Matrix) -> Floats:
    shape = rows[:, COLUMNS].astype(np.float64)
    shape -= shape.mean(axis=1, keepdims=True)
    length = np.sqrt((shape**2).sum(axis=1, keepdims=True))
    normal: Floats = np.divide(shape, length, out=np.zeros_like(shape), where=length > 1e-9)
    return normal
