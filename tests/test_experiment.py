"""The experiment's own sentences and budgets."""

from __future__ import annotations

import json
import pickle
import re
from typing import Any

import pytest

from sim import Experiment, SpecError
from sim.experiment import POOL_BUDGET, RECORD_BUDGET, WORK_BUDGET
from sim.families import families
from sim.links import from_link, nearest, to_link
from sim.metrics import count_for, measurable
from sim.sources import sources

CELL = 1 + count_for("columns")
"""Numbers remembered of one world and generation of one column."""

SMALL: dict[str, Any] = {"source": {"kind": "normal"}, "family": {"kind": "gaussian"}, "n": 10, "generations": 4, "replicates": 3}


def experiment(**changes: Any) -> Experiment:
    """A small Gaussian experiment with some settings changed."""
    return Experiment.model_validate(SMALL | changes)


def refusal(**changes: Any) -> SpecError:
    """Why an experiment is refused."""
    with pytest.raises(SpecError) as caught:
        experiment(**changes)
    return caught.value


def test_the_canonical_json_is_complete_and_in_order() -> None:
    told = json.loads(experiment().to_json())
    assert list(told) == list(Experiment.model_fields)
    roles = {"source": {"kind": "normal", "dim": 1}, "family": {"kind": "gaussian", "ddof": 0}, "regime": {"kind": "replace"}}
    for role, settings in roles.items():
        assert told[role].items() >= settings.items()
        assert list(told[role]) == list(type(getattr(experiment(), role)).model_fields)
    numbers = {"version": 1, "real_share": 0.0, "temperature": 1.0, "n": 10, "generations": 4, "replicates": 3, "seed": 0}
    assert told.items() >= {**numbers, "real_supply": "fresh"}.items()


def test_equal_experiments_have_equal_text() -> None:
    assert experiment(real_share=0).to_json() == experiment(real_share=-0.0).to_json() == experiment().to_json()
    assert experiment(temperature=1) == experiment(temperature=1.0)
    assert experiment(version=1.0).to_json() == experiment(n=10.0).to_json() == experiment().to_json()


def test_what_an_earlier_results_version_saved_or_linked_opens_without_a_note(monkeypatch: pytest.MonkeyPatch) -> None:
    saved, linked = experiment().to_json(), to_link(experiment())
    monkeypatch.setattr("sim.experiment.RESULTS_VERSION", 2)
    for opened in (Experiment.from_json(saved), from_link(linked), nearest(linked, experiment())[0]):
        assert opened.version == 2
        assert '"version": 2' in opened.to_json()
    assert nearest(linked, experiment())[1] == ()
    with pytest.raises(SpecError, match=r"^version must be a whole number from 1 to 2; got 3\.$"):
        experiment(version=3)


def test_an_experiment_cannot_be_changed() -> None:
    with pytest.raises(ValueError, match="frozen"):
        experiment().n = 5
    assert experiment().but(n=5).n == 5
    with pytest.raises(SpecError, match="n must be at least 1; got 0"):
        experiment().but(n=0)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"version": 2}, "version must be 1; got 2."),
        ({"n": 0}, "n must be at least 1; got 0."),
        ({"n": 100_001}, "n must be at most 100,000; got 100001."),
        ({"n": True}, "n must be a whole number; got True."),
        ({"n": 10.5}, "n must be a whole number; got 10.5. Round it, to 10 for example."),
        ({"n": "10"}, "n must be a whole number; got '10'."),
        ({"n": -(10**5000)}, "n must be at least 1; got something of type int."),
        ({"seed": 2**32}, "seed must be at most 4,294,967,295; got 4294967296."),
        ({"temperature": 0}, "temperature must be more than 0; got 0."),
        ({"temperature": float("nan")}, "temperature must be a finite number; got nan."),
        ({"real_share": 1.5}, "real_share must be at most 1; got 1.5."),
        ({"real_share": "half"}, "real_share must be a number; got 'half'."),
        ({"real_supply": "frehs"}, r"real_supply must be one of fresh, fixed; got 'frehs'. Did you mean fresh\?"),
        ({"real_supply": "\ud800"}, r"real_supply must be readable text; got '\\ud800'."),
        ({"source": "normal"}, r"source must be a mapping with a kind \(.*normal.*\); got 'normal'."),
        ({"source": None}, r"source must be a mapping with a kind \(.*\); got None."),
        ({"source": {"kind": "nromal"}}, r"source.kind must be one of .*normal.*; got 'nromal'. Did you mean normal\?"),
        ({"source": {"kind": "normal", "dmi": 2}}, r"source.dmi must be a setting of normal \(dim\); got 2. Did you mean dim\?"),
        ({"source": {"kind": "normal", 3: 2}}, "source.normal must be a mapping of named settings; got .*"),
        ({"source": {"kind": "normal", "self": 2}}, r"source.self must be a setting of normal \(dim\); got 2."),
        ({"family": {"kind": "gaussian", "ddof": 2}}, "family.ddof must be one of 0, 1; got 2."),
        ({"regime": {"kind": "window", "k": 0}}, "regime.k must be at least 1; got 0."),
        ({"relicates": 5}, r"relicates must be a setting of experiment \(.*\); got 5. Did you mean replicates\?"),
        ({"a\nb": 5}, r"a\?b must be a setting of experiment \(.*\); got 5."),
        ({"x" * 5000: 5}, r"x{79}… must be a setting of experiment \(.*\); got 5."),
    ],
)
def test_a_bad_setting_gets_one_sentence(changes: dict[Any, Any], sentence: str) -> None:
    text = str(refusal(**changes))
    assert re.fullmatch(sentence, text)
    assert len(text) < 300


