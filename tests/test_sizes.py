"""Slow models: sizes that a page begins with, the way back, and the time that a run may take."""

from __future__ import annotations

from typing import Any

import pytest
from test_app import address, experiment_of, opened, payload, stop_buttons, warned

from dashboard.state.knobs import with_knob
from dashboard.state.sizes import reduced_sizes, reduction_notice, remembered_sizes, restore_label, restored, unreduced
from sim import Experiment, SpecError
from sim.experiment import TIME_BUDGET
from sim.families import families
from sim.links import nearest, to_link
from sim.presets import presets
from sim.sources import sources

USUAL: dict[str, Any] = {"source": {"kind": "ring"}, "family": {"kind": "gaussian"}, "n": 100, "generations": 60, "replicates": 50}


def usual(**changes: Any) -> Experiment:
    return Experiment.model_validate(USUAL | changes)


@pytest.mark.parametrize("family", [f.kind_name() for f in families if f.suggested])
def test_what_a_family_suggests_is_done_in_a_minute_on_every_source(family: str) -> None:
    for source in sources:
        if source().space.kind in families[family].accepts:
            sizes = {"n": 100, **families[family].suggested}
            assert usual(source={"kind": source.kind_name()}, family={"kind": family}, **sizes).seconds < 60, source.kind_name()


def test_every_family_that_may_take_minutes_with_the_usual_sizes_suggests_smaller_ones() -> None:
    for family in families:
        for source in sources:
            try:
                asked = usual(source={"kind": source.kind_name()}, family={"kind": family.kind_name()})
            except SpecError:
                continue
            assert asked.seconds < 120 or {"generations", "replicates"} <= family.suggested.keys(), (family, source)


def test_switching_to_a_slow_model_lowers_the_sizes_and_says_so() -> None:
    after, notes = with_knob(usual(), "family", "kind", "gan")
    assert (after.family.kind_name(), after.generations, after.replicates, after.n, notes) == ("gan", 5, 2, 100, ())
    (words,) = reduction_notice(usual(), after)
    assert words.startswith("GAN takes a while to train, so this run begins with ")
    assert words.endswith(" 5 generations and 2 repeats instead of 60 generations and 50 repeats.")


def test_small_runs_are_left_alone() -> None:
    small = usual(generations=4, replicates=2)
    after, _ = with_knob(small, "family", "kind", "gan")
    assert (after.generations, after.replicates) == (4, 2)
    assert reduction_notice(small, after) == ()
    assert unreduced(small, after) is None
    assert reduced_sizes(usual(), families["kde"]) == {}


def test_the_way_back_is_offered_where_it_can_run() -> None:
    before = usual(generations=20, replicates=10)
    after, _ = with_knob(before, "family", "kind", "vae")
    wanted = unreduced(before, after)
    assert wanted is not None
    assert (wanted.generations, wanted.replicates, wanted.family) == (20, 10, after.family)
    assert restore_label(wanted) == "Use 20 generations and 10 repeats anyway"
    assert unreduced(usual(), with_knob(usual(), "family", "kind", "gan")[0]) is None  # that would take more than an hour


def test_a_source_that_needs_a_slow_model_lowers_too() -> None:
    after, notes = with_knob(usual(), "source", "kind", "text")
    assert (after.family.kind_name(), after.generations, after.replicates) == ("ngram", 10, 5)
    assert notes


def test_a_fast_model_after_slow_ones_has_the_sizes_from_before_them() -> None:
    before = usual()
    gan, _ = with_knob(before, "family", "kind", "gan")
    kept = remembered_sizes({}, before, gan)
    assert kept == {"generations": 60, "replicates": 50}
    vae, _ = with_knob(gan, "family", "kind", "vae")
    assert restored(vae, kept).generations <= families["vae"].suggested["generations"]
    kept = remembered_sizes(kept, gan, vae)
    assert kept == {"generations": 60, "replicates": 50}
    fast, _ = with_knob(vae, "family", "kind", "gaussian")
    assert restored(fast, kept) == before
    assert remembered_sizes(kept, vae, before) == {}


@pytest.mark.parametrize("name", presets())
def test_presets_keep_well_within_the_time(name: str) -> None:
    assert presets()[name].experiment.seconds < TIME_BUDGET / 10


@pytest.mark.parametrize(
    ("settings", "where"),
    [
        ({"family": {"kind": "gan"}}, "generations"),
        ({"family": {"kind": "gan"}, "generations": 40, "replicates": 139}, "replicates"),
        ({"source": {"kind": "text"}, "family": {"kind": "transformer"}, "n": 20_000, "generations": 10, "replicates": 1}, "n"),
        ({"family": {"kind": "flow", "steps": 5000}, "generations": 40}, "replicates"),
    ],
)
def test_a_run_of_hours_is_refused_with_one_sentence(settings: dict[str, Any], where: str) -> None:
    with pytest.raises(SpecError) as refused:
        usual(**settings)
    problem = refused.value
    assert problem.where == where
    assert "hours and at most 1 is given; got" in str(problem)
    flat = {"source": "ring", "family": "gan", "generations": "5000", "replicates": "400"}
    mended, notes = nearest(flat, usual())
    assert mended.seconds <= TIME_BUDGET
    assert notes


def test_the_page_says_it_once_and_gives_a_way_back() -> None:
    app = opened(**to_link(usual(generations=7, replicates=20)))
    app.radio(key="knob:family.kind").set_value("gan").run()
    for button in stop_buttons(app):
        button.click().run()
    assert (experiment_of(app).generations, experiment_of(app).replicates) == (5, 2)
    assert [sentence for sentence in warned(app) if "takes a while to train" in sentence]
    (back,) = [button for button in app.button if button.label == "Use 7 generations and 20 repeats anyway"]
    back.click().run()
    for button in stop_buttons(app):
        button.click().run()
    payload(app, whole=False)
    assert (address(app)["family"], address(app)["generations"], address(app)["replicates"]) == ("gan", "7", "20")
    assert not [sentence for sentence in warned(app) if "takes a while" in sentence]
    assert not [button for button in app.button if "anyway" in button.label]


def test_the_page_gives_the_sizes_back_when_a_fast_model_follows() -> None:
    app = opened(**to_link(usual(generations=7, replicates=20)))
    app.radio(key="knob:family.kind").set_value("gan").run()
    for button in stop_buttons(app):
        button.click().run()
    assert (experiment_of(app).generations, experiment_of(app).replicates) == (5, 2)
    app.radio(key="knob:family.kind").set_value("gmm").run()
    assert (experiment_of(app).family.kind_name(), experiment_of(app).generations, experiment_of(app).replicates) == ("gmm", 7, 20)
    assert not [sentence for sentence in warned(app) if "takes a while" in sentence]
