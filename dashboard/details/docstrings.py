"""A docstring as a reader sees it: its paragraphs in Markdown, formulas set, sources as links."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from dashboard.details.typesetting import prose_markdown
from sim.docstrings import after_first_sentence

_LABEL: Final = re.compile(r"(Law|Edges|Names|References|Memory): ")


def law_of(doc: str) -> str:
    """The paragraph of a docstring that says its law, as Markdown without the label."""
    return next(text for label, text in _paragraphs(doc) if label == "Law")


def docstring_markdown(doc: str) -> str:
    """All that follows the first sentence.

    >>> docstring_markdown("Rows.\\n\\n    Law: $x^2$ of\\n    rows.\\n\\n    References:\\n        Bayes 1763.")
    '**Law:** $x^{2}$ of rows.\\n\\n**References:** Bayes 1763.'
    """
    return "\n\n".join(f"**{label}:** {text}" if label else text for label, text in _paragraphs(doc))


def _paragraphs(doc: str) -> Iterator[tuple[str, str]]:
    """Label and text of each paragraph; a paragraph without a label has an empty one."""
    for paragraph in after_first_sentence(doc).split("\n\n"):
        line = " ".join(paragraph.split())
        found = _LABEL.match(line)
        yield (found[1] if found else ""), prose_markdown(line[found.end() :] if found else line)
