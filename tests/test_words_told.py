"""What is said of words bears out its verb at the digits shown: read from the English, and held against the arrays."""

from __future__ import annotations

import random
import re
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from dashboard.captions.highlights import highlights
from dashboard.captions.run import caption, detail, verdict
from dashboard.captions.text import text_verdict
from dashboard.details.reproduce import script
from dashboard.figures import View
from dashboard.figures.curves import curves
from dashboard.theme import numbers_apart, percent, percent_beside
from sim import Experiment, Run, simulate
from sim.verdicts.medians import middle

METRICS = ("diversity", "tokens_alive", "rare_mass")
NUMBER = r"[\d,]+(?:\.\d+)?(?:e-?\d+)?"
COUNT = rf"{NUMBER}(?: and {NUMBER})?"


def ran(**settings: Any) -> Run:
    usual = {"source": {"kind": "zipf", "vocabulary": 60}, "family": {"kind": "categorical"}, "n": 50, "generations": 8, "replicates": 12}
    return simulate(Experiment.model_validate({**usual, **settings}), METRICS)


def drawn(rng: random.Random) -> Run:
    return ran(
        source={"kind": "zipf", "vocabulary": rng.choice([3, 5, 20, 200]), "exponent": rng.choice([0.0, 0.5, 1.0, 2.0])},
        family={"kind": "categorical", "smoothing": rng.choice([0.0, 0.0, 0.0, 0.1, 1.0])},
        regime={"kind": rng.choice(["replace", "replace", "accumulate", "subsample"])},
        n=rng.choice([1, 2, 5, 20, 100, 2000, 20_000]),
        real_share=rng.choice([0.0, 0.0, 0.1, 0.5]),
        temperature=rng.choice([1.0, 1.0, 0.95, 1.02, 1.3]),
        generations=rng.choice([1, 2, 8, 20]),
        replicates=rng.choice([1, 2, 3, 9, 10, 30]),
        seed=rng.randrange(10**6),
    )


def plain(number: str) -> float:
    return float(number.replace(",", ""))


def whole(counts: str) -> list[float]:
    """The numbers of a count, of which none may have a half."""
    found = [plain(count) for count in counts.split(" and ")]
    assert all(count == int(count) for count in found), counts
    return found


def fallen(run: Run, name: str) -> int:
    return int((run.metrics[name][:, -1] < run.metrics[name][:, 0]).sum())


