"""Lessons: a list of them, and each as a page of its own: read, bet, see, talk."""

from __future__ import annotations

from functools import partial
from html import escape

import streamlit as st

from dashboard import navigation, tour
from dashboard.lessons import bet_form, playing, progress, quiz
from dashboard.lessons.prediction import Prediction, feedback
from dashboard.lessons.prose import marked, plain
from dashboard.lessons.worksheet import answer_key, worksheet
from dashboard.player.payload import metrics_for
from dashboard.runs.queue import Jobs
from dashboard.runs.visitors import jobs, visitor
from dashboard.state import session
from dashboard.state.curves import MOST_CURVES
from dashboard.state.view_options import CURVES, REPLICATE
from dashboard.theme import PALETTE
from sim.lessons import Lesson, lessons
from sim.spec import did_you_mean

UNKNOWN = "There is no lesson of that name. {hint}"
MINUTES = ":gray[:material/schedule: {minutes} minutes]"
WIDTH = "46rem"

PHONE = "640px"
"""Up to here what is told above the figures takes several lines."""

ABOVE = "8.5rem"
"""The height of what stands above the stage, so that all of it fits the screen."""


def page() -> None:
    """The Lessons page."""
    st.html(f"<style>{_style()}</style>")
    wanted = st.query_params.get("lesson")
    if wanted is not None and wanted in lessons():
        st.query_params["lesson"] = wanted  # a link within the page tells the server only, and not the address bar
        _lesson(wanted, lessons()[wanted])
        return
    if wanted is None:
        st.query_params.clear()
    else:
        st.warning(UNKNOWN.format(hint=did_you_mean(wanted, lessons())[0]).strip(), icon=":material/info:")
    _list()


def _list() -> None:
    st.title("Lessons")
    st.markdown("Read a little, bet on what will happen, then see it. Each ends in the sandbox, at the very state you saw.")
    with st.container(key="tour-link"):
        words = "New here? Take the tour of the Explore page"
        st.page_link(navigation.to("explore"), label=words, icon=":material/explore:", query_params={tour.PARAMETER: "1"})
    with st.container(key="lesson-list"):
        for i, (name, lesson) in enumerate(lessons().items(), 1):
            with st.container(border=True, key=f"lesson-card-{name}", gap="xsmall"):
                label, icon = f"**{i}. {lesson.label}**", ":material/arrow_forward:"
                st.page_link(navigation.to("lessons"), label=label, icon=icon, query_params={"lesson": name})
                st.markdown(plain(lesson.summary))
                st.markdown(MINUTES.format(minutes=lesson.minutes))


def _lesson(name: str, lesson: Lesson) -> None:
    prediction = progress.prediction(name)
    if prediction is not None and prediction.placed:
        _after_the_bet(name, lesson, prediction)
    else:
        _before_the_bet(name, lesson)


def _before_the_bet(name: str, lesson: Lesson) -> None:
    with st.container(key="lesson-text"):
        _back()
        st.header(lesson.label)
        st.markdown(f"{plain(lesson.summary)} {MINUTES.format(minutes=lesson.minutes)}")
        with st.expander("Check yourself first: five questions", icon=":material/quiz:"):
            quiz.before(name, lesson)
        st.markdown(marked(lesson.before), unsafe_allow_html=True)
        playing.request(lesson, lesson.bet.experiment)
        bet_form.draw(name, lesson)
        _teacher(lesson)


def _after_the_bet(name: str, lesson: Lesson, prediction: Prediction) -> None:
    """The stage and, once the run was seen to its end, all that there is to tell.

    What comes above the stage keeps its place, whatever is in it: a stage that moves on the page would start anew.
    """
    seen = playing.request(lesson, lesson.bet.experiment).run if progress.feedback(name) is None else None
    if seen is not None and playing.committed_generation() == seen.last:
        progress.give_feedback(name, feedback(lesson.bet, prediction, seen))
    told = progress.feedback(name)
    with st.container(key="lesson-bar", horizontal=True, vertical_alignment="center"):
        _back()
        st.html(f'<h1 class="cl-lesson">{escape(lesson.label)}</h1>', width="content")
        case = _case(name, lesson, told=told is not None)
    run = playing.draw(name, case, prediction, playing.request(lesson, case), revealed=told is not None)
    with st.container(key="lesson-text"):
        if told is not None:
            st.success(told, icon=":material/compare_arrows:")
            bet_form.draw_again(name)
            _told(name, lesson)
        elif run is not None:
            words = feedback(lesson.bet, prediction, run)
            st.button(
                "What happened?", icon=":material/arrow_downward:", type="primary", on_click=progress.give_feedback, args=(name, words)
            )
        with st.expander("Read again what came before the bet", icon=":material/article:"):
            st.markdown(marked(lesson.before), unsafe_allow_html=True)
        _teacher(lesson)


