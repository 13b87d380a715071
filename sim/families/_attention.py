"""A causal transformer for all replicates at once: every weight carries the replicates along its first axis.

The last few tokens are embedded together, so that a model knows its neighbours from the first step on; then come layers of
attention with a learned weight for every distance, and a squared ReLU. No replicate sees another: each product is a batch
of the replicates' own.

References:
    Vaswani et al. 2017, arXiv 1706.03762. Raffel et al. 2020, arXiv 1910.10683 (a learned bias for each distance). So et
    al. 2021, arXiv 2109.08668 (squared ReLU; mixing neighbouring tokens). Zhang and Sennrich 2019, arXiv 1910.07467 (RMSNorm).
    Press et al. 2021, arXiv 2108.12409 (biases that fall with distance, here only to begin with).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from sim.streams import Streams

Weights = Mapping[str, NDArray[np.float32]]

EMBEDDED: Final = 3
"""How many of the last tokens are embedded together. A choice: each one more is another table of embeddings."""

HEADS: Final = 4
"""Heads of every layer of attention. A choice: it divides every width that the knob offers."""

FEED_FORWARD: Final = 4
"""How many times wider than a token the inner layer is. As in Vaswani et al. 2017."""

BIAS_BASE: Final = 2.0
"""Head h = 0, 1, ... begins with the bias -distance x BIAS_BASE^-(2h + 1): some heads look near, others far."""

MASKED: Final = -1e9
"""The score of what must not be looked at: its share is exactly 0."""

RMS_EPSILON: Final = 1e-5
"""What keeps the norm of an empty vector finite.

