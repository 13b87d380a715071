"""The transformer: a small causal language model, trained from scratch in seconds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, ClassVar, Final, Literal

import numpy as np
from numpy.typing import NDArray

from sim.arrays import Floats, frozen
from sim.families import CannotFit, Capability, Family, PreviousModel, Rows, check_rows, families
from sim.families._attention import EMBEDDED, HEADS, Architecture, Network, Weights
from sim.families._decoding import (
    LABELS,
    OPENING,
    PROMPT,
    TOP_P,
    Labels,
    Opening,
    check_prompt,
    decoding_probabilities,
    draw_tokens,
    passages_to_fill,
    prompt_length,
    real_prompts,
)
from sim.families._device import array, own_torch, tensor
from sim.families._training import Start, start_knob, training_operations
from sim.spaces import Space, SpaceKind
from sim.spec import Real, knob
from sim.streams import Streams
from sim.tokens import Tokens

BATCH: Final = 16
"""Passages per step. A choice: a thousand tokens where passages have 64."""

LEARNING_RATE: Final = 4e-3
"""What the warm-up rises to, times a line from 1 at the first step to 0 behind the last, so that it is never quite reached."""

WARM_UP_STEPS: Final = 50
"""Steps in which the rate rises: an eighth of the 392 that four passes over 100,000 characters take."""

LARGEST_GRADIENT: Final = 1.0
"""The norm that gradients are cut to in each world: the usual one of language models."""

ADAM_BETAS: Final = (0.9, 0.99)
"""Adam's decay rates; the usual 0.999 remembers a thousand steps, more than the usual training has."""

EXPLODED: Final = 100.0
"""Nats a token; a model that knows nothing needs ln V, below 8."""

NUMBERS_AT_ONCE: Final = 1 << 23
"""Numbers of one kind held at once (32 MB) while passages are written or scored."""

Batches = NDArray[np.int64]


