"""The glossary: what the words that stay on the page mean, each in a sentence or two that needs no other word explained.

The stage explains a word where it stands, the Method page lists all of them, and a worksheet those that it uses.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final, NamedTuple

from sim.theory.law import CRITICAL


class Term(NamedTuple):
    """A word of the page.

    Attributes:
        name: as a list of words has it.
        meaning: what it means, for a newcomer.
        forms: as it stands in sentences besides, whatever the case of the letters.
    """

    name: str
    meaning: str
    forms: tuple[str, ...] = ()


TERMS: Final = (
    Term("generation", "One round of the loop: a model learns, then makes new data. Generation 0 is the real data.", ("generations",)),
    Term("row", "One example in the data: a number, a point, a picture, a word or a passage of text.", ("rows",)),
    Term(
        "repeat",
        "One whole run of the loop with its own random numbers. All repeats are alike but for luck. Researchers and files call them "
        "replicates.",
        ("repeats", "replicate", "replicates"),
    ),
    Term(
        "typical repeat",
        "The middle one when all repeats are sorted by the number that is told: the median. Half of the repeats have more.",
        ("typically", "typical", "median", "medians"),
    ),
    Term("spread", "How far rows lie from their centre: the standard deviation, of all columns together.", ("spreads",)),
    Term("tails", "The rare rows far out: beyond the central 95 % of the real data.", ("tail",)),
    Term("far tails", "The rarest rows: beyond the central 99.9 % of the real data."),
    Term("mode", "A place where real rows crowd, such as one of several humps.", ("modes",)),
    Term("diversity", "The chance that two words drawn at random are different."),
    Term("perplexity", "How unsure the model is: between how many equally likely words or letters it hesitates."),
    Term(
        "luck alone",
        "What would be missing although no model made a mistake: so few rows are drawn that some places are missed by chance.",
        ("luck",),
    ),
    Term(
        "chance",
        "What luck in drawing rows can do: batches of real rows differ from each other, too. A headline calls lost only what luck would "
        "hardly ever do.",
    ),
    Term(
        "theory",
        "A formula that says what this loop does on average or in a typical repeat, without running it: the closed form, listed under the "
        "stage.",
        ("closed form", "closed forms"),
    ),
    Term(
        "typical path",
        "What theory expects of a typical repeat: the geometric mean, which lies near the median. The mean lies above it, because a few "
        "repeats grow wide.",
    ),
    Term(
        "fresh real rows",
        "What new batches of real rows score, each as large as a model's: the range that nearly nine in ten of them lie in, called the "
        "noise floor.",
        ("noise floor",),
    ),
    Term("seed", "The number that all random draws start from: the same seed gives the same run, digit for digit."),
    Term(
        "z =",
        f"How far measurement and theory are apart, in standard errors (the usual size of an error by luck); up to {CRITICAL} is luck.",
    ),
    Term("coverage", "How many of the real rows have a row of the model nearby."),
    Term("precision", "How many of the model's rows lie among real ones."),
    Term("recall", "How much of the real data the rows drawn still reach."),
    Term("temperature", "How boldly a model draws: below 1 it keeps to what is most likely, above 1 it strays."),
    Term("regime", "What is kept of earlier generations for the next model to learn from."),
    Term("shape distance", "How unlike the real shape the rows' shape is, wherever they lie and however wide they are; 0 is alike."),
    Term("mode collapse", "Loss within one training: the model leaves out some of the places that its own data has."),
    Term("model collapse", "Loss across generations: models that learn from models lose what the first one still had."),
    Term("shrinking", "The spread gets less from one generation to the next."),
    Term("token", "The smallest piece that a model of language writes: a word or a letter.", ("tokens",)),
)
"""The words of the page, simple ones first."""


@lru_cache(maxsize=1)
def forms() -> dict[str, Term]:
    """Each term by every form in which it stands in a sentence, in small letters."""
    return {form.lower(): term for term in TERMS for form in (term.name, *term.forms)}


@lru_cache(maxsize=1)
def _pattern() -> re.Pattern[str]:
    longest_first = sorted(forms(), key=len, reverse=True)
    return re.compile(r"“[^”]*”|(?<![\w-])(?:" + "|".join(map(re.escape, longest_first)) + r")(?![\w-])", re.IGNORECASE)


def meanings(text: str) -> dict[str, str]:
    """The forms of terms that a text has, in small letters, each with its meaning; what stands between quotation marks is data.

    >>> list(meanings("Half of the spread is gone by generation 32."))
    ['spread', 'generation']
    """
    return {form: forms()[form].meaning for form in dict.fromkeys(found.lower() for found in _pattern().findall(text)) if form in forms()}


def terms_in(text: str) -> list[Term]:
    """The terms that a text uses, in the glossary's order."""
    used = {forms()[form] for form in meanings(text)}
    return [term for term in TERMS if term in used]
