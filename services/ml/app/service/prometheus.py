"""What /metrics says: the workers and the queues, as the database knows them."""

from collections.abc import Iterable
from typing import get_args

from prometheus_client import CollectorRegistry
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from .. import db, requests, runs, workers
from ..errors import MlError

STATUSES = ("queued", "running", "succeeded", "failed", "cancelled")


def registry(url: str) -> CollectorRegistry:
    made = CollectorRegistry()
    made.register(DatabaseCollector(url))
    return made


class DatabaseCollector(Collector):
    def __init__(self, url: str) -> None:
        self._url = url

    def describe(self) -> Iterable[Metric]:
        """Nothing: without it, registering would ask the database."""
        return []

    def collect(self) -> Iterable[Metric]:
        try:
            with db.connect(self._url) as connection:
                known = workers.read(connection)
                queues = {
                    "ml_runs": (
                        "Training runs, by status",
                        runs.QUEUE.count(connection, without=runs.UNTRAINED),
                    ),
                    "ml_predictions": (
                        "Prediction requests, by status",
                        requests.QUEUE.count(connection),
                    ),
                }
        except MlError:
            yield GaugeMetricFamily("ml_database_up", "1 when it answers", 0)
            return
        yield GaugeMetricFamily("ml_database_up", "1 when it answers", 1)
        alive = GaugeMetricFamily(
            "ml_worker_alive", "Workers that gave a sign of life", labels=["takes"]
        )
        busy = GaugeMetricFamily("ml_worker_busy", "Those of them that work", labels=["takes"])
        for takes in get_args(workers.Takes):
            own = [worker for worker in known if worker.takes == takes and worker.is_alive]
            alive.add_metric([takes], len(own))
            busy.add_metric([takes], sum(worker.job is not None for worker in own))
        yield alive
        yield busy
        for name, (what, counts) in queues.items():
            family = GaugeMetricFamily(name, what, labels=["status"])
            for status in STATUSES:
                family.add_metric([status], counts.get(status, 0))
            yield family
