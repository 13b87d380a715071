"""The replay: one HTML file with the stage, a run and its captions in it; it needs no server and no network.

The stage is the page's own (`dashboard/stage`), with another host. The file says so when its run was changed after it was
made: it carries a CRC-32 of the run and the experiment. That finds mistakes and idle edits, it is no signature. A file holds
the script that reads it, so one that was made with another check or schema opens as it did.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from html import escape
from pathlib import Path
from string import Template
from typing import Any, Final
from zlib import crc32

import numpy as np

from dashboard.figures import View, panels
from dashboard.player.payload import payload
from dashboard.stage import script, styles
from dashboard.stage.library import prepared
from dashboard.state.view_options import REVEAL, stage_options
from dashboard.theme import PALETTE
from sim.maps.pooled import PooledMap
from sim.verdicts.spread import spread_metric

HERE = Path(__file__).parent

BUDGET: Final = 1_200_000
"""Bytes of payloads in one file; the file beside plotly.js stays below 1.3 MB."""

MOST_REPLICATES: Final = 9
"""A choice: the world shown, the narrowest, the widest and six between; more is a matter for the page itself."""

POLICY: Final = "; ".join(
    (
        "default-src 'none'",
        "script-src 'unsafe-inline'",
        "style-src 'unsafe-inline'",
        "img-src data: blob:",
        "base-uri 'none'",
        "form-action 'none'",
    )
)
"""The browser itself keeps the file from asking anybody for anything."""


def replay(view: View, kind: str, link: str, options: Mapping[str, Any] | None = None) -> bytes:
    """The file of a run.

    Args:
        view: what is looked at; its replicate is shown first, others that fit into the file can be picked.
        kind: of the map that rows of more than two columns are drawn on.
        link: where the run can be opened on the page; empty when that is not known.
        options: how it is looked at at first, as `stage_options` gives it; the usual way where nothing is said.
    """
    whole = {**payload(view, kind), "options": options or stage_options({}, view.run.last)}
    text = _plain(_contents(view, whole, link))
    page = Template((HERE / "replay.html").read_text("utf-8")).substitute(
        policy=escape(POLICY, quote=True),
        title=escape(_title(whole)),
        words=escape(_words(whole)),
        styles="\n".join((styles(), _colours(), (HERE / "replay.css").read_text("utf-8"))),
        checksum=crc32(text.encode()),
        run=text,
        plotly=prepared(),
        scripts=script(HERE / "replay.js"),
    )
    return page.encode()


def _is_early(whole: Mapping[str, Any]) -> bool:
    return whole["options"][REVEAL.name]["value"] != REVEAL.usual


def _title(whole: Mapping[str, Any]) -> str:
    """The verdict stands in it, unless the run is to be played first."""
    return "Collapse Lab: a run to be played" if _is_early(whole) else f"Collapse Lab: {whole['verdict']}"


def _words(whole: Mapping[str, Any]) -> str:
    """The run for those who cannot play it; they have no bet to spoil."""
    return " ".join(filter(None, (whole["verdict"], whole["line"], whole["captions"][-1])))


def _colours() -> str:
    """The page's colours, which the server gives elsewhere, in the scheme that the reader's browser prefers."""
    light, dark = (
        f".cl-replay{{--st-background-color:{roles['paper']};--ink:{roles['ink']};--soft:{roles['soft']};--lost:{roles['lost']}}}"
        for roles in (PALETTE["light"], PALETTE["dark"])
    )
    return f"{light}@media (prefers-color-scheme:dark){{{dark}}}"


def _contents(view: View, whole: Mapping[str, Any], link: str) -> dict[str, Any]:
    worlds = _worlds(view, whole)
    offered = [choice for choice in whole["worlds"] if choice["value"] in worlds]
    host = {"id": "replay", "start": None, "maps": [], "worlds": offered} | ({"link": link} if link else {})
    shared = {name: value for name, value in whole.items() if name != "panels"}
    return {"experiment": json.loads(view.experiment.to_json()), "payload": {**shared, **host}, "worlds": worlds}


def _worlds(view: View, whole: Mapping[str, Any]) -> dict[str, Any]:
    """The panels of the replicate that is shown and of others from the narrowest to the widest, as many as fit."""
    kept: dict[str, Any] = {str(view.replicate): whole["panels"]}
    size = len(_plain(whole["panels"]))
    room = BUDGET - len(_plain(dict(whole)))
    one_map = isinstance(view.fitted_map, PooledMap)  # which was fitted to the rows of this very replicate
    for other in () if one_map else _others(view):
        if room < 1.1 * size:
            break
        drawn = panels(replace(view, replicate=other))
        room -= len(_plain(drawn))
        if room >= 0:
            kept[str(other)] = drawn
    return kept


def _others(view: View) -> Sequence[int]:
    """Other replicates worth a look: an even choice by their last spread, the narrowest and the widest first."""
    count = view.experiment.replicates
    spread = view.run.metrics.get(spread_metric(view.experiment))
    last = np.zeros(count) if spread is None else spread[:, view.run.last]
    order = [int(r) for r in np.argsort(last, kind="stable") if r != view.replicate]
    picks = np.unique(np.linspace(0, len(order) - 1, min(len(order), MOST_REPLICATES - 1)).round().astype(int)) if order else ()
    chosen = [order[i] for i in picks]
    return [*chosen[:1], *chosen[-1:], *chosen[1:-1]] if len(chosen) > 1 else chosen


def _plain(value: Any) -> str:
    """JSON in plain ASCII that cannot end the script element it stands in."""
    return json.dumps(value, separators=(",", ":"), allow_nan=False).replace("<", "\\u003c")
