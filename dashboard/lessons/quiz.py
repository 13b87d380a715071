"""Five questions, asked before and after; the answers stay in the visitor's session and go nowhere."""

from __future__ import annotations

import streamlit as st

from dashboard.lessons.prose import marked, plain
from sim.lessons import Lesson

SCORE = "Right before the lesson: {before} of {all}. Right now: {after} of {all}."
PARTLY = "Answered: {done} of {all}. What is right is shown at the end of the lesson."
PRIVATE = "Your answers stay in this session. Nobody else sees them, and they are gone when you close the page."


def before(name: str, lesson: Lesson) -> None:
    """The questions, without the answers."""
    given = [_ask(name, lesson, "before", i) for i in range(len(lesson.quiz))]
    st.markdown(PARTLY.format(done=sum(answer is not None for answer in given), all=len(given)))
    st.markdown(PRIVATE)


def after(name: str, lesson: Lesson) -> None:
    """The same questions, with what is right once each is answered."""
    right = 0
    for i, item in enumerate(lesson.quiz):
        answer = _ask(name, lesson, "after", i)
        if answer is None:
            continue
        right += answer == item.right
        icon = ":material/check_circle: Right." if answer == item.right else f":material/cancel: No: {plain(item.answers[item.right - 1])}."
        st.markdown(f"{icon} {marked(item.why)}", unsafe_allow_html=True)
    known = [st.session_state.get(_key(name, "before", i)) for i in range(len(lesson.quiz))]
    earlier = sum(answer == item.right for answer, item in zip(known, lesson.quiz, strict=True))
    st.markdown(f"**{SCORE.format(before=earlier, after=right, all=len(lesson.quiz))}**")


def _key(name: str, phase: str, i: int) -> str:
    return f"quiz:{name}:{phase}:{i}"


def _ask(name: str, lesson: Lesson, phase: str, i: int) -> int | None:
    item = lesson.quiz[i]
    return st.radio(
        f"{i + 1}. {plain(item.question)}",
        options=range(1, len(item.answers) + 1),
        format_func=lambda k: plain(item.answers[k - 1]),
        index=None,
        key=_key(name, phase, i),
        persist_state="session",
    )
