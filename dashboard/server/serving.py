"""What the server does beside Streamlit: scripts kept compressed in memory, and headers that keep a page to its host.

Streamlit reads each of its sixty scripts from disk for every visitor and sends it as it is, and compresses plotly.js anew
each time. Here a script is compressed once and answered from memory; a page says at once that it will need plotly.js.
Where a host runs `app.py` as a plain script, Streamlit serves everything by itself.
"""

from __future__ import annotations

import gzip
from functools import cache
from pathlib import Path

import streamlit
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers, MutableHeaders
from starlette.middleware import Middleware
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from dashboard.stage.library import plotly_file

SCRIPTS = Path(streamlit.__file__).parent / "static"
"""Streamlit's own files; what lies there is part of its package and its names change with what is in them."""

HEADERS = {
    # No frame-ancestors: a clean stage in another site's frame is a thing this page offers.
    "Content-Security-Policy": "; ".join(
        (
            "default-src 'self'",
            "script-src 'self' 'unsafe-inline' 'unsafe-eval' blob:",
            "style-src 'self' 'unsafe-inline'",
            "img-src 'self' data: blob:",
            "font-src 'self' data:",
            "connect-src 'self' blob: data:",
            "worker-src 'self' blob:",
            "object-src 'none'",
            "base-uri 'self'",
        )
    ),
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "X-Content-Type-Options": "nosniff",
}
TYPES = {".js": "text/javascript", ".css": "text/css"}
IMMUTABLE = "public, immutable, max-age=31536000"

GZIP_LEVEL = 6
"""zlib's own default; 9 would save 0.3 % of the scripts (measured) and take longer."""


class Serving:
    """Middleware: answers for scripts and style sheets from memory, adds the headers to everything else."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self.base = f"/{streamlit.get_option('server.baseUrlPath').strip('/')}".rstrip("/")
        self.plotly = _plotly()
        self.files = {f"{self.base}/{file.relative_to(SCRIPTS).as_posix()}": file for file in SCRIPTS.rglob("*") if file.suffix in TYPES}
        self.files |= {f"{self.base}/app/static/{file.name}": file for file in self.plotly}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, or have Streamlit answer it."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
        elif (file := self._file_for(scope)) is not None:
            headers = {"Content-Encoding": "gzip", "Vary": "Accept-Encoding", "Cache-Control": IMMUTABLE, **HEADERS}
            body = await run_in_threadpool(compressed, file)
            await Response(body, media_type=TYPES[file.suffix], headers=headers)(scope, receive, send)
        else:
            await self.app(scope, receive, self._with_headers(scope["path"], send))

    def _file_for(self, scope: Scope) -> Path | None:
        """The file that a request is answered with; none where Streamlit answers."""
        accepted = accepts_gzip(Headers(scope=scope).get("accept-encoding", ""))
        return self.files.get(scope["path"]) if accepted and scope["method"] == "GET" else None

    def _with_headers(self, path: str, send: Send) -> Send:
        preload = [f"<./app/static/{file.name}>; rel=preload; as=script" for file in self.plotly if path == f"{self.base}/"]

        async def put(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, text in HEADERS.items():
                    headers.setdefault(name, text)
                for link in preload:
                    headers.append("Link", link)
            await send(message)

        return put


def accepts_gzip(accepted: str) -> bool:
    """Whether an `Accept-Encoding` names gzip, and not as refused (`q=0`)."""
    offers = (offer.replace(" ", "").lower().partition(";q=") for offer in accepted.split(","))
    return any(name == "gzip" and (not weight or weight.strip("0.") != "") for name, _, weight in offers)


@cache
def compressed(file: Path) -> bytes:
    """A file as gzip, made once for all visitors."""
    return gzip.compress(file.read_bytes(), GZIP_LEVEL)


def _plotly() -> list[Path]:
    try:
        return [plotly_file()]
    except OSError:
        return []  # the page says so when it asks for it: `dashboard.stage.library`


MIDDLEWARE = (Middleware(Serving),)
