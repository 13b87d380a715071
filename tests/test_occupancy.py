"""What figures say is there and what is gone is so: told of all rows drawn, where they were thinned for drawing too."""

from __future__ import annotations

import json
from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np

from dashboard.figures import View, panels
from dashboard.figures.occupancy import modes_alive, word_counts
from dashboard.figures.passages import passages
from dashboard.figures.principal_components import principal_components
from dashboard.figures.ranks import ranks
from dashboard.figures.words import words
from dashboard.player.payload import payload
from sim import Experiment, Run, simulate
from sim.verdicts.lost_modes import extinction_is_absorbing
from sim.verdicts.medians import median_at


@cache
def grid() -> Run:
    settings = {"source": {"kind": "grid"}, "family": {"kind": "kde", "h": 0.0}, "n": 1000, "generations": 40, "replicates": 60}
    return simulate(Experiment.model_validate(settings), ["modes_alive"])


def crosses(run: Run, world: int) -> list[int]:
    """How many modes are crossed out in each frame of the map."""
    frames = principal_components(View(run, world, ()))[0].frames
    marks: list[list[Any]] = [frame["data"][1]["marker.symbol"] for frame in frames]
    return [sum(symbol == "x-thin-open" for symbol in symbols) for symbols in marks]


def test_modes_are_crossed_out_by_all_rows_and_not_by_those_kept_for_drawing() -> None:
    run = grid()
    assert run.samples.shape[2] < run.experiment.n
    for world in (0, 7, 59):
        assert crosses(run, world) == [25 - alive for alive in run.metrics["modes_alive"][world]]
    assert sum(crosses(run, 0)) > 0


def test_no_mode_is_crossed_out_where_its_rows_were_not_counted() -> None:
    frames = principal_components(View(replace(grid(), counts=None), 0, ()))[0].frames
    assert all(frame["traces"] == [1] for frame in frames)


def test_modes_are_counted_anew_as_the_metric_counts_where_all_rows_are_kept() -> None:
    run = simulate(grid().experiment.but(n=200, replicates=2), ["modes_alive"])
    alive = modes_alive(View(replace(run, counts=None), 1, ()))
    assert alive is not None
    assert np.array_equal(alive.sum(axis=1), run.metrics["modes_alive"][1])


@cache
def zipf() -> Run:
    """Sixty words and so few rows that generation 0 misses some."""
    settings = {"source": {"kind": "zipf", "vocabulary": 60}, "family": {"kind": "categorical"}, "n": 120, "generations": 12}
    return simulate(Experiment.model_validate({**settings, "replicates": 3}), ["tokens_alive", "diversity"])


def panel_of(run: Run, name: str) -> Any:
    return next(panel for panel in panels(View(run, 0, ())) if panel["name"] == name)


def test_a_word_that_the_real_rows_missed_is_not_struck_out() -> None:
    """World 1 by hand: word 3 dies at 5, word 4 was never drawn, word 5 came at 2 and left at 9."""
    run = zipf()
    assert run.counts is not None
    counts = np.ones_like(run.counts)
    counts[0, 5:, 3] = counts[0, :, 4] = counts[0, :2, 5] = counts[0, 9:, 5] = 0
    shown = panel_of(replace(run, counts=counts), "words")
    assert {k: gone for k, gone in enumerate(shown["gone"]) if gone is not None} == {3: 5, 5: 9}
    assert np.flatnonzero(shown["unseen"]).tolist() == [4]
    assert "Drawn before and gone for good in generation 12: 2; never drawn: 1." in shown["alt"]
    assert 0 in run.counts[:, 0], "it happens"
    assert 0 not in panel_of(run, "words")["gone"]


def test_a_mode_that_the_real_rows_missed_is_not_called_missing() -> None:
    run = simulate(Experiment.model_validate({"source": {"kind": "ring"}, "family": {"kind": "gmm"}, "n": 8, "generations": 2}))
    assert run.counts is not None
    counts = np.ones_like(run.counts)
    counts[0, 1:, 2] = counts[0, :, 5] = 0
    shown = panel_of(replace(run, counts=counts), "modes")
    marks = [[mark.strip("\u200b") for mark in frame["data"][2]["text"]] for frame in shown["frames"]]
    assert marks[0] == ["", "", "", "", "", "○", "", ""]
    assert marks[2] == ["", "", "×", "", "", "○", "", ""]
    assert shown["title"] == "Repeat 1: modes, × missing, ○ never alive, hatched: model 1 missed"
    assert "Alive before and missing in generation 2: 1; never alive: 1; model 1 missed 1" in shown["alt"]


