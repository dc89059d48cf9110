"""The service: a worker thread for the queue, and HTTP on loopback for health and predictions."""

import logging
import math
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import lru_cache
from importlib.metadata import version
from typing import Annotated, Any

import numpy as np
import uvicorn
from fastapi import FastAPI, Request, Response
from fastapi.responses import JSONResponse, PlainTextResponse
from pydantic import BaseModel, ConfigDict, Field
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.types import ASGIApp, Receive, Scope, Send

from app import db, models, prediction, runs, windows
from app.errors import BadInput, DatabaseUnavailable, MlError, NotFound
from app.features import Candles
from app.settings import Settings, settings
from app.worker import Worker, threads

MAX_CANDLES = 100_000
MAX_BODY_BYTES = 32_000_000
LOOPBACK = ("127.0.0.1", "localhost", "::1")
STOP_WITHIN_S = 4
STATUS = {NotFound: 404, BadInput: 422, DatabaseUnavailable: 503}

Price = Annotated[float, Field(allow_inf_nan=False)]


class CandleColumns(BaseModel):
    """Ascending by time (Unix seconds); volume may be left out, as may any of its values."""

    model_config = ConfigDict(extra="forbid")

    time: Annotated[list[Price], Field(min_length=1, max_length=MAX_CANDLES)]
    open: list[Price]
    high: list[Price]
    low: list[Price]
    close: list[Price]
    volume: list[Price | None] | None = None

    def candles(self) -> Candles:
        volume = self.volume or [None] * len(self.time)
        return Candles(
            np.array([round(time * 1_000_000) for time in self.time], np.int64),
            np.array(self.open),
            np.array(self.high),
            np.array(self.low),
            np.array(self.close),
            np.array([math.nan if value is None else value for value in volume]),
        )


class PredictRequest(BaseModel):
    model_config = ConfigDict(extra="forbid")

    runId: Annotated[int, Field(ge=1, le=2_147_483_647)]
    candles: CandleColumns


class BodyLimit:
    """A body must say its length, and it must not be too long: none is read to find out."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["method"] == "POST":
            length = dict(scope["headers"]).get(b"content-length", b"")
            if not length.isdigit():
                answer = _error(411, "The request must have a Content-Length.")
            elif int(length) > MAX_BODY_BYTES:
                answer = _error(413, f"The request has more than {MAX_BODY_BYTES} bytes.")
            else:
                return await self._app(scope, receive, send)
            return await answer(scope, receive, send)
        return await self._app(scope, receive, send)


def create_app(config: Settings) -> FastAPI:
    worker = Worker(config.database_url)

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        worker.start()
        yield
        worker.stop(STOP_WITHIN_S)

    app = FastAPI(title="candle-annotator-ml", lifespan=lifespan, docs_url=None, redoc_url=None)
    app.add_middleware(BodyLimit)
    if config.host in LOOPBACK:
        # A web page whose name was made to resolve to this machine sends its own name.
        app.add_middleware(TrustedHostMiddleware, allowed_hosts=list(LOOPBACK))

    @app.exception_handler(MlError)
    async def on_error(_request: Request, error: MlError) -> Response:
        return _error(STATUS.get(type(error), 400), str(error))

    @lru_cache(maxsize=4)
    def load(run_id: int) -> tuple[models.Header, models.Classifier]:
        with db.connect(config.database_url) as connection:
            return models.load(runs.read_model(connection, run_id), threads())

    @app.get("/health")
    def health() -> Response:
        problem = _database_problem(config.database_url)
        healthy = problem is None and worker.is_alive()
        body = {
            "status": "ok" if healthy else "unavailable",
            "database": problem or "ok",
            "worker": worker.state if worker.is_alive() else "dead",
        }
        return JSONResponse(body, 200 if healthy else 503)

    @app.get("/metrics")
    def metrics() -> Response:
        return PlainTextResponse(_prometheus(config.database_url, worker))

    @app.post("/predict")
    def predict(request: PredictRequest) -> dict[str, Any]:
        """Spans of a run's model on candles that are sent along; nothing is stored."""
        header, classifier = load(request.runId)
        candles = request.candles.candles()
        grid = windows.lay(len(candles), header.lengths)
        probability = prediction.probabilities(
            candles, grid, classifier, class_count=len(header.labels) + 1
        )
        time = request.candles.time
        return {
            "runId": request.runId,
            "labels": header.labels,
            "threshold": header.threshold,
            "spans": [
                {
                    "startTime": time[span.first],
                    "endTime": time[span.last],
                    "label": span.label,
                    "score": span.score,
                }
                for span in prediction.decode(grid, probability, header.labels)
            ],
        }

    return app


def _error(status: int, sentence: str) -> JSONResponse:
    return JSONResponse({"error": sentence}, status)


def _database_problem(url: str) -> str | None:
    try:
        with db.connect(url) as connection:
            runs.count_runs(connection)
    except MlError as error:
        return str(error)
    return None


def _prometheus(url: str, worker: Worker) -> str:
    lines = [
        "# TYPE ml_worker_alive gauge",
        f"ml_worker_alive {int(worker.is_alive())}",
        "# TYPE ml_worker_busy gauge",
        f"ml_worker_busy {int(worker.state.startswith('running'))}",
        "# TYPE ml_run_seconds_total counter",
        f"ml_run_seconds_total {worker.seconds:.3f}",
        "# TYPE ml_worker_runs_total counter",
        *(
            f'ml_worker_runs_total{{ended="{how}"}} {worker.ended[how]}'
            for how in ("succeeded", "failed", "cancelled", "given back")
        ),
        "# TYPE ml_database_up gauge",
    ]
    try:
        with db.connect(url) as connection:
            counts = runs.count_runs(connection)
    except MlError:
        return "\n".join([*lines, "ml_database_up 0", ""])
    lines += ["ml_database_up 1", "# TYPE ml_runs gauge"]
    lines += [
        f'ml_runs{{status="{status}"}} {counts.get(status, 0)}'
        for status in ("queued", "running", "succeeded", "failed", "cancelled")
    ]
    return "\n".join([*lines, ""])


def main() -> None:
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    try:
        config = settings()
    except MlError as error:
        raise SystemExit(str(error)) from None
    logging.info("candle-annotator-ml with LightGBM %s", version("lightgbm"))
    uvicorn.run(
        create_app(config),
        host=config.host,
        port=config.port,
        access_log=False,
        timeout_graceful_shutdown=2,
    )


if __name__ == "__main__":
    main()
