"""Docstrings as they are shown to readers: the first sentence apart from what follows it.

The first sentence is in words alone. In what follows, formulas stand between dollar signs, written as in code: `$(1 - 1/n)^t$`.
"""

from __future__ import annotations

from inspect import cleandoc


def first_sentence(doc: str | None) -> str:
    """The first paragraph of a docstring, which is one sentence, on one line; empty where there is no docstring.

    >>> first_sentence("Rows of two columns\\n    on a ring.\\n\\n    Law: ...")
    'Rows of two columns on a ring.'
    """
    return _parts(doc)[0]


def after_first_sentence(doc: str | None) -> str:
    """What follows the first paragraph of a docstring, with its line breaks and without its indentation."""
    return _parts(doc)[1]


def _parts(doc: str | None) -> tuple[str, str]:
    first, _, rest = cleandoc(doc or "").partition("\n\n")
    return " ".join(first.split()), rest
