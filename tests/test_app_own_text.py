"""The visitor's own text on the page: brought, refused with a sentence, forgotten, and never in a link or a file."""

from __future__ import annotations

import os
import pickle
import random
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest
from test_app import APP, address, experiment_of, opened, payload, warned

from sim import Experiment
from sim.sources import own_text
from sim.sources.own_text import MOST_TEXTS, OwnText, add

ROOT = Path(__file__).parent.parent
OWN = {"source": "own_text", "family": "ngram", "family.order": "2", "n": "40", "generations": "2", "replicates": "2"}


def prose(seed: int) -> str:
    words = ["snow", "falls", "on", "the", "quiet", "river", "while", "nobody", "counts", "boats", "under", "seven", "grey", "bridges"]
    return " ".join(random.Random(seed).choices(words, k=900))


def page() -> AppTest:
    return opened(**OWN)


def upload(app: AppTest, data: bytes, name: str = "mine.txt") -> AppTest:
    app.file_uploader(key="own-text").set_value((name, data, "text/plain")).run()
    return app


def warnings(app: AppTest) -> list[str]:
    return warned(app)


def test_the_uploader_is_there_for_own_text_only() -> None:
    assert [widget.label for widget in page().file_uploader] == ["Your text"]
    assert not opened().file_uploader


def test_an_uploaded_text_is_learned_and_the_link_does_not_hold_it() -> None:
    app = upload(page(), prose(1).encode())
    shown = payload(app)
    assert experiment_of(app).source == OwnText(checksum=add(prose(1)))
    assert "snow" in str(shown["panels"][0]["alt"]) or "river" in str(shown["panels"][0]["alt"])
    assert not warnings(app)
    assert "snow" not in str(address(app))
    assert any("Your text (" in caption.value and "they upload the text again" in caption.value for caption in app.caption)


def test_a_pasted_text_is_learned() -> None:
    app = page()
    app.text_area(key="own-text-pasted").set_value(prose(2)).run()
    payload(app)
    assert experiment_of(app).source == OwnText(checksum=add(prose(2)))


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"too short", r"text must be at least 2,000 characters, white space counted once; got 9\. Take a longer text\."),
        (b"", r"text must be at least 2,000 characters, white space counted once; got 0\. Take a longer text\."),
        (b"a" * 5000, r"text must be written with at least 5 different characters; got 1\. Take real prose\."),
        ("süß ".encode("latin-1") * 900, r"text must be plain text in UTF-8; got the byte 0xfc at place 2\. Save it .*\."),
        (b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 20, r"text must be .*; got .*\."),
        (bytes(4000), r"text must be .*; got .*\."),
        (b"all work and no play " * 100_000, r"text must be at most 2,097,152 bytes; got 2,100,000 bytes\. Take a part of it\."),
    ],
    ids=["short", "empty", "one character", "latin-1", "png", "zeros", "large"],
)
def test_a_text_that_cannot_be_used_gets_one_sentence_and_the_page_stays(data: bytes, sentence: str) -> None:
    app = page()
    before = payload(app)["panels"]
    upload(app, data)
    assert payload(app)["panels"] == before
    (told,) = warnings(app)
    assert re.fullmatch(sentence, told), told
    assert not app.main.warning, "it is told beside the place that the text was brought to"
    assert experiment_of(app).source == OwnText()


def test_a_text_whose_words_hardly_come_back_is_advised_characters_under_the_unit() -> None:
    """Every word of it stands there once but for one in four."""
    text = " ".join(f"w{i}x" if i % 4 else "and" for i in range(2000))
    app = opened(**OWN, **{"source.unit": "words"})
    advised = "Characters suit this text better"
    assert not any(advised in caption.value for caption in app.caption)
    upload(app, text.encode())
    payload(app)
    (told,) = [caption.value for caption in app.caption if advised in caption.value]
    assert told == ":material/lightbulb: Characters suit this text better: 75 of 100 words stand in it only once."
    next(group for group in app.get("button_group") if group.label == "Unit").set_value("characters").run()
    payload(app)
    assert not any(advised in caption.value for caption in app.caption)


