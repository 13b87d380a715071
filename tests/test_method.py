"""The page Method: contents that lead somewhere, laws as they are declared, figures that are the runs that they name."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest
from telling import run_of
from visiting import violations

from dashboard.details.main_ideas import IDEAS, law_lines
from dashboard.glossary import TERMS
from dashboard.pictures import of_method
from dashboard.pictures.drawing import Picture
from sim.experiment import ROLES
from sim.metrics import metrics
from sim.theory import half_life, laws_for
from sim.theory.law import CRITICAL

SVG = "{http://www.w3.org/2000/svg}"
ROOT = Path(__file__).parents[1]


def page() -> None:
    """The Method page alone."""
    from dashboard.views import method

    method.page()


def curves(picture: Picture, role: str, top: float, *, dashed: bool = False, width: str | None = None) -> list[np.ndarray]:
    """The curves of a role, read back from the drawing as pairs of generation and value; the frame is 238 by 176 units at (30, 8)."""
    found: list[np.ndarray] = []
    for path in ElementTree.fromstring(picture.svg).iter(f"{SVG}path"):
        if (
            path.get("class") == f"l {role}"
            and (path.get("stroke-dasharray") is not None) == dashed
            and width in (None, path.get("stroke-width"))
        ):
            points = np.array(re.findall(r"[ML](-?[\d.]+) (-?[\d.]+)", path.get("d", "")), dtype=float)
            found.append(np.column_stack([(points[:, 0] - 30) * 60 / 238, top * (184 - points[:, 1]) / 176]))
    return found


def test_the_contents_are_the_headings() -> None:
    app = AppTest.from_function(page, default_timeout=60)
    app.run()
    assert not app.exception
    listed = re.findall(r'<a href="#([a-z-]+)">([^<]+)</a>', "".join(html.proto.body for html in app.get("html")))
    assert [(header.proto.anchor, header.value) for header in app.header] == listed
    assert [title for _, title in listed] == [
        *("The loop", *(idea.title for idea in IDEAS), "Chance and phases", "Words"),
        *("Sources", "Models", "Regimes", "Metrics"),
    ]
    assert len(app.expander) == sum(len([*variants]) for variants in ROLES.values()) + len(metrics())


def test_every_word_of_the_glossary_is_listed() -> None:
    text = page_text()
    assert all(f"**{term.name.capitalize()}:** {term.meaning}" in text for term in TERMS)


def test_every_idea_has_a_law_from_where_it_is_declared() -> None:
    lines = [line for idea in IDEAS for line, _ in law_lines(idea)]
    assert "**Mean:** $V_{0} (1 - 1/n)^{t}$" in lines
    assert r"**Mean, every batch kept:** $V_{0} \prod (1 - 1/(n s^{2}))$, $s = 1 \dots t$" in lines
    assert all(law_lines(idea) for idea in IDEAS)
    assert all(source for idea in IDEAS if idea.loops for _, source in law_lines(idea))


def test_shrinking_is_the_mean_and_the_mean_logarithm_of_the_repeats() -> None:
    run = run_of("shrinks")
    values, t = run.metrics["total_variance"], np.arange(61)
    mean, typical = curves(of_method.shrinking(), "synthetic", 1.15)
    assert mean[:, 1] == pytest.approx(values.mean(axis=0), abs=0.001)
    assert typical[:, 1] == pytest.approx(np.exp(np.log(values).mean(axis=0)), abs=0.001)
    law, _ = curves(of_method.shrinking(), "ink", 1.15, dashed=True)
    assert law[:, 0] == pytest.approx(t, abs=0.03)
    assert law[:, 1] == pytest.approx((1 - 1 / 50) ** t, abs=0.001)
    assert (
        f"Mean at generation 50: {values[:, 50].mean():.3f} measured, {(1 - 1 / 50) ** 50:.3f} by the law" in of_method.shrinking().caption
    )


def test_the_half_of_the_spread_is_where_the_typical_path_crosses_it() -> None:
    from scipy.special import digamma

    run = run_of("shrinks")
    step, draw = digamma(24.5) - np.log(25), digamma(24.5) - np.log(24.5)
    crossing = (np.log(1 / 4) - draw) / step
    assert half_life(run.experiment) == pytest.approx(crossing, rel=1e-9)
    assert f"generation {crossing:.1f}." in page_text()


def page_text() -> str:
    app = AppTest.from_function(page, default_timeout=60)
    app.run()
    return "\n".join(element.value for element in app.markdown)


def test_tails_lie_below_chance_and_the_variance_does_not() -> None:
    run, picture = run_of("tails_go_first"), of_method.tails()
    (variance,) = curves(picture, "synthetic", 1.8, width="1.4")
    (tails,) = curves(picture, "synthetic", 1.8, width="2.6")
    assert variance[:, 1] == pytest.approx(np.median(run.metrics["total_variance"], axis=0) / 10, abs=0.001)
    assert tails[:, 1] == pytest.approx(np.median(run.metrics["tail_mass"], axis=0), abs=0.001)
    assert tails[30, 1] < run.noise_floor["tail_mass"].low < variance[30, 1]


def test_stairs_stand_at_the_modes_alive_of_every_repeat() -> None:
    run = run_of("modes_die")
    values = run.metrics["modes_alive"]
    for stairs, replicate in zip(curves(of_method.modes(), "synthetic", 1.12 * 8, width="1"), values, strict=True):
        x, y = stairs.T
        after = [y[np.flatnonzero(x <= t + 0.01)[-1]] for t in range(61)]
        assert after == pytest.approx(replicate, abs=0.02)
    assert f"Of 8 modes {values[:, 60].min():.0f} to {values[:, 60].max():.0f} are left" in of_method.modes().caption


def test_what_stops_it_is_drawn_beside_laws_that_it_does_not_contradict() -> None:
    presets = ("shrinks", "real_data_saves_it", "accumulating_saves_it")
    measured, laws = (curves(of_method.remedies(), role, 1.15, dashed=dashed) for role, dashed in (("synthetic", False), ("ink", True)))
    for preset, line, dashes in zip(presets, measured, laws, strict=True):
        run = run_of(preset)
        values = run.metrics["total_variance"]
        assert line[:, 1] == pytest.approx(values.mean(axis=0), abs=0.001)
        law = next(law for law in laws_for(run.experiment, "total_variance") if law.kind == "mean")
        assert np.nanmax(np.abs(law.compare(values))) < CRITICAL
        assert dashes[:, 1] == pytest.approx(law.values, abs=0.001)
    s = np.arange(1, 61)
    assert laws[2][1:, 1] == pytest.approx(np.cumprod(1 - 1 / (50 * s**2)), abs=0.001)
    assert min(measured[1][60, 1], measured[2][60, 1]) > 2 * measured[0][60, 1]


@pytest.mark.browser
@pytest.mark.xdist_group("browser_lessons")
@pytest.mark.parametrize(("width", "height", "scheme"), [(390, 844, "dark"), pytest.param(1280, 720, "light", marks=pytest.mark.verify)])
def test_contents_jump_by_keyboard_and_no_formula_is_wider_than_the_page(
    open_tab: Callable[..., Any], width: int, height: int, scheme: str
) -> None:
    page = open_tab("/method", width=width, height=height, color_scheme=scheme, reduced_motion="reduce")
    page.locator("#metrics").wait_for(state="attached")
    page.wait_for_selector("[data-test-script-state=notRunning]", state="attached")
    assert violations(page) == []
    page.locator(".cl-contents a", has_text="Modes die").focus()
    page.keyboard.press("Enter")
    page.wait_for_function("() => { const y = document.querySelector('#modes-die').getBoundingClientRect().top; return y > 0 && y < 120; }")
    page.evaluate("for (const one of document.querySelectorAll('details:not([open]) summary')) one.click()")
    page.wait_for_function("() => document.querySelectorAll('.katex').length > 150")
    assert page.locator(".katex-error").count() == 0
    wide = "(e) => { const { width, right } = e.getBoundingClientRect(); return width > 0 && right > innerWidth + 1; }"
    assert page.evaluate(f"[...document.querySelectorAll('.katex .base, img, figure')].filter({wide}).length") == 0
    boxes = "[document.documentElement, ...document.querySelectorAll('[data-testid=stMain]')]"
    assert page.evaluate(f"Math.max(...{boxes}.map((e) => e.scrollWidth - e.clientWidth))") <= 0
