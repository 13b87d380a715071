"""A citation as BibTeX and in words: this software in its version, and as BibTeX the papers whose closed forms are drawn.

The entry of the software says what `CITATION.cff` says; none of it is written here again. The papers are entries of `papers.bib`.
A law names its source in words ("Nature 631:755", "arXiv 2404.01413"); an entry is cited when its own volume or number stands in
those words, so a new law needs no more than an entry.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from functools import lru_cache
from pathlib import Path
from urllib.parse import urlsplit

from dashboard.state.page_links import is_local
from dashboard.takeaway.citation_file import Author, software
from sim import Experiment
from sim.theory import laws_for

PAPERS = Path(__file__).parent / "papers.bib"

SOFTWARE = """@software{{collapselab,
  author  = {{{author}}},
  title   = {{{title}}},
  year    = {{{year}}},
  version = {{{version}}},
{where}}}"""
WHERE = "  url     = {{{link}}},\n  urldate = {{{today}}},\n"
RUN = "  note    = {{The run opens in any copy at {end}}},\n"

IN_WORDS = "{author} ({year}). {title}, version {version} [software]. {where}"
SEEN = "{link} (seen {today})."
OPENS = "The run opens in any copy at {end}."

SPELT = {
    **{letter: f"\\{letter}" for letter in "&%#_$"},
    **{"\\": r"\textbackslash{}", "{": r"\textbraceleft{}", "}": r"\textbraceright{}"},
    **{"~": r"\textasciitilde{}", "^": r"\textasciicircum{}"},
}
"""How LaTeX spells what it would take for a command. BibTeX counts a brace behind a backslash too, so braces are named."""


def citation(experiment: Experiment, metrics: Iterable[str], link: str, today: date) -> str:
    """BibTeX of the software and of the papers behind the closed forms of these metrics.

    Args:
        experiment: what was run.
        metrics: the metrics that are drawn.
        link: where the run can be opened. Where only this computer could, the project's own address stands in its place, if its
            citation file has one, with the end of the link, at which any copy opens the run.
        today: when it was seen.

    Raises:
        SpecError: where the file that says how this software is cited is missing or broken.
    """
    words = " ".join(law.reference for metric in metrics for law in laws_for(experiment, metric))
    entries = [entry for name, entry in papers().items() if name in words]
    found, end = addresses(link)
    where = WHERE.format(link=_printable(found), today=today.isoformat()) if found else ""
    note = RUN.format(end=_spelt(_printable(end))) if end else ""
    return "\n\n".join([_software(where + note), *entries]) + "\n"


def in_words(link: str, today: date) -> str:
    """The same citation of the software as a line of text; raises `SpecError` as `citation` does."""
    cited, (found, end) = software(), addresses(link)
    author = "; ".join(" ".join(part for part in (one.given, one.name, one.suffix) if part) for one in cited.authors)
    seen = SEEN.format(link=found, today=today.isoformat()) if found else ""
    where = " ".join(filter(None, (seen, OPENS.format(end=end) if end else "")))
    return IN_WORDS.format(author=author, year=cited.released.year, title=cited.title, version=cited.version, where=where)


def addresses(link: str) -> tuple[str, str]:
    """Where a reader finds what is cited, and the end of the link at which a copy opens the run where that is not enough.

    >>> addresses("https://lab.example/?v=1&n=50"), addresses("http://localhost:8501/?v=1&n=50")[1]
    (('https://lab.example/?v=1&n=50', ''), '/?v=1&n=50')
    """
    if link.startswith(("http://", "https://")) and not is_local(link):
        return link, ""
    query = urlsplit(link).query
    return software().address, f"/?{query}" if query else ""


def _software(where: str) -> str:
    """The entry of this software."""
    cited = software()
    author = " and ".join(_author(one) for one in cited.authors)
    return SOFTWARE.format(author=author, title=_spelt(cited.title), year=cited.released.year, version=_spelt(cited.version), where=where)


def _author(one: Author) -> str:
    """An author as BibTeX tells them apart: a group stands in braces, for it has no family name."""
    if not one.person:
        return f"{{{_spelt(one.name)}}}"
    return ", ".join(_whole(part) for part in (one.name, one.suffix, one.given) if part)


def _whole(part: str) -> str:
    """A part of a name, in braces where BibTeX would cut it."""
    return f"{{{_spelt(part)}}}" if "," in part or re.search(r"\sand\s", f" {part} ", re.IGNORECASE) else _spelt(part)


def _spelt(words: str) -> str:
    return "".join(SPELT.get(letter, letter) for letter in words)


@lru_cache(maxsize=1)
def papers() -> dict[str, str]:
    """Every entry of the bibliography, by the words that a law names it with."""
    entries = re.split(r"\n{2,}", PAPERS.read_text("utf-8").strip())
    return {_named(entry): entry for entry in entries}


def _named(entry: str) -> str:
    if number := _field(entry, "eprint"):
        return f"arXiv {number}"
    return f"{_field(entry, 'journal')} {_field(entry, 'volume')}:{_field(entry, 'pages').partition('--')[0]}"


def _field(entry: str, name: str) -> str:
    found = re.search(rf"^\s*{name}\s*=\s*\{{(.*)\}},?$", entry, flags=re.MULTILINE)
    return found[1] if found else ""


def _printable(link: str) -> str:
    """A link that cannot end the field it stands in."""
    return re.sub(r"[{}\\\s]", lambda letter: f"%{ord(letter[0]):02X}", link)
