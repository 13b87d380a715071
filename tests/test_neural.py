"""Neural families against what they must be: closed forms, the sources they learned, and worlds that do not see each other."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
import torch
from measuring import AGREES, score, z_of
from numpy.typing import NDArray
from scipy.stats import multivariate_normal

from sim import Experiment, SpecError, simulate
from sim.families import CannotFit, PreviousModel
from sim.families._fourier import fourier_width
from sim.families._mlp import initial_weights, layer_widths, layers, parameter_count
from sim.families._scaling import Scaling
from sim.families._training import LARGEST_LOSS, check_finite
from sim.families.flow import FittedFlow, Flow, _widths
from sim.families.gan import Gan, _logits_and_slopes
from sim.families.vae import Vae
from sim.metrics import Batch, metrics
from sim.sources import sources
from sim.spaces import Space
from sim.streams import Streams

Floats = NDArray[np.float64]
STREAMS = Streams(7, 2)
NEURAL: list[Any] = [Vae(steps=30), Gan(steps=30), Flow(steps=30)]
EVERY = pytest.mark.parametrize("family", NEURAL, ids=lambda family: family.kind_name())
SPREADS = np.array([2.0, 1.4, 1.0, 0.3])


def columns(rows: Floats) -> Space:
    return Space("columns", tuple("abcdefgh"[: rows.shape[2]]))


def fit(family: Any, rows: Floats, previous: PreviousModel | None = None, streams: Streams = STREAMS) -> Any:
    return family.fit(rows, columns(rows), streams.within("fit"), previous)


def draw(model: Any, n: int = 50, temperature: float = 1.0) -> Floats:
    return model.sample(n, STREAMS.within("sample"), temperature)


def ellipse(replicates: int, n: int) -> Floats:
    """Rows whose covariance has the eigenvalues SPREADS squared along the columns."""
    return np.random.default_rng(3).standard_normal((replicates, n, 4)) * SPREADS


def test_a_linear_autoencoder_takes_beta_times_noise_squared_from_every_eigenvalue() -> None:
    rows = ellipse(3, 200) @ np.linalg.qr(np.random.default_rng(1).standard_normal((4, 4)))[0]
    for latent, beta in ((4, 1.0), (2, 3.0)):
        model = fit(Vae(width=0, latent=latent, beta=beta, noise=0.4), rows)
        centred = rows - rows.mean(axis=1, keepdims=True)
        values = np.linalg.eigvalsh(centred.transpose(0, 2, 1) @ centred / 200)[:, ::-1][:, :latent]
        np.testing.assert_allclose(model.gain[:, 0] ** 2, np.maximum(values - beta * 0.16, 0), rtol=1e-10, atol=1e-12)


def test_decoder_means_lose_that_much_in_every_generation_even_with_many_rows() -> None:
    rows, beta, noise = ellipse(12, 40_000), 2.0, 0.3
    family = Vae(width=0, latent=4, beta=beta, noise=noise)
    for t in range(1, 6):
        rows = fit(family, rows, streams=Streams(1, t)).sample(40_000, Streams(1, t), 1.0)
        for column, expected in enumerate(np.maximum(SPREADS**2 - t * beta * noise**2, 0)):
            found = rows[:, :, column].var(axis=1)
            assert np.abs(found).max() < 1e-3 if expected == 0 else abs(z_of(found, expected)) < AGREES


def test_decoder_noise_gives_back_what_the_means_lose() -> None:
    rows, noise = ellipse(12, 40_000), 0.5
    family = Vae(width=0, latent=4, noise=noise, draws="samples")
    for t in range(1, 4):
        rows = fit(family, rows, streams=Streams(2, t)).sample(40_000, Streams(2, t), 1.0)
    for column, expected in enumerate(np.maximum(SPREADS**2, noise**2)):
        assert abs(z_of(rows[:, :, column].var(axis=1), expected)) < AGREES


def test_a_linear_autoencoder_is_a_gaussian_and_reads_by_its_posterior() -> None:
    rows, others = ellipse(2, 300), ellipse(2, 9)
    model = fit(Vae(width=0, latent=2, beta=2.0, noise=0.5), rows)
    for r in range(2):
        decoder = model.axes[r] * model.gain[r]
        law = multivariate_normal(model.centre[r, 0], decoder @ decoder.T + 0.25 * np.eye(4))
        np.testing.assert_allclose(model.log_prob(others)[r], law.logpdf(others[r]), rtol=1e-9)
        posterior = np.linalg.solve(decoder.T @ decoder + 2 * 0.25 * np.eye(2), decoder.T @ (others[r] - model.centre[r, 0]).T)
        np.testing.assert_allclose(model.encode(others)[r], posterior.T, rtol=1e-9)


def test_a_trained_autoencoder_loses_what_the_linear_one_does() -> None:
    rows = ellipse(4, 2000)
    found = draw(fit(Vae(latent=4, noise=0.5, steps=1500, width=64), rows), 4000).var(axis=1)
    exact = fit(Vae(width=0, latent=4, noise=0.5), rows).gain[:, 0] ** 2
    np.testing.assert_allclose(found[:, :3].sum(axis=1), exact[:, :3].sum(axis=1), rtol=0.1)
    assert found[:, 3].max() < 0.03


def test_a_flow_finds_its_source() -> None:
    rows = ellipse(2, 4000)[:, :, :2]
    model = fit(Flow(steps=800, width=64), rows)
    found = draw(model, 4000)
    np.testing.assert_allclose(found.std(axis=1), rows.std(axis=1), rtol=0.06)
    np.testing.assert_allclose(found.mean(axis=1), rows.mean(axis=1), atol=0.15)
    law = multivariate_normal(np.zeros(2), np.diag(SPREADS[:2] ** 2))
    off = model.log_prob(found[:, :400]) - np.stack([law.logpdf(world) for world in found[:, :400]])
    assert np.abs(off.mean(axis=1)).max() < 0.1


def test_the_density_of_a_flow_integrates_to_one() -> None:
    model = fit(Flow(steps=300, width=32), ellipse(2, 500)[:, :, :2])
    ticks = np.linspace(-10, 10, 100)
    grid = np.stack(np.meshgrid(ticks, ticks, indexing="ij"), axis=-1).reshape(1, -1, 2)
    whole = np.exp(model.log_prob(np.repeat(grid, 2, axis=0))).sum(axis=1) * (ticks[1] - ticks[0]) ** 2
    np.testing.assert_allclose(whole, 1.0, atol=0.06)


@pytest.mark.parametrize("d", [1, 2, 6])
def test_slopes_written_out_are_those_of_differentiation(d: int) -> None:
    widths, rng = layer_widths(fourier_width(d), 16, 16, 1), np.random.default_rng(4)
    net = layers(torch.from_numpy(rng.standard_normal((2, parameter_count(widths)), dtype=np.float32)), widths)
    rows = torch.from_numpy(rng.standard_normal((2, 9, d), dtype=np.float32)).requires_grad_()
    logits, _ = _logits_and_slopes(net, rows)
    (slope,) = torch.autograd.grad(logits.sum(), rows)
    torch.testing.assert_close(_logits_and_slopes(net, rows.detach())[1], slope.square().sum(dim=2), rtol=1e-4, atol=1e-4)
    flown = FittedFlow(Scaling.of(ellipse(2, 9)[:, :, :d]), initial_weights(_widths(d, 16), 2, STREAMS, "x"), 16) if d < 4 else None
    if flown is not None:
        x, step = rng.standard_normal((2, 300, d), dtype=np.float32), np.float32(1e-3) * np.eye(d, dtype=np.float32)
        ahead = sum((flown._velocity(x + e, 0.3) - flown._velocity(x - e, 0.3))[..., i] for i, e in enumerate(step)) / 2e-3
        assert np.median(np.abs(ahead - flown._divergence(x, 0.3))) < 0.01  # a step across a kink is off


@pytest.mark.parametrize("family", [Gan(), Flow()], ids=lambda family: family.kind_name())
def test_the_ring_is_learned_with_its_islands(family: Any) -> None:
    source = sources["ring"]()
    found = draw(fit(family, source.sample(2, 1000, STREAMS)), 1000)
    reference = source.reference()
    assert (score("modes_alive", reference, found) >= 7).all()
    assert (score("precision", reference, found) > 0.75).all()
    assert (score("recall", reference, found) > 0.6).all()


def test_latent_spread_is_the_root_mean_variance_of_the_codes() -> None:
    codes = np.random.default_rng(0).standard_normal((40, 400, 3)) * np.array([1.0, 2.0, 0.0])
    measure = metrics()["latent_spread"].against(sources["normal"]().reference(), sources["normal"]().space)
    found = measure(Batch(codes, sources["normal"]().space, {"codes": codes}))
    assert abs(z_of(found**2, (1 + 4 + 0) / 3 * 399 / 400)) < AGREES
    assert measure(Batch(codes, sources["normal"]().space, {"codes": np.full((2, 9, 3), 4.0)})).tolist() == [0, 0]


@EVERY
def test_a_world_does_not_see_the_others(family: Any) -> None:
    rows = ellipse(3, 60)
    other = rows.copy()
    other[1] = 1000 * other[1] + 5
    here, there = draw(fit(family, rows)), draw(fit(family, other))
    np.testing.assert_array_equal(here[[0, 2]], there[[0, 2]])
    assert not np.array_equal(here[1], there[1])


@EVERY
def test_units_do_not_matter(family: Any) -> None:
    rows = ellipse(2, 60)
    scaled = family.but(noise=family.noise * 8) if family.kind_name() == "vae" and family.noise * 8 <= 3 else family
    here, there = draw(fit(family, rows)), draw(fit(scaled, rows * 8 + 16))
    np.testing.assert_allclose((there - 16) / 8, here, atol=2e-3)


@EVERY
def test_a_warm_start_goes_on_from_the_model_before(family: Any) -> None:
    rows = ellipse(2, 200)
    before = fit(family, rows)
    past = PreviousModel(before, np.ones((2, 200), dtype=bool))
    slow = {"steps": 1, "rate": 0.0001}
    warm, scratch = (draw(fit(family.but(start=start, **slow), rows, past)) for start in ("warm", "scratch"))
    assert np.abs(warm - draw(before)).mean() < 0.02
    assert np.abs(scratch - draw(before)).mean() > 0.2
    np.testing.assert_array_equal(scratch, draw(fit(family.but(**slow), rows)))


@EVERY
def test_a_low_temperature_draws_closer_together(family: Any) -> None:
    model = fit(family.but(steps=200), ellipse(3, 300))
    spreads = np.stack([draw(model, 400, temperature).std(axis=1).mean(axis=1) for temperature in (0.1, 0.5, 1.0, 2.0)])
    assert (np.diff(spreads, axis=0) > 0).all()
    # A prior without width draws one row.
    assert draw(model, 30, 1e-30).std(axis=1).max() < 1e-6


@EVERY
def test_torch_is_left_as_it_was(family: Any) -> None:
    state, threads = torch.get_rng_state(), torch.get_num_threads()
    torch.set_num_threads(2)
    try:
        fit(family, ellipse(1, 20))
        assert torch.get_num_threads() == 2
    finally:
        torch.set_num_threads(threads)
    assert torch.equal(torch.get_rng_state(), state)


@EVERY
def test_one_row_is_drawn_for_ever_and_constant_columns_stay(family: Any) -> None:
    one = np.full((2, 1, 3), 3.1)
    np.testing.assert_array_equal(draw(fit(family, one)), np.full((2, 50, 3), 3.1))
    rows = ellipse(2, 40)
    rows[:, :, 1] = 0.1
    assert (draw(fit(family, rows))[:, :, 1] == 0.1).all()


@EVERY
@pytest.mark.parametrize("odd", [np.nan, np.inf])
def test_rows_that_are_not_finite_cannot_be_learned(family: Any, odd: float) -> None:
    rows = ellipse(2, 20)
    rows[1, 3, 1] = odd
    with pytest.raises(CannotFit, match="needs finite numbers"):
        fit(family, rows)
    with pytest.raises(CannotFit, match="needs at least 1 row; it got 0"):
        fit(family, rows[:, :0])


@pytest.mark.parametrize(("loss", "words"), [(math.nan, "stopped being a number"), (10 * LARGEST_LOSS, "grew beyond all bounds")])
def test_a_loss_out_of_hand_is_a_sentence(loss: float, words: str) -> None:
    check_finite(98, 300, torch.tensor([0.5, loss]), "A GAN")
    with pytest.raises(CannotFit, match=rf"^A GAN could not be trained: its loss {words} by step 100 of 300\. A lower"):
        check_finite(99, 300, torch.tensor([0.5, loss]), "A GAN")


@EVERY
def test_training_that_explodes_ends_the_run_in_words(family: Any) -> None:
    plain = Experiment.model_validate({"source": {"kind": "moons"}, "family": {"kind": family.kind_name()}, "n": 20, "replicates": 2})
    wild = plain.model_copy(update={"family": family.model_copy(update={"rate": 1e12, "steps": 100})})
    ending = simulate(wild, ["total_variance"]).ending
    assert ending.kind in ("impossible", "diverged")
    assert "its loss" in ending.sentence or "beyond all bounds" in ending.sentence


def test_too_many_networks_at_once_are_refused() -> None:
    told = {"source": {"kind": "digits"}, "family": {"kind": "gan", "width": 128}, "n": 10, "generations": 1}
    with pytest.raises(SpecError, match="replicates must be at most") as refused:
        Experiment.model_validate({**told, "replicates": 5000})
    assert Experiment.model_validate({**told, "replicates": refused.value.nearest})
