"""How long all sentences of a run take; told and not judged, for another machine has another clock."""

from __future__ import annotations

import statistics
import time
from dataclasses import replace

import pytest
from telling import run_of

from dashboard.captions.highlights import highlights
from dashboard.captions.run import caption, detail, verdict
from dashboard.figures import View
from sim import Run

ROUNDS = 25


def every_sentence(run: Run) -> list[str]:
    """Verdict, detail, all captions and moments."""
    view = View(run, 0, ())
    return [verdict(run), detail(run), *(caption(view, t) for t in view.generations), *(moment["text"] for moment in highlights(view))]


@pytest.mark.verify
@pytest.mark.parametrize("name", ["shrinks", "words_go_extinct", "modes_die", "language_replaced"])
def test_the_time_that_all_sentences_take_is_told(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Of a run that no cache knows, in a process that has told another one."""
    run, took = run_of(name), list[float]()
    assert all(every_sentence(run))
    for _ in range(ROUNDS):
        fresh = replace(run)
        began = time.perf_counter()
        every_sentence(fresh)
        took.append(time.perf_counter() - began)
    with capsys.disabled():
        print(f"\n{name}: all sentences in {1000 * statistics.median(took):.1f} ms (median of {ROUNDS}, least {1000 * min(took):.1f})")
