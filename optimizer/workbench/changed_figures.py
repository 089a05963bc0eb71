"""Figures that a planner changes for solves alone: what comes in, ceilings, quotas, any cell."""

from __future__ import annotations

from dataclasses import dataclass

from infraplan.models.catalogue import in_language, phrase
from infraplan.models.errors import PlanningError
from infraplan.models.instance import Instance
from infraplan.optimizer.analysis.asked_changes import AskedChanges, change_instance
from infraplan.optimizer.report.texts import Names, both, unit_pair
from infraplan.optimizer.storage.scenario_values import read_change

MOST_OFFERED = 4000
"""Figures that a list offers; any other is named by its cell."""


class ChangeError(PlanningError):
    """A figure cannot be changed so."""


@dataclass(frozen=True)
class Figure:
    """A figure that may be changed: its cell as `--set` names it, its name, its value now."""

    cell: str
    name: str
    value: float | None


def figures_of(instance: Instance, lang: str) -> list[Figure]:
    """What comes into each fund, ceilings and quotas of debt, by year."""
    names, side = Names(instance), 1 if lang == "zh" else 0
    unit = unit_pair(instance)[side]

    def told(*parts: str) -> str:
        return in_language(phrase("name-and-word", name=" ".join(parts), word=unit), lang)

    found = [
        Figure(
            f"funds.{row.fund}.{row.year}",
            told(names.pair(row.fund)[side], str(row.year), both("inflow")[side]),
            row.value,
        )
        for row in instance.inflows
    ]
    for position in instance.debt:
        key = f"{position.jurisdiction}/{position.pool}/{position.year}"
        where = (
            names.pair(position.jurisdiction)[side],
            names.pair(position.pool)[side],
            str(position.year),
        )
        for column, word in (("ceiling", "kind_ceiling"), ("new_quota", "kind_quota")):
            value = getattr(position, column)
            if value is not None:
                name = told(*where, both(word)[side])
                found.append(Figure(f"debt.{key}.{column}", name, value))
    return found[:MOST_OFFERED]


def check_change(instance: Instance, cell: str, value: str) -> None:
    """Go on only where a cell is there and the value fits it.

    Raises
    ------
    ChangeError
        With what `solve --set` would say.
    """
    asked = AskedChanges(sets=(f"{cell}={value}",), because="-", by="-")
    try:
        change_instance(instance, asked, read_change)
    except PlanningError as error:
        findings = getattr(error, "findings", ())
        raise ChangeError(findings[0].message if findings else error.message) from None
