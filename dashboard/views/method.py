"""Method: the loop, the main ideas with their laws, and what every word on the Explore page means.

Formulas and definitions are read from where they are declared, the laws and docstrings of `sim`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from html import escape

import streamlit as st

from dashboard.controls import loop_drawing
from dashboard.details.docstrings import docstring_markdown
from dashboard.details.main_ideas import IDEAS, Idea, half_line, law_lines
from dashboard.details.typesetting import prose_markdown
from dashboard.glossary import TERMS
from dashboard.pictures.drawing import Picture
from sim.docstrings import first_sentence
from sim.experiment import ROLES, Experiment
from sim.metrics import metrics
from sim.verdicts.phases import PHASES

LOOP = """
A model is fitted to rows and draws new ones; the next model is fitted to those, mixed with real ones or not; and so on.
Generation 0 is the real data. Generation 1 is what the first model draws, which has seen real rows only.

With $X_0$ the real rows and $M_t$ the model of generation $t$: $M_t = \\operatorname{fit}(P_{t-1})$, and $X_t$ are $n$ rows
drawn from $M_t$. The pool $P_t$ is what is kept of $X_0, \\dots, X_t$ and of fresh real rows; under *Replace* it is $X_t$ alone.

Every experiment is repeated many times, alike but for luck, because one repeat tells little. $V_0$ is the variance
of the truth.
"""

CHANCE = """
A perfect model would not match the truth either: a batch of real rows differs from it by luck. So every number is held against
its noise floor, where nearly nine in ten batches of as many fresh real rows lie. What is called lost lies beyond it by more
than chance allows.
"""


def page() -> None:
    """The Method page."""
    st.html(f"<style>{loop_drawing.style()}{_style()}</style>")
    roles = {f"{Experiment.model_fields[role].title}s": [(v.label, v.__doc__ or "") for v in variants] for role, variants in ROLES.items()}
    entries = {**roles, "Metrics": [(metric.label, metric.help) for metric in metrics().values()]}
    titles = ("The loop", *(idea.title for idea in IDEAS), "Chance and phases", "Words", *entries)
    with st.container(key="method"):
        with st.container(key="method-contents"):
            _contents(titles)
        with st.container(key="method-text"):
            st.title("Method", anchor=False)
            _heading(titles[0])
            st.html(loop_drawing.drawn())
            st.markdown(LOOP)
            for idea in IDEAS:
                _idea(idea)
            _heading("Chance and phases")
            st.markdown(CHANCE)
            st.markdown("\n".join(f"- {_term_first(meaning)}" for meaning in PHASES.values()))
            _heading("Words")
            st.markdown("\n".join(f"- **{term.name.capitalize()}:** {prose_markdown(term.meaning)}" for term in TERMS))
            for title, found in entries.items():
                _section(title, found)


def _contents(titles: Iterable[str]) -> None:
    """Links to the headings."""
    links = "".join(f'<li><a href="#{_anchor(title)}">{escape(title)}</a></li>' for title in titles)
    st.html(f'<nav class="cl-contents" aria-label="On this page"><ol>{links}</ol></nav>')


def _idea(idea: Idea) -> None:
    """A plain sentence, the law with its source, and the figure."""
    _heading(idea.title)
    st.markdown(idea.sentence)
    for i, (words, source) in enumerate(law_lines(idea)):
        with st.container(key=f"law-{_anchor(idea.title)}-{i}", gap="xxsmall"):
            st.markdown(words)
            if source:
                st.caption(source)
    if half := half_line(idea):
        st.markdown(half)
    st.html(_figure(idea.figure()))


def _figure(picture: Picture) -> str:
    size = f'width="{picture.width:g}" height="{picture.height:g}"'
    image = f'<img src="{picture.data_url}" alt="{escape(picture.alt)}" {size}/>'
    return f'<figure class="cl-picture">{image}<figcaption>{escape(picture.caption)}</figcaption></figure>'


def _section(title: str, entries: Iterable[tuple[str, str]]) -> None:
    _heading(title)
    with st.container(gap="xsmall"):
        for label, doc in entries:
            with st.expander(f"{label}: {first_sentence(doc)}"):
                st.markdown(docstring_markdown(doc))


def _heading(title: str) -> None:
    st.header(title, anchor=_anchor(title))


def _anchor(title: str) -> str:
    return re.sub("[^a-z]+", "-", title.lower())


def _term_first(meaning: str) -> str:
    """A definition whose term stands out: what comes before the colon."""
    term, _, rest = meaning.partition(":")
    return f"**{term}:**{rest}"


def _style() -> str:
    """Beside the text its contents where there is room, above it elsewhere; nothing is wider than the page."""
    return (
        ".st-key-method-text{max-width:46rem}.st-key-method-text h2{padding-top:1.25rem;font-size:1.6rem;scroll-margin-top:4rem}"
        ".cl-contents ol{list-style:none;margin:0;padding:0;display:flex;flex-wrap:wrap;gap:.25rem 1rem}.cl-contents li{margin:0}"
        ".cl-contents a{display:inline-block;padding:.2rem 0;color:inherit;font-size:.875rem;text-decoration:none;opacity:.85}"
        ".cl-contents a:is(:hover,:focus-visible){text-decoration:underline;opacity:1}"
        "[class*=st-key-law-]{padding:.5rem 0 .5rem .9rem;border-left:3px solid color-mix(in srgb,currentColor 22%,transparent)}"
        "[class*=st-key-law-] .katex{font-size:1.2em!important}.st-key-method .katex{font-size:1.1em}"
        ".st-key-method figure.cl-picture{margin:.25rem 0}.cl-picture img{display:block;width:min(100%,27rem);height:auto}"
        ".cl-picture figcaption{max-width:38rem;margin-top:.35rem;font-size:.875rem;line-height:1.4;opacity:.85}"
        "@media(min-width:64rem){.st-key-method{display:grid!important;grid-template-columns:12rem minmax(0,46rem);gap:0 3rem}"
        ".st-key-method>div:first-child{position:sticky;top:5rem;align-self:start}.cl-contents ol{display:grid;gap:.1rem}}"
    )
