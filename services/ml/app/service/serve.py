"""HTTP until the process is told to stop, with a worker beside it if wanted."""

import logging
import signal
import socket

import uvicorn

from ..errors import MlError
from ..settings import Settings
from ..worker.loop import STOP_WITHIN_S, Searcher, Worker, run_worker
from .http import create_app

log = logging.getLogger(__name__)


def serve(config: Settings, *, with_worker: bool) -> None:
    """A port that is taken ends it, unless there is a worker: models are trained without HTTP."""
    try:
        listener = _listen(config.host, config.port)
    except OSError as error:
        sentence = f"Cannot listen on {config.host} port {config.port}: {error.strerror}."
        if not with_worker:
            raise MlError(sentence) from error
        log.error("%s Runs are taken all the same.", sentence)
        run_worker(config.database_url)
        return
    worker = Worker(config.database_url) if with_worker else None
    beside = Searcher(config.database_url) if with_worker else None
    server = uvicorn.Server(
        uvicorn.Config(create_app(config, worker), access_log=False, timeout_graceful_shutdown=2)
    )

    def stop(*_: object) -> None:
        server.should_exit = True

    # Before uvicorn has its own handlers, and when it raises the signal once more at its end.
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)
    if worker is not None and beside is not None:
        worker.start()
        beside.start()
    log.info("Listening on %s port %d", config.host, listener.getsockname()[1])
    try:
        server.run(sockets=[listener])
    finally:
        if worker is not None and beside is not None:
            worker.stop(STOP_WITHIN_S)
            beside.stop(STOP_WITHIN_S)


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    return socket.create_server((host, port), family=family)
