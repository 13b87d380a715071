"""What a family may ask of the loop beyond rows: scores of its models as arrays, and the model that came before."""

from __future__ import annotations

import math
import pickle
from dataclasses import dataclass
from typing import Any, ClassVar, Literal

import numpy as np
import pytest

from sim import Experiment, advance, simulate, start
from sim.families import PreviousModel
from sim.families.gaussian import FittedGaussian, Gaussian
from sim.metrics import Batch, Measure, Metric, measurable, metric, metrics
from sim.recording.recorder import Recorder
from sim.state import State


@dataclass(frozen=True, eq=False)
class Told:
    """A fitted Gaussian that remembers what it was told of the past."""

    inner: FittedGaussian
    drawn: Any

    def sample(self, n: int, streams: Any, temperature: float) -> Any:
        return self.inner.sample(n, streams, temperature)

    def log_prob(self, rows: Any) -> Any:
        return self.inner.log_prob(rows)

    def encode(self, rows: Any) -> Any:
        return rows - self.inner.mean


class Witness(Gaussian):
    """A Gaussian that offers every score and looks back."""

    offers: ClassVar = frozenset({"log_prob", "encode"})
    remembers: ClassVar = True
    kind: Literal["gaussian"] = "gaussian"

    def fit(self, rows: Any, space: Any, streams: Any, previous: PreviousModel | None = None) -> Any:
        return Told(super().fit(rows, space, streams), None if previous is None else previous.drawn)


def experiment(**settings: Any) -> Experiment:
    plain = Experiment.model_validate({"source": {"kind": "normal"}, "family": {"kind": "gaussian"}, "n": 40, "replicates": 3, **settings})
    return plain.model_copy(update={"family": Witness()})


def states(count: int, **settings: Any) -> list[State]:
    found = [start(experiment(**settings))]
    for _ in range(count):
        found.append(advance(experiment(**settings), found[-1]))
    return found


def test_scores_are_the_models_own_densities() -> None:
    zero, one, two = states(2)
    assert not zero.scores
    truth = experiment().source.reference().rows[:400]
    for state in (one, two):
        mean, sd = state.model.inner.mean[:, :, 0], state.model.inner.root[:, :, 0]
        by_hand = -0.5 * ((truth.T - mean) / sd) ** 2 - np.log(sd) - 0.5 * math.log(2 * math.pi)
        assert np.allclose(state.scores["truth_log_prob"], by_hand)
    assert two.first is one.model
    assert np.allclose(two.scores["codes"], two.rows - one.model.inner.mean)
    assert np.allclose(two.scores["log_prob"], one.model.log_prob(two.rows))


def test_a_family_that_remembers_is_told_which_rows_its_predecessor_drew() -> None:
    _, one, two = states(2, real_share=0.25, regime={"kind": "accumulate"})
    assert one.model.drawn is None
    assert two.model.drawn.shape == (3, 80)
    assert two.model.drawn.sum(axis=1).tolist() == [30] * 3
    drawn_rows = one.pool.training()[two.model.drawn].reshape(3, 30)
    assert np.array_equal(drawn_rows, one.rows[:, :30, 0])


def test_states_with_models_travel_between_processes() -> None:
    state = pickle.loads(pickle.dumps(states(1)[-1]))
    assert np.array_equal(advance(experiment(), state).rows, advance(experiment(), states(1)[-1]).rows)


def test_families_that_offer_nothing_keep_no_model() -> None:
    plain = Experiment.model_validate({"source": {"kind": "normal"}, "family": {"kind": "gaussian"}, "n": 5, "replicates": 2})
    state = advance(plain, start(plain))
    assert (state.first, state.model, dict(state.scores)) == (None, None, {})


@pytest.fixture
def surprise(monkeypatch: pytest.MonkeyPatch) -> str:
    """The name of a metric that is registered in a copy of the registry, which this test alone sees."""
    monkeypatch.setattr("sim.metrics._METRICS", dict(metrics()))

    @metric(label="Surprise", better="lower", ideal=None, scores=["log_prob"], replicates=2)
    def surprise(reference: Any, space: Any) -> Measure:
        """How unlikely the rows are under model 1.

        References:
            None.
        """
        return lambda batch: -batch.scores["log_prob"].mean(axis=1)

    return "surprise"


def test_a_metric_of_scores_is_measured_where_they_are_offered(surprise: str) -> None:
    watched = experiment(generations=3)
    assert surprise in measurable(watched.source, watched.family.offers)
    assert surprise not in measurable(watched.source, frozenset())
    run = simulate(watched, [surprise])
    values = run.metrics[surprise]
    assert np.isnan(values[:, 0]).all()
    assert np.isfinite(values[:2, 1:]).all()
    assert np.isnan(values[2]).all()
    assert math.isnan(run.noise_floor[surprise])


def test_a_batch_of_the_first_worlds_has_their_scores_only() -> None:
    one = states(1)[-1]
    few = Batch(one.rows, experiment().source.space, one.scores).first(2)
    assert [len(values) for values in few.scores.values()] == [2, 2, 2]


def test_records_hold_no_model() -> None:
    record = Recorder(experiment(), ["total_variance"]).record(states(1)[-1])
    assert not any(isinstance(getattr(record, name), (Told, Metric)) for name in record.__slots__)