def test_a_text_with_too_few_passages_leads_to_the_nearest_experiment() -> None:
    app = opened(**OWN, **{"source.unit": "words"})
    upload(app, prose(3)[:2100].encode())
    payload(app)
    source = experiment_of(app).source
    assert isinstance(source, OwnText)
    assert source.checksum == add(prose(3)[:2100])
    assert source.length < 32
    assert any("the part of this text that is held out" in told for told in warnings(app))


def test_a_link_to_a_text_that_is_gone_asks_for_it_and_shows_the_example() -> None:
    app = opened(**OWN, **{"source.checksum": "0" * 32})
    (told,) = warnings(app)
    assert told == "Upload the text again, because source.checksum must be that of a text this server holds."
    assert experiment_of(app).source == OwnText()


def test_a_refused_text_leaves_the_one_in_use_and_the_example_is_a_button_away() -> None:
    app = upload(page(), prose(4).encode())
    app.file_uploader(key="own-text").set_value(None).run()
    upload(app, b"too short")
    payload(app)
    assert experiment_of(app).source == OwnText(checksum=add(prose(4)))
    assert len(warnings(app)) == 1
    app.button(key="own-text-example").click().run()
    payload(app)
    assert experiment_of(app).source == OwnText()
    assert not warnings(app)


def test_a_text_that_had_to_make_room_is_asked_for_again(monkeypatch: pytest.MonkeyPatch) -> None:
    app = upload(page(), prose(5).encode())
    payload(app)
    for seed in range(MOST_TEXTS):
        add(prose(100 + seed))
    app.run()
    assert not app.exception
    assert any("Upload the text again, because" in told for told in warnings(app))
    assert experiment_of(app).source == OwnText()


def test_what_a_visitor_writes_is_never_html() -> None:
    app = upload(page(), (prose(6) + " <img src=x onerror=alert(1)> " * 60).encode())
    shown: Any = payload(app)
    assert shown["panels"][0]["kind"] == "passages"  # drawn with textContent in the browser
    assert "<img" not in " ".join([*warnings(app), *(caption.value for caption in app.caption)])


def test_a_text_travels_with_its_experiment_to_another_process(monkeypatch: pytest.MonkeyPatch) -> None:
    experiment = Experiment.model_validate({"source": {"kind": "own_text", "checksum": add(prose(7))}, "family": {"kind": "ngram"}})
    parcel = pickle.dumps(experiment)
    monkeypatch.setattr(own_text, "_TEXTS", own_text.TextsInMemory())
    there = pickle.loads(parcel)
    assert there == experiment
    assert there.source.space == there.source.space
    assert there.source.size == len(prose(7))


def tab_of(name: str, **parameters: str) -> AppTest:
    app = AppTest.from_file(APP, default_timeout=60)
    app.query_params.update(parameters)
    app.session_state["details"] = name
    app.run()
    payload(app)
    return app


def test_the_script_for_a_text_of_ones_own_adds_it_first_and_prints_the_promised_number(tmp_path: Path) -> None:
    checksum = add(prose(7))
    app = tab_of("Reproduce", **OWN, **{"source.checksum": checksum})
    assert any("The script adds it from a file first" in text.value for text in app.markdown)
    (script,) = [code.value for code in app.code if "simulate" in code.value]
    assert not any("python -m sim" in code.value for code in app.code)
    (tmp_path / "your_text.txt").write_text(prose(7), "utf-8")
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run([sys.executable, "-c", script], cwd=tmp_path, env=env, capture_output=True, text=True, check=True)
    assert done.stdout.strip().rpartition(": ")[2] == script.rpartition("# ")[2]


def test_the_example_needs_no_text_to_be_added() -> None:
    app = tab_of("Reproduce", **OWN)
    assert not any("your own text" in text.value for text in app.markdown)
    assert any("python -m sim" in code.value for code in app.code)


def test_the_table_counts_worlds_of_metrics_that_begin_with_the_first_model() -> None:
    app = tab_of("Numbers", **OWN)
    for _ in range(100):
        if app.dataframe:
            break
        app.run()
    table = app.dataframe[0].value.set_index("Metric")
    assert table.loc["Held-out perplexity", "Generation 0"] == "–"
    assert set(table["Worlds"]) == {2}
