"""Hold a class: forty visitors of one server, all on this machine; prints what is reached beside what is asked.

`python -m tests.load` takes some ten minutes on two cores, `python -m tests.load short` two. Nothing leaves the machine.
"""

from __future__ import annotations

import asyncio
import os
import sys
import time
from collections.abc import Awaitable, Sequence

import numpy as np

from dashboard.runs.queue import GRACE
from sim.workers.pool import IDLE

from .server import Server
from .visitor import Visitor, sees_a_whole_run

LINK = {"v": "1", "source": "normal", "family": "gaussian", "n": "50", "generations": "30"}
VAE = {"v": "1", "source": "digits", "family": "vae", "n": "100", "generations": "6", "replicates": "2"}
LONG = VAE | {"generations": "200"}
SLIDER = "Real data share"
LATE = 10.0
"""Seconds beyond the grace period after which a run that nobody waits for must have stopped."""


class Class:
    """A class of visitors that comes, works and leaves, step by step.

    Args:
        server: what serves it.
        size: how many visitors come; a quarter of them train networks.
    """

    def __init__(self, server: Server, size: int) -> None:
        self.server, self.size, self.few = server, size, max(2, size // 4)
        self.visitors: list[Visitor] = []
        self.idle = 0.0
        self.missed: list[str] = []

    async def run(self) -> None:
        """All steps."""
        await self.first_page()
        await self.open_the_same_link()
        await self.move_a_slider()
        await self.train_networks()
        await self.close_tabs()
        await self.all_leave()

    async def first_page(self) -> None:
        """The idle figure: one page was served, and nobody is there."""
        first = await Visitor(self.server.base, {}).open()
        await first.until(lambda visitor: visitor.finished > 0)
        await first.close()
        self.idle = self.server.megabytes()[0]
        print(f"idle, after one page: {self.idle:.0f} MB")

    async def open_the_same_link(self) -> None:
        """All open one link within ten seconds."""
        since = len(self.server.events)

        async def come(place: int) -> float:
            await asyncio.sleep(10 * place / self.size)
            visitor = Visitor(self.server.base, LINK)
            self.visitors.append(visitor)
            start = time.perf_counter()
            await visitor.open()
            await visitor.until(sees_a_whole_run)
            return time.perf_counter() - start

        times = await gathered(come(place) for place in range(self.size))
        self._tell(f"{self.size} open one link in 10 s", times, 5)
        self._say("simulations computed for it", self.server.count("begun", since), 1)
        for visitor in self.visitors:
            await visitor.until(lambda v: v.finished > 0)

    async def move_a_slider(self) -> None:
        """Everybody to another value, once, at the same moment."""
        before = self.server.busy()
        times = await gathered(moved(visitor, (place + 1) / 100) for place, visitor in enumerate(self.visitors))
        print(f"    processor time of the server: {(self.server.busy() - before) / self.size:.3f} s for each of the next")
        self._tell(f"{self.size} move a slider at once", times, 4)
        self._say("visitors lost, or shown a traceback", sum(v.lost or bool(v.tracebacks) for v in self.visitors), 0)

    async def train_networks(self) -> None:
        """A quarter trains; the usual time of a slider of some others is held against that while they do."""
        others = self.visitors[-self.few :]
        usual = await self._sliders(others, 0.5, rounds=4)
        trainers = [await self._newcomer(VAE, seed) for seed in range(self.few)]
        places: set[str] = set()
        ended = asyncio.gather(*(trainer.until(sees_a_whole_run) for trainer in trainers))
        during: list[float] = []
        while not ended.done():
            during += await self._sliders(others, 0.6 + len(during) / 1000, rounds=1)
            places |= {trainer.progress.split(":")[0] for trainer in trainers}
        times = await ended
        self._tell(f"{self.few} train a VAE each, until the last has ended", times, None)
        self._say("of them never told where they stood", sum(not trainer.progress for trainer in trainers), 0)
        print(f"    words seen: {', '.join(sorted(places - {''}))}")
        self._tell("others' sliders before", usual, None)
        self._tell("others' sliders meanwhile", during, 2 * float(np.percentile(usual, 95)))
        for trainer in trainers:
            await trainer.close()

    async def close_tabs(self) -> None:
        """Those whose runs come first leave; their runs stop, those of the others go on to their ends."""
        leavers = [await self._newcomer(LONG, 100 + seed) for seed in range(self.few // 2)]
        await leavers[0].until(lambda v: "generation" in v.progress)
        stayers = [await self._newcomer(VAE, 200 + seed) for seed in range(self.few - self.few // 2)]
        since = len(self.server.events)
        await asyncio.sleep(3)
        for leaver in leavers:
            await leaver.close()
        await asyncio.sleep(GRACE + LATE)
        stopped = {event["seed"] for event in self.server.events[since:] if event["what"] == "stopped"}
        self._say("runs of those who left that still go on", len({100 + seed for seed in range(len(leavers))} - stopped), 0)
        times = await gathered(stayer.until(sees_a_whole_run) for stayer in stayers)
        self._say("of those who stayed without their run", len(stayers) - len(times), 0)
        self._say("runs of theirs that were stopped", sum(seed >= 200 for seed in stopped), 0)
        for stayer in stayers:
            await stayer.close()

    async def all_leave(self) -> None:
        """Everybody goes; the worker that waits for another run ends after a while."""
        server, everything = self.server.megabytes()
        self._say(f"MB at the end, the server ({server:.0f}) and its workers", round(everything), 700)
        for visitor in self.visitors:
            await visitor.close()
        await asyncio.sleep(max(GRACE, IDLE) + LATE)
        server, everything = self.server.megabytes()
        self._say(f"MB once everybody left, idle was {self.idle:.0f}", round(everything), round(1.5 * self.idle))

    async def _newcomer(self, link: dict[str, str], seed: int) -> Visitor:
        return await Visitor(self.server.base, {**link, "seed": str(seed)}).open()

    async def _sliders(self, visitors: Sequence[Visitor], value: float, rounds: int) -> list[float]:
        """Visitors move their sliders one after another, each time to a value nobody had."""
        times = []
        for turn in range(rounds):
            for place, visitor in enumerate(visitors):
                times.append(await moved(visitor, value + (turn * len(visitors) + place) / 1000))
        return times

    def _tell(self, what: str, times: Sequence[float], most: float | None) -> None:
        p50, p95 = np.percentile(times, (50, 95))
        self._line(what, f"p50 {p50:.2f} s, p95 {p95:.2f} s", most is None or p95 <= most, "" if most is None else f"p95 {most:.2f} s")

    def _say(self, what: str, found: int, most: int) -> None:
        self._line(what, str(found), found <= most, str(most))

    def _line(self, what: str, found: str, reached: bool, most: str) -> None:
        asked = f"   asked: {most}   {'reached' if reached else 'MISSED'}" if most else ""
        print(f"{what:58} {found}{asked}   (load {os.getloadavg()[0]:.1f})", flush=True)
        self.missed += [] if reached else [what]


async def gathered(tasks: object) -> list[float]:
    """The times of many at once."""
    several: list[Awaitable[float]] = list(tasks)  # type: ignore[call-overload]
    return list(await asyncio.gather(*several))


async def moved(visitor: Visitor, value: float) -> float:
    """Seconds from a slider's move until the stage shows the new run whole."""
    start = time.perf_counter()
    await visitor.move(SLIDER, value)
    await visitor.until(sees_a_whole_run)
    return time.perf_counter() - start


def main(words: Sequence[str]) -> int:
    """0 if everything asked was reached."""
    server = Server()
    school_class = Class(server, 8 if "short" in words else 40)
    try:
        asyncio.run(school_class.run())
    finally:
        server.end()
    print("all reached" if not school_class.missed else f"missed: {'; '.join(school_class.missed)}")
    return bool(school_class.missed)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
