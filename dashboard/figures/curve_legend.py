"""The legend of the curves: what their marks say, in plain words on the page and in the field's terms on paper."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, NamedTuple

from dashboard.figures import View


class Mark(NamedTuple):
    """What a mark says.

    Attributes:
        plain: on the page.
        term: in print, in tables, and where lines are named.
    """

    plain: str
    term: str


MARKS: Final = {
    "median": Mark("a typical repeat", "median of the replicates"),
    "band": Mark("nine of ten repeats", "5–95 % of the replicates"),
    "floor": Mark("fresh real rows", "noise floor"),
    "law": Mark("theory", "closed form"),
    "same": Mark("the same, measured", "the same, measured"),
}

CLOSED, MEASURED = "closed form, {kind}", "measured, {kind}"

LAWS: Final = {
    "typical path": "theory, typical",
    "mean": "theory, mean",
    "root mean square": "theory, usual size",
    "lower bound": "theory, at least",
}
"""What the name of a line of theory says beside the line, where plain words differ from the law's."""


def law_name(kind: str) -> str:
    """The name of a line of theory on the page; a law that nobody has put in plainer words has its own.

    >>> law_name("typical path"), law_name("unlimited rows")
    ('theory, typical', 'theory, unlimited rows')
    """
    return LAWS.get(kind, f"theory, {kind}")


def legend(view: View, data: Sequence[dict[str, Any]]) -> list[dict[str, str]]:
    """The marks of a curve that is drawn, with their words; the browser shows each once for all curves."""
    found = [trace["legendgroup"] for trace in data if "legendgroup" in trace]
    number = view.replicate + 1
    others = {"world": Mark(f"repeat {number}", f"replicate {number}"), "one": Mark("one run", "one run")}
    return [{"mark": mark, "text": words.plain, "term": words.term} for mark, words in (MARKS | others).items() if mark in found]
