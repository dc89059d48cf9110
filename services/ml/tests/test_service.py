import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from app import runs, workers
from app.cli import commands
from tests import market
from tests.conftest import Database, wait_until
from tests.server import free_port

FOLDER = Path(__file__).parents[1]


@dataclass(frozen=True)
class Service:
    process: "subprocess.Popen[bytes]"
    """Of HTTP."""
    worker: "subprocess.Popen[bytes]"
    url: str

    def get(self, path: str, **rest: Any) -> httpx.Response:
        return httpx.get(self.url + path, timeout=60, **rest)

    def post(self, path: str, body: object, **rest: Any) -> httpx.Response:
        return httpx.post(self.url + path, json=body, timeout=60, **rest)


@contextmanager
def serving(database_url: str) -> Iterator[Service]:
    port = free_port()
    given = {"ML_DATABASE_URL": database_url, "ML_PORT": str(port), "HOST": ""}
    worker = run_program(["worker"], given)
    process = run_program(["serve"], given)
    service = Service(process, worker, f"http://127.0.0.1:{port}")
    try:
        wait_until(lambda: answers(service))
        yield service
    finally:
        for own in (process, worker):
            own.send_signal(signal.SIGTERM)
        try:
            for own in (process, worker):
                own.wait(60)
        finally:
            for own in (process, worker):
                own.kill()


def answers(service: Service) -> bool:
    assert service.process.poll() is None
    try:
        service.get("/health")
    except httpx.TransportError:
        return False
    return True


def queue(database: Database) -> int:
    candles, where = market.planted(900, 50)
    chart_id = market.store(database.owner, market.chart(candles, where))
    return runs.queue_run(database.owner, {"chartIds": [chart_id], "folds": 2}).id


def status(database: Database, run_id: int) -> str:
    row = database.owner.execute("select status from training_runs where id = %s", (run_id,))
    return str((row.fetchone() or [None])[0])


def columns(candles: Any) -> dict[str, Any]:
    return {
        "time": (candles.time / 1_000_000).tolist(),
        **{name: getattr(candles, name).tolist() for name in market.COLUMNS},
    }


