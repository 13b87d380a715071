"""Statements: what a lesson says without a number, and the formula that must bear it out.

A claim of `sim.presets` is one about a metric at one generation; a statement is a sentence of the prose with any formula that a
mark may hold (`sim.lessons.formulas`). The sentence is quoted, so that it cannot be changed without its check.

>>> most = Statement(says="most worlds are narrower", formula="worlds total_variance(main, last) < 1", relation="above", bound=25)
>>> most.borne_out_by(31.0), most.borne_out_by(25.0)
(True, False)
"""

from __future__ import annotations

from typing import Any, Literal

from sim.spec import Real, Spec, SpecError, did_you_mean, shown


class Part(Spec):
    """A part of a lesson: a misspelt setting is told of before the one that is missing because of it."""

    def __init__(self, /, **settings: Any) -> None:
        known = list(type(self).model_fields)
        if unknown := next((name for name in settings if name not in known), None):
            raise SpecError(unknown, f"one of {', '.join(known)}", shown(settings[unknown]), did_you_mean(unknown, known)[0])
        super().__init__(**settings)


class Statement(Part):
    """A sentence of a lesson, or a part of one, with what must hold for it.

    Attributes:
        says: the words, as readers see them.
        formula: what is computed from the lesson's runs.
        relation: whether it must lie below or above the bound.
        bound: a number.
    """

    says: str
    formula: str
    relation: Literal["below", "above"]
    bound: Real

    def borne_out_by(self, value: float) -> bool:
        """Whether the value lies beyond the bound; NaN never does."""
        return value < self.bound if self.relation == "below" else value > self.bound
