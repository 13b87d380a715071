"""What we reach into of Streamlit's own page: each name stands in one place, and the installed version has it."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest
import streamlit
from streamlit.runtime.scriptrunner_utils.script_run_context import ScriptRunContext
from streamlit.testing.v1 import AppTest
from test_browser import LINK
from visiting import wait_for

from dashboard.browser.streamlit import LOW, NAMES, part, parts, shell_style, travelled

ROOT = Path(__file__).parent.parent
PAGE = Path(streamlit.__file__).parent / "static" / "static" / "js"
REACHES = re.compile(r"data-testid|data-test-\w+|\bst(?:Main|Sidebar|Alert|Markdown|Expand|App|Block|Element)\w*")
OURS = sorted(file for file in (ROOT / "dashboard").rglob("*.*") if file.suffix in (".py", ".js", ".css") and "static" not in file.parts)


def other_names() -> dict[str, str]:
    """What we read besides test ids."""
    return dict(re.findall(r'export const (SCRIPT_STATE|KEY_CLASS) = "([\w-]+)"', NAMES.read_text("utf-8")))


@pytest.fixture(scope="module")
def installed() -> str:
    """Every script of Streamlit's page."""
    return "\n".join(file.read_text("utf-8") for file in PAGE.glob("*.js"))


@pytest.mark.parametrize("ours", parts())
def test_the_installed_version_has_the_test_id(ours: str, installed: str) -> None:
    name = parts()[ours]
    assert re.search(rf"[`'\"]{name}[`'\"]", installed), (
        f"Streamlit {streamlit.__version__} has no test id {name} (our {ours}, {NAMES.name})"
    )


@pytest.mark.parametrize("ours", ["SCRIPT_STATE", "KEY_CLASS"])
def test_the_installed_version_has_the_name(ours: str, installed: str) -> None:
    name = other_names()[ours]
    assert re.search(rf"\b{name}\b", installed), f"Streamlit {streamlit.__version__} has no {name} (our {ours}, {NAMES.name})"


def test_the_installed_version_says_where_back_has_led_to_a_page() -> None:
    assert travelled() is False
    AppTest.from_function(_say_whether_travelled).run()
    assert "is_history_navigation" in {field.name for field in fields(ScriptRunContext)}


def _say_whether_travelled() -> None:
    from dashboard.browser.streamlit import travelled

    assert travelled() is False


def test_a_style_sheet_reaches_a_part_by_our_name_for_it() -> None:
    assert part("page") == "[data-testid=stMain]"
    with pytest.raises(KeyError):
        part("cellar")


def test_a_low_window_is_the_same_to_every_style_sheet() -> None:
    """Media queries cannot share a name."""
    sheets = [file.read_text("utf-8") for file in OURS if file.suffix == ".css"]
    queries = {query for sheet in [*sheets, shell_style()] for query in re.findall(r"@media ([^{]*max-height[^{]*?) ?\{", sheet)}
    assert {query.replace(": ", ":") for query in queries} == {LOW}


@pytest.mark.parametrize("file", OURS, ids=lambda file: str(file.relative_to(ROOT)))
def test_no_other_file_knows_these_names(file: Path) -> None:
    if file.parent.name != "browser" or not file.name.startswith("streamlit."):
        assert REACHES.findall(file.read_text("utf-8")) == []


@pytest.mark.browser
@pytest.mark.xdist_group("browser")
class TestWithoutThem:
    """A version of Streamlit that has other names: the page says what a hand has to do."""

    @pytest.mark.verify
    def test_the_side_menu_that_cannot_be_shut_is_told(self, visit: Callable[..., Any]) -> None:
        page = visit(LINK, width=390, height=844)
        page.get_by_test_id("stExpandSidebarButton").click()
        forget(page, "shutSidebar")
        page.get_by_role("button", name="Modes die").click()
        page.get_by_text("The side menu cannot be moved from here").wait_for()

    def test_a_side_menu_that_is_shut_already_is_no_trouble(self, visit: Callable[..., Any]) -> None:
        page = visit(LINK, width=390, height=844)
        page.keyboard.press("p")
        page.keyboard.press("2")
        wait_for(page, "s.generation !== '5'")
        page.wait_for_timeout(700)  # after which a notice would have come
        assert page.locator(".cl-note").inner_text() == ""

    @pytest.mark.verify
    def test_the_tour_goes_on_and_tells_it(self, visit: Callable[..., Any]) -> None:
        page = visit(f"{LINK}&tour=1", width=390, height=844)
        page.get_by_role("button", name="Next", exact=True).wait_for()
        forget(page, "openSidebar")
        for _ in range(4):  # to the first stop that stands in the side menu
            page.get_by_role("button", name="Next", exact=True).click()
        page.get_by_role("dialog").get_by_text("The side menu cannot be moved from here").wait_for()

    def test_figures_that_cannot_be_fitted_are_told(self, visit: Callable[..., Any]) -> None:
        page = visit(f"{LINK}&seed=-3")
        assert page.locator("[data-stage]").get_attribute("data-lowered") == "true"
        forget(page, "page")
        page.get_by_role("button", name="Log scale").click()
        page.get_by_text("The figures could not be fitted to this window").wait_for()


FORGET = """(name) => {
    const forget = () => document.querySelectorAll(`[data-testid="${name}"]`).forEach((node) => node.removeAttribute("data-testid"));
    forget();
    new MutationObserver(forget).observe(document.body, { subtree: true, childList: true, attributes: true });
}"""


def forget(page: Any, ours: str) -> None:
    """From now on the page has a test id no more."""
    page.evaluate(FORGET, parts()[ours])
