"""Sentences about lost modes: mode collapse, within one training, against model collapse, across generations."""

from __future__ import annotations

from sim import Run
from sim.verdicts.lost_modes import lost_modes
from sim.verdicts.phases import criteria

LOST_MODES = {
    "one": "Missing in this world: {parts}.",
    "both": "Missing, counted over both worlds with {modes} modes each: {parts}.",
    "all": "Missing, counted over all {count} worlds with {modes} modes each: {parts}.",
}
MISSED = {
    "collapse": "{at_once} that model 1 missed already (mode collapse)",
    "one peak": "{at_once} that model 1 cannot hold, because it has one peak only",
    "chance": "{at_once} that model 1 missed, no more than chance allows",
    "since": "{since} lost since (model collapse)",
    "none since": "none lost since",
    "unseen": "{unseen} that the real rows missed too",
}
BACK = "{back} that model 1 missed are back."


def lost_modes_sentence(run: Run, t: int) -> str:
    """Which modes model 1 missed and which were lost since; said where more are missing than chance allows.

    All replicates are counted together, so that the parts add up. What model 1 missed is called mode collapse where that
    alone is more than chance allows, and where the model could hold separate modes.
    """
    lost = lost_modes(run, t) if t > 0 else None
    if lost is None or not (beyond := criteria(run).modes_lost)[t]:
        return ""
    first = "chance" if not beyond[1] else "one peak" if run.experiment.family.unimodal else "collapse"
    kinds = [first] * bool(lost.at_once)
    kinds += ["since" if lost.since else "none since"] * (t > 1) + ["unseen"] * bool(lost.unseen)
    parts = ", ".join(MISSED[kind] for kind in kinds).format(at_once=lost.at_once, since=lost.since, unseen=lost.unseen)
    count = run.experiment.replicates
    truth = run.experiment.source.reference().modes
    sentence = LOST_MODES["one" if count == 1 else "both" if count == 2 else "all"]
    sentence = sentence.format(parts=parts, count=count, modes=0 if truth is None else len(truth.weights))
    return f"{sentence} {BACK.format(back=lost.back)}" if lost.back else sentence
