"""Below the stage: the numbers as a table, the closed forms with their sources, and how to get the same run elsewhere."""

from __future__ import annotations

import shlex

import numpy as np
import streamlit as st

from dashboard.theme import number
from sim import Run, simulate
from sim.exporting import metrics_csv, metrics_parquet
from sim.metrics import metrics
from sim.phases import PHASES, phases
from sim.theory import laws_for, why_none


def draw(run: Run) -> None:
    """The tabs; each computes what it shows only when it is open."""
    about, numbers, theory, reproduce = st.tabs(
        ["About this run", "Numbers", "Closed forms", "Reproduce"], on_change="rerun", key="details"
    )
    if about.open:
        with about:
            _about(run)
    if numbers.open:
        with numbers:
            _numbers(run)
    if theory.open:
        with theory:
            _theory(run)
    if reproduce.open:
        with reproduce:
            _reproduce(run)


def _about(run: Run) -> None:
    experiment = run.experiment
    source, family, regime = type(experiment.source), type(experiment.family), type(experiment.regime)
    for title, variant in (("Source", source), ("Model", family), ("Regime", regime)):
        st.markdown(f"**{title}: {variant.label}.** {_first_sentence(variant.__doc__)}")
    st.markdown(f"**How it ended.** {run.ending.sentence}")
    met = set(phases(run))
    for phase, meaning in PHASES.items():
        if phase in met:
            st.markdown(meaning)


def _numbers(run: Run) -> None:
    full = _with_every_metric(run)
    rows = [
        {
            "Metric": metrics()[name].label,
            "Unit": metrics()[name].unit,
            "Generation 0": number(_median(values, 0)),
            f"Generation {full.last}": number(_median(values, full.last)),
            "5 % of worlds": number(_quantile(values, full.last, 0.05)),
            "95 % of worlds": number(_quantile(values, full.last, 0.95)),
            "Noise floor": number(full.noise_floor[name]),
            "Worlds": int(np.isfinite(values[:, 0]).sum()),
        }
        for name, values in full.metrics.items()
    ]
    st.dataframe(rows, hide_index=True, width="stretch")
    st.caption("Medians over the worlds. Noise floor: the median that n fresh real rows score. Dear metrics are measured on fewer worlds.")
    left, right, _ = st.columns([1, 1, 3])
    left.download_button("Download CSV", lambda: metrics_csv(full), "metrics.csv", "text/csv", on_click="ignore", width="stretch")
    right.download_button(
        "Download Parquet", lambda: metrics_parquet(full), "metrics.parquet", "application/octet-stream", on_click="ignore", width="stretch"
    )


def _with_every_metric(run: Run) -> Run:
    with st.spinner("Measuring everything else"):
        return _everything(run)


def _everything(run: Run) -> Run:
    kept = st.session_state.get("everything")
    if kept is None or kept.experiment != run.experiment or kept.last != run.last:
        kept = simulate(run.experiment.but(generations=max(1, run.last)))
        st.session_state["everything"] = kept
    return kept


def _theory(run: Run) -> None:
    for name in run.metrics:
        label = metrics()[name].label
        laws = laws_for(run.experiment, name)
        if not laws:
            st.markdown(f"**{label}.** {why_none(run.experiment, name)}")
        for law in laws:
            st.markdown(f"**{label}, {law.kind}.** {law.formula}")
            st.caption(f"{law.assumptions} {law.reference}")


def _reproduce(run: Run) -> None:
    text = run.experiment.to_json()
    st.markdown("The same numbers in Python:")
    st.code(
        f"from sim import Experiment, simulate\n\nexperiment = Experiment.from_json(\n    {text!r}\n)\nrun = simulate(experiment)",
        language="python",
    )
    st.markdown("The same from a command line:")
    st.code(f"echo {shlex.quote(text)} | python -m sim run - --out run", language="bash")
    st.download_button("Download experiment.json", text, "experiment.json", "application/json", on_click="ignore")


def _first_sentence(doc: str | None) -> str:
    return " ".join((doc or "").split("\n\n")[0].split())


def _median(values: np.ndarray[tuple[int, int], np.dtype[np.float64]], t: int) -> float:
    return _quantile(values, t, 0.5)


def _quantile(values: np.ndarray[tuple[int, int], np.dtype[np.float64]], t: int, share: float) -> float:
    column = values[:, t]
    column = column[np.isfinite(column)]
    return float(np.quantile(column, share)) if column.size else float("nan")