@families.register
class Transformer(Family):
    """A small transformer that learns which token comes next, and writes passages token by token.

    Law: the weights minimise the mean of $-ln p(token | tokens before it)$ over the training passages, by Adam on batches of 16
    passages, each passage as often as there are passes; the step rises over 50 steps to 0.004 and falls to 0, gradients
    are cut to norm 1 in each world. Temperature draws from $p^(1/temperature)$, renormalised, then top-p keeps the likeliest
    tokens. With soft labels, passages that the previous model drew are learned as its whole distribution at every place,
    as it is before temperature and top-p.

    Edges: few passages are learned by heart. Warm starts go on from the previous model's weights. A training that leaves
    the finite ends the run. Memory: 16 bytes per weight and world while it trains, and about 100 MB to write with.

    Names: decoder-only transformer, GPT, causal language model, distillation (soft labels), fine-tuning (warm start).

    References:
        Vaswani et al. 2017, arXiv 1706.03762. Kingma and Ba 2015, arXiv 1412.6980 (Adam). Hinton et al. 2015, arXiv
        1503.02531 (soft labels). Shumailov et al. 2024, Nature 631:755.
    """

    label: ClassVar[str] = "Transformer"
    accepts: ClassVar[frozenset[SpaceKind]] = frozenset({"sequences"})
    offers: ClassVar[frozenset[Capability]] = frozenset({"log_prob"})
    remembers: ClassVar[bool] = True
    suggested: ClassVar[Mapping[str, int]] = MappingProxyType({"n": 200, "generations": 5, "replicates": 1})
    heavy: ClassVar[bool] = True
    kind: Literal["transformer"] = "transformer"
    layers: int = knob(2, label="Layers", help="How often attention follows on attention.", ge=1, le=4)
    width: Literal[32, 64, 96, 128] = knob(96, label="Width", help="How many numbers stand for a token inside the model.")
    context: int = knob(64, label="Context", help="How many tokens back it can look.", unit="tokens", ge=4, le=256)
    passes: int = knob(4, label="Passes", help="How often each generation reads its training passages.", ge=1, le=20)
    start: Start = start_knob("Scratch: every generation begins untrained. Warm: it begins with its predecessor's weights.")
    top_p: Real = TOP_P
    opening: Opening = OPENING
    prompt: int = PROMPT
    labels: Labels = LABELS

    @property
    def prompt_length(self) -> int:
        return prompt_length(self.opening, self.prompt)

    def check(self, space: Space) -> None:
        check_prompt(self.opening, self.prompt, space)

    def memory_numbers(self, space: Space) -> int:
        """Weights have 32 bits, so two of them are one number of the budget."""
        return -(-self._architecture(space).parameter_count() // 2)

    def operations(self, space: Space, rows: int, n: int) -> float:
        length = len(space.columns)
        attention = 2 * self.layers * self.width * min(self.context, length)
        embeddings = EMBEDDED * (space.vocabulary + 1) * self.width  # looked up, not multiplied
        weights = self._architecture(space).parameter_count() - embeddings + attention
        return training_operations(weights, length * rows * self.passes) + 2.0 * weights * length * n

    def fit(self, rows: Rows, space: Space, streams: Streams, previous: PreviousModel | None = None) -> FittedTransformer:
        check_rows(rows, 1, "A transformer")
        architecture = self._architecture(space)
        weights: Weights = (
            previous.model.weights if previous is not None and self.start == "warm" else architecture.initial_weights(len(rows), streams)
        )
        order = batches(rows.shape[:2], self.passes, streams)
        with own_torch() as torch:
            data = TrainingData(rows, order)
            if previous is not None and self.labels == "soft":
                data = TrainingData(rows, order, previous.model.network(torch), previous.drawn)
            weights = train(torch, architecture, weights, data)
        prompts = real_prompts(self.opening, self.prompt, rows, previous)
        return FittedTransformer(weights, architecture, rows.shape[2], self.top_p, prompts)

    def _architecture(self, space: Space) -> Architecture:
        return Architecture(space.vocabulary, self.layers, self.width, min(self.context, len(space.columns)))


@dataclass(frozen=True, slots=True, eq=False)
class TrainingData:
    """What a transformer is to learn.

    Attributes:
        rows: training passages, (replicates, m, length).
        order: which passages each step reads, (replicates, BATCH) each.
        teacher: the predecessor whose probabilities stand for the tokens of the rows that it drew, if there is one.
        from_teacher: which rows these are, (replicates, m).
    """

    rows: Tokens
    order: list[Batches]
    teacher: Network | None = None
    from_teacher: NDArray[np.bool_] | None = None


def batches(size: tuple[int, ...], passes: int, streams: Streams) -> list[Batches]:
    """Every passage once in each pass, in random order, in batches of 16 or what is left.

    >>> [step.shape for step in batches((1, 20), passes=2, streams=Streams(0, 0))]
    [(1, 16), (1, 4), (1, 16), (1, 4)]
    """
    replicates, m = size
    order = streams.uniform("batches", (replicates, passes, m)).argsort(axis=2)
    return [order[:, one_pass, at : at + BATCH] for one_pass in range(passes) for at in range(0, m, BATCH)]


def train(torch: Any, architecture: Architecture, initial: Weights, data: TrainingData) -> Weights:
    """The weights after all steps; raises `CannotFit` where the loss leaves the finite."""
    weights = {name: tensor(value.copy()).requires_grad_() for name, value in initial.items()}
    network, steps = Network(torch, architecture, weights), len(data.order)
    adam = torch.optim.Adam(list(weights.values()), lr=LEARNING_RATE, betas=ADAM_BETAS, foreach=False)
    for step, chosen in enumerate(data.order):
        # A linear warm-up times a linear decay.
        adam.param_groups[0]["lr"] = LEARNING_RATE * min(1.0, (step + 1) / min(WARM_UP_STEPS, steps)) * (1 - step / steps)
        losses = _losses(torch, network, data, chosen)
        if not bool((losses <= EXPLODED).all()):  # NaN is refused too
            raise CannotFit(f"The transformer's loss exploded at step {step + 1} of {steps}.")
        adam.zero_grad()
        losses.sum().backward()
        _clip_gradients(torch, list(weights.values()))
        adam.step()
    if not all(bool(torch.isfinite(weight).all()) for weight in weights.values()):
        raise CannotFit("The transformer's weights left the finite.")
    return {name: frozen(array(weight)) for name, weight in weights.items()}


def _losses(torch: Any, network: Network, data: TrainingData, chosen: Batches) -> Any:
    """The mean cross-entropy of each replicate's batch, in nats, (replicates,)."""
    rows = tensor(np.take_along_axis(data.rows, chosen[..., None], axis=1)).long()
    log_p = network.logits(rows).log_softmax(dim=-1)
    losses = -log_p.gather(-1, rows[..., None])[..., 0]
    if data.teacher is not None and data.from_teacher is not None:
        from_teacher = tensor(np.take_along_axis(data.from_teacher, chosen, axis=1))
        with torch.no_grad():
            soft_labels = data.teacher.logits(rows).softmax(dim=-1)
        losses = torch.where(from_teacher[..., None], -(soft_labels * log_p).sum(dim=-1), losses)
    return losses.mean(dim=(1, 2))


def _clip_gradients(torch: Any, weights: list[Any]) -> None:
    """Gradients no longer than `LARGEST_GRADIENT`, each replicate for itself."""
    squares = sum((weight.grad.flatten(1) ** 2).sum(dim=1) for weight in weights)
    # A gradient of 0 must not be divided by.
    scale = (LARGEST_GRADIENT / (torch.as_tensor(squares).sqrt() + 1e-12)).clamp(max=1.0)
    for weight in weights:
        weight.grad.mul_(scale.view(-1, *(1,) * (weight.dim() - 1)))


@dataclass(frozen=True, slots=True, eq=False)
class FittedTransformer:
    """Weights and how to draw with them.

    Attributes:
        weights: by name, (replicates, ...).
        architecture: how large the network is.
        length: of a passage.
        top_p: the share of the probability that is drawn from.
        prompts: real first tokens for each passage, (replicates, k, tokens); None where passages are free.
    """

    weights: Weights
    architecture: Architecture
    length: int
    top_p: float
    prompts: Tokens | None

    def network(self, torch: Any) -> Network:
        """The network on torch tensors of its own."""
        return Network(torch, self.architecture, {name: tensor(value.copy()) for name, value in self.weights.items()})

    def sample(self, n: int, streams: Streams, temperature: float) -> Tokens:
        """Passages written token by token, (replicates, n, length)."""
        replicates = len(self.weights["out"])
        rows = passages_to_fill(self.prompts, replicates, n, self.length, streams)
        numbers = streams.uniform("rows", rows.shape)
        with own_torch() as torch, torch.no_grad():
            network = self.network(torch)
            for block in self._blocks(n, replicates):
                self._write(network, rows[:, block], numbers[:, block], temperature)
        return rows

    def log_prob(self, rows: Rows) -> Floats:
        """Log-probability of passages in nats."""
        found = np.empty(rows.shape[:2])
        with own_torch() as torch, torch.no_grad():
            network = self.network(torch)
            for block in self._blocks(rows.shape[1], len(rows)):
                passages = tensor(rows[:, block].astype(np.int64))
                log_p = network.logits(passages).double().log_softmax(dim=-1)
                found[:, block] = array(log_p.gather(-1, passages[..., None])[..., 0].sum(dim=-1))
        return found

    def _blocks(self, n: int, replicates: int) -> Iterator[slice]:
        widest = max(self.architecture.width, self.architecture.vocabulary, HEADS * self.length)
        step = max(1, NUMBERS_AT_ONCE // (replicates * self.length * widest))
        return (slice(at, at + step) for at in range(0, n, step))

    def _write(self, network: Network, rows: Tokens, numbers: Floats, temperature: float) -> None:
        """Fills in what is still to be written of these passages."""
        replicates, n, length = rows.shape
        last = np.full((replicates, n, EMBEDDED), self.architecture.vocabulary, dtype=np.int64)
        cache: list[tuple[Any, Any]] = []
        # Every passage draws from a distribution of its own.
        which = np.arange(replicates * n, dtype=np.int64)
        for place in range(length):
            conditional = array(network.next_logits(tensor(last), cache).double().softmax(dim=-1))
            if rows[:, :, place].min() < 0:
                p = decoding_probabilities(conditional.reshape(replicates * n, -1), temperature, self.top_p)
                rows[:, :, place] = draw_tokens(p, which, numbers[:, :, place].ravel()).reshape(replicates, n)
            last = np.concatenate([last[:, :, 1:], rows[:, :, place, None]], axis=2)
