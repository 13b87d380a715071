"""What scripts and notebooks hand to the library: numbers of NumPy, names in any form, classes defined twice."""

from __future__ import annotations

import json
import pickle
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal

import numpy as np
import pytest

import collapse_lab
import sim
from sim import Experiment, SpecError, advance, run, simulate, start
from sim.families.gaussian import Gaussian
from sim.metrics import Batch, metric, metrics
from sim.recording.recorder import Recorder
from sim.registry import Registry
from sim.sources import sources
from sim.sources.normal import Normal
from sim.store.exports import export, exports

ROOT = Path(__file__).parents[1]
TOLD: dict[str, Any] = {"source": {"kind": "normal"}, "family": {"kind": "gaussian"}, "n": 10, "generations": 2, "replicates": 2}
NAMES = ["total_variance", "mmd"]


def experiment(**changes: Any) -> Experiment:
    """A small Gaussian experiment with some settings changed."""
    return Experiment.model_validate(TOLD | changes)


def measured(names: Any) -> list[str]:
    """The metrics that a run has when these are asked for."""
    return list(simulate(experiment(), names).metrics)


@pytest.mark.parametrize("kind", [np.int8, np.uint8, np.int16, np.int32, np.int64, np.uint64, np.float16, np.float32, np.float64])
def test_a_whole_number_of_numpy_is_that_number(kind: type[Any]) -> None:
    found = experiment(n=kind(100), seed=kind(7), source={"kind": "normal", "dim": kind(3)}, family={"kind": "gaussian", "ddof": kind(1)})
    assert found == experiment(n=100, seed=7, source={"kind": "normal", "dim": 3}, family={"kind": "gaussian", "ddof": 1})
    assert found.to_json() == Experiment.from_json(found.to_json()).to_json()
    assert (type(found.n), type(found.seed)) == (int, int)


@pytest.mark.parametrize("kind", [np.float16, np.float32, np.float64, np.longdouble])
def test_a_float_of_numpy_is_read_as_the_shortest_decimal_that_names_it(kind: type[Any]) -> None:
    """Half precision tells all hundredths apart, too."""
    for hundredths in range(101):
        share = hundredths / 100
        assert experiment(real_share=kind(f"{share:.2f}")).to_json() == experiment(real_share=share).to_json()


def test_how_numpy_prints_does_not_matter() -> None:
    share = np.float32("0.12345678")
    with np.printoptions(legacy="1.13", precision=2):
        assert experiment(real_share=share).real_share == pytest.approx(0.12345678, abs=1e-8)


def test_a_grid_made_with_numpy_is_a_grid() -> None:
    assert [experiment().but(n=n).n for n in np.geomspace(10, 1000, 3).astype(int)] == [10, 100, 1000]
    assert [experiment().but(real_share=share).n_real for share in np.linspace(0, 1, 3)] == [0, 5, 10]
    assert experiment(n=np.array(30)).n == 30
    assert experiment(real_supply=np.array(["fixed"])[0]).to_json() == experiment(real_supply="fixed").to_json()


@pytest.mark.parametrize(
    ("value", "sentence"),
    [
        (1000.5, "n must be a whole number; got 1000.5. Round it, to 1000 for example."),
        (np.float32(0.5), "n must be a whole number; got 0.5. Round it, to 0 for example."),
        (np.float64("nan"), "n must be a whole number; got nan."),
        (np.bool_(True), "n must be a whole number; got True."),
        (np.timedelta64(5, "s"), "n must be a whole number; got np.timedelta64(5,'s')."),
        (np.array([5]), "n must be a whole number; got array([5])."),
        (np.ma.masked, "n must be at least 1; got 0."),
        ("1e3", "n must be a whole number; got '1e3'."),
        (2e5, "n must be at most 100,000; got 200000."),
        (-0.0, "n must be at least 1; got 0."),
    ],
)
def test_what_is_no_whole_number_is_refused(value: Any, sentence: str) -> None:
    with pytest.raises(SpecError) as refusal:
        experiment(n=value)
    assert str(refusal.value) == sentence


@pytest.mark.parametrize("text", ["1e3", "1E+3", "1000.0", "0.1e4", "10000e-1"])
def test_a_whole_number_may_be_written_with_a_power_of_ten(text: str) -> None:
    assert Experiment.from_json(json.dumps(TOLD | {"n": "N"}).replace('"N"', text)) == experiment(n=1000)