def test_from_the_queue_to_predictions_over_http(database: Database) -> None:
    run_id = queue(database)
    with serving(database.url) as service:
        wait_until(lambda: status(database, run_id) == "succeeded")
        health = service.get("/health")
        assert (health.status_code, health.json()["status"]) == (200, "ok")
        wait_until(lambda: 'ml_worker_busy{takes="runs"} 0.0' in metrics(service))
        lines = metrics(service)
        assert "ml_database_up 1.0" in lines
        assert 'ml_worker_alive{takes="runs"} 1.0' in lines
        assert 'ml_worker_alive{takes="searches"} 1.0' in lines
        assert 'ml_runs{status="succeeded"} 1.0' in lines
        assert 'ml_predictions{status="queued"} 0.0' in lines
        assert service.get("/health").json()["worker"] == "runs: waiting; searches: waiting"

        # The web app looks for a worker by this name; HTTP alone is none.
        seen = database.owner.execute(
            "select from pg_stat_activity where application_name = 'candle-annotator-ml worker'"
            " and datname = current_database()"
        )
        assert seen.rowcount > 0

        candles, where = market.planted(600, 50, seed=4)
        answer = service.post("/predict", {"runId": run_id, "candles": columns(candles)})
        assert answer.status_code == 200
        spans = answer.json()["spans"]
        found = {(span["startTime"], span["label"]) for span in spans if span["score"] > 0.3}
        near = [
            any(
                abs(start - candles.time[first] / 1e6) <= 4 * 86_400 and own == label
                for start, own in found
            )
            for first, _, label in where
        ]
        assert sum(near) >= 0.7 * len(where)

        one = columns(market.golden().part(0, 1)) | {"volume": [None]}
        answer = service.post("/predict", {"runId": run_id, "candles": one})
        assert (answer.status_code, answer.json()["spans"]) == (200, [])

        for bad, code, sentence in refused(run_id, columns(candles.part(0, 20))):
            answer = service.post("/predict", bad)
            assert (answer.status_code, sentence in answer.text) == (code, True), answer.text
        body = json.dumps({"runId": run_id, "candles": columns(candles.part(0, 20))})
        nan = body.replace('"close": [', '"close": [NaN, ', 1)
        answer = httpx.post(
            service.url + "/predict",
            content=nan,
            headers={"Content-Type": "application/json"},
            timeout=60,
        )
        assert (answer.status_code, "close" in answer.text) == (422, True)
        answer = service.post(
            "/predict", {"runId": run_id, "candles": columns(market.planted(900, 50)[0])}
        )
        own = answer.json()
        assert own["trainedFrom"] < own["trainedTo"]
        seen = sum(span["isInTrainedRange"] for span in own["spans"])
        assert seen > 0
        assert own["caveats"][-1].startswith(f"{seen} of the {len(own['spans'])} spans lie where")
        assert own["changedCharts"] == []
        database.owner.execute("update charts set data_rev = data_rev + 1")
        answer = service.post("/predict", {"runId": run_id, "candles": one})
        assert answer.json()["changedCharts"] == ["chart 1"]
        assert answer.json()["split"] == "purged"
        assert [line.split(" of ")[0] for line in answer.json()["caveats"]] == [
            "The candles",
            f"Run {run_id} learnt flag, a label renamed or deleted since.",
            f"Run {run_id} learnt valley, a label renamed or deleted since.",
        ]
        assert service.get("/health", headers={"Host": "evil.example"}).status_code == 400
        assert b"413" in first_line(service, b"Content-Length: 99999999")
        assert b"411" in first_line(service, b"Transfer-Encoding: chunked")


def first_line(service: Service, header: bytes) -> bytes:
    """Of the answer to a POST that never sends its body."""
    host, _, port = service.url.removeprefix("http://").partition(":")
    with socket.create_connection((host, int(port)), timeout=60) as connection:
        connection.sendall(b"POST /predict HTTP/1.1\r\nHost: localhost\r\n" + header + b"\r\n\r\n")
        return connection.makefile("rb").readline()


def metrics(service: Service) -> list[str]:
    return service.get("/metrics").text.splitlines()


def refused(run_id: int, good: dict[str, Any]) -> Iterator[tuple[object, int, str]]:
    yield {"runId": 4711, "candles": good}, 404, "Run 4711 does not exist."
    yield {"runId": run_id, "candles": good | {"open": [1.0]}}, 422, "20 times but 1 values of open"
    backwards = good["time"][::-1]
    yield {"runId": run_id, "candles": good | {"time": backwards}}, 422, "time of candle 2 is not"
    yield {"runId": run_id, "candles": good | {"high": None}}, 422, "high"
    yield {"runId": run_id, "candles": good | {"colour": "red"}}, 422, "colour"
    swapped = good | {"high": good["low"], "low": good["high"]}
    yield {"runId": run_id, "candles": swapped}, 422, "The high of candle 1 is below its low."
    yield {"runId": run_id, "candles": good | {"close": [1e308] * 20}}, 422, "close"
    yield {"runId": run_id}, 422, "candles"
    yield "what?", 422, "body"


def test_it_waits_for_the_first_migration_and_stops_soon(database: Database) -> None:
    """It works once the tables are there, and gives the run back that it is in the middle of."""
    candles, where = market.planted(20_000, 50)
    chart_id = market.store(database.owner, market.chart(candles, where))
    run_id = runs.queue_run(database.owner, {"chartIds": [chart_id]}).id
    database.owner.execute("alter table training_runs rename to not_there_yet")
    with serving(database.url) as service:
        health = service.get("/health")
        assert health.status_code == 503
        assert '"training_runs" does not exist' in json.dumps(health.json()).replace("\\", "")
        database.owner.execute("alter table not_there_yet rename to training_runs")
        wait_until(lambda: status(database, run_id) == "running")
        for own in (service.worker, service.process):
            own.send_signal(signal.SIGTERM)
        for own in (service.worker, service.process):
            assert own.wait(30) in (0, -signal.SIGTERM)
    assert status(database, run_id) == "queued"


