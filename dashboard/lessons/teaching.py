"""Around a lesson: the sheet for paper, which everybody finds, and what the teacher's link adds, notes and the answer key.

There are no accounts, so the teacher's link is no secret, and the page says so. It only keeps the answers out of the way of
whoever follows the class's link.
"""

from __future__ import annotations

from functools import partial
from typing import Final
from urllib.parse import urlsplit

import streamlit as st

from dashboard import navigation
from dashboard.lessons.exercises import short_link
from dashboard.lessons.prose import plain
from dashboard.lessons.worksheet import answer_key, worksheet
from dashboard.player.payload import metrics_for
from dashboard.runs.queue import Jobs
from dashboard.runs.visitors import jobs, visitor
from dashboard.state import page_links
from sim.lessons import Lesson

PARAMETER: Final = "for"
TEACHER: Final = "teacher"
"""`for=teacher` in an address asks for what a teacher wants; `teacher=1` did before, and still does."""

SHEET: Final = "Room to write, axes to draw on, and a QR code for every exercise. It prints from any browser."
LOOPBACK: Final = (
    "This page is open at {host}, which means this computer and no other: phones cannot open the codes of a sheet that is made here. Open "
    "the page at this computer's address in your network, or where it is hosted, and make the sheet there."
)
NO_SECRET: Final = (
    "This is the teacher's link. It is no secret: whoever adds `for=teacher` to an address sees the same. It only keeps the answers out of "
    "the way. Give your class this address:"
)


def is_on() -> bool:
    """Whether the address is a teacher's."""
    return st.query_params.get(PARAMETER) == TEACHER or st.query_params.get(TEACHER) == "1"


def parameters() -> dict[str, str]:
    """What links within the page go on saying."""
    return {PARAMETER: TEACHER} if is_on() else {}


def way_in() -> None:
    """Under the list of lessons: to the same list with notes and answer keys, or back."""
    on = is_on()
    words = "Back to the lessons as a class sees them" if on else "Teaching? Open the lessons with notes and answer keys"
    with st.container(key="teaching"):
        wanted = {} if on else {PARAMETER: TEACHER}
        st.page_link(navigation.to("lessons"), label=words, icon=":material/school:", query_params=wanted)


def draw(name: str, lesson: Lesson) -> None:
    """Under a lesson: the sheet, and on a teacher's link what only teachers want."""
    address, file = page_links.address(), lesson.label.lower().replace(" ", "-").replace("?", "").replace(":", "")
    with st.container(border=True, key="paper", gap="small"):
        st.markdown(f"**On paper.** {SHEET}")
        if page_links.is_local(address):
            st.warning(LOOPBACK.format(host=urlsplit(address).hostname), icon=":material/phonelink_off:")
        sheet = partial(worksheet, name, lesson, address)
        st.download_button("Worksheet", sheet, f"{file}.html", "text/html", on_click="ignore", icon=":material/print:")
    if is_on():
        _notes(name, lesson, address, file)


def _notes(name: str, lesson: Lesson, address: str, file: str) -> None:
    with st.container(border=True, key="teacher", gap="small"):
        st.subheader("For the teacher")
        st.markdown(NO_SECRET)
        st.code(short_link(address, name), language=None, wrap_lines=True)
        st.markdown(f"**Timing.** {plain(lesson.teacher.timing)}")
        for title, sentences in (("What goes wrong", lesson.teacher.goes_wrong), ("What to ask", lesson.teacher.ask)):
            st.markdown(f"**{title}**\n" + "".join(f"\n- {plain(sentence)}" for sentence in sentences))
        key = partial(_answers, name, lesson, jobs(), visitor(), address)
        st.download_button("Answer key", key, f"{file}-answers.html", "text/html", on_click="ignore", icon=":material/key:")


def _answers(name: str, lesson: Lesson, queue: Jobs, who: str, address: str) -> str:
    """Made when asked for, in a thread of its own, so the queue and the visitor are brought along."""
    bet = lesson.bet
    experiment = lesson.experiment(bet.experiment)
    job = queue.ask(experiment, metrics_for(experiment, lesson.drawn(bet.experiment)), who, "key")
    return answer_key(name, lesson, job.future.result(), address)