FORMS: dict[str, Callable[[], Any]] = {
    "a list": lambda: NAMES,
    "a tuple": lambda: tuple(NAMES),
    "a generator": lambda: (name for name in NAMES),
    "an iterator": lambda: iter(NAMES),
    "a mapping": lambda: dict.fromkeys(NAMES),
    "keys": lambda: dict.fromkeys(NAMES).keys(),
    "an array": lambda: np.array(NAMES),
    "each twice": lambda: NAMES * 2,
}


@pytest.mark.parametrize("form", FORMS)
def test_names_of_metrics_come_in_any_form(form: str) -> None:
    assert measured(FORMS[form]()) == NAMES
    assert [list(record.metrics) for record in run(experiment(), FORMS[form]())] == [NAMES] * 3


def test_one_name_is_one_metric_and_a_set_has_an_order() -> None:
    assert measured("total_variance") == measured(np.str_("total_variance")) == measured(np.array("total_variance")) == ["total_variance"]
    assert measured({"total_variance", "mmd"}) == measured(frozenset({"mmd", "total_variance"})) == ["mmd", "total_variance"]
    assert measured([]) == measured(set()) == []


@pytest.mark.parametrize("names", [3, b"mmd", 0.5, ["mmd", 3], [["mmd"]], "mdm", ("mmd", None), [{}]])
def test_what_names_no_metric_gets_a_sentence(names: Any) -> None:
    with pytest.raises(SpecError, match=r"^metrics must be (a list of names, or one name|among .*mmd.*); got .+\."):
        simulate(experiment(), names)


@pytest.mark.parametrize("given", [TOLD, {}, None, "normal", json.dumps(TOLD), Experiment, Normal()])
@pytest.mark.parametrize(
    "use", [simulate, start, lambda given: list(run(given)), lambda given: advance(given, start(experiment()))], ids=lambda _: ""
)
def test_what_is_no_experiment_gets_a_sentence_that_says_what_to_do(given: Any, use: Callable[[Any], Any]) -> None:
    with pytest.raises(
        SpecError, match=r"^experiment must be an Experiment; got .+\. Make one with Experiment\.model_validate\(settings\)"
    ):
        use(given)


def test_the_name_that_is_nobodys_is_told_before_the_one_that_is_missing() -> None:
    for stranger in ("judge", "student", "famliy"):
        with pytest.raises(SpecError, match=rf"^{stranger} must be a setting of experiment \(.*family.*\); got {{'kind': 'gaussian'}}\."):
            Experiment.from_json(json.dumps({"source": {"kind": "normal"}, stranger: {"kind": "gaussian"}}))


def test_the_reader_of_json_that_pydantic_brings_is_ours() -> None:
    assert Experiment.model_validate_json(json.dumps(TOLD)) == Experiment.model_validate_json(json.dumps(TOLD).encode()) == experiment()
    assert Experiment.model_validate_json(bytearray(json.dumps(TOLD), "utf-8")) == experiment()
    with pytest.raises(SpecError, match=r"^experiment must be valid JSON; got '\{'"):
        Experiment.model_validate_json("{")


@pytest.fixture
def own_sources(monkeypatch: pytest.MonkeyPatch) -> Registry[Any]:
    """The registry of sources, which forgets afterwards what a test puts in."""
    monkeypatch.setattr(sources, "_variants", {source.kind_name(): source for source in sources})
    return sources


def wide(spread: float) -> type[Normal]:
    """A cell of a notebook that defines a source; run again, it defines another class of the same name."""

    class Wide(Normal):
        """A normal of another spread."""

        kind: Literal["wide"] = "wide"  # pyright: ignore[reportIncompatibleVariableOverride]

        def sample(self, replicates: int, n: int, streams: Any) -> Any:
            return spread * super().sample(replicates, n, streams)

    return Wide


def test_a_class_that_is_defined_again_takes_the_place_of_the_first(own_sources: Registry[Any]) -> None:
    first, second = (own_sources.register(wide(spread)) for spread in (2.0, 3.0))
    assert own_sources["wide"] is second
    before = Experiment.model_validate(TOLD | {"source": {"kind": "wide"}})
    assert type(before.source) is second
    np.testing.assert_array_equal(start(before).rows, 3 * start(experiment()).rows)
    # What the first one made goes on as what the second makes.
    for made in (experiment(source=first(dim=2)), experiment(source=first()).but(source=first(dim=2))):
        assert made == experiment(source={"kind": "wide", "dim": 2})
        assert type(made.source) is second
    own_sources.register(wide(4.0))
    np.testing.assert_array_equal(start(before.but(seed=5)).rows, 4 * start(experiment(seed=5)).rows)


