"""The bootstrap (a kernel density without blur): whatever is a share of rows stays the truth's, on average over worlds.

>>> settings = {"source": {"kind": "normal"}, "family": {"kind": "kde", "h": 0.0}, "generations": 2}
>>> bootstrap = Experiment.model_validate(settings)
>>> mean_tail_mass(bootstrap, bootstrap.source.reference()).tolist()
[1.0, 1.0, 1.0]
"""

from __future__ import annotations

import numpy as np

from sim.arrays import Floats
from sim.experiment import Experiment
from sim.families.kde import Kde
from sim.sources import Reference
from sim.theory.horizon import mean_horizon
from sim.theory.law import law
from sim.theory.pools import pool_kind
from sim.theory.scope import TRAINING


@law(
    metric="tail_mass",
    kind="mean",
    formula="1 for ever",
    assumptions="Exact for the bootstrap under every regime: each row drawn is a copy of a real one. In most replicates tails are gone.",
    reference="Wright-Fisher drift: the share of any kind of row is a martingale.",
    knows=("source", "family.kde.bandwidth", "family.kde.h", *TRAINING),
    horizon=mean_horizon,
    requires="shares beyond an edge are known only for the bootstrap, where every row drawn is a copy of a real one",
)
def mean_tail_mass(experiment: Experiment, truth: Reference) -> Floats | None:
    """E[tail_mass_t] = 1, whichever rows a known regime keeps: none of them looks at a row before it keeps it."""
    family = experiment.family
    copies = isinstance(family, Kde) and family.bandwidth == "fixed" and family.h == 0
    return np.ones(experiment.generations + 1) if copies and pool_kind(experiment) != "other" else None
