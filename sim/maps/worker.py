"""The worker that fits a map: `python -m sim.maps.worker FOLDER`, its own process on its own entry.

It reads `rows.npy` in the folder, prints the share done, a number a line, and leaves `places.npy` there; or prints one
sentence that begins with "no map:". Why a process: a fit in the server's own would hold up every visitor for seconds, and
its memory would never be given back.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np

from sim.maps.fitting import NoMap, fit_map

REFUSAL = "no map:"


def main(folder: Path) -> None:
    """Fit the map of the rows in a folder."""
    rows = np.load(folder / "rows.npy", allow_pickle=False)
    print(0.0, flush=True)
    try:
        places = fit_map(rows, lambda share: print(f"{share:.3f}", flush=True))
    except NoMap as reason:
        print(f"{REFUSAL} {reason}", flush=True)
        return
    np.save(folder / "places.npy", places, allow_pickle=False)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
