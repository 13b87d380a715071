"""The payload: everything that the browser needs of one run, so that time can live there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from dashboard.captions.highlights import highlights
from dashboard.captions.plain_line import plain_line
from dashboard.captions.run import caption, detail, verdict
from dashboard.captions.text import METRICS as TEXT_METRICS
from dashboard.figures import View, panels
from dashboard.glossary import meanings
from dashboard.theme import FIGURES_IN_PRINT, PALETTE
from dashboard.version import software
from sim import Experiment, Run
from sim.maps import choices
from sim.metrics import measurable
from sim.verdicts.criteria import USES
from sim.verdicts.spread import NEEDS
from sim.verdicts.typical_replicate import typical_replicate

MOST_LISTED = 200
"""Replicates that are listed one by one. A choice: nobody looks for a world further down than that."""

THINNED = "The stage steps through {shown:,} of the {all:,} generations; the files under Numbers on the Explore page have them all."


def payload(view: View, kind: str = "pca") -> dict[str, Any]:
    """Panels, captions and palette of one run, as plain JSON; the same view gives the same text.

    Args:
        view: what is looked at.
        kind: of the map that the visitor asked for.
    """
    found: dict[str, Any] = {
        "generations": list(view.generations),
        "verdict": verdict(view.run),
        "line": plain_line(view.run),
        "detail": " ".join(filter(None, (detail(view.run), _thinned(view)))),
        "captions": [caption(view, t) for t in view.generations],
        "world": str(view.replicate),
        "worlds": _worlds(view),
        "map": kind,
        "maps": [{"value": name, "text": text} for name, text in choices(view.experiment.source).items()],
        "highlights": highlights(view),
        "palette": {**{mode: dict(roles) for mode, roles in PALETTE.items()}, "print": dict(FIGURES_IN_PRINT)},
        "credit": {"software": software(), "seed": view.experiment.seed},
        "panels": panels(view),
    }
    return found | {"terms": meanings("\n".join(_words(found)))}


def _words(found: Mapping[str, Any]) -> Iterator[str]:
    """What is written on the stage, in which terms are explained."""
    yield from (found["verdict"], found["line"], found["detail"], *found["captions"], *(moment["text"] for moment in found["highlights"]))
    for panel in found["panels"]:
        yield from (panel["title"], *(entry["text"] for entry in panel.get("legend", ())))


def replicate_shown(run: Run, picked: int | None, *, growing: bool = False) -> int:
    """The replicate to draw: the one picked, or else the typical one, which is known only once the run has ended.

    Args:
        run: what is on stage.
        picked: the visitor's choice; None for the usual one.
        growing: whether the run is still being computed.
    """
    if picked is None:
        return 0 if growing else typical_replicate(run)
    return min(picked, run.experiment.replicates - 1)


def _thinned(view: View) -> str:
    """What the playhead steps over, if anything."""
    shown, every = len(view.generations), view.run.last + 1
    return THINNED.format(shown=shown, all=every) if shown < every else ""


def default_curves(experiment: Experiment) -> tuple[str, ...]:
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
    return [{"value": str(r), "text": f"Repeat {r + 1}" + (" · typical" if r == typical else "")} for r in shown]
