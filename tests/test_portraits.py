"""What a run keeps for the eye: the same latent draws in every generation, and the surprise of real passages."""

from __future__ import annotations

import base64
from typing import Any

import numpy as np
import pytest

from dashboard.figures import View, panels
from dashboard.runs.job import Job
from sim import Experiment, Run, simulate
from sim.engine import PORTRAITS, advance, start

DIGITS: dict[str, Any] = {"source": {"kind": "digits"}, "n": 40, "generations": 3, "replicates": 2}
TEXT: dict[str, Any] = {"source": {"kind": "text"}, "family": {"kind": "ngram", "order": 2}, "n": 50, "generations": 3, "replicates": 2}


def linear(**changes: Any) -> Experiment:
    return Experiment.model_validate({**DIGITS, "family": {"kind": "vae", "width": 0, **changes}})


def panel(run: Run, name: str) -> dict[str, Any]:
    return next(found for found in panels(View(run, 1, ())) if found["name"] == name)


@pytest.mark.parametrize(
    "family", [{"kind": "vae", "width": 0}, {"kind": "vae", "steps": 2}, {"kind": "gan", "steps": 2}, {"kind": "flow", "steps": 2}]
)
def test_a_place_is_the_same_latent_draw_for_every_model(family: dict[str, Any]) -> None:
    experiment = Experiment.model_validate({**DIGITS, "family": family})
    one = advance(experiment, start(experiment))
    again = advance(experiment, start(experiment))
    assert one.portraits is not None
    assert one.portraits.shape == (2, PORTRAITS, 64)
    assert np.array_equal(one.portraits, again.portraits)
    assert not np.array_equal(one.portraits[0], one.portraits[1])


def test_latent_draws_are_followed_and_rows_are_not() -> None:
    """Model t's linear writer is centre + gain z axes: read z back from the pictures, and it is the same for each t."""
    experiment = linear(latent=2)
    run = simulate(experiment, ["total_variance"])
    assert run.portraits is not None
    assert np.isnan(run.portraits[:, 0]).all()
    state, found = start(experiment), []
    for t in range(1, 4):
        state = advance(experiment, state)
        assert np.array_equal(run.portraits[:, t], state.portraits)
        pictures = run.portraits[0, t] - run.portraits[0, t].mean(axis=0)
        u, s, _ = np.linalg.svd(pictures.astype(float), full_matrices=False)
        assert s[2] < 1e-3 * s[0]
        found.append(np.linalg.qr(u[:, :2])[0])
    for later in found[1:]:  # the plane that the 60 draws of two numbers span does not change
        assert np.linalg.svd(found[0].T @ later)[1].min() > 0.999


def test_only_pictures_of_latent_models_have_portraits() -> None:
    ring = Experiment.model_validate({"source": {"kind": "ring"}, "family": {"kind": "vae", "width": 0}, "n": 20, "generations": 1})
    kde = Experiment.model_validate({**DIGITS, "family": {"kind": "kde"}})
    assert simulate(ring, []).portraits is None
    assert simulate(kde, []).portraits is None


def test_the_grid_shows_real_rows_first_and_then_the_portraits() -> None:
    run = simulate(linear(), ["total_variance"])
    assert run.portraits is not None
    shown = panel(run, "images")
    grey = np.frombuffer(base64.b64decode(shown["pixels"]), dtype=np.uint8).reshape(4, shown["count"], 64)
    low, high = (float(f(run.experiment.source.reference().rows)) for f in (np.min, np.max))
    for t, rows in enumerate([run.samples[1, 0], *run.portraits[1, 1:]]):
        assert np.array_equal(grey[t], np.clip((rows[: shown["count"]] - low) / (high - low) * 255, 0, 255).astype(np.uint8))
    assert "latent draw" in shown["title"]


@pytest.mark.parametrize("experiment", [linear(), Experiment.model_validate(TEXT)])
def test_a_run_that_grows_out_of_a_shorter_one_keeps_both(experiment: Experiment) -> None:
    short = Job((experiment.but(generations=2), frozenset()))
    short.future.set_result(short.compute())
    grown = Job((experiment, frozenset()))
    grown.go_on_from(short)
    whole, resumed = simulate(experiment, []), grown.compute()
    for part in ("portraits", "real_surprise"):
        a, b = getattr(whole, part), getattr(resumed, part)
        assert (a is None) == (b is None)
        assert a is None or (np.array_equal(a, b, equal_nan=True) and a.dtype == b.dtype)


def test_real_passages_are_those_no_model_saw_judged_by_model_1() -> None:
    experiment = Experiment.model_validate(TEXT)
    run = simulate(experiment, ["held_out_perplexity"])
    assert run.real_surprise is not None
    perplexity = np.exp(run.real_surprise.mean(axis=1) / 64)
    assert np.allclose(perplexity, run.metrics["held_out_perplexity"][:, 1], rtol=1e-4)


def test_the_histogram_holds_every_passage_and_the_real_ones_behind() -> None:
    run = simulate(Experiment.model_validate(TEXT), ["held_out_perplexity"])
    assert run.real_surprise is not None
    assert run.surprise is not None
    shown = panel(run, "surprise")
    assert sum(shown["data"][0]["y"][:-1]) == pytest.approx(1, abs=0.01)
    for t, frame in enumerate(shown["frames"]):
        assert sum(frame["data"][0]["y"][:-1]) == pytest.approx(1 if t else 0, abs=0.01)
    edges = np.array(shown["data"][0]["x"])
    assert edges[0] < np.exp(np.quantile(run.real_surprise[1], 0.5) / 64) < edges[-1]
    assert f"{np.exp(np.median(run.surprise[1, 3].astype(float) / 64)):.3g} in generation 3" in shown["alt"]
    assert f"real passages is {np.exp(np.median(run.real_surprise[1].astype(float) / 64)):.3g}" in shown["alt"]
    assert len(shown["layout"]["xaxis"]["tickvals"]) <= 6


def test_impossible_passages_are_told_and_not_lost() -> None:
    experiment = Experiment.model_validate({**TEXT, "family": {"kind": "ngram", "order": 2, "smoothing": 0}, "real_share": 0.5})
    run = simulate(experiment, ["tokens_alive"])
    assert run.surprise is not None
    shown = panel(run, "surprise")
    for t, frame in enumerate(shown["frames"][1:], 1):
        lost = float(np.isinf(run.surprise[1, t]).mean())
        assert sum(frame["data"][0]["y"][:-1]) == pytest.approx(1 - lost, abs=0.01)
        assert ("impossible" in frame["data"][1]["text"][0]) == (lost > 0)
