"""A closed form is silent about what it does not know: fields that are added here, and that no law has heard of."""

from __future__ import annotations

import inspect
import pkgutil
from collections.abc import Callable, Iterator
from importlib import import_module
from typing import Annotated, Any, Literal

import pytest
from pydantic import BeforeValidator, Field, SerializeAsAny

import sim.theory
from dashboard.captions.theory import closed_form_lines
from dashboard.figures import View, panels
from sim import Experiment, simulate
from sim.families import Family, families
from sim.families.gaussian import Gaussian
from sim.metrics import metrics
from sim.regimes import Regime, regimes
from sim.regimes.accumulate import Accumulate
from sim.regimes.replace import Replace
from sim.sources import Source, sources
from sim.sources.normal import Normal
from sim.spec import Real, Spec, knob
from sim.theory import half_life, laws, laws_for, why_none
from sim.theory.law import closed_forms
from sim.theory.moment_map import moment_map
from sim.theory.moments import second_moments, truth_of
from sim.theory.scope import SIZE, in_scope, unknown_settings
from sim.verdicts.lost_modes import extinction_is_absorbing

LINE = {"source": {"kind": "normal"}, "family": {"kind": "gaussian"}}
WORDS = {"source": {"kind": "zipf", "vocabulary": 30}, "family": {"kind": "categorical"}}
SETTINGS: list[dict[str, Any]] = [
    LINE,
    {**LINE, "regime": {"kind": "accumulate"}},
    {**LINE, "regime": {"kind": "subsample"}, "real_share": 0.2, "real_supply": "fixed", "temperature": 0.8},
    {**LINE, "regime": {"kind": "window", "k": 3}},
    {"source": {"kind": "moons"}, "family": {"kind": "gmm", "k": 3}},
    {"source": {"kind": "normal", "dim": 2}, "family": {"kind": "kde", "h": 0.0}},
    {"source": {"kind": "normal", "dim": 2}, "family": {"kind": "kde", "bandwidth": "scott"}, "real_share": 0.1},
    WORDS,
    {**WORDS, "temperature": 0.9},
    {**WORDS, "family": {"kind": "categorical", "smoothing": 0.3}},
]
SMALL = {"n": 20, "generations": 5, "replicates": 2}


class Drifting(Experiment):
    """An experiment whose truth might move."""

    drift: Real = knob(0.0, label="Drift", help="How far the truth moves in each generation.")


class Curator(Spec):
    """Whoever picks rows."""

    kind: Literal["nobody"] = "nobody"
    blocks: int = knob(1, label="Candidates", help="How many candidates there are for each row.")


class Judge(Curator):
    """One that does pick."""

    kind: Literal["judge"] = "judge"  # pyright: ignore[reportIncompatibleVariableOverride]


def curator(value: Any) -> Any:
    """A curator as JSON has it."""
    return {"nobody": Curator, "judge": Judge}[value["kind"]](**value) if isinstance(value, dict) else value


class Curated(Experiment):
    """An experiment with one more role, declared as the regime is."""

    curation: Annotated[SerializeAsAny[Curator], BeforeValidator(curator)] = Field(
        default={"kind": "nobody"}, title="Curation", validate_default=True
    )


class Sharp(Gaussian):
    """A Gaussian with one more knob."""

    sharpness: Real = knob(0.0, label="Sharpness", help="How sharp it is.")


class Leaky(Accumulate):
    """A regime with one more knob."""

    leak: Real = knob(0.0, label="Leak", help="The share of rows that is lost.")


class Sorting(Replace):
    """A regime of its own, which nobody has derived anything for."""

    label = "Sorting"
    kind: Literal["sorting"] = "sorting"  # pyright: ignore[reportIncompatibleVariableOverride]


class Lazy(Replace):
    """A regime with one more knob."""

    echo: Real = knob(0.0, label="Echo", help="The share of words that are heard again.")


class Shifted(Normal):
    """A source with one more knob."""

    shift: Real = knob(0.0, label="Shift", help="How far its mean lies from 0.")


class Open(Experiment):
    """An experiment that takes variants of which no registry knows."""

    source: SerializeAsAny[Source] = Field(title="Source")
    family: SerializeAsAny[Family] = Field(title="Model")
    regime: SerializeAsAny[Regime] = Field(default=regimes["replace"](), title="Regime")


