"""What /metrics says: the worker of this process, and the queue in the database."""

from collections.abc import Iterable

from prometheus_client import CollectorRegistry
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from .. import db, runs
from ..errors import MlError
from ..worker.loop import Worker

FINISHED = ("succeeded", "failed", "cancelled", "requeued")
STATUSES = ("queued", "running", "succeeded", "failed", "cancelled")


def registry(url: str, worker: Worker | None) -> CollectorRegistry:
    made = CollectorRegistry()
    if worker is not None:
        made.register(WorkerCollector(worker))
    made.register(QueueCollector(url))
    return made


class WorkerCollector(Collector):
    def __init__(self, worker: Worker) -> None:
        self._worker = worker

    def collect(self) -> Iterable[Metric]:
        worker = self._worker
        yield GaugeMetricFamily("ml_worker_alive", "1 while it lives", int(worker.is_alive()))
        busy = int(worker.state.startswith("running"))
        yield GaugeMetricFamily("ml_worker_busy", "1 while it trains or predicts", busy)
        yield CounterMetricFamily("ml_run_seconds", "Time spent on runs", worker.seconds)
        count = CounterMetricFamily("ml_worker_runs", "Runs, by how they ended", labels=["ended"])
        for how in FINISHED:
            count.add_metric([how], worker.finished[how])
        yield count
        count = CounterMetricFamily(
            "ml_worker_predictions", "Prediction requests, by how they ended", labels=["ended"]
        )
        for how in FINISHED:
            count.add_metric([how], worker.predicted[how])
        yield count


class QueueCollector(Collector):
    def __init__(self, url: str) -> None:
        self._url = url

    def describe(self) -> Iterable[Metric]:
        """Nothing: without it, registering would ask the database."""
        return []

    def collect(self) -> Iterable[Metric]:
        try:
            with db.connect(self._url) as connection:
                counts = runs.count_runs(connection)
        except MlError:
            yield GaugeMetricFamily("ml_database_up", "1 when it answers", 0)
            return
        yield GaugeMetricFamily("ml_database_up", "1 when it answers", 1)
        family = GaugeMetricFamily("ml_runs", "Runs, by status", labels=["status"])
        for status in STATUSES:
            family.add_metric([status], counts.get(status, 0))
        yield family
