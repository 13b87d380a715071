"""Five questions, asked before and after; they are answered, kept and counted in the browser, and the server hears nothing of it."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final, Literal

from streamlit.components.v2 import component

from dashboard.browser import joined, sent
from dashboard.lessons.prose import plain
from sim.lessons import Lesson
from sim.lessons.lesson import Question

HERE = Path(__file__).parent

Phase = Literal["before", "after"]

WORDS: Final = {
    "question": "{number}. {question}",
    "partly": "Answered: {done} of {all}. What is right is shown at the end of the lesson.",
    "score": "Right before the lesson: {before} of {all}. Right now: {after} of {all}.",
    "unasked": "Right now: {after} of {all}. Before the lesson the questions were left open.",
    "right": "✓ Right.",
    "wrong": "✗ No: {answer}.",
    "kept": "Your answers stay in this browser, also when it is closed. They are sent nowhere.",
    "unkept": "Your answers stay in this browser and are sent nowhere. It keeps nothing, so they are gone when the page is closed.",
    "forget": "Forget my answers",
}

_component = component("collapse_quiz", css=(HERE / "quiz.css").read_text("utf-8"), js=joined(HERE / "quiz.js"), isolate_styles=False)


def before(name: str, lesson: Lesson) -> None:
    """The questions, without the answers."""
    _draw(name, "before", [_asked(item) for item in lesson.quiz])


def after(name: str, lesson: Lesson) -> None:
    """The same questions, with what is right once each is answered."""
    _draw(name, "after", [{**_asked(item), "right": item.right, "why": plain(item.why)} for item in lesson.quiz])


def _draw(name: str, phase: Phase, questions: list[dict[str, Any]]) -> None:
    _component(key=f"quiz:{name}:{phase}", data=sent({"name": name, "phase": phase, "questions": questions, "words": WORDS}))


def _asked(item: Question) -> dict[str, Any]:
    return {"question": plain(item.question), "answers": [plain(answer) for answer in item.answers]}
