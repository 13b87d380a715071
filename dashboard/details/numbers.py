"""The tab "Numbers": every metric of the experiment as a table and as files."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Final, Literal

import numpy as np
import streamlit as st

from dashboard.details.recorded import made_with
from dashboard.player import live
from dashboard.runs.job import Job, Key
from dashboard.runs.visitors import jobs, visitor
from dashboard.runs.visits import NUMBERS
from dashboard.theme import both, number
from sim import Run
from sim.arrays import Floats
from sim.metrics import is_whole, measurable, metrics
from sim.store.exports import exports
from sim.verdicts.medians import middle, real_median

NOTE_OF_ONE: Final = "Noise floor: the median that n fresh real rows score."
NOTE: Final = f"Medians over the repeats; of what is counted the lower of two. {NOTE_OF_ONE} Costly metrics are measured on fewer repeats."


def draw(job: Job, run: Run) -> None:
    """Every metric of the same experiment, asked of the queue; of a stopped run what was measured until then."""
    if run.ending.early:
        _table(job.key, run)
        st.caption("This run ended early; here is what the stage had measured. Continue it to the end to measure everything else.")
        return
    every = tuple(measurable(run.experiment.source, run.experiment.family.offers))
    full = jobs().ask(run.experiment, every, visitor(), NUMBERS)
    live.awaited(full)
    going = full.status.going
    st.fragment(_measured, run_every=live.tick() if going else None)(full.key, going)


def close() -> None:
    """Nobody looks at the table any more: the queue may let go of what is measured for it."""
    jobs().unsubscribe(visitor(), NUMBERS)


def _measured(key: Key, going: bool) -> None:
    full = jobs().find(key, visitor())
    if full is not None and going:
        if not full.status.going:
            st.rerun()
        st.markdown("Measuring everything else")
        live.progress(full)
    elif full is not None and full.run is not None:
        _table(key, full.run)
        if full.recorded:
            st.caption(made_with(full))


def _table(key: Key, full: Run) -> None:
    with_unit = full.experiment.source.space.with_unit
    rows = [
        {
            "Metric": with_unit(metrics()[name].label),
            "Unit": with_unit(metrics()[name].unit),
            "Generation 0": both(middle(full.metrics, name, 0)),
            f"Generation {full.last}": both(middle(full.metrics, name, full.last)),
            "5 % of repeats": number(_quantile(values[:, full.last], 0.05, "lower" if is_whole(name) else "linear")),
            "95 % of repeats": number(_quantile(values[:, full.last], 0.95, "higher" if is_whole(name) else "linear")),
            "Noise floor": number(real_median(full.noise_floor, name)),
            "Worlds": int((~np.isnan(values)).any(axis=1).sum()),
        }
        for name, values in full.metrics.items()
    ]
    st.dataframe(rows, hide_index=True, width="stretch")
    st.caption(NOTE if full.experiment.replicates > 1 else NOTE_OF_ONE)
    queue, name = jobs(), visitor()

    def exported(as_file: Callable[[Run], bytes]) -> bytes:
        """The file is made when asked for; until then the page holds only a key."""
        job = queue.find(key, name) or queue.ask(key[0], tuple(key[1]), name, NUMBERS)
        return as_file(job.future.result())

    for place, one in zip(st.columns([*(1 for _ in exports()), 3]), exports().values(), strict=False):
        made = partial(exported, one.content)
        place.download_button(f"Download {one.label}", made, one.file, one.media_type, on_click="ignore", width="stretch")


def _quantile(column: Floats, share: float, method: Literal["linear", "lower", "higher"]) -> float:
    """Of what was measured; of counts one of them, for half a word is none."""
    column = column[np.isfinite(column)]
    return float(np.quantile(column, share, method=method)) if column.size else float("nan")
