"""The drawing library as it is served: every kind of trace is still in it, and one put together otherwise is left alone."""

from __future__ import annotations

import errno
import os
import re
from pathlib import Path

import pytest

from dashboard.stage import library
from dashboard.stage.library import EARLY, installed, parsed_eagerly, with_lazy_traces


def registered(text: str) -> list[str]:
    """The modules that plotly.js registers when it is loaded."""
    call = text[text.rindex(".register([") :]
    return re.findall(r"([\w$]+)\(\)", call[: call.index("])")])


def test_every_kind_of_trace_is_kept() -> None:
    before = installed()
    after = with_lazy_traces(before)
    late = re.search(r"\.late=\[([\w$,]+)\]", after)
    assert late is not None
    assert sorted([*registered(after), *late[1].split(",")]) == sorted(registered(before))
    assert len(registered(after)) == len(EARLY)


def test_a_library_put_together_otherwise_is_left_alone() -> None:
    for text in ("", "plotly.register([one()])", "plotly.register(everything)", "register(["):
        assert with_lazy_traces(text) == text
    for text in ("", "this, () => {}));", ": this, () => {", ": this, () => {}));more"):
        assert parsed_eagerly(text) == text


def test_the_whole_is_put_in_parentheses_and_nothing_else_changes() -> None:
    before = installed()
    after = parsed_eagerly(before)
    head, _, tail = after.partition(": this, (() => {")
    assert head + ": this, () => {" + tail[: tail.rindex("})));")] + "}));" + tail[tail.rindex("})));") + 5 :] == before


def test_a_full_disk_is_tried_once_and_left_clean(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    tried: list[str] = []

    def full(source: str, target: Path) -> None:
        tried.append(source)
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(library, "STATIC", tmp_path)
    monkeypatch.setattr(library, "prepared", lambda: "plotly")
    monkeypatch.setattr(os, "replace", full)
    for _ in range(3):
        with pytest.raises(OSError, match="No space left"):
            library.plotly_file()
    assert len(tried) == 1
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_was_taken_away_is_written_again(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(library, "STATIC", tmp_path)
    monkeypatch.setattr(library, "prepared", lambda: "plotly")
    library.plotly_file().unlink()
    assert library.plotly_file().read_text("utf-8") == "plotly"
