"""What the tests read of our scripts: their comments, and where each function begins and ends."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

QUOTED = r"\"(?:\\.|[^\"\\\n])*\"|'(?:\\.|[^'\\\n])*'"
COMMENT = re.compile(r"//[^\n]*|/\*.*?\*/", re.DOTALL)
STRING = re.compile(QUOTED)
PATTERN = re.compile(r"/(?![/*])(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\[\n])+/\w*")
BEFORE_A_PATTERN = re.compile(r"(?:^|[(,=:\[!&|?{};>+*%<~^-]|\b(?:return|typeof|case|in|of|do|else))\s*$")
"""A slash behind anything else divides."""

CONTROL = ("if", "for", "while", "switch", "catch", "with")
CLOSING = {"(": ")", "[": "]", "{": "}"}


class Function(NamedTuple):
    """A function in a script.

    Attributes:
        name: as it is declared; "=>" for an arrow, "function" for one without a name.
        first: its first line, counted from 1; of an arrow the one its parameters begin in.
        last: its last line.
    """

    name: str
    first: int
    last: int


def comments(script: str) -> list[str]:
    """The comments of a script."""
    return [text for kind, text in _parts(script) if kind == "comment"]


def code(script: str) -> str:
    """The script with every comment, string and pattern as blanks, each character and line in its place; code in templates stays."""
    return "".join(text if kind == "code" else re.sub(r"[^\n]", " ", text) for kind, text in _parts(script))


def functions(script: str) -> Iterator[Function]:
    """Every function, method and arrow, nested ones too."""
    text = code(script)
    closed_by = _pairs(text)
    opened_by = {end: start for start, end in closed_by.items()}

    def line(at: int) -> int:
        return text.count("\n", 0, at) + 1

    for arrow in re.finditer(r"=>\s*", text):
        before = len(text[: arrow.start()].rstrip()) - 1
        yield Function("=>", line(opened_by.get(before, before)), line(_end_of_expression(text, arrow.end(), closed_by)))
    for body in (at for at, letter in enumerate(text) if letter == "{"):
        parameters = opened_by.get(len(text[:body].rstrip()) - 1)
        name = re.search(r"([\w$#]+)\s*$", text[:parameters]) if parameters is not None and text[parameters] == "(" else None
        if name is not None and name[1] not in CONTROL:
            yield Function(name[1], line(name.start()), line(closed_by[body]))


def _parts(script: str) -> Iterator[tuple[str, str]]:
    """The script cut into code, comments, strings, patterns and the words of templates, in their order."""
    at, nested, before = 0, list[int](), ""  # of each template that is open: how many braces are open in its code
    while at < len(script):
        kind, end = "code", at + 1
        if found := COMMENT.match(script, at):
            kind, end = "comment", found.end()
        elif found := STRING.match(script, at):
            kind, end = "string", found.end()
        elif script[at] == "/" and BEFORE_A_PATTERN.search(before[-20:]) and (found := PATTERN.match(script, at)):
            kind, end = "pattern", found.end()
        elif script[at] == "`" or (script[at] == "}" and nested and nested[-1] == 0):
            if script[at] == "}":
                nested.pop()
            end = _end_of_words(script, at + 1)
            kind = "template"
            if script[end - 1] == "{":
                nested.append(0)
        elif nested and script[at] in "{}":
            nested[-1] += 1 if script[at] == "{" else -1
        if kind != "comment":
            before += script[at:end] if kind == "code" else "x"
        yield kind, script[at:end]
        at = end


def _end_of_words(script: str, at: int) -> int:
    """Behind the words of a template: behind its closing quote, or behind the `${` of its next piece of code."""
    found = re.compile(r"(?:\\.|\$(?!\{)|[^`\\$])*(?:`|\$\{)", re.DOTALL).match(script, at)
    assert found is not None, "a template that does not end"
    return found.end()


def _pairs(text: str) -> dict[int, int]:
    """Every opening bracket's place, and that of the one that closes it."""
    opened, found = list[int](), dict[int, int]()
    for at, letter in enumerate(text):
        if letter in CLOSING:
            opened.append(at)
        elif letter in CLOSING.values():
            start = opened.pop()
            assert CLOSING[text[start]] == letter, f"brackets that do not match, at {at}"
            found[start] = at
    assert not opened, "brackets that are not closed"
    return found


def _end_of_expression(text: str, at: int, closed_by: dict[int, int]) -> int:
    """The last place of an arrow's body: its closing brace, or what stands before a comma, a semicolon or a closing bracket."""
    if text[at] == "{":
        return closed_by[at]
    while at < len(text) and text[at] not in ",;)]}":
        at = closed_by.get(at, at) + 1
    return len(text[:at].rstrip()) - 1
