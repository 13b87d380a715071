"""What the language presets tell, against the scatter of their worlds: worse and worse, much less so, hardly."""

from __future__ import annotations

import numpy as np
from telling import run_of

from sim.arrays import Floats


def perplexity(name: str) -> Floats:
    """Held-out perplexity of models 1 to 10, (worlds, 10)."""
    return run_of(name).metrics["held_out_perplexity"][:, 1:]


def test_replacing_makes_every_world_worse_with_every_generation_and_beyond_the_noise() -> None:
    found = perplexity("language_replaced")
    assert (np.diff(found, axis=1) > 0).all()
    steps = np.diff(found, axis=1)
    assert (steps.mean(axis=0) > 2 * steps.std(axis=0, ddof=1) / np.sqrt(len(steps))).all()
    rise = found[:, -1] - found[:, 0]
    assert rise.mean() > 20 * found[:, 0].std(ddof=1)


def test_a_tenth_of_real_passages_saves_more_than_half_and_keeping_all_nearly_everything() -> None:
    names = ("language_replaced", "language_real_tenth", "language_accumulates")
    replaced, mixed, kept = (perplexity(name)[:, -1] - perplexity(name)[:, 0] for name in names)
    for name in names:
        np.testing.assert_array_equal(perplexity(name)[:, 0], perplexity(names[0])[:, 0])
    assert (mixed < replaced / 2).all()
    assert (kept < replaced / 4).all()


def test_ten_percent_real_levels_off_where_replacing_goes_on() -> None:
    late = {name: perplexity(name)[:, -1] - perplexity(name)[:, -4] for name in ("language_replaced", "language_real_tenth")}
    assert late["language_real_tenth"].mean() < late["language_replaced"].mean() / 2


def test_a_small_transformer_drifts_into_noise_and_not_into_repetition() -> None:
    run = run_of("transformer")
    assert (np.diff(run.metrics["distinct_3"], axis=1) > 0).all()
    assert (run.metrics["repetition"][:, 5] < run.metrics["repetition"][:, 1]).all()
    assert (run.metrics["tokens_alive"][:, 1:] >= run.metrics["tokens_alive"][:, :1]).all()
