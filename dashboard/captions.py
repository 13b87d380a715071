"""Sentences computed from the run: nothing is said that the numbers did not earn.

Every sentence is one template filled with numbers, so that another language can be one more file of templates. The
typical world is the median one; "spread" is the standard deviation (for words: the diversity).
"""

from __future__ import annotations

import numpy as np

from dashboard.figures import View
from dashboard.theme import number, percent
from sim import Run
from sim.phases import onset, phase_at
from sim.theory import half_life, laws_for

VERDICTS = {
    "late": "Half of the spread is gone by generation {late}.",
    "early": "The tails are gone from generation {early} on; {spread} of the spread is left.",
    "blurred": "It does not shrink: the typical world ends with {spread} of the truth's spread.",
    "stable": "It holds: after {last} generations the typical world keeps {spread} of the spread.",
    "not yet": "Nothing is lost beyond chance in {last} generations: the typical world keeps {spread} of the spread.",
}
ONE_WORLD = "One world, {last} generations: it ends with {spread} of the truth's spread."
WORD_VERDICTS = {
    "late": "Half of the diversity is gone by generation {late}.",
    "early": "Rare words go extinct from generation {early} on: {alive} of {first} words are left in the typical world.",
    "stable": "It holds: {alive} of {first} words are still drawn after {last} generations.",
    "not yet": "No word is lost beyond chance in {last} generations: {alive} of {first} are drawn.",
}


def verdict(run: Run) -> str:
    """What became of the truth in this run, in one sentence."""
    if run.ending.kind in ("impossible", "diverged", "cancelled") or run.last < 1:
        return run.ending.sentence
    phase = phase_at(run, run.last)
    if "tokens_alive" in run.metrics:
        alive = run.metrics["tokens_alive"]
        words = {"alive": number(_middle(alive, run.last)), "first": number(_middle(alive, 0))}
        return WORD_VERDICTS.get(phase, WORD_VERDICTS["not yet"]).format(**_facts(run), **words)
    if run.experiment.replicates == 1:
        return ONE_WORLD.format(**_facts(run))
    modes = _lost_modes(run)
    if modes and phase != "late":
        return modes
    return VERDICTS[phase].format(**_facts(run))


def detail(run: Run) -> str:
    """How sure that is: worlds and seed, what theory says, and how many worlds did otherwise."""
    count = run.experiment.replicates
    worlds = (
        f"{count} worlds, seed {run.experiment.seed}."
        if count > 1
        else f"One world only, seed {run.experiment.seed}: another seed may tell another story."
    )
    return " ".join(part for part in (worlds, _otherwise(run), _half_life(run), _theory(run)) if part)


def captions(view: View, t: int) -> str:
    """What generation t shows."""
    run = view.run
    if t == 0:
        return f"Generation 0: {view.experiment.n:,} real rows in every world. No model has learned anything yet."
    if "tokens_alive" in run.metrics:
        alive = run.metrics["tokens_alive"]
        sentence = "Generation {t}: {alive} of {first} words are left in the typical world; it keeps {spread} of the diversity."
        return sentence.format(t=t, alive=number(_middle(alive, t)), first=number(_middle(alive, 0)), spread=percent(_spread(run, t)))
    spread, tails = percent(_spread(run, t)), percent(_middle(run.metrics["tail_mass"], t))
    sentence = f"Generation {t}: the typical world keeps {spread} of the spread and {tails} of the tails."
    return f"{sentence} {_modes_now(run, t)} {_extremes(run, t)}".replace("  ", " ").strip()


def _facts(run: Run) -> dict[str, object]:
    return {
        "late": onset(run, "late"),
        "early": onset(run, "early"),
        "last": run.last,
        "spread": percent(_spread(run, run.last)),
    }


def _middle(values: np.ndarray[tuple[int, int], np.dtype[np.float64]], t: int) -> float:
    return float(np.nanmedian(values[:, t])) if np.isfinite(values[:, t]).any() else float("nan")


def _count(values: np.ndarray[tuple[int, int], np.dtype[np.float64]], t: int) -> float:
    """The lower median: a typical world has a whole number of modes."""
    return float(np.nanquantile(values[:, t], 0.5, method="lower")) if np.isfinite(values[:, t]).any() else float("nan")


def _spread(run: Run, t: int) -> float:
    """The typical world's spread, as a share of the truth's."""
    name = "total_variance" if "total_variance" in run.metrics else "diversity"
    truth = run.experiment.source.reference()
    if name == "diversity":
        assert truth.probabilities is not None
        whole = float(1 - (truth.probabilities**2).sum())
        return _middle(run.metrics[name], t) / whole if whole else 1.0
    return float(np.sqrt(_middle(run.metrics[name], t) / truth.variance))


def _modes_now(run: Run, t: int) -> str:
    if "modes_alive" not in run.metrics:
        return ""
    modes = run.experiment.source.reference().modes
    assert modes is not None
    return f"Modes alive: {number(_count(run.metrics['modes_alive'], t))} of {len(modes.weights)}."


def _lost_modes(run: Run) -> str:
    if "modes_alive" not in run.metrics:
        return ""
    first, last = (_count(run.metrics["modes_alive"], t) for t in (0, run.last))
    return (
        f"{number(first - last)} of {number(first)} modes are gone in the typical world by generation {run.last}." if last < first else ""
    )


def _extremes(run: Run, t: int) -> str:
    """How many worlds are wider than the truth; said only where it is not the rule."""
    count = run.experiment.replicates
    wider = int((run.metrics["total_variance"][:, t] > run.experiment.source.reference().variance).sum())
    return f"In {wider} of {count} worlds the rows are wider than the truth." if count > 1 and 0 < wider < count else ""


def _otherwise(run: Run) -> str:
    """How many worlds lost nothing where most did, or lost where most did not."""
    count = run.experiment.replicates
    if count < 2 or run.last < 1 or "total_variance" not in run.metrics:
        return ""
    variance, truth = run.metrics["total_variance"][:, run.last], run.experiment.source.reference().variance
    wider, halved = int((variance > truth).sum()), int((variance < truth / 4).sum())
    if 2 * halved > count:
        return f"At the end worlds with more than half of it left: {count - halved} of {count}; wider than the truth: {wider}."
    return f"At the end worlds that lost half of their spread: {halved} of {count}; wider than the truth: {wider}."


def _half_life(run: Run) -> str:
    expected = half_life(run.experiment)
    late = onset(run, "late")
    if expected is None or late is None:
        return ""
    return f"Closed form of the typical path: half at {number(expected)}."


def _theory(run: Run) -> str:
    """Whether the closed form of the spread agrees with the measurement, at the last generation where it may be compared."""
    name = "total_variance" if "total_variance" in run.metrics else "diversity"
    if name not in run.metrics or run.experiment.replicates < 2:
        return ""
    for law in laws_for(run.experiment, name):
        z = law.compare(run.metrics[name])
        comparable = np.flatnonzero(np.isfinite(z[: run.last + 1]))
        if comparable.size and comparable[-1] > 0:
            t = int(comparable[-1])
            word = "agrees with" if abs(z[t]) < 3 else "differs from"
            return f"At generation {t} the measurement {word} theory ({law.kind}, {abs(float(z[t])):.1f} standard errors off)."
    return ""
