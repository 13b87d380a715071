"""What models cost: against scikit-learn, against NumPy's bare draws, and as the pool grows."""

from __future__ import annotations

import importlib
import tracemalloc
import warnings
from typing import Any

import numpy as np

from sim.benchmarks import Measurement, benchmark, medians
from sim.engine import advance, start
from sim.experiment import Experiment
from sim.families.categorical import Categorical
from sim.families.gmm import Gmm
from sim.records import Floats, State
from sim.sources import Space
from sim.streams import Streams

REPLICATES = 50
STREAMS = Streams(0, 1)


@benchmark("Mixture of 2 Gaussians on two modes, n = 1000, against scikit-learn, per world", reach="at least 5 times")
def mixture_on_two_modes() -> Measurement:
    """Fit and sample, at scikit-learn's tolerance and iteration limit; the worse of one and two columns."""
    return _worse(*(_against_sklearn(_normal(d) + _sides(d)) for d in (1, 2)))


@benchmark("Mixture of 2 Gaussians on one blob, n = 1000, against scikit-learn, per world", reach="at least 5 times")
def mixture_on_one_blob() -> Measurement:
    """The same where the two Gaussians have nothing to hold on to and take many steps."""
    return _worse(*(_against_sklearn(_normal(d)) for d in (1, 2)))


@benchmark("Word counts, vocabulary 2000, n = 5000, against drawing the multinomials", reach="at most 3 times")
def word_counts() -> Measurement:
    """One turn of the loop against NumPy's multinomials with the same probabilities."""
    experiment = Experiment.model_validate({"source": {"kind": "zipf"}, "family": {"kind": "categorical"}, "n": 5000})
    state = advance(experiment, start(experiment))
    model = Categorical().fit(state.pool.training(), experiment.source.space, STREAMS)
    rng = np.random.default_rng(0)
    ours, bare = medians(25, lambda: advance(experiment, state), lambda: [rng.multinomial(5000, p) for p in model.probabilities])
    return _ratio(ours, bare, 3)


@benchmark("Gaussian loop, n = 100, 100 generations, 50 replicates, against drawing the normals", reach="at most 3 times")
def gaussian_loop() -> Measurement:
    """Fit and sample, generation after generation, against NumPy drawing as many numbers."""
    experiment = Experiment.model_validate({"source": {"kind": "normal"}, "family": {"kind": "gaussian"}, "generations": 100})
    first, rng = start(experiment), np.random.default_rng(0)
    ours, bare = medians(25, lambda: _loop(experiment, first, 100), lambda: [rng.standard_normal((50, 100, 1)) for _ in range(100)])
    return _ratio(ours, bare, 3)


@benchmark("Accumulate: cost of a generation, over the growth of its pool", reach="at most 1.5 times")
def accumulate_cost() -> Measurement:
    """One generation with a pool of 10 and of 80 batches, of the family that gets relatively dearest."""
    found = [_growth(source, family) for source, family in (("normal", "gaussian"), ("normal", "gmm"), ("normal", "kde"), ("zipf", "categorical"))]
    ratio, detail = max(found)
    return Measurement(ratio, "times", detail, ratio <= 1.5)


@benchmark("Accumulate: the most memory at once, over the final pool", reach="at most 5 times")
def accumulate_memory() -> Measurement:
    """A Gaussian run whose pool grows to 80 batches of 500 rows in 50 worlds."""
    experiment = _accumulating("normal", "gaussian")
    tracemalloc.start()
    state = _loop(experiment, start(experiment), 79)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    pool = state.pool.rows.nbytes + state.pool.born.nbytes
    return Measurement(peak / pool, "times", f"{peak / 1e6:.0f} MB for a pool of {pool / 1e6:.0f} MB", peak <= 5 * pool)


def _normal(d: int) -> Floats:
    return np.random.default_rng(1).standard_normal((REPLICATES, 1000, d))


def _sides(d: int) -> Floats:
    """Half of the rows 6 to the right."""
    right = np.random.default_rng(2).integers(2, size=(REPLICATES, 1000, 1))
    return 6.0 * right * np.eye(d)[0]


def _against_sklearn(rows: Floats) -> tuple[float, float, str]:
    """How many times faster we are, how far our mean log-likelihood is off, and both in words."""
    mixture: Any = importlib.import_module("sklearn.mixture")
    pools: Any = importlib.import_module("threadpoolctl")
    n, d = rows.shape[1:]
    space = Space("columns", tuple(f"x{i}" for i in range(d)))
    scores: dict[str, float] = {}

    def ours() -> None:
        model = Gmm(k=2).fit(rows, space, STREAMS)
        model.sample(n, STREAMS, 1.0)
    
    def theirs() -> None:
        for world in rows:
            mixture.GaussianMixture(2, random_state=0).fit(world).sample(n)
    return ours, theirs
