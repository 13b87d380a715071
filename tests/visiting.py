"""Visits: a server of the dashboard, a browser, and pages opened in it by new visitors."""

from __future__ import annotations

import re
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parent.parent
BESIDE = re.compile(r"/(?:lessons|method)/_stcore/")
"""Where Streamlit looks first for its server when a page has a path of its own; that it is not there is no error."""
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


class Tabs:
    """Tabs of one browser that are opened again and again, which takes a third of the time that a new browser takes.

    Every visitor starts with nothing stored; whoever must share nothing with another tab comes `apart`.
    """

    def __init__(self, browser: Any, base: str) -> None:
        self.browser, self.base = browser, base
        self.context = browser.new_context()
        self.free: list[Any] = []

    def open(self, *, apart: bool, width: int, height: int, stored: dict[str, str], permissions: Sequence[str], **media: str) -> Any:
        """A tab of this size and these media features, at the server but not on a page yet."""
        page = self.browser.new_context().new_page() if apart else self.free.pop() if self.free else self.context.new_page()
        page.context.grant_permissions(list(permissions))
        page.set_viewport_size({"width": width, "height": height})
        page.emulate_media(**{"color_scheme": "light", "reduced_motion": "no-preference", **media})
        page.goto(f"{self.base}/_stcore/health")
        page.evaluate("(stored) => { localStorage.clear(); sessionStorage.clear(); Object.assign(localStorage, stored); }", stored)
        return page

    def leave(self, page: Any) -> None:
        """Close a page; its tab is free again."""
        page.context.clear_permissions()
        if page.context is self.context:
            page.goto("about:blank")
            self.free.append(page)
        else:
            page.context.close()


@pytest.fixture(scope="session")
def tabs(browser: Any, base: str) -> Tabs:
    return Tabs(browser, base)


@pytest.fixture
def open_tab(tabs: Tabs, base: str) -> Iterator[Callable[..., Any]]:
    """Open a path as a new visitor; at the end nothing may have gone wrong or left this machine."""
    wrong: list[str] = []
    opened: list[Any] = []
    watch: dict[str, Callable[[Any], None]] = {
        "console": lambda said: wrong.append(said.text) if said.type == "error" and not BESIDE.search(said.location["url"]) else None,
        "pageerror": lambda problem: wrong.append(str(problem)),
        "request": lambda request: wrong.append(request.url) if is_foreign(request.url, base) else None,
    }

    def opening(
        path: str = "/",
        *,
        apart: bool = False,
        width: int = 1280,
        height: int = 720,
        stored: dict[str, str] | None = None,
        permissions: Sequence[str] = (),
        **media: str,
    ) -> Any:
        page = tabs.open(apart=apart, width=width, height=height, stored=stored or {}, permissions=permissions, **media)
        for event, watcher in watch.items():
            page.on(event, watcher)
        opened.append(page)
        page.goto(base + path)
        return page

    yield opening
    for page in opened:
        for event, watcher in watch.items():
            page.remove_listener(event, watcher)
        tabs.leave(page)
    assert wrong == []


@pytest.fixture
def visit(open_tab: Callable[..., Any]) -> Callable[..., Any]:
    """Open a path with a stage on it, as somebody who has been offered the tour before, and wait until it is drawn."""

    def visiting(path: str = "/", **options: Any) -> Any:
        page = open_tab(path, stored={"collapse-lab-tour": "1"}, **options)
        page.wait_for_selector(READY, timeout=60_000)
        return page

    return visiting


def is_foreign(url: str, base: str) -> bool:
    return re.match(r"(https?|wss?)://", url) is not None and not url.split("://", 1)[1].startswith(base.split("://", 1)[1])


def generation(page: Any) -> int:
    return int(page.get_attribute("[data-stage]", "data-generation"))


def playing(page: Any) -> bool:
    return page.get_attribute("[data-stage]", "data-playing") == "true"


def wait_for(page: Any, condition: str, timeout: int = 20_000) -> None:
    page.wait_for_function(f"() => {{ const s = document.querySelector('[data-stage]').dataset; return {condition}; }}", timeout=timeout)


def opened_table(page: Any, panel: str) -> Any:
    """The table of a panel, asked for by keyboard."""
    figure = page.locator(f"[data-panel={panel}]")
    figure.get_by_role("button", name="Picture or table of").focus()
    page.keyboard.press("Enter")
    figure.get_by_role("button", name=re.compile("^Table of")).press("Enter")
    return page.get_by_role("dialog", name="Table of")


PAPERS = {"light": "rgb(251, 250, 247)", "dark": "rgb(20, 22, 27)"}


def schemes(page: Any) -> Iterator[str]:
    """The page in light and then in dark, as somebody sees it who changes that while it is open."""
    for scheme, paper in PAPERS.items():
        page.emulate_media(color_scheme=scheme)
        page.wait_for_function(
            "(paper) => getComputedStyle(document.querySelector('[data-testid=stApp]')).backgroundColor === paper", arg=paper
        )
        yield scheme


def violations(page: Any, within: str = "html") -> list[Any]:
    """What axe-core finds wrong with the page as it stands, or with a part of it, light and dark, each with where it is."""
    from axe_playwright_python.sync_playwright import Axe

    wrong_only = {"resultTypes": ["violations"]}  # what passed is megabytes
    found: list[Any] = []
    for scheme in schemes(page):
        at_rest(page)
        wrong = Axe().run(page, context=within, options=wrong_only).response["violations"]
        found += [(scheme, one["id"], [node["html"][:120] for node in one["nodes"]]) for one in wrong]
    return found


def at_rest(page: Any) -> None:
    """Wait until the script has ended and nothing fades any more: what is new, or changes its colours, is faint at first.

    Both must hold for six pictures in a row that the browser has drawn: a busy one begins to fade late.
    """
    page.wait_for_function(
        """() => new Promise((tell) => {
            let quiet = 0;
            const look = () => {
                const ended = document.querySelector("[data-test-script-state]")?.dataset.testScriptState === "notRunning";
                const ends = (one) => one.effect.getTiming().iterations !== Infinity;
                const fading = document.getAnimations().some((one) => one.playState === "running" && ends(one));
                quiet = ended && !fading ? quiet + 1 : 0;
                if (quiet === 6) tell(true);
                else setTimeout(() => requestAnimationFrame(look), 40);
            };
            look();
        })""",
        timeout=20_000,
    )
