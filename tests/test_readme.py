"""The README's commands are the ones that are run, and its snippet works."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
README = ROOT / "README.md"
TESTS = '.venv/bin/pip install --no-compile -e ".[test]"'
CHECKS = (".venv/bin/ruff check .", ".venv/bin/ruff format --check .", ".venv/bin/pyright", ".venv/bin/pytest")


def blocks(text: str, language: str) -> list[str]:
    """The fenced blocks of one language."""
    return re.findall(rf"^```{language}\s*\n(.*?)^```\s*$", text, flags=re.MULTILINE | re.DOTALL)


def start_section() -> str:
    """What stands under `## Start`."""
    parts = re.split(r"^## ", README.read_text("utf-8"), flags=re.MULTILINE)
    found = [part for part in parts if part.startswith("Start\n")]
    assert len(found) == 1, 'README.md must have one section "## Start"'
    return found[0]


def test_there_are_two_commands_and_nothing_else_to_do() -> None:
    commands = blocks(start_section(), "sh")
    assert len(commands) == 2
    assert blocks(README.read_text("utf-8"), "sh") == commands
    for command in commands:
        assert len(command.strip().replace("\\\n", " ").splitlines()) == 1
        assert command.startswith("python3 -m venv .venv && ")


def test_the_first_command_starts_the_dashboard() -> None:
    first = blocks(start_section(), "sh")[0]
    assert ".venv/bin/pip install " in first
    assert "streamlit run dashboard/app.py" in first
    assert (ROOT / "dashboard" / "app.py").exists()


def test_the_second_command_runs_every_check() -> None:
    second = blocks(start_section(), "sh")[1]
    assert TESTS in second
    positions = [second.index(check) for check in CHECKS]
    assert positions == sorted(positions)
    assert "||" not in second
    assert ";" not in second


def test_the_snippet_runs() -> None:
    snippets = blocks(README.read_text("utf-8"), "python")
    assert snippets
    for snippet in snippets:
        done = subprocess.run([sys.executable, "-W", "error", "-c", snippet], capture_output=True, text=True, cwd=ROOT, check=False)
        assert (done.returncode, done.stderr) == (0, "")


def test_pictures_in_the_readme_exist() -> None:
    for path in re.findall(r"!\[[^\]]*\]\(([^)]+)\)|<img[^>]+src=\"([^\"]+)\"", README.read_text("utf-8")):
        target = "".join(path)
        assert target.startswith("https://") or (ROOT / target).exists(), target


@pytest.fixture
def elsewhere(tmp_path: Path) -> Path:
    """A folder with the CI script and a Chromium that does nothing."""
    (tmp_path / ".ci").mkdir()
    shutil.copy(ROOT / ".ci" / "run", tmp_path / ".ci" / "run")
    fake = tmp_path / "bin" / "chromium"
    fake.parent.mkdir()
    fake.write_text("#!/bin/sh\n")
    fake.chmod(0o755)
    return tmp_path


def run_ci(folder: Path, readme: str) -> subprocess.CompletedProcess[str]:
    """The CI script in a folder with that README."""
    (folder / "README.md").write_text(readme)
    path = f"{folder / 'bin'}:{os.environ['PATH']}"
    return subprocess.run([folder / ".ci" / "run"], capture_output=True, text=True, cwd="/", check=False, env={**os.environ, "PATH": path})


def test_ci_runs_the_second_block_in_the_root_with_a_browser_demanded(elsewhere: Path) -> None:
    before, after = "# X\n```sh\necho zero\n```\n", "## End\n```sh\necho three\n```\n"
    start = '## Start\n```sh\necho one\n```\ntext\n```sh\npwd && \\\n  echo "$COLLAPSE_LAB_BROWSER"\n```\n'
    done = run_ci(elsewhere, before + start + after)
    assert done.returncode == 0
    assert done.stdout.splitlines()[-2:] == [str(elsewhere), "required"]
    assert not {"zero", "one", "three"} & set(done.stdout.splitlines())


def test_ci_fails_when_the_command_fails(elsewhere: Path) -> None:
    assert run_ci(elsewhere, "## Start\n```sh\ntrue\n```\n```sh\nfalse && echo passed\n```\n").returncode == 1
    assert run_ci(elsewhere, "## Start\n```sh\ntrue\n```\n```sh\nfalse\ntrue\n```\n").returncode == 1


@pytest.mark.parametrize("readme", ["", "## Start\n```sh\necho one\n```\n", "```sh\necho one\n```\n```sh\necho two\n```\n"])
def test_ci_fails_loudly_without_the_command(elsewhere: Path, readme: str) -> None:
    done = run_ci(elsewhere, readme)
    assert done.returncode == 1
    assert done.stderr == 'README.md must have two sh blocks under "## Start"; the second one runs the tests.\n'


def test_hosts_install_what_the_project_needs() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["dependencies"]
    lines = (ROOT / "dashboard" / "requirements.txt").read_text("utf-8").splitlines()
    assert [line for line in lines if line and line[0] not in "#-"] == project
