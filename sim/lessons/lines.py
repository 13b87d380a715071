"""Lines: where in a lesson's file a setting stands, so that a refusal can point at it.

>>> known = toml_lines('label = "Tails"\\n\\n[bet]\\nhigh = 1.5', first=2)
>>> known
{'label': 2, 'bet': 4, 'bet.high': 5}
>>> line_of("bet.low", known, otherwise=1)
4
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping

_TABLE = re.compile(r"\[([\w.]+)\]\s*(#.*)?")
_ITEM = re.compile(r"\[\[([\w.]+)\]\]\s*(#.*)?")
_KEY = re.compile(r"([\w.]+)\s*=")


def toml_lines(front: str, first: int) -> Mapping[str, int]:
    """The line of every setting of a TOML text by its dotted path (`quiz.2.right`; items count from 0).

    Args:
        front: the text.
        first: the line of the file that it starts on.
    """
    found: dict[str, int] = {}
    seen: Counter[str] = Counter()
    table, fenced = "", False
    for number, line in enumerate(front.splitlines(), first):
        if not fenced:
            if item := _ITEM.fullmatch(line.strip()):
                path = _within(item[1], seen)
                table = f"{path}.{seen[path]}"
                seen[path] += 1
                found.setdefault(path, number)
                found[table] = number
            elif header := _TABLE.fullmatch(line.strip()):
                table = _within(header[1], seen)
                found[table] = number
            elif key := _KEY.match(line):
                found[f"{table}.{key[1]}" if table else key[1]] = number
        # An odd number of triple quotes opens or closes a text, whose lines look like settings and are none.
        fenced ^= (line.count('"""') + line.count("'''")) % 2 == 1
    return found


def line_of(path: str, known: Mapping[str, int], otherwise: int) -> int:
    """The line of a setting, or of what holds it."""
    while path:
        if path in known:
            return known[path]
        path = path.rpartition(".")[0]
    return otherwise


def _within(path: str, seen: Counter[str]) -> str:
    """The path of a table inside the items of a list: the last one so far."""
    whole = ""
    for part in path.split("."):
        if seen[whole]:
            whole += f".{seen[whole] - 1}"
        whole = f"{whole}.{part}" if whole else part
    return whole
