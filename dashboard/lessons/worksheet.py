"""The sheet to print: one HTML file without scripts, with a QR code for every exercise; with the answers in it, the key."""

from __future__ import annotations

from html import escape
from string import Template

from dashboard.glossary import terms_in
from dashboard.lessons.axes import empty_axes
from dashboard.lessons.exercises import short_link
from dashboard.lessons.prediction import curve_picture
from dashboard.lessons.prose import plain
from dashboard.state.page_links import is_local, qr_code
from dashboard.theme import PRINT
from sim import Run
from sim.lessons import Lesson
from sim.lessons.bets import ranked

INK = PRINT["ink"]

STYLE = Template("""
body{font:11.5pt/1.45 "Source Sans 3","Source Sans Pro",system-ui,sans-serif;color:$ink;background:$paper}
body{max-width:19cm;margin:1cm auto;padding:0 .6cm}
h1{font-size:20pt;margin:0 0 .2rem} h2{font-size:13pt;margin:1.1rem 0 .3rem} p{margin:.35rem 0}
.name{display:flex;gap:2rem;margin:.6rem 0} .name span{flex:1;border-bottom:1px solid $ghost;padding-top:1.2rem}
.curves{display:grid;grid-template-columns:repeat(4,1fr);gap:.5rem} figure{margin:0;text-align:center;font-size:9.5pt;line-height:1.25}
figure svg{width:100%;height:auto} ol,ul{padding-left:1.3rem;margin:.3rem 0} li{margin:.3rem 0;break-inside:avoid}
.answers{list-style:none;padding-left:0} .answers li{margin:.1rem 0} .right{font-weight:700} .why{color:$soft}
a{color:$link;overflow-wrap:anywhere;text-decoration:none} .address{font-size:10pt;font-variant-numeric:tabular-nums}
.code{flex:none;width:24mm} .code svg{display:block;width:24mm;height:24mm} .axes{display:block;width:100%;height:auto}
.exercise{display:flex;gap:5mm;align-items:flex-start;break-inside:avoid;margin:.5rem 0} .exercise>div:first-child{flex:1;min-width:0}
.write{border-bottom:1px solid $rule;height:8mm;margin:0} .warning{border:2px solid $ink;padding:.5rem .7rem;font-weight:600}
@page{margin:1.4cm} @media print{body{margin:0;max-width:none;padding:0} h2{break-after:avoid} .turn{break-before:page}}
""").substitute(PRINT)

SHEET = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>{title}</title><style>{style}</style></head>
<body><h1>{title}</h1><p>{summary}</p>{parts}</body></html>
"""

BOX, TICKED = "☐", "☑"

LINES = 2
"""To write on, for each exercise. A choice: a sentence or two in a hand of twelve years."""

LOOPBACK = (
    "These codes and addresses lead to one computer only, the one that this sheet was made on. Phones cannot open them. Open the page at "
    "that computer's address in your network, or where it is hosted, and make the sheet there."
)
NOWHERE = "The address of the page was not known when this sheet was made. Put what follows behind the address that your class opens."


def worksheet(name: str, lesson: Lesson, address: str) -> str:
    """The sheet for the class.

    Args:
        name: of the lesson, which its links are made of.
        lesson: what it is about.
        address: of the page that the visitor sees, to which the links lead; empty where it is not known.
    """
    parts = [
        _warning(address),
        '<div class="name"><span>Name</span><span>Date</span></div>',
        _exercise("The lesson itself, where you place your bet:", short_link(address, name), lines=0),
        _heading("Before"),
        _paragraphs(lesson.before),
        _heading("My bet"),
        _words(lesson.bet.question),
        _curves(lesson),
        _words("Draw your own curve if none of them is yours:"),
        empty_axes(lesson),
        _heading("What I saw"),
        _lines(4),
        '<h2 class="turn">Exercises</h2>',  # what they say of the run is not read before the bet
        *(_exercise(f"{i}. {plain(moment.label)}", short_link(address, name, i), lines=LINES) for i, moment in enumerate(lesson.links, 1)),
        _heading("Five questions"),
        _quiz(lesson, solved=False),
        _glossary(lesson),
    ]
    return SHEET.format(title=escape(lesson.label), style=STYLE, summary=escape(plain(lesson.summary)), parts="".join(parts))


def answer_key(name: str, lesson: Lesson, run: Run | None, address: str) -> str:
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
        _heading("Exercises"),
        _links(name, lesson, address),
        _heading("Answers"),
        _quiz(lesson, solved=True),
    ]
    title = f"{escape(lesson.label)}: answer key"
    return SHEET.format(title=title, style=STYLE, summary=escape(plain(lesson.summary)), parts="".join(parts))


def printed(link: str) -> str:
    """A link as people type it: browsers add the usual beginning themselves."""
    return link.removeprefix("https://")


def _glossary(lesson: Lesson) -> str:
    """What the words mean that the sheet uses."""
    asked = (text for question in lesson.quiz for text in (question.question, *question.answers))
    used = terms_in(" ".join([lesson.before, lesson.bet.question, *(moment.label for moment in lesson.links), *asked]))
    said = "".join(f"<li><strong>{escape(term.name)}</strong>: {escape(term.meaning)}</li>" for term in used)
    return f"{_heading('Words')}<ul>{said}</ul>" if said else ""


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


def _warning(address: str) -> str:
    """What keeps phones from opening the sheet's links, if anything does."""
    said = LOOPBACK if is_local(address) else "" if address else NOWHERE
    return f'<p class="warning">{escape(said)}</p>' if said else ""


def _lines(count: int) -> str:
    return '<p class="write"></p>' * count


def _exercise(task: str, link: str, *, lines: int) -> str:
    """What to open, its address and its code, and room to write."""
    address = f'<a class="address" href="{escape(link)}">{escape(printed(link))}</a>'
    code = qr_code(link, sized=False) if link.startswith("http") else None
    drawn = f'<div class="code" role="img" aria-label="QR code of this address">{code.decode()}</div>' if code else ""
    return f'<div class="exercise"><div>{_words(task)}<p>{address}</p>{_lines(lines)}</div>{drawn}</div>'


def _links(name: str, lesson: Lesson, address: str) -> str:
    rows: list[str] = []
    for i, moment in enumerate(lesson.links, 1):
        to = short_link(address, name, i)
        rows.append(f'<li>{escape(plain(moment.label))}<br><a class="address" href="{escape(to)}">{escape(printed(to))}</a></li>')
    return f"<ol>{''.join(rows)}</ol>"


def _quiz(lesson: Lesson, *, solved: bool) -> str:
    rows: list[str] = []
    for item in lesson.quiz:
        answers = "".join(_answer(answer, ticked=solved and i == item.right) for i, answer in enumerate(item.answers, 1))
        why = f'<p class="why">{escape(plain(item.why))}</p>' if solved else ""
        rows.append(f'<li>{escape(plain(item.question))}<ul class="answers">{answers}</ul>{why}</li>')
    return f"<ol>{''.join(rows)}</ol>"


def _answer(words: str, *, ticked: bool) -> str:
    return f"<li{' class=right' * ticked}>{TICKED if ticked else BOX} {escape(plain(words))}</li>"
