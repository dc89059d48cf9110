"""The windows of a long chart most like one span, beside one convolution of the same closes.

python -m bench.search CANDLES ROUNDS
"""

import json
import sys
from collections.abc import Callable
from time import perf_counter, process_time

import numpy as np
import scipy.signal

from app.candle_columns import Candles
from app.search import Query, Series

BARS = 40
LIMIT = 100
CPU = ", CPU"


def measure(count: int, rounds: int) -> dict[str, list[float]]:
    """Seconds of each round, and of the processor, all ways in turns; raises where the span does
    not find itself."""
    rng = np.random.default_rng(1)
    close = 1.1 * np.exp(np.cumsum(rng.normal(0, 1e-4, count)))
    times = np.arange(count, dtype=np.int64) * 60_000_000
    candles = Candles(times, close, close * 1.0001, close * 0.9999, close, np.full(count, np.nan))
    first = count // 2
    query = Query.of(candles, first, first + BARS - 1)
    series = Series(candles)
    closes = close.astype(np.float32)
    shape = query.resampled(BARS)["close"].astype(np.float32)[::-1].copy()
    ways: dict[str, Callable[[], object]] = {
        "oaconvolve": lambda: scipy.signal.oaconvolve(closes, shape, mode="valid"),
        "one length": lambda: series.search(query, LIMIT, lengths=[BARS]),
        "seven lengths": lambda: series.search(query, LIMIT),
    }
    best = series.search(query, 1)[0]
    if (best.first, best.last) != (first, first + BARS - 1) or best.correlation < 0.9999:
        raise RuntimeError(f"the span found {best} in place of itself")
    seconds: dict[str, list[float]] = {name + of: [] for of in ("", CPU) for name in ways}
    for _ in range(rounds):
        for name, way in ways.items():
            started, busy = perf_counter(), process_time()
            way()
            seconds[name].append(perf_counter() - started)
            seconds[name + CPU].append(process_time() - busy)
    return seconds


if __name__ == "__main__":
    print(json.dumps(measure(*map(int, sys.argv[1:]))))
