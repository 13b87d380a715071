"""Every variant is a value that survives text, and every knob of it can be shown to a person."""

from __future__ import annotations

import math
import pickle
import re
from typing import Any

import numpy as np
import pytest
from cases import EVERY_FAMILY, EVERY_REGIME, EVERY_SOURCE, able_together, together, values

from sim import Experiment, SpecError
from sim.catalogue import bounds, catalogue
from sim.experiment import ROLES
from sim.families import families
from sim.links import from_link, nearest, to_link
from sim.sources import sources
from sim.spec import Spec, knobs

EVERY_VARIANT = [(role, variant) for role, registry in ROLES.items() for variant in registry]
VARIANT_KNOBS = [(variant, knob) for _, variant in EVERY_VARIANT for knob in knobs(variant)]
EVERY_KNOB = [*VARIANT_KNOBS, *((Experiment, knob) for knob in knobs(Experiment) if knob not in ROLES)]
BAD_VALUES = [None, "no such word", float("nan"), float("inf"), -(10**30), 10**400, [], {}, b"1"]


def _id(value: Any) -> str:
    return value if isinstance(value, str) else value.kind_name()


EXPERIMENTS = [
    *(Experiment(source=s, family=next(f() for f in families if able_together(s, f()))) for s in EVERY_SOURCE),
    *(Experiment(source=next(s() for s in sources if able_together(s(), f)), family=f) for f in EVERY_FAMILY),
    *(Experiment(source=sources["normal"](), family=families["gaussian"](), regime=r) for r in EVERY_REGIME),
]


@pytest.mark.parametrize("experiment", EXPERIMENTS, ids=together)
def test_an_experiment_is_a_value(experiment: Experiment) -> None:
    for copy in (
        Experiment.from_json(experiment.to_json()),
        Experiment.model_validate(experiment.model_dump()),
        from_link(to_link(experiment)),
        nearest(to_link(experiment), EXPERIMENTS[0])[0],
        pickle.loads(pickle.dumps(experiment)),
    ):
        assert copy == experiment
        assert hash(copy) == hash(experiment)
        assert copy.to_json() == experiment.to_json()
        assert type(copy.source) is type(experiment.source)


@pytest.mark.parametrize(("role", "variant"), EVERY_VARIANT, ids=_id)
def test_a_variant_says_who_it_is(role: str, variant: type[Any]) -> None:
    assert re.fullmatch("[a-z][a-z0-9_]*", variant.kind_name())
    assert variant.label[0].isupper() or variant.label[0].isdigit()
    doc = variant.__doc__
    assert re.match(r"[A-Z0-9][^\n]*", doc)
    assert doc.split("\n\n")[0].rstrip().endswith(".")
    assert "Law:" in doc
    assert re.search(r"References:\n\s+\S.*(19|20)\d\d", doc)
    assert variant.kind_name() in {v["kind"] for v in catalogue()[ROLES[role].plural]}


@pytest.mark.parametrize(("variant", "knob"), EVERY_KNOB, ids=_id)
def test_a_knob_can_be_shown_and_is_bounded(variant: type[Spec], knob: str) -> None:
    field = knobs(variant)[knob]
    assert field.title
    assert field.title[0].isupper()
    assert field.description
    assert field.description.endswith(".")
    allowed = bounds(field)
    if isinstance(field.default, (int, float)) and not getattr(field.annotation, "__args__", ()):
        assert allowed.keys() & {"ge", "gt"}
        assert allowed.keys() & {"le", "lt"}
        assert all(math.isfinite(bound) for bound in allowed.values())
    assert set(field.json_schema_extra["needs"]) <= set(variant.model_fields)


@pytest.mark.parametrize(("variant", "knob"), VARIANT_KNOBS, ids=_id)
@pytest.mark.parametrize("bad", BAD_VALUES, ids=lambda v: str(v)[:20])
def test_a_knob_refuses_with_a_sentence(variant: type[Spec], knob: str, bad: Any) -> None:
    with pytest.raises(SpecError, match=rf"^{knob} must be .+; got .+") as refusal:
        variant(**{knob: bad})
    assert refusal.value.where == knob
    assert len(str(refusal.value)) < 300


@pytest.mark.parametrize(("variant", "knob"), VARIANT_KNOBS, ids=_id)
def test_a_knob_takes_numbers_of_numpy_and_whole_ones_as_floats(variant: type[Spec], knob: str) -> None:
    for value in values(knobs(variant)[knob]):
        if isinstance(value, str):
            continue
        told = [np.array([value])[0], np.array(value)] + [float(value)] * (type(value) is int)
        found = [outcome(variant, knob, one) for one in (value, *told)]
        assert found == [found[0]] * len(found)


def outcome(variant: type[Spec], knob: str, value: Any) -> str | Spec:
    """A spec with one knob set, or why it is refused."""
    try:
        spec = variant(**{knob: value})
    except SpecError as problem:
        return str(problem)
    assert type(getattr(spec, knob)) in (bool, int, float)
    return spec


def test_every_registry_refuses_an_unknown_kind_and_names_the_closest() -> None:
    for role, variant in EVERY_VARIANT:
        kind = variant.kind_name()
        with pytest.raises(SpecError, match=f"must be one of .*{kind}") as refusal:
            ROLES[role][kind + "x"]
        assert refusal.value.nearest == kind
