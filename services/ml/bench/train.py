"""A training run on a planted chart, its time beside that of its model fits, and its memory.

python -m bench.train CANDLES SPANS
"""

import json
import resource
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import NamedTemporaryFile
from time import perf_counter
from typing import Any, NamedTuple, TypedDict
from unittest import mock

import numpy as np

from app.candle_columns import Candles, Ints
from app.edges import Edges
from app.labels import samples
from app.labels.samples import Chart
from app.models.classifier import FitOptions
from app.models.ensemble import Ensemble
from app.training import learn
from app.training.params import parse_params
from app.worker.execute import threads
from tests import market


class Seconds(NamedTuple):
    whole: float
    fits: float


class Measured(TypedDict):
    run: Seconds
    mb: float
    """By which the process grew at most."""
    peak_mb: float
    model: Seconds


class Quiet:
    def report(self, fraction: float, stage: str) -> None:
        pass

    def log(self, line: str) -> None:
        pass


@contextmanager
def timed_fits() -> Iterator[list[float]]:
    """The seconds of each fit of the default model, and of edges beside it, inside the block."""
    seconds: list[float] = []

    def timed(fit: Callable[..., Any]) -> Callable[..., Any]:
        def fitted(*args: Any, **named: Any) -> Any:
            started = perf_counter()
            result = fit(*args, **named)
            seconds.append(perf_counter() - started)
            return result

        return fitted

    with ExitStack() as stack:
        for kind in (Ensemble, Edges):
            stack.enter_context(mock.patch.object(kind, "fit", timed(kind.fit)))
        yield seconds


@dataclass(frozen=True)
class CandlesInFile:
    """Read a part at a time, as the worker reads them from PostgreSQL."""

    path: Path
    time: Ints

    def __len__(self) -> int:
        return len(self.time)

    def part(self, start: int, stop: int) -> Candles:
        count, size = len(self.time), np.float64().itemsize
        prices = (
            np.fromfile(self.path, np.float64, stop - start, offset=size * (n * count + start))
            for n in range(len(market.COLUMNS))
        )
        return Candles(self.time[start:stop], *prices)


def planted(candle_count: int, span_count: int, path: Path) -> Chart:
    """Its candles are in the file."""
    candles, where = market.planted(candle_count, round(1.1 * candle_count / span_count))
    if len(where) < span_count:
        raise ValueError(f"{span_count} spans do not fit into {candle_count} candles")
    np.stack([getattr(candles, name) for name in market.COLUMNS]).tofile(path)
    chart = market.chart(candles, where[:span_count])
    return replace(chart, candles=CandlesInFile(path, candles.time))


def one_model(chart: Chart) -> Seconds:
    """Features, labels and fit."""
    with timed_fits() as fits:
        started = perf_counter()
        rows = samples.prepare([chart], [], lambda _: None)
        Ensemble.fit(
            rows.matrix(),
            rows.classes,
            rows.weights,
            FitOptions(len(rows.labels) + 1, 0, threads()),
        )
        return Seconds(perf_counter() - started, sum(fits))


def whole_run(chart: Chart) -> Seconds:
    """All folds, the model of everything, predictions and metrics."""
    with timed_fits() as fits:
        started = perf_counter()
        learn.learn([chart], parse_params({"chartIds": [1]}), threads(), Quiet()).measure(Quiet())
        return Seconds(perf_counter() - started, sum(fits))


def peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def measure(candle_count: int, span_count: int) -> Measured:
    started_mb = peak_mb()
    with NamedTemporaryFile() as file:
        return _measure(planted(candle_count, span_count, Path(file.name)), started_mb)


def _measure(chart: Chart, started_mb: float) -> Measured:
    return {
        "run": whole_run(chart),
        "mb": peak_mb() - started_mb,
        "peak_mb": peak_mb(),
        "model": one_model(chart),
    }


if __name__ == "__main__":
    print(json.dumps(measure(*map(int, sys.argv[1:]))))
