"""The histogram of rows that are thinned for drawing: its heights are the counts of all rows, held against the rows themselves."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from dashboard.figures import Panel, View
from dashboard.figures.histogram import histogram
from dashboard.theme import compact
from sim import Experiment, collect, simulate
from sim.engine import run as generations_of
from sim.engine import start, states
from sim.histograms import Histograms, fine_edges
from sim.metrics import Batch
from sim.spec import SpecError
from sim.state import State
from sim.traces import SAMPLE_BYTES, TraceInput


def experiment(**settings: Any) -> Experiment:
    usual = {"source": {"kind": "normal"}, "family": {"kind": "gaussian"}, "n": 20_000, "generations": 8, "replicates": 12, "seed": 5}
    return Experiment.model_validate({**usual, **settings})


def edges_of(panel: Panel, central: tuple[float, float]) -> NDArray[np.float64]:
    """The edges that are drawn, without their rounding: equal bins, a whole number of which lies between the marks of the tails."""
    x = np.asarray(panel.data[0]["x"], dtype=np.float64)
    left, right = central
    width = (right - left) / round((right - left) / ((x[-1] - x[0]) / (len(x) - 1)))
    places = np.rint((x - left) / width)
    assert np.array_equal(np.diff(places), np.ones(len(x) - 1))
    return left + width * places


@pytest.mark.parametrize("source", ["normal", "student_t"])
@pytest.mark.parametrize("family", [{"kind": "gaussian"}, {"kind": "kde"}])
def test_the_heights_are_the_counts_of_all_rows(source: str, family: dict[str, Any]) -> None:
    wanted = experiment(source={"kind": source}, family=family, replicates=30)
    run = simulate(wanted, ["total_variance"])
    assert run.samples.shape[2] < wanted.n
    central = wanted.source.reference().central
    assert central is not None
    for world in (0, 29):
        (panel,) = histogram(View(run, world, ()))
        assert panel.title == f"Repeat {world + 1}: rows drawn, real data in grey"
        edges = edges_of(panel, central)
        for frame, state in zip(panel.frames, states(wanted), strict=True):
            shares = np.histogram(state.rows[world, :, 0], edges)[0] / wanted.n
            assert frame["data"][0]["y"] == compact([*shares, shares[-1]], 3)


def test_each_row_is_in_one_bin_those_beyond_all_bins_too() -> None:
    wanted = experiment(source={"kind": "student_t", "df": 2.1})
    edges, rows = fine_edges(wanted), start(wanted).rows
    assert edges is not None
    entry = read(wanted, start(wanted))
    beyond = [(rows[..., 0] < edges[0]).sum(axis=1), (rows[..., 0] >= edges[-1]).sum(axis=1)]
    assert sum(part.sum() for part in beyond) > 0
    assert np.array_equal(entry[:, [0, -1]].T, beyond)
    assert (entry.sum(axis=1) == wanted.n).all()


def test_a_run_that_goes_on_for_longer_joins_the_bins_it_had() -> None:
    short, long = experiment(replicates=50), experiment(replicates=50, generations=400)
    entry, coarse = read(short, start(short)), read(long, start(long))
    assert coarse.shape[1] < entry.shape[1]
    whole = Histograms().room(long, long.n, entry)
    assert whole is not None
    Histograms().put(whole, 3, entry)
    assert np.array_equal(whole[:, 3], coarse)


def test_what_was_not_counted_is_not_told_as_if_it_were() -> None:
    """A run whose first generations kept all their rows had nothing to count; it says how many rows it draws."""
    short, long = experiment(n=2000, replicates=50, generations=10), experiment(n=2000, replicates=50, generations=40)
    assert fine_edges(short) is None
    assert fine_edges(long) is not None
    records = list(generations_of(long, ["total_variance"]))
    del records[20:]
    whole = collect(records)
    assert histogram(View(whole, 0, ()))[0].title == "Repeat 1: rows drawn, real data in grey"
    stripped = [type(r)(**{**{f: getattr(r, f) for f in FIELDS}, "traces": without(r.traces) if r.t < 5 else r.traces}) for r in records]
    (panel,) = histogram(View(collect(stripped), 0, ()))
    assert panel.title == f"Repeat 1: {whole.samples.shape[2]:,} of the 2,000 rows drawn, real data in grey"


FIELDS = ("experiment", "t", "metrics", "noise_floor", "ending")


def without(traces: Any) -> dict[str, Any]:
    return {name: entry for name, entry in traces.items() if name != "histograms"}


@given(st.integers(1, 5000), st.integers(1, 400), st.integers(1, 3000))
def test_counts_take_no_more_room_than_rows_may(n: int, generations: int, replicates: int) -> None:
    if n * generations * replicates > 20_000_000:
        return
    try:
        wanted = experiment(n=n, generations=generations, replicates=replicates)
    except SpecError:
        return  # too large a run is none
    edges = fine_edges(wanted)
    if edges is not None:
        assert replicates * (generations + 1) * (len(edges) + 1) * np.min_scalar_type(n).itemsize <= SAMPLE_BYTES


def read(wanted: Experiment, state: State) -> NDArray[Any]:
    entry = Histograms().read(TraceInput(wanted, state, Batch(state.rows, wanted.source.space, state.scores), ()))
    assert entry is not None
    return entry
