"""The first screen, before anything on it was opened: plain words, each term that stays explained, one number for one thing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from generating import quick_experiments

from dashboard.controls import loop_bar
from dashboard.figures import View
from dashboard.glossary import TERMS, forms, meanings, terms_in
from dashboard.player.payload import default_curves, metrics_for, payload, replicate_shown
from sim import Run, simulate
from sim.presets import presets
from sim.regimes import regimes
from sim.store.shipped import run_of

JARGON = re.compile(
    r"\b(?:worlds?|medians?|typical paths?|standard errors?|noise floors?|closed forms?|replicates?|regimes?|root mean squares?)\b",
    re.IGNORECASE,
)
"""What issue 18 counts on the closed first screen, and asks to be none; and the field's words for two of them."""


def shown(run: Run) -> dict[str, Any]:
    """What the stage receives of a run."""
    curves = tuple(name for name in default_curves(run.experiment) if name in run.metrics)
    return payload(View(run, replicate_shown(run, None), curves))


def written(found: dict[str, Any]) -> Iterator[str]:
    """Everything that can be read while nothing is opened."""
    yield from (found["verdict"], found["line"], *found["captions"], *(moment["text"] for moment in found["highlights"]))
    yield from (choice["text"] for part in ("worlds", "maps") for choice in found[part])
    for panel in found["panels"]:
        yield panel["title"]
        yield from (entry["text"] for part in ("legend", "names") for entry in panel.get(part, ()))
        for trace in panel["data"]:
            words = trace.get("text", [])
            yield from (word for word in ([words] if isinstance(words, str) else words) if isinstance(word, str))
        axes = (axis.get("title", {}) for axis in panel["layout"].values() if isinstance(axis, dict))
        yield from (title["text"] for title in axes if isinstance(title, dict) and "text" in title)


@pytest.mark.parametrize("name", presets())
def test_no_preset_has_a_word_of_jargon_on_its_closed_first_screen(name: str) -> None:
    assert [text for text in written(shown(run_of(name))) if JARGON.search(text)] == []


def test_no_random_run_has_one_either() -> None:
    found: list[str] = []
    for experiment in quick_experiments(18, 60):
        run = simulate(experiment, metrics_for(experiment, default_curves(experiment)))
        found += [text for text in written(shown(run)) if JARGON.search(text)]
    assert found == []


def test_the_loop_bar_has_none() -> None:
    kept = [one().kept(n_real) for n_real in (0, 7) for one in regimes]
    assert not [text for text in (loop_bar.TITLE, loop_bar.SUBTITLE, *kept) if JARGON.search(text)]


@pytest.mark.parametrize("name", presets())
def test_what_the_line_of_how_sure_says_is_explained_there(name: str) -> None:
    found = shown(run_of(name))
    used = {word.lower() for word in JARGON.findall(found["detail"]) if word.lower() in forms()}
    assert used <= set(found["terms"])
    told = [found["verdict"], found["line"], found["detail"], *found["captions"], *(panel["title"] for panel in found["panels"])]
    assert set(meanings("\n".join(told))) <= set(found["terms"])
    assert all(found["terms"][form] == forms()[form].meaning for form in found["terms"])


def test_every_term_has_one_meaning_in_whole_sentences() -> None:
    every = [form for term in TERMS for form in (term.name, *term.forms)]
    assert len(set(every)) == len(every)
    assert all(re.fullmatch(r"[A-Z].*\.", term.meaning) for term in TERMS)


def test_terms_are_found_as_whole_words_and_the_longest_first() -> None:
    assert list(meanings("The far tails of widespread rows; Tails.")) == ["far tails", "rows", "tails"]
    assert [term.name for term in terms_in("rows, a row and typically the spread")] == ["row", "typical repeat", "spread"]
