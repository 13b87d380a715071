"""A run's metrics as one long table: one line for each metric, replicate and generation.

Lines that were not measured are kept as NaN, so every run of one experiment gives a table of the same shape.
"""

from __future__ import annotations

import importlib
from typing import Any

import numpy as np

from sim.records import Run


def metrics_table(run: Run) -> Any:
    """The metrics as a `pyarrow.Table` with columns metric, replicate, generation and value, sorted by the first three.

    The schema's metadata hold the experiment's canonical JSON.
    """
    pyarrow: Any = importlib.import_module("pyarrow")

    generations = run.experiment.generations + 1
    cells = run.experiment.replicates * generations
    names = pyarrow.DictionaryArray.from_arrays(np.repeat(np.arange(len(run.metrics), dtype=np.int32), cells), list(run.metrics))
    replicate = np.repeat(np.arange(run.experiment.replicates, dtype=np.int32), generations)
    generation = np.tile(np.arange(generations, dtype=np.int32), run.experiment.replicates)
    columns = {
        "metric": names,
        "replicate": np.tile(replicate, len(run.metrics)),
        "generation": np.tile(generation, len(run.metrics)),
        "value": np.concatenate([np.empty(0), *(values.ravel() for values in run.metrics.values())]),
    }
    return pyarrow.table(columns, metadata={"experiment": run.experiment.to_json()})
