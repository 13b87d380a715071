"""Whose a parameter is: nobody's are passed over in silence, a slip of a setting's name is one note."""

from __future__ import annotations

import random

import pytest
from foreign import TAKEN, drawn, foreign, good_links, is_foreign, letters_of, slips_of

from dashboard.arrival import destination
from dashboard.state.address import view_state_of
from dashboard.state.view_options import OPTIONS
from sim import Experiment
from sim.experiment import ROLES
from sim.families import families
from sim.links import to_link
from sim.sources import sources
from sim.spec import Spec, knobs

MANY = 1000
SLIPS_OF_EACH = 12
"""Drawn at random of the some hundred slips of each name."""


def test_a_thousand_good_links_are_the_same_with_three_parameters_of_nobody() -> None:
    dice = random.Random(19)
    for link in good_links(MANY, seed=19):
        strangers = foreign(dice)
        pairs = [*link.items(), *strangers.items()]
        dice.shuffle(pairs)
        plain = view_state_of(link)
        assert plain.notes == ()
        assert view_state_of(dict(pairs)) == plain, strangers
        assert destination(dict(pairs), "explore") == "explore"


def test_parameters_of_nobody_alone_are_the_home_page_without_a_word() -> None:
    dice = random.Random(7)
    home = view_state_of({})
    for page in ("explore", "lessons", "method"):
        for _ in range(100):
            strangers = foreign(dice)
            assert view_state_of(strangers) == home
            assert destination(strangers, page) == page


@pytest.mark.parametrize("name", ["utm_source", "gad_source", "fbclid", "amp", "id", "q", "s", "sid", "sources_of_truth", "my_n"])
def test_a_name_that_only_holds_a_settings_name_is_nobodys(name: str) -> None:
    assert is_foreign(name)
    good = {"v": "1", "source": "ring", "family": "gmm"}
    for value in ("1", "zipf", "moodle"):
        assert view_state_of({**good, name: value}) == view_state_of(good)


def another(name: str, spec: type[Spec], experiment: Experiment) -> str:
    """A value of a setting that is good and not the usual one, as a link has it."""
    role, _, knob = name.rpartition(".")
    field = knobs(spec)[knob]
    holder = getattr(experiment, role) if role else experiment
    choices = getattr(field.annotation, "__args__", ())
    for value in choices or (field.default * 2, field.default / 2, field.default + 1):
        whole = type(field.default)(value)
        if whole == field.default:
            continue
        try:
            changed = experiment.but(**{role: holder.but(**{knob: whole})}) if role else experiment.but(**{knob: whole})
        except ValueError:
            continue
        return to_link(changed)[name]
    raise AssertionError(name)


def settings_of(experiment: Experiment) -> dict[str, str]:
    """Every setting that a link to this experiment could have, but for its source and model and what is short, with a good value."""
    found = {"preset": "shrinks", "world": "2", "curves": "mean_shift", "hide": "seed"}
    found |= {name: option.choices[1] for name, option in OPTIONS.items() if option.choices}
    for role, spec in {"": Experiment, **{role: type(getattr(experiment, role)) for role in ROLES}}.items():
        for knob, field in knobs(spec).items():
            if knob not in ROLES and field.annotation is not str:
                name = f"{role}.{knob}" if role else knob
                found[name] = another(name, spec, experiment)
    return found


def near(slip: str, known: set[str]) -> set[str]:
    """The settings that a name is a slip of; names of three letters want all of them and one more, shorter ones nothing."""
    return {name for name in known if slip in slips_of(name) and (len(name) > 3 or (len(name) == 3 and len(slip) == 4))}


def able(kind: str) -> Experiment:
    """A small experiment with a variant in it."""
    sizes = {"n": 20, "generations": 5, "replicates": 4}
    if kind in {regime.kind_name() for regime in ROLES["regime"]}:
        return Experiment(source={"kind": "normal"}, family={"kind": "gaussian"}, regime={"kind": kind}, **sizes)
    ours = [source() for source in sources if source.kind_name() not in ("own_text",)]
    pairs = [(source, family()) for source in ours for family in families if source.space.kind in family.accepts]
    source, family = next(pair for pair in pairs if kind in (pair[0].kind_name(), pair[1].kind_name()))
    return Experiment(source=source, family=family, **sizes)


VARIANTS = [kind.kind_name() for kinds in ROLES.values() for kind in kinds if kind.kind_name() != "own_text"]


@pytest.mark.parametrize("kind", VARIANTS)
def test_a_slip_of_a_settings_name_is_read_as_that_setting_and_is_one_note(kind: str) -> None:
    experiment, dice = able(kind), random.Random(kind)
    link = to_link(experiment)
    settings = settings_of(experiment)
    known = {"v", "lesson", *ROLES, *OPTIONS, *settings}
    ours = [name for name in settings if kind == "gaussian" or "." in name]  # the experiment's own, once
    for name in ours:
        without = {other: text for other, text in link.items() if other != name}
        slips = sorted(slip for slip in slips_of(name) if near(slip, known) and letters_of(slip) not in TAKEN)
        for slip in dice.sample(slips, min(len(slips), SLIPS_OF_EACH)):
            meant = near(slip, known)
            found, sole = view_state_of({**without, slip: settings[name]}), {*meant} == {name} and name not in without
            right = view_state_of({**without, name: settings[name]} if sole else without)
            assert (found.experiment, found.options) == (right.experiment, right.options), (slip, meant)
            assert len(found.notes) == 1, (slip, meant, found.notes)
            assert (f" is read as {name}." in found.notes[0]) == sole


@pytest.mark.parametrize("role", ["source", "family", "regime"])
def test_a_slip_of_a_roles_name_is_read_as_the_role(role: str) -> None:
    experiment = able("window").but(source={"kind": "ring"}, family={"kind": "gmm"})
    link, known = to_link(experiment), {"v", "lesson", *ROLES, *OPTIONS, *settings_of(experiment)}
    for slip in sorted(slip for slip in slips_of(role) if letters_of(slip) not in TAKEN):
        found = view_state_of({(slip if name == role else name): text for name, text in link.items()})
        if near(slip, known) == {role}:
            assert found.experiment == experiment, slip
            assert found.notes[0].endswith(f" is read as {role}.")
        assert len(found.notes) == 1


@pytest.mark.parametrize("slip", ["lessn", "lessom", "lseson", "llesson"])
def test_a_slip_of_the_word_lesson_opens_it(slip: str) -> None:
    assert destination({slip: "tails_go_first"}, "explore") == "lessons"


def test_random_experiments_are_what_their_links_say() -> None:
    dice = random.Random(3)
    for _ in range(50):
        experiment = drawn(dice)
        assert view_state_of(to_link(experiment)).experiment == experiment
