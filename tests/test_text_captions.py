"""Captions of language runs: computed, in the unit of the tokens, and exact about what died."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np
import pytest

from dashboard.captions.run import caption, detail, verdict
from dashboard.captions.text import words_gone
from dashboard.figures import View
from dashboard.figures.passages import passages
from dashboard.figures.surprise import surprise
from dashboard.player.payload import default_curves, metrics_for, payload
from dashboard.theme import number, percent
from sim import Experiment, Run, simulate
from sim.presets import presets
from sim.spaces import Space
from sim.store.shipped import run_of as run_of_preset
from sim.store.shipped import shipped_run
from sim.tokens import UNKNOWN
from sim.verdicts.medians import median_at
from sim.verdicts.spread import true_spread, whole_spread


@cache
def run_of(unit: str, replicates: int = 3) -> Run:
    experiment = Experiment.model_validate(
        {
            "source": {"kind": "text", "unit": unit, "length": 32},
            "family": {"kind": "ngram", "order": 2},
            "n": 60,
            "generations": 4,
            "replicates": replicates,
        }
    )
    return simulate(experiment, metrics_for(experiment, default_curves(experiment)))


def said(run: Run) -> str:
    shown: dict[str, Any] = payload(View(run, 0, default_curves(run.experiment)))
    panels = [text for panel in shown["panels"] for text in (panel["title"], panel["alt"] if panel["name"] != "passages" else "")]
    return re.sub("“[^”]*”", "", " ".join([shown["verdict"], shown["detail"], *shown["captions"], *panels]))


def test_a_space_speaks_of_its_own_tokens() -> None:
    letters = Space("sequences", ("token 1",), 3, words=("a", "b", "c"), unit="character")
    assert letters.with_unit("Words go extinct: 3 words, one word; wordy") == "Characters go extinct: 3 characters, one character; wordy"
    assert Space("tokens", ("token",), 3).with_unit("Words go extinct") == "Words go extinct"


def test_runs_over_characters_never_speak_of_words_and_the_other_way_round() -> None:
    letters, words = said(run_of("characters")).lower(), said(run_of("words")).lower()
    assert "character" in letters
    assert "word" not in letters
    assert "words" in words
    assert "character" not in words


@pytest.mark.parametrize("unit", ["characters", "words"])
def test_a_caption_has_the_numbers_of_its_generation(unit: str) -> None:
    run = run_of(unit)
    for t in (1, 2, 4):
        sentence = caption(View(run, 0, ()), t)
        assert f"perplexity {number(float(np.median(run.metrics['held_out_perplexity'][:, t])))} on new real text" in sentence
        assert f"{number(float(np.median(run.metrics['tokens_alive'][:, t])))} different {unit}" in sentence
        assert f"{number(float(np.median(run.metrics['longest_copy'][:, t])))} {unit} long" in sentence
        assert ("at generation 1)" in sentence) == (t > 1)


@pytest.mark.parametrize(("change", "words"), [(2.0, "rises in every repeat"), (0.5, "falls in every repeat"), (1.0, "is typically")])
def test_the_verdict_is_about_perplexity_and_the_words_come_second(change: float, words: str) -> None:
    run = run_of("words")
    bent = run.metrics["held_out_perplexity"].copy()
    bent[:, 4] = change * bent[:, 1]
    bent_run = replace(run, metrics={**run.metrics, "held_out_perplexity": bent})
    sentence = verdict(bent_run)
    assert words in sentence
    assert number(float(np.median(bent[:, 4]))) in sentence
    assert sentence not in detail(bent_run)
    silent = replace(run, metrics={name: values for name, values in run.metrics.items() if name != "held_out_perplexity"})
    assert detail(bent_run).startswith(verdict(silent)), "what became of the words"
    assert not detail(silent).startswith(verdict(silent))


def test_the_words_that_died_are_counted_by_hand() -> None:
    """Six words: always there, gone from 2 on, gone from 3 on, back at 4, never there, and new at 1."""
    run = run_of("words")
    assert run.counts is not None
    counts = np.ones_like(run.counts)
    told = run.experiment.source.space.words
    counts[1, 2:, 10] = counts[1, 3:, 11] = counts[1, 1:4, 12] = counts[1, :, 13] = counts[1, 0, 14] = 0
    view = View(replace(run, counts=counts), 1, ())
    every = f"{np.count_nonzero(run.experiment.source.reference().probabilities):,}"
    assert words_gone(view, 0) == words_gone(view, 1) == ""
    assert words_gone(view, 2) == f" Not drawn again in repeat 2 up to generation 4: 1 of {every} words, lastly “{told[10]}”."
    assert words_gone(view, 3) == f" Not drawn again in repeat 2 up to generation 4: 2 of {every} words, lastly “{told[11]}”."
    assert words_gone(view, 4) == words_gone(view, 3)
    assert words_gone(View(view.run, 0, ()), 4) == ""


def test_absence_is_not_called_for_good_where_words_come_back() -> None:
    """The same run, three generations longer, draws some of them again."""
    short = run_of("words")
    long = simulate(short.experiment.but(generations=7), ["tokens_alive"])
    assert short.counts is not None
    assert long.counts is not None
    assert np.array_equal(long.counts[:, :5], short.counts)
    dead = (short.counts[:, 4] == 0) & short.counts[:, :4].any(axis=1)
    assert (dead & long.counts[:, 5:].any(axis=1)).any()
    assert "for good" not in said(short)


def words_run(**changes: Any) -> Run:
    setup = {
        "source": {"kind": "zipf", "vocabulary": 300},
        "family": {"kind": "categorical"},
        "n": 100,
        "generations": 30,
        "replicates": 20,
    }
    return simulate(Experiment.model_validate({**setup, **changes}), ("diversity", "tokens_alive", "rare_mass"))


def test_words_go_extinct_only_where_none_can_come_back() -> None:
    assert verdict(words_run()).startswith("Words go extinct: ")
    for back in ({"real_share": 0.1}, {"regime": {"kind": "accumulate"}}):
        assert verdict(words_run(**back)).startswith("Fewer words are drawn than chance allows from generation ")


@pytest.mark.parametrize("name", ["language_real_tenth", "language_accumulates"])
def test_characters_that_come_back_did_not_go_extinct(name: str) -> None:
    shipped = shipped_run(presets()[name].experiment)
    assert shipped is not None
    run = shipped.run
    assert run.counts is not None
    drawn = run.counts[:, : run.last + 1] > 0
    assert ((~drawn[:, :-1]) & drawn[:, 1:]).any(), "some do come back"
    assert "extinct" not in f"{verdict(run)} {detail(run)}"


def test_a_number_of_one_has_its_own_noun() -> None:
    gone = words_run(n=10, generations=150)
    assert number(median_at(gone.metrics, "tokens_alive", 150, whole=True)) == "1"
    said = caption(View(gone, 0, ()), 150)
    assert "1 different word in a typical repeat" in said
    lonely = words_run(n=1)
    assert verdict(lonely) == "With one word a generation there is no diversity to measure."
    assert caption(View(lonely, 0, ()), 3) == "Generation 3: one word in every repeat, and no diversity to measure."
    assert caption(View(lonely, 0, ()), 0) == "Generation 0: 1 real row in every repeat. No model has learned anything yet."
    assert "real row" not in detail(lonely)


def test_diversity_is_told_as_a_share_of_what_it_is_a_share_of() -> None:
    """The truth's, where that many real words show at least nine tenths of it; else what they show."""
    many, few = words_run(n=15, generations=3), words_run(n=5, generations=3)
    assert whole_spread(many) == true_spread(many)
    assert whole_spread(few) < true_spread(few)
    assert "of the real data's diversity" in caption(View(many, 0, ()), 2)
    assert "of real rows' diversity" in caption(View(few, 0, ()), 2)


