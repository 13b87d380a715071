"""What the neural presets tell, against the scatter of their worlds."""

from __future__ import annotations

import numpy as np
from telling import run_of


def test_the_latents_of_an_autoencoder_draw_in_by_about_a_tenth_a_generation() -> None:
    found = run_of("vae_digits").metrics["latent_spread"][:, 1:]
    kept = found[:, 1:] / found[:, :-1]
    assert (kept < 1).all()
    assert 0.85 < np.exp(np.log(kept).mean()) < 0.93
    # Nature 2024, released code: .688 .603 .534 .483 .443, mean of five runs.
    paper = np.array([0.688, 0.603, 0.534, 0.483, 0.443])
    np.testing.assert_allclose(kept.mean(axis=0), paper[1:] / paper[:-1], atol=0.05)


def test_a_gan_loses_some_islands_at_once_and_more_from_generation_to_generation() -> None:
    alive = run_of("gan_grid").metrics["modes_alive"]
    assert (alive[:, 0] == 25).all()
    assert (alive[:, 1] < 25).all()
    assert (alive[:, 4] < alive[:, 1]).all()
    assert alive[:, 6].mean() <= alive[:, 1].mean() - 5


def test_a_cautious_flow_keeps_its_precision_and_loses_recall() -> None:
    run = run_of("flow_cautious")
    precision, recall = run.metrics["precision"], run.metrics["recall"]
    assert (precision[:, 4] > precision[:, 1] - 0.03).all()
    assert (np.diff(recall, axis=1) < 0.03).all()
    assert (recall[:, 4] < 0.65 * recall[:, 1]).all()
