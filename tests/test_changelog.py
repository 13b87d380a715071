"""CHANGELOG.md tells the version that there is and every results version that there has been."""

from __future__ import annotations

import re
import tomllib
from datetime import date
from pathlib import Path

from sim.experiment import RESULTS_VERSION

ROOT = Path(__file__).parents[1]
TEXT = (ROOT / "CHANGELOG.md").read_text("utf-8")


def test_the_newest_version_is_that_of_the_project() -> None:
    headings = re.findall(r"^## (\d+\.\d+\.\d+) \((\d{4}-\d\d-\d\d)\)$", TEXT, re.MULTILINE)
    versions, days = zip(*headings, strict=True)
    assert versions[0] == tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["version"]
    ordered = sorted(versions, key=lambda version: [int(part) for part in version.split(".")], reverse=True)
    assert list(versions) == ordered
    assert [date.fromisoformat(day) for day in days] == sorted(map(date.fromisoformat, days), reverse=True)
    assert TEXT.index("\n## Unreleased\n") < TEXT.index(f"\n## {versions[0]} ")


def test_every_results_version_has_an_entry_the_newest_first() -> None:
    section = TEXT.partition("\n## Results version\n")[2]
    assert "\n## " not in section
    found = [int(number) for number in re.findall(r"^### Results version (\d+)$", section, re.MULTILINE)]
    assert found == list(range(RESULTS_VERSION, 0, -1))
    entries = re.split(r"^### .*$", section, flags=re.MULTILINE)[1:]
    assert all(len(entry.split()) > 10 for entry in entries), "an entry says what moved and why"