def test_a_killed_worker_leaves_its_run_to_the_next_which_needs_no_port(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_id = queue(database)
    with serving(database.url) as service:
        with database.owner.transaction():
            # A run that is taken cannot end before the kill: its chart cannot be read.
            database.owner.execute("lock table charts in access exclusive mode")
            wait_until(lambda: status(database, run_id) == "running")
            service.worker.kill()
            service.worker.wait()
        assert service.get("/health").status_code == 200, "HTTP goes on"
    assert status(database, run_id) == "running"
    database.owner.execute("update training_runs set heartbeat_at = now() - interval '31 s'")
    # What it left; `workers` is to count the next one alone.
    database.owner.execute("delete from ml_workers")
    monkeypatch.setenv("ML_DATABASE_URL", database.url)
    process = run_program(["worker"], {"ML_PORT": ""})
    try:
        wait_until(lambda: status(database, run_id) == "succeeded")
        wait_until(lambda: commands.main(["workers"]) == 0)
    finally:
        process.send_signal(signal.SIGTERM)
    assert process.wait(120) == 0
    assert commands.main(["workers"]) == 1


def test_without_a_database_it_is_up_and_says_so() -> None:
    with serving(f"postgresql://ml@127.0.0.1:{free_port()}/none") as service:
        health = service.get("/health")
        assert health.status_code == 503
        assert "refused" in health.json()["database"]
        assert health.json()["worker"] == "unknown"
        assert service.worker.poll() is None, "it waits for the database"
        assert "ml_database_up 0.0" in metrics(service)
        good = columns(market.golden().part(0, 20))
        answer = service.post("/predict", {"runId": 1, "candles": good})
        assert answer.status_code == 503


def test_a_missing_setting_is_named(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("ML_DATABASE_URL", "")
    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.setenv("ML_PORT", "many")
    assert commands.main(["serve"]) == 1
    sentence = capsys.readouterr().err
    assert "The environment is not right: ML_DATABASE_URL: Field required" in sentence
    assert "ML_PORT: Input should be a valid integer" in sentence


def test_a_taken_port_is_named(database: Database) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        given = {"ML_DATABASE_URL": database.url, "ML_PORT": port, "HOST": ""}
        assert run_program(["serve"], given).wait(120) == 1


def test_a_worker_takes_as_many_runs_at_a_time_as_it_is_told_to(database: Database) -> None:
    candles, where = market.planted(20_000, 50)
    chart_id = market.store(database.owner, market.chart(candles, where))
    queued = [runs.queue_run(database.owner, {"chartIds": [chart_id]}).id for _ in range(3)]
    given = {"ML_DATABASE_URL": database.url}
    process = run_program(["worker", "--concurrency", "2"], given)
    try:
        wait_until(lambda: [status(database, own) for own in queued].count("running") == 2)
        assert status(database, queued[2]) == "queued"
        busy = [own.job for own in workers.read(database.owner) if own.takes == "runs"]
        assert sorted(map(str, busy)) == [f"run {own}" for own in queued[:2]]
    finally:
        process.send_signal(signal.SIGTERM)
    assert process.wait(120) == 0
    assert [status(database, own) for own in queued] == ["queued"] * 3
    with pytest.raises(SystemExit, match="2"):
        commands.main(["worker", "--concurrency", "0"])


def run_program(args: list[str], environment: dict[str, str]) -> "subprocess.Popen[bytes]":
    command = [sys.executable, "-m", "app", *args]
    return subprocess.Popen(command, cwd=FOLDER, env={**os.environ, **environment})
