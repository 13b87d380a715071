"""A causal transformer for all replicates at once: every weight carries the replicates along its first axis.

The last few tokens are embedded together, so that a model knows its neighbours from the first step on; then come layers of
attention with a learned weight for every distance, and a squared ReLU. No replicate sees another: each product is a batch
of the replicates' own.

References:
    Vaswani et al. 2017, arXiv 1706.03762. Raffel et al. 2020, arXiv 1910.10683 (a learned bias for each distance). So et
    al. 2021, arXiv 2109.08668 (squared ReLU; mixing neighbouring tokens). Zhang and Sennrich 2019, arXiv 1910.07467 (RMSNorm).
"""

from __future__ import annotations

import importlib
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from sim.streams import Streams

Weights = Mapping[str, NDArray[np.float32]]

NEAR: Final = 3
"""How many of the last tokens are embedded together."""

HEADS: Final = 4
WIDENING: Final = 4
SLOPE: Final = 2.0
NEVER: Final = -1e9
TINY: Final = 1e-5


@dataclass(frozen=True, slots=True)
class Shape:
    """How large a network is.

    Attributes:
        vocabulary: V; the token V stands for the start of a passage.
        layers: how often attention and the rest follow each other.
        width: numbers per token.
        context: how far attention looks back, the token itself included.
    """

    vocabulary: int
    layers: int
    width: int
    context: int

    def sizes(self) -> dict[str, tuple[int, ...]]:
        """The shape of every weight of one replicate, by name."""
        w, found = self.width, {"tokens": (NEAR, self.vocabulary + 1, self.width), "out": (self.width, self.vocabulary)}
        for layer in range(self.layers):
            found |= {f"look {layer}": (w, 3 * w), f"join {layer}": (w, w), f"near {layer}": (HEADS, self.context)}
            found |= {f"up {layer}": (w, WIDENING * w), f"down {layer}": (WIDENING * w, w)}
        return found

    def numbers(self) -> int:
        """Weights of one replicate."""
        return sum(int(np.prod(size)) for size in self.sizes().values())

    def fresh(self, replicates: int, streams: Streams) -> Weights:
        """Random weights; what ends a layer begins at 0, so that every layer begins as nothing."""
        return {name: self._fresh(name, (replicates, *size), streams) for name, size in self.sizes().items()}

    def _fresh(self, name: str, size: tuple[int, ...], streams: Streams) -> NDArray[np.float32]:
        word = name.split()[0]
        if word in ("join", "down"):
            return np.zeros(size, dtype=np.float32)
        if word == "near":
            slopes = SLOPE ** -np.arange(1, 2 * HEADS, 2, dtype=np.float64)[:, None]
            return np.broadcast_to(-slopes * np.arange(self.context), size).astype(np.float32)
        scale: float = {"tokens": 0.5, "out": 0.02}.get(word, 1 / float(np.sqrt(self.width)))
        return (streams.normal(f"weights/{name}", size) * scale).astype(np.float32)


@contextmanager
def one_thread() -> Generator[Any]:
    """Torch on one thread, as it was before on the way out: sums in another order are other numbers."""
    torch: Any = importlib.import_module("torch")
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield torch
    finally:
        torch.set_num_threads(threads)


@dataclass(frozen=True, eq=False)
class Network:
    """The network on torch tensors, to train, score and write with.

    Attributes:
        torch: the module.
        shape: how large it is.
        weights: tensors by name, (replicates, ...).
    """

    torch: Any
    shape: Shape
    weights: Mapping[str, Any]

    def logits(self, rows: Any) -> Any:
        """Before each token of passages (replicates, n, length): scores of the next one, (replicates, n, length, V)."""
        replicates, n, length = rows.shape
        h = self._embedded(self.torch.nn.functional.pad(rows, (NEAR, 0), value=self.shape.vocabulary), length)
        bias = self._bias(length, length)
        for layer in range(self.shape.layers):
            q, k, v = self._looks(h, layer, n, length)
            h = self._rest(h, self._attended(q, k, v, bias[layer]), layer)
        return self._scores(h).view(replicates, n, length, self.shape.vocabulary)

    def step(self, past: Any, kept: list[tuple[Any, Any]]) -> Any:
        """Scores of the next token, (replicates, n, V), from the last tokens (replicates, n, NEAR); appends to what is kept."""
        n = past.shape[1]
        h = self._embedded(past, 1)
        length = kept[0][0].shape[3] + 1 if kept else 1
        bias = self._bias(1, min(length, self.shape.context))
        for layer in range(self.shape.layers):
            q, k, v = self._looks(h, layer, n, 1)
            if len(kept) > layer:
                k, v = (
                    self.torch.cat([old, new], dim=3)[:, :, :, -self.shape.context :] for old, new in zip(kept[layer], (k, v), strict=True)
                )
                kept[layer] = (k, v)
            else:
                kept.append((k, v))
            h = self._rest(h, self._attended(q, k, v, bias[layer]), layer)
        return self._scores(h).view(-1, n, self.shape.vocabulary)

    def _embedded(self, padded: Any, length: int) -> Any:
        """The sum of the embeddings of the last tokens before each place, (replicates, n x length, width)."""
        replicates, n, _ = padded.shape
        tables = self.weights["tokens"]
        world = self.torch.arange(replicates, device=padded.device)[:, None]
        found = 0
        for back in range(NEAR):
            tokens = padded[:, :, NEAR - 1 - back : NEAR - 1 - back + length].reshape(replicates, n * length)
            found = found + tables[world, back, tokens]
        return found

    def _looks(self, h: Any, layer: int, n: int, length: int) -> Any:
        """Queries, keys and values, each (replicates, n, heads, length, width / heads)."""
        all_three = self.torch.bmm(_normed(h), self.weights[f"look {layer}"])
        return all_three.view(len(h), n, length, 3, HEADS, -1).permute(3, 0, 1, 4, 2, 5)

    def _attended(self, q: Any, k: Any, v: Any, bias: Any) -> Any:
        """What the heads see, (replicates, n x length, width)."""
        replicates, n, heads, length, size = q.shape
        q, k, v = (part.reshape(replicates * n, heads, -1, size) for part in (q, k, v))
        mask = bias[:, None].expand(replicates, n, *bias.shape[1:]).reshape(replicates * n, *bias.shape[1:])
        seen = self.torch.nn.functional.scaled_dot_product_attention(q, k, v, attn_mask=mask)
        return seen.transpose(1, 2).reshape(replicates, n * length, heads * size)

    def _rest(self, h: Any, seen: Any, layer: int) -> Any:
        h = h + self.torch.bmm(seen, self.weights[f"join {layer}"])
        inner = self.torch.relu(self.torch.bmm(_normed(h), self.weights[f"up {layer}"])) ** 2
        return h + self.torch.bmm(inner, self.weights[f"down {layer}"])

    def _scores(self, h: Any) -> Any:
        return self.torch.bmm(_normed(h), self.weights["out"])

    def _bias(self, asking: int, known: int) -> list[Any]:
        """For each layer, what is added between each asking place (the last ones) and each known one, (replicates, heads, ., .)."""
        place = self.torch.arange(known, device=self.weights["out"].device)
        back = place[-asking:, None] - place
        hidden = (back < 0) | (back >= self.shape.context)
        distance = back.clamp(0, self.shape.context - 1)
        return [self.weights[f"near {layer}"][:, :, distance].masked_fill(hidden, NEVER) for layer in range(self.shape.layers)]


def _normed(h: Any) -> Any:
    return h * ((h * h).mean(dim=-1, keepdim=True) + TINY).rsqrt()