def test_copies_are_told_of_the_worlds_that_were_looked_at() -> None:
    run = run_of("characters", 5)
    assert np.isfinite(run.metrics["longest_copy"][:, 2]).sum() == 4
    assert "long on average (measured in 4 of 5 repeats)" in caption(View(run, 0, ()), 2)
    assert "(measured in" not in caption(View(run_of("characters"), 0, ()), 2)


@pytest.mark.parametrize("worlds", [1, 3])
def test_a_perplexity_that_is_infinite_is_told(worlds: int) -> None:
    """Without smoothing a word pair that model 1 never read is impossible to it."""
    settings = {"source": {"kind": "text"}, "family": {"kind": "ngram", "smoothing": 0}, "n": 300, "generations": 3}
    experiment = Experiment.model_validate({**settings, "replicates": worlds})
    run = simulate(experiment, metrics_for(experiment, default_curves(experiment)))
    assert np.isnan(run.metrics["held_out_perplexity"]).all()
    assert "perplexity on new real text is infinite at generation 3" in verdict(run).replace("P", "p")
    assert ("of 3 repeats" in verdict(run)) == (worlds == 3)
    view = View(run, 0, ())
    assert "infinite perplexity on new real text" in caption(view, 2)
    (panel,) = surprise(view)
    lost = float(np.isinf(run.real_surprise[0]).mean())
    assert panel.title.endswith(f", {percent(1 - lost)} of real in grey")
    assert f"that of real passages is infinite; {percent(lost)} of the real passages are impossible to model 1" in panel.alt


