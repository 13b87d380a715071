"""Shipped runs: the run of every preset, computed once by `python -m sim record` and shipped as plain arrays.

A lesson on a small or sleeping host plays at once, whatever a preset's models cost to train. A shipped run is used for all
presets alike, cheap ones too, so there is one rule: the run of a preset's very experiment is played from its file, and
anything else is computed. It holds every metric that applied when it was made, measured by the same code on the same loop, and
the tests compute a short prefix of each again. It stays valid for these metrics when others come and go: one that it lacks is
computed when somebody asks for it, one that there is no longer is left out.

A file is played only while its checksum holds, its experiment is the preset's and its source reads the same text as here
(English prose differs between Python versions); otherwise the run is computed, and the log says why.
"""

from __future__ import annotations

import importlib.metadata
import json
import logging
import platform
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

import numpy as np

from sim.arrays import Array, frozen
from sim.engine import collect, run, simulate
from sim.experiment import Experiment
from sim.metrics import measurable
from sim.presets import presets
from sim.records import TRACES, Generation, NoiseFloor, Run
from sim.spec import SpecError
from sim.state import Ending
from sim.store import store
from sim.store.files import ChecksumError, read_arrays, write_arrays

FOLDER: Final = Path(__file__).parent.parent / "presets" / "recorded"

FORMAT: Final = 2
"""Raised whenever the file's layout changes."""

READABLE: Final = (1, 2)
"""The layouts that can be read; in the first one, counts are called tallies. Files of another layout are refused."""

DRAWN: Final = 500
"""Rows of one replicate and generation that are always kept: as many as any figure draws, or tells a class's end from."""

SAMPLE_BYTES: Final = 1_200_000
"""What a shipped run keeps for drawing beyond that, before it is compressed. A choice: recordings travel with the project."""

_LOG: Final = logging.getLogger(__name__)


class NoShippedRun(Exception):
    """This file is no shipped run of this experiment; the message is a sentence for the log."""


@dataclass(frozen=True, slots=True, eq=False)
class ShippedRun:
    """A run that was computed before and ships with its preset.

    Attributes:
        run: all of it, with the metrics that the file holds.
        versions: of this project, Python and the packages that computed it, by name.
        text: the checksum of the text that was read; empty for sources that read none.
    """

    run: Run
    versions: Mapping[str, str]
    text: str


@store
def shipped_run(experiment: Experiment) -> ShippedRun | None:
    """The shipped run of this very experiment; None, with a line in the log, where there is none to be trusted."""
    name = _names().get(experiment)
    if name is None:
        return None
    try:
        found = load(FOLDER / f"{name}.npz", experiment)
        if found.text != _text(experiment):
            raise NoShippedRun(
                f"The recording {name}.npz was made of the text of Python {found.versions['python']}, which reads differently."
            )
    except NoShippedRun as problem:
        _LOG.warning("%s The run is computed instead.", problem)
        return None
    return found


def run_of(name: str) -> Run:
    """The run of a preset, as shipped, with the metrics that this holds, or else computed here with all."""
    experiment = presets()[name].experiment
    found = shipped_run(experiment)
    return simulate(experiment) if found is None else found.run


def record(name: str, watch: Callable[[Iterable[Generation]], Iterable[Generation]] = iter) -> Path:
    """Compute the run of a preset and write the file that ships; raises `SpecError` where the run does not keep a claim.

    Args:
        name: of the preset.
        watch: sees the generations go by.
    """
    preset, path = presets()[name], FOLDER / f"{name}.npz"
    found = collect(watch(run(preset.experiment)))
    broken = next((claim for claim in preset.claims if not claim.holds(found)), None)
    if broken is not None:
        raise SpecError(f"{name}.toml", "claims that its run keeps", str(broken), "Nothing was written.")
    FOLDER.mkdir(exist_ok=True)
    save(found, path)
    return path


