"""Visits: a server of the dashboard, a browser, and pages opened in it by new visitors."""

from __future__ import annotations

import re
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parent.parent
READY = '[data-stage][data-ready="true"]'
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
]


def serve(app: str) -> tuple[subprocess.Popen[bytes], str]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [
        sys.executable,
        "-m",
        "streamlit",
        "run",
        app,
        "--server.headless=true",
        f"--server.port={port}",
        "--server.address=127.0.0.1",
    ]
    server = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    base = f"http://127.0.0.1:{port}"
    for _ in range(600):
        try:
            urllib.request.urlopen(f"{base}/_stcore/health", timeout=1)
        except OSError:
            time.sleep(0.05)
        else:
            return server, base
    server.kill()
    raise RuntimeError(f"{app} did not start")


@pytest.fixture(scope="session")
def base() -> Iterator[str]:
    server, address = serve("dashboard/app.py")
    yield address
    server.terminate()
    server.wait()


@pytest.fixture(scope="session")
def browser(browser_path: str) -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=browser_path, args=FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture
def visit(browser: Any, base: str) -> Iterator[Callable[..., Any]]:
    """Open a path as a new visitor; at the end nothing may have gone wrong or left this machine."""
    contexts: list[Any] = []
    errors: list[str] = []
    foreign: list[str] = []

    def open_page(path: str = "/", *, width: int = 1280, height: int = 720, **options: Any) -> Any:
        context = browser.new_context(viewport={"width": width, "height": height}, **options)
        context.add_init_script("localStorage.setItem('collapse-lab-tour', '1')")  # the offer of the tour has a test of its own
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda problem: errors.append(str(problem)))
        page.on("request", lambda request: foreign.append(request.url) if is_foreign(request.url, base) else None)
        page.goto(base + path)
        page.wait_for_selector(READY, timeout=60_000)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert errors == []
    assert foreign == []


def is_foreign(url: str, base: str) -> bool:
    return re.match(r"(https?|wss?)://", url) is not None and not url.split("://", 1)[1].startswith(base.split("://", 1)[1])


def generation(page: Any) -> int:
    return int(page.get_attribute("[data-stage]", "data-generation"))


def playing(page: Any) -> bool:
    return page.get_attribute("[data-stage]", "data-playing") == "true"


def wait_for(page: Any, condition: str, timeout: int = 20_000) -> None:
    page.wait_for_function(f"() => {{ const s = document.querySelector('[data-stage]').dataset; return {condition}; }}", timeout=timeout)