def test_the_unknown_sign_is_explained_where_there_is_one() -> None:
    def help_of(source: dict[str, str]) -> str:
        experiment = Experiment.model_validate({"source": source, "family": {"kind": "ngram"}, "n": 30, "generations": 1, "replicates": 1})
        (panel,) = passages(View(simulate(experiment, []), 0, ()))
        return panel.help

    assert f"{UNKNOWN} stands for every character" in help_of({"kind": "text"})
    assert f"{UNKNOWN} stands for every word" in help_of({"kind": "text", "unit": "words"})
    assert UNKNOWN not in help_of({"kind": "grammar"})


def test_tails_that_few_real_rows_lack_too_are_not_called_gone() -> None:
    """Of ten real rows half a row lies in the tails, so in the median none does, in generation 0 already."""
    setup = {"source": {"kind": "normal"}, "family": {"kind": "gaussian"}, "n": 10, "generations": 2, "replicates": 1000}
    experiment = Experiment.model_validate(setup)
    run = simulate(experiment, metrics_for(experiment, default_curves(experiment)))
    assert median_at(run.metrics, "tail_mass", 0) == 0
    assert "generation 0" not in verdict(run)


def test_within_what_real_rows_show_is_said_of_the_typical_world_only() -> None:
    """Of these worlds some have lost more than half, which is no chance; the typical one has not."""
    setup = {"source": {"kind": "normal"}, "family": {"kind": "gaussian"}, "n": 20, "generations": 5}
    experiment = Experiment.model_validate({**setup, "replicates": 50})
    run = simulate(experiment, metrics_for(experiment, default_curves(experiment)))
    assert verdict(run).startswith("In generation 5 a typical repeat is within what 20 real rows may show: ")


def test_why_no_later_generation_is_held_against_the_theory_is_said() -> None:
    """A mean over sixty-four rows and twenty worlds is compared up to n/4; the typical path of one column up to the end."""
    assert "At generation 16, the last that can be tested, " in detail(run_of_preset("modes_die"))
    assert detail(run_of_preset("modes_die")).endswith(" Later too few repeats carry the mean for a test.")
    assert "carry the mean" not in detail(run_of_preset("shrinks"))
