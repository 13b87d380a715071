"""The loop: fit a model, draw from it, mix in real rows, keep what the regime keeps; again.

`advance` is pure: the same experiment and state give the same bytes in any process of this machine. So a run can be
streamed, stopped, resumed or spread over a cluster with one function.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

import numpy as np

from sim.arrays import USUAL_ARITHMETIC, Array, freeze, frozen
from sim.experiment import Experiment, ensure_experiment
from sim.families import CannotFit, Fitted, PreviousModel
from sim.pool import Pool
from sim.recording.assembly import assemble
from sim.recording.recorder import Recorder
from sim.recording.scores import scores
from sim.records import Generation, Run
from sim.state import LARGEST, Ending, State
from sim.streams import Streams

PORTRAITS: Final = 60
"""Latent draws that are followed through the generations. As many as the stage shows at most."""


@USUAL_ARITHMETIC
def start(experiment: Experiment) -> State:
    """Generation 0: n real rows in every replicate, and nothing learned yet."""
    ensure_experiment(experiment)
    rows = _real_rows(experiment, 0)
    return State(t=0, rows=rows, pool=_batch(rows, 0, experiment.n), fixed_real_rows=rows[:, : experiment.n_real])


@USUAL_ARITHMETIC
def advance(experiment: Experiment, state: State) -> State:
    """The next generation: fit model t + 1 to the pool, draw n rows from it, hand the pool on.

    Returns:
        The state of generation t + 1; when no model can be fitted it has no rows and says so in its `Ending`.

    A Gaussian that is fitted to one row draws that row for ever:

    >>> one_row = Experiment.model_validate({"source": {"kind": "normal"}, "family": {"kind": "gaussian"}, "n": 1})
    >>> real = start(one_row)
    >>> bool((advance(one_row, real).rows == real.rows).all())
    True
    """
    ensure_experiment(experiment)
    t = state.t + 1
    family, source, streams = experiment.family, experiment.source, Streams(experiment.seed, t)
    try:
        model = family.fit(state.pool.training(), source.space, streams.within("fit"), _previous(experiment, state))
        rows = frozen(model.sample(experiment.n, streams.within("sample"), experiment.temperature))
    except CannotFit as reason:
        return _ended(state, Ending("impossible", t, f"No model could be fitted for generation {t}: {reason}"))
    if not np.abs(rows).max() <= LARGEST:  # NaN is refused too
        return _ended(state, Ending("diverged", t, f"In generation {t} the numbers grew beyond all bounds."))
    first = (state.first or model) if family.offers else None
    return State(
        t=t,
        rows=rows,
        pool=experiment.regime.next_pool(state.pool, _mixed(experiment, state, rows), streams.within("regime")),
        fixed_real_rows=state.fixed_real_rows,
        births=state.pool.births(),
        scores=scores(family.offers, model, first, rows, source),
        first=freeze(first),
        model=freeze(model) if family.remembers else None,
        portraits=_portraits(experiment, model),
    )


def states(experiment: Experiment, after: State | None = None) -> Iterator[State]:
    """Every state of the loop, from generation 0 on, or those that follow one reached before."""
    state = after
    if state is None:
        state = start(experiment)
        yield state
    while state.ending is None and state.t < experiment.generations:
        state = advance(experiment, state)
        yield state


def run(experiment: Experiment, metrics: Iterable[str] | None = None) -> Iterator[Generation]:
    """Every generation as a record, t = 0 first, generations + 1 of them unless no model can be fitted.

    Args:
        experiment: what is run.
        metrics: the names of those to measure, in any iterable, or one name; None for all that apply.
    """
    ensure_experiment(experiment)
    recorder = Recorder(experiment, metrics)
    for state in states(experiment):
        yield recorder.record(state)


def collect(generations: Iterable[Generation]) -> Run:
    """All records of one run as arrays of full shape; a run without its last record counts as cancelled."""
    return assemble(generations)


def simulate(experiment: Experiment, metrics: Iterable[str] | None = None) -> Run:
    """The whole run at once, with the metrics asked for (all that apply, by default).

    Args:
        experiment: what is run.
        metrics: the names of those to measure, in any iterable, or one name.

    Raises:
        SpecError: where either is something else.
    """
    return collect(run(experiment, metrics))


def _portraits(experiment: Experiment, model: Fitted) -> Array | None:
    """The streams of generation 0 in every generation, so that place k is the same latent draw; the loop never uses them."""
    if not experiment.family.has_latent or experiment.source.space.image is None:
        return None
    streams = Streams(experiment.seed, 0).within("portraits")
    return frozen(model.sample(PORTRAITS, streams, experiment.temperature).astype(np.float32))


def _previous(experiment: Experiment, state: State) -> PreviousModel | None:
    """What a family that remembers is told: the model before, and which training rows it has drawn."""
    return None if state.model is None else PreviousModel(state.model, state.pool.births() == state.t)


def _real_rows(experiment: Experiment, t: int) -> Array:
    streams = Streams(experiment.seed, t).within("real")
    return frozen(experiment.source.sample(experiment.replicates, experiment.n, streams))


def _mixed(experiment: Experiment, state: State, synthetic: Array) -> Pool:
    """The new batch: the first n - n_real synthetic rows, then n_real real ones; n of each are always drawn."""
    n_real = experiment.n_real
    if n_real == 0:
        return _batch(synthetic, state.t + 1, 0)
    fresh = experiment.real_supply == "fresh"
    real = _real_rows(experiment, state.t + 1)[:, :n_real] if fresh else state.fixed_real_rows
    rows = np.concatenate([synthetic[:, : experiment.n - n_real], real], axis=1)
    return _batch(frozen(rows), state.t + 1, n_real)


def _batch(rows: Array, t: int, n_real: int) -> Pool:
    """Rows born in generation t, but for the last n_real, which are real."""
    born = np.full(rows.shape[1], t, dtype=np.int32)
    born[rows.shape[1] - n_real :] = 0
    return Pool(rows, np.broadcast_to(born, rows.shape[:2]))


def _ended(state: State, ending: Ending) -> State:
    """The state of a generation that has no rows."""
    return State(t=ending.generation, rows=state.rows[:, :0], pool=state.pool, fixed_real_rows=state.fixed_real_rows, ending=ending)
