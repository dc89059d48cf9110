"""What a model must be able to do; `models.MODELS` lists those that there are."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol, Self

from numpy.typing import NDArray

from ..candle_columns import Classes, Floats, Matrix

Arrays = dict[str, NDArray[Any]]


@dataclass(frozen=True)
class FitOptions:
    class_count: int
    """No pattern, then each label."""
    seed: int
    threads: int
    on_progress: Callable[[float], None] = lambda _: None
    """Hears of the share that is done, and may raise to end the fit."""


class Classifier(Protocol):
    name: str
    """As runs name it."""

    @classmethod
    def fit(cls, rows: Matrix, classes: Classes, weights: Floats, options: FitOptions) -> Self:
        """Columns of `rows` are `features.windows.NAMES`. The same arguments give the same model,
        whatever the number of threads."""

    @classmethod
    def load(cls, arrays: Arrays, threads: int) -> Self:
        """What `dump` gave. Raises BadInput."""

    def dump(self) -> Arrays:
        """All of it, as arrays of numbers."""

    def predict(self, rows: Matrix) -> Floats:
        """Probabilities per row: no pattern, then each label."""

    def importance(self) -> Floats:
        """Share of the total gain per feature."""


def part(arrays: Arrays, prefix: str) -> Arrays:
    """Those whose names begin with the prefix, by the rest of the name."""
    return {key.removeprefix(prefix): own for key, own in arrays.items() if key.startswith(prefix)}
