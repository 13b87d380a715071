"""What is written: a text in one form of Unicode, and its words with all their marks.

>>> words_in("Ils n’ont rien vu : नमस्ते!")
['ils', 'n’ont', 'rien', 'vu', ':', 'नमस्ते', '!']
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import cache
from itertools import pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray

MARKED: Final = (*range(0x300, 0x20000), *range(0xE0100, 0xE01F0))
"""Where Unicode has its combining marks: below lie Latin letters, between ideographs, above nothing."""

APOSTROPHES: Final = "'’·‧׳״"
"""What stands within a word: the apostrophes, the middle dots and the Hebrew geresh (Unicode Annex 29, MidLetter)."""

WITHIN: Final = "\u200c\u200d"
"""The two joiners, which shape a word and are part of it."""

APART: Final = "\u200b"
"""The space of no width, which sets words apart where no other space does."""

DRESS: Final = "\U0001f3fb-\U0001f3ff\U000e0020-\U000e007f"
"""Skin tones and tags, which belong to the picture before them."""

FLAG: Final = "[\U0001f1e6-\U0001f1ff]{2}"

UNSPACED: Final = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u1950-\u19df\u1a20-\u1aaf\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]"
)
"""Letters of scripts that set no spaces between words: classes SA and ID of Unicode Annex 14 (Thai to Tai Tham, kana and Han)."""

LONGEST_WORD: Final = 6
"""Letters that words of such scripts have on average at most.

A choice: words that were set apart by hand have up to five, clauses seven and more.
"""

MOSTLY_ONCE: Final = 0.5
"""The share of words that stand in a text once from which on too few come back.

A choice: of a page of English two in five stand there once, and of a long novel one in fifty.
"""

NO_SPACES: Final = "Characters suit this text better: it sets no spaces between its words."
TOO_FEW: Final = "Characters suit this text better: {once:.0f} of 100 words stand in it only once."


def composed(text: str) -> str:
    """The text in Normalization Form C, so that a letter with its mark is the same however it was typed."""
    return unicodedata.normalize("NFC", text)


def words_in(text: str) -> list[str]:
    """The lower-case words and single signs of a text, in their order.

    A word is a row of letters and digits with their combining marks and joiners, and with apostrophes within it; any other
    sign stands alone, with the marks, skin tones and joiners that make one picture of several.
    """
    return _pattern().findall(composed(text).lower())


@cache
def _pattern() -> re.Pattern[str]:
    """Compiled when it is first needed: looking every mark up takes some hundredths of a second."""
    marks = _ranges([code for code in MARKED if unicodedata.category(chr(code)).startswith("M")])
    letters = rf"\w+(?:[{marks}{WITHIN}]+\w*)*"
    sign = rf"[^\w\s{WITHIN}{APART}]"
    dressed = rf"{sign}[{marks}{DRESS}]*"
    return re.compile(rf"{letters}(?:[{APOSTROPHES}]{letters})*|{FLAG}|{dressed}(?:\u200d{dressed})*")


def _ranges(codes: Sequence[int]) -> str:
    """Code points in rising order as the inside of a class of a regular expression."""
    first = [code for before, code in pairwise((-1, *codes)) if code != before + 1]
    last = [code for code, after in pairwise((*codes, -1)) if after != code + 1]
    return "".join(f"{chr(a)}-{chr(b)}" for a, b in zip(first, last, strict=True))


def unsuited(kinds: Sequence[str], counts: NDArray[np.int64]) -> str:
    """Why words are no good unit for a text, in a sentence; empty where they are.

    Args:
        kinds: the different words and signs.
        counts: how often each stands in the text, (kinds,).
    """
    words = [(kind, count) for kind, count in zip(kinds, counts.tolist(), strict=True) if kind[0].isalnum()]
    total = sum(count for _, count in words)
    letters = sum(len(kind) * count for kind, count in words)
    unspaced = sum(len(UNSPACED.findall(kind)) * count for kind, count in words)
    if total and unspaced > letters / 2 and letters > LONGEST_WORD * total:
        return NO_SPACES
    once = sum(count == 1 for _, count in words) / max(1, total)
    return TOO_FEW.format(once=100 * once) if once > MOSTLY_ONCE else ""
