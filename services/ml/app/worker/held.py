"""Charts whose candles a searcher keeps in memory."""

import threading
from collections import OrderedDict
from dataclasses import dataclass

from .. import db
from ..candle_columns import Candles, Ints
from ..search import Series

MAX_CANDLES = 12_000_000
"""Of all charts held: 24 bytes each, so below 300 MB."""


@dataclass(frozen=True)
class HeldChart:
    time: Ints
    """Of its candles, microseconds since 1970 in UTC."""
    series: Series

    @classmethod
    def of(cls, candles: Candles) -> "HeldChart":
        return cls(candles.time, Series(candles))

    def __len__(self) -> int:
        return len(self.time)


class HeldCharts:
    """The charts asked for last, each with the revision of its candles; for several threads."""

    def __init__(self, max_candles: int = MAX_CANDLES) -> None:
        self._max = max_candles
        self._lock = threading.Lock()
        self._held: OrderedDict[int, tuple[int, HeldChart]] = OrderedDict()

    def get(self, snapshot: db.Snapshot, chart_id: int, data_rev: int) -> HeldChart:
        """From memory, or read by the snapshot that has also told the revision."""
        with self._lock:
            revision, chart = self._held.pop(chart_id, (None, None))
            if chart is None or revision != data_rev:
                chart = HeldChart.of(db.to_candles(snapshot.read_candles(chart_id)))
            self._held[chart_id] = (data_rev, chart)
            while (
                len(self._held) > 1 and sum(len(own) for _, own in self._held.values()) > self._max
            ):
                self._held.popitem(last=False)
            return chart
