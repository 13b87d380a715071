"""What leaves the page: the citation, links, frames and QR codes, and what a link can hide."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from datetime import date
from functools import lru_cache
from html.parser import HTMLParser
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
import segno
from streamlit.testing.v1 import AppTest
from test_app import APP, address, payload, warned

from dashboard.figures import View
from dashboard.state import page_links
from dashboard.state.hiding import controls, hidden
from dashboard.takeaway import citing, sharing
from dashboard.takeaway.citation_file import software
from dashboard.takeaway.citing import citation, in_words, papers
from dashboard.theme import PRINT
from dashboard.version import release
from sim import Experiment, simulate
from sim.links import to_link

THEORY = Path(__file__).parents[1] / "sim" / "theory"
LINK = "https://lab.example/?v=1&source=normal&family=gaussian"
TODAY = date(2026, 1, 2)
FAMILIES = {"normal": "gaussian", "moons": "kde"}


@lru_cache
def view(kind: str) -> View:
    experiment = Experiment.model_validate(
        {"replicates": 2, "n": 60, "generations": 4, "source": {"kind": kind}, "family": {"kind": FAMILIES[kind]}}
    )
    return View(simulate(experiment), 1, ("total_variance",))


def entries(text: str) -> list[tuple[str, dict[str, str]]]:
    """BibTeX as (key, fields), with every brace closed where it must be."""
    found: list[tuple[str, dict[str, str]]] = []
    for entry in re.split(r"\n\n", text.strip()):
        head = re.match(r"@(article|misc|software)\{(\w+),\n", entry)
        assert head is not None
        assert entry.count("{") == entry.count("}")
        assert entry.endswith("\n}")
        fields = re.findall(r"^  (\w+) *= \{(.*)\},$", entry, flags=re.MULTILINE)
        assert len(fields) == len(entry.splitlines()) - 2
        assert all(value.count("{") == value.count("}") for _, value in fields)
        found.append((head[2], dict(fields)))
    return found


def test_the_bibliography_is_sound_and_knows_every_paper_behind_a_closed_form() -> None:
    known = entries("\n\n".join(papers().values()))
    assert max(Counter(key for key, _ in known).values()) == 1
    for _, fields in known:
        assert {"author", "title", "year"} <= fields.keys()
        assert not re.search(r"(?<!\\)[&%#]", fields["title"] + fields["author"])
    cited: set[str] = set()
    for file in THEORY.glob("*.py"):
        for words in re.findall(r'^.*(?:reference|SOURCES|KAZDAN|SURESH|DERIVED) ?= ?"(.*)"', file.read_text("utf-8"), flags=re.MULTILINE):
            cited |= set(re.findall(r"arXiv \d{4}\.\d{5}|[A-Z][a-z]+ \d+:\d+", words))
    assert len(cited) > 3
    assert cited <= papers().keys()


def test_a_citation_names_the_version_and_the_papers_of_the_laws_drawn() -> None:
    experiment = view("normal").experiment
    found = entries(citation(experiment, ["total_variance"], LINK, TODAY))
    assert [key for key, _ in found][:2] == ["collapselab", "shumailov2024"]
    assert {"kazdan2024", "suresh2024"} <= {key for key, _ in found}
    software = found[0][1]
    assert software["year"].isdigit()
    assert (software["version"], software["url"], software["urldate"]) == (release(), LINK, "2026-01-02")
    assert [key for key, _ in entries(citation(experiment, [], LINK, TODAY))] == ["collapselab"]


HERE = ("http://localhost:8501/?v=1&source=normal&family=gaussian", "http://127.0.0.1:8501/?v=1&source=normal&family=gaussian")


def test_a_citation_always_has_an_address_that_works_for_whoever_reads_it(monkeypatch: pytest.MonkeyPatch) -> None:
    experiment, end = view("normal").experiment, "/?v=1&source=normal&family=gaussian"
    assert in_words(LINK, TODAY).endswith(f"version {release()} [software]. {LINK} (seen 2026-01-02).")
    for local in HERE:
        fields = dict(entries(citation(experiment, [], local, TODAY))[0][1])
        assert "url" not in fields, "an address that leads every reader to their own computer is none"
        assert fields["note"].replace("\\", "") == f"The run opens in any copy at {end}"
        assert in_words(local, TODAY).endswith(f" The run opens in any copy at {end}.")
        monkeypatch.setattr(citing, "software", lambda: replace(software(), address="https://project.example/lab"))
        fields = dict(entries(citation(experiment, [], local, TODAY))[0][1])
        assert (fields["url"], fields["urldate"]) == ("https://project.example/lab", "2026-01-02")
        assert "https://project.example/lab (seen 2026-01-02). The run opens in any copy at" in in_words(local, TODAY)
        assert "project.example" not in in_words(LINK, TODAY), "the page itself is nearer to what is cited"
        monkeypatch.undo()


def test_no_link_can_end_the_field_it_stands_in() -> None:
    assert len(entries(citation(view("normal").experiment, [], "https://x/?a=}\n\n@misc{y,\\", TODAY))) == 1


def test_the_qr_code_is_the_link_and_one_too_long_is_none() -> None:
    where = page_links.link(to_link(view("normal").experiment), "https://lab.example/", t="7")
    code = page_links.qr_code(where)
    assert code is not None
    wanted = BytesIO()
    segno.make(where, error="m", micro=False).save(wanted, kind="svg", scale=8, border=4, dark=PRINT["ink"], light="#ffffff", xmldecl=False)
    assert code == wanted.getvalue()
    assert b"<svg" in code
    assert page_links.qr_code("x" * 5000) is None


@pytest.mark.parametrize(
    ("where", "only"),
    [
        ("http://localhost:8501/?t=3", True),
        ("http://127.0.0.1:8501/", True),
        ("http://[::1]:8501/", True),
        ("http://0.0.0.0:8501/", True),
        ("http://127.lab.example/", False),
        ("http://192.168.1.20:8501/", False),
        ("https://lab.example/localhost", False),
        ("", False),
    ],
)
def test_an_address_that_leads_everybody_home_is_told_apart(where: str, only: bool) -> None:
    assert page_links.is_local(where) is only


def test_a_link_reads_back_as_what_it_was_made_of() -> None:
    parameters = {**to_link(view("moons").experiment), "hide": "seed,source", "curves": "a b&c"}
    assert dict(parse_qsl(urlsplit(page_links.link(parameters, "https://lab.example/x/")).query)) == parameters


def test_a_frame_is_one_element_whatever_its_title_says() -> None:
    seen: list[tuple[str, dict[str, str | None]]] = []

    class Reader(HTMLParser):
        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            seen.append((tag, dict(attrs)))

    where = page_links.link({"a": '"><script>'}, LINK.partition("?")[0], embed="true")
    Reader().feed(sharing.iframe(where, '"><script>alert(1)</script>'))
    assert [tag for tag, _ in seen] == ["iframe"]
    assert (seen[0][1]["src"], seen[0][1]["title"]) == (where, '"><script>alert(1)</script>')


def opened(embedded: bool = False, **parameters: str) -> AppTest:
    app = AppTest.from_file(APP, default_timeout=60)
    if embedded:
        app.context["is_embedded"] = True
    for name, text in {"v": "1", "source": "normal", "family": "gaussian", "generations": "5", **parameters}.items():
        app.query_params[name] = text
    app.run()
    payload(app)
    return app.run()


def labels(app: AppTest) -> set[str]:
    return {
        widget.label for kind in (app.slider, app.select_slider, app.number_input, app.selectbox, app.radio, app.button) for widget in kind
    }


def test_a_link_hides_the_controls_it_names_and_stays_in_the_address() -> None:
    plain, reduced = opened(), opened(hide="real_share,seed,family,presets,family.ddof,world,details,curves")
    gone = labels(plain) - labels(reduced)
    assert {"Real data share", "Seed", "Model", "It shrinks"} <= gone
    assert {"Generations", "Source"} <= labels(reduced)
    assert len(payload(plain)["worlds"]) > 1  # pyright: ignore[reportArgumentType]
    assert payload(reduced)["worlds"] == []
    assert list(reduced.tabs) == []
    assert list(reduced.multiselect) == []
    assert address(reduced)["hide"] == "real_share,seed,family,presets,family.ddof,world,details,curves"
    moved = reduced.select_slider(key="knob:.generations").set_value(6).run()
    assert "Real data share" not in labels(moved)
    assert address(moved)["hide"] == address(reduced)["hide"]


def test_a_name_that_means_no_control_gets_a_sentence() -> None:
    app = opened(hide="real_shar,<img src=x>,seed")
    assert warned(app) == [
        "There is no control called 'real_shar', '<img src=x>' to hide, but real_share.",
    ]
    assert "Real data share" not in labels(app)


def test_the_names_of_all_controls_can_be_hidden() -> None:
    for start in range(0, len(controls()), 40):
        some = controls()[start : start + 40]
        assert hidden(",".join(some)) == (some, ()), "each name is known as it stands"
    assert len(hidden(",".join("x" * 9 for _ in range(999)))[1]) <= 2


def test_in_a_frame_there_is_the_stage_and_one_way_out() -> None:
    app = opened(embedded=True, t="3")
    assert payload(app)["start"] == 3
    assert labels(app) == set()
    assert list(app.tabs) == []
    assert [part.value for part in app.markdown] == ["[Open in Collapse Lab](/?v=1&source=normal&family=gaussian&generations=5&t=3)"]


def test_the_tab_makes_nothing_before_it_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    from dashboard.takeaway import tab

    def never(*_: Any) -> bytes:
        raise AssertionError("made without being asked for")

    monkeypatch.setattr(tab, "replay", never)
    monkeypatch.setattr(tab, "gif", never)
    app = opened()
    app.session_state["details"] = "Take it away"
    app.run()
    assert not app.exception
    assert {"Show QR code", "Cite"} <= labels(app) | {part.value.strip("*") for part in app.markdown}
    code = " ".join(part.value for part in app.code)
    assert "@software{collapselab" in code
    assert "<iframe src=" in code
