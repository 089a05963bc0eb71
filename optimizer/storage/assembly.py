"""Rows of all tables to one instance; checks across tables, their findings put back to the rows."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from pydantic import TypeAdapter, ValidationError

from infraplan.models.catalogue import entries, pair, phrase
from infraplan.models.consistency import find_inconsistencies
from infraplan.models.errors import Finding, Severity
from infraplan.models.inconsistency import (
    Inconsistency,
    closest,
    ids_by_name,
    table_named,
)
from infraplan.models.instance import TABLES, Instance, Settings, table_model
from infraplan.models.project import BASE_OPTION, Option, Project
from infraplan.models.quantities import Identifier
from infraplan.models.renewal import with_taken_over
from infraplan.optimizer.stage_times import Stage, stage
from infraplan.optimizer.storage.cells import CellContext
from infraplan.optimizer.storage.faults import UNKNOWN_ID, Faults, Origin, error_of, join_path
from infraplan.optimizer.storage.numbers import DecimalMark
from infraplan.optimizer.storage.rows import Built, Row, build
from infraplan.optimizer.storage.scenario_values import read_values
from infraplan.optimizer.storage.settings_head import take_head
from infraplan.optimizer.storage.table_columns import (
    OPTION_FIELDS,
    PROJECTS,
    SCENARIOS,
    reference_columns,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from infraplan.optimizer.storage.tree import TreeReader


_NAMED = frozenset(
    {
        *("projects", "jurisdictions", "pools", "funds", "instruments", "targets", "policies"),
        *("places", "network_nodes", "network_links", "demands"),
    }
)
"""Tables whose rows others call by their id."""
_STAND_IN = {"id": "unnamed", "price_year": 2000}
"""Settings that are asked for and on which no check across tables hangs."""
_ID: TypeAdapter[str] = TypeAdapter(Identifier)


def _is_id(name: Any) -> bool:
    try:
        _ID.validate_python(name)
    except ValidationError:
        return False
    return True


_OF_IDS = frozenset({UNKNOWN_ID, "duplicate-id"})


@dataclass(frozen=True)
class ReadInstance:
    """What came out of reading an instance.

    Attributes
    ----------
    instance
        The instance, None where findings stop it.
    findings
        Everything found, in the order of files and rows; reading faults first.
    origins
        Place of each object by (table, index, option); the settings are at
        `("instance", None, 0)`.
    num_reading
        How many of the findings are about files, rows and cells.
    unchecked
        The tables as they stand, with ids that nothing here defines; None where a cell cannot be
        read. What one file lacks another may hold (`merging`).
    lost_options
        Rows of further options whose project no row defines, each with what is wrong with it.
    """

    instance: Instance | None
    findings: tuple[Finding, ...]
    origins: dict[tuple[str, int | None, int], Origin] = field(default_factory=dict)
    num_reading: int = 0
    unchecked: Instance | None = None
    lost_options: tuple[tuple[Row, Finding], ...] = ()

    def require(self) -> Instance:
        """Return the instance.

        Raises
        ------
        InstanceFormatError
            A file, row or cell cannot be read.
        UnknownReferenceError
            An id is used that nothing defines.
        InconsistentInstanceError
            The tables make no sense together.
        """
        if self.instance is None:
            reading, consistency = (
                self.findings[: self.num_reading],
                self.findings[self.num_reading :],
            )
            raise error_of(reading, consistency)
        return self.instance

    def locate(self, problem: Inconsistency) -> Finding:
        """Return `problem` as a finding with file, sheet, row and column."""
        origin = self.origins.get((problem.table, problem.index, problem.option))
        origin = origin or self.origins.get((problem.table, problem.index, 0))
        if origin is None:
            origin = self._place_of_table(problem.table)
        return origin.finding(
            problem.rule,
            problem.message,
            problem.advice,
            column=problem.field,
            severity=problem.severity,
        )

    def _place_of_table(self, table: str) -> Origin:
        """Where rows of `table` would stand: its sheet of a workbook, or its file."""
        settings = self.origins.get(("instance", None, 0))
        if settings is None or settings.sheet is None:
            return Origin(f"{table}.csv")
        known = entries("table").get(table)
        sheet = pair(table, table if known is None else known.chinese)
        return Origin(settings.file, sheet)


class Assembly:
    """Collects settings and rows; `finish` makes the instance."""

    def __init__(self) -> None:
        self.faults = Faults()
        self._settings: Built | None = None
        self._built: dict[str, list[Built]] = {name: [] for name in TABLES}
        self._option_origins: dict[int, list[Origin]] = {}
        self._mark: DecimalMark | None = None
        self._newer: Finding | None = None
        self._horizon_is_sound = False
        self._dropped = False
        self._lost: set[str] = set()
        self._unbuilt: list[tuple[Mapping[Any, Any], Origin]] = []
        self._lost_options: list[tuple[Row, Finding]] = []

    @property
    def context(self) -> CellContext:
        """What cells need to know of the settings."""
        settings = self._settings.object if self._settings else None
        factor = getattr(settings, "money_factor", 1.0)
        currency = getattr(settings, "currency", "")
        return CellContext(
            factor if isinstance(factor, float) else 1.0,
            self._mark,
            currency if isinstance(currency, str) else "",
        )

    @property
    def plan_years(self) -> tuple[int, int] | None:
        """First and last year of the plan, None where the settings have none that can be read."""
        horizon = getattr(self._settings.object, "horizon", None) if self._settings else None
        if horizon is None or not self._horizon_is_sound:
            return None
        return horizon.first_year, horizon.last_year

    @property
    def money(self) -> tuple[str, str, str]:
        """Name of the money unit, its Chinese one, and the currency."""
        settings = self._settings.object if self._settings else None
        unit, zh, currency = (
            str(getattr(settings, name, "")) for name in ("money_unit", "money_unit_zh", "currency")
        )
        return unit, zh, currency

    def set_settings(self, data: Any, reader: TreeReader, path: str = "") -> None:
        """Take the settings out of the tree `data`, which stands at `path`."""
        head = take_head(data, reader, path)
        self._mark, self._newer = head.mark, head.newer
        self._settings = reader.read(Settings, head.settings, path)
        if self._settings is None and isinstance(head.settings, Mapping):
            # What it lacks is told; with something in its place the tables can still be checked.
            self._settings = reader.silent().read(Settings, {**head.settings, **_STAND_IN}, path)
        self._horizon_is_sound = join_path(path, "horizon") not in reader.unsound

    def add_rows(self, table: str, rows: Iterable[Row]) -> None:
        """Take the rows of a table that has no nested objects."""
        for row in rows:
            built = build(table_model(table), row, self.faults)
            self._keep(table, built, row.values)
            if built is None:
                self._unbuilt.append((row.values, row.origin))

    def add_tree(self, table: str, data: Any, reader: TreeReader, path: str) -> None:
        """Take the objects of `table` out of a list in a tree."""
        if not isinstance(data, list | tuple):
            reader.fault(
                "wrong-type",
                phrase("must-be-a-list", table=table),
                phrase("give-a-list-of-objects"),
                path,
            )
            return
        for index, item in enumerate(data):
            where = f"{path}[{index}]"
            built = reader.read(table_model(table), item, where)
            if table == PROJECTS and built is not None:
                count = len(getattr(built.object, "options", ()))
                self._option_origins[len(self._built[PROJECTS])] = [
                    reader.origin(f"{where}.options[{i}]") for i in range(count)
                ]
            values = item if isinstance(item, Mapping) else {}
            self._keep(table, built, values)
            if built is None:
                self._unbuilt.append((values, reader.origin(where)))

    def add_object(self, table: str, built: Built | None) -> None:
        """Take one object that was built elsewhere."""
        self._keep(table, built)

    def lose_rows(self) -> None:
        """Remember that rows are missing because they could not be read.

        That an id is unknown then says nothing.
        """
        self._dropped = True

    def _keep(
        self, table: str, built: Built | None, values: Mapping[Any, Any] | None = None
    ) -> None:
        """Keep an object; of one that is none, remember by what names others may call it."""
        if built is not None:
            self._built[table].append(built)
        elif table in _NAMED:
            name = (values or {}).get("id")
            self._dropped = self._dropped or not _is_id(name)
            self._lost.add(str(name))
            for field in ("outputs", "resources"):
                named = (values or {}).get(field)
                self._lost |= set(map(str, named)) if isinstance(named, Mapping) else set()

    def add_projects(self, projects: list[Row], options: list[Row]) -> None:
        """Take projects with their base options, and the further options.

        A further option takes from the base option what it leaves blank.
        """
        by_project: dict[str, list[Row]] = {}
        for row in options:
            by_project.setdefault(str(row.values.get("project", "")), []).append(row)
        known = {str(row.values.get("id", "")) for row in projects}
        for name, rows in by_project.items():
            if name and name not in known and not self._dropped:
                for row in rows:
                    message = phrase("is-not-an-id-in-projects", name=name)
                    advice = phrase("add-the-project-or-correct-the-id-here")
                    finding = row.origin.finding(UNKNOWN_ID, message, advice, column="project")
                    self._lost_options.append((row, finding))
        taken: set[str] = set()
        for row in projects:
            name = str(row.values.get("id", ""))
            further = [] if name in taken else by_project.get(name, [])
            taken.add(name)
            self._add_project(row, further)

    def _add_project(self, row: Row, further: list[Row]) -> None:
        figures = {name: row.values[name] for name in OPTION_FIELDS if name in row.values}
        own = {name: value for name, value in row.values.items() if name not in OPTION_FIELDS}
        base_values = {"option": own.pop("option", BASE_OPTION), **figures}
        rows = [Row(base_values, row.origin, row.faulty)]
        for other in further:
            values = {name: v for name, v in other.values.items() if name != "project"}
            rows.append(Row({**figures, **values}, other.origin, other.faulty))
        options = [self._option(option) for option in rows]
        sound = all(option.sound for option in options)
        # Faults of the options are told by the options themselves.
        faulty = row.faulty if sound else row.faulty | {"options"}
        values = {**own, "options": tuple(option.object for option in options)}
        project = build(Project, Row(values, row.origin, faulty), self.faults)
        if project is not None:
            self._option_origins[len(self._built[PROJECTS])] = [o.origin for o in options]
            project = replace(project, sound=project.sound and sound)
        self._keep(PROJECTS, project, row.values)

    def _option(self, row: Row) -> Built:
        """Return the option of `row`; one without a cost stands in where there is none."""
        built = build(Option, row, self.faults)
        if built is None:
            values = {"option": BASE_OPTION, **row.values, "overnight_cost": 0.0}
            built = Built(Option.model_construct(None, **values), row.origin, sound=False)
        return built

    def finish(self) -> ReadInstance:
        """Return the instance with all findings.

        Of a later version of the format only that is told: all else may follow from it.
        """
        if self._newer is not None:
            return ReadInstance(None, (self._newer,), {}, 1)
        self._built[SCENARIOS] = [
            read_values(built, self.context, self.faults) for built in self._built[SCENARIOS]
        ]
        origins = self._origins()
        reading = list(self.faults.findings)
        if self._settings is None:
            reading += [finding for _, finding in self._lost_options]
            return ReadInstance(None, tuple(reading), origins, len(reading))
        tables = {name: tuple(item.object for item in rows) for name, rows in self._built.items()}
        parts: dict[str, Any] = {"settings": self._settings.object, **tables}
        instance = Instance.model_construct(**with_taken_over(parts))
        result = ReadInstance(None, (), origins)
        with stage(Stage.CHECK):
            consistency = [
                result.locate(problem)
                for problem in (find_inconsistencies(instance) if self._horizon_is_sound else ())
                if self._is_trusted(problem)
            ]
        lost = [finding for _, finding in self._lost_options]
        findings = (*reading, *lost, *consistency, *self._unknown_in_unbuilt(instance))
        stopped = any(finding.severity is Severity.ERROR for finding in findings)
        unread = any(finding.severity is Severity.ERROR for finding in reading)
        return ReadInstance(
            None if stopped else instance,
            findings,
            origins,
            len(reading),
            None if unread else instance,
            tuple(self._lost_options),
        )

    def _unknown_in_unbuilt(self, instance: Instance) -> Iterator[Finding]:
        """Ids that nothing defines, in rows of which no object could be made."""
        if self._dropped:
            return
        names = functools.cache(lambda table: ids_by_name(getattr(instance, table)))
        for values, origin in self._unbuilt:
            for name, table in reference_columns().items():
                known = {str(row.id) for row in getattr(instance, table)}
                if table == "jurisdictions":
                    known |= set(instance.jurisdiction_ids)
                if table == "pools" and not known:
                    continue  # then instruments and debt name them
                given = values.get(name)
                for used in (given,) if isinstance(given, str) else given or ():
                    if _is_id(used) and used not in known | self._lost:
                        message = phrase("is-not-an-id-in", used=used, where=table_named(table))
                        advice = closest(used, known, table_named(table), names(table))
                        yield origin.finding(UNKNOWN_ID, message, advice, column=name)

    def _is_trusted(self, problem: Inconsistency) -> bool:
        """Whether the finding can stand beside the reading faults: not a mere echo of one."""
        if problem.rule == UNKNOWN_ID and (
            self._dropped or any(repr(name) in problem.message for name in self._lost)
        ):
            return False
        if problem.index is None or problem.rule in _OF_IDS:
            return True  # an id that was read is wrong whatever else is wrong in its row
        rows = self._built.get(problem.table, [])
        if problem.index >= len(rows) or rows[problem.index].sound:
            return True
        return bool(problem.reads) and not problem.reads & rows[problem.index].faulty

    def _origins(self) -> dict[tuple[str, int | None, int], Origin]:
        origins: dict[tuple[str, int | None, int], Origin] = {}
        if self._settings is not None:
            origins["instance", None, 0] = self._settings.origin
        for table, rows in self._built.items():
            for index, item in enumerate(rows):
                origins[table, index, 0] = item.origin
        for index, places in self._option_origins.items():
            for option, origin in enumerate(places):
                if option:
                    origins[PROJECTS, index, option] = origin
        return origins
