"""Curves say of their hatching what it is, and nothing where there is none."""

from __future__ import annotations

import pytest

from dashboard.figures import View
from dashboard.figures.curves import curves
from sim import Experiment, simulate

NAMES = ("held_out_perplexity", "longest_copy", "diversity")


@pytest.mark.parametrize("unit", ["words", "characters"])
def test_hatching_is_explained_where_there_is_some_and_called_ideal_where_it_is(unit: str) -> None:
    settings = {"source": {"kind": "text", "unit": unit, "length": 16}, "family": {"kind": "ngram"}, "n": 40, "generations": 1}
    run = simulate(Experiment.model_validate(settings | {"replicates": 2}), NAMES)
    help_of, hatched = {}, {}
    for name, panel in zip(NAMES, curves(View(run, 0, NAMES)), strict=True):
        help_of[name] = panel.help
        hatched[name] = any("fillpattern" in trace for trace in panel.data)
    assert hatched == {"held_out_perplexity": False, "longest_copy": True, "diversity": True}
    assert "Hatched" not in help_of["held_out_perplexity"]
    assert "what a perfect model would score" in help_of["diversity"]
    assert "perfect" not in help_of["longest_copy"]
    assert "Hatched: what fresh real rows score; here that is no ideal" in help_of["longest_copy"]
