"""CITATION.cff is valid, says what pyproject.toml says, and is what the page's BibTeX says; a broken one gets a sentence."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml
from test_takeaway import LINK, TODAY, entries, opened, view

from dashboard.takeaway import citation_file
from dashboard.takeaway.citation_file import NAME, Software, read, software
from dashboard.takeaway.citing import citation
from dashboard.version import NAME as PRODUCT
from dashboard.version import release
from sim import SpecError

ROOT = Path(__file__).parents[1]
FILE = ROOT / NAME
PROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]

REQUIRED = {"cff-version", "message", "title", "authors"}
"""Keys that CFF 1.2.0 asks of every file."""

TEXTS = {"cff-version", "message", "title", "type", "version", "license", "abstract", "doi", "commit"}
ADDRESSES = {"repository", "repository-artifact", "repository-code", "url", "license-url"}
LISTS = {"authors", "keywords", "contact", "identifiers", "references"}
KNOWN = {*TEXTS, *ADDRESSES, *LISTS, "date-released", "preferred-citation"}
"""All keys of CFF 1.2.0; it allows no others."""

COMMON = {"address", "alias", "affiliation", "city", "country", "email", "fax", "orcid", "post-code", "region", "tel", "website"}
PERSON = {*COMMON, "family-names", "given-names", "name-particle", "name-suffix"}
GROUP = {*COMMON, "name", "date-start", "date-end", "location"} - {"affiliation"}

AUTHOR = "authors: [{name: Us}]"
WHOLE = f'title: Lab\nversion: "1"\ndate-released: 2026-01-31\n{AUTHOR}\n'


@pytest.fixture(autouse=True)
def read_anew() -> Iterator[None]:
    """No test sees the file that another one put in the place of the real one."""
    software.cache_clear()
    yield
    software.cache_clear()


@pytest.fixture(scope="module")
def told() -> dict[str, Any]:
    """What the file says."""
    return yaml.safe_load(FILE.read_text("utf-8"))


def wrong_with(found: dict[str, Any]) -> list[str]:
    """What CFF 1.2.0 refuses about a file, of what this project may come to use; a version is text and no author is empty, beyond it."""
    wrong = [f"no {key}" for key in sorted(REQUIRED - found.keys())] + [f"{key} is no key" for key in sorted(found.keys() - KNOWN)]
    wrong += [f"{key} is no text" for key in sorted(TEXTS & found.keys()) if not (isinstance(found[key], str) and found[key].strip())]
    wrong += [f"{key} is no address" for key in sorted(ADDRESSES & found.keys()) if not re.match(r"(https?|ftp)://", str(found[key]))]
    wrong += [f"{key} is no list" for key in sorted(LISTS & found.keys()) if not (isinstance(found[key], list) and found[key])]
    if found.get("cff-version") != "1.2.0":
        wrong.append("cff-version is another")
    if found.get("type", "software") not in ("software", "dataset"):
        wrong.append("type is another")
    if not re.fullmatch(r"\d{4}-\d\d-\d\d", str(found.get("date-released", "2026-01-31"))):
        wrong.append("date-released is no date")
    for author in found.get("authors") or ():
        person, group = author.keys() <= PERSON, author.keys() <= GROUP and "name" in author
        if not (author and (person or group) and all(isinstance(value, str) and value for value in author.values())):
            wrong.append(f"{author} is no author")
    keywords = found.get("keywords", [])
    if len(set(keywords)) < len(keywords) or not all(isinstance(word, str) and word for word in keywords):
        wrong.append("keywords are no words, or one is there twice")
    return wrong


def test_the_file_is_valid(told: dict[str, Any]) -> None:
    assert wrong_with(told) == []
    assert {"type", "version", "date-released", "license", "abstract", "keywords"} <= told.keys()
    assert told["type"] == "software"
    date.fromisoformat(str(told["date-released"]))


@pytest.mark.parametrize(
    "change",
    [
        {"cff-version": "1.1.0"},
        {"cff-version": 1.2},
        {"message": ""},
        {"title": 3},
        {"type": "program"},
        {"version": 0.1},
        {"date-released": "27 November 2026"},
        {"authors": []},
        {"authors": [{"name": "Us", "family-names": "Me"}]},
        {"authors": [{"affiliation": "Here", "name": "Us"}]},
        {"authors": [{}]},
        {"keywords": ["same", "same"]},
        {"repository-code": "lab.example"},
        {"licence": "MIT"},
    ],
)
def test_what_the_format_refuses_is_seen(told: dict[str, Any], change: dict[str, Any]) -> None:
    assert len(wrong_with(told | change)) >= 1
    for key in REQUIRED:
        assert f"no {key}" in wrong_with({name: value for name, value in told.items() if name != key})


def test_it_says_what_the_project_says(told: dict[str, Any]) -> None:
    assert told["version"] == PROJECT["version"] == release()
    assert told["license"] == PROJECT["license"] == "MIT"
    assert told["title"] == PRODUCT
    licence = (ROOT / "LICENSE").read_text("utf-8")
    assert licence.startswith("MIT License\n")
    assert f"Copyright (c) {str(told['date-released'])[:4]} {told['authors'][0]['name']}\n" in licence


def test_the_bibtex_of_the_page_is_the_file_field_by_field(told: dict[str, Any]) -> None:
    ((key, fields),) = entries(citation(view("normal").experiment, [], LINK, TODAY))
    wanted = {
        "author": " and ".join(f"{{{author['name']}}}" for author in told["authors"]),
        "title": told["title"],
        "year": str(told["date-released"])[:4],
        "version": told["version"],
    }
    assert (key, fields) == ("collapselab", wanted | {"url": LINK, "urldate": TODAY.isoformat()})


def cited(text: str, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """The fields of the software's entry when the citation file is that text."""
    monkeypatch.setattr(citation_file, "_text", lambda: text)
    ((_, fields),) = entries(citation(view("normal").experiment, [], LINK, TODAY))
    return fields


