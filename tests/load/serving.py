"""The server of the load test: the dashboard as `streamlit run` serves it, telling on standard output what it computes.

Run as `python -m tests.load.serving PORT`; one line of JSON for every run that is begun, ended or told to stop.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

# First, as on a server: it settles on how many threads numpy multiplies, which is read when numpy is imported.
import dashboard.app
from dashboard.runs.computation import Status
from dashboard.runs.job import Job

ROOT = Path(__file__).parents[2]


def tell(what: str, job: Job) -> None:
    """One line for whoever runs the test."""
    seed, done = job.experiment.seed, job.generations_done
    line = json.dumps({"what": what, "number": job.number, "seed": seed, "done": done})
    sys.stdout.write(f"{line}\n")  # at once, for many threads write
    sys.stdout.flush()


def main(port: str) -> None:
    """Serve until ended."""
    compute, stop = Job.compute, Job.stop

    def told_compute(self: Job) -> Any:
        tell("begun", self)
        try:
            return compute(self)
        finally:
            tell("ended", self)

    def told_stop(self: Job) -> None:
        if self.status in (Status.WAITING, Status.RUNNING):
            tell("stopped", self)
        stop(self)

    Job.compute, Job.stop = told_compute, told_stop  # type: ignore[method-assign]
    from streamlit.web.cli import main as streamlit

    flags = {"server.headless": "true", "server.address": "127.0.0.1", "server.port": port, "server.fileWatcherType": "none"}
    sys.argv = ["streamlit", "run", dashboard.app.__file__, *(f"--{name}={value}" for name, value in flags.items())]
    streamlit()


if __name__ == "__main__":
    main(sys.argv[1])