def test_what_must_be_given_is_named() -> None:
    with pytest.raises(SpecError, match=r"^source must be given; got nothing.$"):
        Experiment.model_validate({})
    with pytest.raises(SpecError, match=r"^family must be given; got nothing.$"):
        Experiment.model_validate({"source": {"kind": "normal"}})
    with pytest.raises(SpecError, match=r"^experiment must be a mapping of named settings; got \[1\].$"):
        Experiment.model_validate([1])


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "experiment must be valid JSON; got ''. The reader says: Expecting value: line 1 column 1."),
        ("{", "experiment must be valid JSON; got '{'. The reader says: .*"),
        ("[" * 100_000, r"experiment must be valid JSON; got '\[+…. The reader says: nested too deeply."),
        ("1" * 5000, r"experiment must be valid JSON; got '1+…. The reader says: Exceeds the limit \(4300 digits\) .*"),
        (b"\xff", r"experiment must be valid JSON; got '�'. The reader says: .*"),
        ("1e999", "experiment must be a mapping of named settings; got inf."),
        ("null", "experiment must be a mapping of named settings; got None."),
        (None, "experiment must be JSON text; got None."),
        ('{"n": 1, "n": 2}', "experiment must be JSON that says each name once; got 'n' twice."),
        (
            '{"source": {"kind": "normal"}, "family": {"kind": "gaussian"}, "temperature": 1e999}',
            "temperature must be a finite number; got inf.",
        ),
        ('{"source": {"kind": "normal"}, "family": {"kind": "gaussian"}, "n": NaN}', "n must be a whole number; got nan."),
    ],
)
def test_bad_json_gets_one_sentence(text: Any, sentence: str) -> None:
    with pytest.raises(SpecError, match=f"^{sentence}$") as caught:
        Experiment.from_json(text)
    assert len(str(caught.value)) < 300


def test_a_refusal_is_a_value_error_and_survives_pickling() -> None:
    problem = refusal(n=0)
    copy = pickle.loads(pickle.dumps(problem))
    assert isinstance(problem, ValueError)
    assert str(copy) == str(problem)
    assert (copy.where, copy.nearest) == ("n", 1)


def test_tokens_need_a_model_of_tokens() -> None:
    problem = refusal(source={"kind": "zipf"})
    assert str(problem) == "family must be a model that can learn tokens (categorical); got gaussian. zipf gives tokens."
    assert problem.nearest == "categorical"


@pytest.mark.parametrize(
    "changes",
    [
        {"n": 100_000, "generations": 5000},
        {"n": 10_000, "generations": 100, "replicates": 490},
        {"source": {"kind": "normal", "dim": 64}, "n": 10_000, "generations": 1000},
    ],
)
def test_too_much_work_is_refused_and_the_nearest_fits(changes: dict[str, Any]) -> None:
    problem = refusal(**changes)
    assert f"more than {WORK_BUDGET:,} numbers drawn" in str(problem)
    assert problem.where in ("n", "generations", "replicates")
    assert problem.nearest < (SMALL | changes)[problem.where]


def test_a_pool_too_large_for_memory_is_refused() -> None:
    changes = {"regime": {"kind": "accumulate"}, "n": 1000, "generations": 300, "replicates": 500}
    assert f"more than {POOL_BUDGET:,} numbers kept for training" in str(refusal(**changes))
    assert experiment(**(changes | {"regime": {"kind": "replace"}})).n == 1000


def test_more_worlds_than_can_be_remembered_are_refused() -> None:
    problem = refusal(n=1, generations=5000, replicates=20_000)
    assert f"more than {RECORD_BUDGET:,} numbers recorded" in str(problem)
    assert problem.where == "replicates"
    most = RECORD_BUDGET // (CELL * 400)
    assert experiment(n=1, generations=399, replicates=most).replicates == most
    assert refusal(n=1, generations=399, replicates=most + 1).nearest == most
    words = experiment(source={"kind": "zipf"}, family={"kind": "categorical"}, n=1, generations=399, replicates=2 * most)
    assert words.replicates == 2 * most, "words have fewer metrics"


def test_the_budget_of_what_is_remembered_counts_every_metric_that_can_be_measured() -> None:
    """800,000 cells of 11 metrics would be 70 MB, and 237 MB as CSV: more than was asked of a column alone."""
    for source in (source() for source in sources):
        kind = source.space.kind
        counts = [len(measurable(source, family.offers)) for family in families if kind in family.accepts]
        assert max(counts) <= count_for(kind)
    assert f"more than {RECORD_BUDGET:,} numbers recorded" in str(refusal(n=1, generations=39, replicates=20_000))


def test_a_link_that_asks_to_remember_too_much_is_mended() -> None:
    link = {"source": "normal", "family": "gaussian", "n": "1", "generations": "5000", "replicates": "20000"}
    found, notes = nearest(link, experiment())
    assert 0.9 * RECORD_BUDGET < CELL * (found.generations + 1) * found.replicates <= RECORD_BUDGET
    assert (found.n, found.generations) == (1, 5000)
    assert "numbers recorded" in str(notes[0])


def test_a_link_beyond_two_budgets_keeps_all_that_fits() -> None:
    found, _ = nearest({"source": "normal", "family": "gaussian", "n": "10000", "generations": "1000", "replicates": "1000"}, experiment())
    assert 0.9 * RECORD_BUDGET < CELL * (found.generations + 1) * found.replicates <= RECORD_BUDGET
    assert 0.9 * WORK_BUDGET < found.n * found.generations * found.replicates <= WORK_BUDGET


def test_real_rows_are_counted_to_the_nearest_row() -> None:
    assert [experiment(real_share=share).n_real for share in (0, 0.04, 0.06, 0.5, 0.96, 1)] == [0, 0, 1, 5, 10, 10]
