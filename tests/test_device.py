"""The device that networks are trained on: a setting of the machine, refused in a sentence where it cannot be followed."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch

from sim import Experiment, SpecError, simulate
from sim.families._device import SETTING, array, device, tensor

ROOT = Path(__file__).parents[1]
TOLD = {"source": {"kind": "ring"}, "family": {"kind": "vae", "steps": 3, "width": 4}, "n": 20, "generations": 1, "replicates": 1}
NO_CUDA = pytest.mark.skipif(torch.cuda.is_available(), reason="this machine has CUDA")


def test_the_processor_is_the_default(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(SETTING, raising=False)
    assert device() == "cpu"
    numbers = np.arange(3.0)
    assert np.shares_memory(array(tensor(numbers)), numbers)


@NO_CUDA
def test_auto_is_the_processor_where_there_is_nothing_else(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(SETTING, "auto")
    assert device() == "cpu"
    here = simulate(Experiment.model_validate(TOLD), ["total_variance"])
    monkeypatch.delenv(SETTING)
    np.testing.assert_array_equal(here.samples, simulate(Experiment.model_validate(TOLD), ["total_variance"]).samples)


@NO_CUDA
def test_cuda_is_refused_where_there_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(SETTING, "cuda")
    with pytest.raises(SpecError, match=r"^COLLAPSE_LAB_DEVICE must be auto or cpu where torch finds no CUDA; got 'cuda'\.$"):
        device()


def test_an_unknown_device_is_one_line_on_the_command_line(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "sim", "run", "-", "--out", str(tmp_path / "out")]
    text = Experiment.model_validate(TOLD).to_json()
    done = subprocess.run(command, input=text, env={**os.environ, SETTING: "cdua"}, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert done.stderr.splitlines()[-1] == "COLLAPSE_LAB_DEVICE must be one of auto, cpu, cuda; got 'cdua'. Did you mean cuda?"