def opened(**settings: Any) -> Open:
    """An experiment of variants, each as a spec or as JSON has it."""
    resolve = {"source": sources.resolve, "family": families.resolve, "regime": regimes.resolve}
    return Open(**{**SMALL, **{name: resolve[name](value) if isinstance(value, dict) else value for name, value in settings.items()}})


def same(one: Experiment, other: Experiment) -> bool:
    """Whether the same laws are drawn with the same values."""
    said = [[(law.metric, law.kind, law.formula, law.values.tobytes()) for law in laws(both)] for both in (one, other)]
    return bool(said[0]) and said[0] == said[1] and half_life(one) == half_life(other)


def silent(experiment: Experiment, label: str) -> None:
    """Nothing is known of an experiment, and of every metric that has a law the label of what stands in its way is told."""
    assert laws(experiment) == ()
    assert half_life(experiment) is None
    known = {form.metric for form in closed_forms()}
    for name in metrics():
        assert laws_for(experiment, name) == ()
        told = why_none(experiment, name)
        assert told == f"No closed form is drawn: none takes {label} into account." if name in known else "is known" in told


def oracles() -> Iterator[tuple[str, Callable[..., Any]]]:
    """Every public function of theory that tells something of an experiment, or None where it knows nothing."""
    for module in pkgutil.iter_modules(sim.theory.__path__):
        for name, function in inspect.getmembers(import_module(f"sim.theory.{module.name}"), inspect.isfunction):
            takes = list(inspect.signature(function).parameters.values())
            if not name.startswith("_") and takes and takes[0].name == "experiment" and "None" in str(inspect.signature(function)):
                yield name, function


def asked(function: Callable[..., Any], experiment: Experiment) -> Any:
    """What an oracle says; it may want the truth, or a number of rows, besides."""
    truth = experiment.source.reference()
    given = {"Reference": truth, "Truth": truth_of(truth), "int": experiment.n, "float | None": None}
    wanted = list(inspect.signature(function).parameters.values())[1:]
    return function(experiment, *(given[one.annotation] for one in wanted))


@pytest.mark.parametrize("settings", SETTINGS, ids=str)
def test_an_added_field_silences_every_law_where_it_is_off_its_default(settings: dict[str, Any]) -> None:
    one = Experiment.model_validate({**SMALL, **settings})
    assert same(one, Drifting.model_validate({**SMALL, **settings}))
    silent(Drifting.model_validate({**SMALL, **settings, "drift": 0.5}), "Drift")
    assert same(Drifting.model_validate({**SMALL, **settings, "drift": 0.0}), one)


@pytest.mark.parametrize("settings", SETTINGS, ids=str)
def test_an_added_role_silences_every_law_unless_it_is_its_default_at_its_defaults(settings: dict[str, Any]) -> None:
    one = Curated.model_validate({**SMALL, **settings})
    assert same(one, Experiment.model_validate({**SMALL, **settings}))
    silent(one.but(curation={"kind": "judge"}), "Curation")
    silent(one.but(curation={"kind": "nobody", "blocks": 2}), "Curation")


@pytest.mark.parametrize("settings", SETTINGS, ids=str)
def test_no_oracle_tells_anything_of_what_theory_does_not_know(settings: dict[str, Any]) -> None:
    found = dict(oracles())
    assert {"half_life", "second_moments", "moment_map", "univariate_gaussian", "bookkeeping", "mean_tail_mass"} <= found.keys()
    drifting = Drifting.model_validate({**SMALL, **settings, "drift": 0.5})
    assert {name for name, function in found.items() if asked(function, drifting) is not None} == set()
    known = Experiment.model_validate({**SMALL, **settings})
    assert any(asked(function, known) is not None for function in found.values())


def test_the_settings_tried_here_reach_every_law() -> None:
    drawn = {(law.metric, law.kind) for settings in SETTINGS for law in laws(Experiment.model_validate({**SMALL, **settings}))}
    assert drawn == {(form.metric, form.kind) for form in closed_forms()}


def test_an_added_knob_of_a_family_silences_what_is_told_of_that_family() -> None:
    plain = Experiment.model_validate({**SMALL, **LINE})
    assert same(plain, opened(source=LINE["source"], family=Sharp()))
    sharp = opened(source=LINE["source"], family=Sharp(sharpness=1.0))
    assert laws(sharp) == ()
    assert moment_map(sharp, 10) is None
    for name in ("total_variance", "mean_shift", "frechet"):
        assert why_none(sharp, name) == "No closed form is drawn: none takes Sharpness of the model Gaussian into account."
    assert "known only for the bootstrap" in why_none(sharp, "tail_mass")


