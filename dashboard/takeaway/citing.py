"""A citation as BibTeX: this software in its version, and the papers whose closed forms are drawn.

The papers are entries of `papers.bib`. A law names its source in words ("Nature 631:755", "arXiv 2404.01413"); an entry is
cited when its own volume or number stands in those words, so a new law needs no more than an entry.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from functools import lru_cache
from pathlib import Path

from dashboard.version import NAME, YEAR, release
from sim import Experiment
from sim.theory import laws_for

PAPERS = Path(__file__).parent / "papers.bib"

SOFTWARE = """@software{{collapselab,
  author  = {{{{{name} contributors}}}},
  title   = {{{name}}},
  year    = {{{year}}},
  version = {{{version}}},
{where}}}"""
WHERE = "  url     = {{{link}}},\n  urldate = {{{today}}},\n"


def citation(experiment: Experiment, metrics: Iterable[str], link: str, today: date) -> str:
    """BibTeX of the software and of the papers behind the closed forms of these metrics.

    Args:
        experiment: what was run.
        metrics: the metrics that are drawn.
        link: where the run can be opened; empty where only this computer could.
        today: when it was seen.
    """
    words = " ".join(law.reference for metric in metrics for law in laws_for(experiment, metric))
    entries = [entry for name, entry in papers().items() if name in words]
    where = WHERE.format(link=_printable(link), today=today.isoformat()) if link else ""
    return "\n\n".join([SOFTWARE.format(name=NAME, year=YEAR, version=release(), where=where), *entries]) + "\n"


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
