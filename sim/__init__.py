"""Collapse Lab's headless simulation of recursive training: generative models that learn from earlier models' output.

>>> from sim import Experiment, simulate
>>> experiment = Experiment.model_validate({"source": {"kind": "normal"}, "family": {"kind": "gaussian"}, "generations": 3})
>>> simulate(experiment, ["total_variance"]).metrics["total_variance"].shape
(50, 4)
"""

from sim.engine import advance, collect, run, simulate, start
from sim.experiment import Experiment
from sim.records import Generation, Run
from sim.spec import SpecError
from sim.state import Ending, State

__all__ = ["Ending", "Experiment", "Generation", "Run", "SpecError", "State", "advance", "collect", "run", "simulate", "start"]
