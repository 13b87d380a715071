"""What the knobs of sources allow, and what sources with different knobs have in common."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import numpy as np
import pytest

from sim import Experiment, SpecError
from sim.sources import sources
from sim.streams import Streams


def drawn(kind: str, **settings: Any) -> Any:
    return sources.resolve({"kind": kind, **settings}).sample(10, 500, Streams(1, 0))


def test_sources_that_differ_in_one_knob_share_their_luck() -> None:
    for kind in ("moons", "swiss_roll"):
        still, little, much = (drawn(kind, noise=noise) for noise in (0.0, 0.1, 0.2))
        np.testing.assert_allclose(much - still, 2 * (little - still), atol=1e-12)
    few, many = (drawn("groups", minority=share)[..., 0] > 3 for share in (0.03, 0.3))
    assert (many | ~few).all()
    light, heavy = (drawn("student_t", df=df) for df in (30, 3))
    assert (np.sign(light) == np.sign(heavy)).all()
    assert (np.abs(heavy) >= np.abs(light) - 1e-12).all()


def test_naming_the_columns_loads_no_data() -> None:
    code = (
        "import sys; from sim.sources import sources; [v().space for v in sources]; print({'sklearn', 'scipy', 'torch'} & {*sys.modules})"
    )
    assert subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout.strip() == "set()"


@pytest.mark.parametrize(
    ("setting", "rule"),
    [
        ({"kind": "student_t", "df": 2}, "source.df must be more than 2"),
        ({"kind": "mixture", "components": 1}, "source.components must be at least 2"),
        ({"kind": "mixture", "components": 11}, "source.components must be at most 10"),
        ({"kind": "groups", "minority": 0.0}, "source.minority must be more than 0"),
        ({"kind": "groups", "minority": 0.51}, "source.minority must be at most 0.5"),
        ({"kind": "zipf", "vocabulary": 20_001}, "source.vocabulary must be at most 20,000"),
        ({"kind": "zipf", "exponent": 3.1}, "source.exponent must be at most 3"),
        ({"kind": "moons", "noise": -0.1}, "source.noise must be at least 0"),
    ],
)
def test_bounds_are_said_in_a_sentence(setting: dict[str, Any], rule: str) -> None:
    with pytest.raises(SpecError, match=rule):
        Experiment.model_validate({"source": setting, "family": {"kind": "gaussian"}})
