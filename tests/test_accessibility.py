"""An automated accessibility audit (axe-core) of every page, light and dark."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from visiting import READY, opened_table, violations

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("accessibility")]

PAGES = {
    "curves": "/?v=1&source=normal&family=gaussian&n=50&generations=30&t=5",
    "pictures": "/?v=1&source=digits&family=kde&family.h=0&n=60&generations=50&replicates=10&t=20",
    "passages": "/?v=1&source=text&family=ngram&n=400&generations=10&replicates=5&t=5",
    "presenting": "/?v=1&source=ring&family=gmm&family.k=8&n=64&generations=60&replicates=20&t=30&present=1",
}

BEFORE_A_RELEASE = ("pictures", "passages", "presenting")
"""Pages that are read before a release only, because reading one takes ten to thirty seconds."""


@pytest.mark.parametrize(
    "path", [pytest.param(path, id=page, marks=pytest.mark.verify if page in BEFORE_A_RELEASE else ()) for page, path in PAGES.items()]
)
def test_nothing_is_in_the_way_of_anybody_nor_in_a_table(visit: Callable[..., Any], path: str) -> None:
    page = visit(path, reduced_motion="reduce")
    page.get_by_role("tab", name="About this run").wait_for(state="attached")
    page.wait_for_selector(READY)
    assert violations(page) == []
    panels = [figure.get_attribute("data-panel") for figure in page.locator("[data-panel]").all()]
    for panel in panels:
        table = opened_table(page, panel)
        assert table.get_by_role("columnheader").count() > 1
        assert table.locator("tbody tr").count() > 1
        if panel == panels[-1]:  # in the others axe-core reads thousands of cells of the same kind
            assert violations(page, ".cl-table") == []
        page.keyboard.press("Escape")


@pytest.mark.verify
def test_no_tab_below_the_stage_is_in_the_way_of_anybody(visit: Callable[..., Any]) -> None:
    page = visit(PAGES["curves"], reduced_motion="reduce")
    page.get_by_role("tab", name="About this run").wait_for()
    for tab in page.get_by_role("tab").all():
        tab.click()
        page.wait_for_selector("[data-test-script-state=notRunning]", state="attached")
        for folded in page.get_by_role("tabpanel").filter(visible=True).locator("summary").all():
            folded.click()
        page.wait_for_timeout(500)  # what is unfolded is faint at first
        assert violations(page, "[data-testid=stTabs]") == []
