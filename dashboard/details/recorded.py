"""Whether the stage plays a recording, and what that recording was made with."""

from __future__ import annotations

from dashboard.runs.job import Job
from dashboard.state import session


def plays(job: Job) -> bool:
    """Whether the stage plays a recording; while the run is computed again, the stage already grows the new one."""
    return bool(job.recorded) and not session.view_state().recompute


def made_with(job: Job) -> str:
    """The versions that the recording of a job was made with, in one sentence."""
    made = job.recorded
    return f"Recorded with version {made['collapse-lab']} (Python {made['python']}, NumPy {made['numpy']}, PyTorch {made['torch']})."
