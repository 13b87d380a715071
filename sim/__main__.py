"""The command line: `python -m sim list`, `run`, `record`, `lessons`, `bench`, `maps` and `verify`.

It ends with 0, or with 2 and exactly one line on standard error, never with a traceback.
"""

from __future__ import annotations

import argparse
import importlib.util
import io
import json
import os
import subprocess
import sys
from collections.abc import Collection, Sequence
from functools import partial
from pathlib import Path
from typing import Final, NoReturn

from sim.benchmarks import Benchmark, benchmarks
from sim.catalogue import as_text, catalogue
from sim.engine import collect, run
from sim.experiment import Experiment
from sim.lessons import lesson_files
from sim.lessons.checking import check
from sim.maps.files import rebuild
from sim.metrics import chosen
from sim.presets import presets
from sim.spec import SpecError, did_you_mean, shown
from sim.store.exports import exports
from sim.store.results import USUAL_FORMAT, ensure_writable, write
from sim.store.shipped import record
from sim.workers.worker import THREADS

COMMANDS: Final = ("list", "run", "record", "lessons", "bench", "maps", "verify")

ROOT: Final = Path(__file__).parents[1]

NOTHING_COLLECTED: Final = 5
"""How pytest ends when no test was selected."""


class CommandError(Exception):
    """A command line that cannot be followed, said in one sentence."""


class OneLineParser(argparse.ArgumentParser):
    """A parser that complains in one line instead of printing its usage."""

    def error(self, message: str) -> NoReturn:
        raise CommandError(f"{self.prog}: {message}. See {self.prog} --help.")


