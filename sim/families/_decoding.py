"""How language models turn probabilities into tokens: temperature, top-p, and the real prompt that a passage may begin with."""

from __future__ import annotations

from typing import Any, Final, Literal

import numpy as np
from numpy.typing import NDArray

from sim.arrays import Floats, frozen
from sim.families import PreviousModel, Rows
from sim.families.categorical import tempered
from sim.spaces import Space
from sim.spec import Real, SpecError, knob
from sim.streams import Streams
from sim.tokens import Tokens, bisected

Opening = Literal["free", "prompted"]
Labels = Literal["hard", "soft"]
Indices = NDArray[np.int64]

TOP_P: Final[Real] = knob(
    1.0,
    label="Top-p",
    help="Only the likeliest next tokens are drawn, as few as together hold this share of the probability; 1 is all.",
    gt=0,
    le=1,
    step=0.05,
    scale="share",
)
OPENING: Final[Opening] = knob(
    "free",
    label="Opening",
    help="Free: a model writes passages from the first token. Prompted: each passage begins with the first words of a real one, "
    "which are not counted as the model's.",
)
PROMPT: Final[int] = knob(
    16,
    label="Prompt",
    help="How many tokens of a real passage it begins with.",
    unit="tokens",
    ge=1,
    le=128,
    needs={"opening": ("prompted",)},
)
LABELS: Final[Labels] = knob(
    "hard",
    label="Labels",
    help="Hard: the next model learns the tokens that were drawn. Soft: at those places it learns the whole distribution of its teacher.",
)
"""The knobs that all language models share, declared once."""


def prompt_length(opening: Opening, prompt: int) -> int:
    """How many tokens of each passage are a prompt."""
    return prompt if opening == "prompted" else 0


def check_prompt(opening: Opening, prompt: int, space: Space) -> None:
    """Refuses prompts that leave nothing to write; raises `SpecError`."""
    most = len(space.columns) - 1
    if prompt_length(opening, prompt) > most:
        rule = f"at most {most}, because a passage has {most + 1} tokens"
        raise SpecError("family.prompt", rule, str(prompt), "Take a shorter prompt or longer passages.", max(1, most))


def real_prompts(opening: Opening, prompt: int, rows: Rows, previous: PreviousModel | None) -> Tokens | None:
    """The first tokens of the real rows that model 1 learned, handed on from model to model, (replicates, m, k); None if free."""
    if opening == "free":
        return None
    return frozen(rows[:, :, :prompt].copy()) if previous is None else previous.model.prompts


def passages_to_fill(prompts: Tokens | None, replicates: int, n: int, length: int, streams: Streams) -> Tokens:
    """n passages that hold their prompts alone, every prompt used once before any is used again, (replicates, n, length).

    In random order, so that rows are exchangeable. Tokens still to be written are -1.
    """
    rows = np.full((replicates, n, length), -1, dtype=np.int32)
    if prompts is not None:
        which = streams.uniform("openings", (replicates, n)).argsort(axis=1, kind="stable") % prompts.shape[1]
        rows[:, :, : prompts.shape[2]] = np.take_along_axis(prompts, which[..., None], axis=1)
    return rows


def decoding_probabilities(probabilities: Floats, temperature: float, top_p: float) -> Floats:
    """p^(1/temperature), then the smallest set of likeliest tokens that holds `top_p` of it, renormalised; (..., V).

    References:
        Holtzman et al. 2020, arXiv 1904.09751 (top-p, nucleus sampling).
    """
    scaled = tempered(probabilities, temperature)
    if top_p == 1:
        return scaled
    order = np.argsort(-scaled, axis=-1, kind="stable")
    ranked = np.take_along_axis(scaled, order, axis=-1)
    before = ranked.cumsum(axis=-1) - ranked
    # The likeliest token always stays, for nothing stands before it.
    ranked[before >= top_p] = 0.0
    kept: Any = np.empty_like(scaled)
    np.put_along_axis(kept, order, ranked / ranked.sum(axis=-1, keepdims=True), axis=-1)
    return kept


def draw_tokens(probabilities: Floats, which: Indices, uniforms: Floats) -> Tokens:
    """The token of each uniform number, by bisecting the running sums of one of several distributions.

    Args:
        probabilities: the distributions, (k, V).
        which: the distribution that each number draws from, (m,).
        uniforms: numbers in [0, 1), (m,).
    """
    vocabulary = probabilities.shape[1]
    ends = probabilities.cumsum(axis=1).ravel()
    begin = which * vocabulary
    last = begin + vocabulary - 1
    # The last sum is 1 only up to rounding, so the numbers are scaled to it.
    return (bisected(ends, begin, last, uniforms * ends.take(last)) - begin).astype(np.int32)
