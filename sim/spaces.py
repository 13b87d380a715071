"""Spaces: what a row is, as far as models, metrics and figures need to know."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Literal

from numpy.typing import NDArray

SpaceKind = Literal["columns", "tokens", "sequences"]
_WORD = re.compile(r"\b([Ww])ord(s?)\b")


@dataclass(frozen=True, slots=True)
class Space:
    """What a row is.

    Attributes:
        kind: "columns" (numbers), "tokens" (one word of a vocabulary) or "sequences" (a passage of d words).
        columns: the names of the d columns; tokens have one, sequences one per position.
        vocabulary: how many tokens there are; 0 for columns.
        image: height and width when a row is a picture.
        words: what each token reads as, for sequences.
        joiner: what stands between two tokens of a passage on the page.
        unit: what a token is called.
        classes: what the classes of the rows are called; none where their numbers say it.
    """

    kind: SpaceKind
    columns: tuple[str, ...]
    vocabulary: int = 0
    image: tuple[int, int] | None = None
    words: tuple[str, ...] = ()
    joiner: str = ""
    unit: Literal["word", "character"] = "word"
    classes: tuple[str, ...] = ()

    def class_name(self, label: int) -> str:
        """The name of a class."""
        return self.classes[label] if self.classes else str(label)

    def with_unit(self, sentence: str) -> str:
        """A sentence about words, about what this space's tokens are.

        >>> Space("sequences", ("1",), unit="character").with_unit("How many different words are drawn.")
        'How many different characters are drawn.'
        """
        if self.unit == "word":
            return sentence
        return _WORD.sub(lambda found: (self.unit.capitalize() if found[1] == "W" else self.unit) + found[2], sentence)

    def passage(self, row: NDArray[Any]) -> str:
        """One row of tokens as text; missing tokens (below 0) are left out.

        >>> Space("sequences", ("1", "2"), vocabulary=2, words=("to", "be"), joiner=" ").passage([0, 1])
        'to be'
        """
        return self.joiner.join(self.words[token] for token in map(int, row) if token >= 0)