def test_another_class_of_the_same_kind_is_refused(own_sources: Registry[Any]) -> None:
    own_sources.register(wide(2.0))

    class Wider(Normal):
        """Another one."""

        kind: Literal["wide"] = "wide"  # pyright: ignore[reportIncompatibleVariableOverride]

    with pytest.raises(TypeError, match="two source variants call themselves 'wide'"):
        own_sources.register(Wider)
    with pytest.raises(SpecError, match="source must be a mapping with a kind"):
        experiment(source=Wider())
    with pytest.raises(SpecError, match="source must be a mapping with a kind"):
        experiment(source=Gaussian())


def test_metrics_and_formats_are_defined_again_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sim.metrics._METRICS", dict(metrics()))
    monkeypatch.setattr("sim.store.exports._EXPORTS", dict(exports()))
    for value in (1.0, 2.0):

        @metric(label="Constant", better="lower", ideal=None)
        def constant(_: Any, __: Any, value: float = value) -> Callable[[Batch], Any]:
            """The same number always."""
            return lambda batch: np.full(len(batch.rows), value)

        @export(label="Nothing", ending="nothing", media_type="text/plain")
        def write(_: Any, file: Any, value: float = value) -> None:
            file.write(str(value).encode())

    found = simulate(experiment(), "constant")
    assert (found.metrics["constant"] == 2).all()
    assert exports()["test_from_a_script"].content(found) == b"2.0"
    with pytest.raises(TypeError, match="two metrics call themselves 'mmd'"):

        @metric(label="Mine", better="lower", ideal=None)
        def mmd(_: Any, __: Any) -> Any:
            """Another one."""


def test_a_run_and_a_record_travel_as_they_are() -> None:
    found = simulate(experiment(), NAMES)
    copy = pickle.loads(pickle.dumps(found))
    assert (copy.experiment, copy.ending, list(copy.metrics)) == (found.experiment, found.ending, NAMES)
    for name in NAMES:
        np.testing.assert_array_equal(copy.metrics[name], found.metrics[name])
        assert copy.noise_floor[name].high == found.noise_floor[name].high
    np.testing.assert_array_equal(copy.samples, found.samples)
    record = pickle.loads(pickle.dumps(Recorder(experiment(), NAMES).record(start(experiment()))))
    np.testing.assert_array_equal(record.metrics["mmd"], found.metrics["mmd"][:, 0])


SCRIPT = """
import sys
{first}
from collapse_lab import Experiment, simulate
import sim
assert sim.MINE and not hasattr(sim, "Experiment"), sim
found = simulate(Experiment.model_validate({told!r}), "mmd")
import pickle
assert list(pickle.loads(pickle.dumps(found)).metrics) == ["mmd"]
from sim import MINE
print(found.ending.sentence)
"""


@pytest.mark.parametrize("first", ["", "import sim"])
@pytest.mark.parametrize("file", ["sim.py", "sim/__init__.py"])
def test_a_file_of_somebody_s_may_be_called_as_the_package_is(file: str, first: str, tmp_path: Path) -> None:
    (tmp_path / file).parent.mkdir(exist_ok=True)
    (tmp_path / file).write_text("MINE = True\n", "utf-8")
    script = tmp_path / "script.py"
    script.write_text(SCRIPT.format(told=TOLD, first=first), "utf-8")
    assert alone(str(script), cwd=tmp_path) == "The run reached generation 2.\n"
    (tmp_path / "experiment.json").write_text(experiment().to_json(), "utf-8")
    command = ("-m", "collapse_lab", "run", "experiment.json", "--out", "out", "--metrics", "mmd")
    assert alone(*command, cwd=tmp_path) == "The run reached generation 2.\n"


def alone(*arguments: str, cwd: Path) -> str:
    """What Python prints in a folder that is not ours, where ours is on the path as installed packages are."""
    environment = {"PYTHONPATH": str(ROOT), "PATH": "", "OMP_NUM_THREADS": "1"}
    done = subprocess.run([sys.executable, *arguments], cwd=cwd, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_both_names_are_one_library() -> None:
    assert sorted(collapse_lab.__all__) == sorted(sim.__all__)
    assert all(getattr(collapse_lab, name) is getattr(sim, name) for name in sim.__all__)