The default of torch's LayerNorm, and far below the mean squares of embeddings, which begin near 3/4.
"""

TOKENS_SCALE: Final = 0.5
"""The standard deviation of the first embeddings; three of them are added, so a place begins with 0.87."""

OUTPUT_SCALE: Final = 0.02
"""That of the last layer, which begins near the uniform distribution: at the usual width scores begin with 0.2."""


@dataclass(frozen=True, slots=True)
class Architecture:
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
        # The names are those of the random streams too; other names would be other numbers.
        w, found = self.width, {"tokens": (EMBEDDED, self.vocabulary + 1, self.width), "out": (self.width, self.vocabulary)}
        for layer in range(self.layers):
            found |= {f"look {layer}": (w, 3 * w), f"join {layer}": (w, w), f"near {layer}": (HEADS, self.context)}
            found |= {f"up {layer}": (w, FEED_FORWARD * w), f"down {layer}": (FEED_FORWARD * w, w)}
        return found

    def parameter_count(self) -> int:
        """Weights of one replicate."""
        return sum(int(np.prod(size)) for size in self.sizes().values())

    def initial_weights(self, replicates: int, streams: Streams) -> Weights:
        """Random weights; what ends a layer begins at 0, so that every layer begins as nothing."""
        return {name: self._initial(name, (replicates, *size), streams) for name, size in self.sizes().items()}

    def _initial(self, name: str, size: tuple[int, ...], streams: Streams) -> NDArray[np.float32]:
        word = name.split()[0]
        # What ends a layer: with zeros there, the layer hands on what it got.
        if word in ("join", "down"):
            return np.zeros(size, dtype=np.float32)
        if word == "near":
            slopes = BIAS_BASE ** -np.arange(1, 2 * HEADS, 2, dtype=np.float64)[:, None]
            return np.broadcast_to(-slopes * np.arange(self.context), size).astype(np.float32)
        scale: float = {"tokens": TOKENS_SCALE, "out": OUTPUT_SCALE}.get(word, 1 / float(np.sqrt(self.width)))
        return (streams.normal(f"weights/{name}", size) * scale).astype(np.float32)


@dataclass(frozen=True, eq=False)
class Network:
    """The network on torch tensors, to train, score and write with.

    Attributes:
        torch: the module.
        architecture: how large it is.
        weights: tensors by name, (replicates, ...).
    """

    torch: Any
    architecture: Architecture
    weights: Mapping[str, Any]

    def logits(self, rows: Any) -> Any:
        """Before each token of passages (replicates, n, length): scores of the next one, (replicates, n, length, V)."""
        replicates, n, length = rows.shape
        h = self._embed(self.torch.nn.functional.pad(rows, (EMBEDDED, 0), value=self.architecture.vocabulary), length)
        bias = self._position_bias(length, length)
        for layer in range(self.architecture.layers):
            q, k, v = self._queries_keys_values(h, layer, n, length)
            h = self._feed_forward(h, self._attend(q, k, v, bias[layer]), layer)
        return self._output(h).view(replicates, n, length, self.architecture.vocabulary)

    def next_logits(self, last: Any, cache: list[tuple[Any, Any]]) -> Any:
        """Scores of the next token, (replicates, n, V), token by token.

        Args:
            last: the last tokens, (replicates, n, EMBEDDED).
            cache: keys and values of earlier tokens, a pair a layer; this token's are appended, and what is out of sight dropped.
        """
        n = last.shape[1]
        h = self._embed(last, 1)
        # The first layer is enough to know how much is kept.
        length = cache[0][0].shape[3] + 1 if cache else 1
        bias = self._position_bias(1, min(length, self.architecture.context))
        for layer in range(self.architecture.layers):
            q, k, v = self._queries_keys_values(h, layer, n, 1)
            if len(cache) > layer:
                both = zip(cache[layer], (k, v), strict=True)
                k, v = (self.torch.cat([old, new], dim=3)[:, :, :, -self.architecture.context :] for old, new in both)
                cache[layer] = (k, v)
            else:
                cache.append((k, v))
            h = self._feed_forward(h, self._attend(q, k, v, bias[layer]), layer)
        return self._output(h).view(-1, n, self.architecture.vocabulary)

    def _embed(self, padded: Any, length: int) -> Any:
        """The sum of the embeddings of the last tokens before each place, (replicates, n x length, width)."""
        replicates, n, _ = padded.shape
        tables = self.weights["tokens"]
        replicate = self.torch.arange(replicates, device=padded.device)[:, None]
        found = 0
        for back in range(EMBEDDED):
            tokens = padded[:, :, EMBEDDED - 1 - back : EMBEDDED - 1 - back + length].reshape(replicates, n * length)
            found = found + tables[replicate, back, tokens]
        return found

    def _queries_keys_values(self, h: Any, layer: int, n: int, length: int) -> Any:
        """Queries, keys and values, each (replicates, n, heads, length, width / heads)."""
        projected = self.torch.bmm(_rms_norm(h), self.weights[f"look {layer}"])
        return projected.view(len(h), n, length, 3, HEADS, -1).permute(3, 0, 1, 4, 2, 5)

    def _attend(self, q: Any, k: Any, v: Any, bias: Any) -> Any:
        """What the heads see, (replicates, n x length, width)."""
        replicates, n, heads, length, size = q.shape
        # Replicates and passages are one batch: attention has no weights of its own.
        q, k, v = (part.reshape(replicates * n, heads, -1, size) for part in (q, k, v))
        mask = bias[:, None].expand(replicates, n, *bias.shape[1:]).reshape(replicates * n, *bias.shape[1:])
        attended = self.torch.nn.functional.scaled_dot_product_attention(q, k, v, attn_mask=mask)
        return attended.transpose(1, 2).reshape(replicates, n * length, heads * size)

    def _feed_forward(self, h: Any, attended: Any, layer: int) -> Any:
        """What a layer hands on: the residual stream, with what the heads saw and what the inner layer makes of it."""
        h = h + self.torch.bmm(attended, self.weights[f"join {layer}"])
        inner = self.torch.relu(self.torch.bmm(_rms_norm(h), self.weights[f"up {layer}"])) ** 2
        return h + self.torch.bmm(inner, self.weights[f"down {layer}"])

    def _output(self, h: Any) -> Any:
        return self.torch.bmm(_rms_norm(h), self.weights["out"])

    def _position_bias(self, queries: int, keys: int) -> list[Any]:
        """For each layer, what is added to the scores of the last `queries` places for each key, (replicates, heads, queries, keys)."""
        place = self.torch.arange(keys, device=self.weights["out"].device)
        back = place[-queries:, None] - place
        # Neither what comes later nor what is out of reach.
        hidden = (back < 0) | (back >= self.architecture.context)
        distance = back.clamp(0, self.architecture.context - 1)
        return [self.weights[f"near {layer}"][:, :, distance].masked_fill(hidden, MASKED) for layer in range(self.architecture.layers)]


def _rms_norm(h: Any) -> Any:
    return h * ((h * h).mean(dim=-1, keepdim=True) + RMS_EPSILON).rsqrt()