def test_another_file_is_another_entry(monkeypatch: pytest.MonkeyPatch) -> None:
    people = "authors: [{family-names: Dam, name-particle: van, given-names: Ada}, {family-names: King, name-suffix: Jr, given-names: B.}]"
    fields = cited(f"title: Other\nversion: '2.0'\ndate-released: 2031-05-06\n{people}\n", monkeypatch)
    wanted = {"author": "van Dam, Ada and King, Jr, B.", "title": "Other", "year": "2031", "version": "2.0"}
    assert {key: fields[key] for key in wanted} == wanted


@pytest.mark.parametrize(
    ("keys", "found"),
    [
        ("", ""),
        ("url: https://a.example/", "https://a.example/"),
        ("repository-code: https://b.example/\nurl: https://a.example/", "https://a.example/"),
    ],
)
def test_the_file_may_say_where_the_project_is_found(keys: str, found: str) -> None:
    assert read(f"{WHOLE}{keys}\n").address == found


def plain(words: str) -> str:
    """What LaTeX prints for a field."""
    named = {"textbackslash": "\\", "textbraceleft": "{", "textbraceright": "}", "textasciitilde": "~", "textasciicircum": "^"}
    return re.sub(r"\\(?:(\w+)\{\}|(.))", lambda m: named[m[1]] if m[1] else m[2], words)


@pytest.mark.parametrize(
    "title", ["A {brace", "shut }", "}{", "back\\slash", "R&D: 5 % of #1_a $x~y^2", "two\n  lines", "\\}, year={1}", '"ü"']
)
def test_a_title_of_any_letters_is_one_sound_field(title: str, monkeypatch: pytest.MonkeyPatch) -> None:
    text = yaml.safe_dump({"title": title, "version": title, "date-released": "2026-01-31", "authors": [{"name": title}]})
    fields = cited(text, monkeypatch)
    assert not re.search(r"(?<!\\)[&%#_$]", fields["title"])
    words = " ".join(title.split())
    assert (plain(fields["title"]), plain(fields["version"]), plain(fields["author"])) == (words, words, f"{{{words}}}")


def test_a_name_with_a_comma_or_an_and_stays_one_name(monkeypatch: pytest.MonkeyPatch) -> None:
    people = "authors: [{family-names: 'Sweet and Low', given-names: 'A, B'}, {name: 'Us, and them'}]"
    assert cited(WHOLE.replace(AUTHOR, people), monkeypatch)["author"] == "{Sweet and Low}, {A, B} and {Us, and them}"


BROKEN = {
    "title: [": "line 1 of CITATION.cff must be YAML; got ",
    "title: \tx: y": "line 1 of CITATION.cff must be YAML; got ",
    "just words": "CITATION.cff must be a mapping of keys; got 'just words'.",
    "": "CITATION.cff must be a mapping of keys; got None.",
    WHOLE.replace("title: Lab", "titel: Lab"): "title in CITATION.cff must be text, in quotes where it looks like a number; got nothing.",
    WHOLE.replace('"1"', "1.0"): "version in CITATION.cff must be text, in quotes where it looks like a number; got 1.0.",
    WHOLE.replace("2026-01-31", "soon"): "date-released in CITATION.cff must be a date like 2026-01-31; got 'soon'.",
    WHOLE.replace("2026-01-31", "2026-02-31"): "CITATION.cff must be YAML; got 'day is out of range for month'.",
    WHOLE.replace("2026-01-31", "'2026-W05-6'"): "date-released in CITATION.cff must be a date like 2026-01-31; got '2026-W05-6'.",
    WHOLE.replace("date-released", "date"): "date-released in CITATION.cff must be a date like 2026-01-31; got nothing.",
    WHOLE.replace(AUTHOR, ""): "authors in CITATION.cff must be a list with at least one author; got nothing.",
    WHOLE.replace(AUTHOR, "authors: [Us]"): "authors.0 in CITATION.cff must be a person or a group; got 'Us'.",
    WHOLE.replace(AUTHOR, "authors: [{alias: us}]"): "authors.0.family-names in CITATION.cff must be text,",
}


