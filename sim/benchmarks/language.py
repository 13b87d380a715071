"""Language models: what a generation of 100,000 tokens costs, and how well each model foresees real text."""

from __future__ import annotations

from time import process_time
from typing import Final

import numpy as np

from sim.benchmarks import Measurement, benchmark, medians
from sim.families import Family
from sim.families.ngram import Ngram
from sim.families.transformer import Transformer
from sim.sources import Source
from sim.sources.text import Text
from sim.streams import Streams
from sim.tokens import Tokens

ROWS: Final = 1563
"""Passages of 64 tokens that make 100,000."""

STREAMS: Final = Streams(0, 1)

ORDERS: Final = (1, 2, 3, 4, 5)
"""All that the knob allows."""


@benchmark("N-gram, one generation on `text`, 100,000 tokens", reach="1 s")
def ngram_generation() -> Measurement:
    """Fit and draw at the dearest order, on characters and on words."""
    found = [_seconds(Text(unit=unit)) for unit in ("characters", "words")]
    return Measurement(max(found), "s", f"order 5: {found[0]:.2f} s on characters, {found[1]:.2f} s on words", max(found) <= 1)


@benchmark("Transformer, one generation on `text`, 100,000 characters", reach="30 s, below order 3")
def transformer_generation() -> Measurement:
    """Train and draw once, in seconds of one processor; held-out bits per character beside every n-gram order's."""
    source = Text()
    rows = source.sample(1, ROWS, STREAMS)
    begin = process_time()
    bits = _bits(Transformer(), source, rows)
    seconds = process_time() - begin
    orders = [_bits(Ngram(order=order), source, rows) for order in ORDERS]
    beside = ", ".join(f"{found:.2f}" for found in orders)
    detail = f"{bits:.2f} bits a character held out; n-grams of order 1 to 5: {beside}"
    return Measurement(seconds, "s", detail, seconds <= 30 and bits < orders[2])


def _seconds(source: Source) -> float:
    rows = source.sample(1, ROWS, STREAMS)
    (found,) = medians(3, lambda: Ngram(order=5).fit(rows, source.space, STREAMS).sample(ROWS, STREAMS, 1.0))
    return found


def _bits(family: Family, source: Source, rows: Tokens) -> float:
    """Bits per token of held-out passages, after training and drawing once."""
    model = family.fit(rows, source.space, STREAMS)
    model.sample(ROWS, STREAMS, 1.0)
    truth = source.reference().rows[:400]
    return float(-model.log_prob(truth[None]).sum() / truth.size / np.log(2))
