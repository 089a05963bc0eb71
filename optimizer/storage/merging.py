"""Several departments' instances to one: rows joined by key, differences told cell by cell."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from infraplan.models.base import DomainModel
from infraplan.models.catalogue import foreign, phrase
from infraplan.models.consistency import find_inconsistencies
from infraplan.models.errors import Finding, Severity
from infraplan.models.explanation import explain
from infraplan.models.inconsistency import table_named
from infraplan.models.instance import TABLES, Instance
from infraplan.models.renewal import with_taken_over
from infraplan.optimizer.storage.assembly import ReadInstance
from infraplan.optimizer.storage.faults import Origin, error_of
from infraplan.optimizer.storage.instance_file import inspect_instance
from infraplan.optimizer.storage.merge_cells import (
    SETTINGS,
    Conflict,
    Decider,
    Said,
    alike,
    place_of,
    said_by,
)
from infraplan.optimizer.storage.merge_options import LostOptions
from infraplan.optimizer.storage.merge_settings import (
    Part,
    SettingsMerge,
    in_money_of_first,
)
from infraplan.optimizer.storage.rows import Row
from infraplan.optimizer.storage.table_columns import PROJECTS

_FURTHER_KEY: Mapping[str, tuple[str, ...]] = {"receipts": ("option", "event", "delay")}
"""Fields that tell rows apart besides `row_key`: a project may pay a fund in several ways."""

Origins = dict[tuple[str, int | None, int], Origin]
Member = tuple[int, int, Any]
"""A row in one of the files: number of the part, position in its table, the row."""


@dataclass(frozen=True)
class Merged:
    """What came out of merging.

    Attributes
    ----------
    instance
        The whole, None where findings stop it.
    findings
        Of reading each file, of merging, and of the whole, in this order.
    conflicts
        Cells in which files differ, decided or not.
    num_same
        Rows that stand in several files and are the same.
    """

    instance: Instance | None
    findings: tuple[Finding, ...]
    conflicts: tuple[Conflict, ...] = ()
    num_same: int = 0

    def require(self) -> Instance:
        """Return the instance.

        Raises
        ------
        InstanceError
            A file cannot be read, files differ, or together they make no sense.
        """
        if self.instance is None:
            raise error_of(self.findings)
        return self.instance


def labels_of(paths: Sequence[Path]) -> list[str]:
    """What each file is called: its name, or the path as given where two have one name."""
    names = [path.name or str(path) for path in paths]
    pairs = zip(names, paths, strict=True)
    return [name if names.count(name) == 1 else str(path) for name, path in pairs]


def merge_files(paths: Sequence[Path], decider: Decider) -> Merged:
    """Return the instance of all files at `paths`; what they disagree on is asked of `decider`.

    Each file must be readable; what one refers to another may define.
    """
    parts, findings = [], list[Finding]()
    is_unread = False
    for path, label in zip(paths, labels_of(paths), strict=True):
        reading = _labelled(inspect_instance(path), label, path)
        is_unread = is_unread or reading.unchecked is None
        count = len(reading.findings) if reading.unchecked is None else reading.num_reading
        findings += reading.findings[:count]
        if reading.unchecked is not None:
            parts.append(Part(label, reading.unchecked, reading))
    if is_unread:
        return Merged(None, tuple(findings))
    parts, money = in_money_of_first(parts)
    findings += money
    if any(finding.severity is Severity.ERROR for finding in money):
        return Merged(None, tuple(findings))
    return _Merge(parts, decider).merged(findings)


def _labelled(reading: ReadInstance, label: str, path: Path) -> ReadInstance:
    """`reading` with the file called by `label`; a file in a folder stands below it."""

    def named(file: str | None) -> str:
        return f"{label}/{file}" if file and path.is_dir() else label

    def placed(row: Row) -> Row:
        return replace(row, origin=replace(row.origin, file=named(row.origin.file)))

    return replace(
        reading,
        findings=tuple(replace(found, file=named(found.file)) for found in reading.findings),
        origins={
            key: replace(origin, file=named(origin.file)) for key, origin in reading.origins.items()
        },
        lost_options=tuple(
            (placed(row), replace(found, file=named(found.file)))
            for row, found in reading.lost_options
        ),
    )


class _Merge:
    """Joins tables of parts; keeps where each row of the whole stands."""

    def __init__(self, parts: Sequence[Part], decider: Decider) -> None:
        self._parts = parts
        self._decider = decider
        self._origins: Origins = {(SETTINGS, None, 0): parts[0].origin(SETTINGS, None)}
        self._findings: list[Finding] = []
        self._num_same = 0
        self._lost = LostOptions(parts)

    def merged(self, before: Sequence[Finding]) -> Merged:
        """The whole; `before` was found while reading."""
        settings = SettingsMerge(self._parts, self._decider)
        whole: dict[str, Any] = {"settings": settings.merged()}
        for table in TABLES:
            whole[table] = tuple(self._rows(table))
            self._findings += self._alike_names(table)
        findings = [*before, *settings.findings, *self._findings, *self._lost.findings]
        conflicts = tuple(self._decider.conflicts)
        findings += [conflict.finding() for conflict in conflicts]
        instance = Instance.model_construct(**with_taken_over(whole))
        if not any(finding.severity is Severity.ERROR for finding in findings):
            placed = ReadInstance(None, (), self._origins)
            findings += [placed.locate(problem) for problem in find_inconsistencies(instance)]
        stopped = any(finding.severity is Severity.ERROR for finding in findings)
        made = None if stopped else instance
        return Merged(made, tuple(findings), conflicts, self._num_same)

    def _rows(self, table: str) -> Iterator[Any]:
        """Rows of `table`: those of the first file, then what others add."""
        groups: dict[tuple[Any, ...], dict[int, list[Member]]] = {}
        for number, part in enumerate(self._parts):
            for index, row in enumerate(getattr(part.instance, table)):
                group = groups.setdefault(_key(table, row), {})
                group.setdefault(number, []).append((number, index, row))
        place = 0
        for key, by_part in groups.items():
            members = list(by_part.values())
            name = " / ".join(";".join(p) if isinstance(p, tuple) else str(p) for p in key if p)
            if len(members) > 1 and any(len(rows) > 1 for rows in members):
                joined = self._several(table, name, members)
            elif len(members) > 1:
                joined = [self._one(table, name, place, [rows[0] for rows in members])]
            elif table == PROJECTS and self._lost.has(name):
                joined = [(members[0][0], self._with_options(name, place, members[0]))]
            else:
                joined = [(member, member[2]) for member in members[0]]
            for (number, index, _), row in joined:
                self._keep_places(table, place, number, index)
                place += 1
                yield row

    def _keep_places(self, table: str, place: int, number: int, index: int) -> None:
        """Remember where the row at `place` of the whole stands; options of its own file too."""
        part = self._parts[number]
        self._origins[table, place, 0] = part.origin(table, index)
        if table == PROJECTS:
            for option in range(1, len(part.instance.projects[index].options)):
                self._origins.setdefault((table, place, option), part.origin(table, index, option))

    def _several(
        self, table: str, name: str, members: Sequence[list[Member]]
    ) -> list[tuple[Member, Any]]:
        """Rows that their key does not tell apart, in one file at least: all of one file's.

        Where the files have other rows, which one's count is asked as a whole.
        """
        chosen = members[0]
        if all(_same_rows(members[0], other) for other in members[1:]):
            self._num_same += len(chosen)
        else:
            said = []
            for rows in members:
                number, index, _ = rows[0]
                part = self._parts[number]
                text = "; ".join(r.model_dump_json(exclude_defaults=True) for _, _, r in rows)
                shown = phrase("merge-rows", count=len(rows))
                place = part.origin(table, index).finding("", foreign(""))
                said.append(Said(part.label, place, text, shown))
            chosen = members[self._decider.choose(table, name, "", said)]
        return [(member, member[2]) for member in chosen]

    def _one(
        self, table: str, name: str, place: int, members: Sequence[Member]
    ) -> tuple[Member, Any]:
        """The row that stands in several files once each, put together cell by cell."""
        asked = len(self._decider.conflicts)
        row = self._joined(table, name, [(*member, 0) for member in members], ("options",))
        if table == PROJECTS:
            row = self._with_options(name, place, members, row)
        if len(self._decider.conflicts) == asked:
            self._num_same += 1
        return members[0], row

    def _joined(
        self, table: str, name: str, places: Sequence[tuple[int, int, Any, int]], without: Any = ()
    ) -> Any:
        """One object of those at `places` (part, index, object, option), field by field."""
        first = places[0][2]
        model, update = type(first), dict[str, Any]()
        for field in model.model_fields:
            values = [getattr(item, field) for _, _, item, _ in places]
            if field in without or all(alike(values[0], value) for value in values[1:]):
                continue
            said = []
            for (number, index, _, option), value in zip(places, values, strict=True):
                part = self._parts[number]
                origin = part.origin(table, index, option)
                said.append(said_by(part.label, origin, model, field, value))
            taken = self._decider.choose(table, name, field, said)
            if taken:
                update[field] = values[taken]
        return self._checked(first, update, table, places[0]) if update else first

    def _checked(
        self, first: Any, update: dict[str, Any], table: str, place: tuple[int, int, Any, int]
    ) -> Any:
        """`first` with cells of others; what no longer fits together in one row is told."""
        made = first.model_copy(update=update)
        try:
            type(first).model_validate({n: getattr(made, n) for n in made.model_fields_set})
        except ValidationError as error:
            origin = self._parts[place[0]].origin(table, place[1], place[3])
            for detail in error.errors(include_url=False):
                rule, message, advice = explain(detail)
                column = str(detail["loc"][0]) if detail["loc"] else next(iter(update))
                told = phrase("merge-row-does-not-fit", message=message)
                self._findings.append(origin.finding(rule, told, advice, column=column))
        return made

    def _with_options(
        self, name: str, place: int, members: Sequence[Member], row: Any = None
    ) -> Any:
        """`row` with the base options of all files put together, and all further options.

        Without `row` that of the first member. Options may stand in a file without their project.
        """
        row = members[0][2] if row is None else row
        base = [(number, index, item.options[0], 0) for number, index, item in members]
        options = [self._joined(PROJECTS, name, base)]
        further: dict[str, list[tuple[int, int, Any, int]]] = {}
        for number, index, item in members:
            for at, option in enumerate(item.options[1:], 1):
                further.setdefault(option.option, []).append((number, index, option, at))
        for lost in self._lost.taken(name, options[0]):
            further.setdefault(lost[2].option, []).append(lost)
        for at, (option, group) in enumerate(further.items(), 1):
            number, index, _, own = group[0]
            self._origins[PROJECTS, place, at] = self._parts[number].origin(PROJECTS, index, own)
            options.append(self._joined(PROJECTS, f"{name} / {option}", group))
        return row.model_copy(update={"options": tuple(options)})

    def _alike_names(self, table: str) -> Iterator[Finding]:
        """Ids that differ in case or width alone, and names that two ids bear, in two files."""
        ids: dict[str, Member] = {}
        names: dict[str, Member] = {}
        for number, part in enumerate(self._parts):
            for index, row in enumerate(getattr(part.instance, table)):
                own = getattr(row, "id", None) or ""
                if not own:
                    continue
                member = (number, index, row)
                for kind, column, text, seen in (
                    ("merge-alike-id", "id", own, ids),
                    ("merge-alike-name", "name_zh", getattr(row, "name_zh", ""), names),
                    ("merge-alike-name", "name_en", getattr(row, "name_en", ""), names),
                ):
                    if not text:
                        continue
                    other = seen.setdefault(_plain(text), member)
                    if other[0] == number or other[2].id == own:
                        continue
                    yield self._twins(kind, column, table, member, other)

    def _twins(self, kind: str, column: str, table: str, member: Member, other: Member) -> Finding:
        origin = self._parts[member[0]].origin(table, member[1])
        before = self._parts[other[0]].origin(table, other[1]).finding("", foreign(""), column="id")
        message = phrase(
            kind,
            id=member[2].id,
            other=other[2].id,
            place=place_of(before),
            table=table_named(table),
        )
        advice = phrase("merge-alike-advice")
        return origin.finding(kind, message, advice, column=column, severity=Severity.WARNING)


def _key(table: str, row: DomainModel) -> tuple[Any, ...]:
    """By what a row is known: its id, or the fields that tell the rows of its table apart."""
    own = getattr(row, "id", "")
    fields = (*row.row_key, *_FURTHER_KEY.get(table, ()))
    return (own,) if own else tuple(getattr(row, name) for name in fields)


def _same_rows(some: Sequence[Member], others: Sequence[Member]) -> bool:
    """Whether the same rows stand in both, in any order."""
    left = [row for _, _, row in others]
    for _, _, row in some:
        place = next((at for at, other in enumerate(left) if alike(row, other)), None)
        if place is None:
            return False
        left.pop(place)
    return not left


def _plain(text: str) -> str:
    """`text` half-width, in lower case, without any blanks: what an eye takes for the same."""
    return "".join(unicodedata.normalize("NFKC", text).split()).casefold()
