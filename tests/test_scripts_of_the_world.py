"""Texts as they really arrive: any script, either form of Unicode, and whatever a phone or a chat has put between the letters."""

from __future__ import annotations

import unicodedata
from typing import Literal

import numpy as np
import pytest
from scripts_of_the_world import SPACED, UNSPACED, spaced, unspaced

from dashboard.figures import View
from dashboard.figures.words import words
from sim import Experiment, SpecError, simulate
from sim.sources._writing import words_in
from sim.sources.own_text import OwnText, add

FORMS: tuple[Literal["NFC", "NFD"], ...] = ("NFC", "NFD")
PROSE = "the rain falls on the quiet river and nobody counts the grey boats under the bridge " * 40


def learned(text: str, unit: Literal["words", "characters"]) -> OwnText:
    return OwnText(checksum=add(text), unit=unit, length=8)


@pytest.mark.parametrize("script", SPACED)
def test_words_of_every_script_are_whole_in_either_form(script: str) -> None:
    """A word is what stands between two spaces, without the full stop or the comma behind it."""
    wanted = {unicodedata.normalize("NFC", word.lower()) for word in SPACED[script].split()}
    for form in FORMS:
        source = learned(unicodedata.normalize(form, spaced(script)), "words")
        assert set(source.space.words) - {"�", ".", ","} == wanted
        assert not source.advice


@pytest.mark.parametrize("script", [*SPACED, *UNSPACED])
def test_both_forms_of_a_text_are_the_same_tokens(script: str) -> None:
    text = spaced(script) if script in SPACED else unspaced(script)
    for unit in ("words", "characters"):
        if unit == "words" and script in UNSPACED:
            continue
        one, other = (learned(unicodedata.normalize(form, text), unit).passages().corpus for form in FORMS)
        assert one.words == other.words
        np.testing.assert_array_equal(one.training, other.training)


@pytest.mark.parametrize("script", UNSPACED)
def test_characters_are_advised_where_no_space_sets_words_apart(script: str) -> None:
    """Also where every clause comes back, because the same page stands there three times; where none does they are asked for."""
    page = unspaced(script)
    for text in (f"{page} {page}", f"{page} {page} {page}"):
        assert learned(text, "words").advice == {"unit": "Characters suit this text better: it sets no spaces between its words."}
    with pytest.raises(SpecError, match="unit must be characters, because no word of this text stands in it twice"):
        learned(page, "words")
    assert not learned(page, "characters").advice


@pytest.mark.parametrize("script", ["Han", "Kana and Han", "Thai", "Lao", "Khmer"])
@pytest.mark.parametrize("gap", [" ", "\u200b"], ids=["space", "zero width"])
def test_words_that_somebody_has_set_apart_are_words(script: str, gap: str) -> None:
    chosen = np.random.default_rng(0).choice(UNSPACED[script], 1500)
    source = learned(gap.join(chosen), "words")
    assert set(source.space.words) - {"�"} == {unicodedata.normalize("NFC", word) for word in UNSPACED[script]}
    assert not source.advice


def test_a_clitic_a_picture_of_several_and_a_flag_are_one_token() -> None:
    assert words_in("L'eau d’ici, col·lega; צה״ל ג׳ירפה.") == ["l'eau", "d’ici", ",", "col·lega", ";", "צה״ל", "ג׳ירפה", "."]
    pictures = ["👩\u200d💻", "👍🏽", "❤\ufe0f", "🇫🇷", "🇩🇪", "1\ufe0f\u20e3"]
    assert words_in(f"ok {' '.join(pictures)}!") == words_in(f"OK{''.join(pictures)}!") == ["ok", *pictures, "!"]


def test_english_prose_has_the_words_it_has_always_had() -> None:
    assert words_in("Don't stop: e-mail me at 9.30, O'Neil!") == [
        *("don't", "stop", ":", "e", "-", "mail", "me", "at", "9", ".", "30", ",", "o'neil", "!")
    ]


@pytest.mark.parametrize("mark", ["\u200e", "\u200f", "\u202a", "\u202c", "\u2066", "\u2069", "\u061c", "\u00ad", "\u2060", "\ufeff"])
def test_marks_of_layout_are_accepted_and_no_part_of_a_word(mark: str) -> None:
    assert add(f"{mark}{PROSE}".replace("river", f"ri{mark}ver")) == add(PROSE)


def test_private_unassigned_and_format_characters_are_accepted_whatever_unicode_this_python_has() -> None:
    """Every code point but surrogates and the controls, a thousand to a text."""
    refused = {*range(0x20), *range(0x7F, 0xA0), *range(0xD800, 0xE000)}
    every = [chr(code) for code in range(0x110000) if code not in refused]
    step = len(every) // 40
    for i in range(0, len(every), step):
        assert add(PROSE + " " + "".join(every[i : i + step]))


CONTROLS = [code for code in (*range(0x20), *range(0x7F, 0xA0)) if chr(code) not in "\t\n\v\f\r\x85"]


def test_every_control_is_refused_with_its_place_and_no_line_end_or_tab_is() -> None:
    """The third line is counted whichever of its four ends the two before it have."""
    assert len(CONTROLS) == 65 - 6
    for code in CONTROLS:
        for end in ("\n", "\r\n", "\r"):
            text = f"one{end}two{end}then {chr(code)} {PROSE}"
            place = rf"text must be plain text; got a control character \({code:#x}\)\. It stands in line 3, column 6\. Take it out\."
            with pytest.raises(SpecError, match=f"^{place}$"):
                add(text)
    assert add("\t\n\v\f\r\x85".join([PROSE, PROSE])) == add(PROSE + PROSE)


def test_the_end_mark_of_dos_is_dropped_at_the_end_only() -> None:
    assert add(f"{PROSE}\r\n\x1a") == add(f"{PROSE}\x1a\x1a\x1a\n") == add(PROSE)
    with pytest.raises(SpecError, match=r"0x1a\)\. It stands in line 1, column 4\."):
        add(f"one\x1a{PROSE}")


def test_characters_that_cannot_be_seen_alone_are_shown_on_a_circle_or_by_their_number() -> None:
    """Hindi, with the joiner of no width and a private sign of some word processor."""
    text = "\u0915\u094d\u200d \uf0b7 " * 3 + spaced("Devanagari")
    told = {"source": {"kind": "own_text", "checksum": add(text)}, "family": {"kind": "ngram"}, "n": 20, "generations": 1, "replicates": 1}
    (panel,) = words(View(simulate(Experiment.model_validate(told)), 0, ()))
    shown = panel.content["words"]
    assert {"␣", "◌\u094d", "◌\u0940", "U+200D", "U+F0B7", "\u0915"} <= set(shown)
    assert not [one for one in shown if unicodedata.category(one[0]) in ("Mn", "Mc", "Cf", "Co", "Zs")]


def test_the_example_is_a_page_in_plain_english_that_words_suit() -> None:
    example = OwnText(unit="words")
    assert 2_200 < example.size < 2_800
    assert not example.advice
    assert {"grey", "blue", "loop", "tails", "language", "models"} <= set(example.space.words)
