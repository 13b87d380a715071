"""What a verdict may say: one template for each kind, which `run` fills with numbers."""

from __future__ import annotations

VERDICTS = {
    "late": "Half of the spread is gone by generation {late}.",
    "late for sure": "Half of the spread is gone by generation {halved}, beyond chance by generation {late}.",
    "thin": "The tails are thinner than chance allows from generation {early} on; the end has {tails} of them and {spread} of the spread.",
    "gone": "In a typical repeat the tails are nearly always empty from generation {gone} on; {spread} of the spread is left.",
    "wide": "It widens: a typical repeat ends with {apart} of the spread.",
    "smeared": (
        "The rows smear: they are farther from real ones than chance allows, and wider: a typical repeat has {spread} of the spread."
    ),
    "unlike": (
        "From generation {unlike} on the rows bear little resemblance to real ones: at the end they reach {coverage} of them, "
        "{rows} reach {fresh_coverage}. A typical repeat has {spread} of the spread."
    ),
    "unlike later": (
        "The shape is lost from generation {shape} on, and from {unlike} on the rows bear little resemblance to real ones: at the end "
        "they reach {coverage} of them, {rows} reach {fresh_coverage}. A typical repeat has {spread} of the spread."
    ),
    "coverage": (
        "From generation {shape} on fewer of the real rows are reached than chance allows: {coverage} at the end, where {rows} "
        "reach {fresh_coverage}. A typical repeat has {spread} of the spread."
    ),
    "precision": (
        "From generation {shape} on fewer rows lie among real ones than chance allows: {precision} at the end, where {fresh_precision} "
        "of fresh real rows do. A typical repeat has {spread} of the spread."
    ),
    "distance": (
        "From generation {shape} on the shape is farther from the real one than chance allows; a typical repeat has {spread} of the spread."
    ),
    "heavy": (
        "From generation {shape} on more rows lie in the tails than chance allows: at the end {tails} of what real ones have there. "
        "A typical repeat has {spread} of the spread."
    ),
    "far": (
        "From generation {far} on the far tails are thinner than chance allows: of all {drawn} rows of the end {seen} beyond "
        "the truth's central 99.9 %, of real ones {expected} would. A typical repeat has {spread} of the spread."
    ),
    "between": "The rows lie between the modes, not at them, and spread wider: a typical repeat has {spread} of the spread.",
    "modes gone": "By generation {last}, {modes_are} gone for good {where}; luck alone would miss {luck}.",
    "modes not drawn": "In generation {last}, {modes_are} not drawn {where}; luck alone would miss {luck}.",
    "modes missing": (
        "In generation {last}, {modes_are} missing {where}, with less than a tenth of the usual rows; luck alone would miss {luck}."
    ),
    "narrow": "The spread is smaller than chance allows: in generation {last} a typical repeat keeps {apart} of it.",
    "stable": "It holds up to generation {last}: a typical repeat keeps {spread} of the spread.",
    "not yet": "In generation {last} a typical repeat is within what {rows} may show: {spread} of the spread is kept.",
    "outside": (
        "In generation {last} no more is lost than {rows} may lack by chance, but a typical repeat is not like them ({outside}): "
        "it has {spread} of the spread."
    ),
    "too few": (
        "Too few rows to tell: {rows} alone may show less than half of the spread. "
        "In generation {last} a typical repeat keeps {spread} of it."
    ),
    "one world": "One run, up to generation {last}: it ends with {spread} of the spread.",
    "one row": "With one row a generation there is no spread to measure.",
    "unmeasured": "In generation {last} no repeat has a spread that could be measured.",
}
WORD_VERDICTS = {
    "late": "Half of the diversity is gone by generation {late}.",
    "late for sure": "Half of the diversity is gone by generation {halved}, beyond chance by generation {late}.",
    "extinct": "Words go extinct: from generation {early} on fewer are drawn than chance allows; {alive} of {first} are left at the end.",
    "fewer": "Fewer words are drawn than chance allows from generation {early} on: {alive} at the end, {first} in generation 0.",
    "fewer in some": (
        "Fewer words are drawn than chance allows from generation {early} on: at the end in {some} of {count} repeats fewer "
        "than in generation 0."
    ),
    "fewer from the start": "Fewer words are drawn than chance allows from generation {early} on, and by chance no more in generation 0.",
    "thin": "Rare words are drawn less often than chance allows from generation {early} on; at the end they keep {rare} of their share.",
    "thin in some": (
        "Rare words are drawn less often than chance allows from generation {early} on: at the end in {rarer} of {count} repeats "
        "less often than in generation 0."
    ),
    "wide": (
        "Words are drawn more evenly than chance allows: in a typical repeat two of generation {last} differ with probability {diversity}, "
        "two of as many real ones with {real}."
    ),
    "narrow": "The diversity is lower than chance allows: in generation {last} a typical repeat keeps {apart} of it.",
    "stable": "It holds up to generation {last}: {different} at the end, {first} in generation 0.",
    "not yet": "In generation {last} a typical repeat is within what real words show: {different} at the end, {first} in generation 0.",
    "outside": (
        "In generation {last} no more words are lost than real words may lack by chance, but a typical repeat is not like them "
        "({outside}): {different} at the end, {first} in generation 0."
    ),
    "too few": (
        "Too few words to tell: as many real ones may show less than half of the diversity. "
        "{different} at the end, {first} in generation 0."
    ),
    "one world": "One run, up to generation {last}: {different} at the end, {first} in generation 0.",
    "one row": "With one word a generation there is no diversity to measure.",
    "unmeasured": "In generation {last} no repeat has a diversity that could be measured.",
}
