"""Lessons: a list of them, and each as a page of its own: read, bet, see, talk."""

from __future__ import annotations

from html import escape

import streamlit as st

from dashboard import navigation, tour
from dashboard.lessons import bet_form, exercises, playing, progress, quiz, teaching
from dashboard.lessons.prediction import Prediction, feedback
from dashboard.lessons.prose import marked, plain
from dashboard.pictures.shipped import figure
from dashboard.state import address
from dashboard.theme import ANY_SCHEME, PALETTE
from sim.lessons import Lesson, lessons
from sim.spec import did_you_mean
from sim.spelling import same_word

UNKNOWN = "There is no lesson of that name. {hint}"
MINUTES = ":gray[:material/schedule: {minutes} minutes]"
WIDTH = "46rem"

PHONE = "640px"
"""Up to here what is told above the figures takes several lines."""

ABOVE = "8.5rem"
"""The height of what stands above the stage, so that all of it fits the screen."""
ABOVE_LOW = "5.4rem"
"""The same in a low window, whose header is slim."""


def page() -> None:
    """The Lessons page."""
    st.html(f"<style>{_style()}</style>")
    wanted, note = _wanted()
    if note:
        st.warning(note, icon=":material/info:")
    if wanted is None:
        if not note:
            st.query_params.from_dict(teaching.parameters())
        _list()
    else:
        st.query_params.from_dict(_to(wanted))  # a link within the page tells the server only, and not the address bar
        _lesson(wanted, lessons()[wanted])


def _wanted() -> tuple[str | None, str]:
    """The lesson that the address names, in whichever way it does, and what is wrong with it; an exercise is left for at once."""
    parameters = address.parameters()
    if (text := parameters.get(exercises.PARAMETER)) is not None:
        found = exercises.read(text)
        if found.lesson and found.moment:
            exercises.open_in_sandbox(lessons()[found.lesson], found.moment.experiment, found.moment.t)
        return found.lesson, found.note
    if (text := address.named(parameters).get(address.LESSON)) is None:
        return None, ""
    same = same_word(text, exercises.words())
    return (exercises.words()[same], "") if same else (None, UNKNOWN.format(hint=did_you_mean(text, lessons())[0]).strip())


def _to(name: str) -> dict[str, str]:
    """The parameters of a lesson's address, for whoever looks at it now."""
    return {address.LESSON: name, **teaching.parameters()}


def _list() -> None:
    st.title("Lessons")
    st.markdown("Read a little, bet on what will happen, then see it. Each ends in the sandbox, at the very state you saw.")
    with st.container(key="tour-link"):
        words = "New here? Take the tour of the Explore page"
        st.page_link(navigation.to("explore"), label=words, icon=":material/explore:", query_params={tour.PARAMETER: "1"})
    with st.container(key="lesson-list"):
        for i, (name, lesson) in enumerate(lessons().items(), 1):
            with st.container(border=True, key=f"lesson-card-{name}", gap="xsmall"):
                if picture := figure(name):
                    st.html(picture)
                label, icon = f"**{i}. {lesson.label}**", ":material/arrow_forward:"
                st.page_link(navigation.to("lessons"), label=label, icon=icon, query_params=_to(name))
                with st.container(key=f"lesson-about-{name}", gap="xxsmall"):
                    st.markdown(plain(lesson.summary))
                    st.markdown(MINUTES.format(minutes=lesson.minutes))
    teaching.way_in()


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
        teaching.draw(name, lesson)


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
        teaching.draw(name, lesson)


def _back() -> None:
    st.page_link(navigation.to("lessons"), label="All lessons", icon=":material/arrow_back:", query_params=teaching.parameters())


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
        last = lesson.experiment(case).generations
        exercises.open_in_sandbox(lesson, case, last if t is None else t, playing.picked_replicate())
    with st.container(gap="xxsmall"):
        for i, moment in enumerate(lesson.links):
            if st.button(plain(moment.label), key=f"moment-{i}", type="tertiary", icon=":material/arrow_forward:"):
                exercises.open_in_sandbox(lesson, moment.experiment, moment.t)
    st.subheader("Check yourself again")
    quiz.after(name, lesson)
    st.subheader("References")
    st.markdown(lesson.references)


def _style() -> str:
    return (
        f".st-key-lesson-text{{max-width:{WIDTH};margin-inline:auto}}section.cl-stage{{--above:{ABOVE};--top:{ABOVE_LOW}}}"
        ".st-key-lesson-list{display:grid!important;grid-template-columns:repeat(auto-fill,minmax(17rem,1fr));gap:1rem}"
        f"{_card_style()}"
        # Headline and sentence keep their room when all is told, so that the figures keep their place.
        f"@media(max-width:{PHONE}){{.cl-verdict{{min-height:2lh}}.cl-told{{min-height:calc(4lh + .3rem)}}}}"
        ".cl-lesson{padding:0;margin:0;font-size:1.25rem;line-height:1.3}.st-key-lesson-bar{row-gap:.5rem}"
        f"abbr{{text-decoration:underline dotted {PALETTE['light']['ghost']};"
        "text-underline-offset:.2em;text-decoration-thickness:1px;cursor:help}"
    )


def _card_style() -> str:
    """A card is its link: the one link in it reaches over all of it, so that a finger, a middle click and a key need not aim."""
    card = (
        "{list}>div{height:100%}"
        "{card}{position:relative;height:100%;transition:border-color .12s,background-color .12s}{card} *{position:static!important}"
        "{card} a{background:none!important;padding-inline:0;outline:none!important}"
        "{card} a p{white-space:normal!important;font-size:1.0625rem;line-height:1.3}"
        "{card} [class*=st-key-lesson-about] p{font-size:.9375rem;line-height:1.45}"
        "{card} a::after{content:'';position:absolute;inset:0;border-radius:inherit;cursor:pointer}"
        "@media(hover:hover){{card}:hover{border-color:{blue};background:color-mix(in srgb,{blue} 6%,transparent)}}"
        "{card}:has(a:focus-visible){outline:2px solid currentColor;outline-offset:2px}"
        "{card} figure{margin:0}{card} img{display:block;width:100%;height:auto}"
        "{card} figcaption{margin-top:.35rem;min-height:2lh;font-size:.8125rem;line-height:1.35;opacity:.8}"
        "@media(prefers-reduced-motion:reduce){{card}{transition:none}}"
    )
    known = {"{list}": ".st-key-lesson-list", "{card}": "[class*=st-key-lesson-card-]", "{blue}": ANY_SCHEME["synthetic"]}
    for name, value in known.items():
        card = card.replace(name, value)
    return card
