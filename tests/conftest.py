"""What all tests share: one thread, Hypothesis profiles, and whether there is a browser."""

from __future__ import annotations

import os
import shutil

import pytest
from hypothesis import HealthCheck, settings
from queueing import gate
from visiting import base, browser, open_tab, tabs, visit
from watching import workers

__all__ = ["base", "browser", "gate", "open_tab", "tabs", "visit", "workers"]

BROWSERS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
"""The first one found is used; without windows Chromium opens a page for a third less."""
THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
REQUIRED = os.environ.get("COLLAPSE_LAB_BROWSER") == "required"

# For the processes of xdist, which read it as they import numpy; a plugin imported it here before this file was read.
os.environ.update(dict.fromkeys(THREADS, "1"))

# Two test processes share two cores, so a slow example says nothing about the code.
settings.register_profile("here", deadline=None, max_examples=200, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("ci", settings.get_profile("here"), derandomize=True, print_blob=True)
settings.load_profile("ci" if REQUIRED or os.environ.get("CI") else "here")


def find_browser() -> str | None:
    """Where Chromium is, if it is installed."""
    return next((path for name in BROWSERS if (path := shutil.which(name))), None)


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Tests marked `browser` are skipped without a browser, unless COLLAPSE_LAB_BROWSER=required."""
    if item.get_closest_marker("browser") is None or find_browser() is not None:
        return
    if REQUIRED:
        pytest.fail("COLLAPSE_LAB_BROWSER=required, but there is no Chromium on this machine.", pytrace=False)
    pytest.skip("There is no Chromium on this machine (apt-get install chromium).")


@pytest.fixture(scope="session", autouse=True)
def no_browser_to_wait_for() -> None:
    """Pages that are run without a browser need not give one a head start."""
    from dashboard.views import explore

    explore.HEAD_START = explore.SENDING = 0


@pytest.fixture(scope="session")
def browser_path() -> str:
    """The executable of the browser for Playwright's `launch(executable_path=...)`."""
    path = find_browser()
    assert path is not None, "a test that asks for browser_path must be marked `browser`"
    return path
