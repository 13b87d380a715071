"""What a lesson is: settings and prose as frozen, checked values."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal, Self

from pydantic import BeforeValidator, Field, model_validator

from sim.experiment import Experiment
from sim.lessons.statements import Part, Statement
from sim.metrics import chosen, measurable, metrics
from sim.presets import Claim, as_tuple, presets
from sim.spec import Real, Spec, SpecError, did_you_mean, shown


def _specs(spec: type[Spec]) -> BeforeValidator:
    """Tables of a list as specs; a refusal names the item."""

    def read(value: Any) -> Any:
        if not isinstance(value, list):
            return value
        found: list[Spec] = []
        for i, item in enumerate(value):  # pyright: ignore[reportUnknownArgumentType, reportUnknownVariableType]
            try:
                found.append(spec.model_validate(item))
            except SpecError as problem:
                raise problem.under(str(i)) from None
        return tuple(found)

    return BeforeValidator(read)


def _experiment(value: Any) -> Any:
    return None if value is None else Experiment.model_validate(value)


Sentences = Annotated[tuple[str, ...], BeforeValidator(as_tuple), Field(min_length=1)]
Point = Annotated[tuple[Real, Real], BeforeValidator(as_tuple)]
Points = Annotated[tuple[Point, ...], BeforeValidator(as_tuple), Field(min_length=2)]


class Case(Part):
    """One experiment of a lesson: a preset's, or its own.

    Attributes:
        label: the name on its button.
        preset: the name of a preset; empty for an experiment of its own.
        own: the experiment, where it is no preset's.

    >>> Case(label="The usual loop", preset="shrink")
    Traceback (most recent call last):
        ...
    sim.spec.SpecError: preset must be the name of a preset; got 'shrink'. Did you mean shrinks?
    """

    label: str
    preset: str = ""
    own: Annotated[Experiment | None, BeforeValidator(_experiment)] = None

    @model_validator(mode="after")
    def _one_of_both(self) -> Self:
        if bool(self.preset) == bool(self.own):
            raise SpecError("preset", "given, or own, and not both", shown(self.preset))
        if self.preset and self.preset not in presets():
            raise SpecError("preset", "the name of a preset", shown(self.preset), did_you_mean(self.preset, presets())[0])
        return self

    @property
    def experiment(self) -> Experiment:
        """What is run."""
        return self.own or presets()[self.preset].experiment


class Sketch(Part):
    """A curve to bet on.

    Attributes:
        label: the curve in words.
        points: pairs of the share of the run's generations and the value there, joined by straight lines.
    """

    label: str
    points: Points


class Bet(Part):
    """What is predicted before the run is seen.

    Attributes:
        question: what the class is asked.
        experiment: the name of the experiment that decides.
        metric: the curve.
        scale: "share" for shares of the typical value of generation `since`, "value" for the metric's own unit.
        since: the first generation of the curve; 1 where only models can be measured.
        low: of the slider.
        high: of the slider.
        step: of the slider.
        quote: what is said afterwards, with {bet} and {run} in it.
        curves: what can be picked.
    """

    question: str
    experiment: str
    metric: str
    scale: Literal["share", "value"]
    since: int = Field(default=0, ge=0, le=1)
    low: Real = 0.0
    high: Real
    step: Real = Field(gt=0)
    quote: str
    curves: Annotated[tuple[Sketch, ...], _specs(Sketch), Field(min_length=3, max_length=4)]

    @model_validator(mode="after")
    def _quotes_both(self) -> Self:
        if "{bet}" not in self.quote or "{run}" not in self.quote:
            raise SpecError("quote", "a sentence with {bet} and {run} in it", shown(self.quote))
        return self


class Question(Part):
    """One of the five questions asked before and after.

    Attributes:
        question: what is asked.
        answers: three of them.
        right: the number of the right one, from 1.
        why: what is said afterwards.
    """

    question: str
    answers: Annotated[tuple[str, ...], BeforeValidator(as_tuple), Field(min_length=3, max_length=3)]
    right: int = Field(ge=1, le=3)
    why: str


class SandboxLink(Part):
    """A link to a generation worth a look on the Explore page.

    Attributes:
        label: what there is to see.
        experiment: the name of the experiment.
        t: the generation.
    """

    label: str
    experiment: str
    t: int = Field(ge=0)


class Notes(Part):
    """What a teacher wants to know.

    Attributes:
        timing: how the minutes are spent.
        goes_wrong: what tends to go wrong.
        ask: questions for the class.
    """

    timing: str
    goes_wrong: Sentences
    ask: Sentences


class LessonClaim(Claim):
    """A claim about one of the lesson's experiments.

    Attributes:
        experiment: its name.
    """

    experiment: str


class Lesson(Part):
    """A lesson, as its file says.

    Attributes:
        label: its title.
        short: the word that stands for it in links on paper, for good, since paper is not mended; empty where its name does.
        order: in the list.
        minutes: how long it takes.
        summary: one sentence.
        watch: what to look at while it plays.
        curves: the metrics drawn, each where it can be measured; the one of the bet among them.
        experiments: by name.
        bet: what is predicted.
        links: to generations worth a look.
        claims: what the runs show.
        statements: sentences without a number, each with the formula that bears it out.
        quiz: five questions.
        teacher: notes for the teacher.
        before: prose before the bet.
        after: prose after the run.
        references: what to read.
    """

    label: str
    short: str = Field(default="", pattern="^[a-z]*$")
    order: int
    minutes: int = Field(ge=5, le=10)
    summary: str
    watch: str
    curves: Annotated[tuple[str, ...], BeforeValidator(as_tuple), Field(min_length=1, max_length=4)]
    experiments: Mapping[str, Case]
    bet: Annotated[Bet, BeforeValidator(Bet.model_validate)]
    links: Annotated[tuple[SandboxLink, ...], _specs(SandboxLink), Field(min_length=1)]
    claims: Annotated[tuple[LessonClaim, ...], _specs(LessonClaim), Field(min_length=1)]
    statements: Annotated[tuple[Statement, ...], _specs(Statement)] = ()
    quiz: Annotated[tuple[Question, ...], _specs(Question), Field(min_length=5, max_length=5)]
    teacher: Annotated[Notes, BeforeValidator(Notes.model_validate)]
    before: str
    after: str
    references: str

    @model_validator(mode="before")
    @classmethod
    def _read_experiments(cls, settings: Any) -> Any:
        cases: Any = settings.get("experiments")
        if not isinstance(cases, dict) or not cases:
            return settings
        found: dict[str, Case] = {}
        for name, case in cases.items():  # pyright: ignore[reportUnknownVariableType]
            try:
                found[name] = Case.model_validate(case)
            except SpecError as problem:
                raise problem.under(f"experiments.{name}") from None
        return {**settings, "experiments": found}

    @model_validator(mode="after")
    def _refers_to_its_own(self) -> Self:
        used = {"bet": self.bet.experiment}
        used |= {f"links.{i}": link.experiment for i, link in enumerate(self.links)}
        used |= {f"claims.{i}": claim.experiment for i, claim in enumerate(self.claims)}
        for where, name in used.items():
            if name not in self.experiments:
                hint, _ = did_you_mean(name, self.experiments)
                raise SpecError(f"{where}.experiment", f"one of {', '.join(self.experiments)}", shown(name), hint)
        for i, link in enumerate(self.links):
            if link.t > (last := self.experiments[link.experiment].experiment.generations):
                raise SpecError(f"links.{i}.t", f"at most {last}", str(link.t))
        if self.bet.metric not in self.curves:
            raise SpecError("curves", f"the metrics drawn, {self.bet.metric} of the bet among them", ", ".join(self.curves))
        self._check_metrics()
        return self

    def _check_metrics(self) -> None:
        first = self.bet.experiment
        needed = {f"claims.{i}.metric": (claim.experiment, claim.metric) for i, claim in enumerate(self.claims)}
        needed |= {"bet.metric": (first, self.bet.metric)}
        for where, (name, metric) in needed.items():
            experiment = self.experiment(name)
            try:
                chosen([metric], experiment.source, experiment.family.offers)
            except SpecError as problem:
                raise SpecError(where, problem.rule, problem.got, problem.hint) from None
        everywhere = {metric for name in self.experiments for metric in self.drawn(name)}
        if unknown := next((metric for metric in self.curves if metric not in everywhere), None):
            raise SpecError("curves", "metrics that one of the experiments has", shown(unknown), did_you_mean(unknown, metrics())[0])

    def drawn(self, name: str) -> tuple[str, ...]:
        """The curves that an experiment has."""
        experiment = self.experiment(name)
        able = measurable(experiment.source, experiment.family.offers)
        return tuple(metric for metric in self.curves if metric in able)

    def experiment(self, name: str) -> Experiment:
        """The experiment of that name."""
        return self.experiments[name].experiment
