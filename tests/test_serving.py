"""What the server adds to Streamlit: scripts from memory, headers, and the first page's word that plotly.js is needed."""

from __future__ import annotations

import asyncio
import gzip
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

import pytest
import streamlit
from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from dashboard.server import serving
from dashboard.server.serving import HEADERS, SCRIPTS, Serving
from dashboard.stage.library import plotly_file, prepared

ENTRY = Path(__file__).parents[1] / "dashboard" / "app.py"
SCRIPT = next((SCRIPTS / "static" / "js").glob("index.*.js"))


async def streamlits(scope: Scope, receive: Receive, send: Send) -> None:
    """Stands for Streamlit, with a header that it sets itself."""
    await PlainTextResponse("streamlit", headers={"Referrer-Policy": "no-referrer"})(scope, receive, send)


class Answer(NamedTuple):
    headers: Headers
    body: bytes


def ask(path: str, method: str = "GET", accepts: str = "gzip", server: ASGIApp | None = None) -> Answer:
    """What the server answers, spoken to without a network."""
    scope = {"type": "http", "method": method, "path": path, "headers": [(b"accept-encoding", accepts.encode())]}
    said: list[Message] = []

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Message) -> None:
        said.append(message)

    async def asked() -> None:
        await (server or Serving(streamlits))(scope, receive, send)

    with ThreadPoolExecutor(1) as thread:  # this one may hold a browser, whose loop is running
        thread.submit(lambda: asyncio.run(asked())).result()
    return Answer(Headers(raw=said[0]["headers"]), b"".join(message.get("body", b"") for message in said[1:]))


def test_scripts_come_compressed_and_whole() -> None:
    for path, text in ((f"/static/js/{SCRIPT.name}", SCRIPT.read_text("utf-8")), (f"/app/static/{plotly_file().name}", prepared())):
        headers, body = ask(path)
        assert gzip.decompress(body).decode() == text
        assert headers["content-encoding"] == "gzip"
        assert int(headers["content-length"]) == len(body) < len(text) / 2
        assert "immutable" in headers["cache-control"]
        assert headers["content-type"].startswith("text/javascript")


def test_who_cannot_unpack_them_or_sends_something_is_left_to_streamlit() -> None:
    path = f"/static/js/{SCRIPT.name}"
    assert ask(path, accepts="identity").body == b"streamlit"
    assert ask(path, method="POST").body == b"streamlit"
    for other in ("/static/js/../../index.html", "/static/js/none.js", "/app/static/icon.png", f"/static/js/../js/{SCRIPT.name}"):
        assert ask(other).body == b"streamlit"


@pytest.mark.parametrize(
    ("accepted", "takes"),
    [
        ("gzip", True),
        ("br, gzip;q=0.5", True),
        ("GZIP ; q=1.0", True),
        ("gzip;q=0", False),
        ("gzip; q=0.000, identity", False),
        ("x-gzip", False),
        ("", False),
    ],
)
def test_gzip_goes_to_whom_it_is_welcome(accepted: str, takes: bool) -> None:
    assert serving.accepts_gzip(accepted) is takes


def test_every_answer_has_the_headers_and_streamlits_own_go_first() -> None:
    page, script = ask("/").headers, ask(f"/static/js/{SCRIPT.name}").headers
    assert page["referrer-policy"] == "no-referrer"
    for name, text in HEADERS.items():
        assert script[name] == text
        assert page[name] == text or name == "Referrer-Policy"
    assert "http" not in HEADERS["Content-Security-Policy"]


def test_only_the_page_with_the_stage_asks_for_plotly_at_once() -> None:
    assert ask("/").headers["link"] == f"<./app/static/{plotly_file().name}>; rel=preload; as=script"
    for other in ("/lessons", "/_stcore/health", "/index.html"):
        assert "link" not in ask(other).headers


def test_it_stands_below_a_base_path_and_without_plotly(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails() -> Path:
        raise OSError

    monkeypatch.setattr(serving, "plotly_file", fails)
    monkeypatch.setattr(streamlit, "get_option", lambda _: "/lab/")
    server = Serving(streamlits)
    assert ask(f"/lab/static/js/{SCRIPT.name}", server=server).headers["content-encoding"] == "gzip"
    assert ask(f"/static/js/{SCRIPT.name}", server=server).body == b"streamlit"
    assert "link" not in ask("/lab/", server=server).headers


def test_streamlit_finds_the_server_in_the_entry() -> None:
    from streamlit.web.server.app_discovery import discover_asgi_app

    assert discover_asgi_app(ENTRY).import_string == "app:app"


def test_the_server_multiplies_on_one_thread_so_that_nobody_waits_for_a_busy_core() -> None:
    asked = """
import streamlit.web.cli
import dashboard.app
import numpy, scipy.linalg
from threadpoolctl import threadpool_info
pools = {pool["internal_api"]: pool["num_threads"] for pool in threadpool_info()}
assert pools and set(pools.values()) == {1}, pools
"""
    bare = {name: value for name, value in os.environ.items() if not name.endswith("_NUM_THREADS")}
    done = subprocess.run([sys.executable, "-c", asked], cwd=ENTRY.parents[1], env=bare, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-1000:]
