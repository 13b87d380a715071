"""Hosting: what the Dockerfile copies starts as its last line says, passes its own health check, and serves the page."""

from __future__ import annotations

import asyncio
import gzip
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import time
import tomllib
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from load.visitor import Visitor, sees_a_whole_run

from dashboard.controls.own_text import LARGEST_FILE
from dashboard.stage import library

ROOT = Path(__file__).parents[1]
DOCKERFILE = (ROOT / "Dockerfile").read_text("utf-8").replace("\\\n", " ")
UNBUILT = shutil.ignore_patterns("__pycache__", "plotly-*.js")


def instructions(word: str) -> list[str]:
    """What follows an instruction of the Dockerfile, in order."""
    return re.findall(rf"^{word} (.*)$", DOCKERFILE, re.MULTILINE)


def command(text: str) -> list[str]:
    """A command in Docker's list form, run by this Python."""
    found = json.loads(text[text.index("[") :])
    return [sys.executable, *(["-m", "streamlit"] if found[0] == "streamlit" else []), *found[1:]]


@pytest.fixture(scope="module")
def container(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, str]]:
    """The folder of the image as far as it can be made here, warmed, served on a port of its own."""
    folder = tmp_path_factory.mktemp("app")
    for line in instructions("COPY"):
        source, target = line.split()
        if (ROOT / source).is_dir():
            shutil.copytree(ROOT / source, folder / target, ignore=UNBUILT, dirs_exist_ok=True)
        else:
            (folder / target).parent.mkdir(exist_ok=True)
            shutil.copy(ROOT / source, folder / target)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = str(probe.getsockname()[1])
    warming = re.findall(r'python -c "([^"]+)"', " ".join(instructions("RUN")))
    for code in warming:
        subprocess.run([sys.executable, "-c", code], cwd=folder, check=True)
    started = [word.replace("7860", port).replace("0.0.0.0", "127.0.0.1") for word in command(instructions("CMD")[-1])]
    told = dict(re.findall(r"(\w+)=(\S+)", " ".join(instructions("ENV"))))
    settings = {name: text for name, text in told.items() if name != "HOME"}
    server = subprocess.Popen(started, cwd=folder, env={**os.environ, **settings}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    yield folder, port
    server.terminate()
    server.wait()


def test_the_container_passes_its_health_check_and_serves_a_page(container: tuple[Path, str]) -> None:
    folder, port = container
    check = [word.replace("7860", port) for word in command(instructions("HEALTHCHECK")[-1])]
    for _ in range(300):
        if not subprocess.run(check, cwd=folder, stderr=subprocess.DEVNULL, check=False).returncode:
            break
        time.sleep(0.1)
    base = f"http://127.0.0.1:{port}"
    assert urllib.request.urlopen(f"{base}/_stcore/health").read() == b"ok"

    async def visited() -> Visitor:
        visitor = await Visitor(base, {"v": "1", "source": "normal", "family": "gaussian", "n": "<script>"}).open()
        await visitor.until(lambda v: sees_a_whole_run(v) and v.finished > 0 and bool(v.words), 60)
        await visitor.close()
        return visitor

    with ThreadPoolExecutor(1) as thread:  # this one may hold a browser, whose loop is running
        visitor = thread.submit(lambda: asyncio.run(visited())).result()
    assert visitor.tracebacks == []
    assert len(visitor.words) == 1
    packed = urllib.request.urlopen(urllib.request.Request(f"{base}/{visitor.payload['plotly']}", headers={"Accept-Encoding": "gzip"}))
    assert gzip.decompress(packed.read()).decode() == library.prepared()
    assert "default-src 'self'" in urllib.request.urlopen(base).headers["Content-Security-Policy"]
    assert (folder / "dashboard" / "static" / Path(visitor.payload["plotly"]).name).exists()


def test_the_image_is_small_warmed_and_not_root() -> None:
    assert instructions("FROM")[0].endswith("-slim")
    assert instructions("USER") == ["visitor"]
    assert DOCKERFILE.index("plotly_address()") < DOCKERFILE.index("USER visitor")
    assert "compileall" in DOCKERFILE
    kept = {line[1:] for line in (ROOT / ".dockerignore").read_text("utf-8").splitlines() if line.startswith("!")}
    assert kept == {line.split()[0].split("/")[0] for line in instructions("COPY")}
    for package in (ROOT / "packages.txt").read_text("utf-8").split():
        assert package in " ".join(instructions("RUN"))


def test_the_readme_tells_a_space_the_port_of_the_image() -> None:
    readme = (ROOT / "README.md").read_text("utf-8")
    assert f"app_port: {instructions('EXPOSE')[0]}" in readme
    assert f"--server.port={instructions('EXPOSE')[0]}" in instructions("CMD")[-1]


def test_the_public_configuration_tells_and_takes_little() -> None:
    settings = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text("utf-8"))
    assert settings["client"] == {"toolbarMode": "viewer", "showErrorDetails": "none", "showErrorLinks": False}
    assert settings["browser"] == {"gatherUsageStats": False}
    wanted = {"enableStaticServing": True, "maxUploadSize": LARGEST_FILE, "enableXsrfProtection": True, "enableCORS": True}
    assert settings["server"] == wanted
    assert settings["runner"] == {"postScriptGC": False}


def test_a_folder_that_cannot_be_written_serves_plotly_from_memory(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    served: list[bytes] = []

    class Manager:
        def add(self, data: bytes, mimetype: str, coordinates: str) -> str:
            served.append(data)
            return "/media/some.js"

    monkeypatch.setattr(library, "STATIC", tmp_path / "file" / "static")
    monkeypatch.setattr(library.runtime, "get_instance", lambda: type("Runtime", (), {"media_file_mgr": Manager()})())
    assert library.plotly_address() == library.plotly_address() == "media/some.js"
    assert served[0] is served[1]
    assert served[0].decode() == library.prepared()


def test_an_installed_copy_holds_every_file_that_the_rooms_read() -> None:
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["setuptools"]["package-data"]
    for package in ("sim", "dashboard"):
        packed = {path for pattern in declared[package] for path in (ROOT / package).glob(pattern)}
        there = {path for path in (ROOT / package).rglob("*") if path.is_file() and path.suffix not in (".py", ".pyc")}
        left = {path.name for path in there - packed}
        assert left <= {"requirements.txt", "jsconfig.json"}, (
            f"{package}: {left} would be missing; what hosts and editors alone read may be"
        )
