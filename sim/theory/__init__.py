"""Theory: closed forms for what a run should show, found by experiment and metric.

A new law is one file here; it names the fields of the experiment it has taken into account, and is silent beyond them.
May import `experiment`, `families`, `regimes`, `sources`, `metrics` and `state`; nothing here knows of the engine or of a run.

>>> from sim import Experiment
>>> shrinks = Experiment.model_validate({"source": {"kind": "normal"}, "family": {"kind": "gaussian"}, "generations": 2})
>>> [(law.kind, law.formula) for law in laws_for(shrinks, "total_variance")][1]
('mean', 'V₀ (1 − 1/n)ᵗ')
"""

from sim.theory.law import Law, LawKind
from sim.theory.lookup import laws, laws_for, why_none
from sim.theory.typical import half_life

__all__ = ["Law", "LawKind", "half_life", "laws", "laws_for", "why_none"]
