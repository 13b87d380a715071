"""What theory says at the edges: one row, one column, one component, one word, no real rows or nothing else; read word by word."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from itertools import product
from typing import Any

import numpy as np
import pytest

from sim import Experiment, SpecError, simulate
from sim.metrics import measurable
from sim.theory import laws, laws_for, why_none

SOURCES: list[dict[str, Any]] = [
    {"kind": "normal"},
    {"kind": "normal", "dim": 2},
    {"kind": "mixture", "components": 1},
    {"kind": "zipf", "vocabulary": 1},
    {"kind": "zipf", "vocabulary": 2},
]
FAMILIES: list[dict[str, Any]] = [
    {"kind": "gaussian"},
    {"kind": "gaussian", "ddof": 1},
    *({"kind": "gmm", "k": k} for k in (1, 2)),
    *({"kind": "kde", "h": h} for h in (0.0, 0.3)),
    *({"kind": "kde", "bandwidth": word} for word in ("scott", "shrunk")),
    *({"kind": "categorical", "smoothing": smoothing} for smoothing in (0.0, 0.4)),
]
REGIMES: list[dict[str, Any]] = [{"kind": kind} for kind in ("replace", "accumulate", "subsample")] + [{"kind": "window", "k": 2}]
REAL: list[dict[str, Any]] = [{"real_share": share, "real_supply": supply} for share in (0.0, 0.5, 1.0) for supply in ("fresh", "fixed")]


@cache
def grid() -> tuple[Experiment, ...]:
    return tuple(_grid())


def _grid() -> Iterator[Experiment]:
    for source, family, regime, real, n, temperature in product(SOURCES, FAMILIES, REGIMES, REAL, (1, 2), (1.0, 0.7)):
        settings = {"source": source, "family": family, "regime": regime, **real, "n": n, "temperature": temperature}
        try:
            yield Experiment.model_validate({**settings, "generations": 4, "replicates": 4})
        except SpecError:  # words and columns have families of their own, and some settings cannot run
            continue


def test_no_formula_says_that_something_is_itself() -> None:
    seen = {law.formula for experiment in grid() for law in laws(experiment)}
    assert len(seen) > 50
    for formula in seen:
        for clause in re.split(r"[;,]| from then on| at t = 0", formula):
            sides = [side.strip() for side in clause.split(" = ")]
            assert len(set(sides)) == len(sides), formula
            assert all(sides) or clause.strip() == "", formula
        assert not re.search(r"\(\s*\)|\+\s*[),;]|[+·]\s*0\b|\bλ λ\b", formula), formula


def test_a_batch_of_real_rows_alone_has_no_share_of_others_in_its_formula() -> None:
    tried = 0
    for experiment in grid():
        if experiment.n_real == experiment.n and experiment.regime.kind_name() == "replace":
            for law in laws(experiment):
                assert "1 − a" not in law.formula, law.formula
                assert "n_s" not in law.formula, law.formula
                tried += 1
    assert tried > 50


def test_a_loop_without_real_rows_does_not_speak_of_their_share() -> None:
    for experiment in grid():
        if not experiment.n_real:
            assert not any("real share" in law.formula for law in laws(experiment))


def test_an_empty_row_of_words_is_not_said_to_win_from_others() -> None:
    """In a vocabulary of one word no other word could win what it loses."""
    for experiment in grid():
        for law in laws_for(experiment, "rare_mass"):
            assert "another" not in law.formula
            smooth = getattr(experiment.family, "smoothing", 0.0) > 0
            assert ("approaches" in law.formula) == smooth
            assert smooth or np.ptp(law.values) == 0


def test_one_row_is_blamed_only_where_it_is_to_blame() -> None:
    """One row has neither variance nor diversity; of another metric the same experiment with more rows has a law."""
    blamed = 0
    for experiment in grid():
        for metric in measurable(experiment.source, experiment.family.offers):
            reason = why_none(experiment, metric)
            assert "cannot" not in reason
            if "one row" in reason:
                assert experiment.n == 1
                assert "one row" not in why_none(experiment.but(n=4), metric)
                assert metric in ("total_variance", "diversity") or laws_for(experiment.but(n=4), metric), experiment.to_json()
                blamed += 1
    assert blamed > 10


@pytest.mark.parametrize("supply", ["fresh", "fixed"])
@pytest.mark.parametrize("family", [{"kind": "gaussian"}, {"kind": "kde", "h": 0.5}, {"kind": "gaussian", "ddof": 1}], ids=str)
def test_with_real_rows_alone_the_loop_stands_still_from_the_first_model_on(family: dict[str, Any], supply: str) -> None:
    """V0 = 1 and n = 5: a fit has (1 - 1/5) of it, or all with the divisor n - 1, and kernels add h^2; the centre is 1/5 off."""
    settings = {"source": {"kind": "normal"}, "family": family, "n": 5, "generations": 6, "real_share": 1.0, "real_supply": supply}
    experiment = Experiment.model_validate({**settings, "replicates": 4000})
    (law,) = laws_for(experiment, "total_variance")
    expected = 1.0 if family.get("ddof") else 0.8 + family.get("h", 0.0) ** 2
    np.testing.assert_allclose(law.values, [1.0, *[expected] * 6])
    values = simulate(experiment, ["total_variance"]).metrics["total_variance"]
    error = values.std(axis=0, ddof=1) / np.sqrt(4000)
    assert (np.abs(values.mean(axis=0) - law.values) < 4.5 * error).all()
    (shift,) = laws_for(experiment, "mean_shift")
    np.testing.assert_allclose(shift.values**2, [1 / 5, *[1 / 5 + expected / 5] * 6])
