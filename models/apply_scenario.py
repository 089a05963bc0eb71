"""Instance x scenario -> Instance: named changes applied to the settings and tables."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pydantic import ValidationError

from infraplan.models.catalogue import Phrase, foreign, listed, pair, phrase
from infraplan.models.errors import Finding, InconsistentInstanceError, UnknownReferenceError
from infraplan.models.explanation import explain
from infraplan.models.inconsistency import Inconsistency
from infraplan.models.instance import TABLES, Instance, Settings, table_model
from infraplan.models.project import Option
from infraplan.models.quantities import sector_named
from infraplan.models.renewal import TAKING_OVER, leave_blank_again
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


def apply_scenario(instance: Instance, scenario_id: str, asked: Sequence[Phrase] = ()) -> Instance:
    """Return `instance` with the changes of a scenario made, in order; it is checked afresh.

    `asked` are the words in which the last changes were asked for, where somebody asked for them at
    the command line and knows of no scenario: faults speak of these.

    Raises
    ------
    UnknownReferenceError
        If the scenario, a table or a field does not exist, or a change meets no row.
    InconsistentInstanceError
        If a field does not take the value it is given, or the changed instance makes no sense.
        Either carries all faults of the scenario.
    """
    trial = _Trial(instance, find_scenario(instance, scenario_id), asked=asked)
    changed = trial.run()
    if changed is not None:
        return changed
    findings = [
        Finding(
            rule=problem.rule,
            message=problem.message,
            advice=problem.advice,
            file="scenarios.yaml",
            column=problem.field,
        )
        for problem in trial.problems
    ]
    if any(problem.rule == _CHANGE for problem in trial.problems):
        raise UnknownReferenceError(findings)
    raise InconsistentInstanceError(findings)


def under_scenario(instance: Instance, scenario_id: str) -> Instance:
    """Return `instance` under a scenario, checked afresh; as it stands where the id is blank.

    Raises
    ------
    UnknownReferenceError, InconsistentInstanceError
        As `apply_scenario` raises them.
    """
    return apply_scenario(instance, scenario_id) if scenario_id else instance


def scenario_problems(instance: Instance) -> tuple[Inconsistency, ...]:
    """Return what is wrong with the scenarios of `instance`: each is tried, all is told at once."""
    found: list[Inconsistency] = []
    for index, scenario in enumerate(instance.scenarios):
        trial = _Trial(instance, scenario, index)
        trial.run()
        found += trial.problems
    return tuple(found)


_CHANGE, _VALUE, _RESULT = "scenario-change", "scenario-value", "scenario-result"


class _Trial:
    """One scenario being applied, and what is found wrong with it."""

    def __init__(
        self,
        instance: Instance,
        scenario: Scenario,
        index: int = 0,
        asked: Sequence[Phrase] = (),
    ) -> None:
        self.problems: list[Inconsistency] = []
        own = len(scenario.changes) - len(asked)
        self._asked = dict(enumerate(asked, start=own + 1))
        self._scenario = scenario
        self._index = index
        self._before = {table: getattr(instance, table) for table in TAKING_OVER}
        self._data = instance.model_dump(mode="python")
        self._made: list[tuple[tuple[Any, ...], int]] = []
        """Place in the data and number of each change that was made."""

    def run(self) -> Instance | None:
        """Return the changed instance; None where `problems` were found."""
        for number, change in enumerate(self._scenario.changes, start=1):
            if change.table == "instance":
                self._change_setting(change, number)
            else:
                self._change_rows(change, number)
        leave_blank_again(self._before, self._data)
        try:
            changed = Instance.model_validate(self._data)
        except ValidationError as error:
            details = error.errors(include_url=False)
            places = [tuple(detail["loc"]) for detail in details]
            for place, detail in zip(places, details, strict=True):
                # That a list lacks an entry is the echo of a fault inside that entry.
                if not any(place == other[: len(place)] for other in places if other != place):
                    self._misfit(detail)
            return None
        except InconsistentInstanceError as error:
            if not self.problems:  # a change that was not made may be what is missing
                for finding in error.findings:
                    told_at = pair(finding.where(), finding.where("zh"))
                    self._of_result(told_at, finding.message, finding.advice)
            return None
        return None if self.problems else changed

    # ------------------------------------------------------------------------------- the changes

    def _change_setting(self, change: Change, number: int) -> None:
        *path, last = change.field.split(".")
        place: Any = self._data["settings"]
        for part in path:
            place = place.get(part) if isinstance(place, dict) else None
        if not isinstance(place, dict) or last not in place:
            message = phrase("instance-yaml-has-no", field=change.field)
            advice = phrase("fields-are", known=listed(Settings.model_fields))
            self._refuse(_CHANGE, number, "field", message, advice)
            return
        self._set(place, last, change, number, ("settings", *path, last))

    def _change_rows(self, change: Change, number: int) -> None:
        if change.table not in TABLES or change.table == "scenarios":
            message = phrase("there-is-no-table", table=change.table)
            advice = phrase("tables", tables=listed(TABLES))
            self._refuse(_CHANGE, number, "table", message, advice)
            return
        fields = set(table_model(change.table).model_fields)
        if change.table == "projects":
            fields |= set(Option.model_fields)
        unknown = [
            ("field" if field is change.field else "where", field)
            for field in (change.field, *change.where)
            if field not in fields
        ]
        for part, field in unknown:
            message = phrase("table-has-no-column", table=change.table, field=field)
            advice = phrase("columns", fields=listed(sorted(fields)))
            self._refuse(_CHANGE, number, part, message, advice)
        if unknown:
            return
        met = False
        for index, row in enumerate(self._data[change.table]):
            for place in _places(row, change):
                met = True
                at: tuple[Any, ...] = (change.table, index, change.field)
                if place is not row:
                    option = next(i for i, one in enumerate(row["options"]) if one is place)
                    at = (change.table, index, "options", option, change.field)
                self._set(place, change.field, change, number, at)
        if not met:
            message = phrase("no-row-of-fits", table=change.table, where=dict(change.where))
            self._refuse(_CHANGE, number, "where", message, phrase("mend-where"))

    def _set(
        self, place: dict[str, Any], name: str, change: Change, number: int, at: tuple[Any, ...]
    ) -> None:
        try:
            place[name] = _changed(place[name], change)
        except _NoNumberError as error:
            message = phrase("scenario-no-number", field=change.field, value=str(error))
            self._refuse(_VALUE, number, "value", message, phrase("scenario-needs-numbers"))
            return
        self._made.append((at, number))

    # -------------------------------------------------------------------------------- the faults

    def _misfit(self, detail: Any) -> None:
        """Tell what pydantic found in the changed data, at the last change made there."""
        place = tuple(detail["loc"])
        _, message, advice = explain(detail)
        last = {at: number for at, number in self._made if at[: len(place)] == place[: len(at)]}
        if last:
            at, number = max(last.items(), key=lambda item: item[1])
            told = phrase("scenario-field", field=at[-1], message=message)
            self._refuse(_VALUE, number, "value", told, advice)
        else:  # pragma: no cover - the instance was sound before the changes
            self._of_result(foreign(".".join(map(str, place))), message, advice)

    def _refuse(self, rule: str, number: int, part: str, message: Phrase, advice: Phrase) -> None:
        if number in self._asked:
            told = phrase("asked-change-fault", asked=self._asked[number], message=message)
        else:
            scenario = self._scenario.id
            told = phrase("scenario-change", scenario=scenario, number=number, message=message)
        self._add(rule, f"changes[{number - 1}].{part}", told, advice)

    def _of_result(self, place: Phrase, message: Phrase, advice: Phrase) -> None:
        if self._asked:
            told = phrase("asked-result", place=place, message=message)
        else:
            scenario = self._scenario.id
            told = phrase("scenario-result", scenario=scenario, place=place, message=message)
        self._add(_RESULT, None, told, advice)

    def _add(self, rule: str, field: str | None, message: Phrase, advice: Phrase) -> None:
        problem = Inconsistency(rule, "scenarios", self._index, field, message, advice)
        if problem not in self.problems:  # one change may be at fault in many rows
            self.problems.append(problem)


class _NoNumberError(Exception):
    """What is to be multiplied or added, or the factor, is no number."""


def _changed(old: Any, change: Change) -> Any:
    if change.operation is Operation.SET:
        if isinstance(old, tuple) and isinstance(change.value, str):
            # As in a cell of a list column.
            return tuple(part.strip() for part in change.value.split(";") if part.strip())
        if isinstance(old, dict) and isinstance(change.value, str) and change.table != "instance":
            return _names_with_values(change.value)
        return change.value
    factor = _as_number(change.value)
    if isinstance(old, dict):
        return {key: _changed(value, change) for key, value in old.items()}
    if old is None:
        return None
    if isinstance(old, bool) or not isinstance(old, int | float):
        raise _NoNumberError(str(old))
    return old * factor if change.operation is Operation.MULTIPLY else old + factor


def _names_with_values(text: str) -> dict[str, str] | str:
    """What `a=1;b=2` says, as in a cell of such a column; the text itself where it is not so."""
    parts = [part.partition("=") for part in text.split(";") if part.strip()]
    if not all(name.strip() and sign for name, sign, _ in parts):
        return text
    return {name.strip(): value.strip() for name, _, value in parts}


def _as_number(value: float | str | None) -> float:
    try:
        return float(value if value is not None else "")
    except ValueError:
        raise _NoNumberError("" if value is None else value) from None


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
    return all(str(row.get(key)) == _as_held(key, value) for key, value in where.items())


def _as_held(key: str, value: str) -> str:
    """`value` as a row holds it: a sector by its id."""
    return sector_named(value) if key in ("sector", "subsector") else value
