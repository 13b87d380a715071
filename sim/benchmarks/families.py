"""What models cost: against scikit-learn, against NumPy's bare draws, and as the pool grows."""

from __future__ import annotations

import importlib
import tracemalloc
import warnings
from typing import Any

import numpy as np

from sim.arrays import Floats
from sim.benchmarks import Measurement, benchmark, medians
from sim.engine import advance, start
from sim.experiment import Experiment
from sim.families.categorical import Categorical
from sim.families.gmm import FittedGmm, Gmm
from sim.spaces import Space
from sim.state import State
from sim.streams import Streams

STREAMS = Streams(0, 1)
PAIRS = (("normal", "gaussian"), ("normal", "gmm"), ("normal", "kde"), ("zipf", "categorical"))


@benchmark("2 Gaussians on two modes, n = 1000, 50 worlds: scikit-learn's time over ours", reach="at least 5 times")
def mixture_on_two_modes() -> Measurement:
    """Fit and sample at scikit-learn's tolerance and iteration limit; the worse of one and two columns."""
    return _against_sklearn(apart=6.0)


@benchmark("2 Gaussians on one blob, n = 1000, 50 worlds: scikit-learn's time over ours", reach="at least 5 times")
def mixture_on_one_blob() -> Measurement:
    """The same where the two Gaussians have nothing to hold on to, so that the fit takes more steps."""
    return _against_sklearn(apart=0.0)


@benchmark("Word counts, vocabulary 2000, n = 5000, 50 worlds, over drawing the multinomials", reach="at most 3 times")
def word_counts() -> Measurement:
    """One turn of the loop against NumPy's multinomials with the same probabilities."""
    experiment = Experiment.model_validate({"source": {"kind": "zipf"}, "family": {"kind": "categorical"}, "n": 5000})
    state, rng = advance(experiment, start(experiment)), np.random.default_rng(0)
    model = Categorical().fit(state.pool.training(), experiment.source.space, STREAMS)
    return _over(3, *medians(25, lambda: advance(experiment, state), lambda: [rng.multinomial(5000, p) for p in model.probabilities]))


@benchmark("Gaussian loop, n = 100, 100 generations, 50 worlds, over drawing the normals", reach="at most 3 times")
def gaussian_loop() -> Measurement:
    """Fit and sample, generation after generation, against NumPy drawing as many numbers."""
    experiment = Experiment.model_validate({"source": {"kind": "normal"}, "family": {"kind": "gaussian"}, "n": 100})
    first, rng = start(experiment), np.random.default_rng(0)
    return _over(3, *medians(25, lambda: _loop(experiment, first, 100), lambda: [rng.standard_normal((50, 100, 1)) for _ in range(100)]))


@benchmark("Accumulate: a generation with an 8 times larger pool", reach="at most 8 times")
def accumulate_cost() -> Measurement:
    """One turn of the loop with 80 batches of 500 rows against one with 10, for the family that minds most."""
    ratio, source, family, large, small = max(_growth(*pair) for pair in PAIRS)
    return Measurement(ratio, "times", f"{family} on {source}: {large * 1e3:.1f} ms against {small * 1e3:.1f} ms", ratio <= 8)


@benchmark("Accumulate: the most memory at once, over that of the final pool", reach="at most 4 times")
def accumulate_memory() -> Measurement:
    """A Gaussian loop until the pool holds 80 batches of 500 rows in 50 replicates."""
    experiment = _accumulating("normal", "gaussian")
    tracemalloc.start()
    pool = _loop(experiment, start(experiment), 79).pool
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    size = pool.rows.nbytes + pool.born.nbytes
    return Measurement(peak / size, "times", f"{peak / 1e6:.0f} MB for a pool of {size / 1e6:.0f} MB", peak <= 4 * size)


def _over(most: float, ours: float, bare: float) -> Measurement:
    return Measurement(ours / bare, "times", f"{ours * 1e3:.2f} ms against {bare * 1e3:.2f} ms", ours <= most * bare)


def _loop(experiment: Experiment, state: State, last: int) -> State:
    while state.t < last:
        state = advance(experiment, state)
    return state


def _accumulating(source: str, family: str) -> Experiment:
    told = {"source": {"kind": source}, "family": {"kind": family}, "regime": {"kind": "accumulate"}}
    return Experiment.model_validate({**told, "n": 500, "generations": 79})


def _growth(source: str, family: str) -> tuple[float, str, str, float, float]:
    experiment = _accumulating(source, family)
    few, many = (start(experiment.but(n=500 * batches, generations=1)) for batches in (10, 80))
    large, small = medians(5, lambda: advance(experiment, many), lambda: advance(experiment, few))
    return large / small, source, family, large, small


def _against_sklearn(apart: float) -> Measurement:
    pools: Any = importlib.import_module("threadpoolctl")
    with pools.threadpool_limits(1), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # scikit-learn warns where it stops at its iteration limit
        ratios, offs, details = zip(*(_compared(d, apart) for d in (1, 2)), strict=True)
    holds = min(ratios) >= 5 and max(offs) < 0.01
    return Measurement(min(ratios), "times", f"{'; '.join(details)}; log-likelihood within {max(offs):.0e} nat a row", holds)


def _compared(d: int, apart: float) -> tuple[float, float, str]:
    """Their time over ours, how far the mean log-likelihoods are apart, and the times in words."""
    rng, space = np.random.default_rng(1), Space("columns", ("x", "y")[:d])
    rows = rng.standard_normal((50, 1000, d)) + apart * rng.integers(2, size=(50, 1000, 1)) * np.eye(d)[0]
    ours, theirs = medians(5, lambda: _ours(rows, space), lambda: _theirs(rows))
    off = _ours(rows, space).log_prob(rows).mean() - np.mean([model.score(x) for model, x in zip(_theirs(rows), rows, strict=True)])
    return theirs / ours, abs(float(off)), f"d = {d}: {ours / 50 * 1e3:.2f} ms against {theirs / 50 * 1e3:.2f} ms a world"


def _ours(rows: Floats, space: Space) -> FittedGmm:
    model = Gmm(k=2).fit(rows, space, STREAMS)
    model.sample(rows.shape[1], STREAMS, 1.0)
    return model


def _theirs(rows: Floats) -> list[Any]:
    mixture: Any = importlib.import_module("sklearn.mixture")
    models = [
        mixture.GaussianMixture(2, covariance_type="full", tol=1e-3, max_iter=100, random_state=0).fit(replicate) for replicate in rows
    ]
    for model in models:
        model.sample(rows.shape[1])
    return models
