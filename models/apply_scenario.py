"""Instance x scenario -> Instance: named changes applied to the settings and tables."""

from __future__ import annotations

from typing import Any

from infraplan.models.catalogue import Phrase, listed, phrase
from infraplan.models.errors import Finding, UnknownReferenceError
from infraplan.models.instance import TABLES, Instance, Settings, table_model
from infraplan.models.project import Option
from infraplan.models.scenario import Change, Operation, Scenario


def find_scenario(instance: Instance, scenario_id: str) -> Scenario:
    """Scenario called `scenario_id`; raises UnknownReferenceError naming those there are."""
    for scenario in instance.scenarios:
        if scenario.id == scenario_id:
            return scenario
    known = listed(scenario.id for scenario in instance.scenarios) or phrase("none-given")
    raise UnknownReferenceError(
        [
            Finding(
                rule="unknown-id",
                message=phrase("there-is-no-scenario", scenario_id=scenario_id),
                advice=phrase("scenarios-of-this-instance", known=known),
                file="scenarios.yaml",
            )
        ]
    )


def apply_scenario(instance: Instance, scenario_id: str) -> Instance:
    """Return `instance` with the changes of a scenario made, in order; it is checked afresh.

    Raises
    ------
    UnknownReferenceError
        If the scenario, a table or a field does not exist, or a change meets no row.
    InconsistentInstanceError
        If the changed instance makes no sense.
    """
    scenario = find_scenario(instance, scenario_id)
    data = instance.model_dump(mode="python")
    for number, change in enumerate(scenario.changes, start=1):
        if change.table == "instance":
            _change_setting(data["settings"], change, scenario.id, number)
        else:
            _change_rows(data, change, scenario.id, number)
    return Instance.model_validate(data)


def _refuse(scenario: str, number: int, message: Phrase, advice: Phrase) -> UnknownReferenceError:
    return UnknownReferenceError(
        [
            Finding(
                rule="scenario-change",
                message=phrase(
                    "scenario-change", scenario=scenario, number=number, message=message
                ),
                advice=advice,
                file="scenarios.yaml",
            )
        ]
    )


def _changed(old: Any, change: Change) -> Any:
    if change.operation is Operation.SET:
        return change.value
    factor = float(change.value or 0.0)
    if isinstance(old, dict):
        return {key: _changed(value, change) for key, value in old.items()}
    if old is None:
        return None
    return old * factor if change.operation is Operation.MULTIPLY else old + factor


def _change_setting(settings: dict[str, Any], change: Change, scenario: str, number: int) -> None:
    *path, last = change.field.split(".")
    place: Any = settings
    for part in path:
        place = place.get(part) if isinstance(place, dict) else None
    if not isinstance(place, dict) or last not in place:
        known = listed(Settings.model_fields)
        raise _refuse(
            scenario,
            number,
            phrase("instance-yaml-has-no", field=change.field),
            phrase("fields-are", known=known),
        )
    place[last] = _changed(place[last], change)


def _change_rows(data: dict[str, Any], change: Change, scenario: str, number: int) -> None:
    if change.table not in TABLES or change.table == "scenarios":
        raise _refuse(
            scenario,
            number,
            phrase("there-is-no-table", table=change.table),
            phrase("tables", tables=listed(TABLES)),
        )
    fields = set(table_model(change.table).model_fields)
    if change.table == "projects":
        fields |= set(Option.model_fields)
    for field in (change.field, *change.where):
        if field not in fields:
            raise _refuse(
                scenario,
                number,
                phrase("table-has-no-column", table=change.table, field=field),
                phrase("columns", fields=listed(sorted(fields))),
            )
    met = 0
    for row in data[change.table]:
        for place in _places(row, change):
            place[change.field] = _changed(place[change.field], change)
            met += 1
    if not met:
        raise _refuse(
            scenario,
            number,
            phrase("no-row-of-fits", table=change.table, where=dict(change.where)),
            phrase("mend-where"),
        )


def _places(row: dict[str, Any], change: Change) -> list[dict[str, Any]]:
    """Return the row, or for a project the options, that the change meets."""
    in_option = set(Option.model_fields)
    if change.table != "projects":
        return [row] if _fits(row, change.where) else []
    own = {key: value for key, value in change.where.items() if key not in in_option}
    if not _fits(row, own):
        return []
    theirs = {key: value for key, value in change.where.items() if key in in_option}
    options = [option for option in row["options"] if _fits(option, theirs)]
    if change.field in in_option:
        return options
    return [row] if options else []


def _fits(row: dict[str, Any], where: dict[str, str]) -> bool:
    return all(str(row.get(key)) == value for key, value in where.items())
