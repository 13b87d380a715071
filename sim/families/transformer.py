"""The transformer: a small causal language model, trained from scratch in seconds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, ClassVar, Final, Literal

import numpy as np
from numpy.typing import NDArray

from sim.arrays import Floats, frozen
from sim.families import CannotFit, Family, Past, Rows, Score, families, learnable
from sim.families._attention import HEADS, NEAR, Network, Shape, Weights, one_thread
from sim.families._decoding import LABELS, OPENING, PROMPT, TOP_P, Labels, Opening, decoded, opened, openings, pick, prompt_fits, prompted
from sim.families._device import array, tensor
from sim.spaces import Space, SpaceKind
from sim.spec import Real, knob
from sim.streams import Streams
from sim.tokens import Tokens

BATCH: Final = 16
"""Passages per step."""

PACE: Final = 4e-3
WARM_UP: Final = 50
STEEPEST: Final = 1.0
MEMORY: Final = (0.9, 0.99)

EXPLODED: Final = 100.0
"""Nats a token; a model that knows nothing needs ln V, below 8."""

BLOCK: Final = 1 << 23
"""Numbers of one kind held at once while passages are written or scored."""

Batches = NDArray[np.int64]


@families.register
class Transformer(Family):
    """A small transformer that learns which token comes next, and writes passages token by token.

    Law: the weights minimise the mean of -ln p(token | tokens before it) over the training passages, by Adam on batches of 16
    passages, each passage as often as there are passes; the step rises over 50 steps to 0.004 and falls to 0, gradients
    are cut to norm 1 in each world. Temperature draws from p^(1/temperature), renormalised, then top-p keeps the likeliest
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
    offers: ClassVar[frozenset[Score]] = frozenset({"log_prob"})
    remembers: ClassVar[bool] = True
    suggested: ClassVar[Mapping[str, int]] = MappingProxyType({"n": 200, "generations": 5, "replicates": 1})
    heavy: ClassVar[bool] = True
    kind: Literal["transformer"] = "transformer"
    layers: int = knob(2, label="Layers", help="How often attention follows on attention.", ge=1, le=4)
    width: Literal[32, 64, 96, 128] = knob(96, label="Width", help="How many numbers stand for a token inside the model.")
    context: int = knob(64, label="Context", help="How many tokens back it can look.", unit="tokens", ge=4, le=256)
    passes: int = knob(4, label="Passes", help="How often each generation reads its training passages.", ge=1, le=20)
    start: Literal["scratch", "warm"] = knob(
        "scratch", label="Start", help="Scratch: every generation begins untrained. Warm: it begins with its predecessor's weights."
    )
    top_p: Real = TOP_P
    opening: Opening = OPENING
    prompt: int = PROMPT
    labels: Labels = LABELS

    @property
    def given(self) -> int:
        return prompted(self.opening, self.prompt)

    def check(self, space: Space) -> None:
        prompt_fits(self.opening, self.prompt, space)

    def numbers(self, space: Space) -> int:
        """Weights have 32 bits, so two of them are one number of the budget."""
        return -(-self._shape(space).numbers() // 2)

    def operations(self, space: Space, rows: int, n: int) -> float:
        length = len(space.columns)
        looks = self.layers * self.width * min(self.context, length)
        weights = self._shape(space).numbers() - NEAR * (space.vocabulary + 1) * self.width + 2 * looks
        return 6.0 * weights * length * rows * self.passes + 2.0 * weights * length * n

    def fit(self, rows: Rows, space: Space, streams: Streams, past: Past | None = None) -> FittedTransformer:
        learnable(rows, 1, "A transformer")
        shape = self._shape(space)
        warm = self.start == "warm" and past is not None
        begun: Weights = past.model.weights if warm and past is not None else shape.fresh(len(rows), streams)
        order = batches(rows.shape[:2], self.passes, streams)
        with one_thread() as torch:
            soft = self.labels == "soft" and past is not None
            lesson = Lesson(rows, order, past.model.network(torch), past.taught) if soft and past is not None else Lesson(rows, order)
            weights = trained(torch, shape, begun, lesson)
        return FittedTransformer(weights, shape, rows.shape[2], self.top_p, openings(self.opening, self.prompt, rows, past))

    def _shape(self, space: Space) -> Shape:
        return Shape(space.vocabulary, self.layers, self.width, min(self.context, len(space.columns)))


@dataclass(frozen=True, slots=True, eq=False)
class Lesson:
    """What a transformer is to learn.

    Attributes:
        rows: training passages, (replicates, m, length).
        order: which passages each step reads, (replicates, BATCH) each.
        teacher: the predecessor whose probabilities stand for the tokens of the rows that it drew, if there is one.
        taught: which rows these are, (replicates, m).
    """

    rows: Tokens
    order: list[Batches]
    teacher: Network | None = None
    taught: NDArray[np.bool_] | None = None


def batches(size: tuple[int, ...], passes: int, streams: Streams) -> list[Batches]:
    """Every passage once in each pass, in random order, in batches of 16 or what is left."""
    replicates, m = size
    order = streams.uniform("batches", (replicates, passes, m)).argsort(axis=2)
    return [order[:, turn, at : at + BATCH] for turn in range(passes) for at in range(0, m, BATCH)]


def trained(torch: Any, shape: Shape, begun: Weights, lesson: Lesson) -> Weights:
    """The weights after all steps; raises `CannotFit` where the loss leaves the finite."""
    weights = {name: tensor(value.copy()).requires_grad_() for name, value in begun.items()}
    network, steps = Network(torch, shape, weights), len(lesson.order)
    adam = torch.optim.Adam(list(weights.values()), lr=PACE, betas=MEMORY, foreach=False)
    for step, chosen in enumerate(lesson.order):
        adam.param_groups[0]["lr"] = PACE * min(1.0, (step + 1) / min(WARM_UP, steps)) * (1 - step / steps)
        loss = _loss(torch, network, lesson, chosen)
        if not bool((loss <= EXPLODED).all()):  # NaN is refused too
            raise CannotFit(f"The transformer's loss exploded at step {step + 1} of {steps}.")
        adam.zero_grad()
        loss.sum().backward()
        _cut(torch, list(weights.values()))
        adam.step()
    if not all(bool(torch.isfinite(weight).all()) for weight in weights.values()):
        raise CannotFit("The transformer's weights left the finite.")
    return {name: frozen(array(weight)) for name, weight in weights.items()}


def _loss(torch: Any, network: Network, lesson: Lesson, chosen: Batches) -> Any:
    """The mean surprise of each replicate's batch, in nats, (replicates,)."""
    rows = tensor(np.take_along_axis(lesson.rows, chosen[..., None], axis=1)).long()
    said = network.logits(rows).log_softmax(dim=-1)
    loss = -said.gather(-1, rows[..., None])[..., 0]
    if lesson.teacher is not None and lesson.taught is not None:
        taught = tensor(np.take_along_axis(lesson.taught, chosen, axis=1))
        with torch.no_grad():
            wanted = lesson.teacher.logits(rows).softmax(dim=-1)
        loss = torch.where(taught[..., None], -(wanted * said).sum(dim=-1), loss)
    return loss.mean(dim=(1, 2))


def _cut(torch: Any, weights: list[Any]) -> None:
    """Gradients no longer than `STEEPEST`, each replicate for itself."""
    squares = sum((weight.grad.flatten(1) ** 2).sum(dim=1) for weight in weights)
    scale = (STEEPEST / (torch.as_tensor(squares).sqrt() + 1e-12)).clamp(max=1.0)
    for weight in weights:
        weight.grad.mul_(scale.view(-1, *(1,) * (weight.dim() - 1)))


@dataclass(frozen=True, slots=True, eq=False)
class FittedTransformer:
    """Weights by name, (replicates, ...), and how to draw with them."""

    weights: Weights
    shape: Shape
    length: int
    top_p: float
    openings: Tokens | None

    def network(self, torch: Any) -> Network:
        """The network on torch tensors of its own."""
        return Network(torch, self.shape, {name: tensor(value.copy()) for name, value in self.weights.items()})

    def sample(self, n: int, streams: Streams, temperature: float) -> Tokens:
        """Passages written token by token, (replicates, n, length)."""
        replicates = len(self.weights["out"])
        rows = opened(self.openings, replicates, n, self.length, streams)
        numbers = streams.uniform("rows", rows.shape)
        with one_thread() as torch, torch.no_grad():
            network = self.network(torch)
            for block in self._blocks(n, replicates):
                self._write(network, rows[:, block], numbers[:, block], temperature)
        return rows

    def log_prob(self, rows: Rows) -> Floats:
        """Log-probability of passages in nats."""
        found = np.empty(rows.shape[:2])
        with one_thread() as torch, torch.no_grad():
            network = self.network(torch)
            for block in self._blocks(rows.shape[1], len(rows)):
                asked = tensor(rows[:, block].astype(np.int64))
                said = network.logits(asked).double().log_softmax(dim=-1)
                found[:, block] = array(said.gather(-1, asked[..., None])[..., 0].sum(dim=-1))
        return found

    def _blocks(self, n: int, replicates: int) -> Iterator[slice]:
        step = max(1, BLOCK // (replicates * self.length * max(self.shape.width, self.shape.vocabulary, HEADS * self.length)))
        return (slice(at, at + step) for at in range(0, n, step))

    def _write(self, network: Network, rows: Tokens, numbers: Floats, temperature: float) -> None:
        """Fills in what is still to be written of these passages."""
        replicates, n, length = rows.shape
        past = np.full((replicates, n, NEAR), self.shape.vocabulary, dtype=np.int64)
        kept: list[tuple[Any, Any]] = []
        which = np.arange(replicates * n, dtype=np.int64)
        for place in range(length):
            said = array(network.step(tensor(past), kept).double().softmax(dim=-1))
            if rows[:, :, place].min() < 0:
                p = decoded(said.reshape(replicates * n, -1), temperature, self.top_p)
                rows[:, :, place] = pick(p, which, numbers[:, :, place].ravel()).reshape(replicates, n)
            past = np.concatenate([past[:, :, 1:], rows[:, :, place, None]], axis=2)
