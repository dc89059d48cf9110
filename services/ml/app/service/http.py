"""HTTP on loopback: health, figures for Prometheus, predictions on candles that are sent."""

import math
from functools import lru_cache
from typing import Annotated, Any

import numpy as np
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from pydantic import BaseModel, ConfigDict, Field
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.types import ASGIApp, Receive, Scope, Send

from .. import db, runs, workers
from ..candle_columns import Candles, touches
from ..errors import BadInput, DatabaseUnavailable, MlError, NotFound
from ..models import document
from ..settings import Settings
from ..worker.execute import threads
from ..worker.predict import find_spans
from .prometheus import registry

MAX_CANDLES = 100_000
MAX_BODY_BYTES = 32_000_000
LOOPBACK = ("127.0.0.1", "localhost", "::1")
STATUS = {NotFound: 404, BadInput: 422, DatabaseUnavailable: 503}

Price = Annotated[float, Field(allow_inf_nan=False, ge=-1e15, le=1e15)]


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
        for number, (high, low) in enumerate(zip(self.high, self.low, strict=False), 1):
            if high < low:
                raise BadInput(f"The high of candle {number} is below its low.")
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
    app = FastAPI(title="candle-annotator-ml", docs_url=None, redoc_url=None)
    figures = registry(config.database_url)
    app.add_middleware(BodyLimit)
    if config.host in LOOPBACK:
        # A web page whose name was made to resolve to this machine sends its own name.
        app.add_middleware(TrustedHostMiddleware, allowed_hosts=list(LOOPBACK))

    @app.exception_handler(MlError)
    async def on_error(_request: Request, error: MlError) -> Response:
        return _error(STATUS.get(type(error), 400), str(error))

    @app.exception_handler(RequestValidationError)
    async def on_invalid(_request: Request, error: RequestValidationError) -> Response:
        """Without the input: a NaN in it is what JSON cannot say."""
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        return _error(422, f"The request's {where} is not right: {first['msg']}.")

    @lru_cache(maxsize=4)
    def load(run_id: int) -> tuple[runs.TrainedRun, document.Model]:
        with db.connect(config.database_url) as connection:
            run = runs.read_trained_run(connection, run_id)
        return run, document.load(run.model, threads())

    @app.get("/health")
    def health() -> Response:
        try:
            with db.connect(config.database_url) as connection:
                runs.QUEUE.count(connection)
                known = workers.read(connection)
        except MlError as error:
            body = {"status": "unavailable", "database": str(error), "worker": "unknown"}
            return JSONResponse(body, 503)
        is_served = not workers.missing(known)
        body = {
            "status": "ok" if is_served else "unavailable",
            "database": "ok",
            "worker": workers.state(known),
        }
        return JSONResponse(body, 200 if is_served else 503)

    @app.get("/metrics")
    def metrics() -> Response:
        return Response(generate_latest(figures), media_type=CONTENT_TYPE_LATEST)

    @app.post("/predict")
    def predict(request: PredictRequest) -> dict[str, Any]:
        """Spans of a run's model on candles that are sent along; nothing is stored."""
        run, model = load(request.runId)
        with db.connect(config.database_url) as connection:
            changed = runs.changed_charts(connection, run)
            caveats = runs.caveats(connection, run)
            names = runs.current_names(connection, run.dataset)
        trained, ranges = run.examined(), run.trained_ranges()
        header = model.header
        candles = request.candles.candles()
        # All of it is asked about, what it was trained on too, and that is said of each span.
        found = find_spans(model, candles, 0, np.zeros((0, 2), np.int64))
        time = request.candles.time
        first, last = np.array([(s.first, s.last) for s in found], np.int64).reshape(-1, 2).T
        seen = touches(ranges, candles.time[first], candles.time[last])
        if seen.any():
            caveats.append(
                f"{np.count_nonzero(seen)} of the {len(found)} spans lie where run {run.id} was "
                "trained: it has seen these places, and what it says of them is no test of it."
            )
        found = runs.renamed(found, names)
        return {
            "runId": request.runId,
            "labels": [names.get(label) or label for label in header.labels],
            "threshold": header.threshold,
            # Whatever chart they are of: what it was trained on is no test of it.
            "trainedFrom": trained[0] if trained else None,
            "trainedTo": trained[1] if trained else None,
            "changedCharts": changed,
            "split": run.split,
            # Sentences that belong beside whatever is shown of it.
            "caveats": caveats,
            "spans": [
                {
                    "startTime": time[span.first],
                    "endTime": time[span.last],
                    "label": span.label,
                    "score": span.score,
                    "isInTrainedRange": bool(seen[number]),
                }
                for number, span in enumerate(found)
            ],
        }

    return app


def _error(status: int, sentence: str) -> JSONResponse:
    return JSONResponse({"error": sentence}, status)