def save(found: Run, path: Path) -> None:
    """Write a run with what made it, thinned to the rows that are drawn."""
    experiment = found.experiment
    rows = max(DRAWN, SAMPLE_BYTES // (found.samples[:, :, :1].nbytes))
    made = {
        "format": FORMAT,
        "experiment": experiment.to_json(),
        "metrics": list(found.metrics),
        "ending": asdict(found.ending),
        "sample_type": found.samples.dtype.str,
        "text": _text(experiment),
        "versions": _versions(),
    }
    arrays = {
        "values": np.stack(list(found.metrics.values())),
        "floors": np.array([(float(f), f.low, f.high) for f in (found.noise_floor[name] for name in found.metrics)]),
        **{name: getattr(found, name) for name in TRACES if getattr(found, name) is not None},
        "samples": _planes(_packed(found.samples[:, :, :rows])),
    }
    write_arrays(path, made, arrays)


def load(path: Path, experiment: Experiment) -> ShippedRun:
    """Read the shipped run of an experiment; raises `NoShippedRun` with a sentence when it is corrupt or of something else."""
    try:
        made, arrays = read_arrays(path)
    except ChecksumError as problem:
        raise NoShippedRun(str(problem)) from None
    if made.get("format") not in READABLE:
        raise NoShippedRun(f"The file {path.name} is no recording of layout {' or '.join(map(str, READABLE))}.")
    if not _is_of(made["experiment"], experiment):
        raise NoShippedRun(f"The recording {path.name} is of another experiment.")
    if unknown := sorted(set(made["metrics"]) - measurable(experiment.source, experiment.family.offers).keys()):
        _LOG.warning("The recording %s holds metrics that there are no longer: %s. They are left out.", path.name, ", ".join(unknown))
    return ShippedRun(_run(experiment, made, arrays, left_out=unknown), made["versions"], made["text"])


def _run(experiment: Experiment, made: dict[str, Any], arrays: dict[str, Array], left_out: Collection[str]) -> Run:
    values, floors = (dict(zip(made["metrics"], arrays[part], strict=True)) for part in ("values", "floors"))
    kept = [name for name in values if name not in left_out]
    arrays |= {"counts": arrays["tallies"]} if "tallies" in arrays else {}
    arrays |= {"samples": _joined(arrays["samples"], np.dtype(made["sample_type"]))}
    return Run(
        experiment=experiment,
        metrics={name: frozen(values[name]) for name in kept},
        noise_floor={name: NoiseFloor(*(float(edge) for edge in floors[name])) for name in kept},
        ending=Ending(**made["ending"]),
        **{name: frozen(array) for name, array in arrays.items() if name in TRACES},
    )


@cache
def _names() -> Mapping[Experiment, str]:
    return {preset.experiment: name for name, preset in presets().items()}


def _is_of(text: str, experiment: Experiment) -> bool:
    """Whether a file is of this experiment, and of the present results version: an earlier one had other numbers."""
    try:
        return Experiment.from_json(text) == experiment and json.loads(text)["version"] == experiment.version
    except SpecError:  # a setting or value that there was when it was recorded
        return False


def _text(experiment: Experiment) -> str:
    """The checksum of what a source reads beyond its settings; nothing for most."""
    return experiment.source.provenance.get("sha256", "")


def _versions() -> dict[str, str]:
    packages = {name: importlib.metadata.version(name) for name in ("collapse-lab", "numpy", "torch")}
    return {**packages, "python": platform.python_version(), "machine": platform.machine()}


def _packed(numbers: Array) -> Array:
    """Tokens in the smallest numbers that hold them; anything else as it is."""
    if numbers.dtype.kind != "i":
        return numbers
    return numbers.astype(np.result_type(np.int8, np.min_scalar_type(-int(numbers.max(initial=0)) - 1)))


def _planes(numbers: Array) -> Array:
    """All first bytes of some numbers, then all second ones, and so on.

    The upper bytes of neighbours are alike, so the shipped samples pack 8 % smaller than number by number.
    """
    plain = np.ascontiguousarray(numbers, dtype=numbers.dtype.newbyteorder("<"))
    return np.ascontiguousarray(np.moveaxis(plain[..., None].view(np.uint8), -1, 0))


def _joined(planes: Array, dtype: np.dtype[Any]) -> Array:
    """The numbers whose bytes were written apart."""
    packed = np.ascontiguousarray(np.moveaxis(planes, 0, -1)).view(f"<{dtype.kind}{len(planes)}")[..., 0]
    return packed.astype(dtype, copy=False)
