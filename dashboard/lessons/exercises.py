"""Exercises: what a worksheet sends a class to, each under an address short enough to be typed, `?x=tails.2`.

The word is the lesson's, the number one of its moments. Without a number it is the lesson itself, where the class bets. The
address works at the app's root and at its page of lessons, so that neither a QR code nor a finger needs to know the path.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit, urlunsplit

import streamlit as st

from dashboard import navigation
from dashboard.state import address, session
from dashboard.state.curves import MOST_CURVES
from dashboard.state.page_links import link
from dashboard.state.view_options import CURVES, REPLICATE
from sim.lessons import Lesson, lessons
from sim.lessons.lesson import SandboxLink
from sim.spec import did_you_mean

PARAMETER: Final = "x"
"""Of an address that opens an exercise."""

UNKNOWN: Final = "There is no exercise of that name. {hint}"
BEYOND: Final = "This lesson has no exercise of that number. Its sheet has exercises 1 to {last}."

_SPELT = re.compile(r"([a-z_]*)[^a-z0-9_]*([0-9]{0,3})[^a-z0-9_]*")


@dataclass(frozen=True)
class Exercise:
    """What an address names.

    Attributes:
        lesson: the name of its lesson; None where there is none of that name.
        moment: where it leads in the sandbox; None for the lesson itself.
        note: what is wrong with the address, if anything.
    """

    lesson: str | None
    moment: SandboxLink | None = None
    note: str = ""


def words() -> Mapping[str, str]:
    """The names of lessons by the words that addresses have for them, the whole names among them."""
    return {lesson.short or name: name for name, lesson in lessons().items()} | {name: name for name in lessons()}


def code(name: str, number: int | None = None) -> str:
    """What an address calls an exercise of a lesson, or the lesson itself."""
    word = lessons()[name].short or name
    return word if number is None else f"{word}.{number}"


def read(text: str) -> Exercise:
    """The exercise that a text names, however a phone has spelt it: in capitals, or with a space for the point.

    >>> read("Tails 2").moment == lessons()["tails_go_first"].links[1]
    True
    """
    found = _SPELT.fullmatch(text.strip().lower()[:80])
    word, number = found.groups() if found else (text, "")
    name = words().get(word)
    if name is None:
        return Exercise(None, note=UNKNOWN.format(hint=did_you_mean(word, words())[0]).strip())
    moments = lessons()[name].links
    if not number:
        return Exercise(name)
    if 1 <= int(number) <= len(moments):
        return Exercise(name, moments[int(number) - 1])
    return Exercise(name, note=BEYOND.format(last=len(moments)))


def short_link(page: str, name: str, number: int | None = None) -> str:
    """The address of an exercise.

    Args:
        page: the address of any page of the app; without one the link is only its end, from the app's root.
        name: of the lesson.
        number: of the exercise, from 1; None for the lesson itself.
    """
    parts = urlsplit(page)
    root = parts.path.rstrip("/").removesuffix("/lessons") + "/"
    return link({PARAMETER: code(name, number)}, urlunsplit((parts.scheme, parts.netloc, root, "", "")))


def arrive() -> None:
    """On the page at the root: open the exercise that the address names, if it names any; the rest is for the page of lessons."""
    text = address.parameters().get(PARAMETER)
    if text is None or text == st.session_state.get("exercise"):  # the browser's address may lag behind
        return
    st.session_state["exercise"] = text
    found = read(text)
    if found.lesson is None or found.moment is None:
        st.switch_page(navigation.to("lessons"), query_params={PARAMETER: text})
    _put_on_stage(lessons()[found.lesson], found.moment.experiment, found.moment.t)


def open_in_sandbox(lesson: Lesson, case: str, t: int, replicate: int | None = None) -> None:
    """Leave for the sandbox, at a generation of one of the lesson's experiments."""
    _put_on_stage(lesson, case, t, replicate)
    st.switch_page(navigation.to("explore"))


def _put_on_stage(lesson: Lesson, case: str, t: int, replicate: int | None = None) -> None:
    session.open_experiment(lesson.experiment(case), t)
    session.set_option(CURVES, lesson.drawn(case)[:MOST_CURVES] or None)
    session.set_option(REPLICATE, replicate)
