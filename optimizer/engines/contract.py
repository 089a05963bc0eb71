"""What every engine is: a name, what it reads, what it refuses, how it solves.

An engine declares every field of every table as read or as refused. What it does not read may not
be filled: an instance with such a table, or such a field off its default, is refused by name
before anything is solved. A field that nobody declared is refused as well, so that a new one is
never passed over in silence.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Protocol, get_args

from infraplan.models.base import DomainModel
from infraplan.models.catalogue import Phrase, in_language, pair, phrase
from infraplan.models.instance import Instance
from infraplan.models.network import FlowLaw
from infraplan.models.plan import Plan
from infraplan.optimizer.backends import Progress
from infraplan.optimizer.engines.deadline import Deadline
from infraplan.optimizer.errors import UnsupportedFeatureError
from infraplan.optimizer.solve_result import DEFAULT_SOLVER, SolveOptions, SolveResult

NAMED = 3
"""Rows named at most in one refusal."""

Words = tuple[str, str]
"""A text in English and in Chinese."""


@dataclass(frozen=True)
class Refusal:
    """One thing of an instance that an engine cannot do.

    Attributes
    ----------
    table
        Table of the instance, `instance` for its settings.
    field
        Field of the table, dotted where it lies inside another.
    value
        What stands there, with the rows that hold it.
    english, chinese
        Why it cannot be done.
    """

    table: str
    field: str
    value: str
    english: str
    chinese: str

    def text(self, lang: str = "en") -> str:
        """Where it stands and why it is refused, in `lang` (`en` or `zh`)."""
        place = f"{self.table}.{self.field}" if self.field else self.table
        if lang == "zh":
            return f"{place} = {in_language(self.value, lang)}：{self.chinese}"
        return f"{place} = {self.value}: {self.english}"


class EngineRefusalError(UnsupportedFeatureError):
    """An engine cannot take an instance; carries every refusal."""

    def __init__(self, engine: str, refusals: Iterable[Refusal]) -> None:
        self.engine = engine
        self.refusals = tuple(refusals)
        told = pair(
            "; ".join(refusal.text("en") for refusal in self.refusals),
            "；".join(refusal.text("zh") for refusal in self.refusals),
        )
        super().__init__(phrase("the-engine-cannot-take-this-instance", engine=engine, told=told))


@dataclass(frozen=True)
class Declaration:
    """What an engine does with every field.

    Attributes
    ----------
    reads
        Names of the fields that it obeys, or that describe and ask for nothing, by class.
    refuses
        By class, fields that must stay at their defaults, with the reason in both languages.
    """

    reads: Mapping[type[DomainModel], frozenset[str]]
    refuses: Mapping[type[DomainModel], Mapping[str, Words]]

    def undeclared(self) -> list[str]:
        """Fields of an instance, as `Class.field`, that are declared not at all, or twice."""
        found = []
        for model in model_classes():
            for name in model.model_fields:
                times = (name in self.reads.get(model, ())) + (name in self.refuses.get(model, ()))
                if times != 1:
                    found.append(f"{model.__name__}.{name}")
        return found

    def unknown(self) -> list[str]:
        """Declared fields, as `Class.field`, that no class of an instance has."""
        known = {model: set(model.model_fields) for model in model_classes()}
        return [
            f"{model.__name__}.{name}"
            for part in (self.reads, self.refuses)
            for model, names in part.items()
            for name in names
            if name not in known.get(model, set())
        ]

    def refusals(self, instance: Instance) -> tuple[Refusal, ...]:
        """Every field of `instance` that is not read and off its default."""
        found: dict[tuple[str, str], list[tuple[str, Any]]] = {}
        reasons: dict[tuple[str, str], Words] = {}
        for hit in self._walk(instance, "", ""):
            key = (hit.table, hit.field)
            found.setdefault(key, []).append((hit.row, hit.value))
            reasons[key] = hit.words
        return tuple(
            Refusal(table, field, _shown(rows), *reasons[table, field])
            for (table, field), rows in found.items()
        )

    def _walk(self, model: DomainModel, table: str, path: str) -> Iterator[_Hit]:
        kind = type(model)
        for name, info in kind.model_fields.items():
            value = getattr(model, name)
            here = table or ("instance" if name == "settings" else name)
            field = f"{path}.{name}" if path else (name if table else "")
            if name in self.reads.get(kind, ()):
                for part in _parts(value) if name in self._watched[kind] else ():
                    yield from self._walk(part, here, field)
                continue
            default = ... if info.is_required() else info.get_default(call_default_factory=True)
            if value != default:
                words = self.refuses.get(kind, {}).get(name, UNDECLARED)
                yield _Hit(here, field, _row_name(model), _told(value), words)

    @cached_property
    def _watched(self) -> Mapping[type[DomainModel], frozenset[str]]:
        """By class, the fields inside whose values something is not read.

        It is a matter of classes alone, and asked for every row of every instance.
        """
        return {
            model: frozenset(
                name
                for name, info in model.model_fields.items()
                if any(
                    set(part.model_fields) - self.reads.get(part, frozenset())
                    for part in model_classes(info.annotation)
                )
            )
            for model in model_classes()
        }


UNDECLARED: Words = phrase("the-engine-does-not-say-what-it-does-with").both


@dataclass(frozen=True)
class _Hit:
    table: str
    field: str
    row: str
    value: Any
    words: Words


def model_classes(annotation: Any = Instance) -> tuple[type[DomainModel], ...]:
    """All classes of rows and settings inside `annotation`, each once, outer ones first."""
    found: dict[type[DomainModel], None] = {}
    waiting = [annotation]
    while waiting:
        one = waiting.pop(0)
        if isinstance(one, type) and issubclass(one, DomainModel):
            if one not in found:
                found[one] = None
                waiting += [info.annotation for info in one.model_fields.values()]
        else:
            waiting += get_args(one)
    return tuple(found)


def _parts(value: Any) -> Iterator[DomainModel]:
    if isinstance(value, DomainModel):
        yield value
    elif isinstance(value, tuple | list):
        for part in value:
            yield from _parts(part)
    elif isinstance(value, dict):
        for part in value.values():
            yield from _parts(part)


def _told(value: Any) -> Any:
    """A value as a reader knows it: rows by their number, settings by what they state."""
    if isinstance(value, DomainModel):
        stated = {
            name: _told(getattr(value, name))
            for name, info in type(value).model_fields.items()
            if info.is_required()
            or getattr(value, name) != info.get_default(call_default_factory=True)
        }
        english, chinese = (
            ", ".join(f"{name}: {in_language(part, lang)}" for name, part in stated.items())
            for lang in ("en", "zh")
        )
        return pair(english, chinese)
    is_rows = isinstance(value, tuple) and any(isinstance(part, DomainModel) for part in value)
    return phrase("some-rows", rows=len(value)) if is_rows else value


def _row_name(model: DomainModel) -> str:
    if isinstance(model, Instance):
        return ""
    for name in ("id", "project", "resource", "option"):
        value = getattr(model, name, None)
        if isinstance(value, str) and value:
            return value
    return ""


def _shown(rows: list[tuple[str, Any]]) -> Phrase:
    """The values with the rows that hold them, the first few by name."""
    named = rows[:NAMED]
    english, chinese = (
        ", ".join(
            f"{in_language(value, lang)} ({row})" if row else in_language(value, lang)
            for row, value in named
        )
        for lang in ("en", "zh")
    )
    more = f", +{len(rows) - len(named)}" if len(rows) > len(named) else ""
    return pair(english + more, chinese + more)


class Solver(Protocol):
    """The function of an engine that solves an instance which it supports."""

    def __call__(
        self,
        instance: Instance,
        options: SolveOptions,
        *,
        scenario: str = "",
        on_progress: Callable[[Progress], None] | None = None,
        should_stop: Callable[[], bool] | None = None,
        warm_start: Plan | None = None,
        deadline: Deadline | None = None,
    ) -> SolveResult:
        """Find the plan of greatest value, with a bound, and verify it."""


@dataclass(frozen=True)
class Engine:
    """One engine.

    Attributes
    ----------
    name
        Name by which `--engine` picks it and which its results carry.
    flow_law
        Law of the networks that it is for: `auto` picks by it.
    declaration
        What it does with every field.
    laws
        Yields what else it cannot do: combinations, values, laws of networks.
    load
        Gives what solves an instance that it supports; what is slow to load is loaded then.
    explains_conflicts, explains_rejections
        Whether the program in its results tells why there is no plan, and why a project was left
        out.
    own_solver
        Solver that it asks where none is named.
    has_own_solver_alone
        Whether it can ask no other.
    """

    name: str
    flow_law: FlowLaw
    declaration: Declaration
    laws: Callable[[Instance], Iterator[Refusal]]
    load: Callable[[], Solver]
    explains_conflicts: bool
    explains_rejections: bool
    own_solver: str = DEFAULT_SOLVER
    has_own_solver_alone: bool = False

    def supports(self, instance: Instance) -> tuple[Refusal, ...]:
        """All that the engine cannot do of `instance`; empty where it can solve it."""
        return (*self.declaration.refusals(instance), *self.laws(instance))

    def solve(
        self,
        instance: Instance,
        options: SolveOptions,
        *,
        scenario: str = "",
        on_progress: Callable[[Progress], None] | None = None,
        should_stop: Callable[[], bool] | None = None,
        warm_start: Plan | None = None,
        deadline: Deadline | None = None,
    ) -> SolveResult:
        """Find the plan of greatest value, with a bound, and verify it.

        Raises
        ------
        EngineRefusalError
            The engine cannot take the instance; names all that it cannot do.
        SolverError
            The solver is missing, crashes without an incumbent or answers nonsense.
        """
        refusals = self.supports(instance)
        if refusals:
            raise EngineRefusalError(self.name, refusals)
        return self.load()(
            instance,
            options,
            scenario=scenario,
            on_progress=on_progress,
            should_stop=should_stop,
            warm_start=warm_start,
            deadline=deadline,
        )
