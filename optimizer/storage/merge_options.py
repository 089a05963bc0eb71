"""Further options that stand in another file than their project."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from infraplan.models.errors import Finding
from infraplan.models.project import Option
from infraplan.optimizer.storage.faults import Faults
from infraplan.optimizer.storage.merge_settings import Part
from infraplan.optimizer.storage.rows import Row, build
from infraplan.optimizer.storage.table_columns import OPTION_FIELDS, PROJECTS

Placed = tuple[int, int, Option, int]
"""Number of the part, position among its projects, the option, its position in the project."""


class LostOptions:
    """Rows of options of all parts that wait for a project of another part."""

    def __init__(self, parts: Sequence[Part]) -> None:
        self._waiting: dict[str, list[tuple[int, int, Row, Finding]]] = {}
        self._faults = Faults()
        for number, part in enumerate(parts):
            # As if each stood in a project of its own, behind those of its file.
            first = len(part.instance.projects)
            for index, (row, finding) in enumerate(part.reading.lost_options, first):
                part.reading.origins[PROJECTS, index, 0] = row.origin
                project = str(row.values["project"])
                self._waiting.setdefault(project, []).append((number, index, row, finding))

    @property
    def findings(self) -> list[Finding]:
        """What is wrong with rows that were taken, and those whose project no file defines."""
        untaken = [finding for rows in self._waiting.values() for *_, finding in rows]
        return [*self._faults.findings, *untaken]

    def has(self, project: str) -> bool:
        """Whether any row waits for `project`."""
        return project in self._waiting

    def taken(self, project: str, base: Option) -> Iterator[Placed]:
        """Options of `project`, which wait no more; what a row leaves blank is as in `base`."""
        stated = base.model_fields_set.intersection(OPTION_FIELDS)
        figures = {name: getattr(base, name) for name in stated}
        for number, index, row, _ in self._waiting.pop(project, ()):
            own = {name: value for name, value in row.values.items() if name != "project"}
            built = build(Option, Row({**figures, **own}, row.origin), self._faults)
            if built is not None and isinstance(built.object, Option):
                yield number, index, built.object, 0
