"""Causes of shrinking: how much of the lost spread is the divisor's and how much is luck's.

A Gaussian fitted by maximum likelihood divides by n, and its variance is too small by the factor 1 - 1/n on average. The same run
with the divisor n - 1 has the same seed and so the same draws: where the two differ, replicate by replicate, the divisor did it.
What the other run loses is luck: its mean variance stays where it was, and the typical path shrinks all the same, because the
logarithm of a variance that scatters about the right value is too small on average.

The loss is told as that of the logarithm of the spread (standard deviation), in which what every generation takes adds up. Under
replace without real rows, of normal rows on a line, it is after t generations

    divisor   t/2 ln(n/(n - 1)),                    about t/2n;
    luck      t/2 (ln((n - 1)/2) - ψ((n - 1)/2)),   about t/2n.

So about half is the divisor's, for n of 10 or more: the share is ln(n/(n - 1))/(ln(n/2) - ψ((n - 1)/2)), in every generation.

>>> from sim import simulate
>>> settings = {"source": {"kind": "normal"}, "family": {"kind": "gaussian"}, "n": 10, "generations": 20, "replicates": 400}
>>> experiment = Experiment.model_validate(settings)
>>> run, other = (simulate(one, ["total_variance"]) for one in (experiment, with_unbiased_divisor(experiment)))
>>> found, law = divisor_share(run, other), causes_by_law(experiment, 20)
>>> round(found.divisor, 3), round(law.divisor, 3), round(law.share, 2), abs(found.share - law.share) < 4 * found.share_error
(1.054, 1.054, 0.48, True)
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from sim.arrays import Floats
from sim.experiment import Experiment
from sim.families.gaussian import Gaussian
from sim.records import Run
from sim.spec import SpecError
from sim.theory.typical import log_step
from sim.verdicts.spread import spreads


@dataclass(frozen=True, slots=True)
class Causes:
    """What the typical path has lost since generation 0, by cause.

    Attributes:
        divisor: the loss of the logarithm of the spread that comes of dividing by n.
        luck: the rest of that loss.
    """

    divisor: float
    luck: float

    @property
    def share(self) -> float:
        """The divisor's share of the loss; NaN where nothing was lost."""
        whole = self.divisor + self.luck
        return self.divisor / whole if whole > 0 else math.nan


@dataclass(frozen=True, slots=True)
class MeasuredCauses(Causes):
    """The same as means over the replicates of two paired runs.

    Attributes:
        divisor_error: the standard error of the divisor's part.
        luck_error: that of luck's.
        share_error: that of the divisor's share.
        law: the closed form beside them; None where none is known.
    """

    divisor_error: float
    luck_error: float
    share_error: float
    law: Causes | None


def with_unbiased_divisor(experiment: Experiment) -> Experiment:
    """The same experiment with the divisor n - 1: same seed, same draws.

    Raises:
        SpecError: where another model than a Gaussian with the divisor n is fitted.
    """
    family = experiment.family
    if not isinstance(family, Gaussian) or family.ddof:
        raise SpecError("family", "a Gaussian with the divisor n, to tell what the divisor does", family.kind_name())
    return experiment.but(family={"kind": family.kind_name(), "ddof": 1})


def causes_by_law(experiment: Experiment, t: int) -> Causes | None:
    """What the closed form says of the causes, up to generation t; None where none is known, or where there is a third cause.

    Said of normal rows on a line, replace, no real rows, the divisor n and temperature 1: temperature narrows or widens by itself.
    """
    step = log_step(experiment)
    if step is None or experiment.temperature != 1 or not isinstance(experiment.family, Gaussian) or experiment.family.ddof:
        return None
    luck = log_step(with_unbiased_divisor(experiment))
    return None if luck is None else Causes(divisor=t / 2 * (luck - step), luck=-t / 2 * luck)


def divisor_share(run: Run, other: Run, t: int | None = None) -> MeasuredCauses | None:
    """How much of the lost spread is the divisor's, from a run and the same run with the divisor n - 1.

    Law: with a and b the logarithm of the spread lost by a replicate in the two runs, the divisor's part is the mean of a - b,
    luck's the mean of b, and the share is mean(a - b)/mean(a), whose standard error is that of a ratio of means (delta method).

    Args:
        run: with the divisor n.
        other: `with_unbiased_divisor` of its experiment.
        t: the generation; the last that both measured if left out.

    Returns:
        None where a replicate of either run has no spread left whose logarithm could be taken, or where there is only one.

    Raises:
        SpecError: where the runs are not such a pair, or temperature is a third cause.
    """
    if other.experiment != with_unbiased_divisor(run.experiment):
        raise SpecError("other", "the same experiment with the divisor n - 1", other.experiment.to_json())
    if run.experiment.temperature != 1:
        raise SpecError("temperature", "1, or the rest is not luck alone", f"{run.experiment.temperature:g}")
    last = min(run.last, other.last)
    at = last if t is None else t
    if not 0 < at <= last:
        raise SpecError("t", f"a generation from 1 to {last}", str(at))
    whole, luck = _log_loss(run, at), _log_loss(other, at)
    if whole is None or luck is None or len(whole) < 2:
        return None
    means = Causes(float((whole - luck).mean()), float(luck.mean()))
    share_error = _standard_error(whole - luck - means.share * whole) / abs(float(whole.mean()))
    law = causes_by_law(run.experiment, at)
    return MeasuredCauses(means.divisor, means.luck, _standard_error(whole - luck), _standard_error(luck), share_error, law)


def _log_loss(run: Run, t: int) -> Floats | None:
    """The logarithm of the spread lost by every replicate, (replicates,); None where one has shrunk to a point."""
    found = spreads(run)[:, [0, t]]
    if run.points[:, t].any() or not (np.isfinite(found) & (found > 0)).all():
        return None
    logs = np.log(found)
    return logs[:, 0] - logs[:, 1]


def _standard_error(values: Floats) -> float:
    return float(values.std(ddof=1)) / math.sqrt(len(values))
