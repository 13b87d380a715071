"""Bad links against good ones: `python -m tests.load.links` opens both on one server and prints how long the pages took."""

from __future__ import annotations

import asyncio
import os
import sys
import time
from collections.abc import Sequence

import numpy as np

from .server import Server
from .visitor import Visitor

MANY = 63


async def opened(server: Server, link: dict[str, str]) -> float:
    """Seconds until the page of a link has been written once, run or no run."""
    visitor, start = Visitor(server.base, link), time.perf_counter()
    await visitor.open()
    await visitor.until(lambda v: v.finished > 0)
    seconds = time.perf_counter() - start
    await visitor.close()
    assert not visitor.tracebacks, link
    return seconds


async def compared(server: Server) -> tuple[Sequence[float], Sequence[float]]:
    """The times of bad and of good links, by turns; every experiment was computed before it is timed."""
    from sim.links import nearest, to_link
    from sim.presets import presets
    from tests.hostile import links

    first = next(iter(presets().values())).experiment
    bad, good = [], []
    for link in links(MANY, seed=2):
        for repeat in range(2):
            times = await opened(server, link), await opened(server, to_link(nearest(link, first)[0]))
            if repeat:
                bad.append(times[0])
                good.append(times[1])
    return bad, good


def main() -> int:
    """0 if bad links take no longer than good ones, within a tenth."""
    server = Server()
    try:
        bad, good = asyncio.run(compared(server))
    finally:
        server.end()
    late = [float(np.percentile(times, 95)) for times in (bad, good)]
    print(f"{MANY} links, p50 and p95: bad {np.median(bad):.2f} and {late[0]:.2f} s, good {np.median(good):.2f} and {late[1]:.2f} s")
    print(f"load {os.getloadavg()[0]:.1f}")
    return late[0] > 1.1 * late[1]


if __name__ == "__main__":
    sys.exit(main())