def read(run: Run) -> str:
    """Which sentence it is, after its numbers were found to bear it out."""
    said, worlds = verdict(run), run.experiment.replicates
    alive, floor = run.metrics["tokens_alive"], run.noise_floor
    if found := re.search(rf"({COUNT}) different words? at the end, ({COUNT}) in generation 0", said):
        for told, t in ((found[1], -1), (found[2], 0)):
            ranked = np.sort(alive[:, t]).tolist()
            assert whole(told) == (sorted(set(ranked)) if worlds == 2 else [ranked[(worlds - 1) // 2]])
        return "counts"
    if found := re.search(rf"({COUNT}) of ({COUNT}) are left at the end|: ({COUNT}) at the end, ({COUNT}) in generation 0", said):
        end, first = (whole(part) for part in found.groups() if part)
        assert max(end) < min(first), said
        return "fewer"
    if found := re.search(r"at the end in (\d+) of (\d+) repeats fewer than in generation 0", said):
        assert (int(found[1]), int(found[2])) == (fallen(run, "tokens_alive"), worlds)
        assert int(found[1]) > 0
        return "fewer in some"
    if found := re.search(rf"at the end they keep ({NUMBER}) % of their share", said):
        assert plain(found[1]) < 100, said
        assert plain(found[1]) == pytest.approx(100 * np.median(run.metrics["rare_mass"][:, -1]) / float(floor["rare_mass"]), abs=0.6)
        return "rarer"
    if found := re.search(r"at the end in (\d+) of (\d+) repeats less often than in generation 0", said):
        assert (int(found[1]), int(found[2])) == (fallen(run, "rare_mass"), worlds)
        assert int(found[1]) > 0
        return "rarer in some"
    if found := re.search(rf"differ with probability ({NUMBER}), two of as many real ones with ({NUMBER})\.", said):
        assert plain(found[1]) > plain(found[2]), said
        assert plain(found[1]) == pytest.approx(np.median(run.metrics["diversity"][:, -1]), rel=6e-3)
        assert plain(found[2]) == pytest.approx(float(floor["diversity"]), rel=6e-3)
        return "more evenly"
    if found := re.search(rf"lower than chance allows: .* keeps ({NUMBER}) % of it", said):
        assert plain(found[1]) < 100, said
        return "lower"
    return "no number"


def test_what_is_said_of_random_runs_of_words_is_borne_out_by_its_numbers() -> None:
    rng, kinds = random.Random(17), set[str]()
    for _ in range(250):
        run = drawn(rng)
        kinds.add(read(run))
        said = " ".join([verdict(run), detail(run), *(caption(View(run, 0, ()), t) for t in range(run.last + 1))])
        assert ("median" in said or "Median" in said) <= (run.experiment.replicates > 1), said
        for found in re.finditer(rf"({COUNT}) different word", said):
            whole(found[1])
    assert {"counts", "fewer", "more evenly", "lower"} <= kinds, kinds


def test_the_middle_world_that_lost_no_word_is_not_called_fewer() -> None:
    """Five equally likely words: in the median all are left, though nearly every other world has lost one, which is no chance."""
    run = ran(source={"kind": "zipf", "vocabulary": 5, "exponent": 0.0}, n=40, generations=6, replicates=30)
    alive = np.full((30, 7), 5.0)
    alive[:14, 3:] = 4.0
    told = verdict(replace(run, metrics={**run.metrics, "tokens_alive": alive}))
    assert told.startswith("Fewer words are drawn than chance allows from generation ")
    assert told.endswith(": at the end in 14 of 30 repeats fewer than in generation 0.")


def test_a_little_less_than_all_is_not_all() -> None:
    assert percent(0.9996) == "100 %"
    assert [percent_beside(share) for share in (0.9996, 1.002, 0.97, 1.0)] == ["99.96 %", "100.2 %", "97 %", "100 %"]
    assert numbers_apart(9.2041, 9.2039) == ("9.2041", "9.2039")
    assert numbers_apart(7.0, 7.0) == ("7", "7")


def test_two_worlds_are_told_both_and_one_has_no_median() -> None:
    two, one = ran(replicates=2, n=100), ran(replicates=1, n=100)
    ends = sorted(int(alive) for alive in two.metrics["tokens_alive"][:, -1])
    assert ends[0] != ends[1]
    assert f"{ends[0]} and {ends[1]} different words in the two repeats" in caption(View(two, 0, ()), 8)
    (panel,) = curves(View(two, 0, ("tokens_alive",)))
    assert panel.content["cursor"]["texts"][-1] == f"{ends[0]} and {ends[1]}"
    assert f"{ends[0]} and {ends[1]} in generation 8" in panel.alt
    (panel,) = curves(View(one, 0, ("tokens_alive",)))
    assert "median" not in panel.alt.lower() + panel.content["cursor"]["help"].lower()
    assert not any("median" in trace.get("hovertemplate", "") for trace in panel.data)


@pytest.mark.parametrize("worlds", [1, 2, 3, 4, 10, 11])
def test_every_place_that_counts_words_tells_the_same_number(worlds: int) -> None:
    run = ran(replicates=worlds, n=100, generations=12)
    ranked = np.sort(run.metrics["tokens_alive"][:, -1])
    expected = tuple(sorted(set(ranked.tolist()))) if worlds == 2 else (float(ranked[(worlds - 1) // 2]),)
    assert middle(run.metrics, "tokens_alive", 12) == expected
    (panel,) = curves(View(run, 0, ("tokens_alive",)))
    words = " and ".join(f"{count:.0f}" for count in expected)
    assert panel.content["cursor"]["texts"][-1] == words
    assert f"{words} different" in caption(View(run, 0, ()), 12)
    assert script(run, run.experiment.to_json(), "tokens_alive", 12).endswith(f"# {words}")
    for moment in highlights(View(run, 0, ())):
        for told in re.findall(rf"generation 0 are left.*: ({COUNT}) of ({COUNT})\.", moment["text"]):
            left, first = (whole(part) for part in told)
            assert left == list(middle(run.metrics, "tokens_alive", moment["t"]))
            assert 2 * left[0] <= first[0]


def of_perplexities(first: list[float], last: list[float]) -> str:
    """The verdict on worlds with these held-out perplexities at generations 1 and 2; infinite ones are not a number in a metric."""
    experiment = Experiment.model_validate(
        {"source": {"kind": "text", "length": 16}, "family": {"kind": "ngram"}, "n": 20, "generations": 2, "replicates": len(first)}
    )
    run = simulate(experiment, METRICS)
    values = np.column_stack([np.full(len(first), np.nan), first, last])
    values = np.where(np.isinf(values), np.nan, values)
    return text_verdict(replace(run, metrics={**run.metrics, "held_out_perplexity": values}))


INF = float("inf")


@pytest.mark.parametrize(
    ("first", "last", "words"),
    [
        ([7.0, 8.0, 9.0], [8.0, 9.0, 10.0], "rises in every repeat, typically from 8 at generation 1 to 9 at 2."),
        ([7.0, 8.0, 9.0], [7.0, 9.0, 10.0], "is typically 9 at generation 2; at generation 1 it was 8."),
        ([8.0001, 8.0001], [8.0003, 8.0003], "rises in every repeat, typically from 8.0001 at generation 1 to 8.0003 at 2."),
        ([8.0, 9.0, 9.0], [7.0, 8.0, INF], "is typically 8 at generation 2; at generation 1 it was 9."),
        ([8.0, 9.0, 9.0], [9.0, 10.0, INF], "rises in every repeat, typically from 9 at generation 1 to 10 at 2."),
        ([8.0, 9.0, 9.0], [9.0, INF, INF], "is infinite at generation 2 in 2 of 3 repeats: some of it is impossible to their models."),
        ([INF, INF, INF], [INF, INF, INF], "is infinite at generation 2 in 3 of 3 repeats: some of it is impossible to their models."),
        ([INF, INF, INF], [9.0, 8.0, 9.0], "falls in every repeat, typically from infinite at generation 1 to 9 at 2."),
        ([8.0], [9.0], "One run: perplexity on new real text is 9 at generation 2; at generation 1 it was 8."),
        ([8.0], [INF], "One run: perplexity on new real text is infinite at generation 2: some of it is impossible to the model."),
    ],
)
def test_perplexity_rises_or_falls_in_every_world_only_where_it_does(first: list[float], last: list[float], words: str) -> None:
    told = of_perplexities(first, last)
    assert told.endswith(words)
    assert told.startswith("One run: " if len(first) == 1 else "Perplexity on new real text ")
