"""Runs the service on an address until it is told to stop.

SIGTERM and Ctrl-C: no new connections, requests that were taken get their replies (for ``grace``
seconds), then the processes end and the exit status is 0.
"""

from __future__ import annotations

import signal
import socket
from collections.abc import Callable

from social_r1.errors import ConfigError, MissingExtraError
from social_r1.serving.config import ServeConfig, check_exposure


def bind(host: str, port: int) -> socket.socket:
    """A socket on an address; another service may take it over at once when we have gone.

    Raises:
        ConfigError: the address cannot be used.
    """
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        # Of sockets with their protocol asyncio sends what is small at once. Of others the kernel
        # holds it back for 40 ms, until what went before has been acknowledged.
        bound = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        bound.bind((host, port))
    except OSError as error:
        raise ConfigError(
            f"{host}:{port} cannot be used ({error.strerror}); repair: another --host or --port"
        ) from error
    return bound


def serve(config: ServeConfig, *, started: Callable[[str], None] = lambda _: None) -> None:
    """Serve until SIGTERM or Ctrl-C.

    Args:
        config: the service.
        started: told the address once it is bound.

    Raises:
        ConfigError: the address cannot be used, or serves others without a token.
        MissingExtraError: fastapi or uvicorn is not installed.
    """
    check_exposure(config)
    try:
        import uvicorn

        from social_r1.serving.app import create_app
        from social_r1.serving.patience import patient
    except ModuleNotFoundError as error:
        raise MissingExtraError(error.name or "fastapi", "serve") from error
    bound = bind(config.host, config.port)
    host = f"[{config.host}]" if ":" in config.host else config.host
    started(f"http://{host}:{bound.getsockname()[1]}")
    server = uvicorn.Server(
        uvicorn.Config(
            create_app(config),
            http=patient(config.body_timeout),
            ws="none",
            lifespan="on",
            log_level="warning",
            access_log=False,
            server_header=False,
            timeout_keep_alive=30,
            timeout_graceful_shutdown=config.grace,
        )
    )
    before = [signal.signal(n, _ignore) for n in (signal.SIGTERM, signal.SIGINT)]
    try:
        server.run(sockets=[bound])
    finally:
        for number, handler in zip((signal.SIGTERM, signal.SIGINT), before, strict=True):
            signal.signal(number, handler)
        bound.close()


def _ignore(number: int, frame: object) -> None:
    """What is left of a signal once uvicorn has acted on it: nothing, so that we end with 0."""
