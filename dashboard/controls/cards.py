"""Preset cards: small pictures of real runs to start from.

The pictures are drawn from the presets' own runs by `python -m dashboard.controls.cards` and shipped as SVG, so that the first
page does not have to run any. Their colours are the palette's; a test holds the files to what the command draws.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np
import streamlit as st

from dashboard.state import session
from dashboard.theme import ANY_SCHEME
from sim import Run
from sim.presets import Preset, presets
from sim.store.shipped import run_of
from sim.verdicts.medians import medians

PICTURES = Path(__file__).parent.parent / "static" / "presets"

WIDTH, HEIGHT = 120, 48
"""Units of a picture's own; a card stretches it to its size."""

IN_SIGHT = 9
"""Cards that are always in sight, as many as have a number key; the others are one step away."""


def draw() -> None:
    """The cards, three in a row; pressing one opens its experiment."""
    st.html(f"<style>{_style()}</style>")
    every = list(presets().items())
    _cards("presets", every[:IN_SIGHT])
    with st.expander("Languages and networks"):
        _cards("more-presets", every[IN_SIGHT:])


def _cards(key: str, some: list[tuple[str, Preset]]) -> None:
    now = session.view_state().experiment
    with st.container(key=key, horizontal=True, gap="xxsmall"):
        for name, preset in some:
            kind = "primary" if preset.experiment == now else "secondary"
            st.button(preset.label, key=f"preset-{name}", type=kind, help=preset.about, on_click=session.open_preset, args=(name,))


@cache
def _style() -> str:
    """Style sheet of the cards; a preset whose picture is not drawn yet has a card of words."""
    card = (
        "{presets}{display:grid!important;grid-template-columns:repeat(3,1fr);gap:.35rem}"
        "{presets}>div{width:100%!important;min-width:0}"
        "{presets} button{width:100%;min-height:5.4rem;height:auto;padding:3rem .1rem .2rem;align-items:flex-start;"
        "background-repeat:no-repeat!important;background-position:center .35rem!important;background-size:86% 2.5rem!important}"
        "{presets} button *{line-height:1.15!important;white-space:normal!important;overflow:visible!important}"
        "{presets} button p{font-size:.7rem!important}"
        "{presets} button[kind=primary]{background-color:transparent;color:inherit;border-width:2px}"
    )
    card = card.replace("{presets}", ":is(.st-key-presets,.st-key-more-presets)")
    drawn = [name for name in presets() if (PICTURES / f"{name}.svg").exists()]
    pictures = "".join(f".st-key-preset-{name} button{{background-image:url(app/static/presets/{name}.svg)}}" for name in drawn)
    return card + pictures


def picture(preset: Preset, run: Run) -> str:
    """The run of a preset at a glance, as SVG: what became of spread (or words, or modes), world by world, under the truth's line."""
    metric = preset.claims[0].metric
    values = run.metrics[metric][:12]
    values = values[np.isfinite(values).any(axis=1)]
    top = 1.1 * float(np.nanmax([*values.ravel(), run.noise_floor[metric]]))
    paths = "".join(f'<path d="{_path(v, top)}" stroke-opacity=".35" stroke-width="1"/>' for v in values)
    middle = f'<path d="{_path(medians(values), top)}" stroke-width="3"/>'
    truth = HEIGHT * (1 - run.noise_floor[metric] / top)
    line = f'<path d="M0 {truth:.1f}H{WIDTH}" stroke="{ANY_SCHEME["ghost"]}" stroke-width="2" stroke-dasharray="3 3"/>'
    ghost = line if np.isfinite(truth) else ""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 -2 {WIDTH} {HEIGHT + 4}" preserveAspectRatio="none">'
        f'<g fill="none" stroke="{ANY_SCHEME["synthetic"]}" stroke-linejoin="round">{ghost}{paths}{middle}</g></svg>\n'
    )


def _path(values: np.ndarray[tuple[int], np.dtype[np.float64]], top: float) -> str:
    x = np.linspace(0, WIDTH, len(values))
    y = HEIGHT * (1 - values / top)
    return "M" + "L".join(f"{a:.1f} {b:.1f}" for a, b in zip(x, y, strict=True) if np.isfinite(b))


def main() -> None:
    """Draw every card anew from its run."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    for name, preset in presets().items():
        (PICTURES / f"{name}.svg").write_text(picture(preset, run_of(name)), "utf-8")


if __name__ == "__main__":
    main()