def main(arguments: Sequence[str] | None = None) -> int:
    """Follow one command line; returns the exit status."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    try:
        _follow(_parser().parse_args(_known(sys.argv[1:] if arguments is None else arguments)))
        sys.stdout.flush()
    except KeyboardInterrupt:
        return _refuse("Stopped.")
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        return _refuse("Nobody reads the output any more.")
    except OSError as problem:
        return _refuse(f"{problem.filename or 'A file'} cannot be used: {problem.strerror or problem}.")
    except (SpecError, CommandError) as problem:
        return _refuse(str(problem))
    except Exception as problem:
        return _refuse(f"This should not have happened: {type(problem).__name__}: {problem}")
    return 0


def _known(arguments: Sequence[str]) -> Sequence[str]:
    """The arguments, unless they begin with a word that is no command; raises `SpecError`."""
    word = next(iter(arguments), COMMANDS[0])
    if not word.startswith("-") and word not in COMMANDS:
        raise SpecError("command", f"one of {', '.join(COMMANDS)}", shown(word), did_you_mean(word, COMMANDS)[0])
    return arguments


def _refuse(sentence: str) -> int:
    print(" ".join(sentence.split()), file=sys.stderr)
    return 2


def _parser() -> argparse.ArgumentParser:
    parser = OneLineParser(prog="python -m sim", description="Collapse Lab without a screen.", allow_abbrev=False)
    commands = parser.add_subparsers(dest="command", required=True, metavar=" | ".join(COMMANDS))
    listing = commands.add_parser("list", help="every source, model, regime and metric with its settings", allow_abbrev=False)
    listing.add_argument("--json", action="store_true", help="as JSON")
    running = commands.add_parser("run", help="run an experiment and write its metrics", allow_abbrev=False)
    running.add_argument("experiment", help="a JSON file, or - for standard input")
    running.add_argument(
        "--out", required=True, type=Path, metavar="DIR", help="where metrics and experiment.json go; an earlier run there is replaced"
    )
    running.add_argument("--metrics", metavar="A,B", help="the metrics to measure; all that apply if left out")
    running.add_argument("--formats", default=USUAL_FORMAT, metavar="A,B", help=f"of {', '.join(exports())}; {USUAL_FORMAT} if left out")
    shipping = commands.add_parser("record", help="compute the shipped runs of the presets anew; takes minutes", allow_abbrev=False)
    shipping.add_argument("presets", nargs="*", metavar="NAME", help="presets by name; all of them if left out")
    commands.add_parser("lessons", help="check every number and claim of the lessons against real runs", allow_abbrev=False)
    commands.add_parser("maps", help="fit the shipped UMAP maps anew; takes a minute", allow_abbrev=False)
    timing = commands.add_parser("bench", help="measure what is promised about speed, on one thread", allow_abbrev=False)
    timing.add_argument("--only", metavar="NAME", help="one benchmark by its name")
    commands.add_parser("verify", help="the long checks before a release; needs the repository and takes long", allow_abbrev=False)
    return parser


def _follow(arguments: argparse.Namespace) -> None:
    if arguments.command == "list":
        print(json.dumps(catalogue()) if arguments.json else as_text())
    elif arguments.command == "run":
        _run(arguments.experiment, arguments.out, arguments.metrics, arguments.formats)
    elif arguments.command == "record":
        _record(arguments.presets)
    elif arguments.command == "lessons":
        _lessons()
    elif arguments.command == "maps":
        for path in rebuild():
            print(path.name)
    elif arguments.command == "verify":
        _verify()
    else:
        _bench(arguments.only)


def _run(source: str, folder: Path, names: str | None, formats: str) -> None:
    from tqdm import tqdm

    experiment = Experiment.from_json(sys.stdin.buffer.read() if source == "-" else Path(source).read_bytes())
    wanted = None if names is None else [name.strip() for name in names.split(",")]
    measured = [metric.name for metric in chosen(wanted, experiment.source, experiment.family.offers)]
    written = [_one_of("--formats", name.strip(), exports()) for name in formats.split(",")]
    ensure_writable(folder)
    total = experiment.generations + 1
    with tqdm(run(experiment, measured), total=total, unit=" generations", file=sys.stderr, leave=False) as generations:
        finished = collect(generations)
    write(finished, folder, written)
    print(finished.ending.sentence)


def _record(names: list[str]) -> None:
    from tqdm import tqdm

    wanted = [_one_of("NAME", name, presets()) for name in names] or list(presets())
    for name in wanted:
        total = presets()[name].experiment.generations + 1
        path = record(name, partial(tqdm, desc=name, total=total, unit=" generations", file=sys.stderr, leave=False))
        print(f"{path.name}  {path.stat().st_size / 1000:,.0f} kB", flush=True)


def _lessons() -> None:
    wrong = [problem for file, text in lesson_files().items() for problem in check(text, file)]
    for problem in wrong:
        print(problem, flush=True)
    if wrong:
        raise CommandError(f"{len(wrong)} {'thing does' if len(wrong) == 1 else 'things do'} not hold in the lessons.")
    print(f"{len(lesson_files())} lessons hold.")


def _verify() -> None:
    if not (ROOT / "tests").is_dir():
        raise CommandError(f"The long checks are part of the repository; there is no folder tests in {ROOT}.")
    if importlib.util.find_spec("pytest") is None:
        raise CommandError("The long checks need pytest: pip install -e '.[test]'.")
    status = subprocess.run([sys.executable, "-m", "pytest", "-m", "verify"], cwd=ROOT, check=False).returncode
    if status == NOTHING_COLLECTED:
        raise CommandError("There are no long checks: no test is marked `verify`.")
    if status:
        raise CommandError(f"The long checks do not all hold (pytest ended with {status}).")
    print("All long checks hold.")


def _bench(only: str | None) -> None:
    found = benchmarks()
    chosen_ones = list(found.values()) if only is None else [found[_one_of("--only", only, found)]]
    if any(os.environ.get(name) != "1" for name in THREADS):
        # Threads are counted when numpy is imported, and this process has imported it.
        os.execve(sys.executable, sys.orig_argv, {**os.environ, **dict.fromkeys(THREADS, "1")})
    width = max(len("what"), *(len(one.title) for one in chosen_ones))
    reach = max(len("reach"), *(len(one.reach) for one in chosen_ones))
    print(f"{'what':{width}}  {'measured':>14}  {'reach':{reach}}  holds  detail")
    for one in chosen_ones:
        print(_row(one, width, reach), flush=True)


def _one_of(where: str, name: str, known: Collection[str]) -> str:
    if name in known:
        return name
    hint, _ = did_you_mean(name, known)
    raise SpecError(where, f"one of {', '.join(known)}", shown(name), hint)


def _row(one: Benchmark, width: int, reach: int) -> str:
    found = one.measure()
    measured = f"{found.value:.3g} {found.unit}".strip()
    return f"{one.title:{width}}  {measured:>14}  {one.reach:{reach}}  {'yes' if found.holds else 'NO':5}  {found.detail}"


if __name__ == "__main__":
    sys.exit(main())