def test_an_added_knob_of_a_regime_silences_what_is_told_of_its_pool() -> None:
    plain = Experiment.model_validate({**SMALL, **LINE, "regime": {"kind": "accumulate"}})
    assert same(plain, opened(**LINE, regime=Leaky()))
    leaky = opened(**LINE, regime=Leaky(leak=0.1))
    assert laws(leaky) == ()
    assert why_none(leaky, "mean_shift") == "No closed form is drawn: none takes Leak of the regime Accumulate into account."


@pytest.mark.parametrize("settings", SETTINGS, ids=str)
def test_an_added_regime_silences_every_law(settings: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    kinds = {regime.kind_name(): regime for regime in regimes}
    monkeypatch.setattr(regimes, "_variants", kinds)
    regimes.register(Sorting)
    sorting = Experiment.model_validate({**SMALL, **settings, "regime": {"kind": "sorting"}})
    assert isinstance(sorting.regime, Sorting)
    assert laws(sorting) == ()
    known = {form.metric for form in closed_forms()}
    told = {why_none(sorting, name) for name in metrics() if name in known}
    assert told == {"No closed form is drawn: the regime Sorting has none yet."}


def test_extinction_is_called_absorbing_only_where_every_field_off_its_default_is_known() -> None:
    words = {**SMALL, **WORDS}
    assert extinction_is_absorbing(Experiment.model_validate({**words, "temperature": 0.9}))
    assert extinction_is_absorbing(Drifting.model_validate(words))
    assert not extinction_is_absorbing(Drifting.model_validate({**words, "drift": 0.5}))
    assert extinction_is_absorbing(Curated.model_validate(words))
    assert not extinction_is_absorbing(Curated.model_validate(words).but(curation={"kind": "judge"}))
    assert extinction_is_absorbing(opened(**WORDS, regime=Lazy()))
    assert not extinction_is_absorbing(opened(**WORDS, regime=Lazy(echo=0.1)))


def test_the_page_speaks_of_for_good_only_where_extinction_is_absorbing() -> None:
    words = {**SMALL, **WORDS}
    for experiment, said in ((Drifting.model_validate(words), True), (Drifting.model_validate({**words, "drift": 0.5}), False)):
        shown = next(panel for panel in panels(View(simulate(experiment), 0, ())) if panel["name"] == "words")
        assert ("for good" in f"{shown['title']} {shown['alt']} {shown['help']}") is said


def test_an_added_knob_of_a_source_silences_only_what_is_not_read_from_its_truth() -> None:
    shifted = opened(source=Shifted(shift=1.0), family=LINE["family"])
    assert {(law.metric, law.kind) for law in laws(shifted)} == {("total_variance", "mean"), ("mean_shift", "root mean square")}
    assert half_life(shifted) is None
    assert second_moments(shifted) is not None
    assert why_none(shifted, "frechet") == "No closed form is drawn: none takes Shift of the source Normal into account."


def test_a_law_that_names_no_field_knows_nothing() -> None:
    one = Experiment.model_validate({**SMALL, **LINE})
    assert not in_scope(one, ())
    assert unknown_settings(one, ()) == ("Source", "Model")
    assert in_scope(one, ("source.normal", "family.gaussian"))
    assert not in_scope(one, ("source.normal", "family.kde.h"))
    assert unknown_settings(one, ("source.normal", "family.kde.h")) == ()


def test_every_field_that_a_law_names_exists() -> None:
    roles = {"source": sources, "family": families, "regime": regimes}
    assert laws(Experiment.model_validate({**SMALL, **LINE}))  # by then every law is registered
    named = {path for form in closed_forms() for path in form.knows}
    assert len(named) > 10
    for path in named:
        field, *variant = path.split(".")
        assert field in Experiment.model_fields.keys() - SIZE
        assert not variant or set(variant[1:]) <= roles[field][variant[0]].model_fields.keys()


def test_the_page_says_which_field_the_laws_do_not_know() -> None:
    drifting = Drifting.model_validate({**SMALL, **LINE, "drift": 0.5})
    told = list(closed_form_lines(simulate(drifting, ("total_variance", "wasserstein"))))
    assert told == [
        ("**Total variance.** No closed form is drawn: none takes Drift into account.", ""),
        ("**Wasserstein distance.** No closed form is known for this metric; only the measurement is drawn.", ""),
    ]
