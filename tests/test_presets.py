"""Presets keep what they claim, on their own runs, and their cards are pictures of those runs."""

from __future__ import annotations

import numpy as np
import pytest
from telling import run_of

from dashboard import cards
from sim.presets import presets

PRESET = pytest.mark.parametrize("name", [pytest.param(name, marks=pytest.mark.xdist_group(name)) for name in presets()])
STATISTICS = {"median": np.median, "mean": np.mean, "lowest": np.min, "highest": np.max}


@PRESET
def test_every_claim_holds_on_the_run(name: str) -> None:
    preset = presets()[name]
    assert preset.claims, "a preset without a claim says nothing"
    run = run_of(name)
    for claim in preset.claims:
        values = run.metrics[claim.metric][:, claim.t]
        value = STATISTICS[claim.of](values[np.isfinite(values)])
        floor = run.noise_floor[claim.metric]
        bound = claim.bound if claim.bound != "floor" else floor.low if claim.relation == "below" else floor.high
        assert value < bound if claim.relation == "below" else value > bound, (claim, value, bound)


@PRESET
def test_the_card_shows_the_run(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cards, "simulate", lambda *_: run_of(name))
    drawn, shipped = (path_points(text) for text in (cards.picture(presets()[name]), (cards.PICTURES / f"{name}.svg").read_text("utf-8")))
    assert drawn.shape == shipped.shape
    np.testing.assert_allclose(drawn, shipped, atol=1.0, err_msg="draw the cards anew: python -m dashboard.cards")


def path_points(svg: str) -> np.ndarray:
    coordinates = svg.replace("M", " ").replace("L", " ").replace('"', " ").replace("H", " ").split()
    return np.array([float(c) for c in coordinates if c.replace(".", "", 1).replace("-", "", 1).isdigit()])