def test_extinction_is_absorbing_is_said_of_models_that_cannot_bring_a_word_back_and_of_no_others() -> None:
    run = zipf()
    longer = simulate(run.experiment.but(generations=40), ["tokens_alive"])
    assert longer.counts is not None
    assert not longer.counts[:, 13:].any(axis=1)[longer.counts[:, 12] == 0].any()
    assert extinction_is_absorbing(run.experiment)
    words = json.dumps([panel_of(run, "words")[part] for part in ("title", "alt", "help", "absent")])
    assert words.count("for good") == 4
    for change in ({"real_share": 0.1}, {"regime": {"kind": "accumulate"}}, {"family": {"kind": "categorical", "smoothing": 0.1}}):
        other = run.experiment.but(**change)
        assert not extinction_is_absorbing(other)
        shown = panel_of(simulate(other, ["tokens_alive", "diversity"]), "words")
        assert "for good" not in json.dumps([shown[part] for part in ("title", "alt", "help", "absent")])


def test_tokens_of_passages_are_never_called_rows() -> None:
    """Sixty passages of eight tokens are 480 tokens."""
    for unit in ("characters", "words"):
        source = {"kind": "text", "unit": unit, "length": 8}
        settings = {"source": source, "family": {"kind": "ngram"}, "n": 60, "generations": 1, "replicates": 1}
        view = View(simulate(Experiment.model_validate(settings), ["tokens_alive", "diversity"]), 0, ())
        (shown,), (curve,) = words(view), ranks(view)
        assert (shown.content["n"], shown.content["things"]) == (480, unit)
        assert f"Share of {unit} by rank" in curve.alt
        assert curve.layout["yaxis"]["title"]["text"] == f"share of {unit}"
        thinned = View(replace(view.run, counts=None, samples=view.run.samples[:, :, :5]), 0, ())
        for panel in (*words(thinned), *ranks(thinned)):
            assert f"first 40 {unit}" in panel.alt
            assert "rows" not in panel.alt + panel.title
    assert panel_of(zipf(), "words")["things"] == "rows"


def test_the_world_shown_is_among_those_to_pick_from() -> None:
    run = simulate(zipf().experiment.but(replicates=400, generations=1), ["diversity"])
    for world in (0, 199, 300, 399):
        shown = payload(View(run, world, ()))
        assert [entry["text"].split(" ·")[0] for entry in shown["worlds"] if entry["value"] == shown["world"]] == [f"Repeat {world + 1}"]


def test_a_median_is_of_the_worlds_measured_and_an_infinite_one_counts() -> None:
    values = {"metric": np.array([[1.0, np.nan, np.inf], [4.0, np.nan, np.inf], [2.0, np.nan, 5.0], [3.0, 7.0, np.nan]])}
    assert median_at(values, "metric", 0) == 2.5
    assert median_at(values, "metric", 0, whole=True) == 2
    assert median_at(values, "metric", 1) == 7
    assert median_at(values, "metric", 2) == np.inf
    assert np.isnan(median_at(values, "other", 0))


def test_a_prompt_is_marked_on_stage_and_told_apart() -> None:
    source = {"kind": "text", "unit": "words", "length": 12}
    settings = {"source": source, "n": 30, "generations": 1, "replicates": 1}
    family = {"kind": "ngram", "opening": "prompted", "prompt": 5}
    run = simulate(Experiment.model_validate({**settings, "family": family}), ["diversity"])
    (shown,) = passages(View(run, 0, ()))
    assert shown.content["prompt"] == 5
    assert "the prompt, real text" in shown.help
    row, say = run.samples[0, 1, 0], run.experiment.source.space.passage
    assert f"in generation 1 the model continues its prompt “{say(row[:5])}” with “{say(row[5:])}”." in shown.alt
    drawn = word_counts(View(replace(run, counts=None), 0, ()))
    assert drawn.total == 30 * 7
    (free,) = passages(View(simulate(Experiment.model_validate({**settings, "family": {"kind": "ngram"}}), ["diversity"]), 0, ()))
    assert free.content["prompt"] == 0
    assert "prompt" not in free.help + free.alt
