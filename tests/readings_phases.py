"""What the list of phases says, and which phase a headline goes with.

The table is written from what both say in English: late is half of the spread gone or little resemblance left, early is thinner
tails, fewer modes or another shape, blurred is wider or smeared, stable is nothing lost and no more moving, not yet is none of these.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

import numpy as np
from readings_shape import shape_differs
from scipy.stats import binom
from seen import Flags, Seen

GOES_WITH = {
    r"Half of the (spread|diversity) is gone by": {"late"},
    r"bear little resemblance": {"late"},
    r"^The tails are": {"early"},
    r"far tails are thinner": {"early"},
    r"fewer of the real rows are reached|fewer rows lie among real ones|shape is farther from the real one|more rows lie in the tails": {
        "early"
    },
    r"go extinct|^Fewer \w+ are drawn|^Rare \w+ are drawn": {"early"},
    r"modes? (is|are) (gone|not drawn|missing)": {"early", "late"},
    r"^It widens|drawn more evenly|^The rows (smear|lie between)": {"blurred"},
    r"^It holds": {"stable"},
    r"smaller than chance allows|lower than chance allows": {"not yet"},
    r"a typical repeat is within|a typical repeat is not like them|^Too few": {"not yet"},
}

BEYOND_DOUBT = 0.0001
"""The chance that luck may have, in all generations together: a tenth of what a page that is careful asks for."""


def surely_fell(seen: Seen) -> Flags:
    """Where so many more worlds have come below what fresh real rows show than have left it that no luck did it (the sign test)."""
    values = seen.values(seen.spread_metric)
    below = values < seen.floor(seen.spread_metric)[0]
    came, left = (below & ~below[:, :1]).sum(axis=0), (~below & below[:, :1]).sum(axis=0)
    return np.asarray(binom.sf(came - 1, came + left, 0.5) * max(1, seen.last) <= BEYOND_DOUBT, dtype=np.bool_)


def disagreements(sentence: str, phase: str) -> Iterator[str]:
    """Whether a sentence of the headline, or of what is told beside it, contradicts the phase of the last generation."""
    for said, phases in GOES_WITH.items():
        if re.search(said, sentence) and phase not in phases:
            yield f"“{sentence}” beside the phase {phase}"


def bears_out(seen: Seen, phase: str) -> Flags:
    """Where the arrays can bear out a phase, by generation."""
    below = seen.median(seen.spread_metric) < seen.floor(seen.spread_metric)[0]
    half = (seen.left < 0.5) & below
    gone = half & surely_fell(seen)
    little = seen.median("coverage") < seen.floor("coverage")[1] / 2 if "coverage" in seen.run.metrics else np.zeros_like(half)
    fewer_modes = (~seen.alive).any(axis=(0, 2)) if seen.modes and seen.run.counts is not None else np.zeros_like(half)
    thin = np.any([seen.at_low(name) for name in ("tail_mass", "tokens_alive", "rare_mass")], axis=0)
    far = "far_tail_mass" in seen.run.metrics and (seen.values("far_tail_mass").sum(axis=0) <= 0.5 * seen.worlds)
    shape = shape_differs(seen)
    return {
        "late": half | little,
        "early": (thin | far | fewer_modes | shape) & ~gone,
        "blurred": seen.at_high(seen.spread_metric) | shape | fewer_modes,
        "not yet": ~gone,
        "stable": ~gone,
    }[phase]


LINE = re.compile(
    r"(?P<span>Generation (?P<one>\d+)|Generations (?P<first>\d+) to (?P<last>\d+))"
    r"(?: \(of these (?P<others>[^)]+)\))?: (?:(?P<phase>Not yet|Early|Late|Blurred|Stable|\w+(?: \w+)?(?= again))"
    r".*|back and forth \((?P<all>[^)]+)\))\.",
    re.IGNORECASE,
)
"""A stretch of generations, what it is in, and how many of it are in something else."""

EXPLAINED = re.compile(r"(Not yet|Early collapse|Late collapse|Blurred|Stable): [^{}]+\.")


def misread(lines: Iterable[str], told: Sequence[str]) -> Iterator[str]:
    """What is wrong with the list of phases under About: a line that cannot be read, a generation left out, a count that is not so."""
    expected = 0
    for line in lines:
        found = LINE.fullmatch(line)
        if found is None:
            if expected != len(told) or not EXPLAINED.fullmatch(line):
                yield f"no reading is known of “{line}”"
            continue
        first = int(found["one"] or found["first"])
        last = int(found["one"] or found["last"])
        here = Counter(told[first : last + 1])
        others = {word: int(count) for count, word in re.findall(r"(\d+) (not yet|\w+)", found["others"] or found["all"] or "")}
        phase = (found["phase"] or "").lower()
        if first != expected or last < first or (first == last) != (found["one"] is not None):
            yield f"“{line}” begins at {first}, not at {expected}"
        if Counter(others) + Counter({phase: last - first + 1 - sum(others.values())} if phase else {}) != here:
            yield f"“{line}”: {dict(here)}"
        expected = last + 1
    if expected != len(told):
        yield f"the generations from {expected} on are left out"
