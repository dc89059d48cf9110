"""HTTP until the process is told to stop. Runs are taken by another process, a worker."""

import logging
import signal
import socket

import uvicorn

from ..errors import MlError
from ..settings import Settings
from .http import create_app

log = logging.getLogger(__name__)


def serve(config: Settings) -> None:
    """Raises MlError where the port is taken."""
    try:
        listener = _listen(config.host, config.port)
    except OSError as error:
        raise MlError(
            f"Cannot listen on {config.host} port {config.port}: {error.strerror}."
        ) from error
    server = uvicorn.Server(
        uvicorn.Config(create_app(config), access_log=False, timeout_graceful_shutdown=2)
    )

    def stop(*_: object) -> None:
        server.should_exit = True

    # Before uvicorn has its own handlers, and when it raises the signal once more at its end.
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)
    log.info("Listening on %s port %d", config.host, listener.getsockname()[1])
    server.run(sockets=[listener])


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    return socket.create_server((host, port), family=family)
