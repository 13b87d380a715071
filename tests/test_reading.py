"""What the page says of a run is read, sentence by sentence, and held against the run's arrays; and phases against headlines."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from types import ModuleType
from typing import Any, Final

import numpy as np
import pytest
import readings_captions
import readings_details
import readings_figures
import readings_line
import readings_modes
import readings_shape
import readings_text
import readings_verdicts
import readings_words
from generating import quick_experiments
from reading import objections, read
from readings_phases import bears_out, disagreements, misread
from seen import Seen

from dashboard.details.about import phase_lines
from dashboard.figures import View
from dashboard.player.payload import default_curves, metrics_for, payload, replicate_shown
from sim import Experiment, Run, simulate
from sim.state import Ending
from sim.verdicts.phases import Phase, phases

READ_BY: Final[tuple[ModuleType, ...]] = (
    readings_verdicts,
    readings_shape,
    readings_details,
    readings_captions,
    readings_modes,
    readings_words,
    readings_text,
    readings_figures,
    readings_line,
)
"""Where readings are: they are known once these are imported."""

SEED: Final = 17
MANY, CHUNKS = 2000, 10


def ran(experiment: Experiment) -> Run:
    """A run as the page asks for it."""
    return simulate(experiment, metrics_for(experiment, default_curves(experiment)))


def texts(shown: dict[str, Any], run: Run) -> Iterator[tuple[str, int]]:
    """Everything that the page says of a run, with the generation that it stands beside."""
    yield shown["verdict"], run.last
    yield shown["line"], run.last
    yield shown["detail"], run.last
    yield run.ending.sentence, run.last
    yield from zip(shown["captions"], shown["generations"], strict=True)
    yield from ((moment["text"], moment["t"]) for moment in shown["highlights"])
    yield from ((panel["alt"], run.last) for panel in shown["panels"] if _is_read(panel["name"]))


def _is_read(panel: str) -> bool:
    return panel in readings_figures.PANELS or panel.startswith("curve-")


def faults(run: Run) -> list[str]:
    """What is wrong with what the page says of a run, each once."""
    view = View(run, replicate_shown(run, None), default_curves(run.experiment))
    shown, seen, found = payload(view), Seen(run, view.replicate), list[str]()
    for text, t in texts(shown, run):
        found += objections(text, t, seen)
    told = phases(run)
    found += misread(phase_lines(told), told)
    for statement in read(f"{shown['verdict']} {shown['detail']}", run.last)[0]:
        found += disagreements(statement.sentence, told[-1])
    borne_out = {phase: bears_out(seen, phase) for phase in set(told)}
    found += [f"nothing bears out that generation {t} is {phase}" for t, phase in enumerate(told) if t and not borne_out[phase][t]]
    return list(dict.fromkeys(found))


def all_faults(experiments: Iterator[Experiment]) -> list[str]:
    """The same of many experiments, with the experiment that each is of."""
    return [f"{fault} {experiment.to_json()}" for experiment in experiments for fault in faults(ran(experiment))]


def test_every_sentence_of_sixty_runs_is_true_of_their_arrays() -> None:
    assert all_faults(quick_experiments(SEED, 60)) == []


@pytest.mark.verify
@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_every_sentence_of_two_thousand_runs_is_true_of_their_arrays(chunk: int) -> None:
    assert all_faults(islice(quick_experiments(SEED + 1, MANY), chunk, None, CHUNKS)) == []


LOOPS: Final[dict[str, dict[str, Any]]] = {
    "line": {"source": {"kind": "normal"}, "family": {"kind": "gaussian"}},
    "plane": {"source": {"kind": "ring"}, "family": {"kind": "kde"}},
    "data": {"source": {"kind": "breast_cancer"}, "family": {"kind": "gaussian"}},
    "words": {"source": {"kind": "zipf"}, "family": {"kind": "categorical"}},
    "text": {"source": {"kind": "own_text"}, "family": {"kind": "ngram"}},
}


def loop(kind: str, **settings: Any) -> Run:
    """A small run of each kind of rows."""
    usual = {"n": 6, "generations": 9, "replicates": 3}
    return ran(Experiment.model_validate({**LOOPS[kind], **usual, **settings}))


@pytest.mark.parametrize("kind", LOOPS)
@pytest.mark.parametrize("least", [("replicates",), ("n",), ("generations",), ("n", "replicates", "generations")], ids="-".join)
def test_of_one_world_one_row_and_one_generation_nothing_untrue_is_said(kind: str, least: tuple[str, ...]) -> None:
    assert faults(loop(kind, **dict.fromkeys(least, 1))) == []


@pytest.mark.parametrize("kind", LOOPS)
def test_of_a_run_in_which_nothing_could_be_measured_nothing_untrue_is_said(kind: str) -> None:
    run = loop(kind)
    nothing = {name: np.full_like(values, np.nan) for name, values in run.metrics.items()}
    assert faults(replace(run, metrics=nothing)) == []


@pytest.mark.parametrize("worlds", [1, 2, 3])
@pytest.mark.parametrize("value", [np.inf, np.nan])
def test_infinite_perplexity_is_told_as_such(worlds: int, value: float) -> None:
    run = loop("text", replicates=worlds)
    metrics = dict(run.metrics)
    metrics["held_out_perplexity"] = np.where(np.arange(10) > 3, value, run.metrics["held_out_perplexity"])
    assert faults(replace(run, metrics=metrics)) == []


ENDINGS: Final = {
    "stopped": lambda t: Ending("cancelled", t, f"Stopped after generation {t} of 9."),
    "diverged": lambda t: Ending("diverged", t + 1, f"In generation {t + 1} the numbers grew beyond all bounds."),
    "impossible": lambda t: Ending(
        "impossible", t + 1, f"No model could be fitted for generation {t + 1}: a mixture needs finite numbers."
    ),
}


@pytest.mark.parametrize("kind", LOOPS)
@pytest.mark.parametrize("ending", ENDINGS)
@pytest.mark.parametrize("t", [0, 1, 4])
@pytest.mark.parametrize("worlds", [1, 12])
def test_of_a_run_that_ended_early_only_what_was_measured_is_told(kind: str, ending: str, t: int, worlds: int) -> None:
    run = loop(kind, replicates=worlds)
    measured = {name: np.where(np.arange(10) <= t, values, np.nan) for name, values in run.metrics.items()}
    assert faults(replace(run, metrics=measured, ending=ENDINGS[ending](t))) == []


@pytest.mark.parametrize("kind", ["line", "plane", "words"])
def test_of_very_many_worlds_nothing_untrue_is_said(kind: str) -> None:
    few = {"source": {"kind": "zipf", "vocabulary": 20}} if kind == "words" else {}
    assert faults(loop(kind, n=2, generations=2, replicates=20_000, **few)) == []


def test_of_a_run_with_more_generations_than_frames_nothing_untrue_is_said() -> None:
    assert faults(loop("line", generations=150)) == []


UNTRUE: Final = {
    "it widens and does not": "It widens: a typical repeat ends with 98 % of the spread.",
    "it holds a tenth": "It holds up to generation 9: a typical repeat keeps 9.8 % of the spread.",
    "lower and all of it": "The spread is smaller than chance allows: in generation 9 a typical repeat keeps 100 % of it.",
    "too early": "Half of the spread is gone by generation 1.",
    "of another generation": "One run, up to generation 8: it ends with 98 % of the spread.",
    "half a world": "At the end repeats with less than half of the spread left: 1.5 of 3; wider than the truth: 0.",
    "not these worlds": "At the end repeats with less than half of the spread left: 0 of 4; wider than the truth: 0.",
    "no number": "In generation 9 a typical repeat is within what 6 real rows may show: in the median – of the spread is kept.",
    "not filled": "Half of the spread is gone by generation {late}.",
    "a gap": "3 repeats of the loop, each with its own random numbers,  seed 0; what is typical of them is the median.",
    "not the seed": "3 repeats of the loop, each with its own random numbers, seed 1; what is typical of them is the median.",
    "nobody wrote a reading": "Variety is the spice of life.",
    "agrees and does not": "At generation 9 the measured total variance agrees with theory (typical path, z = 4.0).",
    "not the closed form": "Closed form of the typical path: half at 40.",
    "as near as ever": "From generation 1 on the shape is farther from the real one than chance allows; a typical repeat has 40 % of the "
    "spread.",
}


@pytest.mark.parametrize("why", UNTRUE)
def test_the_reader_objects_to_what_is_not_so(why: str) -> None:
    run = loop("line")
    assert list(objections(UNTRUE[why], run.last, Seen(run)))


@pytest.mark.parametrize(
    ("sentence", "phase"),
    [
        ("It holds up to generation 9: a typical repeat keeps 100 % of the spread.", "not yet"),
        ("Half of the spread is gone by generation 4.", "early"),
        ("It widens: a typical repeat ends with 120 % of the spread.", "stable"),
        ("By generation 9, 3 of 8 modes are gone for good in a typical repeat; luck alone would miss 0.1 a repeat.", "not yet"),
        ("Too few rows to tell: 4 real rows alone may show less than half of the spread.", "late"),
    ],
)
def test_the_reader_sees_a_headline_beside_a_phase_that_it_contradicts(sentence: str, phase: str) -> None:
    assert list(disagreements(sentence, phase))


def test_the_reader_sees_a_generation_that_the_list_of_phases_leaves_out() -> None:
    told: list[Phase] = ["not yet"] * 3 + ["early"] * 6
    assert list(misread(phase_lines(told), told)) == []
    assert list(misread(phase_lines(told[:-1]), told))
    assert list(misread(["Generations 0 to 8: Not yet: nothing is lost."], told))
