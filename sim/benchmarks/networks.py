"""What neural models cost: one turn of the loop, trained from scratch, on one thread."""

from __future__ import annotations

import subprocess
import sys
from time import perf_counter
from typing import Any, Final

from sim.benchmarks import Measurement, benchmark, medians
from sim.engine import advance, start
from sim.experiment import Experiment
from sim.workers.pool import Workers
from sim.workers.runner import run_in_worker
from sim.workers.runs import RunTask

METRICS: Final = ("latent_spread", "precision", "recall", "total_variance")


@benchmark("VAE on digits, n = 1000, one generation, 1 world", reach="at most 1 s")
def vae_one_replicate() -> Measurement:
    """Train, draw 1,000 pictures and read the codes of 400."""
    return _generation(1.0, "digits", "vae", 1)


@benchmark("VAE on digits, n = 1000, one generation, 8 worlds", reach="under 4 s")
def vae_eight_replicates() -> Measurement:
    """The same for eight replicates at once."""
    return _generation(4.0, "digits", "vae", 8)


@benchmark("GAN on the ring, n = 1000, one generation, 1 world", reach="at most 3 s")
def gan_on_the_ring() -> Measurement:
    """Train both networks and draw 1,000 rows."""
    return _generation(3.0, "ring", "gan", 1)


@benchmark("Flow on the ring, n = 1000, one generation, 1 world", reach="at most 3 s")
def flow_on_the_ring() -> Measurement:
    """Train the field and carry 1,000 rows along it."""
    return _generation(3.0, "ring", "flow", 1)


@benchmark("GAN on the grid, 8 worlds, 2 generations, all metrics: memory of the whole process", reach="at most 900 MB")
def neural_memory() -> Measurement:
    """A fresh interpreter with everything a run needs, at its highest."""
    told = {"source": {"kind": "grid"}, "family": {"kind": "gan"}, "n": 1000, "generations": 2, "replicates": 8}
    said = "import resource; print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)"
    code = f"import sim; sim.simulate(sim.Experiment.model_validate({told!r})); {said}"
    kilobytes = int(subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout)
    return Measurement(kilobytes / 1024, "MB", "torch and its libraries included", kilobytes <= 900 * 1024)


@benchmark("VAE on digits, n = 1000, 3 worlds: from Run to generation 1 in a worker", reach="at most 2 s, warm")
def first_generation_in_worker() -> Measurement:
    """Warm, the worker has done another run before; the first time it starts, imports torch and reads the digits."""
    workers = Workers()
    begin = perf_counter()
    _until_generation_1(0, workers)
    cold = perf_counter() - begin
    (warm,) = medians(3, lambda: _until_generation_1(1, workers))
    workers.close()
    return Measurement(warm, "s", f"{cold:.2f} s with the start of a worker", warm <= 2)


@benchmark("VAE on digits, 3 worlds, 5 generations in a worker: memory of both processes", reach="at most 900 MB")
def memory_in_worker() -> Measurement:
    """A fresh interpreter and its worker, each at its highest; a page's server takes more."""
    code = f"""
import resource
from sim import Experiment
from sim.workers.pool import WORKERS
from sim.workers.runner import run_in_worker
from sim.workers.runs import RunTask
list(run_in_worker(RunTask(Experiment.model_validate({_digits(0)!r}), {METRICS!r})))
WORKERS.close()
print(*(resource.getrusage(who).ru_maxrss // 1024 for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)))
"""
    said = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout
    owner, worker = (int(number) for number in said.split())
    return Measurement(owner + worker, "MB", f"the worker {worker} MB", owner + worker <= 900)


def _digits(seed: int) -> dict[str, Any]:
    told = {"source": {"kind": "digits"}, "family": {"kind": "vae"}, "n": 1000, "generations": 5, "replicates": 3}
    return {**told, "seed": seed}


def _until_generation_1(seed: int, workers: Workers) -> None:
    """The worker is let finish, so that it serves the next run too."""
    experiment = Experiment.model_validate(_digits(seed)).but(generations=1)
    for _ in run_in_worker(RunTask(experiment, METRICS), workers=workers):
        pass


def _generation(most: float, source: str, family: str, replicates: int) -> Measurement:
    told: dict[str, Any] = {"source": {"kind": source}, "family": {"kind": family}, "n": 1000, "replicates": replicates}
    experiment = Experiment.model_validate(told)
    first = start(experiment)
    (seconds,) = medians(3, lambda: advance(experiment, first))
    return Measurement(seconds, "s", f"{seconds / replicates:.2f} s a world", seconds <= most)
