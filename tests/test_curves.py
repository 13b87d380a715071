"""Curves say of their hatching what it is, and nothing where there is none."""

from __future__ import annotations

import numpy as np
import pytest

from dashboard.figures import View
from dashboard.figures.curves import curves
from dashboard.figures.line_names import LONGEST_NAME, short_names
from sim import Experiment, simulate
from sim.verdicts.medians import median_at

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


@pytest.mark.parametrize(
    ("replicates", "marks"),
    [(12, {"median", "band", "floor", "law", "same", "world"}), (1, {"one", "floor", "law"})],
)
def test_the_legend_names_every_mark_that_is_drawn_and_no_other(replicates: int, marks: set[str]) -> None:
    settings = {"source": {"kind": "normal"}, "family": {"kind": "gaussian"}, "n": 40, "generations": 6, "replicates": replicates}
    run = simulate(Experiment.model_validate(settings), ("total_variance",))
    (panel,) = curves(View(run, 0, ("total_variance",)))
    assert {entry["mark"] for entry in panel.content["legend"]} == marks
    drawn = [trace for trace in panel.data if trace["mode"] == "lines" and trace.get("meta") != "every world"]
    edges = [trace for trace in drawn if trace["line"].get("width") == 0 and "fill" not in trace]
    assert all("legendgroup" in trace for trace in drawn if trace not in edges)


def test_the_legend_is_silent_about_what_could_not_be_measured() -> None:
    settings = {"source": {"kind": "normal"}, "family": {"kind": "gaussian"}, "n": 1, "generations": 3, "replicates": 5}
    run = simulate(Experiment.model_validate(settings), ("total_variance",))
    (panel,) = curves(View(run, 0, ("total_variance",)))
    assert not {"median", "one", "band", "world"} & {entry["mark"] for entry in panel.content["legend"]}


def test_the_middle_of_counts_is_the_count_that_sentences_tell() -> None:
    settings = {"source": {"kind": "zipf"}, "family": {"kind": "categorical"}, "n": 300, "generations": 5, "replicates": 10}
    run = simulate(Experiment.model_validate(settings), ("tokens_alive",))
    (panel,) = curves(View(run, 0, ("tokens_alive",)))
    assert panel.content["cursor"]["values"] == [median_at(run.metrics, "tokens_alive", t, whole=True) for t in range(6)]
    low, high = (trace["y"] for trace in panel.data if trace.get("line", {}).get("width") == 0 and len(trace["y"]) == 6)
    worlds = run.metrics["tokens_alive"]
    ranked = np.sort(worlds, axis=0)  # of ten worlds 5 % and 95 % lie between the two at either end
    np.testing.assert_array_equal(low, ranked[0])
    np.testing.assert_array_equal(high, ranked[-1])
    assert np.mod(np.median(run.metrics["tokens_alive"], axis=0), 1).any(), "the usual median would name half words"


def test_every_closed_form_has_a_name_and_only_the_hatching_is_foreknown() -> None:
    settings = {"source": {"kind": "normal"}, "family": {"kind": "gaussian"}, "n": 40, "generations": 6, "replicates": 12}
    run = simulate(Experiment.model_validate(settings), ("total_variance",))
    (panel,) = curves(View(run, 0, ("total_variance",)))
    named = {name["text"]: panel.data[name["of"]]["name"] for name in panel.content["names"]}
    assert named == {"theory, mean": "closed form, mean", "theory, typical": "closed form, typical path"}
    floor = run.noise_floor["total_variance"]
    foreknown = [panel.data[i]["y"] for i in panel.content["foreknown"]]
    assert foreknown == [[floor.low] * 2, [floor.high] * 2]


def test_what_a_log_scale_cannot_show_is_counted_in_words() -> None:
    """MMD of so few rows falls below 0 by chance; a variance never does."""
    names = ("mmd", "total_variance")
    settings = {"source": {"kind": "normal"}, "family": {"kind": "gaussian"}, "n": 60, "generations": 9, "replicates": 8}
    run = simulate(Experiment.model_validate(settings), names)
    mmd, variance = (panel.content["placeless"] for panel in curves(View(run, 2, names)))
    worlds = run.metrics["mmd"]
    median, shown = int((np.median(worlds, axis=0) <= 0).sum()), int((worlds[2] <= 0).sum())
    assert median > 0
    assert shown > 0
    expected = f"median of the replicates in {median} of 10 generations, replicate 3 in {shown} of 10 generations."
    assert mmd == f"A log scale has no place for 0 or below: {expected}"
    assert variance == ""


def test_names_that_are_too_long_are_begun_and_still_told_apart() -> None:
    assert short_names(["0", "9", "handwritten"]) == ["0", "9", "handwritten"]
    given = ["Donaudampfschifffahrt", "Donaudampfschiff", "Erwachsenenbildung", "dog", *(f"one of the many classes {i}" for i in range(20))]
    shown = short_names(given)
    assert len(set(shown)) == len(given)
    assert max(map(len, shown)) <= LONGEST_NAME
    assert shown[2:4] == ["Erwachsenen…", "dog"]
