"""Captions of language runs: computed, in the unit of the tokens, and exact about what died."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

import numpy as np
import pytest

from dashboard.captions import captions, verdict
from dashboard.figures import View
from dashboard.film import default_curves, film, metrics_for
from dashboard.text_captions import died_now
from dashboard.theme import number
from sim import Experiment, Run, simulate
from sim.sources import Space


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
    shown: dict[str, Any] = film(View(run, 0, default_curves(run.experiment)))
    panels = [text for panel in shown["panels"] for text in (panel["title"], panel["alt"] if panel["name"] != "passages" else "")]
    return re.sub("“[^”]*”", "", " ".join([shown["verdict"], shown["detail"], *shown["captions"], *panels]))


def test_a_space_speaks_of_its_own_tokens() -> None:
    letters = Space("sequences", ("token 1",), 3, words=("a", "b", "c"), unit="character")
    assert letters.spoken("Words go extinct: 3 words, one word; wordy") == "Characters go extinct: 3 characters, one character; wordy"
    assert Space("tokens", ("token",), 3).spoken("Words go extinct") == "Words go extinct"


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
        sentence = captions(View(run, 0, ()), t)
        assert f"perplexity {number(float(np.median(run.metrics['held_out_perplexity'][:, t])))} on new real text" in sentence
        assert f"{number(float(np.median(run.metrics['tokens_alive'][:, t])))} different {unit}" in sentence
        assert f"{number(float(np.median(run.metrics['longest_copy'][:, t])))} {unit} long" in sentence
        assert ("at generation 1)" in sentence) == (t > 1)
    assert verdict(run)


def test_the_words_that_died_are_counted_by_hand() -> None:
    run = run_of("words")
    truth = run.experiment.source.reference().probabilities
    assert truth is not None
    assert run.tallies is not None
    for t in (1, 3, 4):
        later = run.tallies[1, t:].sum(axis=0)
        dead = [word for word in np.flatnonzero(truth > 0) if later[word] == 0 and run.tallies[1, :t, word].sum() > 0]
        words = died_now(View(run, 1, ()), t)
        assert f"Gone for good in world 2: {len(dead)} of {np.count_nonzero(truth):,} words" in words
        newest = [word for word in dead if run.tallies[1, t - 1, word] > 0]
        if newest:
            assert f"“{run.experiment.source.space.words[max(newest, key=lambda word: truth[word])]}”" in words
    assert died_now(View(run, 1, ()), 0) == ""
