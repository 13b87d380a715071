"""The tab Reproduce: the script prints a number that stands on the stage, written as it stands there."""

from __future__ import annotations

import re
from contextlib import redirect_stdout
from io import StringIO

import pytest
from streamlit.testing.v1 import AppTest
from test_app import APP, payload

from dashboard.details.reproduce import PRINTS

NORMAL = {"source": "normal", "family": "gaussian", "n": "50", "generations": "6", "replicates": "5"}
WORDS = {"source": "zipf", "family": "categorical", "n": "40", "generations": "6"}


@pytest.mark.parametrize(
    ("parameters", "metric", "t"),
    [
        (NORMAL, "total_variance", 6),
        ({**NORMAL, "t": "3"}, "total_variance", 3),
        ({**NORMAL, "t": "3", "curves": "tail_mass,total_variance"}, "tail_mass", 3),
        ({**WORDS, "t": "4", "replicates": "2", "curves": "tokens_alive"}, "tokens_alive", 4),
        ({**WORDS, "t": "0", "replicates": "1", "curves": "tokens_alive"}, "tokens_alive", 0),
    ],
)
def test_the_script_prints_a_number_that_stands_on_the_stage(parameters: dict[str, str], metric: str, t: int) -> None:
    app = AppTest.from_file(APP, default_timeout=60)
    app.query_params.update({"v": "1", **parameters})
    app.session_state["details"] = "Reproduce"
    shown = payload(app.run())
    (panel,) = [one for one in shown["panels"] if one["name"] == f"curve-{metric}"]  # pyright: ignore
    on_stage = panel["cursor"]["texts"][shown["generations"].index(t)]  # pyright: ignore
    (script,) = [code.value for code in app.code if "simulate" in code.value]
    printed = StringIO()
    with redirect_stdout(printed):
        exec(script, {})
    assert printed.getvalue() == f"{panel['title']} in generation {t}: {on_stage}\n"
    assert re.search(r"# (.+)$", script)[1] == on_stage  # pyright: ignore
    assert PRINTS.format(label=panel["title"], t=t, value=on_stage) in [caption.value for caption in app.caption]
