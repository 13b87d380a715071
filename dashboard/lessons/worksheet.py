"""The sheet to print: one HTML file without scripts, whose links open exact moments; with the answers in it, the key."""

from __future__ import annotations

from html import escape
from string import Template
from urllib.parse import urlencode, urlsplit, urlunsplit

from dashboard.lessons.prediction import curve_picture
from dashboard.lessons.prose import plain
from dashboard.state.curves import MOST_CURVES
from dashboard.state.view_options import CURVES, GENERATION
from dashboard.theme import PRINT
from sim import Run
from sim.lessons import Lesson
from sim.lessons.bets import ranked
from sim.lessons.lesson import SandboxLink
from sim.links import to_link

INK, RULE, GRID = (PRINT[role] for role in ("ink", "rule", "grid"))

STYLE = Template("""
body{font:11.5pt/1.45 "Source Sans 3","Source Sans Pro",system-ui,sans-serif;color:$ink;background:$paper}
body{max-width:19cm;margin:1cm auto;padding:0 .6cm}
h1{font-size:20pt;margin:0 0 .2rem} h2{font-size:13pt;margin:1.1rem 0 .3rem} p{margin:.35rem 0}
.name{display:flex;gap:2rem;margin:.6rem 0} .name span{flex:1;border-bottom:1px solid $ghost;padding-top:1.2rem}
.curves{display:grid;grid-template-columns:repeat(4,1fr);gap:.5rem} figure{margin:0;text-align:center;font-size:9.5pt;line-height:1.25}
figure svg{width:100%;height:auto} ol,ul{padding-left:1.3rem;margin:.3rem 0} li{margin:.3rem 0;break-inside:avoid}
.answers{list-style:none;padding-left:0} .answers li{margin:.1rem 0} .right{font-weight:700} .why{color:$soft}
a{color:$link;overflow-wrap:anywhere} .address{font-size:8.5pt;color:$soft;overflow-wrap:anywhere}
@page{margin:1.4cm} @media print{body{margin:0;max-width:none;padding:0} h2{break-after:avoid}}
""").substitute(PRINT)

SHEET = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>{title}</title><style>{style}</style></head>
<body><h1>{title}</h1><p>{summary}</p>{parts}</body></html>
"""

BOX, TICKED = "☐", "☑"


def worksheet(lesson: Lesson, address: str | None) -> str:
    """The sheet for the class.

    Args:
        lesson: what it is about.
        address: of the page that the visitor sees, to which the links lead.
    """
    parts = [
        '<div class="name"><span>Name</span><span>Date</span></div>',
        _heading("Before"),
        _paragraphs(lesson.before),
        _heading("My bet"),
        _words(lesson.bet.question),
        _curves(lesson),
        _words("Draw your own curve if none of them is yours:"),
        _grid(),
        _heading("What I saw"),
        *[f'<p style="border-bottom:1px solid {RULE};height:1.5rem"></p>'] * 4,
        _heading("Open these moments"),
        _links(lesson, address),
        _heading("Five questions"),
        _quiz(lesson, solved=False),
    ]
    return SHEET.format(title=escape(lesson.label), style=STYLE, summary=escape(plain(lesson.summary)), parts="".join(parts))


def answer_key(lesson: Lesson, run: Run | None, address: str | None) -> str:
    """The sheet for the teacher: notes, the curve that came closest, and the right answers."""
    notes = lesson.teacher
    came = _words(f"Closest to the run: {ranked(lesson.bet, run)[0].sketch.label}.") if run is not None else ""
    parts = [
        _heading("Timing"),
        _words(notes.timing),
        _heading("What goes wrong"),
        _list(notes.goes_wrong),
        _heading("What to ask"),
        _list(notes.ask),
        _heading("The bet"),
        _words(lesson.bet.question),
        _curves(lesson),
        came,
        _heading("What happened"),
        _paragraphs(lesson.after),
        _heading("Moments"),
        _links(lesson, address),
        _heading("Answers"),
        _quiz(lesson, solved=True),
    ]
    title = f"{escape(lesson.label)}: answer key"
    return SHEET.format(title=title, style=STYLE, summary=escape(plain(lesson.summary)), parts="".join(parts))


def link(lesson: Lesson, to: SandboxLink, address: str | None) -> str:
    """The address of a generation in the sandbox, beside the page that the visitor sees."""
    parts = urlsplit(address or "")
    path = parts.path.rstrip("/").removesuffix("/lessons") + "/"
    curves = ",".join(lesson.drawn(to.experiment)[:MOST_CURVES])
    query = urlencode({**to_link(lesson.experiment(to.experiment)), GENERATION.name: str(to.t), CURVES.name: curves})
    return urlunsplit((parts.scheme, parts.netloc, path, query, ""))


def _heading(words: str) -> str:
    return f"<h2>{escape(words)}</h2>"


def _words(text: str) -> str:
    return f"<p>{escape(plain(text))}</p>"


def _paragraphs(markdown: str) -> str:
    """Prose without its emphasis; lessons use no other marks of Markdown."""
    return "".join(_words(" ".join(block.replace("*", "").split())) for block in markdown.split("\n\n") if block.strip())


def _list(sentences: tuple[str, ...]) -> str:
    return f"<ul>{''.join(f'<li>{escape(plain(sentence))}</li>' for sentence in sentences)}</ul>"


def _curves(lesson: Lesson) -> str:
    bet = lesson.bet
    pictures = (
        f"<figure>{curve_picture(bet, i, sketch.points[-1][1], INK)}<figcaption>{BOX} {escape(plain(sketch.label))}</figcaption></figure>"
        for i, sketch in enumerate(bet.curves)
    )
    return f'<div class="curves">{"".join(pictures)}</div>'


def _grid() -> str:
    lines = "".join(f"M{40 * i} 0V160" for i in range(1, 16)) + "".join(f"M0 {40 * i}H640" for i in range(4))
    axes = f'<path d="M0 0V160H640" stroke="{INK}" stroke-width="2"/>'
    ruled = f'<g fill="none"><path d="{lines}" stroke="{GRID}"/>{axes}</g>'
    return f'<svg viewBox="-2 -2 646 166" width="100%" role="img" aria-label="Empty axes">{ruled}</svg>'


def _links(lesson: Lesson, address: str | None) -> str:
    rows: list[str] = []
    for moment in lesson.links:
        to = escape(link(lesson, moment, address))
        rows.append(f'<li><a href="{to}">{escape(plain(moment.label))}</a><br><span class="address">{to}</span></li>')
    return f"<ul>{''.join(rows)}</ul>"


def _quiz(lesson: Lesson, *, solved: bool) -> str:
    rows: list[str] = []
    for item in lesson.quiz:
        answers = "".join(_answer(answer, ticked=solved and i == item.right) for i, answer in enumerate(item.answers, 1))
        why = f'<p class="why">{escape(plain(item.why))}</p>' if solved else ""
        rows.append(f'<li>{escape(plain(item.question))}<ul class="answers">{answers}</ul>{why}</li>')
    return f"<ol>{''.join(rows)}</ol>"


def _answer(words: str, *, ticked: bool) -> str:
    return f"<li{' class=right' * ticked}>{TICKED if ticked else BOX} {escape(plain(words))}</li>"