@pytest.mark.parametrize("text", BROKEN)
def test_a_broken_file_gets_a_sentence(text: str) -> None:
    with pytest.raises(SpecError) as refused:
        read(text)
    said = str(refused.value)
    assert said.startswith(BROKEN[text])
    assert said.endswith("Restore CITATION.cff from the repository, or install Collapse Lab again.")
    assert "\n" not in said
    assert read(WHOLE).released == date(2026, 1, 31)


def test_a_checkout_without_its_file_does_not_cite_what_is_installed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(citation_file, "PROJECT", tmp_path / "pyproject.toml")
    (tmp_path / "pyproject.toml").write_text("")
    with pytest.raises(
        SpecError, match=r"^CITATION\.cff must be a text file beside pyproject\.toml or .*; got FileNotFoundError\. Restore"
    ):
        software()
    (tmp_path / NAME).write_bytes(b"\xff")
    with pytest.raises(SpecError, match=r"got UnicodeDecodeError\."):
        software()
    (tmp_path / "pyproject.toml").unlink()
    monkeypatch.setattr(citation_file, "DISTRIBUTION", "no-such-package")
    with pytest.raises(SpecError, match=r"got PackageNotFoundError\."):
        software()
    monkeypatch.setattr(citation_file, "DISTRIBUTION", "pytest")
    with pytest.raises(SpecError, match=r"got nothing\."):
        software()


def test_the_page_says_what_is_wrong_and_shows_the_rest_of_the_tab(monkeypatch: pytest.MonkeyPatch) -> None:
    app = opened()
    monkeypatch.setattr(citation_file, "_text", lambda: "title: 3")
    app.session_state["details"] = "Take it away"
    app.run()
    assert not app.exception
    assert len(app.error) == 1
    assert app.error[0].value.replace("\\", "").startswith("authors in CITATION.cff must be a list with at least one author; got nothing.")
    assert "@software" not in " ".join(part.value for part in app.code)
    assert "<iframe src=" in " ".join(part.value for part in app.code)


BUILD = "from setuptools import build_meta; print('built', build_meta.build_wheel('out'))"
TELL = """
import json
from dashboard.takeaway import citation_file
from dashboard.version import release
found = citation_file.software()
print(json.dumps([citation_file.__file__, found.title, found.version, found.released.isoformat(), found.authors[0].name, release()]))
"""


def test_a_wheel_carries_the_licence_and_the_file_and_cites_from_it(tmp_path: Path) -> None:
    leave_out = shutil.ignore_patterns("__pycache__", "*.npz", "static")
    for part in ("sim", "dashboard"):
        shutil.copytree(ROOT / part, tmp_path / part, ignore=leave_out)
    for file in ("pyproject.toml", "collapse_lab.py", "README.md", "LICENSE", NAME):
        shutil.copy(ROOT / file, tmp_path)
    quiet = {"cwd": tmp_path, "capture_output": True, "text": True, "check": False}
    built = subprocess.run([sys.executable, "-c", BUILD], **quiet)
    assert built.returncode == 0, built.stderr[-2000:]
    (wheel,) = (tmp_path / "out").glob("*.whl")
    site = tmp_path / "site"
    zipfile.ZipFile(wheel).extractall(site)
    licences = {path.name: path.read_bytes() for path in site.glob("*.dist-info/licenses/*")}
    assert (site / "collapse_lab.py").read_bytes() == (ROOT / "collapse_lab.py").read_bytes()
    assert licences == {name: (ROOT / name).read_bytes() for name in ("LICENSE", NAME)}
    elsewhere = {**quiet, "cwd": site, "env": {**os.environ, "PYTHONPATH": str(site)}}
    done = subprocess.run([sys.executable, "-W", "error", "-c", TELL], **elsewhere)
    assert done.returncode == 0, done.stderr[-2000:]
    here: Software = software()
    where, *fields = json.loads(done.stdout)
    assert Path(where).is_relative_to(site)
    assert fields == [here.title, here.version, here.released.isoformat(), here.authors[0].name, release()]
