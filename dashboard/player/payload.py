"""The payload: everything that the browser needs of one run, so that time can live there."""

from __future__ import annotations

from typing import Any

import numpy as np

from dashboard.captions.highlights import highlights
from dashboard.captions.run import caption, detail, verdict
from dashboard.captions.text import METRICS as TEXT_METRICS
from dashboard.figures import View, panels
from dashboard.theme import PALETTE
from dashboard.version import software
from sim import Experiment, Run
from sim.arrays import Floats
from sim.maps import choices
from sim.metrics import measurable
from sim.verdicts.phases import NEEDS, USES, spread_metric

MOST_LISTED = 200
"""Replicates that are listed one by one."""

THINNED = "The stage steps through {shown:,} of the {all:,} generations; the files under Numbers on the Explore page have them all."


def payload(view: View, kind: str = "pca") -> dict[str, Any]:
    """Panels, captions and palette of one run, as plain JSON; the same view gives the same text.

    Args:
        view: what is looked at.
        kind: of the map that the visitor asked for.
    """
    return {
        "generations": list(view.generations),
        "verdict": verdict(view.run),
        "detail": " ".join(filter(None, (detail(view.run), _thinned(view)))),
        "captions": [caption(view, t) for t in view.generations],
        "world": str(view.replicate),
        "worlds": _worlds(view),
        "map": kind,
        "maps": [{"value": name, "text": text} for name, text in choices(view.experiment.source).items()],
        "highlights": highlights(view),
        "palette": {mode: dict(roles) for mode, roles in PALETTE.items()},
        "credit": {"software": software(), "seed": view.experiment.seed},
        "panels": panels(view),
    }


def typical_replicate(run: Run) -> int:
    """The replicate whose picture is neither lucky nor unlucky, all along and at the end.

    Law: of the fifth of the replicates whose last spread is nearest the median, the one whose ranks are nearest the middle: that
    of its spread, in nine of ten generations, and those of the other metrics that phases are told from, in the last.
    """
    spread = run.metrics.get(spread_metric(run.experiment))
    if spread is None:
        return 0
    last = spread[:, run.last]
    order = np.argsort(last, kind="stable")[: max(1, np.isfinite(last).sum())]
    middle, reach = (len(order) - 1) // 2, len(order) // 10
    near = order[middle - reach : middle + reach + 1]
    others = [run.metrics[name][:, run.last] for name in USES[run.experiment.source.space.kind] if name in run.metrics]
    path = np.quantile([_rank_distance(values) for values in spread.T], 0.9, axis=0)
    return int(near[np.argmin(np.max([path, *map(_rank_distance, others)], axis=0)[near])])


def _rank_distance(values: Floats) -> Floats:
    """How far every value's rank is from the middle one, as a share of all, (replicates,); 0 where not all were measured."""
    if not np.isfinite(values).all():
        return np.zeros(len(values))
    line = np.sort(values)
    ranks = np.searchsorted(line, values, "left") + np.searchsorted(line, values, "right")
    return np.abs(ranks / (2 * len(line)) - 0.5)


def _thinned(view: View) -> str:
    """What the playhead steps over, if anything."""
    shown, every = len(view.generations), view.run.last + 1
    return THINNED.format(shown=shown, all=every) if shown < every else ""


def default_curves(experiment: Any) -> tuple[str, ...]:
    """The four metrics that a page shows at first, most telling first."""
    able = measurable(experiment.source, experiment.family.offers)
    return tuple(sorted(able, key=lambda name: able[name].rank)[:4])


def metrics_for(experiment: Experiment, curves: tuple[str, ...]) -> tuple[str, ...]:
    """The metrics that these curves and the sentences about a run need."""
    able = measurable(experiment.source, experiment.family.offers).keys()
    kind = experiment.source.space.kind
    of_text = TEXT_METRICS if kind == "sequences" else ()
    return tuple(sorted(({*NEEDS[kind], *USES[kind], *of_text} & able) | set(curves)))


def _worlds(view: View) -> list[dict[str, str]]:
    """The replicates to pick from, as worlds; of very many the first ones, the typical one and the one shown."""
    typical = typical_replicate(view.run)
    count = view.experiment.replicates
    shown = range(count) if count <= MOST_LISTED else sorted({*range(MOST_LISTED), typical, view.replicate})
    return [{"value": str(r), "text": f"World {r + 1}" + (" · typical" if r == typical else "")} for r in shown]