def _back() -> None:
    st.page_link(navigation.to("lessons"), label="All lessons", icon=":material/arrow_back:", query_params={})


def _case(name: str, lesson: Lesson, *, told: bool) -> str:
    """The experiment on stage: once all is told the class may look at the others. The choice has its place from the beginning."""
    if len(lesson.experiments) == 1:
        return lesson.bet.experiment
    return st.segmented_control(
        "Experiment on stage",
        list(lesson.experiments),
        format_func=lambda case: plain(lesson.experiments[case].label),
        default=lesson.bet.experiment,
        required=True,
        key=f"case:{name}",
        on_change=playing.reset,
        disabled=not told,
        label_visibility="collapsed",
    )


def _told(name: str, lesson: Lesson) -> None:
    st.header("What happened")
    st.markdown(marked(lesson.after), unsafe_allow_html=True)
    st.subheader("Go on in the sandbox")
    case = st.session_state.get(f"case:{name}") or lesson.bet.experiment
    t = playing.committed_generation()
    if st.button("Open what is on stage in the sandbox", icon=":material/play_circle:", type="primary"):
        _open(lesson, case, lesson.experiment(case).generations if t is None else t, playing.picked_replicate())
    with st.container(gap="xxsmall"):
        for i, moment in enumerate(lesson.links):
            if st.button(plain(moment.label), key=f"moment-{i}", type="tertiary", icon=":material/arrow_forward:"):
                _open(lesson, moment.experiment, moment.t)
    st.subheader("Check yourself again")
    quiz.after(name, lesson)
    st.subheader("References")
    st.markdown(lesson.references)


def _open(lesson: Lesson, case: str, t: int, replicate: int | None = None) -> None:
    session.open_experiment(lesson.experiment(case), t)
    session.set_option(CURVES, lesson.drawn(case)[:MOST_CURVES] or None)
    session.set_option(REPLICATE, replicate)
    st.switch_page(navigation.to("explore"))


def _teacher(lesson: Lesson) -> None:
    with st.expander("For teachers", icon=":material/school:", expanded=st.query_params.get("teacher") == "1"):
        st.markdown(f"**Timing.** {plain(lesson.teacher.timing)}")
        for title, sentences in (("What goes wrong", lesson.teacher.goes_wrong), ("What to ask", lesson.teacher.ask)):
            st.markdown(f"**{title}**\n" + "".join(f"\n- {plain(sentence)}" for sentence in sentences))
        st.markdown("Both files print from any browser, and their links open exact moments.")
        address, file = st.context.url, lesson.label.lower().replace(" ", "-")
        sheet, key = partial(worksheet, lesson, address), partial(_answers, lesson, jobs(), visitor(), address)
        with st.container(horizontal=True):
            st.download_button("Worksheet", sheet, f"{file}.html", "text/html", on_click="ignore", icon=":material/print:")
            st.download_button("Answer key", key, f"{file}-answers.html", "text/html", on_click="ignore", icon=":material/key:")


def _answers(lesson: Lesson, queue: Jobs, who: str, address: str | None) -> str:
    """Made when asked for, in a thread of its own, so the queue and the visitor are brought along."""
    bet = lesson.bet
    experiment = lesson.experiment(bet.experiment)
    job = queue.ask(experiment, metrics_for(experiment, lesson.drawn(bet.experiment)), who, "key")
    return answer_key(lesson, job.future.result(), address)


def _style() -> str:
    return (
        f".st-key-lesson-text{{max-width:{WIDTH};margin-inline:auto}}section.cl-stage{{--above:{ABOVE}}}"
        ".st-key-lesson-list{display:grid!important;grid-template-columns:repeat(auto-fill,minmax(17rem,1fr));gap:1rem}"
        ".st-key-lesson-list>div{height:100%}"
        ".st-key-lesson-list a p{white-space:normal!important}"
        ".st-key-lesson-list a{background:none!important;padding-inline:0}"
        # Headline and sentence keep their room when all is told, so that the figures keep their place.
        f"@media(max-width:{PHONE}){{.cl-verdict{{min-height:2lh}}.cl-detail{{min-height:3lh}}}}"
        ".cl-lesson{padding:0;margin:0;font-size:1.25rem;line-height:1.3}.st-key-lesson-bar{row-gap:.5rem}"
        f"abbr{{text-decoration:underline dotted {PALETTE['light']['ghost']};"
        "text-underline-offset:.2em;text-decoration-thickness:1px;cursor:help}"
    )
