"""A browser's memory for `AppTest`: a control goes on reporting the labels that it was mounted with, until a hand changes it.

`AppTest` reads the labels of a choice anew before every report, so that no report of it is ever out of date. A browser holds
what it was given when the control appeared under its key, and reports that with every press of anything else on the page.
"""

from __future__ import annotations

from typing import Any

import pytest
from streamlit.proto.WidgetStates_pb2 import WidgetState
from streamlit.testing.v1 import element_tree

HELD = "_widget_state"
CHOICES = (element_tree.Multiselect, element_tree.ButtonGroup, element_tree.Selectbox, element_tree.Radio, element_tree.SelectSlider)


@pytest.fixture
def as_a_browser(monkeypatch: pytest.MonkeyPatch) -> dict[str, WidgetState]:
    """Choices report what they hold; returns what each was last given, by the identity of its control."""
    held: dict[str, WidgetState] = {}
    for kind in CHOICES:
        fresh = vars(kind)[HELD].fget

        def report(control: Any, fresh: Any = fresh) -> WidgetState:
            touched = control._value is not None and type(control._value).__name__ != "InitialValue"
            if touched or control.id not in held or control.proto.set_value:
                held[control.id] = fresh(control)
            return held[control.id]

        monkeypatch.setattr(kind, HELD, property(report))
    return held
