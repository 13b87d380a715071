"""What is said of shape: whether rows still look like real ones, since when they do not, and what so small a run could tell."""

from __future__ import annotations

from typing import Final

import numpy as np

from dashboard.theme import counted, number, percent
from sim import Run
from sim.arrays import Flags
from sim.metrics.spread import FAR_TAIL
from sim.verdicts.beyond_chance import below_chance
from sim.verdicts.criteria import Criteria, criteria
from sim.verdicts.medians import median_at
from sim.verdicts.phases import come_to_stay, phase_at
from sim.verdicts.shape import RESEMBLANCE, far_rows, told_from

TESTED: Final = {
    "plane": (
        "Coverage is {coverage} and precision {precision}; fresh real rows have {fresh_coverage} and {fresh_precision}, and down to "
        "{low_coverage} and {low_precision} no loss of shape can be told ({worlds})."
    ),
    "line": "The shape distance is {now}; fresh real rows have {fresh}, and up to {high} no loss of shape can be told ({worlds}).",
}
LIE: Final = ("{n} lies", "{n} lie")
REPEATS: Final = ("{n} repeat", "{n} repeats")


def shape_verdict_kind(run: Run) -> str:
    """Which verdict an early run has earned by what it lost first, at the end still missing: "far", "tails" or a sign of shape."""
    since = {kind: come_to_stay(flags) for kind, flags in _signs(criteria(run)).items() if flags[-1]}
    known = {kind: run.last if t is None else t for kind, t in since.items()}
    first = min(known, key=lambda kind: known[kind], default="tails")
    return _sign_of_shape(run) if first == "shape" else first


def unlike_kind(run: Run) -> str:
    """Whether rows bore little resemblance as soon as their shape was lost."""
    seen = criteria(run)
    shape, unlike = (come_to_stay(flags) for flags in (_signs(seen)["shape"], seen.unlike))
    return "unlike later" if shape is not None and unlike is not None and shape < unlike else "unlike"


def _signs(seen: Criteria) -> dict[str, Flags]:
    """What makes a run early, modes aside; of those that came in the same generation the first is told."""
    nothing = np.zeros_like(seen.low)
    near = np.any([nothing, *(flags for name, flags in seen.thin.items() if name != "far_tail_mass")], axis=0)
    return {"far": seen.thin.get("far_tail_mass", nothing), "tails": near, "shape": seen.shape_lost & ~seen.grown}


def _sign_of_shape(run: Run) -> str:
    """The sign beyond chance that is farthest from what fresh real rows show, as a share of it; the distance where no other is."""
    seen = criteria(run)
    if not seen.off_support[-1]:
        return "distance" if seen.smeared[-1] else "heavy"
    beyond = [name for name in told_from(run) if below_chance(run, name)[-1]]
    return min(beyond, key=lambda name: median_at(run.metrics, name, run.last) / run.noise_floor[name])


def shape_facts(run: Run) -> dict[str, object]:
    """The numbers that sentences about shape are filled with; empty for words."""
    seen, facts = criteria(run), dict[str, object]()
    for name in told_from(run):
        facts |= {name: percent(median_at(run.metrics, name, run.last)), f"fresh_{name}": percent(float(run.noise_floor[name]))}
    if "far_tail_mass" in run.metrics:
        rows, drawn = (values[-1] for values in far_rows(run))
        facts |= {"seen": counted(LIE, float(rows)), "drawn": f"{int(drawn):,}", "expected": number(FAR_TAIL * drawn)}
    signs = _signs(seen)
    return {**facts, "unlike": come_to_stay(seen.unlike), "shape": come_to_stay(signs["shape"]), "far": come_to_stay(signs["far"])}


def shape_tested_sentence(run: Run) -> str:
    """What the tests of shape could have shown, where none of them did."""
    names, line = told_from(run), "shape_distance"
    told = line if line in run.metrics else RESEMBLANCE[0]
    if run.last < 1 or phase_at(run, run.last) not in ("not yet", "stable") or not np.isfinite(median_at(run.metrics, told, run.last)):
        return ""
    if len(names) == len(RESEMBLANCE):
        floors = {f"low_{name}": percent(max(0.0, run.noise_floor[name].low)) for name in names}
        return TESTED["plane"].format(worlds=_worlds(run, names[0]), **floors, **shape_facts(run))
    if line in run.metrics and np.isfinite(run.noise_floor[line]):
        floor = run.noise_floor[line]
        now, worlds = number(median_at(run.metrics, line, run.last)), _worlds(run, line)
        return TESTED["line"].format(now=now, worlds=worlds, high=number(floor.high), fresh=number(float(floor)))
    return ""


def _worlds(run: Run, name: str) -> str:
    return counted(REPEATS, int(np.isfinite(run.metrics[name][:, run.last]).sum()))
