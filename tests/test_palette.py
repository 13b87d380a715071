"""Colours are declared once, in `dashboard.theme`; what must repeat one agrees with it."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import numpy as np
import pytest
from telling import run_of

from dashboard.controls import cards
from dashboard.theme import ANY_SCHEME, PALETTE, PRINT
from sim.presets import presets
from sim.store.shipped import FOLDER

ROOT = Path(__file__).parents[1]
COLOUR = re.compile(r"#(?:[0-9a-fA-F]{8}|[0-9a-fA-F]{6}|[0-9a-fA-F]{3,4})\b")
WRITTEN = sorted(file for file in (ROOT / "dashboard").rglob("*") if file.suffix in (".py", ".css", ".js", ".html"))
MADE = re.compile(r"plotly-.*\.js")
"""Not written but copied there from a package."""

SAME = {"primaryColor": "synthetic", "backgroundColor": "paper", "textColor": "ink"}
"""What Streamlit's configuration calls the roles of the palette."""


@pytest.mark.parametrize("scheme", PALETTE)
def test_streamlit_is_told_the_colours_of_the_palette(scheme: str) -> None:
    theme = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text("utf-8"))["theme"][scheme]
    assert {name: theme[name] for name in SAME} == {name: PALETTE[scheme][role] for name, role in SAME.items()}


def test_no_colour_is_written_down_anywhere_else() -> None:
    files = [file for file in WRITTEN if file.name != "theme.py" and not MADE.fullmatch(file.name)]
    assert len(files) > 60
    found = {str(file.relative_to(ROOT)): COLOUR.findall(file.read_text("utf-8")) for file in files}
    assert {file: colours for file, colours in found.items() if colours} == {}


def test_a_colour_is_known_when_it_is_seen() -> None:
    declared = COLOUR.findall((ROOT / "dashboard" / "theme.py").read_text("utf-8"))
    known = {colour for roles in (*PALETTE.values(), PRINT, ANY_SCHEME) for colour in roles.values()}
    assert known == set(declared)
    assert COLOUR.findall("color:#fff; a{b:#8a877d}") == ["#fff", "#8a877d"]
    assert COLOUR.findall("&#39; #stage {}") == []


def test_the_shipped_cards_are_what_the_command_draws() -> None:
    """Whatever is recorded has a picture; a preset that is not recorded yet has a card of words."""
    pictures = {file.stem for file in cards.PICTURES.glob("*.svg")}
    assert pictures == {file.stem for file in FOLDER.glob("*.npz")}, "draw the cards: python -m dashboard.controls.cards"
    number = re.compile(r"-?\d+\.\d")
    for name in pictures:
        drawn, shipped = cards.picture(presets()[name], run_of(name)), (cards.PICTURES / f"{name}.svg").read_text("utf-8")
        assert number.sub("", drawn) == number.sub("", shipped), "draw the cards anew: python -m dashboard.controls.cards"
        places = (np.array(number.findall(text), dtype=float) for text in (drawn, shipped))
        np.testing.assert_allclose(*places, atol=0.11, err_msg=name)


def test_cards_and_bets_are_drawn_in_the_palette() -> None:
    own = {*PALETTE["light"].values(), *PALETTE["dark"].values(), *ANY_SCHEME.values()}
    for file in cards.PICTURES.glob("*.svg"):
        assert set(COLOUR.findall(file.read_text("utf-8"))) <= own
