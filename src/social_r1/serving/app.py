"""The HTTP side: who may ask, how much and how fast, and which endpoint does what.

    POST /v1/score     {"rows": [{"item": {…}, "completion": "…"}, …], "progress": 0.5}
    POST /get_reward   {"query": […], "prompts": […], "labels": […]}      as OpenRLHF asks
    POST /content      {"rows": [{"item": {…}, "thought": "…"}, …], "stages": true}
    GET  /healthz      the process answers          GET /readyz   requests are answered
    GET  /metrics      Prometheus text

Every refusal is ``{"error": "…"}``: no or a wrong token 401, another path 404, another method 405,
broken JSON 400, rows that cannot be read 422 (with the row), too large a body or too many rows 413,
a body that does not arrive in time 408, a full queue 429 with Retry-After. Bodies are read before
anything else happens to a request, so that a slow client holds no place in the queue; what is
refused for its size is read to its end and thrown away, so that the client can hear why.
"""

from __future__ import annotations

import asyncio
import base64
import binascii
import hmac
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress
from typing import Any

from fastapi import FastAPI, Request, Response
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect

from social_r1.serving.config import ServeConfig
from social_r1.serving.service import Reply, Service, fault

JSON = "application/json"
DISCARDED = 8
"""Bodies of the greatest size that are read and thrown away before we hang up."""
STRANGER_SECONDS = 1.0
"""Time that is spent on the body of a request without token, so that it hears its 401."""
ENDPOINTS = {"/v1/score": "score", "/get_reward": "reward", "/content": "content"}
PROBES = ("/healthz", "/readyz", "/metrics")
READING = ["GET", "HEAD"]

UNKNOWN = fault(401, "no valid token; repair: Authorization: Bearer TOKEN")


def create_app(config: ServeConfig) -> FastAPI:
    """The service as an ASGI application; its processes live as long as its lifespan."""
    service = Service(config)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncGenerator[None]:
        service.open()
        yield
        await service.close()

    app = FastAPI(
        title="Social-R1", lifespan=lifespan, docs_url=None, redoc_url=None, openapi_url=None,
        redirect_slashes=False, exception_handlers={HTTPException: _no_route},
    )  # fmt: skip
    app.state.service = service
    for path, endpoint in ENDPOINTS.items():
        app.add_api_route(path, _scoring(service, endpoint), methods=["POST"])
    app.add_api_route("/healthz", _healthz, methods=READING)
    app.add_api_route("/readyz", _readyz(service), methods=READING)
    app.add_api_route("/metrics", _metrics(service), methods=READING)
    return app


async def _no_route(request: Request, error: Exception) -> Response:
    """What a path or a method that we do not have is told."""
    assert isinstance(error, HTTPException)
    path, method = request.url.path, request.method
    if error.status_code == 405:
        right = "POST" if path in ENDPOINTS else "GET"
        said = f"{path} does not take {method}; repair: {right}"
    else:
        said = f"no endpoint {path!r:.60}; repair: one of {', '.join((*ENDPOINTS, *PROBES))}"
    response = _response(fault(error.status_code, said))
    response.headers.update(error.headers or {})  # Allow, of a 405
    return response


def is_allowed(token: str | None, header: str | None) -> bool:
    """Whether an Authorization header carries the token, in a time that does not depend on it.

    ``Bearer TOKEN``, or ``Basic`` with the token as password, as clients send that know only an
    address (``http://any:TOKEN@host/get_reward``).
    """
    if token is None:
        return True
    kind, _, given = (header or "").partition(" ")
    if kind.lower() == "basic":
        try:
            given = base64.b64decode(given, validate=True).decode("latin-1").partition(":")[2]
        except (binascii.Error, ValueError):
            given = ""
    elif kind.lower() != "bearer":
        given = ""
    return hmac.compare_digest(given.strip().encode("utf-8", "replace"), token.encode())


def _scoring(service: Service, endpoint: str) -> Any:
    async def route(request: Request) -> Response:
        reply = await _answer(service, endpoint, request)
        service.metrics.add("requests_total", endpoint=endpoint, status=str(reply.status))
        return _response(reply)

    return route


async def _answer(service: Service, endpoint: str, request: Request) -> Reply:
    """Take the body, then let the service reply."""
    config = service.config
    if not is_allowed(config.token, request.headers.get("authorization")):
        await _discard(request, config.max_body)
        return UNKNOWN
    if service.uploads >= config.max_uploads:
        return fault(429, "too many bodies on their way; repair: come back later")._replace(
            retry_after=1
        )
    service.uploads += 1
    try:
        async with asyncio.timeout(config.body_timeout):
            body = await _read(request, config.max_body)
    except TimeoutError:
        return fault(408, f"the body took more than {config.body_timeout:g} s")
    except ClientDisconnect:
        return fault(400, "the client left")
    finally:
        service.uploads -= 1
    if body is None:
        return fault(413, f"the body has more than {config.max_body} bytes; repair: send less")
    if request.headers.get("content-encoding", "identity") != "identity":
        return fault(415, "a compressed body; repair: send it as it is")
    return await service.handle(endpoint, body)


async def _read(request: Request, most: int) -> bytes | None:
    """The body; None if it is too large, which is found out without keeping it."""
    parts: list[bytes] = []
    size = 0
    async for part in request.stream():
        size += len(part)
        if size <= most:
            parts.append(part)
        else:
            parts.clear()
        if size > DISCARDED * most:
            break
    return b"".join(parts) if size <= most else None


async def _discard(request: Request, most: int) -> None:
    """Read what a stranger sends, for a moment, and keep none of it."""
    size = 0
    with suppress(TimeoutError, ClientDisconnect):
        async with asyncio.timeout(STRANGER_SECONDS):
            async for part in request.stream():
                size += len(part)
                if size > most:
                    return


async def _healthz() -> Response:
    return Response(b'{"status": "ok"}', media_type=JSON)


def _readyz(service: Service) -> Any:
    async def route() -> Response:
        if service.ready:
            return Response(b'{"status": "ready"}', media_type=JSON)
        return _response(fault(503, "no process of some kind is up")._replace(retry_after=1))

    return route


def _metrics(service: Service) -> Any:
    async def route(request: Request) -> Response:
        if not is_allowed(service.config.token, request.headers.get("authorization")):
            return _response(UNKNOWN)
        return Response(service.page(), media_type="text/plain; version=0.0.4; charset=utf-8")

    return route


def _response(reply: Reply) -> Response:
    headers = {} if reply.retry_after is None else {"Retry-After": str(reply.retry_after)}
    if reply.status == 401:
        headers["WWW-Authenticate"] = "Bearer"
    if reply.status == 408:
        headers["Connection"] = "close"
    return Response(reply.body, status_code=reply.status, media_type=JSON, headers=headers)
