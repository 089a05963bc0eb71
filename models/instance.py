"""`Instance` ties all tables together and refuses unknown or duplicate ids."""

from __future__ import annotations

from typing import Any

from pydantic import model_validator

from infraplan.models.consistency import find_inconsistencies
from infraplan.models.errors import Finding, InconsistentInstanceError
from infraplan.models.inconsistency import Inconsistency
from infraplan.models.problem import (
    DEFAULT_JURISDICTION,
    FORMAT_VERSION,
    Problem,
    Settings,
    SourceDocument,
)
from infraplan.models.renewal import TAKING_OVER, with_taken_over

__all__ = [
    "DEFAULT_JURISDICTION",
    "FORMAT_VERSION",
    "TABLES",
    "Instance",
    "Settings",
    "SourceDocument",
    "table_model",
]


class Instance(Problem):
    """A planning problem whose tables fit together. Frozen; consistent once it exists."""

    @model_validator(mode="after")
    def _take_over(self) -> Instance:
        """Fill in what renewals take over; nothing has read the tables yet."""
        tables = {name: getattr(self, name) for name in TAKING_OVER}
        self.__dict__.update(with_taken_over(tables))
        return self

    @model_validator(mode="after")
    def _is_consistent(self) -> Instance:
        problems = find_inconsistencies(self)
        if problems:
            raise InconsistentInstanceError([_finding(problem) for problem in problems])
        return self

    def with_tables(self, **tables: Any) -> Instance:
        """Return the instance with other `tables` (or `settings`), checked as any.

        Raises
        ------
        InconsistentInstanceError
            If the changed instance makes no sense.
        """
        return Instance(**{name: getattr(self, name) for name in Instance.model_fields} | tables)


def _finding(problem: Inconsistency) -> Finding:
    return Finding(
        rule=problem.rule,
        message=problem.message,
        advice=problem.advice,
        severity=problem.severity,
        file=f"{problem.table}.csv" if problem.table != "instance" else "instance.yaml",
        column=problem.field,
    )


TABLES: tuple[str, ...] = tuple(name for name in Instance.model_fields if name != "settings")


def table_model(name: str) -> Any:
    """Row class of table `name`, e.g. `Project` for `projects`."""
    annotation = Instance.model_fields[name].annotation
    return annotation.__args__[0]  # type: ignore[union-attr]
