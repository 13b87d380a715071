"""Phases: the definition on paths made by hand, and on real runs whose fate is known."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, get_args

import numpy as np
import pytest
from numpy.typing import NDArray

from sim import Ending, Experiment, Run, SpecError, simulate
from sim.records import NoiseFloor
from sim.verdicts.criteria import USES
from sim.verdicts.phases import PHASES, Phase, onset, phase_at, phases
from sim.verdicts.spread import NEEDS

Floats = NDArray[np.float64]
WORDS = {"source": {"kind": "zipf"}, "family": {"kind": "categorical"}}
FLOORS = {
    "total_variance": NoiseFloor(1.0, 0.8, 1.2),
    "tail_mass": NoiseFloor(1.0, 0.4, 1.6),
    "wasserstein": NoiseFloor(0.2, 0.1, 0.3),
    "mean_shift": NoiseFloor(0.1, 0.0, 0.2),
    "modes_alive": NoiseFloor(8.0, 8.0, 8.0),
    "far_tail_mass": NoiseFloor(0.0, 0.0, 10.0),
    "shape_distance": NoiseFloor(0.15, 0.05, 0.25),
    "coverage": NoiseFloor(0.7, 0.6, 0.8),
    "precision": NoiseFloor(0.95, 0.9, 1.0),
    "diversity": NoiseFloor(0.97, 0.96, 0.98),
    "tokens_alive": NoiseFloor(50.0, 45.0, 55.0),
    "rare_mass": NoiseFloor(0.1, 0.08, 0.12),
}


def made(paths: Mapping[str, Any], worlds: int = 3, ending: Ending | None = None, **settings: Any) -> Run:
    """A run with these paths (generations + 1,) in every world, or with (worlds, generations + 1) as given."""
    arrays = {name: np.atleast_2d(np.asarray(path, dtype=np.float64)) for name, path in paths.items()}
    full = {name: np.broadcast_to(array, (max(worlds, len(array)), array.shape[1])) for name, array in arrays.items()}
    worlds, columns = next(iter(full.values())).shape
    usual = {"source": {"kind": "normal"}, "family": {"kind": "gaussian"}, "generations": columns - 1, "replicates": worlds}
    experiment = Experiment.model_validate({**usual, **settings})
    nothing = np.zeros((worlds, columns), dtype=bool)
    ending = ending or Ending("completed", columns - 1, "Done.")
    samples, ages = np.zeros((worlds, columns, 1, 1)), np.zeros((columns, columns), np.float32)
    return Run(experiment=experiment, metrics=full, noise_floor=FLOORS, samples=samples, ages=ages, points=nothing, ending=ending)


def columns(variance: Any, tails: Any = 1.0, **more: Any) -> dict[str, Any]:
    """Paths of equal length, numbers standing for constant paths."""
    length = len(variance)
    return {name: np.broadcast_to(path, (length,)) for name, path in {"total_variance": variance, "tail_mass": tails, **more}.items()}


def test_every_phase_says_in_one_sentence_what_it_is() -> None:
    assert set(PHASES) == set(get_args(Phase)) == {"not yet", "early", "late", "blurred", "stable"}
    for sentence in PHASES.values():
        assert re.fullmatch(r"[A-Z][^.]*\.", sentence)


def test_late_is_less_than_half_of_the_spread() -> None:
    assert phases(made(columns([1, 0.26, 0.24, 0.1]))) == ("not yet", "not yet", "late", "late")
    assert phases(made(columns([1, 0.26, 0.24], [1, 0, 0]))) == ("not yet", "early", "late")


def test_early_is_tails_beyond_the_noise_floor_and_a_bulk_in_place() -> None:
    assert phases(made(columns([1, 1, 1], [1, 0.41, 0.39]))) == ("not yet", "not yet", "early")
    assert phases(made(columns([1, 1, 1], [1, 0.4, 0.4]))) == ("not yet",) * 3
    assert phases(made(columns([1, 1, 1], [1, 0.4, 0.4]), worlds=20)) == ("not yet", "early", "early")
    assert phases(made(columns([1, 1, 1], [1, 0.4, 0.4]), worlds=10)) == ("not yet",) * 3, "ten coins show heads as often"
    assert phases(made(columns([1, 1, 1], [0, 0.4, 0.4]), worlds=10)) == ("not yet",) * 3, "what began on the edge has lost nothing"


def test_rows_that_have_no_tails_when_real_cannot_lose_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(FLOORS, "tail_mass", NoiseFloor(0.0, 0.0, 2.0))
    assert phases(made(columns([1, 1], 0.0), worlds=20)) == ("not yet", "not yet")


def test_blurred_is_wider_or_smeared_while_the_spread_grows() -> None:
    assert phases(made(columns([1, 1.19, 1.21]))) == ("not yet", "not yet", "blurred")
    far = {"wasserstein": [0.2, 0.45, 0.45]}
    grown = np.linspace(1, 1.1, 3) + np.arange(10)[:, None] / 1000
    assert phases(made({**columns([1, 1, 1], **far, mean_shift=0.1), "total_variance": grown})) == ("not yet", "blurred", "blurred")
    assert phases(made(columns([1, 1, 1], **far, mean_shift=0.2))) == ("not yet",) * 3, "the whole of it has only moved"
    assert phases(made(columns([1, 1, 0.7], **far, mean_shift=0.1)))[2] == "not yet", "the spread shrinks"


def test_a_shape_that_is_lost_while_the_spread_stays_is_early() -> None:
    far = {"wasserstein": [0.2, 0.45, 0.45]}
    assert phases(made(columns([1, 1, 1], **far, mean_shift=0.1))) == ("not yet", "early", "early")
    ring = {"source": {"kind": "ring"}, "n": 100}
    assert phases(made(columns([1, 1, 1], **far, mean_shift=0.1, modes_alive=[8, 8, 5]), **ring))[1:] == ("early", "early")
    plane = {"source": {"kind": "moons"}, "worlds": 8}
    assert phases(made(columns([1, 1, 1], precision=[0.95, 0.91, 0.89]), **plane)) == ("not yet", "not yet", "early")
    assert phases(made(columns([1, 1, 1], coverage=[0.7, 0.61, 0.59]), **plane)) == ("not yet", "not yet", "early")
    assert phases(made(columns([1, 1, 1.3], coverage=[0.7, 0.61, 0.59]), **plane))[2] == "blurred", "it has grown"


def test_little_resemblance_is_late_whatever_the_spread_is() -> None:
    plane = {"source": {"kind": "moons"}}
    assert phases(made(columns([1, 1, 1], coverage=[0.7, 0.36, 0.34]), **plane)) == ("not yet", "early", "late")
    assert phases(made(columns([1, 1, 1.3], coverage=[0.7, 0.36, 0.34]), **plane))[2] == "blurred", "it has grown"


def test_words_lose_their_tail_first_and_their_diversity_last() -> None:
    diversity = [0.97, 0.97, 0.96, 0.4]
    run = made({"diversity": diversity, "tokens_alive": [50, 44, 20, 2]}, **WORDS)
    assert phases(run) == ("not yet", "early", "early", "late")
    assert phases(made({"diversity": diversity, "rare_mass": [0.1, 0.1, 0.05, 0]}, **WORDS)) == ("not yet", "not yet", "early", "late")
    assert phases(made({"diversity": [0.97, 0.99]}, **WORDS)) == ("not yet", "blurred")


def test_the_typical_world_decides_and_unmeasured_ones_do_not() -> None:
    few = np.array([[1.0, 5.0]] + [[1.0, 0.1]] * 2 + [[np.nan, np.nan]] * 4)
    assert phases(made({"total_variance": few}))[1] == "not yet", "two of three are there by chance once in fifty"
    variance = np.array([[1.0, 5.0]] + [[1.0, 0.1]] * 4 + [[np.nan, np.nan]] * 4)
    assert phases(made({"total_variance": variance}))[1] == "late"
    assert phases(made({"total_variance": np.full((3, 4), np.nan)})) == ("not yet",) * 4


def test_a_run_that_ended_early_is_told_as_far_as_it_went() -> None:
    run = made(columns([1, 0.9, 0.2, np.nan, np.nan]), ending=Ending("impossible", 3, "No model."))
    assert phases(run) == ("not yet", "not yet", "late")
    assert phase_at(run, 4) == "late"
    assert onset(run, "late") == 2


def test_onset_is_where_a_phase_has_come_to_stay() -> None:
    variance = [1, 0.2, 1, 1, 1] + [0.2] * 5 + [0.3] + [0.2] * 10
    run = made(columns(variance, [1, 1, 0.1, 0.1, 0.1] + [1] * 16), worlds=10)
    assert onset(run, "late") == 5, "one generation in sixteen does not undo it"
    assert onset(run, "early") == 1, "what is late has lost its tails"
    assert onset(run, "blurred") is None
    assert onset(made(columns([1, 1, 1])), "not yet") == 0


def test_without_the_spread_nothing_is_told() -> None:
    with pytest.raises(SpecError, match=r"metrics must be total_variance .*; got tail_mass"):
        phases(made({"tail_mass": [1, 1]}))
    assert {name for kind in ("columns", "tokens") for name in (*NEEDS[kind], *USES[kind])} == set(FLOORS)


def wandering(worlds: int, generations: int, step: float, noise: float, seed: int) -> Floats:
    """Variances whose logarithm walks at random in every world."""
    rng = np.random.default_rng(seed)
    walk = rng.normal(0, step, (worlds, generations + 1)).cumsum(axis=1) if step else np.zeros((worlds, generations + 1))
    return np.exp(walk + rng.normal(0, noise, (worlds, generations + 1)))


def test_stable_is_what_moves_no_more() -> None:
    still = made({"total_variance": wandering(50, 40, 0, 0.05, seed=1)})
    assert phases(still) == ("not yet",) * 20 + ("stable",) * 21
    assert onset(still, "stable") == 20
    walking = made({"total_variance": wandering(50, 40, 0.02, 0.005, seed=1)})
    assert set(phases(walking)) == {"not yet"}
    sinking = wandering(50, 40, 0, 0.02, seed=1) * np.linspace(1, 0.81, 41)
    assert set(phases(made({"total_variance": sinking}))) == {"not yet"}
    sunk = wandering(50, 40, 0, 0.05, seed=1)
    sunk[:, 1:] *= 0.64
    wide = {**FLOORS, "total_variance": NoiseFloor(1.0, 0.5, 1.5)}
    assert set(phases(replace(made({"total_variance": sunk}), noise_floor=wide))) == {"not yet"}, "it stands still a fifth lower"


def test_a_wandering_centre_is_not_stable() -> None:
    variance = wandering(50, 40, 0, 0.01, seed=2)
    drifting = np.broadcast_to(0.01 * np.arange(41), (50, 41))
    assert phase_at(made({"total_variance": variance, "mean_shift": drifting}), 40) == "not yet"
    assert phase_at(made({"total_variance": variance}), 40) == "stable"


def test_few_worlds_or_generations_cannot_tell_standing_still_from_luck() -> None:
    assert set(phases(made({"total_variance": wandering(9, 40, 0, 0.01, seed=4)}))) == {"not yet"}
    assert set(phases(made({"total_variance": wandering(50, 7, 0, 0.01, seed=4)}))) == {"not yet"}
    assert set(phases(made({"total_variance": np.ones((10, 10))}))) == {"not yet", "stable"}


METRICS = ("total_variance", "tail_mass", "mean_shift", "wasserstein")


def ran(metrics: tuple[str, ...] = METRICS, **settings: Any) -> Run:
    usual = {"source": {"kind": "normal"}, "family": {"kind": "gaussian"}, "n": 100}
    return simulate(Experiment.model_validate({**usual, **settings}), metrics)


def test_a_gaussian_that_learns_from_itself_goes_early_then_late() -> None:
    run = ran(n=50, generations=100)
    early, late = onset(run, "early"), onset(run, "late")
    assert early is not None
    assert late is not None
    assert 0 < early < late < 100
    assert phase_at(run, 100) == "late"
    assert "blurred" not in phases(run)


@pytest.mark.parametrize("seed", range(3))
def test_a_run_too_short_to_lose_anything_is_not_called_stable(seed: int) -> None:
    assert set(phases(ran(n=1000, replicates=200, seed=seed))) == {"not yet"}


@pytest.mark.parametrize("settings", [{"regime": {"kind": "accumulate"}}, {"regime": {"kind": "subsample"}}, {"real_share": 0.3}], ids=str)
def test_what_keeps_real_rows_is_stable(settings: dict[str, Any]) -> None:
    run = ran(replicates=200, **settings)
    assert phase_at(run, 40) == "stable"
    assert onset(run, "late") is onset(run, "blurred") is None


@pytest.mark.parametrize("bandwidth", ["fixed", "scott"])
@pytest.mark.parametrize("regime", ["replace", "accumulate"])
def test_kernels_blur_and_are_never_called_late(bandwidth: str, regime: str) -> None:
    found = phases(ran(family={"kind": "kde", "bandwidth": bandwidth}, regime={"kind": regime}, n=300, replicates=20))
    assert found[-1] == "blurred"
    assert not {"late", "early"} & set(found)


def test_one_bell_for_two_humps_has_lost_the_shape_from_the_first_model_on() -> None:
    run = ran(source={"kind": "mixture", "components": 2}, n=500, regime={"kind": "accumulate"}, generations=10)
    assert phases(run) == ("not yet",) + ("early",) * 10


def test_heat_blurs_and_cold_collapses() -> None:
    assert phase_at(ran(temperature=1.2), 40) == "blurred"
    assert phase_at(ran(temperature=0.8), 40) == "late"


def test_words_go_extinct_early_and_smoothing_blurs() -> None:
    words = {**WORDS, "n": 2000, "generations": 10, "replicates": 20}
    names = ("diversity", "tokens_alive", "rare_mass")
    assert set(phases(ran(names, **words))[1:]) == {"early"}
    smoothed = ran(names, **{**words, "family": {"kind": "categorical", "smoothing": 1.0}})
    assert phase_at(smoothed, 10) == "blurred"
